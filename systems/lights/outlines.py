"""The edges of all occluders, in the world."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.components import WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.systems.lights.lights import POSE, PREVIOUS
from ecs_engine.systems.lights.occluder import Occluder

Array = np.ndarray[Any, Any]

_SCALE = field_of(WorldPose2D, "scale")


class Outlines:
    """Keeps (m, 4) float32 edges at this tick and at the one before, and circles around them and their occluders."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: list[tuple[int, Occluder]] = []
        self._tables: list[tuple[Table, int, Array, slice]] = []
        """Of each table: its layout version, the rows of its occluders, and their places among all."""
        self._placeless = False
        """Whether some have no Transform2D, which they may get."""
        self._poses: Array = np.empty((0, 8), np.float32)
        """x, y, angle now, x, y, angle before, scale across and up."""
        self._own: Array = np.empty((0, 4), np.float32)
        """Edges around (0, 0)."""
        self._own_side: Array = np.empty(0, np.float32)
        self._owner: Array = np.empty(0, np.int64)
        """Of each edge: the place of its occluder."""
        self._own_reach: Array = np.empty(0, np.float32)
        self.counts: Array = np.empty(0, np.int64)
        """Edges of each occluder; those of one follow each other."""
        self.center: Array = np.empty((0, 2), np.float32)
        self.reach: Array = np.empty(0, np.float32)
        """A circle around each occluder, at both ticks; NaN for one that is nowhere."""
        self.now = self.before = np.empty((0, 4), np.float32)
        self.middle: Array = np.empty((0, 2), np.float32)
        self.radius: Array = np.empty(0, np.float32)
        """A circle around each edge, at both ticks."""
        self.side: Array = np.empty(0, np.float32)
        """See :attr:`Occluder.side`."""

    def update(self, found: list[tuple[int, Occluder]]) -> bool:
        """Take the world's occluders and their places; returns whether anything is other than at the last call."""
        stale = self._placeless or any(table.layout_version != version for table, version, *_ in self._tables)
        changed = stale or found != self._known
        if changed:
            self._known = list(found)
            self._collect()
        poses = np.empty((len(self._poses), 8), np.float32)
        for table, _, rows, places in self._tables:
            poses[places, :3] = table.readable[POSE][rows, :3]
            poses[places, 3:6] = table.readable[PREVIOUS][rows, :3]
            poses[places, 6:] = table.readable[_SCALE][rows]
        if not changed and np.array_equal(poses, self._poses):
            return False
        self._poses = poses
        self._place()
        return True

    def _collect(self) -> None:
        """Find out which rows of which tables they are."""
        by_table: dict[Table, list[tuple[int, Occluder]]] = {}
        placed = 0
        for entity, occluder in self._known:
            location = self._world.location(entity)
            if location is not None and POSE in location[0].arrays:
                by_table.setdefault(location[0], []).append((location[1], occluder))
                placed += 1
        self._placeless = placed < len(self._known)
        self._tables = []
        ordered: list[Occluder] = []
        for table, members in by_table.items():
            places = slice(len(ordered), len(ordered) + len(members))
            self._tables.append((table, table.layout_version, np.array([row for row, _ in members]), places))
            ordered += [occluder for _, occluder in members]
        self._poses = np.full((placed, 8), np.nan, np.float32)
        self.counts = np.array([len(occluder.edges) for occluder in ordered], np.int64)
        self._owner = np.repeat(np.arange(placed), self.counts)
        self._own_reach = np.array([occluder.reach for occluder in ordered], np.float32)
        self._own = np.concatenate([np.empty((0, 4), np.float32), *(occluder.edges for occluder in ordered)])
        self._own_side = np.repeat(np.array([occluder.side for occluder in ordered], np.float32), self.counts)

    def _place(self) -> None:
        """Work out where the edges are."""
        poses, each = self._poses, self._poses[self._owner]
        with np.errstate(all="ignore"):
            self.center = (poses[:, :2] + poses[:, 3:5]) / 2
            way = np.hypot(poses[:, 0] - poses[:, 3], poses[:, 1] - poses[:, 4])
            self.reach = self._own_reach * np.abs(poses[:, 6:]).max(axis=1, initial=0.0) + way / 2
            self.reach[~np.isfinite(poses).all(axis=1)] = np.nan
            self.now = _placed(self._own, each[:, :3], each[:, 6:])
            self.before = _placed(self._own, each[:, 3:6], each[:, 6:])
            self.side = self._own_side * np.sign(each[:, 6] * each[:, 7])
            ends = np.stack([self.now[:, :2], self.now[:, 2:], self.before[:, :2], self.before[:, 2:]])
            self.middle = ends.mean(axis=0)
            self.radius = np.hypot(ends[..., 0] - self.middle[:, 0], ends[..., 1] - self.middle[:, 1]).max(axis=0)


def _placed(edges: Array, pose: Array, scale: Array) -> Array:
    """Edges (m, 4) around poses (m, 3): scaled, turned and moved."""
    c, s = np.cos(pose[:, 2]), np.sin(pose[:, 2])
    placed = np.empty_like(edges)
    for column in (0, 2):
        x, y = edges[:, column] * scale[:, 0], edges[:, column + 1] * scale[:, 1]
        placed[:, column] = pose[:, 0] + c * x - s * y
        placed[:, column + 1] = pose[:, 1] + s * x + c * y
    return placed
