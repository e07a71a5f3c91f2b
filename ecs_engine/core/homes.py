"""Where a component instance keeps its values: by itself, or in a row of a table, which may be gone."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Protocol

from ecs_engine.core.errors import StaleHandleError
from ecs_engine.core.fields import Field


class Home(Protocol):
    """What :class:`Detached` and the rows of entities have in common."""

    index: int

    @property
    def views(self) -> Any:
        """Field -> something that gives the value of a plain number at ``[index]``."""

    def packed_value(self, field: Field) -> bytes: ...
    def store(self, field: Field, value: Any) -> None: ...
    def element(self, field: Field, position: int) -> Any: ...
    def store_element(self, field: Field, position: int, value: Any) -> None: ...


class Detached:
    """The home of an instance without a row."""

    __slots__ = ("owned", "record")
    index: ClassVar[int] = 0

    def __init__(self, record: bytes) -> None:
        self.record = record
        """The packed values of all fields, each at its field's ``place``."""
        self.owned = False
        """Whether an entity has the instance already, and only its row is still to come."""

    @property
    def views(self) -> Detached:
        return self

    def __getitem__(self, field: Field) -> tuple[Any, ...]:
        return field.unpack(self.record[field.place])

    def packed_value(self, field: Field) -> bytes:
        return self.record[field.place]

    def store(self, field: Field, value: Any) -> None:
        record = bytearray(self.record)
        record[field.place] = field.pack(value)
        self.record = bytes(record)

    def element(self, field: Field, position: int) -> Any:
        return self[field][position]

    def store_element(self, field: Field, position: int, value: Any) -> None:
        values = list(self[field])
        values[position] = value
        self.store(field, values)


class Stale:
    """What the row of a deleted entity has in place of a table and of views: looking for a field in it raises
    :class:`StaleHandleError`."""

    __slots__ = ("entity",)

    def __init__(self, entity: int) -> None:
        self.entity = entity

    @property
    def arrays(self) -> Stale:
        return self

    def __getitem__(self, field: Field) -> NoReturn:
        raise StaleHandleError(
            f"{field} was used through a handle of entity {self.entity}, which has been deleted: "
            "look the entity up again, or ask world.entity_exists first."
        )
