"""Poses of entities with parents: which nodes there are, what is read of them, and where the poses go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ecs_engine.components import Parent, Transform2D, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.systems.nodes import Nodes
from ecs_engine.systems.poses import begin_history

Array = np.ndarray[Any, Any]

_POSITION = field_of(Transform2D, "position")
_ROTATION = field_of(Transform2D, "rotation")
_SCALE = field_of(Transform2D, "scale")
_PARENT = field_of(Parent, "entity")
_POSE = field_of(WorldPose2D, "pose")
_PREVIOUS = field_of(WorldPose2D, "previous")
_WORLD_SCALE = field_of(WorldPose2D, "scale")


@dataclass(slots=True)
class _Children:
    """All rows of a table of entities with Parent."""

    table: Table
    entries: slice
    versions: tuple[int, int, int] = (-1, -1, -1)
    """Of position, rotation and scale, when they were read."""

    def read(self, nodes: Nodes) -> bool:
        """Give the nodes those columns that were written since the last time; whether there were any."""
        table, before = self.table, self.versions
        now = table.versions[_POSITION], table.versions[_ROTATION], table.versions[_SCALE]
        if now == before:
            return False
        self.versions = now
        nodes.read(
            self.entries,
            table.readable[_POSITION].view(np.uint64)[:, 0] if now[0] != before[0] else None,
            table.readable[_ROTATION].view(np.uint32) if now[1] != before[1] else None,
            table.readable[_SCALE].view(np.uint64)[:, 0] if now[2] != before[2] else None,
        )
        return True


@dataclass(slots=True)
class _Roots:
    """The rows of a table of entities without Parent that are parents of others."""

    table: Table
    entries: slice
    ids: Array
    rows: Array
    layout: int
    """The table's layout version for which ``rows`` holds."""
    versions: tuple[int, int] = (-1, -1)
    """Of pose and world scale, when they were read."""
    poses: Array = field(init=False)
    scales: Array = field(init=False)

    def __post_init__(self) -> None:
        self.poses, self.scales = np.empty((len(self.rows), 4), np.float32), np.empty((len(self.rows), 2), np.float32)

    def read(self, nodes: Nodes) -> bool:
        """Give the nodes the poses, if they were written since the last time; whether they were."""
        table = self.table
        now = table.versions[_POSE], table.versions[_WORLD_SCALE]
        if now == self.versions:
            return False
        self.versions = now
        np.take(table.readable[_POSE], self.rows, axis=0, out=self.poses, mode="clip")
        np.take(table.readable[_WORLD_SCALE], self.rows, axis=0, out=self.scales, mode="clip")
        nodes.read(
            self.entries,
            self.poses.view(np.uint64)[:, 0],
            self.poses.view(np.uint32)[:, 2],
            self.scales.view(np.uint64)[:, 0],
        )
        return True

    def find(self, world: World) -> bool:
        """Find the rows again after some of the table came or went; whether all of them are still in it."""
        if self.layout != self.table.layout_version:
            self.layout = self.table.layout_version
            places = list(world.locate(self.ids))
            if len(places) != 1 or places[0][0] is not self.table or len(places[0][1]) != len(self.ids):
                return False
            self.rows = places[0][1]
        return True


