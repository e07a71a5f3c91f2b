"""Maps of Tiled: every encoding, XML and JSON alike, tile sets, layers, objects, templates and properties."""

from __future__ import annotations

from math import pi
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import load_map
from ecs_engine.core.errors import AssetError
from ecs_engine.tilemap import FLIP_X, ImageLayer, ObjectLayer, TileLayer, TileMap

from .maps import COLUMNS, GIDS, ROWS, TILE_SET, csv, json_layer, json_map, write, xml_data, xml_layer, xml_map

ENCODINGS = [("csv", ""), ("base64", ""), ("base64", "zlib"), ("base64", "gzip"), ("base64", "zstd")]


def tiles(tile_map: TileMap, name: str = "ground") -> TileLayer:
    layer = tile_map[name]
    assert isinstance(layer, TileLayer)
    return layer


@pytest.mark.parametrize(("encoding", "compression"), [("xml", ""), *ENCODINGS])
def test_every_encoding_in_xml(tmp_path: Path, encoding: str, compression: str) -> None:
    path = write(tmp_path, "a.tmx", xml_map(TILE_SET + xml_layer(GIDS, encoding, compression)))
    np.testing.assert_array_equal(tiles(load_map(path)).gids, GIDS)


@pytest.mark.parametrize(("encoding", "compression"), ENCODINGS)
def test_every_encoding_in_json(tmp_path: Path, encoding: str, compression: str) -> None:
    path = write(tmp_path, "a.tmj", json_map([json_layer(GIDS, encoding, compression)]))
    np.testing.assert_array_equal(tiles(load_map(path)).gids, GIDS)


@pytest.mark.parametrize(("encoding", "compression"), [("xml", ""), ("csv", ""), ("base64", "zstd")])
def test_infinite_maps_are_put_together_from_their_chunks(tmp_path: Path, encoding: str, compression: str) -> None:
    def chunk(x: int, y: int, gids: Any) -> str:
        data = xml_data(gids, encoding, compression)
        return f'<chunk x="{x}" y="{y}" width="{gids.shape[1]}" height="{gids.shape[0]}">{data}</chunk>'

    how = "" if encoding == "xml" else f'encoding="{encoding}" compression="{compression}"'
    chunks = chunk(-2, 3, GIDS) + chunk(7, -1, np.full((2, 3), 4))
    layer = f'<layer name="ground" width="5" height="4"><data {how}>{chunks}</data></layer>'
    layer_read = tiles(load_map(write(tmp_path, "a.tmx", xml_map(TILE_SET + layer, infinite=1))))
    expected = np.zeros((8, 12), np.uint32)
    expected[4:8, 0:5] = GIDS
    expected[0:2, 9:12] = 4
    assert layer_read.origin == (-2, -1)
    np.testing.assert_array_equal(layer_read.gids, expected)


def test_an_infinite_layer_may_be_empty(tmp_path: Path) -> None:
    layer = '<layer name="ground" width="5" height="4"><data encoding="csv">\n</data></layer>'
    assert tiles(load_map(write(tmp_path, "a.tmx", xml_map(TILE_SET + layer, infinite=1)))).gids.size == 0


def test_infinite_maps_in_json(tmp_path: Path) -> None:
    layer = {
        "type": "tilelayer", "name": "ground", "width": 5, "height": 4,
        "chunks": [{"x": -5, "y": 2, "width": COLUMNS, "height": ROWS, "data": GIDS.ravel().tolist()}],
    }  # fmt: skip
    read = tiles(load_map(write(tmp_path, "a.tmj", json_map([layer], infinite=True))))
    assert read.origin == (-5, 2)
    np.testing.assert_array_equal(read.gids, GIDS)


def test_a_bit_that_only_hexagons_have_is_dropped_elsewhere(tmp_path: Path) -> None:
    gids = np.array([[1 | 0x10000000, 2]], np.uint32)
    for orientation, expected in (("orthogonal", 1), ("hexagonal", 1 | 0x10000000)):
        path = write(tmp_path, "a.tmx", xml_map(TILE_SET + xml_layer(gids), orientation=orientation, width=2, height=1))
        assert tiles(load_map(path)).gids[0, 0] == expected


