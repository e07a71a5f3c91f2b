"""The ring: order, overwriting, and readers that never see half a record."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np
import pytest

from ecs_engine.core.errors import EngineError
from ecs_engine.trace.ring import WIDTH, Records, Ring

PATIENCE = 30.0


def record(number: int) -> tuple[int, int, int, int]:
    """A record that shows whether it is whole."""
    return number, -number, 3 * number + 1, number ^ 0x5555555555555


def fill(ring: Ring, numbers: range) -> Ring:
    for number in numbers:
        ring.write(*record(number))
    return ring


def whole(records: Records) -> bool:
    return [tuple(one) for one in records.tolist()] == [record(number) for number in records[:, 0].tolist()]


def test_what_is_written_is_read_in_order() -> None:
    ring = fill(Ring(5), range(1, 4))
    assert ring.read().tolist() == [list(record(number)) for number in (1, 2, 3)]
    assert (ring.written, ring.overwritten, ring.capacity) == (3, 0, 5)


def test_a_full_ring_overwrites_the_oldest_and_counts_it() -> None:
    ring = fill(Ring(5), range(12))
    assert ring.read()[:, 0].tolist() == [7, 8, 9, 10, 11]
    assert (ring.written, ring.overwritten) == (12, 7)


def test_an_empty_ring() -> None:
    records = Ring(1).read()
    assert records.shape == (0, WIDTH)
    assert records.dtype == np.int64


def test_what_is_read_is_a_copy() -> None:
    ring = fill(Ring(2), range(2))
    before = ring.read()
    fill(ring, range(2, 6))
    assert before[:, 0].tolist() == [0, 1]


def test_the_extremes_of_64_bits_fit() -> None:
    ring = Ring(1)
    ring.write(-(2**63), 2**63 - 1, 0, -1)
    assert ring.read().tolist() == [[-(2**63), 2**63 - 1, 0, -1]]


@pytest.mark.parametrize("capacity", [0, -3])
def test_no_capacity_is_refused(capacity: int) -> None:
    with pytest.raises(EngineError, match=f"cannot keep {capacity} records: give a capacity"):
        Ring(capacity)


# -- reading while the other thread writes ------------------------------------------------------------------


class Overtaken(Ring):
    """A ring whose copy is made in two parts, while the writer adds records and is then stopped within one.

    A copy of many numbers lets other threads run, so this can happen at any of its words.
    """

    __slots__ = ("records", "split", "words")

    split: int
    """Words of the copy that are taken before the writer goes on."""
    records: int
    """Records that it adds."""
    words: int
    """Words that it writes of the next one."""

    def _copy(self) -> Records:
        copy = self._array.copy()
        fill(self, range(self.written, self.written + self.records))
        started = self.written % self._slots
        self._array[started, : self.words] = record(self.written)[: self.words]
        copy.reshape(-1)[self.split :] = self._array.reshape(-1)[self.split :]
        return copy


def overtaken() -> Iterator[tuple[Overtaken, int]]:
    """Every split of the copy, number of records before and during it, and words of the record in progress."""
    for split in range(4 * WIDTH + 1):
        for before in range(9):
            for during in range(6):
                for words in range(WIDTH):
                    ring = Overtaken(3)
                    fill(ring, range(before))
                    ring.split, ring.records, ring.words = split, during, words
                    yield ring, before


def test_a_reader_that_is_overtaken_gets_whole_records_only() -> None:
    for ring, before in overtaken():
        records = ring.read()
        assert whole(records)
        first = max(0, before + ring.records - ring.capacity)
        assert records[:, 0].tolist() == list(range(first, before)), "all that were complete, and are not overwritten"


def test_without_the_sequence_check_it_would_see_torn_ones() -> None:
    torn = 0
    for ring, before in overtaken():
        copy = ring._copy()[np.arange(max(0, before - ring.capacity), before) % ring._slots]
        torn += not whole(copy)
    assert torn > 100


def at_each_step_of(function: Callable[..., Any], do: Callable[[], None]) -> Callable[[FrameType, str, Any], Any]:
    """A trace function that interrupts `function` before each of its bytecodes."""

    def local(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "opcode":
            do()
        return local

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code is not function.__code__:
            return None
        frame.f_trace = local  # Python 3.13 wants it set first
        frame.f_trace_opcodes = True
        return local

    # Since Python 3.12 settrace heeds bytecodes only if some frame had asked for them before.
    sys._getframe().f_trace_opcodes = True
    return trace


def test_a_reader_between_any_two_bytecodes_of_the_writer() -> None:
    ring = Ring(3)
    seen: list[Records] = []
    before = sys.gettrace()
    for number in range(10):
        sys.settrace(at_each_step_of(Ring.write, lambda: seen.append(ring.read())))
        try:
            ring.write(*record(number))
        finally:
            sys.settrace(before)
        assert len(seen) > 10
        for records in seen:
            assert whole(records)
            assert records[-1:, 0].tolist() in ([number - 1][: number > 0], [number])
        seen.clear()


def test_a_writer_between_any_two_bytecodes_of_the_reader() -> None:
    ring, results = fill(Ring(8), range(20)), []
    before = sys.gettrace()
    sys.settrace(at_each_step_of(Ring.read, lambda: ring.write(*record(ring.written)) if ring.written < 400 else None))
    try:
        for _ in range(5):
            results.append(ring.read())
    finally:
        sys.settrace(before)
    assert ring.written > 100
    for records in results:
        assert whole(records)


def test_a_reader_beside_a_writer_that_never_stops() -> None:
    ring, enough = Ring(4096), threading.Event()  # copying this much lets the writer run meanwhile

    def write() -> None:
        number = 0
        while not enough.is_set():
            ring.write(*record(number))
            number += 1

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        newest = -1
        for _ in range(300):
            records = ring.read()
            assert whole(records)
            numbers = records[:, 0]
            assert (np.diff(numbers) == 1).all()
            if len(numbers):
                assert numbers[-1] >= newest
                newest = int(numbers[-1])
    finally:
        enough.set()
        writer.join(PATIENCE)
        sys.setswitchinterval(interval)
    assert ring.read()[-1, 0] == ring.written - 1


def test_writing_keeps_no_memory() -> None:
    ring = Ring(100)
    numbers = range(1000, 11_000)
    fill(ring, numbers)
    gc.disable()
    try:
        before = sys.getallocatedblocks()
        fill(ring, numbers)
        after = sys.getallocatedblocks()
    finally:
        gc.enable()
    assert after - before < 10
