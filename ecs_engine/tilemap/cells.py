"""The cells of a tile layer in every encoding that Tiled writes. What a layer unpacks to is known from its size, and
nothing beyond that is ever unpacked."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.tilemap.source import Part

Cells = npt.NDArray[np.uint32]

MAX_CELLS = 16 * 1024 * 1024
"""The most cells that all layers of a map may have together, empty ones counted."""


class CellBudget:
    """What is left of :data:`MAX_CELLS` while a map is read."""

    def __init__(self) -> None:
        self._left = MAX_CELLS

    def take(self, part: Part, columns: int, rows: int) -> None:
        """Have room for a layer of this size.

        Raises:
            AssetError: there is none.
        """
        if columns * rows > self._left:
            part.fail(
                f"{columns} x {rows} cells are too many: the layers of a map have at most {MAX_CELLS} in all; cut the "
                "map into several."
            )
        self._left -= columns * rows


def read_cells(part: Part, columns: int, rows: int, encoding: str, compression: str) -> Cells:
    """The tile ids of one block of cells, (rows, columns) uint32, flip bits included.

    Args:
        part: the ``data`` of a layer, or one of its chunks: ``#text`` or ``tiles`` in XML, ``data`` in JSON.

    Raises:
        AssetError: they are broken, or not as many as ``columns`` times ``rows``.
    """
    count = columns * rows
    data: Any = part.values.get("data", part.values.get("#text"))
    if part.has("tiles"):
        cells = np.array([tile.whole("gid", 0, low=0, high=(1 << 32) - 1) for tile in part.parts("tiles")], np.uint32)
    elif isinstance(data, list):
        cells = _from_list(part, data)
    elif not isinstance(data, str):
        part.fail("it has no data; save the map again from the editor.")
    elif encoding == "csv":
        cells = _from_csv(part, data, count)
    elif encoding == "base64":
        cells = np.frombuffer(_unpacked(part, data, compression, count * 4), "<u4").astype(np.uint32)
    else:
        part.fail(f"the encoding {encoding!r} is unknown; save layers as CSV or base64.")
    if len(cells) != count:
        part.fail(f"it has {len(cells)} cells where its size of {columns} x {rows} asks for {count}.")
    return cells.reshape(rows, columns)


def _from_list(part: Part, data: list[Any]) -> Cells:
    try:
        cells = np.array(data, np.int64) if data else np.empty(0, np.int64)
    except (ValueError, TypeError, OverflowError):
        part.fail("its data are not all whole numbers.")
    if cells.ndim != 1:
        part.fail("its data are lists within lists, and must be whole numbers.")
    return _checked(part, cells)


def _checked(part: Part, cells: npt.NDArray[np.int64]) -> Cells:
    if len(cells) and not 0 <= cells.min() <= cells.max() < 1 << 32:
        part.fail("a number in its data is no tile id: these are 0 to 4294967295.")
    return cells.astype(np.uint32)


def _from_csv(part: Part, text: str, count: int) -> Cells:
    digits = "".join(text.split())
    if not re.fullmatch(r"[0-9,]*", digits) or ",," in digits:
        part.fail("its data are not numbers with commas between them.")
    if digits.count(",") + 1 != count:
        part.fail(f"its data are {digits.count(',') + 1} numbers where its size asks for {count}.")
    if digits[:1] in ("", ",") or digits[-1] == ",":
        part.fail("a number is missing at an end of its data.")
    return _checked(part, np.fromstring(digits, np.int64, sep=","))


def _unpacked(part: Part, text: str, compression: str, size: int) -> bytes:
    """Decode base64 and unpack it to ``size`` bytes at most, and one more to see that there are too many."""
    try:
        packed = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        part.fail("its data are no base64.")
    try:
        if compression == "":
            data = packed
        elif compression in ("zlib", "gzip"):
            data = zlib.decompressobj(wbits=47).decompress(packed, size + 1)  # 47: finds out which of the two it is
        elif compression == "zstd":
            data = _unpack_zstd(part, packed, size + 1)
        else:
            part.fail(f"the compression {compression!r} is unknown; use zlib, gzip, zstd or none.")
    except zlib.error as error:
        part.fail(f"its data cannot be unpacked: {error}.")
    if len(data) != size:
        amount = "more" if len(data) > size else f"{len(data)}"
        part.fail(f"its data are {amount} bytes where its size asks for {size}.")
    return data


def _unpack_zstd(part: Part, packed: bytes, most: int) -> bytes:
    try:
        from backports import zstd
    except ImportError:
        part.fail("its data are packed with Zstandard: pip install 'ecs-engine[tiled]', or save it with zlib.")
    try:
        return zstd.ZstdDecompressor().decompress(packed, max_length=most)
    except zstd.ZstdError as error:
        part.fail(f"its data cannot be unpacked: {error}.")
