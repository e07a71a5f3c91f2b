"""The bunny of the bunnymark demo, in 64 dresses, drawn here."""

from __future__ import annotations

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, capsule, circle, ellipse, melt, polygon, ramp
from ecs_engine.assets.palette import (
    AMBER,
    CLAY,
    CLOUD,
    CORAL,
    CREAM,
    DUSK,
    INK,
    LEAF,
    LEMON,
    MINT,
    MIST,
    OCEAN,
    ROSE,
    SAND,
    SKY,
    SLATE,
    VIOLET,
    Colour,
    mix,
)

VARIANTS = 64
WIDTH, HEIGHT = 26, 37

# Fur, its shade, and what suits it to wear.
_FURS: tuple[tuple[Colour, Colour, Colour], ...] = (
    (CREAM, SAND, CORAL),
    (SAND, CLAY, OCEAN),
    (CLOUD, MIST, VIOLET),
    (mix(SLATE, MIST, 0.3), DUSK, AMBER),
    (mix(ROSE, CREAM, 0.35), mix(ROSE, VIOLET, 0.35), SKY),
    (mix(SKY, CREAM, 0.35), mix(SKY, VIOLET, 0.4), LEMON),
    (mix(MINT, CREAM, 0.35), mix(MINT, OCEAN, 0.35), CORAL),
    (mix(LEMON, CREAM, 0.2), AMBER, LEAF),
)


def bunny(variant: int = 0, scale: float = 1.0) -> Pixels:
    """A bunny, uint8 (37, 26, 4) at scale 1, straight alpha, with a transparent rim of one unit below its feet.

    Eight furs, by two ways to hold the ears, by four things to wear, make 64 variants; others wrap around.
    """
    variant %= VARIANTS
    fur, shade, cloth = _FURS[variant % 8]
    flop, wear = bool(variant // 8 % 2), variant // 16
    canvas = Canvas(WIDTH, HEIGHT, scale)

    left = capsule(canvas, 9.6, 12, 8.2, 4.9, 2.5, 2.7)
    if flop:
        right = np.minimum(capsule(canvas, 16.4, 11, 18.0, 6.2, 2.4), capsule(canvas, 18.0, 6.2, 21.4, 8.6, 2.4, 2.2))
    else:
        right = capsule(canvas, 16.4, 12, 17.8, 4.9, 2.5, 2.7)
    head = ellipse(canvas, 13, 16.6, 8.6, 7.4)
    body = ellipse(canvas, 13, 27.4, 7.0, 6.8)
    feet = np.minimum(ellipse(canvas, 8.6, 32.5, 3.9, 2.3), ellipse(canvas, 17.4, 32.5, 3.9, 2.3))
    arms = np.minimum(capsule(canvas, 7.4, 25.2, 5.6, 28.6, 1.9), capsule(canvas, 18.6, 25.2, 20.4, 28.6, 1.9))
    tail = circle(canvas, 21.2, 30.6, 2.4)
    whole = np.minimum.reduce([left, right, melt(head, body, 2.0), feet, arms, tail])
    canvas.fill(whole - 1.1, INK)

    canvas.fill(tail, mix(fur, CREAM, 0.6))
    for ear in (left, right):
        canvas.fill(ear, fur)
        canvas.fill(ear + 1.5, mix(ROSE, fur, 0.15))
    if flop:  # the fold hides the inside
        canvas.fill(capsule(canvas, 18.3, 6.0, 21.3, 8.3, 2.1, 1.9), shade)
    canvas.fill(body, ramp(canvas.y, [(25, shade), (27, fur), (31, fur), (36, shade)]))
    canvas.fill(ellipse(canvas, 13, 29.0, 4.1, 4.5), mix(fur, CREAM, 0.75))
    canvas.fill(arms, mix(fur, shade, 0.25))
    canvas.fill(feet - 0.5, shade)
    canvas.fill(feet, fur)
    _head(canvas, head, fur, shade)
    _clothes(canvas, wear, cloth)
    return canvas.pixels()


def _head(canvas: Canvas, head: Field, fur: Colour, shade: Colour) -> None:
    canvas.fill(head, ramp(canvas.y, [(9, mix(fur, CREAM, 0.5)), (14, fur), (20, fur), (25, shade)]))
    muzzle = ellipse(canvas, 13, 19.6, 3.4, 2.5)
    canvas.fill(muzzle, mix(fur, CREAM, 0.75), blur=1.2)
    for x in (9.5, 16.5):
        canvas.fill(ellipse(canvas, x, 16.5, 1.6, 2.1), INK)
        canvas.fill(circle(canvas, x, 15.5, 0.55), CREAM)  # one whole pixel at scale 1
    for x in (6.9, 19.1):
        canvas.fill(ellipse(canvas, x, 19.2, 1.5, 1.0), CORAL, 0.55, blur=1.2)
    canvas.fill(ellipse(canvas, 13, 18.4, 1.2, 0.8), mix(CORAL, ROSE, 0.4))
    for side in (-1, 1):  # a smile like a rounded w
        lip = np.maximum(np.abs(circle(canvas, 13 + side * 1.1, 19.9, 1.1)) - 0.36, 19.9 - canvas.y)
        canvas.fill(lip, INK, 0.75)


def _clothes(canvas: Canvas, wear: int, cloth: Colour) -> None:
    """Nothing, a scarf, a bow on the ear, or a party hat."""
    dark = mix(cloth, INK, 0.35)
    if wear == 1:
        wrap = capsule(canvas, 8.4, 24.2, 17.6, 24.2, 1.5)
        end = capsule(canvas, 16.4, 25, 17.2, 29.2, 1.4)
        canvas.fill(np.minimum(wrap, end) - 0.8, INK)
        canvas.fill(end, dark)
        canvas.fill(wrap, cloth)
    elif wear == 2:
        loops = [polygon(canvas, [(8, 10.6), (8 + side * 3.6, 8.4), (8 + side * 3.6, 12.8)], 0.6) for side in (-1, 1)]
        bow = np.minimum(*loops)
        canvas.fill(bow - 0.8, INK)
        canvas.fill(bow, cloth)
        canvas.fill(circle(canvas, 8, 10.6, 1.3), dark)
    elif wear == 3:
        hat = polygon(canvas, [(13, 2.6), (16.4, 10), (9.6, 10)], 0.5)
        canvas.fill(hat - 0.9, INK)
        canvas.fill(hat, cloth)
        canvas.shade(hat, np.abs((canvas.y + canvas.x * 0.5 - 12.6) % 4.0 - 2.0) - 0.8, mix(cloth, CREAM, 0.75))
        canvas.fill(circle(canvas, 13, 2.6, 1.5), CREAM)
