"""The short form of the soak: from round to round, nothing is left behind. `make soak` runs the long one."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest

from ecs_engine import pictures
from ecs_engine.testing import FakeGL

from .__main__ import growth
from .game import ROUND, SIZE, counts, open_game

WARM_UP = 3
ROUNDS = 3
MOST_BLOCKS = ROUND * ROUNDS
"""Pieces of memory of Python's, of whatever size: one that is left in each tick is found."""


def test_a_game_that_loads_and_unloads_all_day_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "RESTING_IDS", 64)
    with open_game(tmp_path, gl=FakeGL(size=SIZE, frame_history=8)) as app:
        held: list[tuple[int, dict[str, int]]] = []
        for _ in range(WARM_UP + ROUNDS):
            for _ in range(ROUND):
                app.step()
            gc.collect()
            held.append((sys.getallocatedblocks(), counts(app)))
        assert held[-1][1] == held[WARM_UP - 1][1]
        assert held[-1][0] - held[WARM_UP - 1][0] < MOST_BLOCKS, [blocks for blocks, _ in held]
        assert len(app.pictures) < 200
    app.gl.assert_no_leaks()


def test_growth_is_told_in_mb_for_a_hundred_thousand_frames() -> None:
    assert growth([0, 50_000, 100_000], [10.0, 11.0, 12.0]) == pytest.approx(2.0)
