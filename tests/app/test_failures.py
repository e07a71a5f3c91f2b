"""When something raises: no half tick, the original exception, everything put back."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import Any, ClassVar

import esper
import numpy as np
import pytest

from ecs_engine import EngineError, OnError, Pictures, Sprite, Stage, System, Transform2D, Velocity
from ecs_engine.core.errors import GLError, ThreadError
from ecs_engine.core.storage import EntityStore
from ecs_engine.gpu import enums
from ecs_engine.render import RenderSystem
from ecs_engine.systems import (
    BatchingSystem,
    CullingSystem,
    InputSystem,
    PhysicsSystem,
    PublishSystem,
    SpriteSystem,
    TransformSystem,
)
from ecs_engine.testing import FakeGLError
from ecs_engine.testing.app import FakeApp

STOCK = [
    BatchingSystem, CullingSystem, InputSystem, PhysicsSystem, PublishSystem, SpriteSystem, TransformSystem,
]  # fmt: skip


class Boom(Exception):
    """What the tests raise."""


def sprite_counts(app: FakeApp) -> list[int]:
    """Sprites of the newest frame, by table."""
    (sprites,) = [each for each in app.frame.sets if each.name == "sprites"]
    return sprites.counts


class Raises(System):
    """Moves everything far away and raises, in one tick."""

    def __init__(self, tick: int, error: BaseException | None = None) -> None:
        self.tick = tick
        self.error = error or Boom("on purpose")
        self.ticks = 0

    def process(self, dt: float) -> None:
        self.ticks += 1
        if self.ticks == self.tick:
            self.world.create_entity(Transform2D(position=(9999, 9999)), Sprite())
            raise self.error


def failing(base: type[System], tick: int) -> type[System]:
    """A subclass of a stock system that does its work and raises in one tick."""

    class Failing(base):  # type: ignore[misc, valid-type]
        ticks = 0

        def process(self, dt: float) -> None:
            self.ticks += 1
            super().process(dt)
            if self.ticks == tick:
                raise Boom(base.__name__)

    return Failing


def stock_with_arguments(app: FakeApp, base: type[System], made: type[System]) -> System:
    """An instance made the way the App makes it."""
    old: Any = app.world.get_processor(base)
    if base is InputSystem:
        return made(old.events)  # type: ignore[call-arg]
    return made(old.exchange) if base is PublishSystem else made()  # type: ignore[call-arg]


@pytest.fixture(autouse=True)
def _all_is_put_back() -> Iterator[None]:
    """Whatever happens in a run, the process is afterwards as it was."""
    gc.unfreeze()  # CPython 3.12 freezes some objects of its own
    before = (sys.getswitchinterval(), signal.getsignal(signal.SIGINT), gc.get_freeze_count(), gc.isenabled())
    yield
    assert (sys.getswitchinterval(), signal.getsignal(signal.SIGINT), gc.get_freeze_count(), gc.isenabled()) == before
    assert [thread.name for thread in threading.enumerate() if thread.name == "logic"] == []


def assert_closed(app: FakeApp) -> None:
    assert app.window.closed
    app.gl.assert_no_leaks()
    with FakeApp():
        pass  # nothing stands in the way of the next


def test_the_exception_is_raised_with_its_own_traceback(app: FakeApp) -> None:
    error = Boom("mine")
    app.add_system(Raises(3, error))
    with pytest.raises(Boom) as caught:
        app.run()
    assert caught.value is error
    frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert frames[-1] == "process"
    assert "run" in frames  # and the way from the main thread
    assert error.__cause__ is None
    assert error.__context__ is None
    assert_closed(app)


def test_the_failed_tick_is_not_published(app: FakeApp) -> None:
    app.world.create_entity(Transform2D(position=(1, 2)), Sprite())
    app.add_system(Raises(3))
    with pytest.raises(Boom):
        app.run()
    assert app.tick == 3
    assert app.frame.tick <= 2
    assert sprite_counts(app) == [1]


def test_a_failed_step_leaves_the_last_good_frame_and_the_app_open(app: FakeApp) -> None:
    app.world.create_entity(Transform2D(), Sprite())
    app.add_system(Raises(3))
    with pytest.raises(Boom):
        app.step(5)
    assert (app.tick, app.frames) == (3, 0)
    assert app.read_pixels().shape == (360, 640, 4)
    assert app.frame.tick == 2
    assert sprite_counts(app) == [1]
    app.step()
    assert app.frame.tick == 4
    assert sprite_counts(app) == [2]


@pytest.mark.parametrize("base", STOCK)
def test_every_stock_system_may_fail(app: FakeApp, base: type[System]) -> None:
    app.world.create_entity(Transform2D(), Sprite(), Velocity())
    app.world.replace_processor(base, stock_with_arguments(app, base, failing(base, 4)))
    with pytest.raises(Boom, match=base.__name__):
        app.run()
    assert app.tick == 4
    assert app.frame.tick <= 3
    assert_closed(app)


@pytest.mark.parametrize("base", STOCK)
@pytest.mark.parametrize("tick", [1, 4])
def test_every_stock_system_may_be_disabled(base: type[System], tick: int, caplog: pytest.LogCaptureFixture) -> None:
    """The game then goes on without it: what depends on it stands still or fails in turn, but nothing breaks."""
    with FakeApp(on_error=OnError.DISABLE, tick_rate=1000) as app, app.world:
        app.world.create_entity(Transform2D(), Sprite(), Velocity(linear=(1, 1)))
        app.world.replace_processor(base, stock_with_arguments(app, base, failing(base, tick)))
        app.run(ticks=12)
        assert app.tick == 12
        if base is PublishSystem:
            assert app.frame.tick == tick - 1  # the last good frame stays, and no older one comes back
        elif tick > 1:
            assert app.frame.tick == 12
    assert f"Failing raised in tick {tick} and is switched off" in caplog.text
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()


def test_without_a_publishing_system_nothing_is_published(app: FakeApp) -> None:
    app.step(5)
    app.world.remove_processor(PublishSystem)
    for _ in range(4):
        app.step()
        assert app.frame.tick == 5


def test_disable_logs_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    with FakeApp(on_error=OnError.DISABLE, tick_rate=1000) as app:
        app.add_system(Raises(2))
        app.run(ticks=6)
        assert (app.tick, app.frame.tick) == (6, 6)
        assert app.world.get_processor(Raises) is None
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "Raises raised in tick 2" in record.getMessage()
    assert record.exc_info
    assert isinstance(record.exc_info[1], Boom)


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_of_several_of_a_class_only_the_broken_one_is_disabled(broken: int) -> None:
    systems = [Raises(2 if number == broken else -1) for number in range(3)]
    with FakeApp(on_error=OnError.DISABLE, tick_rate=1000) as app:
        for system in systems:
            app.add_system(system)
        app.run(ticks=6)
        left = [system for system in app.world.processors if isinstance(system, Raises)]
        assert left == systems[:broken] + systems[broken + 1 :]
        assert app.frame.tick == 6


def test_a_plain_esper_processor_is_disabled_too() -> None:
    class Plain(esper.Processor):
        def process(self) -> None:
            raise Boom

    with FakeApp(on_error=OnError.DISABLE, tick_rate=1000) as app:
        app.add_system(Plain())
        app.run(ticks=3)
        assert app.frame.tick == 3


def test_a_function_chooses_each_time() -> None:
    asked: list[tuple[str, str, str]] = []

    class Often(System):
        def process(self, dt: float) -> None:
            raise Boom("often")

    def choose(system: esper.Processor, error: Exception) -> OnError:
        asked.append((type(system).__name__, str(error), threading.current_thread().name))
        return OnError.DISABLE if isinstance(system, Often) else OnError.RAISE

    with FakeApp(on_error=choose, tick_rate=1000) as app:
        app.add_system(Often())
        app.add_system(Raises(3))
        with pytest.raises(Boom, match="on purpose"):
            app.run(ticks=10)
    # The tick in which Often failed ended there.
    assert asked == [("Often", "often", "logic"), ("Raises", "on purpose", "logic")]


def test_a_function_that_raises() -> None:
    def choose(system: esper.Processor, error: Exception) -> OnError:
        raise LookupError("no idea")

    with FakeApp(on_error=choose) as app:
        app.add_system(Raises(2))
        with pytest.raises(LookupError, match="no idea") as caught:
            app.run(ticks=10)
    assert isinstance(caught.value.__context__, Boom)


def test_a_function_that_returns_no_choice() -> None:
    with FakeApp(on_error=lambda *_: None) as app:  # type: ignore[arg-type, return-value]
        app.add_system(Raises(2))
        with pytest.raises(EngineError, match=r"returned None for Raises: return OnError\.RAISE or") as caught:
            app.run(ticks=10)
    assert isinstance(caught.value.__cause__, Boom)


def test_a_policy_that_is_none() -> None:
    with pytest.raises(EngineError, match="on_error is 'raise'"):
        FakeApp(on_error="raise")  # type: ignore[arg-type]
    FakeApp().close()


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_what_is_no_exception_ends_the_run_too(error: BaseException) -> None:
    with FakeApp(on_error=OnError.DISABLE) as app:
        app.add_system(Raises(2, error))
        with pytest.raises(type(error)) as caught:
            app.run(ticks=10)
        assert caught.value is error
        assert_closed(app)


def test_an_error_while_structural_changes_are_applied_is_nobodys_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """No system can be blamed and switched off, so the run ends whatever the policy."""
    with FakeApp(on_error=OnError.DISABLE) as app:
        flush = EntityStore.flush

        def fail(store: EntityStore) -> None:
            flush(store)
            if app.tick == 3:
                raise Boom("flush")

        class Spawns(System):
            def process(self, dt: float) -> None:
                self.world.create_entity(Transform2D(), Sprite())

        app.add_system(Spawns())
        monkeypatch.setattr(EntityStore, "flush", fail)
        with pytest.raises(Boom, match="flush"):
            app.run(ticks=10)
        assert app.frame.tick <= 2
        assert_closed(app)


def test_the_main_thread_hears_of_it_while_it_waits_for_its_next_frame() -> None:
    """A frame lasts 100 seconds here: only being woken ends the wait."""
    first_frame = threading.Event()

    class Fails(System):
        def process(self, dt: float) -> None:
            if app.tick == 2:
                assert first_frame.wait(30)
                raise Boom

    class Draws(RenderSystem):
        def after_views(self, frame: Any, size: Any) -> None:
            first_frame.set()

    with FakeApp(render_system=Draws) as app:
        app.add_system(Fails())
        with pytest.raises(Boom):
            app.run(frame_rate=0.01)
        assert app.frames == 1


def test_a_failure_in_the_first_tick_of_all(app: FakeApp) -> None:
    app.add_system(Raises(1))
    with pytest.raises(Boom):
        app.run()
    assert app.frames == 0
    assert_closed(app)


def test_an_error_while_drawing_ends_the_logic_thread(app: FakeApp) -> None:
    class Fails(RenderSystem):
        def draw_view(self, *_: Any) -> None:
            raise Boom("drawing")

    app.close()
    with FakeApp(render_system=Fails) as app:
        with pytest.raises(Boom, match="drawing"):
            app.run()
        assert_closed(app)


ALLOCATIONS = ["glBufferData", "glBufferStorage", "glTexImage3D"]


class Grows(System):
    """Needs more memory for sprites and pictures with every tick."""

    def process(self, dt: float) -> None:
        self.world.create_entities(3000, Transform2D(), Sprite())
        self.world.resource(Pictures).add(np.zeros((60, 60, 4), np.uint8))


@pytest.mark.parametrize("call", ALLOCATIONS)
def test_out_of_memory_while_drawing(call: str) -> None:
    with FakeApp(debug=True, page_size=64) as app:
        app.gl.fail(call, error=enums.OUT_OF_MEMORY)
        app.add_system(Grows())
        with pytest.raises(GLError, match=call):
            app.run(ticks=3)
        assert_closed(app)


def test_an_impossible_draw_frees_everything() -> None:
    with FakeApp() as app:
        app.gl.fail("glDrawElements", error=enums.INVALID_OPERATION)
        app.gl.fail("glBufferData", error=enums.OUT_OF_MEMORY)
        app.add_system(Grows())
        with contextlib.suppress(FakeGLError, GLError):
            app.run(ticks=3)
        assert_closed(app)


def test_an_error_in_the_window_ends_the_run(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    polls = iter(range(100))
    poll = app.window.poll

    def fail() -> Any:
        if next(polls) == 3:
            raise Boom("poll")
        return poll()

    monkeypatch.setattr(app.window, "poll", fail)
    with pytest.raises(Boom, match="poll"):
        app.run()
    assert_closed(app)


def test_both_threads_fail(caplog: pytest.LogCaptureFixture) -> None:
    """One exception can be raised: that of the main thread. The other one is in the log."""
    failed = threading.Event()

    class Draws(RenderSystem):
        def after_views(self, frame: Any, size: Any) -> None:
            assert failed.wait(30)
            raise Boom("drawing")

    class Fails(System):
        def process(self, dt: float) -> None:
            if app.tick == 2:
                failed.set()
                raise Boom("system")

    with FakeApp(render_system=Draws) as app:
        app.add_system(Fails())
        with pytest.raises(Boom, match="drawing"):
            app.run()
    assert "Boom: system" in caplog.text


def test_an_error_while_closing_does_not_hide_the_first(caplog: pytest.LogCaptureFixture) -> None:
    class Fails(RenderSystem):
        def close(self) -> None:
            super().close()
            raise Boom("closing")

    with FakeApp(render_system=Fails) as app:
        app.add_system(Raises(2))
        with pytest.raises(Boom, match="on purpose"):
            app.run()
        assert_closed(app)
    assert "Boom: closing" in caplog.text


def test_an_error_while_closing_is_raised_if_it_is_the_only_one() -> None:
    class Fails(RenderSystem):
        def close(self) -> None:
            super().close()
            raise Boom("closing")

    app = FakeApp(render_system=Fails)
    with pytest.raises(Boom, match="closing"):
        app.run(ticks=1)
    assert_closed(app)


def test_an_error_in_on_add(app: FakeApp) -> None:
    class Fails(System):
        def on_add(self) -> None:
            raise Boom

        def process(self, dt: float) -> None: ...

    with pytest.raises(Boom):
        app.add_system(Fails())
    assert app.world.get_processor(Fails) is None
    app.step()
    assert app.frame.tick == 1


def test_an_error_in_on_remove_of_a_disabled_system_ends_the_run() -> None:
    class Fails(Raises):
        def on_remove(self) -> None:
            raise LookupError("on_remove")

    with FakeApp(on_error=OnError.DISABLE) as app:
        app.add_system(Fails(2))
        with pytest.raises(LookupError, match="on_remove") as caught:
            app.run(ticks=9)
        assert isinstance(caught.value.__context__, Boom)
        assert_closed(app)


def test_an_error_in_an_event_handler_is_its_systems(app: FakeApp) -> None:
    class Sends(System):
        stage: ClassVar[Stage] = Stage.UPDATE

        def process(self, dt: float) -> None:
            self.world.dispatch_event("hit")

    def fail() -> None:
        raise Boom("handler")

    app.world.set_handler("hit", fail)
    app.add_system(Sends())
    with pytest.raises(Boom, match="handler"):
        app.run()


def test_the_world_belongs_to_the_logic_thread_while_it_runs() -> None:
    class Meddles(RenderSystem):
        def after_views(self, frame: Any, size: Any) -> None:
            app.world.create_entity()

    with FakeApp(render_system=Meddles) as app:
        with pytest.raises(ThreadError, match=r"'logic'.*'MainThread'"):
            app.run()
        app.world.create_entity()  # it is the main thread's again
        assert app.world.owner is threading.main_thread()


def test_the_world_is_given_back_after_a_failure(app: FakeApp) -> None:
    app.add_system(Raises(2))
    with pytest.raises(Boom):
        app.run()
    assert app.world.owner is threading.main_thread()
    assert len(app.world.get_component(Transform2D)) == 1


def test_a_failed_app_is_not_kept_by_its_exception(app: FakeApp) -> None:
    app.add_system(Raises(2))
    try:
        app.run()
    except Boom as error:
        held: BaseException | None = error
    assert held is not None
    assert app._logic.failure is None
