"""Many labels at once become arrays of placed glyphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.core.stretches import stretches
from ecs_engine.text.blocks import LINE, Blocks
from ecs_engine.text.font import Font
from ecs_engine.text.word import CLUSTER, ENTRY, X, Y

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


LAYOUT_COLUMNS = 10
_ROOM = 2


def layout_of(
    font: Font,
    size: float,
    wrap: float = 0.0,
    align: str = "left",
    anchor: tuple[float, float] = (0.0, 0.0),
    line_spacing: float = 1.0,
) -> tuple[float, ...]:
    """How a label is laid out, whatever its words are: its row of what :func:`place` is given. World units to an em and
    to a font unit; then the longest a line may be, alignment, anchor, distance between lines, height of one, ascent and
    grid, lengths in font units.

    The arguments are those of :class:`~ecs_engine.components.Text`.
    """
    line, height = font.line * line_spacing, font.ascent + font.descent
    return size, size / font.em, font.room(wrap, size), ALIGN[align], *anchor, line, height, font.ascent, font.grid


def place(blocks: Blocks, texts: Sequence[str], fonts: Sequence[Font], layouts: npt.ArrayLike) -> Placed:
    """All glyphs of some labels. Texts that are new are laid out first, all in one go.

    Args:
        layouts: of each label the row that :func:`layout_of` made for its font.
    """
    rows = np.asarray(layouts, np.float64).reshape(len(texts), LAYOUT_COLUMNS)
    numbers = blocks.lay_out(list(zip(fonts, texts, rows[:, _ROOM].tolist(), strict=True)))
    first, counts, first_line, lines = blocks.extents.take(numbers, axis=0).T
    # Here and below `take`, which is ten times faster than brackets are.
    glyphs = blocks.glyphs.take(stretches(first, counts), axis=0)
    lefts = _line_places(blocks.widths.take(stretches(first_line, lines)), lines, rows)
    label = np.repeat(np.arange(len(numbers)), counts)
    line = (np.cumsum(lines) - lines).take(label) + glyphs[:, LINE].astype(np.int64)
    size, scale = rows[:, :2].astype(np.float32).take(label, axis=0).T
    entry = glyphs[:, ENTRY].astype(np.int64)
    places = glyphs[:, X : Y + 1] + lefts.astype(np.float32).take(line, axis=0)
    places *= scale[:, None]
    box = blocks.atlas.box.take(entry, axis=0)
    box *= size[:, None]
    box[:, :2] += places
    box[:, 2:] += places
    return Placed(label, entry, box, glyphs[:, CLUSTER].astype(np.int64))


def _line_places(widths: Array, counts: Array, layouts: Array) -> Array:
    """Of each line the left end of its baseline, (n, 2), in font units."""
    firsts = np.cumsum(counts) - counts
    label = np.repeat(np.arange(len(counts)), counts)
    _, _, room, align, anchor_x, anchor_y, line, height, ascent, grid = layouts.T
    block = np.where(room < inf, room, np.maximum.reduceat(widths, firsts)) if len(counts) else room
    top = ((counts - 1) * line + height) * (1.0 - anchor_y) - ascent
    places = np.empty((len(widths), 2))
    places[:, 0] = (-anchor_x * block).take(label) + (block.take(label) - widths) * align.take(label)
    places[:, 1] = top.take(label) - stretches(0, counts) * line.take(label)
    unit = grid.take(label)
    fixed = np.flatnonzero(unit)
    if len(fixed):
        unit = unit[fixed, None]
        places[fixed] = np.rint(places[fixed] / unit) * unit
    return places
