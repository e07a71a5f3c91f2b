"""Lights and the shadows of occluders."""

from __future__ import annotations

from ecs_engine.systems.lights.lights import LIGHTS, LightSystem
from ecs_engine.systems.lights.occluder import Occluder
from ecs_engine.systems.lights.shadows import ShadowSystem

__all__ = ["LIGHTS", "LightSystem", "Occluder", "ShadowSystem"]
