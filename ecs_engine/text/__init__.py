"""Fonts, the atlas of their glyphs, and the layout of lines: all of text that knows neither worlds nor OpenGL."""

from __future__ import annotations

from ecs_engine.text.font import Font
from ecs_engine.text.fonts import Fonts

__all__ = ["Font", "Fonts"]
