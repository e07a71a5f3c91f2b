"""A text that is laid out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ecs_engine.text.atlas import GlyphAtlas
from ecs_engine.text.lines import Lines
from ecs_engine.text.word import CLUSTER, ENTRY, NO_GLYPHS, X

Array = np.ndarray[Any, Any]

LINE = 4
"""The column of :attr:`Block.glyphs` that stands in the place of a word's ADVANCE."""


class Block(NamedTuple):
    """A text in lines, in font units: what it has in common at any size, alignment and anchor."""

    glyphs: Array
    """(n, 5) float32, those that draw something: atlas entry, x and y from the left end of the baseline, the character
    it stands for, its line."""
    widths: list[float]
    """Of each line, to the end of its last word."""


def blocks_of(atlas: GlyphAtlas, lines: Lines, counts: list[int]) -> list[Block]:
    """Blocks from the lines of many texts, of which each has ``counts``."""
    arrays = [word.glyphs for word in lines.words]
    word = np.repeat(np.arange(len(arrays)), np.array([len(array) for array in arrays], np.int64))
    glyphs = np.concatenate([NO_GLYPHS, *arrays])
    # Here and below `take`, which is ten times faster than brackets are.
    box = atlas.box.take(glyphs[:, ENTRY].astype(np.int64), axis=0)
    drawn = np.flatnonzero(box[:, 2] > box[:, 0])
    if len(drawn) < len(box):
        word, glyphs = word.take(drawn), glyphs.take(drawn, axis=0)
    text_lines = np.array(counts, np.int64)
    last_lines = np.cumsum(text_lines)
    ends = np.array(lines.ends, np.int64)
    words = np.diff(ends, prepend=0)
    line = np.arange(len(ends)) - np.repeat(last_lines - text_lines, text_lines)
    glyphs[:, X] += np.array(lines.pens, np.float32).take(word)
    glyphs[:, CLUSTER] += np.array(lines.starts, np.float32).take(word)
    glyphs[:, LINE] = np.repeat(line, words).take(word)
    stops = np.searchsorted(word, ends.take(last_lines - 1)).tolist()
    blocks, first, first_line = [], 0, 0
    for stop, last_line in zip(stops, last_lines.tolist(), strict=True):
        blocks.append(Block(glyphs[first:stop], lines.widths[first_line:last_line]))
        first, first_line = stop, last_line
    return blocks
