"""The marks that an app makes, and that it makes none when nobody asked."""

from __future__ import annotations

import pytest

from ecs_engine import Key, Stage, System
from ecs_engine.core.events import KeyEvent
from ecs_engine.core.keys import Action
from ecs_engine.testing.app import FakeApp
from ecs_engine.trace import NullTracer, Tracer
from ecs_engine.trace import Stage as Moment
from ecs_engine.trace.latency import join
from ecs_engine.trace.recording import Mark, Span
from ecs_engine.trace.report import summarise


class Steer(System):
    """A system whose name is to be found in the trace."""

    stage = Stage.UPDATE

    def process(self, dt: float) -> None:
        pass


def test_a_key_is_followed_through_all_five_stages() -> None:
    tracer = Tracer()
    with FakeApp(tracer=tracer) as app:
        app.step()
        app.window.inject(KeyEvent(Key.A, Action.PRESS))
        app.step()
        app.step()  # the fence of the frame before is looked at when the next one ends
        assert app.input.down(Key.A)
        marks = tracer.recording().marks()
        latency = join(tracer.recording())
    assert set(marks[:, Mark.STAGE].tolist()) == set(Moment)
    assert latency.inputs.tick.tolist() == [2]
    (stamps,) = latency.inputs.stamps.tolist()
    order = [Moment.INPUT, Moment.UPDATE, Moment.RENDER, Moment.PRESENT]
    assert [stamps[stage] for stage in order] == sorted(stamps[stage] for stage in order)
    assert stamps[Moment.GPU] >= stamps[Moment.UPDATE] > stamps[Moment.INPUT] > 0
    assert latency.frames.tick.tolist() == [1, 2, 3]


def test_a_run_has_spans_of_both_threads_and_of_every_system_that_has_something_to_do() -> None:
    tracer = Tracer()
    with FakeApp(tracer=tracer) as app:
        app.add_system(Steer())
        needy = {type(system).__name__ for system in app.world.processors if getattr(system, "needs", ())}
        systems = {type(system).__name__ for system in app.world.processors} - needy
        app.run(ticks=5)
    recording = tracer.recording()
    assert [thread.name for thread in recording.threads] == ["MainThread", "logic"]
    summary = summarise(recording, join(recording))
    assert {"draw", "swap"} <= set(summary["spans_ms"]["MainThread"])
    assert {"tick", "Steer"} <= systems | {"tick"} <= set(summary["spans_ms"]["logic"])
    assert needy
    assert not needy & set(summary["spans_ms"]["logic"])  # there is nothing in this world that they need
    assert all(spread["count"] == 5 for spread in summary["spans_ms"]["logic"].values())
    ticks = recording.threads[1].spans
    named = ticks[ticks[:, Span.NAME] == recording.names.index("tick")]
    assert named[:, Span.NUMBER].tolist() == [1, 2, 3, 4, 5]


def test_a_tick_that_fails_is_not_published_and_its_keys_are_shown_by_the_next() -> None:
    class FailOnce(System):
        def process(self, dt: float) -> None:
            if app.tick == 2:
                raise ValueError("once")

    tracer = Tracer()
    with FakeApp(tracer=tracer) as app:
        app.add_system(FailOnce())
        app.step()
        app.window.inject(KeyEvent(Key.A, Action.PRESS))
        with pytest.raises(ValueError, match="once"):
            app.step()
        app.step()
    latency = join(tracer.recording())
    assert latency.inputs.tick.tolist() == [2]
    assert latency.inputs.stamps[0, Moment.UPDATE] == -1
    assert latency.frames.tick[latency.inputs.row[0]] == 3


def test_nothing_is_hooked_when_tracing_is_off() -> None:
    from ecs_engine.systems import InputSystem

    with FakeApp() as off, off.world:
        assert isinstance(off.tracer, NullTracer)
        unhooked = off.world.on_processed, off.world.get_processor(InputSystem).on_drain, off.device.fences.on_completed
    with FakeApp(tracer=Tracer()) as on, on.world:
        hooked = on.world.on_processed, on.world.get_processor(InputSystem).on_drain, on.device.fences.on_completed
    assert unhooked == (None, None, None)
    assert None not in hooked


def test_the_app_closes_its_tracer() -> None:
    import gc

    before = list(gc.callbacks)
    tracer = Tracer()
    assert len(gc.callbacks) == len(before) + 1
    with FakeApp(tracer=tracer):
        pass
    assert gc.callbacks == before
