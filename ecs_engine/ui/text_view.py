"""Lines to read."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from operator import index
from typing import TYPE_CHECKING, Any

from ecs_engine.core.setting import Setting
from ecs_engine.text import Font
from ecs_engine.ui.fitting import Line, broken
from ecs_engine.ui.keys import Command
from ecs_engine.ui.painter import Painter
from ecs_engine.ui.scrolling import Scrolling
from ecs_engine.ui.widget import FONT, LENGTH, PAINT, SIZE, colour, font_or_none, length, sane, words

if TYPE_CHECKING:
    from ecs_engine.ui.ui import UI


def _lines(value: Sequence[str | Sequence[Any]]) -> tuple[Line, ...]:
    if isinstance(value, str):
        raise TypeError("one string for several")
    return tuple(_line(line) for line in value)


def _line(value: str | Sequence[Any]) -> Line:
    pieces = [(value, None)] if isinstance(value, str) else [(p, None) if isinstance(p, str) else p for p in value]
    return tuple((words(text), colour(shade)) for text, shade in pieces)


def _rows(value: int) -> int:
    if index(value) < 1:
        raise ValueError(value)
    return index(value)


class TextView(Scrolling):
    """Lines to read, such as a source or a log; more of them than fit are scrolled. Those that are too long go on in
    the next row.

    Args:
        lines: each a string, or pieces of it: strings and pairs of a string and its colour.
        size: units to an em; None for the theme's.
        font: None for the theme's.
        rows: how many are shown, if neither its height nor its growth says otherwise.
        settings: as of :class:`~ecs_engine.ui.Widget`; it is thirty times as wide as words are high unless told
            otherwise.
    """

    lines = Setting(_lines, PAINT, "a sequence of lines, each a string or a list of strings and (string, colour) pairs")
    size = Setting(length, SIZE, LENGTH)
    font = Setting(font_or_none, SIZE, FONT)
    rows = Setting(_rows, SIZE, "a whole number from 1")
    focusable = True
    takes_keys = True
    levels = 2

    def __init__(
        self,
        lines: Sequence[str | Sequence[Any]] = (),
        *,
        size: float | None = None,
        font: Font | None = None,
        rows: int = 12,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self._broken: tuple[tuple[Any, ...], list[Line]] = ((), [])
        self.lines, self.size, self.font, self.rows = lines, size, font, rows

    def _letters(self, ui: UI) -> float:
        return ui.theme.text_size if self.size is None else max(sane(self, self.size, "size"), 0.01)

    def _row(self, ui: UI) -> float:
        return (self.font or ui.font).measure("", self._letters(ui))[1]

    def _inset(self, ui: UI) -> float:
        return ui.theme.edge + self._letters(ui) * 0.6

    def _room(self, ui: UI) -> float:
        """Width of the lines."""
        return self.rect[2] - 2 * self._inset(ui) - self.bar_width(ui.theme)

    def _in_rows(self) -> list[Line]:
        """The lines as they are broken for the present width."""
        if self.ui is None:
            return list(self.lines)
        font, size, room = self.font or self.ui.font, self._letters(self.ui), self._room(self.ui)
        if room <= 0.0:  # not placed yet
            return list(self.lines)
        key = (self.lines, font, size, room)
        if self._broken[0] != key:
            self._broken = key, [row for line in self.lines for row in broken(font, size, line, room)]
        return self._broken[1]

    @property
    def row_count(self) -> int:
        return len(self._in_rows())

    @property
    def shown_rows(self) -> int:
        if self.ui is None:
            return self.rows
        return max(floor((self.rect[3] - 2 * self._inset(self.ui) + 0.01) / self._row(self.ui)), 1)

    def measure(self, ui: UI) -> tuple[float, float]:
        return self._letters(ui) * 30.0, self.rows * self._row(ui) + 2 * self._inset(ui)

    def paint(self, painter: Painter) -> None:
        ui, theme = self.ui, painter.theme
        assert ui is not None
        x, y, width, height = self.rect
        edge = theme.focus if self.focus_shown else theme.control_edge
        painter.box(x, y, width, height, theme.field, corner=theme.corner, edge=theme.edge, edge_color=edge)
        inset, row, first = self._inset(ui), self._row(ui), self.first
        self._first = first
        for number, line in enumerate(self._in_rows()[first : first + self.shown_rows]):
            if any(text.strip() for text, _ in line):
                painter.words(
                    x + inset, y + inset + number * row, line, theme.text, size=self._letters(ui),
                    font=self.font or painter.font, level=1,
                )  # fmt: skip
        self.paint_bar(painter, x + width - theme.edge - 2, y + inset, height - 2 * inset, level=1)

    # -- what the player does --------------------------------------------------------------------------
    def on_scroll(self, notches: float) -> bool:
        return super().on_scroll(3 * notches)

    def on_command(self, command: Command) -> bool:
        before = self.first
        to = {Command.UP: before - 1, Command.DOWN: before + 1}.get(command)
        if to is None:
            to = self.row_after(command, before)
        if to is None:
            return False
        self.first = to
        return self.first != before or command not in (Command.UP, Command.DOWN)  # beyond the end the focus goes on
