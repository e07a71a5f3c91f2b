"""The traveller who walks through several demos, cut out of one sheet."""

from __future__ import annotations

from ecs_engine import App, Picture
from ecs_engine.assets import walker
from ecs_engine.systems import cut_sheet

SCALE = 2
"""Pixels of the sheet to a unit of the drawing."""
SIZE = (walker.WIDTH, walker.HEIGHT)
"""Of a frame in the drawing's units."""
FEET = 1 - walker.GROUND / walker.HEIGHT
"""How high above the lower edge of a frame the feet stand: for the anchor of a sprite."""


def frames(app: App, dress: int) -> dict[str, list[Picture]]:
    """Eight pictures each of ``"idle"``, ``"walk"``, ``"run"`` and ``"jump"``, in one of the dresses."""
    size = (walker.WIDTH * SCALE, walker.HEIGHT * SCALE)
    sheet = cut_sheet(app.pictures, walker.sheet(dress, SCALE), size, name=f"traveller {dress}")
    return {kind: list(sheet.frames[8 * row : 8 * row + 8]) for row, kind in enumerate(walker.FRAMES)}
