"""Words over the picture, for what a programmer has to know at once: a shader that does not compile."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.assets.font import ADVANCE, GLYPH_HEIGHT, GLYPH_WIDTH
from ecs_engine.assets.palette import CORAL, CREAM, NIGHT
from ecs_engine.core.screen import Size
from ecs_engine.gpu import Device
from ecs_engine.render.overlay import QUAD, OverlayPipeline, dot_pixels

MARGIN, PAD, LINE = 4, 5, 10
"""In dots of the font, as all lengths here."""


def wrapped(text: str, most: int) -> list[str]:
    """Lines of at most ``most`` characters, in characters that the pixel font has."""
    lines = []
    for line in text.splitlines():
        plain = "".join(one if " " <= one <= "~" else "?" for one in line.replace("\t", " "))
        lines += [plain[start : start + most] for start in range(0, max(len(plain), 1), most)]
    return lines


def note_quads(text: str, size: Size) -> np.ndarray[Any, Any]:
    """The quads of a box along the upper edge of a framebuffer with the text in it, as many lines as there is room
    for; the first line is in another colour."""
    dot = dot_pixels(size[1])
    width, height = size[0] // dot - 2 * MARGIN, size[1] // dot - 2 * MARGIN
    lines = wrapped(text, max((width - 2 * PAD) // ADVANCE, 1))[: max((height - 2 * PAD) // LINE, 1)]
    letters = [(row, column, one) for row, line in enumerate(lines) for column, one in enumerate(line) if one != " "]
    quads = np.zeros(2 + len(letters), QUAD)
    quads[0] = ((MARGIN, MARGIN), (max(width, 1), 2 * PAD + len(lines) * LINE - 2), (*NIGHT, 235), 0)
    quads[1] = ((MARGIN, MARGIN), (2, 2 * PAD + len(lines) * LINE - 2), (*CORAL, 255), 0)
    for quad, (row, column, one) in zip(quads[2:], letters, strict=True):
        place = (MARGIN + PAD + column * ADVANCE, MARGIN + PAD + row * LINE)
        quad["place"], quad["size"] = place, (GLYPH_WIDTH, GLYPH_HEIGHT)
        quad["color"], quad["glyph"] = (*(CORAL if row == 0 else CREAM), 255), ord(one)
    return quads


class Note:
    """Shows a text over the finished picture, in one draw. Context thread only."""

    def __init__(self, device: Device) -> None:
        self._pipeline = OverlayPipeline(device)
        self._shown: tuple[str, Size] | None = None
        self._quads = np.zeros(0, QUAD)

    def draw(self, text: str, size: Size) -> None:
        """Draw it over the bound framebuffer of this size, in pixels."""
        changed = []
        if self._shown != (text, size):
            self._shown, self._quads = (text, size), note_quads(text, size)
            changed = [(0, len(self._quads))]
        self._pipeline.draw(self._quads, changed, size, size[0])

    def restore(self) -> None:
        """The context was made anew: the quads are to be sent again."""
        self._shown = None

    def delete(self) -> None:
        self._pipeline.delete()
