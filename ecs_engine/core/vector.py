"""The value of a vector field as seen through a handle: reads and writes go straight to the row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ecs_engine.core.component import Home
    from ecs_engine.core.fields import Field

Array = np.ndarray[Any, Any]


def _component(position: int) -> property:
    def get(self: RowVector) -> Any:
        return self[position]

    def set_(self: RowVector, value: Any) -> None:
        self[position] = value

    return property(get, set_)


class RowVector:
    """A vector field of one entity. ``v.x += 1`` and ``v[0] += 1`` write the row; arithmetic gives numpy arrays."""

    __slots__ = ("_field", "_home")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, home: Home, field: Field) -> None:
        self._home = home
        self._field = field

    x = r = _component(0)
    y = g = _component(1)
    z = b = _component(2)
    w = a = _component(3)

    def _position(self, position: int) -> int:
        width = self._field.type.width
        if not -width <= position < width:
            raise IndexError(f"{self._field} has {width} elements, and [{position}] is not one of them.")
        return position % width

    def __len__(self) -> int:
        return self._field.type.width

    def __getitem__(self, position: int) -> Any:
        return self._home.element(self._field, self._position(position))

    def __setitem__(self, position: int, value: Any) -> None:
        self._home.store_element(self._field, self._position(position), value)

    def __iter__(self) -> Iterator[Any]:
        return (self._home.element(self._field, position) for position in range(len(self)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if copy is False:
            raise ValueError(f"{self._field} of one entity cannot be shared as an array: use select() for that.")
        return np.array(tuple(self), dtype=dtype or self._field.type.dtype)

    def __eq__(self, other: object) -> bool:
        try:
            return tuple(self) == tuple(other)  # type: ignore[arg-type]
        except TypeError:
            return NotImplemented

    def __repr__(self) -> str:
        return f"{self._field}{tuple(self)}"

    def __neg__(self) -> Array:
        return -np.asarray(self)

    def __add__(self, other: Any) -> Array:
        return np.add(self, other)

    def __radd__(self, other: Any) -> Array:
        return np.add(other, self)

    def __sub__(self, other: Any) -> Array:
        return np.subtract(self, other)

    def __rsub__(self, other: Any) -> Array:
        return np.subtract(other, self)

    def __mul__(self, other: Any) -> Array:
        return np.multiply(self, other)

    def __rmul__(self, other: Any) -> Array:
        return np.multiply(other, self)

    def __truediv__(self, other: Any) -> Array:
        return np.true_divide(self, other)
