"""The containers that esper keeps a world in, made to hold column components in tables.

esper stores ``entity -> {type: instance}`` and ``type -> {entities}`` in two dictionaries. A world gives esper
these two instead, so that esper's own functions, whoever calls them, keep the tables right:

* :class:`EntityStore` is the first: ``entity -> Row``. A row of an entity that nobody has asked for yet is not
  there; it is made, with its handles, when somebody does.
* :class:`ComponentIndex` is the second; for column components its sets are computed from the tables.

A change of an entity's column components is visible here at once, and in the tables after
:meth:`EntityStore.flush`, which applies all waiting changes in bulk, grouped by table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecs_engine.core.component import Batch, Detached, spec_of
from ecs_engine.core.errors import ComponentError, StaleHandleError
from ecs_engine.core.fields import Field
from ecs_engine.core.table import Table

Array = np.ndarray[Any, Any]


class _Stale:
    """Stands in for the columns of a deleted entity."""

    __slots__ = ("entity",)

    def __init__(self, entity: int) -> None:
        self.entity = entity

    def __getitem__(self, field: Field) -> Any:
        raise StaleHandleError(
            f"{field} was used through a handle of entity {self.entity}, which has been deleted: "
            "look the entity up again, or ask world.entity_exists first."
        )


class Row(dict[type, Any]):
    """One entity as esper sees it, type -> instance, and the home of its column components' values."""

    __slots__ = ("_store", "entity", "index", "table", "versions", "views")

    def __init__(self, store: EntityStore, entity: int) -> None:
        self._store = store
        self.entity = entity
        self.table: Table | None = None
        self.index = -1
        self.views: Any = None
        self.versions: Any = None

    # -- a home for handles ------------------------------------------------------------------------
    def store(self, field: Field, value: Any) -> None:
        views = self.views
        if field.type.width:
            views[field]
            self.table.arrays[field][self.index] = field.unpack(field.pack(value))  # type: ignore[union-attr]
        else:
            try:
                views[field][self.index] = value
            except (TypeError, ValueError):
                views[field][self.index] = field.unpack(field.pack(value))[0]
        self.versions[field] += 1

    def element(self, field: Field, position: int) -> Any:
        return self.views[field][self.index, position]

    def store_element(self, field: Field, position: int, value: Any) -> None:
        try:
            self.views[field][self.index, position] = value
        except (TypeError, ValueError):
            values = [value] * field.type.width
            self.views[field][self.index, position] = field.unpack(field.pack(values))[0]
        self.versions[field] += 1

    # -- what esper calls --------------------------------------------------------------------------
    def __setitem__(self, component_type: type, instance: Any) -> None:
        if spec_of(component_type) is None:
            super().__setitem__(component_type, instance)
            return
        if type(instance) is not component_type:
            raise ComponentError(
                f"{type(instance).__name__} cannot stand for the column component {component_type.__name__}: "
                f"add an instance of {component_type.__name__} itself."
            )
        if super().get(component_type) is instance:
            return
        old = super().pop(component_type, None)
        if old is not None:
            _detach(old)
        super().__setitem__(component_type, _own(instance))
        self._store.waiting[self.entity] = self

    def pop(self, component_type: type, *default: Any) -> Any:
        is_column = component_type in self and spec_of(component_type) is not None
        instance = super().pop(component_type, *default)
        if is_column:
            _detach(instance)
            self._store.waiting[self.entity] = self
        return instance

    # -- what flush does ---------------------------------------------------------------------------
    def attach(self, table: Table, index: int) -> None:
        """Make the row of ``table`` the home of all column instances."""
        self.table, self.index = table, index
        self.views, self.versions = table.views, table.versions
        for component_type in table.types:
            self[component_type]._home = self

    def close(self) -> None:
        """Make every handle of this row raise."""
        self.views = _Stale(self.entity)
        for component_type, instance in self.items():
            if spec_of(component_type) is not None:
                instance._home = self


