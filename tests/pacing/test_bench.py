"""The benchmarks measure what they say: run small, on a clock that only waits move."""

from __future__ import annotations

import sys

import pytest

from ecs_engine.bench import pacing as bench_pacing
from ecs_engine.bench.delta import TRACES, judge, measure_delta
from ecs_engine.bench.pacing import BusyThread, measure_pacing, pace
from ecs_engine.pacing import DELTAS, PACERS, FakeClock, PacingSettings, SimulatedDisplay, make_pacer


def test_delta_has_every_strategy_on_every_trace() -> None:
    result = measure_delta(1, 600, True)
    assert len([key for key in result if " | " in key]) == len(TRACES) * len(DELTAS)
    assert result["60 Hz | phase_locked"]["wrong_vsyncs"] == 0
    assert result["60 Hz | phase_locked"]["rms_ms"] <= 0.05 < result["60 Hz | filtered"]["rms_ms"]
    assert all(row["clock_error_periods"] <= 1.0 for row in result.values() if isinstance(row, dict))


def test_raw_deltas_have_no_clock_error_and_the_error_of_the_jitter() -> None:
    figures = judge("raw", TRACES["60, jitter 5 ms"], 600, 1)
    assert figures["clock_error_periods"] == 0
    assert figures["rms_ms"] == pytest.approx(5 * 2**0.5, rel=0.1)


def test_pace_tells_a_good_display_from_a_bad_one() -> None:
    results = []
    for drop_rate in (0.0, 0.1):
        clock = FakeClock()
        pacer = make_pacer("phase_locked", PacingSettings(), clock)
        display = SimulatedDisplay(clock, 60.0, drop_rate=drop_rate)
        results.append(pace(pacer, display, 200))
    good, bad = results
    assert good["missed_percent"] == 0
    assert good["interval_p99_ms"] == pytest.approx(0, abs=0.001)
    assert 4 < bad["missed_percent"] < 16
    assert bad["interval_p99_ms"] == pytest.approx(1000 / 60, rel=0.01)


def test_the_pacing_table_has_every_strategy_and_restores_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_pacing, "WARM_UP", 1)
    monkeypatch.setattr(bench_pacing, "BUSY_NS", 1000)
    monkeypatch.setattr(bench_pacing, "MACHINE_SLEEPS", 1)
    before = sys.getswitchinterval()
    result = measure_pacing(1, 2, True)
    assert {key for key in result if " | " in key} == {
        f"{name} | {load}" for name in PACERS for load in ("idle", "busy")
    }
    assert sys.getswitchinterval() == before
    assert result["bare sleeps"]["late_p99_ms"] >= result["bare sleeps"]["late_p50_ms"] > -0.1


def test_the_busy_thread_ends_with_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_pacing, "BUSY_NS", 1000)
    with BusyThread(1_000_000, make_pacer("ticker", PacingSettings(), FakeClock())) as busy:
        assert busy._thread.is_alive()
    assert not busy._thread.is_alive()
