"""Garbage collected while all threads wait, and not otherwise; with a collector and times that are made up."""

from __future__ import annotations

import random

import pytest

from ecs_engine.pacing.slack import BOUND, FIRST_NS, FOREVER, MARGIN_NS, GarbageSlack, SlackClock

MS = 1_000_000
ROOM = FIRST_NS + MARGIN_NS
A, B = 0, 1


class FakeCollector:
    """Counts as CPython's collector does; a collection of each generation takes what the test says."""

    def __init__(self) -> None:
        self.counts = [0, 0, 0]
        self.thresholds = (700, 10, 10)
        self.took = [MS // 10, MS // 2, 5 * MS]
        self.now = 0
        self.collected: list[int] = []

    def timer_ns(self) -> int:
        return self.now

    def get_count(self) -> tuple[int, int, int]:
        return self.counts[0], self.counts[1], self.counts[2]

    def get_threshold(self) -> tuple[int, int, int]:
        return self.thresholds

    def collect(self, generation: int) -> int:
        self.collected.append(generation)
        self.now += self.took[generation]
        self.counts[: generation + 1] = [0] * (generation + 1)
        if generation < 2:
            self.counts[generation + 1] += 1
        return 0


def wait(slack: GarbageSlack, thread: int, until_ns: int, now_ns: int = 0) -> None:
    """Begin to wait, as a thread's clock does."""
    slack.waits(thread, until_ns)
    slack.collect(thread, until_ns, now_ns)


@pytest.fixture
def collector() -> FakeCollector:
    return FakeCollector()


@pytest.fixture
def slack(collector: FakeCollector) -> GarbageSlack:
    slack = GarbageSlack(2, collector=collector, timer_ns=collector.timer_ns)
    slack.enabled = True
    return slack


def test_the_last_to_wait_collects_what_is_due(slack: GarbageSlack, collector: FakeCollector) -> None:
    collector.counts[0] = 701
    wait(slack, A, 10 * MS)
    assert collector.collected == []  # the other thread works
    wait(slack, B, 10 * MS)
    assert collector.collected == [0]
    wait(slack, B, 10 * MS)
    assert collector.collected == [0]  # nothing is due any more
    assert (slack.collections, slack.forced) == ([1, 0, 0], 0)


@pytest.mark.parametrize(("until_a", "until_b"), [(ROOM - 1, FOREVER), (FOREVER, ROOM - 1), (0, FOREVER)])
def test_the_nearest_deadline_counts(slack: GarbageSlack, collector: FakeCollector, until_a: int, until_b: int) -> None:
    collector.counts[0] = 701
    slack.waits(A, until_a)
    wait(slack, B, until_b)
    assert collector.collected == []
    slack.waits(A, ROOM)
    wait(slack, B, ROOM)
    assert collector.collected == [0]


def test_a_thread_that_works_again_has_no_slack(slack: GarbageSlack, collector: FakeCollector) -> None:
    collector.counts[0] = 701
    slack.waits(A, FOREVER)
    slack.works(A)
    wait(slack, B, FOREVER)
    assert collector.collected == []


def test_a_pause_is_slack_for_the_one_who_makes_it_and_for_nobody_else(
    slack: GarbageSlack, collector: FakeCollector
) -> None:
    clock = SlackClock(slack, A)
    collector.counts[0] = 701
    clock.pause()
    assert collector.collected == []  # the other one works
    slack.waits(B, FOREVER)
    clock.pause()
    assert collector.collected == [0]
    collector.counts[0] = 701
    wait(slack, B, FOREVER)
    assert collector.collected == [0]


def test_a_clock_waits_and_then_works(slack: GarbageSlack, collector: FakeCollector) -> None:
    clock = SlackClock(slack, A)
    slack.waits(B, FOREVER)
    collector.counts[0] = 701
    clock.sleep_until_ns(clock.now_ns() + 20 * MS)
    assert collector.collected == [0]
    collector.counts[0] = 701
    wait(slack, B, FOREVER)
    assert collector.collected == [0]  # the clock's thread is back at work


def test_switched_off_it_does_nothing(slack: GarbageSlack, collector: FakeCollector) -> None:
    slack.enabled = False
    collector.counts[:] = [10**6] * 3
    slack.waits(A, FOREVER)
    wait(slack, B, FOREVER)
    assert collector.collected == []


def test_a_threshold_of_zero_is_a_collector_switched_off(slack: GarbageSlack, collector: FakeCollector) -> None:
    collector.thresholds, collector.counts[0] = (0, 10, 10), 10**6
    slack.waits(A, FOREVER)
    wait(slack, B, FOREVER)
    assert collector.collected == []


def test_the_oldest_that_fits_is_collected(slack: GarbageSlack, collector: FakeCollector) -> None:
    slack.expected_ns[:] = [MS // 10, MS // 2, 5 * MS]
    for room, generation in ((6 * MS, 2), (5 * MS, 1), (MS // 2, 0)):
        collector.counts[:] = [701, 11, 11]
        slack.waits(A, room)
        wait(slack, B, room)
        assert collector.collected[-1] == generation
    assert slack.collections == [1, 1, 1]


def test_what_takes_long_is_known_at_once_and_forgotten_slowly(slack: GarbageSlack, collector: FakeCollector) -> None:
    slack.waits(A, FOREVER)

    def collect(took: int) -> float:
        collector.took[0], collector.counts[0] = took, 701
        wait(slack, B, FOREVER)
        return slack.expected_ns[0]

    assert collect(8 * MS) == 8 * MS
    after = [collect(MS) for _ in range(60)]
    assert 7 * MS < after[0] < 8 * MS
    assert MS < after[-1] < 1.3 * MS
    assert after == sorted(after, reverse=True)


def test_a_wrong_expectation_does_not_keep_a_generation_from_being_collected_for_ever(
    slack: GarbageSlack, collector: FakeCollector
) -> None:
    slack.expected_ns[0] = 30.0 * MS  # the machine was asleep in the middle of one
    collector.counts[0] = 701
    looks = 0
    while not collector.collected and looks < 2000:
        slack.waits(A, 10 * MS)
        wait(slack, B, 10 * MS)
        looks += 1
    assert 500 < looks < 1500
    assert slack.forced == 0


def test_without_slack_garbage_does_not_grow_without_limit(slack: GarbageSlack, collector: FakeCollector) -> None:
    most = [0, 0, 0]
    for _ in range(100_000):
        collector.counts[0] += 1000
        most = [max(pair) for pair in zip(most, collector.counts, strict=True)]
        slack.collect(A, 0, 0)
    assert most[0] <= BOUND * 700 + 1000
    assert most[1] <= BOUND * 10 + 1
    assert most[2] <= BOUND * 10 + 1
    assert all(slack.collections)
    assert slack.forced == sum(slack.collections)


@pytest.mark.parametrize("seed", range(20))
def test_no_collection_reaches_into_anybodys_work(slack: GarbageSlack, collector: FakeCollector, seed: int) -> None:
    """Ticks and frames of random length, in their own rhythm: what was not forced ended before the next of them began,
    and began when none was under way."""
    rng = random.Random(seed)
    periods, phases = (16 * MS, rng.choice((7, 10, 16)) * MS), (0, rng.randrange(16 * MS))
    slack.expected_ns[:] = [float(took) for took in collector.took]
    starts, ends, busy, now = list(phases), [0, 0], [False, False], 0
    for _ in range(4000):
        times = [ends[i] if busy[i] else starts[i] for i in (A, B)]
        thread = times.index(min(times))
        now = max(now, times[thread])
        if not busy[thread]:
            slack.works(thread)
            busy[thread], ends[thread] = True, now + round(periods[thread] * rng.random() * 0.5)
            continue
        busy[thread] = False
        starts[thread] += periods[thread]
        collector.counts[0] += rng.randrange(600)
        collector.now, before, forced = now, len(collector.collected), slack.forced
        wait(slack, thread, starts[thread], now)
        if len(collector.collected) > before and slack.forced == forced:
            assert not any(busy)
            assert collector.now < min(starts)
    assert sum(slack.collections) > 100
    assert slack.forced < sum(slack.collections) / 10
