"""Files that survive: killed or failing at each system call, cut short, with bits turned, on a full disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ecs_engine.core.errors import SaveError
from ecs_engine.saves import durable, durable_exists, previous_of, read_durable, write_durable

CALLS = "makedirs", "open", "write", "fsync", "close", "replace", "unlink"
"""What the module does to the disk. Which functions it calls is checked below, so that none is forgotten."""
KILLED = 77

Fault = Callable[[Callable[..., Any], tuple[Any, ...]], Any]


def fail_before(call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fail_after(call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    call(*arguments)
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def die_before(call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    os._exit(KILLED)


def die_after(call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    call(*arguments)
    os._exit(KILLED)


def half_then_fail(call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """A write that takes a part, as a disk does that is about to be full; other calls fail."""
    if call is os.write:
        call(arguments[0], arguments[1][: len(arguments[1]) // 2])
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def half_then_die(call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    if call is os.write:
        call(arguments[0], arguments[1][: len(arguments[1]) // 2])
    os._exit(KILLED)


FAULTS = fail_before, fail_after, half_then_fail, die_before, die_after, half_then_die


class Faulty:
    """The module `os`, but for one call to the disk."""

    def __init__(self, at: int, fault: Fault) -> None:
        self.at, self.fault = at, fault
        self.made: list[str] = []

    def __getattr__(self, name: str) -> Any:
        original = getattr(os, name)
        if name not in CALLS:
            return original

        def call(*arguments: Any, **options: Any) -> Any:
            self.made.append(name)
            if len(self.made) == self.at:
                return self.fault(lambda *a: original(*a, **options) if options else original(*a), arguments)
            return original(*arguments, **options)

        return call


def calls_of_a_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    counting = Faulty(0, fail_before)
    with monkeypatch.context() as patch:
        patch.setattr(durable, "os", counting)
        write_durable(path, b"x")
    return counting.made


def in_child(work: Callable[[], None]) -> int:
    """The exit status of a process that does this and is killed meanwhile."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def failed(work: Callable[[], None]) -> bool:
    try:
        work()
    except SaveError:
        return True
    return False


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "slot"


STATES: dict[str, tuple[bytes, ...]] = {
    "empty": (),
    "one": (b"old",),
    "two": (b"older", b"old"),
    "broken": (b"old", b"-"),
    "gone": (b"old", b"-"),
}
"""What was written before: in the last two states, the newest file was cut short or removed since."""


def prepare(state: str, path: Path) -> None:
    for text in STATES[state]:
        write_durable(path, text)
    if state == "broken":
        path.write_bytes(b"ECSF")
    if state == "gone":
        path.unlink()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="by design: there is no fork here")
@pytest.mark.parametrize("state", STATES)
def test_killed_or_failing_at_every_call(state: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(state, path)
    names = calls_of_a_write(path, monkeypatch)
    assert names.count("replace") == (2 if state in ("one", "two") else 1)
    seen = set()
    for fault in FAULTS:
        for at in range(1, len(names) + 1):
            for file in path.parent.iterdir():
                file.unlink()
            prepare(state, path)
            with monkeypatch.context() as patch:
                patch.setattr(durable, "os", Faulty(at, fault))
                where = f"{fault.__name__} at call {at}, {names[at - 1]}"
                if "die" in fault.__name__:
                    assert in_child(lambda: write_durable(path, b"new" * 1000)) == KILLED, where
                else:
                    assert failed(lambda: write_durable(path, b"new" * 1000)), where
            nothing = state == "empty" and not durable_exists(path)
            found = b"" if nothing else read_durable(path).data
            assert found in ((b"" if state == "empty" else b"old"), b"new" * 1000), where
            seen.add(found)
            write_durable(path, b"next")
            assert read_durable(path).data == b"next", f"{where}: the next write works as ever"
    assert len(seen) == 2, "some faults come before the new file is there, and some after"


def test_every_call_to_the_disk_is_among_those_that_fail() -> None:
    source = Path(durable.__file__).read_text("utf-8")
    names = {name.split("(")[0] for part in source.split("os.")[1:] if "(" in (name := part[:12])}
    reading = {"path.isfile", "getpid", "fstat"}
    assert {name for name in names if name.isidentifier() or "." in name} - reading <= set(CALLS)


def test_a_write_that_takes_a_byte_at_a_time_is_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SimpleNamespace(**{name: getattr(os, name) for name in dir(os) if not name.startswith("__")})
    slow.write = lambda handle, data: os.write(handle, data[:1])
    monkeypatch.setattr(durable, "os", slow)
    write_durable(path, b"all of it")
    assert read_durable(path).data == b"all of it"


def test_a_full_disk_leaves_the_old_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_durable(path, b"old")
    full = Faulty(calls_of_a_write(path.with_name("other"), monkeypatch).index("write") + 1, fail_before)
    monkeypatch.setattr(durable, "os", full)
    with pytest.raises(SaveError, match=r"slot cannot be written: No space left on device; make room"):
        write_durable(path, b"new")
    assert read_durable(path) == durable.Durable(b"old")
    assert {file.name for file in path.parent.iterdir()} == {"slot", "other"}, "nothing half-written is left"


def test_the_generation_before_is_kept_and_stands_in(path: Path) -> None:
    for text in (b"1", b"2", b"3"):
        write_durable(path, text)
    assert read_durable(previous_of(path)).data == b"2"
    whole = path.read_bytes()
    for broken in (whole[:-1], whole + b"x", whole[:50] + b"?", b"", b"PK\3\4"):
        path.write_bytes(broken)
        found = read_durable(path)
        assert found.data == b"2"
        assert "slot is" in found.fallback
        assert found.fallback.endswith("The one before it was read.")


def test_every_truncation_and_every_turned_bit_is_found(path: Path) -> None:
    write_durable(path, b"contents")
    whole = path.read_bytes()
    broken = [whole[:length] for length in range(len(whole))]
    broken += [
        whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :] for at in range(len(whole)) for bit in range(8)
    ]
    for data in broken:
        path.write_bytes(data)
        with pytest.raises(SaveError, match="slot is"):
            read_durable(path)


def test_nothing_there_and_folders_in_the_way(path: Path) -> None:
    assert not durable_exists(path)
    with pytest.raises(SaveError, match=r"There is no file .*slot: check the name, or save first"):
        read_durable(path)
    path.mkdir(parents=True)
    with pytest.raises(SaveError, match="slot cannot be read: Is a directory"):
        read_durable(path)
    with pytest.raises(SaveError, match="slot cannot be written: Is a directory"):
        write_durable(path, b"")


def test_a_huge_file_is_refused_before_it_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_durable(path, b"x" * 100)
    monkeypatch.setattr(durable, "MAX_FILE", 99)
    with pytest.raises(SaveError, match="slot was refused: it has more than 99 bytes"):
        read_durable(path)
