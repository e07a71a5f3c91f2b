"""The short form of the soak: nothing but bounded stores grows from round to round. `make soak` runs the long one."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import pytest

from ecs_engine import pictures

from .__main__ import growth
from .game import ROUND, counts, open_game

WARM_UP = 4
ROUNDS = 3
MOST_BYTES = 40_000
"""Growth in all rounds together: a leak of 100 bytes a tick is more, and caches fill by less."""


def test_a_game_that_loads_and_unloads_all_day_grows_by_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "RESTING_IDS", 64)
    with open_game(tmp_path) as app:
        for _ in range(WARM_UP * ROUND):
            app.step()
        before = counts(app)
        tracemalloc.start()
        try:
            for _ in range(ROUND):
                app.step()
            gc.collect()
            first, objects = tracemalloc.get_traced_memory()[0], len(gc.get_objects())
            for _ in range(ROUNDS * ROUND):
                app.step()
            gc.collect()
            last, objects = tracemalloc.get_traced_memory()[0], len(gc.get_objects()) - objects
        finally:
            tracemalloc.stop()
        assert counts(app) == before
        assert len(app.pictures) < 200
        print(last - first, objects)
        assert last - first < MOST_BYTES
        assert objects < 500
    app.gl.assert_no_leaks()


def test_growth_is_told_in_mb_for_a_hundred_thousand_frames() -> None:
    assert growth([0, 50_000, 100_000], [10.0, 11.0, 12.0]) == pytest.approx(2.0)
