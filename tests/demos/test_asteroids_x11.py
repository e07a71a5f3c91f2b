"""Asteroids in a real window, played by real key events of an X server, on both threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from math import pi
from typing import ClassVar

import numpy as np
import pytest

from ecs_engine import App, Stage, System, Transform2D
from ecs_engine.demos import asteroids
from ecs_engine.demos.asteroids.components import Rock
from ecs_engine.demos.asteroids.rocks import create_rocks
from ecs_engine.demos.asteroids.rules import Game, Phase

from .keyboard import Keyboard

pytestmark = pytest.mark.x11

PATIENCE = 30.0


class Watcher(System):
    """Sees the game at the end of every tick, and sets an event when what it waits for is there.

    When a game begins it puts a single small rock before the nose of the ship, which no key moves.
    """

    stage: ClassVar[Stage] = Stage.PUBLISH
    priority = -1

    def __init__(self) -> None:
        self.awaited: dict[threading.Event, Callable[[], bool]] = {}
        self.lock = threading.Lock()
        self.ready = False

    def process(self, dt: float) -> None:
        game = self.world.resource(Game)
        if game.phase is Phase.PLAYING and not self.ready:
            for rows in self.world.select(Rock):
                self.world.delete_entities(rows.entities)
            create_rocks(self.world, 2, np.array([(0.0, 250.0)]), np.zeros((1, 2)), np.array([0]))
            self.ready = True
        with self.lock:
            for event, done in self.awaited.items():
                if done():
                    event.set()

    def when(self, done: Callable[[], bool]) -> threading.Event:
        """An event that is set once ``done`` holds at the end of a tick; asked on the logic thread."""
        event = threading.Event()
        with self.lock:
            self.awaited[event] = done
        return event

    def rotation(self) -> float:
        ship = self.world.resource(Game).ship
        return 0.0 if ship is None else float(self.world.component_for_entity(ship, Transform2D).rotation)

    def rocks(self) -> int:
        return sum(len(rows) for rows in self.world.select(Rock))


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    """A connection that lasts: an X server whose last client leaves may turn away the next one."""
    from Xlib.display import Display

    display = Display()
    yield
    display.close()


class Play(threading.Thread):
    """What the player does; each step waits until the game has answered the last."""

    def __init__(self, app: App, watcher: Watcher) -> None:
        super().__init__(name="player", daemon=True)
        self.app, self.watcher = app, watcher
        self.game = app.world.resource(Game)
        self.seen: list[str] = []
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            self.play(Keyboard(self.app.title))
        except Exception as error:
            self.failure = error
            self.app.quit()

    def play(self, keyboard: Keyboard) -> None:
        game, watcher = self.game, self.watcher
        keyboard.tap("Return")
        self.wait_for("the game begins", lambda: watcher.ready and watcher.rocks() == 1)
        keyboard.key("space", down=True)
        self.wait_for("a rock is destroyed", lambda: game.score == 100 and watcher.rocks() == 0)
        keyboard.key("space", down=False)
        keyboard.key("Left", down=True)
        self.wait_for("the ship turns left", lambda: watcher.rotation() > pi / 2 + 0.5)
        keyboard.key("Left", down=False)
        keyboard.key("Right", down=True)
        self.wait_for("the ship turns right", lambda: 0.0 < watcher.rotation() < pi / 2)
        keyboard.key("Right", down=False)
        keyboard.tap("Escape")
        self.wait_for("back at the title", lambda: game.phase is Phase.TITLE)
        keyboard.tap("Escape")

    def wait_for(self, what: str, done: Callable[[], bool]) -> None:
        if not self.watcher.when(done).wait(PATIENCE):
            raise TimeoutError(what)
        self.seen.append(what)


def test_a_game_played_by_real_keys() -> None:
    app = asteroids.build(size=(640, 360))
    watcher = Watcher()
    app.add_system(watcher)
    player = Play(app, watcher)
    player.start()
    app.run()  # until the player leaves by the last Escape
    player.join(PATIENCE)
    if player.failure is not None:
        raise player.failure
    assert player.seen == [
        "the game begins",
        "a rock is destroyed",
        "the ship turns left",
        "the ship turns right",
        "back at the title",
    ]
    assert app.frames > 10
