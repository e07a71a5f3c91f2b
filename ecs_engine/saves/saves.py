"""Worlds as files."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from ecs_engine.core.bulk import distinct
from ecs_engine.core.errors import SaveError
from ecs_engine.core.world import World
from ecs_engine.files import FileName
from ecs_engine.saves.capture import Capture
from ecs_engine.saves.durable import read_durable, write_durable
from ecs_engine.saves.restore import Plan
from ecs_engine.saves.schema import Converter, Migration, Schema

log = logging.getLogger("ecs_engine")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did."""

    entities: int
    """How many were created."""
    fallback: str = ""
    """Empty; or, where the newest file was broken and the one before it was loaded, a sentence about that."""


class Saves:
    """What a game saves, and how: made once, and used for every save.

    Args:
        components: the game's own components, column components and dataclasses. Those of the engine are known.
        resources: types of resources to save: dataclasses, and ``numpy.random.Generator``, whose state is set in place.
        entities: save only entities that have one of these components, and let loading replace only such; by default
            all entities.
        ignore: components that saved entities may have, and that are left out.
        dropped: names of components and resources that older saves have and the game no more.
        converters: how objects that are no dataclasses become plain data.

    Used by the thread that owns the world.

    Raises:
        SaveError: a type is of no kind that can be saved, or two have the same name.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from ecs_engine import Transform2D, World
        >>> saves = Saves()
        >>> with TemporaryDirectory() as folder, World() as world, World() as other:
        ...     rock = world.create_entity(Transform2D(position=(3, 4)))
        ...     saves.save(world, f"{folder}/slot")
        ...     saves.load(other, f"{folder}/slot")
        ...     [tuple(place.position) for _, place in other.get_component(Transform2D)]
        Loaded(entities=1, fallback='')
        [(3.0, 4.0)]
    """

    def __init__(
        self,
        *components: type,
        resources: Iterable[type] = (),
        entities: Iterable[type] = (),
        ignore: Iterable[type] = (),
        dropped: Iterable[str] = (),
        converters: Mapping[type, Converter] = MappingProxyType({}),
    ) -> None:
        self._schema = Schema(components, resources, converters)
        self._entities = frozenset(entities)
        self._ignore = frozenset(ignore)
        self._dropped = frozenset(dropped)

    def migration(self, kind: type, version: int) -> Callable[[Migration], Migration]:
        """A decorator for the function that makes ``version`` of a component or a resource of the version before.

        It gets the fields by name and returns those of its version: for a column component arrays with a row for each
        entity, for others plain data of one instance. Versions begin at 1.

        Raises:
            SaveError: it is not the next version.
        """
        name = kind.__name__

        following = self._schema.version(name) + 1
        if version != following:
            raise SaveError(f"The next migration of {name} leads to version {following}, not {version}: add that.")

        def register(function: Migration) -> Migration:
            self._schema.migrations.setdefault(name, {})[version] = function
            return function

        return register

    def pack(self, world: World) -> bytes:
        """The save as bytes.

        Raises:
            SaveError: something cannot be saved; the message names component and field.
        """
        try:
            capture = Capture(world, self._schema, self._ignore, self._entities)
            return capture.arrays.pack(capture.contents())
        except RecursionError as error:
            raise SaveError("Something to be saved contains itself: break the circle.") from error

    def unpack(self, world: World, data: bytes) -> Loaded:
        """Load a save from bytes, which may be anything. Entities get new ids; references to them are translated.

        Raises:
            SaveError: it is no save of this game. The world is as it was.
        """
        try:
            plan = Plan(world, self._schema, self._dropped, data)
        except RecursionError as error:
            raise SaveError("What was saved is nested too deeply.") from error
        world.delete_entities(self._replaced(world), immediate=True)
        return Loaded(plan.apply(world))

    def save(self, world: World, path: FileName) -> None:
        """Write the world so that it survives a crash at any moment, and keep the save before it.

        Raises:
            SaveError: something cannot be saved, or the file cannot be written. The old file is as it was.
        """
        write_durable(path, self.pack(world))

    def load(self, world: World, path: FileName) -> Loaded:
        """Load a save; if its file is broken, the one before it, which is logged and told in the result.

        Raises:
            SaveError: there is none, or none that this game can read. The world is as it was.
        """
        found = read_durable(path)
        try:
            loaded = self.unpack(world, found.data)
        except SaveError as error:
            raise SaveError(f"{os.fspath(path)} was not loaded: {error}") from error
        if found.fallback:
            log.warning("%s", found.fallback)
        return Loaded(loaded.entities, found.fallback)

    def _replaced(self, world: World) -> np.ndarray[Any, Any]:
        if not self._entities:
            return np.fromiter(world.get_entities(), np.int64)
        return distinct(np.concatenate([world.members(kind) for kind in self._entities]))
