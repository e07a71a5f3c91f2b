"""A shaped word."""

from __future__ import annotations

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
