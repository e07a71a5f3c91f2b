"""The pictures of the Asteroids demo, drawn here. Every function returns uint8 (h, w, 4) with straight alpha.

``scale`` is pixels per unit: 1 suits a view of 1280 x 720, 2 is the same picture at twice the resolution. The light
comes from the top left. Things that fly point to the right, which is angle 0. Equal arguments give equal pixels.
"""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import (
    Canvas,
    Field,
    Pixels,
    capsule,
    circle,
    ellipse,
    melt,
    noise,
    polygon,
    ramp,
)
from ecs_engine.assets.palette import (
    AMBER,
    CLAY,
    CLOUD,
    CORAL,
    CREAM,
    DUSK,
    INK,
    LEMON,
    MINT,
    MIST,
    NIGHT,
    OCEAN,
    PINE,
    ROSE,
    SAND,
    SKY,
    SLATE,
    VIOLET,
    WINE,
    Colour,
    mix,
)

OUTLINE = 2.0

ROCK_RADII = {"large": 58.0, "medium": 33.0, "small": 18.0}
"""Mean radius of each size of rock in units, for its collider."""

SHIP_RADIUS = 21.0
BULLET_RADIUS = 5.0

# Shadow, body, light and highlight of the kinds of stone.
_STONES: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    (DUSK, SLATE, MIST, CLOUD),
    (mix(WINE, DUSK, 0.55), CLAY, SAND, CREAM),
    (mix(PINE, DUSK, 0.6), mix(PINE, SLATE, 0.7), mix(MINT, MIST, 0.6), CLOUD),
)


def ship(thrust: float = 0.0, scale: float = 1.0) -> Pixels:
    """The player's ship, 120 x 64 units, turning about the middle; ``thrust``, 0 to 1, is how long its flame is."""
    canvas = Canvas(120, 64, scale)
    if thrust > 0:
        _flame(canvas, 37, 32, 8 + 18 * min(thrust, 1.0))
    wings = polygon(canvas, [(71, 32), (48, 11), (36, 8), (42, 32), (36, 56), (48, 53)], 2.5)
    nozzle = polygon(canvas, [(42, 25), (35, 27), (35, 37), (42, 39)], 1.5)
    hull = melt(capsule(canvas, 48, 32, 72, 32, 10, 6.5), capsule(canvas, 70, 32, 88, 32, 6.5, 1.5), 6)
    canvas.fill(np.minimum(np.minimum(wings, hull), nozzle) - OUTLINE, INK)

    lower = 32.0 - canvas.y  # negative in the half away from the light
    canvas.fill(nozzle, SLATE)
    canvas.shade(nozzle, lower, DUSK)
    canvas.fill(wings, CORAL)
    canvas.shade(wings, lower, mix(CORAL, WINE, 0.45))
    canvas.shade(wings, canvas.y - 12.0, AMBER)
    canvas.shade(wings, 52.0 - canvas.y, mix(AMBER, CORAL, 0.5))
    for side, colour in ((-1, mix(CREAM, ROSE, 0.15)), (1, mix(CREAM, ROSE, 0.6))):
        canvas.shade(wings, capsule(canvas, 45, 32 + side * 17.5, 62, 32 + side * 5.5, 1.6), colour)

    canvas.fill(hull - 1.4, INK)
    canvas.fill(hull, ramp(canvas.y, [(23, CREAM), (30, CLOUD), (34, MIST), (42, SLATE)]))
    nose = np.maximum(hull, 83.0 - canvas.x)
    canvas.fill(nose, CORAL)
    canvas.shade(nose, lower, mix(CORAL, WINE, 0.45))
    canvas.shade(hull, np.abs(canvas.x - 50.0) - 2.2, mix(OCEAN, VIOLET, 0.3))

    glass = ellipse(canvas, 66, 31.5, 8.5, 4.8)
    canvas.fill(glass - 1.3, INK)
    canvas.fill(glass, ramp(canvas.y, [(27, SKY), (36, OCEAN)]))
    canvas.fill(capsule(canvas, 63, 29.6, 68, 29.4, 1.1, 0.8), CREAM, 0.9)
    return canvas.pixels()


def _flame(canvas: Canvas, x: float, y: float, length: float) -> None:
    """An engine's flame: from its mouth at (x, y) to the left."""
    plume = capsule(canvas, x - 1, y, x - length, y, 5.5, 0.2)
    canvas.glow(plume, CORAL, 8.0, 0.45)
    canvas.fill(plume, CORAL, blur=2.0)
    canvas.fill(capsule(canvas, x, y, x - length * 0.72, y, 4.2, 0.2), AMBER, blur=2.0)
    canvas.fill(capsule(canvas, x, y, x - length * 0.42, y, 2.8, 0.2), CREAM, blur=1.5)


