"""Text becomes lines: broken at newlines, wrapped at spaces, and inside words that are longer than a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ecs_engine.text.word import ADVANCE, CLUSTER, Word

if TYPE_CHECKING:
    from ecs_engine.text.font import Font

_SPACES = " \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u205f\u3000"
"""Where lines may be broken; not the spaces that are there to prevent it."""
_NEWLINES = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_TOKEN = re.compile(rf"\r\n|[{_NEWLINES}]|\t|[{_SPACES}]+|[^\t{_SPACES}{_NEWLINES}]+")
_WORD, _NEWLINE, _TAB, _SPACE = range(4)
_KINDS = {"\t": _TAB} | dict.fromkeys(_NEWLINES, _NEWLINE) | dict.fromkeys(_SPACES, _SPACE)
"""Of a token by its first character; all others begin a word."""

TAB_SPACES = 4
"""Tab stops are this many spaces apart."""


@dataclass(slots=True)
class Line:
    """Words from left to right, in font units."""

    words: list[Word] = field(default_factory=list)
    pens: list[float] = field(default_factory=list)
    """Where each word begins."""
    starts: list[int] = field(default_factory=list)
    """The index of its first character in the whole text."""
    width: float = 0.0
    """To the end of the last word."""

    def put(self, word: Word, pen: float, start: int) -> float:
        self.words.append(word)
        self.pens.append(pen)
        self.starts.append(start)
        self.width = pen + word.advance
        return self.width


def break_lines(font: Font, text: str, room: float) -> list[Line]:
    """The lines of a text, one at least.

    Args:
        room: the longest a line may be, in font units. A single character that is longer has a line of its own.
    """
    line = Line()
    lines = [line]
    pen, start = 0.0, 0
    leftward = False
    for token in _TOKEN.findall(text):
        kind = _KINDS.get(token[0], _WORD)
        if kind == _WORD:
            word = font.word(token)
            if not word.rightward:
                leftward = True
            if pen and pen + word.advance > room:
                line, pen = Line(), 0.0
                lines.append(line)
            if word.advance <= room:
                pen = line.put(word, pen, start)
            else:
                for begin, end in _pieces(word, len(token), room):
                    if begin:
                        line = Line()
                        lines.append(line)
                    pen = line.put(font.word(token[begin:end]), 0.0, start + begin)
        elif kind == _SPACE:
            pen += font.word(token).advance
        elif kind == _TAB:
            stop = TAB_SPACES * font.word(" ").advance
            pen = (pen // stop + 1) * stop if stop > 0 else pen
        else:
            line, pen = Line(), 0.0
            lines.append(line)
        start += len(token)
    if leftward:
        for line in lines:
            _reorder(line, text)
    return lines


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


def _reorder(line: Line, text: str) -> None:
    """Put the words of a line that has right-to-left ones into the order in which they stand.

    This is the Unicode bidirectional algorithm for whole words of two directions: the line runs the way of its first
    word that has one, and stretches of words that run the other way are turned round in it. Words without letters
    (numbers, dashes) go with their neighbours.
    """
    count = len(line.words)
    known = [
        None if word.rightward and not _has_letters(text, start, word) else word.rightward
        for word, start in zip(line.words, line.starts, strict=True)
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
    if not base:
        order.reverse()
    gaps = [line.pens[i + 1] - line.pens[i] - line.words[i].advance for i in range(count - 1)]
    words, pens, starts = line.words, [], []
    pen = line.pens[0] if count else 0.0
    for place, index in enumerate(order):
        pens.append(pen)
        starts.append(line.starts[index])
        pen += words[index].advance
        if place + 1 < count:
            pen += gaps[min(index, order[place + 1])]
    line.words, line.pens, line.starts = [words[index] for index in order], pens, starts


def _has_letters(text: str, start: int, word: Word) -> bool:
    """Whether the word has a character that runs from left to right by itself."""
    return any(unicodedata.bidirectional(text[start + int(at)]) == "L" for at in word.glyphs[:, CLUSTER])
