"""The state of a world as numbers, one for each field: equal worlds have equal numbers, in every process.

What is hashed is what a game decides by: column components (not the companions that the engine derives), dataclasses
among the other components and the resources, the state of the random generator, which entities have what, and the
order of their rows. Pictures count by name. Of other objects only which entities have them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum
from typing import Any
from zlib import crc32

import numpy as np

from ecs_engine.core.component import spec_of
from ecs_engine.core.fields import Field
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.pictures import Pictures

Array = np.ndarray[Any, Any]

PLAIN = (int, float, bool, str, type(None))
DEEPEST = 8
"""Levels of lists, dataclasses and so on that are looked into."""


class WorldHash:
    """Hashes one world again and again; a column that was not written since is not read again.

    Used by the thread that owns the world.

    >>> from ecs_engine import Velocity
    >>> with World() as world:
    ...     entity = world.create_entity(Velocity())
    ...     before = WorldHash(world).values()
    ...     world.component_for_entity(entity, Velocity).linear.x = 1
    ...     after = WorldHash(world).values()
    >>> [name for name in after if after[name] != before[name]]
    ['Velocity.linear']
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[int, _TableHash] = {}
        self._names = np.empty(0, np.uint32)

    def values(self) -> dict[str, int]:
        """Name, such as ``Transform2D.position`` or ``Game.score`` -> 32 bits (CRC-32). Do not keep: copy it."""
        self._world.flush()
        self._learn_pictures()
        found: dict[str, int] = {"next entity": crc32(b"%d" % self._world.next_entity)}
        for table in self._world.tables:
            if table.length:
                known = self._known.get(table.index)
                if known is None:
                    known = self._known[table.index] = _TableHash(table)
                known.add_to(found, self._names)
        for name, value in object_values(self._world):
            found[name] = crc32(digest(value))
        return found

    def _learn_pictures(self) -> None:
        """Of each picture's name a number, by its id: ids depend on which file was loaded first."""
        pictures = self._world.try_resource(Pictures)
        if pictures is not None and len(pictures) != len(self._names):
            new = [crc32(pictures[one].name.encode()) for one in range(len(self._names), len(pictures))]
            self._names = np.concatenate([self._names, np.array(new, np.uint32)])


class _TableHash:
    """The hashes of the columns of one table, each with the version of the column that it was made of."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.layout, self.entities = -1, 0
        kinds = [(kind, spec) for kind in table.types if (spec := spec_of(kind))]
        self.kinds = [f"{kind.__name__} (entities)" for kind, _ in kinds]
        self.columns: list[list[Any]] = [
            [column_name(kind, field), field, -1, 0] for kind, spec in kinds for field in spec.fields
        ]

    def add_to(self, found: dict[str, int], pictures: Array) -> None:
        table = self.table
        if self.layout != table.layout_version:
            self.layout, self.entities = table.layout_version, crc32(table.entities.tobytes())
        for name in self.kinds:
            found[name] = _joined(found.get(name, 0), self.entities)
        for column in self.columns:
            name, field, version, _ = column
            if version != table.versions[field]:
                values = table.readable[field]
                if field.type.refers == "picture":
                    values = np.append(pictures, np.uint32(0))[np.minimum(values, len(pictures))]
                column[2:] = table.versions[field], crc32(values.data)
            found[name] = _joined(found.get(name, 0), column[3])


def column_name(kind: type, field: Field) -> str:
    """What a column is called in hashes and reports."""
    return f"{kind.__name__}.{field.name}"


def object_values(world: World) -> Iterator[tuple[str, Any]]:
    """Name and value of everything that is hashed and stands in no column.

    Of components the value is a dict, entity -> value.
    """
    for kind in world.component_types():
        if spec_of(kind) is None:
            entities = world.members(kind).tolist()
            yield f"{kind.__name__} (entities)", entities
            if dataclasses.is_dataclass(kind):
                instances = [world.component_for_entity(entity, kind) for entity in entities]
                for field in dataclasses.fields(kind):
                    values = [getattr(instance, field.name, None) for instance in instances]
                    yield f"{kind.__name__}.{field.name}", dict(zip(entities, values, strict=True))
    for kind, resource in world.resources.items():
        if isinstance(resource, np.random.Generator):
            yield f"{kind.__name__}.state", resource.bit_generator.state
        elif dataclasses.is_dataclass(resource):
            for field in dataclasses.fields(resource):
                yield f"{kind.__name__}.{field.name}", getattr(resource, field.name, None)


def digest(value: Any, depth: int = 0) -> bytes:
    """A value as bytes that are the same in every process; what is no plain data counts by its type."""
    kind = type(value)
    if kind in PLAIN:
        return repr(value).encode()
    if isinstance(value, Enum):
        return f"{kind.__name__}.{value.name}".encode()
    if isinstance(value, np.generic):
        return digest(value.item(), depth)
    if depth == DEEPEST:
        return b"..."
    deeper = depth + 1
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return b"%s%s%s" % (value.dtype.str.encode(), repr(value.shape).encode(), value.tobytes())
    if isinstance(value, (list, tuple)):
        return b"[%s]" % b",".join([digest(one, deeper) for one in value])
    if isinstance(value, dict):
        return b"{%s}" % b",".join([digest(key, deeper) + b":" + digest(one, deeper) for key, one in value.items()])
    if isinstance(value, (set, frozenset)):
        return b"{%s}" % b",".join(sorted(digest(one, deeper) for one in value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [digest(getattr(value, field.name, None), deeper) for field in dataclasses.fields(value)]
        return b"%s(%s)" % (kind.__name__.encode(), b",".join(fields))
    return kind.__name__.encode()


def _joined(first: int, second: int) -> int:
    return (first * 1_000_003 ^ second) & 0xFFFFFFFF
