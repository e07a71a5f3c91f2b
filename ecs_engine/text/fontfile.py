"""Font files, looked over before HarfBuzz gets them: HarfBuzz takes what is broken for empty and says nothing."""

from __future__ import annotations

import os
from pathlib import Path
from struct import unpack_from

from ecs_engine.core.errors import AssetError
from ecs_engine.core.files import why_no_file

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused before it is read."""

_KINDS = (b"\0\1\0\0", b"OTTO", b"true")
_NEEDED = ("head", "maxp", "cmap", "hhea", "hmtx")
_COMPRESSED = {b"wOFF": "WOFF", b"wOF2": "WOFF2"}


def read_font(path: Path) -> bytes:
    """The bytes of a TrueType or OpenType font, or of a collection of them, whose tables are where they should be.

    Raises:
        AssetError: no such file, or not such a font; the message has the file, the place in it, and the reason.
    """
    if not os.path.isfile(path):  # also keeps pipes and devices away, which could be read for ever
        raise AssetError(f"The font {path.name!r} was not loaded: {why_no_file(path, 'font')}")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise broken(path, f"it has {size:,} bytes, and at most {MAX_BYTES:,} are read", "use a subset of it")
        data = path.read_bytes()
    except OSError as error:
        raise broken(path, error.strerror or str(error), "check its permissions") from error
    _check(path, data)
    return data


def broken(path: Path, reason: str, mend: str = "save or copy it again") -> AssetError:
    return AssetError(f"The font {path.name!r} at {path} cannot be used: {reason}; {mend}.")


def _check(path: Path, data: bytes) -> None:
    """Raise AssetError unless every table lies within the file and those that text needs are there.

    Source: the OpenType specification 1.9, "Organization of an OpenType Font".
    """
    start = 0
    if data[:4] in _COMPRESSED:
        kind = _COMPRESSED[data[:4]]
        raise broken(path, f"it is a {kind} file, a compressed font for web pages", "convert it to TTF or OTF")
    if data[:4] == b"ttcf" and len(data) >= 16:
        (start,) = unpack_from(">I", data, 12)  # the first font of the collection
    if len(data) < start + 12:
        raise broken(path, f"it ends at byte {len(data)}, before the list of its tables at byte {start}")
    if data[start : start + 4] not in _KINDS:
        found = data[start : start + 4]
        raise broken(path, f"byte {start} begins with {found!r}, not as TTF and OTF do", "give a TTF or OTF file")
    (count,) = unpack_from(">H", data, start + 4)
    if len(data) < start + 12 + 16 * count:
        raise broken(path, f"it ends at byte {len(data)}, within the list of its {count} tables")
    tables: dict[str, tuple[int, int]] = {}
    for index in range(count):
        tag, _, offset, length = unpack_from(">4sIII", data, start + 12 + 16 * index)
        name = tag.decode("latin-1")
        if offset + length > len(data):
            end = offset + length
            raise broken(path, f"its table {name!r} should end at byte {end}, and the file ends at byte {len(data)}")
        tables[name] = (offset, length)
    missing = [name for name in _NEEDED if name not in tables]
    if not ({"glyf", "loca"} <= set(tables) or "CFF " in tables or "CFF2" in tables):
        missing.append("glyf")
    if missing:
        raise broken(path, f"it has no table {missing[0]!r}", "give a TTF or OTF file with outlines")
    head, length = tables["head"]
    if length < 54 or unpack_from(">I", data, head + 12) != (0x5F0F3CF5,):
        raise broken(path, f"its table 'head' at byte {head} is damaged")
    (units,) = unpack_from(">H", data, head + 18)
    if not 16 <= units <= 16384:
        raise broken(path, f"its table 'head' at byte {head} sets {units} units to an em, not 16 to 16,384")
