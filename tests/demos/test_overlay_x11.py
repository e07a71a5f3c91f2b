"""The overlay in a real window, shown and hidden by a real key."""

from __future__ import annotations

import threading

import pytest

from ecs_engine import Input, Key, System
from ecs_engine.demos import hello
from ecs_engine.frame.snapshot import Frame
from ecs_engine.gpu import read_pixels
from ecs_engine.render import RenderSystem

from .keyboard import Keyboard

pytestmark = [pytest.mark.x11, pytest.mark.usefixtures("x_server")]

PATIENCE = 30.0
WIDTH, HEIGHT = 640, 360


class Watches(RenderSystem):
    """Looks at a place within the panel, where there is only sky without it."""

    dark: tuple[threading.Event, threading.Event]

    def render(self, frame: Frame, alpha: float, size: tuple[int, int]) -> None:
        super().render(frame, alpha, size)
        place = read_pixels(self.device, WIDTH - 80, HEIGHT - 9, 40, 1)[..., :3]
        is_dark = bool((place < 120).all())
        self.dark[is_dark].set()
        self.dark[not is_dark].clear()


class Counts(System):
    """How often the game saw the key."""

    presses = 0

    def process(self, dt: float) -> None:
        self.presses += self.world.resource(Input).press_count(Key.F3)


def test_f3_brings_the_panel_and_takes_it_away() -> None:
    bright, dark = events = threading.Event(), threading.Event()
    app = hello.build(size=(WIDTH, HEIGHT), render_system=type("Watches", (Watches,), {"dark": events}))
    counts = Counts()
    app.add_system(counts)
    seen: list[bool] = []

    def play() -> None:
        try:
            seen.append(bright.wait(PATIENCE))
            keyboard = Keyboard(app.title)
            for event in (dark, bright):
                keyboard.tap("F3")
                seen.append(event.wait(PATIENCE))
        finally:
            app.quit()

    player = threading.Thread(target=play, daemon=True)
    player.start()
    app.run()
    player.join(PATIENCE)
    assert seen == [True, True, True]
    assert counts.presses >= 1  # the second one may have come after the last tick
    assert app.device.live_resources() == []
