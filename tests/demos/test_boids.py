"""The demo of boids: its grid finds the neighbours that looking at every pair finds, and flocks form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ecs_engine import Action, App, MouseButton, Transform2D, Velocity
from ecs_engine.core.events import MouseButtonEvent, MouseMoveEvent
from ecs_engine.demos import boids
from ecs_engine.testing import stand_ins


@pytest.fixture
def app() -> Iterator[App]:
    with boids.build(count=3000, **stand_ins()) as app:
        app.step(draw=False)
        yield app


def flock(app: App) -> boids.FlockSystem:
    system = app.world.get_processor(boids.FlockSystem)
    assert system is not None
    return system


def columns(app: App) -> tuple[Any, Any]:
    ((transform, velocity, _),) = app.world.select(Transform2D, Velocity, boids.Boid)
    return transform.position.copy(), velocity.linear.copy()


def test_the_grid_finds_who_every_pair_would(app: App) -> None:
    rng = np.random.default_rng(3)
    cells = rng.integers((1, 1), (9, 7), (400, 2))
    keys = np.sort((cells[:, 1] * boids.COLUMNS + cells[:, 0]).astype(np.uint16))
    row, column = np.divmod(keys.astype(int), boids.COLUMNS)
    place, speed = rng.uniform(-100, 100, (2, 400, 2)).astype(np.float32)
    pushed = flock(app).steer(keys, place, speed)
    expected = np.zeros((400, 2))
    for one in range(400):
        near = (np.abs(row - row[one]) <= 1) & (np.abs(column - column[one]) <= 1)
        expected[one] += boids.COHESION * (place[near].mean(axis=0) - place[one])
        expected[one] += boids.ALIGNMENT * (speed[near].mean(axis=0) - speed[one])
        for other in range(max(one - boids.CLOSEST, 0), min(one + boids.CLOSEST + 1, 400)):
            if other != one and keys[other] == keys[one]:
                apart = (place[one] - place[other]).astype(float)
                expected[one] += boids.SEPARATION * apart / (apart @ apart + 4.0)
    np.testing.assert_allclose(pushed, expected, rtol=1e-3, atol=1e-2)


def test_flocks_form_and_stay_in_the_picture(app: App) -> None:
    def order() -> float:
        """1 where all in a square of 120 units go the same way, near 0 where each goes its own."""
        place, speed = columns(app)
        way = speed / np.hypot(speed[:, 0], speed[:, 1])[:, None]
        _, square = np.unique(place // 120, axis=0, return_inverse=True)
        count = np.bincount(square.ravel())
        sums = np.stack([np.bincount(square.ravel(), way[:, axis]) for axis in (0, 1)])
        return float(np.hypot(*sums).sum() / count.sum())

    before = order()
    app.step(400, draw=False)
    assert order() > before + 0.3
    place, speed = columns(app)
    assert (np.abs(place) < (boids.WIDTH / 2, boids.HEIGHT / 2)).mean() > 0.97
    assert np.hypot(speed[:, 0], speed[:, 1]).min() >= boids.SLOWEST * 0.999
    assert np.hypot(speed[:, 0], speed[:, 1]).max() <= 230.001


def test_the_hawk_comes_to_the_held_mouse_and_boids_flee_it(app: App) -> None:
    hawk = app.world.component_for_entity(flock(app).hawk, Transform2D)
    app.events.push(MouseMoveEvent(960, 180))
    app.events.push(MouseButtonEvent(MouseButton.LEFT, Action.PRESS))
    app.step(200, draw=False)
    assert tuple(hawk.position) == pytest.approx((480, 270), abs=3)
    place, _ = columns(app)
    distance = np.hypot(*(place - np.array(hawk.position)).T)
    share = boids.HAWK_REACH**2 / 4 * np.pi / (boids.WIDTH * boids.HEIGHT)
    assert (distance < boids.HAWK_REACH / 2).mean() < share / 2
    app.events.push(MouseButtonEvent(MouseButton.LEFT, Action.RELEASE))
    app.step(100, draw=False)
    assert tuple(hawk.position) != pytest.approx((480, 270), abs=50)
