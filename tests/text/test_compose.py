"""Many labels in one go, against one glyph after the other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

import numpy as np
import uharfbuzz as hb
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_engine.text import Font, Fonts
from ecs_engine.text.compose import ALIGN, layout_of, place
from ecs_engine.text.lines import Lines, tokens_of
from ecs_engine.text.opentype import OpenTypeFont
from ecs_engine.text.word import Word

from .any_text import any_text

FONTS = Fonts(strict=True)
KINDS: tuple[Font, ...] = (FONTS.default, FONTS.sans(), FONTS.sans(700), FONTS.sans(pixels=13), FONTS.sans(pixels=16))


class Plain:
    """A font that shapes word by word and glyph by glyph, and remembers nothing."""

    def __init__(self, font: Font) -> None:
        self.font: Any = font

    def word(self, text: str) -> Word:
        glyphs, steps, unit = [], 0, self.font.grid or 1.0
        shaped = self.shaped(text) if isinstance(self.font, OpenTypeFont) else self.dotted(text)
        for entry, x, y, at, advance in shaped:
            glyphs.append((entry, steps * unit + x, y, at, advance * unit))
            steps += advance
        return Word(np.array(glyphs, np.float32).reshape(-1, 5), steps * unit, self.rightward)

    rightward = True
    known: Mapping[str, Word] = {}

    def dotted(self, text: str) -> Iterator[tuple[int, float, float, int, int]]:
        for at, character in enumerate(text):
            category = unicodedata.category(character)
            if category != "Cf":
                code = ord(" ") if category == "Zs" else min(ord(character), 128)
                yield int(self.font._entries[code]), 0.0, 0.0, at, 6

    def shaped(self, text: str) -> Iterator[tuple[int, float, float, int, int]]:
        buffer = hb.Buffer()
        buffer.add_codepoints([0xFFFD if 0xD800 <= ord(character) < 0xE000 else ord(character) for character in text])
        buffer.guess_segment_properties()
        hb.shape(self.font._font, buffer)
        self.rightward = buffer.direction != "rtl"
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            x, y, advance, _ = position.position
            if info.codepoint == 0:
                advance = 600
            steps = round(advance / self.font.grid) if self.font.grid else advance
            yield int(self.font._entries[info.codepoint]), x, y, info.cluster, steps


def placed_plainly(
    text: str, font: Font, size: float, wrap: float, align: str, anchor: tuple[float, float], spacing: float
) -> list[tuple[int, list[float], int]]:
    """Entry, rectangle and character of each glyph of one label."""
    scale, found, first = size / font.em, [], 0
    lines: Any = Lines()
    count = lines.add(Plain(font), text, tokens_of(text), wrap / scale if wrap else inf)
    block = wrap / scale if wrap else max(lines.widths)
    top = font.height(count, spacing) * (1 - anchor[1]) - font.ascent
    for number, (end, width) in enumerate(zip(lines.ends, lines.widths, strict=True)):
        x, y = -anchor[0] * block + (block - width) * ALIGN[align], top - number * font.line * spacing
        if font.grid:
            x, y = round(x / font.grid) * font.grid, round(y / font.grid) * font.grid
        for index in range(first, end):
            for entry, glyph_x, glyph_y, at, _ in lines.words[index].glyphs.tolist():
                left, bottom, right, up = FONTS.atlas.box[int(entry)].tolist()
                if right > left:
                    pen_x, pen_y = (x + lines.pens[index] + glyph_x) * scale, (y + glyph_y) * scale
                    rect = [left * size + pen_x, bottom * size + pen_y, right * size + pen_x, up * size + pen_y]
                    found.append((int(entry), rect, lines.starts[index] + int(at)))
        first = end
    return found


labels = st.tuples(
    any_text,
    st.sampled_from(KINDS),
    st.sampled_from([6.0, 20.0, 33.3]),
    st.sampled_from([0.0, 0.0, 3.0, 70.0, 200.0]),
    st.sampled_from(["left", "center", "right"]),
    st.tuples(st.sampled_from([0.0, 0.3, 0.5, 1.0]), st.sampled_from([0.0, 0.25, 0.7, 1.0])),
    st.sampled_from([0.0, 1.0, 1.5]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(labels, max_size=8))
def test_labels_in_one_go_are_placed_as_glyph_by_glyph(given: list[tuple[Any, ...]]) -> None:
    texts, fonts = [label[0] for label in given], [label[1] for label in given]
    placed = place(FONTS.blocks, texts, fonts, [layout_of(*label[1:]) for label in given])
    expected = [(number, *glyph) for number, label in enumerate(given) for glyph in placed_plainly(*label)]
    assert placed.label.tolist() == [number for number, _, _, _ in expected]
    assert placed.entry.tolist() == [entry for _, entry, _, _ in expected]
    assert placed.character.tolist() == [character for _, _, _, character in expected]
    rects = np.array([rect for _, _, rect, _ in expected]).reshape(-1, 4)
    np.testing.assert_allclose(placed.rect, rects, rtol=1e-5, atol=1e-2)


@settings(max_examples=100, deadline=None)
@given(st.lists(any_text.filter(bool), max_size=8))
def test_words_shaped_together_are_those_shaped_alone(words: list[str]) -> None:
    for font in KINDS:
        for together, alone in zip(font.shape(words), [font.shape([word])[0] for word in words], strict=True):
            np.testing.assert_array_equal(together.glyphs, alone.glyphs)
            assert together[1:] == alone[1:]
    assert font.shape([]) == []