def life_icon(scale: float = 1.0) -> Pixels:
    """The ship seen small, nose up, 24 x 24 units: one for every life left."""
    canvas = Canvas(24, 24, scale)
    hull = polygon(canvas, [(12, 5), (19, 19), (12, 16), (5, 19)], 1.6)
    canvas.fill(hull - 1.6, INK)
    canvas.fill(hull, CORAL)
    canvas.shade(hull, 12.0 - canvas.x, mix(CORAL, WINE, 0.45))
    canvas.fill(capsule(canvas, 12, 7.5, 12, 15, 1.2, 2.0), CREAM)
    return canvas.pixels()


def rock(size: str = "large", variant: int = 0, scale: float = 1.0) -> Pixels:
    """A rock of ``size`` "large", "medium" or "small" (see ROCK_RADII); any ``variant`` from 0 upward has its own look.

    Raises ValueError for another size.
    """
    if size not in ROCK_RADII:
        raise ValueError(f"there is no rock of size {size!r}: use one of {', '.join(ROCK_RADII)}")
    radius = ROCK_RADII[size]
    rng = np.random.default_rng([variant, round(radius)])
    side = 2 * np.ceil(radius * 1.26 + OUTLINE + 2)
    canvas = Canvas(side, side, scale)
    dx, dy = canvas.x - side / 2, canvas.y - side / 2
    distance, angle = np.hypot(dx, dy), np.arctan2(dy, dx)

    waves = np.arange(2, 8)
    swell = rng.uniform(0.5, 1.0, waves.size) * np.array([0.075, 0.06, 0.045, 0.035, 0.025, 0.018])
    edge = radius * (1 + (swell * np.cos(angle[..., None] * waves + rng.uniform(0, 2 * np.pi, waves.size))).sum(-1))
    outline = (distance - edge) * 0.94  # the edge is never steeper than this makes up for
    canvas.fill(outline, INK)

    height, hollow = _rock_surface(canvas, rng, radius, distance / edge)
    light = _light(height, scale) - 0.34 * hollow
    dark, body, pale, bright = _STONES[variant % len(_STONES)]
    # Soft steps instead of a smooth fall of light: the look of a drawing.
    steps = [(0.16, dark), (0.26, dark), (0.36, body), (0.58, body), (0.68, pale), (0.88, pale), (0.98, bright)]
    canvas.fill(outline + OUTLINE, ramp(light, steps))
    return canvas.pixels()


def _rock_surface(canvas: Canvas, rng: np.random.Generator, radius: float, reach: Field) -> tuple[Field, Field]:
    """A dome with lumps and craters: its height in units towards the viewer, and how hollow it is, 0 to 1.

    Rocks turn, and their light turns with them. Lit from below, a hole would look like a bump, so that hollows are
    darkened whatever side the light is on.
    """
    rows, columns = reach.shape
    height = radius * 0.50 * np.sqrt(np.clip(1.02 - reach**2, 0.0, 1.0))
    height = height + noise(rows, columns, rng, 2.1, radius * 0.9 * canvas.scale) * radius * 0.015
    hollow = np.zeros_like(height)
    centre = columns / canvas.scale / 2
    placed: list[tuple[float, float, float]] = []
    wanted = round(radius**0.5)  # craters: 8 on a large rock, 4 on a small one
    for _ in range(60):
        away, turn = radius * 0.78 * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
        x, y = centre + away * np.cos(turn), centre + away * np.sin(turn)
        size = radius * (0.30 if not placed else rng.uniform(0.09, 0.19))
        if all(np.hypot(x - px, y - py) > size + other + radius * 0.05 for px, py, other in placed):
            placed.append((x, y, size))
            d = circle(canvas, x, y, 0.0) / size
            height = height + np.where(d < 1, (d * d - 1) * 0.30, 0.0) * size
            height = height + 0.12 * size * np.exp(-(((d - 1.05) / 0.22) ** 2))  # the rim that was thrown up
            hollow = np.maximum(hollow, np.clip((1.0 - d) * 4.0, 0.0, 1.0))
        if len(placed) == wanted:
            break
    return height, hollow


def _light(height: Field, scale: float) -> Field:
    """How brightly a surface is lit from the top left, about 0 to 1."""
    down, right = np.gradient(height * scale)
    normal = 1.0 / np.sqrt(1.0 + down**2 + right**2)
    light: Field = np.clip(0.14 + 0.86 * (0.46 * right + 0.54 * down + 0.64) * normal, 0.0, 1.0)
    return light


