"""Timers against a plain list, and the moments that are easily wrong."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from ecs_engine import Timers
from ecs_engine.core.errors import EngineError
from ecs_engine.core.system import System
from ecs_engine.core.world import World
from ecs_engine.systems import TimerSystem


@pytest.mark.parametrize("seed", range(5))
def test_random_timers_against_a_plain_list(seed: int) -> None:
    rng = np.random.default_rng(seed)
    timers, heard, expected = Timers(), [], []
    now = 0.0
    for number in range(60):
        seconds, times = float(rng.integers(1, 40)) / 8, int(rng.integers(1, 6))
        start = now
        timers.every(seconds, lambda number=number: heard.append(number), times=times)
        expected += [(start + round_ * seconds, number) for round_ in range(1, times + 1)]
        step = float(rng.integers(0, 30)) / 8
        now += step
        timers.advance(step)
        due = sorted((moment, one) for moment, one in expected if moment <= now)
        assert sorted(heard) == sorted(one for _, one in due)
    timers.advance(1000)
    assert sorted(heard) == sorted(number for _, number in expected)


def test_due_timers_go_off_in_order_of_their_moments() -> None:
    timers, heard = Timers(), []
    timers.every(2, lambda: heard.append("two"), times=3)
    timers.every(3, lambda: heard.append("three"), times=2)
    timers.after(5, lambda: heard.append("five"))
    timers.advance(6)
    assert heard == ["two", "three", "two", "five", "two", "three"]


def test_a_timer_starts_the_next_one_from_now() -> None:
    timers, heard = Timers(), []
    timers.after(1, lambda: timers.after(1, lambda: heard.append("second")))
    timers.advance(1.5)
    timers.advance(0.75)
    assert heard == []
    timers.advance(0.25)
    assert heard == ["second"]


def test_a_timer_of_no_time_that_starts_itself_goes_off_once_a_tick() -> None:
    timers, heard = Timers(), []

    def again() -> None:
        heard.append(1)
        timers.after(0, again)

    timers.after(0, again)
    for count in (1, 2, 3):
        timers.advance(0.1)
        assert len(heard) == count


def test_cancelling() -> None:
    timers, heard = Timers(), []
    one = timers.every(1, lambda: heard.append("one"))
    other = timers.every(1, lambda: one.cancel())
    timers.advance(0.25)
    assert one.remaining == 0.75
    timers.advance(2.75)
    assert (heard, one.remaining) == (["one"], 0)
    other.cancel()
    other.cancel()
    timers.advance(10)
    assert (heard, other.remaining) == (["one"], 0)


def test_the_system_goes_before_the_games_and_a_pause_stops_it(make_world: Callable[..., World]) -> None:
    heard: list[str] = []

    class Game(System):
        def process(self, dt: float) -> None:
            heard.append("game")

    world = make_world(Game(), TimerSystem())
    world.resource(Timers).after(0.5, lambda: heard.append("timer"))
    for dt in (0.25, 0.0, 0.25):
        world.process(dt)
    assert heard == ["game", "game", "timer", "game"]


@pytest.mark.parametrize(
    "make",
    [
        lambda timers: timers.after(-1, print),
        lambda timers: timers.after(nan, print),
        lambda timers: timers.after(inf, print),
        lambda timers: timers.every(0, print),
        lambda timers: timers.every(1, print, times=0),
        lambda timers: timers.after(1, None),
    ],
)
def test_what_is_refused(make: Callable[[Timers], Any]) -> None:
    with pytest.raises(EngineError) as caught:
        make(Timers())
    assert str(caught.value).endswith(".")
