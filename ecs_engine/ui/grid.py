"""Things in rows and columns of equal cells."""

from __future__ import annotations

from math import floor
from operator import index
from typing import TYPE_CHECKING, Any

from ecs_engine.core.setting import Setting
from ecs_engine.ui.containers import Box
from ecs_engine.ui.keys import STEPS, Command
from ecs_engine.ui.layout import across, starts
from ecs_engine.ui.painter import Painter
from ecs_engine.ui.scrolling import Scrolling
from ecs_engine.ui.tree import descendants
from ecs_engine.ui.widget import SIZE, TREE, Align, Widget

if TYPE_CHECKING:
    from ecs_engine.ui.ui import UI

_SLACK = 0.01
"""Units by which sums may be off."""


def _count(value: int | None) -> int | None:
    if value is not None and index(value) < 1:
        raise ValueError(value)
    return None if value is None else index(value)


class Grid(Scrolling, Box):
    """Rows of equal cells, filled from left to right. Rows that do not fit are scrolled to, by wheel or with the focus.

    Args:
        children: what is in it, in order; a cell is as large as the largest of them.
        columns: how many cells to a row; None for as many as its width, which is to be given then, has room for.
        rows: how many rows are shown if neither its height nor its growth says otherwise; None for all.
        align: where things stand within their cells, across and down; by default they fill them.
        settings: as of :class:`~ecs_engine.ui.Box`; ``justify`` is of the columns.
    """

    columns = Setting(_count, SIZE, "a whole number from 1, or None for as many as fit")
    rows = Setting(_count, SIZE, "a whole number from 1, or None for all")
    solid = True
    levels = 1
    scroll_changes = SIZE | TREE

    def __init__(
        self,
        *children: Widget,
        columns: int | None = None,
        rows: int | None = None,
        align: Align = "stretch",
        **settings: Any,
    ) -> None:
        super().__init__(*children, align=align, **settings)
        self.columns, self.rows = columns, rows
        self._in_view: set[Widget] = set()
        self._fitting = (1, 1)
        """Columns and rows that there is room for."""

    def shows(self, child: Widget) -> bool:
        return child in self._in_view

    @property
    def row_count(self) -> int:
        return -(-len(self._cells()) // self._fitting[0])

    @property
    def shown_rows(self) -> int:
        return self._fitting[1]

    def _cells(self) -> list[Widget]:
        return [child for child in self._children if child.visible]

    def _cell(self, ui: UI) -> tuple[float, float]:
        """Width and height of a cell."""
        sizes = [ui.natural(child) for child in self._cells()]
        return max([size[0] for size in sizes], default=0.0), max([size[1] for size in sizes], default=0.0)

    def measure(self, ui: UI) -> tuple[float, float]:
        (gap, padding), (width, height) = self.spaces(ui), self._cell(ui)
        columns = self.columns or 1
        rows = self.rows or -(-len(self._cells()) // columns)
        return (
            columns * width + (columns - 1) * gap + 2 * padding,
            rows * height + max(rows - 1, 0) * gap + 2 * padding,
        )

    def arrange(self, ui: UI, x: float, y: float, width: float, height: float) -> None:
        (gap, padding), cell, cells = self.spaces(ui), self._cell(ui), self._cells()
        across_room, down_room = max(width - 2 * padding, 0.0), max(height - 2 * padding, 0.0)
        rows = max(floor((down_room + gap + _SLACK) / max(cell[1] + gap, _SLACK)), 1)
        columns = self._columns_in(across_room, cell[0], gap)
        if -(-len(cells) // columns) > rows:  # the bar takes room, too
            across_room = max(across_room - self.bar_width(ui.theme) - gap, 0.0)
            columns = self._columns_in(across_room, cell[0], gap)
        self._fitting = columns, rows
        self._first = self.first
        begin = self._first * columns
        in_view = cells[begin : begin + rows * columns]
        if self._in_view != set(in_view):
            self._in_view, ui.tree_changed = set(in_view), True
        lefts = starts([cell[0]] * columns, gap, across_room, self.justify)
        for number, child in enumerate(in_view):
            natural, align = ui.natural(child), self.align
            left, wide = across(natural[0], child.width is not None, cell[0], align)
            top, high = across(natural[1], child.height is not None, cell[1], align)
            down = number // columns * (cell[1] + gap)
            ui.place(child, x + padding + lefts[number % columns] + left, y + padding + down + top, wide, high)
        self.repaint()

    def _columns_in(self, room: float, cell: float, gap: float) -> int:
        return self.columns or max(floor((room + gap + _SLACK) / max(cell + gap, _SLACK)), 1)

    def paint(self, painter: Painter) -> None:
        x, y, width, height = self.rect
        self.paint_bar(painter, x + width, y, height)

    def on_command(self, command: Command) -> bool:
        """Move the focus, which is within, from cell to cell; also to those that are not shown yet."""
        cells, columns = self._cells(), self._fitting[0]
        now = next((number for number, cell in enumerate(cells) if self._has_focus(cell)), None)
        if now is None:
            return False
        row, column = divmod(now, columns)
        if command in STEPS:
            right, down = STEPS[command]
            if not 0 <= column + right < columns:
                return False
            wanted = now + right + down * columns
            if down > 0 and row + 1 < self.row_count:  # the last row may be shorter
                wanted = min(wanted, len(cells) - 1)
        else:
            to = self.row_after(command, row)
            if to is None:
                return False
            ends = {Command.HOME: 0, Command.END: len(cells) - 1}
            wanted = ends.get(command, min(to * columns + column, len(cells) - 1))
        return 0 <= wanted < len(cells) and self.go_to(cells[wanted])

    def go_to(self, child: Widget) -> bool:
        """Show one of its children, and give it the focus; whether it can have that."""
        cells = self._cells()
        target = next((one for one in descendants(child) if one.focusable and one.active), None)
        if child not in cells or target is None:
            return False
        self.reveal(cells.index(child) // self._fitting[0])
        target.focus()
        return True

    def _has_focus(self, child: Widget) -> bool:
        return any(one.focused for one in descendants(child))
