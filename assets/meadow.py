"""The art of the platformer demo: 64 x 64 tiles that meet without a seam, trees, and hills for the distance."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, capsule, circle, ellipse, melt, polygon, ramp
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
    VIOLET,
    WINE,
    Colour,
    mix,
)

TILE = 64
DIRT, DEEP = mix(CLAY, SAND, 0.2), mix(CLAY, WINE, 0.55)
GRASS, SHADE = mix(LEAF, LEMON, 0.12), mix(LEAF, PINE, 0.6)


def box(canvas: Canvas, left: float, top: float, right: float, bottom: float, rounding: float = 0.0) -> Field:
    """A rectangle with round corners."""
    dx = np.abs(canvas.x - (left + right) / 2) - (right - left) / 2 + rounding
    dy = np.abs(canvas.y - (top + bottom) / 2) - (bottom - top) / 2 + rounding
    inside: Field = np.minimum(np.maximum(dx, dy), 0.0)
    return np.hypot(np.maximum(dx, 0.0), np.maximum(dy, 0.0)) + inside - rounding


def ground(*, top: bool = False, left: bool = False, right: bool = False, variant: int = 0) -> Pixels:
    """Earth, with grass and edges where it is open to the air."""
    canvas = Canvas(TILE, TILE)
    far = 40.0
    shape = box(canvas, 2 if left else -far, 3 if top else -far, 62 if right else 64 + far, 64 + far, 14 if top else 0)
    below = mix(DIRT, DEEP, 0.25)
    canvas.fill(shape, ramp(canvas.y, [(0, DIRT if top else below), (64, below)]))
    rng = np.random.default_rng(7 + variant)
    for x, y, size in zip(
        rng.uniform(10, 54, 4), rng.uniform(30 if top else 10, 54, 4), rng.uniform(2.5, 6, 4), strict=True
    ):
        stone = ellipse(canvas, float(x), float(y), float(size), float(size) * 0.7)
        canvas.fill(np.maximum(stone, shape + 5), mix(DIRT, DEEP, 0.7 if variant % 2 else 0.55), 0.8)
        canvas.fill(
            np.maximum(ellipse(canvas, float(x) - 1, float(y) - 1.2, float(size) * 0.5, float(size) * 0.25), shape + 5),
            SAND,
            0.35,
        )
    if variant == 2:
        _crystal(canvas, shape)
    for open_, edge in ((left, canvas.x), (right, 64 - canvas.x)):
        if open_:
            canvas.shade(shape, edge - 9, DEEP, 0.55)
    if top:
        scallop = 20 + 4.5 * np.sin(canvas.x * (2 * np.pi / 16)) + 2.5 * np.sin(canvas.x * (2 * np.pi / 64) + 1)
        canvas.shade(shape, canvas.y - scallop - 4, DEEP, 0.5)
        canvas.shade(shape - 1.5, canvas.y - scallop, SHADE)
        canvas.shade(shape - 1.5, canvas.y - scallop + 5, GRASS)
        canvas.shade(shape - 1.5, canvas.y - 7, mix(GRASS, LEMON, 0.5))
    return canvas.pixels()


def _crystal(canvas: Canvas, within: Field) -> None:
    for x, y, reach, color in ((30, 36, 11, VIOLET), (40, 40, 7, SKY)):
        gem = polygon(canvas, [(x, y - reach), (x + reach * 0.6, y), (x, y + reach), (x - reach * 0.6, y)])
        canvas.glow(np.maximum(gem, within + 4), color, 12, 0.25)
        canvas.fill(gem, color)
        canvas.shade(gem, canvas.x - x, mix(color, CREAM, 0.5), 0.8)


def plank(end: int = 0) -> Pixels:
    """A bridge; ``end`` -1 and 1 are its posts to the left and right."""
    canvas = Canvas(TILE, TILE)
    for number in range(4):
        board = box(canvas, number * 16 + 0.8, 8, number * 16 + 15.2, 22, 3)
        wood = mix(SAND, CLAY, (0.2, 0.45, 0.3, 0.55)[number])
        canvas.fill(board - 1.5, mix(WINE, INK, 0.5))
        canvas.fill(board, wood)
        canvas.shade(board, canvas.y - 12, mix(wood, CREAM, 0.35), 0.9)
    rope = 34 + 5 * np.cos((canvas.x - 32) * (np.pi / 32))
    canvas.fill(np.abs(canvas.y - rope) - 2.2, mix(WINE, INK, 0.4))
    canvas.fill(np.abs(canvas.y - rope) - 1.0, SAND)
    if end:
        x = 5 if end < 0 else 59
        post = box(canvas, x - 5, 2, x + 5, 46, 4)
        canvas.fill(post - 1.5, mix(WINE, INK, 0.5))
        canvas.fill(post, mix(CLAY, WINE, 0.25))
    return canvas.pixels()


def crate() -> Pixels:
    """A box to stand on."""
    canvas = Canvas(TILE, TILE)
    body = box(canvas, 3, 3, 61, 64, 6)
    wood = mix(SAND, CLAY, 0.35)
    canvas.fill(body, mix(WINE, INK, 0.45))
    inner = body + 3
    canvas.fill(inner, wood)
    canvas.shade(inner, np.abs(canvas.x - canvas.y * 0.98) - 6, mix(wood, WINE, 0.35))
    canvas.fill(np.maximum(inner, -(inner + 9)), mix(wood, CREAM, 0.15))
    canvas.line(inner + 9, mix(wood, WINE, 0.6), 1.5)
    for x, y in ((11, 11), (53, 11), (11, 56), (53, 56)):
        canvas.fill(circle(canvas, x, y, 2), mix(WINE, INK, 0.3))
    return canvas.pixels()


def water(frame: int, *, surface: bool = True) -> Pixels:
    """The pond, in four frames."""
    canvas = Canvas(TILE, TILE)
    phase = frame * np.pi / 2
    wave = 3.0 * np.sin(canvas.x * (2 * np.pi / 32) + phase) + 1.5 * np.sin(canvas.x * (2 * np.pi / 64) - phase)
    depth = canvas.y - 14 - wave if surface else canvas.y + 50
    tone = ramp(depth, [(0, mix(SKY, MINT, 0.3)), (50, mix(SKY, OCEAN, 0.6)), (114, OCEAN)])
    canvas.fill(-depth, tone, 0.86)
    if surface:
        canvas.fill(np.abs(depth - 1.5) - 2.2, mix(SKY, CREAM, 0.8), 0.95)
        canvas.fill(np.abs(depth - 10) - 1.2, mix(SKY, CREAM, 0.5), 0.35)
    else:
        x = 18 + 26 * (frame % 2)
        canvas.line(circle(canvas, x, 52 - 12 * frame, 3.5), mix(SKY, CREAM, 0.7), 1.3)
    return canvas.pixels()


def spikes() -> Pixels:
    """Better not."""
    canvas = Canvas(TILE, TILE)
    for x in (10.7, 32, 53.3):
        spike = polygon(canvas, [(x, 26), (x + 9, 66), (x - 9, 66)], 1.0)
        canvas.fill(spike - 2, INK)
        canvas.fill(spike, ramp(canvas.x - x, [(-7, CLOUD), (0, MIST), (7, SLATE)]))
    return canvas.pixels()


def flower(color: Colour, lean: float) -> Pixels:
    """A flower that leans to the side."""
    canvas = Canvas(TILE, TILE)
    x, y = 32 + lean, 30.0
    canvas.fill(capsule(canvas, 32, 66, x, y, 2.4, 1.8), SHADE)
    canvas.fill(ellipse(canvas, 40 + lean * 0.4, 52, 9, 4, -0.5), mix(LEAF, PINE, 0.3))
    canvas.fill(ellipse(canvas, 25 + lean * 0.4, 55, 8, 3.6, 0.5), LEAF)
    for turn in np.arange(6) * np.pi / 3:
        petal = circle(canvas, x + 8 * np.cos(turn), y + 8 * np.sin(turn), 6)
        canvas.fill(petal - 1.5, mix(color, WINE, 0.6))
    for turn in np.arange(6) * np.pi / 3:
        canvas.fill(circle(canvas, x + 8 * np.cos(turn), y + 8 * np.sin(turn), 6), color)
    canvas.fill(circle(canvas, x, y, 5.5), LEMON)
    return canvas.pixels()


def tuft(lean: float) -> Pixels:
    """Long grass."""
    canvas = Canvas(TILE, TILE)
    for x, height, side in ((14, 26, -4), (22, 38, -2), (32, 46, 1), (42, 36, 3), (51, 25, 5)):
        tip = x + side + lean * height / 40
        canvas.fill(capsule(canvas, x, 67, tip, 64 - height, 4.5, 0.8), SHADE if x % 4 else mix(LEAF, PINE, 0.25))
    for x, height, side in ((18, 24, -3), (28, 32, 0), (38, 28, 2), (46, 20, 4)):
        canvas.fill(capsule(canvas, x, 67, x + side + lean * height / 40, 64 - height, 4, 0.6), GRASS)
    return canvas.pixels()


def mushroom() -> Pixels:
    """A red one with dots."""
    canvas = Canvas(TILE, TILE)
    canvas.fill(capsule(canvas, 32, 64, 32, 46, 9, 7), mix(CREAM, SAND, 0.4))
    cap = np.maximum(ellipse(canvas, 32, 46, 23, 20), canvas.y - 48)
    canvas.fill(cap - 2, mix(WINE, INK, 0.4))
    canvas.fill(cap, ramp(canvas.y, [(26, mix(CORAL, CREAM, 0.2)), (48, mix(CORAL, WINE, 0.35))]))
    for x, y, size in ((24, 38, 4.2), (38, 34, 3.6), (45, 43, 2.6), (32, 45, 2.2)):
        canvas.fill(np.maximum(circle(canvas, x, y, size), cap + 1), CREAM)
    return canvas.pixels()


def coin(width: float) -> Pixels:
    """A coin, as wide as it is turned towards us: 0 to 1."""
    canvas = Canvas(TILE, TILE)
    face = ellipse(canvas, 32, 32, max(15 * width, 3.0), 15)
    canvas.glow(face, LEMON, 9, 0.35)
    canvas.fill(face - 2, mix(WINE, INK, 0.2))
    canvas.fill(face, ramp(canvas.x + canvas.y, [(40, LEMON), (84, AMBER)]))
    if width > 0.4:
        canvas.line(ellipse(canvas, 32, 32, 15 * width - 4 * width, 11), mix(AMBER, CLAY, 0.5), 1.8)
    return canvas.pixels()


def flag() -> Pixels:
    """The end of the way, one tile wide and two high."""
    canvas = Canvas(TILE, 2 * TILE)
    canvas.fill(box(canvas, 12, 8, 19, 140, 3) - 1.5, INK)
    canvas.fill(box(canvas, 12, 8, 19, 140, 3), ramp(canvas.x, [(12, CREAM), (19, MIST)]))
    cloth = polygon(canvas, [(20, 14), (58, 26), (20, 46)], 3)
    canvas.fill(cloth - 2, INK)
    canvas.fill(cloth, ramp(canvas.x, [(20, CORAL), (58, AMBER)]))
    canvas.fill(circle(canvas, 15.5, 8, 6) - 1.5, INK)
    canvas.fill(circle(canvas, 15.5, 8, 6), LEMON)
    return canvas.pixels()


def tree(kind: int = 0) -> Pixels:
    """A tree, three tiles wide and four high; kind 1 is a fir, four high and two wide."""
    if kind:
        canvas = Canvas(2 * TILE, 4 * TILE)
        canvas.fill(box(canvas, 57, 200, 71, 260, 3), mix(CLAY, WINE, 0.5))
        for top, reach in ((132, 56), (84, 46), (40, 34)):
            skirt = polygon(canvas, [(64, top - 24), (64 + reach, top + 86), (64 - reach, top + 86)], 6)
            canvas.fill(skirt - 2.5, mix(PINE, INK, 0.6))
            canvas.fill(
                skirt, ramp(canvas.x + 0.4 * canvas.y, [(30, mix(PINE, MINT, 0.45)), (150, mix(PINE, OCEAN, 0.25))])
            )
        return canvas.pixels()
    canvas = Canvas(3 * TILE, 4 * TILE)
    trunk = melt(capsule(canvas, 96, 262, 94, 140, 14, 9), capsule(canvas, 96, 180, 126, 130, 7, 5), 12)
    canvas.fill(trunk - 2.5, mix(WINE, INK, 0.5))
    canvas.fill(trunk, ramp(canvas.x, [(84, mix(CLAY, SAND, 0.25)), (110, mix(CLAY, WINE, 0.55))]))
    crown = np.minimum.reduce(
        [circle(canvas, x, y, r) for x, y, r in ((96, 62, 50), (52, 98, 40), (142, 96, 42), (96, 112, 46))]
    )
    canvas.fill(crown - 3, mix(PINE, INK, 0.55))
    canvas.fill(
        crown,
        ramp(canvas.y + 0.5 * canvas.x, [(40, mix(LEAF, LEMON, 0.35)), (120, LEAF), (230, mix(LEAF, PINE, 0.75))]),
    )
    for x, y, r in ((70, 50, 15), (118, 84, 12), (48, 92, 12), (92, 108, 13)):
        canvas.fill(np.maximum(np.abs(circle(canvas, x, y, r)) - 2, canvas.y - y), mix(LEAF, LEMON, 0.55), 0.8)
    for x, y in ((128, 110), (66, 116), (110, 44), (150, 84)):
        canvas.fill(circle(canvas, x, y, 5.5) - 1.5, mix(WINE, INK, 0.3))
        canvas.fill(circle(canvas, x, y, 5.5), CORAL)
        canvas.fill(circle(canvas, x - 1.5, y - 1.8, 1.6), CREAM, 0.9)
    return canvas.pixels()


def bush() -> Pixels:
    """Two tiles wide and one high."""
    canvas = Canvas(2 * TILE, TILE)
    shape = np.minimum.reduce(
        [circle(canvas, x, y, r) for x, y, r in ((28, 50, 20), (62, 38, 27), (98, 48, 22), (64, 64, 30))]
    )
    canvas.fill(shape - 2.5, mix(PINE, INK, 0.5))
    canvas.fill(shape, ramp(canvas.y + 0.3 * canvas.x, [(20, mix(LEAF, LEMON, 0.2)), (95, mix(LEAF, PINE, 0.7))]))
    for x, y in ((52, 34), (78, 44), (30, 52), (98, 46), (66, 54)):
        canvas.fill(circle(canvas, x, y, 4), ROSE)
        canvas.fill(circle(canvas, x - 1, y - 1, 1.3), CREAM)
    return canvas.pixels()


def evening(width: int = 1280, height: int = 720) -> Pixels:
    """The sky: from blue to a warm horizon, with a low sun."""
    canvas = Canvas(width, height)
    canvas.cover(
        np.ones(canvas.x.shape),
        ramp(
            canvas.y,
            [
                (0, mix(OCEAN, SKY, 0.45)),
                (330, mix(SKY, CREAM, 0.45)),
                (520, mix(CREAM, AMBER, 0.25)),
                (720, mix(ROSE, CREAM, 0.6)),
            ],
        ),
    )
    sun = circle(canvas, 910, 330, 62)
    canvas.glow(sun, mix(LEMON, CREAM, 0.5), 260, 0.55)
    canvas.fill(sun, mix(LEMON, CREAM, 0.6))
    for x, y, size in ((230, 130, 1.2), (640, 90, 0.8), (1090, 190, 1.0), (460, 250, 0.6)):
        puffs = [(-70, 6, 26), (-30, -14, 36), (20, -8, 32), (62, 8, 24)]
        balls = [circle(canvas, x + px * size, y + py * size, r * size) for px, py, r in puffs]
        base = capsule(canvas, x - 70 * size, y + 10 * size, x + 62 * size, y + 10 * size, 14 * size)
        cloud = np.minimum.reduce([*balls, base])
        cloud = np.maximum(cloud, canvas.y - y - 20 * size)
        canvas.fill(cloud, ramp(canvas.y - y, [(-40 * size, CREAM), (22 * size, mix(CLOUD, ROSE, 0.2))]), 0.85, blur=2)
    return canvas.pixels()


def hills(kind: int, width: int = 1280, height: int = 420) -> Pixels:
    """A chain of hills that goes on without a seam at its sides; kind 0 is the farther one."""
    canvas = Canvas(width, height)
    turn = canvas.x * (2 * np.pi / width)
    if kind == 0:
        edge = 130 + 46 * np.sin(2 * turn + 0.6) + 30 * np.sin(5 * turn) + 10 * np.sin(11 * turn + 2)
        light, dark = mix(VIOLET, CLOUD, 0.55), mix(SKY, CLOUD, 0.45)
    else:
        edge = 120 + 50 * np.sin(turn + 2.2) + 34 * np.sin(3 * turn) + 8 * np.sin(9 * turn + 1)
        light, dark = mix(MINT, LEAF, 0.35), mix(PINE, SKY, 0.25)
    canvas.fill(edge - canvas.y, ramp(canvas.y - edge, [(0, light), (260, dark)]))
    if kind:
        rng = np.random.default_rng(12)
        for x in np.sort(rng.uniform(0, width, 34)):
            base = float(np.interp(x, canvas.x[0], edge[0])) + float(rng.uniform(4, 70))
            size = float(rng.uniform(0.55, 1.0))
            for shift in (-width, 0, width):
                fir = polygon(
                    canvas,
                    [(x + shift, base - 62 * size), (x + shift + 17 * size, base), (x + shift - 17 * size, base)],
                    3,
                )
                canvas.fill(fir, mix(mix(PINE, SKY, 0.12), light, 0.25 * size))
    return canvas.pixels()


def sheet() -> tuple[Pixels, int]:
    """All tiles of one size in rows of 8, and how many there are; `ecs_engine.demos.platformer.design` names them."""
    sway = (-3.0, 0.0, 3.0, 0.0)
    tiles = [
        ground(top=True, left=True), ground(top=True), ground(top=True, right=True),
        ground(top=True, left=True, right=True),
        ground(left=True), ground(), ground(right=True), ground(left=True, right=True),
        ground(variant=1), ground(variant=2), ground(top=True, variant=3), plank(-1), plank(), plank(1), crate(),
        spikes(),
        *(water(frame) for frame in range(4)), *(water(frame, surface=False) for frame in range(4)),
        *(flower(ROSE, lean) for lean in sway), *(tuft(lean) for lean in sway),
        *(flower(LEMON, -lean) for lean in sway), mushroom(), coin(1.0), coin(0.75), coin(0.35),
        coin(0.12),
    ]  # fmt: skip
    rows = -(-len(tiles) // 8)
    pixels = np.zeros((rows * TILE, 8 * TILE, 4), np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, 8)
        pixels[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE] = tile
    return pixels, len(tiles)
