"""The value of a vector field as seen through a handle: reads and writes go straight to the row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ecs_engine.core.fields import Field

Array = np.ndarray[Any, Any]


def _component(position: int) -> property:
    def get(self: RowVector) -> Any:
        return self._instance._home.element(self._field, self._position(position))

    def set_(self: RowVector, value: Any) -> None:
        self._instance._home.store_element(self._field, self._position(position), value)

    return property(get, set_)


class RowVector:
    """A vector field of one component instance, wherever that keeps its values.

    ``v.x += 1``, ``v[0] += 1``, ``v[:] = ...`` and ``v += ...`` write the row; other arithmetic gives new numpy arrays
    of shape (k,). A slice, and ``numpy.asarray(v)``, are read-only copies, so that a write to them cannot be mistaken
    for one to the row; ``numpy.array(v)`` is a copy of your own.
    """

    __slots__ = ("_field", "_instance")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, instance: Any, field: Field) -> None:
        self._instance = instance
        self._field = field

    x = r = _component(0)
    y = g = _component(1)
    z = b = _component(2)
    w = a = _component(3)

    def is_value_of(self, instance: Any, field: Field) -> bool:
        """Whether this is that very field of that very instance."""
        return self._instance is instance and self._field is field

    def _position(self, position: int) -> int:
        width = self._field.type.width
        if not -width <= position < width:
            raise IndexError(f"{self._field} has {width} elements, and [{position}] is none of them: stay within it.")
        return position % width

    def __len__(self) -> int:
        return self._field.type.width

    def __getitem__(self, position: int | slice) -> Any:
        if isinstance(position, slice):
            return np.asarray(self)[position]
        return self._instance._home.element(self._field, self._position(position))

    def __setitem__(self, position: int | slice, value: Any) -> None:
        home = self._instance._home
        if isinstance(position, slice):
            values = list(self)
            values[position] = np.broadcast_to(value, len(values[position])).tolist()
            home.store(self._field, values)
        else:
            home.store_element(self._field, self._position(position), value)

    def __iter__(self) -> Iterator[Any]:
        home = self._instance._home
        return iter([home.element(self._field, position) for position in range(self._field.type.width)])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if copy is False:
            raise ValueError(f"{self._field} of one entity cannot be shared as an array: use select() for that.")
        array = np.array(list(self), dtype=self._field.type.dtype).astype(dtype or self._field.type.dtype, copy=False)
        array.flags.writeable = bool(copy)
        return array

    def __eq__(self, other: object) -> bool:
        try:
            return tuple(self) == tuple(other)  # type: ignore[arg-type]
        except TypeError:
            return NotImplemented

    def __repr__(self) -> str:
        return f"{self._field}{tuple(self)}"

    def _write(self, value: Any) -> RowVector:
        self[:] = value
        return self

    def __iadd__(self, other: Any) -> RowVector:
        return self._write(np.add(self, other))

    def __isub__(self, other: Any) -> RowVector:
        return self._write(np.subtract(self, other))

    def __imul__(self, other: Any) -> RowVector:
        return self._write(np.multiply(self, other))

    def __itruediv__(self, other: Any) -> RowVector:
        return self._write(np.true_divide(self, other))

    def __neg__(self) -> Any:
        return -np.asarray(self)

    def __add__(self, other: Any) -> Any:
        return np.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return np.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return np.subtract(self, other)

    def __rsub__(self, other: Any) -> Any:
        return np.subtract(other, self)

    def __mul__(self, other: Any) -> Any:
        return np.multiply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return np.multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return np.true_divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return np.true_divide(other, self)
