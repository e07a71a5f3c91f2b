"""Files that are cut off, damaged, or made to do harm: each ends in one AssetError, soon and in little memory."""

from __future__ import annotations

import base64
import gzip
import json
import os
import tracemalloc
import zlib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_engine import load_map
from ecs_engine.core.errors import AssetError
from ecs_engine.tilemap import TileMap, source

from .maps import (
    GIDS,
    TILE_SET,
    json_layer,
    json_map,
    ldtk_layer,
    ldtk_project,
    write,
    xml_layer,
    xml_map,
)

MOST_MB = 128
"""What reading a harmful file may take at its peak, beyond what was there before."""


def whole_xml() -> bytes:
    things = """<objectgroup name="o"><object id="1" x="1" y="2"><polygon points="0,0 1,2"/></object>
      <object id="2" gid="1" x="1" y="2" width="8" height="8"><properties>
      <property name="a" type="int" value="3"/></properties></object>
      <object id="3" x="0" y="0"><text>Hi</text></object></objectgroup>"""
    group = f'<group name="g" offsetx="3">{xml_layer(GIDS, "base64", "zlib")}</group>'
    image = '<imagelayer name="i"><image source="set.png"/></imagelayer>'
    return xml_map(TILE_SET + xml_layer(GIDS, "csv") + things + group + image).encode()


def whole_json() -> bytes:
    layers = [json_layer(GIDS), json_layer(GIDS, "base64", "zstd")]
    things = [{"id": 1, "x": 1, "y": 2, "polyline": [{"x": 0, "y": 1}], "properties": [{"name": "a", "value": "b"}]}]
    return json.dumps(json_map([*layers, {"type": "objectgroup", "name": "o", "objects": things}])).encode()


def whole_ldtk() -> bytes:
    tile = {"px": [8, 8], "f": 1, "t": 2}
    entity = {"__identifier": "E", "px": [1, 2], "width": 8, "height": 8, "__pivot": [0, 0]}
    layers = [
        ldtk_layer("Entities", entityInstances=[entity]),
        ldtk_layer("IntGrid", intGridCsv=[0, 1] * 10, autoLayerTiles=[tile]),
    ]
    return json.dumps(ldtk_project(layers)).encode()


WHOLE = {"a.tmx": whole_xml(), "a.tmj": whole_json(), "a.ldtk": whole_ldtk()}


def attempt(path: Path) -> TileMap | None:
    """The map, or None where the file is refused as it should be; any other exception fails the test."""
    words = ""
    try:
        return load_map(path)
    except AssetError as error:
        words = str(error)
    assert str(path.parent) in words
    assert len(words) < 1000
    return None