def bullet(scale: float = 1.0) -> Pixels:
    """A glowing bolt, 36 x 20 units."""
    canvas = Canvas(36, 20, scale)
    bolt = capsule(canvas, 13, 10, 25, 10, 1.6, 2.6)
    canvas.glow(bolt, MINT, 7.0, 0.55)
    canvas.fill(bolt - 0.8, MINT, blur=1.5)
    canvas.fill(capsule(canvas, 16, 10, 25, 10, 0.9, 1.7), CREAM, blur=1.0)
    return canvas.pixels()


def spark(color: Colour = CREAM, scale: float = 1.0) -> Pixels:
    """A soft dot of 16 x 16 units that fades to its edge: sparks, dust and smoke, tinted and scaled by the sprite."""
    canvas = Canvas(16, 16, scale)
    canvas.glow(circle(canvas, 8, 8, 1.0), color, 6.5)
    return canvas.pixels()


def shard(variant: int = 0, scale: float = 1.0) -> Pixels:
    """A chip of rock, 20 x 20 units, for the moment one breaks."""
    rng = np.random.default_rng([variant, 77])
    canvas = Canvas(20, 20, scale)
    corners = np.arange(5) * 2 * np.pi / 5 + rng.uniform(-0.35, 0.35, 5)
    radii = rng.uniform(3.8, 6.6, 5)
    ends = [(10 + r * np.cos(a), 10 + r * np.sin(a)) for r, a in zip(radii, corners, strict=True)]
    chip = polygon(canvas, ends, 0.6)
    dark, body, pale, _ = _STONES[variant % len(_STONES)]
    canvas.fill(chip - 1.5, INK)
    canvas.fill(chip, body)
    canvas.shade(chip, canvas.x + canvas.y - 18.5, pale)
    canvas.shade(chip, 23.0 - canvas.x - canvas.y, dark)
    return canvas.pixels()


def ring(scale: float = 1.0) -> Pixels:
    """The shock wave of an explosion, 128 x 128 units; grow it and fade it with the sprite."""
    canvas = Canvas(128, 128, scale)
    wave = circle(canvas, 64, 64, 52.0)
    inside = np.clip(1.0 + wave / 34.0, 0.0, 1.0) * (wave < 0)
    canvas.cover(inside**3 * 0.45, CORAL)
    canvas.glow(np.abs(wave) - 1.0, AMBER, 8.0, 0.8)
    canvas.line(wave, CREAM, 2.6)
    return canvas.pixels()


def flash(scale: float = 1.0) -> Pixels:
    """The burst in the middle of an explosion, 96 x 96 units."""
    canvas = Canvas(96, 96, scale)
    distance = circle(canvas, 48, 48, 0.0)
    angle = np.arctan2(canvas.y - 48, canvas.x - 48)
    # Long and short pointed rays in turn: each is the absolute sine of the angle, sharpened.
    rays = (1 - np.abs(np.sin(angle * 3.5 + 0.5))) ** 2 * 19 + (1 - np.abs(np.sin(angle * 4.5 + 2.1))) ** 2 * 12
    canvas.glow(distance - 14.0, CORAL, 30.0, 0.55)
    for size, colour in ((1.0, CORAL), (0.8, AMBER), (0.6, LEMON), (0.4, CREAM)):
        canvas.fill((distance - (13.0 + rays) * size) * 0.6, colour, blur=2.0)
    return canvas.pixels()


def star(size: int = 0, scale: float = 1.0) -> Pixels:
    """A star of 16 x 16 units: ``size`` 0 a faint dot, 1 a bright one, 2 one that twinkles with four rays.

    Raises ValueError for another size.
    """
    if size not in (0, 1, 2):
        raise ValueError(f"there is no star of size {size!r}: use 0, 1 or 2")
    canvas = Canvas(16, 16, scale)
    colour = (MIST, CREAM, CLOUD)[size]
    if size == 2:
        dx, dy = np.abs(canvas.x - 8), np.abs(canvas.y - 8)
        rays = np.clip(1.0 - np.maximum(dx, dy) / 7.0, 0.0, 1.0) ** 1.5 * np.exp(-np.minimum(dx, dy) / 0.55)
        canvas.glow(circle(canvas, 8, 8, 0.5), SKY, 5.5, 0.4)
        canvas.cover(rays, colour)
    canvas.glow(circle(canvas, 8, 8, (0.6, 0.8, 0.9)[size]), colour, (1.6, 2.4, 2.0)[size], (0.75, 1.0, 1.0)[size])
    return canvas.pixels()


