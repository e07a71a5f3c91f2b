"""One entity: its component instances as esper sees them, and the way to its row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from ecs_engine.core.component import detach, detached, detached_home, spec_of
from ecs_engine.core.errors import ComponentError, MissingError
from ecs_engine.core.fields import Field
from ecs_engine.core.homes import Detached, Stale
from ecs_engine.core.table import new_version

if TYPE_CHECKING:
    from ecs_engine.core.table import Table


class Row(dict[type, Any]):
    """One entity as esper sees it, type -> instance, and the home of its column components' values."""

    __slots__ = ("_waiting", "entity", "index", "table", "versions", "views")

    def __init__(self, waiting: dict[int, Row], entity: int) -> None:
        self._waiting = waiting
        """The world's entities whose tables are behind; a row whose column components change goes there."""
        self.entity = entity
        self.table: Table | None = None
        """None as long as the entity waits for its first row; what follows is not there then."""
        self.index: int
        self.views: Any
        self.versions: Any

    # -- a home for handles ------------------------------------------------------------------------
    def packed_value(self, field: Field) -> bytes:
        return self.table.arrays[field][self.index].tobytes()  # type: ignore[union-attr, no-any-return]

    def store(self, field: Field, value: Any) -> None:
        if field.direct:
            try:
                self.views[field][self.index] = value
            except (TypeError, ValueError):
                self.views[field][self.index] = field.unpack(field.pack(value))[0]
        elif field.type.width:
            self.table.arrays[field][self.index] = field.unpack(field.pack(value))  # type: ignore[union-attr]
        else:
            self.views[field][self.index] = field.unpack(field.pack(value))[0]
        self.versions[field] = new_version()

    def element(self, field: Field, position: int) -> Any:
        return self.views[field][self.index, position]

    def store_element(self, field: Field, position: int, value: Any) -> None:
        try:
            self.views[field][self.index, position] = value
        except (TypeError, ValueError):
            values = list(field.unpack(self.packed_value(field)))
            values[position] = value
            self.store(field, values)
            return
        self.versions[field] = new_version()

    # -- what esper calls --------------------------------------------------------------------------
    def __missing__(self, component_type: type) -> NoReturn:
        name = component_type.__name__ if isinstance(component_type, type) else repr(component_type)
        keeper = next((t for t in self if (spec := spec_of(t)) and component_type in spec.companions), None)
        if keeper is not None:
            raise MissingError(
                f"Entity {self.entity} has no {name} of its own, as the engine keeps it beside {keeper.__name__}: "
                f"read it with world.select({name})."
            )
        own = ", ".join(t.__name__ for t in self) or "none"
        raise MissingError(
            f"Entity {self.entity} has no {name}; its components are: {own}. Add it first, or ask by try_component."
        )

    def __setitem__(self, component_type: type, instance: Any) -> None:
        if spec_of(component_type) is None:
            super().__setitem__(component_type, instance)
            return
        if type(instance) is not component_type:
            raise ComponentError(
                f"{type(instance).__name__} cannot stand for the column component {component_type.__name__}: "
                f"add an instance of {component_type.__name__} itself."
            )
        old = self.get(component_type)
        if old is instance:
            return
        new = own(instance)
        if old is not None:
            detach(old)
        super().__setitem__(component_type, new)
        self._waiting[self.entity] = self

    def pop(self, component_type: type, *default: Any) -> Any:
        if component_type not in self or spec_of(component_type) is None:
            return super().pop(component_type, *default)
        self._waiting[self.entity] = self
        return self.release(component_type)

    # -- what the store does -----------------------------------------------------------------------
    def attach(self, table: Table, index: int) -> None:
        """Make the row of ``table`` the home of all column instances."""
        self.table, self.index = table, index
        self.views, self.versions = table.views, table.versions
        for instance in self.values() if len(self) == len(table.types) else self._instances(table.types):
            instance._home = self

    def adopt(self, columns: tuple[type, ...]) -> None:
        """Become the home of the instances of its column components, whose classes these are."""
        for instance in self._instances(columns):
            instance._home = self

    def _instances(self, columns: tuple[type, ...]) -> list[Any]:
        return [self[component_type] for component_type in columns]

    def replace(self, component_type: type, instance: Any) -> None:
        """Put an instance whose values the table has already in the place of another, which is detached."""
        old = self.get(component_type)
        if old is not None:
            detach(old)
        super().__setitem__(component_type, instance)

    def release(self, component_type: type) -> Any:
        """Take out a column instance, which keeps its values by itself."""
        instance = super().pop(component_type)
        detach(instance)
        return instance

    def close(self) -> None:
        """Make every handle of this row, which is their home, raise, and let go of them: it is not part of a cycle
        then."""
        gone: Any = Stale(self.entity)
        self.table = self.views = gone
        self.clear()


def own(instance: Any) -> Any:
    """The instance, or a copy where it is an entity's already: rows are not shared.

    Raises:
        StaleHandleError: its entity has been deleted.
    """
    home = instance._home
    if type(home) is not Detached or home.owned:
        instance = detached(type(instance), detached_home(instance).record)
        home = instance._home
    home.owned = True
    return instance
