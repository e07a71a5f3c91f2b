"""Texts that are laid out together and remembered, against each measured and placed by itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_engine.text import Font, Fonts
from ecs_engine.text.blocks import Blocks

from .any_text import any_text

FONTS = Fonts(strict=True)
KINDS: tuple[Font, ...] = (FONTS.default, FONTS.sans(), FONTS.sans(pixels=13))

wanted_texts = st.lists(
    st.tuples(st.sampled_from(KINDS), any_text, st.sampled_from([0.0, 3.0, 70.0]), st.sampled_from([6.0, 33.3])),
    max_size=8,
)


@settings(deadline=None)
@given(wanted_texts)
def test_many_texts_are_as_large_as_each_by_itself(given: list[tuple[Font, str, float, float]]) -> None:
    wanted = [(font, text, font.room(wrap, size)) for font, text, wrap, size in given]
    for _ in range(2):  # new, and remembered
        found = FONTS.blocks.measure(wanted, [size for *_, size in given])
        assert found == [font.measure(text, size, wrap=wrap) for font, text, wrap, size in given]


def contents(blocks: Blocks, number: int) -> tuple[list[list[float]], list[float]]:
    first, count, first_line, lines = blocks.extents[number].tolist()
    widths = blocks.widths[first_line : first_line + lines].tolist()
    assert blocks.widest[number] == max(widths)
    return blocks.glyphs[first : first + count].tolist(), widths


def test_a_text_is_laid_out_once_and_again_after_much_else_was(
    laid_out: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecs_engine.text.blocks._CHARACTERS", 2_000)
    blocks, font = Blocks(FONTS.atlas), FONTS.default
    kept = (font, "kept for\na while", 1000.0)
    (number,) = blocks.lay_out([kept, kept])[:1]
    before = contents(blocks, number)
    assert laid_out == [kept[1]]
    most = 0
    for lot in range(40):
        others = [(font, f"{lot} {index} is a text of some length", 1000.0) for index in range(10)]
        number = blocks.lay_out([*others, kept])[-1]
        assert contents(blocks, number) == before
        most = max(most, len(blocks.glyphs), len(blocks.extents))
    assert 2 <= laid_out.count(kept[1]) <= 8
    assert len(laid_out) == 40 * 10 + laid_out.count(kept[1])
    assert most <= 2 * (2_000 + 11 * len("39 9 is a text of some length"))


def test_no_texts_have_no_numbers() -> None:
    assert Blocks(FONTS.atlas).lay_out([]).tolist() == []
    assert Blocks(FONTS.atlas).measure([], []) == []