def refused(path: Path) -> str:
    """The message with which a harmful file is refused, in little memory."""
    tracemalloc.start()
    try:
        with pytest.raises(AssetError) as caught:
            load_map(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_MB * 1e6
    assert len(str(caught.value)) < 1000
    return str(caught.value)


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_files_are_good(tmp_path: Path, name: str) -> None:
    assert attempt(write(tmp_path, name, WHOLE[name])) is not None


@pytest.mark.parametrize("name", WHOLE)
def test_every_truncation_is_refused(tmp_path: Path, name: str) -> None:
    whole = WHOLE[name].rstrip()
    for end in range(len(whole)):
        assert attempt(write(tmp_path, name, whole[:end])) is None, end


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("seed", range(4))
def test_damage_is_survived(tmp_path: Path, name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(150):
        data = bytearray(WHOLE[name])
        for _ in range(int(rng.integers(1, 5))):
            place = int(rng.integers(len(data)))
            action = rng.integers(4)
            if action == 0:
                data[place] = int(rng.integers(256))
            elif action == 1:
                del data[place : place + int(rng.integers(1, 30))]
            elif action == 2:
                data[place:place] = data[int(rng.integers(len(data))) :][: int(rng.integers(1, 30))]
            else:
                digits = [b"0", b"-1", b"99999999999", b"1e9", b"NaN", b"null", b'"', b"{", b"[", b"<", b"&x;"]
                data[place:place] = digits[int(rng.integers(len(digits)))]
            if not data:
                data += b"x"
        attempt(write(tmp_path, name, bytes(data)))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from([-1, 0, 1 << 31, 1 << 64, 1e300, "1e9", [], {}, [[]], [{}], "set.png", "/", "\0"]),
)


@pytest.mark.parametrize("name", ["a.tmj", "a.ldtk"])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_values_of_any_kind_anywhere(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    content = json.loads(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = content
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
                place = place[key]
                continue
            place[key] = deepcopy(data.draw(VALUES))  # the lists among them are changed in later rounds
            break
    attempt(write(tmp_path_factory.mktemp("fuzz"), name, json.dumps(content)))


def zeros() -> bytes:
    return bytes(100_000_000)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


BOMBS: dict[str, Callable[[], str]] = {
    "width": lambda: xml_map(TILE_SET + xml_layer(GIDS).replace('width="5"', 'width="1000000000"')),
    "width and height": lambda: xml_map(
        TILE_SET + xml_layer(GIDS).replace('width="5" height="4"', 'width="16000000" height="16000000"')
    ),
    "zlib": lambda: xml_map(TILE_SET + bomb_layer("zlib", zlib.compress(zeros(), 1))),
    "gzip": lambda: xml_map(TILE_SET + bomb_layer("gzip", gzip.compress(zeros(), 1))),
    "zstd": lambda: xml_map(TILE_SET + bomb_layer("zstd", zstd.compress(zeros()))),
    "far chunks": lambda: xml_map(
        TILE_SET + '<layer name="l" width="1" height="1"><data encoding="csv"><chunk x="-16000000" y="0" width="1" '
        'height="1">1</chunk><chunk x="16000000" y="16000000" width="1" height="1">1</chunk></data></layer>'
    ),
    "many layers": lambda: xml_map(TILE_SET + xml_layer(GIDS) * 1000),
    "entities": lambda: (
        '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]><map>&i;</map>"
    ),
    "outside entity": lambda: '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/hostname">]><map>&a;</map>',
    "deep elements": lambda: "<map>" + "<group>" * 200_000,
    "deep groups": lambda: xml_map("<group>" * 60 + "</group>" * 60),
    "many elements": lambda: "<map>" + "<layer/>" * 300_000 + "</map>",
    "many points": lambda: f'<map><object><polygon points="{"0,0 " * 1_000_000}"/></object></map>',
    "many tiles": lambda: xml_map(TILE_SET.replace('columns="4"', 'columns="9"').replace('"8" col', '"99999999" col')),
    "many gids": lambda: xml_map(
        "".join(TILE_SET.replace('"8" col', '"60000" col').replace('"1"', f'"{1 + i * 60000}"', 1) for i in range(50))
    ),
    "a long attribute": lambda: f'<map orientation="{"a" * 10_000_000}"/>',
    "deep lists": lambda: "[" * 5_000_000,
    "deep objects": lambda: '{"layers":' * 100_000,
    "deep json groups": lambda: (
        '{"type":"map","orientation":"orthogonal","width":1,"height":1,"tilewidth":1,"tileheight":1,"layers":['
        + '{"type":"group","layers":[' * 300 + "]}" * 300 + "]}"
    ),
    "a long number": lambda: '{"type":"map","orientation":"orthogonal","width":' + "9" * 1_000_000 + "}",
    "huge numbers": lambda: json.dumps(json_map([json_layer(GIDS, width=10**400)])),
    "no number": lambda: json.dumps(json_map([{"type": "objectgroup", "objects": [{"id": 1, "x": float("nan")}]}])),
    "layers in the data": lambda: json.dumps(json_map([json_layer(GIDS, data=[[1, 2]] * 10)])),
}  # fmt: skip


def bomb_layer(compression: str, data: bytes) -> str:
    how = f'encoding="base64" compression="{compression}"'
    return f'<layer name="l" width="5" height="4"><data {how}>{b64(data)}</data></layer>'


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(tmp_path: Path, name: str) -> None:
    refused(write(tmp_path, "bomb.map", BOMBS[name]()))


def test_a_pile_of_tiles_in_one_cell(tmp_path: Path) -> None:
    """Each layer of it would have a grid of its own."""
    tiles = [{"px": [0, 0], "f": 0, "t": 1}] * 5000
    words = refused(
        write(tmp_path, "a.ldtk", ldtk_project([ldtk_layer("Tiles", gridTiles=tiles, __cWid=2000, __cHei=2000)]))
    )
    assert "cells are too many" in words


def test_files_that_are_too_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "out.tsx", TILE_SET.replace(' firstgid="1"', "") + " " * 4000)
    path = write(tmp_path, "a.tmx", xml_map('<tileset firstgid="1" source="out.tsx"/>'))
    monkeypatch.setattr(source, "MAX_BYTES", 3 << 20)
    assert load_map(path).tile_sets
    monkeypatch.setattr(source, "MAX_BYTES", 4096)
    assert "out.tsx, which is too large" in refused(path)


@pytest.mark.parametrize("name", ["../out.png", "/etc/passwd", "a/../../out.png", "..\\out.png", "", "\0"])
def test_paths_that_leave_the_folder(tmp_path: Path, name: str) -> None:
    content = json_map([])
    content["tilesets"][0]["image"] = name
    refused(write(tmp_path, "a.tmj", content))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="by design: this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.tsx")
    path = write(tmp_path, "a.tmx", xml_map('<tileset firstgid="1" source="a.tsx"/>'))
    assert "no ordinary file" in refused(path)


def test_a_template_of_itself(tmp_path: Path) -> None:
    write(tmp_path, "a.tx", '<template><object template="a.tx"/></template>')
    things = '<objectgroup name="o"><object id="1" template="a.tx" x="1" y="2"/></objectgroup>'
    read = load_map(write(tmp_path, "a.tmx", xml_map(things)))
    assert read.objects[0].position == (1, -2)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"\xef\xbb\xbf", b"null", b"[]", b"{}", b"<", b"\0" * 100, b"<map/>"]
)
def test_what_is_no_map_at_all(tmp_path: Path, data: bytes) -> None:
    refused(write(tmp_path, "a.tmx", data))
