"""Lines: where they break, how wide they are, and which way words run. In the pixel font a character is 6 dots wide."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine.text import Font, Fonts
from ecs_engine.text.lines import Lines, tokens_of
from ecs_engine.text.word import Word

PIXELS = Fonts().default
SANS = Fonts().sans()


class Line(NamedTuple):
    words: list[Word]
    pens: list[float]
    starts: list[int]
    width: float


def break_lines(font: Font, text: str, room: float) -> list[Line]:
    """The lines of one text, which stand behind those of another."""
    lines = Lines()
    before = lines.add(SANS, "other text", tokens_of("other text"), inf)
    count = lines.add(font, text, tokens_of(text), room)
    assert len(lines.ends) == len(lines.widths) == before + count
    parts = [slice(begin, end) for begin, end in zip(lines.ends, lines.ends[1:], strict=False)]
    return [
        Line(lines.words[part], lines.pens[part], lines.starts[part], width)
        for part, width in zip(parts, lines.widths[before:], strict=True)
    ]


def words(line: Line, text: str) -> str:
    """What a line shows, in the order in which it stands."""
    ends = [start + 1 + int(word.glyphs[:, 3].max()) for word, start in zip(line.words, line.starts, strict=True)]
    return " ".join(text[start:end] for start, end in zip(line.starts, ends, strict=True))


def broken(text: str, characters: float = inf) -> list[str]:
    return [words(line, text) for line in break_lines(PIXELS, text, characters * 6)]


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 5, [""]),
        ("one two", inf, ["one two"]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("one  two   ", 6, ["one", "two"]),
        ("one\ntwo\n", inf, ["one", "two", ""]),
        ("a\r\nb\rc\u2028d\n\ne", inf, ["a", "b", "c", "d", "", "e"]),
        ("toolong", 3, ["too", "lon", "g"]),
        ("a toolong b", 3, ["a", "too", "lon", "g b"]),
        ("no\u00a0break here", 8, ["no\u00a0break", "here"]),
        ("ab", 0.5, ["a", "b"]),
    ],
)
def test_where_lines_break(text: str, room: float, lines: list[str]) -> None:
    assert broken(text, room) == lines


def test_widths_leave_out_the_spaces_at_the_end_and_keep_those_at_the_start() -> None:
    assert [line.width for line in break_lines(PIXELS, "ab  \n  ab", inf)] == [12, 24]


def test_tabs_go_to_the_next_multiple_of_four_spaces() -> None:
    (line,) = break_lines(PIXELS, "a\tbcde\tf", inf)
    assert line.pens == [0, 24, 72]


@given(st.text(max_size=60), st.floats(1, 120))
def test_nothing_is_lost_and_no_line_is_too_long(text: str, room: float) -> None:
    lines = break_lines(PIXELS, text, room)
    shown = sorted(start + int(at) for line in lines for word, start in zip(line.words, line.starts, strict=True)
                   for at in word.glyphs[:, 3])  # fmt: skip
    assert len(shown) == len(set(shown))
    assert [text[at] for at in range(len(text)) if text[at].isalnum()] == [
        text[at] for at in shown if text[at].isalnum()
    ]
    for line in lines:
        assert line.width <= room or len(line.words) == 1 or line.pens[0] > 0
        assert line.pens == sorted(line.pens)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one two", "one two"),
        ("שלום עולם", "עולם שלום"),
        ("one שלום עולם two", "one עולם שלום two"),
        ("שלום one two עולם", "עולם one two שלום"),
        ("שלום 12 עולם", "עולם 12 שלום"),
        ("one שלום 12", "one שלום 12"),
    ],
)
def test_words_from_right_to_left_stand_in_the_order_they_are_read(text: str, shown: str) -> None:
    (line,) = break_lines(SANS, text, inf)
    assert words(line, text) == shown
    ends = [pen + word.advance for pen, word in zip(line.pens, line.words, strict=True)]
    gaps = [begin - end for begin, end in zip(line.pens[1:], ends, strict=False)]
    assert gaps == pytest.approx([SANS.word(" ").advance] * len(gaps))


def test_letters_stay_with_their_accents_where_words_are_cut() -> None:
    text = "e\u0301" * 6
    lines = break_lines(SANS, text, SANS.word("e\u0301e\u0301").advance)
    assert [words(line, text) for line in lines] == ["e\u0301e"] * 3  # a cluster is named by its first character
    assert [line.starts for line in lines] == [[0], [4], [8]]
