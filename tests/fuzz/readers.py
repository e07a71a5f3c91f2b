"""What is fuzzed: each reader of files with small whole ones, all of them made here."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import uharfbuzz as hb
from PIL import Image

from ecs_engine import Clips, load_map
from ecs_engine.core.errors import AssetError, EngineError, SaveError
from ecs_engine.core.events import KeyEvent, MouseMoveEvent
from ecs_engine.core.keys import Action, Key
from ecs_engine.decoding import FORMATS, read_picture
from ecs_engine.files import GameFiles
from ecs_engine.pictures import Pictures
from ecs_engine.replay.recording import _HEAD as _BLOCK
from ecs_engine.replay.recording import _MARK as _RECORDED
from ecs_engine.replay.recording import Header, Recording, RecordingError, RecordingWriter, Tick
from ecs_engine.saves import load_json, save_json
from ecs_engine.saves.durable import _HEAD, _MARK, _digest
from ecs_engine.systems.assets.aseprite import build_sheet, read_layout
from ecs_engine.text import Fonts
from ecs_engine.text.compose import layout_of, place

from ..saves import test_hostile as saves
from ..tilemap.maps import TILE_SET, write
from ..tilemap.test_hostile import WHOLE as MAPS

Seal = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Reader:
    """One reader of files."""

    whole: Callable[[Path], dict[str, bytes]]
    """Makes what lies beside in a folder, and returns good files by name."""
    read: Callable[[Path], object]
    """Reads such a file, and uses what was read."""
    refuses: type[EngineError] = AssetError
    """The only thing that may be raised."""
    seal: Seal | None = None
    """Makes the checksums of a damaged file good, so that damage comes further than these."""


# -- pictures --------------------------------------------------------------------------------------------
def pictures(_: Path) -> dict[str, bytes]:
    pixels = np.random.default_rng(3).integers(0, 256, (6, 9, 4), np.uint8)
    made = {}
    for kind in FORMATS:
        for mode in ("RGBA", "P", "L"):
            stream = io.BytesIO()
            image = Image.fromarray(pixels).convert("RGB" if kind == "JPEG" else mode)
            try:
                image.save(stream, format=kind)
            except (OSError, ValueError):
                continue  # it has no such mode
            made[f"{mode}.{kind.lower()}"] = stream.getvalue()
    return made


def read_picture_file(path: Path) -> None:
    Pictures(256, strict=True).add(read_picture(GameFiles(path.parent), path.name))


def seal_png(data: bytes) -> bytes:
    """The checksum of each chunk as it should be."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    parts, at = [data[:8]], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        body = data[at + 4 : at + 8 + length]
        if at + 12 + length > len(data):
            break
        parts += [data[at : at + 4], body, struct.pack(">I", zlib.crc32(body))]
        at += 12 + length
    return b"".join(parts) + data[at:]


# -- maps ------------------------------------------------------------------------------------------------
def maps(kind: str) -> Callable[[Path], dict[str, bytes]]:
    def whole(folder: Path) -> dict[str, bytes]:
        write(folder, "beside.txt", "")  # and the image
        return {name: data for name, data in MAPS.items() if name.endswith(kind)}

    return whole


def read_map(path: Path) -> None:
    read = load_map(path)
    read.add_pictures(Pictures(256))


def tile_sets(folder: Path) -> dict[str, bytes]:
    write(folder, "map.tmx", MAPS["a.tmx"].replace(TILE_SET.encode(), b'<tileset firstgid="1" source="a.tsx"/>'))
    inside = """<properties><property name="a" type="float" value="1.5"/></properties>
      <tile id="1" class="rock"><objectgroup><object id="1" x="1" y="2" width="3" height="4"/></objectgroup></tile>
      <tile id="2"><animation><frame tileid="3" duration="100"/><frame tileid="4" duration="80"/></animation></tile>
      </tileset>"""
    return {"a.tsx": TILE_SET.replace(' firstgid="1"', "").replace("</tileset>", inside).encode()}


def read_tile_set(path: Path) -> None:
    read_map(path.with_name("map.tmx"))


