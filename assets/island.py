"""The art of the isometric demo's island: isometric blocks and what stands on them, 64 x 96 pixels each.

The cell's diamond, 64 x 32, fills the foot of each picture; a block is 24 high, and its top another diamond.
"""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, capsule, circle, ellipse, polygon, ramp
from ecs_engine.assets.palette import (
    AMBER,
    CLAY,
    CLOUD,
    CORAL,
    CREAM,
    INK,
    LEAF,
    LEMON,
    MINT,
    MIST,
    OCEAN,
    PINE,
    ROSE,
    SAND,
    SKY,
    SLATE,
    WINE,
    Colour,
    mix,
)

WIDTH, HEIGHT, BLOCK = 64, 96, 24
FOOT = HEIGHT - 16.0
"""Where the middle of the cell is, from the top."""


def diamond(canvas: Canvas, middle: float) -> Field:
    """The outline of a cell, grown by a hair so that no gap shows between neighbours."""
    points = [(32.0, middle - 16), (64.0, middle), (32.0, middle + 16), (0.0, middle)]
    return polygon(canvas, points, 0.6)


def block(top: Colour, side: Colour, variant: int = 0, drop: float = 0.0) -> Pixels:
    """A block of ground; ``drop`` lowers its top."""
    canvas = Canvas(WIDTH, HEIGHT)
    middle = FOOT - BLOCK + drop
    left = polygon(canvas, [(0, middle), (32, middle + 16), (32, HEIGHT), (0, FOOT)], 0.6)
    right = polygon(canvas, [(64, middle), (32, middle + 16), (32, HEIGHT), (64, FOOT)], 0.6)
    canvas.fill(left, ramp(canvas.y, [(middle, side), (HEIGHT, mix(side, INK, 0.25))]))
    canvas.fill(right, ramp(canvas.y, [(middle, mix(side, INK, 0.22)), (HEIGHT, mix(side, INK, 0.45))]))
    face = diamond(canvas, middle)
    canvas.fill(face, ramp(canvas.x + canvas.y, [(40, mix(top, CREAM, 0.16)), (130, top)]))
    rng = np.random.default_rng(variant)
    for x, y in zip(rng.uniform(14, 50, 5), rng.uniform(-7, 7, 5), strict=True):
        if abs(x - 32) / 32 + abs(y) / 16 < 0.75:
            canvas.fill(ellipse(canvas, x, middle + y, 3.2, 1.3), mix(top, side, 0.4), 0.6)
    return canvas.pixels()


def meadow_block(variant: int) -> Pixels:
    """Grass that hangs over the edge of earth."""
    canvas = Canvas(WIDTH, HEIGHT)
    base = block(mix(LEAF, LEMON, 0.08 * variant), mix(CLAY, WINE, 0.2), variant)
    middle = FOOT - BLOCK
    depth = canvas.y - middle - 16 + np.abs(canvas.x - 32) / 2
    fringe = depth - 5 - 2.2 * np.sin(canvas.x * (2 * np.pi / 12.8))
    inside = np.maximum(np.maximum(-depth, fringe), np.abs(canvas.x - 32) - 32.6)
    canvas.fill(inside, np.where((canvas.x < 32)[..., None], mix(LEAF, PINE, 0.35), mix(LEAF, PINE, 0.62)))
    over = canvas.pixels().astype(np.float64)
    alpha = over[..., 3:] / 255
    base[..., :3] = np.rint(base[..., :3] + (over[..., :3] - base[..., :3]) * alpha)
    return base


def water(frame: int) -> Pixels:
    """The sea, ten lower than land, in four frames."""
    canvas = Canvas(WIDTH, HEIGHT)
    middle = FOOT - BLOCK + 10
    face = diamond(canvas, middle)
    canvas.fill(face, mix(OCEAN, SKY, 0.42))
    for number, (x, y) in enumerate(((20, -3), (40, 4), (34, -8), (26, 8))):
        swing = np.sin((frame + number) * np.pi / 2)
        crest = capsule(canvas, x - 5 - 2 * swing, middle + y, x + 5 + 2 * swing, middle + y, 0.9 + 0.3 * swing)
        canvas.fill(np.maximum(crest, face + 1), mix(SKY, CREAM, 0.55), 0.35 + 0.25 * swing)
    return canvas.pixels()


def shadow(canvas: Canvas, reach: float) -> None:
    """What stands on the middle of the cell darkens the ground."""
    canvas.fill(ellipse(canvas, 33, FOOT + 1, reach, reach * 0.45), INK, 0.28, blur=4)


