"""Apps with a resolution: where the mouse is, and what the screen is, in windows of any size."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_engine import Camera2D, Input, Screen, Transform2D
from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import MouseMoveEvent
from ecs_engine.systems import camera_at, screen_to_world
from ecs_engine.testing.app import FakeApp


@pytest.mark.parametrize("density", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    ("scaling", "mouse"), [("letterbox", (160.0, 90.0)), ("integer", (160.0, 90.0)), ("stretch", (160.0, 90.0))]
)
def test_the_middle_of_the_window_is_that_of_the_picture(
    density: float, scaling: Any, mouse: tuple[float, float]
) -> None:
    with FakeApp(size=(1000, 720), content_scale=density, resolution=(320, 180), scaling=scaling) as app:
        app.window.inject(MouseMoveEvent(500, 360))
        app.step()
        assert app.world.resource(Input).mouse.position == pytest.approx(mouse, abs=1)
        screen = app.world.resource(Screen)
        assert (screen.width, screen.height) == (320, 180)
        assert screen_to_world(app.world, None, 160, 90) == pytest.approx((0, 0), abs=1e-6)
        assert screen_to_world(app.world, None, 320, 0) == pytest.approx((160, 90), rel=0.02)


def test_the_mouse_beside_the_picture_is_outside_of_it_and_on_no_camera() -> None:
    with FakeApp(size=(640, 720), resolution=(320, 180)) as app:
        app.world.create_entity(Transform2D(), Camera2D())
        app.window.inject(MouseMoveEvent(10, 100))
        app.step()
        mouse = app.world.resource(Input).mouse
        assert mouse.position == (5, (100 - 180) / 2)
        assert camera_at(app.world, *mouse.position) is None
        assert camera_at(app.world, 5, 5) is not None


def test_the_mouse_keeps_still_in_a_window_that_changes() -> None:
    with FakeApp(size=(640, 360), resolution=(320, 180)) as app:
        app.window.inject(MouseMoveEvent(320, 180))
        app.step()
        mouse = app.world.resource(Input).mouse
        assert mouse.position == (160, 90)
        app.window.resize((1280, 720))
        app.step()
        assert mouse.position == (80, 45), "where it is in the larger picture"
        assert mouse.delta == (0, 0), "and it did not move"
        app.window.inject(MouseMoveEvent(324, 180))
        app.step()
        assert mouse.position == (81, 45)
        assert mouse.delta == (1, 0)


def test_without_a_resolution_nothing_is_changed() -> None:
    with FakeApp(size=(640, 360), content_scale=2) as app:
        event = MouseMoveEvent(12.5, 20)
        app.window.inject(event)
        app.window.resize((400, 300))
        app.step()
        input = app.world.resource(Input)
        assert input.mouse.position == (12.5, 20)
        assert event in input.events
        screen = app.world.resource(Screen)
        assert (screen.width, screen.height, screen.framebuffer_width, screen.design_height) == (400, 300, 800, 360)


def test_a_picture_costs_few_calls() -> None:
    for options in ({}, {"resolution": (320, 180)}, {"resolution": (320, 180), "scaling": "integer"}):
        with FakeApp(size=(1000, 720), **options) as app:
            app.step(3)
            calls = app.device.last_frame.gl_calls
            assert calls <= 20, options


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"resolution": (0, 5)}, "0 x 5"),
        ({"resolution": (320, 180), "scaling": "fill"}, "'fill'"),
        ({"resolution": 320}, "resolution is 320: give"),
        ({"resolution": (1, 2, 3)}, r"resolution is \(1, 2, 3\): give"),
    ],
)
def test_what_is_no_resolution_is_refused_before_a_window_opens(options: dict[str, Any], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        FakeApp(**options)


def test_further_windows_are_as_they_are() -> None:
    with FakeApp(size=(640, 360), resolution=(320, 180)) as app:
        number = app.open_window("other", (200, 100))
        camera = app.world.create_entity(Transform2D(), Camera2D(window=number))
        app.windows[number].inject(MouseMoveEvent(150, 50, window=number))  # type: ignore[attr-defined]
        app.step()
        mouse = app.world.resource(Input).mouse
        assert (mouse.position, mouse.window) == ((150, 50), number)
        assert screen_to_world(app.world, camera, *mouse.position) == pytest.approx((50, 0), abs=1e-5)
        app.window.inject(MouseMoveEvent(320, 180))
        app.step()
        assert (mouse.position, mouse.window) == ((160, 90), 0)
