"""The mock's benchmark measures what it says."""

from __future__ import annotations

from ecs_engine.bench.mock import measure_mock
from ecs_engine.bench.report import DEFAULT_COUNTS, OTHERS


def test_calls_frames_and_tests_are_measured() -> None:
    result = measure_mock(5, 1, True)
    assert len(result["call_us"]) >= 9
    assert all(cost > 0 for cost in result["call_us"].values())
    assert result["frame"]["calls"] >= 3
    assert result["frame"]["us_a_draw"] > 0
    for name in ("system_test_ms", "app_test_ms"):
        assert 0 < result[name]["p50"] <= result[name]["p99"]


def test_it_is_on_the_list() -> None:
    assert OTHERS["mock"] is measure_mock
    assert DEFAULT_COUNTS["mock"] == 1000
