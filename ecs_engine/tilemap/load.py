"""Opening the file of a map."""

from __future__ import annotations

import os
from pathlib import Path

from ecs_engine.tilemap.ldtk import read_ldtk
from ecs_engine.tilemap.map import TileMap
from ecs_engine.tilemap.source import Files
from ecs_engine.tilemap.tiled import read_tiled


def load_map(
    path: str | os.PathLike[str], *, level: str | int = 0, root: str | os.PathLike[str] | None = None
) -> TileMap:
    """Read a map: Tiled's .tmx and .tmj (also .xml and .json), or a level of an LDtk project (.ldtk).

    Nothing is drawn or decoded yet, so this needs no window: add the map to an entity that has a Transform2D to show
    it. Any thread.

    Args:
        level: of an LDtk project: the identifier of a level, or its place among them.
        root: the folder that holds everything the map refers to; files outside of it are refused. By default that of
            the map.

    Raises:
        AssetError: a file is missing, broken, too large or outside of the root; the message names file, place and
            reason. However it is broken, this takes bounded time and memory.
    """
    file = Path(os.path.abspath(path))
    files = Files(file.parent if root is None else Path(root))
    part = files.read(file)
    if part.has("defs") and (part.has("levels") or part.has("worlds")):
        return read_ldtk(part, files, level)
    if part.values.get("#tag", part.values.get("type")) != "map":
        part.fail("it is neither a map of Tiled nor a project of LDtk; give the file of the map itself.")
    return read_tiled(part, files)
