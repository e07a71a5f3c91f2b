"""Many labels at once become arrays of placed glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.text.atlas import GlyphAtlas
from ecs_engine.text.font import Font
from ecs_engine.text.word import CLUSTER, ENTRY, NO_GLYPHS, Word, X, Y

Array = np.ndarray[Any, Any]

ALIGN = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class Placed:
    """The visible glyphs of some labels, label after label."""

    label: npt.NDArray[np.int64]
    """(n,) which of the labels it belongs to."""
    entry: npt.NDArray[np.int64]
    """(n,) its entry in the atlas."""
    rect: npt.NDArray[np.float32]
    """(n, 4) min x, min y, max x, max y around the label's place, in its own units, y up."""
    character: npt.NDArray[np.int64]
    """(n,) the index of the (first) character it stands for."""

    def only(self, which: Array) -> Placed:
        """Some of the glyphs, by a mask or by indices."""
        return Placed(self.label[which], self.entry[which], self.rect[which], self.character[which])


class Composer:
    """Collects labels line by line, and places all their glyphs in one go."""

    def __init__(self, atlas: GlyphAtlas) -> None:
        self._atlas = atlas
        # Of each word, in font units; then of each line; then of each label.
        self._words: list[Word] = []
        self._pens: list[float] = []
        self._starts: list[int] = []
        self._places: list[tuple[float, float]] = []
        self._counts: list[int] = []
        self._sizes: list[tuple[float, float]] = []
        self._lines: list[int] = []

    def add(
        self,
        text: str,
        font: Font,
        size: float,
        wrap: float = 0.0,
        align: str = "left",
        anchor: tuple[float, float] = (0.0, 0.0),
        line_spacing: float = 1.0,
    ) -> None:
        """One more label; the arguments are those of :class:`~ecs_engine.components.Text`."""
        room = wrap * font.em / size if wrap else inf
        lines = font.lines(text, room)
        width = room if wrap else max([line.width for line in lines])
        y = font.height(len(lines), line_spacing) * (1.0 - anchor[1]) - font.ascent
        left, share, grid = -anchor[0] * width, ALIGN[align], font.grid
        for line in lines:
            x = left + (width - line.width) * share
            place = (x, y) if not grid else (round(x / grid) * grid, round(y / grid) * grid)
            self._places.append(place)
            self._counts.append(len(line.words))
            self._words += line.words
            self._pens += line.pens
            self._starts += line.starts
            y -= font.line * line_spacing
        self._lines.append(len(lines))
        self._sizes.append((size, size / font.em))

    def place(self) -> Placed:
        """All glyphs of the labels that were added."""
        arrays = [word.glyphs for word in self._words]
        glyphs = np.concatenate([NO_GLYPHS, *arrays])
        word = np.repeat(np.arange(len(arrays)), [len(array) for array in arrays])
        entry = glyphs[:, ENTRY].astype(np.int64)
        box = self._atlas.box[entry]
        drawn = np.flatnonzero(box[:, 2] > box[:, 0])  # blanks need no row
        word, glyphs, entry, box = word[drawn], glyphs[drawn], entry[drawn], box[drawn]
        line = np.repeat(np.arange(len(self._counts)), self._counts)
        label = np.repeat(np.arange(len(self._lines)), self._lines)[line][word]
        size, scale = np.array(self._sizes, np.float32).reshape(-1, 2)[label].T
        pen = np.array(self._places, np.float32).reshape(-1, 2)[line]
        pen[:, 0] += self._pens
        rect = box * size[:, None]
        rect += np.tile((glyphs[:, X : Y + 1] + pen[word]) * scale[:, None], 2)
        character = glyphs[:, CLUSTER].astype(np.int64) + np.array(self._starts, np.int64)[word]
        return Placed(label, entry, rect, character)
