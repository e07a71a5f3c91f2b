"""What belongs to the main thread and is asked for by a system."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ecs_engine import System
from ecs_engine.core.errors import ThreadError
from ecs_engine.testing.app import FakeApp


class Asks(System):
    """Asks in its first tick for one thing to be done on the main thread, and quits when it is done."""

    def __init__(self, app: FakeApp, errand: object) -> None:
        self.app, self.errand, self.asked = app, errand, False
        self.done = threading.Event()

    def process(self, dt: float) -> None:
        if not self.asked:
            self.asked = True
            self.app.call_on_main(self.errand)  # type: ignore[arg-type]
        elif self.done.is_set():
            self.app.quit()


def test_a_system_changes_the_window(app: FakeApp) -> None:
    seen: list[threading.Thread] = []

    def full() -> None:
        seen.append(threading.current_thread())
        app.window.fullscreen = True
        app.window.title = "new"
        asks.done.set()

    asks = Asks(app, full)
    app.add_system(asks)
    app.run(ticks=1000)
    assert asks.done.is_set()
    assert app.tick < 1000
    assert seen == [threading.main_thread()]
    assert (app.window.fullscreen, app.window.title) == (True, "new")


def test_one_thread_does_it_at_the_next_step(app: FakeApp) -> None:
    done: list[int] = []
    app.call_on_main(lambda: app.call_on_main(lambda: done.append(app.tick)))
    app.step()
    assert done == []
    app.step(3)
    assert done == [1]
    app.step()
    assert done == [1]


def test_what_it_raises_comes_out_of_the_run(app: FakeApp) -> None:
    def fails() -> None:
        raise LookupError("on purpose")

    app.add_system(Asks(app, fails))
    with pytest.raises(LookupError, match="on purpose"):
        app.run()
    assert app.window.closed


def test_the_window_says_how_to_reach_it_from_a_system(app: FakeApp) -> None:
    class Hasty(System):
        def process(self, dt: float) -> None:
            app.window.fullscreen = True

    app.add_system(Hasty())
    with pytest.raises(ThreadError, match=r"call it there, by app\.call_on_main"):
        app.run()


def test_a_system_takes_a_picture(app: FakeApp, tmp_path: Path) -> None:
    path = tmp_path / "new" / "picture.png"

    class Photographer(System):
        def process(self, dt: float) -> None:
            if app.tick == 1:
                app.screenshot(path)
            elif path.exists():
                app.quit()

    app.add_system(Photographer())
    app.run(ticks=1000)
    assert app.tick < 1000
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_written_ends_the_run(app: FakeApp, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    app.call_on_main(lambda: app.screenshot(tmp_path / "file" / "picture.png"))
    with pytest.raises(OSError, match="file"):
        app.run(ticks=1000)