def test_the_grid_and_the_map_itself(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.tmx",
        xml_map(
            TILE_SET + '<properties><property name="wind" type="float" value="1.5"/></properties>' + xml_layer(GIDS),
            orientation="hexagonal", staggeraxis="x", staggerindex="even", hexsidelength=4, renderorder="left-up",
            parallaxoriginx=10, parallaxoriginy=20, backgroundcolor="#80102030",
        ),
    )  # fmt: skip
    read = load_map(path)
    grid = read.grid
    assert (grid.orientation, grid.stagger_axis, grid.shifts_odd, grid.hex_side) == ("hexagonal", "x", False, 4)
    assert grid.order == (-1, -1)
    assert read.parallax_origin == (10, -20)
    assert read.background == (16, 32, 48, 128)
    assert read.properties == {"wind": 1.5}


GROUPS = """
<group name="far" offsetx="10" offsety="4" parallaxx="0.5" opacity="0.5" tintcolor="#ff8000">
 <group name="inner" visible="0"><layer name="deep" width="1" height="1" offsetx="1" parallaxx="0.5" parallaxy="2"
   opacity="0.5" tintcolor="#808080"><data encoding="csv">1</data></layer></group>
 <imagelayer name="sky" repeatx="1"><image source="set.png" trans="ff00ff" width="32" height="16"/></imagelayer>
</group>
<objectgroup name="things" class="live"><properties><property name="draw_layer" type="int" value="40"/></properties>
</objectgroup>
"""


def test_groups_are_worked_into_their_layers(tmp_path: Path) -> None:
    deep, sky, things = load_map(write(tmp_path, "a.tmx", xml_map(TILE_SET + GROUPS))).layers
    assert (deep.name, deep.offset, deep.parallax, deep.visible) == ("deep", (11, -4), (0.25, 2), False)
    assert deep.opacity == 0.25
    assert deep.tint == (128, 64, 0, 255)
    assert isinstance(sky, ImageLayer)
    assert (sky.image.name, sky.repeat, sky.transparent, sky.visible) == (
        "set.png", (True, False), (255, 0, 255, 255), True,
    )  # fmt: skip
    assert isinstance(things, ObjectLayer)
    assert [layer.draw_layer for layer in (deep, sky, things)] == [0, 1, 40]
    assert things.kind == "live"


TSX = """<?xml version="1.0"?>
<tileset name="outside" tilewidth="8" tileheight="8" spacing="1" margin="2" tilecount="6" columns="3"
  objectalignment="top" tilerendersize="grid" fillmode="preserve-aspect-fit">
 <tileoffset x="3" y="4"/>
 <properties><property name="from" value="the sea"/></properties>
 <image source="../set.png" trans="#00ff00" width="32" height="16"/>
 <tile id="2" class="water"><properties><property name="deep" type="bool" value="true"/></properties>
  <animation><frame tileid="2" duration="100"/><frame tileid="4" duration="250"/></animation></tile>
 <tile id="5"><objectgroup><object id="1" x="0" y="4" width="8" height="4"/>
  <object id="2" x="1" y="1"><polygon points="0,0 4,0 0,2"/></object></objectgroup></tile>
</tileset>"""


def test_a_tile_set_in_a_file_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "set.png", b"")
    write(tmp_path, "sets/out.tsx", TSX)
    inside = '<tileset firstgid="101" source="sets/out.tsx"/>' + xml_layer(np.array([[103, 106 | FLIP_X]], np.uint32))
    read = load_map(write(tmp_path, "a.tmx", xml_map(inside, width=2, height=1)))
    (tile_set,) = read.tile_sets
    assert (tile_set.name, tile_set.alignment, tile_set.fits_grid, tile_set.keeps_aspect) == (
        "outside",
        "top",
        True,
        True,
    )
    assert (tile_set.offset, tile_set.transparent) == ((3, -4), (0, 255, 0, 255))
    assert tile_set.properties == {"from": "the sea"}
    assert [image.box for image in tile_set.images.values()] == [
        (x, y, 8, 8) for y in (2, 11) for x in (2, 11, 20)
    ]  # fmt: skip
    water = read.info(103)
    assert (water.kind, water.properties, water.frames) == ("water", {"deep": True}, [(2, 0.1), (4, 0.25)])
    box, polygon = read.info(106 | FLIP_X).shapes
    assert (box.position, box.size) == ((4, 2), (8, 4))
    assert (polygon.shape, polygon.position, polygon.points.tolist()) == (
        "polygon", (1, 7), [[0, 0], [4, 0], [0, -2]],
    )  # fmt: skip
    assert read.info(101).kind == ""


