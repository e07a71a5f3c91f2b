"""The ring of measurements."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from ecs_engine.trace import Samples


def test_empty() -> None:
    samples = Samples(4)
    assert samples.count == 0
    assert samples.values().tolist() == []
    assert samples.percentile(50) == 0.0


def test_part_full() -> None:
    samples = Samples(4)
    samples.add(3)
    samples.add(1.5)
    assert samples.values().tolist() == [3.0, 1.5]
    assert samples.values().dtype == np.float64


def test_the_oldest_go_when_it_is_full() -> None:
    samples = Samples(4)
    for value in range(10):
        samples.add(value)
    assert samples.count == 10
    assert sorted(samples.values().tolist()) == [6, 7, 8, 9]


def test_the_newest_in_the_order_they_came() -> None:
    samples = Samples(4)
    assert samples.newest(3).tolist() == []
    for value, newest in ((0, [0]), (1, [0, 1]), (2, [0, 1, 2]), (3, [1, 2, 3]), (4, [2, 3, 4]), (5, [3, 4, 5])):
        samples.add(value)
        assert samples.newest(3).tolist() == newest
    assert samples.newest(1).tolist() == [5]
    assert samples.newest(99).tolist() == [2, 3, 4, 5]


def test_percentiles() -> None:
    samples = Samples(200)
    for value in np.random.default_rng(0).permutation(101):
        samples.add(float(value))
    assert [samples.percentile(p) for p in (0, 50, 99, 100)] == pytest.approx([0, 50, 99, 100])


def test_values_are_a_copy() -> None:
    samples = Samples(4)
    samples.add(1)
    samples.values()[0] = 9
    assert samples.values().tolist() == [1]


def test_clear() -> None:
    samples = Samples(2)
    for value in (1, 2, 3):
        samples.add(value)
    samples.clear()
    assert samples.percentile(50) == 0.0
    samples.add(4)
    assert samples.values().tolist() == [4]


@pytest.mark.parametrize("capacity", [0, -1])
def test_no_room(capacity: int) -> None:
    with pytest.raises(ValueError, match="capacity of 1 or more"):
        Samples(capacity)


def test_one_adds_while_another_reads() -> None:
    samples, done = Samples(64), threading.Event()

    def add() -> None:
        for value in range(20_000):
            samples.add(value)
        done.set()

    thread = threading.Thread(target=add)
    thread.start()
    while not done.is_set():
        assert 0 <= samples.percentile(100) < 20_000
    thread.join()
    assert sorted(samples.values().tolist()) == list(range(20_000 - 64, 20_000))
