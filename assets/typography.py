"""The pictures of the typography demo. uint8 (h, w, 4), straight alpha."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, circle, noise, ramp
from ecs_engine.assets.palette import DUSK, INK, NIGHT, VIOLET, WINE, Colour, mix


def rounded(canvas: Canvas, width: float, height: float, radius: float) -> Field:
    """The distance to a rounded rectangle in the middle of the canvas."""
    x = np.abs(canvas.x - canvas.x.mean()) - width / 2 + radius
    y = np.abs(canvas.y - canvas.y.mean()) - height / 2 + radius
    distance: Field = np.hypot(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0) - radius
    return distance


def card(width: float, height: float, accent: Colour) -> Pixels:
    """A dark card with round corners, a fine edge, and a line of colour that fades along its top."""
    canvas = Canvas(width, height)
    shape = rounded(canvas, width - 4, height - 4, 16)
    canvas.fill(shape, ramp(canvas.y, [(0, mix(INK, DUSK, 0.35)), (height, mix(NIGHT, INK, 0.7))]), 0.94)
    canvas.line(shape + 0.8, mix(INK, DUSK, 0.9), 1.6)
    fade = np.clip(1.0 - canvas.x / (0.75 * width), 0.0, 1.0) * np.clip(0.5 - (shape + 1.5), 0, 1)
    canvas.cover(fade * (canvas.y < 5), accent)
    return canvas.pixels()


def backdrop(width: int = 1280, height: int = 720, seed: int = 9) -> Pixels:
    """A night sky of soft violet clouds, opaque."""
    canvas = Canvas(width, height)
    canvas.cover(np.ones(canvas.x.shape), ramp(canvas.y, [(0, mix(NIGHT, INK, 0.8)), (height, NIGHT)]))
    clouds = np.clip(noise(height, width, np.random.default_rng(seed), 2.6, 700.0) * 0.3 + 0.3, 0.0, 1.0)
    canvas.cover(clouds * 0.35, mix(DUSK, VIOLET, 0.35))
    canvas.glow(circle(canvas, width * 0.5, -40, 60), mix(VIOLET, WINE, 0.4), 560, 0.55)
    return canvas.pixels()


def pill(width: float, height: float, color: Colour) -> Pixels:
    """A badge with round ends."""
    canvas = Canvas(width, height)
    shape = rounded(canvas, width - 6, height - 6, (height - 6) / 2)
    canvas.fill(shape - 2, INK)
    canvas.fill(shape, ramp(canvas.y, [(0, mix(color, (255, 246, 224), 0.35)), (height, color)]))
    return canvas.pixels()
