"""An evening in the hills, and the small things of the animation demo. uint8 (h, w, 4), straight alpha."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, capsule, circle, ellipse, noise, ramp
from ecs_engine.assets.palette import (
    AMBER,
    CLOUD,
    CORAL,
    CREAM,
    DUSK,
    INK,
    LEAF,
    LEMON,
    MINT,
    NIGHT,
    OCEAN,
    PINE,
    ROSE,
    SLATE,
    VIOLET,
    Colour,
    mix,
)

LEDGES: tuple[tuple[float, float], ...] = ((-70.0, 0.82), (-176.0, 1.08), (-296.0, 1.4))
"""Where paths run, in units above the middle of the picture, and how large those on them look; the far one first."""


def evening(width: int = 1280, height: int = 720) -> Pixels:
    """A backdrop, opaque: sunset, far mountains, and three grassy ledges at ``LEDGES``."""
    up: Field = (height / 2 - np.arange(height, dtype=np.float64) - 0.5)[:, None]
    across: Field = np.arange(width, dtype=np.float64) + 0.5 - width / 2
    sky = ramp(up, [(-40.0, mix(AMBER, CREAM, 0.2)), (20.0, mix(CORAL, AMBER, 0.45)), (110.0, mix(ROSE, VIOLET, 0.45)),
                    (220.0, mix(VIOLET, DUSK, 0.55)), (360.0, mix(DUSK, INK, 0.6))])  # fmt: skip
    color = np.broadcast_to(sky, (height, width, 3)).copy()
    rng = np.random.default_rng(7)
    sun = np.hypot(across - 30, up + 10)
    _lay(color, np.clip(1 - sun / 420, 0, 1) ** 2 * 0.8, LEMON)
    _lay(color, np.clip(74 - sun, 0, 1), mix(LEMON, CREAM, 0.5))
    ridge = noise(1, 2 * width, rng, 1.6, width)[0, :width]
    _hill(color, up, 26 + 20 * ridge, mix(VIOLET, CORAL, 0.35), mix(ROSE, AMBER, 0.3), 120)
    ridge = noise(1, 2 * width, rng, 1.8, width)[0, :width]
    _hill(color, up, -6 + 17 * ridge, mix(DUSK, VIOLET, 0.5), mix(VIOLET, ROSE, 0.4), 110)
    greens: tuple[tuple[Colour, Colour], ...] = (
        (mix(PINE, MINT, 0.42), mix(PINE, DUSK, 0.45)),
        (mix(PINE, LEAF, 0.45), mix(PINE, INK, 0.3)),
        (mix(PINE, LEAF, 0.75), mix(PINE, INK, 0.35)),
    )
    for (level, size), (light, dark) in zip(LEDGES, greens, strict=True):
        edge = level + 17 * size + 4 * size * np.sin(across / (90 * size) + level) + 2 * np.sin(across / 23 + level)
        blades = 4.0 * size * np.abs(np.sin(across / (3.1 * size) + 3 * np.sin(across / 37)))
        _hill(color, up, edge + blades, light, dark, 92 * size)
        path = np.abs(up - level + 3 * size * np.sin(across / (140 * size))) - 10 * size
        _lay(color, np.clip(0.5 - path / (3 * size), 0, 1) * 0.36, mix(AMBER, CREAM, 0.35))
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = np.rint(np.clip(color, 0, 255))
    return pixels


def _lay(color: Field, cover: Field, over: Colour) -> None:
    color += (np.asarray(over) - color) * cover[..., None]


def _hill(color: Field, up: Field, edge: Field, light: Colour, dark: Colour, depth: float) -> None:
    """Everything below ``edge``, lit along it."""
    below = edge - up
    shade = ramp(below, [(0.0, light), (depth, dark)])
    color += (shade - color) * np.clip(below + 0.5, 0, 1)[..., None]


def shadow() -> Pixels:
    """A soft spot on the ground."""
    canvas = Canvas(48, 16)
    canvas.fill(ellipse(canvas, 24, 8, 16, 4), NIGHT, blur=7.0)
    return canvas.pixels()


def puff() -> Pixels:
    """A little dust, white: to be tinted."""
    canvas = Canvas(24, 24)
    shape = np.minimum(circle(canvas, 12, 13, 7), np.minimum(circle(canvas, 7, 14, 4), circle(canvas, 17, 14, 5)))
    canvas.fill(shape, (255, 255, 255), 0.9, blur=4.0)
    return canvas.pixels()


def ball() -> Pixels:
    """A shiny ball, white: to be tinted."""
    canvas = Canvas(32, 32)
    disc = circle(canvas, 16, 16, 13)
    canvas.fill(disc, (255, 255, 255))
    canvas.shade(disc, circle(canvas, 12, 11, 17) * -1.0, (150, 150, 170), 0.6)
    canvas.fill(ellipse(canvas, 11.5, 10.5, 3.6, 2.8, -0.6), (255, 255, 255), blur=1.5)
    return canvas.pixels()


def dial() -> Pixels:
    """The face of a clock with twelve marks, 208 x 208 pixels."""
    canvas = Canvas(208, 208)
    disc = circle(canvas, 104, 104, 90)
    canvas.fill(disc - 6, NIGHT, 0.6, blur=8.0)
    canvas.fill(disc - 4, SLATE)
    canvas.fill(disc, ramp(canvas.y, [(14.0, mix(OCEAN, DUSK, 0.45)), (194.0, mix(DUSK, INK, 0.55))]))
    canvas.line(circle(canvas, 104, 104, 82), mix(SLATE, CLOUD, 0.2), 1.2)
    for hour in range(12):
        x, y = np.sin(hour * np.pi / 6), np.cos(hour * np.pi / 6)
        long = 11 if hour % 3 == 0 else 6
        mark = capsule(canvas, 104 + x * (76 - long), 104 - y * (76 - long), 104 + x * 76, 104 - y * 76, 1.8)
        canvas.fill(mark, CREAM if hour % 3 == 0 else mix(CLOUD, SLATE, 0.4))
    return canvas.pixels()


def hand() -> Pixels:
    """The hand of a clock, pointing up, 20 x 84 pixels; it turns about a point an eighth from its lower end."""
    canvas = Canvas(20, 84)
    blade = capsule(canvas, 10, 74, 10, 8, 3.8, 1.4)
    hub = circle(canvas, 10, 74, 6.5)
    canvas.fill(np.minimum(blade, hub) - 1.8, INK)
    canvas.fill(blade, ramp(canvas.y, [(8.0, mix(CORAL, AMBER, 0.3)), (74.0, CORAL)]))
    canvas.fill(hub, CORAL)
    canvas.fill(circle(canvas, 10, 74, 2.6), CREAM)
    return canvas.pixels()
