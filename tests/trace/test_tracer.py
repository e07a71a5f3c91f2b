"""The tracer: which ring a mark goes to, what it costs, and what happens when it is off."""

from __future__ import annotations

import gc
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import CloseEvent, KeyEvent, MouseMoveEvent, ResizeEvent, ScrollEvent
from ecs_engine.core.keys import Action, Key
from ecs_engine.trace import AnyTracer, EventKind, NullTracer, Stage, Tracer
from ecs_engine.trace.spans import MOST_NAMES
from ecs_engine.trace.tracer import MESSAGES_KEPT

PATIENCE = 30.0


class Clock:
    """Each look at it is 10 ns later than the one before."""

    def __init__(self) -> None:
        self.time = 0

    def __call__(self) -> int:
        self.time += 10
        return self.time


@pytest.fixture
def tracer() -> Iterator[Tracer]:
    with Tracer(100, clock=Clock(), garbage=False) as tracer:
        yield tracer


def on_thread(name: str, task: Callable[[], object]) -> None:
    thread = threading.Thread(target=task, name=name)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_marks(tracer: Tracer) -> None:
    tracer.mark(Stage.UPDATE, 3, 3)
    tracer.mark(Stage.RENDER, 8, 3)
    tracer.mark(Stage.PRESENT, 8)
    (thread,) = tracer.recording().threads
    assert thread.name == threading.current_thread().name
    assert thread.marks.tolist() == [[20, Stage.UPDATE, 3, 3], [30, Stage.RENDER, 8, 3], [40, Stage.PRESENT, 8, 0]]


def test_inputs_keep_their_own_time_and_other_events_leave_no_mark(tracer: Tracer) -> None:
    events = [
        KeyEvent(Key.A, Action.PRESS, time_ns=5),
        CloseEvent(time_ns=6),
        ResizeEvent(1, 1, 1, 1, time_ns=6),
        MouseMoveEvent(0, 0, time_ns=7),
        ScrollEvent(0, 0, time_ns=8),
    ]
    tracer.input(events, 4)
    tracer.input([], 5)
    assert tracer.recording().marks().tolist() == [
        [5, Stage.INPUT, EventKind.KEY, 4],
        [7, Stage.INPUT, EventKind.MOUSE_MOVE, 4],
        [8, Stage.INPUT, EventKind.SCROLL, 4],
    ]


def test_spans(tracer: Tracer) -> None:
    began = tracer.now()
    tracer.span("physics", began)
    tracer.span("tick", began, 500, 7)
    recording = tracer.recording()
    (thread,) = recording.threads
    named = [(recording.names[name], begin, end, number) for begin, end, name, number in thread.spans.tolist()]
    assert named == [("physics", 20, 30, 0), ("tick", 20, 500, 7)]


def test_names_beyond_the_most_share_one(tracer: Tracer) -> None:
    for index in range(MOST_NAMES + 50):
        tracer.span(f"name {index}", 1, 2)
    tracer.span("name 0", 1, 2)
    recording = tracer.recording()
    assert len(recording.names) == MOST_NAMES
    names = [recording.names[name] for name in recording.threads[0].spans[:, 2].tolist()]
    assert names[-2:] == ["other", "name 0"]


def test_loads_tracks_and_limits(tracer: Tracer) -> None:
    began = tracer.now()
    tracer.load("tick", began, 4)
    track = tracer.track("GPU time")
    for number in range(130):
        track.span("frame", 5, 9, number)
    tracer.miss("No fences.")
    tracer.miss("No fences.")
    tracer.expect(16, 8)
    recording = tracer.recording()
    assert recording.threads[0].loads.tolist() == [[20, 30, recording.names.index("tick"), 4]]
    (record,) = recording.tracks
    assert (record.name, len(record.spans), record.spans_overwritten) == ("GPU time", 100, 30)
    assert record.spans[-1].tolist() == [5, 9, recording.names.index("frame"), 129]
    assert (recording.missing, recording.tick_ns, recording.frame_ns) == (("No fences.",), 16, 8)


def test_messages_before_the_beginning_are_left_out_and_old_ones_make_room(tracer: Tracer) -> None:
    tracer.message(tracer.now(), "early")
    tracer.restart()
    for number in range(MESSAGES_KEPT + 5):
        tracer.message(tracer.now(), f"{number}")
    recording = tracer.recording()
    assert [message.text for message in recording.messages] == [f"{number + 5}" for number in range(MESSAGES_KEPT)]
    assert recording.messages_overwritten == 6