def planet(scale: float = 1.0) -> Pixels:
    """A banded, ringed planet for the background, 240 x 200 units."""
    canvas = Canvas(240, 200, scale)
    x, y, radius, tilt = 120.0, 100.0, 62.0, -0.32
    ball = circle(canvas, x, y, radius)
    dx, dy = canvas.x - x, canvas.y - y
    along, across = dx * np.cos(tilt) + dy * np.sin(tilt), dy * np.cos(tilt) - dx * np.sin(tilt)
    bulge = np.sqrt(np.clip(1 - (along / radius) ** 2, 0.0, 1.0))
    bands = across / radius - 0.18 * bulge + 0.02 * np.sin(along / 9.0) + 0.012 * np.sin(along / 4.1 + across / 7.0)
    stops = [(-1.0, VIOLET), (-0.62, VIOLET), (-0.56, ROSE), (-0.36, ROSE), (-0.30, SAND), (-0.08, SAND), (-0.03, ROSE)]
    stops += [(0.10, ROSE), (0.15, mix(VIOLET, ROSE, 0.4)), (0.42, mix(VIOLET, ROSE, 0.4)), (0.48, VIOLET), (1.0, DUSK)]
    surface = ramp(bands, stops)
    # the night side: a sphere lit from the top left
    depth = np.sqrt(np.clip(1 - (dx**2 + dy**2) / radius**2, 0.0, 1.0))
    light = np.clip((-0.55 * dx - 0.6 * dy) / radius + 0.58 * depth + 0.2, 0.0, 1.0)
    dusk = np.interp(light, [0.05, 0.25, 0.45, 0.75], [0.0, 0.35, 0.8, 1.0])[..., None]
    surface = np.array(INK) * (1 - dusk) + surface * dusk

    flat = np.hypot(along, across / 0.26)
    hoop = np.abs(flat - 92.0) - 15.0
    gap = np.abs(flat - 96.0) - 1.6
    hoops = np.maximum(hoop, -gap) * 0.4
    tint = ramp(flat, [(78, CLAY), (90, SAND), (94, SAND), (99, CLAY), (106, DUSK)])
    behind = np.maximum(hoops, across)
    before = np.maximum(hoops, -across)
    canvas.glow(ball, VIOLET, 14.0, 0.35)
    canvas.fill(behind, tint, 0.75)
    canvas.fill(ball, surface)
    canvas.shade(ball, np.maximum(np.abs(np.hypot(along, (across - 9) / 0.26) - 92.0) - 12.0, -across) * 0.4, INK, 0.4)
    canvas.fill(before, tint, 0.92)
    return canvas.pixels()


def nebula(width: int = 1280, height: int = 720, seed: int = 4) -> Pixels:
    """The backdrop, opaque, ``width`` x ``height`` pixels: dim clouds, dust and far stars.

    It tiles both ways when both sides are even.
    """
    rng = np.random.default_rng(seed)
    rows, columns = (height + 1) // 2, (width + 1) // 2  # clouds are soft: half the resolution shows no less
    clouds = noise(rows, columns, rng, 2.5, 450.0) + noise(rows, columns, rng, 1.8, 120.0) * 0.22
    gas = np.clip(clouds * 0.24 + 0.40, 0.0, 1.0)
    cool = ramp(gas, [(0.15, NIGHT), (0.45, mix(NIGHT, INK, 0.8)), (0.75, mix(INK, OCEAN, 0.35)), (1.0, OCEAN)])
    warm = ramp(gas, [(0.15, NIGHT), (0.45, mix(NIGHT, INK, 0.9)), (0.75, mix(DUSK, WINE, 0.35)), (1.0, WINE)])
    blend = np.clip(noise(rows, columns, rng, 3.0, 550.0) * 0.4 + 0.5, 0.0, 1.0)[..., None]
    lanes = np.clip(1.0 - np.abs(noise(rows, columns, rng, 2.4, 210.0) + 0.2) / 0.6, 0.0, 1.0)[..., None]
    sky = (cool + (warm - cool) * blend) * (0.86 - 0.28 * lanes)  # the lanes are dust before the light
    sky = _double(_double(sky, 0), 1)[:height, :width]

    count = width * height // 1500
    stars = rng.integers(0, height, count), rng.integers(0, width, count)
    faint = rng.random(count)[:, None] ** 3 * 0.8 + 0.06
    tones = np.array([CLOUD, CREAM, SKY, ROSE])[rng.integers(0, 4, count)]
    sky[stars] += (tones - sky[stars]) * faint
    sky += rng.uniform(-0.5, 0.5, (height, width, 1))  # dither: eight bits would show steps in fades this dark
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = np.rint(np.clip(sky, 0, 255))
    return pixels


def _double(field: Field, axis: int) -> Field:
    """Twice as many samples along an axis, the new ones half-way between their neighbours, around the edge too."""
    between = (field + np.roll(field, -1, axis)) / 2
    shape = list(field.shape)
    shape[axis] *= 2
    return np.stack([field, between], axis + 1).reshape(shape)
