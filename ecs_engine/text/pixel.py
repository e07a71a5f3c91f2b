"""The default font: the pixel font of our own drawing, which needs no file."""

from __future__ import annotations

import unicodedata

import numpy as np

from ecs_engine.assets import font as drawn
from ecs_engine.text.atlas import EMPTY, GlyphAtlas
from ecs_engine.text.distance import distance_field
from ecs_engine.text.font import Font
from ecs_engine.text.word import Word

EM = 10
"""Dots to an em: a label whose size is a multiple of ten has dots of whole pixels."""
_DOT = 8
"""Texels to a dot."""
_BELOW = 2
"""Dots below the baseline."""


class PixelFont(Font):
    """ASCII, five dots wide; any other character is a box. A font unit is a dot."""

    def __init__(self, atlas: GlyphAtlas) -> None:
        super().__init__(
            "pixels", atlas, em=EM, ascent=drawn.GLYPH_HEIGHT - _BELOW, descent=_BELOW, line=drawn.LINE,
            texels=EM * _DOT, spread=_DOT, grid=1,
        )  # fmt: skip
        # Filtering flattens distances at corners to three quarters, and whole pixels are to be covered there, too.
        self.sharpness = 4 / 3
        self._entries: dict[str, int] = {}

    def shape(self, text: str) -> Word:
        # The gap after the last glyph counts, too, so that words stand where one string of all would have them.
        advance = float(drawn.ADVANCE)
        pen = 0.0
        numbers: list[float] = []
        for at, character in enumerate(text):
            entry = self._entries.get(character)
            if entry is None:
                # Format characters, such as joiners and direction marks, are for fonts that know what to do with them.
                if unicodedata.category(character) == "Cf":
                    continue
                entry = self._entry(character)
            numbers += (entry, pen, 0.0, at, advance)
            pen += advance
        return Word(np.array(numbers, np.float32).reshape(-1, 5), pen, True)

    def _entry(self, character: str) -> int:
        """The entry of a character, or of the box, which is kept under ""."""
        known = character if character in drawn.GLYPHS else ""
        entry = self._entries.get(known)
        if entry is None:
            entry = self._entries[known] = self._draw(known)
        return entry

    def _draw(self, character: str) -> int:
        """Put one glyph, or for "" the box, into the atlas."""
        dots = drawn.GLYPHS[character] if character else _box()
        if not dots.any():
            return EMPTY
        coverage = np.pad(dots * np.uint8(255), 1).repeat(_DOT, axis=0).repeat(_DOT, axis=1)
        height, width = drawn.GLYPH_HEIGHT, drawn.GLYPH_WIDTH
        box = (-1 / EM, -(_BELOW + 1) / EM, (width + 1) / EM, (height - _BELOW + 1) / EM)
        return self.atlas.add(distance_field(coverage, 1, _DOT, square=True), box)


def _box() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """What stands for a character the font does not have."""
    dots = np.zeros((drawn.GLYPH_HEIGHT, drawn.GLYPH_WIDTH), np.bool_)
    dots[: drawn.GLYPH_HEIGHT - _BELOW] = True
    dots[1 : drawn.GLYPH_HEIGHT - _BELOW - 1, 1:-1] = False
    return dots