def _own(instance: Any) -> Any:
    """The instance, or a copy where it is another entity's already: rows are not shared."""
    if isinstance(instance._home, Detached):
        return instance
    copy = type(instance)()
    copy._home = _copied_home(instance)
    return copy


def _detach(instance: Any) -> None:
    if not isinstance(instance._home, Detached):
        instance._home = _copied_home(instance)


def _copied_home(instance: Any) -> Detached:
    spec = spec_of(type(instance))
    assert spec is not None
    return Detached({field: field.pack(_read(instance._home, field)) for field in spec.fields})


def _read(home: Any, field: Field) -> Any:
    if field.type.width:
        return tuple(home.element(field, position) for position in range(field.type.width))
    return home.views[field][home.index]


class Members:
    """The entities that have one column component, as esper's set of them."""

    __slots__ = ("component_type", "store", "tables")

    def __init__(self, component_type: type, store: EntityStore) -> None:
        self.component_type = component_type
        self.store = store
        self.tables: list[Table] = []

    def __iter__(self) -> Iterator[int]:
        waiting, removed = self.store.waiting, self.store.removed
        for table in self.tables:
            ids = table.entities.tolist()
            if waiting or removed:
                ids = [e for e in ids if e not in waiting and e not in removed]
            yield from ids
        yield from [e for e, row in waiting.items() if self.component_type in row]

    def __len__(self) -> int:
        if self.store.has_waiting():
            return sum(1 for _ in self)
        return sum(table.length for table in self.tables)

    def __bool__(self) -> bool:
        return True  # esper asks only to drop an empty set, and this one stays

    def add(self, entity: int) -> None:
        """Nothing to do: the entity's row says it."""

    def discard(self, entity: int) -> None:
        """Nothing to do: the entity's row says it."""


class ComponentIndex(dict[type, Any]):
    """esper's type -> entities: plain sets for object components, :class:`Members` for columns."""

    __slots__ = ("members", "store")

    def __init__(self, store: EntityStore) -> None:
        super().__init__()
        self.store = store
        self.members: dict[type, Members] = {}

    def register(self, table: Table) -> None:
        for component_type in table.types:
            self[component_type] = set()
            self.members[component_type].tables.append(table)

    def __setitem__(self, component_type: type, entities: set[int]) -> None:
        if spec_of(component_type) is None:
            super().__setitem__(component_type, entities)
        elif component_type not in self.members:
            self.members[component_type] = members = Members(component_type, self.store)
            super().__setitem__(component_type, members)

    def __delitem__(self, component_type: type) -> None:
        if component_type not in self.members:
            super().__delitem__(component_type)

    def clear(self) -> None:
        super().clear()
        for component_type, members in self.members.items():
            super().__setitem__(component_type, members)


@dataclass(frozen=True, slots=True)
class BulkCreation:
    """What many new entities are to be given."""

    entities: range
    types: tuple[type, ...]
    columns: Mapping[Field, Array]
    objects: Sequence[Any]
    """Object components; every entity gets the same instances."""


