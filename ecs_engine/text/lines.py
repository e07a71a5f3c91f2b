"""Text becomes lines: broken at newlines, wrapped at spaces, and inside words that are longer than a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ecs_engine.text.word import ADVANCE, CLUSTER, Word

if TYPE_CHECKING:
    from ecs_engine.text.font import Font

_SPACES = " \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u205f\u3000"
"""Where lines may be broken; not the spaces that are there to prevent it."""
_NEWLINES = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_TOKEN = re.compile(rf"\r\n|[{_NEWLINES}]|\t|[{_SPACES}]+|[^\t{_SPACES}{_NEWLINES}]+")
_NEWLINE, _TAB, _SPACE = range(3)
_KINDS = {"\t": _TAB} | dict.fromkeys(_NEWLINES, _NEWLINE) | dict.fromkeys(_SPACES, _SPACE)
"""Of a token by its first character; all others begin a word."""
NEVER_SHAPED = frozenset(("\t", "\r\n", *_NEWLINES))
"""Tokens without glyphs."""

TAB_SPACES = 4
"""Tab stops are this many spaces apart."""


def tokens_of(text: str) -> list[str]:
    """A text cut into newlines, tabs, spaces that belong together, and words."""
    return _TOKEN.findall(text)


class Lines:
    """The lines of any number of texts, in font units: words from left to right, line after line."""

    __slots__ = ("ends", "pens", "starts", "widths", "words")

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.pens: list[float] = []
        """Where each word begins in its line."""
        self.starts: list[int] = []
        """The index of each word's first character in its text."""
        self.ends: list[int] = []
        """Of each line, where in ``words`` the next one begins."""
        self.widths: list[float] = []
        """Of each line, to the end of its last word."""

    def add(self, font: Font, text: str, tokens: list[str], room: float) -> int:
        """The lines of one more text; returns how many they are, one at least.

        Args:
            tokens: of the text, see :func:`tokens_of`.
            room: the longest a line may be, in font units. A single character that is longer has a line of its own.
        """
        words, pens, starts, widths = self.words, self.pens, self.starts, self.widths
        known, shaped = font.known, font.word
        first_word, first_line = len(words), len(widths)
        pen, width, start = 0.0, 0.0, 0
        leftward = False
        for token in tokens:
            kind = _KINDS.get(token[0])
            if kind is None:
                word = known.get(token) or shaped(token)
                advance = word.advance
                if not word.rightward:
                    leftward = True
                if pen and pen + advance > room:
                    self._end_line(width)
                    pen = width = 0.0
                if advance <= room:
                    words.append(word)
                    pens.append(pen)
                    starts.append(start)
                    pen = width = pen + advance
                else:
                    for begin, end in _pieces(word, len(token), room):
                        if begin:
                            self._end_line(width)
                        piece = shaped(token[begin:end])
                        words.append(piece)
                        pens.append(0.0)
                        starts.append(start + begin)
                        pen = width = piece.advance
            elif kind == _SPACE:
                pen += (known.get(token) or shaped(token)).advance
            elif kind == _TAB:
                stop = TAB_SPACES * shaped(" ").advance
                pen = (pen // stop + 1) * stop if stop > 0 else pen
            else:
                self._end_line(width)
                pen = width = 0.0
            start += len(token)
        self._end_line(width)
        if leftward:
            for end in self.ends[first_line:]:
                self._reorder(first_word, end, text)
                first_word = end
        return len(widths) - first_line

    def _end_line(self, width: float) -> None:
        self.ends.append(len(self.words))
        self.widths.append(width)

    def _reorder(self, first: int, end: int, text: str) -> None:
        """Put the words of a line that has right-to-left ones into the order in which they stand."""
        here = slice(first, end)
        words, pens, starts = self.words[here], self.pens[here], self.starts[here]
        order = _reading_order(words, starts, text)
        gaps = [pens[i + 1] - pens[i] - words[i].advance for i in range(len(words) - 1)]
        pen = pens[0] if words else 0.0
        for place, index in enumerate(order):
            self.words[first + place], self.pens[first + place] = words[index], pen
            self.starts[first + place] = starts[index]
            pen += words[index].advance
            if place + 1 < len(order):
                pen += gaps[min(index, order[place + 1])]


def _pieces(word: Word, length: int, room: float) -> Iterator[tuple[int, int]]:
    """Where to cut a word so that each piece fits, (begin, end) in characters: never inside a cluster, such as a letter
    and its accent."""
    clusters, which = np.unique(word.glyphs[:, CLUSTER], return_inverse=True)
    ends = np.cumsum(np.bincount(which, word.glyphs[:, ADVANCE]))
    first, begin, reached = 0, 0, 0.0
    while first < len(clusters):
        first = max(int(np.searchsorted(ends, reached + room, side="right")), first + 1)
        end = int(clusters[first]) if first < len(clusters) else length
        yield begin, end
        begin, reached = end, float(ends[first - 1])


def _reading_order(words: list[Word], starts: list[int], text: str) -> list[int]:
    """The order in which the words of a line stand.

    This is the Unicode bidirectional algorithm for whole words of two directions: the line runs the way of its first
    word that has one, and stretches of words that run the other way are turned round in it. Words without letters
    (numbers, dashes) go with their neighbours.
    """
    count = len(words)
    known = [
        None if word.rightward and not _has_letters(text, start, word) else word.rightward
        for word, start in zip(words, starts, strict=True)
    ]
    base = next((way for way in known if way is not None), True)
    ways: list[bool] = []
    for index, way in enumerate(known):
        if way is None:
            after = next((later for later in known[index:] if later is not None), base)
            before = ways[-1] if ways else base
            way = before if before == after else base
        ways.append(way)
    order: list[int] = []
    index = 0
    while index < count:
        end = index
        while end < count and ways[end] == ways[index]:
            end += 1
        stretch = list(range(index, end))
        order += stretch if ways[index] == base else stretch[::-1]
        index = end
    return order if base else order[::-1]


def _has_letters(text: str, start: int, word: Word) -> bool:
    """Whether the word has a character that runs from left to right by itself."""
    return any(unicodedata.bidirectional(text[start + int(at)]) == "L" for at in word.glyphs[:, CLUSTER])
