"""Timing calls: as many as asked for, or fewer if they take long."""

from __future__ import annotations

import pytest

from ecs_engine.bench import timing

ALL = timing.WARM_UP + 20


@pytest.mark.parametrize(("times", "seconds", "made"), [(20, 1e9, ALL), (20, 0.0, 1 + timing.LEAST), (2, 0.0, 1 + 2)])
def test_calls_end_when_the_time_is_up_but_for_the_first(times: int, seconds: float, made: int) -> None:
    calls: list[int] = []
    figures = timing.measure_calls(lambda: calls.append(0), times, seconds)
    assert len(calls) == made
    assert figures["wall_ms"]["p50"] > 0
