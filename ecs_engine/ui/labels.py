"""Words and pictures."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, SupportsIndex

from ecs_engine.core.setting import Setting
from ecs_engine.pictures import Pictures
from ecs_engine.text import Font
from ecs_engine.ui.painter import Painter
from ecs_engine.ui.theme import Colour
from ecs_engine.ui.widget import (
    COLOUR,
    FONT,
    LENGTH,
    NUMBER,
    PAINT,
    SIZE,
    TEXT,
    WORDS,
    Widget,
    colour,
    font_or_none,
    length,
    number,
    sane,
    words,
)

if TYPE_CHECKING:
    from ecs_engine.ui.ui import UI


def _picture(value: SupportsIndex) -> int:
    return index(value)


def _side(value: Literal["left", "center", "right"]) -> Literal["left", "center", "right"]:
    if value not in ("left", "center", "right"):
        raise ValueError(value)
    return value


_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}
"""What of the room beside words is at their left."""


class Style(NamedTuple):
    """What words are laid out with."""

    font: Font
    size: float
    wrap: float
    room: float
    """The longest that a line may be, in font units."""


class Label(Widget):
    """Words.

    Args:
        text: newlines begin lines.
        size: units to an em; None for the theme's.
        color, font: None for the theme's.
        align: "left", "center" or "right", in a rectangle that is wider than the words.
        wrap: where lines end, in units; 0: only at newlines.
        settings: as of :class:`~ecs_engine.ui.Widget`.
    """

    text = Setting(words, TEXT, WORDS)
    size = Setting(length, SIZE, LENGTH)
    color = Setting(colour, PAINT, COLOUR)
    font = Setting(font_or_none, SIZE, FONT)
    align = Setting(_side, PAINT, "'left', 'center' or 'right'")
    wrap = Setting(number, SIZE, NUMBER)

    def __init__(
        self,
        text: str = "",
        *,
        size: float | None = None,
        color: Colour | None = None,
        font: Font | None = None,
        align: Literal["left", "center", "right"] = "left",
        wrap: float = 0.0,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.text, self.size, self.color, self.font, self.align, self.wrap = text, size, color, font, align, wrap
        self._style: Style
        self._extent = (0.0, 0.0)
        """Width and height of its words: the system measures all labels that changed together."""
        self.inherited: Colour | None = None
        """A colour that what it is in gives it, where it has none of its own."""

    @property
    def caption(self) -> str:
        return self.text

    def measure(self, ui: UI) -> tuple[float, float]:
        return self._extent

    def styled(self, ui: UI) -> Style:
        """What its words are laid out with."""
        font, size, wrap = self.font or ui.font, self.size, self.wrap
        # What is too small to be seen is laid out at a size that can be.
        size = ui.theme.text_size if size is None else max(min(sane(self, size, "size"), 1e5), 0.01)
        wrap = min(sane(self, wrap, "wrap"), 1e6) if wrap else 0.0
        return Style(font, size, wrap, font.room(wrap, size))

    def paint(self, painter: Painter) -> None:
        font, size, wrap, _ = self._style
        x, y, width, height = self.rect
        across, down = self._extent
        align = self.align
        painter.words(
            x + (width - across) * _SHARE[align], y + (height - down) / 2, self.text,
            self.color or self.inherited or painter.theme.text, size=size, font=font, wrap=wrap, align=align,
        )  # fmt: skip


class Image(Widget):
    """A picture.

    Args:
        picture: of ``app.pictures``.
        tint: multiplies it.
        settings: as of :class:`~ecs_engine.ui.Widget`; with one of width and height the other follows from it.
    """

    picture = Setting(_picture, SIZE, "a picture of app.pictures, or its id")
    tint = Setting(colour, PAINT, COLOUR)

    def __init__(self, picture: SupportsIndex = 0, *, tint: Colour | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.picture, self.tint = picture, tint

    def measure(self, ui: UI) -> tuple[float, float]:
        sizes = ui.world.resource(Pictures).table.size
        width, height = (float(side) for side in sizes[self.picture if self.picture < len(sizes) else 0])
        if self.width is not None and width:
            return self.width, height * self.width / width
        if self.height is not None and height:
            return width * self.height / height, self.height
        return width, height

    def paint(self, painter: Painter) -> None:
        painter.picture(*self.rect, self.picture, tint=self.tint or (255, 255, 255, 255))
