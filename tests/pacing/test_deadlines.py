"""The ticker that can be steered."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing import DeadlineTicker, FakeClock, MonotonicClock

MS = 1_000_000
P = 16 * MS


def test_deadlines_are_absolute() -> None:
    clock = FakeClock(0, oversleep=lambda: 3 * MS)
    ticker = DeadlineTicker(P, clock=clock)
    assert [ticker.wait() for _ in range(5)] == [P, 2 * P, 3 * P, 4 * P, 5 * P]
    assert clock.now_ns() == 5 * P + 3 * MS


def test_it_catches_up_a_little_and_skips_the_rest() -> None:
    clock = FakeClock(0)
    ticker = DeadlineTicker(P, clock=clock)
    clock.advance(4 * P)
    assert [ticker.wait() for _ in range(5)] == [P, 2 * P, 3 * P, 4 * P, 5 * P]
    clock.advance(1000 * P)
    due = ticker.wait()
    assert 0 <= clock.now_ns() - due < P
    assert ticker.skipped == 999


@given(st.lists(st.integers(0, 20 * P), max_size=60), st.integers(1, 8))
def test_time_is_ticked_or_skipped_and_never_lost(works: list[int], most_late: int) -> None:
    clock = FakeClock(0)
    ticker = DeadlineTicker(P, most_late=most_late, clock=clock)
    for ticks, work in enumerate(works, 1):
        clock.advance(work)
        ticker.wait()
        assert (ticks + ticker.skipped) * P == ticker.deadline
        assert 0 <= clock.now_ns() - ticker.deadline <= most_late * P


def test_a_stall_does_not_spiral() -> None:
    """Each tick costs two periods: without the cap it would be ever further behind."""
    clock = FakeClock(0)
    ticker = DeadlineTicker(P, most_late=5, clock=clock)
    for _ in range(50):
        clock.advance(2 * P)
        assert clock.now_ns() - ticker.wait() <= 5 * P
    assert ticker.skipped >= 40
    waits = [ticker.wait() for _ in range(10)]
    assert clock.now_ns() == waits[-1]  # in time again


@pytest.mark.parametrize(("hz", "in_step"), [
    (60, True), (59.94, True), (120, True), (30, True), (20, True), (240.5, True), (144, False), (75, False),
    (61, False), (50, False),
])  # fmt: skip
def test_what_it_can_keep_step_with(hz: float, in_step: bool) -> None:
    assert DeadlineTicker(round(1e9 / 60), clock=FakeClock()).in_step_with(round(1e9 / hz)) is in_step


@given(st.integers(-(10**15), -3 * P))
def test_a_clock_that_jumps_back_does_not_hang_it(jump: int) -> None:
    clock = FakeClock(10**16)
    ticker = DeadlineTicker(P, clock=clock)
    ticker.wait()
    clock.advance(jump)
    before = clock.now_ns()
    ticker.wait()
    assert clock.now_ns() == before + P


def test_the_stop_event_ends_the_wait() -> None:
    clock, stop = FakeClock(0), threading.Event()
    stop.set()
    assert DeadlineTicker(P, stop, clock=clock).wait() == P
    assert clock.now_ns() == 0


@given(st.integers(0, P - 1))
def test_it_finds_the_phase_it_is_aimed_at(phase: int) -> None:
    clock = FakeClock(0)
    ticker = DeadlineTicker(P, clock=clock)
    for i in range(200):
        ticker.aim(i * P + phase)
        ticker.wait()
    off = (ticker.deadline - phase + P // 2) % P - P // 2
    assert abs(off) < MS // 10


@given(st.floats(59.0, 61.0), st.integers(0, 3))
def test_it_keeps_step_with_a_display_of_nearly_its_rate(refresh_hz: float, seed: int) -> None:
    clock = FakeClock(0)
    ticker, vsync = DeadlineTicker(round(1e9 / 60), clock=clock), 1e9 / refresh_hz
    ticks = 0
    for _ in range(2000):
        ticker.aim(round((clock.now_ns() // vsync) * vsync))
        ticker.wait()
        ticks += 1
    assert abs(ticks - clock.now_ns() / vsync) <= 1.5
    # A proportional correction trails a constant drift by drift / gain.
    off = (ticker.deadline + vsync / 2) % vsync - vsync / 2
    assert abs(off) < 17 * abs(vsync - 1e9 / 60) + MS // 10


def test_left_alone_it_goes_on_at_its_own_rate() -> None:
    clock = FakeClock(0)
    ticker = DeadlineTicker(P, clock=clock)
    ticker.aim(P + 5 * MS)
    first = ticker.wait()
    assert first > P
    assert ticker.wait() == first + P
    ticker.aim(P + 5 * MS)
    ticker.aim(None)
    assert ticker.wait() == first + 2 * P


@pytest.mark.parametrize("late_periods", [5, 6])
def test_most_late_is_the_most(late_periods: int) -> None:
    clock = FakeClock(0)
    ticker = DeadlineTicker(P, most_late=5, clock=clock)
    clock.advance(P * (1 + late_periods))
    ticker.wait()
    assert ticker.skipped == (0 if late_periods == 5 else 6)


def test_the_event_ends_a_long_wait() -> None:
    stop, returned = threading.Event(), threading.Event()
    ticker = DeadlineTicker(3600 * 1000 * MS, stop)

    def wait() -> None:
        ticker.wait()
        returned.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not returned.is_set()
    stop.set()
    assert returned.wait(30)
    thread.join()


def test_the_real_clock_is_never_ahead_of_a_deadline() -> None:
    clock = MonotonicClock()
    ticker = DeadlineTicker(2 * MS, threading.Event(), clock=clock)
    for _ in range(20):
        assert ticker.wait() <= clock.now_ns()


@pytest.mark.parametrize("period", [0, -5])
def test_a_period_that_is_none_is_refused(period: int) -> None:
    with pytest.raises(EngineError, match=f"period of {period} ns"):
        DeadlineTicker(period)
