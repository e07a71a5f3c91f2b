"""What a game's saves hold: which types, in which version, and what leads from older versions to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecs_engine.components import (
    Animation,
    AnimationState,
    Camera2D,
    CameraFollow,
    CameraShake,
    Collider,
    NineSlice,
    Parallax,
    Parent,
    ParticleEmitter,
    Shape,
    Sprite,
    Text,
    Transform2D,
    Velocity,
)
from ecs_engine.core.component import spec_of
from ecs_engine.core.errors import SaveError
from ecs_engine.saves.plain import References, decode, encode
from ecs_engine.saves.text import plain_text, text_of

Fields = dict[str, Any]
Migration = Callable[[Fields], Fields]
"""From the fields of one version to those of the next: of a column component arrays, one row an entity; of another
component or a resource plain data, of one instance."""

STOCK = (
    Animation, AnimationState, Camera2D, CameraFollow, CameraShake, Collider, NineSlice, Parallax, Parent,
    ParticleEmitter, Shape, Sprite, Text, Transform2D, Velocity,
)  # fmt: skip
"""Components of the engine, which every schema has."""


@dataclass(frozen=True)
class Converter:
    """How an object that is no dataclass becomes plain data, and is made of it again."""

    plain: Callable[[Any], Any]
    """What ``json.dumps`` takes; raises SaveError where that cannot be."""
    make: Callable[[Any], Any]
    """The object, of plain data that may be anything; whatever it raises ends the load with a SaveError."""


class Schema:
    """The types of one game's saves by name, and their migrations."""

    def __init__(
        self, components: Iterable[type], resources: Iterable[type], converters: Mapping[type, Converter]
    ) -> None:
        self.components = _by_name((*STOCK, *components), "component")
        self.resources = _by_name(resources, "resource")
        self.converters = {Text: Converter(plain_text, text_of), **converters}
        self.migrations: dict[str, dict[int, Migration]] = {}
        """Name -> version -> what leads to it from the version before."""
        for kind in (*self.components.values(), *self.resources.values()):
            if not (
                spec_of(kind)
                or dataclasses.is_dataclass(kind)
                or kind in self.converters
                or kind is np.random.Generator
            ):
                raise SaveError(
                    f"{kind.__name__} cannot be saved: declare it with @component or @dataclass, or give a converter."
                )

    def version(self, name: str) -> int:
        """The version of a type that is saved today: 1, and one more for each migration."""
        return 1 + len(self.migrations.get(name, ()))

    def migrate(self, name: str, version: int, fields: Fields) -> Fields:
        """Fields of an older version as today's.

        Raises:
            SaveError: that version is unknown, or a migration failed.
        """
        today = self.version(name)
        if type(version) is not int or not 1 <= version <= today:
            raise SaveError(f"It has version {version!r} of {name}, and this game knows 1 to {today}: update the game.")
        for following in range(version + 1, today + 1):
            try:
                fields = self.migrations[name][following](fields)
            except Exception as error:
                raise SaveError(
                    f"The migration of {name} to version {following} failed with {type(error).__name__}: {error}; "
                    "mend the migration."
                ) from error
        return fields

    def plain(self, value: Any, kind: type, references: References) -> Any:
        """An object component or a resource as plain data."""
        converter = self.converters.get(kind)
        return encode(value, kind, kind.__name__, references) if converter is None else converter.plain(value)

    def made(self, value: Any, kind: type, references: References) -> Any:
        """The same, of plain data that may be anything."""
        converter = self.converters.get(kind)
        if converter is None:
            return decode(value, kind, kind.__name__, references)
        try:
            return converter.make(value)
        except Exception as error:
            raise SaveError(
                f"{kind.__name__} cannot be made of what was saved: {error or type(error).__name__}."
            ) from error


def _by_name(kinds: Iterable[type], what: str) -> dict[str, type]:
    found: dict[str, type] = {}
    for kind in kinds:
        if found.setdefault(kind.__name__, kind) is not kind:
            raise SaveError(f"Two {what} types are called {kind.__name__}: give one of them another name.")
    return found
