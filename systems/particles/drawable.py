"""Particles as a kind of picture."""

from __future__ import annotations

import numpy as np

from ecs_engine.components.particles import Particle
from ecs_engine.core.component import field_of
from ecs_engine.frame.snapshot import ColumnSpec
from ecs_engine.systems.drawable import Drawable
from ecs_engine.systems.particles.effect import SAMPLES

PARTICLES = Drawable(
    name="particles",
    columns={name: field_of(Particle, name) for name in ("place", "before", "age", "traits", "tag")},
    lookups=(ColumnSpec("effects", np.dtype(np.float32), 4),),
)

HEADER = 2
"""Rows of the lookup before an effect's curves: the texels of two corners of its picture (left, top, right, bottom);
then page, stretch, what alpha hides of the background (1, or 0 to add light), and the clock."""
STRIDE = HEADER + 2 * SAMPLES
"""Rows of each effect: its curves are SAMPLES rows of colours, straight alpha, and as many that begin with a size."""
CLOCK = 3
"""In the second row: seconds of the last tick that was worth any; negative while time stands still."""
SOFT_DOT = -1.0
"""Instead of a page: no picture, but a round dot that fades towards its edge."""
