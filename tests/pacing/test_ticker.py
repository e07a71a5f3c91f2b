"""The ticker, on a clock that only moves when the test or the ticker says so."""

from __future__ import annotations

import threading
from time import monotonic_ns

import pytest

from ecs_engine.pacing import Ticker

MS = 1_000_000


class Clock:
    """A clock, and the event whose waits move it; each wake-up is ``late_ns`` late."""

    def __init__(self, now: int = 7 * MS) -> None:
        self.now = now
        self.late_ns = 0
        self.waits: list[float] = []

    def __call__(self) -> int:
        return self.now

    def wait(self, timeout: float) -> bool:
        self.waits.append(timeout)
        self.now += round(timeout * 1e9) + self.late_ns
        return False


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_deadlines_are_a_period_apart(clock: Clock) -> None:
    ticker = Ticker(10 * MS, clock, clock=clock)
    assert [ticker.deadline, ticker.wait(), ticker.wait(), ticker.wait()] == [7 * MS, 17 * MS, 27 * MS, 37 * MS]
    assert clock.waits == pytest.approx([0.01] * 3)


def test_work_is_taken_off_the_wait(clock: Clock) -> None:
    ticker = Ticker(10 * MS, clock, clock=clock)
    clock.now += 4 * MS
    ticker.wait()
    assert clock.waits == pytest.approx([0.006])


def test_late_wake_ups_do_not_add_up(clock: Clock) -> None:
    clock.late_ns = MS
    ticker = Ticker(10 * MS, clock, clock=clock)
    assert [ticker.wait() for _ in range(1000)][-1] == 7 * MS + 1000 * 10 * MS
    assert clock.now == 7 * MS + 1000 * 10 * MS + MS


def test_a_little_late_is_made_up_for_without_waiting(clock: Clock) -> None:
    ticker = Ticker(10 * MS, clock, most_late=5, clock=clock)
    clock.now += 35 * MS
    assert [ticker.wait() for _ in range(4)] == [17 * MS, 27 * MS, 37 * MS, 47 * MS]
    assert clock.waits == pytest.approx([0.005])
    assert ticker.skipped == 0


def test_after_a_stall_the_deadlines_gone_by_are_skipped_and_counted(clock: Clock) -> None:
    ticker = Ticker(10 * MS, clock, most_late=5, clock=clock)
    clock.now += 1005 * MS
    assert ticker.wait() == 7 * MS + 1000 * MS  # the newest one that is past, on the same grid
    assert ticker.skipped == 99
    assert clock.waits == []
    assert ticker.wait() == 7 * MS + 1010 * MS
    assert clock.waits == pytest.approx([0.005])


@pytest.mark.parametrize("late_periods", [5, 6])
def test_most_late_is_the_most(clock: Clock, late_periods: int) -> None:
    ticker = Ticker(10 * MS, clock, most_late=5, clock=clock)
    clock.now += 10 * MS * (1 + late_periods)
    ticker.wait()
    assert ticker.skipped == (0 if late_periods == 5 else 6)


def test_the_event_ends_a_long_wait() -> None:
    stop, returned = threading.Event(), threading.Event()
    ticker = Ticker(3600 * 1000 * MS, stop)

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
    ticker = Ticker(2 * MS, threading.Event())
    for _ in range(20):
        assert ticker.wait() <= monotonic_ns()
