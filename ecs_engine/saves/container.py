"""Plain data and arrays as one run of bytes: a JSON text, and behind it the arrays as they lie in memory.

Nothing in it is ever executed, and nothing is larger in memory than in the file by more than JSON is: arrays are views
of the bytes, and their dtypes are those of a short list.
"""

from __future__ import annotations

import json
import struct
from math import prod
from typing import Any

import numpy as np

from ecs_engine.core.errors import SaveError

Array = np.ndarray[Any, Any]

DTYPES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
)  # fmt: skip
MAX_TEXT = 64 * 1024 * 1024
"""Bytes of the longest JSON text that is read: in memory it may take thirty times as much."""
MAX_DIMENSIONS = 8

_HEAD = struct.Struct("<8sQ")
_MARK = b"ECSSAVE1"
_ALIGNMENT = 8


class ArrayWriter:
    """Collects arrays; each gets a number, by which the JSON text refers to it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.table: list[list[Any]] = []
        """Of each array: dtype, shape, and where it begins."""

    def add(self, array: Array) -> int:
        """The number of a copy of an array.

        Raises:
            SaveError: it is of a dtype that is not saved.
        """
        if array.dtype.name not in DTYPES or array.ndim > MAX_DIMENSIONS:
            raise SaveError(
                f"An array of {array.dtype} with {array.ndim} dimensions cannot be saved: use one of "
                f"{', '.join(DTYPES)}, with at most {MAX_DIMENSIONS}."
            )
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        self.table.append([array.dtype.name, list(array.shape), self._size])
        self._parts.append(data + bytes(-len(data) % _ALIGNMENT))
        self._size += len(self._parts[-1])
        return len(self.table) - 1

    def pack(self, contents: Any) -> bytes:
        """All of it as bytes: plain data that ``json.dumps`` takes, and the arrays."""
        text = json.dumps({"contents": contents, "arrays": self.table}, separators=(",", ":")).encode()
        text += b" " * (-len(text) % _ALIGNMENT)
        return b"".join([_HEAD.pack(_MARK, len(text)), text, *self._parts])


class ArrayReader:
    """What :meth:`ArrayWriter.pack` made, checked as far as can be without knowing what it means.

    Raises:
        SaveError: it is something else.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEAD.size or data[: len(_MARK)] != _MARK:
            raise SaveError("It is no save of a world: it begins otherwise.")
        length = _HEAD.unpack_from(data)[1]
        if length > min(MAX_TEXT, len(data) - _HEAD.size):
            raise SaveError("Its text is longer than it may be, or than there are bytes.")
        try:
            text = json.loads(data[_HEAD.size : _HEAD.size + length])
        except (ValueError, RecursionError) as error:
            raise SaveError(f"Its text is no JSON: {error}.") from error
        if not (isinstance(text, dict) and text.keys() == {"contents", "arrays"} and isinstance(text["arrays"], list)):
            raise SaveError("Its text is none of a save.")
        self.contents: Any = text["contents"]
        self._table: list[Any] = text["arrays"]
        self._data = memoryview(data)[_HEAD.size + length :]

    def array(self, number: Any) -> Array:
        """An array by its number, read-only.

        Raises:
            SaveError: there is none, or it does not lie within the bytes.
        """
        if type(number) is not int or not 0 <= number < len(self._table):
            raise SaveError(f"It has no array {number!r}.")
        match self._table[number]:
            case [str(name), list(shape), int(begin)] if (
                name in DTYPES
                and len(shape) <= MAX_DIMENSIONS
                and all(type(side) is int and 0 <= side < 1 << 48 for side in shape)
                and 0 <= begin <= len(self._data)
            ):
                dtype = np.dtype(name).newbyteorder("<")
                size = prod(shape) * dtype.itemsize
                if size <= len(self._data) - begin:
                    return self._view(begin, size, dtype, shape)
        raise SaveError(f"Its array {number} is of no known kind, or does not lie within it.")

    def _view(self, begin: int, size: int, dtype: np.dtype[Any], shape: list[int]) -> Array:
        part = self._data[begin : begin + size]
        if dtype.kind == "b" and np.frombuffer(part, np.uint8).max(initial=0) > 1:
            raise SaveError("One of its arrays of true and false has something else.")
        try:
            array: Array = np.frombuffer(part, dtype).reshape(shape)
        except ValueError as error:  # sides that are too long for numpy, where another is 0
            raise SaveError(f"One of its arrays is of no shape: {error}.") from error
        return array.astype(dtype.newbyteorder("="), copy=False)
