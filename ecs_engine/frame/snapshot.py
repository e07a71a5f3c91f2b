"""One finished tick as the context thread sees it: columns, draw order and views, all in preallocated arrays.

A frame is one of three slots that the exchange passes around. Each slot is complete in itself: it remembers which
version of each block of each column it holds, and only what changed since *this slot* was last written is copied.
Nothing here knows about two dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One streamed column: rows of ``width`` numbers of ``dtype`` (float32 or uint32)."""

    name: str
    dtype: np.dtype[Any]
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the blocks (one per table) of an instance set lie among its rows. A new one is made when any moves."""

    number: int
    firsts: tuple[int, ...]
    """The first row of each block."""
    capacity: int
    """Rows of all blocks together, used or not."""


class ColumnSnapshot:
    """One column of an instance set in one slot: (capacity, width), with the version of each block in it."""

    __slots__ = ("array", "spec", "versions")

    def __init__(self, spec: ColumnSpec) -> None:
        self.spec = spec
        self.array: Array = np.zeros((0, spec.width), spec.dtype)
        self.versions: list[int] = []

    def lay_out(self, layout: Layout) -> None:
        if layout.capacity > len(self.array):
            self.array = np.zeros((layout.capacity, self.spec.width), self.spec.dtype)
        self.versions = [-1] * len(layout.firsts)

    def put(self, block: int, first: int, rows: Array, version: int) -> None:
        """Bring one block up to date: ``rows`` is (n, width) or (n,); nothing happens if ``version`` is there."""
        if self.versions[block] != version:
            np.copyto(self.array[first : first + len(rows)].reshape(rows.shape), rows)
            self.versions[block] = version


class SetSnapshot:
    """The columns of one instance set in one slot."""

    __slots__ = ("columns", "counts", "layout")

    def __init__(self, specs: tuple[ColumnSpec, ...]) -> None:
        self.columns = {spec.name: ColumnSnapshot(spec) for spec in specs}
        self.layout = Layout(-1, (), 0)
        self.counts: list[int] = []
        """Rows in use in each block."""

    def lay_out(self, layout: Layout) -> None:
        """Take a new layout; every block then counts as changed."""
        if layout.number != self.layout.number:
            self.layout = layout
            for column in self.columns.values():
                column.lay_out(layout)


class DrawList:
    """The row ids to draw, in order, and the draws that cut them up.

    ``order`` is (capacity,) uint32, of which ``order_length`` are in use. ``draws`` is (capacity, 5) int64, of which
    ``draw_count`` rows are in use: view, instance set, key, first and count (into ``order``). ``version`` changes
    when ``order`` does.
    """

    VIEW, SET, KEY, FIRST, COUNT = range(5)

    __slots__ = ("draw_count", "draws", "order", "order_length", "version")

    def __init__(self) -> None:
        self.order: Array = np.empty(1024, np.uint32)
        self.order_length = 0
        self.draws: Array = np.empty((64, 5), np.int64)
        self.draw_count = 0
        self.version = 0

    def clear(self) -> None:
        self.order_length = 0
        self.draw_count = 0

    def room_for(self, count: int) -> Array:
        """The next ``count`` places of ``order``, to be filled by the caller; growing doubles the array."""
        first, self.order_length = self.order_length, self.order_length + count
        if self.order_length > len(self.order):
            self.order = _doubled(self.order, self.order_length)
        return self.order[first : self.order_length]

    def add_draw(self, view: int, instance_set: int, key: int, first: int, count: int) -> None:
        if self.draw_count == len(self.draws):
            self.draws = _doubled(self.draws, self.draw_count + 1)
        self.draws[self.draw_count] = (view, instance_set, key, first, count)
        self.draw_count += 1

    def copy_from(self, other: DrawList) -> None:
        """Become equal to ``other``; the order is copied only where its version differs."""
        if self.version != other.version:
            self.clear()
            np.copyto(self.room_for(other.order_length), other.order[: other.order_length])
            self.version = other.version
        if other.draw_count > len(self.draws):
            self.draws = np.empty_like(other.draws)
        self.draw_count = other.draw_count
        self.draws[: self.draw_count] = other.draws[: self.draw_count]


def _doubled(array: Array, least: int) -> Array:
    grown = np.empty((max(least, 2 * len(array)), *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown


@dataclass(slots=True)
class View:
    """What one camera sees."""

    current: Array = field(default_factory=lambda: np.eye(4, dtype=np.float32))
    """World to clip space at this tick, (4, 4) float32, rows first."""
    previous: Array = field(default_factory=lambda: np.eye(4, dtype=np.float32))
    """The same at the tick before."""
    viewport: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Left, bottom, width, height as parts of the target."""
    clear: tuple[float, float, float, float] | None = None
    """The colour it is filled with first, 0 to 1, or ``None``."""
    window: int = 0
    """The number of the window it is drawn to."""


class Frame:
    """One slot of the exchange."""

    __slots__ = ("draws", "dt", "sets", "tick", "time_ns", "views")

    def __init__(self, sets: tuple[tuple[ColumnSpec, ...], ...] = ()) -> None:
        self.tick = 0
        """Number of the tick this is the result of; the first is 1."""
        self.time_ns = 0
        """When this tick was due, on the pacing clock (``ecs_engine.pacing``), which is not ``time.monotonic_ns``."""
        self.dt = 1.0
        """Seconds of game time this tick was worth; 0 while the game is paused."""
        self.sets = [SetSnapshot(specs) for specs in sets]
        self.draws = DrawList()
        self.views: list[View] = []
