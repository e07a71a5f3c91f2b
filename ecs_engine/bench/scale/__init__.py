"""`ecs-engine bench scale`: how the cost of a frame grows with what is in the game."""

from __future__ import annotations

from ecs_engine.bench.scale.measure import measure_scale
from ecs_engine.bench.scale.page import in_a_line, to_html

__all__ = ["in_a_line", "measure_scale", "to_html"]
