"""Draws and writes the files of the level: ``python -m ecs_engine.demos.platformer.design``.

They are ordinary files of Tiled, kept in the folder ``level``, and may be opened there: a tile set with animations and
collision shapes, a collection of images, and a map with layers of images, tiles and objects.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.assets import meadow
from ecs_engine.assets.drawing import Pixels, write_files
from ecs_engine.demos.platformer.game import LEVEL

MEADOW = """
................................................................................
.........................................................o.o....................
.............oo......................o..................#####...................
............#####..............o....###.........oo....................o.........
.........o..................o..............o...####.............o....###....oo..
........###......o.........===......o.....###............S.....===..........##..
.....o.........[-]...................##..............o..######.........o........
...........................S..o................C.....................####.......
....f........t.....oo....######...t...........CC........f..S.....oo.............
P.T###mB.T..####t......F..kB.f.m.###.....T..kt##..o.oo..#####..[----]...F..m..g.
##################~~~##################^^#######################~~~~############
##################www###########################################wwww############
################################################################################
""".strip().splitlines()
COLUMNS = max(map(len, MEADOW))

PLANKS = {"[": 11, "-": 12, "]": 13, "=": 12}
PLAIN = {"C": 14, "^": 15, "~": 16, "w": 20, "f": 24, "t": 28, "m": 36}
COIN = 37
TREE, FIR, BUSH, FLAG = 0, 1, 2, 3
SECOND_SET = 101


def autotile(rows: list[str], row: int, column: int) -> int:
    """The tile of a cell of earth: edges where it is open to the air."""

    def earth(down: int, right: int) -> bool:
        r, c = row + down, column + right
        return r >= len(rows) or not 0 <= c < COLUMNS or rows[r].ljust(COLUMNS, ".")[c : c + 1] in "#^~w"

    top, left, right = not earth(-1, 0), not earth(0, -1), not earth(0, 1)
    if rows[row - 1].ljust(COLUMNS, ".")[column] == "^":
        top = True
    if not left and not right:
        if top:
            return 10 if (column * 7 + row) % 5 == 0 else 1
        return {0: 8, 4: 9}.get((column * 5 + row * 3) % 11, 5)
    return (0 if top else 4) + (3 if left and right else 0 if left else 2)


def meadow_layers() -> tuple[dict[str, np.ndarray[Any, np.dtype[np.uint32]]], list[str]]:
    """The grids of the tile layers, and the objects as XML."""
    names = ("trees", "water", "ground", "plants", "coins")
    grids = {name: np.zeros((len(MEADOW), COLUMNS), np.uint32) for name in names}
    things: list[str] = []
    for row, line in enumerate(MEADOW):
        for column, sign in enumerate(line):
            x, y = column * meadow.TILE, row * meadow.TILE
            if sign == "#":
                grids["ground"][row, column] = 1 + autotile(MEADOW, row, column)
            elif sign in PLANKS or sign in "C^":
                grids["ground"][row, column] = 1 + (PLANKS | PLAIN)[sign]
            elif sign in "~w":
                grids["water"][row, column] = 1 + PLAIN[sign]
            elif sign in PLAIN:
                grids["plants"][row, column] = 1 + PLAIN[sign]
            elif sign == "o":
                grids["coins"][row, column] = 1 + COIN
            elif sign in "TFB":
                grids["trees"][row, column] = SECOND_SET + {"T": TREE, "F": FIR, "B": BUSH}[sign]
            elif sign in "gk":
                kind = {"g": "goal", "k": "checkpoint"}[sign]
                place = f'x="{x}" y="{y + 64}" width="64" height="128"'
                things.append(f'<object id="{len(things) + 1}" type="{kind}" gid="{SECOND_SET + FLAG}" {place}/>')
            elif sign in "PS":
                kind = {"P": "start", "S": "slime"}[sign]
                things.append(
                    f'<object id="{len(things) + 1}" type="{kind}" x="{x + 32}" y="{y + 64}"><point/></object>'
                )
    return grids, things


def tsx(count: int) -> str:
    """The tile set of the meadow."""

    def animated(tile: int, frames: list[int], ms: int) -> str:
        inside = "".join(f'<frame tileid="{frame}" duration="{ms}"/>' for frame in frames)
        return f' <tile id="{tile}"><animation>{inside}</animation></tile>\n'

    solid = '<properties><property name="solid" type="bool" value="true"/></properties>'
    lines = [f' <tile id="{tile}">{solid}</tile>\n' for tile in (*range(11), 14)]
    slab = '<objectgroup draworder="index"><object id="1" x="0" y="8" width="64" height="14"/></objectgroup>'
    lines += [f' <tile id="{tile}">{slab}</tile>\n' for tile in (11, 12, 13)]
    lines.append(' <tile id="15" type="spikes"/>\n')
    lines += [animated(16, [16, 17, 18, 19], 180), animated(20, [20, 21, 22, 23], 420)]
    lines += [animated(first, [first, first + 1, first + 2, first + 3], 300) for first in (24, 28, 32)]
    lines.append(animated(COIN, [37, 38, 39, 40, 39, 38], 110))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<tileset version="1.10" name="meadow" tilewidth="64" tileheight="64" '
        f'tilecount="{count}" columns="8">\n <image source="meadow.png" width="512" height="{-(-count // 8) * 64}"/>\n'
        + "".join(lines)
        + "</tileset>\n"
    )


def tmx(grids: dict[str, np.ndarray[Any, np.dtype[np.uint32]]], things: list[str], images: dict[str, Pixels]) -> str:
    """The map of the meadow."""

    def tiles(name: str, **more: str) -> str:
        extra = "".join(f' {key}="{value}"' for key, value in more.items())
        text = ",\n".join(",".join(map(str, row)) for row in grids[name].tolist())
        size = f'width="{COLUMNS}" height="{len(MEADOW)}"'
        return f' <layer name="{name}" {size}{extra}>\n  <data encoding="csv">\n{text}\n</data>\n </layer>\n'

    def backdrop(name: str, parallax: tuple[float, float], y: int, *, repeats: bool = True) -> str:
        height, width = images[name].shape[:2]
        repeated = ' repeatx="1"'
        return (
            f' <imagelayer name="{name}" offsety="{y}" parallaxx="{parallax[0]}" parallaxy="{parallax[1]}"'
            f"{repeated if repeats else ''}>\n"
            f'  <image source="{name}.png" width="{width}" height="{height}"/>\n </imagelayer>\n'
        )

    single = "".join(
        f'  <tile id="{number}"><image source="{name}.png" width="{images[name].shape[1]}" '
        f'height="{images[name].shape[0]}"/></tile>\n'
        for number, name in enumerate(("tree", "fir", "bush", "flag"))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<map version="1.10" orientation="orthogonal" renderorder="right-down" '
        f'width="{COLUMNS}" height="{len(MEADOW)}" tilewidth="64" tileheight="64" infinite="0" parallaxoriginx="640" '
        'parallaxoriginy="472">\n <tileset firstgid="1" source="meadow.tsx"/>\n'
        f' <tileset firstgid="{SECOND_SET}" name="single" tilewidth="192" tileheight="256" tilecount="4" columns="0">\n'
        f"{single} </tileset>\n"
        ' <group name="backdrop">\n'
        + backdrop("sky", (0, 0), 112, repeats=False)
        + backdrop("far", (0.15, 0.1), 330)
        + backdrop("near", (0.4, 0.3), 420)
        + " </group>\n"
        + tiles("trees")
        + tiles("ground")
        + tiles("plants")
        + tiles("coins")
        + ' <objectgroup name="things">\n  '
        + "\n  ".join(things)
        + "\n </objectgroup>\n"
        + tiles("water")
        + "</map>\n"
    )


def files() -> dict[str, bytes | Pixels]:
    """Every file by name: texts as bytes, pictures as pixels."""
    sheet, count = meadow.sheet()
    images: dict[str, Pixels] = {
        "sky": meadow.evening(), "far": meadow.hills(0), "near": meadow.hills(1), "tree": meadow.tree(),
        "fir": meadow.tree(1), "bush": meadow.bush(), "flag": meadow.flag(),
    }  # fmt: skip
    return {
        "meadow.tmx": tmx(*meadow_layers(), images).encode(),
        "meadow.tsx": tsx(count).encode(),
        "meadow.png": sheet,
        **{f"{name}.png": pixels for name, pixels in images.items()},
    }


if __name__ == "__main__":
    write_files(LEVEL, files())
