"""Draws and writes the files of the island: ``python -m ecs_engine.demos.isometric.design``.

They are ordinary files of Tiled, kept in the folder ``level``, and may be opened there. What lies flat is on tile
layers; what stands up is an object each, so that the game can sort it among those who walk about.
"""

from __future__ import annotations

from io import StringIO

import numpy as np
import numpy.typing as npt

from ecs_engine.assets import island
from ecs_engine.assets.drawing import Pixels, noise, write_files
from ecs_engine.demos.isometric.level import FLOWERS, FOLDER

SIDE = 44
WATER, BEACH, GRASS, STONE = 0, 4, 6, 9
PINE, OAK, GOLDEN, ROCK, HUT = 10, 11, 12, 13, 16
Grid = npt.NDArray[np.uint32]


def grow(seed: int = 5) -> tuple[Grid, Grid, Grid]:
    """Tile numbers from 1, 0 for none: the ground, the flowers on it, and what stands there."""
    rng = np.random.default_rng(seed)
    row, column = np.indices((SIDE, SIDE))
    middle = (SIDE - 1) / 2
    # Longer across the screen than down it, which on the map is the diagonal.
    across, down = (column - row) / 2**0.5, (column + row - 2 * middle) / 2**0.5
    height = 1.0 - np.hypot(across / 12.5, down / 12) + 0.16 * noise(SIDE, SIDE, rng, 1.6, 16)
    ground = np.full((SIDE, SIDE), 1 + WATER)
    ground[height > 0.04] = 1 + BEACH + (rng.random((SIDE, SIDE))[height > 0.04] < 0.4)
    green = height > 0.22
    ground[green] = 1 + GRASS + rng.integers(0, 3, (SIDE, SIDE))[green]
    things = np.zeros((SIDE, SIDE), np.int64)
    high = (height > 0.62) & (noise(SIDE, SIDE, rng, 1.6, 9) > 0.45)
    things[high] = 1 + STONE
    free = green & ~high
    chance = rng.random((SIDE, SIDE))
    for tile, low, upper in ((PINE, 0.0, 0.08), (OAK, 0.08, 0.13), (GOLDEN, 0.13, 0.16), (ROCK, 0.16, 0.18)):
        things[free & (chance >= low) & (chance < upper)] = 1 + tile
    for height_of_hut, part in ((0.35, 0.3), (0.5, 0.15)):
        spots = np.argwhere(free & (height > height_of_hut))
        r, c = spots[int(len(spots) * part)]
        things[r, c] = 1 + HUT
    flowers = np.zeros((SIDE, SIDE), np.int64)
    for tile, low, upper in ((FLOWERS, 0.18, 0.24), (FLOWERS + 1, 0.24, 0.30)):
        flowers[free & (chance >= low) & (chance < upper) & (things == 0)] = 1 + tile
    return ground.astype(np.uint32), flowers.astype(np.uint32), things.astype(np.uint32)


def tmx(ground: Grid, flowers: Grid, things: Grid, count: int) -> str:
    """The map as Tiled writes it."""
    out = StringIO()
    edge = island.HEIGHT + 2
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<map version="1.10" orientation="isometric" ')
    out.write(f'renderorder="right-down" width="{SIDE}" height="{SIDE}" tilewidth="64" tileheight="32" infinite="0" ')
    out.write('backgroundcolor="#3f88ce">\n')
    out.write(f' <tileset firstgid="1" name="island" tilewidth="64" tileheight="96" tilecount="{count}" ')
    out.write(f'columns="{count}" margin="1" spacing="2">\n')
    out.write(f'  <image source="island.png" width="{count * 66}" height="{edge}"/>\n')
    waves = "".join(f'<frame tileid="{frame}" duration="350"/>' for frame in range(4))
    out.write(f'  <tile id="{WATER}"><animation>{waves}</animation></tile>\n')
    for tile in range(BEACH, STONE):
        out.write(f'  <tile id="{tile}"><properties><property name="walk" type="bool" value="true"/></properties>')
        out.write("</tile>\n")
    out.write(" </tileset>\n")
    # Blocks of ground lie lower by their height, so that one walks at the height of the cells.
    for name, grid, sunk in (("ground", ground, island.BLOCK), ("flowers", flowers, 0)):
        cells = ",\n".join(",".join(map(str, line)) for line in grid.tolist())
        out.write(f' <layer name="{name}" width="{SIDE}" height="{SIDE}" offsety="{sunk}">\n')
        out.write(f'  <data encoding="csv">\n{cells}\n</data>\n </layer>\n')
    out.write(' <objectgroup name="things">\n')
    for number, (r, c) in enumerate(np.argwhere(things).tolist(), 1):
        # An object of a tile stands on the middle of its lower edge: the lower corner of the cell.
        place = f'x="{(c + 1) * 32}" y="{(r + 1) * 32}" width="64" height="96"'
        out.write(f'  <object id="{number}" type="thing" gid="{things[r, c]}" {place}/>\n')
    out.write(" </objectgroup>\n</map>\n")
    return out.getvalue()


def files() -> dict[str, bytes | Pixels]:
    """Every file by name: texts as bytes, pictures as pixels."""
    blocks = island.tiles()
    strip = np.concatenate([np.pad(one, ((1, 1), (1, 1), (0, 0))) for one in blocks], axis=1)
    return {"island.tmx": tmx(*grow(), len(blocks)).encode(), "island.png": strip}


if __name__ == "__main__":
    write_files(FOLDER, files())
