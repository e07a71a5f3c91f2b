"""Fixed steps out of uneven time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing import FixedStep

STEP = 16_666_667
deltas = st.lists(st.integers(-(10**9), 10**10), max_size=60)


@given(deltas, st.integers(1, 8))
def test_time_is_stepped_kept_or_given_up_and_never_lost(times: list[int], most: int) -> None:
    fixed, steps = FixedStep(STEP, most), 0
    for delta in times:
        now = fixed.advance(delta)
        assert 0 <= now <= most
        assert 0 <= fixed.alpha < 1
        steps += now
    passed = sum(max(delta, 0) for delta in times)
    assert steps * STEP + fixed.alpha * STEP + fixed.given_up_ns == pytest.approx(passed, abs=1)


def test_even_time_makes_one_step_each() -> None:
    fixed = FixedStep(STEP)
    assert [fixed.advance(STEP) for _ in range(1000)] == [1] * 1000
    assert fixed.given_up_ns == 0


def test_a_stall_does_not_spiral() -> None:
    """Each step costs two steps of time: without the cap every advance would ask for twice as many as the last."""
    fixed = FixedStep(STEP, most_steps=5)
    delta = 10 * STEP
    for _ in range(50):
        steps = fixed.advance(delta)
        assert steps <= 5
        delta = 2 * steps * STEP
    fixed.advance(STEP)
    assert fixed.advance(STEP) == 1


def test_the_cap_keeps_the_fraction() -> None:
    fixed = FixedStep(1000, 2)
    assert fixed.advance(9300) == 2
    assert fixed.alpha == pytest.approx(0.3)
    assert fixed.given_up_ns == 7000


def test_slow_motion_and_pause() -> None:
    fixed = FixedStep(1000)
    fixed.scale = 0.5
    assert [fixed.advance(1000) for _ in range(4)] == [0, 1, 0, 1]
    fixed.scale = 0
    assert [fixed.advance(10**12) for _ in range(3)] == [0, 0, 0]
    assert fixed.given_up_ns == 0
    fixed.scale = 1
    assert fixed.advance(1000) == 1


@pytest.mark.parametrize("delta", [-1, 0, float("nan"), float("-inf")])
def test_time_that_is_none_counts_as_none(delta: float) -> None:
    fixed = FixedStep(1000)
    fixed.advance(300)
    assert fixed.advance(delta) == 0
    assert fixed.alpha == pytest.approx(0.3)


@pytest.mark.parametrize("scale", [-0.1, float("nan"), float("inf")])
def test_a_scale_out_of_range_is_refused_and_the_old_one_stays(scale: float) -> None:
    fixed = FixedStep(1000)
    fixed.scale = 0.5
    with pytest.raises(EngineError, match="Game time cannot run"):
        fixed.scale = scale
    assert fixed.scale == 0.5


@pytest.mark.parametrize(("step", "most"), [(0, 5), (-1, 5), (1000, 0)])
def test_steps_out_of_range_are_refused(step: int, most: int) -> None:
    with pytest.raises(EngineError, match="fixed step"):
        FixedStep(step, most)
