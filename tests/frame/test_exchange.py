"""The exchange on real threads: hand-over, ownership, waiting, closing, and a stress test with a stalled reader."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ecs_engine.core.errors import ThreadError
from ecs_engine.frame.exchange import Exchange, ExchangeError

Array = npt.NDArray[np.int64]
PATIENCE = 30.0  # seconds until a thread that does not answer fails its test


@pytest.fixture
def exchange() -> Exchange[list[int]]:
    return Exchange(list)


@pytest.fixture
def worker() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1, "worker") as pool:
        yield pool


def on(worker: ThreadPoolExecutor, task: Callable[[], Any]) -> Any:
    return worker.submit(task).result(PATIENCE)


def publish(exchange: Exchange[list[int]], value: int) -> int:
    exchange.back[:] = [value]
    return exchange.publish()


def test_the_newest_frame_wins_and_the_others_count_as_dropped(exchange: Exchange[list[int]]) -> None:
    for value in (10, 11, 12):
        publish(exchange, value)
    assert exchange.acquire()
    assert (exchange.front, exchange.front_sequence) == ([12], 2)
    assert (exchange.published, exchange.dropped) == (3, 2)


def test_without_a_new_frame_the_front_stays(exchange: Exchange[list[int]]) -> None:
    assert not exchange.acquire()
    assert (exchange.front, exchange.front_sequence) == ([], -1)
    publish(exchange, 5)
    assert exchange.acquire()
    front = exchange.front
    assert not exchange.acquire()
    assert exchange.front is front
    assert front == [5]
    assert exchange.dropped == 0


def test_the_three_slots_go_round_and_are_never_shared(exchange: Exchange[list[int]]) -> None:
    seen = {id(exchange.back), id(exchange.front)}
    rng = random.Random(1)
    for value in range(200):
        publish(exchange, value)
        assert exchange.back is not exchange.front
        if rng.random() < 0.5:
            assert exchange.acquire()
            assert exchange.front == [value]
        seen |= {id(exchange.back), id(exchange.front)}
    assert len(seen) == 3


def test_a_half_written_frame_is_not_seen(exchange: Exchange[list[int]]) -> None:
    publish(exchange, 1)
    exchange.back[:] = [99]  # and then the tick failed: no publish
    assert exchange.acquire()
    assert exchange.front == [1]
    assert not exchange.acquire()


def test_sequences_may_skip_but_never_go_back(exchange: Exchange[list[int]]) -> None:
    assert exchange.publish(7) == 7
    assert exchange.publish() == 8
    for wrong in (8, 3, -1):
        with pytest.raises(ExchangeError, match=f"Frame {wrong} cannot be published after frame 8"):
            exchange.publish(wrong)
    assert (exchange.published, exchange.dropped) == (2, 1)
    assert exchange.acquire()
    assert exchange.front_sequence == 8


def test_a_first_sequence_below_zero_is_refused(exchange: Exchange[list[int]]) -> None:
    with pytest.raises(ExchangeError, match="numbers start at 0"):
        exchange.publish(-1)
    assert not exchange.acquire()


@pytest.mark.parametrize("order", ["aaa", "aab", "abb", "aba"])
def test_slots_must_be_three_objects(order: str) -> None:
    objects: dict[str, list[int]] = {"a": [0], "b": [0]}
    slots = iter([objects[name] for name in order])
    with pytest.raises(ExchangeError, match="same object twice"):
        Exchange(lambda: next(slots))


def test_slots_are_made_once() -> None:
    made: list[list[int]] = []

    def make_slot() -> list[int]:
        made.append([])
        return made[-1]

    exchange = Exchange(make_slot)
    for _ in range(10):
        exchange.publish()
        exchange.acquire()
    assert len(made) == 3


@pytest.mark.parametrize("use", [lambda e: e.back, lambda e: e.publish()], ids=["back", "publish"])
def test_a_second_producer_is_named(exchange: Exchange[list[int]], worker: ThreadPoolExecutor, use: Any) -> None:
    publish(exchange, 1)
    with pytest.raises(ThreadError, match=r"'worker_0'.*producer.*'MainThread'"):
        on(worker, lambda: use(exchange))
    assert exchange.published == 1


@pytest.mark.parametrize(
    "use", [lambda e: e.front, lambda e: e.acquire(), lambda e: e.wait_for_frame(0)], ids=["front", "acquire", "wait"]
)
def test_a_second_consumer_is_named(exchange: Exchange[list[int]], worker: ThreadPoolExecutor, use: Any) -> None:
    publish(exchange, 1)
    exchange.acquire()
    publish(exchange, 2)
    with pytest.raises(ThreadError, match=r"'worker_0'.*consumer.*'MainThread'"):
        on(worker, lambda: use(exchange))
    assert exchange.acquire()


def test_after_rebind_new_threads_take_the_roles_and_the_frames_stay(
    exchange: Exchange[list[int]], worker: ThreadPoolExecutor
) -> None:
    publish(exchange, 1)
    assert exchange.acquire()
    exchange.rebind()
    assert on(worker, lambda: publish(exchange, 2)) == 1
    with pytest.raises(ThreadError, match=r"'MainThread'.*producer.*'worker_0'"):
        exchange.publish()
    assert on(worker, exchange.acquire)
    assert on(worker, lambda: exchange.front) == [2]
    with pytest.raises(ThreadError, match=r"'MainThread'.*consumer.*'worker_0'"):
        exchange.acquire()


def test_the_counters_may_be_read_from_any_thread(exchange: Exchange[list[int]], worker: ThreadPoolExecutor) -> None:
    publish(exchange, 1)
    read = on(worker, lambda: (exchange.published, exchange.dropped, exchange.closed, exchange.front_sequence))
    assert read == (1, 0, False, -1)


def test_waiting_returns_at_once_when_a_frame_is_there(exchange: Exchange[list[int]]) -> None:
    publish(exchange, 1)
    assert exchange.wait_for_frame(None)
    assert exchange.wait_for_frame(float("inf"))
    assert exchange.acquire()


def test_waiting_ends_when_the_time_is_up(exchange: Exchange[list[int]]) -> None:
    assert not exchange.wait_for_frame(0)
    assert not exchange.wait_for_frame(0.001)


@pytest.mark.parametrize("timeout", [-1.0, float("nan")])
def test_a_timeout_that_is_no_time_is_refused(exchange: Exchange[list[int]], timeout: float) -> None:
    with pytest.raises(ExchangeError, match="no time to wait"):
        exchange.wait_for_frame(timeout)


def test_a_waiting_consumer_is_woken_by_each_frame(exchange: Exchange[list[int]], worker: ThreadPoolExecutor) -> None:
    def consume() -> list[int]:
        values = []
        while exchange.wait_for_frame():
            exchange.acquire()
            values.append(exchange.front[0])
            taken.release()
        return values

    taken = threading.Semaphore(0)
    values = worker.submit(consume)
    for value in range(50):
        publish(exchange, value)
        assert taken.acquire(timeout=PATIENCE)
    exchange.close()
    assert values.result(PATIENCE) == list(range(50))


def test_close_wakes_a_waiter_and_lets_nobody_sleep(exchange: Exchange[list[int]], worker: ThreadPoolExecutor) -> None:
    waiter = worker.submit(exchange.wait_for_frame)
    exchange.close()
    exchange.close()
    assert waiter.result(PATIENCE) is False
    assert exchange.closed
    publish(exchange, 1)  # a tick that was under way ends as always
    assert on(worker, exchange.wait_for_frame) is True
    assert on(worker, exchange.acquire)
    assert on(worker, exchange.wait_for_frame) is False


class Flip:
    """Two buffers and a flip, with the interface of the exchange: the control of the stress test."""

    def __init__(self, make_slot: Callable[[], Array]) -> None:
        self._slots = [make_slot(), make_slot()]
        self.front_sequence = -1

    @property
    def back(self) -> Array:
        return self._slots[self.front_sequence % 2]

    @property
    def front(self) -> Array:
        return self._slots[(self.front_sequence + 1) % 2]

    def publish(self) -> None:
        self.front_sequence += 1

    def acquire(self) -> bool:
        return True


def lapped_reads(exchange: Exchange[Array] | Flip, reads: int, seed: int) -> tuple[int, list[int]]:
    """A writer that never stops, and a reader that stalls in the middle of frames until it was lapped.

    Each frame is filled with one number, in two halves. The stalls are counted in published frames, not in time.
    Returns the number of torn frames, and the numbers read.
    """
    progress, enough = threading.Condition(), threading.Event()
    published = 0

    def write() -> None:
        nonlocal published
        while not enough.is_set():
            back = exchange.back
            half = len(back) // 2
            back[:half] = published
            back[half:] = published
            with progress:  # or the reader could have the frame before it is counted, and then wait for it once more
                exchange.publish()
                published += 1
                progress.notify()

    def stall(frames: int) -> None:
        with progress:
            goal = published + frames
            assert progress.wait_for(lambda: published >= goal or writer.done(), PATIENCE)

    rng = random.Random(seed)
    torn, numbers = 0, []
    with ThreadPoolExecutor(1, "logic") as pool:
        writer = pool.submit(write)
        try:
            for _ in range(reads):
                stall(1)
                assert exchange.acquire()
                front = exchange.front
                half = len(front) // 2
                first = front[:half].copy()
                stall(rng.choice((0, 0, 1, 2, 3, 7)))
                torn += not (first == first[0]).all() or not (front[half:] == first[0]).all()
                numbers.append(int(first[0]))
        finally:
            enough.set()
        writer.result(PATIENCE)
    return torn, numbers


@pytest.mark.parametrize("seed", range(3))
def test_a_randomly_stalled_reader_never_sees_a_torn_frame(seed: int) -> None:
    exchange = Exchange(lambda: np.full(2000, -1, np.int64))
    torn, numbers = lapped_reads(exchange, 300, seed)
    assert torn == 0
    assert all(a < b for a, b in pairwise(numbers))
    assert exchange.dropped > 300  # it was lapped indeed
    assert exchange.published > numbers[-1]


def test_the_stress_test_catches_two_buffers() -> None:
    torn, _ = lapped_reads(Flip(lambda: np.full(2000, -1, np.int64)), 300, 0)
    assert torn > 0
