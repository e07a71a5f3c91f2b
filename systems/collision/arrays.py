"""What the collision functions take and give, and the one error they raise."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import EngineError

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bits: TypeAlias = npt.NDArray[np.uint32]
Bools: TypeAlias = npt.NDArray[np.bool_]


class CollisionError(EngineError, ValueError):
    """A collision function was given arrays it cannot use, or found more pairs than it was allowed to."""


def floats(**columns: npt.ArrayLike) -> list[Floats]:
    """The columns as float64 arrays of one length.

    Raises:
        CollisionError: if one is not one-dimensional or not of real numbers, or if the lengths differ.
    """
    arrays = []
    for name, column in columns.items():
        array = np.asarray(column)
        if array.dtype.kind not in "fiu":
            raise CollisionError(f"{name} has dtype {array.dtype}: give it real numbers, float32 or float64.")
        arrays.append(array.astype(np.float64, copy=False))
    same_length(dict(zip(columns, arrays, strict=True)))
    return arrays


def integers(**columns: npt.ArrayLike) -> list[Ints]:
    """The columns as int64 arrays of one length.

    Raises:
        CollisionError: if one is not one-dimensional or not of integers that fit, or if the lengths differ.
    """
    arrays = []
    for name, column in columns.items():
        array = np.asarray(column)
        if array.dtype.kind not in "iu" and array.size:
            raise CollisionError(f"{name} has dtype {array.dtype}: give it integers, such as int64.")
        if array.dtype == np.uint64 and array.size and array.max() > np.iinfo(np.int64).max:
            raise CollisionError(f"{name} holds a number above {np.iinfo(np.int64).max}: give it ids that fit int64.")
        arrays.append(array.astype(np.int64, copy=False))
    same_length(dict(zip(columns, arrays, strict=True)))
    return arrays


def bits(name: str, column: npt.ArrayLike) -> Bits:
    """The column as uint32 bit masks; a negative integer stands for its two's complement, so -1 is every bit.

    Raises:
        CollisionError: if it does not hold integers of at most 32 bits.
    """
    array = np.asarray(column)
    if array.dtype.kind not in "iu":
        raise CollisionError(f"{name} has dtype {array.dtype}: give it bit masks as uint32.")
    if array.dtype.itemsize > 4 and array.size and (array.max() > 0xFFFFFFFF or array.min() < -0x80000000):
        raise CollisionError(f"{name} holds a mask of more than 32 bits: use layers 0 to 31.")
    return array.astype(np.uint32, copy=False)


def same_length(columns: dict[str, npt.NDArray[Any]]) -> None:
    """Check that every array is one-dimensional and as long as the first.

    Raises:
        CollisionError: naming the array that is not.
    """
    first = next(iter(columns))
    for name, array in columns.items():
        if array.ndim != 1:
            raise CollisionError(f"{name} has shape {array.shape}: give it one number an object, shape (n,).")
        if len(array) != len(columns[first]):
            raise CollisionError(
                f"{name} has {len(array)} entries where {first} has {len(columns[first])}: give each one an object."
            )