class EntityStore(dict[int, Row]):
    """esper's entity -> {type: instance}. Rows that nobody has asked for are made on demand."""

    __slots__ = ("bulk", "index", "locations", "removed", "tables", "tables_by_shape", "tables_by_types", "waiting")

    def __init__(self) -> None:
        super().__init__()
        self.index = ComponentIndex(self)
        self.tables: list[Table] = []
        self.tables_by_types: dict[tuple[type, ...], Table] = {}
        self.tables_by_shape: dict[tuple[type, ...], Table] = {}
        self.locations: dict[int, tuple[Table, int]] = {}
        self.waiting: dict[int, Row] = {}
        self.removed: set[int] = set()
        self.bulk: list[BulkCreation] = []

    # -- what esper calls --------------------------------------------------------------------------
    def __missing__(self, entity: int) -> Row:
        location = self.locations.get(entity)
        if location is None or entity in self.removed:
            if any(entity in creation.entities for creation in self.bulk):
                raise ComponentError(
                    f"Entity {entity} was created in bulk by the system that is running and has no row yet: "
                    "use it after the system returns, or create it with create_entity."
                )
            raise KeyError(entity)
        table, index = location
        row = Row(self, entity)
        for component_type in table.types:
            instance = component_type.__new__(component_type)
            dict.__setitem__(row, component_type, instance)
        row.attach(table, index)
        super().__setitem__(entity, row)
        return row

    def __setitem__(self, entity: int, components: Mapping[type, Any]) -> None:
        row = Row(self, entity)
        for component_type, instance in components.items():
            dict.__setitem__(row, component_type, instance if spec_of(component_type) is None else _own(instance))
        self.waiting[entity] = row
        super().__setitem__(entity, row)

    def __delitem__(self, entity: int) -> None:
        self[entity].close()
        super().__delitem__(entity)
        self.waiting.pop(entity, None)
        if entity in self.locations:
            self.removed.add(entity)

    def delete(self, entity: int) -> None:
        """Delete one entity, as ``esper.delete_entity(entity, immediate=True)`` does, but without making its row
        where nobody has asked for it."""
        if not dict.__contains__(self, entity) and entity in self.locations:
            self.removed.add(entity)
            return
        for component_type in self[entity]:
            if spec_of(component_type) is None:
                members = self.index[component_type]
                members.discard(entity)
                if not members:
                    del self.index[component_type]
        del self[entity]

    def __contains__(self, entity: object) -> bool:
        if super().__contains__(entity):
            return True
        if entity in self.locations:
            return entity not in self.removed
        return any(entity in creation.entities for creation in self.bulk)

    def get(self, entity: int, default: Any = None) -> Any:
        return self[entity] if entity in self else default

    def __iter__(self) -> Iterator[int]:
        if not self.has_waiting():
            return iter(self.locations)
        settled = [e for e in self.locations if e not in self.removed]
        fresh = [e for e in self.waiting if e not in self.locations]
        created = [e for creation in self.bulk for e in creation.entities]
        return iter(settled + sorted(fresh + created))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        for row in self.values():
            row.close()
        super().clear()
        self.locations.clear()
        self.waiting.clear()
        self.removed.clear()
        self.bulk.clear()
        for table in self.tables:
            table.remove(np.arange(table.length))

    # -- waiting changes ---------------------------------------------------------------------------
    def has_waiting(self) -> bool:
        """Whether the tables are behind."""
        return bool(self.waiting or self.removed or self.bulk)

    def table_for(self, types: tuple[type, ...]) -> Table:
        """The table of exactly these column types (sorted by declaration), made if it is new."""
        table = self.tables_by_types.get(types)
        if table is None:
            table = Table(len(self.tables), types)
            self.tables.append(table)
            self.tables_by_types[types] = table
            self.index.register(table)
        return table

    def _table_of(self, row: Row) -> Table:
        shape = tuple(row)
        table = self.tables_by_shape.get(shape)
        if table is None:
            table = self.tables_by_shape[shape] = self.table_for(column_types(shape))
        return table

    def flush(self) -> None:
        """Bring the tables up to date with every waiting change, in bulk."""
        if self.removed:
            self._flush_removed()
        if self.waiting:
            self._flush_waiting()
        if self.bulk:
            creations, self.bulk = self.bulk, []
            for creation in creations:
                self.create(creation)

    def create(self, creation: BulkCreation) -> None:
        """Give new entities their rows and object components."""
        self.append(self.table_for(creation.types), creation.entities, creation.columns)
        for instance in creation.objects:
            members = self.index.setdefault(type(instance), set())
            members.update(creation.entities)
            for entity in creation.entities:
                self[entity][type(instance)] = instance

    def append(self, table: Table, entities: Sequence[int], columns: Mapping[Field, Array]) -> int:
        """Give entities a row each; returns the first row's index."""
        first = table.append(np.fromiter(entities, np.int64, len(entities)), columns)
        self.locations.update(
            zip(entities, zip([table] * len(entities), range(first, table.length), strict=True), strict=True)
        )
        return first

    def remove_rows(self, table: Table, rows: Array) -> None:
        """Take rows out of a table; the entities that fill the holes are told."""
        moved, places = table.remove(rows)
        for entity, index in zip(moved.tolist(), places.tolist(), strict=True):
            self.locations[entity] = (table, index)
            if dict.__contains__(self, entity):
                self[entity].index = index

    def _flush_removed(self) -> None:
        rows_by_table: defaultdict[Table, list[int]] = defaultdict(list)
        for entity in self.removed:
            table, index = self.locations.pop(entity)
            rows_by_table[table].append(index)
        self.removed.clear()
        for table, rows in rows_by_table.items():
            self.remove_rows(table, np.array(rows))

    def _flush_waiting(self) -> None:
        groups: defaultdict[tuple[Table | None, Table], list[Row]] = defaultdict(list)
        for row in self.waiting.values():
            groups[row.table, self._table_of(row)].append(row)
        self.waiting.clear()
        for (source, target), rows in groups.items():
            if source is target:
                self._rewrite(target, rows)
            else:
                self._move(source, target, rows)

    def _move(self, source: Table | None, target: Table, rows: list[Row]) -> None:
        columns: dict[Field, Any] = _gather_detached(target, rows)
        if source is not None:
            indices = np.array([row.index for row in rows])
            shared = [f for f in target.fields if f in source.arrays and f not in columns]
            columns |= {field: source.arrays[field][indices] for field in shared}
            self.remove_rows(source, indices)
        entities = [row.entity for row in rows]
        first = self.append(target, entities, columns)
        for index, row in enumerate(rows, first):
            row.attach(target, index)

    def _rewrite(self, table: Table, rows: list[Row]) -> None:
        """Some components were replaced: the new instances' values go into the old rows."""
        for row in rows:
            for component_type in table.types:
                instance = row[component_type]
                if isinstance(instance._home, Detached):
                    for field in instance._home.packed:
                        table.arrays[field][row.index] = _read(instance._home, field)
                        table.touch(field)
            assert row.table is not None
            row.attach(row.table, row.index)


