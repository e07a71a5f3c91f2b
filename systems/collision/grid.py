"""The broad phase: which boxes overlap, found with a grid of square cells that exists only as sorted keys.

Every box lives in one cell, that of its lower corner, on a level whose cells are at least as large as the box. Level
0 has the base cell size and each next level cells four times as large, so that one wall among thousands of bullets
costs a few look-ups a bullet, not thousands of cells. A box can then only meet boxes of its own level in its own
cell and the eight around it, and boxes of a coarser level in at most three by three cells.

Cells are numbered row by row, so neighbours in a row have successive keys: after one sort, each row of
neighbours is one run of the sorted boxes, found by two binary searches. That is a linear grid; see Ericson,
"Real-Time Collision Detection", sections 7.1.5 (sorted cells) and 7.2.1 (hierarchical grids).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ecs_engine.core.stretches import stretches
from ecs_engine.systems.collision.arrays import Bits, CollisionError, Floats, Ints, bits, floats, same_length

_CELLS = 1 << 30  # cells are numbered -_CELLS.._CELLS each way; what lies beyond shares the outermost ones
_ROW = 1 << 32  # distance of keys from one row to the next; the margin between rows holds -1 and +1 neighbours
_FIT = 1.0 - 2.0**-20  # a box fills at most this part of its cell, which leaves room for rounding in x / cell
_COARSEST = 16  # boxes above level 15, 4**15 cells wide, share one cell on a level of their own
_CHUNK = 1 << 19  # candidates looked at in one go, which bounds the scratch memory
_FINITE = np.finfo(np.float64).max


@dataclass(frozen=True)
class _Boxes:
    min_x: Floats
    min_y: Floats
    max_x: Floats
    max_y: Floats

    def take(self, rows: Ints) -> _Boxes:
        return _Boxes(self.min_x[rows], self.min_y[rows], self.max_x[rows], self.max_y[rows])

    def overlapping(self, a: Ints, b: Ints) -> tuple[Ints, Ints]:
        """Those of the pairs (a, b) that share a point; edges count."""
        for low, high in ((self.min_x, self.max_x), (self.min_y, self.max_y)):
            hit = low[a] <= high[b]
            hit &= low[b] <= high[a]
            a, b = a[hit], b[hit]
        return a, b


def candidate_pairs(
    min_x: npt.ArrayLike,
    min_y: npt.ArrayLike,
    max_x: npt.ArrayLike,
    max_y: npt.ArrayLike,
    cell_size: float | None = None,
    *,
    layer: npt.ArrayLike | None = None,
    mask: npt.ArrayLike | None = None,
    max_pairs: int = 1 << 22,
) -> tuple[Ints, Ints]:
    """All pairs of axis-aligned boxes that overlap; boxes that only touch count too.

    A box with a NaN or infinite edge, or with min > max, overlaps nothing and disturbs nobody else. A point is a
    box with min == max. Any thread may call this; nothing is kept between calls.

    Args:
        min_x, min_y, max_x, max_y: shape (n,) real numbers, in world units; computed in float64.
        cell_size: size of the base cells in world units; by default it follows from the sizes of the boxes and
            the distance between them. It changes the speed, never the result.
        layer, mask: shape (n,) uint32, both or neither. With them only pairs that `layer_filter` accepts are
            returned, and only those count against `max_pairs`.
        max_pairs: the most pairs to return; n coincident boxes have n (n - 1) / 2 of them.

    Returns:
        (a, b): int64 arrays of row numbers with a < b, each pair once, sorted by a, then by b.

    Raises:
        CollisionError: if the arrays do not fit together, the cell size is not a positive number, or there are
            more than `max_pairs` pairs.
    """
    columns = floats(min_x=min_x, min_y=min_y, max_x=max_x, max_y=max_y)
    filters = _filters(layer, mask, len(columns[0]))
    if cell_size is not None and not 0.0 < cell_size < math.inf:
        raise CollisionError(
            f"A cell size of {cell_size} makes no grid: give a positive number of world units, or None."
        )
    boxes = _Boxes(*columns)
    with np.errstate(over="ignore", invalid="ignore"):  # huge boxes overflow to inf, which ends in the outermost cells
        rows = _usable(boxes)
        if len(rows) < 2:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        if len(rows) < len(boxes.min_x):
            boxes = boxes.take(rows)
            filters = [column[rows] for column in filters]
        else:
            rows = np.empty(0, np.int64)
        pairs = _Pairs(boxes, filters, max_pairs)
        _search(boxes, cell_size, pairs)
    a, b = pairs.sorted()
    return (rows[a], rows[b]) if len(rows) else (a, b)


def _filters(layer: npt.ArrayLike | None, mask: npt.ArrayLike | None, n: int) -> list[Bits]:
    if layer is None and mask is None:
        return []
    if layer is None or mask is None:
        raise CollisionError("candidate_pairs got only one of layer and mask: give both, or neither.")
    filters = [bits("layer", layer), bits("mask", mask)]
    same_length({"min_x": np.empty(n), "layer": filters[0], "mask": filters[1]})
    return filters


def _usable(boxes: _Boxes) -> Ints:
    usable = boxes.min_x <= boxes.max_x  # False where either is NaN
    usable &= boxes.min_y <= boxes.max_y
    for low, high in ((boxes.min_x, boxes.max_x), (boxes.min_y, boxes.max_y)):
        usable &= low >= -_FINITE
        usable &= high <= _FINITE
    return np.flatnonzero(usable)


class _Pairs:
    """Gathers overlapping pairs from runs of candidates, a bounded number of candidates at a time."""

    def __init__(self, boxes: _Boxes, filters: list[Bits], max_pairs: int) -> None:
        self._boxes, self._filters, self._max = boxes, filters, max_pairs
        self._keys: list[Ints] = []
        self._found = 0
        self._n = len(boxes.min_x)

    def add_runs(self, query: Ints, candidates: Ints, start: Ints, stop: Ints) -> None:
        """Test query[i] against candidates[start[i]:stop[i]], for every i."""
        ends = np.cumsum(stop - start)
        first = 0
        while first < len(query):
            done = int(ends[first - 1]) if first else 0
            last = max(int(np.searchsorted(ends, done + _CHUNK, side="right")), first + 1)
            self._add(query[first:last], candidates, start[first:last], stop[first:last])
            first = last

    def _add(self, query: Ints, candidates: Ints, start: Ints, stop: Ints) -> None:
        length = stop - start
        if not length.any():
            return
        a = np.repeat(query, length)
        b = candidates[stretches(start, length)]
        a, b = self._boxes.overlapping(a, b)
        if self._filters:
            layer, mask = self._filters
            hit = (layer[a] & mask[b]) != 0
            hit &= (layer[b] & mask[a]) != 0
            a, b = a[hit], b[hit]
        self._found += len(a)
        if self._found > self._max:
            raise CollisionError(
                f"More than {self._max} pairs of boxes overlap: spread the objects out, keep them apart with layers "
                f"and masks, or raise max_pairs."
            )
        self._keys.append(np.minimum(a, b) * self._n + np.maximum(a, b))

    def sorted(self) -> tuple[Ints, Ints]:
        if not self._keys:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        keys = np.concatenate(self._keys)
        keys.sort()
        a, b = np.divmod(keys, self._n)
        return a, b


def _search(boxes: _Boxes, cell_size: float | None, pairs: _Pairs) -> None:
    size = np.maximum(boxes.max_x - boxes.min_x, boxes.max_y - boxes.min_y)
    base = cell_size or _default_cell(boxes, size)
    half = len(size) // 2
    centre = float(np.partition(boxes.min_x, half)[half]), float(np.partition(boxes.min_y, half)[half])
    # frexp gives size / cell <= 2**exponent exactly, with no rounding of a logarithm.
    exponent = np.frexp(np.minimum(size / base / _FIT, _FINITE))[1]
    level = np.clip((exponent + 1) >> 1, 0, _COARSEST)
    populated = np.unique(level)
    for number in populated:
        cell = math.inf if number == _COARSEST else base * 4.0 ** int(number)
        homes = np.flatnonzero(level == number) if len(populated) > 1 else np.arange(len(level))
        grid = _Grid(boxes, homes, centre, cell)
        grid.pairs_within(pairs)
        finer = np.flatnonzero(level < number)
        if len(finer):
            grid.pairs_with(finer, pairs)


def _default_cell(boxes: _Boxes, size: Floats) -> float:
    """The largest size but at most twice the median, or the mean distance between neighbours where that is larger.

    The extent of the crowd is taken from the middle half of the boxes (from all of them if that half is one point),
    so that a few strays do not stretch the cells.
    """
    n = len(size)
    extents = []
    for low in (boxes.min_x, boxes.min_y):
        ordered = np.partition(low, (0, n // 4, (3 * n) // 4, n - 1))
        middle = 2.0 * (ordered[(3 * n) // 4] - ordered[n // 4])
        extents.append(float(middle or ordered[-1] - ordered[0]))
    width, height = sorted(min(extent, 1e150) for extent in extents)
    distance = max(math.sqrt(width * height / n), height / n)
    # One level is best while sizes are alike: then the largest box sets the cell, with a hair more than it needs.
    fitting = min(2.0 * float(np.median(size)), 1.001 * float(size.max()))
    cell = max(fitting, distance)
    return min(max(cell, 1e-150), 1e150) if cell > 0.0 else 1.0


class _Grid:
    """The boxes of one level, sorted by the key of their home cell."""

    def __init__(self, boxes: _Boxes, homes: Ints, centre: tuple[float, float], cell: float) -> None:
        self._boxes, self._centre, self._cell = boxes, centre, cell
        keys = self._row(boxes.min_y[homes]) * _ROW + self._column(boxes.min_x[homes])
        order = np.argsort(keys)
        self._homes, self._keys = homes[order], keys[order]

    def _number(self, x: Floats, centre: float) -> Ints:
        if self._cell == math.inf:  # one cell for all; inf / inf would be no number
            return np.zeros(len(x), np.int64)
        return np.clip(np.floor((x - centre) / self._cell), -_CELLS, _CELLS).astype(np.int64)

    def _column(self, x: Floats) -> Ints:
        return self._number(x, self._centre[0])

    def _row(self, y: Floats) -> Ints:
        return self._number(y, self._centre[1])

    def pairs_within(self, pairs: _Pairs) -> None:
        """Each box against the later ones of its own cell and the cell to its right, and the three cells above."""
        keys, homes = self._keys, self._homes
        start = np.arange(1, len(keys) + 1)
        pairs.add_runs(homes, homes, start, np.searchsorted(keys, keys + 1, side="right"))
        start = np.searchsorted(keys, keys + (_ROW - 1), side="left")
        pairs.add_runs(homes, homes, start, np.searchsorted(keys, keys + (_ROW + 1), side="right"))

    def pairs_with(self, finer: Ints, pairs: _Pairs) -> None:
        """Boxes of finer levels against the boxes of this one, whose homes reach one cell further down and left."""
        boxes = self._boxes.take(finer)
        left, right = self._column(boxes.min_x) - 1, self._column(boxes.max_x)
        bottom, top = self._row(boxes.min_y) - 1, self._row(boxes.max_y)
        for step in range(3):
            row = bottom + step
            start = np.searchsorted(self._keys, row * _ROW + left, side="left")
            stop = np.searchsorted(self._keys, row * _ROW + right, side="right")
            stop[row > top] = 0
            pairs.add_runs(finer, self._homes, start, np.maximum(start, stop))
