"""Cameras on real OpenGL, off screen: what they draw is where the functions of places say, pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

import numpy as np
import pytest

from ecs_engine import App, Camera2D, CameraShake, Input, Parallax, Parent, Sprite, Transform2D, Velocity, World, batch
from ecs_engine.core.events import MouseMoveEvent
from ecs_engine.core.screen import Resolution
from ecs_engine.systems import corner, screen_to_world, split, world_to_screen, zoom_at
from ecs_engine.systems.cameras import read_camera

pytestmark = pytest.mark.gl

Image = np.ndarray[Any, Any]
MakeApp = Callable[..., App]
Shoot = Callable[..., Image]

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
ALPHAS = (0.0, 0.3, 1.0)


def box(image: Image, color: tuple[int, int, int] = WHITE) -> tuple[int, int, int, int]:
    """Left, top, right, bottom (exclusive) of what is of one colour."""
    rows, columns = np.nonzero((image == color).all(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def middle(image: Image) -> tuple[float, float]:
    left, top, right, bottom = box(image)
    return (left + right) / 2, (top + bottom) / 2


# -- places ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scaling", [None, "letterbox", "integer", "stretch"])
def test_what_is_drawn_is_where_world_to_screen_says(headless: MakeApp, shoot: Shoot, scaling: Any) -> None:
    options = {} if scaling is None else {"resolution": (120, 80), "scaling": scaling}
    app = headless((300, 200), **options)
    world, rng = app.world, np.random.default_rng(5)
    eye = world.create_entity(Transform2D(), Camera2D())
    dot = world.create_entity(Transform2D(), Sprite(), CameraShake())
    world.add_component(eye, CameraShake())
    for _ in range(25):
        window = tuple(rng.integers(150, 420, 2).tolist())
        app.window.resize(window)
        transform, lens = world.component_for_entity(eye, Transform2D), world.component_for_entity(eye, Camera2D)
        for _ in range(2):  # it moves and zooms between the two ticks
            transform.position, transform.rotation = rng.uniform(-50, 50, 2).tolist(), rng.uniform(-1, 1)
            lens.height, lens.zoom = rng.choice([0.0, 150.0]), rng.uniform(0.5, 2)
            lens.viewport = (*rng.uniform(0, 0.3, 2).tolist(), *rng.uniform(0.5, 0.7, 2).tolist())
            lens.border = rng.choice([0, 3])
            world.component_for_entity(eye, CameraShake).trauma = rng.uniform(0, 1)
            state = read_camera(world, eye, now=True)
            size = 5 * 2 * state.half_height / state.box[3]
            world.component_for_entity(dot, Sprite).size = (size, size)
            world.component_for_entity(dot, Transform2D).position = (transform.position.x, transform.position.y + size)
            app.step(draw=False)
        x, y = world.component_for_entity(dot, Transform2D).position
        for alpha in ALPHAS:
            world.component_for_entity(dot, Sprite).size = (size, size)
            place = world_to_screen(world, eye, x, y, alpha=alpha)
            found = middle(shoot(app, alpha))
            if alpha < 1:  # the dot is on its way, too: it is not the camera that is asked about
                continue
            if scaling is not None:
                picture = Resolution(120, 80, scaling)
                left, bottom, wide, high = picture.box(window)
                top = window[1] - bottom - high
                place = left + place[0] * wide / 120, top + place[1] * high / 80
                unit = wide / 120 if scaling == "integer" else 1
            else:
                unit = 1
            assert found == pytest.approx(place, abs=1.6 * unit), (window, alpha)
