"""Delta-time compensation over recordings of simulated displays: even steps, and no wall time lost."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing import DELTAS, FilteredDelta, PhaseLockedDelta, make_delta
from tests.pacing.traces import MS, Trace, any_traces

P = 1e9 / 60
SPOILT: dict[str, Any] = {
    "jitter_ns": 1.0 * MS,
    "drop_rate": 0.01,
    "spike_rate": 0.01,
    "spike_ns": 5.0 * MS,
    "hitches": {500: 200 * MS},
}


def rms(values: list[float]) -> float:
    return math.sqrt(sum(value * value for value in values) / len(values))


@pytest.mark.parametrize("name", DELTAS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trace=any_traces())
def test_the_game_clock_is_never_a_period_from_the_wall_clock(name: str, trace: Trace) -> None:
    stamps, _ = trace.record()
    smoother = make_delta(name, trace.nominal_ns)
    game = 0.0
    for stamp in stamps:
        delta = smoother.update(stamp)
        assert delta >= 0
        game += delta
        assert abs(game - (stamp - stamps[0])) <= trace.nominal_ns * (1 + 1e-9)
    assert smoother.jumps == 0


@pytest.mark.parametrize("name", DELTAS)
@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.integers(-(10**14), 10**14) | st.integers(0, 10**9), max_size=100))
def test_nor_when_the_clock_jumps_as_it_likes(name: str, steps: list[int]) -> None:
    smoother = make_delta(name, P)
    stamp, wall = 10**15, 0.0
    smoother.update(stamp)
    for step in steps:
        stamp += step
        delta = smoother.update(stamp)
        wall += 0 if step < 0 else step if step <= 5e9 else round(P)
        assert 0 <= delta <= 5e9 + 2 * P
        assert abs(smoother.game_ns - wall) <= P * (1 + 1e-9)
    assert smoother.jumps == sum(not 0 <= step <= 5e9 for step in steps)


@pytest.mark.parametrize("hz", [59.94, 60.0])
@pytest.mark.parametrize("seed", range(3))
def test_phase_locked_deltas_are_whole_vsyncs(hz: float, seed: int) -> None:
    stamps, shown = Trace(hz, 60.0, seed, 2000, display=SPOILT).record()
    smoother = PhaseLockedDelta(P)
    deltas = [smoother.update(stamp) for stamp in stamps][1:]
    truth = [b - a for a, b in pairwise(shown)]
    assert rms([delta - true for delta, true in zip(deltas, truth, strict=True)]) <= 0.05 * MS
    assert [round(delta * hz / 1e9) for delta in deltas] == [round(true * hz / 1e9) for true in truth]


def test_the_filter_is_better_than_nothing_and_worse_than_the_lock() -> None:
    stamps, shown = Trace(60.0, 60.0, 1, 2000, display=SPOILT).record()
    truth = [b - a for a, b in pairwise(shown)]
    errors = {}
    for name in DELTAS:
        smoother = make_delta(name, P)
        deltas = [smoother.update(stamp) for stamp in stamps][1:]
        errors[name] = rms([delta - true for delta, true in zip(deltas, truth, strict=True)])
    assert errors["phase_locked"] < 0.1 * errors["filtered"] < 0.1 * errors["raw"]


def test_a_late_return_is_not_taken_for_a_drop() -> None:
    smoother = PhaseLockedDelta(P)
    for frame in range(600):
        late = 0.7 * P if frame == 500 else 0.0
        smoother.update(round(frame * P + late))
        assert smoother.vsyncs == (1 if frame else None)


@pytest.mark.parametrize("display", [{"jitter_ns": 6.0 * MS}, {"least_hz": 40.0}])
def test_without_a_grid_it_falls_back_on_the_filter(display: dict[str, Any]) -> None:
    stamps, _ = Trace(60.0, 60.0, 0, 1500, 24.0, display).record()
    smoother = PhaseLockedDelta(P)
    unlocked = 0
    for stamp in stamps:
        smoother.update(stamp)
        unlocked += smoother.vsyncs is None
    assert smoother.grid.losses >= 1
    assert unlocked > 300


def test_three_outliers_in_a_row_are_believed() -> None:
    smoother = FilteredDelta(P)
    stamp, deltas = 0, []
    for frame in range(60):
        stamp += round(P if frame < 20 else 4 * P)
        deltas.append(smoother.update(stamp))
    assert deltas[-1] == pytest.approx(4 * P, rel=0.01)


def test_one_outlier_does_not_echo() -> None:
    """The time is caught up with at once, as the bound demands, and then within a few per cent a frame."""
    smoother, stamp = FilteredDelta(P), 0
    deltas = []
    for frame in range(60):
        stamp += round(10 * P if frame == 20 else P)
        deltas.append(smoother.update(stamp))
    assert deltas[20] == pytest.approx(9 * P, rel=0.01)
    assert all(abs(delta - P) < 0.07 * P for delta in deltas[21:])
    assert smoother.game_ns == pytest.approx(smoother.wall_ns, abs=0.1 * P)


@pytest.mark.parametrize("name", ["filtered", "phase_locked"])
def test_a_negative_delta_is_dropped_and_a_sleep_of_the_machine_is_one_period(name: str) -> None:
    smoother = make_delta(name, P)
    stamp = 10**15
    for jump, worth in ((-(10**12), 0.0), (3600 * 10**9, P)):
        for _ in range(100):
            stamp += round(P)
            smoother.update(stamp)
        stamp += jump
        assert smoother.update(stamp) == pytest.approx(worth, abs=0.01 * P)
        stamp += round(P)
        assert smoother.update(stamp) == pytest.approx(P, abs=0.1 * P)


def test_unknown_names_and_periods_are_refused() -> None:
    with pytest.raises(EngineError, match=r"no delta-time strategy 'best'.*phase_locked"):
        make_delta("best", P)
    for period in (0.0, -1.0, float("nan")):
        with pytest.raises(EngineError, match="cannot be smoothed"):
            make_delta("filtered", period)
