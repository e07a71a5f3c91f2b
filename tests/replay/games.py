"""Small games to record: sound ones, and one for each way in which a game can be another in each run."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecs_engine import App, Input, Key, System, Transform2D, Velocity, World, writable
from ecs_engine.core.events import Event, KeyEvent, ResizeEvent, TextEvent
from ecs_engine.core.keys import Action


@dataclass
class Score:
    points: int = 0
    words: str = ""


class PushSystem(System):
    """Keys push everything, and chance does."""

    def process(self, dt: float) -> None:
        push = self.world.resource(Input).axis(Key.LEFT, Key.RIGHT)
        rng = self.world.resource(np.random.Generator)
        for (velocity,) in self.world.select(writable(Velocity)):
            velocity.linear[:, 0] += push * dt
            velocity.linear += rng.normal(0, 0.1, velocity.linear.shape)
        score = self.world.resource(Score)
        score.points += int(push)
        score.words += self.world.resource(Input).text


class SpawnSystem(System):
    priority = 5

    def process(self, dt: float) -> None:
        if self.world.entity_count < 40:
            self.world.create_entity(Transform2D(), Velocity())


class CountSystem(System):
    """Reads what :class:`PushSystem` writes: so it matters which of them runs first."""

    def process(self, dt: float) -> None:
        score = self.world.resource(Score)
        score.points = score.points * 2 % 1_000_003 + 1


class IdleSystem(System):
    """Has nothing to do with the others."""

    def process(self, dt: float) -> None:
        self.world.select(Velocity)


def build(*systems: System, **options: Any) -> App:
    app = App("A game", **options)
    app.world.add_resource(Score())
    app.world.create_entities(8, Transform2D(), Velocity())
    for system in (PushSystem(), SpawnSystem(), *systems):
        app.add_system(system)
    return app


class ChangingSystem(System):
    """From tick 20 on, does something else in each run: ``change(world, n)`` gets another n each time."""

    runs = itertools.count(1)

    def __init__(self, change: Callable[[World, int], object]) -> None:
        self.change = change
        self.run = next(self.runs)
        self.ticks = 0

    def process(self, dt: float) -> None:
        self.ticks += 1
        if self.ticks >= 20:
            self.change(self.world, self.run)


def changing(change: Callable[[World, int], object]) -> Callable[..., App]:
    """A game that is another in each run, from tick 20 on."""

    def build_changing(**options: Any) -> App:
        return build(ChangingSystem(change), **options)

    return build_changing


def script(tick: int) -> list[Event]:
    """A player who holds right, lets go, types, and drags the window's corner."""
    plays: dict[int, list[Event]] = {
        3: [KeyEvent(Key.RIGHT, Action.PRESS, time_ns=5)],
        9: [TextEvent("ä", time_ns=6), TextEvent("!", time_ns=7)],
        12: [KeyEvent(Key.RIGHT, Action.RELEASE, time_ns=8), ResizeEvent(800, 600, 1600, 1200, 2.0, time_ns=9)],
    }
    return plays.get(tick, [])
