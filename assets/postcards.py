"""Postcards of one country at many hours of the day. uint8 (h, w, 4), opaque."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Field, Pixels, ramp
from ecs_engine.assets.palette import (
    AMBER,
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
    SAND,
    SKY,
    SLATE,
    VIOLET,
    Colour,
    mix,
)

HOURS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    (mix(INK, OCEAN, 0.2), mix(DUSK, VIOLET, 0.3), mix(CREAM, SKY, 0.2), NIGHT),
    (mix(DUSK, VIOLET, 0.6), mix(CORAL, ROSE, 0.5), LEMON, mix(INK, DUSK, 0.4)),
    (mix(SKY, VIOLET, 0.3), mix(AMBER, CREAM, 0.5), mix(LEMON, CREAM, 0.5), mix(PINE, DUSK, 0.5)),
    (mix(SKY, OCEAN, 0.25), mix(SKY, CREAM, 0.7), CREAM, mix(PINE, LEAF, 0.25)),
    (mix(SKY, OCEAN, 0.1), mix(MINT, CREAM, 0.6), CREAM, mix(PINE, LEAF, 0.4)),
    (mix(OCEAN, VIOLET, 0.4), mix(AMBER, ROSE, 0.4), mix(AMBER, LEMON, 0.5), mix(PINE, INK, 0.25)),
    (mix(DUSK, INK, 0.4), mix(CORAL, VIOLET, 0.45), mix(CORAL, AMBER, 0.4), mix(INK, PINE, 0.35)),
    (NIGHT, mix(OCEAN, INK, 0.45), mix(CREAM, SLATE, 0.15), mix(NIGHT, PINE, 0.25)),
)
"""Sky above, sky below, sun or moon, and the land nearest."""


def postcard(number: int, width: int = 240, height: int = 160) -> Pixels:
    """Another view for each number: hills, dunes or an island, one of eight hours, and a sun that goes its way."""
    rng = np.random.default_rng(100 + number)
    top, bottom, light, land = HOURS[number % len(HOURS)]
    hour = (number % len(HOURS)) / (len(HOURS) - 1)
    up: Field = 1 - (np.arange(height, dtype=np.float64)[:, None] + 0.5) / height
    across: Field = (np.arange(width, dtype=np.float64) + 0.5) / height
    color = np.broadcast_to(ramp(up, [(0.25, bottom), (1.0, top)]), (height, width, 3)).copy()
    sun_x, sun_y = (0.12 + 0.76 * hour) * width / height, 0.42 + 0.36 * np.sin(np.pi * (0.12 + 0.76 * hour))
    distance = np.hypot(across - sun_x, up - sun_y)
    _lay(color, np.clip(1 - distance / 0.6, 0, 1) ** 2 * 0.55, light)
    _lay(color, np.clip((0.085 - distance) * height, 0, 1), light)
    if number % len(HOURS) in (0, 7):
        for x, y in rng.uniform((0, 0.45), (width / height, 1), (26, 2)):
            _lay(color, np.clip(1 - np.hypot(across - x, up - y) * height / 1.6, 0, 1) * 0.9, CREAM)
    kind = number // len(HOURS) % 3
    far = mix(bottom, land, 0.35)
    if kind == 1:  # an island in the sea
        sea = np.broadcast_to(up < 0.34, color.shape[:2]).astype(float)
        _lay(color, sea, mix(mix(OCEAN, top, 0.5), bottom, 0.2))
        glitter = (np.abs(across - sun_x) < 0.03 + 0.25 * (0.34 - up)) & (np.sin(up * height * 1.1 + across * 9) > 0.3)
        _lay(color, (sea * glitter) * 0.6, light)
    for layer in range(3):
        level = 0.36 - 0.12 * layer if kind != 1 else (0.34, 0.2, -1.0)[layer]
        start, swell = rng.uniform(0, 6), (0.10, 0.075, 0.05)[layer]
        edge = level + swell * np.sin(across * (2.2 + layer) + start) + 0.3 * swell * np.sin(across * 7 + 2 * start)
        if kind == 1 and layer == 0:
            edge = 0.3 + 0.26 * np.exp(-(((across - rng.uniform(0.5, 1.0)) / 0.2) ** 2))
        if kind == 2:
            edge = level + 1.6 * swell * (np.abs((across * (1.1 + 0.4 * layer) + start) % 2 - 1) - 0.4)
        ground = mix(far, mix(land, SAND, 0.35) if kind == 2 else land, layer / 2)
        shade = ramp(edge - up, [(0.0, mix(ground, light, 0.22)), (0.3, ground)])
        cover = np.clip((edge - up) * height + 0.5, 0, 1)
        if kind == 1 and layer == 0:
            cover = cover * (up > 0.34)
        color += (shade - color) * cover[..., None]
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = np.rint(np.clip(color, 0, 255))
    return pixels


def _lay(color: Field, cover: Field, over: Colour) -> None:
    color += (np.asarray(over) - color) * cover[..., None]
