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
        texels = np.kron(rng.random((6, 7)) < 0.4, np.ones((2, 2)))  # no edge crosses a texel
        inside = np.kron(texels, np.ones((step, step))).astype(bool)
        found = distance_field(inside * np.uint8(255), step, spread, square=square)
        assert found.shape == (12, 14)
        assert np.abs(found - plainly(inside, step, spread, square)).max() <= 1


@pytest.mark.parametrize("angle", [0.0, 0.1, 0.4, 0.785, 1.2, 2.0, 3.5])
def test_edges_are_where_they_are_to_a_twentieth_of_a_texel(angle: float) -> None:
    """A half-plane, smooth as HarfBuzz draws it, at every angle and place within a texel."""
    step, spread, fine = 3, 4, 8
    y, x = (np.indices((20 * step * fine,) * 2) + 0.5) / (step * fine) - 10
    middles = np.arange(20) + 0.5 - 10
    for offset in np.linspace(0, 1, 7):
        plane = x * np.cos(angle) + y * np.sin(angle) < offset
        pixels = plane.reshape(20 * step, fine, 20 * step, fine).mean(axis=(1, 3))
        found = distance_field(np.rint(pixels * 255).astype(np.uint8), step, spread)
        distance = (found.astype(float) - 127.5) / 127.5 * spread
        true = offset - middles[None, :] * np.cos(angle) - middles[:, None] * np.sin(angle)
        inner = (slice(2, -2), slice(2, -2))
        error = np.abs(distance - true)[inner]
        assert error[np.abs(true[inner]) < 0.4].max(initial=0.0) < 0.05
        assert error[np.abs(true[inner]) < spread - 0.5].max() < 1 / 3


@pytest.mark.parametrize("value", [0, 255])
def test_nothing_and_everything_are_as_far_as_can_be(value: int) -> None:
    field = distance_field(np.full((10, 15), value, np.uint8), 5, 2)
    assert field.shape == (2, 3)
    assert (field == value).all()
