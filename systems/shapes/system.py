"""Polygons and lines of entities become rows of a pool."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import WorldPose2D
from ecs_engine.components.shapes import ShapeDraw
from ecs_engine.core.component import field_of
from ecs_engine.core.stretches import stretches
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.systems.drawable import Drawables
from ecs_engine.systems.pool import Pool
from ecs_engine.systems.shapes.paths import Polygon, Polyline, sort_key
from ecs_engine.systems.shapes.rows import EXTRA, FORM, GRADIENT, PAINT, POSE, PREVIOUS, joined

Array = np.ndarray[Any, Any]

_SCALE = field_of(WorldPose2D, "scale")


class PathSystem(System):
    """Keeps a pool with the rows of all :class:`Polygon` and :class:`Polyline` components, a chunk for each.

    It is filled anew when one of them comes, goes, or is scaled; otherwise only the poses of those that moved are
    written.
    """

    stage: ClassVar[Stage] = Stage.TRANSFORM
    needs: ClassVar[tuple[type, ...]] = (Polygon, Polyline)

    def on_add(self) -> None:
        self._pool = Pool(WorldPose2D, ShapeDraw)
        self._known: list[tuple[int, Polygon | Polyline]] = []
        self._placeless = False
        """Whether some have no Transform2D, which they may get."""
        self._basis: list[tuple[Table, int, int]] = []
        """Of each such table: its layout version, and the version of its scales."""
        self._places: list[tuple[Table, Array, Array, Array]] = []
        """Of each table with such entities: their rows in it, their chunks, and the pool's rows, chunk by chunk."""
        self._poses: list[tuple[int, int]] = []
        self._reach: Array = np.empty(0)
        self._counts: Array = np.empty(0, np.int64)

    def on_remove(self) -> None:
        drawables = self.world.try_resource(Drawables)
        if drawables is not None and self._pool in drawables["shapes"].pools:
            drawables["shapes"].pools.remove(self._pool)

    def process(self, dt: float) -> None:
        known: list[Any] = [*self.world.get_component(Polygon), *self.world.get_component(Polyline)]
        if not known and not self._known:
            return
        basis = [(table, table.layout_version, table.versions[_SCALE]) for table, *_ in self._basis]
        if known != self._known or basis != self._basis or self._placeless:
            self._known = known
            self.fill()
        poses = [(table.versions[POSE], table.versions[PREVIOUS]) for table, *_ in self._places]
        if poses != self._poses:
            self._poses = poses
            self.place()

    def fill(self) -> None:
        """Write everything but the poses."""
        pools = self.world.resource(Drawables)["shapes"].pools
        if self._pool not in pools:
            pools.append(self._pool)
        where = [(self.world.location(entity), path) for entity, path in self._known]
        found = [(*place, path) for place, path in where if place is not None and POSE in place[0].arrays]
        self._placeless = len(found) < len(where)
        found.sort(key=lambda one: one[0].index)
        parts, reach = [], []
        for table, row, path in found:
            x, y = table.readable[_SCALE][row].tolist()
            drawable = 1e-9 < abs(x) < 1e9 and 1e-9 < abs(y) < 1e9  # which NaN is not, either
            parts.append(path.rows.scaled(x, y) if drawable else path.rows)
            reach.append(path.reach * max(abs(x), abs(y)) if drawable else -np.inf)
        self._counts = np.array([len(part) for part in parts], np.int64)
        self._reach = np.array(reach, np.float64)
        self._pool.resize(int(self._counts.sum()))
        if parts:
            rows = joined(parts)
            for field in (FORM, EXTRA, PAINT, GRADIENT):
                np.copyto(self._pool.writable[field], getattr(rows, field.name))
        firsts = np.cumsum(self._counts) - self._counts
        self._pool.chunks.cut(firsts, self._counts, [sort_key(path.layer, path.blend) for *_, path in found])
        self._note(found, firsts)

    def _note(self, found: list[Any], firsts: Array) -> None:
        """Remember which rows of which tables the rows of the pool follow."""
        self._places, self._poses = [], []
        for table in dict.fromkeys(table for table, *_ in found):
            chunks = np.array([index for index, one in enumerate(found) if one[0] is table])
            rows = np.array([found[index][1] for index in chunks])
            counts = self._counts[chunks]
            self._places.append((table, rows, chunks, stretches(firsts[chunks], counts)))
        self._basis = [(table, table.layout_version, table.versions[_SCALE]) for table, *_ in self._places]

    def place(self) -> None:
        """Write the poses, and where each chunk is at this tick and at the one before."""
        center, radius = np.zeros((len(self._reach), 2)), self._reach.copy()
        with np.errstate(all="ignore"):
            for table, rows, chunks, mine in self._places:
                for field in (POSE, PREVIOUS):
                    poses = table.readable[field][rows]
                    self._pool.writable[field][mine] = np.repeat(poses, self._counts[chunks], axis=0)
                now, before = table.readable[POSE][rows, :2], table.readable[PREVIOUS][rows, :2]
                center[chunks] = (now + before) / 2
                radius[chunks] += np.linalg.norm(now - before, axis=1) / 2
        self._pool.touch(POSE)
        self._pool.touch(PREVIOUS)
        self._pool.chunks.bound(center, radius)
