"""Words at the entity's place."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Literal

from ecs_engine.core.setting import Setting
from ecs_engine.text.font import Font

RGBA = tuple[int, int, int, int]
Colour = Sequence[int]
Align = Literal["left", "center", "right"]
Runs = tuple[tuple[str, RGBA | None], ...]

WORDS, LAYOUT, STYLE = 1, 2, 4
"""What of a label's picture can be out of date: its glyphs, by their words or their places; what all of them share."""

_MOST = 1e6
# What can be given to settings of which there are several.
_LENGTH = "a number from 0 to 1,000,000"
_TWO = "two numbers, up to 1,000,000 each"
_COLOUR = "three or four whole numbers from 0 to 255"


def _text(value: str | Sequence[str | tuple[str, Colour]]) -> str | Runs:
    if isinstance(value, str):
        return value
    runs: list[tuple[str, RGBA | None]] = []
    for piece in value:
        words, colour = (piece, None) if isinstance(piece, str) else piece
        if not isinstance(words, str):
            raise TypeError(f"a {type(words).__name__} for a string")
        runs.append((words, None if colour is None else _colour(colour)))
    return tuple(runs)


def _font(value: Font | None) -> Font | None:
    if value is not None and not isinstance(value, Font):
        raise TypeError(f"a {type(value).__name__} for a font")
    return value


def _number(value: float, least: float) -> float:
    number = float(value)
    if not least <= number <= _MOST:
        raise ValueError(f"{number} is out of range")
    return number


def _size(value: float) -> float:
    return _number(value, 0.01)


def _length(value: float) -> float:
    return _number(value, 0.0)


def _two(value: Sequence[float]) -> tuple[float, float]:
    x, y = value
    return _number(x, -_MOST), _number(y, -_MOST)


def _colour(value: Colour) -> RGBA:
    red, green, blue, alpha = (index(part) for part in (value if len(value) == 4 else (*value, 255)))
    bytes((red, green, blue, alpha))  # raises ValueError for numbers that are none
    return red, green, blue, alpha


def _align(value: Align) -> Align:
    if value not in ("left", "center", "right"):
        raise ValueError(value)
    return value


def _layer(value: int) -> int:
    if not -512 <= index(value) <= 511:
        raise ValueError(value)
    return index(value)


def _count(value: int | None) -> int | None:
    if value is not None and index(value) < 0:
        raise ValueError(value)
    return None if value is None else index(value)


def plain(text: str | Runs) -> str:
    """A text without colours."""
    return text if isinstance(text, str) else "".join([words for words, _ in text])


class Text:
    """A label at the entity's Transform2D: an ordinary component, whose properties any system may set at any time.

    It turns, scales and moves with the transform. A change is seen with the tick in which it was made (if that was in
    stage TRANSFORM, after the TextSystem, with the next one). Bad values raise ComponentError.

    Example:
        >>> from ecs_engine import Text
        >>> label = Text("Score 0", size=30, color=(255, 226, 122), anchor=(0, 1))
        >>> label.text = ["Score ", ("1,000", (255, 255, 255))]
        >>> label.plain
        'Score 1,000'
    """

    __slots__ = (
        "_align", "_anchor", "_color", "_font", "_layer", "_line_spacing", "_outline", "_outline_color", "_queue",
        "_shadow", "_shadow_blur", "_shadow_color", "_shown", "_size", "_stale", "_text", "_visible", "_wrap",
    )  # fmt: skip

    text = Setting(_text, WORDS, "a string, or a list of strings and of (string, colour) pairs")
    """A string, or a list of strings and of (string, colour) pairs: runs of other colours. There is no markup, so what
    a player typed is shown as it is. Newlines begin lines, tabs go to the next multiple of four spaces."""
    font = Setting(_font, LAYOUT | STYLE, "a font of app.fonts, or None for the pixel font")
    """None is the pixel font of the engine, which is crisp at sizes 10, 20, 30 and so on."""
    size = Setting(_size, LAYOUT | STYLE, "a number from 0.01 to 1,000,000")
    """World units to an em: about the distance between lines."""
    color = Setting(_colour, STYLE, _COLOUR)
    """Red, green, blue, and perhaps alpha, which fades runs of other colours, too."""
    wrap = Setting(_length, LAYOUT, _LENGTH)
    """Where lines end, in world units: they are broken at spaces, and inside words that are longer. 0: only newlines
    end lines."""
    align = Setting(_align, LAYOUT, "'left', 'center' or 'right'")
    """Where lines stand between the edges of the block, which are ``wrap`` apart, or as far as its widest line."""
    anchor = Setting(_two, LAYOUT, _TWO)
    """The point of the block that stands at the position: (0, 0) is its lower left corner, (1, 1) the upper right."""
    line_spacing = Setting(_length, LAYOUT, _LENGTH)
    """1 is the font's own distance between lines."""
    outline = Setting(_length, LAYOUT | STYLE, _LENGTH)
    """Width around the letters, in world units; shown up to nearly an eighth of the size (pixel font: a tenth)."""
    outline_color = Setting(_colour, STYLE, _COLOUR)
    shadow = Setting(_two, LAYOUT | STYLE, _TWO)
    """How far the shadow is displaced, in world units, x and y; (0, 0) with no blur is none."""
    shadow_color = Setting(_colour, STYLE, _COLOUR)
    shadow_blur = Setting(_length, LAYOUT | STYLE, _LENGTH)
    """Over how many world units the edge of the shadow fades; shown up to an eighth of the size."""
    shown = Setting(_count, WORDS, "a whole number from 0, or None to show all")
    """How many characters are shown, for words that appear one by one; None for all. Nothing moves when it changes."""
    layer = Setting(_layer, STYLE, "a whole number from -512 to 511")
    """Higher layers are drawn over lower ones: -512 to 511. In a layer, text is drawn over sprites."""
    visible = Setting(bool, STYLE, "True or False")

    def __init__(
        self,
        text: str | Sequence[str | tuple[str, Colour]] = "",
        font: Font | None = None,
        size: float = 20.0,
        *,
        color: Colour = (255, 255, 255, 255),
        wrap: float = 0.0,
        align: Align = "left",
        anchor: Sequence[float] = (0.5, 0.5),
        line_spacing: float = 1.0,
        outline: float = 0.0,
        outline_color: Colour = (0, 0, 0, 255),
        shadow: Sequence[float] = (0.0, 0.0),
        shadow_color: Colour = (0, 0, 0, 160),
        shadow_blur: float = 0.0,
        shown: int | None = None,
        layer: int = 0,
        visible: bool = True,
    ) -> None:
        self._queue: list[Text] | None = None
        """Where the TextSystem looks for labels that changed."""
        self._stale = 0
        self.text, self.font, self.size, self.color = text, font, size, color
        self.wrap, self.align, self.anchor, self.line_spacing = wrap, align, anchor, line_spacing
        self.outline, self.outline_color = outline, outline_color
        self.shadow, self.shadow_color, self.shadow_blur = shadow, shadow_color, shadow_blur
        self.shown, self.layer, self.visible = shown, layer, visible

    def __repr__(self) -> str:
        return f"Text({self.text!r})"

    @property
    def plain(self) -> str:
        """The text without colours."""
        return plain(self.text)

    @property
    def has_shadow(self) -> bool:
        return self.shadow != (0.0, 0.0) or self.shadow_blur > 0.0

    def _note(self, changes: int) -> None:
        if not self._stale and self._queue is not None:
            self._queue.append(self)
        self._stale |= changes
