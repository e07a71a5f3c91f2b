"""Contacts from tick to tick, against Python sets."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine.systems.collision import CollisionError, ContactTracker

BIG = 2**63 - 1
Pair = tuple[int, int]

# Few ids, so that pairs meet again; at the borders of 32 and 64 bits, where packed keys could collide.
ids = st.sampled_from([0, 1, 2, 3, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**33, BIG - 1, BIG, -1, -(2**63)])
small = st.integers(0, 8)


def ticks_of(element: Any) -> Any:
    pair = st.tuples(element, element).filter(lambda p: p[0] != p[1])
    return st.lists(st.lists(pair, max_size=12), min_size=1, max_size=6)


def columns(pairs: list[Pair]) -> tuple[Any, Any]:
    array = np.array(pairs, np.int64).reshape(-1, 2)
    return array[:, 0], array[:, 1]


def rows(array: Any) -> list[Pair]:
    assert array.dtype == np.int64
    assert array.ndim == 2
    return [(a, b) for a, b in array.tolist()]


def ordered(pair: Pair) -> Pair:
    return min(pair), max(pair)


@given(st.one_of(ticks_of(small), ticks_of(ids)))
def test_enter_stay_and_exit_are_those_of_sets(ticks: list[list[Pair]]) -> None:
    tracker = ContactTracker()
    for before, now in pairwise([[], *ticks]):
        old, new = {ordered(p) for p in before}, {ordered(p) for p in now}
        changes = tracker.update(*columns(now))
        assert rows(changes.enter) == sorted(new - old)
        assert rows(changes.stay) == sorted(new & old)
        assert rows(changes.exit) == sorted(old - new)
        assert rows(tracker.pairs) == sorted(new)
        first: dict[Pair, int] = {}
        for row, pair in enumerate(now):
            first.setdefault(ordered(pair), row)
        assert changes.enter_rows.tolist() == [first[p] for p in sorted(new - old)]
        assert changes.stay_rows.tolist() == [first[p] for p in sorted(new & old)]


@given(st.permutations([(1, 2), (4, 3), (2, 9), (7, 1), (3, 2)]))
def test_the_order_of_the_pairs_given_does_not_matter(pairs: list[Pair]) -> None:
    changes = ContactTracker().update(*columns(pairs))
    assert rows(changes.enter) == [(1, 2), (1, 7), (2, 3), (2, 9), (3, 4)]


def test_two_pairs_that_a_32_bit_key_would_confuse() -> None:
    tracker = ContactTracker()
    tracker.update([0], [2**32 + 5])
    changes = tracker.update([1], [5])
    assert rows(changes.enter) == [(1, 5)]
    assert rows(changes.exit) == [(0, 2**32 + 5)]


def test_the_first_id_beyond_32_bits() -> None:
    changes = ContactTracker().update([0, 1, 1], [2**32, 2**32, 2])
    assert rows(changes.enter) == [(0, 2**32), (1, 2), (1, 2**32)]


def test_nothing_then_something_then_nothing() -> None:
    tracker = ContactTracker()
    for pairs in ([], [(1, 2)], []):
        changes = tracker.update(*columns(pairs))
        assert len(changes.stay) == 0
    assert rows(changes.exit) == [(1, 2)]
    assert len(tracker.pairs) == 0


def test_empty_lists_will_do() -> None:
    assert rows(ContactTracker().update([], []).enter) == []


def test_clear_forgets_without_an_exit() -> None:
    tracker = ContactTracker()
    tracker.update([1], [2])
    tracker.clear()
    changes = tracker.update([1], [2])
    assert (rows(changes.enter), rows(changes.exit)) == ([(1, 2)], [])


def test_the_tracked_pairs_cannot_be_written_from_outside() -> None:
    tracker = ContactTracker()
    changes = tracker.update([1], [2])
    with pytest.raises(ValueError, match="read-only"):
        tracker.pairs[0, 0] = 9
    changes.enter[0, 0] = 9
    assert rows(tracker.pairs) == [(1, 2)]


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([1, 7], [2, 7], "Entity 7 is paired with itself"),
        ([1, 2], [3], "b has 1 entries where a has 2"),
        ([1.5], [2.5], "a has dtype float64"),
        (np.array([2**63], np.uint64), [1], "a holds a number above"),
        ([[1, 2]], [[3, 4]], r"a has shape \(1, 2\)"),
    ],
)
def test_pairs_that_cannot_be_are_refused_and_what_was_tracked_stays(a: Any, b: Any, message: str) -> None:
    tracker = ContactTracker()
    tracker.update([1], [2])
    with pytest.raises(CollisionError, match=message):
        tracker.update(a, b)
    assert rows(tracker.pairs) == [(1, 2)]
