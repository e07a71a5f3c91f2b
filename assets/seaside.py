"""The pictures of the pixels demo: the sea at night, dot by dot. uint8 (h, w, 4), straight alpha, one pixel a dot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ecs_engine.assets.palette import (
    AMBER,
    CLAY,
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
    SAND,
    SLATE,
    VIOLET,
    WINE,
    Colour,
    mix,
)

Pixels = npt.NDArray[np.uint8]

_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) / 16
"""The ordered dither of four by four."""

_BOAT = """
..............m.........
..............m.........
.............wm.........
............wwm.........
...........wwwm.........
..........wwwwmr........
.........wwwwwmrr.......
........wwwwwwmrrr......
.......wwwwwwwmrrrr.....
......wwwwwwwwmrrrrr....
......ccccccccmrrrrrr...
..............m.........
..............m....l....
.........kkkk.m....k....
hhh......kyyk.m....k...h
.hhhhhhhhhhhhhhhhhhhhhhh
.sssssssssssssssssssssh.
..hhhhhhhhhhhhhhhhhhhh..
...dddddddddddddddddd...
"""

_PALM = """
....ggg...ggg....
..ggggggggggggg..
.gg..ggggggg..gg.
gg..ggg.b.ggg..gg
g..gg...b...gg..g
...g...bb....g...
.......bb........
.......b.........
......bb.........
......bb.........
......b..........
.....bb..........
.....bb..........
.....bb..........
"""

_GULLS = ("w.....w\n.ww.ww.\n...w...", ".......\n.wwwww.\nw..w..w")


def dots(sheet: str, colors: Mapping[str, Colour]) -> Pixels:
    """A picture from lines of letters; those without a colour are clear."""
    lines = sheet.strip("\n").split("\n")
    pixels = np.zeros((len(lines), len(lines[0]), 4), np.uint8)
    for row, line in enumerate(lines):
        for column, letter in enumerate(line):
            if letter in colors:
                pixels[row, column] = (*colors[letter], 255)
    return pixels


def dithered(values: npt.NDArray[np.float64], colors: Sequence[Colour]) -> Pixels:
    """Values from 0 to 1, (h, w), in a few colours, with dots of neighbouring ones between them."""
    height, width = values.shape
    level = np.clip(values, 0, 1) * (len(colors) - 1)
    threshold = np.tile(_BAYER, (height // 4 + 1, width // 4 + 1))[:height, :width]
    index = np.minimum(np.floor(level + threshold).astype(int), len(colors) - 1)
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = np.array(colors, np.uint8)[index]
    return pixels


def sky(width: int, height: int, rng: np.random.Generator) -> Pixels:
    """The night sky with stars, darkest above."""
    down = np.broadcast_to(np.linspace(0, 1, height)[:, None], (height, width))
    pixels = dithered(down, [NIGHT, INK, mix(INK, DUSK, 0.6), mix(DUSK, VIOLET, 0.35), mix(VIOLET, WINE, 0.4)])
    for color, count in ((SLATE, 90), (MIST, 45), (CREAM, 16)):
        pixels[rng.integers(0, height * 2 // 3, count), rng.integers(0, width, count), :3] = color
    return pixels


def moon(size: int = 30) -> Pixels:
    """A full moon with its seas."""
    y, x = np.indices((size, size)) - (size - 1) / 2
    pixels = dithered(0.5 + (x * 0.6 - y * 0.4) / -size, [SAND, LEMON, CREAM])
    for left, top, radius in ((-4, -3, 4), (5, 4, 3), (-2, 7, 2), (6, -6, 2)):
        pixels[np.hypot(x - left, y - top) < radius, :3] = mix(SAND, LEMON, 0.35)
    pixels[np.hypot(x, y) > size / 2 - 0.3] = 0
    return pixels


def glitter(width: int, height: int, rng: np.random.Generator) -> Pixels:
    """The light of the moon on the water: dashes, the wider the nearer."""
    pixels = np.zeros((height, width, 4), np.uint8)
    for row in range(0, height, 2):
        for _ in range(2):
            long = int(rng.integers(2, 6 + row // 5))
            left = int(np.clip(width / 2 + rng.normal(0, 2 + row / 9) - long / 2, 0, width - long))
            pixels[row, left : left + long] = (*LEMON, 255)
    return pixels


def skyline(width: int, height: int, color: Colour, edge: Colour, rng: np.random.Generator) -> Pixels:
    """Mountains far away, which go on seamlessly at both sides."""
    turn = np.arange(width) / width * 2 * np.pi
    level = np.zeros(width)
    for waves in (1, 2, 3, 5, 9, 14):
        level += (1 - np.abs(np.sin(turn * waves / 2 * 2 + rng.uniform(0, 6.3)))) / waves**0.7
    top = np.rint(height * (1 - 0.9 * level / level.max())).astype(int)
    rows = np.arange(height)[:, None]
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[rows >= top] = (*color, 255)
    pixels[rows == top] = (*edge, 255)
    return pixels


def wave(width: int, depth: int, crest: Colour, color: Colour, shade: Colour, phase: float) -> Pixels:
    """A strip of water with small waves on top, which goes on seamlessly at both sides."""
    turn = np.arange(width) / width * 2 * np.pi
    top = np.rint(2 + 1.2 * np.sin(turn * 2 + phase) + 0.9 * np.sin(turn * 5 + 2 * phase)).astype(int)
    below = np.arange(depth)[:, None] - top
    water = dithered(np.broadcast_to(below / depth, below.shape), [color, color, shade])
    water[below < 0] = 0
    water[below == 0] = (*crest, 255)
    return water


def boat() -> Pixels:
    """A sailing boat that goes to the right, with a lamp at its bow."""
    colors = {
        "m": mix(CLAY, INK, 0.4), "w": CREAM, "c": SAND, "r": CORAL, "h": CLAY, "s": mix(CLAY, SAND, 0.45),
        "d": mix(WINE, INK, 0.4), "k": mix(CLAY, INK, 0.55), "y": AMBER, "l": LEMON,
    }  # fmt: skip
    return dots(_BOAT, colors)


def island(rng: np.random.Generator, width: int = 110, height: int = 46) -> Pixels:
    """An island with palms, against the light."""
    pixels = np.zeros((height, width, 4), np.uint8)
    across = np.linspace(-1, 1, width)
    top = np.rint(height - 13 * (1 - across**2) ** 0.8 - 2 * np.sin(across * 9 + rng.uniform(0, 6))).astype(int)
    rows = np.arange(height)[:, None]
    pixels[rows >= top] = (*mix(PINE, NIGHT, 0.62), 255)
    pixels[(rows >= top) & (rows < top + 2)] = (*mix(PINE, NIGHT, 0.3), 255)
    palm = dots(_PALM, {"g": mix(PINE, NIGHT, 0.15), "b": mix(CLAY, NIGHT, 0.55)})
    for place in (0.28, 0.47, 0.7):
        middle = int(place * width + rng.integers(-5, 6))
        picture = palm[:, ::-1] if rng.random() < 0.5 else palm
        foot = top[middle] + 1
        rest = pixels[foot - len(picture) : foot, middle - 8 : middle + 9]
        np.copyto(rest, picture, where=picture[..., 3:] > 0)
    return pixels


def lighthouse() -> Pixels:
    """A lighthouse on its rock, 40 x 74 dots, its lamp at (20, 12) from the upper left."""
    pixels = np.zeros((74, 40, 4), np.uint8)
    y, x = np.indices((74, 40))
    half = 4.5 + (y - 18) * 0.07
    tower = (np.abs(x - 19.5) < half) & (y >= 18) & (y < 64)
    bands = (y - 18) // 9 % 2 == 0
    for part, light, dark in ((bands, CREAM, MIST), (~bands, CORAL, WINE)):
        pixels[tower & part] = (*light, 255)
        pixels[tower & part & (x > 19.5 + half * 0.3)] = (*dark, 255)
    pixels[16:18, 12:28] = (*INK, 255)
    pixels[8:16, 15:25] = (*AMBER, 255)
    pixels[9:15, 17:23] = (*CREAM, 255)
    for column in (15, 24):
        pixels[8:16, column] = (*INK, 255)
    roof = (y >= 2) & (y < 8) & (np.abs(x - 19.5) < (y - 1) * 1.1)
    pixels[roof] = (*WINE, 255)
    pixels[55:64, 18:22] = (*INK, 255)
    rock = (y >= 60 + 4 * np.sin(x * 0.5) + np.abs(x - 19.5) * 0.5) & (y >= 60)
    pixels[rock & ~(tower & (y < 62))] = (*INK, 255)
    pixels[rock & ~tower & ((x * 7 + y * 3) % 11 < 3)] = (*DUSK, 255)
    return pixels


def light(size: int, color: Colour) -> Pixels:
    """Light in three steps with dots between them, to be added."""
    y, x = np.indices((size, size)) - (size - 1) / 2
    far = np.hypot(x, y) / (size / 2)
    threshold = np.tile(_BAYER, (size // 4 + 1, size // 4 + 1))[:size, :size]
    step = np.floor(np.clip(1 - far, 0, 1) * 3 + threshold)
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[..., :3] = color
    pixels[..., 3] = (step * 34).astype(np.uint8)
    return pixels


def gulls() -> list[Pixels]:
    """A gull with its wings up and down."""
    return [dots(sheet, {"w": CREAM}) for sheet in _GULLS]


def cross() -> Pixels:
    """A pointer for the mouse, its middle at the middle."""
    return dots("..w..\n..k..\nwk.kw\n..k..\n..w..", {"w": MINT, "k": INK})


SEA = (
    (mix(OCEAN, DUSK, 0.55), mix(OCEAN, DUSK, 0.7), mix(OCEAN, INK, 0.75)),
    (mix(OCEAN, MINT, 0.12), mix(OCEAN, DUSK, 0.45), mix(OCEAN, INK, 0.6)),
    (mix(OCEAN, MINT, 0.3), mix(OCEAN, INK, 0.25), mix(OCEAN, INK, 0.6)),
    (mix(OCEAN, MINT, 0.5), mix(OCEAN, INK, 0.5), NIGHT),
)
"""Crest, water and depth of the waves, from far to near."""