def test_a_collection_of_images(tmp_path: Path) -> None:
    tile_set = """<tileset firstgid="1" name="c" tilewidth="30" tileheight="20" tilecount="2" columns="0">
      <tile id="4"><image source="set.png" width="32" height="16"/></tile>
      <tile id="9" x="8" y="0" width="16" height="8"><image source="set.png" width="32" height="16"/></tile>
      </tileset>"""
    read = load_map(write(tmp_path, "a.tmx", xml_map(tile_set + xml_layer(np.array([[5, 10]], np.uint32)))))
    assert read.tiles.gids.tolist() == [5, 10]
    assert [image.box for image in read.tile_sets[0].images.values()] == [None, (8, 0, 16, 8)]
    in_json = json_map([json_layer(np.array([[5]]))], width=1, height=1) | {
        "tilesets": [{"firstgid": 1, "name": "c", "tilewidth": 30, "tileheight": 20, "columns": 0, "tilecount": 1,
                      "tiles": [{"id": 4, "image": "set.png", "imagewidth": 32, "imageheight": 16, "type": "big"}]}]
    }  # fmt: skip
    assert load_map(write(tmp_path, "a.tmj", in_json)).info(5).kind == "big"


OBJECTS = """<objectgroup name="things" offsetx="100" offsety="10">
 <object id="1" name="start" type="spawn" x="10" y="20"><point/></object>
 <object id="2" class="door" x="10" y="20" width="6" height="4" rotation="90"/>
 <object id="3" x="10" y="20" width="6" height="4"><ellipse/></object>
 <object id="4" x="1" y="2"><polyline points="0,0 3,-4.5"/></object>
 <object id="5" x="8" y="16" width="8" height="8" gid="2147483650" visible="0"/>
 <object id="6" x="0" y="0" width="40" height="10"><text fontfamily="Sans" pixelsize="9" halign="center">Hi &amp;
there</text></object>
 <object id="7" x="0" y="0"><properties>
  <property name="s" value="text"/><property name="long">two
lines</property><property name="i" type="int" value="-3"/><property name="f" type="float" value="0.5"/>
  <property name="b" type="bool" value="true"/><property name="c" type="color" value="#ff102030"/>
  <property name="none" type="color" value=""/>
  <property name="file" type="file" value="set.png"/><property name="o" type="object" value="5"/>
  <property name="k" type="class" propertytype="K"><properties>
   <property name="inner" type="int" value="4"/></properties></property>
 </properties></object>
</objectgroup>"""


def test_objects(tmp_path: Path) -> None:
    read = load_map(write(tmp_path, "a.tmx", xml_map(TILE_SET + OBJECTS)))
    start, door, ellipse, line, tile, text, everything = read.objects
    assert (start.name, start.kind, start.shape, start.position) == ("start", "spawn", "point", (110, -30))
    assert (door.kind, door.shape, door.size) == ("door", "rectangle", (6, 4))
    # Turned by a quarter clockwise about its upper left corner, it lies to the left of that.
    assert door.position == pytest.approx((100 + 10 - 2, -10 - 20 - 3))
    assert door.rotation == pytest.approx(-pi / 2)
    assert (ellipse.shape, ellipse.position) == ("ellipse", (113, -32))
    assert (line.shape, line.position, line.points.tolist()) == ("polyline", (101, -12), [[0, 0], [3, 4.5]])
    assert (tile.shape, tile.gid, tile.position, tile.visible) == ("tile", 2 | FLIP_X, (112, -22), False)
    assert (text.text, text.style["halign"], text.position) == ("Hi &\nthere", "center", (120, -15))
    assert everything.properties == {
        "s": "text", "long": "two\nlines", "i": -3, "f": 0.5, "b": True, "c": (16, 32, 48, 255), "none": None,
        "file": (tmp_path / "set.png").resolve(), "o": 5, "k": {"inner": 4},
    }  # fmt: skip
    assert {thing.layer for thing in read.objects} == {"things"}


