"""A courtyard seen from above, in the colours of day: what lights make of it is theirs. uint8 (h, w, 4), straight."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, capsule, circle, ellipse, noise, polygon, ramp
from ecs_engine.assets.palette import (
    AMBER,
    CLAY,
    CLOUD,
    CREAM,
    DUSK,
    INK,
    LEAF,
    LEMON,
    MINT,
    MIST,
    OCEAN,
    PINE,
    SAND,
    SKY,
    SLATE,
    mix,
)

STONE = 30.0
"""How far cobbles are apart, in units."""


def cobbles(width: int, height: int, rng: np.random.Generator) -> tuple[Field, Field]:
    """Stones laid at random: how far each pixel is from the nearest gap, and a number from 0 to 1 for each stone."""
    rows, columns = int(height / STONE) + 3, int(width / STONE) + 3
    spots = np.stack(np.meshgrid(np.arange(columns) - 1.0, np.arange(rows) - 1.0), axis=2)
    spots = (spots + rng.uniform(0.12, 0.88, spots.shape)) * STONE
    shades = rng.random((rows, columns))
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    column, row = (x / STONE).astype(int) + 1, (y / STONE).astype(int) + 1
    first, second = np.full((height, width), np.inf), np.full((height, width), np.inf)
    shade = np.zeros((height, width))
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            at = np.clip(row + down, 0, rows - 1), np.clip(column + across, 0, columns - 1)
            apart = np.hypot(x - spots[at][..., 0], y - spots[at][..., 1])
            nearer = apart < first
            second = np.where(nearer, first, np.minimum(second, apart))
            shade = np.where(nearer, shades[at], shade)
            first = np.minimum(first, apart)
    return (second - first) / 2, shade


def ground(width: int = 1280, height: int = 720) -> Pixels:
    """Grass around a paved court with rounded corners, and a ring of slabs in its middle; opaque."""
    canvas, rng = Canvas(width, height), np.random.default_rng(5)
    soft = noise(height, width, rng, 1.6, 220)
    fine = noise(height, width, rng, 0.7, 14)
    grass = ramp(soft * 0.6 + fine * 0.5, [(-2.0, mix(PINE, INK, 0.1)), (0.0, mix(PINE, LEAF, 0.5)), (2.0, LEAF)])
    canvas.cover(np.ones(canvas.x.shape), grass)
    x, y = canvas.x - width / 2, canvas.y - height / 2
    court = _rounded(x, y, 455.0, 240.0, 120.0) + 5 * soft
    gate = np.maximum(np.abs(y) - 58 + 4 * soft, -(np.abs(x) - 300))
    paved = np.minimum(court, gate)
    gap, shade = cobbles(width, height, rng)
    shades = [(0.0, mix(SLATE, MIST, 0.25)), (0.5, mix(MIST, SLATE, 0.15)), (1.0, mix(MIST, SAND, 0.6))]
    stone = ramp(shade + 0.14 * fine, shades)
    canvas.fill(paved - 7, mix(PINE, INK, 0.35), blur=10)
    canvas.fill(paved, mix(DUSK, SLATE, 0.35))
    canvas.fill(np.maximum(paved, 2.2 - gap), stone, blur=1.5)
    canvas.shade(np.maximum(paved, 2.2 - gap), 4.6 - gap, mix(SLATE, DUSK, 0.3), 0.35)
    far = np.hypot(x, y * 1.0)
    ring = np.maximum(far - 150, 96 - far)
    spoke = np.abs(np.mod(np.arctan2(y, x) / (2 * np.pi) * 28 + (far > 123) * 0.5, 1.0) - 0.5)
    joint = np.minimum.reduce([(0.5 - spoke) * far * 2 * np.pi / 28, np.abs(far - 123), 150 - far, far - 96])
    canvas.fill(ring - 2, mix(DUSK, SLATE, 0.5))
    canvas.fill(np.maximum(ring, 1.6 - joint), mix(MIST, SAND, 0.5), blur=1.5)
    canvas.shade(np.maximum(ring, 1.6 - joint), -fine + 0.7, mix(SAND, CLAY, 0.4), 0.16)
    for _ in range(150):
        _flower(canvas, rng, paved)
    return canvas.pixels()


def _flower(canvas: Canvas, rng: np.random.Generator, paved: Field) -> None:
    """A small flower, if its place is grass; only the few pixels around it are touched."""
    column, row = int(rng.integers(8, paved.shape[1] - 8)), int(rng.integers(8, paved.shape[0] - 8))
    if paved[row, column] < 14:
        return
    color = (CREAM, LEMON, mix(CREAM, AMBER, 0.5), mix(CLOUD, SKY, 0.4))[int(rng.integers(4))]
    part = np.s_[row - 7 : row + 7, column - 7 : column + 7]
    x, y = canvas.x[part] - column, canvas.y[part] - row
    turn = np.arctan2(y, x) * 5
    inside = np.clip(0.5 - (np.hypot(x, y) - 3.2 - 0.9 * np.cos(turn)), 0, 1)[..., None]
    canvas._rgb[part] += (np.asarray(color) / 255 - canvas._rgb[part]) * inside


def _rounded(x: Field, y: Field, half_width: float, half_height: float, corner: float) -> Field:
    across, up = np.abs(x) - half_width + corner, np.abs(y) - half_height + corner
    outside = np.hypot(np.maximum(across, 0), np.maximum(up, 0))
    return outside + np.minimum(np.maximum(across, up), 0) - corner


def hedge(width: int, height: int, seed: int = 0) -> Pixels:
    """A clipped hedge with round corners, its leaves lighter on top."""
    canvas, rng = Canvas(width, height), np.random.default_rng(seed)
    bumps = noise(height, width, rng, 0.9, 18)
    edge = _rounded(canvas.x - width / 2, canvas.y - height / 2, width / 2 - 3, height / 2 - 3, 11) + 1.3 * bumps
    canvas.fill(edge, mix(PINE, INK, 0.45))
    leaves = ramp(bumps, [(-2.0, mix(PINE, INK, 0.15)), (0.2, mix(PINE, LEAF, 0.45)), (2.2, mix(LEAF, LEMON, 0.25))])
    canvas.fill(edge + 3.5, leaves)
    return canvas.pixels()


def _marble(field: Field, reach: float) -> Field:
    """Stone that is lit from the upper left."""
    return ramp(field, [(-reach, CREAM), (0, mix(CLOUD, SAND, 0.5)), (reach, mix(MIST, SAND, 0.3))])


def column() -> Pixels:
    """A round pillar on a square foot."""
    canvas = Canvas(56, 56)
    x, y = canvas.x - 28, canvas.y - 28
    canvas.fill(_rounded(x, y, 25, 25, 5), mix(SLATE, DUSK, 0.4))
    canvas.fill(_rounded(x, y, 23, 23, 4), ramp(x + y, [(-40, mix(CLOUD, SAND, 0.3)), (40, mix(SLATE, SAND, 0.35))]))
    canvas.fill(circle(canvas, 28, 28, 20.5), mix(SLATE, DUSK, 0.3))
    canvas.fill(circle(canvas, 28, 28, 18.5), _marble(x + y, 23))
    canvas.line(circle(canvas, 28, 28, 12.5), mix(MIST, SAND, 0.3), 1.5)
    return canvas.pixels()


def crate() -> Pixels:
    """A box of planks with a cross of battens."""
    canvas = Canvas(44, 44)
    x, y = canvas.x - 22, canvas.y - 22
    canvas.fill(_rounded(x, y, 21, 21, 3), mix(CLAY, INK, 0.55))
    grain = 6 * np.sin(canvas.y * 0.9 + 2 * np.sin(canvas.x * 0.21))
    wood = [(0, mix(CLAY, AMBER, 0.35)), (2.3, mix(SAND, AMBER, 0.25))]
    planks = ramp(np.floor(canvas.x / 9) % 3 + grain * 0.04, wood)
    canvas.fill(_rounded(x, y, 18.5, 18.5, 1), planks)
    for shape in (np.abs(x - y) / 1.414 - 4.2, np.abs(_rounded(x, y, 16.5, 16.5, 1)) - 3.2):
        canvas.fill(np.maximum(shape, _rounded(x, y, 19.5, 19.5, 2)) - 1.2, mix(CLAY, INK, 0.45))
        canvas.fill(np.maximum(shape, _rounded(x, y, 19.5, 19.5, 2)), mix(SAND, AMBER, 0.45))
    return canvas.pixels()


def fountain() -> Pixels:
    """A basin of water, rings on it, around a pillar."""
    canvas = Canvas(176, 176)
    x, y = canvas.x - 88, canvas.y - 88
    canvas.fill(circle(canvas, 88, 88, 84), mix(SLATE, DUSK, 0.4))
    canvas.fill(circle(canvas, 88, 88, 82), _marble(x + y, 110))
    canvas.fill(circle(canvas, 88, 88, 69), mix(OCEAN, INK, 0.35))
    far = np.hypot(x, y)
    canvas.fill(circle(canvas, 88, 88, 66), ramp(far, [(20, mix(SKY, MINT, 0.35)), (66, OCEAN)]))
    for radius, strength in ((30, 0.9), (42, 0.6), (54, 0.4)):
        wave = np.abs(far - radius - 1.5 * np.sin(np.arctan2(y, x) * 7 + radius)) - 1.3
        canvas.fill(wave, mix(SKY, CREAM, 0.75), strength)
    canvas.fill(circle(canvas, 88, 88, 21), mix(SLATE, DUSK, 0.3))
    canvas.fill(circle(canvas, 88, 88, 19), ramp(x + y, [(-24, CREAM), (24, mix(MIST, SAND, 0.3))]))
    canvas.fill(circle(canvas, 88, 88, 9), mix(SKY, MINT, 0.35))
    canvas.fill(circle(canvas, 86, 86, 4), mix(SKY, CREAM, 0.8))
    return canvas.pixels()


def tree(seed: int = 0) -> Pixels:
    """A crown of leaves, in tufts."""
    canvas, rng = Canvas(190, 190), np.random.default_rng(seed)
    tufts = [(95 + 52 * np.cos(a), 95 + 52 * np.sin(a), rng.uniform(27, 37)) for a in np.arange(9) * 0.7 + rng.random()]
    crown = np.minimum.reduce([circle(canvas, *tuft) for tuft in [*tufts, (95.0, 95.0, 55.0)]])
    bumps = noise(190, 190, rng, 0.9, 16)
    canvas.fill(crown + 2 * bumps, mix(PINE, INK, 0.5))
    heart = [(95.0, 95.0, 44.0), (84.0, 82.0, 27.0)]
    for number, (x, y, radius) in enumerate([*sorted(tufts, key=lambda tuft: -tuft[1]), *heart]):
        high = max(number - len(tufts) + 1, 0) / 2
        tuft = np.hypot(canvas.x - x, canvas.y - y) - radius + 2.2 * bumps + 3 * (not high)
        light = mix(LEAF, LEMON, 0.3 + 0.15 * high)
        middle = mix(PINE, LEAF, 0.6 + 0.15 * high)
        dark = mix(PINE, INK, 0.25 - 0.1 * high)
        leaves = (canvas.x - x + canvas.y - y) / radius - 0.3 * bumps
        canvas.fill(tuft, ramp(leaves, [(-1.2, light), (0.2, middle), (1.4, dark)]))
    return canvas.pixels()


def lantern() -> Pixels:
    """A lamp on a post, from above: a frame around four panes."""
    canvas = Canvas(30, 30)
    x, y = canvas.x - 15, canvas.y - 15
    canvas.fill(_rounded(x, y, 12, 12, 4), INK)
    canvas.fill(_rounded(x, y, 9, 9, 3), ramp(np.hypot(x, y), [(0, CREAM), (6, LEMON), (11, AMBER)]))
    canvas.fill(np.minimum(np.abs(x), np.abs(y)) - 1 + 100 * (np.hypot(x, y) > 14), INK)
    canvas.fill(circle(canvas, 15, 15, 3.5), INK)
    return canvas.pixels()


def watchman() -> Pixels:
    """A man with a hat from above, looking to the right, a torch in his hand."""
    canvas = Canvas(52, 52)
    canvas.fill(capsule(canvas, 36, 34, 44, 32, 3.5, 3), mix(SLATE, INK, 0.3))
    canvas.fill(ellipse(canvas, 25, 26, 12, 17), INK)
    canvas.fill(ellipse(canvas, 25, 26, 10, 15), mix(OCEAN, DUSK, 0.3))
    canvas.fill(capsule(canvas, 27, 37, 37, 35, 4.5), INK)
    canvas.fill(capsule(canvas, 27, 37, 37, 35, 3), mix(SAND, CREAM, 0.3))
    canvas.fill(circle(canvas, 26, 26, 11.5), INK)
    canvas.fill(circle(canvas, 26, 26, 10), mix(CLAY, AMBER, 0.2))
    canvas.fill(circle(canvas, 24, 25, 6.5), mix(CLAY, INK, 0.35))
    canvas.fill(circle(canvas, 23.4, 24.4, 5), mix(SAND, AMBER, 0.35))
    canvas.fill(polygon(canvas, [(44, 29), (48, 28), (48, 36), (44, 35)], 1), LEMON)
    return canvas.pixels()
