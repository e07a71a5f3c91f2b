"""From a world to the contents of a save."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.core.bulk import distinct
from ecs_engine.core.component import spec_of
from ecs_engine.core.errors import SaveError
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.pictures import Picture, Pictures
from ecs_engine.saves.container import ArrayWriter
from ecs_engine.saves.generators import generator_state
from ecs_engine.saves.schema import Schema

Array = np.ndarray[Any, Any]


class Capture:
    """One world on its way into a file: :class:`~ecs_engine.saves.plain.References` of what is saved."""

    def __init__(self, world: World, schema: Schema, ignore: frozenset[type], entities: frozenset[type]) -> None:
        self.world = world
        self.schema = schema
        self.ignore = ignore
        self.arrays = ArrayWriter()
        self._pictures = world.try_resource(Pictures)
        self._names: dict[int, str] = {}
        world.flush()
        self._objects = {kind: world.members(kind) for kind in world.component_types() if spec_of(kind) is None}
        self.saved = np.sort(self._wanted(entities))

    def _wanted(self, entities: frozenset[type]) -> Array:
        """The ids of the entities to save: all, or those that have one of these components."""
        parts = [table.entities for table in self.world.tables if not entities or entities & set(table.types)]
        parts += [members for kind, members in self._objects.items() if kind in entities]
        ids = distinct(np.concatenate([np.empty(0, np.int64), *parts]))
        return ids[~np.isin(ids, self.world.dead_entities)]

    def contents(self) -> dict[str, Any]:
        """Everything as plain data and arrays.

        Raises:
            SaveError: a component or a field cannot be saved.
        """
        tables = [self._table(table) for table in self.world.tables]
        return {
            "tables": [table for table in tables if table is not None],
            "objects": {kind.__name__: self._members(kind) for kind in self._objects if self._is_saved(kind)},
            "resources": {name: self._resource(name, kind) for name, kind in self.schema.resources.items()},
            "versions": {name: self.schema.version(name) for name in (*self.schema.components, *self.schema.resources)},
        }

    def _table(self, table: Table) -> dict[str, Any] | None:
        rows = np.flatnonzero(np.isin(table.entities, self.saved, assume_unique=True))
        if not len(rows):
            return None
        kept = slice(None) if len(rows) == table.length else rows
        columns = {kind.__name__: self._columns(kind, table, kept) for kind in table.types if self._is_wanted(kind)}
        return {"entities": self.arrays.add(table.entities[kept]), "columns": columns}

    def _columns(self, kind: type, table: Table, rows: Any) -> dict[str, Any]:
        spec = spec_of(kind)
        assert spec is not None
        columns: dict[str, Any] = {}
        for field in spec.fields:
            values = table.readable[field][rows]
            if field.type.refers == "entity":
                values = self._entities(values, str(field))
            if field.type.refers == "picture":
                columns[field.name] = self._pictures_of(values, str(field))
            else:
                columns[field.name] = self.arrays.add(values)
        return columns

    def _pictures_of(self, values: Array, where: str) -> dict[str, Any]:
        """A column of pictures: the names of those that occur, and which of these each row has."""
        unknown = values[values >= (0 if self._pictures is None else len(self._pictures))]
        if len(unknown):
            self._picture_name(int(unknown[0]), where)  # raises
        ids = np.flatnonzero(np.bincount(values))
        names = [self._picture_name(one, where) for one in ids.tolist()]
        number = np.zeros(ids.max(initial=0) + 1, np.uint32)
        number[ids] = np.arange(len(ids))
        return {"names": names, "which": self.arrays.add(number[values])}

    def _is_wanted(self, kind: type) -> bool:
        """Whether a component's values are to be saved.

        Raises:
            SaveError: the schema does not say.
        """
        if kind in self.ignore:
            return False
        if self.schema.components.get(kind.__name__) is not kind:
            raise SaveError(
                f"An entity to be saved has the component {kind.__name__}, which the Saves do not name: add it to the "
                "components, or to ignore."
            )
        return True

    def _is_saved(self, kind: type) -> bool:
        return bool(np.isin(self._objects[kind], self.saved).any()) and self._is_wanted(kind)

    def _members(self, kind: type) -> list[Any]:
        members = self._objects[kind]
        kept = members[np.isin(members, self.saved)].tolist()
        plain, of = self.schema.plain, self.world.component_for_entity
        return [[entity, plain(of(entity, kind), kind, self)] for entity in kept]

    def _resource(self, name: str, kind: type) -> Any:
        resource: Any = self.world.try_resource(kind)
        if resource is None:
            raise SaveError(f"The world has no {name} resource to save: add it, or do not name it in resources.")
        if isinstance(resource, np.random.Generator):
            return generator_state(resource)
        return self.schema.plain(resource, kind, self)

    # -- references --------------------------------------------------------------------------------
    def entity(self, value: Any, where: str) -> int:
        """A saved entity's number, as it is: loading translates it. Of those that are gone, 0."""
        return int(self._entities(np.array([value], np.int64), where)[0])

    def _entities(self, values: Array, where: str) -> Array:
        outside = values[~np.isin(values, self.saved)]
        living = [entity for entity in np.unique(outside).tolist() if self.world.entity_exists(entity)]
        if living:
            raise SaveError(
                f"{where} names entity {living[0]}, which is not saved itself: save that, too, or set the field to 0."
            )
        return np.where(np.isin(values, self.saved), values, 0) if len(outside) else values

    def picture(self, value: Any, where: str) -> str:
        """A picture's name."""
        return self._picture_name(value.id if isinstance(value, Picture) else int(value), where)

    def _picture_name(self, picture: int, where: str) -> str:
        if picture in self._names:
            return self._names[picture]
        pictures = self._pictures
        if pictures is None or not 0 <= picture < len(pictures):
            raise SaveError(f"{where} is {picture}, and there is no such picture: save in a world that has Pictures.")
        name = pictures[picture].name
        found = pictures.named(name)
        if name == f"picture {picture}" or found is None or found.id != picture:
            raise SaveError(
                f"{where} is picture {picture}, which has no name of its own to be saved by: load it from a file, or "
                "give pictures.add a name."
            )
        self._names[picture] = name
        return name

    def array(self, value: Any, where: str) -> int:
        """The number of an array in the file."""
        if not isinstance(value, np.ndarray):
            raise SaveError(f"{where} is no array: save what was declared.")
        try:
            return self.arrays.add(value)
        except SaveError as error:
            raise SaveError(f"{where}: {error}") from error
