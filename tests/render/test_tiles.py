"""Maps on real OpenGL: pixel by pixel against pictures laid down by numpy, tile after tile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import App, Camera2D, Sprite, Transform2D
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

pytestmark = pytest.mark.gl
Image = np.ndarray[Any, Any]
FLIPS = [a | b | c for a in (0, FLIP_X) for b in (0, FLIP_Y) for c in (0, FLIP_DIAGONAL)]


def pictures(count: int, width: int, height: int, seed: int = 1) -> list[Image]:
    """Opaque pictures of which every pixel is another."""
    pixels = np.random.default_rng(seed).integers(0, 256, (count, height, width, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    return list(pixels)


def flipped(picture: Image, gid: int) -> Image:
    picture = picture.transpose(1, 0, 2) if gid & FLIP_DIAGONAL else picture
    picture = picture[:, ::-1] if gid & FLIP_X else picture
    return picture[::-1] if gid & FLIP_Y else picture


def lay(tile_map: TileMap, tiles: list[Image], size: tuple[int, int] = (64, 64)) -> Image:
    """What the map should look like with its upper left corner in that of the picture."""
    layer, grid = tile_map.layers[0], tile_map.grid
    assert isinstance(layer, TileLayer)
    cells = []
    for (row, column), gid in np.ndenumerate(layer.gids):
        across, down = grid.steps(column, row)
        cells.append((int(down), int(across), int(gid)))
    shown = np.zeros((size[1] + 200, size[0] + 200, 3), np.uint8)
    for down, across, gid in sorted(cells):
        if gid:
            picture = flipped(tiles[(gid & 0xFFFF) - 1], gid)[..., :3]
            left = 100 + round(grid.first_corner[0] + across * grid.step[0])
            bottom = 100 + round(-grid.first_corner[1] + down * grid.step[1])
            shown[bottom - picture.shape[0] : bottom, left : left + picture.shape[1]] = picture
    return shown[100:-100, 100:-100]


def show(app: App, tile_map: TileMap) -> int:
    return app.world.create_entity(Transform2D((-32, 32)), tile_map)


def make_map(grid: Grid, tiles: list[Image], gids: Any, **layer: Any) -> TileMap:
    cells = TileLayer(name="a", gids=np.array(gids, np.uint32), **layer)
    return TileMap(grid=grid, tile_sets=[TileSet.from_pixels(tiles)], layers=[cells])


def test_flips(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    tiles = pictures(2, 8, 8)
    tile_map = make_map(Grid("orthogonal", 8, 2, 8, 8), tiles, [[1 | flip for flip in FLIPS], [2 | f for f in FLIPS]])
    app = headless()
    show(app, tile_map)
    app.step()
    np.testing.assert_array_equal(shoot(app), lay(tile_map, tiles))
    assert app.device.last_frame.draw_calls == 1


def test_flips_of_tiles_that_are_no_squares(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    """Along the diagonal width and height are exchanged; the lower left corner stays where it is."""
    tiles = pictures(1, 12, 7)
    tile_map = make_map(Grid("orthogonal", 4, 4, 16, 16), tiles, np.reshape([1 | flip for flip in FLIPS * 2], (4, 4)))
    app = headless()
    show(app, tile_map)
    app.step()
    np.testing.assert_array_equal(shoot(app), lay(tile_map, tiles))


@pytest.mark.parametrize(
    "grid",
    [
        Grid("orthogonal", 6, 6, 8, 8),
        Grid("isometric", 4, 4, 16, 8),
        Grid("staggered", 3, 9, 16, 8, shifts_odd=False),
        Grid("staggered", 6, 5, 16, 8, stagger_axis="x"),
        Grid("hexagonal", 4, 5, 12, 12, hex_side=4),
    ],
    ids=lambda grid: grid.orientation,
)
def test_tall_tiles_overlap_as_they_should(
    headless: Callable[..., App], shoot: Callable[..., Image], grid: Grid
) -> None:
    tiles = pictures(3, grid.tile_width, 20)
    gids = np.random.default_rng(3).integers(0, 4, (grid.rows, grid.columns))
    tile_map = make_map(grid, tiles, gids)
    app = headless()
    show(app, tile_map)
    app.step()
    np.testing.assert_array_equal(shoot(app), lay(tile_map, tiles))


def test_hexagons_turn_about_their_middle(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    """By 60 + 120 degrees, which is upside down and back to front."""
    tiles = pictures(1, 12, 12)
    grid = Grid("hexagonal", 1, 1, 12, 12, hex_side=6)
    app = headless()
    show(app, make_map(grid, tiles, [[1 | FLIP_DIAGONAL | TURN_120]]))
    app.step()
    np.testing.assert_array_equal(shoot(app)[:12, :12], tiles[0][::-1, ::-1, :3])


def test_layers_mix_with_sprites(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    """One draw a layer, where other pictures are drawn between."""
    tiles = [np.full((8, 8, 4), value, np.uint8) for value in ((200, 0, 0, 255), (0, 200, 0, 255))]
    tile_map = make_map(Grid("orthogonal", 8, 8, 8, 8), tiles, np.ones((8, 8)))
    front = np.zeros((8, 8), np.uint32)
    front[:, 4:] = 2
    tile_map.layers.append(TileLayer(name="front", gids=front, draw_layer=2))
    app = headless()
    show(app, tile_map)
    app.world.create_entity(Transform2D(), Sprite(size=(64, 32), tint=(0, 0, 250, 255), layer=1))
    app.step()
    picture = shoot(app)
    assert picture[4, 4].tolist() == [200, 0, 0]
    assert picture[32, 4].tolist() == [0, 0, 250]
    assert picture[32, 60].tolist() == [0, 200, 0]
    assert app.device.last_frame.draw_calls == 3


def test_tint_opacity_and_parallax(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    tiles = [np.full((8, 8, 4), 255, np.uint8)]
    tile_map = make_map(Grid("orthogonal", 1, 1, 8, 8), tiles, [[1]], tint=(200, 100, 50, 255), parallax=(0.5, 0.0))
    layer = tile_map.layers[0]
    app = headless()
    show(app, tile_map)
    camera = app.world.create_entity(Transform2D(), Camera2D())
    tile_map.parallax_origin = (32, -32)  # the middle of the view, at first
    app.step()
    picture = shoot(app)
    assert picture[0, 0].tolist() == [200, 100, 50]
    assert not picture[8:].any()
    layer.opacity = 0.5
    app.world.component_for_entity(camera, Transform2D).position = (-16, 40)
    app.step()
    picture = shoot(app)
    # It moves half as far as the world to the side, and not at all up and down.
    assert picture[4, 8 + 4].tolist() == pytest.approx([100, 50, 25], abs=1)
    assert not picture[4, :8].any()
    assert not picture[4, 16:].any()
    between = shoot(app, 0.5)
    assert between[4, 4 + 4].tolist() == pytest.approx([100, 50, 25], abs=1)
    assert not between[4, :4].any()


def test_a_map_is_turned_scaled_and_drawn_on_its_way(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    tiles = pictures(1, 8, 8)
    app = headless()
    tile_map = make_map(Grid("orthogonal", 1, 1, 8, 8), tiles, [[1]])
    entity = app.world.create_entity(Transform2D((0, 0), np.pi / 2, (2, 2)), tile_map)
    app.step()
    expected = np.kron(np.rot90(tiles[0][..., :3]), np.ones((2, 2, 1), np.uint8))
    np.testing.assert_array_equal(shoot(app)[16:32, 32:48], expected)
    app.world.component_for_entity(entity, Transform2D).position = (8, 0)
    app.step()
    np.testing.assert_array_equal(shoot(app, 0.5)[16:32, 36:52], expected)
    np.testing.assert_array_equal(shoot(app, 1.0)[16:32, 40:56], expected)


def test_animated_tiles_and_edits_show(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    tiles = [np.full((8, 8, 4), value, np.uint8) for value in ((200, 0, 0, 255), (0, 200, 0, 255), (0, 0, 200, 255))]
    tile_map = make_map(Grid("orthogonal", 2, 1, 8, 8), tiles, [[1, 0]])
    tile_map.tile_sets[0].tiles = {0: TileInfo(frames=[(0, 0.02), (1, 0.02)])}
    app = headless(tick_rate=100.0)
    show(app, tile_map)
    seen = []
    for _ in range(4):
        app.step()
        seen.append(shoot(app)[4, 4].tolist())
    assert seen == [[200, 0, 0], [0, 200, 0], [0, 200, 0], [200, 0, 0]]
    tile_map.set_tile("a", 1, 0, 3)
    tile_map.set_tile("a", 0, 0, 0)
    app.step()
    assert shoot(app)[4, [4, 12]].tolist() == [[0, 0, 0], [0, 0, 200]]


def test_tile_sets_with_an_offset_and_tiles_that_fit_the_grid(
    headless: Callable[..., App], shoot: Callable[..., Image]
) -> None:
    tiles = pictures(1, 4, 8)
    tile_map = make_map(Grid("orthogonal", 2, 2, 16, 16), tiles, [[0, 0], [1, 0]])
    tile_set = tile_map.tile_sets[0]
    tile_set.offset = (3, 5)
    app = headless()
    entity = show(app, tile_map)
    app.step()
    np.testing.assert_array_equal(shoot(app)[32 - 5 - 8 : 32 - 5, 3:7], tiles[0][..., :3])
    for keeps_aspect, columns, width in ((False, slice(0, 16), 4), (True, slice(4, 12), 2)):
        app.world.delete_entity(entity, immediate=True)
        tile_set.offset, tile_set.fits_grid, tile_set.keeps_aspect = (0, 0), True, keeps_aspect
        entity = show(app, tile_map)
        app.step(2)
        picture = shoot(app)
        expected = np.kron(tiles[0][..., :3], np.ones((2, width, 1), np.uint8))
        np.testing.assert_array_equal(picture[16:32, columns], expected)


def test_image_layers_repeat(headless: Callable[..., App], shoot: Callable[..., Image], tmp_path: Path) -> None:
    from PIL import Image as Pillow

    (picture,) = pictures(1, 10, 6)
    Pillow.fromarray(picture).save(tmp_path / "sky.png")
    layer = ImageLayer(name="sky", image=tmp_path / "sky.png", repeat=(True, False), offset=(3, -2))
    app = headless()
    show(app, TileMap(grid=Grid("orthogonal", 8, 8, 8, 8), layers=[layer]))
    app.step()
    row = np.tile(picture[..., :3], (1, 8, 1))
    shown = shoot(app)
    np.testing.assert_array_equal(shown[2:8], row[:, 7 : 7 + 64])
    assert not shown[:2].any()
    assert not shown[8:].any()


def test_tiles_in_two_pages_of_a_buffer_texture(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    tiles = pictures(3, 8, 8)
    gids = np.random.default_rng(3).integers(1, 4, (8, 8))
    app = headless(rows=40)
    tile_map = make_map(Grid("orthogonal", 8, 8, 8, 8), tiles, gids)
    show(app, tile_map)
    app.step()
    np.testing.assert_array_equal(shoot(app), lay(tile_map, tiles))