def test_a_coarse_clock_of_processor_time_is_said_and_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    info = SimpleNamespace(resolution=0.0156)
    monkeypatch.setattr("ecs_engine.trace.tracer.get_clock_info", lambda name: info)
    with Tracer(100, garbage=False) as coarse:
        coarse.load("tick", coarse.now(), 5)
        recording = coarse.recording()
    assert len(recording.threads[0].loads) == 0
    assert recording.missing[0].startswith("Waits for the GIL: ")


def test_each_thread_has_rings_of_its_own(tracer: Tracer) -> None:
    tracer.mark(Stage.RENDER, 1, 1)

    def work() -> None:
        tracer.mark(Stage.UPDATE, 1, 1)
        tracer.span("tick", 1, 2)
        tracer.input([], 1)

    on_thread("logic", work)
    main, logic = tracer.recording().threads
    assert (len(main.marks), len(main.spans)) == (1, 0)
    assert (logic.name, len(logic.marks), len(logic.spans)) == ("logic", 1, 1)


@pytest.mark.parametrize(
    "first",
    [
        lambda tracer: tracer.span("tick", 1, 2),
        lambda tracer: tracer.mark(Stage.UPDATE, 1, 1),
        lambda tracer: tracer.input([KeyEvent(Key.A, Action.PRESS)], 1),
        lambda tracer: tracer.load("tick", 1, 2),
    ],
    ids=["span", "mark", "input", "load"],
)
def test_whatever_comes_first_attaches_a_thread(tracer: Tracer, first: Callable[[Tracer], None]) -> None:
    on_thread("worker", lambda: first(tracer))
    worker = tracer.recording().threads[1]
    assert len(worker.marks) + len(worker.spans) + len(worker.loads) == 1


def test_a_thread_goes_on_in_the_rings_of_one_that_has_ended(tracer: Tracer) -> None:
    for number in range(5):
        on_thread("logic", lambda number=number: tracer.mark(Stage.UPDATE, number, number))  # type: ignore[misc]
    assert [thread.name for thread in tracer.recording().threads][1:] == ["logic"]
    assert tracer.recording().threads[1].marks[:, 2].tolist() == [0, 1, 2, 3, 4]


