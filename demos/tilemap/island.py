"""The island: a bunny that hops from cell to cell of an isometric map, and plants flowers. It is a tile itself."""

from __future__ import annotations

from ecs_engine import Input, Key, System, TileMap
from ecs_engine.demos.tilemap.scene import BUNNY, FLOWERS, Scene, Score

STEPS = {Key.LEFT: (-1, 0), Key.RIGHT: (1, 0), Key.UP: (0, -1), Key.DOWN: (0, 1)}


class Island:
    """Where the bunny is, and what it stands on."""

    def __init__(self, tile_map: TileMap) -> None:
        self.map = tile_map
        middle = tile_map.grid.columns // 2
        cells = [(column, row) for column in range(middle, 2 * middle) for row in range(middle, 2 * middle)]
        # With nothing in front that would hide it.
        self.cell = next((c, r) for c, r in cells if all(self.is_free(c + i, r + j) for i in (0, 1) for j in (0, 1)))
        self.under = 0
        self.facing = 1
        self.step_to(self.cell)

    def is_free(self, column: int, row: int) -> bool:
        """Whether one can stand there: on land, not on a hill, and nothing there but flowers."""
        tile_map = self.map
        thing = tile_map.tile("things", column, row)
        return (
            tile_map.info(tile_map.tile("ground", column, row)).properties.get("walk", False)
            and not tile_map.tile("hills", column, row)
            and (not thing or tile_map.info(thing).properties.get("walk", False))
        )

    def step_to(self, cell: tuple[int, int]) -> None:
        """Give back what was on the old cell, and stand on another."""
        self.map.set_tile("things", *self.cell, self.under)
        self.cell, self.under = cell, self.map.tile("things", *cell)
        self.map.set_tile("things", *cell, 1 + BUNNY + (self.facing > 0))

    def plant(self) -> None:
        """A flower grows under the bunny, and shows when it hops on."""
        self.under = 1 + FLOWERS + sum(self.cell) % 2


class HopSystem(System):
    """Keys move the bunny along the edges of the cells."""

    def process(self, dt: float) -> None:
        island, keys = self.world.resource(Island), self.world.resource(Input)
        if self.world.resource(Scene).name != "island":
            return
        for key, (right, down) in STEPS.items():
            for _ in range(keys.press_count(key)):
                island.facing = right - down
                cell = island.cell[0] + right, island.cell[1] + down
                island.step_to(cell if island.is_free(*cell) else island.cell)
        if keys.pressed(Key.SPACE):
            if not island.under:
                self.world.resource(Score).flowers += 1
            island.plant()
