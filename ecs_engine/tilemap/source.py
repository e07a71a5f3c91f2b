"""Reading the files of a map: bounded in size, kept within one folder, and every fault with its place.

Whatever a file holds is looked at through :class:`Part`, which checks types and ranges and knows where it is.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from ecs_engine.core.errors import AssetError
from ecs_engine.tilemap.xml import XMLFault, read_xml

MAX_BYTES = 32 * 1024 * 1024
"""The most that all files of one map may hold together, pictures not counted."""
_REQUIRED: Any = object()


class Part:
    """A piece of a map file, XML or JSON, with its place in it.

    ``values`` are those of a JSON object; XML is brought into the same shape before.
    """

    __slots__ = ("file", "place", "values")

    def __init__(self, file: Path, place: str, values: Mapping[str, Any]) -> None:
        self.file = file
        self.place = place
        self.values = values

    def fail(self, reason: str) -> NoReturn:
        """Raise the AssetError for a fault at this place."""
        where = f", {self.place}" if self.place else ""
        raise AssetError(f"The map file {self.file}{where}: {reason}")

    def has(self, name: str) -> bool:
        """Whether there is such a value, and it is not null."""
        return self.values.get(name) is not None

    def _get(self, name: str, default: Any) -> Any:
        value = self.values.get(name)
        if value is None:
            if default is _REQUIRED:
                self.fail(f"{name} is missing; save it again from the editor.")
            return default
        return value

    def whole(self, name: str, default: Any = _REQUIRED, *, low: int = -(1 << 31), high: int = (1 << 31) - 1) -> int:
        """A whole number from ``low`` to ``high``."""
        value = self._get(name, default)
        if isinstance(value, str) and len(value) < 24:
            with suppress(ValueError):
                value = int(value)
        if isinstance(value, float) and math.isfinite(value) and value == int(value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(f"{name} is {_shown(value)}, and must be a whole number.")
        if not low <= value <= high:
            self.fail(f"{name} is {value}, and can be {low} to {high}.")
        return value

    def number(self, name: str, default: Any = _REQUIRED) -> float:
        """A finite number, of a size that float32 holds well."""
        value = self._get(name, default)
        if isinstance(value, str) and len(value) < 64:
            with suppress(ValueError):
                value = float(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e12:
            self.fail(f"{name} is {_shown(value)}, and must be a number.")
        return float(value)

    def text(self, name: str, default: Any = _REQUIRED) -> str:
        value = self._get(name, default)
        if not isinstance(value, str):
            self.fail(f"{name} is {_shown(value)}, and must be a text.")
        return value

    def flag(self, name: str, default: Any = _REQUIRED) -> bool:
        value = self._get(name, default)
        value = {"true": True, "false": False, "1": True, "0": False, 1: True, 0: False}.get(_hashable(value), value)
        if not isinstance(value, bool):
            self.fail(f"{name} is {_shown(value)}, and must be true or false.")
        return value

    def color(self, name: str, default: Any = _REQUIRED) -> tuple[int, int, int, int]:
        """``#RRGGBB`` or ``#AARRGGBB``, the # as you like, as red, green, blue, alpha."""
        value = self._get(name, default)
        if isinstance(value, tuple):
            return value
        digits = value.removeprefix("#") if isinstance(value, str) else ""
        try:
            numbers = bytes.fromhex(digits)
        except ValueError:
            numbers = b""
        if len(numbers) == 3:
            return numbers[0], numbers[1], numbers[2], 255
        if len(numbers) != 4:
            self.fail(f"{name} is {_shown(value)}, and must be a colour such as #ffcc00 or #80ffcc00.")
        return numbers[1], numbers[2], numbers[3], numbers[0]

    def choice(self, name: str, choices: tuple[str, ...], default: Any = _REQUIRED) -> str:
        """One of a few words."""
        value = self.text(name, default)
        if value not in choices:
            self.fail(f"{name} is {_shown(value)}, and can be {', '.join(map(repr, choices))}.")
        return value

    def items(self, name: str) -> list[Any]:
        """An array as it is; an empty one where there is none."""
        value = self._get(name, [])
        if not isinstance(value, list):
            self.fail(f"{name} is {_shown(value)}, and must be a list.")
        return value

    def part(self, name: str) -> Part:
        """An object within this one; empty where there is none."""
        return self._wrap(self._get(name, {}), name)

    def parts(self, name: str) -> Iterator[Part]:
        """The objects of an array, one by one."""
        for index, value in enumerate(self.items(name)):
            yield self._wrap(value, f"{name}[{index}]")

    def _wrap(self, value: Any, name: str) -> Part:
        if isinstance(value, Part):
            return value
        if not isinstance(value, Mapping):
            self.fail(f"{name} is {_shown(value)}, and must be an object.")
        return Part(self.file, f"{self.place}.{name}" if self.place else name, value)


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int) else None


