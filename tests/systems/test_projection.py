"""Places on the screen and in the world: each function undoes the other, for every camera and moment."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, floor, nan, sin
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecs_engine.components import Camera2D, CameraShake, Transform2D
from ecs_engine.core.errors import EngineError, MissingError
from ecs_engine.core.screen import Resolution, Screen
from ecs_engine.core.world import World
from ecs_engine.systems import (
    CameraSystem,
    TransformSystem,
    camera_at,
    screen_to_world,
    world_to_screen,
    zoom_at,
)

approx = pytest.approx
DT = 1 / 60
coordinates = st.floats(-1000, 1000, width=32)
parts = st.floats(0, 0.625, width=16)
sizes = st.floats(0.125, 1, width=16)


@st.composite
def screens(draw: Any) -> Screen:
    """Windows of any size and density, with or without a resolution."""
    window = draw(st.integers(40, 2000)), draw(st.integers(40, 2000))
    density = draw(st.sampled_from([1, 1.25, 2]))
    framebuffer = round(window[0] * density), round(window[1] * density)
    scaling = draw(st.sampled_from([None, "letterbox", "integer", "stretch"]))
    picture = scaling and Resolution(draw(st.integers(16, 500)), draw(st.integers(16, 500)), scaling)
    screen = Screen(*window, *framebuffer, 360, picture)
    screen.resize(window, framebuffer)
    return screen


cameras = st.builds(
    Camera2D,
    height=st.just(0) | st.floats(10, 2000, width=32),
    zoom=st.floats(0.125, 8, width=16),
    viewport=st.tuples(parts, parts, sizes, sizes),
    border=st.sampled_from([0, 2]),
)
places = st.builds(Transform2D, position=st.tuples(coordinates, coordinates), rotation=st.floats(-7, 7, width=32))


def make_world(screen: Screen) -> World:
    world = World()
    world.add_resource(screen)
    world.add_processor(CameraSystem())
    world.add_processor(TransformSystem())
    return world


@pytest.fixture
def world() -> Iterator[World]:
    with make_world(Screen(640, 360, 1280, 720, 360)) as world:
        yield world


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(screens(), cameras, places, places, st.floats(0, 1), coordinates, coordinates, st.floats(0.25, 4, width=16))
def test_each_undoes_the_other_and_follows_the_definition(
    screen: Screen, camera: Any, before: Any, after: Any, alpha: float, x: float, y: float, zoom: float
) -> None:
    with make_world(screen) as world:
        eye = world.create_entity(before, camera, CameraShake(trauma=0.5))
        world.process(DT)
        transform, lens = world.component_for_entity(eye, Transform2D), world.component_for_entity(eye, Camera2D)
        transform.position, transform.rotation = tuple(after.position), after.rotation
        lens.zoom = zoom
        world.remove_component(eye, CameraShake)
        world.process(DT)
        for moment in (0.0, alpha, 1.0):
            place = screen_to_world(world, eye, x, y, alpha=moment)
            back = world_to_screen(world, eye, *place, alpha=moment)
            if max(map(abs, place)) < 1e5:
                assert back == approx((x, y), abs=0.02 + 1e-3 * max(abs(x), abs(y)))

        # At the tick, by its definition: turned about the middle of the viewport and scaled by height and zoom.
        left, bottom, width, high = lens.viewport
        across, down = screen.framebuffer_width, screen.framebuffer_height
        border = round(lens.border * down / screen.height)
        edges = [floor(part * across + 0.5 + 1e-6) for part in (left, left + width)]
        edges += [floor(part * down + 0.5 + 1e-6) for part in (bottom, bottom + high)]
        pixels = edges[1] - edges[0] - 2 * border, edges[3] - edges[2] - 2 * border
        if min(pixels) < 1:
            return
        shown = (lens.height or pixels[1] * 360 / down) / zoom
        right = (x * across / screen.width - (edges[0] + edges[1]) / 2) / pixels[1] * shown * screen.pixel_aspect
        up = (down - y * down / screen.height - (edges[2] + edges[3]) / 2) / pixels[1] * shown
        c, s = cos(transform.rotation), sin(transform.rotation)
        expected = transform.position.x + c * right - s * up, transform.position.y + s * right + c * up
        reach = 1 + abs(right) + abs(up)
        assert screen_to_world(world, eye, x, y) == approx(expected, abs=1e-4 * reach + 1e-2)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(screens(), cameras, places, st.floats(0.25, 4, width=16), st.floats(0, 1), coordinates, coordinates)
def test_zoom_at_keeps_what_is_under_the_cursor_at_every_moment(
    screen: Screen, camera: Any, place: Any, zoom: float, alpha: float, x: float, y: float
) -> None:
    with make_world(screen) as world:
        eye = world.create_entity(place, camera)
        world.process(DT)
        under = screen_to_world(world, eye, x, y)
        zoom_at(world, eye, zoom, x, y)
        world.process(DT)
        assert world.component_for_entity(eye, Camera2D).zoom == zoom
        for moment in (0.0, alpha, 1.0):
            found = world_to_screen(world, eye, *under, alpha=moment)
            assert found == approx((x, y), abs=0.05 + 1e-3 * max(abs(x), abs(y)))


def test_up_to_animate_it_is_what_the_last_tick_showed(world: World) -> None:
    eye = world.create_entity(Transform2D((10, 0)), Camera2D())
    assert screen_to_world(world, eye, 320, 180) == approx((10, 0)), "a new camera is as it will be"
    world.process(DT)
    world.component_for_entity(eye, Transform2D).position = (50, 0)
    world.component_for_entity(eye, Camera2D).zoom = 2
    assert screen_to_world(world, eye, 330, 180) == approx((20, 0))
    world.process(DT)
    assert screen_to_world(world, eye, 330, 180) == approx((55, 0))
    assert screen_to_world(world, eye, 330, 180, alpha=0) == approx((20, 0))


def test_a_world_without_cameras_is_seen_from_the_origin(world: World) -> None:
    assert screen_to_world(world, None, 330, 170) == approx((10, 10))
    assert world_to_screen(world, None, 10, 10) == approx((330, 170))
    assert camera_at(world, 330, 170) is None


def test_the_camera_on_top_is_the_one_at_a_place(world: World) -> None:
    left, right, over, display = (
        world.create_entity(Transform2D(), Camera2D(**options))
        for options in (
            {"viewport": (0, 0, 0.5, 1), "layers": (0, 9)},
            {"viewport": (0.5, 0, 0.5, 1), "layers": (0, 9)},
            {"viewport": (0.25, 0.25, 0.5, 0.5), "order": 2, "border": 10, "layers": (0, 9)},
            {"order": 5, "layers": (10, 10)},
        )
    )
    world.process(DT)
    assert camera_at(world, 320, 180) == display
    for layer, x, y, expected in (
        (0, 0, 0, left), (0, 319, 0, left), (0, 320, 0, right), (0, 639, 359, right), (0, 640, 0, None),
        (0, 320, 180, over), (0, 165, 180, left), (0, 171, 180, over), (0, 320, 259, over), (0, 320, 262, right),
        (10, 1, 1, display), (11, 1, 1, None), (0, -1, 5, None),
    ):  # fmt: skip
        assert camera_at(world, x, y, layer=layer) == expected, (layer, x, y)


def test_a_view_in_which_the_world_is_a_point(world: World) -> None:
    eye = world.create_entity(Transform2D(), Camera2D(height=3e38, zoom=1e-5))
    world.process(DT)
    with pytest.raises(EngineError, match=f"Camera {eye} shows the whole world in one point"):
        screen_to_world(world, eye, 0, 0)


def test_what_is_no_camera_or_shows_nothing_is_told(world: World) -> None:
    stone = world.create_entity(Transform2D())
    with pytest.raises(MissingError):
        screen_to_world(world, stone, 0, 0)
    with pytest.raises(MissingError):
        world_to_screen(world, 999, 0, 0)
    blind = world.create_entity(Transform2D((nan, 0)), Camera2D())
    with pytest.raises(EngineError, match=f"Camera {blind} shows nothing"):
        screen_to_world(world, blind, 0, 0)


def test_each_window_has_its_places(world: World) -> None:
    world.resource(Screen).others[1] = Screen(200, 100, 400, 200, 100)
    first = world.create_entity(Transform2D(), Camera2D())
    other = world.create_entity(Transform2D((7, 0)), Camera2D(window=1))
    closed = world.create_entity(Transform2D(), Camera2D(window=2))
    world.process(DT)
    assert camera_at(world, 10, 10) == first
    assert camera_at(world, 10, 10, window=1) == other
    assert camera_at(world, 10, 10, window=2) is None
    assert screen_to_world(world, other, 150, 50) == approx((57, 0))
    assert world_to_screen(world, other, 57, 0) == approx((150, 50))
    zoom_at(world, other, 2.0, 150, 50)
    world.process(DT)
    assert screen_to_world(world, other, 150, 50) == approx((57, 0))
    with pytest.raises(EngineError, match=f"Camera {closed} shows nothing"):
        screen_to_world(world, closed, 0, 0)
