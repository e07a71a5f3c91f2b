"""The pictures of the cameras demo: a valley in the evening. uint8 (h, w, 4), straight alpha."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, capsule, circle, ellipse, polygon, ramp
from ecs_engine.assets.palette import (
    AMBER,
    CORAL,
    CREAM,
    DUSK,
    INK,
    LEMON,
    NIGHT,
    PINE,
    VIOLET,
    WINE,
    Colour,
    mix,
)

HALF_WIDTH = 3200.0
"""The valley reaches as far to both sides of its middle."""


def ground_height(x: float | Field) -> float | Field:
    """How high the ground is at a place, in world units; it rises at both ends."""
    near = (
        46 * np.sin(np.asarray(x) * 0.0031 + 0.6)
        + 30 * np.sin(np.asarray(x) * 0.0083)
        + 9 * np.sin(np.asarray(x) * 0.021 + 1.1)
    )
    height: Field = near - 190 + 210 * np.clip((np.abs(x) - 2700) / 500, 0, 1) ** 2
    return height


def ground(left: float, width: int, depth: int = 520, top: float = 60.0) -> Pixels:
    """A stretch of the ground from world x ``left`` on; its upper edge lies at world y ``top``, a pixel a unit."""
    canvas = Canvas(width, depth)
    edge = np.asarray(top - ground_height(left + canvas.x[:1]))  # how far down the ground begins
    below = canvas.y - edge
    rim = 5 * np.sin((left + canvas.x[:1]) * 0.11) * np.sin((left + canvas.x[:1]) * 0.047)
    soil = ramp(below, [(16, mix(WINE, INK, 0.55)), (70, INK), (170, NIGHT)])
    canvas.cover(np.clip(below + 0.5, 0, 1), soil)
    first = max(int(edge.min()) - 2, 0)
    turf = Canvas(width, int(edge.max()) + 34 - first)  # only as high as it has to be
    below = turf.y + first - edge
    for start, color in ((24 + rim, mix(PINE, INK, 0.6)), (15 + rim, mix(PINE, INK, 0.15)), (6 + 0.4 * rim, PINE)):
        turf.cover(np.clip(below + 0.5, 0, 1) * np.clip(start - below, 0, 1), color)
    turf.cover(np.clip(below + 0.5, 0, 1) * np.clip(3.4 - below, 0, 1), mix(AMBER, PINE, 0.25))
    return laid(canvas.pixels(), turf.pixels(), first)


def laid(pixels: Pixels, picture: Pixels, top: int) -> Pixels:
    """A picture with another of the same width laid over it, its upper edge at row ``top``."""
    place = pixels[top : top + len(picture)]
    over = picture[: len(place)]
    share = over[..., 3:] / 255
    place[..., :3] = np.rint(place[..., :3] * (1 - share) + over[..., :3] * share)
    place[..., 3] = np.maximum(place[..., 3], over[..., 3])
    return pixels


def stone(seed: int) -> Pixels:
    """A stone in the ground, 48 x 32 units."""
    canvas = Canvas(48, 32)
    turn = float(np.random.default_rng(seed).uniform(-0.3, 0.3))
    shape = ellipse(canvas, 24, 16, 22, 13, turn)
    canvas.fill(shape, mix(WINE, DUSK, 0.5), 0.55)
    canvas.shade(shape, ellipse(canvas, 24, 21, 22, 13, turn), DUSK, 0.4)
    return canvas.pixels()


def ground_map(width: int, bottom: float, top: float) -> Pixels:
    """All of the ground in one small picture, ``width`` pixels wide, from world y ``bottom`` to ``top``."""
    scale = width / (2 * HALF_WIDTH)
    canvas = Canvas(width, (top - bottom) * scale)
    edge = (top - np.asarray(ground_height(canvas.x[:1] / scale - HALF_WIDTH))) * scale
    below = canvas.y - edge
    canvas.cover(np.clip(below + 0.5, 0, 1), mix(PINE, INK, 0.45))
    canvas.cover(np.clip(1 - np.abs(below - 0.5), 0, 1), AMBER)
    return canvas.pixels()


def evening_sky(height: int = 720) -> Pixels:
    """A column of the sky, 4 pixels wide, to be stretched."""
    down: Field = np.broadcast_to(np.linspace(0, 1, height)[:, None], (height, 4))
    pixels = np.full((height, 4, 4), 255, np.uint8)
    horizon: list[tuple[float, Colour]] = [(0.45, mix(VIOLET, WINE, 0.55)), (0.52, CORAL), (0.57, AMBER), (0.64, LEMON)]
    stops = [(0.1, NIGHT), (0.32, mix(DUSK, INK, 0.3)), *horizon]
    pixels[..., :3] = np.rint(ramp(down, stops))
    return pixels


def evening_sun(size: int = 260) -> Pixels:
    """A low sun in its own light."""
    canvas = Canvas(size, size)
    middle = size / 2
    canvas.glow(circle(canvas, middle, middle, size * 0.2), AMBER, size * 0.3, 0.75)
    canvas.fill(circle(canvas, middle, middle, size * 0.2), ramp(canvas.y, [(size * 0.3, CREAM), (size * 0.7, LEMON)]))
    return canvas.pixels()


def ridge(seed: int, light: Colour, dark: Colour, rough: float, *, width: int = 1024, height: int = 420) -> Pixels:
    """A mountain ridge against the light, which goes on seamlessly at both sides.

    Args:
        rough: 0 for round hills, 1 for jagged mountains.
    """
    canvas = Canvas(width, height)
    rng = np.random.default_rng(seed)
    turn = canvas.x[:1] / width * 2 * np.pi
    edge = np.full((1, width), height * 0.45)
    for waves in (1, 2, 3, 5, 8, 13, 21):
        swing = np.sin(turn * waves + rng.uniform(0, 2 * np.pi))
        edge += height * 0.17 / waves**0.9 * ((1 - rough) * swing + rough * (1 - 2 * np.abs(swing)))
    below = canvas.y - edge
    canvas.cover(np.clip(below + 0.5, 0, 1), ramp(below, [(0, light), (height * 0.6, dark)]))
    canvas.cover(np.clip(below + 0.5, 0, 1) * np.clip(2.5 - below, 0, 1), mix(light, LEMON, 0.35))
    return canvas.pixels()


def pine(seed: int, color: Colour, light: Colour, height: int = 190) -> Pixels:
    """A fir against the light."""
    canvas = Canvas(height * 0.55, height)
    rng = np.random.default_rng(seed)
    middle, floors = height * 0.275, 6
    canvas.fill(capsule(canvas, middle, height * 0.5, middle, height, 3, 5), mix(color, INK, 0.5))
    for floor in reversed(range(floors)):
        top = height * (0.02 + 0.13 * floor)
        reach = height * (0.07 + 0.033 * floor) * float(rng.uniform(0.85, 1.1))
        drop = height * 0.25
        points = [
            (middle, top), (middle + reach, top + drop), (middle + reach * 0.3, top + drop * 0.86),
            (middle - reach * 0.3, top + drop * 0.86), (middle - reach, top + drop),
        ]  # fmt: skip
        canvas.fill(
            polygon(canvas, points, 2), ramp(canvas.x, [(middle - reach, light), (middle + reach * 0.4, color)])
        )
    return canvas.pixels()


def lantern() -> Pixels:
    """A lantern on a post, 40 x 120 units."""
    canvas = Canvas(40, 120)
    canvas.fill(capsule(canvas, 20, 40, 20, 120, 3.2, 4), INK)
    canvas.fill(capsule(canvas, 12, 118, 28, 118, 3), INK)
    canvas.fill(polygon(canvas, [(10, 16), (30, 16), (27, 42), (13, 42)], 2.5), INK)
    canvas.fill(
        polygon(canvas, [(13, 18), (27, 18), (25, 39), (15, 39)], 1), ramp(canvas.y, [(18, CREAM), (40, AMBER)])
    )
    canvas.fill(polygon(canvas, [(20, 3), (34, 15), (6, 15)], 1.5), INK)
    canvas.fill(capsule(canvas, 10, 14.5, 30, 14.5, 0.8), mix(AMBER, WINE, 0.4))
    return canvas.pixels()


def glow(size: int, color: Colour) -> Pixels:
    """Light that fades evenly, to be added."""
    canvas = Canvas(size, size)
    canvas.glow(circle(canvas, size / 2, size / 2, 2), color, size / 2 - 3, 0.8)
    return canvas.pixels()


def reeds(seed: int, width: int = 320, height: int = 190) -> Pixels:
    """Blades and ears close to the eye, all dark."""
    canvas = Canvas(width, height)
    rng = np.random.default_rng(seed)
    for x in rng.uniform(width * 0.1, width * 0.9, 16):
        long, lean = float(rng.uniform(0.4, 0.95)) * height, float(rng.uniform(-0.3, 0.3))
        tip_x, tip_y = float(x) + lean * long * 0.5, height - long
        canvas.fill(capsule(canvas, float(x), height, tip_x, tip_y, 3.0, 0.8), NIGHT)
        if rng.random() < 0.5:
            canvas.fill(capsule(canvas, tip_x, tip_y, tip_x - lean * 18, tip_y + 26, 2.0, 4.6), NIGHT)
    return canvas.pixels()


def pointer(color: Colour, size: int = 36) -> Pixels:
    """An arrow head that points to the right."""
    canvas = Canvas(size, size)
    shape = polygon(
        canvas,
        [(size * 0.85, size / 2), (size * 0.25, size * 0.2), (size * 0.4, size / 2), (size * 0.25, size * 0.8)],
        2,
    )
    canvas.fill(shape - 2.5, INK)
    canvas.fill(shape, color)
    return canvas.pixels()


def dot(color: Colour, size: int = 20) -> Pixels:
    """A round mark."""
    canvas = Canvas(size, size)
    canvas.fill(circle(canvas, size / 2, size / 2, size / 2 - 1), CREAM)
    canvas.fill(circle(canvas, size / 2, size / 2, size / 2 - 4), color)
    return canvas.pixels()
