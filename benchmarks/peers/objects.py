"""The components of the ECS libraries that keep Python objects: slotted, as small and fast as such objects get."""

from __future__ import annotations


class Position:
    __slots__ = ("x", "y")

    def __init__(self) -> None:
        self.x, self.y = 0.0, 0.0


class Velocity:
    __slots__ = ("x", "y")

    def __init__(self) -> None:
        self.x, self.y = 3.0, 4.0


class Value:
    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 1.0


class First(Value):
    __slots__ = ()


class Second(Value):
    __slots__ = ()


class Third(Value):
    __slots__ = ()


KINDS = [type(f"Kind{number}", (Value,), {"__slots__": ()}) for number in range(10)]
"""Each tenth of the entities of a join has one of these as well: ten tables for a library that keeps tables."""
