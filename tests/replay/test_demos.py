"""Every demo is the same when it is replayed, on one thread and on two."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecs_engine.demo_runner import find_demos, load_demo
from ecs_engine.replay import RandomInput, record_game, replay_game

pytestmark = pytest.mark.usefixtures("drawn_once")


@pytest.mark.parametrize("name", [demo.name for demo in find_demos()])
def test_a_demo_is_the_same_when_it_is_replayed(name: str, tmp_path: Path) -> None:
    path, build = tmp_path / "recording", load_demo(name).build
    record_game(build, path, game=name, ticks=12, seed=4, script=RandomInput(3).events)
    assert replay_game(build, path, threads=True, frame_rate=0).verified == 12
