"""One finished tick as the context thread sees it: columns, draw order and views, all in preallocated arrays.

A frame is one of three slots that the exchange passes around. Each slot is complete in itself: it knows which version
of each block of each column it holds. What any slot has already is shared, and of the rest only the blocks that
changed are copied (decision 0019). Nothing here knows about two dimensions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ecs_engine.frame.breaks import Break, find_breaks
from ecs_engine.frame.contents import ContentPool
from ecs_engine.frame.keys import END_KEY
from ecs_engine.frame.passes import Pass

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One streamed column: rows of ``width`` numbers of ``dtype`` (float32 or uint32)."""

    name: str
    dtype: np.dtype[Any]
    width: int
    group: str = ""
    """Columns of one set that exchange what is in them, as the present pose and the previous one do, have one name here
    that is not "". They are of one dtype and width."""


@dataclass(frozen=True, slots=True)
class SetSpec:
    """One instance set."""

    name: str
    columns: tuple[ColumnSpec, ...]
    """Of its rows."""
    lookups: tuple[ColumnSpec, ...] = ()
    """Arrays of any length that its rows refer to by number."""
    lights: bool = False
    """Its rows are drawn into the light maps of views."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the blocks of an instance set, one per table or pool, lie among its rows; made anew when any moves."""

    number: int
    firsts: tuple[int, ...]
    """The first row of each block."""
    capacity: int
    """Rows of all blocks together, used or not."""


class ColumnSnapshot:
    """One column of an instance set in one slot."""

    __slots__ = ("_pool", "contents")

    def __init__(self, pool: ContentPool) -> None:
        self._pool = pool
        self.contents = pool.empty()

    @property
    def array(self) -> Array:
        """(capacity, width), read-only: other slots may have the same one."""
        return self.contents.array

    @property
    def versions(self) -> list[int]:
        """Of each block in the array."""
        return self.contents.versions

    def holds(self, layout: Layout, versions: list[int]) -> bool:
        """Whether what has these versions is there."""
        held = self.contents
        return held.versions == versions and held.layout == layout.number

    def put(self, layout: Layout, rows: Sequence[Array], versions: list[int]) -> None:
        """Become equal to ``rows``, one array (n, width) or (n,) for each block."""
        self.contents = self._pool.change(self.contents, layout.number, layout.capacity, layout.firsts, rows, versions)


class LookupSnapshot:
    """One lookup of an instance set in one slot: (capacity, width), of which ``count`` rows are in use."""

    __slots__ = ("array", "count", "version")

    def __init__(self, spec: ColumnSpec) -> None:
        self.array: Array = np.zeros((0, spec.width), spec.dtype)
        self.count = 0
        self.version = -1

    def put(self, rows: Array, version: int) -> None:
        """Become equal to ``rows`` (n, width); nothing happens if ``version`` is there."""
        if self.version == version:
            return
        if len(rows) > len(self.array):
            self.array = np.empty((max(len(rows), 2 * len(self.array)), *rows.shape[1:]), rows.dtype)
        self.count, self.version = len(rows), version
        np.copyto(self.array[: self.count], rows)


class SetPools:
    """What the three slots of an exchange share of one instance set: the contents of its columns."""

    def __init__(self, spec: SetSpec) -> None:
        self.spec = spec
        groups: dict[str, ContentPool] = {}
        self.columns: Mapping[str, ContentPool] = {
            column.name: groups.setdefault(column.group or column.name, ContentPool(column.dtype, column.width))
            for column in spec.columns
        }


class SetSnapshot:
    """The columns and lookups of one instance set in one slot."""

    __slots__ = ("columns", "counts", "layout", "lookups", "name")

    def __init__(self, pools: SetPools) -> None:
        self.name = pools.spec.name
        self.columns = {name: ColumnSnapshot(pool) for name, pool in pools.columns.items()}
        self.lookups = {lookup.name: LookupSnapshot(lookup) for lookup in pools.spec.lookups}
        self.layout = Layout(-1, (), 0)
        self.counts: list[int] = []
        """Rows in use in each block."""


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

    def breaks(self, pieces: Array | None = None) -> list[Break]:
        """Why each draw after the first is not one with the draw before it: see :func:`find_breaks`."""
        return [Break(code) for code in find_breaks(self.draws[: self.draw_count], pieces).tolist()]

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
    eye: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Where the camera is at this tick, in world units."""
    previous_eye: tuple[float, float, float] = (0.0, 0.0, 0.0)
    viewport: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Left, bottom, width, height as parts of the target."""
    clear: tuple[float, float, float, float] | None = None
    """The colour it is filled with first, 0 to 1, or ``None``."""
    window: int = 0
    """The number of the window it is drawn to."""
    border: int = 0
    """Pixels along the inner edge of the viewport that are of ``border_color``; the view fills what they leave."""
    border_color: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    ambient: tuple[float, float, float] | None = None
    """The light that is everywhere; None is white, and no light map at all where there are no lights."""
    unlit_key: int = END_KEY
    """Draws with this key or higher are not lit."""
    effects: tuple[tuple[Pass, ...], ...] = ()
    """What is done with its picture before it is shown: effects, each of one or more passes."""

    def at(self, alpha: float) -> Array:
        """World to clip space at a moment between the tick before (0) and this one (1): (4, 4) float32, rows first.

        Each number goes its way evenly, so that all that is fixed on the screen at both ticks stays there in between.
        """
        if self.current is self.previous:
            return self.current
        between: Array = self.previous + np.float32(alpha) * (self.current - self.previous)
        return between


class Frame:
    """One slot of the exchange."""

    __slots__ = ("draws", "dt", "effects", "entities", "seconds", "sets", "stage_ms", "tick", "time_ns", "views")

    def __init__(self, pools: Sequence[SetPools] = ()) -> None:
        self.tick = 0
        """Number of the tick this is the result of; the first is 1."""
        self.time_ns = 0
        """When this tick was due, on the pacing clock (``ecs_engine.pacing``), which is not ``time.monotonic_ns``."""
        self.dt = 1.0
        """Seconds of game time this tick was worth; 0 while the game is paused."""
        self.seconds = 0.0
        """Game time at this tick, since the first."""
        self.entities = 0
        """Entities of the world at the end of the tick."""
        self.stage_ms: tuple[float, ...] = ()
        """Milliseconds the systems of each :class:`~ecs_engine.core.system.Stage` took in this tick, by stage."""
        self.sets = [SetSnapshot(each) for each in pools]
        self.draws = DrawList()
        self.views: list[View] = []
        self.effects: dict[int, tuple[tuple[Pass, ...], ...]] = {}
        """What is done with the whole picture of a window: its number -> effects, as of a view."""