def pine() -> Pixels:
    """A fir."""
    canvas = Canvas(WIDTH, HEIGHT)
    shadow(canvas, 18)
    canvas.fill(capsule(canvas, 32, FOOT, 32, FOOT - 16, 3.5), mix(CLAY, WINE, 0.5))
    for top, reach in ((36, 20), (22, 16), (8, 12)):
        skirt = polygon(canvas, [(32, top), (32 + reach, top + 31), (32 - reach, top + 31)], 2.5)
        canvas.fill(skirt - 1.6, mix(PINE, INK, 0.6))
        canvas.fill(skirt, ramp(canvas.x + 0.3 * canvas.y, [(24, mix(PINE, MINT, 0.5)), (66, PINE)]))
    return canvas.pixels()


def oak(color: Colour = LEAF) -> Pixels:
    """A round tree."""
    canvas = Canvas(WIDTH, HEIGHT)
    shadow(canvas, 20)
    canvas.fill(capsule(canvas, 32, FOOT, 32, FOOT - 26, 5, 3.5) - 1.4, mix(WINE, INK, 0.5))
    canvas.fill(capsule(canvas, 32, FOOT, 32, FOOT - 26, 5, 3.5), mix(CLAY, WINE, 0.35))
    crown = np.minimum.reduce(
        [circle(canvas, x, y, r) for x, y, r in ((32, 27, 17), (20, 38, 13), (45, 38, 14), (32, 44, 14))]
    )
    canvas.fill(crown - 1.8, mix(PINE, INK, 0.55))
    canvas.fill(
        crown, ramp(canvas.x + canvas.y, [(38, mix(color, LEMON, 0.35)), (70, color), (105, mix(color, PINE, 0.7))])
    )
    return canvas.pixels()


def rock() -> Pixels:
    """A boulder."""
    canvas = Canvas(WIDTH, HEIGHT)
    shadow(canvas, 19)
    stone = polygon(canvas, [(18, 82), (14, 70), (24, 57), (40, 54), (51, 67), (48, 82)], 3)
    canvas.fill(stone - 1.8, mix(SLATE, INK, 0.6))
    canvas.fill(stone, ramp(canvas.x + canvas.y, [(80, CLOUD), (110, MIST), (140, SLATE)]))
    canvas.shade(stone + 2, polygon(canvas, [(24, 60), (40, 56), (36, 68), (22, 70)], 1), CREAM, 0.45)
    return canvas.pixels()


def flowers(color: Colour) -> Pixels:
    """A bunch of flowers."""
    canvas = Canvas(WIDTH, HEIGHT)
    for x, y, height in ((22, 78, 13), (31, 84, 16), (41, 79, 12), (34, 73, 13)):
        canvas.fill(capsule(canvas, x, y, x, y - height, 1.3), mix(LEAF, PINE, 0.6))
        for turn in np.arange(5) * (2 * np.pi / 5):
            canvas.fill(circle(canvas, x + 3.2 * np.cos(turn), y - height + 3.2 * np.sin(turn), 2.7), color)
        canvas.fill(circle(canvas, x, y - height, 2.2), LEMON if color != LEMON else AMBER)
    return canvas.pixels()


def hut() -> Pixels:
    """A small house."""
    canvas = Canvas(WIDTH, HEIGHT)
    shadow(canvas, 25)
    wall = [(10, 54), (32, 65), (32, 90), (10, 79)]
    canvas.fill(polygon(canvas, wall, 1.5), INK)
    canvas.fill(polygon(canvas, wall), mix(CREAM, SAND, 0.35))
    side = [(54, 54), (32, 65), (32, 90), (54, 79)]
    canvas.fill(polygon(canvas, side, 1.5), INK)
    canvas.fill(polygon(canvas, side), mix(SAND, CLAY, 0.35))
    canvas.fill(polygon(canvas, [(17, 66), (25, 70), (25, 86), (17, 82)]), mix(CLAY, WINE, 0.5))
    canvas.fill(polygon(canvas, [(39, 67), (47, 63), (47, 72), (39, 76)]), mix(SKY, CREAM, 0.4))
    roof = [(5, 56), (32, 22), (32, 70)], [(59, 56), (32, 22), (32, 70)]
    for part, color in zip(roof, (mix(CORAL, CREAM, 0.1), mix(CORAL, WINE, 0.4)), strict=True):
        canvas.fill(polygon(canvas, part, 2.5), mix(WINE, INK, 0.4))
        canvas.fill(polygon(canvas, part, 0.8), color)
    return canvas.pixels()


def tiles() -> list[Pixels]:
    """All of them; `ecs_engine.demos.isometric.design` names them in this order."""
    return [
        *(water(frame) for frame in range(4)),
        block(SAND, mix(SAND, CLAY, 0.5), 3), block(mix(SAND, CREAM, 0.2), mix(SAND, CLAY, 0.5), 4),
        meadow_block(0), meadow_block(1), meadow_block(2), block(mix(MIST, CLOUD, 0.3), SLATE, 5),
        pine(), oak(), oak(mix(AMBER, CORAL, 0.3)), rock(), flowers(ROSE), flowers(LEMON), hut(),
    ]  # fmt: skip
