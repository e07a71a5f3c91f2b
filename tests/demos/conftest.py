"""A game of Asteroids on a window and an OpenGL that are not there, and a player for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ecs_engine.demos
from ecs_engine import App, Key, Particles, Stage, System, Transform2D, Velocity
from ecs_engine.core.events import KeyEvent
from ecs_engine.core.keys import Action
from ecs_engine.demos import asteroids
from ecs_engine.demos.asteroids.components import Bullet, Rock, Ship
from ecs_engine.demos.asteroids.rocks import create_rocks
from ecs_engine.demos.asteroids.rules import Game
from ecs_engine.systems.particles.ring import PLACE
from ecs_engine.testing import stand_ins

PATIENCE = 30.0
"""Seconds that a test waits for what a real window does."""


class Player:
    """Plays one game by key events, tick by tick, and looks at its world."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.world = app.world

    @property
    def game(self) -> Game:
        return self.world.resource(Game)

    @property
    def particles(self) -> Particles:
        return self.world.resource(Particles)

    @property
    def ship(self) -> int:
        assert self.game.ship is not None
        return self.game.ship

    def of_ship(self, kind: type[Any]) -> Any:
        return self.world.component_for_entity(self.ship, kind)

    def wait(self, ticks: int = 1) -> None:
        self.app.step(ticks, draw=False)

    def wait_until(self, done: Callable[[], object], most: int = 1200) -> int:
        """Wait tick by tick; how many it took."""
        for tick in range(most):
            if done():
                return tick
            self.wait()
        raise AssertionError(f"waited {most} ticks in vain")

    def key(self, key: Key, action: Action) -> None:
        self.app.events.push(KeyEvent(key, action))

    def tap(self, key: Key) -> None:
        """A press shorter than a tick, and that tick."""
        self.key(key, Action.PRESS)
        self.key(key, Action.RELEASE)
        self.wait()

    def hold(self, key: Key, ticks: int) -> None:
        self.key(key, Action.PRESS)
        self.wait(ticks)
        self.key(key, Action.RELEASE)

    def count(self, kind: type) -> int:
        return sum(len(rows) for rows in self.world.select(kind))

    def rock_sizes(self) -> list[int]:
        return sorted(size for (rock,) in self.world.select(Rock) for size in rock.size.tolist())

    def remove_rocks(self) -> None:
        for rows in self.world.select(Rock):
            self.world.delete_entities(rows.entities, immediate=True)

    def place_rock(self, size: int, place: tuple[float, float], velocity: tuple[float, float] = (0.0, 0.0)) -> None:
        create_rocks(self.world, size, np.array([place]), np.array([velocity]), np.array([1]))

    def drop_shield(self) -> None:
        """Let the ship's shield run out in the next tick."""
        self.of_ship(Ship).shield = 1e-6

    def positions(self) -> dict[str, Any]:
        """Everything that moves, for comparing two games."""
        kinds = {"rocks": Rock, "bullets": Bullet}
        found = {
            name: np.concatenate(
                [np.empty((0, 4), np.float32)]
                + [np.hstack([t.position, v.linear]) for t, v, _ in self.world.select(Transform2D, Velocity, kind)]
            )
            for name, kind in kinds.items()
        }
        sparks = [np.empty((0, 2), np.float32)]
        sparks += [ring.pool.readable[PLACE][rows] for ring in self.particles.rings for rows in ring.spans()]
        return {**found, "particles": np.concatenate(sparks), "score": self.game.score, "lives": self.game.lives}


class Waits(System):
    """Looks at the end of every tick whether what is waited for has come."""

    stage = Stage.PUBLISH

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.wanted: Callable[[], object] | None = None
        self.came = threading.Event()

    def process(self, dt: float) -> None:
        if self.wanted is not None and self.wanted():
            self.wanted = None
            self.came.set()

    def until(self, wanted: Callable[[], object]) -> None:
        """Wait on another thread than that of the world."""
        self.came.clear()
        self.wanted = wanted
        assert self.came.wait(self.patience)


def run_beside(app: App, play: Callable[[], None]) -> None:
    """Run an app while another thread plays it, and end it with that."""

    def play_and_quit() -> None:
        try:
            play()
        finally:
            app.quit()

    player = threading.Thread(target=play_and_quit)
    player.start()
    app.run()
    player.join()


def open_game(seed: int = 5, **options: Any) -> Player:
    return Player(asteroids.build(seed=seed, **stand_ins((640, 360)), **options))


@pytest.fixture(scope="session", autouse=True)
def _drawn_once(drawn_once: None) -> None:
    """For all tests here."""


@pytest.fixture
def title() -> Iterator[Player]:
    """A player who looks at the title."""
    player = open_game()
    yield player
    player.app.close()


@pytest.fixture
def player(title: Player) -> Player:
    """A player whose game has begun; the ship stands in the middle, nose up, and there is one large rock far away."""
    title.tap(Key.ENTER)
    title.wait()
    title.remove_rocks()
    title.place_rock(0, (-500.0, -250.0))
    return title


@pytest.fixture(scope="module")
def x_server() -> Iterator[None]:
    """A connection that lasts: an X server whose last client leaves may turn away the next one."""
    from Xlib.display import Display

    display = Display()
    yield
    display.close()


@pytest.fixture
def demos_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts demos of these names and sources in the place of the real ones, in child processes too."""
    folder = tmp_path / "gallery"
    folder.mkdir()
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(f"import ecs_engine.demos\necs_engine.demos.__path__ = [{str(folder)!r}]\n")

    def fill(**sources: str) -> None:
        for name, source in sources.items():
            (folder / f"{name}.py").write_text(source, encoding="utf-8")
        monkeypatch.setattr(ecs_engine.demos, "__path__", [str(folder)])
        monkeypatch.setenv("PYTHONPATH", str(site), prepend=":")

    return fill
