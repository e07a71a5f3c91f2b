"""Maps that are shown: rows against the naive order, edits, culling with parallax, animations, lookups."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, sin
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Camera2D, Transform2D
from ecs_engine.core.errors import EngineError
from ecs_engine.core.screen import Screen
from ecs_engine.core.world import World
from ecs_engine.frame.keys import first_key
from ecs_engine.frame.snapshot import DrawList
from ecs_engine.systems import (
    TILES,
    BatchingSystem,
    CullingSystem,
    Drawables,
    TileMapSystem,
    TransformSystem,
)
from ecs_engine.systems.tile_layers import LAYER_ROWS
from ecs_engine.systems.tile_rows import CELL
from ecs_engine.systems.tiles import first_free
from ecs_engine.tilemap import (
    FLIP_DIAGONAL,
    FLIP_X,
    FLIP_Y,
    TURN_120,
    Grid,
    ImageLayer,
    TileInfo,
    TileLayer,
    TileMap,
    TileSet,
)

MakeWorld = Callable[..., World]
Array = np.ndarray[Any, Any]


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(TransformSystem(), TileMapSystem(), CullingSystem(), BatchingSystem(), drawables=Drawables(TILES))


def make_map(
    gids: Any, grid: Grid | None = None, size: tuple[int, int] = (8, 8), tiles: int = 5, **layer: Any
) -> TileMap:
    cells = np.array(gids, np.uint32)
    width, height = size
    pixels = [np.full((height, width, 4), 10 * (i + 1), np.uint8) for i in range(tiles)]
    return TileMap(
        grid=grid or Grid("orthogonal", cells.shape[1], cells.shape[0], 8, 8),
        tile_sets=[TileSet.from_pixels(pixels)],
        layers=[TileLayer(name="a", gids=cells, **layer)],
    )


def random_cells(rng: np.random.Generator, columns: int, rows: int, empty: float = 0.4) -> Array:
    cells = rng.integers(1, 6, (rows, columns)).astype(np.uint32)
    cells[rng.random((rows, columns)) < empty] = 0
    return cells


def drawn(world: World) -> list[tuple[int, int, int, int, int]]:
    """Steps right and down, tile, layer and upper bits of all rows in the order they are drawn."""
    instances = world.resource(Drawables)["tiles"]
    order = world.resource(DrawList)
    rows = np.zeros((instances.layout.capacity, 2), np.uint32)
    for pool, first in zip(instances.pools, instances.layout.firsts, strict=True):
        rows[first : first + pool.length] = pool.readable[CELL]
    seen = rows[order.order[: order.order_length]].astype(np.int64)
    across = (seen[:, 0] & 0xFFFF) - ((seen[:, 0] & 0x8000) << 1)
    down = (seen[:, 0] >> 16) - ((seen[:, 0] >> 31) << 16)
    columns = across, down, seen[:, 1] & 0x1FFFF, seen[:, 1] >> 17 & 0x3FF, seen[:, 1] >> 27
    return list(zip(*(column.tolist() for column in columns), strict=True))


def naive(tile_map: TileMap) -> list[tuple[int, int, int]]:
    """Steps and tile number of each cell that is not empty, row by row of the picture."""
    layer = tile_map.layers[0]
    assert isinstance(layer, TileLayer)
    found = []
    for (row, column), gid in np.ndenumerate(layer.gids):
        if gid:
            across, down = tile_map.grid.steps(column + layer.origin[0], row + layer.origin[1])
            found.append((int(across), int(down), int(gid) - 1))
    right, lower = tile_map.grid.order
    return sorted(found, key=lambda cell: (lower * cell[1], right * cell[0]))


GRIDS = [
    Grid("orthogonal", 45, 37, 8, 8),
    Grid("orthogonal", 45, 37, 8, 8, order=(-1, -1)),
    Grid("orthogonal", 45, 37, 8, 8, order=(-1, 1)),
    Grid("isometric", 45, 37, 8, 4),
    Grid("staggered", 45, 37, 8, 4),
    Grid("hexagonal", 45, 37, 8, 8, stagger_axis="x", hex_side=4),
]


def overlap_order(cells: list[tuple[int, int, int]], reach: tuple[int, int]) -> list[list[int]]:
    """Of each cell, where those that are drawn after it and overlap it are, by their places in the list: what decides
    how a picture looks. Cells ``reach`` steps apart or further do not overlap."""
    places = {cell[:2]: index for index, cell in enumerate(cells)}
    found = []
    for across, down, _ in sorted(cells):
        mine = places[across, down]
        near = [(across + a, down + d) for a in range(-reach[0], reach[0] + 1) for d in range(-reach[1], reach[1] + 1)]
        found.append([places.get(one, -1) > mine for one in near])
    return found


@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: f"{grid.orientation} {grid.order}")
@pytest.mark.parametrize("size", ["fits", "tall", "wide"])
def test_tiles_that_overlap_are_drawn_row_by_row(world: World, rng: np.random.Generator, grid: Grid, size: str) -> None:
    """Chunk by chunk, and yet as if there were no chunks."""
    width, height = {"fits": (8, grid.tile_height), "tall": (8, 24), "wide": (24, 24)}[size]
    tile_map = make_map(random_cells(rng, 45, 37), grid, (width, height))
    world.create_entity(Transform2D(), tile_map)
    world.create_entity(Transform2D(), Camera2D(height=5000))
    world.process(0.01)
    found = [(across, down, tile) for across, down, tile, _, _ in drawn(world)]
    expected = naive(tile_map)
    assert sorted(found) == sorted(expected)
    columns = -(-width // round(grid.step[0])) - 1 if size != "fits" or grid.orientation != "orthogonal" else 0
    rows = -(-height // round(grid.step[1])) - 1 if size != "fits" else 0
    if size == "fits":
        columns = 0  # diamonds and hexagons that fit only touch
    assert overlap_order(found, (columns, rows)) == overlap_order(expected, (columns, rows))


@pytest.mark.parametrize("seed", range(4))
def test_edits_leave_the_rows_of_a_fresh_map(make_world: MakeWorld, seed: int) -> None:
    rng = np.random.default_rng(seed)
    grid = GRIDS[seed]
    systems = lambda: (TransformSystem(), TileMapSystem(), CullingSystem(), BatchingSystem())  # noqa: E731
    worlds = [make_world(*systems(), drawables=Drawables(TILES)) for _ in range(2)]
    cells = random_cells(rng, 45, 37, empty=0.95)
    edited = make_map(cells, grid, (8, 24), origin=(-7, -4))
    worlds[0].create_entity(Transform2D(), edited)
    worlds[0].process(0.01)
    for _ in range(6):
        for _ in range(int(rng.integers(0, 300))):
            column, row = int(rng.integers(45)), int(rng.integers(37))
            gid = int(rng.integers(0, 6)) if rng.random() < 0.5 else 0
            edited.set_tile("a", column - 7, row - 4, gid)
            cells[row, column] = gid
        worlds[0].process(0.01)
    worlds[1].create_entity(Transform2D(), make_map(cells, grid, (8, 24), origin=(-7, -4)))
    worlds[1].process(0.01)
    assert drawn(worlds[0]) == drawn(worlds[1])
    version = worlds[0].resource(DrawList).version
    worlds[0].process(0.01)
    assert worlds[0].resource(DrawList).version == version


def test_flips_and_turns(world: World) -> None:
    flips = [FLIP_X, FLIP_Y, FLIP_DIAGONAL, FLIP_X | FLIP_DIAGONAL]
    world.create_entity(Transform2D(), make_map([[2 | flip for flip in flips]]))
    world.process(0.01)
    assert [(row[2], row[4]) for row in drawn(world)] == [(1, 16), (1, 8), (1, 4), (1, 20)]


def test_hexagons_turn_by_a_sixth(world: World) -> None:
    grid = Grid("hexagonal", 4, 1, 8, 8, hex_side=4)
    gids = [[1, 1 | FLIP_DIAGONAL, 1 | TURN_120, 1 | FLIP_X | FLIP_DIAGONAL | TURN_120]]
    world.create_entity(Transform2D(), make_map(gids, grid))
    world.process(0.01)
    assert [row[4] for row in drawn(world)] == [0, 1, 2, 16 | 3]


def seen_cells(world: World) -> set[tuple[int, int]]:
    return {row[:2] for row in drawn(world)}


@pytest.mark.parametrize("seed", range(6))
def test_every_tile_in_view_is_drawn(world: World, seed: int) -> None:
    """With parallax, offsets, a map that is turned, scaled and moves, and cameras that move."""
    rng = np.random.default_rng(seed)
    parallax = tuple(rng.choice([1.0, 0.5, 0.0, 1.7, -0.3], 2).tolist())
    tile_map = make_map(np.ones((120, 150)), parallax=parallax, offset=(30, -20))
    tile_map.parallax_origin = (50, -10)
    scale, angle = (1.5, 0.75), 0.4
    entity = world.create_entity(Transform2D((-300, 200), angle, scale), tile_map)
    cameras = [world.create_entity(Transform2D(), Camera2D(height=100)) for _ in range(1 + seed % 2)]
    layer = tile_map.layers[0]
    total = 150 * 120
    fewest = total
    for _ in range(6):
        for camera in cameras:
            world.component_for_entity(camera, Transform2D).position = rng.uniform(-400, 400, 2).tolist()
        place = rng.uniform(-400, 400, 2)
        world.component_for_entity(entity, Transform2D).position = place.tolist()
        world.process(0.01)
        cells = seen_cells(world)
        fewest = min(fewest, len(cells))
        for camera in cameras:
            eye = np.array(world.component_for_entity(camera, Transform2D).position)
            column, row = (axis.ravel() for axis in np.meshgrid(np.arange(150), np.arange(120)))
            local = np.stack([column * 8 + 4 + layer.offset[0], -row * 8 - 4 + layer.offset[1]], axis=1) * scale
            turn = np.array([(cos(angle), sin(angle)), (-sin(angle), cos(angle))])
            origin = place + np.array(tile_map.parallax_origin) * scale @ turn
            middle = place + local @ turn + (1 - np.array(parallax)) * (eye - origin)
            inside = (np.abs(middle - eye) <= (50 * 16 / 9, 50)).all(axis=1)
            assert set(zip(column[inside].tolist(), row[inside].tolist(), strict=True)) <= cells
    if len(cameras) == 1:
        assert fewest < total / 4  # and most of the others are not


def test_layers_with_parallax_in_a_first_window_without_cameras(world: World) -> None:
    world.resource(Screen).others[1] = Screen(640, 360, 640, 360, 360)
    world.create_entity(Transform2D((-20, 20)), make_map(np.ones((4, 4)), parallax=(0.5, 0.5)))
    world.create_entity(Transform2D((9000, 0)), Camera2D(window=1))
    world.process(0.01)
    assert len(drawn(world)) == 16


def lookup(world: World, name: str) -> Array:
    return world.resource(Drawables)["tiles"].lookups[name].array


def versions(world: World) -> list[int]:
    return [one.version for one in world.resource(Drawables)["tiles"].lookups.values()]


def test_animated_tiles_change_one_lookup_and_nothing_else(world: World) -> None:
    tile_map = make_map([[1, 2, 3]])
    tile_map.tile_sets[0].tiles = {1: TileInfo(frames=[(1, 0.1), (3, 0.2), (0, 0.05)])}
    world.create_entity(Transform2D(), tile_map)
    world.process(0.0)
    base = lookup(world, "tile_looks").copy()
    pool = world.resource(Drawables)["tiles"].pools[0]
    before = dict(pool.versions)
    # The tile itself comes first in its animation, so at first each shows itself.
    assert len({tuple(row) for row in base.tolist()}) == 5
    for time, shown in ((0.05, 1), (0.06, 3), (0.15, 3), (0.06, 0), (0.04, 1)):
        world.process(time)
        np.testing.assert_array_equal(lookup(world, "tile_looks")[1], base[shown])
        np.testing.assert_array_equal(np.delete(lookup(world, "tile_looks"), 1, axis=0), np.delete(base, 1, axis=0))
    assert pool.versions == before
    now = versions(world)
    world.process(0.01)
    assert versions(world) == now


def test_a_map_at_rest_changes_nothing(world: World) -> None:
    world.create_entity(Transform2D(), make_map(np.ones((40, 40)), parallax=(0.5, 0.5)))
    world.create_entity(Transform2D(), Camera2D())
    for _ in range(3):
        world.process(0.01)
    pool = world.resource(Drawables)["tiles"].pools[0]

    def state() -> tuple[Any, ...]:
        chunks = pool.chunks
        return (*versions(world), *pool.versions.values(), chunks.version, chunks.bounds_version, pool.layout_version)

    before = state()
    for _ in range(3):
        world.process(0.01)
    assert state() == before


def test_what_a_game_changes_on_a_layer_is_followed(world: World) -> None:
    tile_map = make_map([[1, 2]])
    layer = tile_map.layers[0]
    world.create_entity(Transform2D((10, 20)), tile_map)
    world.process(0.01)
    assert lookup(world, "tile_layers").tolist() == [[10, 12, 0, 8], [10, 12, 0, 8], [1, 1, 0, 0], [1, 1, 1, 1]]
    layer.offset, layer.parallax, layer.tint, layer.opacity = (3, 4), (0.5, 0.25), (255, 0, 51, 102), 0.5
    world.process(0.01)
    np.testing.assert_allclose(
        lookup(world, "tile_layers"), [[8, 1, 0, 8], [8, 1, 0, 8], [1, 1, 0.5, 0.75], [1, 0, 0.2, 0.2]]
    )
    pool = world.resource(Drawables)["tiles"].pools[0]
    layer.draw_layer = 900
    world.process(0.01)
    assert pool.chunks.key.tolist() == [first_key(511)]
    layer.draw_layer = -3
    world.process(0.01)
    assert pool.chunks.key.tolist() == [first_key(-3)]
    assert len(drawn(world)) == 2
    layer.visible = False
    world.process(0.01)
    world.process(0.01)
    assert drawn(world) == []
    layer.visible = True
    world.process(0.01)
    assert len(drawn(world)) == 2


def test_maps_come_and_go(world: World) -> None:
    maps = [make_map([[1, 2, 3]], tiles=3), make_map([[4]], tiles=4), make_map([[5, 5]], tiles=5)]
    one, two = (world.create_entity(Transform2D(), tile_map) for tile_map in maps[:2])
    world.process(0.01)
    assert [(tile, layer) for _, _, tile, layer, _ in drawn(world)] == [(0, 0), (1, 0), (2, 0), (6, 1)]
    assert len(lookup(world, "tile_looks")) == 7
    world.delete_entity(one)
    world.process(0.01)
    assert [(tile, layer) for _, _, tile, layer, _ in drawn(world)] == [(6, 1)]
    world.create_entity(Transform2D(), maps[2])
    world.process(0.01)
    # It does not fit in the gap that is free among the tiles, but does among the layers.
    assert sorted((tile, layer) for _, _, tile, layer, _ in drawn(world)) == [(6, 1), (11, 0), (11, 0)]
    assert len(lookup(world, "tile_layers")) == 2 * LAYER_ROWS
    world.remove_component(two, TileMap)
    world.process(0.01)
    assert len(drawn(world)) == 2
    world.add_component(two, maps[0])
    world.process(0.01)
    assert sorted({tile for _, _, tile, _, _ in drawn(world)}) == [0, 1, 2, 11]
    world.remove_processor(TileMapSystem)
    assert world.resource(Drawables)["tiles"].pools == []


def test_one_map_in_two_places(world: World) -> None:
    tile_map = make_map([[1, 2]])
    layer = tile_map.layers[0]
    assert isinstance(layer, TileLayer)
    entities = [world.create_entity(Transform2D((x, 0)), tile_map) for x in (0, 50)]
    world.process(0.01)
    tile_map.set_tile("a", 0, 0, 5)
    world.process(0.01)
    assert sorted((tile % 5, row) for _, _, tile, row, _ in drawn(world)) == [(1, 0), (1, 1), (4, 0), (4, 1)]
    world.delete_entity(entities[0])
    world.process(0.01)
    assert len(layer.watchers) == 1
    assert len(drawn(world)) == 2


def test_a_map_without_a_transform_waits(world: World) -> None:
    entity = world.create_entity(make_map([[1]]))
    world.process(0.01)
    assert drawn(world) == []
    world.add_component(entity, Transform2D())
    world.process(0.01)
    assert len(drawn(world)) == 1


def test_an_empty_map(world: World) -> None:
    world.create_entity(Transform2D(), make_map(np.zeros((0, 0))))
    world.create_entity(Transform2D(), TileMap(grid=Grid("orthogonal", 0, 0, 8, 8)))
    world.process(0.01)
    assert drawn(world) == []


def test_cells_too_far_away(world: World) -> None:
    world.create_entity(Transform2D(), make_map([[1]], origin=(40000, 0)))
    with pytest.raises(EngineError, match="The layer 'a' has cells 40000 steps away from the origin, and 32767"):
        world.process(0.01)


def test_free_numbers() -> None:
    assert first_free([], 5, 5, "tiles") == 0
    assert first_free([(0, 3), (5, 2)], 2, 100, "tiles") == 3
    assert first_free([(5, 2), (0, 3)], 3, 100, "tiles") == 7
    assert first_free([(0, 9), (2, 3)], 1, 100, "tiles") == 9
    with pytest.raises(EngineError, match="more than 8 tiles together"):
        first_free([(0, 3), (5, 2)], 3, 8, "tiles")


def test_image_layers(world: World, tmp_path: Any) -> None:
    from PIL import Image

    Image.new("RGBA", (200, 100), (9, 8, 7, 255)).save(tmp_path / "sky.png")
    tile_map = make_map(np.zeros((2, 2)), grid=Grid("orthogonal", 100, 100, 8, 8))
    tile_map.layers += [
        ImageLayer(name="once", image=tmp_path / "sky.png"),
        ImageLayer(name="row", image=tmp_path / "sky.png", repeat=(True, False)),
    ]
    world.create_entity(Transform2D(), tile_map)
    world.process(0.01)
    once = [row for row in drawn(world) if row[3] == 1]
    repeated = sorted(row[:2] for row in drawn(world) if row[3] == 2)
    assert [row[:3] for row in once] == [(0, 0, 5)]
    assert repeated == [(x, 0) for x in range(-21, 25)]  # 4096 pixels beyond the 800 of the map
    assert lookup(world, "tile_rects")[5].tolist() == [0, 0, 200, 100]
