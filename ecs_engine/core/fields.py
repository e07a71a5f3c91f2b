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
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np

from ecs_engine.core.errors import ComponentError

Scalar = float | int | bool
Value = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class FieldType:
    """How a field is stored: a numpy dtype and a width; width 0 is a plain number, k is k of them."""

    dtype: np.dtype[Any]
    width: int = 0
    refers: Literal["", "entity", "picture"] = ""
    """What its number stands for: such numbers differ from run to run, and saves translate them."""
    last: int | None = None
    """The last of its numbers where that is left out; None where all must be given."""

    @property
    def zero(self) -> Value:
        zero = self.dtype.type(0).item()
        return (zero,) * self.width if self.width else zero

    def shape(self, rows: int) -> tuple[int, ...]:
        """The shape of a column of this type with ``rows`` rows."""
        return (rows, self.width) if self.width else (rows,)

    def words(self) -> str:
        """What to pass, for error messages."""
        kind, limits = "number", ""
        if self.dtype.kind in "iu":
            kind, limits = "whole number", f" from {np.iinfo(self.dtype).min} to {np.iinfo(self.dtype).max}"
        if not self.width:
            return f"a {kind}{limits}"
        width = f"{self.width}" if self.last is None else f"{self.width - 1} or {self.width}"
        return f"{width} {kind}s{limits}"

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
UVec2 = Annotated[Any, FieldType(np.dtype(np.uint32), 2)]
UVec4 = Annotated[Any, FieldType(np.dtype(np.uint32), 4)]
Color = Annotated[Any, FieldType(np.dtype(np.uint8), 4, last=255)]
"""Red, green, blue and alpha, each 0 to 255; without alpha it is 255."""
EntityId = Annotated[Any, FieldType(np.dtype(np.int64), refers="entity")]
"""An entity; 0 is none (ids begin at 1)."""
PictureId = Annotated[Any, FieldType(np.dtype(np.uint32), refers="picture")]
"""A picture of the registry, or its id."""

_STRUCT_CODES = {
    "bool": "?", "uint8": "B", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q",
    "float32": "f", "float64": "d",
}  # fmt: skip

PACKING_FAILURES = (struct.error, TypeError, OverflowError)

PLAIN_TYPES = {
    float: FieldType(np.dtype(np.float32)),
    int: FieldType(np.dtype(np.int32)),
    bool: FieldType(np.dtype(np.bool_)),
}


def shorten(value: object) -> str:
    """What it is, on one line that is not too long: for error messages."""
    words = " ".join(repr(value).split())
    return words if len(words) <= 80 else f"{words[:77]}..."


class Field:
    """One field of a column component: the key of its column in every table."""

    __slots__ = ("_struct", "default", "direct", "is_bool", "name", "owner", "place", "raw_pack", "type")

    def __init__(self, owner: str, name: str, type: FieldType, offset: int) -> None:
        self.owner = owner
        self.name = name
        self.type = type
        self._struct = struct.Struct(f"={type.width or 1}{_STRUCT_CODES[type.dtype.name]}")
        self.place = slice(offset, offset + self._struct.size)
        """Where its value lies in a record: the packed values of all fields of the component, in bytes."""
        self.raw_pack = self._struct.pack
        """The numbers of a value -> its bytes, or one of :data:`PACKING_FAILURES`; a bool is whatever is given."""
        self.is_bool = type.dtype.kind == "b"
        self.default: Value = type.zero
        self.direct = not type.width and not self.is_bool
        """Whether a memoryview of the column checks a value itself (it takes anything at all for a bool)."""

    def __repr__(self) -> str:
        return f"{self.owner}.{self.name}"

    def pack(self, value: Any) -> bytes:
        """One value as the bytes of its column; ``struct`` checks type, count and range at C speed.

        As in numpy, a number too large for a float becomes infinite.

        Raises:
            ComponentError: it has the wrong type, length or range.
        """
        given = value
        try:
            if self.type.last is not None and isinstance(value, Collection) and len(value) == self.type.width - 1:
                value = (*value, self.type.last)
            packed = self.raw_pack(*value) if self.type.width else self.raw_pack(value)
        except OverflowError:
            with np.errstate(over="ignore"):
                return np.asarray(value, np.float64).astype(self.type.dtype).tobytes()
        except (struct.error, TypeError) as error:
            raise ComponentError(
                f"{self} takes {self.type.words()}, not {shorten(given)}: pass that instead."
            ) from error
        if self.is_bool and not isinstance(value, (bool, np.bool_)):
            raise ComponentError(f"{self} takes True or False, not {value!r}: pass that instead.")
        return packed

    def unpack(self, packed: bytes) -> tuple[Scalar, ...]:
        """The numbers of a packed value; a field of width 0 has one."""
        return self._struct.unpack(packed)

    def convert_rows(self, values: Any, count: int) -> np.ndarray[Any, Any]:
        """Bulk values for ``count`` rows, checked: an array of the field's dtype and :meth:`FieldType.shape`.

        It is the given array, or a read-only view of one value, where nothing had to be converted.

        Raises:
            ComponentError: the dtype or the range cannot be stored without loss of kind, or the shape does not fit.
        """
        shape = self.type.shape(count)
        array = self._as_array(values)
        if self.type.last is not None and array.shape[-1:] == (self.type.width - 1,):
            last = np.full((*array.shape[:-1], 1), self.type.last, array.dtype)
            array = np.concatenate([array, last], axis=-1)
        if array.shape == shape:
            return array
        if array.shape == shape[1:]:
            return np.broadcast_to(array, shape)
        raise ComponentError(
            f"{self} needs an array of shape {shape} for {count} entities, or one value of shape {shape[1:]}, "
            f"not {array.shape}: reshape it."
        )

    def _as_array(self, values: Any) -> np.ndarray[Any, Any]:
        try:
            array = np.asarray(values)
        except ValueError as error:
            raise ComponentError(f"{self} was given a ragged list: make its rows equally long.") from error
        if array.dtype.kind == "O" and not self.type.width:  # things that stand for a number, such as pictures
            packed = b"".join(self.pack(value) for value in array.ravel().tolist())
            return np.frombuffer(packed, self.type.dtype).reshape(array.shape)
        self.check_dtype(array)
        return array.astype(self.type.dtype, copy=False)

    def check_dtype(self, array: np.ndarray[Any, Any]) -> None:
        """Check that an array's numbers can be stored in this field.

        Raises:
            ComponentError: they are of another kind (say, floats for a whole number), or out of range.
        """
        dtype = self.type.dtype
        if not array.size or np.can_cast(array.dtype, dtype, casting="safe"):
            return
        if array.dtype.kind in "iu" and dtype.kind in "iu":
            limits, least, most = np.iinfo(dtype), array.min(), array.max()
            if least < limits.min or most > limits.max:
                raise ComponentError(
                    f"{self} takes {self.type.words()}, and the array has numbers from {least} to {most}: clip it."
                )
        elif not np.can_cast(array.dtype, dtype, casting="same_kind"):
            raise ComponentError(
                f"{self} is {self.type}, and an array of {array.dtype} cannot be stored in it: "
                f"convert it with .astype(numpy.{dtype}) first."
            )


def field_type(annotation: Any) -> FieldType | None:
    """The :class:`FieldType` an annotation stands for, or ``None``."""
    if annotation in PLAIN_TYPES:
        return PLAIN_TYPES[annotation]
    metadata: Sequence[Any] = getattr(annotation, "__metadata__", ())
    return next((item for item in metadata if isinstance(item, FieldType)), None)
