"""What a machine can do to a run that is no fault of the game: nothing of it raises out of a frame."""

from __future__ import annotations

import threading

import pytest

from ecs_engine import Sprite, System, Transform2D, Velocity
from ecs_engine.gpu import GpuTimer
from ecs_engine.testing.app import FakeApp
from ecs_engine.testing.fake_gl import FakeGL
from ecs_engine.trace import Tracer

SIZE = (64, 48)
PATIENCE = 30.0


def add_sprites(app: FakeApp) -> None:
    for x in range(5):
        app.world.create_entity(Transform2D(position=(x, 0)), Velocity(linear=(1, 0)), Sprite(size=(4, 4)))


def test_a_swap_that_blocks_holds_up_the_picture_and_not_the_game() -> None:
    """It blocks until 100 ticks have passed, however long those take."""
    ticked, returned = threading.Event(), []

    class Counts(System):
        def process(self, dt: float) -> None:
            if app.tick >= 130:
                ticked.set()

    with FakeApp(tick_rate=500) as app:
        app.add_system(Counts())
        add_sprites(app)
        swap, swaps = app.window.swap, iter(range(1000))

        def block() -> None:
            if next(swaps) == 3:
                assert ticked.wait(PATIENCE)
                returned.append(app.tick)
            swap()

        app.window.swap = block  # type: ignore[method-assign]
        app.run(frames=10)
        assert returned[0] >= 130
        assert app.frames == 10
        assert app.frame.tick >= 130  # the newest tick is drawn, and not those in between


@pytest.mark.parametrize("debug", [False, True])
def test_an_old_driver_without_extensions(debug: bool) -> None:
    """OpenGL 3.3 and nothing else: no debug output, no persistent mapping."""
    with FakeApp(FakeGL(version=(3, 3), extensions=(), size=SIZE), SIZE, debug=debug) as app:
        assert not app.device.capabilities.khr_debug
        assert not app.device.diagnostics.listening
        add_sprites(app)
        app.run(frames=10)
        assert app.frames == 10
        assert app.device.last_frame.draw_calls == 1


class NoTimers(FakeGL):
    """A driver whose clock has no bits."""

    def glGetQueryiv(self, target: int, name: int) -> int:
        return 0


def test_a_driver_without_timer_queries() -> None:
    gl = NoTimers(size=SIZE)
    with FakeApp(gl, SIZE) as app:
        add_sprites(app)
        timer = GpuTimer(app.device)
        for _ in range(3):
            with timer.span("frame"):
                app.step()
        assert not timer.available
        assert timer.results() == []
        timer.delete()
        app.run(frames=5)
        assert app.frames == 3 + 5


class NoFences(FakeGL):
    """A driver that makes no fence."""

    def glFenceSync(self, condition: int, flags: int) -> int:
        return 0


@pytest.mark.parametrize("queue_depth", [1, 2])
def test_a_driver_without_fences(queue_depth: int) -> None:
    with FakeApp(NoFences(size=SIZE), SIZE, queue_depth=queue_depth) as app:
        add_sprites(app)
        app.run(frames=20)
        assert app.frames == 20
        assert app.device.fences.completed == app.device.fences.ended


def test_a_trace_that_is_full() -> None:
    with FakeApp(tracer=Tracer(capacity=4)) as app:
        add_sprites(app)
        app.run(frames=20)
        assert app.frames == 20
        threads = app.tracer.recording().threads  # type: ignore[union-attr]
        assert all(len(thread.marks) <= 4 for thread in threads)
        assert all(thread.spans_overwritten > 0 for thread in threads)
