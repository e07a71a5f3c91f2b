"""Garbage in a run of an app: collected while both threads wait, or left alone; and all is put back."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import Any

import pytest

from ecs_engine import EngineError, System
from ecs_engine.testing.app import FakeApp
from ecs_engine.trace import Tracer
from ecs_engine.trace.recording import Pause, Span


class Cycle:
    """Garbage that only the collector can find."""

    def __init__(self) -> None:
        self.itself = self


class Litters(System):
    """Makes so much garbage in each tick that CPython would collect in the midst of every one."""

    def process(self, dt: float) -> None:
        for _ in range(3000):
            Cycle()


@pytest.fixture(autouse=True)
def collector_as_it_was() -> Iterator[None]:
    gc.enable()
    gc.unfreeze()
    yield
    gc.enable()
    gc.unfreeze()


def run(**options: Any) -> tuple[FakeApp, list[tuple[int, int]], list[tuple[int, int]]]:
    """Run with garbage and a tracer; returns the app, the pauses, and the ticks and frames, as (begin, end) ns."""
    arguments = {"ticks": 12, **options.pop("run", {})}
    tracer = Tracer()
    with FakeApp(tracer=tracer, tick_rate=20, **options) as app:
        app.world.add_processor(Litters())
        app.step(2)
        tracer.restart()
        app.run(**arguments)
    recording = tracer.recording()
    work = [
        (int(span[Span.BEGIN]), int(span[Span.END]))
        for thread in recording.threads
        for span in thread.spans
        if recording.names[span[Span.NAME]] in ("tick", "draw") and span[Span.BEGIN] >= recording.begin_ns
    ]
    pauses = [
        (int(p[Pause.BEGIN]), int(p[Pause.END])) for p in recording.pauses if p[Pause.BEGIN] >= recording.begin_ns
    ]
    begin, end = min(begin for begin, _ in work), max(end for _, end in work)
    return app, [pause for pause in pauses if begin < pause[0] < end], work


def overlaps(pauses: list[tuple[int, int]], work: list[tuple[int, int]]) -> int:
    return sum(begin < ended and end > began for began, ended in pauses for begin, end in work)


@pytest.mark.parametrize("options", [
    {"run": {"frame_rate": 20}}, {"run": {"frame_rate": 20}, "interpolate": False}, {"run": {"frame_rate": 10}},
])  # fmt: skip
def test_no_collection_begins_in_the_middle_of_a_tick_or_frame(options: dict[str, Any]) -> None:
    app, pauses, work = run(**options)
    assert sum(app.garbage.collections) >= 5
    if not app.garbage.forced:  # a machine too busy for slack of 50 ms may force one
        assert len(pauses) >= 5
        assert overlaps(pauses, work) == 0


def test_left_alone_it_collects_in_the_middle_of_ticks() -> None:
    """The control."""
    app, pauses, work = run(garbage="leave")
    assert app.garbage.collections == [0, 0, 0]
    assert overlaps(pauses, work) > 5


def test_uncapped_frames_are_not_interrupted_but_ticks_may_wait() -> None:
    app, pauses, work = run(run={"frame_rate": 0})
    assert sum(app.garbage.collections) >= 5
    if not app.garbage.forced:
        assert overlaps(pauses, work) == 0


class Fails(System):
    def process(self, dt: float) -> None:
        assert not gc.isenabled()
        raise LookupError


def test_a_run_that_fails_puts_the_collector_back() -> None:
    frozen = gc.get_freeze_count()
    with FakeApp() as app:
        app.add_system(Fails())
        with pytest.raises(LookupError):
            app.run(ticks=3)
    assert gc.isenabled()
    assert gc.get_freeze_count() == frozen
    assert not app.garbage.enabled


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("garbage", ["slack", "leave"])
def test_what_is_on_during_a_run_and_after(garbage: str, before: bool) -> None:
    seen: list[tuple[bool, bool]] = []

    class Looks(System):
        def process(self, dt: float) -> None:
            seen.append((gc.isenabled(), gc.get_freeze_count() > 1000))

    with FakeApp(garbage=garbage) as app:
        app.add_system(Looks())
        (gc.enable if before else gc.disable)()
        app.step()
        app.run(ticks=1)
    on_in_run = before and garbage == "leave"
    assert seen == [(before, False), (on_in_run, garbage == "slack")]
    assert gc.isenabled() is before
    assert sum(app.garbage.collections) == 0


def test_a_wrong_policy_is_refused() -> None:
    with pytest.raises(EngineError, match="garbage is 'never': give one of slack, leave"):
        FakeApp(garbage="never")
    with contextlib.closing(FakeApp()):
        pass
