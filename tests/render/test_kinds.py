"""Particles and shapes, drawn by a real OpenGL: coverage against areas, colours, joins, and the way between ticks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import pi
from typing import Any

import numpy as np
import pytest

from ecs_engine import (
    App,
    Blend,
    Camera2D,
    Cap,
    DebugDraw,
    Gradient,
    Join,
    ParticleEffect,
    ParticleEmitter,
    Particles,
    Polygon,
    Polyline,
    Shape,
    Sprite,
    Transform2D,
)

pytestmark = pytest.mark.gl

MakeApp = Callable[..., App]
Shoot = Callable[..., Any]
HALF = (255, 255, 255, 128)
SIZE = (128, 96)


def shown(app: App, shoot: Shoot, alpha: float = 1.0) -> Any:
    """How bright each pixel is, 0 to 1, lowest row first."""
    app.step()
    return shoot(app, alpha)[::-1, :, 0].astype(np.float64) / 255


# -- shapes ------------------------------------------------------------------------------------------------
ELLIPSE, BOX = Shape.ellipse((70.0, 40.0)), Shape.rectangle((60.0, 30.0), corner=12.0)
STAR = [(np.cos(a) * r, np.sin(a) * r) for a, r in zip(np.arange(10) * pi / 5, [40, 18] * 5, strict=True)]
AREAS = {
    "ellipse": (ELLIPSE, pi * 35 * 20),
    "box": (BOX, 60 * 30 - (4 - pi) * 12**2),
    "ring": (Shape.ring(40.0, 12.0), pi * (40**2 - 28**2)),
    "arc": (Shape.arc(40.0, 12.0, 0.4, 2.0), (40**2 - 28**2) * 1.0),
    "wide arc": (Shape.arc(40.0, 12.0, 0.4, 5.0), (40**2 - 28**2) * 2.5),
    "round arc": (Shape.arc(40.0, 12.0, 0.4, 2.0, round_ends=True), (40**2 - 28**2) + pi * 6**2),
    "pie": (Shape.arc(40.0, 40.0, 1.0, 1.5), 40**2 * 0.75),
    "line": (Polyline([(-30, -20), (30, 20)], width=9.0), np.hypot(60, 40) * 9),
    "square caps": (Polyline([(-30, -20), (30, 20)], width=9.0, cap=Cap.SQUARE), (np.hypot(60, 40) + 9) * 9),
    "round caps": (Polyline([(-30, -20), (30, 20)], 9.0, cap=Cap.ROUND), np.hypot(60, 40) * 9 + pi * 4.5**2),
    "frame": (Polyline([(-30, -20), (30, -20), (30, 20), (-30, 20)], 8.0, closed=True), 68 * 48 - 52 * 32),
    "bevel": (
        Polyline([(-30, -20), (30, -20), (30, 20), (-30, 20)], 8.0, closed=True, join=Join.BEVEL),
        68 * 48 - 52 * 32 - 4 * 4**2 / 2,
    ),
    "round": (
        Polyline([(-30, -20), (30, -20), (30, 20), (-30, 20)], 8.0, closed=True, join=Join.ROUND),
        68 * 48 - 52 * 32 - (4 - pi) * 4**2,
    ),
    "stroke only": (
        Shape.rectangle((60.0, 30.0), fill=(255, 255, 255, 0), stroke_width=5.0), 60 * 30 - 50 * 20,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AREAS)
@pytest.mark.parametrize("zoom", [0.25, 1.0, 1.37])
def test_as_much_is_covered_as_there_is(headless: MakeApp, shoot: Shoot, name: str, zoom: float) -> None:
    """At any zoom, as edges are as soft as a pixel is wide."""
    thing, area = AREAS[name]
    app = headless((160, 144))
    app.world.create_entity(Transform2D((0.3, 0.2)), Camera2D(zoom=zoom))
    app.world.create_entity(Transform2D((1.7, 0.9), 0.3), thing)
    pixels = shown(app, shoot)
    edge = 4 * np.sqrt(area) * zoom  # about as long as the edges are, in pixels
    assert pixels.sum() == pytest.approx(area * zoom**2, abs=0.03 * edge + 0.01 * area * zoom**2)
    assert app.device.last_frame.draw_calls == 1


@pytest.mark.parametrize("points", [STAR, STAR[::-1], [(-40, -30), (40, -20), (10, 35)]])
def test_polygons_are_filled(headless: MakeApp, shoot: Shoot, points: Any) -> None:
    x, y = np.array(points).T
    area = abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2
    border = np.hypot(x - np.roll(x, -1), y - np.roll(y, -1)).sum()
    app = headless(SIZE)
    app.world.create_entity(Transform2D((0.7, 0.9), 0.1), Polygon(points))
    pixels = shown(app, shoot)
    assert pixels.sum() == pytest.approx(area - border / 2, rel=0.02)  # the edge is soft on its inner side
    assert np.count_nonzero((pixels > 0) & (pixels < 1)) > 20


@pytest.mark.parametrize("join", Join)
def test_nothing_is_covered_twice_where_a_line_turns(headless: MakeApp, shoot: Shoot, join: Join) -> None:
    points = np.array([(-50, -30), (-20, 30), (0, -30), (25, 30), (45, 30), (50, -20), (10, -40)])
    app = headless(SIZE)
    app.world.create_entity(Transform2D(), Polyline(points, 10.0, HALF, join=join))
    pixels = shown(app, shoot)
    assert np.count_nonzero(pixels > 0.52) <= 3
    # Nor is anything left out between the segments: along the line itself all is covered.
    for a, b in pairwise(points):
        for x, y in np.linspace(a + (b - a) * 0.02, b - (b - a) * 0.02, 60):
            assert pixels[int(y + 48), int(x + 64)] > 0.4


def test_a_sharp_turn_is_cut_off(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    app.world.create_entity(Transform2D(), Polyline([(-50, -6), (20, 0), (-50, 6)], 8.0))
    pixels = shown(app, shoot)
    assert pixels[:, 64 + 27 :].max() == 0.0
    assert pixels[48, 64 + 19] == 1.0


def test_thin_lines_grow_paler_instead_of_vanishing(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    line = app.world.create_entity(Transform2D((0, 0.5)), Polyline([(-60, 0), (60, 0)], width=4.0))
    camera = app.world.create_entity(Transform2D(), Camera2D())
    sums = []
    for zoom in (1.0, 0.1):
        app.world.component_for_entity(camera, Camera2D).zoom = zoom
        sums.append(shown(app, shoot).sum())
    assert sums == pytest.approx([480.0, 4.8], rel=0.1)
    app.world.delete_entity(line)
    for zoom in (0.1, 10.0):  # those of debugging are as wide in pixels at any zoom
        app.world.component_for_entity(camera, Camera2D).zoom = zoom
        app.world.resource(DebugDraw).line((-1000, 0), (1000, 0), width=3.0, color=(255, 255, 255))
        assert shown(app, shoot).sum() == pytest.approx(3 * 128, rel=0.01)


def test_gradients_go_from_edge_to_edge(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    black, white = (0, 0, 0, 255), (255, 255, 255, 255)
    shade: dict[str, Any] = {"fill": black, "fill_to": white}
    app.world.create_entity(Transform2D(), Shape.rectangle((100, 80), gradient=Gradient.LINEAR, **shade))
    pixels = shown(app, shoot)
    assert np.allclose(pixels[48, 14:114], (np.arange(100) + 0.5) / 100, atol=0.01)
    app.world.clear_database()
    square = [(-50, -40), (50, -40), (50, 40), (-50, 40)]
    app.world.create_entity(
        Transform2D(scale=(0.5, 0.5)), Polygon(square, gradient=Gradient.LINEAR, gradient_angle=pi / 2, **shade)
    )
    pixels = shown(app, shoot)
    assert np.allclose(pixels[30:66, 64], (np.arange(2, 38) + 0.5) / 40, atol=0.02)
    app.world.clear_database()
    app.world.create_entity(Transform2D(), Shape.circle(40, gradient=Gradient.RADIAL, **shade))
    pixels = shown(app, shoot)
    assert np.allclose(pixels[48, 64:103], (np.arange(39) + 0.5) / 40, atol=0.02)


def test_strokes_lie_inside_of_shapes(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    app.world.create_entity(
        Transform2D(), Shape.circle(40, fill=(0, 0, 255, 255), stroke=(255, 0, 0, 255), stroke_width=10)
    )
    app.step()
    row = shoot(app)[48].astype(int)
    assert (row[64:92] == [0, 0, 255]).all()
    assert (row[96:102] == [255, 0, 0]).all()
    assert row[106:].sum() == 0


def test_shapes_move_between_ticks_and_obey_layers(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    box = app.world.create_entity(Transform2D((-30, 0)), Shape.rectangle((20, 20), layer=1))
    path = app.world.create_entity(Transform2D((-30, -30)), Polygon([(-10, -10), (10, -10), (10, 10), (-10, 10)]))
    app.world.create_entity(Transform2D((-30, 0)), Sprite(size=(40, 40), tint=(255, 0, 0, 255)))
    app.step()
    assert shoot(app)[48, 34].tolist() == [255, 255, 255]
    for entity in (box, path):
        app.world.component_for_entity(entity, Transform2D).position += (40, 0)
    app.step()
    halfway = shoot(app, 0.5)[..., 1]
    assert halfway[48].nonzero()[0].tolist() == list(range(44, 64))
    assert 54 in halfway[48 + 30].nonzero()[0].tolist()
    assert 66 not in halfway[48 + 30].nonzero()[0].tolist()


# -- particles ---------------------------------------------------------------------------------------------
def emit(app: App, effect: ParticleEffect, *, count: int = 1, place: Any = (0, 0)) -> None:
    particles = app.world.resource(Particles)
    particles.burst(particles.add(effect), place, count)


def test_size_and_colour_follow_their_curves(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    emit(
        app,
        ParticleEffect(
            picture=0,  # the white pixel
            lifetime=1.0,
            size=40.0,
            size_over_life=(0.5, 1.0, 0.0),
            color_over_life=((255, 255, 255), (255, 0, 0)),
        ),
    )
    for tick in range(61):
        app.step()
        life = tick / 60
        row = shoot(app)[48]
        width = 40 * np.interp(life, [0, 0.5, 1], [0.5, 1, 0]) if life < 1 else 0
        assert np.count_nonzero(row[:, 0]) == pytest.approx(width, abs=1.1)
        if width > 3:
            assert row[64].tolist() == pytest.approx([255, 255 * (1 - life), 255 * (1 - life)], abs=4)


def test_particles_fly_between_ticks_and_turn(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    emit(
        app, ParticleEffect(picture=0, lifetime=9.0, size=10.0, speed=600.0, direction=0.0, spread=0.0), place=(-50, 0)
    )
    app.step(3)
    for alpha in (0.0, 0.5, 1.0):
        row = shoot(app, alpha)[48, :, 0].nonzero()[0]
        assert row.tolist() == pytest.approx(list(range(row[0], row[0] + 10)))
        assert row[0] == pytest.approx(64 - 50 - 5 + 10 * (1 + alpha), abs=1)
    app.time_scale = 0.0
    app.step()
    for alpha in (0.0, 0.3, 1.0):  # a pause stops it where it was at last
        assert shoot(app, alpha)[48, :, 0].nonzero()[0][0] == pytest.approx(64 - 50 - 5 + 20, abs=1)
    app.time_scale = 1.0
    app.world.resource(Particles).clear()
    emit(app, ParticleEffect(picture=0, lifetime=9.0, size=40.0, angle=pi / 4))
    app.step()
    assert np.count_nonzero(shoot(app)[48, :, 0]) == pytest.approx(40 * np.sqrt(2), abs=2)


def test_nothing_is_seen_before_birth_and_after_death(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    emit(app, ParticleEffect(picture=0, lifetime=2.5 / 60, size=40.0))
    seen = []
    for _ in range(5):
        app.step()
        seen.append([bool(shoot(app, alpha).any()) for alpha in (0.0, 0.4, 0.6, 1.0)])
    assert seen == [
        [False, False, False, True],  # born at the end of the first tick
        [True] * 4,
        [True] * 4,
        [True, True, False, False],
        [False] * 4,
    ]


def test_streaks_lie_along_the_flight(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    emit(
        app,
        ParticleEffect(picture=0, lifetime=9.0, size=4.0, speed=60.0, direction=pi / 2, spread=0.0, stretch=0.5),
        place=(0, -20),
    )
    app.step(2)
    rows, columns = shoot(app)[..., 0].nonzero()
    assert np.ptp(columns) + 1 == 4
    assert np.ptp(rows) + 1 == 34


def test_pictures_tints_layers_and_blending(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    wide = app.pictures.add(np.full((4, 12, 4), (200, 100, 0, 255), np.uint8))
    particles = app.world.resource(Particles)
    add = particles.add(ParticleEffect(picture=wide, lifetime=9.0, size=20.0, blend=Blend.ADD, layer=2))
    over = particles.add(ParticleEffect(picture=wide, lifetime=9.0, size=60.0, layer=1))
    app.world.create_entity(Transform2D(), ParticleEmitter(add, pending=2, tint=(102, 255, 255, 255)))
    app.world.create_entity(Transform2D(), ParticleEmitter(over, pending=1, tint=(0, 255, 0, 255)))
    app.step()
    picture = shoot(app)
    assert picture[48, 64].tolist() == pytest.approx([160, 255, 0], abs=3)  # 100 of the wide one, and twice 80, 100
    assert picture[48, 64 + 40].tolist() == [0, 100, 0]
    assert np.count_nonzero(picture[48, :, 0]) == 60  # three times as wide as high


def test_soft_dots_fade_towards_the_edge(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    emit(app, ParticleEffect(lifetime=9.0, size=60.0))
    app.step()
    row = shoot(app)[48, 64:, 0].astype(int)
    assert row[0] > 250
    assert (np.diff(row) <= 0).all()
    assert row[30:].sum() == 0


def test_particles_and_sprites_lie_over_each_other_by_layer(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(SIZE)
    for layer, size in ((-1, 80.0), (1, 20.0)):
        emit(app, ParticleEffect(picture=0, lifetime=9.0, size=size, layer=layer))
    app.world.create_entity(Transform2D(), Sprite(size=(40, 40), tint=(255, 0, 0, 255)))
    app.step()
    row = shoot(app)[48, 64:, 1]
    assert [row[5], row[15], row[30], row[45]] == [255, 0, 255, 0]
    assert app.device.last_frame.draw_calls == 3


def test_all_effects_are_one_draw(headless: MakeApp) -> None:
    app = headless(SIZE)
    for layer in range(20):
        emit(app, ParticleEffect(lifetime=9.0, layer=layer, speed=9.0), count=10)
    app.step()
    assert app.device.last_frame.draw_calls == 1
