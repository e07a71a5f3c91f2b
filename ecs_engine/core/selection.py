"""What ``world.select`` gives: the columns of each matching table, as numpy arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, NoReturn, TypeVar

import numpy as np

from ecs_engine.core.component import ComponentSpec, spec_of
from ecs_engine.core.errors import ColumnError, ComponentError
from ecs_engine.core.fields import Field
from ecs_engine.core.table import Table, new_version

Array = np.ndarray[Any, Any]
C = TypeVar("C")


@dataclass(frozen=True, slots=True, eq=False)
class Writable(Generic[C]):
    """A select term that asks for write access; made by :func:`writable`."""

    component_type: type[C]


def writable(component_type: type[C]) -> Writable[C]:
    """Ask ``select`` for write access: reading a field then gives an array that may be changed in place, and counts
    as a write to that column (everything downstream looks at it again)."""
    key: Any = component_type
    return _writable(key)


@cache
def _writable(component_type: Any) -> Writable[Any]:
    return Writable(component_type)  # the same one each time: select finds its query by its terms


class Columns:
    """The columns of one component in one table; each field of the component is a property.

    Without write access the arrays are read-only. With it, getting or setting a field bumps that column's version.
    Arrays have shape (n,) or (n, k), and stay valid until the next structural change of the world.
    """

    __slots__ = ("_table",)
    _table: Table

    def __init__(self, table: Table) -> None:
        object.__setattr__(self, "_table", table)

    def __getattr__(self, name: str) -> NoReturn:
        raise self._no_column(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(type(self), name):
            raise self._no_column(name)
        super().__setattr__(name, value)

    def _no_column(self, name: str) -> ColumnError:
        component_name = type(self).__name__.removesuffix("Columns")
        columns = ", ".join(key for key in vars(type(self)) if not key.startswith("_"))
        return ColumnError(f"{component_name} has no column {name!r}: its columns are {columns}.")


def _selectable(component_type: Any) -> ComponentSpec:
    spec = spec_of(component_type) if isinstance(component_type, type) else None
    if spec is None:
        name = component_type.__name__ if isinstance(component_type, type) else repr(component_type)
        raise ComponentError(
            f"select() takes column component classes, and {name} is none: decorate it with @component, "
            "or use get_component for ordinary components."
        )
    return spec


@cache
def columns_class(component_type: type, write: bool) -> type[Columns]:
    """The :class:`Columns` subclass with a property for each field of ``component_type``."""
    spec = _selectable(component_type)
    make = _writable_property if write else _readable_property
    body: dict[str, Any] = {field.name: make(field) for field in spec.fields}
    return type(f"{component_type.__name__}Columns", (Columns,), {"__slots__": (), **body})


def _readable_property(field: Field) -> property:
    def get(self: Columns) -> Array:
        return self._table.readable[field]

    def refuse(self: Columns, value: Any) -> NoReturn:
        raise ColumnError(
            f"{field} was selected for reading and cannot be set: select writable({field.owner}) in its place."
        )

    return property(get, refuse, doc=str(field.type))


def _writable_property(field: Field) -> property:
    def get(self: Columns) -> Array:
        self._table.versions[field] = new_version()
        return self._table.writable[field]

    def set_(self: Columns, value: Any) -> None:
        column = self._table.writable[field]
        if value is not column:  # it is in the second half of `columns.field += value`
            array = np.asarray(value)
            field.check_dtype(array)
            try:
                column[...] = array
            except ValueError as error:
                raise ComponentError(
                    f"{field} of {self._table.length} entities has shape {column.shape}, and a value of shape "
                    f"{array.shape} does not fit: reshape it."
                ) from error
        self._table.versions[field] = new_version()

    return property(get, set_, doc=str(field.type))


class Rows:
    """One matching table: iterate (or unpack) it for the columns of each selected component, in the asked order."""

    __slots__ = ("_columns", "table")

    def __init__(self, table: Table, terms: tuple[tuple[type, bool], ...]) -> None:
        self.table = table
        self._columns = tuple(columns_class(component_type, write)(table) for component_type, write in terms)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._columns)

    def __len__(self) -> int:
        return self.table.length

    def __bool__(self) -> bool:
        return True

    @property
    def entities(self) -> Array:
        """The entity ids of the rows, (n,) int64, read-only."""
        return self.table.entities


class Query:
    """All tables that match a set of select terms; kept, and extended as new tables appear."""

    __slots__ = ("_rows", "_seen", "required", "terms", "without")

    def __init__(self, terms: tuple[Any, ...], without: tuple[type, ...]) -> None:
        self.terms: tuple[tuple[type, bool], ...] = tuple(
            (term.component_type, True) if isinstance(term, Writable) else (term, False) for term in terms
        )
        for component_type, _ in self.terms:
            _selectable(component_type)  # says what is wrong with a term before any table exists
        self.required = frozenset(component_type for component_type, _ in self.terms)
        for component_type in without:
            _selectable(component_type)
        self.without = frozenset(without)
        self._rows: list[Rows] = []
        self._seen = 0

    def rows(self, tables: list[Table], include_empty: bool) -> list[Rows]:
        """The matching tables; without ``include_empty``, those that have rows."""
        if len(tables) != self._seen:
            for table in tables[self._seen :]:
                stored = set(table.stored)
                if self.required <= stored and not self.without & stored:
                    self._rows.append(Rows(table, self.terms))
            self._seen = len(tables)
        if include_empty or not self._rows:
            return self._rows.copy()
        return [rows for rows in self._rows if rows.table.length]
