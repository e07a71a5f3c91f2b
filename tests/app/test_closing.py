"""The ways to end an app, each at any moment."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from ecs_engine import EngineError, System
from ecs_engine.core.errors import ThreadError
from ecs_engine.render import RenderSystem
from ecs_engine.testing.app import FakeApp
from ecs_engine.window import Window


class AtTick(System):
    """Calls something in one tick."""

    def __init__(self, tick: int, call: Callable[[], object]) -> None:
        self.tick = tick
        self.call = call
        self.ticks = 0

    def process(self, dt: float) -> None:
        self.ticks += 1
        if self.ticks == self.tick:
            self.call()


class AfterFrames(RenderSystem):
    """Calls ``call`` on the main thread, in the middle of each frame."""

    call: Callable[[], object] = staticmethod(lambda: None)

    def after_views(self, frame: Any, size: Any) -> None:
        type(self).call()


def test_the_window_asks_to_close_before_the_run(app: FakeApp) -> None:
    app.window.request_close()
    app.run()
    assert (app.tick, app.frames) == (0, 0)
    assert app.window.closed


def test_the_window_asks_to_close_from_a_system(app: FakeApp) -> None:
    app.add_system(AtTick(3, app.window.request_close))
    app.run()
    assert app.tick >= 3
    assert app.window.closed


def test_the_window_asks_to_close_from_a_thread_of_the_games(app: FakeApp) -> None:
    thread = threading.Thread(target=app.window.request_close)
    app.add_system(AtTick(2, thread.start))
    app.run()
    thread.join()
    assert app.window.closed


def test_quit_before_the_run(app: FakeApp) -> None:
    app.quit()
    app.run()
    assert (app.tick, app.frames) == (0, 0)
    assert app.window.closed


def test_quit_from_a_system_is_after_that_tick(app: FakeApp) -> None:
    app.add_system(AtTick(3, app.quit))
    app.run()
    assert app.tick == 3


def test_quit_from_the_main_thread(app: FakeApp) -> None:
    app.close()

    class Quits(AfterFrames):
        call = staticmethod(lambda: app.quit())

    with FakeApp(render_system=Quits) as app:
        app.run()
        assert app.frames == 1


def test_quit_while_ticks_are_a_hundred_seconds_apart() -> None:
    class Quits(AfterFrames):
        call = staticmethod(lambda: app.quit())

    with FakeApp(render_system=Quits, tick_rate=0.01) as app:
        app.run()
        assert app.tick == 1


def test_quit_while_frames_are_a_hundred_seconds_apart() -> None:
    with FakeApp() as app:
        app.add_system(AtTick(3, app.quit))
        app.run(frame_rate=0.01)
        assert app.tick == 3


def test_the_window_closes_while_frames_are_a_hundred_seconds_apart() -> None:
    with FakeApp() as app:
        app.add_system(AtTick(3, app.window.request_close))
        app.run(frame_rate=0.01)
        assert app.frames == 1


def test_quit_while_a_system_blocks_waits_for_that_tick() -> None:
    blocked = threading.Event()
    polls = iter(range(10**6))

    with FakeApp() as app:
        app.add_system(AtTick(2, lambda: blocked.wait(30)))
        app.step()

        def quit_then_release() -> None:
            app.quit()
            blocked.set()

        poll = app.window.poll
        app.window.poll = lambda: (quit_then_release() if next(polls) == 5 else None, poll())[1]  # type: ignore
        app.run()
        assert app.tick == 2


def test_closing_twice(app: FakeApp) -> None:
    app.step()
    app.close()
    app.close()
    app.gl.assert_no_leaks()


def test_leaving_the_with_block_closes() -> None:
    with pytest.raises(ZeroDivisionError), FakeApp() as app:
        _ = 1 / 0
    assert app.window.closed
    app.gl.assert_no_leaks()


@pytest.mark.parametrize("what", ["step", "run", "read_pixels"])
def test_after_closing_there_is_one_clear_error(app: FakeApp, what: str) -> None:
    app.run(ticks=1)
    with pytest.raises(EngineError, match=rf"App\.{what} was called after the app closed: make a new App"):
        getattr(app, what)()


def test_the_world_and_the_figures_stay_readable_after_closing(app: FakeApp) -> None:
    entity = app.world.create_entity()
    app.run(ticks=2)
    assert app.world.entity_exists(entity)
    assert app.frame.tick == app.tick == 2
    assert app.tick_ms.count == 2
    assert app.frames == app.render_ms.count


@pytest.mark.parametrize("what", ["close", "step", "run", "read_pixels"])
def test_a_system_cannot_do_what_the_main_thread_does(app: FakeApp, what: str) -> None:
    """Closing from a system would wait for the very thread that waits."""
    errors: list[EngineError] = []

    def attempt() -> None:
        with pytest.raises(EngineError) as caught:
            getattr(app, what)()
        errors.append(caught.value)

    app.add_system(AtTick(2, attempt))
    app.run(ticks=3)
    assert app.tick == 3
    (error,) = errors
    if what == "close":
        assert isinstance(error, ThreadError)
        assert "'logic'" in str(error)
        assert "'MainThread': call quit()" in str(error)
    else:
        assert f"App.{what} was called during App.run" in str(error)


@pytest.mark.parametrize("what", ["close", "step", "run", "read_pixels"])
def test_no_nesting_on_the_main_thread(what: str) -> None:
    class Nests(AfterFrames):
        call = staticmethod(lambda: getattr(app, what)())

    with FakeApp(render_system=Nests) as app:
        with pytest.raises(EngineError, match=rf"App\.{what} was called during App\.run"):
            app.run()
        assert app.window.closed
        app.gl.assert_no_leaks()


def test_no_step_within_a_step(app: FakeApp) -> None:
    app.add_system(AtTick(1, app.step))
    with pytest.raises(EngineError, match=r"App\.step was called during App\.step"):
        app.step()
    app.step()
    assert app.frame.tick == 2


@pytest.mark.parametrize("what", ["close", "step", "run", "read_pixels"])
def test_another_thread_is_refused(app: FakeApp, what: str) -> None:
    errors: list[BaseException] = []

    def attempt() -> None:
        try:
            getattr(app, what)()
        except ThreadError as error:
            errors.append(error)

    thread = threading.Thread(target=attempt, name="helper")
    thread.start()
    thread.join()
    assert "'helper'" in str(errors[0])
    assert "'MainThread'" in str(errors[0])
    app.step()


def test_a_handler_of_ones_own_for_ctrl_c_is_put_back(app: FakeApp) -> None:
    def mine(*_: object) -> None: ...

    before = signal.signal(signal.SIGINT, mine)
    try:
        app.run(ticks=1)
        assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_stays_ignored(app: FakeApp) -> None:
    """As it is in a job that the shell runs in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        app.add_system(AtTick(2, lambda: signal.raise_signal(signal.SIGINT)))
        app.run(ticks=4)
        assert app.tick == 4
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_is_raised_after_the_shutdown(app: FakeApp) -> None:
    app.add_system(AtTick(2, lambda: signal.raise_signal(signal.SIGINT)))
    with pytest.raises(KeyboardInterrupt):
        app.run()
    assert app.window.closed
    app.gl.assert_no_leaks()


