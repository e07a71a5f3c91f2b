"""Every pacing strategy in a closed loop with a simulated display, on a clock that only waits move."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing import (
    PACERS,
    FakeClock,
    FrameTime,
    Mode,
    Pacer,
    PacingSettings,
    PhaseLockedPacer,
    SimulatedDisplay,
    make_pacer,
)
from tests.pacing.traces import MS, Trace, any_traces

P = round(1e9 / 60)


@dataclass
class Seen:
    """One frame: what it was told, when it began, when its swap returned, and the truth."""

    time: FrameTime
    begun: int
    done: int
    stamp: int
    shown: float
    vsyncs: int


class Loop:
    """A game loop over a simulated display."""

    def __init__(self, name: str, hz: float = 60.0, nominal: float = 60.0, *, depth: int = 1, **display: Any) -> None:
        rng = random.Random(7)
        self.clock = FakeClock(oversleep=lambda: rng.randrange(100_000))
        self.pacer: Pacer = make_pacer(name, PacingSettings(refresh_hz=nominal, queue_depth=depth), self.clock)
        self.clock.advance(7 * MS)
        self.display = SimulatedDisplay(self.clock, hz, queue_depth=depth, **display)

    def run(self, frames: int, work: Callable[[], int] = lambda: 2 * MS) -> list[Seen]:
        seen = []
        for _ in range(frames):
            time = self.pacer.begin_frame()
            begun = self.clock.now_ns()
            self.clock.advance(work())
            self.pacer.end_work()
            done = self.clock.now_ns()
            stamp = self.display.wait_swap()
            self.pacer.presented(stamp)
            seen.append(Seen(time, begun, done, stamp, self.display.shown_ns, self.display.vsyncs))
        return seen


def locked(**options: Any) -> tuple[Loop, PhaseLockedPacer]:
    loop = Loop("phase_locked", **options)
    assert isinstance(loop.pacer, PhaseLockedPacer)
    return loop, loop.pacer


@pytest.mark.parametrize("name", PACERS)
@pytest.mark.parametrize("depth", [1, 2])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trace=any_traces())
def test_no_display_makes_a_pacer_lose_time_or_hang(name: str, depth: int, trace: Trace) -> None:
    loop = Loop(name, trace.hz, trace.nominal_hz, depth=depth, seed=trace.seed, **trace.display)
    rng, period = random.Random(trace.seed), loop.pacer.period_ns
    slowest = max(period, round(1e9 / min(trace.hz, trace.change_hz or trace.hz)))
    first: int | None = None
    total = 0
    for frame in range(150):
        if trace.change_hz is not None and frame == 75:
            loop.display.set_refresh(trace.change_hz)
        before = loop.clock.now_ns()
        (seen,) = loop.run(1, lambda: round(rng.uniform(0.2, 1.0) * trace.most_work_ms * MS))
        first = seen.time.present_ns if first is None else first
        total += seen.time.delta_ns
        assert seen.time.delta_ns >= 0
        assert total == seen.time.present_ns - first
        assert seen.begun - before <= (depth + 1) * slowest + MS
        # A frame that takes long is meant for a vsync that is as far off.
        work = round(trace.most_work_ms * MS)
        assert -slowest <= seen.time.present_ns - seen.begun <= (depth + 2) * slowest + 2 * work + MS
    assert loop.pacer.jumps == 0


@pytest.mark.parametrize("name", PACERS)
@settings(max_examples=40, deadline=None)
@given(jumps=st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=6))
def test_a_clock_that_jumps_costs_at_most_a_few_periods(name: str, jumps: list[int]) -> None:
    loop = Loop(name)
    for jump in jumps:
        loop.run(40)
        loop.clock.advance(jump)
        # The display's vsyncs go on from where the clock is now.
        loop.display.shown_ns += jump
        for seen in loop.run(40):
            # 5 s and less ahead cannot be told from a stall, and are played.
            assert 0 <= seen.time.delta_ns <= 5e9 + 4 * P
            assert abs(seen.time.present_ns - seen.begun) <= 4 * P
            assert seen.stamp - seen.begun <= 4 * P


@pytest.mark.parametrize("name", PACERS)
def test_a_swap_that_blocks_for_a_second_is_made_up_for_at_once(name: str) -> None:
    loop = Loop(name, hitches={100: 1000 * MS})
    seen = loop.run(160)
    deltas = [one.time.delta_ns for one in seen]
    assert 1000 * MS - 2 * P <= max(deltas) <= 1000 * MS + 2 * P
    assert sum(delta > 3 * P for delta in deltas) == 1
    assert {one.vsyncs for one in seen[110:]} == {1}
    assert loop.pacer.jumps == 0


@pytest.mark.parametrize("name", ["vsync", "cooperative", "phase_locked"])
def test_they_keep_step_with_a_display_a_little_off_its_nominal_rate(name: str) -> None:
    seen = Loop(name, 59.94).run(3000)
    assert {one.vsyncs for one in seen[100:]} == {1}
    assert sum(one.time.delta_ns for one in seen[1000:]) == pytest.approx(2000e9 / 59.94, abs=P)


def test_a_plain_ticker_drifts_and_misses_where_the_others_do_not() -> None:
    """The control: 60 Hz deadlines before a 59.94 Hz display want more frames than it can show."""
    seen = Loop("ticker", 60.06).run(3000)
    assert sum(one.vsyncs - 1 for one in seen[100:]) >= 1


# -- phase-locked ------------------------------------------------------------------------------------------------
def test_frames_start_just_in_time() -> None:
    loop, pacer = locked()
    seen = loop.run(4000)[3000:]
    assert pacer.mode is Mode.LOCKED
    # 2 ms of work, up to 0.1 ms of oversleep, and 1 ms of margin.
    assert all(2.9 * MS < one.shown - one.begun < 3.6 * MS for one in seen)
    assert pacer.missed == 0


def test_deltas_are_whole_vsyncs_and_meant_for_the_vsync_that_shows_the_frame() -> None:
    loop, _ = locked(hz=59.94, jitter_ns=0.3 * MS)
    seen = loop.run(1500)[500:]
    assert all(abs(one.time.present_ns - one.shown) < 0.3 * MS for one in seen)
    assert all(abs(one.time.delta_ns - 1e9 / 59.94) < 0.05 * MS for one in seen)


def test_a_drop_is_made_up_for_by_the_next_frame() -> None:
    loop, pacer = locked(drop_rate=0.02)
    seen = loop.run(1000)[100:]
    assert pacer.missed >= 5
    for before, after in pairwise(seen):
        assert after.time.delta_ns == pytest.approx(before.vsyncs * P, abs=0.1 * MS)


def test_work_that_grows_is_taken_in_at_once_and_forgotten_slowly() -> None:
    loop, pacer = locked()
    loop.run(200)
    loop.run(1, lambda: 9 * MS)
    grown = pacer.work_ns
    assert 9 * MS <= grown < 9.2 * MS
    assert {one.vsyncs for one in loop.run(10, lambda: 8 * MS)} == {1}
    loop.run(100)
    assert 0.85 * grown < pacer.work_ns < grown
    loop.run(8000)
    assert pacer.work_ns < 2.2 * MS


def test_one_slow_frame_does_not_halve_the_rate() -> None:
    loop, _ = locked()
    loop.run(200)
    loop.run(1, lambda: 60 * MS)
    assert {one.vsyncs for one in loop.run(200)[1:]} == {1}


def test_work_longer_than_a_period_shows_every_second_vsync_evenly() -> None:
    loop, _ = locked()
    seen = loop.run(300, lambda: 22 * MS)[100:]
    assert {one.vsyncs for one in seen} == {2}
    assert all(one.time.delta_ns == pytest.approx(2 * P, abs=0.1 * MS) for one in seen)


def test_misses_widen_the_margin_and_calm_narrows_it() -> None:
    loop, pacer = locked()
    loop.run(100)
    rng = random.Random(1)
    loop.run(300, lambda: round(rng.choice([1, 1, 1, 5, 9]) * MS))
    widest = pacer.margin_ns
    assert MS < widest <= P / 2
    loop.run(5000)
    assert pacer.margin_ns < MS + 0.05 * (widest - MS)


@pytest.mark.parametrize("display", [{"blocks": False}, {"jitter_ns": 7.0 * MS}])
def test_without_a_grid_to_lock_to_it_ticks(display: dict[str, Any]) -> None:
    loop, pacer = locked(**display)
    modes = [pacer.mode for _ in range(400) if loop.run(1)]
    assert modes[60:].count(Mode.FREE) > 100
    if "blocks" in display:
        seen = loop.run(200)
        assert pacer.vsync_ns is None
        assert all(b.begun - a.begun == pytest.approx(P, abs=0.2 * MS) for a, b in pairwise(seen))


def test_it_locks_again_when_swaps_begin_to_block() -> None:
    loop, pacer = locked(blocks=False)
    loop.run(100)
    assert pacer.mode is Mode.FREE
    loop.display._blocks = True
    loop.run(300)
    assert pacer.mode is Mode.LOCKED
    assert {one.vsyncs for one in loop.run(200)} == {1}


def test_a_variable_refresh_is_fed_at_its_highest_rate() -> None:
    loop, _ = locked(hz=144.0, nominal=144.0, least_hz=48.0)
    seen = loop.run(1000)[300:]
    assert all(b.shown - a.shown == pytest.approx(1e9 / 144, abs=0.3 * MS) for a, b in pairwise(seen))


@pytest.mark.parametrize(("before", "after"), [(60.0, 144.0), (144.0, 60.0), (60.0, 59.94)])
def test_a_change_of_the_refresh_rate_is_followed(before: float, after: float) -> None:
    loop, _ = locked(hz=before, nominal=before)
    loop.run(300)
    loop.display.set_refresh(after)
    seen = loop.run(2000)[1000:]
    wrong = sum(abs(one.time.delta_ns - (one.shown - last.shown)) > 2 * MS for last, one in pairwise(seen))
    assert wrong <= 20
    assert sum(one.time.delta_ns for one in seen) == pytest.approx(seen[-1].shown - seen[0].shown, abs=3 * P)


def test_a_queue_of_two_gives_a_slow_frame_a_period_in_hand() -> None:
    misses = {}
    for depth in (1, 2):
        loop, _ = locked(depth=depth)
        loop.run(300)
        late = [one for _ in range(10) for one in [*loop.run(1, lambda: 14 * MS), *loop.run(20)] if one.vsyncs > 1]
        misses[depth] = len(late)
        # The price is latency: from the start of a frame to its vsync.
        loop.run(9000)
        latency = loop.run(1)[0]
        assert (latency.shown - latency.begun > P) == (depth == 2)
    assert misses[2] <= misses[1]


def test_the_vsync_is_told_while_locked() -> None:
    loop, pacer = locked()
    assert pacer.vsync_ns is None
    seen = loop.run(200)
    assert pacer.vsync_ns == pytest.approx(seen[-1].shown, abs=0.1 * MS)


# -- the interface -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PACERS)
def test_an_event_ends_the_wait(name: str) -> None:
    loop = Loop(name)
    loop.run(100)
    wake = threading.Event()
    wake.set()
    before = loop.clock.now_ns()
    loop.pacer.begin_frame(wake)
    assert loop.clock.now_ns() == before


@pytest.mark.parametrize("name", PACERS)
def test_frames_that_are_never_swapped_come_at_no_more_than_twice_the_rate(name: str) -> None:
    clock = FakeClock()
    pacer = make_pacer(name, PacingSettings(), clock)
    first = pacer.begin_frame()
    times = [pacer.begin_frame() for _ in range(300)]
    assert clock.now_ns() - first.start_ns >= 299 * (P // 2)
    assert times[-1].present_ns - clock.now_ns() <= P
    assert pacer.frames == 301


def test_settings_out_of_range_are_refused() -> None:
    for options, words in (
        ({"refresh_hz": 0.0}, "paced to 0.0 Hz"),
        ({"refresh_hz": float("inf")}, "paced to inf Hz"),
        ({"queue_depth": 3}, "queue depth is 3"),
        ({"margin_ns": -1}, "margin is -1 ns"),
    ):
        with pytest.raises(EngineError, match=words):
            PacingSettings(**options)  # type: ignore[arg-type]
    with pytest.raises(EngineError, match=r"no pacing strategy 'fast'.*phase_locked"):
        make_pacer("fast", PacingSettings(), FakeClock())