def test_two_living_threads_of_one_name_share_nothing(tracer: Tracer) -> None:
    barrier = threading.Barrier(2)

    def work() -> None:
        tracer.mark(Stage.UPDATE, 1, 1)
        barrier.wait(PATIENCE)

    threads = [threading.Thread(target=work, name="twin") for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [len(thread.marks) for thread in tracer.recording().threads if thread.name == "twin"] == [1, 1]


def test_a_full_ring_counts_what_it_overwrote(tracer: Tracer) -> None:
    for number in range(130):
        tracer.mark(Stage.UPDATE, number, number)
        tracer.span("tick", number, number + 1)
    (thread,) = tracer.recording().threads
    assert (len(thread.marks), thread.marks_overwritten) == (100, 30)
    assert (len(thread.spans), thread.spans_overwritten) == (100, 30)
    assert tracer.recording().horizon_ns == thread.marks[0, 0]


def test_restart_moves_the_beginning(tracer: Tracer) -> None:
    tracer.mark(Stage.UPDATE, 1, 1)
    tracer.restart()
    assert tracer.recording().begin_ns == 30
    assert tracer.recording().horizon_ns == 30


def test_a_recording_taken_while_others_record() -> None:
    with Tracer(64, garbage=False) as tracer, ThreadPoolExecutor(1, "logic") as pool:
        enough = threading.Event()

        def work() -> None:
            number = 0
            while not enough.is_set():
                number += 1
                tracer.mark(Stage.UPDATE, number, number)
                tracer.span("tick", 1, number + 1, number)

        done = pool.submit(work)
        try:
            for _ in range(200):
                for thread in tracer.recording().threads:
                    assert (thread.marks[:, 2] == thread.marks[:, 3]).all()
                    assert (thread.spans[:, 1] == thread.spans[:, 3] + 1).all()
                    assert thread.marks_overwritten == 0 or len(thread.marks) <= 64
        finally:
            enough.set()
        done.result(PATIENCE)


# -- the garbage collector ---------------------------------------------------------------------------------


def test_garbage_collections_are_pauses_of_their_thread() -> None:
    tracer = Tracer(100)
    gc.collect()
    on_thread("other", gc.collect)
    tracer.close()
    recording = tracer.recording()
    mine = recording.pauses_of(recording.threads[0])
    assert 2 in mine[:, 2].tolist()
    assert 2 in recording.pauses_of(None)[:, 2].tolist(), "a thread that recorded nothing"
    assert (mine[:, 0] <= mine[:, 1]).all()
    assert (mine[:, 0] >= recording.begin_ns).all()


def test_after_closing_nobody_listens() -> None:
    before = list(gc.callbacks)
    tracer = Tracer(100)
    assert len(gc.callbacks) == len(before) + 1
    tracer.close()
    tracer.close()
    assert gc.callbacks == before
    count = len(tracer.recording().pauses)
    gc.collect()
    assert len(tracer.recording().pauses) == count


def test_a_collection_within_a_mark_harms_neither() -> None:
    """A collection may begin within a mark (between two bytecodes, since Python 3.12); here it does so in the clock."""
    clock = Clock()

    def collecting_clock() -> int:
        if armed:
            armed.clear()
            gc.collect()
        return clock()

    armed: list[int] = []
    with Tracer(100, clock=collecting_clock) as tracer:
        for number in range(20):
            armed.append(1)
            tracer.mark(Stage.UPDATE, number, number)
    recording = tracer.recording()
    assert recording.threads[0].marks[:, 2].tolist() == list(range(20))
    assert len(recording.pauses) >= 20


# -- off, and cost -------------------------------------------------------------------------------------------


def public(tracer: type) -> dict[str, list[str]]:
    return {
        name: list(inspect.signature(member).parameters)
        for name, member in vars(tracer).items()
        if inspect.isfunction(member) and not name.startswith("_")
    }


def test_the_null_tracer_takes_the_same_calls() -> None:
    real = public(Tracer)
    for name, parameters in public(NullTracer).items():
        if name != "now":
            assert real[name] == parameters
    assert (NullTracer.enabled, Tracer.enabled) == (False, True)


def test_the_null_tracer_does_nothing() -> None:
    tracer: AnyTracer = NullTracer()
    began = tracer.now()
    tracer.input([KeyEvent(Key.A, Action.PRESS)], 1)
    tracer.mark(Stage.UPDATE, 1, 1)
    tracer.span("tick", began)
    tracer.close()
    assert not hasattr(tracer, "__dict__")


def kept_blocks(task: Callable[[int], object]) -> int:
    numbers = range(10_000, 20_000)
    for number in range(9000, 9010):
        task(number)
    gc.disable()
    try:
        before = sys.getallocatedblocks()
        for number in numbers:
            task(number)
        return sys.getallocatedblocks() - before
    finally:
        gc.enable()


EVENTS = [KeyEvent(Key.A, Action.PRESS, time_ns=10**12)]


@pytest.mark.parametrize("make", [lambda: Tracer(1000, garbage=False), NullTracer], ids=["on", "off"])
@pytest.mark.parametrize(
    "call",
    [
        lambda tracer, number: tracer.mark(Stage.RENDER, number, number),
        lambda tracer, number: tracer.span("tick", number, 0, number),
        lambda tracer, number: tracer.input(EVENTS, number),
        lambda tracer, number: tracer.load("tick", number, number),
    ],
    ids=["mark", "span", "input", "load"],
)
def test_recording_keeps_no_memory(make: Callable[[], AnyTracer], call: Callable[[Any, int], None]) -> None:
    tracer = make()
    assert kept_blocks(lambda number: call(tracer, number)) < 20


def test_a_track_keeps_no_memory() -> None:
    track = Tracer(1000, garbage=False).track("GPU time")
    assert kept_blocks(lambda number: track.span("frame", number, number + 1, number)) < 20


def test_the_measure_of_memory_sees_what_is_kept() -> None:
    kept: list[object] = []
    assert kept_blocks(lambda number: kept.append(str(number))) > 9000


def test_no_capacity_is_refused() -> None:
    before = list(gc.callbacks)
    with pytest.raises(EngineError, match="give a capacity of 1 or more"):
        Tracer(0)
    assert gc.callbacks == before
