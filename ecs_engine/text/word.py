"""A shaped word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

ENTRY, X, Y, CLUSTER, ADVANCE = range(5)
"""Columns of :attr:`Word.glyphs`."""

NO_GLYPHS: Array = np.empty((0, 5), np.float32)


class Word(NamedTuple):
    """A stretch of text without breaks, shaped: its glyphs from left to right, in font units."""

    glyphs: Array
    """(n, 5) float32: atlas entry, x and y from the beginning of the word, the character it stands for, its advance."""
    advance: float
    rightward: bool
    """False for text that runs from right to left."""


def cut_words(
    entry: Array, x: Array, y: Array, cluster: Array, steps: Array, unit: float,
    counts: Sequence[int], rightward: Sequence[bool],
) -> list[Word]:  # fmt: skip
    """Words from the glyphs of all of them, one after the other.

    Args:
        x, y: (n,) of each glyph from the pen, in font units.
        steps: (n,) whole numbers: how many ``unit`` font units it moves the pen.
        counts, rightward: of each word, how many glyphs it has and which way it runs.
    """
    sizes = np.array(counts, np.int64)
    reached = np.zeros(len(steps) + 1)
    np.cumsum(steps, out=reached[1:])
    ends = np.cumsum(sizes)
    starts = ends - sizes
    glyphs = np.empty((len(steps), 5), np.float32)
    glyphs[:, ENTRY], glyphs[:, CLUSTER], glyphs[:, Y] = entry, cluster, y
    glyphs[:, X] = (reached[:-1] - np.repeat(reached[starts], sizes)) * unit + x
    glyphs[:, ADVANCE] = steps * unit
    advances = (reached[ends] - reached[starts]) * unit
    own = [glyphs[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return list(map(Word, own, advances.tolist(), rightward))
