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

    *Nodes* are the children, table by table in row order, followed by the roots that have children. The structure is
    worked out again only when a table's rows or a parent changed; poses only for nodes whose own transform, or an
    ancestor's, changed.
    """

    def __init__(self) -> None:
        self._structure: tuple[Any, ...] = ()
        self._ids = np.empty(0, np.int64)
        self._links = np.empty(0, np.int64)
        """For each node the id of its parent; 0 of those that have none."""
        self._homes = np.empty(0, np.int64)
        """For each node the number of its table."""
        self._parents = np.empty(0, np.int64)
        """For each child the node of its parent; -1 of those that have none."""
        self._levels: list[Array] = []
        """Child nodes, each level after its parents'."""
        self._children: list[tuple[Table, slice]] = []
        self._roots: list[tuple[Table, Array, slice]] = []
        self._local = np.empty((0, 5), np.float32)
        self._world = np.empty((0, 5), np.float32)
        self._dirty = np.empty(0, np.bool_)
        self._seen: list[tuple[int, ...]] = []
        self.changed: list[bool] = []
        """For each child table: whether a pose in it was written by the last update."""
        self.strays: list[tuple[int, int]] = []
        """Children whose parent has no transform, or is gone: (child, parent)."""

    def update(self, roots: list[Table], children: list[Table], teleported: Array) -> None:
        """Write the poses of the rows of ``children``.

        Args:
            roots: the tables of entities without Parent.
            children: the tables of those with it; one at least has rows.
            teleported: entities that, with their descendants, have no pose of the tick before.

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
            self._read_inputs()
            with np.errstate(over="ignore", invalid="ignore"):  # infinite and NaN transforms spoil only their own
                self._solve()
            self._write_poses(children, fresh, self.family(teleported) if len(teleported) else None)

    def family(self, entities: Array) -> Array:
        """Which nodes are among ``entities`` or descend from them, (nodes,) bool."""
        members = np.isin(self._ids, entities)
        for level in self._levels[1:]:
            members[level] |= members[self._parents[level]]
        return members

    def descendants(self, entities: Array) -> Array:
        """Those of ``entities`` that are nodes, and all nodes below them: their ids."""
        return self._ids[self.family(entities)]

    def _build(self, roots: list[Table], children: list[Table]) -> None:
        child_tables = [table for table in children if table.length]
        blocks = [table.entities for table in child_tables]
        links = np.concatenate([table.readable[_PARENT] for table in child_tables])
        self._children = []
        first = 0
        for table in child_tables:
            self._children.append((table, slice(first, first + table.length)))
            first += table.length
        self._roots = []
        for table in roots:
            used = np.flatnonzero(np.isin(table.entities, links))
            if len(used):
                self._roots.append((table, used, slice(first, first + len(used))))
                blocks.append(table.entities[used])
                first += len(used)
        ids = np.concatenate(blocks)
        parents = _places(links, ids)
        self._levels = _levels(parents, ids)
        stray = np.flatnonzero((parents < 0) & (links != 0))
        self.strays = list(zip(ids[stray].tolist(), links[stray].tolist(), strict=True))
        all_links, homes = np.zeros((2, first), np.int64)
        all_links[: len(links)] = np.where(parents < 0, 0, links)
        for table, nodes in (*self._children, *((table, nodes) for table, _, nodes in self._roots)):
            homes[nodes] = table.index

        # Nodes that have the parent and the table they had keep their values, so that only what moves is written.
        known = _places(ids, self._ids)
        same = np.flatnonzero(known >= 0)
        old = known[same]
        same = same[(self._links[old] == all_links[same]) & (self._homes[old] == homes[same])]
        local, world = np.full((2, first, 5), np.nan, np.float32)
        local[same], world[same] = self._local[known[same]], self._world[known[same]]
        self._ids, self._links, self._homes, self._parents = ids, all_links, homes, parents
        self._local, self._world = local, world
        self._dirty = np.empty(first, np.bool_)

    def _read_inputs(self) -> None:
        """Gather local transforms and root poses, and mark the nodes whose values differ from the last time."""
        for table, nodes in self._children:
            fresh = np.column_stack((table.readable[_POSITION], table.readable[_ROTATION], table.readable[_SCALE]))
            np.any(fresh != self._local[nodes], axis=1, out=self._dirty[nodes])
            self._local[nodes] = fresh
        for table, rows, nodes in self._roots:
            fresh = np.column_stack((table.readable[_POSE][rows, :3], table.readable[_WORLD_SCALE][rows]))
            np.any(fresh != self._world[nodes], axis=1, out=self._dirty[nodes])
            self._world[nodes] = fresh

    def _solve(self) -> None:
        world, local, dirty = self._world, self._local, self._dirty
        free = self._levels[0]  # entities whose Parent is 0, or has no transform, stand for themselves
        world[free] = local[free]
        for level in self._levels[1:]:
            dirty[level] |= dirty[self._parents[level]]
            nodes = level[dirty[level]]
            if not len(nodes):
                continue
            up, own = world[self._parents[nodes]], local[nodes]
            cosine, sine = np.cos(up[:, 2]), np.sin(up[:, 2])
            x, y = own[:, 0] * up[:, 3], own[:, 1] * up[:, 4]
            own[:, 0] = up[:, 0] + cosine * x - sine * y
            own[:, 1] = up[:, 1] + sine * x + cosine * y
            own[:, 2] += up[:, 2]
            own[:, 3:] *= up[:, 3:]
            world[nodes] = own

    def _write_poses(self, children: list[Table], fresh: bool, jumped: Array | None) -> None:
        for table, nodes in self._children:
            if not self._dirty[nodes].any():
                continue
            self.changed[children.index(table)] = True
            table.swap(_POSE, _PREVIOUS)
            pose = table.writable[_POSE]
            pose[:, :3] = self._world[nodes, :3]
            pose[:, 3] = 0.0
            table.touch(_POSE)
            if jumped is not None:
                table.writable[_PREVIOUS][jumped[nodes]] = np.nan
            if fresh:
                table.writable[_PREVIOUS][:, 3] = 0.0
                table.touch(_PREVIOUS)
            if fresh or jumped is not None:
                begin_history(table)
            scale = self._world[nodes, 3:]
            if not np.array_equal(table.readable[_WORLD_SCALE], scale):
                table.writable[_WORLD_SCALE][...] = scale
                table.touch(_WORLD_SCALE)


def _places(wanted: Array, ids: Array) -> Array:
    """Where each of ``wanted`` is among ``ids`` (distinct); -1 where it is not."""
    if not len(ids):
        return np.full(len(wanted), -1)
    order = np.argsort(ids)
    places = order[np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1)]
    return np.where(ids[places] == wanted, places, -1)


def _levels(parents: Array, ids: Array) -> list[Array]:
    """Child nodes by depth: first those without a parent node, then the children of roots, then theirs, and so on."""
    done = np.ones(len(ids), np.bool_)
    done[: len(parents)] = parents < 0
    levels = [np.flatnonzero(parents < 0)]
    waiting = np.flatnonzero(parents >= 0)
    while len(waiting):
        ready = done[parents[waiting]]
        if not ready.any():
            raise ComponentError(
                f"Entities {', '.join(map(str, _cycle(parents, waiting[0], ids)[:5]))} are their own ancestors through "
                "Parent: give one of them another parent, or 0."
            )
        levels.append(waiting[ready])
        done[waiting[ready]] = True
        waiting = waiting[~ready]
    return levels


def _cycle(parents: Array, node: int, ids: Array) -> list[int]:
    """The entities of the cycle that ``node`` is in or descends from."""
    for _ in range(len(parents)):  # after as many steps up as there are nodes, it is in the cycle for certain
        node = parents[node]
    members = [node]
    while (node := parents[node]) != members[0]:
        members.append(node)
    return sorted(ids[members].tolist())
