"""Properties that check what they are given, and tell their object what a new value puts out of date."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from ecs_engine.core.errors import ComponentError

Given = TypeVar("Given")
Kept = TypeVar("Kept")

_UNSET = object()


class Noting(Protocol):
    """An object with settings."""

    def _note(self, changes: int) -> None:
        """A setting has another value now."""


class Setting(Generic[Given, Kept]):
    """A property whose values are checked; one that differs from the last is noted.

    Args:
        check: turns what is given into what is kept; raises TypeError or ValueError where that cannot be.
        changes: bits that say what a new value puts out of date; passed to the object's ``_note``.
        expected: what can be given, for messages.

    Assigning a bad value raises ComponentError.
    """

    def __init__(self, check: Callable[[Given], Kept], changes: int, expected: str) -> None:
        self._check = check
        self._changes = changes
        self._expected = expected

    def __set_name__(self, owner: type, name: str) -> None:
        self._name, self._slot = name, f"_{name}"
        # Layout reads settings by the hundred thousand, and this getter is written in C.
        setattr(owner, name, property(attrgetter(self._slot), self.assign))

    if TYPE_CHECKING:  # what the property in its place does

        def __get__(self, thing: Noting, owner: type) -> Kept: ...
        def __set__(self, thing: Noting, value: Given) -> None: ...

    def assign(self, thing: Noting, value: Given) -> None:
        """Check a value, keep it, and note it if it differs from the last."""
        try:
            kept = self._check(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise ComponentError(
                f"{type(thing).__name__}.{self._name} was set to {reprlib.repr(value)}: give {self._expected}."
            ) from error
        if kept != getattr(thing, self._slot, _UNSET):
            setattr(thing, self._slot, kept)
            thing._note(self._changes)


def settings_of(kind: type) -> tuple[str, ...]:
    """The names of the settings that a class declares, in its order."""
    declared = vars(kind).items()
    return tuple(name for name, value in declared if isinstance(value, property) and isinstance(_owner(value), Setting))


def _owner(value: property) -> object:
    return getattr(value.fset, "__self__", None)
