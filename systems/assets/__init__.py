"""Assets: files of the game that are read and decoded on worker threads, and sheets of pictures cut up."""

from __future__ import annotations

from ecs_engine.systems.assets.handles import Asset, PictureAsset, Progress
from ecs_engine.systems.assets.manager import Assets, AssetSystem
from ecs_engine.systems.assets.sheets import Direction, Sheet, Slice, Tag, cut_sheet

__all__ = [
    "Asset",
    "AssetSystem",
    "Assets",
    "Direction",
    "PictureAsset",
    "Progress",
    "Sheet",
    "Slice",
    "Tag",
    "cut_sheet",
]
