"""Poses of entities with parents, level by level, on whole arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.components import Parent, Transform2D, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import ComponentError
from ecs_engine.core.table import Table
from ecs_engine.systems.poses import begin_history

Array = np.ndarray[Any, Any]

_POSITION = field_of(Transform2D, "position")
_ROTATION = field_of(Transform2D, "rotation")
_SCALE = field_of(Transform2D, "scale")
_PARENT = field_of(Parent, "entity")
_POSE = field_of(WorldPose2D, "pose")
_PREVIOUS = field_of(WorldPose2D, "previous")
_WORLD_SCALE = field_of(WorldPose2D, "scale")


class Hierarchy:
    """All parent-child relations of a world as arrays.

    *Nodes* are the children, table by table in row order, followed by the roots that have children. ``levels`` are
    arrays of child nodes, each level after its parents'. The structure is worked out again only when a table's rows
    or a parent changed; poses only for nodes whose own transform, or an ancestor's, changed.
    """

    def __init__(self) -> None:
        self._structure: tuple[Any, ...] = ()
        self._levels: list[Array] = []
        self._parents = np.empty(0, np.int64)
        self._orphans = np.empty(0, np.int64)
        self._roots: list[tuple[Table, Array, slice]] = []
        self._children: list[tuple[Table, slice]] = []
        self._local = np.empty((0, 5), np.float32)
        self._world = np.empty((0, 5), np.float32)
        self._dirty = np.empty(0, np.bool_)
        self._seen: list[tuple[int, ...]] = []
        self.changed: list[bool] = []
        """For each child table: whether a pose in it was written by the last update."""

    def update(self, roots: list[Table], children: list[Table]) -> Array:
        """Write the poses of the rows of ``children``; returns the entities whose parent is gone.

        Raises:
            ComponentError: entities are their own ancestors; the message names some.
        """
        structure = tuple((table, table.layout_version) for table in roots) + tuple(
            (table, table.layout_version, table.versions[_PARENT]) for table in children
        )
        fresh = structure != self._structure
        if fresh:
            self._build(roots, children)
            self._structure = structure
        seen = [(table.versions[_POSE],) for table, _, _ in self._roots] + [
            tuple(table.versions[field] for field in (_POSITION, _ROTATION, _SCALE)) for table, _ in self._children
        ]
        self.changed = [False] * len(children)
        if fresh or seen != self._seen:
            self._seen = seen
            self._read_inputs(everything=fresh)
            self._solve()
            self._write_poses(children, everything=fresh)
        return self._orphans

    def _build(self, roots: list[Table], children: list[Table]) -> None:
        child_tables = [table for table in children if table.length]
        ids = np.concatenate([table.entities for table in child_tables])
        parent_ids = np.concatenate([table.readable[_PARENT] for table in child_tables])
        count = len(ids)
        self._children = []
        first = 0
        for table in child_tables:
            self._children.append((table, slice(first, first + table.length)))
            first += table.length
        order = np.argsort(ids)
        place = np.searchsorted(ids, parent_ids, sorter=order)
        candidates = order[np.minimum(place, count - 1)]
        parent_is_child = ids[candidates] == parent_ids
        parents = np.where(parent_is_child, candidates, -1)
        self._roots = []
        for table in roots:
            used = np.flatnonzero(np.isin(table.entities, parent_ids))
            if not len(used):
                continue
            nodes = slice(first, first + len(used))
            self._roots.append((table, used, nodes))
            first += len(used)
            root_ids = table.entities[used]
            sorting = np.argsort(root_ids)
            hit = sorting[np.minimum(np.searchsorted(root_ids, parent_ids, sorter=sorting), len(used) - 1)]
            matches = root_ids[hit] == parent_ids
            parents[matches] = nodes.start + hit[matches]
        free = parent_ids == 0
        self._orphans = ids[(parents < 0) & ~free]
        self._parents = parents
        self._levels = _levels(parents, count, ids)
        self._local = np.full((first, 5), np.nan, np.float32)
        self._world = np.full((first, 5), np.nan, np.float32)
        self._dirty = np.zeros(first, np.bool_)

    def _read_inputs(self, everything: bool) -> None:
        """Gather local transforms and root poses, and mark the nodes whose values differ from the last time."""
        self._dirty[:] = everything
        for table, nodes in self._children:
            fresh = np.column_stack((table.readable[_POSITION], table.readable[_ROTATION], table.readable[_SCALE]))
            self._dirty[nodes] |= (fresh != self._local[nodes]).any(axis=1)
            self._local[nodes] = fresh
        for table, rows, nodes in self._roots:
            fresh = np.column_stack((table.readable[_POSE][rows, :3], table.readable[_WORLD_SCALE][rows]))
            self._dirty[nodes] |= (fresh != self._world[nodes]).any(axis=1)
            self._world[nodes] = fresh

    def _solve(self) -> None:
        world, local, dirty = self._world, self._local, self._dirty
        for level in self._levels:
            parents = self._parents[level]
            linked = parents >= 0
            dirty[level[linked]] |= dirty[parents[linked]]
            nodes = level[dirty[level]]
            if not len(nodes):
                continue
            parents = self._parents[nodes]
            if (parents < 0).any():  # a whole level of them: entities whose Parent is 0 or gone stand for themselves
                world[nodes] = local[nodes]
                continue
            up, own = world[parents], local[nodes]
            cosine, sine = np.cos(up[:, 2]), np.sin(up[:, 2])
            x, y = own[:, 0] * up[:, 3], own[:, 1] * up[:, 4]
            own[:, 0] = up[:, 0] + cosine * x - sine * y
            own[:, 1] = up[:, 1] + sine * x + cosine * y
            own[:, 2] += up[:, 2]
            own[:, 3:] *= up[:, 3:]
            world[nodes] = own

    def _write_poses(self, children: list[Table], everything: bool) -> None:
        for table, nodes in self._children:
            if not self._dirty[nodes].any():
                continue
            self.changed[children.index(table)] = True
            table.swap(_POSE, _PREVIOUS)
            pose = table.writable[_POSE]
            pose[:, :3] = self._world[nodes, :3]
            pose[:, 3] = 0.0
            begin_history(table)
            scale = self._world[nodes, 3:]
            if everything or not np.array_equal(table.readable[_WORLD_SCALE], scale):
                table.writable[_WORLD_SCALE][...] = scale
                table.touch(_WORLD_SCALE)


def _levels(parents: Array, count: int, ids: Array) -> list[Array]:
    """Child nodes by depth: first those without a parent node, then the children of roots, then theirs, and so on."""
    done = np.zeros(max(count, int(parents.max(initial=-1)) + 1), np.bool_)
    done[count:] = True
    waiting = np.arange(count)
    free = parents[:count] < 0
    levels = [waiting[free]]
    done[waiting[free]] = True
    waiting = waiting[~free]
    while len(waiting):
        ready = done[parents[waiting]]
        if not ready.any():
            names = ", ".join(str(entity) for entity in ids[waiting[:5]])
            raise ComponentError(
                f"Entities {names} are their own ancestors through Parent: give one of them another parent, or 0."
            )
        levels.append(waiting[ready])
        done[waiting[ready]] = True
        waiting = waiting[~ready]
    return levels
