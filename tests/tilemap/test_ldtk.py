"""Levels of LDtk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import load_map
from ecs_engine.core.errors import AssetError
from ecs_engine.tilemap import FLIP_X, FLIP_Y, ObjectLayer, TileLayer

from .maps import COLUMNS, ROWS, ldtk_layer, ldtk_project, write


def tile(x: int, y: int, number: int, flips: int = 0) -> dict[str, Any]:
    return {"px": [x, y], "src": [0, 0], "f": flips, "t": number, "a": 1}


VALUES = [1, 0, 2, 0, 0] + [0] * 15
LAYERS = [
    ldtk_layer("Entities", entityInstances=[
        {"__identifier": "Door", "iid": "x-1", "px": [16, 32], "width": 8, "height": 16, "__pivot": [0.5, 1],
         "__tile": {"tilesetUid": 1, "x": 8, "y": 8, "w": 8, "h": 8},
         "fieldInstances": [{"__identifier": "locked", "__type": "Bool", "__value": True},
                            {"__identifier": "glow", "__type": "Color", "__value": "#ff8000"}]},
    ]),
    ldtk_layer("Tiles", gridTiles=[tile(0, 0, 1), tile(8, 8, 2, 1), tile(8, 8, 3, 2), tile(8, 8, 4, 3), tile(-8, 0, 1)],
               __opacity=0.5, __pxTotalOffsetX=3, __pxTotalOffsetY=4),
    ldtk_layer("IntGrid", intGridCsv=VALUES, autoLayerTiles=[tile(16, 0, 5)]),
]  # fmt: skip


def test_layers_tiles_and_values(tmp_path: Path) -> None:
    read = load_map(write(tmp_path, "a.ldtk", ldtk_project(LAYERS)))
    grid, first, second, third, things = read.layers  # from the back to the front
    assert isinstance(grid, TileLayer)
    assert isinstance(first, TileLayer)
    assert isinstance(second, TileLayer)
    assert isinstance(third, TileLayer)
    assert isinstance(things, ObjectLayer)
    assert [layer.name for layer in read.layers] == ["IntGrid", "Tiles", "Tiles#2", "Tiles#3", "Entities"]
    assert [layer.draw_layer for layer in read.layers] == [0, 1, 2, 3, 4]
    assert grid.values is not None
    np.testing.assert_array_equal(grid.values, np.reshape(VALUES, (ROWS, COLUMNS)))
    assert grid.value_names == {1: "solid"}
    assert grid.gids[0, 2] == 6
    assert (first.gids[0, 0], first.gids[1, 1], second.gids[1, 1], third.gids[1, 1]) == (
        2, 3 | FLIP_X, 4 | FLIP_Y, 5 | FLIP_X | FLIP_Y,
    )  # fmt: skip
    assert np.count_nonzero(first.gids) == 2  # the one that was painted over the edge is not there
    assert (first.opacity, first.offset, first.parallax) == (0.5, (3, -4), (0.75, 1))
    assert read.background == (16, 32, 48, 255)
    assert read.info(3).properties == {"solid": True}
    assert read.info(4).properties == {"data": "slippery"}


def test_entities(tmp_path: Path) -> None:
    (door,) = load_map(write(tmp_path, "a.ldtk", ldtk_project(LAYERS))).objects
    assert (door.kind, door.name, door.position, door.size, door.gid) == ("Door", "x-1", (16, -24), (8, 16), 6)
    assert door.properties == {"locked": True, "glow": (255, 128, 0, 255)}


def test_what_is_called_solid_becomes_boxes(tmp_path: Path) -> None:
    read = load_map(write(tmp_path, "a.ldtk", ldtk_project(LAYERS)))
    # The value of the upper left cell, and the tile that is tagged, whose layer lies 3 to the right and 4 down.
    assert sorted(read.solids().tolist()) == [[0, -8, 8, 0], [11, -20, 19, -12]]


def test_levels_by_name_by_number_and_in_files_of_their_own(tmp_path: Path) -> None:
    project = ldtk_project(LAYERS)
    (first,) = project["levels"]
    write(tmp_path, "a/second.ldtkl", first | {"identifier": "Second", "pxWid": 80})
    outside = {"identifier": "Second", "externalRelPath": "a/second.ldtkl", "layerInstances": None}
    project["worlds"] = [{"levels": [outside]}]
    path = write(tmp_path, "a.ldtk", project)
    for level, columns in ((0, 5), ("First", 5), (1, 10), ("Second", 10)):
        assert load_map(path, level=level).grid.columns == columns
    with pytest.raises(AssetError, match="no level 'Third' in it: its levels are First, Second"):
        load_map(path, level="Third")


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (ldtk_layer("Tiles", gridTiles=[tile(0, 0, 99)]), "shows tile 99, which the tile set 'set' does not have"),
        (ldtk_layer("Tiles", gridTiles=[tile(0, 0, 1)], __tilesetDefUid=8), "no tile set that the project knows"),
        (ldtk_layer("Tiles", gridTiles=[tile(0, 0, 1) | {"px": ["a", 0]}]), "px is not two numbers"),
        (ldtk_layer("IntGrid", intGridCsv=[1, 2]), "has 2 values where its size of 5 x 4 asks for 20"),
        (ldtk_layer("IntGrid", intGridCsv=[-1] * 20), "no whole number of 0 or more"),
        (ldtk_layer("Tiles", __cWid=1 << 20, __cHei=1 << 20), "cells are too many"),
        (ldtk_layer("Magic"), "__type is 'Magic', and can be 'IntGrid'"),
    ],
)
def test_faults(tmp_path: Path, layer: dict[str, Any], words: str) -> None:
    with pytest.raises(AssetError, match=words):
        load_map(write(tmp_path, "bad.ldtk", ldtk_project([layer])))


def test_layers_of_several_cell_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"cells of \[8, 16\] pixels"):
        load_map(write(tmp_path, "bad.ldtk", ldtk_project([ldtk_layer("Tiles"), ldtk_layer("Tiles", __gridSize=16)])))
