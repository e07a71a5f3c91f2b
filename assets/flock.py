"""What flies in the demo of boids, and the sky it flies in. uint8 (h, w, 4), straight alpha."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Pixels, polygon, ramp
from ecs_engine.assets.palette import DUSK, INK, NIGHT, VIOLET, mix


def dart(scale: float = 2.0) -> Pixels:
    """A white swallow of 24 x 16 units that flies to the right, to be tinted; its wings are a little darker."""
    canvas = Canvas(24, 16, scale)
    canvas.fill(polygon(canvas, [(22, 8), (5, 1.5), (9, 8), (5, 14.5)], 0.8), (205, 205, 225))
    canvas.fill(polygon(canvas, [(22.5, 8), (9, 6.2), (2, 8), (9, 9.8)], 0.4), (255, 255, 255))
    return canvas.pixels()


def dusk(width: int = 960, height: int = 540) -> Pixels:
    """An opaque sky that is lighter around the middle."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    color = ramp(np.hypot(x * 0.9, y + 0.25), [(0.0, mix(DUSK, VIOLET, 0.12)), (0.7, INK), (1.4, NIGHT)])
    grain = np.random.default_rng(4).uniform(-1.2, 1.2, (height, width, 1))  # no bands
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = np.clip(np.rint(color + grain), 0, 255)
    return pixels
