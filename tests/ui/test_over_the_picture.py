"""The UI is drawn over what cameras show: their effects and the darkness of the world do not reach it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from ecs_engine import AmbientLight, App, Camera2D, Effect, Effects, PointLight, Sprite, Transform2D
from ecs_engine.ui import UI, Label, Panel, Theme

pytestmark = pytest.mark.gl

BOARD, WORLD = (200, 40, 120), (10, 60, 240)
INVERT = '#include "effect.glsl"\nvoid main() { vec4 p = texture(picture, place); color = vec4(p.a - p.rgb, p.a); }\n'


@pytest.fixture
def app() -> Iterator[App]:
    """A plain world behind a plain panel, which covers the left half of the window."""
    with App(size=(160, 90), headless=True, page_size=256) as app:
        app.world.create_entity(Transform2D(), Sprite(size=(160, 90), tint=(*WORLD, 255)))
        ui = UI(app.world, Theme(corner=0.0, edge=0.0, shadow=(0, 0, 0, 0)))
        ui.add(Panel(Label(""), width=80, height=90, color=BOARD), anchor=(0, 0.5), margin=0)
        yield app


def colours(app: App) -> tuple[list[int], list[int]]:
    """Of the panel, and of the world beside it."""
    app.step(2)
    pixels = app.read_pixels()[..., :3].astype(int)
    assert np.ptp(pixels[5:-5, 5:75], axis=(0, 1)).max() == 0
    return pixels[45, 40].tolist(), pixels[45, 120].tolist()


def inverted(colour: tuple[int, int, int]) -> list[int]:
    return [255 - part for part in colour]


def test_effects_of_a_camera_leave_it_alone(app: App) -> None:
    assert colours(app) == (list(BOARD), list(WORLD))
    app.world.create_entity(Transform2D(), Camera2D(clear=(0, 0, 0, 255)), Effects(Effect(INVERT)))
    assert colours(app) == (list(BOARD), inverted(WORLD))


def test_effects_of_the_whole_picture_include_it(app: App) -> None:
    app.world.create_entity(Effects(Effect(INVERT)))
    assert colours(app) == (inverted(BOARD), inverted(WORLD))


@pytest.mark.parametrize("camera", [False, True])
@pytest.mark.parametrize("own", [False, True])
def test_it_stays_bright_in_the_dark(app: App, camera: bool, own: bool) -> None:
    night = AmbientLight(intensity=0.5)
    if camera:
        entity = app.world.create_entity(Transform2D(), Camera2D(clear=(0, 0, 0, 255)))
        if own:
            app.world.add_component(entity, night)
    if not (camera and own):
        app.world.create_entity(night)
    panel, world = colours(app)
    assert panel == list(BOARD)
    assert np.abs(np.array(world) - np.array(WORLD) / 2).max() <= 1


def test_lamps_do_not_shine_on_it(app: App) -> None:
    app.world.create_entity(AmbientLight(intensity=0.2))
    app.world.create_entity(Transform2D((-40, 0)), PointLight(radius=200, intensity=3.0))
    panel, world = colours(app)
    assert panel == list(BOARD)
    assert world != list(WORLD)
