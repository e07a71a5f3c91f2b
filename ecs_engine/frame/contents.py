"""What is in the columns of the slots: arrays that slots share as long as it is the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Contents:
    """An array with the blocks of a column, (capacity, width). It does not change while a slot holds it."""

    __slots__ = ("array", "holders", "layout", "versions")

    def __init__(self, array: Array, layout: int, blocks: int) -> None:
        self.array = array
        self.layout = layout
        """Number of the layout by which its blocks lie."""
        self.versions = [-1] * blocks
        """Of each block, as the tables count them: what has one version is the same."""
        self.holders = 0
        """Columns of slots that have it."""


class ContentPool:
    """All contents of one column, or of a group of columns that exchange theirs, in the slots of one exchange.

    Only the logic thread calls it, and only for the slot that it writes. So what another slot holds has a holder until
    that slot comes back, however long the context thread reads it.
    """

    __slots__ = ("_all", "_dtype", "_layout", "_width")

    def __init__(self, dtype: np.dtype[Any], width: int) -> None:
        self._dtype = dtype
        self._width = width
        self._layout = -1
        self._all: list[Contents] = []

    def empty(self) -> Contents:
        """What a column has before its first layout."""
        return Contents(np.zeros((0, self._width), self._dtype), -1, 0)

    def change(
        self,
        held: Contents,
        layout: int,
        capacity: int,
        firsts: Sequence[int],
        rows: Sequence[Array],
        versions: list[int],
    ) -> Contents:
        """Give back what a column holds, and take contents with these blocks: those that are there already, or others
        that nobody holds, to which the blocks are copied that they lack.

        Args:
            layout, capacity, firsts: as of :class:`~ecs_engine.frame.snapshot.Layout`.
            rows: of each block, (n, width) or (n,).
            versions: of each block.
        """
        held.holders -= 1
        if layout != self._layout:  # the others stay with their holders, and go with them
            self._layout, self._all = layout, []
        found = next((one for one in self._all if one.versions == versions), None)
        if found is None:
            found = self._spare(rows, versions)
            if found is None:
                found = Contents(np.zeros((capacity, self._width), self._dtype), layout, len(firsts))
                self._all.append(found)
            for block, (first, part, version) in enumerate(zip(firsts, rows, versions, strict=True)):
                if found.versions[block] != version:
                    np.copyto(found.array[first : first + len(part)].reshape(part.shape), part)
            found.versions = versions
        found.holders += 1
        return found

    def _spare(self, rows: Sequence[Array], versions: list[int]) -> Contents | None:
        """Of the contents that nobody holds, those to which the fewest rows have to be copied."""
        spare = [one for one in self._all if not one.holders]
        if len(spare) < 2:
            return spare[0] if spare else None
        return max(spare, key=lambda one: _alike(one.versions, versions, rows))


def _alike(old: list[int], new: list[int], rows: Sequence[Array]) -> int:
    """How many rows are in blocks whose version is the same."""
    return sum(len(part) for part, one, other in zip(rows, old, new, strict=True) if one == other)
