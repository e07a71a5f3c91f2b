"""A map in the hands of a game."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Sprite, Transform2D
from ecs_engine.core.errors import AssetError, EngineError
from ecs_engine.core.world import World
from ecs_engine.pictures import Pictures
from ecs_engine.tilemap import (
    FLIP_X,
    Grid,
    ImageLayer,
    MapObject,
    ObjectLayer,
    TileImage,
    TileLayer,
    TileMap,
    TileSet,
    images,
    load_map,
)

from .maps import GIDS, TILE_SET, set_pixels, write, xml_layer, xml_map


@pytest.fixture
def cave() -> TileMap:
    tile_set = TileSet.from_pixels([np.full((8, 8, 4), 9 * i, np.uint8) for i in range(4)])
    things = [
        MapObject(id=1, kind="coin", position=(3, -4)),
        MapObject(id=2, kind="door", position=(9, -9), gid=2 | FLIP_X, size=(8, 16), shape="tile", draw_layer=7),
        MapObject(id=3, kind="mark"),
    ]
    return TileMap(
        grid=Grid("orthogonal", 3, 2, 8, 8),
        tile_sets=[tile_set],
        layers=[
            TileLayer(name="rock", gids=np.array([[1, 2, 0], [0, 3, 4]], np.uint32), origin=(-1, 5)),
            ObjectLayer(name="things", objects=things),
        ],
    )


def test_tiles_are_read_and_set(cave: TileMap) -> None:
    assert [cave.tile("rock", column, row) for column, row in ((-1, 5), (1, 6), (2, 5), (-2, 5))] == [1, 4, 0, 0]
    layer = cave["rock"]
    assert isinstance(layer, TileLayer)
    changed: list[set[tuple[int, int]]] = [set(), set()]
    layer.watchers += changed
    cave.set_tile("rock", 1, 5, 3 | FLIP_X)
    cave.set_tile("rock", 0, 6, 3)  # as it was
    assert cave.tile("rock", 1, 5) == 3 | FLIP_X
    assert changed == [{(0, 2)}, {(0, 2)}]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rock", 9, 5, 1), r"cell \(9, 5\) lies outside of the layer 'rock', whose 3 x 2 cells begin at \(-1, 5\)"),
        (("rock", 0, 5, 5), "The map has no tile 5"),
        (("rack", 0, 5, 1), "no layer 'rack': its layers are 'rock', 'things'"),
        (("things", 0, 5, 1), "'things' of the map holds no tiles: it is a ObjectLayer"),
    ],
)
def test_what_cannot_be_set(cave: TileMap, arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(EngineError, match=words):
        cave.set_tile(*arguments)


def test_objects_become_entities(cave: TileMap) -> None:
    coins = []

    def make_coin(world: World, thing: MapObject) -> int:
        coins.append((thing.kind, thing.position))
        return world.create_entity(Transform2D(thing.position))

    with World() as world:
        world.add_resource(Pictures(256))
        coin, door = cave.spawn(world, {"coin": make_coin}, position=(100, 200))
        assert coins == [("coin", (103, 196))]
        assert tuple(world.component_for_entity(coin, Transform2D).position) == (103, 196)
        sprite = world.component_for_entity(door, Sprite)
        assert (tuple(sprite.size), sprite.flip_x, sprite.flip_y, sprite.layer) == ((8, 16), True, False, 7)
        assert sprite.picture == cave.add_pictures(world.resource(Pictures))[1]
    assert cave.objects[0].position == (3, -4)  # the map itself is as it was


def test_every_tile_becomes_a_picture_of_its_own(tmp_path: Path) -> None:
    read = load_map(write(tmp_path, "a.tmx", xml_map(TILE_SET + xml_layer(GIDS))))
    pictures = Pictures(256)
    ids = read.add_pictures(pictures)
    assert [(pictures[int(one)].width, pictures[int(one)].height) for one in ids] == [(8, 8)] * 8
    uploads = {upload.pixels[1, 1].tobytes() for upload in pictures.take_uploads()}
    assert {set_pixels()[y, x].tobytes() for y in (0, 8) for x in (0, 8, 16, 24)} <= uploads
    assert read.add_pictures(pictures) is ids
    assert read.add_pictures(Pictures(256)) is not ids


def test_a_colour_can_stand_for_nothing(tmp_path: Path) -> None:
    r, g, b = set_pixels()[0, 8, :3].tolist()
    keyed = TILE_SET.replace('source="set.png"', f'source="set.png" trans="{r:02x}{g:02x}{b:02x}"')
    pictures = Pictures(256)
    load_map(write(tmp_path, "a.tmx", xml_map(keyed))).add_pictures(pictures)
    clear = [not upload.pixels.any() for upload in pictures.take_uploads()]
    assert clear[2:] == [False, True, False, False, False, False, False, False]


def test_images_that_are_missing_or_too_small(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    larger = TILE_SET.replace('tilecount="8"', 'tilecount="12"')
    read = load_map(write(tmp_path, "a.tmx", xml_map(larger)))
    pictures = Pictures(256)
    ids = read.add_pictures(pictures)
    assert (ids[8:] == int(pictures.missing)).all()
    assert not (ids[:8] == int(pictures.missing)).any()
    assert "ends before tile 8 of the tile set 'set', which lies at (0, 16)" in caplog.text
    with pytest.raises(AssetError, match="ends before tile 8"):
        read.add_pictures(Pictures(256, strict=True))
    (tmp_path / "set.png").unlink()
    with pytest.raises(AssetError, match=r"set\.png"):
        read.add_pictures(Pictures(256, strict=True))
    pictures = Pictures(256)
    assert (read.add_pictures(pictures) == int(pictures.missing)).all()


def test_images_that_are_too_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MOST_PIXELS", 32 * 16 + 5 * 64)
    read = load_map(write(tmp_path, "a.tmx", xml_map(TILE_SET)))
    with pytest.raises(AssetError, match="more than 832 pixels together, with tile 5 of the tile set 'set'"):
        read.add_pictures(Pictures(256, strict=True))
    pictures = Pictures(256)
    assert (read.add_pictures(pictures) == int(pictures.missing)).tolist() == [False] * 5 + [True] * 3


def test_tiles_drawn_by_code_may_be_parts_of_one_image() -> None:
    tile_set = TileSet.from_pixels([set_pixels()])
    tile_set.images = {5: TileImage(set_pixels(), (8, 8, 4, 2))}
    read = TileMap(grid=Grid("orthogonal", 1, 1, 8, 8), tile_sets=[tile_set])
    pictures = Pictures(256)
    (one,) = read.add_pictures(pictures).tolist()
    assert (pictures[one].width, pictures[one].height) == (4, 2)
    assert read.tiles.find(6) == (tile_set, 5)
    assert read.tiles.find(5) is None


def test_a_map_gives_its_pictures_back(tmp_path: Path) -> None:
    image = '<imagelayer name="{}"><image source="set.png"/></imagelayer>'
    path = write(tmp_path, "a.tmx", xml_map(TILE_SET + xml_layer(GIDS) + image.format("i") + image.format("j")))
    read, pictures = load_map(path), Pictures(256)
    read.remove_pictures()  # of which there are none
    ids = read.add_pictures(pictures)
    first, second = (layer for layer in read.layers if isinstance(layer, ImageLayer))
    shown = read.add_image(first, pictures)
    assert read.add_image(second, pictures) == shown  # one file is one picture
    read.remove_pictures()
    for number in (*ids.tolist(), shown):
        np.testing.assert_array_equal(pictures.table.uv[number], pictures.table.uv[pictures.missing.id])
    assert read.add_image(first, pictures) != shown
    assert not set(read.add_pictures(pictures).tolist()) & set(ids.tolist())
