"""Fonts from files, shaped and rasterised by HarfBuzz."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import uharfbuzz as hb

from ecs_engine.text.atlas import EMPTY, GlyphAtlas
from ecs_engine.text.distance import distance_field
from ecs_engine.text.font import Font
from ecs_engine.text.fontfile import broken, read_font
from ecs_engine.text.word import Word, cut_words

Array = np.ndarray[Any, Any]

TEXELS, SPREAD = 64, 8
"""Of glyphs kept as distances: texels to an em, and how far out distances are told apart, an eighth of an em."""
_STEP = 3
"""Pixels to a texel when distances are measured."""
_MOST_EMS = 6
"""A glyph that is wider or higher than this is a box: fonts can claim any size, and would fill the memory."""

_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""Halves of characters, which no font has and HarfBuzz does not take."""
_NOTDEF = 0
_NOT_DRAWN = -1


class OpenTypeFont(Font):
    """A TrueType or OpenType font.

    Args:
        weight: of a variable font, such as 400 for regular and 700 for bold.
        pixels: keep glyphs as they look at this many pixels to an em, instead of their distances.

    Raises:
        AssetError: the file is missing or broken, or has no such weight.
    """

    def __init__(
        self, path: Path, atlas: GlyphAtlas, *, weight: float | None = None, pixels: int | None = None
    ) -> None:
        face = hb.Face(read_font(path))
        if face.glyph_count == 0 or not len(face.unicodes):
            raise broken(path, "its tables 'maxp' and 'cmap' name no glyph for any character")
        self._font = hb.Font(face)
        if weight is not None:
            self._set_weight(path, face, weight)
        em = face.upem
        ascent, descent, gap = _extents(self._font, em)
        super().__init__(
            path.stem, atlas, em=em, ascent=ascent, descent=descent, line=ascent + descent + gap,
            texels=pixels or TEXELS, spread=0 if pixels else SPREAD, grid=em / pixels if pixels else 0.0,
        )  # fmt: skip
        self._draw = hb.RasterDraw()
        self._entries = np.full(face.glyph_count, _NOT_DRAWN, np.int64)
        """By glyph."""

    def _set_weight(self, path: Path, face: hb.Face, weight: float) -> None:
        axis = next((axis for axis in face.axis_infos if axis.tag == "wght"), None)
        if axis is None:
            raise broken(path, "it has one weight only", "load it without `weight`")
        if not axis.min_value <= weight <= axis.max_value:
            range_ = f"{axis.min_value:g} to {axis.max_value:g}"
            raise broken(path, f"it has no weight {weight:g}", f"give one from {range_}")
        self._font.set_variations({"wght": weight})

    def shape(self, words: Sequence[str]) -> list[Word]:
        buffer = hb.Buffer()
        infos: list[hb.GlyphInfo] = []
        positions: list[hb.GlyphPosition] = []
        counts: list[int] = []
        rightward: list[bool] = []
        for word in words:
            buffer.reset()
            buffer.add_str(word if word.isascii() else word.translate(_SURROGATES))
            buffer.guess_segment_properties()
            hb.shape(self._font, buffer)
            found = buffer.glyph_infos
            infos += found
            positions += buffer.glyph_positions
            counts.append(len(found))
            rightward.append(word.isascii() or buffer.direction != "rtl")
        glyph, cluster = (_column(infos, name) for name in ("codepoint", "cluster"))
        x, y, steps = (_column(positions, name) for name in ("x_offset", "y_offset", "x_advance"))
        glyph[glyph >= len(self._entries)] = _NOTDEF  # broken fonts name glyphs that are not there
        steps[glyph == _NOTDEF] = round(0.6 * self.em)
        unit = self.grid or 1.0
        if self.grid:
            steps = np.rint(steps / unit)
        return cut_words(self._entries_of(glyph), x, y, cluster, steps, unit, counts, rightward)

    def _entries_of(self, glyph: Array) -> Array:
        """The entry of each glyph; those that are new are drawn."""
        entry = self._entries[glyph]
        new = entry == _NOT_DRAWN
        if new.any():
            for one in np.unique(glyph[new]).tolist():
                self._entries[one] = self._rasterise(one)
            entry = self._entries[glyph]
        return entry

    def _rasterise(self, glyph: int) -> int:
        """Put a glyph into the atlas, and return its entry."""
        bounds = self._box() if glyph == _NOTDEF else self._bounds(glyph)
        if bounds is None:
            return EMPTY
        step = 1 if self.grid else _STEP
        margin = max(int(self.spread), 1)
        scale = self.texels / self.em
        left, bottom = floor(bounds[0] * scale) - margin, floor(bounds[1] * scale) - margin
        right, top = ceil(bounds[2] * scale) + margin, ceil(bounds[3] * scale) + margin
        if max(right - left, top - bottom) > _MOST_EMS * self.texels:
            return self._missing()
        width, height = (right - left) * step, (top - bottom) * step
        if glyph == _NOTDEF:
            coverage = self._paint_box(width, height, margin * step)
        else:
            coverage = self._paint(glyph, left * step, bottom * step, width, height, scale * step)
        values = coverage if self.grid else distance_field(coverage, step, SPREAD)
        box = (left / self.texels, bottom / self.texels, right / self.texels, top / self.texels)
        return self.atlas.add(values, box)

    def _missing(self) -> int:
        if self._entries[_NOTDEF] == _NOT_DRAWN:
            self._entries[_NOTDEF] = self._rasterise(_NOTDEF)
        return int(self._entries[_NOTDEF])

    def _bounds(self, glyph: int) -> tuple[float, float, float, float] | None:
        """Left, bottom, right and top in font units; None for a glyph that draws nothing."""
        extents = self._font.get_glyph_extents(glyph)
        if extents is None or not extents.width or not extents.height:
            return None
        across = extents.x_bearing, extents.x_bearing + extents.width
        up = extents.y_bearing, extents.y_bearing + extents.height
        return min(across), min(up), max(across), max(up)

    def _box(self) -> tuple[float, float, float, float]:
        """What stands for a character the font does not have; its own box may be missing, or a blank."""
        return 0.06 * self.em, 0.0, 0.54 * self.em, 0.7 * self.em

    def _paint(
        self, glyph: int, left: int, bottom: int, width: int, height: int, scale: float
    ) -> npt.NDArray[np.uint8]:
        """The coverage of a glyph, (height, width), top row first, of the pixels from ``left`` and ``bottom`` on."""
        draw = self._draw
        draw.transform = (scale, 0.0, 0.0, scale, 0.0, 0.0)
        draw.extents = hb.RasterExtents(x_origin=left, y_origin=bottom, width=width, height=height)
        draw.draw_glyph(self._font, glyph)
        image = draw.render()
        if image is None:
            return np.zeros((height, width), np.uint8)
        rows = np.frombuffer(image.buffer, np.uint8).reshape(height, image.extents.stride)
        return np.ascontiguousarray(rows[::-1, :width])

    def _paint_box(self, width: int, height: int, margin: int) -> npt.NDArray[np.uint8]:
        coverage = np.zeros((height, width), np.uint8)
        stroke = max(round((height - 2 * margin) * 0.09), 1)
        coverage[margin:-margin, margin:-margin] = 255
        inner = margin + stroke
        coverage[inner:-inner, inner:-inner] = 0
        return coverage


def _column(objects: Sequence[object], name: str) -> Array:
    """One attribute of all of them, whole numbers."""
    return np.fromiter(map(attrgetter(name), objects), np.int64, len(objects))


def _extents(font: hb.Font, em: int) -> tuple[int, int, int]:
    """Ascent, descent and gap between lines in font units, made sane where the font's own are not."""
    extents = font.get_font_extents("ltr")
    ascent, descent, gap = extents.ascender, -extents.descender, extents.line_gap
    if not (0 < ascent <= 4 * em and 0 <= descent <= 4 * em):
        ascent, descent = em * 4 // 5, em // 5
    return ascent, descent, gap if 0 <= gap <= 4 * em else 0
