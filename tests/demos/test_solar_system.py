"""The solar system: who goes round whom, who is drawn over whom, and the flight from one to the next."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from ecs_engine import Action, App, Camera2D, CameraFollow, Key, KeyEvent, Parent, Shape, Text, WorldPose2D, world_pose
from ecs_engine.demos import solar_system
from ecs_engine.demos.solar_system import TILT, FlightSystem, Lit, Orbit
from ecs_engine.testing import stand_ins


@pytest.fixture
def app() -> Iterator[App]:
    with solar_system.build(**stand_ins()) as app:
        app.step(2, draw=False)
        yield app


def flight(app: App) -> FlightSystem:
    system = app.world.get_processor(FlightSystem)
    assert system is not None
    return system


def fly(app: App, key: Key, ticks: int = 1) -> None:
    app.events.push(KeyEvent(key, Action.PRESS))
    app.events.push(KeyEvent(key, Action.RELEASE))
    app.step(ticks, draw=False)


def test_everything_keeps_its_distance_from_its_parent(app: App) -> None:
    for ticks in (1, 500):
        app.step(ticks, draw=False)
        for rows in app.world.select(Orbit, Parent, WorldPose2D):
            orbit, parent, pose = rows
            around = np.array([world_pose(app.world, int(entity))[:2] for entity in parent.entity])
            x, y = (pose.pose[:, :2] - around).T
            np.testing.assert_allclose(np.hypot(x, y / TILT), orbit.distance, rtol=1e-3)


def test_the_lower_is_drawn_over_the_higher_and_the_sun_is_between(app: App) -> None:
    ((lit, pose, shape),) = app.world.select(Lit, WorldPose2D, Shape)
    plain = lit.ahead == 0
    y, layer = pose.pose[plain, 1], shape.layer[plain]
    order = np.argsort(-y)
    assert (np.diff(layer[order]) >= 0).all()
    assert (layer[y > 5] < 0).all()
    assert (layer[y < -5] > 0).all()


def test_keys_fly_from_one_to_the_next(app: App) -> None:
    system = flight(app)
    camera = app.world.component_for_entity(system.camera, Camera2D)
    follow = app.world.component_for_entity(system.camera, CameraFollow)
    assert (system.title.text, camera.zoom) == ("The sun", 1.0)
    names = []
    for _ in solar_system.PLANETS:
        fly(app, Key.RIGHT, 2)
        names.append(system.title.text)
        assert follow.target == system.bodies[system.chosen][1]
    assert names == [planet.name for planet in solar_system.PLANETS]
    app.step(200, draw=False)
    assert camera.zoom == pytest.approx(system.bodies[-1][2], rel=0.01)
    fly(app, Key.RIGHT, 200)
    assert system.title.text == "The sun"
    assert camera.zoom == pytest.approx(1.0, abs=0.05)
    fly(app, Key.LEFT)
    assert system.title.text == "Neptune"


def test_names_of_moons_show_from_near_and_of_planets_from_far(app: App) -> None:
    labels = {label.plain: label for _, label in app.world.get_component(Text)}
    for near in (False, True):
        assert (labels["Moon"].visible, labels["Mars"].visible) == (near, not near)
        fly(app, Key.RIGHT)
