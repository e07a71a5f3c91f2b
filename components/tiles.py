"""One drawn tile of a map."""

from __future__ import annotations

from ecs_engine.core.component import component
from ecs_engine.core.fields import UVec2


@component
class TileDraw:
    """What the GPU needs of a drawn tile; a row in a pool of the drawable ``"tiles"``, filled by the TileMapSystem."""

    cell: UVec2 = (0, 0)
    """Steps to the right (bits 0-15) and down (16-31), both signed; then the number of the tile (bits 0-16) and of the
    layer (17-26), turns of 60 degrees (27-28), and the flips: diagonal (29), y (30), x (31)."""
