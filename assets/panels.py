"""Frames for panels, buttons and cards, made to be cut in nine. uint8 (h, w, 4), straight alpha."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, circle, ramp
from ecs_engine.assets.palette import AMBER, CLOUD, CREAM, DUSK, INK, LEMON, NIGHT, SAND, SLATE, WINE, Colour, mix

SIDE = 48
"""Of all of these, in pixels."""
BORDER = (16, 16, 16, 16)
"""Of all of these: how much is border, for a NineSlice."""


def _box(canvas: Canvas, inset: float, rounding: float) -> Field:
    """A square with round corners, ``inset`` from the edge of the picture."""
    half = SIDE / 2 - inset - rounding
    x, y = np.abs(canvas.x - SIDE / 2) - half, np.abs(canvas.y - SIDE / 2) - half
    return np.hypot(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0) - rounding


def panel(color: Colour = INK, edge: Colour = SLATE) -> Pixels:
    """A dark board with a light edge."""
    canvas = Canvas(SIDE, SIDE)
    canvas.fill(_box(canvas, 2, 10), NIGHT, 0.5, blur=3.0)
    canvas.fill(_box(canvas, 3, 9), edge)
    canvas.fill(_box(canvas, 5, 7), color)
    canvas.line(_box(canvas, 8.5, 4.5), mix(color, edge, 0.35), 1.0)
    return canvas.pixels()


def card(color: Colour = CREAM) -> Pixels:
    """White paper with a shadow below."""
    canvas = Canvas(SIDE, SIDE)
    canvas.fill(_box(canvas, 3, 5) + 0.0 * canvas.y, NIGHT, 0.55, blur=5.0)
    canvas.fill(_box(canvas, 4, 3.5), mix(color, SAND, 0.35))
    canvas.fill(np.maximum(_box(canvas, 4, 3.5), canvas.y - (SIDE - 6)), color)
    return canvas.pixels()


def button(color: Colour = AMBER) -> Pixels:
    """A sweet of one colour, lit from above."""
    canvas = Canvas(SIDE, SIDE)
    canvas.fill(_box(canvas, 2, 14), INK)
    canvas.fill(_box(canvas, 4, 12), mix(color, WINE, 0.45))
    top = np.maximum(_box(canvas, 4, 12), canvas.y - (SIDE - 9))
    canvas.fill(top, ramp(canvas.y, [(4.0, mix(color, CREAM, 0.35)), (16.0, color), (38.0, mix(color, WINE, 0.15))]))
    return canvas.pixels()


def studded(color: Colour = DUSK, stud: Colour = LEMON) -> Pixels:
    """A board whose edges are rows of studs: one to be tiled, not stretched."""
    canvas = Canvas(SIDE, SIDE)
    canvas.fill(_box(canvas, 1, 6), INK)
    canvas.fill(_box(canvas, 3, 4), mix(color, INK, 0.25))
    canvas.fill(_box(canvas, 13, 2), INK)
    canvas.fill(_box(canvas, 14.5, 1.5), color)
    for x in (8.0, 24.0, 40.0):
        for y in (8.0, 24.0, 40.0):
            if (x, y) == (24.0, 24.0):
                continue
            canvas.fill(circle(canvas, x, y, 3.6), INK)
            canvas.fill(circle(canvas, x, y, 2.6), stud)
            canvas.fill(circle(canvas, x - 0.8, y - 0.8, 0.9), CREAM)
    middle = circle(canvas, 24, 24, 3.0)
    canvas.fill(middle, mix(color, CLOUD, 0.22))
    return canvas.pixels()


def bar(color: Colour = LEMON) -> Pixels:
    """What fills a gauge."""
    canvas = Canvas(SIDE, SIDE)
    shape = _box(canvas, 1, 15)
    canvas.fill(shape, ramp(canvas.y, [(2.0, mix(color, CREAM, 0.6)), (18.0, color), (46.0, mix(color, AMBER, 0.7))]))
    return canvas.pixels()
