"""The gallery in a real window, with real keys: demos open windows of their own, end, fail, and are stopped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ecs_engine.gallery import Gallery, build

from .conftest import Waits, run_beside
from .keyboard import Keyboard, find_window

pytestmark = [pytest.mark.x11, pytest.mark.usefixtures("x_server")]

PATIENCE = 60.0
TINY = '''"""Tiny: it ends by itself."""
from ecs_engine import App, System
class Ends(System):
    def __init__(self, app):
        self.app = app
    def process(self, dt):
        if self.app.tick == 20:
            self.app.quit()
def build(**options):
    app = App("tiny", size=(160, 90), page_size=256, **options)
    app.add_system(Ends(app))
    return app
'''
BREAKS = '''"""Breaks: a system raises while its window is open."""
from ecs_engine import App, System
class Breaks(System):
    def process(self, dt):
        raise ValueError("this demo is broken")
def build(**options):
    app = App("breaks", size=(160, 90), page_size=256, **options)
    app.add_system(Breaks())
    return app
'''
STAYS = '''"""Stays: its window is open until it is closed."""
from ecs_engine import App
def build(**options):
    return App("stays", size=(160, 90), page_size=256, **options)
'''


def test_demos_are_started_and_come_back(demos_of: Callable[..., None]) -> None:
    demos_of(tiny=TINY, breaks=BREAKS, stays=STAYS)
    app = build(size=(640, 360))
    waits = Waits(PATIENCE)
    app.add_system(waits)
    found = app.world.get_processor(Gallery)
    assert found is not None
    gallery, done = found, list[str]()

    def play() -> None:
        waits.until(lambda: gallery.home.shown)
        player = Keyboard(app.title)

        def open_demo(name: str) -> None:
            for letter in name:
                player.tap(letter)
            waits.until(lambda: [card.demo.name for card in gallery.home.found] == [name])
            player.tap("Return")
            waits.until(lambda: gallery.details.shown)
            player.tap("Return")
            waits.until(lambda: gallery.running.shown)

        def leave_demo() -> None:
            player.take_focus()  # there is no window manager to give it back
            player.tap("Escape")
            waits.until(lambda: not gallery.details.shown)
            player.tap("Escape")
            waits.until(lambda: len(gallery.home.found) == 3)

        open_demo("tiny")
        waits.until(lambda: gallery.run is None and not gallery.running.shown)
        assert not gallery.failure.visible
        leave_demo()
        done.append("ended by itself")

        open_demo("breaks")
        waits.until(lambda: gallery.failure.shown)
        said = ["".join(text for text, _ in line) for line in gallery.failure.view.lines]
        assert said[-1] == "ValueError: this demo is broken"
        player.take_focus()
        player.tap("Escape")
        waits.until(lambda: not gallery.failure.shown and gallery.details.shown)
        leave_demo()
        done.append("raised")

        open_demo("stays")
        waits.until(lambda: find_window(player.display, "stays") is not None)
        player.take_focus()
        player.tap("Return")  # on "Stop it"
        waits.until(lambda: gallery.run is None and not gallery.running.shown)
        assert not gallery.failure.visible
        done.append("stopped")

    run_beside(app, play)
    assert done == ["ended by itself", "raised", "stopped"]


def test_the_gallery_takes_a_demo_along_when_it_closes(demos_of: Callable[..., None]) -> None:
    demos_of(stays=STAYS)
    app = build(size=(640, 360))
    found = app.world.get_processor(Gallery)
    assert found is not None
    gallery, waits = found, Waits(PATIENCE)
    app.add_system(waits)

    def play() -> None:
        waits.until(lambda: gallery.home.shown)
        player = Keyboard(app.title)
        player.tap("Return")
        waits.until(lambda: gallery.details.shown)
        player.tap("Return")
        waits.until(lambda: find_window(player.display, "stays") is not None)

    run_beside(app, play)
    run = gallery.run
    assert run is not None
    gallery.close()
    run.wait()
    assert run.ended is not None
    assert run.ended.status < 0