def test_objects_in_json(tmp_path: Path) -> None:
    layer = {"type": "objectgroup", "name": "things", "objects": [
        {"id": 1, "type": "a", "x": 1, "y": 2, "width": 4, "height": 2, "ellipse": True, "rotation": 0},
        {"id": 2, "x": 1, "y": 2, "polygon": [{"x": 0, "y": 0}, {"x": 1, "y": 2}, {"x": 3, "y": 2}]},
        {"id": 3, "x": 0, "y": 0, "width": 9, "height": 9, "text": {"text": "Hi", "wrap": True}},
        {"id": 4, "x": 0, "y": 0, "point": True, "properties": [
            {"name": "k", "type": "class", "value": {"inner": 4}}, {"name": "n", "type": "int", "value": 7}]},
    ]}  # fmt: skip
    ellipse, polygon, text, point = load_map(write(tmp_path, "a.tmj", json_map([layer]))).objects
    assert (ellipse.kind, ellipse.shape, ellipse.position) == ("a", "ellipse", (3, -3))
    assert polygon.points.tolist() == [[0, 0], [1, -2], [3, -2]]
    assert (text.text, text.style) == ("Hi", {"wrap": True})
    assert (point.shape, point.properties) == ("point", {"k": {"inner": 4}, "n": 7})


def test_objects_on_isometric_maps_run_along_the_cells(tmp_path: Path) -> None:
    things = """<objectgroup name="o"><object id="1" x="0" y="0"><point/></object>
      <object id="2" x="16" y="8" width="8" height="8"/><object id="3" x="8" y="8" width="8" height="8" gid="1"/>
      </objectgroup>"""
    read = load_map(
        write(tmp_path, "a.tmx", xml_map(TILE_SET + things, orientation="isometric", tilewidth=16, tileheight=8))
    )
    point, box, tile = read.objects
    assert point.position == (32, 0)  # four rows of half a tile's width
    assert box.position == read.grid.center_of(2, 1)
    assert tile.position == (32, -8 + 4)  # it stands on its place with the middle of its lower edge


def test_templates(tmp_path: Path) -> None:
    template = """<template><tileset firstgid="1" source="more.tsx"/><object name="lamp" type="light" gid="2" width="8"
      height="8"><properties><property name="power" type="int" value="3"/><property name="warm" type="bool"
      value="true"/></properties></object></template>"""
    write(tmp_path, "lamp.tx", template)
    write(tmp_path, "more.tsx", TILE_SET.replace(' firstgid="1"', "").replace('name="set"', 'name="more"'))
    things = """<objectgroup name="o"><object id="1" template="lamp.tx" x="8" y="8"/>
      <object id="2" template="lamp.tx" name="mine" x="8" y="8"><properties>
      <property name="power" type="int" value="9"/></properties></object></objectgroup>"""
    read = load_map(write(tmp_path, "a.tmx", xml_map(TILE_SET + things)))
    lamp, mine = read.objects
    # The map did not have the template's tile set: it comes after its own.
    assert [(one.name, one.first_gid) for one in read.tile_sets] == [("set", 1), ("more", 9)]
    assert (lamp.name, lamp.kind, lamp.gid, lamp.size) == ("lamp", "light", 10, (8, 8))
    assert lamp.properties == {"power": 3, "warm": True}
    assert (mine.name, mine.properties) == ("mine", {"power": 9, "warm": True})
    own = xml_map(TILE_SET + '<tileset firstgid="30" source="more.tsx"/>' + things)
    assert load_map(write(tmp_path, "a.tmx", own)).objects[0].gid == 31


