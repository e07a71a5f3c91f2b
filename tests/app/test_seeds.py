"""An app's random numbers: seeded, found by systems, another in each run unless a seed is given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecs_engine import EngineError
from ecs_engine.testing.app import FakeApp


def lots(**options: Any) -> tuple[int, list[float]]:
    with FakeApp(**options) as app:
        assert app.world.resource(np.random.Generator) is app.random
        numbers = app.random.random(4).tolist()
    app.world.close()
    return app.seed, numbers


def test_equal_seeds_give_equal_numbers() -> None:
    assert lots(seed=3) == lots(seed=np.int64(3))
    assert lots(seed=3) != lots(seed=4)
    assert lots() == lots(seed=0), "in tests the seed is fixed"


def test_without_a_seed_each_run_has_another_and_tells_it() -> None:
    first, second = lots(seed=None), lots(seed=None)
    assert first != second
    assert lots(seed=first[0]) == first


@pytest.mark.parametrize("seed", [-1, 1.5, "x"])
def test_seeds_that_are_none(seed: Any) -> None:
    with pytest.raises(
        EngineError, match=r"seed is .*: give a whole number, 0 or more, or None for another in each run"
    ):
        FakeApp(seed=seed)
