"""Handles of what is being loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from ecs_engine.core.errors import AssetError
from ecs_engine.pictures import Picture

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far loading is, for a loading screen. The counts begin anew when all is done and more is asked for."""

    done: int = 0
    """Assets that are there, or have failed."""
    total: int = 0
    """Assets that were asked for."""
    failed: int = 0
    bytes: int = 0
    """Read from files so far."""

    @property
    def fraction(self) -> float:
        """From 0 to 1; 1 when there is nothing to load."""
        return self.done / self.total if self.total else 1.0


class Asset(Generic[T]):
    """What :class:`Assets` gives for a file: empty at first, and done at the beginning of some later tick.

    Logic thread only, or before the app runs.
    """

    __slots__ = ("_finish", "_value", "done", "error", "name")

    def __init__(self, name: str, finish: Callable[[Asset[T]], None], stand_in: T | None = None) -> None:
        self.name = name
        """Of the file."""
        self.done = False
        """Whether it is there, or has failed."""
        self.error: AssetError | None = None
        """Why it failed."""
        self._value = stand_in
        self._finish = finish

    def __repr__(self) -> str:
        state = "on its way" if not self.done else "there" if self.error is None else "failed"
        return f"<{type(self).__name__} {self.name!r}, {state}>"

    @property
    def ready(self) -> bool:
        """Whether it was loaded."""
        return self.done and self.error is None

    @property
    def value(self) -> T:
        """What was loaded. Where a picture or a sheet failed, one that shows the checker.

        Raises:
            AssetError: it is still on its way, or it failed and nothing can stand in for it.
        """
        if not self.done:
            raise AssetError(f"Asset {self.name!r} is still on its way: look at done before, or call wait().")
        if self.error is not None and self._value is None:
            raise self.error
        return cast(T, self._value)  # None may be what was loaded

    def wait(self) -> T:
        """Wait until it is done, and return :attr:`value`. Before the app runs, or in tests: it holds up a tick.

        Raises:
            AssetError: it failed, and the app is strict or nothing can stand in for it.
        """
        if not self.done:
            self._finish(self)
        return self.value

    def settle(self, value: T | None, error: AssetError | None) -> None:
        """For the manager: this is what became of it."""
        if error is None or value is not None:
            self._value = value
        self.error = error
        self.done = True


class PictureAsset(Asset[Picture]):
    """A picture on its way. It has its id from the first moment, so that it can be given to a Sprite at once: until
    it is there, that shows a grey tile."""

    __slots__ = ("id",)

    def __init__(self, name: str, finish: Callable[[Asset[Picture]], None], picture: Picture) -> None:
        super().__init__(name, finish, picture)
        self.id = picture.id

    def __index__(self) -> int:
        return self.id
