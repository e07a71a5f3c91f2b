"""The cameras demo is played: keys walk and shake, the wheel zooms the view under the mouse, the map shows both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ecs_engine import App, Camera2D, CameraShake, Key, Sprite, Transform2D
from ecs_engine.core.events import KeyEvent, MouseMoveEvent, ScrollEvent
from ecs_engine.core.keys import Action
from ecs_engine.demos import cameras, pixels
from ecs_engine.demos.cameras.players import Player, Walk
from ecs_engine.systems import screen_to_world, world_to_screen
from ecs_engine.systems.culling import VisibleSets
from ecs_engine.testing import stand_ins


@pytest.fixture
def app() -> Iterator[App]:
    with cameras.build(**stand_ins((1280, 720))) as app:
        app.step(2, draw=False)
        yield app


def players(app: App) -> list[Player]:
    walk = app.world.get_processor(Walk)
    assert walk is not None
    return walk.players


def place(app: App, entity: int) -> tuple[float, float]:
    x, y = app.world.component_for_entity(entity, Transform2D).position
    return x, y


@pytest.mark.parametrize(("key", "who", "way"), [(Key.A, 0, -1), (Key.D, 0, 1), (Key.LEFT, 1, -1), (Key.RIGHT, 1, 1)])
def test_each_player_walks_by_its_keys_and_its_camera_comes_along(app: App, key: Key, who: int, way: int) -> None:
    before = place(app, players(app)[who].camera)[0]
    app.events.push(KeyEvent(key, Action.PRESS))
    app.step(120, draw=False)
    player = players(app)[who]
    assert (place(app, player.camera)[0] - before) * way > 250
    middle = (who + 0.5) * 640
    assert abs(world_to_screen(app.world, player.camera, *place(app, player.entity))[0] - middle) < 160


def test_the_wheel_zooms_the_view_under_the_mouse_and_no_other(app: App) -> None:
    left, right = (app.world.component_for_entity(player.camera, Camera2D) for player in players(app))
    app.events.push(MouseMoveEvent(900, 200))
    app.events.push(ScrollEvent(0, 2))
    app.step(draw=False)
    assert (left.zoom, right.zoom) == (1, pytest.approx(1.15**2))
    app.events.push(MouseMoveEvent(100, 200))
    app.events.push(ScrollEvent(0, -9))
    app.step(draw=False)
    assert (left.zoom, right.zoom) == (pytest.approx(0.6), pytest.approx(1.15**2))


def test_space_shakes_both_views(app: App) -> None:
    app.events.push(KeyEvent(Key.SPACE, Action.PRESS))
    app.step(draw=False)
    assert all(app.world.component_for_entity(p.camera, CameraShake).trauma > 0.5 for p in players(app))


def test_the_view_ends_where_the_valley_does(app: App) -> None:
    app.events.push(KeyEvent(Key.A, Action.PRESS))
    app.step(300, draw=False)
    first = players(app)[0]
    assert screen_to_world(app.world, first.camera, 3, 360)[0] == pytest.approx(-3200, abs=0.1)
    arrows = [app.world.component_for_entity(player.arrow, Sprite) for player in players(app)]
    assert all(arrow.visible for arrow in arrows), "they are far apart"


def test_views_map_and_display() -> None:
    with cameras.build(**stand_ins((1280, 720))) as app:
        app.step()
        views = app.world.resource(VisibleSets).cameras
        assert [view.box for view in views[:2]] == [(3, 3, 634, 714), (643, 3, 634, 714)]
        assert views[2].half_width == pytest.approx(3200, rel=1e-3)
        assert views[3].box == (0, 0, 1280, 720)


def test_the_mouse_is_told_in_pixels_of_the_picture() -> None:
    with pixels.build(**stand_ins((1000, 720))) as app:
        drift = app.world.get_processor(pixels.Drift)
        assert drift is not None
        app.events.push(MouseMoveEvent(20 + 3 * 100, 90 + 3 * 70))
        app.step()
        assert drift.place.text == "100 70"
        assert tuple(drift.pointer.position) == (-60, 20)
        for key, way in ((Key.LEFT, -1), (Key.RIGHT, 1)):
            app.events.push(KeyEvent(key, Action.PRESS))
            app.step(120, draw=False)
            app.events.push(KeyEvent(key, Action.RELEASE))
            sail = app.world.get_processor(pixels.Sail)
            assert sail is not None
            assert sail.speed * way > 20
            assert sail.sprite.flip_x == (way < 0)
