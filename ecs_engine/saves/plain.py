"""Python values as plain data, led by type annotations: what a file may hold, and nothing that could run.

An annotation says how a value is written and what is accepted when it is read. So a file never names a class: it can
only fill in those that the game has declared.

| annotation | plain data |
|---|---|
| ``str``, ``int``, ``float``, ``bool``, ``None`` | the same |
| ``list[T]``, ``tuple[T, U]``, ``tuple[T, ...]`` | a list |
| ``dict[K, V]`` | a list of pairs |
| an ``Enum`` (a ``Flag``) | its name (its number) |
| a dataclass | its fields by name; those with ``init=False`` are left out |
| ``T | None``, ``Literal[...]`` | as the value |
| ``numpy.ndarray[...]`` | the number of an array of the file |
| ``EntityId``, ``PictureId``, ``Picture`` | the saved number of the entity; the picture's name |
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import Enum, Flag
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Protocol, Union, get_args, get_origin, get_type_hints

import numpy as np

from ecs_engine.core.errors import SaveError
from ecs_engine.core.fields import field_type, shorten
from ecs_engine.pictures import Picture

Convert = Callable[[Any, Any, str], Any]
"""From (value, annotation, where) to the other side's value."""


class References(Protocol):
    """What numbers stand for, on one of the two ways. Each raises SaveError where there is no such thing."""

    def entity(self, value: Any, where: str) -> Any: ...
    def picture(self, value: Any, where: str) -> Any: ...
    def array(self, value: Any, where: str) -> Any: ...


def encode(value: Any, hint: Any, where: str, references: References) -> Any:
    """A value as plain data.

    Args:
        hint: its annotation.
        where: names it in errors, such as ``Ship.shield``.

    Raises:
        SaveError: the annotation cannot be saved, or the value is not what it says.
    """
    return _Encoder(references).convert(value, hint, where)


def decode(value: Any, hint: Any, where: str, references: References) -> Any:
    """The value that :func:`encode` was given, from plain data that may be anything at all.

    Raises:
        SaveError: the data does not fit the annotation.
    """
    return _Decoder(references).convert(value, hint, where)


@cache
def saved_fields(cls: type) -> dict[str, Any]:
    """The fields of a dataclass that are saved, with their annotations: all but those with ``init=False``.

    Raises:
        SaveError: an annotation is unknown where it stands.
    """
    try:
        hints = get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise SaveError(
            f"The annotations of {cls.__name__} cannot be read: {error}; import the name outside of TYPE_CHECKING."
        ) from error
    return {field.name: hints[field.name] for field in dataclasses.fields(cls) if field.init}


def wrong(value: Any, where: str, expected: str) -> SaveError:
    """The error about a value that is not what was declared."""
    return SaveError(f"{where} is {shorten(value)}, and should be {expected}: save what was declared.")


class _Codec:
    """What both ways have in common: which rule an annotation leads to."""

    def __init__(self, references: References) -> None:
        self.references = references

    def convert(self, value: Any, hint: Any, where: str) -> Any:
        kind = field_type(hint)
        if kind is not None and not isinstance(hint, type):
            return self.number(value, kind, where)
        origin = get_origin(hint)
        if hint in (str, bool, int, float, None, NoneType):
            return self.scalar(value, NoneType if hint is None else hint, where)
        if origin in (Union, UnionType):
            return self.union(value, get_args(hint), where)
        if origin is Literal:
            if value in get_args(hint) and type(value) in map(type, get_args(hint)):
                return value
            raise wrong(value, where, f"one of {get_args(hint)}")
        if origin is list or origin is tuple:
            return self.sequence(value, origin, get_args(hint), where)
        if origin is dict:
            return self.mapping(value, get_args(hint), where)
        if hint is np.ndarray or origin is np.ndarray:
            return self.references.array(value, where)
        if hint is Picture:
            return self.references.picture(value, where)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return self.member(value, hint, where)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self.record(value, hint, where)
        name = hint.__name__ if isinstance(hint, type) else hint
        raise SaveError(
            f"{where} is annotated {name}, which cannot be saved: annotate it with plain data (docs/saves.md), or "
            "declare it with field(init=False) and make it anew in __post_init__."
        )

    def number(self, value: Any, kind: Any, where: str) -> Any:
        if kind.refers == "entity":
            return self.references.entity(value, where)
        if kind.refers == "picture":
            return self.references.picture(value, where)
        scalar = {"b": bool, "f": float}.get(kind.dtype.kind, int)
        if not kind.width:
            return self.scalar(value, scalar, where)
        return self.sequence(value, tuple, (scalar,) * kind.width, where)

    def scalar(self, value: Any, kind: type, where: str) -> Any:
        if isinstance(value, np.generic):
            value = value.item()
        if type(value) is kind:
            return value
        if kind is float and type(value) is int:
            return float(value)
        raise wrong(value, where, "None" if kind is NoneType else f"of type {kind.__name__}")

    def union(self, value: Any, kinds: tuple[Any, ...], where: str) -> Any:
        if value is None and NoneType in kinds:
            return None
        kinds = tuple(kind for kind in kinds if kind is not NoneType)
        if len(kinds) == 1:
            return self.convert(value, kinds[0], where)
        if not set(kinds) <= {str, bool, int, float}:
            raise SaveError(
                f"{where} may be of several kinds, and a save could not tell which: allow one kind and None, or any of "
                "str, int, float, bool and None."
            )
        return self.scalar(value, type(value) if type(value) in kinds else kinds[0], where)

    def sequence(self, value: Any, origin: type, kinds: tuple[Any, ...], where: str) -> Any:
        values = self.items(value, origin, where)
        if origin is list or kinds[1:] == (...,):
            kinds = (kinds[0],) * len(values)
        if len(values) != len(kinds):
            raise wrong(value, where, f"a tuple of {len(kinds)}")
        return self.sequence_of(
            origin,
            [self.convert(one, kind, f"{where}[{i}]") for i, (one, kind) in enumerate(zip(values, kinds))],  # noqa: B905 - their lengths were compared
        )

    def items(self, value: Any, origin: type, where: str) -> Any: ...
    def sequence_of(self, origin: type, values: list[Any]) -> Any: ...
    def mapping(self, value: Any, kinds: tuple[Any, ...], where: str) -> Any: ...
    def member(self, value: Any, kind: type[Enum], where: str) -> Any: ...
    def record(self, value: Any, kind: Any, where: str) -> Any: ...


