"""JSON that somebody else wrote: every value is checked where it is read, and errors tell its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecs_engine.core.errors import AssetError


class Node:
    """One value of a JSON file, which knows the file and its place in it."""

    __slots__ = ("_file", "_place", "value")

    def __init__(self, value: Any, file: str, place: str = "") -> None:
        self.value = value
        self._file = file
        self._place = place

    def error(self, reason: str) -> AssetError:
        """An AssetError about this value."""
        place = self._place or "the whole file"
        return AssetError(f"JSON {self._file!r} is wrong at {place}: {reason}; export it again from Aseprite.")

    def has(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def __getitem__(self, key: str) -> Node:
        """A member. Raises AssetError where there is none."""
        if not isinstance(self.value, dict):
            raise self.error(f"an object is expected, not {_short(self.value)}")
        if key not in self.value:
            raise self.error(f"{key!r} is missing")
        return Node(self.value[key], self._file, f"{self._place}.{key}".lstrip("."))

    def each(self, most: int) -> Iterator[tuple[str, Node]]:
        """The members of an object by name, or of an array by number; at most so many."""
        if isinstance(self.value, dict):
            pairs: list[tuple[str | int, Any]] = list(self.value.items())
        elif isinstance(self.value, list):
            pairs = list(enumerate(self.value))
        else:
            raise self.error(f"a list is expected, not {_short(self.value)}")
        if len(pairs) > most:
            raise self.error(f"it has {len(pairs)} entries, and at most {most} are allowed")
        for key, value in pairs:
            yield str(key), Node(value, self._file, f"{self._place}[{_short(key)}]")

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        number = self.number(low, high)
        if number != int(number):
            raise self.error(f"a whole number is expected, not {_short(self.value)}")
        return int(number)

    def number(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise self.error(f"a number from {low} to {high} is expected, not {_short(value)}")
        return value

    def text(self) -> str:
        """A string of at most 1,000 characters."""
        if not isinstance(self.value, str) or len(self.value) > 1000:
            raise self.error(f"a string is expected, not {_short(self.value)}")
        return self.value


def _short(value: object) -> str:
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and abs(value) > 10**30:  # Python refuses to write out far longer ones
        return "a huge number"
    words = repr(value)
    return words if len(words) <= 40 else words[:37] + "..."
