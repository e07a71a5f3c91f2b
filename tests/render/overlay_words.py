"""Reads what the overlay shows from its quads."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.assets.font import ADVANCE, GLYPHS
from ecs_engine.render.overlay import QUAD

Array = np.ndarray[Any, Any]


def lines(quads: Array) -> list[str]:
    """The lines of words from top to bottom; what is more than a letter apart has one space between."""
    found: dict[int, dict[int, str]] = {}
    for quad in quads[quads["glyph"] > 0]:
        x, y = quad["place"].tolist()
        row = found.setdefault(y, {})
        assert x not in row, "two letters in one place"
        row[x] = chr(quad["glyph"])
    texts = []
    for y in sorted(found):
        row, text, end = found[y], "", 0
        for x in sorted(row):
            text += (" " if text and x > end else "") + row[x]
            end = x + ADVANCE
        texts.append(text)
    return texts


def in_buffer(data: Array, count: int) -> Array:
    """The first quads in the bytes of a buffer."""
    return data[: count * QUAD.itemsize].view(QUAD)


def painted(quads: Array, target: Array, dot: int, left: int) -> Array:
    """The quads over a picture, (h, w, 3) float, as plain loops paint them; ``left`` is the panel's, in pixels."""
    picture = target.astype(np.float64)
    for quad in quads:
        (x, y), (width, height) = quad["place"].tolist(), quad["size"].tolist()
        lit = np.ones((height, width), bool) if quad["glyph"] == 0 else GLYPHS[chr(quad["glyph"])]
        mask = lit.repeat(dot, 0).repeat(dot, 1)
        there = picture[y * dot :, left + x * dot :][: height * dot, : width * dot]
        mask = mask[: there.shape[0], : there.shape[1]]
        alpha = quad["color"][3] / 255
        there[mask] = np.round(there[mask] * (1 - alpha) + quad["color"][:3] * alpha)
    return picture
