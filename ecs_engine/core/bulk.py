"""What many entities are given at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ecs_engine.core.component import Batch, check_instance, detached, spec_of
from ecs_engine.core.errors import ComponentError
from ecs_engine.core.fields import Field
from ecs_engine.core.table import column_types

Array = np.ndarray[Any, Any]


def distinct(ids: Array) -> Array:
    """Whole numbers, (n,), rising and each once. ``numpy.unique`` hashes them, which takes a hundred times as long."""
    ids = np.sort(ids)
    return ids[np.append(True, ids[1:] != ids[:-1])] if len(ids) else ids


@dataclass(frozen=True, slots=True, eq=False)
class Bulk:
    """Components for ``count`` entities."""

    count: int
    types: tuple[type, ...]
    """Column components, in the order of declaration."""
    columns: Mapping[Field, Array]
    """Of every field of the column components: (count,) or (count, k)."""
    objects: Sequence[Any]
    """Object components; every entity gets the same instances."""

    @classmethod
    def read(cls, count: int, components: Iterable[Any]) -> Bulk:
        """Sort out batches, column instances and objects.

        Raises:
            ComponentError: a type is given twice, or a batch does not fit ``count``.
        """
        types: list[type] = []
        columns: dict[Field, Array] = {}
        objects: list[Any] = []
        for item in components:
            item_type = item.component_type if isinstance(item, Batch) else type(item)
            if item_type in types:
                raise ComponentError(f"{item_type.__name__} is given twice: pass each component type once.")
            types.append(item_type)
            if isinstance(item, Batch):
                columns |= item.columns(count)
            elif (spec := spec_of(item_type)) is not None:
                for one in spec.fields:
                    value = np.frombuffer(item._home.packed_value(one), one.type.dtype)
                    columns[one] = np.broadcast_to(value, one.type.shape(count))
            else:
                check_instance(item)
                objects.append(item)
        return cls(count, column_types(types), columns, objects)

    def copied(self) -> Bulk:
        """The same, sharing no array with whoever gave them."""
        return Bulk(self.count, self.types, {key: array.copy() for key, array in self.columns.items()}, self.objects)

    def rows(self, which: Array) -> dict[Field, Array]:
        """The columns of some of the entities."""
        return {key: array[which] for key, array in self.columns.items()}

    def instance(self, component_type: type, position: int) -> Any:
        """One entity's instance of a column component."""
        spec = spec_of(component_type)
        assert spec is not None
        return detached(component_type, b"".join([self.columns[key][position].tobytes() for key in spec.fields]))


@dataclass(frozen=True, slots=True, eq=False)
class BulkCreation:
    """Entities made in bulk by the system that is running: they get their rows when it has returned."""

    entities: range
    bulk: Bulk
    taken: set[int] = field(default_factory=set)
    """Entities that somebody has asked for since: they have waiting rows of their own."""

    @property
    def types(self) -> tuple[type, ...]:
        return self.bulk.types

    def __contains__(self, entity: object) -> bool:
        return entity in self.entities and entity not in self.taken

    def left(self) -> Array:
        """The entities that nobody has asked for, (n,) int64."""
        ids = np.arange(self.entities.start, self.entities.stop, dtype=np.int64)
        return np.delete(ids, np.fromiter(self.taken, np.int64) - self.entities.start) if self.taken else ids

    def take(self, entity: int) -> dict[type, Any]:
        """The component instances of one of the entities, which is left out of the bulk then."""
        self.taken.add(entity)
        position = entity - self.entities.start
        instances = {t: self.bulk.instance(t, position) for t in self.types}
        return instances | {type(instance): instance for instance in self.bulk.objects}
