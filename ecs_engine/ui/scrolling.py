"""What scrolls does so by whole rows: nothing is ever cut."""

from __future__ import annotations

from typing import ClassVar

from ecs_engine.ui.keys import Command
from ecs_engine.ui.painter import Painter
from ecs_engine.ui.theme import Theme
from ecs_engine.ui.widget import PAINT, Widget


class Scrolling(Widget):
    """A widget of rows, of which those are shown that fit whole. Override :attr:`row_count` and :attr:`shown_rows`."""

    scroll_changes: ClassVar[int] = PAINT
    """What is out of date once other rows are shown."""
    _first = 0

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    @property
    def shown_rows(self) -> int:
        """How many of them there is room for, at least 1."""
        raise NotImplementedError

    @property
    def first(self) -> int:
        """The row shown at the top. Setting it scrolls; what is beyond the end is taken for that."""
        return min(self._first, self._last_first)

    @first.setter
    def first(self, first: int) -> None:
        self._first = max(first, 0)  # what is too far is known when it is shown
        self._note(self.scroll_changes)

    @property
    def _last_first(self) -> int:
        return max(self.row_count - self.shown_rows, 0)

    def reveal(self, row: int) -> None:
        """Scroll no farther than it takes to show a row."""
        first = min(max(self.first, row - self.shown_rows + 1), max(row, 0))
        if first != self.first:
            self.first = first

    def row_after(self, command: Command, row: int) -> int | None:
        """Where a key for pages or ends leads from a row; None for other commands."""
        last = self.row_count - 1
        match command:
            case Command.PAGE_UP:
                return max(row - self.shown_rows, 0)
            case Command.PAGE_DOWN:
                return min(row + self.shown_rows, last)
            case Command.HOME:
                return 0
            case Command.END:
                return last
        return None

    def on_scroll(self, notches: float) -> bool:
        self.first = self.first - (round(notches) or (1 if notches > 0 else -1 if notches < 0 else 0))
        return True

    @staticmethod
    def bar_width(theme: Theme) -> float:
        return theme.text_size * 0.4

    def paint_bar(self, painter: Painter, right: float, top: float, height: float, *, level: int = 0) -> None:
        """Draw what says which part of the rows is shown, if that is not all of them."""
        rows, count, size = self.shown_rows, self.row_count, painter.theme.text_size
        if count <= rows:
            return
        width, length = self.bar_width(painter.theme), max(height * rows / count, min(size, height))
        at = (height - length) * self.first / (count - rows)
        painter.box(right - width, top + at, width, length, painter.theme.control_edge, corner=width / 2, level=level)
