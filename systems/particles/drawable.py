"""Particles as a kind of picture."""

from __future__ import annotations

import numpy as np

from ecs_engine.components.particles import Particle
from ecs_engine.core.component import field_of
from ecs_engine.frame.snapshot import ColumnSpec
from ecs_engine.systems.drawable import Drawable

_FLOAT, _UINT = np.dtype(np.float32), np.dtype(np.uint32)

PARTICLES = Drawable(
    name="particles",
    columns={name: field_of(Particle, name) for name in ("place", "before", "age", "traits", "tag")},
    lookups=(
        ColumnSpec("colors", _FLOAT, 4),  # of each effect, SAMPLES over a life, straight alpha
        ColumnSpec("sizes", _FLOAT, 1),  # the same
        ColumnSpec("looks", _UINT, 4),  # of each effect: two corners as in a sprite's look, page, stretch
        ColumnSpec("clock", _FLOAT, 2),  # seconds of the last tick that was worth any, and whether it is this one
    ),
)

SOFT_DOT = 0xFFFFFFFF
"""Instead of a page: no picture, but a round dot that fades towards its edge."""
