"""What is solid, in few boxes: against one cell at a time, and where tiles have shapes of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Collider, Transform2D
from ecs_engine.core.errors import EngineError
from ecs_engine.core.world import World
from ecs_engine.systems.physics import Contacts, PhysicsSystem
from ecs_engine.tilemap import (
    FLIP_DIAGONAL,
    FLIP_X,
    FLIP_Y,
    Grid,
    MapObject,
    TileInfo,
    TileLayer,
    TileMap,
    TileSet,
)
from ecs_engine.tilemap.solids import greedy_spans

WALL = TileInfo(properties={"solid": True})


def make_map(gids: Any, tiles: dict[int, TileInfo], **layer: Any) -> TileMap:
    cells = np.array(gids, np.uint32)
    pixels = [np.zeros((8, 8, 4), np.uint8)] * 9
    tile_set = TileSet.from_pixels(pixels)
    tile_set.tiles = tiles
    grid = Grid("orthogonal", cells.shape[1], cells.shape[0], 8, 8)
    return TileMap(grid=grid, tile_sets=[tile_set], layers=[TileLayer(name="a", gids=cells, **layer)])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize("down", [True, False])
def test_spans_cover_each_cell_once_and_no_other(seed: int, across: bool, down: bool) -> None:
    rng = np.random.default_rng(seed)
    cells = rng.random((rng.integers(1, 20), rng.integers(1, 20))) < 0.6
    covered = np.zeros(cells.shape, np.int32)
    spans = greedy_spans(cells, across=across, down=down)
    for row, column, rows, columns in spans:
        assert rows == 1 or down
        assert columns == 1 or across
        covered[row : row + rows, column : column + columns] += 1
    np.testing.assert_array_equal(covered, cells)
    if not (across or down):
        assert len(spans) == cells.sum()


def test_a_full_map_is_one_box() -> None:
    assert make_map(np.ones((50, 70)), {0: WALL}).solids().tolist() == [[0, -400, 560, 0]]


def test_what_makes_a_tile_solid() -> None:
    gids = [[1, 2, 3, 4]]
    infos = {0: TileInfo(kind="solid"), 1: WALL, 2: TileInfo(properties={"solid": False})}
    assert make_map(gids, infos).solids().tolist() == [[0, -8, 16, 0]]
    assert make_map(gids, infos, kind="solid").solids().tolist() == [[0, -8, 32, 0]]
    assert make_map(gids, infos, properties={"solid": True}, offset=(1, -2)).solids().tolist() == [[1, -10, 33, -2]]
    assert make_map(gids, {3: TileInfo(kind="ladder")}).solids("ladder").tolist() == [[24, -8, 32, 0]]
    assert make_map(gids, {}).solids().shape == (0, 4)


def shape(x: float, y: float, width: float, height: float, **more: Any) -> MapObject:
    return MapObject(id=1, position=(x + width / 2, y + height / 2), size=(width, height), **more)


def test_shapes_of_the_collision_editor() -> None:
    slab = TileInfo(shapes=[shape(0, 0, 8, 3)])
    post = TileInfo(shapes=[shape(2, 0, 3, 8)])
    corner = TileInfo(shapes=[shape(1, 2, 3, 4), shape(6, 6, 1, 1)])
    slope = TileInfo(
        shapes=[MapObject(id=1, shape="polygon", position=(0, 0), points=np.array([(0, 0), (8, 0), (8, 5)], "f4"))]
    )
    tiles = {0: slab, 1: post, 2: corner, 3: slope}
    gids = [[1, 1, 2, 3], [1, 0, 2, 4]]
    assert sorted(make_map(gids, tiles).solids().tolist()) == [
        [0, -16, 8, -13],
        [0, -8, 16, -5],  # slabs side by side are one
        [18, -16, 21, 0],  # and posts one above the other
        [24, -16, 32, -11],  # of a slope the box around it
        [25, -6, 28, -2],
        [30, -2, 31, -1],
    ]


@pytest.mark.parametrize("flags", [a | b | c for a in (0, FLIP_X) for b in (0, FLIP_Y) for c in (0, FLIP_DIAGONAL)])
def test_shapes_are_flipped_as_pictures_are(flags: int) -> None:
    picture = np.zeros((8, 8), np.bool_)
    picture[1:3, 2:7] = True  # rows from the top
    flipped = picture.T if flags & FLIP_DIAGONAL else picture
    flipped = flipped[:, ::-1] if flags & FLIP_X else flipped
    flipped = flipped[::-1] if flags & FLIP_Y else flipped
    rows, columns = np.nonzero(flipped)
    expected = [columns.min(), -rows.max() - 1, columns.max() + 1, -rows.min()]
    info = TileInfo(shapes=[shape(2, 5, 5, 2)])
    assert make_map([[1 | flags]], {0: info}).solids().tolist() == [expected]


def test_a_turned_shape_has_the_box_around_it() -> None:
    quarter = TileInfo(shapes=[shape(1, 3, 6, 2, rotation=np.pi / 2)])
    assert make_map([[1]], {0: quarter}).solids().tolist() == [[3, -7, 5, -1]]


def test_only_orthogonal_cells_are_boxes() -> None:
    tile_map = TileMap(grid=Grid("isometric", 4, 4, 16, 8))
    with pytest.raises(EngineError, match=r"isometric are no boxes.*grid\.cell_at"):
        tile_map.solids()


def test_colliders_meet_what_moves() -> None:
    with World() as world:
        world.add_processor(PhysicsSystem())
        walls = make_map([[1, 1, 0], [0, 0, 1]], {0: WALL}).spawn_colliders(world, (100, 50))
        assert len(walls) == 2  # they touch at a corner
        ball = world.create_entity(Transform2D((108, 46)), Collider(radius=3, mask=0xFFFFFFFE))
        world.create_entity(Transform2D((108, 46)), Collider(radius=3, mask=1))
        world.process(0.01)
        assert world.resource(Contacts).touching.tolist() == [[walls[0], ball]]
