"""The island: where one can walk, and how near everything is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine import MapObject, Pictures, TileMap, Transform2D, World
from ecs_engine.tilemap import TileLayer

FOLDER = Path(__file__).parent / "level"
"""The files of the map; `design.py` writes them."""
FLOWERS = 14
"""The tile of the first of two kinds of flowers."""
NEAREST, STEP = 10, 4.0
"""The layer of what stands at the upper edge of the map, and how much nearer what is on the next layer is."""
FOOT = 16.0
"""Of a tile's picture: how far below the middle of its cell it ends."""


class Island:
    """A resource: the map, and what follows from it."""

    def __init__(self, world: World, level: TileMap) -> None:
        self.level = level
        grid = level.grid
        self.left = grid.first_corner[0] + grid.tile_width / 2
        """Where the upper corner of the map is."""
        flowers = level["flowers"]
        assert isinstance(flowers, TileLayer)
        self.flowers = flowers.gids
        """(rows, columns): tiles, 0 for none. Read it; `set_tile` of the map changes it."""
        self.free: npt.NDArray[np.bool_] = np.array(
            [
                [bool(level.info(level.tile("ground", c, r)).properties.get("walk")) for c in range(grid.columns)]
                for r in range(grid.rows)
            ]
        )
        """(rows, columns): where one can walk."""
        level.spawn(world, {"thing": self.create_thing})

    def create_thing(self, world: World, thing: MapObject) -> None:
        """A tree, a rock, a hut: a sprite on the layer of its place, which nobody can walk through."""
        x, y = thing.position
        foot = y - thing.size[1] / 2 + FOOT
        sprite = self.level.sprite(thing, world.resource(Pictures))
        sprite.layer = int(layers(np.array(foot)))
        world.create_entity(Transform2D((x, y)), sprite)
        column, row = self.level.grid.cell_at(x, foot)
        self.free[row, column] = False

    def cells(self, place: npt.NDArray[np.float32]) -> tuple[Any, Any]:
        """The rows and columns of places, (n, 2), as two arrays: `Grid.cell_at` for many."""
        grid = self.level.grid
        across, down = (place[:, 0] - self.left) / grid.tile_width, place[:, 1] / -grid.tile_height
        row, column = np.floor(down - across).astype(np.intp), np.floor(down + across).astype(np.intp)
        return np.clip(row, 0, grid.rows - 1), np.clip(column, 0, grid.columns - 1)

    def is_free(self, place: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """Where of these places, (n, 2), one can stand."""
        free: npt.NDArray[np.bool_] = self.free[self.cells(place)]
        return free


def layers(y: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    """The layers of what stands at these heights on the screen: the lower it is, the nearer."""
    return (NEAREST - y / STEP).astype(np.int16)
