"""The file of a recording: a header, and the ticks in blocks that are appended while the game runs.

Each block has its length and checksum, so that what a crash leaves is read up to the last whole block. Blocks are JSON,
packed by zlib; hashes are written only where they differ from those of the tick before.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any, BinaryIO

from ecs_engine.core.errors import RecordingError, SaveError
from ecs_engine.core.events import Event
from ecs_engine.files import FileName
from ecs_engine.replay.events import NoReferences, event_of, plain_event
from ecs_engine.saves.plain import decode, encode

FORMAT = 1
BLOCK_TICKS = 60
MAX_BLOCK = 16 * 1024 * 1024
"""Bytes of the largest block, before and after unpacking; one of Asteroids has some thousand."""

_MARK = b"ECSREPLAY1\n"
_HEAD = struct.Struct("<II")


Option = str | int | float | bool


@dataclass(frozen=True)
class Header:
    """What a replay must know before the first tick."""

    game: str
    """Of a demo the name; of another game ``module:function``."""
    engine: str
    python: str
    numpy: str
    tick_rate: float
    seed: int
    windows: dict[int, tuple[int, int, int, int]]
    """Number -> width and height in window units and in pixels."""
    options: dict[str, Option] = field(default_factory=dict)
    """What else the game was built with."""
    not_hashed: list[str] = field(default_factory=list)
    """Types of resources and components that the hashes say nothing about."""


@dataclass(slots=True)
class Tick:
    """One tick of a recording."""

    events: list[Event]
    time_scale: float
    hashes: dict[str, int] | None
    """Name -> hash, as of :class:`WorldHash`; None of a tick that a system ended by raising."""


class RecordingWriter:
    """Appends ticks to a file; what a block holds is given to the system when it is full, or at the end.

    Raises:
        RecordingError: the file cannot be written.
    """

    def __init__(self, path: FileName, header: Header) -> None:
        self.path = Path(path)
        self._numbers: dict[str, int] = {}
        self._new_names: list[str] = []
        self._last: dict[str, int] = {}
        self._ticks: list[list[Any]] = []
        self._file: BinaryIO | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(self.path, "wb")  # noqa: SIM115 - it is open for as long as the game runs
            self._file.write(_MARK)
            self._write({**encode(header, Header, "Header", NoReferences()), "format": FORMAT})
        except OSError as error:
            self.close(whole=False)
            raise self._failed(error) from error

    def add(self, tick: Tick) -> None:
        """Append a tick."""
        changes: list[int] | None = None
        if tick.hashes is not None:
            changes = []
            for name, value in tick.hashes.items():
                if self._last.get(name) != value:
                    changes += self._number(name), value
            for name in self._last.keys() - tick.hashes.keys():
                changes += self._number(name), -1
            self._last = dict(tick.hashes)
        self._ticks.append([[plain_event(event) for event in tick.events], tick.time_scale, changes])
        if len(self._ticks) == BLOCK_TICKS:
            self.flush()

    def flush(self) -> None:
        """Give all ticks so far to the system."""
        if self._ticks:
            try:
                self._write({"names": self._new_names, "ticks": self._ticks})
            except OSError as error:
                raise self._failed(error) from error
            self._ticks, self._new_names = [], []

    def close(self, *, whole: bool = True) -> None:
        """End the file; ``whole`` marks it as one that was not cut short. Closing twice does nothing."""
        if self._file is None:
            return
        try:
            if whole:
                self.flush()
                self._write("end")
        except OSError as error:
            raise self._failed(error) from error
        finally:
            file, self._file = self._file, None
            with contextlib.suppress(OSError):  # everything was flushed, or that has failed already
                file.close()

    def _number(self, name: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self._numbers)
            self._new_names.append(name)
        return self._numbers[name]

    def _write(self, contents: Any) -> None:
        assert self._file is not None
        packed = zlib.compress(json.dumps(contents, separators=(",", ":")).encode(), 6)
        self._file.write(_HEAD.pack(len(packed), zlib.crc32(packed)) + packed)
        self._file.flush()

    def _failed(self, error: OSError) -> RecordingError:
        reason = error.strerror or str(error)
        return RecordingError(f"{self.path} cannot be written: {reason}; make room, or choose another place.")


class Recording:
    """A recording's file, opened for reading. A context manager: leaving it closes the file.

    Raises:
        RecordingError: there is none, or it is no recording.
    """

    def __init__(self, path: FileName) -> None:
        self.path = Path(path)
        self.cut_short = False
        """Whether the file ends in the middle, as a crash leaves it; known when all ticks were read."""
        try:
            if not os.path.isfile(self.path):
                raise RecordingError(f"There is no recording {self.path}: check the name, or record first.")
            self._file = open(self.path, "rb")  # noqa: SIM115 - closed by close()
        except OSError as error:
            raise RecordingError(f"{self.path} cannot be read: {error.strerror}; check its rights.") from error
        try:
            if self._file.read(len(_MARK)) != _MARK:
                raise RecordingError(f"{self.path} is no recording: it begins otherwise; name another file.")
            self.header = self._header(self._read())
        except BaseException:
            self._file.close()
            raise

    def ticks(self) -> Iterator[Tick]:
        """Every tick, one after the other; once.

        Raises:
            RecordingError: there is something that no recorder wrote.
        """
        names: list[str] = []
        hashes: dict[str, int] = {}
        while True:
            block = self._read()
            if block is None or block == "end":
                self.cut_short = block is None
                return
            if not (isinstance(block, dict) and block.keys() == {"names", "ticks"}):
                raise self._wrong("a block of it is none")
            new, ticks = block["names"], block["ticks"]
            if not (isinstance(ticks, list) and isinstance(new, list) and all(type(name) is str for name in new)):
                raise self._wrong("a block of it is none")
            names += new
            for tick in ticks:
                yield self._tick(tick, names, hashes)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _tick(self, raw: Any, names: list[str], hashes: dict[str, int]) -> Tick:
        match raw:
            case [list(events), int() | float() as time_scale, changes] if 0 <= time_scale < inf:
                pass
            case _:
                raise self._wrong("a tick of it is none")
        try:
            made = [event_of(event) for event in events]
        except RecordingError as error:
            raise RecordingError(f"{self.path} was not replayed: {error}") from error
        if changes is None:
            return Tick(made, float(time_scale), None)
        if not (isinstance(changes, list) and len(changes) % 2 == 0 and all(type(one) is int for one in changes)):
            raise self._wrong("its hashes are none")
        for number, value in zip(changes[::2], changes[1::2], strict=True):
            if not 0 <= number < len(names):
                raise self._wrong("its hashes are of nothing")
            if value < 0:
                hashes.pop(names[number], None)
            else:
                hashes[names[number]] = value
        return Tick(made, float(time_scale), dict(hashes))

    def _read(self) -> Any:
        """The next block; None where there is none that is whole."""
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        length, checksum = _HEAD.unpack(head)
        if length > MAX_BLOCK:
            raise self._wrong("a block of it is longer than any that is written")
        packed = self._file.read(length)
        if len(packed) < length:
            return None
        if zlib.crc32(packed) != checksum:
            raise self._wrong("a block of it does not match its checksum")
        try:
            unpacking = zlib.decompressobj()
            text = unpacking.decompress(packed, MAX_BLOCK)
            if unpacking.unconsumed_tail:
                raise self._wrong("a block of it is larger than any that is written")
            return json.loads(text)
        except (zlib.error, ValueError, RecursionError) as error:
            raise self._wrong(f"a block of it is none ({error})") from error

    def _header(self, data: Any) -> Header:
        if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
            raise self._wrong("its header is missing, or of another version of the engine")
        try:
            header: Header = decode(data, Header, "Its header", NoReferences())
        except SaveError as error:
            raise RecordingError(f"{self.path} was not replayed: {error}") from error
        if not (0 in header.windows and header.seed >= 0 and 0 < header.tick_rate < inf):
            raise self._wrong("its header has no window, seed or tick rate")
        return header

    def _wrong(self, what: str) -> RecordingError:
        return RecordingError(f"{self.path} was not replayed: {what}; record anew.")
