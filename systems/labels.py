"""Where labels keep what the GPU gets of them: rows of a pool for their glyphs, rows of lookups for the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.core.component import component, field_of
from ecs_engine.core.fields import UVec4, Vec4
from ecs_engine.core.stretches import stretches
from ecs_engine.frame.snapshot import ColumnSpec
from ecs_engine.systems.drawable import Drawable, Instances
from ecs_engine.systems.pool import Pool
from ecs_engine.text.compose import LAYOUT_COLUMNS

Array = np.ndarray[Any, Any]

FILL, OUTLINE, SHADOW = PASSES = range(3)
"""A label with an outline or a shadow has its glyphs once for each, so that none covers the letter beside it."""


@component
class GlyphRow:
    """One quad of a label."""

    quad: Vec4 = (0.0, 0.0, 0.0, 0.0)
    """min x, min y, max x, max y around the label's place."""
    look: UVec4 = (0, 0, 0, 0)
    """Texels of two corners; the colour of a run, or 0; number of the label times 3, plus the pass, and the page below
    in 8 bits."""


TEXTS = Drawable(
    name="texts",
    columns={"quad": field_of(GlyphRow, "quad"), "look": field_of(GlyphRow, "look")},
    lookups=(
        ColumnSpec("label_pose", np.dtype(np.float32), 4),  # x, y, angle, scale across
        ColumnSpec("label_prev", np.dtype(np.float32), 4),  # the same at the tick before, scale up
        ColumnSpec("tints", np.dtype(np.uint32), 1),  # colour of each pass
        ColumnSpec("edges", np.dtype(np.float32), 4),  # of each pass: texels told apart, grown by, blurred; sharpness
    ),
)
QUAD, LOOK = field_of(GlyphRow, "quad"), field_of(GlyphRow, "look")

_FEWEST_ROWS, _FEWEST_LABELS = 256, 16
_ARRAYS = (
    "first", "room", "layout", "passes", "shadow", "key", "reach", "shown", "pose", "previous", "tints", "edges",
)  # fmt: skip


class Labels:
    """Numbered labels, and the stretch of rows that each has in one pool.

    All arrays are indexed by label number; numbers that are free have no rows.
    """

    def __init__(self, instances: Instances) -> None:
        self._instances = instances
        self.pool = Pool(GlyphRow)
        self.first = np.zeros(0, np.int64)
        self.room = np.zeros(0, np.int64)
        """Rows; those past the last glyph draw nothing, so that words can change without chunks being cut anew."""
        self.layout = np.zeros((0, LAYOUT_COLUMNS))
        """See ``ecs_engine.text.compose.place``."""
        self.passes = np.zeros((0, len(PASSES)), np.bool_)
        """Which of them it has."""
        self.shadow = np.zeros((0, 2), np.float32)
        """How far its shadow is displaced."""
        self.key = np.zeros(0, np.uint16)
        self.reach = np.zeros(0, np.float32)
        """Of the circle around the label's place that holds its glyphs, before its scale."""
        self.shown = np.zeros(0, np.bool_)
        self.pose = np.zeros((0, 4), np.float32)
        self.previous = np.zeros((0, 4), np.float32)
        self.tints = np.zeros((0, 3), np.uint32)
        self.edges = np.zeros((0, 3, 4), np.float32)
        self._free: list[int] = []
        self._end = 0
        self._unused = 0
        self.cut = False
        """Whether chunks are to be cut anew."""

    def add(self) -> int:
        """The number of a new label, without rows and hidden."""
        if not self._free:
            count = len(self.first)
            if not count:
                self.pool.resize(_FEWEST_ROWS)
                self._instances.pools.append(self.pool)
            more = max(count, _FEWEST_LABELS)
            for name in _ARRAYS:
                array = getattr(self, name)
                setattr(self, name, np.concatenate([array, np.zeros((more, *array.shape[1:]), array.dtype)]))
            self._free = list(range(count + more - 1, count - 1, -1))
        return self._free.pop()

    def remove(self, number: int) -> None:
        self._unused += int(self.room[number])
        self.room[number] = 0
        self.shown[number] = False
        self.cut = True
        self._free.append(number)

    def make_room(self, number: int, rows: int) -> None:
        """Give a label at least so many rows."""
        if rows <= self.room[number]:
            return
        self._unused += int(self.room[number])
        room = -(-rows * 5 // 4 // 8) * 8  # a quarter more, so that a growing score moves seldom
        self.first[number], self.room[number] = self._end, room
        self._end += room
        self.cut = True

    def settle(self) -> None:
        """Have the rows that were promised by :meth:`make_room`, and close the gaps once they are half of all."""
        if self._end <= self.pool.length:
            return
        if self._unused > self._end // 2:
            self._close_gaps()
        else:
            self.pool.resize(max(self._end, 2 * self.pool.length))

    def _close_gaps(self) -> None:
        used = np.flatnonzero(self.room)
        rooms = self.room[used]
        firsts = np.cumsum(rooms) - rooms
        old = stretches(self.first[used], rooms)
        np.minimum(old, self.pool.length - 1, out=old)  # promised rows hold nothing yet, so that any will do
        kept = {field: self.pool.writable[field][old] for field in (QUAD, LOOK)}
        self.pool.resize(max(len(old), self.pool.length))
        for field, rows in kept.items():
            self.pool.writable[field][: len(old)] = rows
        self.first[used] = firsts
        self._end, self._unused = len(old), 0

    def close(self) -> None:
        if self.pool in self._instances.pools:
            self._instances.pools.remove(self.pool)
