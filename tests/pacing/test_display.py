"""The simulated display is what it says: the other tests lean on it."""

from __future__ import annotations

from statistics import fmean, pstdev
from typing import Any

import pytest

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing import FakeClock, SimulatedDisplay, SwapSource

MS = 1_000_000


def run(frames: int, work_ns: int = 2 * MS, **options: Any) -> tuple[list[int], list[float], list[int]]:
    clock = FakeClock()
    display = SimulatedDisplay(clock, **options)
    stamps, shown, vsyncs = [], [], []
    for _ in range(frames):
        clock.advance(work_ns)
        stamps.append(display.wait_swap())
        shown.append(display.shown_ns)
        vsyncs.append(display.vsyncs)
    return stamps, shown, vsyncs


@pytest.mark.parametrize("hz", [59.94, 60.0, 144.0])
def test_a_swap_waits_for_the_next_vsync(hz: float) -> None:
    stamps, shown, vsyncs = run(100, refresh_hz=hz)
    assert set(vsyncs) == {1}
    assert shown[-1] - shown[0] == pytest.approx(99e9 / hz)
    assert all(0 <= stamp - true < 2 for stamp, true in zip(stamps, shown, strict=True))


def test_a_frame_that_comes_late_takes_a_later_vsync() -> None:
    _, _, vsyncs = run(10, work_ns=20 * MS)
    assert set(vsyncs) == {2}


def test_jitter_is_about_the_vsync_and_no_frame_is_shown_twice_at_one() -> None:
    stamps, shown, vsyncs = run(4000, jitter_ns=1.0 * MS)
    errors = [stamp - true for stamp, true in zip(stamps, shown, strict=True)]
    assert pstdev(errors) == pytest.approx(1.0 * MS, rel=0.1)
    assert abs(fmean(errors)) < 0.1 * MS
    assert set(vsyncs) == {1}


def test_drops_and_spikes_come_as_often_as_asked_for() -> None:
    stamps, shown, vsyncs = run(5000, drop_rate=0.01, spike_rate=0.02, spike_ns=6.0 * MS)
    assert 25 <= vsyncs.count(2) <= 80
    spikes = [stamp - true for stamp, true in zip(stamps, shown, strict=True) if stamp - true > MS]
    assert 60 <= len(spikes) <= 150
    assert 3 * MS <= min(spikes) < max(spikes) <= 6 * MS + 1


def test_a_hitch_blocks_that_swap() -> None:
    stamps, _, vsyncs = run(10, hitches={5: 200 * MS})
    assert vsyncs == [1, 1, 1, 1, 1, 13, 1, 1, 1, 1]
    assert stamps[5] - stamps[4] >= 200 * MS


def test_a_variable_refresh_shows_frames_as_they_come() -> None:
    _, shown, _ = run(10, work_ns=10 * MS, refresh_hz=144.0, least_hz=48.0)
    assert shown[5] - shown[4] == pytest.approx(10 * MS)
    _, shown, _ = run(10, work_ns=1 * MS, refresh_hz=144.0, least_hz=48.0)
    assert shown[5] - shown[4] == pytest.approx(1e9 / 144)
    # 22 ms: the panel has shown the old frame again after 20.8 ms, and needs 6.9 ms for that.
    _, shown, _ = run(2, work_ns=22 * MS, refresh_hz=144.0, least_hz=48.0)
    assert shown[1] - shown[0] == pytest.approx(1e9 / 48 + 1e9 / 144, rel=0.25)


def test_with_a_queue_a_swap_returns_when_the_frame_before_is_shown() -> None:
    stamps, shown, _ = run(10, queue_depth=2)
    assert stamps[5] == pytest.approx(shown[4], abs=2)


def test_without_vsync_swaps_return_at_once() -> None:
    stamps, _, _ = run(10, blocks=False)
    assert stamps[5] - stamps[4] == 2 * MS


def test_the_same_seed_makes_the_same_trace() -> None:
    options: dict[str, Any] = {"jitter_ns": 1.0 * MS, "drop_rate": 0.1}
    assert run(50, seed=3, **options) == run(50, seed=3, **options)
    assert run(50, seed=3, **options) != run(50, seed=4, **options)


@pytest.mark.parametrize(("hz", "least"), [(0.0, None), (-1.0, None), (60.0, 75.0), (60.0, 0.0), (float("nan"), None)])
def test_a_rate_that_is_none_is_refused(hz: float, least: float | None) -> None:
    with pytest.raises(EngineError, match="cannot refresh"):
        SimulatedDisplay(FakeClock(), hz, least_hz=least)


def test_real_swaps_are_stamped_as_they_return() -> None:
    clock = FakeClock(0)
    assert SwapSource(lambda: clock.advance(16 * MS), clock).wait_swap() == 16 * MS
