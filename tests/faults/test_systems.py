"""Every stock system raises, at any tick and any line: no frame is torn, nothing hangs, nothing is left."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import OnError
from ecs_engine.core.events import EventQueue
from ecs_engine.stock import stock_systems
from ecs_engine.systems import Drawables, make_exchange

from .game import Boom, WatchingRest, assert_gone, break_system, open_game

Rounds = Callable[[int, int], int]
STOCK = [type(system) for system in stock_systems(EventQueue(), make_exchange(Drawables()))]
MOST_LINES = 400


def random_of(what: str) -> np.random.Generator:
    """The same numbers for the same name, in every process."""
    return np.random.default_rng(zlib.crc32(what.encode()))


def lines_from(rng: np.random.Generator) -> int:
    """0 is before a system's work; few lines are likelier than many, as some systems run but few."""
    return int(MOST_LINES ** rng.uniform() - 1)


@pytest.mark.parametrize("kind", STOCK)
def test_a_step_raises_and_the_app_goes_on(tmp_path: Path, kind: type[Any], rounds: Rounds) -> None:
    """Before or after a system's work."""
    rng = random_of(kind.__name__)
    with open_game(tmp_path) as app:
        system = app.world.get_processor(kind)
        for _ in range(rounds(2, 1000)):
            ticks = int(rng.integers(1, 8))
            break_system(system, ticks, int(rng.choice([0, 10**9])))
            good, before = app.frame.tick, app.tick
            with pytest.raises(Boom):
                app.step(ticks)
            assert app.tick == before + ticks
            assert app.frame.tick == good  # no frame was drawn
            app.step()
            assert app.frame.tick == app.tick  # and that is whole: see Watching
            app.gl.assert_no_error()
    assert_gone(app)


@pytest.mark.parametrize("kind", STOCK)
def test_a_step_raises_in_the_midst_of_a_system(tmp_path: Path, kind: type[Any], rounds: Rounds) -> None:
    """What that system was at may be half done, so that it raises once more; a frame is whole nevertheless."""
    rng = random_of(kind.__name__ + "midst")
    for number in range(rounds(1, 200)):
        with open_game(tmp_path, level=number) as app:
            for _ in range(5):
                ticks = int(rng.integers(1, 8))
                break_system(app.world.get_processor(kind), ticks, lines_from(rng))
                try:
                    app.step(ticks)
                except AssertionError:
                    raise
                except Exception:
                    assert app.world.running_processor is not None
                with contextlib.suppress(Boom):
                    app.step()
            app.gl.assert_no_error()
        assert_gone(app)


@pytest.mark.parametrize("kind", STOCK)
@pytest.mark.parametrize("policy", [OnError.RAISE, lambda *_: OnError.RAISE], ids=["raise", "function"])
def test_a_run_raises_and_everything_is_put_away(tmp_path: Path, kind: type[Any], policy: Any, rounds: Rounds) -> None:
    rng = random_of(kind.__name__ + "run")
    for number in range(rounds(1, 500)):
        app = open_game(tmp_path, level=number, on_error=policy)
        ticks = int(rng.integers(1, 20))
        break_system(app.world.get_processor(kind), ticks, lines_from(rng))
        with pytest.raises(Boom):
            app.run(ticks=100, frame_rate=0)
        assert app.tick == ticks
        assert app.frame.tick < ticks
        assert_gone(app)


@pytest.mark.parametrize("threaded", [False, True], ids=["stepped", "threaded"])
@pytest.mark.parametrize("policy", [OnError.DISABLE, lambda *_: OnError.DISABLE], ids=["disable", "function"])
def test_one_after_the_other_is_switched_off(tmp_path: Path, policy: Any, threaded: bool, rounds: Rounds) -> None:
    """In the end there is none left, and the game still ticks."""
    rng = random_of(f"off {threaded}")
    for number in range(rounds(1, 500)):
        app = open_game(tmp_path, level=number, on_error=policy, render_system=WatchingRest)
        kinds = [STOCK[i] for i in rng.permutation(len(STOCK))]
        for place, kind in enumerate(kinds):
            break_system(app.world.get_processor(kind), 2 + 2 * place + int(rng.integers(2)), lines_from(rng))
        ticks = 4 * len(kinds)  # in a tick that fails, the systems after the one that raised do not run
        if threaded:
            app.run(ticks=ticks, frame_rate=0)
        else:
            for _ in range(ticks):
                app.step()
            app.close()
        assert app.tick == ticks
        assert [kind.__name__ for kind in kinds if app.world.get_processor(kind) is not None] == []
        app.gl.assert_no_error()
        assert_gone(app)
