"""Small maps in Tiled's and LDtk's formats, written for tests: the same content as XML and as JSON."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
from backports import zstd
from PIL import Image

COLUMNS, ROWS = 5, 4
GIDS = np.arange(COLUMNS * ROWS, dtype=np.uint32).reshape(ROWS, COLUMNS) % 9
GIDS[1, 2] |= 0x80000000
GIDS[2, 3] |= 0x60000000


def attributes(values: dict[str, Any]) -> str:
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items())


def packed(gids: np.ndarray[Any, Any], compression: str) -> str:
    raw = gids.astype("<u4").tobytes()
    pack = {"": bytes, "zlib": zlib.compress, "gzip": gzip.compress, "zstd": zstd.compress}[compression]
    return base64.b64encode(pack(raw)).decode()


def csv(gids: np.ndarray[Any, Any]) -> str:
    return ",\n".join(",".join(map(str, row)) for row in gids.tolist())


def xml_data(gids: np.ndarray[Any, Any], encoding: str, compression: str) -> str:
    if encoding == "xml":
        return "".join(f'<tile gid="{gid}"/>' if gid else "<tile/>" for gid in gids.ravel().tolist())
    return csv(gids) if encoding == "csv" else packed(gids, compression)


def xml_layer(gids: np.ndarray[Any, Any], encoding: str = "csv", compression: str = "", **more: Any) -> str:
    rows, columns = gids.shape
    how = {} if encoding == "xml" else {"encoding": encoding} | ({"compression": compression} if compression else {})
    values = {"name": "ground", "width": columns, "height": rows} | more
    return f"<layer{attributes(values)}><data{attributes(how)}>{xml_data(gids, encoding, compression)}</data></layer>"


TILE_SET = (
    '<tileset firstgid="1" name="set" tilewidth="8" tileheight="8" tilecount="8" columns="4">'
    '<image source="set.png" width="32" height="16"/></tileset>'
)


def xml_map(inside: str, **more: Any) -> str:
    values = {
        "version": "1.10", "orientation": "orthogonal", "renderorder": "right-down", "width": COLUMNS, "height": ROWS,
        "tilewidth": 8, "tileheight": 8, "infinite": 0,
    } | more  # fmt: skip
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<map{attributes(values)}>{inside}</map>\n'


def json_map(layers: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "type": "map", "orientation": "orthogonal", "renderorder": "right-down", "width": COLUMNS, "height": ROWS,
        "tilewidth": 8, "tileheight": 8, "infinite": False, "layers": layers,
        "tilesets": [{
            "firstgid": 1, "name": "set", "tilewidth": 8, "tileheight": 8, "tilecount": 8, "columns": 4,
            "image": "set.png", "imagewidth": 32, "imageheight": 16,
        }],
    } | more  # fmt: skip


def json_layer(gids: np.ndarray[Any, Any], encoding: str = "csv", compression: str = "", **more: Any) -> dict[str, Any]:
    rows, columns = gids.shape
    data: Any = gids.ravel().tolist() if encoding == "csv" else packed(gids, compression)
    how = {} if encoding == "csv" else {"encoding": encoding, "compression": compression}
    return {"type": "tilelayer", "name": "ground", "width": columns, "height": rows, "data": data} | how | more


def ldtk_project(layers: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "jsonVersion": "1.5.3",
        "defs": {
            "tilesets": [
                {"uid": 7, "identifier": "Icons", "relPath": None, "tileGridSize": 16},
                {
                    "uid": 1, "identifier": "set", "relPath": "set.png", "__cWid": 4, "__cHei": 2, "tileGridSize": 8,
                    "spacing": 0, "padding": 0, "enumTags": [{"enumValueId": "solid", "tileIds": [2]}],
                    "customData": [{"tileId": 3, "data": "slippery"}],
                },
            ],
            "layers": [
                {
                    "uid": 10, "parallaxFactorX": 0.25, "parallaxFactorY": 0,
                    "intGridValues": [{"value": 1, "identifier": "solid"}, {"value": 2, "identifier": None}],
                }
            ],
        },
        "levels": [{"identifier": "First", "pxWid": 40, "pxHei": 32, "__bgColor": "#102030", "layerInstances": layers}],
    } | more  # fmt: skip


def ldtk_layer(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "__identifier": kind, "__type": kind, "__cWid": COLUMNS, "__cHei": ROWS, "__gridSize": 8, "__opacity": 1,
        "__pxTotalOffsetX": 0, "__pxTotalOffsetY": 0, "__tilesetDefUid": 1, "layerDefUid": 10, "visible": True,
        "intGridCsv": [], "gridTiles": [], "autoLayerTiles": [], "entityInstances": [],
    } | more  # fmt: skip


def write(folder: Path, name: str, content: str | bytes | dict[str, Any]) -> Path:
    """Write a file, and beside it the image that its tile set names."""
    image = folder / "set.png"
    if not image.exists():
        image.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(set_pixels()).save(image)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def set_pixels() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Eight tiles of 8 x 8 pixels, each of one colour: red rises with the column, green with the row."""
    pixels = np.full((16, 32, 4), 255, np.uint8)
    pixels[..., 0] = (np.arange(32) // 8 * 60 + 40)[None, :]
    pixels[..., 1] = (np.arange(16) // 8 * 100 + 50)[:, None]
    pixels[..., 2] = 20
    return pixels
