"""The benchmark of tracing itself."""

from __future__ import annotations

import gc
import json

from ecs_engine.bench.report import DEFAULT_COUNTS, OTHERS
from ecs_engine.bench.trace import measure_trace


def test_the_figures() -> None:
    result = measure_trace(500, 1, True)
    assert json.loads(json.dumps(result)) == result
    assert (result["name"], result["count"]) == ("trace", 500)
    for name in ("mark_ns", "span_ns", "load_ns", "input_event_ns"):
        assert set(result[name]) == {"on", "off"}
        assert min(result[name].values()) >= 0
    assert result["blocks_kept"]["mark"] < 20
    assert result["blocks_kept"]["span"] < 20


def test_it_leaves_the_collector_as_it_was() -> None:
    gc.disable()
    try:
        measure_trace(10, 1, True)
        assert not gc.isenabled()
    finally:
        gc.enable()
    measure_trace(10, 1, True)
    assert gc.isenabled()


def test_it_is_registered() -> None:
    assert OTHERS["trace"] is measure_trace
    assert DEFAULT_COUNTS["trace"] > 0
