"""Room for what whole-array code works out on its way, used again and again."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

Array = np.ndarray[Any, Any]

_ALIGNMENT = 64


class Scratch:
    """Arrays that hold only until the next :meth:`begin`. One thread at a time.

    The stock systems share one, a resource of the world, as they run one after the other: what one has worked in is
    still in the processor's cache for the next.

    All of them lie in one block, which grows to the most that was ever asked for between two calls of :meth:`begin`;
    from then on nothing is set aside any more.

    Example:
        >>> from ecs_engine.core.scratch import Scratch
        >>> scratch = Scratch()
        >>> for _ in range(2):  # the second time, both are where they were
        ...     scratch.begin()
        ...     sums, flags = scratch.take(3, "f4"), scratch.take(3, bool)
        >>> sums.shape, flags.dtype
        ((3,), dtype('bool'))
    """

    __slots__ = ("_block", "_used")

    def __init__(self) -> None:
        self._block = np.empty(0, np.uint8)
        self._used = 0

    def begin(self) -> None:
        """Have all arrays that were taken so far be used anew."""
        if self._used > len(self._block):
            self._block = np.empty(self._used + self._used // 4, np.uint8)
        self._used = 0

    def take(self, shape: int | tuple[int, ...], dtype: npt.DTypeLike) -> Array:
        """An array of undefined contents, rows first."""
        kind = np.dtype(dtype)
        size = kind.itemsize * (shape if isinstance(shape, int) else prod(shape))
        first, self._used = self._used, self._used + -(-size // _ALIGNMENT) * _ALIGNMENT
        if self._used > len(self._block):
            return np.empty(shape, kind)  # the next time it is part of the block
        return np.ndarray(shape, kind, self._block, first)
