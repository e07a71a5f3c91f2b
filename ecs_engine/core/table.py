"""A table: the columns of all entities that have the same set of column components."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ecs_engine.core.component import spec_of
from ecs_engine.core.fields import Field

Array = np.ndarray[Any, Any]

SMALLEST_CAPACITY = 16

new_version: Callable[[], int] = itertools.count(1).__next__
"""A number that no column of any table has had for a version. Any thread."""


def stored_types(types: Iterable[type]) -> tuple[type, ...]:
    """The column components among these types, with their companions, in the order of declaration."""
    found = list(types)
    for current in found:  # those that are added meanwhile, too
        if spec := spec_of(current):
            found.extend(spec.companions)
    return column_types(set(found))


def column_types(types: Iterable[type]) -> tuple[type, ...]:
    """The column components among these types, in the order of declaration."""
    specs = [(spec.order, one) for one in types if (spec := spec_of(one)) is not None]
    return tuple(one for _, one in sorted(specs))


class Table:
    """Rows of entities, one contiguous array per field.

    ``arrays`` have ``capacity`` rows, of which the first ``length`` are in use. ``writable`` and ``readable`` are
    the used parts, sliced once per structural change. ``versions`` name what is in each column: a write makes a new
    one, which no column had before, and columns of one version hold the same. ``layout_version`` counts the structural
    changes (rows added, removed or moved).
    """

    __slots__ = (
        "_resized",
        "_written",
        "arrays",
        "capacity",
        "entity_array",
        "fields",
        "index",
        "layout_version",
        "length",
        "readable",
        "stored",
        "types",
        "versions",
        "views",
        "writable",
    )  # fmt: skip

    def __init__(self, index: int, types: tuple[type, ...]) -> None:
        self.index = index
        self.types = types
        self.stored = stored_types(types)
        self.fields: tuple[Field, ...] = tuple(
            field
            for stored in self.stored
            for field in spec_of(stored).fields  # type: ignore[union-attr]
        )
        self.length = 0
        self.capacity = 0
        self.layout_version = 0
        self.versions: dict[Field, int] = {field: new_version() for field in self.fields}
        self._resized: dict[Field, int] = {}
        """The versions that the last structural change made."""
        self._written = dict(self.versions)
        """Those before it, and before all that led to it with no write in between."""
        self.entity_array = np.empty(0, np.int64)
        self.arrays: dict[Field, Array] = {f: np.empty(f.type.shape(0), f.type.dtype) for f in self.fields}
        self.views: dict[Field, memoryview] = {}
        self.writable: dict[Field, Array] = {}
        self.readable: dict[Field, Array] = {}
        self._reserve(SMALLEST_CAPACITY)
        self._slice()

    @property
    def entities(self) -> Array:
        """The ids of the rows, (length,) int64, read-only."""
        ids = self.entity_array[: self.length]
        ids.flags.writeable = False
        return ids

    def append(self, entities: Array, columns: Mapping[Field, Array]) -> int:
        """Add rows and return the first one's index; columns that are not given are filled with the defaults.

        Each column is an array that broadcasts to its field's shape for ``len(entities)`` rows.
        """
        first, count = self.length, len(entities)
        self._reserve(first + count)
        self.entity_array[first : first + count] = entities
        for field, array in self.arrays.items():
            array[first : first + count] = columns.get(field, field.default)
        self._resize(first + count)
        return first

    def remove(self, rows: Array) -> tuple[Array, Array]:
        """Remove rows (distinct, any order), filling the holes with the last rows.

        Returns the entities that were moved and the rows they are at now.
        """
        if not len(rows):
            return self.entity_array[:0], rows
        kept = self.length - len(rows)
        holes = np.sort(rows[rows < kept])
        if len(holes):  # there are none when what came last goes first
            tail = np.ones(self.length - kept, np.bool_)
            tail[rows[rows >= kept] - kept] = False
            movers = np.flatnonzero(tail) + kept
            self.entity_array[holes] = self.entity_array[movers]
            to, come_from = compact(holes), compact(movers)
            for array in self.arrays.values():
                array[to] = array[come_from]
        self._resize(kept)
        return self.entity_array[holes], holes

    def write(self, component_type: type, rows: Array, columns: Mapping[Field, Array]) -> None:
        """Set a whole component in some rows."""
        spec = spec_of(component_type)
        assert spec is not None
        for field in spec.fields:
            self.arrays[field][rows] = columns[field]
            self.touch(field)

    def swap(self, a: Field, b: Field) -> None:
        """Exchange two columns of the same type without moving data; their versions go with what is in them."""
        by_field: tuple[dict[Field, Any], ...] = (self.arrays, self.views, self.writable, self.readable, self.versions)
        for columns in by_field:
            columns[a], columns[b] = columns[b], columns[a]

    def copy(self, source: Field, target: Field) -> None:
        """Make one column equal to another of the same type, and so are their versions."""
        np.copyto(self.writable[target], self.writable[source])
        self.versions[target] = self.versions[source]

    def touch(self, field: Field) -> None:
        """Note a write to a column."""
        self.versions[field] = new_version()

    def written(self, field: Field) -> int:
        """The version of the last write to a column, whatever rows were added, removed or moved since.

        As long as it stays the same, each row still has what it was added with; columns that were derived from it have
        moved along, and only new rows are without.
        """
        version = self.versions[field]
        return self._written[field] if version == self._resized.get(field) else version

    def _resize(self, length: int) -> None:
        self.length = length
        self.layout_version += 1
        versions, resized = self.versions, self._resized
        for field in self.fields:
            version = versions[field]
            if version != resized.get(field):
                self._written[field] = version
            versions[field] = resized[field] = new_version()
        self._slice()

    def _slice(self) -> None:
        for field, array in self.arrays.items():
            used = array[: self.length]
            self.writable[field] = used
            readable = used.view()
            readable.flags.writeable = False
            self.readable[field] = readable

    def _reserve(self, rows: int) -> None:
        if rows <= self.capacity:
            return
        self.capacity = max(rows, self.capacity * 2)
        self.entity_array = _grown(self.entity_array, self.capacity, self.length)
        for field, array in self.arrays.items():
            grown = _grown(array, self.capacity, self.length)
            self.arrays[field] = grown
            self.views[field] = memoryview(grown)  # type: ignore[arg-type]


class Part:
    """Some rows of a table, as if they were a table of their own: what derives columns of a whole table derives those
    of its new rows, too. Valid until the next structural change.

    Args:
        rows: (k,) int64, ascending. Where they follow each other, as new ones mostly do, nothing is copied; else
            ``readable`` gives copies, and what was written counts with :meth:`finish`.
    """

    __slots__ = ("_rows", "_table", "length", "readable", "writable")

    def __init__(self, table: Table, rows: Array) -> None:
        self._table = table
        self._rows = compact(rows)
        self.length = len(rows)
        self.readable = _Picked(table.readable, self._rows)
        self.writable = _Picked(table.writable, self._rows)

    def touch(self, field: Field) -> None:
        """As of the table."""
        self._table.touch(field)

    def finish(self) -> None:
        """Put what was written where it belongs."""
        if not isinstance(self._rows, slice):
            for field, array in self.writable.items():
                self._table.writable[field][self._rows] = array


class _Picked(dict[Field, Array]):
    """Some rows of each column that was asked for."""

    __slots__ = ("_columns", "_rows")

    def __init__(self, columns: Mapping[Field, Array], rows: Array | slice) -> None:
        self._columns = columns
        self._rows = rows

    def __missing__(self, field: Field) -> Array:
        array = self[field] = self._columns[field][self._rows]
        return array


def compact(rows: Array) -> Array | slice:
    """Rows (k,), ascending and at least one, as a slice if they follow each other: numpy takes those in a tenth of the
    time."""
    first, last = int(rows[0]), int(rows[-1])
    return rows if last - first >= len(rows) else slice(first, last + 1)


def _grown(array: Array, capacity: int, length: int) -> Array:
    grown = np.empty((capacity, *array.shape[1:]), array.dtype)
    grown[:length] = array[:length]
    return grown
