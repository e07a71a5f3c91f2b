"""Shape against shape: against plain scalar geometry, and by what a contact means: moving along it parts the shapes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecs_engine.systems.collision import CollisionError, Overlaps, box_box, circle_box, circle_circle, layer_filter

position = st.floats(-50, 50).map(lambda x: round(x, 3))
size = st.floats(0, 20).map(lambda x: round(x, 3))
anything = st.floats(allow_nan=True, allow_infinity=True)
circle = st.tuples(position, position, size)
box = st.tuples(position, position, size, size)
Shape = tuple[float, ...]


def one(test: Callable[..., Overlaps], a: Shape, b: Shape) -> tuple[bool, float, float, float]:
    contacts = test(*([value] for value in (*a, *b)))
    hit, x, y, depth = (column[0].item() for column in contacts)
    if hit:
        assert math.hypot(x, y) == pytest.approx(1.0)
        assert 0.0 <= depth < math.inf
    else:
        assert (x, y, depth) == (0.0, 0.0, 0.0)
    return hit, x, y, depth


def gap_circle_circle(a: Shape, b: Shape) -> float:
    return math.dist(a[:2], b[:2]) - a[2] - b[2]


def gap_box_box(a: Shape, b: Shape) -> float:
    return max(abs(a[0] - b[0]) - a[2] - b[2], abs(a[1] - b[1]) - a[3] - b[3])


def gap_circle_box(a: Shape, b: Shape) -> float:
    """Distance from the circle's rim to the box; negative inside."""
    x, y = abs(a[0] - b[0]) - b[2], abs(a[1] - b[1]) - b[3]
    return math.hypot(max(x, 0.0), max(y, 0.0)) + min(max(x, y), 0.0) - a[2]


KINDS: list[Any] = [
    pytest.param(circle_circle, circle, circle, gap_circle_circle, id="circle_circle"),
    pytest.param(box_box, box, box, gap_box_box, id="box_box"),
    pytest.param(circle_box, circle, box, gap_circle_box, id="circle_box"),
]


@pytest.mark.parametrize(("test", "first", "second", "gap"), KINDS)
@given(data=st.data())
def test_hit_and_depth_agree_with_plain_geometry(test: Any, first: Any, second: Any, gap: Any, data: Any) -> None:
    a, b = data.draw(first), data.draw(second)
    expected = gap(a, b)
    assume(abs(expected) > 1e-9)  # at the very edge both answers are right
    hit, _, _, depth = one(test, a, b)
    assert hit == (expected < 0)
    if hit:
        assert depth == pytest.approx(-expected, abs=1e-9)


@pytest.mark.parametrize(("test", "first", "second", "gap"), KINDS)
@given(data=st.data())
def test_moving_the_second_along_the_normal_by_the_depth_parts_them(
    test: Any, first: Any, second: Any, gap: Any, data: Any
) -> None:
    a, b = data.draw(first), data.draw(second)
    hit, x, y, depth = one(test, a, b)
    if hit:
        moved = (b[0] + x * depth, b[1] + y * depth, *b[2:])
        assert gap(a, moved) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("test", "first", "second", "gap"), KINDS)
@given(data=st.data())
def test_whatever_is_not_a_shape_never_hits_nor_harms_the_next(
    test: Any, first: Any, second: Any, gap: Any, data: Any
) -> None:
    a, b = data.draw(first), data.draw(second)
    columns = [[value, data.draw(anything), value] for value in (*a, *b)]
    contacts = test(*columns)
    assert all(np.isfinite(column).all() for column in contacts)
    good = one(test, a, b)
    for row in (0, 2):
        assert tuple(column[row] for column in contacts) == good
    if not all(math.isfinite(column[1]) for column in columns):
        assert not contacts.hit[1]


@pytest.mark.parametrize(("test", "first", "second", "gap"), KINDS)
@given(data=st.data(), bad=st.sampled_from([math.nan, math.inf, -math.inf]))
def test_one_bad_number_is_enough_to_miss(test: Any, first: Any, second: Any, gap: Any, data: Any, bad: float) -> None:
    values = [*data.draw(first), *data.draw(second)]
    values[data.draw(st.integers(0, len(values) - 1))] = bad
    assert not test(*([value] for value in values)).hit[0]


@pytest.mark.parametrize(("test", "first", "second", "gap"), KINDS)
@given(data=st.data())
def test_a_negative_size_never_hits(test: Any, first: Any, second: Any, gap: Any, data: Any) -> None:
    a, b = list(data.draw(first)), list(data.draw(second))
    shape = data.draw(st.sampled_from([a, b]))
    shape[data.draw(st.integers(2, len(shape) - 1))] = -1e-9
    assert not one(test, tuple(a), tuple(b))[0]


