"""Light on the screen: against its formulas, and against rays cast one by one."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

import numpy as np
import pytest

from ecs_engine import (
    AmbientLight,
    App,
    Blend,
    Bloom,
    Camera2D,
    Effects,
    Occluder,
    PointLight,
    Shape,
    Sprite,
    Transform2D,
)
from ecs_engine.render import PipelineSource
from ecs_engine.systems import SPRITES, Drawable
from ecs_engine.testing.app import FakeApp

Image = np.ndarray[Any, Any]
SIDE = 96


@pytest.fixture
def room(headless: Callable[..., App]) -> App:
    """A white floor in the dark, a world unit a pixel of the window and of the light map."""
    app = headless((SIDE, SIDE), resolution=(SIDE, SIDE), scaling="integer")
    app.world.create_entity(Transform2D(), Camera2D(clear=(255, 255, 255, 255)))
    app.world.create_entity(AmbientLight(intensity=0.0))
    return app


def places() -> Image:
    """World x, y of each pixel's middle: (SIDE, SIDE, 2), top row first."""
    x = np.arange(SIDE) + 0.5 - SIDE / 2
    return np.stack(np.meshgrid(x, -x), axis=2)


def fading(place: tuple[float, float], radius: float, falloff: float) -> Image:
    """(1 - (d / radius)^2) ^ falloff of each pixel."""
    way = np.linalg.norm(places() - place, axis=2) / radius
    faded: Image = np.where(way < 1, np.clip(1 - way**2, 0, 1) ** falloff, 0)
    return faded


def cast(place: tuple[float, float], size: float, edges: Image, rays: int = 400) -> Image:
    """The part of a lamp that each pixel sees: so many rays to the line across it, each tried with every edge."""
    spots = places().reshape(-1, 2)
    to_lamp = np.asarray(place) - spots
    ahead = to_lamp / np.linalg.norm(to_lamp, axis=1)[:, None]
    aside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    seen = np.zeros(len(spots))
    for part in (np.arange(rays) + 0.5) / rays * 2 - 1:
        ray = np.asarray(place) + aside * part * size - spots
        free = np.ones(len(spots), np.bool_)
        for x0, y0, x1, y1 in edges.tolist():
            along = np.array((x1 - x0, y1 - y0))
            offset = np.array((x0, y0)) - spots
            cross = ray[:, 0] * along[1] - ray[:, 1] * along[0]
            with np.errstate(divide="ignore", invalid="ignore"):
                on_ray = (offset[:, 0] * along[1] - offset[:, 1] * along[0]) / cross
                on_edge = (offset[:, 0] * ray[:, 1] - offset[:, 1] * ray[:, 0]) / cross
            free &= ~((on_ray > 0) & (on_ray < 1) & (on_edge > 0) & (on_edge < 1))
        seen += free
    return (seen / rays).reshape(SIDE, SIDE)


# -- formulas --------------------------------------------------------------------------------------------------
@pytest.mark.gl
@pytest.mark.parametrize("falloff", [0.0, 1.0, 3.5])
def test_light_fades_by_its_formula(room: App, shoot: Callable[..., Image], falloff: float) -> None:
    room.world.create_entity(
        Transform2D((7, -5)), PointLight((255, 128, 0, 255), radius=40, intensity=0.9, falloff=falloff)
    )
    room.step()
    wanted = fading((7, -5), 40, falloff)[..., None] * np.array((255, 128, 0)) * 0.9
    inside = np.abs(np.linalg.norm(places() - (7, -5), axis=2) - 40) > 1
    assert np.abs(shoot(room) - wanted)[inside].max() <= 2


@pytest.mark.gl
def test_lights_add_to_each_other_and_to_what_is_everywhere(
    headless: Callable[..., App], shoot: Callable[..., Image]
) -> None:
    app = headless((SIDE, SIDE))
    app.world.create_entity(Transform2D(), Camera2D(clear=(100, 100, 100, 255)))
    app.world.create_entity(AmbientLight((255, 128, 0, 255), 0.5))
    for color in ((0, 0, 255, 255), (0, 51, 0, 255)):
        app.world.create_entity(Transform2D(), PointLight(color, radius=1000, falloff=0))
    app.step()
    assert np.abs(shoot(app).astype(int) - (50, 25 + 20, 100)).max() <= 1


