"""Levels of the LDtk editor: after its JSON format, version 1.5 (ldtk.io/json).

Each level becomes a map of its own. LDtk may pile up several tiles in a cell: the further ones go into layers of their
own, called after the first with ``#2``, ``#3`` and so on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.tilemap.cells import CellBudget, Cells
from ecs_engine.tilemap.grid import Grid
from ecs_engine.tilemap.layers import FLIP_X, FLIP_Y, Layer, MapObject, ObjectLayer, Properties, TileLayer
from ecs_engine.tilemap.map import TileMap
from ecs_engine.tilemap.source import Files, Part
from ecs_engine.tilemap.tilesets import MAX_TILES, TileImage, TileInfo, TileSet

_MAX_SIDE = 1 << 16


def read_ldtk(part: Part, files: Files, level: str | int = 0) -> TileMap:
    """One level of a parsed project.

    Args:
        level: its identifier, or its place in the project.

    Raises:
        AssetError: there is no such level, or the project is broken or too large.
    """
    return _Reader(part, files).map(_find_level(part, files, level))


def _find_level(part: Part, files: Files, level: str | int) -> Part:
    levels = list(part.parts("levels"))
    for world in part.parts("worlds"):
        levels += world.parts("levels")
    names = [one.text("identifier") for one in levels]
    try:
        found = levels[names.index(level) if isinstance(level, str) else level]
    except (ValueError, IndexError):
        part.fail(f"there is no level {level!r} in it: its levels are {', '.join(names[:20]) or 'none at all'}.")
    if found.has("externalRelPath") and not found.has("layerInstances"):
        return files.read(files.locate(found.text("externalRelPath"), found), found)
    return found


class _Reader:
    def __init__(self, part: Part, files: Files) -> None:
        self.files = files
        self.budget = CellBudget()
        defs = part.part("defs")
        self.sets: dict[int, TileSet] = {}
        next_gid = 1
        for one in defs.parts("tilesets"):
            if one.has("relPath"):  # else it is LDtk's own icons, which are not to be shown by games
                made = _tile_set(one, files, next_gid)
                self.sets[one.whole("uid")] = made
                next_gid += len(made.images)
                if next_gid > MAX_TILES:
                    one.fail(f"its tile sets have more than {MAX_TILES} tiles together.")
        self.defs = {one.whole("uid"): one for one in defs.parts("layers")}

    def map(self, level: Part) -> TileMap:
        instances = list(level.parts("layerInstances"))
        grids = {one.whole("__gridSize", low=1, high=_MAX_SIDE) for one in instances if _has_tiles(one)} or {
            one.whole("__gridSize", low=1, high=_MAX_SIDE) for one in instances
        }
        if len(grids) > 1:
            level.fail(f"its layers have cells of {sorted(grids)} pixels; give those with tiles one size.")
        size = min(grids, default=16)
        width, height = level.whole("pxWid", low=0, high=1 << 24), level.whole("pxHei", low=0, high=1 << 24)
        layers: list[Layer] = []
        for one in reversed(instances):  # LDtk names the front first
            layers += self._layers(one, len(layers))
        return TileMap(
            grid=Grid("orthogonal", -(-width // size), -(-height // size), size, size),
            layers=layers,
            tile_sets=list(self.sets.values()),
            background=level.color("__bgColor") if level.has("__bgColor") else None,
            properties=_fields(level),
            path=level.file,
        )

    def _layers(self, part: Part, number: int) -> list[Layer]:
        definition = self.defs.get(part.whole("layerDefUid", -1))
        factor = [definition.number(f"parallaxFactor{axis}", 0.0) if definition else 0.0 for axis in "XY"]
        common: dict[str, Any] = {
            "name": part.text("__identifier"),
            "offset": (part.number("__pxTotalOffsetX", 0.0), -part.number("__pxTotalOffsetY", 0.0)),
            "opacity": min(max(part.number("__opacity", 1.0), 0.0), 1.0),
            "visible": part.flag("visible", True),
            "parallax": (1 - factor[0], 1 - factor[1]),
        }
        kind = part.choice("__type", ("IntGrid", "Entities", "Tiles", "AutoLayer"))
        if kind == "Entities":
            things = [
                self._object(one, index, common, number) for index, one in enumerate(part.parts("entityInstances"))
            ]
            return [ObjectLayer(**common, draw_layer=number, objects=things)]
        columns, rows = part.whole("__cWid", low=0, high=1 << 24), part.whole("__cHei", low=0, high=1 << 24)
        piles = self._piles(part, columns, rows)
        layers = [
            TileLayer(
                **(common | ({"name": f"{common['name']}#{i + 1}"} if i else {})), gids=gids, draw_layer=number + i
            )
            for i, gids in enumerate(piles)
        ]
        if kind == "IntGrid":
            layers[0].values = self._values(part, columns, rows)
            layers[0].value_names = {
                one.whole("value", low=0): one.text("identifier")
                for one in (definition.parts("intGridValues") if definition else ())
                if one.has("identifier")
            }
        return list(layers)

    def _values(self, part: Part, columns: int, rows: int) -> Cells:
        values = part.items("intGridCsv")
        if len(values) != columns * rows:
            part.fail(f"it has {len(values)} values where its size of {columns} x {rows} asks for {columns * rows}.")
        if not all(type(value) is int and 0 <= value < 1 << 31 for value in values):
            part.fail("a value of its IntGrid is no whole number of 0 or more.")
        return np.array(values, np.uint32).reshape(rows, columns)

    def _piles(self, part: Part, columns: int, rows: int) -> list[Cells]:
        """The tiles of a layer, as many grids as there are tiles in the fullest cell, and one at least."""
        tiles = [*part.parts("gridTiles"), *part.parts("autoLayerTiles")]
        size = part.whole("__gridSize", low=1, high=_MAX_SIDE)
        tile_set = self.sets.get(
            part.whole("overrideTilesetUid" if part.has("overrideTilesetUid") else "__tilesetDefUid", -1)
        )
        if tiles and tile_set is None:
            part.fail("it has tiles, and no tile set that the project knows.")
        self.budget.take(part, columns, rows)
        piles = [np.zeros((rows, columns), np.uint32)]
        depth = np.zeros((rows, columns), np.int32)
        for tile in tiles:
            assert tile_set is not None
            place = tile.items("px")
            if len(place) != 2 or not all(isinstance(number, int | float) and abs(number) < 1e9 for number in place):
                tile.fail("px is not two numbers.")
            column, row = int(place[0] // size), int(place[1] // size)
            local = tile.whole("t", low=0)
            if local not in tile_set.images:
                tile.fail(f"it shows tile {local}, which the tile set {tile_set.name!r} does not have.")
            if not (0 <= column < columns and 0 <= row < rows):
                continue  # of a rule that paints over the edge
            flips = tile.whole("f", 0, low=0, high=3)
            pile = int(depth[row, column])
            if pile == len(piles):
                self.budget.take(tile, columns, rows)
                piles.append(np.zeros((rows, columns), np.uint32))
            piles[pile][row, column] = tile_set.first_gid + local | (FLIP_X * (flips & 1)) | (FLIP_Y * (flips >> 1))
            depth[row, column] += 1
        return piles

    def _object(self, part: Part, index: int, common: dict[str, Any], number: int) -> MapObject:
        width, height = part.number("width", 0.0), part.number("height", 0.0)
        try:
            x, y = part.items("px")
            pivot_x, pivot_y = part.items("__pivot") or (0.0, 0.0)
            x, y = float(x) + (0.5 - float(pivot_x)) * width, float(y) + (0.5 - float(pivot_y)) * height
        except (ValueError, TypeError):
            part.fail("px or __pivot is not two numbers.")
        return MapObject(
            id=index,
            name=part.text("iid", ""),
            kind=part.text("__identifier"),
            shape="rectangle",
            position=(x + common["offset"][0], common["offset"][1] - y),
            size=(width, height),
            gid=self._tile_of(part.part("__tile")) if part.has("__tile") else 0,
            layer=common["name"],
            draw_layer=number,
            properties=_fields(part),
        )

    def _tile_of(self, part: Part) -> int:
        """The gid of an entity's tile; 0 if it is not one whole tile of a set."""
        tile_set = self.sets.get(part.whole("tilesetUid"))
        box = tuple(part.whole(name, low=0) for name in ("x", "y", "w", "h"))
        for local, image in tile_set.images.items() if tile_set else ():
            if image.box == box:
                return tile_set.first_gid + local  # type: ignore[union-attr]  # it has images
        return 0


