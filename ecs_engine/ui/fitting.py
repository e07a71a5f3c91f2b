"""How much of a line there is room for."""

from __future__ import annotations

from ecs_engine.text import Font
from ecs_engine.ui.graphemes import boundaries


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
