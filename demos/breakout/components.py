"""What the things of the game are made of, besides the engine's own components."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ecs_engine import Bool, Byte, component


@component
class Brick:
    """Breaks when it was hit often enough."""

    kind: Byte = 0
    """An index into ``levels.KINDS``."""
    hits: Byte = 1
    """How many it still takes."""


@component
class Ball:
    """Bounces."""

    held: Bool = False
    """It lies on the paddle until it is launched."""


class Power(IntEnum):
    """What a drop does when it is caught."""

    WIDE = 0
    TRIPLE = 1
    FIRE = 2
    SLOW = 3
    LIFE = 4


@component
class Drop:
    """Falls, and helps who catches it."""

    power: Byte = 0


@dataclass(slots=True)
class Popup:
    """Words that rise and fade: an object component, as there are few."""

    left: float = 0.8
    """Seconds until they are gone."""