def _has_tiles(part: Part) -> bool:
    return part.text("__type", "") != "Entities"


def _tile_set(part: Part, files: Files, first_gid: int) -> TileSet:
    size = part.whole("tileGridSize", low=1, high=_MAX_SIDE)
    padding = part.whole("padding", 0, low=0, high=_MAX_SIDE)
    spacing = part.whole("spacing", 0, low=0, high=_MAX_SIDE)
    columns, rows = part.whole("__cWid", low=0, high=_MAX_SIDE), part.whole("__cHei", low=0, high=_MAX_SIDE)
    if columns * rows > MAX_TILES:
        part.fail(f"it has {columns * rows} tiles, and {MAX_TILES} are the most.")
    path = files.locate(part.text("relPath"), part)
    step = size + spacing
    images = {
        row * columns + column: TileImage(path, (padding + column * step, padding + row * step, size, size))
        for row in range(rows)
        for column in range(columns)
    }
    tiles: dict[int, TileInfo] = {}
    for tag in part.parts("enumTags"):
        for local in tag.items("tileIds"):
            if isinstance(local, int):
                tiles.setdefault(local, TileInfo()).properties[tag.text("enumValueId")] = True
    for data in part.parts("customData"):
        tiles.setdefault(data.whole("tileId"), TileInfo()).properties["data"] = data.text("data")
    return TileSet(
        name=part.text("identifier", ""), first_gid=first_gid, tile_size=(size, size), images=images, tiles=tiles
    )


def _fields(part: Part) -> Properties:
    """The fields of a level or an entity: JSON values, and colours as (red, green, blue, alpha)."""
    found: Properties = {}
    for one in part.parts("fieldInstances"):
        colored = one.text("__type", "") == "Color" and one.has("__value")
        found[one.text("__identifier")] = one.color("__value") if colored else one.values.get("__value")
    return found
