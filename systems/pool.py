"""Drawn rows that no entity owns: the letters of a text, the particles of a fountain, the tiles of a map."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import EngineError
from ecs_engine.core.table import Table, column_types, new_version

Array = np.ndarray[Any, Any]


class Chunks:
    """The rows of a pool, cut into stretches that are seen or left out, and ordered, as a whole.

    All arrays have one entry a chunk and are read-only: :meth:`cut` and :meth:`bound` replace them.
    """

    __slots__ = ("bounds_version", "center", "count", "first", "key", "radius", "version")

    def __init__(self) -> None:
        self.first: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self.count: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self.key: npt.NDArray[np.uint16] = np.empty(0, np.uint16)
        self.center: npt.NDArray[np.float32] = np.empty((0, 2), np.float32)
        self.radius: npt.NDArray[np.float32] = np.empty(0, np.float32)
        self.version = new_version()
        """Another with each :meth:`cut`, and one that no other chunks ever had."""
        self.bounds_version = new_version()
        """The same with each :meth:`bound`, and each :meth:`cut`."""

    def __len__(self) -> int:
        return len(self.first)

    def cut(self, first: npt.ArrayLike, count: npt.ArrayLike, key: npt.ArrayLike) -> None:
        """Say which rows make up each chunk. Until :meth:`bound` is called every camera sees them all.

        Args:
            first, count: (k,) the first row of each chunk and how many there are, which may be 0.
            key: (k,) sort key of each, see ``ecs_engine.frame.keys``. Chunks of one key are drawn in the order given.

        Raises:
            EngineError: the three do not have one length.
        """
        self.first, self.count = _column(first, np.int64), _column(count, np.int64)
        self.key = _column(key, np.uint16)
        if not len(self.first) == len(self.count) == len(self.key):
            raise EngineError(
                f"Chunks were cut with {len(self.first)} first rows, {len(self.count)} counts and {len(self.key)} "
                "keys: give each chunk one of all three."
            )
        self.version = new_version()
        self.bound(np.zeros((len(self), 2), np.float32), np.full(len(self), np.inf, np.float32))

    def bound(self, center: npt.ArrayLike, radius: npt.ArrayLike) -> None:
        """Say where each chunk is: its rows draw nothing outside this circle, at this tick and at the one before.

        Args:
            center: (k, 2), radius: (k,), in world units. A radius of -inf hides the chunk.

        Raises:
            EngineError: there is not one for each chunk.
        """
        self.center, self.radius = _column(center, np.float32), _column(radius, np.float32)
        if self.center.shape != (len(self), 2) or self.radius.shape != (len(self),):
            raise EngineError(
                f"{len(self)} chunks were bounded by centres of shape {self.center.shape} and radii of shape "
                f"{self.radius.shape}: give ({len(self)}, 2) and ({len(self)},)."
            )
        self.bounds_version = new_version()


def _column(values: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
    column = np.array(values, dtype)
    column.flags.writeable = False
    return column


class ChunkBounds:
    """Where all chunks of some pools are, side by side: the squares around their circles."""

    __slots__ = ("_squares", "_versions", "counts", "edges", "version")

    def __init__(self) -> None:
        self._squares: npt.NDArray[np.float32] = np.empty((4, 0), np.float32)
        self.edges: list[npt.NDArray[np.float32]] = list(self._squares)
        """Left, bottom, right and top, (k,) each."""
        self.counts: list[int] = []
        """How many chunks each pool has."""
        self.version = 0
        """Changes when one of them does."""
        self._versions: list[int] = []

    def update(self, pools: list[Pool]) -> None:
        """Take in what changed since the last time; cheap when nothing did."""
        chunks = [pool.chunks for pool in pools]
        versions = [one.bounds_version for one in chunks]
        if versions == self._versions:
            return
        counts = [len(one) for one in chunks]
        if counts != self.counts:
            self.counts = counts
            self._squares = np.empty((4, sum(counts)), np.float32)
            self.edges = list(self._squares)
            self._versions = [-1] * len(chunks)
        begin = 0
        with np.errstate(over="ignore", invalid="ignore"):
            for one, version, known in zip(chunks, versions, self._versions, strict=True):
                end = begin + len(one)
                if version != known:
                    np.subtract(one.center.T, one.radius, out=self._squares[:2, begin:end])
                    np.add(one.center.T, one.radius, out=self._squares[2:, begin:end])
                begin = end
        self._versions = versions
        self.version += 1


class Pool(Table):
    """A table outside of the world, whose rows some system fills. Logic thread only.

    Append it to ``world.resource(Drawables)[name].pools``. Its rows are drawn as its :attr:`chunks` say; columns are
    written through ``writable``, followed by ``touch``.

    Args:
        components: column component classes that have the fields which the drawable streams.
    """

    __slots__ = ("chunks",)

    def __init__(self, *components: type) -> None:
        super().__init__(-1, column_types(components))
        self.chunks = Chunks()

    def resize(self, rows: int) -> None:
        """Have this many rows. What new ones hold is undefined: write every column."""
        self._reserve(rows)
        self._resize(rows)