def _gather_detached(table: Table, rows: list[Row]) -> dict[Field, Array]:
    """The columns of the component types that some of the instances bring along themselves.

    All rows of one group lack the same types, but an instance may also have been replaced in some of them; the
    others' values are then read through their handles.
    """
    columns: dict[Field, Array] = {}
    for component_type in table.types:
        homes = [row[component_type]._home for row in rows]
        if not any(isinstance(home, Detached) for home in homes):
            continue
        spec = spec_of(component_type)
        assert spec is not None
        for field in spec.fields:
            packed = [h.packed[field] if isinstance(h, Detached) else field.pack(_read(h, field)) for h in homes]
            columns[field] = np.frombuffer(b"".join(packed), field.type.dtype).reshape(field.type.shape(len(rows)))
    return columns


def bulk_columns(components: Iterable[Any], count: int) -> tuple[tuple[type, ...], dict[Field, Array], list[Any]]:
    """Sort what a bulk creation was given into column types, their columns, and object components.

    Raises:
        ComponentError: a type is given twice, or a batch does not fit ``count``.
    """
    types: list[type] = []
    columns: dict[Field, Array] = {}
    objects: list[Any] = []
    for item in components:
        item_type = item.component_type if isinstance(item, Batch) else type(item)
        spec = spec_of(item_type)
        if item_type in types:
            raise ComponentError(f"{item_type.__name__} is given twice: pass each component type once.")
        types.append(item_type)
        if isinstance(item, Batch):
            columns |= item.columns(count)
        elif spec is not None:
            columns |= {field: np.array(_read(item._home, field), field.type.dtype) for field in spec.fields}
        else:
            objects.append(item)
    return column_types(types), columns, objects


def column_types(types: Iterable[type]) -> tuple[type, ...]:
    """The column components among these types, in the order of declaration."""
    columns = [t for t in types if spec_of(t) is not None]
    return tuple(sorted(columns, key=lambda t: spec_of(t).order))  # type: ignore[union-attr]