# -- the others --------------------------------------------------------------------------------------------
def sheets(_: Path) -> dict[str, bytes]:
    frame = {"frame": {"x": 1, "y": 0, "w": 4, "h": 5}, "rotated": False, "trimmed": True, "duration": 100,
             "spriteSourceSize": {"x": 1, "y": 1, "w": 4, "h": 5}, "sourceSize": {"w": 8, "h": 8}}  # fmt: skip
    tags = [{"name": "run", "from": 0, "to": 1, "direction": "pingpong"}]
    slices = [{"name": "box", "keys": [{"frame": 0, "bounds": {"x": 1, "y": 1, "w": 2, "h": 2}}]}]
    meta = {"image": "sheet.png", "size": {"w": 16, "h": 8}, "frameTags": tags, "slices": slices}
    as_list = {"frames": [{"filename": "a 0", **frame}, {"filename": "a 1", **frame}], "meta": meta}
    as_object = {"frames": {"a 0": frame, "a 1": frame}, "meta": meta}
    return {"list.json": json.dumps(as_list).encode(), "object.json": json.dumps(as_object).encode()}


def read_sheet(path: Path) -> None:
    game_files, registry = GameFiles(path.parent), Pictures(256, strict=True)
    layout = read_layout(game_files.read_json(path.name), path.name)
    sheet = build_sheet(layout, np.full((8, 16, 4), 99, np.uint8), registry, path.name)
    Clips().add_tags(sheet)


@cache
def small_font() -> bytes:
    """Some letters of Rubik, in one weight."""
    face = hb.Face((files("fontpkg_rubik") / "files" / "Rubik[wght].ttf").read_bytes())
    subset = hb.SubsetInput()
    subset.pin_all_axes_to_default(face)
    subset.unicode_set.update(map(ord, "Aglfi é"))
    return bytes(subset.subset(face).blob.data)


def read_font(path: Path) -> None:
    fonts = Fonts(strict=True)
    font = fonts.load(path)
    place(fonts.blocks, ["Agfi é\nlong words"], [font], [layout_of(font, 20.0, 60.0)])


def read_save(path: Path) -> None:
    world = saves.small_world()
    try:
        saves.make().unpack(world, path.read_bytes())
    finally:
        world.close()


def seal_save(data: bytes) -> bytes:
    """The length of the first part as it is, where the second is whole."""
    end = data.rfind(saves.parts(saves.WHOLE)[1])
    return data if end < 16 else data[:8] + struct.pack("<Q", end - 16) + data[16:]


def recordings(folder: Path) -> dict[str, bytes]:
    """One as it is written, and one as the lines that are packed in it."""
    path = folder / "made.rec"
    header = Header("game", "1", "3", "2", 60.0, 5, {0: (8, 6, 8, 6)})
    writer = RecordingWriter(path, header)
    for number in range(3):
        events = [KeyEvent(Key.A, Action.PRESS), MouseMoveEvent(1.0, float(number))]
        writer.add(Tick(events, 1.0, {"tick": number, "Transform2D.position": 77}))
    writer.close()
    data = path.read_bytes()
    lines, at = [], len(_RECORDED)
    while at < len(data):
        size, _ = _BLOCK.unpack_from(data, at)
        at += _BLOCK.size
        lines.append(zlib.decompress(data[at : at + size]))
        at += size
    return {"a.rec": data, "lines.rec": b"\n".join(lines)}


def seal_recording(data: bytes) -> bytes:
    """Pack lines as a recorder does."""
    if data.startswith(_RECORDED):
        return data
    packed = [zlib.compress(line, 1) for line in data.split(b"\n")]
    return _RECORDED + b"".join(_BLOCK.pack(len(one), zlib.crc32(one)) + one for one in packed)


def read_recording(path: Path) -> None:
    with Recording(path) as recording:
        for _ in recording.ticks():
            pass


def small_data(folder: Path) -> dict[str, bytes]:
    path, value = folder / "made.json", {"name": "x", "scores": [1, 2.5, None, True]}
    save_json(path, value)
    return {"a.json": path.read_bytes(), "open.json": json.dumps(value).encode()}


def seal_data(data: bytes) -> bytes:
    """The checksum of what has none."""
    return data if data.startswith(b"ECSFILE1") else _HEAD.pack(_MARK, len(data), _digest(data)) + data


READERS = {
    "pictures": Reader(pictures, read_picture_file, seal=seal_png),
    "tmx": Reader(maps(".tmx"), read_map),
    "tmj": Reader(maps(".tmj"), read_map),
    "ldtk": Reader(maps(".ldtk"), read_map),
    "tsx": Reader(tile_sets, read_tile_set),
    "aseprite": Reader(sheets, read_sheet),
    "fonts": Reader(lambda _: {"a.ttf": small_font()}, read_font),
    "saves": Reader(lambda _: {"a.save": saves.WHOLE}, read_save, SaveError, seal_save),
    "data": Reader(small_data, load_json, SaveError, seal_data),
    "recordings": Reader(recordings, read_recording, RecordingError, seal_recording),
}