def _shown(value: Any) -> str:
    """A value for a message, cut short; containers by their kind alone, as they may be huge."""
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "...")
    if isinstance(value, int) and abs(value) > 1 << 64:
        return "a far too large number"
    return repr(value) if value is None or isinstance(value, bool | int | float) else f"a {type(value).__name__}"


class Files:
    """Reads the files of one map: none outside of ``root``, and no more than :data:`MAX_BYTES` together."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._left = MAX_BYTES

    def locate(self, name: str, by: Part) -> Path:
        """Where the file is that ``by`` refers to, relative to its own folder.

        Raises:
            AssetError: it lies outside of the root.
        """
        if "\0" in name or not name or len(name) > 1024:
            by.fail(f"it refers to a file by {_shown(name)}, which is no path.")
        # Tiled writes forward slashes everywhere; old versions on Windows did not.
        path = Path(os.path.realpath(by.file.parent / name.replace("\\", "/")))
        if not path.is_relative_to(self.root):
            by.fail(
                f"it refers to {_shown(name)}, which lies outside of {self.root}; move that file there, or give "
                "load_map a root that holds both."
            )
        return path

    def read(self, path: Path, by: Part | None = None) -> Part:
        """Parse a file: XML if it begins with ``<``, JSON otherwise.

        Args:
            by: what refers to it, to say so where it cannot be had.

        Raises:
            AssetError: it is missing, too large, or neither well-formed XML nor JSON.
        """
        data = self._bytes(path, by)
        whole = Part(path, "", {})
        try:
            if data.lstrip()[:1] == b"<" or data[:4].startswith((b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\0<")):
                return read_xml(path, data, Part)
            values = json.loads(data)
        except XMLFault as fault:
            Part(path, f"line {fault.line}", {}).fail(f"{fault.reason}.")
        except json.JSONDecodeError as error:
            Part(path, f"line {error.lineno}, column {error.colno}", {}).fail(
                f"it is neither XML nor JSON: {error.msg}; save it again from the editor."
            )
        except RecursionError:
            whole.fail("its lists and objects are nested too deeply to be a map.")
        except ValueError as error:  # bytes that are no text, and numbers of thousands of digits
            whole.fail(f"it is neither XML nor JSON: {_shown(str(error))}; save it again from the editor.")
        if not isinstance(values, dict):
            whole.fail("it holds no JSON object; save it again from the editor.")
        return Part(path, "", values)

    def _bytes(self, path: Path, by: Part | None) -> bytes:
        at = by or Part(path, "", {})
        named = f"it refers to {path}, which" if by else "it"
        if not os.path.isfile(path):  # also keeps pipes and devices away, which could be read for ever
            at.fail(f"{named} does not exist or is no ordinary file; check the path.")
        try:
            with open(path, "rb") as file:
                data = file.read(self._left + 1)
        except OSError as error:
            at.fail(f"{named} cannot be read: {error.strerror or error}.")
        if len(data) > self._left:
            at.fail(f"{named} is too large: the files of a map may hold {MAX_BYTES >> 20} MB in all.")
        self._left -= len(data)
        return data
