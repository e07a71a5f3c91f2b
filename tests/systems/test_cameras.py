"""Cameras as views: what of a camera goes to the one who draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ecs_engine import Camera2D, Transform2D, World
from ecs_engine.core.screen import Screen
from ecs_engine.frame.keys import FIRST_UI_LAYER, HIGHEST_LAYER, first_key
from ecs_engine.systems import CameraSystem, TransformSystem
from ecs_engine.systems.cameras import read_views

MakeWorld = Callable[..., World]


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(CameraSystem(), TransformSystem())


def test_a_view_has_what_its_camera_says(world: World) -> None:
    camera = world.create_entity(
        Transform2D((3, 4)),
        Camera2D(
            height=90,
            zoom=2,
            viewport=(0.5, 0, 0.5, 1),
            clear=(255, 0, 51, 102),
            layers=(-3.5, 7.5),
            border=4,
            border_color=(0, 51, 0, 204),
        ),
    )
    world.process(0.1)
    (state,) = read_views(world)
    assert (state.x, state.y, state.angle, state.entity) == (3, 4, 0, camera)
    assert (state.first_layer, state.last_layer) == (-3, 7)
    assert state.box == (324, 4, 312, 352)
    assert (state.half_height, state.half_width) == pytest.approx((22.5, 22.5 * 312 / 352))
    view = state.view
    assert view.eye == view.previous_eye == (3, 4, 0)
    assert view.clear == pytest.approx((1, 0, 0.2, 0.4))
    assert (view.border, view.border_color) == (4, pytest.approx((0, 0.2, 0, 0.8)))
    assert view.viewport == (0.5, 0, 0.5, 1)
    assert np.allclose(view.current @ [3, 4, 0, 1], [0, 0, 0, 1], atol=1e-6)
    assert np.allclose(view.current @ [3, 4 + 22.5, 0, 1], [0, 1, 0, 1], atol=1e-6)


def test_views_are_in_order_and_the_ui_is_over_them(world: World) -> None:
    second = world.create_entity(Transform2D(), Camera2D(order=1, layers=(0, 600)))
    first = world.create_entity(Transform2D(), Camera2D(order=-1, layers=(-600, 0)))
    also_second = world.create_entity(Transform2D(), Camera2D(order=1))
    world.process(0.1)
    assert [state.entity for state in read_views(world)] == [first, second, also_second]
    world.resource(Screen).ui = (320.0, 180.0)
    *cameras, ui = read_views(world)
    assert [state.entity for state in cameras] == [first, second, also_second]
    assert [state.last_layer for state in cameras] == [0, FIRST_UI_LAYER - 1, FIRST_UI_LAYER - 1]
    assert (ui.entity, ui.first_layer, ui.last_layer) == (0, FIRST_UI_LAYER, HIGHEST_LAYER)
    assert (ui.x, ui.y, ui.half_width, ui.half_height) == (160, -90, 160, 90)
    assert ui.view.unlit_key == first_key(FIRST_UI_LAYER)
    corners = np.array([[0, 0, 0, 1], [320, -180, 0, 1]])
    assert np.allclose(ui.view.current @ corners.T, np.array([[-1, 1, 0, 1], [1, -1, 0, 1]]).T, atol=1e-6)


def test_without_a_camera_the_origin_is_in_the_middle(world: World) -> None:
    (state,) = read_views(world)
    assert (state.half_width, state.half_height, state.view.clear) == (320, 180, None)
    assert state.last_layer == HIGHEST_LAYER
    world.resource(Screen).ui = (320.0, 180.0)
    assert read_views(world)[0].last_layer == FIRST_UI_LAYER - 1
