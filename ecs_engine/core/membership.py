"""esper's dictionary of component type -> entities, with the sets of column components read from the tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from ecs_engine.core.component import spec_of
from ecs_engine.core.owner import Owner
from ecs_engine.core.table import Table

if TYPE_CHECKING:
    from ecs_engine.core.storage import EntityStore


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
        for creation in self.store.bulk:
            if self.component_type in creation.types:
                yield from creation.left().tolist()

    def __len__(self) -> int:
        store = self.store
        settled = sum(table.length for table in self.tables)
        if not store.has_waiting():
            return settled
        changed = filter(store.places.__contains__, chain(store.removed, store.waiting))
        settled -= sum(self.component_type in store.locate(e)[0].types for e in changed)
        fresh = sum(self.component_type in row for row in store.waiting.values())
        return settled + fresh + sum(len(c.left()) for c in store.bulk if self.component_type in c.types)

    def __bool__(self) -> bool:
        return True  # esper asks only to drop an empty set, and this one stays

    def add(self, entity: int) -> None:
        """Nothing to do: the entity's row says it."""

    def discard(self, entity: int) -> None:
        """Nothing to do: the entity's row says it."""


class ComponentIndex(dict[type, Any]):
    """esper's type -> entities: plain sets for object components, :class:`Members` for columns."""

    __slots__ = ("known", "members", "owner", "store")

    def __init__(self, store: EntityStore, owner: Owner) -> None:
        super().__init__()
        self.store = store
        self.owner = owner
        self.members: dict[type, Members] = {}
        self.known: set[type] = set()
        """The types that an entity has, or has had; it only grows."""

    def members_of(self, component_type: type) -> Members:
        """The members of a column component."""
        members = self.members.get(component_type)
        if members is None:
            members = self.members[component_type] = Members(component_type, self.store)
            self.known.add(component_type)
            super().__setitem__(component_type, members)
        return members

    def register(self, table: Table) -> None:
        """Note a new table."""
        for component_type in table.types:
            self.members_of(component_type).tables.append(table)

    def add_object(self, component_type: type, entities: range) -> None:
        """Note that entities have an object component."""
        self.known.add(component_type)
        self.setdefault(component_type, set()).update(entities)

    def discard(self, component_type: type, entity: int) -> None:
        """Note that an entity has an object component no more; nothing happens if it is not noted."""
        entities = self.get(component_type)
        if isinstance(entities, set):
            entities.discard(entity)
            if not entities:
                del self[component_type]

    # -- what esper calls --------------------------------------------------------------------------
    def __getitem__(self, component_type: type) -> Any:
        # esper asks here before it changes anything, so this is where its functions meet the wrong thread.
        self.owner.require()
        return super().__getitem__(component_type)

    def get(self, component_type: type, default: Any = None) -> Any:
        self.owner.require()
        return super().get(component_type, default)

    def __setitem__(self, component_type: type, entities: set[int]) -> None:
        if spec_of(component_type) is None:
            self.known.add(component_type)
            super().__setitem__(component_type, entities)
        else:
            self.members_of(component_type)

    def clear(self) -> None:
        super().clear()
        for component_type, members in self.members.items():
            super().__setitem__(component_type, members)
