"""What a recording knows of itself: from when on it is whole, and the order of its spans."""

from __future__ import annotations

import numpy as np

from ecs_engine.trace.recording import Recording, ThreadRecord
from ecs_engine.trace.ring import Records
from ecs_engine.trace.stages import Stage

EMPTY = np.empty((0, 4), np.int64)


def thread(name: str, ident: int, marks: Records = EMPTY, spans: Records = EMPTY, lost: int = 0) -> ThreadRecord:
    return ThreadRecord(name, ident, marks, spans, lost)


def marks(*pairs: tuple[int, Stage]) -> Records:
    return np.array([(time, stage, 1, 1) for time, stage in pairs], np.int64)


def recording(*threads: ThreadRecord, pauses: Records = EMPTY) -> Recording:
    return Recording(threads, ("other",), pauses, 50, 1000)


def test_a_whole_recording_is_known_from_its_beginning() -> None:
    assert recording(thread("main", 1, marks((300, Stage.RENDER)))).horizon_ns == 50


def test_inputs_do_not_tell_when_a_full_ring_lost_its_last_mark() -> None:
    """An input is stamped long before it is written, so marks that are later than it may be gone."""
    kept = marks((100, Stage.INPUT), (120, Stage.INPUT), (300, Stage.UPDATE), (400, Stage.RENDER))
    assert recording(thread("main", 1, kept, lost=1)).horizon_ns == 300


def test_the_latest_of_several_full_rings_counts() -> None:
    one = thread("main", 1, marks((300, Stage.RENDER)), lost=4)
    two = thread("logic", 2, marks((200, Stage.UPDATE)), lost=4)
    three = thread("whole", 3, marks((900, Stage.UPDATE)))
    assert recording(one, two, three).horizon_ns == 300


def test_a_full_ring_of_inputs_alone_tells_nothing() -> None:
    assert recording(thread("logic", 2, marks((200, Stage.INPUT)), lost=1)).horizon_ns == 1000


def test_spans_come_by_beginning_and_the_outer_first() -> None:
    spans = np.array([[70, 80, 0, 1], [60, 80, 0, 2], [60, 90, 0, 3], [40, 95, 0, 4]], np.int64)
    ((_, found),) = recording(thread("main", 1, spans=spans)).spans()
    assert found[:, 3].tolist() == [3, 2, 1]


def test_pauses_go_to_the_later_thread_of_one_identifier() -> None:
    pauses = np.array([[60, 70, 0, 5], [60, 70, 1, 6], [10, 20, 2, 5]], np.int64)
    first, second = thread("old", 5), thread("new", 5)
    one = recording(first, second, pauses=pauses)
    assert [one.pauses_of(each)[:, 2].tolist() for each in (first, second, None)] == [[], [0], [1]]


def test_marks_of_all_threads_come_in_order_of_time() -> None:
    one = thread("main", 1, marks((300, Stage.RENDER), (500, Stage.PRESENT)))
    two = thread("logic", 2, marks((200, Stage.UPDATE), (400, Stage.UPDATE)))
    assert recording(one, two).marks()[:, 0].tolist() == [200, 300, 400, 500]
    assert recording().marks().shape == (0, 4)
