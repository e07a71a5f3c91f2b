"""The broad phase against brute force over all pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_engine.systems.collision import CollisionError, candidate_pairs, layer_filter

Floats = npt.NDArray[np.float64]
Pairs = list[tuple[int, int]]

whole = st.integers(-20, 20).map(float)
anything = st.floats(allow_nan=True, allow_infinity=True)


def brute_force(boxes: Floats) -> Pairs:
    """Boxes as rows of min x, min y, max x, max y."""
    good = [bool(np.isfinite(box).all()) and box[0] <= box[2] and box[1] <= box[3] for box in boxes]
    return [
        (a, b)
        for a in range(len(boxes))
        for b in range(a + 1, len(boxes))
        if good[a]
        and good[b]
        and boxes[a][0] <= boxes[b][2]
        and boxes[b][0] <= boxes[a][2]
        and boxes[a][1] <= boxes[b][3]
        and boxes[b][1] <= boxes[a][3]
    ]


def found(boxes: npt.NDArray[Any], **options: Any) -> Pairs:
    a, b = candidate_pairs(*np.asarray(boxes, np.float64).reshape(-1, 4).T, **options)
    assert a.dtype == b.dtype == np.int64
    return list(zip(a.tolist(), b.tolist(), strict=True))


def array_of(rows: list[tuple[float, float, float, float]]) -> Floats:
    return np.array(rows, np.float64).reshape(-1, 4)


def sized(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return x, y, x + width, y + height


sizes = st.one_of(st.just(0.0), st.integers(0, 9).map(float), st.integers(-40, 40).map(lambda e: 2.0**e))
some_boxes = st.lists(st.builds(sized, whole, whole, sizes, sizes), max_size=40).map(array_of)
wild_boxes = st.lists(st.tuples(anything, anything, anything, anything), max_size=25).map(array_of)


@given(some_boxes)
def test_boxes_of_all_sizes(boxes: Floats) -> None:
    assert found(boxes) == brute_force(boxes)


@given(wild_boxes)
def test_any_floats_at_all(boxes: Floats) -> None:
    assert found(boxes) == brute_force(boxes)


@given(wild_boxes, some_boxes)
def test_wild_boxes_among_others(wild: Floats, boxes: Floats) -> None:
    wild[:, :2], wild[:, 2:] = np.minimum(wild[:, :2], wild[:, 2:]), np.maximum(wild[:, :2], wild[:, 2:])
    both = np.concatenate((wild, boxes))
    assert found(both) == brute_force(both)


@given(some_boxes, st.sampled_from([5e-324, 1e-9, 0.3, 1.0, 7.0, 1e9, 1.7e308]))
def test_the_cell_size_never_changes_the_result(boxes: Floats, cell_size: float) -> None:
    assert found(boxes, cell_size=cell_size) == brute_force(boxes)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1e-3, 0.02, 0.3]), st.sampled_from([1e-200, 1.0, 1e12, 1e200]))
@settings(max_examples=30)
def test_crowds_at_every_scale(seed: int, spread: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    low = rng.uniform(-1.0, 1.0, (150, 2))
    boxes = np.hstack((low, low + spread * rng.lognormal(0.0, 1.0, (150, 2)))) * scale
    assert found(boxes) == brute_force(boxes)


@pytest.mark.parametrize("cell", [1.0, 3.0, 0.1])
def test_boxes_that_touch_across_a_cell_border(cell: float) -> None:
    """Boxes as large as their cell, at borders shifted by one bit either way: where rounding could lose one."""
    edges = np.array([0.0, cell, -cell, 2 * cell, 7 * cell, 1e6 * cell])
    low = np.concatenate((edges, np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf)))
    boxes = np.stack((low, np.zeros_like(low), low + cell, np.full_like(low, cell)), axis=1)
    assert found(boxes, cell_size=cell) == brute_force(boxes)
    turned = boxes[:, [1, 0, 3, 2]]
    assert found(turned, cell_size=cell) == brute_force(turned)


def test_a_box_that_rounding_stretches_over_three_cells() -> None:
    """Narrower than a cell, yet far from the crowd its two edges round to cells two apart: it needs some room left."""
    crowd, cell, low, high = 636961687.6844926, 2.770888466262316, -638520989.3526475, -638520986.5817591
    assert high - low < cell
    boxes = np.array([[crowd, 0, crowd, 0]] * 5 + [[low, 0, high, 0], [high, 0, high, 0]])
    assert found(boxes, cell_size=cell) == brute_force(boxes)


def test_a_thousand_in_one_place_are_all_pairs() -> None:
    n = 1000
    boxes = np.zeros((n, 4))
    assert len(found(boxes)) == n * (n - 1) // 2
    assert found(boxes) == [(a, b) for a in range(n) for b in range(a + 1, n)]


def test_broken_boxes_are_left_out_and_the_others_stay() -> None:
    nan, inf = np.nan, np.inf
    boxes = [[0, 0, 2, 2], [nan, 0, 2, 2], [1, 1, 3, 3], [-inf, -inf, inf, inf], [2, 0, 0, 2], [1, 1, 2, nan]]
    assert found(np.array(boxes)) == [(0, 2)]


def test_the_largest_boxes_there_are() -> None:
    huge = np.finfo(np.float64).max
    boxes = [[-huge, -huge, huge, huge], [0, 0, 1, 1], [huge, huge, huge, huge], [-huge, 0, -huge, 0]]
    assert found(np.array(boxes)) == [(0, 1), (0, 2), (0, 3)]


def test_a_span_that_overflows_still_meets_what_is_at_its_far_end() -> None:
    """Most boxes at one end of the number line: the distance from them to the other end is infinite in float64."""
    end = 1.7e308
    boxes = [[-end, 0, -end, 0]] * 5 + [[end, 0, end, 0], [-end, 0, end, 0]]
    assert found(np.array(boxes)) == brute_force(np.array(boxes))


def test_the_order_does_not_depend_on_the_grid_and_follows_the_rows() -> None:
    rng = np.random.default_rng(3)
    low = rng.uniform(0, 100, (2000, 2)).astype(np.float32)
    boxes = np.hstack((low, low + 3))
    pairs = found(boxes)
    assert pairs == sorted(pairs)
    assert len(pairs) > 1000
    assert all(found(boxes, cell_size=size) == pairs for size in (None, 1.0, 5.0, 50.0))


@pytest.mark.parametrize("n", [0, 1])
def test_none_and_one(n: int) -> None:
    assert found(np.zeros((n, 4))) == []


@given(some_boxes, st.integers(0, 2**32 - 1))
def test_layers_and_masks_filter_the_pairs(boxes: Floats, seed: int) -> None:
    layer, mask = np.random.default_rng(seed).integers(0, 8, (2, len(boxes)), dtype=np.uint32)
    expected = [(a, b) for a, b in brute_force(boxes) if layer_filter(layer[a], mask[a], layer[b], mask[b])]
    assert found(boxes, layer=layer, mask=mask) == expected


def test_layers_stay_with_their_boxes_when_a_broken_one_is_left_out() -> None:
    boxes = np.array([[np.nan, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]])
    layer = np.array([1, 1, 2, 2], np.uint32)
    assert found(boxes, layer=layer, mask=layer) == [(2, 3)]


def test_too_many_pairs_are_refused_before_they_fill_the_memory() -> None:
    n = 20_000  # 200 million pairs, 3 GB
    with pytest.raises(CollisionError, match="More than 1000 pairs"):
        candidate_pairs(*np.zeros((4, n)), max_pairs=1000)
    none = np.zeros(100, np.uint32)
    a, _ = candidate_pairs(*np.zeros((4, 100)), layer=none, mask=none, max_pairs=0)
    assert len(a) == 0


def test_many_candidates_are_looked_at_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    low = rng.uniform(0, 10, (300, 2))
    boxes = np.hstack((low, low + rng.uniform(0, 3, (300, 2))))
    monkeypatch.setattr("ecs_engine.systems.collision.grid._CHUNK", 7)
    assert found(boxes) == brute_force(boxes)


def test_the_inputs_are_not_written() -> None:
    boxes = np.array([[0.0, 0, 2, 2], [1, 1, 3, 3], [np.nan, 0, 0, 0]]).T.copy()
    boxes.flags.writeable = False
    before = boxes.copy()
    candidate_pairs(*boxes)
    np.testing.assert_array_equal(boxes, before)


@pytest.mark.parametrize("cell_size", [0.0, -1.0, np.nan, np.inf])
def test_a_cell_size_that_makes_no_grid_is_refused(cell_size: float) -> None:
    with pytest.raises(CollisionError, match="makes no grid"):
        candidate_pairs([0.0], [0.0], [1.0], [1.0], cell_size)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_x": [1.0]}, "max_x has 1 entries where min_x has 2"),
        ({"max_y": [[1.0, 2.0]]}, r"max_y has shape \(1, 2\)"),
        ({"min_y": ["a", "b"]}, "min_y has dtype"),
        ({"layer": [1, 2]}, "only one of layer and mask"),
        ({"layer": [1], "mask": [1]}, "layer has 1 entries"),
        ({"layer": [1.0, 2.0], "mask": [1, 2]}, "layer has dtype float64"),
        ({"layer": [1, 2**32], "mask": [1, 2]}, "more than 32 bits"),
    ],
)
def test_arrays_that_do_not_fit_are_named(change: dict[str, Any], message: str) -> None:
    columns: dict[str, Any] = {name: [0.0, 1.0] for name in ("min_x", "min_y", "max_x", "max_y")}
    with pytest.raises(CollisionError, match=message):
        candidate_pairs(**(columns | change))
