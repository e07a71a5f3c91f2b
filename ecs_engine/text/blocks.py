"""Texts that are laid out, remembered for when they come again: a text is measured, drawn, and often soon back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.core.stretches import stretches
from ecs_engine.text.atlas import GlyphAtlas
from ecs_engine.text.font import Font
from ecs_engine.text.lines import NEVER_SHAPED, Lines, tokens_of
from ecs_engine.text.word import CLUSTER, ENTRY, NO_GLYPHS, X

Array = np.ndarray[Any, Any]

Wanted = tuple[Font, str, float]
"""A font, a text, and the longest that a line may be, in font units."""

LINE = 4
"""The column of :attr:`Blocks.glyphs` that stands in the place of a word's ADVANCE."""

_CHARACTERS = 32_768
"""So many characters of texts are remembered, and 1 more for each text, before all are forgotten."""


class Blocks:
    """Numbered blocks of text, in font units: what each has in common at any size, alignment and anchor.

    Used by one thread at a time, as fonts are. Numbers and arrays are good until texts are laid out or measured again;
    arrays stay as large as they once had to be.

    - ``glyphs`` float32 (n, 5): of each that draws something its entry, x and y from the left end of the baseline,
      the character it stands for, its line
    - ``widths`` float64 (l,): of each line, to the end of its last word
    - ``extents`` int64 (b, 4): of each block the first of its glyphs and how many there are, the same of its lines
    - ``widest`` float64 (b,): the longest of its lines
    """

    def __init__(self, atlas: GlyphAtlas) -> None:
        self.atlas = atlas
        self._numbers: dict[Wanted, int] = {}
        self._characters = self._glyph_count = self._line_count = 0
        self.glyphs: npt.NDArray[np.float32] = NO_GLYPHS
        self.widths: npt.NDArray[np.float64] = np.empty(0)
        self.extents: npt.NDArray[np.int64] = np.empty((0, 4), np.int64)
        self.widest: npt.NDArray[np.float64] = np.empty(0)

    def lay_out(self, wanted: Sequence[Wanted]) -> npt.NDArray[np.int64]:
        """The numbers of some blocks, (n,); those that are not remembered are laid out, all in one go."""
        if self._characters > _CHARACTERS:
            self._numbers.clear()
            self._characters = self._glyph_count = self._line_count = 0
        numbers = self._numbers
        new = {one: None for one in wanted if one not in numbers}
        if new:
            self._add(list(new))
        return np.fromiter(map(numbers.__getitem__, wanted), np.int64, len(wanted))

    def measure(self, wanted: Sequence[Wanted], sizes: Sequence[float]) -> list[tuple[float, float]]:
        """What :meth:`Font.measure` says of many texts at these sizes."""
        numbers = self.lay_out(wanted)
        widths, lines = self.widest.take(numbers).tolist(), self.extents[:, 3].take(numbers).tolist()
        found = zip(wanted, widths, lines, sizes, strict=True)
        return [font.extent(width, count, size) for (font, _, _), width, count, size in found]

    def _add(self, new: list[Wanted]) -> None:
        tokens = [tokens_of(text) for _, text, _ in new]
        by_font: defaultdict[Font, list[str]] = defaultdict(list)
        for (font, _, _), found in zip(new, tokens, strict=True):
            by_font[font] += found
        for font, words in by_font.items():
            font.words(set(words) - NEVER_SHAPED)
        lines = Lines()
        counts = [lines.add(font, text, found, room) for (font, text, room), found in zip(new, tokens, strict=True)]
        self._write(lines, np.array(counts, np.int64))
        self._numbers.update(zip(new, range(len(self._numbers), len(self._numbers) + len(new)), strict=True))
        self._characters += sum([len(text) + 1 for _, text, _ in new])

    def _write(self, lines: Lines, counts: Array) -> None:
        """Write behind the others what lines are made of, of which each block has ``counts``."""
        ends, last_lines = np.array(lines.ends, np.int64), np.cumsum(counts)
        glyphs, word = self._glyphs(lines)
        shift = np.zeros((len(lines.words), 5), np.float32)
        shift[:, X], shift[:, CLUSTER] = lines.pens, lines.starts
        shift[:, LINE] = np.repeat(stretches(0, counts), _between(ends))
        glyphs[:, LINE] = 0.0
        glyphs += shift.take(word, axis=0)
        stops = np.searchsorted(word, ends.take(last_lines - 1))
        blocks = np.empty((len(counts), 4), np.int64)
        blocks[:, 1], blocks[:, 3] = _between(stops), counts
        blocks[:, 0] = self._glyph_count + stops - blocks[:, 1]
        blocks[:, 2] = self._line_count + last_lines - counts
        widths, before = np.array(lines.widths), len(self._numbers)
        self.glyphs = _appended(self.glyphs, self._glyph_count, glyphs)
        self.widths = _appended(self.widths, self._line_count, widths)
        self.extents = _appended(self.extents, before, blocks)
        self.widest = _appended(self.widest, before, np.maximum.reduceat(widths, last_lines - counts))
        self._glyph_count += len(glyphs)
        self._line_count += len(ends)

    def _glyphs(self, lines: Lines) -> tuple[Array, Array]:
        """All glyphs of lines that draw something, and of each the number of its word."""
        arrays = [word.glyphs for word in lines.words]
        word = np.repeat(np.arange(len(arrays)), np.array([len(array) for array in arrays], np.int64))
        glyphs = np.concatenate([NO_GLYPHS, *arrays])
        # Here and below `take`, which is ten times faster than brackets are.
        box = self.atlas.box.take(glyphs[:, ENTRY].astype(np.int64), axis=0)
        drawn = np.flatnonzero(box[:, 2] > box[:, 0])
        if len(drawn) < len(box):
            return glyphs.take(drawn, axis=0), word.take(drawn)
        return glyphs, word


def _between(ends: Array) -> Array:
    """How long stretches are that follow each other, by their ends."""
    lengths = ends.copy()
    lengths[1:] -= ends[:-1]
    return lengths


def _appended(array: Array, length: int, rows: Array) -> Array:
    """An array with rows behind the first ``length``; a larger one where they have no room."""
    end = length + len(rows)
    if end > len(array):
        larger = np.empty((max(end, 2 * len(array)), *array.shape[1:]), array.dtype)
        larger[:length] = array[:length]
        array = larger
    array[length:end] = rows
    return array
