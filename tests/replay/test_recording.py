"""The file of a recording: cut short, broken, made up."""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecs_engine.core.errors import RecordingError
from ecs_engine.core.events import (
    CloseEvent,
    ContextRestoredEvent,
    Event,
    FocusEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    ResizeEvent,
    ScrollEvent,
    TextEvent,
)
from ecs_engine.core.keys import Action, Key, Modifier, MouseButton
from ecs_engine.replay.events import KINDS, event_of, plain_event
from ecs_engine.replay.recording import BLOCK_TICKS, MAX_BLOCK, Header, Recording, RecordingWriter, Tick

HEADER = Header("game", "0.1.0", "3.11.2", "2.0", 60.0, 5, {0: (640, 360, 1280, 720), 2: (1, 2, 3, 4)}, {"level": 3})
EVENTS: list[Event] = [
    KeyEvent(Key.A, Action.PRESS, Modifier.SHIFT | Modifier.ALT, 30, time_ns=1, window=2),
    KeyEvent(Key.UNKNOWN, Action.REPEAT, time_ns=2),
    TextEvent("ß\U0001f600", time_ns=3),
    MouseMoveEvent(1.5, -2.25, time_ns=4),
    MouseButtonEvent(MouseButton.BUTTON_8, Action.RELEASE, Modifier.SUPER, time_ns=5),
    ScrollEvent(0.1, -3.0, time_ns=6),
    ResizeEvent(640, 360, 0, 0, 1.5, time_ns=7),
    FocusEvent(False, time_ns=8),
    CloseEvent(time_ns=9),
    ContextRestoredEvent(time_ns=2**62),
]


def ticks(count: int) -> list[Tick]:
    made = []
    for number in range(count):
        hashes = {"steady": 1, "moving": number, f"born at {number // 10 * 10}": 2**32 - 1}
        made.append(Tick(EVENTS if number % 7 == 0 else [], 1.0 if number < 5 else 0.5, hashes))
    return made


def write(path: Path, count: int, *, whole: bool = True) -> Path:
    writer = RecordingWriter(path, HEADER)
    for tick in ticks(count):
        writer.add(tick)
    writer.close(whole=whole)
    return path


def read(path: Path) -> tuple[list[Tick], bool]:
    with Recording(path) as recording:
        assert recording.header == HEADER
        return list(recording.ticks()), recording.cut_short


def test_every_kind_of_event_comes_back() -> None:
    assert {type(event).__name__ for event in EVENTS} == set(KINDS)
    for event in EVENTS:
        assert event_of(json.loads(json.dumps(plain_event(event)))) == event


def test_an_event_with_something_else_in_it_is_told() -> None:
    with pytest.raises(RecordingError, match=r"An event cannot be recorded: TextEvent\.text is 3, and should be of"):
        plain_event(TextEvent(3))  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, 1, BLOCK_TICKS, BLOCK_TICKS + 1, 500])
def test_ticks_come_back(tmp_path: Path, count: int) -> None:
    assert read(write(tmp_path / "file", count)) == (ticks(count), False)


def test_a_tick_without_hashes(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "file", HEADER)
    made = [Tick([], 1.0, {"a": 1}), Tick([], 1.0, None), Tick([], 1.0, {"a": 1, "b": 2})]
    for tick in made:
        writer.add(tick)
    writer.close()
    assert read(tmp_path / "file") == (made, False)


def test_it_is_compact(tmp_path: Path) -> None:
    size = write(tmp_path / "file", 6000).stat().st_size
    assert size < 6000 * 40


def test_what_a_crash_leaves_is_read_up_to_the_last_whole_block(tmp_path: Path) -> None:
    path = tmp_path / "file"
    writer = RecordingWriter(path, HEADER)
    for tick in ticks(BLOCK_TICKS * 2 + 7):
        writer.add(tick)
    assert read(path) == (ticks(BLOCK_TICKS * 2), True), "while the game still runs, all but the newest second is there"
    writer.close(whole=False)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        try:
            found, cut_short = read(path)
        except RecordingError as error:
            assert "begins otherwise" in str(error) or "its header is missing" in str(error)  # noqa: PT017 - either will do
            continue
        assert cut_short
        assert found == ticks(len(found))
        assert len(found) % BLOCK_TICKS == 0


