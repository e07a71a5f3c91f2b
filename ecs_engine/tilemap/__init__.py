"""Tile maps: those of Tiled and LDtk, read into plain data that games may look at and change.

Nothing here draws: the stock ``TileMapSystem`` shows every map that is a component of an entity.
"""

from __future__ import annotations

from ecs_engine.tilemap.grid import Grid
from ecs_engine.tilemap.layers import (
    FLAGS,
    FLIP_DIAGONAL,
    FLIP_X,
    FLIP_Y,
    TURN_120,
    ImageLayer,
    Layer,
    MapObject,
    ObjectLayer,
    TileLayer,
)
from ecs_engine.tilemap.load import load_map
from ecs_engine.tilemap.map import SOLID_LAYER, TileMap
from ecs_engine.tilemap.tilesets import TileImage, TileInfo, TileSet

__all__ = [
    "FLAGS",
    "FLIP_DIAGONAL",
    "FLIP_X",
    "FLIP_Y",
    "SOLID_LAYER",
    "TURN_120",
    "Grid",
    "ImageLayer",
    "Layer",
    "MapObject",
    "ObjectLayer",
    "TileImage",
    "TileInfo",
    "TileLayer",
    "TileMap",
    "TileSet",
    "load_map",
]
