"""Tile maps are shown: their layers become pools of rows, and what tiles share becomes lookups.

A row holds 8 bytes: where its cell is, and three numbers. What many tiles share is looked up by these: the rectangle
and the texels of the tile (an animated tile changes nothing else), and the place, parallax and colour of the layer.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Camera2D, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.snapshot import ColumnSpec
from ecs_engine.pictures import Pictures
from ecs_engine.systems.drawable import Drawable, Drawables, Instances
from ecs_engine.systems.tile_animation import Animations
from ecs_engine.systems.tile_layers import LAYER_ROWS, Look, MapPlace, Point, ShownLayer, look_of
from ecs_engine.systems.tile_rows import CELL, LAYER_BITS, NUMBER_BITS, LayerRows
from ecs_engine.systems.tile_table import reaches_over, tile_looks
from ecs_engine.tilemap import FLIP_DIAGONAL, ImageLayer, TileLayer, TileMap

Array = np.ndarray[Any, Any]

TILES = Drawable(
    name="tiles",
    columns={"cell": CELL},
    lookups=(
        ColumnSpec("tile_rects", np.dtype(np.float32), 4),
        ColumnSpec("tile_looks", np.dtype(np.uint32), 4),
        ColumnSpec("tile_layers", np.dtype(np.float32), 4),
    ),
)
Range = tuple[int, int]
_POSE, _PREVIOUS, _SCALE = (field_of(WorldPose2D, name) for name in ("pose", "previous", "scale"))


def drawn_layers(tile_map: TileMap) -> list[TileLayer | ImageLayer]:
    """Those layers of a map of which there is something to see."""
    return [layer for layer in tile_map.layers if isinstance(layer, TileLayer | ImageLayer)]


class ShownMap:
    """One map that an entity shows.

    Args:
        first_number, first_layer: where its tiles and layers begin in the lookups.
    """

    def __init__(self, tile_map: TileMap, pictures: Pictures, first_number: int, first_layer: int) -> None:
        self.map = tile_map
        self.first_number, self.first_layer = first_number, first_layer
        drawn = drawn_layers(tile_map)
        images = [tile_map.add_image(one, pictures) for one in drawn if isinstance(one, ImageLayer)]
        self.looks = tile_looks(tile_map, tile_map.add_pictures(pictures), images, pictures)
        self.animations = Animations(tile_map.tiles)
        tiles, grid = len(tile_map.tiles), tile_map.grid
        turned = any(isinstance(one, TileLayer) and bool((one.gids & FLIP_DIAGONAL).any()) for one in drawn)
        in_strips = reaches_over(self.looks, tiles, grid, turned=turned)
        reach = _reach(self.looks.rects[:tiles])
        self.layers: list[ShownLayer] = []
        image = tiles
        for number, layer in enumerate(drawn, first_layer):
            if isinstance(layer, TileLayer):
                rows = LayerRows(layer, grid, tile_map.tiles, first_number, number, in_strips=in_strips)
                self.layers.append(ShownLayer(layer, grid.step, grid.first_corner, reach, rows))
            else:
                size: tuple[float, float] = tuple(self.looks.rects[image, 2:].tolist())
                self.layers.append(ShownLayer.of_image(layer, size, grid.size, first_number + image, number))
                image += 1
        self.drifting: list[ShownLayer] = []
        """The layers with parallax."""
        self._drawn = drawn
        self._edits = [shown.rows.edits for shown in self.layers if shown.rows is not None]
        self._basis: tuple[Any, ...] = ()
        """What the place was read from."""
        self._place: MapPlace | None = None
        self._looks: list[Look] = []

    @property
    def tile_range(self) -> Range:
        """First tile number, and how many."""
        return self.first_number, len(self.looks.rects)

    @property
    def layer_range(self) -> Range:
        """First layer number, and how many."""
        return self.first_layer, len(self.layers)

    def update(self, table: Table, row: int) -> bool:
        """Follow what the game changed, and where the entity is; whether the lookup of a layer is another."""
        versions = table.versions
        basis = (table, row, versions[_POSE], versions[_PREVIOUS], versions[_SCALE])
        looks = list(map(look_of, self._drawn))
        if basis == self._basis and looks == self._looks and not any(self._edits):
            return False
        self._basis, self._looks = basis, looks
        place = _read_place(table, row)
        moved, self._place = place != self._place, place
        origin = self.map.parallax_origin
        changed = [shown.update(look, place, moved, origin) for shown, look in zip(self.layers, looks, strict=True)]
        self.drifting = [shown for shown in self.layers if shown.drifts]
        return any(changed)


def _read_place(table: Table, row: int) -> MapPlace:
    now, before = table.readable[_POSE][row, :3].tolist(), table.readable[_PREVIOUS][row, :3].tolist()
    x, y = table.readable[_SCALE][row].tolist()
    return MapPlace((now[0], now[1], now[2]), (before[0], before[1], before[2]), (x, y))


def _reach(rects: Array) -> Array:
    """The box around a cell, (4,) float32, that holds every tile, however it is turned."""
    if not len(rects):
        return np.zeros(4, np.float32)
    side = (rects[:, 2:] - rects[:, :2]).max()
    low, high = rects[:, :2].min(axis=0) - side, rects[:, 2:].max(axis=0) + side
    return np.concatenate([low, high])


def first_free(taken: list[Range], count: int, most: int, what: str) -> int:
    """The first number from which ``count`` numbers below ``most`` are in none of the ranges (first, count).

    Raises:
        EngineError: there is no such stretch.
    """
    first = 0
    for begin, length in sorted(taken):
        if begin - first >= count:
            break
        first = max(first, begin + length)
    if first + count > most:
        raise EngineError(
            f"The maps that are shown have more than {most} {what} together: delete the entities of those that are not "
            "needed, or leave out tile sets that they do not use."
        )
    return first


class TileMapSystem(System):
    """Shows every :class:`~ecs_engine.tilemap.TileMap` that is a component of an entity with a Transform2D.

    A map that stands still costs a few comparisons; where cameras move, layers with parallax are bounded anew. When a
    map is first shown, the images of its tile sets are read unless :meth:`TileMap.add_pictures` was called before.

    Raises:
        EngineError: maps have too many tiles or layers together, or cells too far away; see docs/tilemaps.md.
    """

    stage: ClassVar[Stage] = Stage.TRANSFORM
    needs: ClassVar[tuple[type, ...]] = (TileMap,)

    def on_add(self) -> None:
        self._shown: dict[int, ShownMap] = {}
        self._followed: list[tuple[int, TileMap]] = []
        self._time = 0.0

    def on_remove(self) -> None:
        for entity in list(self._shown):
            self._hide(entity)

    def process(self, dt: float) -> None:
        maps = self.world.get_component(TileMap)
        if not maps and not self._shown:
            return
        self._time += dt
        fresh = self._follow(maps)
        layers_changed = fresh
        drifting: list[ShownLayer] = []
        for entity, shown in self._shown.items():
            place = self._place_of(entity)
            if place is not None:
                layers_changed |= shown.update(*place)
                drifting += shown.drifting
        if drifting:
            eyes = self._eyes()
            for layer in drifting:
                layer.drift(eyes)
        self._write_lookups(fresh, layers_changed)

    def _follow(self, found: list[tuple[int, TileMap]]) -> bool:
        """Hide the maps that are gone and show those that are new; whether there were any."""
        if found == self._followed:
            return False
        maps = dict(found)
        gone = [entity for entity, shown in self._shown.items() if maps.get(entity) is not shown.map]
        for entity in gone:
            self._hide(entity)
        new = [entity for entity in maps if entity not in self._shown and self._place_of(entity) is not None]
        for entity in new:
            self._show(entity, maps[entity])
        self._followed = found if len(self._shown) == len(maps) else []  # else some still wait for a place
        return bool(gone or new)

    @property
    def _instances(self) -> Instances:
        return self.world.resource(Drawables)[TILES.name]

    def _show(self, entity: int, tile_map: TileMap) -> None:
        others = list(self._shown.values())
        pictures = self.world.resource(Pictures)
        drawn = drawn_layers(tile_map)
        tiles = len(tile_map.tiles) + sum(isinstance(layer, ImageLayer) for layer in drawn)
        first_number = first_free([one.tile_range for one in others], tiles, 1 << NUMBER_BITS, "tiles")
        first_layer = first_free([one.layer_range for one in others], len(drawn), 1 << LAYER_BITS, "layers")
        shown = self._shown[entity] = ShownMap(tile_map, pictures, first_number, first_layer)
        self._instances.pools.extend(layer.pool for layer in shown.layers)

    def _hide(self, entity: int) -> None:
        shown = self._shown.pop(entity)
        pools = self._instances.pools
        for layer in shown.layers:
            pools.remove(layer.pool)
            if layer.rows is not None:
                layer.rows.close()

    def _place_of(self, entity: int) -> tuple[Table, int] | None:
        """The table and row that say where a map is; None while it is nowhere."""
        location = self.world.location(entity)
        return None if location is None or _POSE not in location[0].readable else location

    def _eyes(self) -> list[Point]:
        """Where the cameras are, and were."""
        cameras = self.world.select(Camera2D, WorldPose2D)
        found = [
            (x, y)
            for _, pose in cameras
            for column in (pose.pose, pose.previous)
            for x, y in column[:, :2].tolist()
            if isfinite(x) and isfinite(y)
        ]
        if not found or all(camera.window.all() for camera, _ in cameras):
            found.append((0.0, 0.0))  # what a first window without cameras shows
        return found

    def _write_lookups(self, fresh: bool, layers_changed: bool) -> None:
        shown = list(self._shown.values())
        turned_over = [one.animations.advance(self._time) for one in shown]
        if fresh or any(turned_over):
            self._write_tiles(shown)
        if layers_changed:
            last = max((sum(one.layer_range) for one in shown), default=0)
            rows = np.zeros((last * LAYER_ROWS, 4), np.float32)
            for one in shown:
                for number, layer in enumerate(one.layers, one.first_layer):
                    rows[number * LAYER_ROWS : (number + 1) * LAYER_ROWS] = layer.lookup
            self._instances.lookups["tile_layers"].set(rows)

    def _write_tiles(self, shown: list[ShownMap]) -> None:
        last = max((sum(one.tile_range) for one in shown), default=0)
        rects, looks = np.zeros((last, 4), np.float32), np.zeros((last, 4), np.uint32)
        for one in shown:
            first, count = one.tile_range
            rects[first : first + count], looks[first : first + count] = one.looks.rects, one.looks.looks
            animated = one.animations.numbers
            rects[first + animated] = one.looks.rects[one.animations.shown]
            looks[first + animated] = one.looks.looks[one.animations.shown]
        lookups = self._instances.lookups
        lookups["tile_rects"].set(rects)
        lookups["tile_looks"].set(looks)
