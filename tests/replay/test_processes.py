"""The same seed and the same input make the same world at every tick: in processes with other hash seeds, on one thread
or two, at any frame rate. ``make soak`` runs this with 100,000 ticks (``ECS_ENGINE_SOAK_TICKS``)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TICKS = int(os.environ.get("ECS_ENGINE_SOAK_TICKS", "300"))
RATE = 600
"""Ticks a second; game time runs at a tenth of that, so that each tick is a sixtieth of a second as ever."""


def run(command: str, hash_seed: int) -> str:
    """What a command of a process of its own says."""
    env = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    program = Path(sys.executable).with_name("ecs-engine")
    done = subprocess.run([program, *command.split()], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Asteroids, played at random."""
    path = tmp_path_factory.mktemp("asteroids") / "recording"
    said = run(
        f"record asteroids --to {path} --ticks {TICKS} --seed 3 --random-input 131 --headless --tick-rate {RATE} "
        f"--time-scale {RATE / 60}",
        hash_seed=0,
    )
    assert said.startswith(f"{TICKS:,} ticks of asteroids are in {path}")
    return path


@pytest.mark.timeout(120 + TICKS / 20)
@pytest.mark.parametrize(
    "how", ["", "--threads --frame-rate 30", "--threads --frame-rate 60", "--threads --frame-rate 144",
            "--threads --frame-rate 0"],
    ids=["stepped", "30 Hz", "60 Hz", "144 Hz", "uncapped"],
)  # fmt: skip
def test_asteroids_is_the_same_in_every_process(recording: Path, how: str) -> None:
    said = run(f"replay {recording} {how}", hash_seed=len(how) + 1)
    assert f"{TICKS:,} ticks of asteroids were replayed, and {TICKS:,} have the hash they had." in said


def test_the_game_was_played(recording: Path) -> None:
    """A recording of the title would say nothing."""
    from ecs_engine.app import App
    from ecs_engine.demos.asteroids import build
    from ecs_engine.demos.asteroids.rules import Game
    from ecs_engine.replay import replay_game

    games: list[Game] = []

    def watch(app: App) -> None:
        games.append(app.world.resource(Game))

    replay_game(build, recording, ticks=min(TICKS, 300), watch=watch)
    assert games[0].score > 0
    assert games[0].level > 0