@pytest.mark.gl
def test_light_may_be_twice_white(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    app = headless((SIDE, SIDE))
    app.world.create_entity(Transform2D(), Camera2D(clear=(60, 60, 60, 255)))
    lamp = app.world.create_entity(Transform2D(), PointLight(radius=1000, falloff=0, intensity=0.5))
    app.step()
    assert np.abs(shoot(app).astype(int) - 90).max() <= 1  # on top of white, as nothing says otherwise
    app.world.component_for_entity(lamp, PointLight).intensity = 9
    app.step()
    assert np.abs(shoot(app).astype(int) - 120).max() <= 1


@pytest.mark.gl
def test_a_cone(room: App, shoot: Callable[..., Image]) -> None:
    room.world.create_entity(Transform2D(rotation=2.5), PointLight(radius=200, falloff=0, cone=1.0))
    room.step()
    x, y = np.moveaxis(places(), 2, 0)
    turn = np.abs((np.arctan2(y, x) - 2.5 + pi) % (2 * pi) - pi)
    picture, far = shoot(room)[..., 0], np.hypot(x, y) > 8
    assert picture[far & (turn < 0.4)].min() >= 254
    assert picture[far & (turn > 0.6)].max() <= 1


# -- shadows ---------------------------------------------------------------------------------------------------
SHADOWS = [
    ("box", Occluder.box(14, 10, lit=False), (3.0, 4.0), 0.5, 6.0),
    ("box, hard", Occluder.box(14, 10, lit=False), (3.0, 4.0), 0.5, 1.0),
    ("lit box", Occluder.box(14, 10), (3.0, 4.0), 0.5, 6.0),
    ("wall", Occluder.line((-12, -9), (0, 3), (12, -2)), (0.0, 0.0), 0.0, 5.0),
    ("clockwise triangle", Occluder([(0, 8), (9, -6), (-9, -6)], lit=False), (2.0, 0.0), 1.1, 4.0),
]


@pytest.mark.gl
@pytest.mark.parametrize(
    ("occluder", "place", "turn", "size"), [one[1:] for one in SHADOWS], ids=[one[0] for one in SHADOWS]
)
def test_a_shadow_is_what_rays_say(
    room: App, shoot: Callable[..., Image], occluder: Occluder, place: tuple[float, float], turn: float, size: float
) -> None:
    lamp = (-28.0, 19.0)
    room.world.create_entity(Transform2D(lamp), PointLight(radius=300, falloff=0, size=size))
    room.world.create_entity(Transform2D(place, turn), occluder)
    room.step()
    c, s = np.cos(turn), np.sin(turn)
    ends = occluder.edges.reshape(-1, 2) @ np.array([[c, s], [-s, c]]) + place
    edges = ends.reshape(-1, 4)
    if occluder.side:  # edges that face the lamp, or those that do not: one side hides what both do
        left = np.array([(x1 - x0) * (lamp[1] - y0) - (y1 - y0) * (lamp[0] - x0) for x0, y0, x1, y1 in edges])
        edges = edges[left * occluder.side > 0]
    wanted = cast(lamp, size, edges)
    found = shoot(room)[..., 0] / 255
    assert (wanted.min(), wanted.max()) == (0, 1)
    assert ((wanted > 0.2) & (wanted < 0.8)).sum() > 20
    # Right behind an edge it goes over within two pixels.
    spots, apart = places(), np.full((SIDE, SIDE), np.inf)
    for x0, y0, x1, y1 in edges:
        along = np.array((x1 - x0, y1 - y0))
        part = np.clip(((spots - (x0, y0)) @ along) / (along @ along), 0, 1)
        apart = np.minimum(apart, np.linalg.norm(spots - ((x0, y0) + part[..., None] * along), axis=2))
    clear = apart > 3
    difference = np.abs(found - wanted)[clear]
    assert difference.mean() < 0.004
    assert np.percentile(difference, 99.5) < 0.04
    assert difference.max() < 0.12  # where edges of one occluder meet


@pytest.mark.gl
def test_how_dark_shadows_are(room: App, shoot: Callable[..., Image]) -> None:
    room.world.create_entity(Transform2D((0, 20)), PointLight(radius=300, falloff=0, size=1, shadows=0.25))
    room.world.create_entity(Transform2D(), Occluder.box(40, 4))
    room.step()
    assert abs(int(shoot(room)[70, 48, 0]) - 191) <= 2


@pytest.mark.gl
def test_shadows_move_between_ticks(room: App, shoot: Callable[..., Image]) -> None:
    room.world.create_entity(Transform2D((0, 40)), PointLight(radius=300, falloff=0, size=0))
    wall = room.world.create_entity(Transform2D((-20, 30)), Occluder.line((-2, 0), (2, 0)))
    room.step(2)
    room.world.component_for_entity(wall, Transform2D).position = (20, 30)
    room.step()
    dark = [np.flatnonzero(shoot(room, alpha)[30, :, 0] < 128).mean() for alpha in (0.0, 0.5, 1.0)]
    assert dark[1] == pytest.approx(47.5, abs=0.6)
    assert dark[0] == pytest.approx(95 - dark[2], abs=0.6)
    assert dark[0] < 30


# -- which pictures are lit --------------------------------------------------------------------------------------
@pytest.mark.gl
def test_layers_above_the_last_lit_one_show_in_the_dark(
    headless: Callable[..., App], shoot: Callable[..., Image]
) -> None:
    app = headless((SIDE, SIDE))
    app.world.create_entity(Transform2D(), Camera2D())
    app.world.create_entity(AmbientLight(intensity=0.2, last_layer=3))
    for layer, x in ((3, -20), (4, 20)):
        app.world.create_entity(Transform2D((x, 0)), Sprite(size=(10, 10), tint=(200, 100, 50, 255), layer=layer))
    app.step()
    picture = shoot(app).astype(int)
    assert np.abs(picture[48, 28] - (40, 20, 10)).max() <= 1
    assert picture[48, 68].tolist() == [200, 100, 50]
    assert app.device.last_frame.draw_calls == 3  # lit, light, unlit


@pytest.mark.gl
def test_each_camera_may_have_its_own(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    app = headless((SIDE, SIDE))
    for left, parts in ((0.0, (AmbientLight(intensity=0.5),)), (0.25, ()), (0.5, (AmbientLight(intensity=1.0),))):
        camera = Camera2D(viewport=(left, 0, 0.25, 1), clear=(200, 200, 200, 255), layers=(5, 6))
        app.world.create_entity(Transform2D(), camera, *parts)
    app.world.create_entity(AmbientLight(intensity=0.1))
    app.step()
    assert np.abs(shoot(app)[48, [12, 36, 60], 0].astype(int) - (100, 20, 200)).max() <= 1
    # Lamps shine for every camera, whatever layers it shows.
    app.world.create_entity(Transform2D(), PointLight((255, 0, 0, 255), radius=500, intensity=0.25, falloff=0))
    app.step()
    assert np.abs(shoot(app)[48, [12, 36, 60], 0].astype(int) - (150, 70, 250)).max() <= 1


@pytest.mark.gl
def test_effects_see_the_lit_picture(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    pictures = []
    for parts in ((), (Effects(Bloom(strength=0.0)),)):
        app = headless((SIDE, SIDE))
        app.world.create_entity(Transform2D(), Camera2D(clear=(120, 120, 120, 255)), *parts)
        app.world.create_entity(AmbientLight(intensity=0.3))
        app.world.create_entity(Transform2D((9, 9)), PointLight(radius=40))
        app.world.create_entity(Transform2D(), Occluder.box(9, 9))
        app.step()
        pictures.append(shoot(app).astype(int))
        app.close()
    assert np.abs(pictures[0] - pictures[1]).max() <= 2
    assert pictures[0].max() > 100


@pytest.mark.gl
def test_after_a_lost_context_the_light_is_the_same(headless: Callable[..., App]) -> None:
    app = headless((SIDE, SIDE))
    app.world.create_entity(Transform2D(), Camera2D(clear=(120, 120, 120, 255)))
    app.world.create_entity(AmbientLight(intensity=0.3))
    app.world.create_entity(Transform2D((20, 9)), PointLight(radius=40))
    app.world.create_entity(Transform2D(), Occluder.box(9, 9))
    app.step()
    before = app.read_pixels()
    app.lose_context()
    app.step()
    assert (app.read_pixels() == before).all()


# -- what it costs ---------------------------------------------------------------------------------------------
def fill(app: App, lights: int) -> None:
    rng = np.random.default_rng(2)
    app.world.create_entity(Transform2D(), Camera2D())
    app.world.create_entity(AmbientLight(intensity=0.1))
    for place in rng.uniform(-150, 150, (lights, 2)).tolist():
        app.world.create_entity(Transform2D(tuple(place)), PointLight(radius=60))
    for place in rng.uniform(-150, 150, (200, 2)).tolist():
        app.world.create_entity(Transform2D(tuple(place)), Occluder.box(8, 8), Shape.rectangle((8, 8)))


def test_all_lights_are_one_draw_and_stand_still_for_nothing() -> None:
    calls = []
    for lights in (2, 120):
        with FakeApp() as app:
            fill(app, lights)
            for _ in range(6):
                app.step()
            assert app.device.last_frame.draw_calls == 3  # shapes, lights, the light map over the shapes
            assert app.device.last_frame.uploads_bytes == 0
            calls.append(app.device.last_frame.gl_calls)
        app.gl.assert_no_error()
        app.gl.assert_no_leaks()
    assert calls[0] == calls[1]


def test_lights_do_not_cut_other_draws() -> None:
    with FakeApp() as app:
        for layer in (-2, 0, 5):
            app.world.create_entity(Transform2D(), Sprite(size=(9, 9), layer=layer))
        app.world.create_entity(Transform2D(), PointLight())
        app.step()
        assert app.device.last_frame.draw_calls == 3


def test_without_lights_nothing_is_made_or_called() -> None:
    with FakeApp() as app:
        app.world.create_entity(Transform2D(), Sprite(size=(9, 9)))
        app.world.create_entity(Transform2D(), Occluder.box(9, 9))
        app.world.create_entity(AmbientLight())  # white: as if there were none
        app.step(3)
        assert app.device.last_frame.draw_calls == 1
        assert not app.gl.live_objects().get("framebuffer")
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()


BEAM = PipelineSource(
    vertex="""#include "view.glsl"
    uniform usamplerBuffer order_rows;
    uniform samplerBuffer pose;
    void main() {
        int row = int(texelFetch(order_rows, gl_VertexID >> 2).r);
        vec2 corner = vec2(gl_VertexID & 1, (gl_VertexID >> 1) & 1) * 20.0 - 10.0;
        gl_Position = world_to_clip * vec4(texelFetch(pose, row).xy + corner, 0.0, 1.0);
    }""",
    fragment="out vec4 color; void main() { color = vec4(0.5, 0.0, 0.0, 1.0); }",
)


@pytest.mark.gl
def test_light_of_ones_own(headless: Callable[..., App], shoot: Callable[..., Image]) -> None:
    assert SPRITES.entities is not None
    beams = Drawable("beams", {"pose": SPRITES.columns["pose"]}, SPRITES.entities, lights=True)
    app = headless((SIDE, SIDE), drawables=((beams, BEAM),))
    app.world.create_entity(Transform2D(), Camera2D(clear=(200, 200, 200, 255), layers=(7, 9)))
    app.world.create_entity(AmbientLight(intensity=0.25))
    app.world.create_entity(Transform2D(), Sprite(blend=Blend.ADD))  # as light only: no camera shows its layer
    app.step()
    picture = shoot(app).astype(int)
    assert np.abs(picture[48, 48] - (150, 50, 50)).max() <= 1
    assert np.abs(picture[48, 20] - 50).max() <= 1
