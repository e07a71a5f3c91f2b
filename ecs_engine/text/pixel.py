"""The default font: the pixel font of our own drawing, which needs no file."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ecs_engine.assets import font as drawn
from ecs_engine.core.stretches import stretches
from ecs_engine.text.atlas import EMPTY, GlyphAtlas
from ecs_engine.text.distance import distance_field
from ecs_engine.text.font import Font
from ecs_engine.text.word import Word, cut_words

EM = 10
"""Dots to an em: a label whose size is a multiple of ten has dots of whole pixels."""
_DOT = 8
"""Texels to a dot."""
_BELOW = 2
"""Dots below the baseline."""
_BOX = 128
"""Stands for all characters that are not ASCII."""
_NOT_DRAWN = -1


class PixelFont(Font):
    """ASCII, five dots wide; any other character is a box, but spaces are blank. A font unit is a dot."""

    def __init__(self, atlas: GlyphAtlas) -> None:
        super().__init__(
            "pixels", atlas, em=EM, ascent=drawn.GLYPH_HEIGHT - _BELOW, descent=_BELOW, line=drawn.LINE,
            texels=EM * _DOT, spread=_DOT, grid=1,
        )  # fmt: skip
        # Filtering flattens distances at corners to three quarters, and whole pixels are to be covered there, too.
        self.sharpness = 4 / 3
        self._entries = np.full(_BOX + 1, _NOT_DRAWN, np.int64)
        """By character; the last is the box."""

    def shape(self, words: Sequence[str]) -> list[Word]:
        text = "".join(words)
        counts = np.array([len(word) for word in words], np.int64)
        cluster = stretches(0, counts)
        known = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        if not text.isascii():
            categories = np.array([unicodedata.category(character) for character in text])
            known = np.where(categories == "Zs", ord(" "), np.minimum(known, _BOX))
            # Format characters, such as joiners and direction marks, are for fonts that know what to do with them.
            shown = categories != "Cf"
            counts = np.bincount(np.repeat(np.arange(len(words)), counts)[shown], minlength=len(words))
            cluster, known = cluster[shown], known[shown]
        entry = self._entries[known]
        if (entry == _NOT_DRAWN).any():
            for code in np.unique(known[entry == _NOT_DRAWN]).tolist():
                self._entries[code] = self._entry(code)
            entry = self._entries[known]
        # The gap after the last glyph counts, too, so that words stand where one string of all would have them.
        steps = np.full(len(known), drawn.ADVANCE)
        still = np.zeros(len(known))
        return cut_words(entry, still, still, cluster, steps, 1.0, counts.tolist(), [True] * len(words))

    def _entry(self, code: int) -> int:
        """The entry of a character, or of the box."""
        if chr(code) in drawn.GLYPHS:
            return self._draw(drawn.GLYPHS[chr(code)])
        if self._entries[_BOX] == _NOT_DRAWN:
            self._entries[_BOX] = self._draw(_box())
        return int(self._entries[_BOX])

    def _draw(self, dots: npt.NDArray[np.bool_]) -> int:
        """Put one glyph into the atlas."""
        if not dots.any():
            return EMPTY
        coverage = np.pad(dots * np.uint8(255), 1).repeat(_DOT, axis=0).repeat(_DOT, axis=1)
        height, width = drawn.GLYPH_HEIGHT, drawn.GLYPH_WIDTH
        box = (-1 / EM, -(_BELOW + 1) / EM, (width + 1) / EM, (height - _BELOW + 1) / EM)
        return self.atlas.add(distance_field(coverage, 1, _DOT, square=True), box)


def _box() -> npt.NDArray[np.bool_]:
    """What stands for a character the font does not have."""
    dots = np.zeros((drawn.GLYPH_HEIGHT, drawn.GLYPH_WIDTH), np.bool_)
    dots[: drawn.GLYPH_HEIGHT - _BELOW] = True
    dots[1 : drawn.GLYPH_HEIGHT - _BELOW - 1, 1:-1] = False
    return dots
