"""What a kind of particle is like, from birth to death."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import pi, tau
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from ecs_engine.components import Blend
from ecs_engine.core.errors import EngineError
from ecs_engine.frame.keys import HIGHEST_LAYER, LOWEST_LAYER

Array = np.ndarray[Any, Any]
Range = float | tuple[float, float]
"""One number for all particles, or the least and the greatest of those that are drawn by lot."""

MOST = 1e18
"""Of any setting: squares of greater numbers would be infinite in single precision."""
SAMPLES = 256
"""Moments of a life for which the curves are tabulated."""


class EmissionShape(IntEnum):
    """Where particles are born, around the emitter; ``extent`` is its measure, in world units."""

    POINT = 0
    CIRCLE = 1
    """Within: its radius, and nothing."""
    RING = 2
    """Between two circles: the inner and the outer radius."""
    BOX = 3
    """Within: its width and height."""
    LINE = 4
    """On one that runs along the emitter's x axis: its length, and nothing."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ParticleEffect:
    """The settings that all emitters of an effect share. They never change; add another effect for other ones.

    Lengths are in world units, times in seconds of game time, angles in radians counter-clockwise from the emitter's x
    axis. A curve is a sequence of values at equal distances from birth to death, with straight lines between them.

    Raises:
        EngineError: a number is NaN, beyond 1e18, or out of the range that its comment gives; a curve is empty.
    """

    rate: float = 0.0
    """Particles a second of each emitter, 0 or more."""
    lifetime: Range = 1.0
    """Above 0. Rows stay in use for the greatest of them, so keep the two within a factor of about two."""
    limit: int = 1 << 18
    """The most particles of this effect at one time; births beyond it are left out."""
    shape: EmissionShape = EmissionShape.POINT
    extent: tuple[float, float] = (0.0, 0.0)
    direction: float = pi / 2
    """Where to they fly."""
    spread: float = tau
    """The width of the cone around ``direction``."""
    outward: bool = False
    """Fly away from the emitter's position instead of in one direction (``spread`` counts all the same)."""
    speed: Range = 0.0
    inherit: float = 0.0
    """The part of the emitter's own velocity that is added to theirs."""
    gravity: tuple[float, float] = (0.0, 0.0)
    """World units a second, each second."""
    drag: float = 0.0
    """The part of its velocity that a particle loses a second, 0 or more (1 leaves 1/e after a second)."""
    size: Range = 8.0
    """Height; the width follows from the picture. 0 or more."""
    angle: Range = 0.0
    spin: Range = 0.0
    """Radians a second."""
    stretch: float = 0.0
    """Seconds of its flight by which a particle is drawn out along it, turned that way: streaks. 0 or more."""
    size_over_life: Sequence[float] = (1.0,)
    """Multiplies ``size``."""
    speed_over_life: Sequence[float] = (1.0,)
    """Multiplies how far the velocity carries."""
    color_over_life: Sequence[Sequence[float]] = ((255, 255, 255, 255),)
    """Red, green, blue, alpha, 0 to 255; multiplies the picture. Without alpha: 255."""
    picture: SupportsIndex | None = None
    """A Picture or its id; None is a soft round dot."""
    local: bool = False
    """Particles are carried along by their emitter's moves and turns, instead of staying where they are."""
    layer: int = 0
    blend: Blend = Blend.ALPHA

    def __post_init__(self) -> None:
        for name in ("rate", "drag", "stretch"):
            self._check(name, getattr(self, name), least=0.0)
        for name in ("direction", "spread", "inherit"):
            self._check(name, getattr(self, name))
        for name in ("lifetime", "size", "speed", "angle", "spin"):
            low, high = _range(getattr(self, name), name)
            self._check(name, low, least=0.0 if name in ("lifetime", "size") else None)
            self._check(name, high, least=low)
        if not _range(self.lifetime, "lifetime")[0] > 0.0:
            raise EngineError(f"A ParticleEffect has lifetime={self.lifetime!r}: give seconds above 0.")
        for name in ("extent", "gravity"):
            for number in _range(getattr(self, name), name):
                self._check(name, number, least=0.0 if name == "extent" else None)
        if not 0 < self.limit <= 1 << 24:
            raise EngineError(f"A ParticleEffect has limit={self.limit!r}: give a number of particles up to {1 << 24}.")
        if not LOWEST_LAYER <= self.layer <= HIGHEST_LAYER:
            raise EngineError(
                f"A ParticleEffect has layer={self.layer!r}: layers go from {LOWEST_LAYER} to {HIGHEST_LAYER}."
            )
        if self.shape not in set(EmissionShape):
            raise EngineError(f"A ParticleEffect has shape={self.shape!r}: give an EmissionShape.")
        if self.picture is not None and not hasattr(self.picture, "__index__"):
            raise EngineError(f"A ParticleEffect has picture={self.picture!r}: give a Picture, its id, or None.")
        self.sizes(), self.speeds(), self.colors()  # which check the curves

    def _check(self, name: str, number: float, least: float | None = None) -> None:
        if not abs(number) < MOST or (least is not None and number < least):  # also of NaN
            wanted = f"a finite number below {MOST:g}" if least is None else f"a number from {least:g} to {MOST:g}"
            raise EngineError(f"A ParticleEffect has {name}={getattr(self, name)!r}: give {wanted}.")

    def range(self, name: str) -> tuple[float, float]:
        """The least and the greatest of a setting that may be either one number or two."""
        return _range(getattr(self, name), name)

    def sizes(self) -> npt.NDArray[np.float32]:
        """``size_over_life`` at SAMPLES moments, (SAMPLES,)."""
        return _curve(self.size_over_life, "size_over_life", 0)[:, 0]

    def speeds(self) -> npt.NDArray[np.float32] | None:
        """``speed_over_life`` at SAMPLES moments, (SAMPLES,); None where it is always 1."""
        speeds = _curve(self.speed_over_life, "speed_over_life", 0)[:, 0]
        return None if (speeds == 1.0).all() else speeds

    def colors(self) -> npt.NDArray[np.float32]:
        """``color_over_life`` at SAMPLES moments, (SAMPLES, 4), 0 to 1."""
        try:
            colors = [(*color, 255)[:4] for color in self.color_over_life]
        except TypeError:
            colors = []
        return _curve(colors, "color_over_life", 4) / np.float32(255.0)


def _range(value: Any, name: str) -> tuple[float, float]:
    try:
        low, high = value if isinstance(value, (tuple, list)) else (value, value)
        return float(low), float(high)
    except (TypeError, ValueError):
        raise EngineError(f"A ParticleEffect has {name}={value!r}: give a number, or two.") from None


def _curve(values: Any, name: str, width: int) -> npt.NDArray[np.float32]:
    """The values at SAMPLES moments, (SAMPLES, width or 1)."""
    try:
        points = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        points = np.empty(0)
    fits = points.ndim == (2 if width else 1) and len(points) and (not width or points.shape[1] == width)
    if not fits or not (np.abs(points) < MOST).all():
        wanted = "colours of three or four numbers" if width else "numbers"
        raise EngineError(f"A ParticleEffect has {name}={values!r}: give one or more {wanted}, all of them finite.")
    columns = points.reshape(len(points), -1)
    moments, at = np.linspace(0.0, 1.0, SAMPLES), np.linspace(0.0, 1.0, len(columns))
    return np.stack([np.interp(moments, at, column) for column in columns.T], axis=1).astype(np.float32)
