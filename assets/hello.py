"""The pictures of the hello demo: a slime that is glad to see you, and a sun. uint8 (h, w, 4), straight alpha."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, capsule, circle, ellipse, polygon, ramp
from ecs_engine.assets.palette import (
    AMBER,
    CORAL,
    CREAM,
    INK,
    LEAF,
    LEMON,
    MINT,
    OCEAN,
    PINE,
    ROSE,
    SKY,
    WINE,
    Colour,
    mix,
)


def slime(color: Colour = MINT, scale: float = 1.0) -> Pixels:
    """A smiling slime, 160 x 132 units."""
    canvas = Canvas(160, 132, scale)
    x, y = canvas.x, canvas.y
    # A dome above, a flatter curve below, and a foot that spreads: one super-ellipse per half.
    half = 66 + 5 * np.clip((y - 84) / 30, -1, 1)
    above = (np.abs(x - 80) / half) ** 2.1 + (np.abs(y - 92) / 77) ** 2.4
    below = (np.abs(x - 80) / half) ** 3.2 + (np.abs(y - 92) / 33) ** 2.6
    shape = np.where(y < 92, np.sqrt(above) - 1, below ** (1 / 2.6) - 1) * 60
    dark = mix(color, PINE, 0.6) if color == MINT else mix(color, WINE, 0.5)
    canvas.fill(shape - 4.0, INK)
    canvas.fill(shape, ramp(y + 0.25 * x, [(40, mix(color, CREAM, 0.45)), (90, color), (150, dark)]))
    # light that comes through and gathers low on the far side
    canvas.shade(shape + 5, ellipse(canvas, 86, 128, 58, 22), mix(color, CREAM, 0.5), 0.35)
    canvas.fill(np.maximum(shape + 6, ellipse(canvas, 50, 40, 16, 9, -0.6)), CREAM, 0.95)
    canvas.fill(circle(canvas, 31, 60, 4.5), CREAM, 0.9)
    for bubble_x, bubble_y, radius in ((122, 58, 5.0), (132, 76, 3.2), (112, 44, 2.6)):
        canvas.line(circle(canvas, bubble_x, bubble_y, radius), mix(color, CREAM, 0.7), 1.4)
    _face(canvas, 80, 82, 1.0)
    return canvas.pixels()


def sun(scale: float = 1.0) -> Pixels:
    """A smiling sun with rays, 160 x 160 units; pleasant when it turns slowly."""
    canvas = Canvas(160, 160, scale)
    distance = circle(canvas, 80, 80, 0.0)
    turns = np.arange(24) * np.pi / 12
    reaches = np.where(np.arange(24) % 2, 50.0, 66.0)
    rays = polygon(canvas, [(80 + r * np.cos(a), 80 + r * np.sin(a)) for r, a in zip(reaches, turns, strict=True)], 2.5)
    disc = distance - 44
    canvas.glow(rays - 3.0, AMBER, 8.0, 0.3)
    canvas.fill(rays - 3.0, INK)
    canvas.fill(rays, ramp(distance, [(46, CORAL), (68, AMBER)]))
    canvas.fill(disc - 3.0, INK)
    canvas.fill(disc, ramp(canvas.y + 0.3 * canvas.x, [(60, mix(LEMON, CREAM, 0.5)), (100, LEMON), (150, AMBER)]))
    _face(canvas, 80, 82, 0.8)
    return canvas.pixels()


def _face(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Two wide eyes, a smile and warm cheeks, about 84 units across at size 1."""
    for side in (-1.0, 1.0):
        eye_x = x + side * 25 * size
        canvas.fill(ellipse(canvas, eye_x, y, 9 * size, 12 * size), INK)
        iris = np.maximum(ellipse(canvas, eye_x, y, 7 * size, 10 * size), y + 2 * size - canvas.y)
        canvas.fill(iris, mix(OCEAN, SKY, 0.25), 0.75, blur=3.0)
        canvas.fill(circle(canvas, eye_x - 3 * size, y - 4.5 * size, 3.8 * size), CREAM)
        canvas.fill(circle(canvas, eye_x + 3 * size, y + 4.5 * size, 1.8 * size), CREAM, 0.9)
        canvas.fill(ellipse(canvas, x + side * 41 * size, y + 15 * size, 8 * size, 4.5 * size), CORAL, 0.55, blur=3.0)
    mouth: Field = np.maximum(ellipse(canvas, x, y + 10 * size, 11 * size, 13 * size), y + 10 * size - canvas.y)
    canvas.fill(mouth - 1.5 * size, INK)
    canvas.fill(mouth, WINE)
    canvas.fill(np.maximum(mouth, ellipse(canvas, x, y + 23 * size, 8 * size, 6 * size)), ROSE)
    canvas.fill(capsule(canvas, x - 13 * size, y + 10 * size, x + 13 * size, y + 10 * size, 1.6 * size), INK)