FAULTS = [
    ('width="5" height="4" tile', 'width="5000000000" height="4" tile', "width is 5000000000, and can be"),
    ('tilewidth="8" tileheight="8" inf', 'tilewidth="0" tileheight="8" inf', "tilewidth is 0, and can be 1 to"),
    ("orthogonal", "spherical", "orientation is 'spherical', and can be 'orthogonal', 'isometric'"),
    ("0,1,2,3,4", "0,1,2,3", "its data are 19 numbers where its size asks for 20"),
    ("0,1,2,3,4", "0,1,2,3,x", "not numbers with commas"),
    ("0,1,2,3,4", "0,1,2,3,-4", "not numbers with commas"),
    ("0,1,2,3,4", "0,1,2,3,4294967296", "is no tile id"),
    ("0,1,2,3,4", "0,1,2,3,77", "the layer 'ground' uses tile 77, which no tile set of the map has"),
    ('encoding="csv"', 'encoding="morse"', "the encoding 'morse' is unknown"),
    ('encoding="csv"', 'encoding="base64"', "no base64"),
    ('tilecount="8"', 'tilecount="9999999"', "9999999 tiles, and 65536 are the most"),
    ('firstgid="1"', 'firstgid="0"', "firstgid is 0, and can be 1 to"),
    ('source="set.png"', 'source="../../etc/passwd"', "outside of"),
    ('source="set.png"', 'src="set.png"', "lies within the map file"),
    ("<map", "<!DOCTYPE map [<!ENTITY a 'b'>]><map", "document type"),
    ("</map>", "", "line 6: it is no well-formed XML: no element found"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), FAULTS)
def test_faults_are_named_with_file_place_and_reason(tmp_path: Path, old: str, new: str, words: str) -> None:
    good = xml_map(TILE_SET + xml_layer(GIDS))
    assert old in good
    path = write(tmp_path, "bad.tmx", good.replace(old, new, 1))
    with pytest.raises(AssetError) as caught:
        load_map(path)
    message = str(caught.value)
    assert message.startswith("The map file ")
    assert "bad.tmx" in message
    assert words in message
    assert ", line " in message


def test_the_place_of_a_fault_in_json(tmp_path: Path) -> None:
    path = write(tmp_path, "bad.tmj", json_map([json_layer(GIDS), json_layer(GIDS, width="wide")]))
    with pytest.raises(AssetError, match=r"bad\.tmj, layers\[1\]: width is 'wide', and must be a whole number"):
        load_map(path)
    with pytest.raises(AssetError, match=r"line 1, column 10: it is neither XML nor JSON"):
        load_map(write(tmp_path, "bad.tmj", '{"type": "'))


def test_two_tile_sets_must_not_share_a_gid(tmp_path: Path) -> None:
    inside = TILE_SET + TILE_SET.replace('firstgid="1"', 'firstgid="5"') + xml_layer(GIDS)
    with pytest.raises(AssetError, match="two tile sets have a tile 5"):
        load_map(write(tmp_path, "a.tmx", xml_map(inside)))


def test_a_wider_root_lets_maps_share_what_lies_beside_their_folder(tmp_path: Path) -> None:
    write(tmp_path, "sets/out.tsx", TSX)
    inside = '<tileset firstgid="1" source="../sets/out.tsx"/>'
    path = write(tmp_path, "levels/a.tmx", xml_map(inside))
    with pytest.raises(AssetError, match=r"refers to '\.\./sets/out\.tsx', which lies outside of .*levels; .*root"):
        load_map(path)
    assert load_map(path, root=tmp_path).tile_sets[0].name == "outside"


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "sets/out.tsx", TSX)
    path = write(tmp_path, "levels/a.tmx", xml_map('<tileset firstgid="1" source="in.tsx"/>'))
    (tmp_path / "levels" / "in.tsx").symlink_to(tmp_path / "sets" / "out.tsx")
    with pytest.raises(AssetError, match="outside of"):
        load_map(path)


def test_zstandard_is_asked_for_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    path = write(tmp_path, "a.tmx", xml_map(TILE_SET + xml_layer(GIDS, "base64", "zstd")))
    monkeypatch.setitem(sys.modules, "backports.zstd", None)
    monkeypatch.delattr("backports.zstd", raising=False)
    with pytest.raises(AssetError, match=r"pip install 'ecs-engine\[tiled\]'"):
        load_map(path)


def test_csv_may_be_written_in_any_shape(tmp_path: Path) -> None:
    text = xml_map(TILE_SET + xml_layer(GIDS)).replace(csv(GIDS), "\n " + csv(GIDS).replace(",", " ,\t") + "\r\n")
    np.testing.assert_array_equal(tiles(load_map(write(tmp_path, "a.tmx", text))).gids, GIDS)