@pytest.mark.parametrize(
    ("test", "a", "b", "expected"),
    [
        (circle_circle, (0, 0, 1), (3, 0, 2), (True, 1, 0, 0)),
        (circle_circle, (0, 0, 1), (0, 0, 2), (True, 1, 0, 3)),
        (circle_circle, (5, 5, 0), (5, 5, 0), (True, 1, 0, 0)),
        (circle_circle, (0, 0, 1), (5e-324, 5e-324, 1), (True, 1, 0, 2)),
        (box_box, (0, 0, 1, 1), (2, 0, 1, 1), (True, 1, 0, 0)),
        (box_box, (0, 0, 1, 1), (-1.5, 0, 1, 1), (True, -1, 0, 0.5)),
        (box_box, (0, 0, 1, 1), (0, -1.5, 1, 1), (True, 0, -1, 0.5)),
        (box_box, (0, 0, 1, 1), (2, 2, 1, 1), (True, 0, 1, 0)),
        (box_box, (3, 3, 0, 0), (3, 3, 0, 0), (True, 0, 1, 0)),
        (circle_box, (0, 0, 1), (3, 0, 2, 2), (True, 1, 0, 0)),
        (circle_box, (0, 3, 1.5), (0, 0, 2, 2), (True, 0, -1, 0.5)),
        (circle_box, (1.5, 0, 1), (0, 0, 2, 2), (True, -1, 0, 1.5)),
        (circle_box, (0, 0, 1), (0, 0, 2, 2), (True, 0, 1, 3)),
        (circle_box, (0, 0, 0), (0, 0, 0, 0), (True, 0, 1, 0)),
        (circle_box, (0, 0, 1), (0, 0, math.inf, 2), (False, 0, 0, 0)),
        (circle_box, (2, 2, 0.5), (0, 0, 1, 1), (False, 0, 0, 0)),
    ],
)
def test_known_cases(test: Any, a: Shape, b: Shape, expected: tuple[bool, float, float, float]) -> None:
    assert one(test, a, b) == expected


@pytest.mark.parametrize(("test", "extra"), [(circle_circle, 1), (box_box, 2)])
def test_huge_shapes_far_apart_miss_and_together_hit(test: Any, extra: int) -> None:
    far, near = (1e300, 1e300), (1e200, -1e200)
    assert not one(test, (*near, *[1e200] * extra), (*far, *[1e200] * extra))[0]
    assert one(test, (*near, *[1e200] * extra), (*near, *[1e200] * extra))[0]


def test_no_pairs_give_empty_columns() -> None:
    contacts = circle_circle([], [], [], [], [], [])
    assert [column.shape for column in contacts] == [(0,)] * 4


def test_float32_columns_are_computed_in_float64() -> None:
    column = np.array([1.0], np.float32)
    contacts = circle_circle(column, column, column, column + 1, column, column)
    assert contacts.depth.dtype == np.float64
    assert contacts.depth[0] == 1.0


def test_columns_that_do_not_fit_are_named() -> None:
    with pytest.raises(CollisionError, match="b_radius has 1 entries where ax has 2"):
        circle_circle([0, 1], [0, 1], [1, 1], [0, 1], [0, 1], [1])
    with pytest.raises(CollisionError, match=r"ax has shape \(\)"):
        circle_box(0, 0, 1, 0, 0, 1, 1)
    with pytest.raises(CollisionError, match="ay has dtype complex128"):
        box_box([0], [0j], [1], [1], [0], [0], [1], [1])


layers = st.integers(0, 2**32 - 1)


@given(layers, layers, layers, layers)
def test_a_pair_collides_when_both_want_it(layer_a: int, mask_a: int, layer_b: int, mask_b: int) -> None:
    columns = [np.array([value], np.uint32) for value in (layer_a, mask_a, layer_b, mask_b)]
    assert layer_filter(*columns)[0] == bool(layer_a & mask_b and layer_b & mask_a)


def test_layers_broadcast_and_minus_one_is_every_bit() -> None:
    assert layer_filter(np.array([1, 2, 4]), -1, 1 << 31, np.array([1, 3, 3])).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (1.0, "dtype float64"),
        (2**32, "more than 32 bits"),
        (-(2**31) - 1, "more than 32 bits"),
        ([1, 2, 3], "one shape"),
    ],
)
def test_layers_that_are_no_masks_are_refused(layer: Any, message: str) -> None:
    with pytest.raises(CollisionError, match=message):
        layer_filter(layer, [1, 2], 1, 1)
