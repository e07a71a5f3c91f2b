"""The dictionary that esper keeps a world's entities in, made to hold column components in tables.

esper stores ``entity -> {type: instance}`` and ``type -> {entities}`` in two dictionaries. A world gives esper
:class:`EntityStore` and :class:`~ecs_engine.core.membership.ComponentIndex` instead, so that esper's own functions,
whoever calls them, keep the tables right. A row that nobody has asked for yet is not in the dictionary; it is made,
with its handles, when somebody does.

A change of an entity's column components is visible here at once, and in the tables after
:meth:`EntityStore.flush`, which applies all waiting changes in bulk, grouped by table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Any

import numpy as np

from ecs_engine.core.bulk import Bulk, BulkCreation
from ecs_engine.core.component import check_instance, detached, detached_home
from ecs_engine.core.errors import no_entity
from ecs_engine.core.fields import Field
from ecs_engine.core.homes import Detached
from ecs_engine.core.membership import ComponentIndex
from ecs_engine.core.owner import Owner
from ecs_engine.core.places import Places
from ecs_engine.core.row import Row, own
from ecs_engine.core.table import Table, column_types

Array = np.ndarray[Any, Any]

# An entity's place is one int, table index and row.
_ROW_BITS = 40
_ROW_MASK = (1 << _ROW_BITS) - 1

_put: Callable[[dict[Any, Any], Any, Any], None] = dict.__setitem__


class EntityStore(dict[int, Row]):
    """esper's entity -> {type: instance}. Rows that nobody has asked for are made on demand."""

    __slots__ = (
        "_owner", "bulk", "index", "places", "removed", "tables", "tables_by_shape", "tables_by_types", "waiting",
    )  # fmt: skip

    def __init__(self, owner: Owner) -> None:
        super().__init__()
        self._owner = owner
        self.index = ComponentIndex(self, owner)
        self.tables: list[Table] = []
        self.tables_by_types: dict[tuple[type, ...], Table] = {}
        self.tables_by_shape: dict[tuple[type, ...], Table] = {}
        self.places = Places()
        """Entity -> its place in the tables, for all that have one."""
        self.waiting: dict[int, Row] = {}
        self.removed: set[int] = set()
        self.bulk: list[BulkCreation] = []

    # -- what esper calls --------------------------------------------------------------------------
    def __missing__(self, entity: int) -> Row:
        if entity in self.places and entity not in self.removed:
            row = Row(self.waiting, int(entity))
            table, index = self.locate(entity)
            for component_type in table.types:
                dict.__setitem__(row, component_type, detached(component_type))
            row.attach(table, index)
            super().__setitem__(row.entity, row)
            return row
        creation = next((creation for creation in self.bulk if entity in creation), None)
        if creation is None:
            raise no_entity(entity)
        self[int(entity)] = creation.take(int(entity))
        return self[entity]

    def __setitem__(self, entity: int, components: Mapping[type, Any]) -> None:
        self._owner.require()
        row = Row(self.waiting, entity)
        row.update(components)
        try:
            for component_type in self._table_of(row).types:
                dict.__setitem__(row, component_type, own(row[component_type]))
        except Exception:
            for component_type in components:  # esper has noted the entity there already
                self.index.discard(component_type, entity)
            raise
        self.waiting[entity] = row
        super().__setitem__(entity, row)

    def __delitem__(self, entity: int) -> None:
        self._owner.require()
        row = self[entity]
        self._drop(row, self._table_of(row))

    def _drop(self, row: Row, table: Table) -> None:
        entity, settled = row.entity, row.table is not None
        row.adopt(table.types)
        row.close()
        super().__delitem__(entity)
        self.waiting.pop(entity, None)
        if settled:
            self.removed.add(entity)

    def __contains__(self, entity: object) -> bool:
        if super().__contains__(entity):
            return True
        if entity in self.places:
            return entity not in self.removed
        return any(entity in creation for creation in self.bulk)

    def get(self, entity: int, default: Any = None) -> Any:
        try:
            return self[entity]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[int]:
        if not self.has_waiting():
            return iter(self.places)
        settled = [e for e in self.places if e not in self.removed]
        fresh = [e for e in self.waiting if e not in self.places]
        created = [e for creation in self.bulk for e in creation.left().tolist()]
        return iter(settled + sorted(fresh + created))

    def __len__(self) -> int:
        if not self.has_waiting():
            return len(self.places)
        fresh = sum(entity not in self.places for entity in self.waiting)
        return len(self.places) - len(self.removed) + fresh + sum(len(creation.left()) for creation in self.bulk)

    def clear(self) -> None:
        for row in self.values():
            row.adopt(self._table_of(row).types)
            row.close()
        super().clear()
        for waiting in (self.places, self.waiting, self.removed, self.bulk):
            waiting.clear()
        for table in self.tables:
            table.remove(np.arange(table.length))

    # -- one entity --------------------------------------------------------------------------------
    def locate(self, entity: int) -> tuple[Table, int]:
        """The table and row of an entity that is in :attr:`places`."""
        place = self.places.get(entity)
        return self.tables[place >> _ROW_BITS], place & _ROW_MASK

    def spawn(self, entity: int, shape: tuple[type, ...], components: tuple[Any, ...]) -> None:
        """What ``__setitem__`` does, for a new entity that has column components only: instances of the different
        classes of ``shape``."""
        row = self.waiting[entity] = Row(self.waiting, entity)
        row.update(zip(shape, components))  # noqa: B905 - of one length, and strictness costs
        for instance in components:
            home = instance._home
            if type(home) is not Detached or home.owned:
                _put(row, type(instance), own(instance))
            else:
                home.owned = True
        _put(self, entity, row)

    # -- many entities -----------------------------------------------------------------------------
    def delete(self, entities: list[int]) -> None:
        """Delete entities as ``esper.delete_entity(entity, immediate=True)`` does each, but without making the rows
        that nobody has asked for. Those that do not exist are left out."""
        made, forget = super().get, super().__delitem__
        places, removed, waiting = self.places, self.removed, self.waiting
        for entity in entities:
            row = made(entity)
            if row is None:
                if entity in places:
                    removed.add(entity)
                    continue
                if entity not in self:
                    continue
                row = self[entity]
            table = row.table
            if table is None or entity in waiting or len(row) > len(table.types):
                self._delete_changed(entity, row)
            else:
                row.close()
                forget(entity)
                removed.add(entity)

    def _delete_changed(self, entity: int, row: Row) -> None:
        """Delete an entity whose tables are behind, or that has object components."""
        table = self._table_of(row)
        if len(row) > len(table.types):
            for component_type in row:
                self.index.discard(component_type, entity)
        self._drop(row, table)

    def create(self, entities: range, bulk: Bulk, later: bool) -> None:
        """Give new entities their components; ``later`` leaves the tables as they are until :meth:`flush`."""
        for component_type in bulk.types:
            self.index.members_of(component_type)
        for instance in bulk.objects:
            self.index.add_object(type(instance), entities)
        creation = BulkCreation(entities, bulk.copied() if later else bulk)
        if later:
            self.bulk.append(creation)
        else:
            self._create(creation)

    def add_component(self, entities: Array, bulk: Bulk) -> None:
        """Give entities (distinct; nothing may be waiting) the one column component of ``bulk``, in that order.

        As in esper, it replaces the one they may have.
        """
        (component_type,) = bulk.types
        for source, rows, which in self.by_table(entities):
            made = self._rows_of(source.entity_array[rows])
            for row in made:
                row.replace(component_type, detached(component_type))
            columns = bulk.rows(which)
            if component_type in source.types:
                source.write(component_type, rows, columns)
                for row in made:
                    row.attach(source, row.index)
            else:
                self._change_table(source, rows, self.table_for((*source.types, component_type)), columns, made)

    def remove_component(self, entities: Array, component_type: type) -> None:
        """Take a column component from those of the entities (distinct; nothing may be waiting) that have it."""
        for source, rows, _ in self.by_table(entities):
            if component_type in source.types:
                made = self._rows_of(source.entity_array[rows])
                for row in made:
                    row.release(component_type)
                left = tuple(t for t in source.types if t is not component_type)
                self._change_table(source, rows, self.table_for(left), {}, made)

    def _rows_of(self, entities: Array) -> list[Row]:
        """The rows that somebody has asked for, of these entities."""
        made = self.keys()
        return [dict.__getitem__(self, entity) for entity in entities.tolist() if entity in made] if made else []

    def by_table(self, entities: Array) -> Iterator[tuple[Table, Array, Array]]:
        """Each table, the rows of the entities that are in it, and the positions of these in ``entities``.

        Entities without a row are left out.
        """
        places = self.places.find(entities)
        indices = places >> _ROW_BITS
        for index in np.unique(indices).tolist():
            if index >= 0:
                which = np.flatnonzero(indices == index)
                yield self.tables[index], places[which] & _ROW_MASK, which

    def _change_table(
        self, source: Table, rows: Array, target: Table, columns: Mapping[Field, Array], made: list[Row]
    ) -> None:
        """Take rows from one table to another, which gets ``columns`` and what both tables have.

        ``made`` are the row objects that exist of them.
        """
        entities = source.entity_array[rows]
        shared = [field for field in target.fields if field in source.arrays and field not in columns]
        columns = {**columns, **{field: source.arrays[field][rows] for field in shared}}
        self._remove_rows(source, rows)
        self._append(target, entities, columns)
        for field in target.fields:  # the rows may have been written since anything was derived from them
            target.touch(field)
        for row in made:
            row.attach(*self.locate(row.entity))

    def _append(self, table: Table, entities: Array, columns: Mapping[Field, Array]) -> int:
        """Give entities a row each; returns the first row's index."""
        first = table.append(entities, columns)
        place = table.index << _ROW_BITS | first
        self.places.put(entities, np.arange(place, place + len(entities)))
        return first

    def _remove_rows(self, table: Table, rows: Array) -> None:
        """Take rows out of a table; the entities that fill the holes are told."""
        moved, indices = table.remove(rows)
        if not len(moved):
            return
        self.places.put(moved, (table.index << _ROW_BITS) + indices)
        made = super().get
        for entity, index in zip(moved.tolist(), indices.tolist(), strict=True):
            row = made(entity)
            if row is not None:
                row.index = index

    # -- waiting changes ---------------------------------------------------------------------------
    def has_waiting(self) -> bool:
        """Whether the tables are behind."""
        return bool(self.waiting or self.removed or self.bulk)

    def table_for(self, types: tuple[type, ...]) -> Table:
        """The table of exactly these column types, made if it is new."""
        types = column_types(types)
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
            for instance in row.values():
                check_instance(instance)
            table = self.tables_by_shape[shape] = self.table_for(shape)
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
                self._create(creation)

    def _create(self, creation: BulkCreation) -> None:
        entities, bulk = creation.left(), creation.bulk
        columns = bulk.rows(entities - creation.entities.start) if creation.taken else bulk.columns
        self._append(self.table_for(bulk.types), entities, columns)
        if bulk.objects:
            for entity in entities.tolist():
                self[entity].update((type(instance), instance) for instance in bulk.objects)

    def _flush_removed(self) -> None:
        removed = np.fromiter(self.removed, np.int64, len(self.removed))
        for table, rows, _ in self.by_table(removed):
            self._remove_rows(table, rows)
        self.places.drop(removed)
        self.removed.clear()

    def _flush_waiting(self) -> None:
        groups: defaultdict[tuple[Table | None, Table], list[Row]] = defaultdict(list)
        shapes = self.tables_by_shape
        for row in self.waiting.values():
            table = shapes.get(tuple(row))
            groups[row.table, self._table_of(row) if table is None else table].append(row)
        self.waiting.clear()
        for (source, target), rows in groups.items():
            if source is target:
                self._rewrite(target, rows)
                continue
            columns = _brought_columns(target, rows)
            if source is not None:
                self._change_table(source, np.array([row.index for row in rows]), target, columns, rows)
                continue
            first = self._append(target, np.array([row.entity for row in rows]), columns)
            for index, row in enumerate(rows, first):
                row.attach(target, index)

    def _rewrite(self, table: Table, rows: list[Row]) -> None:
        """Some components were replaced: the new instances' values go into the old rows."""
        for component_type in table.types:
            new = [row for row in rows if type(row[component_type]._home) is Detached]
            if new:
                instances = [row[component_type] for row in new]
                table.write(component_type, np.array([row.index for row in new]), _columns_of(instances))
        for row in rows:
            row.attach(table, row.index)


def _brought_columns(table: Table, rows: list[Row]) -> dict[Field, Array]:
    """The columns of the component types that some of the instances bring along themselves.

    All rows of one group lack the same types, but an instance may also have been replaced in some of them; the
    others' values are then read from their rows.
    """
    columns: dict[Field, Array] = {}
    for component_type in table.types:
        instances = list(map(itemgetter(component_type), rows))
        if any(type(instance._home) is Detached for instance in instances):
            columns |= _columns_of(instances)
    return columns


def _columns_of(instances: list[Any]) -> dict[Field, Array]:
    """The values of some instances of one component, as columns."""
    records = [
        home.record if type(home := instance._home) is Detached else detached_home(instance).record
        for instance in instances
    ]
    spec = instances[0].__column_component__
    together = np.frombuffer(b"".join(records), spec.record)
    return {field: together[field.name] for field in spec.fields}
