"""Stretches of rows against plain ranges."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine.core.stretches import stretches


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5))))
def test_stretches_are_ranges_one_after_the_other(parts: list[tuple[int, int]]) -> None:
    firsts, counts = np.array(parts, np.int64).reshape(-1, 2).T
    expected = [index for first, count in parts for index in range(first, first + count)]
    assert stretches(firsts, counts).tolist() == expected
