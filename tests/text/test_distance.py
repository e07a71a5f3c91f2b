"""Distances against the plainest way to find them."""

from __future__ import annotations

import numpy as np
import pytest

from ecs_engine.text.distance import distance_field


def plainly(inside: np.ndarray, step: int, spread: int, square: bool) -> np.ndarray:  # type: ignore[type-arg]
    """Every pixel looked at from every texel."""
    height, width = (side // step for side in inside.shape)
    rows, columns = np.indices(inside.shape)
    field = np.empty((height, width))
    for row in range(height):
        for column in range(width):
            y, x = row * step + step // 2, column * step + step // 2
            other = inside != inside[y, x]
            down, across = np.abs(rows - y)[other], np.abs(columns - x)[other]
            distances = np.maximum(down, across) if square else np.hypot(down, across)
            nearest = distances.min(initial=spread * step + 1) - 0.5
            field[row, column] = nearest if inside[y, x] else -nearest
    return np.clip(field / (spread * step) * 127.5 + 127.5, 0, 255)


@pytest.mark.parametrize("square", [False, True])
@pytest.mark.parametrize(("step", "spread"), [(1, 3), (3, 2), (5, 4)])
def test_distances_are_exact_within_the_spread(step: int, spread: int, square: bool) -> None:
    rng = np.random.default_rng(step)
    for _ in range(5):
        coarse = rng.random((6, 7)) < 0.4
        inside = np.kron(coarse, np.ones((step * 2, step * 2))).astype(bool)
        found = distance_field(inside, step, spread, square=square)
        assert found.shape == (12, 14)
        assert np.abs(found - plainly(inside, step, spread, square)).max() <= 1


@pytest.mark.parametrize("value", [False, True])
def test_nothing_and_everything_are_as_far_as_can_be(value: bool) -> None:
    field = distance_field(np.full((10, 15), value), 5, 2)
    assert field.shape == (2, 3)
    assert (field == 255 * value).all()
