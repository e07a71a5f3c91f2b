"""From the contents of a save to a world: first all of it is checked and made, then the world is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ecs_engine.core.component import Batch, batch, spec_of
from ecs_engine.core.errors import SaveError
from ecs_engine.core.fields import Field
from ecs_engine.core.world import World
from ecs_engine.pictures import Picture, Pictures
from ecs_engine.saves.container import ArrayReader
from ecs_engine.saves.generators import checked_state
from ecs_engine.saves.schema import Schema

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class NewTable:
    """Entities with the same column components, ready to be created."""

    count: int
    columns: list[Batch]


class Plan:
    """Everything that a save will put into a world, made already. References of what is loaded.

    Raises:
        SaveError: the data, which may be anything, is no save of this game. The world was not touched.
    """

    def __init__(self, world: World, schema: Schema, dropped: frozenset[str], data: bytes) -> None:
        self._schema = schema
        self._dropped = dropped
        self._pictures = world.try_resource(Pictures)
        self._reader = ArrayReader(data)
        contents = _typed(self._reader.contents, dict, "the contents")
        if contents.keys() != {"tables", "objects", "resources", "versions"}:
            raise SaveError("Its contents are none of a save.")
        self._versions = _typed(contents["versions"], dict, "the versions")
        tables = [_typed(table, dict, "a table") for table in _typed(contents["tables"], list, "the tables")]
        if any(table.keys() != {"entities", "columns"} for table in tables):
            raise SaveError("One of its tables is none.")
        ids = [self._ids(table["entities"]) for table in tables]
        whole = np.concatenate([np.empty(0, np.int64), *ids])
        self._order = np.argsort(whole)
        self._ids_sorted = whole[self._order]
        if len(whole) and (self._ids_sorted[0] < 1 or (np.diff(self._ids_sorted) == 0).any()):
            raise SaveError("It has an entity twice, or one that cannot be.")
        self.first = world.next_entity
        """The id that the first of the new entities must get; the others follow, table by table."""
        self.tables = [self._table(table, len(one)) for table, one in zip(tables, ids, strict=True)]
        self.objects = [
            pair
            for name, members in _typed(contents["objects"], dict, "the objects").items()
            if name not in dropped
            for pair in self._members(name, members)
        ]
        self.resources: list[tuple[type, Any]] = []
        self.states: list[tuple[np.random.Generator, dict[str, Any]]] = []
        for name, value in _typed(contents["resources"], dict, "the resources").items():
            if name not in dropped:
                self._resource(world, name, value)

    def _ids(self, number: Any) -> Array:
        ids = self._reader.array(number)
        if ids.dtype != np.int64 or ids.ndim != 1:
            raise SaveError("The entities of one of its tables are no ids.")
        return ids

    def _table(self, table: dict[str, Any], count: int) -> NewTable:
        columns = _typed(table["columns"], dict, "a table's columns")
        kinds = [self._known(self._schema.components, name) for name in columns if name not in self._dropped]
        return NewTable(count, [self._batch(kind, columns[kind.__name__], count) for kind in kinds])

    def _batch(self, kind: type, saved: Any, count: int) -> Batch:
        spec, name = spec_of(kind), kind.__name__
        fields = _typed(saved, dict, f"the columns of {name}")
        columns = {key: self._column(one, f"{name}.{key}") for key, one in fields.items()}
        columns = _typed(self._migrated(name, columns), dict, f"the columns of {name}")
        if spec is None or columns.keys() != spec.names.keys():
            raise SaveError(
                f"It has the fields {', '.join(map(str, columns)) or 'none'} of {name}, whose fields are "
                f"{', '.join(spec.names) if spec else 'none'}: write a migration (docs/saves.md)."
            )
        return batch(kind, **{field.name: self._checked(field, columns[field.name], count) for field in spec.fields})

    def _column(self, saved: Any, where: str) -> Array:
        """A column as it was saved; pictures, which were saved by name, as the ids they have here."""
        if not isinstance(saved, dict):
            return self._reader.array(saved)
        if saved.keys() != {"names", "which"}:
            raise SaveError(f"{where} is no column in it.")
        names = _typed(saved["names"], list, "the names of pictures")
        ids = np.array([self.picture(name, where).id for name in names], np.uint32)
        which = self._reader.array(saved["which"])
        if which.dtype != np.uint32 or which.ndim != 1 or which.max(initial=0) >= max(len(ids), 1):
            raise SaveError(f"{where} names pictures in it that are none.")
        return ids[which] if len(ids) else np.empty(0, np.uint32)

    def _checked(self, field: Field, column: Any, count: int) -> Array:
        if not isinstance(column, np.ndarray):
            raise SaveError(f"{field} is no array: mend the migration.")
        if column.dtype != field.type.dtype or column.shape != field.type.shape(count):
            raise SaveError(
                f"{field} is {field.type} here, and in the save {column.dtype} of shape {column.shape} for {count} "
                "entities: write a migration (docs/saves.md)."
            )
        return self._entities(column, str(field)) if field.type.refers == "entity" else column

    def _members(self, name: str, members: Any) -> list[tuple[int, Any]]:
        kind = self._known(self._schema.components, name)
        if spec_of(kind) is not None:
            raise SaveError(f"It has {name} as an object, and here it has columns: give it another name.")
        made, seen = [], set()
        for pair in _typed(members, list, f"all {name}"):
            if not (isinstance(pair, list) and len(pair) == 2) or pair[0] == 0:
                raise SaveError(f"One of its {name} belongs to nothing.")
            entity = self.entity(pair[0], name)
            seen.add(entity)
            made.append((entity, self._made(name, kind, pair[1])))
        if len(seen) < len(made):
            raise SaveError(f"It has two {name} of one entity.")
        return made

    def _made(self, name: str, kind: type, value: Any) -> Any:
        return self._schema.made(self._migrated(name, value), kind, self)

    def _migrated(self, name: str, fields: Any) -> Any:
        version = self._versions.get(name)
        return fields if version == self._schema.version(name) else self._schema.migrate(name, version, fields)

    def _resource(self, world: World, name: str, value: Any) -> None:
        kind = self._known(self._schema.resources, name)
        if kind is not np.random.Generator:
            self.resources.append((kind, self._made(name, kind, value)))
            return
        state, generator = checked_state(value), world.try_resource(np.random.Generator)
        if generator is None or state["bit_generator"] != type(generator.bit_generator).__name__:
            raise SaveError(
                f"It has a generator of {state['bit_generator']}, and this world has none of that: add one as resource."
            )
        self.states.append((generator, state))

    def _known(self, types: dict[str, type], name: str) -> type:
        if name not in types:
            raise SaveError(
                f"It has {name!r}, which this game's Saves do not know: name it, or drop it by dropped=({name!r},)."
            )
        return types[name]

    # -- references --------------------------------------------------------------------------------
    def entity(self, value: Any, where: str) -> int:
        """The new id of a saved entity."""
        if type(value) is not int or not 0 <= value < 1 << 63:
            raise SaveError(f"{where} names an entity by {str(value)[:40]!r}, which is no id.")
        return int(self._entities(np.array([value], np.int64), where)[0])

    def _entities(self, values: Array, where: str) -> Array:
        """The new ids of saved ones; 0 stays 0."""
        if not len(self._ids_sorted):
            places, known = np.zeros(len(values), np.intp), np.zeros(len(values), np.bool_)
        else:
            places = np.minimum(np.searchsorted(self._ids_sorted, values), len(self._ids_sorted) - 1)
            known = self._ids_sorted[places] == values
        if not (known | (values == 0)).all():
            raise SaveError(f"{where} names an entity that is not in the save.")
        return np.where(known, self.first + (self._order[places] if len(self._order) else 0), 0)

    def picture(self, value: Any, where: str) -> Picture:
        """A picture by the name it was saved by."""
        found = self._pictures.named(value) if self._pictures is not None and isinstance(value, str) else None
        if found is None:
            raise SaveError(
                f"{where} shows the picture {str(value)[:80]!r}, which this game does not have: load that before the "
                "save."
            )
        return found

    def array(self, value: Any, where: str) -> Array:
        """A copy of one of the file's arrays."""
        return self._reader.array(value).copy()

    # -- the world ---------------------------------------------------------------------------------
    def apply(self, world: World) -> int:
        """Create everything; returns how many entities that were."""
        for table in self.tables:
            world.create_entities(table.count, *table.columns)
        for entity, instance in self.objects:
            world.add_component(entity, instance)
        for kind, resource in self.resources:
            world.add_resource(resource, kind)
        for generator, state in self.states:
            generator.bit_generator.state = state
        return sum(table.count for table in self.tables)


def _typed(value: Any, kind: type, what: str) -> Any:
    if type(value) is not kind:
        raise SaveError(f"What should be {what} is something else.")
    return value