def block(contents: Any) -> bytes:
    packed = zlib.compress(contents if isinstance(contents, bytes) else json.dumps(contents).encode())
    return struct.pack("<II", len(packed), zlib.crc32(packed)) + packed


def refused(path: Path, *blocks: bytes, head: bytes | None = None) -> str:
    whole = path.read_bytes()
    length = struct.unpack_from("<I", whole, 11)[0]
    path.write_bytes((whole[: 19 + length] if head is None else head) + b"".join(blocks))
    with pytest.raises(RecordingError) as raised:
        read(path)
    return str(raised.value)


TICK = [[], 1.0, []]


@pytest.mark.parametrize(
    "contents",
    [
        b"no json", b"[" * 100_000, 3, {}, {"names": 3, "ticks": []}, {"names": [3], "ticks": []},
        {"names": [], "ticks": [3]}, {"names": [], "ticks": [[[], 1.0]]}, {"names": [], "ticks": [[[], "1", []]]},
        {"names": [], "ticks": [[[], -1, []]]}, {"names": [], "ticks": [[[], float("nan"), []]]},
        {"names": [], "ticks": [[[], float("inf"), []]]}, {"names": [], "ticks": [[[], 1, [0, 5]]]},
        {"names": ["a"], "ticks": [[[], 1, [0]]]}, {"names": ["a"], "ticks": [[[], 1, [0, "x"]]]},
        {"names": [], "ticks": [[[["os.system", {}]], 1, []]]}, {"names": [], "ticks": [[[["KeyEvent", {}]], 1, []]]},
        {"names": [], "ticks": [[[["KeyEvent", []]], 1, []]]}, {"names": [], "ticks": [[[{}], 1, []]]},
        {"names": [], "ticks": [[[["TextEvent", {"time_ns": 1, "window": 0, "text": 3}]], 1, []]]},
    ],
)  # fmt: skip
def test_blocks_that_nobody_wrote(tmp_path: Path, contents: Any) -> None:
    path = write(tmp_path / "file", 1)
    assert "was not replayed" in refused(path, block(contents))


def test_a_block_that_would_fill_the_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "file", 1)
    bomb = block(b" " * (MAX_BLOCK * 4))
    assert "a block of it is larger than any that is written" in refused(path, bomb)
    assert "longer than any" in refused(path, struct.pack("<II", MAX_BLOCK + 1, 0))
    assert "does not match its checksum" in refused(path, block([])[:-1] + b"?")


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2}, {"seed": -1}, {"seed": "1"}, {"tick_rate": 0}, {"tick_rate": float("nan")}, {"windows": []},
        {"windows": [[0, [1, 2, 3]]]}, {"windows": [[1, [1, 2, 3, 4]]]}, {"game": None}, {"more": 1},
        {"options": [["a", [1]]]},
    ],
)  # fmt: skip
def test_headers_that_nobody_wrote(tmp_path: Path, change: dict[str, Any]) -> None:
    path = write(tmp_path / "file", 1)
    length = struct.unpack_from("<I", path.read_bytes(), 11)[0]
    header = json.loads(zlib.decompress(path.read_bytes()[19 : 19 + length]))
    assert "was not replayed" in refused(path, head=b"ECSREPLAY1\n" + block({**header, **change}))


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(RecordingError, match=r"There is no recording .*file: check the name, or record first"):
        Recording(path)
    path.write_bytes(b"PK\3\4")
    with pytest.raises(RecordingError, match="file is no recording: it begins otherwise; name another file"):
        Recording(path)
    with pytest.raises(RecordingError, match="cannot be written: Is a directory; make room, or choose another place"):
        RecordingWriter(tmp_path, HEADER)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="by design: there is no /dev/full here")
def test_a_full_disk_is_told() -> None:
    with pytest.raises(RecordingError, match="/dev/full cannot be written: No space left on device; make room"):
        RecordingWriter("/dev/full", HEADER)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 255)), min_size=1, max_size=4))
def test_bytes_that_were_changed(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    path = write(tmp_path / "file", 100)
    data = bytearray(path.read_bytes())
    for at, value in changes:
        data[at % len(data)] ^= value
    path.write_bytes(bytes(data))
    try:
        with Recording(path) as recording:
            assert list(recording.ticks()) in (ticks(100), ticks(BLOCK_TICKS), [])
    except RecordingError:
        pass
