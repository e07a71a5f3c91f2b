"""Every demo: it builds, steps, draws, looks as it did, and runs on both threads without a word of warning."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import App, DebugDraw, Key, MouseButton, Particles, Text, Transform2D
from ecs_engine.components import SpriteDraw
from ecs_engine.core.events import (
    ContextRestoredEvent,
    FocusEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    ResizeEvent,
)
from ecs_engine.core.keys import Action
from ecs_engine.demo_runner import SMALL_BUDGET_MS, find_demos
from ecs_engine.demos import breakout, bunnymark, fireworks, lights, shapes, two_windows
from ecs_engine.drawing import side_by_side
from ecs_engine.systems import Drawables
from ecs_engine.systems.culling import VisibleSets
from ecs_engine.testing import compare_golden, stand_ins

from .quiet_run import run_600_frames

NAMES = [demo.name for demo in find_demos()]
GOLDEN = Path(__file__).parent / "golden"
SIZE = (1280, 720)
PANEL = (slice(0, 84), slice(0, 190))
"""Where bunnymark shows times, in a golden picture: rows and columns."""


def build(name: str, **options: Any) -> App:
    app: App = importlib.import_module(f"ecs_engine.demos.{name}").build(**options)
    return app


PICTURES: list[tuple[str, int, dict[str, Any]]] = [
    ("animation", 200, {}),
    ("asteroids", 20, {}),
    ("boids", 30, {}),
    ("breakout", 180, {}),
    ("bunnymark", 30, {"count": 20_000}),
    ("cameras", 300, {}),
    ("effects", 75, {}),
    ("fireworks", 220, {}),
    ("hello", 30, {}),
    ("hello_ui", 30, {}),
    ("isometric", 60, {}),
    ("lights", 120, {}),
    ("loading", 100, {}),
    ("particles", 400, {"living": 20_000}),
    ("pixels", 240, {}),
    ("platformer", 30, {}),
    ("shapes", 30, {}),
    ("solar_system", 60, {}),
    ("two_windows", 240, {}),
    ("typography", 105, {}),
    ("widgets", 60, {}),
]
"""Every demo, after how many ticks its picture was kept, and the options that it was made with."""


MOST_CALLS = {"breakout": (12, 80), "effects": (25, 190), "lights": (13, 105)}
"""Draw calls and OpenGL calls of a frame, where they may be more than those of all others: Breakout has nearly every
kind of picture and a UI; a pass of an effect is about six calls, and the demo of effects draws six views."""


def test_the_demos_are_found() -> None:
    assert [name for name, _, _ in PICTURES] == NAMES


@pytest.mark.parametrize("name", ["hello", "hello_ui"])
def test_hello_fits_into_fifteen_lines(name: str) -> None:
    source = Path(importlib.import_module(f"ecs_engine.demos.{name}").__file__ or "").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 15


@pytest.mark.parametrize("name", NAMES)
def test_on_the_mocked_gl(name: str) -> None:
    options = stand_ins(SIZE)
    with build(name, **options) as app:
        app.assets.wait()
        for _ in range(8):  # the first ones make the buffers, and particles grow in number for six seconds
            app.step(60)
        draw_calls, gl_calls = MOST_CALLS.get(name, (12, 60))
        assert 1 <= app.device.last_frame.draw_calls <= draw_calls
        assert app.device.last_frame.gl_calls <= gl_calls
    options["gl"].assert_no_error()
    options["gl"].assert_no_leaks()


def look(app: App, name: str, output: Path) -> None:
    """Compare what the app shows with a golden picture of half its size: that is a quarter of the bytes, and drivers
    differ less."""
    pixels = side_by_side([app.read_pixels(window) for window in app.windows])
    rows, columns = pixels.shape[0] // 2, pixels.shape[1] // 2
    small = pixels.reshape(rows, 2, columns, 2, 4).mean(axis=(1, 3)).round().astype(np.uint8)
    if name == "bunnymark":
        small[PANEL] = (0, 0, 0, 255)
    compare_golden(name, small, GOLDEN, tolerance=24, max_different=0.01, output=output)


@pytest.mark.gl
@pytest.mark.parametrize(
    ("name", "ticks", "options"),
    PICTURES,
)
def test_it_looks_as_it_did(name: str, ticks: int, options: dict[str, Any], tmp_path: Path) -> None:
    with build(name, headless=True, size=SIZE, **options) as app:
        app.assets.wait()
        app.step(ticks)
        look(app, name, tmp_path)


@pytest.mark.gl
def test_a_game_of_asteroids_looks_as_it_did(tmp_path: Path) -> None:
    with build("asteroids", headless=True, size=SIZE, level=4) as app:
        for key, ticks in ((Key.ENTER, 20), (Key.LEFT, 10), (Key.UP, 20), (Key.SPACE, 40)):
            app.events.push(KeyEvent(key, Action.PRESS))
            app.step(ticks)
        look(app, "asteroids-game", tmp_path)


SMALL = {"hello", "hello_ui"}
"""Demos that state no budget, and so have that of the smallest."""


def test_every_demo_states_a_budget_within_a_frame_at_60_hz() -> None:
    for demo in find_demos():
        stated = getattr(importlib.import_module(f"ecs_engine.demos.{demo.name}"), "BUDGET_MS", None)
        assert (stated is None) == (demo.name in SMALL), demo.name
        assert demo.budget_ms == (SMALL_BUDGET_MS if stated is None else stated)
        assert 0 < demo.budget_ms <= 1000 / 60


@pytest.mark.parametrize("name", NAMES)
def test_it_survives_resizes_and_the_loss_of_the_focus(name: str) -> None:
    with build(name, **stand_ins(SIZE)) as app:
        app.assets.wait()
        app.events.push(KeyEvent(Key.RIGHT, Action.PRESS))
        for size in ((640, 360), (300, 900), (2000, 400), (1, 1), (0, 0), SIZE):
            app.window.resize(size) if min(size) else app.events.push(ResizeEvent(0, 0, 0, 0, 1.0))
            app.step(3)
            app.events.push(FocusEvent(False))
            app.step(3)
            assert not app.input.down(Key.RIGHT)
            app.events.push(FocusEvent(True))
            app.step(3)
        assert app.device.last_frame.draw_calls >= 1


@pytest.mark.gl
def test_a_game_of_breakout_looks_as_it_did(tmp_path: Path) -> None:
    with build("breakout", headless=True, size=SIZE) as app:
        breakout.showcase(app)
        look(app, "breakout-game", tmp_path)


@pytest.mark.gl
@pytest.mark.parametrize("name", NAMES)
def test_600_frames_on_both_threads_without_a_warning(name: str) -> None:
    run_600_frames(name, "headless")


def test_a_salvo_is_fired_and_bursts() -> None:
    with build("fireworks", **stand_ins(SIZE)) as app:
        particles = app.world.resource(Particles)
        app.step(5)
        rockets = sum(len(rows) for rows in app.world.select(fireworks.Rocket))
        for action in (Action.PRESS, Action.RELEASE):
            app.events.push(MouseButtonEvent(MouseButton.LEFT, action))
            app.events.push(KeyEvent(Key.SPACE, action))
        app.step(2)
        assert sum(len(rows) for rows in app.world.select(fireworks.Rocket)) >= rockets + 8
        before = len(particles)
        app.step(100, draw=False)
        assert len(particles) > before + 8 * 190
        assert sum(len(rows) for rows in app.world.select(fireworks.Rocket)) < 8


def test_there_are_two_hundred_thousand_particles_and_a_burst_of_more() -> None:
    with build("particles", **stand_ins(SIZE)) as app:
        app.step(380, draw=False)
        living = app.world.resource(Particles)
        assert 199_000 < len(living) < 202_000
        (line,) = [label.plain for _, label in app.world.get_component(Text) if "particles" in label.plain]
        assert line.startswith("200,")
        for action in (Action.PRESS, Action.RELEASE):
            app.events.push(KeyEvent(Key.SPACE, action))
        app.step(2, draw=False)
        assert len(living) > 199_000 + 10 * 1500


def test_d_shows_what_debug_drawing_sees() -> None:
    with build("shapes", **stand_ins(SIZE)) as app:
        draw = app.world.resource(DebugDraw)
        for on in (True, False):
            app.events.push(KeyEvent(Key.D, Action.PRESS))
            app.events.push(KeyEvent(Key.D, Action.RELEASE))
            app.step(2)
            assert draw.show_colliders == on
            _, debug = app.world.resource(Drawables)["shapes"].pools
            assert debug.length == (5 * len(shapes.GEARS) if on else 0)
            (words,) = app.world.resource(Drawables)["texts"].pools
            assert (words.chunks.radius > 0).sum() == (len(shapes.GEARS) if on else 0)


@pytest.fixture
def bunnies() -> Any:
    with bunnymark.build(count=100, **stand_ins(SIZE)) as app:
        yield app


def test_a_click_and_space_bring_bunnies(bunnies: App) -> None:
    panel = bunnies.world.get_processor(bunnymark.PanelSystem)
    assert panel is not None
    bunnies.step()
    assert panel.count.text == "100 bunnies"
    for action in (Action.PRESS, Action.RELEASE):
        bunnies.events.push(MouseButtonEvent(MouseButton.LEFT, action))
        bunnies.events.push(KeyEvent(Key.SPACE, action))
    bunnies.step()
    assert panel.count.text == f"{100 + 2 * bunnymark.MORE:,} bunnies"
    bunnies.step()
    assert sum(len(rows) for rows in bunnies.world.select(bunnymark.Bouncy)) == 100 + 2 * bunnymark.MORE


def test_bunnies_stay_between_the_walls_and_over_the_ground(bunnies: App) -> None:
    reach = bunnymark.WALL + 90 / 60
    for _ in range(20):
        bunnies.step(20, draw=False)
        for transform, bouncy in bunnies.world.select(bunnymark.Transform2D, bunnymark.Bouncy):
            assert np.abs(transform.position[:, 0]).max() <= reach
            assert (transform.position[:, 1] >= bouncy.floor - 1000 / 60).all()


def test_every_dress_is_worn_and_the_near_are_drawn_over_the_far() -> None:
    with bunnymark.build(count=3000, **stand_ins(SIZE)) as app:
        ((sprite, bouncy),) = app.world.select(bunnymark.Sprite, bunnymark.Bouncy)
        assert len(np.unique(sprite.picture)) == 64
        assert (np.diff(sprite.layer[np.argsort(-bouncy.floor)]) >= 0).all()
        assert np.ptp(sprite.layer) > 80


@pytest.mark.parametrize("size", [(640, 480), (1720, 720), (2000, 720), (400, 150)])
def test_hello_fills_windows_of_many_shapes(size: tuple[int, int]) -> None:
    with build("hello", **stand_ins(SIZE)) as app:
        app.window.resize(size)
        app.step()
        (camera,) = app.world.resource(VisibleSets).cameras
        assert camera.half_width == pytest.approx(360 * size[0] / size[1])
        rects = np.concatenate([draw.rect for (draw,) in app.world.select(SpriteDraw)])
        assert rects[:, 0].min() <= -camera.half_width
        assert rects[:, 2].max() >= camera.half_width


@pytest.fixture
def belt() -> Any:
    with two_windows.build(**stand_ins(SIZE)) as app:
        yield app


def test_the_view_follows_the_ship_and_looks_where_the_mouse_is_held(belt: App) -> None:
    view = belt.world.get_processor(two_windows.ViewSystem)
    assert view is not None
    camera = belt.world.component_for_entity(view.camera, two_windows.Transform2D)
    ship = belt.world.component_for_entity(view.ship, two_windows.Transform2D)
    belt.step(5)
    assert tuple(camera.position) == tuple(ship.position)
    overview: Any = belt.windows[view.overview]
    overview.inject(MouseMoveEvent(360.0, 360.0))
    overview.inject(MouseButtonEvent(MouseButton.LEFT, Action.PRESS))
    belt.step(2)
    assert tuple(camera.position) == (1150.0, 0.0)
    belt.events.push(MouseMoveEvent(10.0, 10.0))  # in the first window
    belt.step(2)
    assert tuple(camera.position) == tuple(ship.position)


def test_the_overview_can_be_closed(belt: App) -> None:
    belt.step()
    belt.windows[1].request_close()
    belt.step(5)
    assert list(belt.windows) == [0]


@pytest.mark.gl
def test_l_loses_the_context_and_nothing_is_to_be_seen_of_it() -> None:
    with two_windows.build(headless=True, size=(640, 360)) as app:
        app.step(2)
        before = [app.read_pixels(window) for window in (0, 1)]
        app.lose_context()
        app.step(0)
        for window in (0, 1):
            np.testing.assert_array_equal(app.read_pixels(window), before[window])
        app.events.push(KeyEvent(Key.L, Action.PRESS))
        app.step()
        app.step()
        assert any(isinstance(event, ContextRestoredEvent) for event in app.input.events)


def test_a_number_shows_its_effect_alone() -> None:
    with build("effects", **stand_ins(SIZE)) as app:

        def shown() -> list[tuple[float, ...]]:
            return [view.viewport for view in app.frame.views if view.effects or view.border]

        app.step()
        assert len({viewport[:2] for viewport in shown()}) == 6
        for key, alone in ((Key.DIGIT_5, True), (Key.DIGIT_5, False), (Key.DIGIT_2, True), (Key.DIGIT_0, False)):
            app.events.push(KeyEvent(key, Action.PRESS))
            app.events.push(KeyEvent(key, Action.RELEASE))
            app.step()
            assert ((0, 0, 1, 1) in shown()) == alone


def test_the_lantern_goes_with_the_mouse_and_night_ends() -> None:
    with build("lights", **stand_ins(SIZE)) as app:
        app.step()
        player = app.world.get_processor(lights.PlayerSystem)
        assert player is not None
        app.events.push(MouseMoveEvent(640 + 100, 360 - 50))
        app.step()
        place = app.world.component_for_entity(player.lantern[0], Transform2D).position
        assert (round(place.x), round(place.y)) == (100, 50)
        night = sum(app.frame.views[0].ambient or ())
        app.events.push(KeyEvent(Key.SPACE, Action.PRESS))
        app.step(70)
        assert sum(app.frame.views[0].ambient or ()) > 2 * night