class _Encoder(_Codec):
    def items(self, value: Any, origin: type, where: str) -> Any:
        if not isinstance(value, (list, tuple)):
            raise wrong(value, where, f"a {origin.__name__}")
        return value

    def sequence_of(self, origin: type, values: list[Any]) -> Any:
        return values

    def mapping(self, value: Any, kinds: tuple[Any, ...], where: str) -> Any:
        if not isinstance(value, dict):
            raise wrong(value, where, "a dict")
        return [
            [self.convert(key, kinds[0], f"{where} (key)"), self.convert(one, kinds[1], f"{where}[{key!r}]")]
            for key, one in value.items()
        ]

    def member(self, value: Any, kind: type[Enum], where: str) -> Any:
        if not isinstance(value, kind):
            raise wrong(value, where, f"one of {kind.__name__}")
        return value.value if isinstance(value, Flag) else value.name

    def record(self, value: Any, kind: Any, where: str) -> Any:
        hints = saved_fields(kind)
        if type(value) is not kind:
            raise wrong(value, where, f"of type {kind.__name__}")
        return {name: self.convert(getattr(value, name), hint, f"{where}.{name}") for name, hint in hints.items()}


class _Decoder(_Codec):
    def items(self, value: Any, origin: type, where: str) -> Any:
        if not isinstance(value, list):
            raise wrong(value, where, "a list")
        return value

    def sequence_of(self, origin: type, values: list[Any]) -> Any:
        return tuple(values) if origin is tuple else values

    def mapping(self, value: Any, kinds: tuple[Any, ...], where: str) -> Any:
        if not (isinstance(value, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in value)):
            raise wrong(value, where, "a list of pairs")
        try:
            return {
                self.convert(key, kinds[0], f"{where} (key)"): self.convert(one, kinds[1], f"{where}[{shorten(key)}]")
                for key, one in value
            }
        except TypeError as error:
            raise SaveError(f"{where} has a key that cannot be one: {error}.") from error

    def member(self, value: Any, kind: type[Enum], where: str) -> Any:
        try:
            if issubclass(kind, Flag) and type(value) is int:
                return kind(value)
            if not issubclass(kind, Flag) and type(value) is str:
                return kind[value]
        except (KeyError, ValueError):
            pass
        raise wrong(value, where, f"one of {kind.__name__}")

    def record(self, value: Any, kind: Any, where: str) -> Any:
        hints = saved_fields(kind)
        if not isinstance(value, dict) or value.keys() != hints.keys():
            raise wrong(value, where, f"the fields {', '.join(hints)} of {kind.__name__}, or a migration is missing")
        values = {name: self.convert(value[name], hint, f"{where}.{name}") for name, hint in hints.items()}
        try:
            return kind(**values)
        except Exception as error:  # a game's own checks may raise anything
            raise SaveError(f"{where} cannot be made of what was saved: {type(error).__name__}: {error}.") from error
