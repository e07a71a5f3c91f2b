"""The effects that come with the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ecs_engine.core.errors import EngineError
from ecs_engine.frame.passes import Pass, Shader
from ecs_engine.systems.effects.effects import Effect

Color = Sequence[int]

MOST_COLORS = 32
MOST_LEVELS = 6


def unit_color(name: str, color: Color) -> tuple[float, ...]:
    """(red, green, blue), 0 to 255, as parts of 1.

    Raises:
        EngineError: it is no such colour.
    """
    try:
        red, green, blue = (float(one) / 255 for one in color)
    except (TypeError, ValueError):
        red = green = blue = -1.0
    if not all(0.0 <= one <= 1.0 for one in (red, green, blue)):
        raise EngineError(f"{name} was given the colour {color!r}: give red, green and blue, 0 to 255.")
    return red, green, blue


@dataclass(eq=False)
class Vignette(Effect):
    """Goes over into a colour towards the corners.

    ``amount = strength * smoothstep(radius, radius + softness, way)`` of it, where ``way`` is 0 in the middle of the
    picture and 1 in its corners.
    """

    strength: float = 0.6
    """0 to 1."""
    radius: float = 0.45
    """Up to where nothing changes."""
    softness: float = 0.65
    color: Color = (13, 11, 33)

    def passes(self) -> tuple[Pass, ...]:
        values = {"strength": self.strength, "radius": self.radius, "softness": max(self.softness, 1e-4)}
        return (Pass(_VIGNETTE, {**values, "tint": unit_color("A Vignette", self.color)}),)


@dataclass(eq=False)
class Bloom(Effect):
    """Light spills over from what is bright.

    Pixels brighter than the threshold are made smaller, step by step, and larger again on the way back, each size
    joining in: the dual filter of Bjorge, "Bandwidth-Efficient Rendering", SIGGRAPH 2015.
    """

    strength: float = 0.7
    """How much of it is added to the picture."""
    threshold: float = 0.7
    """How bright a pixel is that spills light, from 0; half of its light counts there."""
    spread: float = 0.65
    """0 to 1: whether light stays near or goes far."""
    levels: int = 4
    """How often the size is halved, 1 to 6: each time, light goes twice as far. A level is two passes."""

    def passes(self) -> tuple[Pass, ...]:
        if not (isinstance(self.levels, int) and 1 <= self.levels <= MOST_LEVELS):
            raise EngineError(f"A Bloom has {self.levels!r} levels: give a whole number from 1 to {MOST_LEVELS}.")
        found = [Pass(_BLOOM_BRIGHT, {"threshold": max(self.threshold, 1e-4)}, scale=1 / 2)]
        found += [Pass(_BLOOM_DOWN, scale=1 / 2 ** (level + 1)) for level in range(1, self.levels)]
        spread = {"spread": self.spread}
        larger = reversed(range(self.levels - 1))
        found += [Pass(_BLOOM_UP, spread, scale=1 / 2 ** (level + 1), other=level) for level in larger]
        return (*found, Pass(_BLOOM_ADD, {"strength": self.strength}))


@dataclass(eq=False)
class CRT(Effect):
    """As if seen on a picture tube."""

    bulge: float = 0.06
    """How far the picture bends at its corners, in parts of its size; 0 is flat."""
    lines: float = 0.35
    """0 to 1: how dark it is between lines."""
    line_height: float = 4.0
    """Pixels from line to line."""
    mask: float = 0.12
    """0 to 1: how much of its two other colours each column of pixels loses."""
    fringe: float = 1.2
    """Pixels by which red and blue are apart."""

    def passes(self) -> tuple[Pass, ...]:
        values = {name: getattr(self, name) for name in ("bulge", "lines", "mask", "fringe")}
        return (Pass(_CRT, {**values, "line_height": max(self.line_height, 1.0)}),)


@dataclass(eq=False)
class Palette(Effect):
    """Shows everything in a few colours: each pixel in the nearest of them.

    Nearest by red, green and blue apart, squared, in the parts 0.299, 0.587 and 0.114 of their sum. Before that a
    pattern of 4 by 4 (Bayer's) makes pixels brighter and darker by up to half of ``dither``.
    """

    colors: Sequence[Color] = field(default_factory=lambda: [(13, 11, 33), (255, 246, 224)])
    """1 to 32 of them, red, green and blue, 0 to 255."""
    dither: float = 0.2
    """0 to 1; 0 makes plain areas."""
    pixel: float = 1.0
    """How large the pixels are that it shows, in those of the picture."""

    def passes(self) -> tuple[Pass, ...]:
        count = len(self.colors)
        if not 1 <= count <= MOST_COLORS:
            raise EngineError(f"A Palette has {count} colours: give 1 to {MOST_COLORS}.")
        rows = [unit_color("A Palette", color) for color in self.colors] + [(0.0, 0.0, 0.0)] * (MOST_COLORS - count)
        values = {"colors": rows, "count": count, "dither": self.dither, "pixel": max(self.pixel, 1.0)}
        return (Pass(_PALETTE, values),)


_VIGNETTE, _CRT, _PALETTE = Shader("vignette"), Shader("crt"), Shader("palette")
_BLOOM_BRIGHT, _BLOOM_DOWN = Shader("bloom_bright"), Shader("bloom_down")
_BLOOM_UP, _BLOOM_ADD = Shader("bloom_up"), Shader("bloom_add")
