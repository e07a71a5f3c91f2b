"""What the things of the game are made of, besides the engine's own components."""

from __future__ import annotations

from dataclasses import dataclass

from ecs_engine import component


@component
class Rock:
    """Breaks in two when it is hit, until it is small."""

    size: int = 0
    """0 is large, 1 medium, 2 small: an index into the tables of ``rules``."""
    variant: int = 0
    """Which picture it has; its kind of stone is ``variant % 3``."""


@component
class Bullet:
    """Breaks rocks."""

    power: int = 1
    """How many it can still break."""
    left: float = 1.0
    """Seconds until it is gone."""


@component
class Wrap:
    """Leaves at one edge of the arena and comes back at the opposite one."""

    margin: float = 0.0
    """How far outside it must be to be out of sight."""


@component
class Star:
    """Twinkles, and drifts against the ship's flight."""

    depth: float = 0.0
    """The part of the ship's velocity it moves with, against it: less is farther away."""
    phase: float = 0.0


@dataclass(slots=True)
class Ship:
    """An object component, as there is one: what only the ship has."""

    cooldown: float = 0.0
    """Seconds until it can fire again."""
    shield: float = 0.0
    """Seconds for which nothing can hit it."""
