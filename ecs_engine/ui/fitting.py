"""How much of a line there is room for."""

from __future__ import annotations

from ecs_engine.text import Font
from ecs_engine.ui.graphemes import boundaries
from ecs_engine.ui.theme import RGBA

Line = tuple[tuple[str, RGBA | None], ...]
"""Pieces of a line, each with its colour; None for the usual one."""


def line_width(font: Font, size: float, text: str) -> float:
    """The width of a piece of a line, with the spaces at its end, which ``measure`` leaves out."""
    dot = font.measure(".", size)[0]
    return font.measure(text + ".", size)[0] - dot if text else 0.0


def fitting(font: Font, size: float, text: str, room: float) -> str:
    """As many whole characters from the beginning as fit."""
    if line_width(font, size, text) <= room:
        return text
    cuts = boundaries(text)
    low, high = 0, len(cuts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if line_width(font, size, text[: cuts[middle]]) <= room:
            low = middle
        else:
            high = middle - 1
    return text[: cuts[low]]


def broken(font: Font, size: float, line: Line, room: float) -> list[Line]:
    """A line in rows that fit, broken at spaces where that can be; rows but the first keep its indent."""
    text = "".join([piece for piece, _ in line])
    indent = len(text) - len(text.lstrip(" "))
    rows, start, margin = [], 0, ""
    while line_width(font, size, margin + text[start:]) > room:
        fits = len(fitting(font, size, margin + text[start:], room)) - len(margin)
        end = start + max(fits, 1)
        space = text.rfind(" ", start, end)
        if space > max(start, indent):
            end = space + 1
        rows.append(_part(line, margin, start, end))
        start = end
        margin = " " * (indent + 4)
        if line_width(font, size, margin) > room / 2:
            margin = ""
    return [*rows, _part(line, margin, start, len(text))]


def _part(line: Line, margin: str, start: int, end: int) -> Line:
    """From one place of a line to another, behind a margin."""
    pieces: list[tuple[str, RGBA | None]] = [(margin, None)] if margin else []
    at = 0
    for piece, color in line:
        cut = piece[max(start - at, 0) : max(end - at, 0)]
        at += len(piece)
        if cut:
            pieces.append((cut, color))
    return tuple(pieces)
