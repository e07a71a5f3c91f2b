"""Rows, columns and panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from ecs_engine.core.setting import Setting
from ecs_engine.ui.layout import across, share, starts
from ecs_engine.ui.painter import Painter
from ecs_engine.ui.theme import Colour
from ecs_engine.ui.widget import (
    COLOUR,
    LENGTH,
    PAINT,
    SIZE,
    Align,
    Justify,
    Widget,
    colour,
    length,
    sane,
    warn,
)

if TYPE_CHECKING:
    from ecs_engine.ui.ui import UI

_ALIGN = ("start", "center", "end", "stretch")
_JUSTIFY = ("start", "center", "end", "space_between")
_SLACK = 1e-3
"""Units by which sums may be off."""


def _align(value: Align) -> Align:
    if value not in _ALIGN:
        raise ValueError(value)
    return value


def _justify(value: Justify) -> Justify:
    if value not in _JUSTIFY:
        raise ValueError(value)
    return value


class Box(Widget):
    """What :class:`Row`, :class:`Column` and :class:`Panel` have in common.

    Args:
        children: what is in it, in order.
        gap: between two of them; None for the theme's.
        padding: on all four sides.
        align: where they stand across the main axis: "start", "center", "end", or "stretch" to fill it.
        justify: where they stand along it, if none grows: "start", "center", "end", or "space_between".
        settings: as of :class:`~ecs_engine.ui.Widget`.
    """

    gap = Setting(length, SIZE, LENGTH)
    padding = Setting(length, SIZE, LENGTH)
    align = Setting(_align, SIZE, f"one of {', '.join(_ALIGN)}")
    justify = Setting(_justify, SIZE, f"one of {', '.join(_JUSTIFY)}")

    main = 1
    """The main axis: 0 across the screen, 1 down."""

    def __init__(
        self,
        *children: Widget,
        gap: float | None = None,
        padding: float | None = 0.0,
        align: Align = "start",
        justify: Justify = "start",
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.gap, self.padding, self.align, self.justify = gap, padding, align, justify
        self.add(*children)

    def add(self, *children: Widget) -> Self:
        """Put widgets behind those that are in it, and return it.

        Raises:
            EngineError: one is no widget, is in a UI already, or holds this one.
        """
        for child in children:
            self._insert(len(self._children), child)
        return self

    def insert(self, index: int, child: Widget) -> None:
        """Put a widget before the one at ``index``; errors as of :meth:`add`."""
        self._insert(index, child)

    def clear(self) -> None:
        """Remove all that is in it."""
        for child in self.children:
            child.remove()

    def spaces(self, ui: UI) -> tuple[float, float]:
        """Gap and padding, in units."""
        gap, padding = self._gap, self._padding  # type: ignore[attr-defined]
        gap = ui.theme.gap if gap is None else sane(self, gap, "gap")
        return gap, ui.theme.padding if padding is None else sane(self, padding, "padding")

    def measure(self, ui: UI) -> tuple[float, float]:
        gap, padding = self.spaces(ui)
        sizes = [ui.natural(child) for child in self._children if child.visible]
        main = self.main
        along = sum([size[main] for size in sizes]) + gap * max(len(sizes) - 1, 0) + 2 * padding
        beside = max([size[1 - main] for size in sizes], default=0.0) + 2 * padding
        return (beside, along) if main else (along, beside)

    def arrange(self, ui: UI, x: float, y: float, width: float, height: float) -> None:
        children = [child for child in self._children if child.visible]
        if not children:
            return
        main, (gap, padding) = self.main, self.spaces(ui)
        if 2 * padding > min(width, height) + _SLACK:
            warn(self, f"is {width:g} x {height:g} and has a padding of {padding:g}, which leaves no room")
            padding = min(width, height) / 2
        room = (width - 2 * padding, height - 2 * padding)
        sizes = [ui.natural(child) for child in children]
        natural = [size[main] for size in sizes]
        grow = [child.grow and sane(child, child.grow, "grow") for child in children]
        lengths = share(natural, grow, room[main] - gap * (len(children) - 1))
        missing = sum(lengths) + gap * (len(children) - 1) - room[main]
        if missing > _SLACK and self._fixed(main):
            warn(self, f"is {missing:g} units too small for what is in it, which sticks out")
        left, top = x + padding, y + padding
        align = self.align
        for child, size, length_, start in zip(
            children, sizes, lengths, starts(lengths, gap, room[main], self.justify), strict=True
        ):
            fixed = (child.width if main else child.height) is not None
            begin, beside = across(size[1 - main], fixed, room[1 - main], align)
            if main:
                ui.place(child, left + begin, top + start, beside, length_)
            else:
                ui.place(child, left + start, top + begin, length_, beside)

    def _fixed(self, axis: int) -> bool:
        return (self.height if axis else self.width) is not None


class Row(Box):
    """Things side by side, from left to right; see :class:`Box` for what it takes."""

    main = 0


class Column(Box):
    """Things one below the other; see :class:`Box` for what it takes."""


class Panel(Box):
    """A column on a board of its own. It is over the game: clicks on it do not reach that.

    Args:
        color: of the board; None for the theme's.
        settings: as of :class:`Box`; the padding is the theme's unless given.
    """

    color = Setting(colour, PAINT, COLOUR)
    levels = 2
    dims = False
    solid = True

    def __init__(
        self, *children: Widget, color: Colour | None = None, padding: float | None = None, **settings: Any
    ) -> None:
        super().__init__(*children, padding=padding, **settings)
        self.color = color

    def paint(self, painter: Painter) -> None:
        theme = painter.theme
        x, y, width, height = self.rect
        corner = theme.corner * 1.5
        painter.box(x, y + 2.5 * theme.edge, width, height, theme.shadow, corner=corner)
        painter.box(
            x, y, width, height, self.color or theme.panel, corner=corner, edge=theme.edge,
            edge_color=theme.panel_edge, level=1,
        )  # fmt: skip
