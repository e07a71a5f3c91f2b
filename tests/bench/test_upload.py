"""The upload benchmark runs every strategy on a real driver, and its counts are right."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_engine.bench import upload
from ecs_engine.bench.report import DEFAULT_COUNTS, OTHERS


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return upload.measure_upload(1000, 3, True)


def strategies(case: str) -> tuple[str, ...]:
    """Pictures are never mapped for each write."""
    return ("persistent", "orphan") if case.startswith("texture") else upload.STRATEGIES


@pytest.mark.gl
def test_every_stream_is_measured_with_every_strategy(result: dict[str, Any]) -> None:
    cases = {key.rsplit(", ", 1)[0] for key, value in result.items() if isinstance(value, dict)}
    assert cases == {"column 0.016 MB", "column 0.16 MB", "uniform blocks", "texture 0.016 MB"}
    for case in cases:
        for strategy in strategies(case):
            figures = result[f"{case}, {strategy}"]
            assert figures["mb_per_s"] > 0
            assert 0 < figures["p50_ms"] <= figures["p99_ms"]
            assert 0 <= figures["waits"] <= 3


@pytest.mark.gl
def test_calls_do_not_grow_with_the_count(result: dict[str, Any]) -> None:
    for strategy in upload.STRATEGIES:
        small, large = (result[f"column {size} MB, {strategy}"]["gl_calls"] for size in ("0.016", "0.16"))
        assert small == large
    assert all(figures["gl_calls"] <= upload.MOST_CALLS for figures in result.values() if isinstance(figures, dict))


def test_it_is_on_the_list() -> None:
    assert OTHERS["upload"] is upload.measure_upload
    assert DEFAULT_COUNTS["upload"] * upload.ROW_BYTES == 1_600_000
