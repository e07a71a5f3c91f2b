"""The edges of all occluders, in the world."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.components import WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.scratch import Scratch
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.systems.lights.lights import POSE, PREVIOUS
from ecs_engine.systems.lights.occluder import Occluder

Array = np.ndarray[Any, Any]

_SCALE = field_of(WorldPose2D, "scale")


def gathered(columns: Array, rows: Array, scratch: Scratch) -> Array:
    """Some rows of each of the (c, n) columns: (c, k)."""
    found = scratch.take((len(columns), len(rows)), columns.dtype)
    for column, out in zip(columns, found, strict=True):
        np.take(column, rows, out=out, mode="clip")  # mode "raise" would work in a buffer of its own
    return found


class Outlines:
    """Keeps edges at this tick and at the one before, and circles around them and around their occluders.

    Attributes:
        counts: edges of each of the o occluders, (o,); those of one follow each other.
        firsts: the first one of each, (o,).
        center: x and y of a circle around each occluder, at both ticks, (2, o).
        reach: its radius, (o,); NaN for one that is nowhere.
        ends: of the m edges x and y, of one end and of the other one, at this tick and at the one before: (2, 2, 2, m).
        middle: x and y of a circle around each edge, at both ticks, (2, m).
        radius: its radius, (m,).
        side: see :attr:`Occluder.side`, (m,).
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: list[tuple[int, Occluder]] = []
        self._tables: list[tuple[Table, int, Array, slice]] = []
        """Of each table: its layout version, the rows of its occluders, and their places among all."""
        self._placeless = False
        """Whether some have no Transform2D, which they may get."""
        self._scratch = Scratch()
        self._collect()

    def update(self, found: list[tuple[int, Occluder]]) -> bool:
        """Take the world's occluders and their places; returns whether anything is other than at the last call."""
        stale = self._placeless or any(table.layout_version != version for table, version, *_ in self._tables)
        changed = stale or found != self._known
        if changed:
            self._known = list(found)
            self._collect()
        self._scratch.begin()
        poses = self._read()
        same = np.equal(poses, self._poses, out=self._scratch.take(poses.shape, "?"))
        if not changed and same.all():
            return False
        np.copyto(self._poses, poses)
        with np.errstate(all="ignore"):
            self._place_occluders()
            self._place_edges()
        return True

    def rows(self, tick: int, edges: Array, out: Array) -> None:
        """Write x, y, x, y of some edges (k,) into ``out`` (k, 4): at this tick (0), or at the one before (1)."""
        np.take(self._rows[tick], edges, axis=0, out=out, mode="clip")

    def _read(self) -> Array:
        """Of each occluder x, y and angle, each at this tick and at the one before, and its scale: (8, o)."""
        poses = self._scratch.take(self._poses.shape, "f4")
        for table, _, rows, places in self._tables:
            found, scale = self._scratch.take((len(rows), 4), "f4"), self._scratch.take((len(rows), 2), "f4")
            for tick, field in enumerate((POSE, PREVIOUS)):
                np.take(table.readable[field], rows, axis=0, out=found, mode="clip")
                poses[tick:6:2, places] = found[:, :3].T
            np.take(table.readable[_SCALE], rows, axis=0, out=scale, mode="clip")
            poses[6:, places] = scale.T
        return poses

    def _collect(self) -> None:
        """Find out which rows of which tables they are, and make room."""
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
        self.counts = np.array([len(occluder.edges) for occluder in ordered], np.int64)
        self.firsts = np.cumsum(self.counts) - self.counts
        self._owner = np.repeat(np.arange(placed), self.counts)  # of each edge
        self._own_reach = np.array([occluder.reach for occluder in ordered], np.float32)
        own = np.concatenate([np.empty((0, 4), np.float32), *(occluder.edges for occluder in ordered)])
        self._own = np.ascontiguousarray(own.reshape(-1, 2, 2).T)  # x and y, of one end and of the other one
        self._own_side = np.repeat(np.array([occluder.side for occluder in ordered], np.float32), self.counts)
        edges = len(own)
        self._poses = np.full((8, placed), np.nan, np.float32)
        self.center, self.reach = np.empty((2, placed), np.float32), np.empty(placed, np.float32)
        self.ends, self._rows = np.empty((2, 2, 2, edges), np.float32), np.empty((2, edges, 4), np.float32)
        self.middle = np.empty((2, edges), np.float32)
        self.radius, self.side = np.empty(edges, np.float32), np.empty(edges, np.float32)

    def _place_occluders(self) -> None:
        """Work out the circles around them."""
        poses, take = self._poses, self._scratch.take
        now, before, scale = poses[0:4:2], poses[1:4:2], poses[6:]
        np.add(now, before, out=self.center)
        self.center *= np.float32(0.5)
        way, size = take(now.shape, "f4"), take(scale.shape, "f4")
        np.subtract(now, before, out=way)
        np.hypot(way[0], way[1], out=way[0])
        way[0] *= np.float32(0.5)
        np.abs(scale, out=size)
        np.multiply(self._own_reach, np.maximum(size[0], size[1], out=size[0]), out=self.reach)
        self.reach += way[0]
        finite = np.isfinite(poses, out=take(poses.shape, "?")).all(axis=0, out=take(len(self.reach), "?"))
        self.reach[np.logical_not(finite, out=finite)] = np.nan

    def _place_edges(self) -> None:
        """Work out where they are: scaled, turned and moved as their occluders."""
        take, ends = self._scratch.take, self.ends
        each = gathered(self._poses, self._owner, self._scratch)
        place, angle, scale = each[:4].reshape(2, 1, 2, -1), each[4:6], each[6:]
        cosine, sine = np.cos(angle, out=take(angle.shape, "f4")), np.sin(angle, out=angle)
        x, y = np.multiply(self._own, scale[:, None], out=take(self._own.shape, "f4"))[:, :, None]
        turned = take(ends[0].shape, "f4")
        np.add(np.multiply(cosine, x, out=ends[0]), place[0], out=ends[0])
        ends[0] -= np.multiply(sine, y, out=turned)
        np.add(np.multiply(sine, x, out=ends[1]), place[1], out=ends[1])
        ends[1] += np.multiply(cosine, y, out=turned)
        self._rows.reshape(2, -1, 2, 2)[:] = ends.transpose(2, 3, 1, 0)
        np.multiply(self._own_side, np.sign(np.multiply(scale[0], scale[1], out=each[6]), out=each[6]), out=self.side)
        corners = ends.reshape(2, 4, -1)
        np.mean(corners, axis=1, out=self.middle)
        apart = np.subtract(corners, self.middle[:, None], out=take(corners.shape, "f4"))
        apart *= apart
        apart[0] += apart[1]
        np.sqrt(np.max(apart[0], axis=0, out=self.radius), out=self.radius)