class Hierarchy:
    """All parent-child relations of a world as :class:`~ecs_engine.systems.nodes.Nodes`.

    Its entries are the children, table by table in row order, followed by the roots that have children. They are
    worked out again only when rows of children, or a parent, changed; poses only from inputs that changed downwards.
    """

    def __init__(self) -> None:
        self._structure: tuple[Any, ...] = ()
        self._links = np.empty(0, np.int64)
        """For each entry the id of its parent; 0 of those that have none."""
        self._homes = np.empty(0, np.int64)
        """For each entry the number of its table."""
        self._ids = np.empty(0, np.int64)
        """For each entry its entity."""
        self._nodes = Nodes(self._links, self._ids)
        self._children: list[_Children] = []
        self._roots: list[_Roots] = []
        self._blocks: list[_Children | _Roots] = []
        """Both."""
        self.changed: list[bool] = []
        """For each child table: whether a pose in it was written by the last update."""
        self.strays: list[tuple[int, int]] = []
        """Children whose parent has no transform, or is gone: (child, parent)."""

    def update(self, world: World, children: list[Table], teleported: Array) -> None:
        """Write the poses of the rows of ``children``.

        Args:
            children: the tables of entities with Parent; one at least has rows.
            teleported: entities that, with their descendants, have no pose of the tick before.

        Raises:
            ComponentError: entities are their own ancestors; the message names some.
        """
        structure = tuple([(table, table.layout_version, table.versions[_PARENT]) for table in children])
        fresh = not self._stands(world, structure)
        if fresh:
            self._structure = ()  # should they be their own ancestors, that is found out again until it is mended
            self._build(world, children)
            self._structure = structure
        self.changed = [False] * len(children)
        nodes = self._nodes
        nodes.begin()
        read = [block.read(nodes) for block in self._blocks]
        if any(read):
            with np.errstate(over="ignore", invalid="ignore"):  # infinite and NaN transforms spoil only their own
                nodes.solve()
            if nodes.changed.any():
                self._write_poses(children, fresh, nodes.family(teleported) if len(teleported) else None)

    def descendants(self, entities: Array) -> Array:
        """Those of ``entities`` that are nodes, and all nodes below them: their ids."""
        return self._nodes.ids[self._nodes.family(entities)]

    def _build(self, world: World, tables: list[Table]) -> None:
        children: list[_Children] = []
        first = 0
        for table in tables:
            if table.length:
                children.append(_Children(table, slice(first, first + table.length)))
                first += table.length
        wanted = np.concatenate([block.table.readable[_PARENT] for block in children])
        roots: list[_Roots] = []
        for table, rows, _ in world.locate(np.unique(wanted)):
            if _POSE in table.arrays and Parent not in table.stored:
                entries = slice(first, first + len(rows))
                roots.append(_Roots(table, entries, table.entities[rows], rows, table.layout_version))
                first += len(rows)
        ids = np.concatenate([*(block.table.entities for block in children), *(block.ids for block in roots)])
        homes = np.empty(first, np.int64)
        blocks: list[_Children | _Roots] = [*children, *roots]
        for block in blocks:
            homes[block.entries] = block.table.index
        parents, links = np.full(first, -1), np.zeros(first, np.int64)
        parents[: len(wanted)] = _places(wanted, ids)
        has_node = parents[: len(wanted)] >= 0
        links[: len(wanted)][has_node] = wanted[has_node]
        nodes = Nodes(parents, ids)

        # What has the parent and the table it had keeps its values, so that only what moves is written.
        known = _places(ids, self._ids)
        same = np.flatnonzero(known >= 0)
        old = known[same]
        stays = (self._links[old] == links[same]) & (self._homes[old] == homes[same])
        nodes.take_over(same[stays], self._nodes, old[stays])
        self._nodes, self._ids, self._links, self._homes = nodes, ids, links, homes
        self._children, self._roots, self._blocks = children, roots, blocks
        stray = np.flatnonzero(~has_node & (wanted != 0))
        self.strays = list(zip(ids[stray].tolist(), wanted[stray].tolist(), strict=True))

    def _stands(self, world: World, structure: tuple[Any, ...]) -> bool:
        """Whether the nodes are still those that there were, and each root was found again."""
        if structure != self._structure or not all(block.find(world) for block in self._roots):
            return False
        if not self.strays:
            return True
        wanted = np.unique([parent for _, parent in self.strays])
        return not any(_POSE in table.arrays for table, _, _ in world.locate(wanted))

    def _write_poses(self, children: list[Table], fresh: bool, jumped: Array | None) -> None:
        nodes = self._nodes
        for block in self._children:
            table, places = block.table, nodes.node[block.entries]
            if not nodes.changed_among(places):
                continue
            self.changed[children.index(table)] = True
            table.swap(_POSE, _PREVIOUS)
            np.take(nodes.world, places, axis=0, out=table.writable[_POSE], mode="clip")
            table.touch(_POSE)
            if jumped is not None:
                table.writable[_PREVIOUS][jumped[places]] = np.nan
            if fresh:
                table.writable[_PREVIOUS][:, 3] = 0.0
                table.touch(_PREVIOUS)
            if fresh or jumped is not None:
                begin_history(table)
            if nodes.scales_changed:
                np.take(nodes.world_scale, places, axis=0, out=table.writable[_WORLD_SCALE], mode="clip")
                table.touch(_WORLD_SCALE)


def _places(wanted: Array, ids: Array) -> Array:
    """Where each of ``wanted`` is among ``ids`` (distinct); -1 where it is not."""
    if not len(ids):
        return np.full(len(wanted), -1)
    order = np.argsort(ids)
    places = order[np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1)]
    return np.where(ids[places] == wanted, places, -1)
