"""The types a column component's fields may have, and how one value of each is checked.

A field is written as an annotation::

    @component
    class Velocity:
        linear: Vec2 = (0.0, 0.0)
        angular: Float = 0.0

Plain ``float``, ``int`` and ``bool`` mean :data:`Float`, :data:`Int` and :data:`Bool`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from ecs_engine.core.errors import ComponentError

Scalar = float | int | bool
Value = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class FieldType:
    """How a field is stored: a numpy dtype and a width; width 0 is a plain number, k is k of them."""

    dtype: np.dtype[Any]
    width: int = 0

    @property
    def zero(self) -> Value:
        zero = self.dtype.type(0).item()
        return (zero,) * self.width if self.width else zero

    def shape(self, rows: int) -> tuple[int, ...]:
        """The shape of a column of this type with ``rows`` rows."""
        return (rows, self.width) if self.width else (rows,)

    def words(self) -> str:
        """What to pass, for error messages."""
        limits = "" if self.dtype.kind not in "iu" else f" from {np.iinfo(self.dtype).min} to {np.iinfo(self.dtype).max}"
        kind = "number" if self.dtype.kind == "f" else "whole number"
        return f"{self.width} {kind}s{limits}" if self.width else f"a {kind}{limits}"

    def __str__(self) -> str:
        return f"{self.dtype} x {self.width}" if self.width else str(self.dtype)


Float = Annotated[Any, FieldType(np.dtype(np.float32))]
Double = Annotated[Any, FieldType(np.dtype(np.float64))]
Int = Annotated[Any, FieldType(np.dtype(np.int32))]
Long = Annotated[Any, FieldType(np.dtype(np.int64))]
UInt = Annotated[Any, FieldType(np.dtype(np.uint32))]
Short = Annotated[Any, FieldType(np.dtype(np.int16))]
UShort = Annotated[Any, FieldType(np.dtype(np.uint16))]
Byte = Annotated[Any, FieldType(np.dtype(np.uint8))]
Bool = Annotated[Any, FieldType(np.dtype(np.bool_))]
Vec2 = Annotated[Any, FieldType(np.dtype(np.float32), 2)]
Vec3 = Annotated[Any, FieldType(np.dtype(np.float32), 3)]
Vec4 = Annotated[Any, FieldType(np.dtype(np.float32), 4)]
UVec4 = Annotated[Any, FieldType(np.dtype(np.uint32), 4)]
Color = Annotated[Any, FieldType(np.dtype(np.uint8), 4)]
"""Red, green, blue, alpha, each 0 to 255."""
EntityId = Annotated[Any, FieldType(np.dtype(np.int64))]
"""An entity; 0 is none (ids begin at 1)."""

_STRUCT_CODES = {
    "bool": "?", "uint8": "B", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q",
    "float32": "f", "float64": "d",
}  # fmt: skip

PLAIN_TYPES = {
    float: FieldType(np.dtype(np.float32)),
    int: FieldType(np.dtype(np.int32)),
    bool: FieldType(np.dtype(np.bool_)),
}


class Field:
    """One field of a column component: the key of its column in every table."""

    __slots__ = ("_struct", "default", "name", "owner", "type")

    def __init__(self, owner: str, name: str, type: FieldType) -> None:
        self.owner = owner
        self.name = name
        self.type = type
        self._struct = struct.Struct(f"={type.width or 1}{_STRUCT_CODES[type.dtype.name]}")
        self.default: Value = type.zero

    def __repr__(self) -> str:
        return f"{self.owner}.{self.name}"

    def pack(self, value: Any) -> bytes:
        """One value as the bytes of its column; ``struct`` checks type, count and range at C speed.

        Raises:
            ComponentError: it has the wrong type, length or range.
        """
        try:
            packed = self._struct.pack(*value) if self.type.width else self._struct.pack(value)
        except (struct.error, TypeError, OverflowError) as error:
            raise ComponentError(f"{self} takes {self.type.words()}, not {value!r}: pass that instead.") from error
        if self.type.dtype.kind == "b" and not isinstance(value, (bool, np.bool_)):
            raise ComponentError(f"{self} takes True or False, not {value!r}: pass that instead.")
        return packed

    def unpack(self, packed: bytes) -> tuple[Scalar, ...]:
        """The numbers of a packed value; a field of width 0 has one."""
        return self._struct.unpack(packed)

    def convert_rows(self, values: Any, count: int) -> np.ndarray[Any, Any]:
        """Bulk values for ``count`` rows, checked: an array that broadcasts to :meth:`FieldType.shape`.

        Raises:
            ComponentError: the dtype cannot be stored without loss of kind, or the shape does not fit.
        """
        array = np.asarray(values)
        shape = self.type.shape(count)
        if not _same_kind(array, self.type.dtype):
            raise ComponentError(
                f"{self} is {self.type}, and an array of {array.dtype} cannot be stored in it: "
                f"convert it with .astype(numpy.{self.type.dtype}) first."
            )
        whole_column = array.shape == shape
        one_value = array.shape == shape[1:]
        if not (whole_column or one_value):
            raise ComponentError(
                f"{self} needs an array of shape {shape} for {count} entities, or one value of shape {shape[1:]}, "
                f"not {array.shape}: reshape it."
            )
        return array


def _same_kind(array: np.ndarray[Any, Any], dtype: np.dtype[Any]) -> bool:
    if np.can_cast(array.dtype, dtype, casting="same_kind"):
        return not (dtype.kind == "u" and array.dtype.kind == "i" and array.size and array.min() < 0)
    if array.dtype.kind in "iu" and dtype.kind in "iu" and array.size:
        limits = np.iinfo(dtype)
        return bool(limits.min <= array.min() and array.max() <= limits.max)
    return array.size == 0


def field_type(annotation: Any) -> FieldType | None:
    """The :class:`FieldType` an annotation stands for, or ``None``."""
    if annotation in PLAIN_TYPES:
        return PLAIN_TYPES[annotation]
    metadata: Sequence[Any] = getattr(annotation, "__metadata__", ())
    return next((item for item in metadata if isinstance(item, FieldType)), None)
