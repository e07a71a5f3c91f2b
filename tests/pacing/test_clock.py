"""The clocks: waits that end when they should, on a clock that the test moves."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest

from ecs_engine.pacing import FakeClock, MonotonicClock
from ecs_engine.pacing.clock import MAX_EARLY_NS

MS = 1_000_000


class Machine:
    """A system whose time only moves in sleeps and, a little, in readings of the clock."""

    def __init__(self, read_ns: int = 100) -> None:
        self.now = 10 * MS
        self.read_ns = read_ns
        self.oversleep_ns = 0
        self.jump_ns = 0
        """How far the clock jumps in the next sleep."""
        self.sleeps: list[int] = []

    def read(self) -> int:
        self.now += self.read_ns
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(round(seconds * 1e9))
        self.now += round(seconds * 1e9) + self.oversleep_ns + self.jump_ns
        self.jump_ns = 0


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(
        "ecs_engine.pacing.clock.time", SimpleNamespace(sleep=machine.sleep, perf_counter_ns=machine.read)
    )
    return machine


def on(machine: Machine, max_spin_ns: int = 200_000) -> MonotonicClock:
    clock = MonotonicClock(max_spin_ns)
    clock.now_ns = machine.read
    return clock


def test_the_raw_clock_is_taken_where_there_is_one() -> None:
    clock = MonotonicClock()
    assert clock.name == ("CLOCK_MONOTONIC_RAW" if hasattr(time, "CLOCK_MONOTONIC_RAW") else "perf_counter")
    readings = [clock.now_ns() for _ in range(1000)]
    assert readings == sorted(readings)


def test_stamps_of_events_are_carried_over() -> None:
    clock = MonotonicClock()
    before = clock.now_ns()
    stamp = time.monotonic_ns()
    after = clock.now_ns()
    # A second apart for scheduling at the worst; clocks mixed up would be off by the whole difference of their origins.
    assert before - 1e9 < clock.from_monotonic_ns(stamp) < after + 1e9
    assert clock.from_monotonic_ns(stamp + MS) - clock.from_monotonic_ns(stamp) == pytest.approx(MS, abs=1e9)


def test_the_offset_is_read_anew_for_each_stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = MonotonicClock()
    other = SimpleNamespace(monotonic_ns=lambda: 500)
    monkeypatch.setattr("ecs_engine.pacing.clock.time", other)
    clock.now_ns = lambda: 10_500
    assert clock.from_monotonic_ns(400) == 10_400
    clock.now_ns = lambda: 10_700  # slewed apart
    assert clock.from_monotonic_ns(400) == 10_600


@pytest.mark.parametrize("oversleep", [0, 30_000, 90_000, 190_000])
def test_a_wait_ends_at_its_deadline_once_the_oversleep_is_known(machine: Machine, oversleep: int) -> None:
    clock = on(machine)
    machine.oversleep_ns = oversleep
    for _ in range(3):
        clock.sleep_until_ns(machine.now + 16 * MS)
    deadline = machine.now + 16 * MS
    now = clock.sleep_until_ns(deadline)
    assert 0 <= now - deadline <= 2 * machine.read_ns


def test_the_spin_is_bounded_however_late_sleeps_end(machine: Machine) -> None:
    clock = on(machine)
    for oversleep in (5 * MS, 5 * MS, 0):
        machine.oversleep_ns = oversleep
        deadline = machine.now + 16 * MS
        machine.sleeps.clear()
        now = clock.sleep_until_ns(deadline)
        assert clock.early_ns <= MAX_EARLY_NS
    assert 0 <= now - deadline <= 2 * machine.read_ns
    assert 16 * MS - sum(machine.sleeps) <= clock.max_spin_ns + 10 * machine.read_ns


@pytest.mark.parametrize("interval", [500_000, MS])
def test_beside_a_busy_thread_a_wait_wakes_early_enough_to_be_given_the_gil(machine: Machine, interval: int) -> None:
    clock = on(machine)
    machine.oversleep_ns = interval + 60_000
    clock.sleep_until_ns(machine.now + 16 * MS)
    for _ in range(100):
        machine.sleeps.clear()
        deadline = machine.now + 16 * MS
        assert 0 <= clock.sleep_until_ns(deadline) - deadline <= 2 * machine.read_ns
        assert len(machine.sleeps) == 1


def test_waits_shorter_than_it_wakes_early_go_on_learning(machine: Machine) -> None:
    clock = on(machine)
    machine.oversleep_ns = MS
    clock.sleep_until_ns(machine.now + 16 * MS)
    assert clock.early_ns >= MS
    machine.oversleep_ns = 0
    for _ in range(300):
        clock.sleep_until_ns(machine.now + MS)
    assert clock.early_ns < 200_000


def test_the_oversleep_is_forgotten_slowly(machine: Machine) -> None:
    clock = on(machine)
    machine.oversleep_ns = 150_000
    clock.sleep_until_ns(machine.now + 16 * MS)
    learnt = clock.early_ns
    assert learnt >= 150_000
    machine.oversleep_ns = 0
    clock.sleep_until_ns(machine.now + 16 * MS)
    assert 0.9 * learnt < clock.early_ns < learnt
    for _ in range(300):
        clock.sleep_until_ns(machine.now + 16 * MS)
    assert clock.early_ns < 1000


def test_a_clock_that_may_not_spin_does_not(machine: Machine) -> None:
    clock = on(machine, max_spin_ns=0)
    deadline = machine.now + 16 * MS
    assert clock.sleep_until_ns(deadline) - deadline <= 2 * machine.read_ns
    assert clock.early_ns == 0


def test_a_deadline_that_has_passed_costs_nothing(machine: Machine) -> None:
    clock = on(machine)
    clock.sleep_until_ns(machine.now - MS)
    assert machine.sleeps == []


@pytest.mark.parametrize("jump", [-3600 * 1000 * MS, -20 * MS])
def test_a_clock_that_jumps_back_ends_the_wait(machine: Machine, jump: int) -> None:
    clock = on(machine)
    machine.jump_ns = jump
    clock.sleep_until_ns(machine.now + 16 * MS)
    assert len(machine.sleeps) == 1


def test_a_clock_that_goes_back_while_spinning_ends_the_wait(machine: Machine) -> None:
    clock = on(machine)
    machine.read_ns = -100
    clock.sleep_until_ns(machine.now + 50_000)
    assert machine.sleeps == []


def test_a_wait_is_ended_by_its_event() -> None:
    clock, wake = MonotonicClock(), threading.Event()
    hour = 3600 * 1000 * MS
    began = clock.now_ns()
    setter = threading.Timer(0.001, wake.set)
    setter.start()
    now = clock.sleep_until_ns(began + hour, wake)
    setter.join()
    assert now - began < hour
    assert clock.sleep_until_ns(clock.now_ns() + hour, wake) - began < hour


def test_the_fake_clock_moves_by_waits_alone() -> None:
    clock = FakeClock(1000, oversleep=lambda: 7)
    assert clock.now_ns() == clock.now_ns() == 1000
    assert clock.sleep_until_ns(2000) == 2007
    assert clock.sleep_until_ns(500) == 2007
    clock.advance(-7)
    assert clock.now_ns() == 2000
    wake = threading.Event()
    wake.set()
    assert clock.sleep_until_ns(9000, wake) == 2000