PROGRAM = """
import threading
from ecs_engine import System
from ecs_engine.testing.app import FakeApp

class Busy(System):
    def process(self, dt):
        if app.tick == 3:
            print("ready", flush=True)
            {body}

app = FakeApp()
app.add_system(Busy())
try:
    app.run()
except KeyboardInterrupt as interrupt:
    import traceback
    names = [frame.name for frame in traceback.extract_tb(interrupt.__traceback__)]
    print("interrupted", app.tick, app.window.closed, names[-1], threading.active_count(), flush=True)
    app.gl.assert_no_leaks()
"""


def play(body: str, interrupts: int) -> str:
    """Run the program, press Ctrl-C so many times once it says that it is ready, each on its answer; what it said."""
    child = subprocess.Popen([sys.executable, "-c", PROGRAM.format(body=body)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        for _ in range(interrupts - 1):
            assert child.stdout.readline() == "asked\n"
            child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=60)[0]
        assert child.returncode == 0
        return said
    finally:
        child.kill()
        child.wait()


def test_a_real_ctrl_c() -> None:
    assert play("pass", 1).split()[2:] == ["True", "run", "1"]


def test_ctrl_c_during_a_long_tick_ends_the_run_after_it() -> None:
    """The system sees that it should end, and does; the tick is the last."""
    said = play("while not app._logic.stopping: pass", 1)
    assert said.split() == ["interrupted", "3", "True", "run", "1"]


def test_a_second_ctrl_c_ends_a_system_that_never_returns() -> None:
    body = """
            while not app._logic.stopping: pass
            print("asked", flush=True)
            while True: pass
"""
    assert play(body.strip(), 2).split() == ["interrupted", "3", "True", "process", "1"]


def test_an_app_left_open_does_not_stand_in_the_way_of_the_interpreters_end() -> None:
    program = "from ecs_engine.testing.app import FakeApp\napp = FakeApp()\napp.step(3)\nprint(app.frame.tick)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")


def test_the_window_protocol_has_what_the_app_needs(app: FakeApp) -> None:
    window: Window = app.window
    assert window.on_refresh is not None
    app.close()
    assert window.on_refresh is None
