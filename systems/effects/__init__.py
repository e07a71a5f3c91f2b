"""Effects over finished pictures: bloom, picture tubes, vignettes, palettes, and shaders of your own."""

from __future__ import annotations

from ecs_engine.systems.effects.effects import Effect, Effects
from ecs_engine.systems.effects.stock import CRT, Bloom, Palette, Vignette
from ecs_engine.systems.effects.system import EffectSystem

__all__ = ["CRT", "Bloom", "Effect", "EffectSystem", "Effects", "Palette", "Vignette"]
