"""Viewports of split screens and maps."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecs_engine.core.errors import EngineError
from ecs_engine.core.screen import pixel_box
from ecs_engine.systems import corner, split


@example(12, 1, (100, 134))
@given(st.integers(1, 12), st.none() | st.integers(1, 5), st.tuples(st.integers(100, 900), st.integers(100, 900)))
def test_the_parts_cover_every_pixel_once(count: int, columns: int | None, size: tuple[int, int]) -> None:
    boxes = [pixel_box(viewport, size) for viewport in split(count, columns=columns)]
    assert len(boxes) == count
    assert sum(width * height for _, _, width, height in boxes) == size[0] * size[1]
    for index, (left, bottom, width, height) in enumerate(boxes):
        assert 0 <= left < left + width <= size[0]
        assert 0 <= bottom < bottom + height <= size[1]
        for other_left, other_bottom, other_width, other_height in boxes[:index]:
            apart = left >= other_left + other_width or other_left >= left + width
            assert apart or bottom >= other_bottom + other_height or other_bottom >= bottom + height


def test_players_are_in_the_order_of_reading() -> None:
    assert split(4) == [(0, 0.5, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5), (0, 0, 0.5, 0.5), (0.5, 0, 0.5, 0.5)]
    assert split(3)[2] == (0, 0, 1, 0.5), "the last one has the room that is left"


@pytest.mark.parametrize(("count", "options"), [(0, {}), (-1, {}), (2, {"columns": 0})])
def test_nothing_to_split_is_told(count: int, options: Any) -> None:
    with pytest.raises(EngineError, match="cannot be: give 1 or more"):
        split(count, **options)


def test_corners_keep_their_margin() -> None:
    assert corner(0.2, 0.3, margin=0.1) == pytest.approx((0.7, 0.6, 0.2, 0.3))
    assert corner(0.2, 0.3, at=(0, 0), margin=0.1) == pytest.approx((0.1, 0.1, 0.2, 0.3))
    assert corner(0.2, 0.3, at=(0.5, 0)) == pytest.approx((0.4, 0, 0.2, 0.3))
