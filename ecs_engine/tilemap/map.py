"""A map as a game holds it: its layers, tiles and objects, and what can be made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ecs_engine.components import Collider, ColliderShape, Sprite, Transform2D
from ecs_engine.core.component import batch
from ecs_engine.core.errors import EngineError
from ecs_engine.core.world import World
from ecs_engine.pictures import Pictures
from ecs_engine.tilemap.grid import Grid
from ecs_engine.tilemap.images import add_image, add_tiles
from ecs_engine.tilemap.layers import (
    FLAGS,
    FLIP_X,
    FLIP_Y,
    Color,
    ImageLayer,
    Layer,
    MapObject,
    ObjectLayer,
    Properties,
    TileLayer,
)
from ecs_engine.tilemap.solids import solid_boxes
from ecs_engine.tilemap.tilesets import TileInfo, TileSet, TileTable

Place = tuple[float, float]
SOLID_LAYER = 1 << 31
"""The group of colliders that those of maps are in, unless told otherwise."""
Prefab = Callable[[World, MapObject], Any]


class _MapPictures(NamedTuple):
    """The pictures that were added for a map."""

    pictures: Pictures
    tiles: npt.NDArray[np.uint32]
    images: dict[tuple[Path, Color | None], int]
    """Of layers, by file and the colour that is taken out."""


@dataclass(eq=False, kw_only=True)
class TileMap:
    """A map, and the component that shows it: the entity's Transform2D says where its upper left corner is.

    Made by :func:`load_map`, or by hand for maps that are generated. Until it is shown any one thread may use it; then
    it belongs to the logic thread.

    Example:
        >>> import numpy as np
        >>> from ecs_engine.tilemap import Grid, TileLayer, TileMap
        >>> grid = Grid("orthogonal", columns=4, rows=3, tile_width=16, tile_height=16)
        >>> cave = TileMap(grid=grid, layers=[TileLayer(name="rock", gids=np.zeros((3, 4), np.uint32))])
        >>> cave.tile("rock", 2, 1)
        0
        >>> grid.cell_at(40, -20)
        (2, 1)
    """

    grid: Grid
    layers: list[Layer] = field(default_factory=list)
    """From the back to the front."""
    tile_sets: list[TileSet] = field(default_factory=list)
    parallax_origin: Place = (0.0, 0.0)
    """Where the camera sees all layers in their own place: in pixels of the map, y up."""
    background: Color | None = None
    properties: Properties = field(default_factory=dict)
    path: Path | None = None

    def __post_init__(self) -> None:
        self.tiles = TileTable(self.tile_sets)
        self._pictures: _MapPictures | None = None

    def __getitem__(self, name: str) -> Layer:
        """The first layer of that name.

        Raises:
            EngineError: there is none.
        """
        for layer in self.layers:
            if layer.name == name:
                return layer
        known = ", ".join(repr(layer.name) for layer in self.layers) or "none at all"
        raise EngineError(f"The map has no layer {name!r}: its layers are {known}.")

    # -- tiles ---------------------------------------------------------------------------------------
    def tile(self, layer: str | TileLayer, column: int, row: int) -> int:
        """The tile of a cell with its flip bits; 0 for none, also beyond the edges of the layer."""
        tiles = self._tile_layer(layer)
        c, r = column - tiles.origin[0], row - tiles.origin[1]
        rows, columns = tiles.gids.shape
        return int(tiles.gids[r, c]) if 0 <= c < columns and 0 <= r < rows else 0

    def set_tile(self, layer: str | TileLayer, column: int, row: int, gid: int) -> None:
        """Put a tile, with or without flip bits, into a cell; 0 takes it away. It shows with the next tick.

        Raises:
            EngineError: no tile layer of that name, no such tile, or the cell lies beyond the edges of the layer.
        """
        tiles = self._tile_layer(layer)
        c, r = column - tiles.origin[0], row - tiles.origin[1]
        rows, columns = tiles.gids.shape
        if not (0 <= c < columns and 0 <= r < rows):
            raise EngineError(
                f"The cell ({column}, {row}) lies outside of the layer {tiles.name!r}, whose {columns} x {rows} cells "
                f"begin at {tiles.origin}: keep within it, or draw the layer larger."
            )
        if gid and self.tiles.find(gid) is None:
            raise EngineError(f"The map has no tile {gid & ~FLAGS}: its tile sets say which there are.")
        if tiles.gids[r, c] != gid:
            tiles.gids[r, c] = gid
            for changed in tiles.watchers:
                changed.add((r, c))

    def info(self, gid: int) -> TileInfo:
        """What the tile set says of a tile: class, properties, collision shapes. Flip bits do not matter; a tile of
        which nothing is known, and 0, have an empty one."""
        found = self.tiles.find(gid)
        return (found[0].tiles.get(found[1]) if found else None) or TileInfo()

    def _tile_layer(self, layer: str | TileLayer) -> TileLayer:
        if isinstance(layer, TileLayer):
            return layer
        found = self[layer]
        if not isinstance(found, TileLayer):
            raise EngineError(f"The layer {layer!r} of the map holds no tiles: it is a {type(found).__name__}.")
        return found

    # -- pictures ------------------------------------------------------------------------------------
    def add_pictures(self, pictures: Pictures) -> npt.NDArray[np.uint32]:
        """Read the images of the tile sets and add each tile as a picture: their ids, (tiles,) uint32.

        The first tick that shows a map calls this; call it earlier, on any thread, and that tick is a short one.

        Raises:
            AssetError: an image is missing or broken, and ``pictures`` are strict.
        """
        return self._added_to(pictures).tiles

    def add_image(self, layer: ImageLayer, pictures: Pictures) -> int:
        """The same for the image of a layer: the id of its picture."""
        images, key = self._added_to(pictures).images, (layer.image, layer.transparent)
        if key not in images:
            images[key] = add_image(pictures, *key)
        return images[key]

    def remove_pictures(self) -> None:
        """Let go of the pictures that were added for this map, whose room is used again then.

        Call it when no entity shows the map any more; a map that is shown once more adds them anew. Nothing happens if
        none were added.
        """
        added, self._pictures = self._pictures, None
        if added is not None:
            for picture in (*added.tiles.tolist(), *added.images.values()):
                added.pictures.remove(picture)

    def _added_to(self, pictures: Pictures) -> _MapPictures:
        if self._pictures is None or self._pictures.pictures is not pictures:
            self._pictures = _MapPictures(pictures, add_tiles(self.tiles, pictures), {})
        return self._pictures

    def sprite(self, thing: MapObject, pictures: Pictures) -> Sprite:
        """A tile object as a sprite of its size. Its flips along the diagonal are left out, as sprites have none."""
        ids = self.add_pictures(pictures)
        number = int(self.tiles.numbers(np.array([thing.gid & ~FLAGS], np.uint32))[0])
        return Sprite(
            picture=int(ids[number]),
            size=thing.size,
            flip_x=bool(thing.gid & FLIP_X),
            flip_y=bool(thing.gid & FLIP_Y),
            layer=thing.draw_layer,
            visible=thing.visible,
        )

    # -- what becomes of a map -----------------------------------------------------------------------
    @property
    def objects(self) -> list[MapObject]:
        """All objects of all layers."""
        return [thing for layer in self.layers if isinstance(layer, ObjectLayer) for thing in layer.objects]

    def spawn(self, world: World, prefabs: Mapping[str, Prefab], position: Place = (0.0, 0.0)) -> list[Any]:
        """Make entities of the objects: for each one ``prefabs[its class](world, object)`` is called.

        Tile objects of a class that has no function become sprites; other objects without one are left out.

        Args:
            position: where the upper left corner of the map is in the world; objects are handed over with their place
                in the world.

        Returns:
            what the functions returned, and the entities of sprites, in the order of the map.
        """
        made: list[Any] = []
        for thing in self.objects:
            placed = replace(thing, position=(thing.position[0] + position[0], thing.position[1] + position[1]))
            prefab = prefabs.get(thing.kind)
            if prefab is not None:
                made.append(prefab(world, placed))
            elif thing.gid:
                sprite = self.sprite(placed, world.resource(Pictures))
                made.append(world.create_entity(Transform2D(placed.position, placed.rotation), sprite))
        return made

    def solids(self, name: str = "solid") -> npt.NDArray[np.float32]:
        """What is solid, as few boxes: (n, 4) float32, left, bottom, right and top in pixels of the map, y up.

        A tile is solid if its class or a property that is true has this name, or if it stands on a layer of which that
        holds; a cell of an LDtk IntGrid is if its value is called so. Tiles with shapes from the collision editor have
        those instead, each as the box around it. Cells that are alike and side by side become one box.

        Raises:
            EngineError: the map is not orthogonal, so its cells are no boxes.
        """
        return solid_boxes(self.grid, self.layers, self.tiles, name)

    def spawn_colliders(
        self, world: World, position: Place = (0.0, 0.0), *, name: str = "solid", layer: int = SOLID_LAYER
    ) -> npt.NDArray[np.int64]:
        """Make one static entity with a box :class:`Collider` of each of the :meth:`solids`; returns their ids.

        Args:
            position: where the upper left corner of the map is in the world.
            name: as of :meth:`solids`.
            layer: bits of the group they are in. They meet all other groups, and not each other, who touch everywhere.
        """
        boxes = self.solids(name)
        middle = (boxes[:, :2] + boxes[:, 2:]) / 2 + np.array(position, np.float32)
        shape = batch(
            Collider,
            shape=int(ColliderShape.BOX),
            half_size=(boxes[:, 2:] - boxes[:, :2]) / 2,
            layer=np.uint32(layer),
            mask=np.uint32(~layer & 0xFFFFFFFF),
        )
        made: npt.NDArray[np.int64] = world.create_entities(len(boxes), batch(Transform2D, position=middle), shape)
        return made
