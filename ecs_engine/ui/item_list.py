"""A list to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import floor
from operator import index
from typing import TYPE_CHECKING, Any

from ecs_engine.core.setting import Setting
from ecs_engine.text import Font
from ecs_engine.ui.controls import WHITE, Phase
from ecs_engine.ui.fitting import fitting
from ecs_engine.ui.keys import Command
from ecs_engine.ui.painter import Painter
from ecs_engine.ui.scrolling import Scrolling
from ecs_engine.ui.theme import Colour, shade
from ecs_engine.ui.widget import FONT, FUNCTION, PAINT, SIZE, callback, font_or_none, words

if TYPE_CHECKING:
    from ecs_engine.ui.ui import UI


def _items(value: Sequence[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        raise TypeError("one string for several")
    return tuple(words(item) for item in value)


def _chosen(value: int | None) -> int | None:
    return None if value is None else index(value)


def _rows(value: int) -> int:
    if index(value) < 1:
        raise ValueError(value)
    return index(value)


class List(Scrolling):
    """Lines to choose from, one at a time; more of them than fit are scrolled. Only whole lines are shown.

    Args:
        items: the lines.
        selected: which is chosen; None for none.
        rows: how many are shown, if neither its height nor its growth says otherwise.
        on_change: called with the number of the line that the player chooses, not when the game chooses one.
        on_submit: called with it when the player presses Enter on it, or clicks on it once more.
        font: None for the theme's.
        settings: as of :class:`~ecs_engine.ui.Widget`; it is as wide as its longest line unless told otherwise.
    """

    items = Setting(_items, SIZE, "a sequence of strings")
    selected = Setting(_chosen, PAINT, "the number of a line, or None")
    rows = Setting(_rows, SIZE, "a whole number from 1")
    font = Setting(font_or_none, SIZE, FONT)
    on_change = Setting(callback, 0, FUNCTION)
    on_submit = Setting(callback, 0, FUNCTION)
    focusable = True
    levels = 3
    takes_keys = True

    def __init__(
        self,
        items: Sequence[str] = (),
        selected: int | None = None,
        *,
        rows: int = 6,
        on_change: Callable[[int], object] | None = None,
        on_submit: Callable[[int], object] | None = None,
        font: Font | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.items, self.selected, self.rows = items, selected, rows
        self.on_change, self.on_submit = on_change, on_submit
        self.font = font
        self._revealed: int | None = None

    @property
    def row_count(self) -> int:
        return len(self.items)

    @property
    def shown_rows(self) -> int:
        if self.ui is None:
            return self.rows
        return max(floor((self.rect[3] - 2 * self._inset(self.ui) + 0.01) / self._row(self.ui)), 1)

    @staticmethod
    def _row(ui: UI) -> float:
        return ui.theme.text_size * 1.6

    @staticmethod
    def _inset(ui: UI) -> float:
        return ui.theme.edge + 2.0

    def measure(self, ui: UI) -> tuple[float, float]:
        inset, size = self._inset(ui), ui.theme.text_size
        width = 0.0
        if self.width is None:
            font = self.font or ui.font
            width = max([font.measure(item, size)[0] for item in self.items], default=0.0) + 2.5 * size
        return max(width, 6 * size), self.rows * self._row(ui) + 2 * inset

    def paint(self, painter: Painter) -> None:
        ui, theme = self.ui, painter.theme
        assert ui is not None
        size, row, inset = theme.text_size, self._row(ui), self._inset(ui)
        x, y, width, height = self.rect
        edge = theme.focus if self.focus_shown else theme.control_edge
        painter.box(x, y, width, height, theme.field, corner=theme.corner, edge=theme.edge, edge_color=edge)
        rows, count = self.shown_rows, len(self.items)
        if self.selected != self._revealed:
            self._revealed = self.selected
            if self.selected is not None:
                self._first = min(max(self._first, self.selected - rows + 1), max(self.selected, 0))
        first = self._first = self.first
        bar = self.bar_width(theme) if count > rows else 0.0
        font = self.font or painter.font
        room = width - 2 * inset - size - bar
        line = font.measure("", size)[1]
        for number in range(first, min(first + rows, count)):
            top = y + inset + (number - first) * row
            chosen = number == self.selected
            if chosen:
                fill: Colour = theme.accent if self.active else theme.control
                painter.box(
                    x + inset, top, width - 2 * inset - (bar + 2 if bar else 0), row, shade(fill, WHITE, 0.1),
                    fill_to=fill, corner=max(theme.corner - inset, 0.0), level=1,
                )  # fmt: skip
            painter.words(
                x + inset + size * 0.5, top + (row - line) / 2, fitting(font, size, self.items[number], room),
                theme.on_accent if chosen and self.active else theme.text, font=font, level=2,
            )  # fmt: skip
        self.paint_bar(painter, x + width - inset, y + inset, height - 2 * inset, level=1)

    # -- what the player does --------------------------------------------------------------------------
    def choose(self, number: int) -> None:
        """Do what happens when the player chooses a line; what is beyond the ends is taken for the end."""
        if not self.items:
            return
        number = min(max(number, 0), len(self.items) - 1)
        if number != self.selected:
            self.selected = number
            self.call(self.on_change, number)
        else:
            self._revealed = None
            self.repaint()

    def on_point(self, x: float, y: float, phase: Phase) -> None:
        ui = self.ui
        if ui is None or phase == "release":
            return
        row, inset = self._row(ui), self._inset(ui)
        number = self.first + floor((y - self.rect[1] - inset) / row)
        if phase == "drag":
            self.choose(min(max(number, self.first), self.first + self.shown_rows - 1))
        elif self.first <= number < min(self.first + self.shown_rows, len(self.items)):
            again = number == self.selected
            self.choose(number)
            if again:
                self.call(self.on_submit, number)

    def on_command(self, command: Command) -> bool:
        now, last = self.selected, len(self.items) - 1
        if command is Command.ACCEPT and now is not None and 0 <= now <= last:
            self.call(self.on_submit, now)
            return self.on_submit is not None
        if command in (Command.UP, Command.DOWN):
            step = 1 if command is Command.DOWN else -1
            wanted = (0 if step > 0 else last) if now is None else now + step
        else:
            row = self.row_after(command, now or 0)
            if row is None:
                return False
            wanted = row
        if not 0 <= wanted <= last:  # beyond the end: the focus goes on
            return False
        self.choose(wanted)
        return True