def meadow(width: int = 1280, height: int = 720) -> Pixels:
    """A summer's day for a backdrop, opaque, ``width`` x ``height`` pixels: sky, clouds, hills and grass.

    The middle, of the shape 16:9, is the same in all widths; a wider one shows more of the country on both sides.
    """
    unit = height / 9
    margin = (width - 16 * unit) / 2  # on each side of that middle, in pixels
    down: Field = (np.arange(height, dtype=np.float64)[:, None] + 0.5) / unit
    across: Field = (np.arange(width, dtype=np.float64) + 0.5 - margin) / unit
    sky = ramp(down, [(0.0, mix(SKY, OCEAN, 0.35)), (3.5, SKY), (6.6, mix(SKY, CREAM, 0.8))])
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = np.rint(sky)
    for left, top, size in ((-3.3, 2.1, 0.7), (0.95, 0.75, 1.0), (7.35, 2.0, 0.62), (16.4, 1.5, 0.9)):
        _lay(pixels, _cloud(size, unit), round(left * unit + margin), round(top * unit))
    hills = (
        (6.1, 0.34, 0.62, 0.4, mix(MINT, SKY, 0.55), mix(MINT, SKY, 0.3)),
        (6.7, 0.30, 0.47, 2.6, mix(MINT, LEAF, 0.4), mix(LEAF, PINE, 0.25)),
        (7.5, 0.20, 0.33, 4.4, mix(LEAF, LEMON, 0.35), mix(LEAF, PINE, 0.35)),
    )
    for level, swell, pace, start, light, dark in hills:
        edge = level + swell * np.sin(across * pace + start) + 0.3 * swell * np.sin(across * pace * 2.7 + start * 2)
        first = max(0, int((edge.min() * unit).item()) - 1)
        depth = (down[first:] - edge).astype(np.float32)  # below the edge of the hill, in units
        shades = ramp(np.arange(256, dtype=np.float64) * (1.4 / 255), [(0.0, light), (1.4, dark)]).astype(np.float32)
        color = shades[np.clip(depth * (255 / 1.4), 0, 255).astype(np.uint8)]
        coverage = np.clip(depth * np.float32(unit) + np.float32(0.5), 0, 1)[..., None]
        below = pixels[first:, :, :3]
        below[...] = np.rint(below + (color - below) * coverage)
    return pixels


def _cloud(size: float, unit: float) -> Pixels:
    """Round above and flat below, 3.3 x 1.5 times ``size`` units of ``unit`` pixels."""
    canvas = Canvas(3.3 * size, 1.5 * size, unit)
    x, y = canvas.x / size - 1.65, canvas.y / size - 0.95
    puffs = [(-0.95, 0.0, 0.42), (-0.3, -0.32, 0.6), (0.5, -0.2, 0.5), (1.1, 0.05, 0.37)]
    balls = [np.hypot(x - left, y - top) - radius for left, top, radius in puffs]
    base = np.hypot(np.maximum(np.abs(x) - 1.3, 0.0), y - 0.1) - 0.32
    shape = np.minimum.reduce([*balls, base]) * size
    canvas.fill(shape, ramp(y, [(-0.8, CREAM), (0.45, mix(SKY, CREAM, 0.65))]), 0.95)
    return canvas.pixels()


def _lay(pixels: Pixels, picture: Pixels, left: int, top: int) -> None:
    """Lay a picture with alpha over an opaque one, cut off where it ends."""
    right = max(left + picture.shape[1], 0)
    picture = picture[:, max(-left, 0) :]
    below = pixels[top : top + len(picture), max(left, 0) : right, :3]
    above = picture[: below.shape[0], : below.shape[1]].astype(np.float32)
    below[...] = np.rint(below + (above[..., :3] - below) * (above[..., 3:] / 255))
