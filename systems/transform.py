"""Transforms become world poses."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Parent, Transform2D, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.systems.hierarchy import Hierarchy
from ecs_engine.systems.poses import begin_history

Array = np.ndarray[Any, Any]

_POSITION = field_of(Transform2D, "position")
_ROTATION = field_of(Transform2D, "rotation")
_SCALE = field_of(Transform2D, "scale")
_POSE = field_of(WorldPose2D, "pose")
_PREVIOUS = field_of(WorldPose2D, "previous")
_WORLD_SCALE = field_of(WorldPose2D, "scale")
_NOBODY: Array = np.empty(0, np.int64)


@dataclass(slots=True)
class Teleported:
    """A resource: the entities teleported since the TransformSystem ran."""

    entities: list[int] = field(default_factory=list)


class TransformSystem(System):
    """Writes :class:`WorldPose2D` from :class:`Transform2D` and :class:`Parent`, and keeps the pose of the tick before.

    A table in which nothing moved costs a comparison of versions. Children are done level by level
    (:class:`Hierarchy`); those whose parent is gone are deleted, with their own children. Override
    :meth:`update_roots` or :meth:`update_children` to change how poses come about.
    """

    stage: ClassVar[Stage] = Stage.TRANSFORM
    priority = 100

    def on_add(self) -> None:
        self._seen: dict[Table, tuple[int, int, int, int]] = {}
        self._moving: dict[Table, bool] = {}
        self._hierarchy = Hierarchy()
        self._teleported = self.world.try_resource(Teleported) or Teleported()
        self.world.add_resource(self._teleported)
        self._jumped = _NOBODY
        self._forgetful: set[Table] = set()

    def process(self, dt: float) -> None:
        roots = [rows.table for rows in self.world.select(Transform2D, without=(Parent,))]
        self._jumped = self._take_teleported()
        for table in roots:
            self.update_roots(table)
        self.update_children()

    def _take_teleported(self) -> Array:
        """The entities teleported since the last tick; the last poses of the roots among them become unknown."""
        self._forgetful.clear()
        if not self._teleported.entities:
            return _NOBODY
        entities, self._teleported.entities = self._teleported.entities, []
        for entity in entities:
            location = self.world.location(entity) if self.world.entity_exists(entity) else None
            if location is not None and _POSE in location[0].arrays and Parent not in location[0].stored:
                table, row = location
                table.arrays[_POSE][row] = nan
                self._forgetful.add(table)
        return np.array(entities, np.int64)

    def update_roots(self, table: Table) -> None:
        """Write the poses of one table of entities without parents."""
        versions = table.versions
        seen = (versions[_POSITION], versions[_ROTATION], table.written(_SCALE), table.layout_version)
        before = self._seen.get(table, (-1, -1, -1, -1))
        if seen == before:
            self.settle(table)
            return
        self._seen[table] = seen
        table.swap(_POSE, _PREVIOUS)
        pose = table.writable[_POSE]
        # A position is two floats: moved as one 64-bit integer, a strided copy costs half.
        pose.view(np.uint64)[:, 0] = table.writable[_POSITION].view(np.uint64)[:, 0]
        pose[:, 2] = table.writable[_ROTATION]
        table.touch(_POSE)
        if seen[3] != before[3]:
            pose[:, 3] = table.writable[_PREVIOUS][:, 3] = 0.0
            table.touch(_PREVIOUS)
        new = begin_history(table) if seen[3] != before[3] or table in self._forgetful else ()
        if seen[2] != before[2]:
            np.copyto(table.writable[_WORLD_SCALE], table.writable[_SCALE])
            table.touch(_WORLD_SCALE)
        elif len(new):  # the others' scales are known, and so is what follows from them
            table.writable[_WORLD_SCALE][new] = table.readable[_SCALE][new]
        self._moving[table] = True

    def settle(self, table: Table) -> None:
        """One tick after the last movement, the previous poses become the present ones."""
        if self._moving.pop(table, False):
            table.copy(_POSE, _PREVIOUS)

    def update_children(self) -> None:
        """Write the poses of all entities with parents, and delete those whose parent is gone."""
        if not self.world.knows(Parent):
            return
        tables = [rows.table for rows in self.world.select(Transform2D, Parent, include_empty=True)]
        if not any(table.length for table in tables):
            return
        hierarchy = self._hierarchy
        hierarchy.update(self.world, tables, self._jumped)
        for table, changed in zip(tables, hierarchy.changed, strict=True):
            if changed:
                self._moving[table] = True
            else:
                self.settle(table)
        orphans = [child for child, parent in hierarchy.strays if not self.world.entity_exists(parent)]
        if orphans:
            self.world.delete_entities(hierarchy.descendants(np.array(orphans)), immediate=True)


def teleport(world: World, entity: int, position: Any, rotation: float | None = None) -> None:
    """Put an entity somewhere else without sliding there: it, and what hangs on it, is not drawn in between.

    Args:
        position: as ``Transform2D.position``, so relative to the parent if there is one.
        rotation: radians; left as it is where none is given.

    Raises:
        MissingError: no such entity, or it has no Transform2D.
    """
    transform = world.component_for_entity(entity, Transform2D)
    transform.position = position
    if rotation is not None:
        transform.rotation = rotation
    teleported = world.try_resource(Teleported)
    if teleported is not None:
        teleported.entities.append(entity)
