"""Cameras on real OpenGL, off screen: what they draw is where the functions of places say, pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecs_engine import App, Camera2D, CameraShake, Parallax, Parent, Sprite, Transform2D, Velocity, batch
from ecs_engine.core.screen import Resolution
from ecs_engine.gpu import Framebuffer
from ecs_engine.systems import CullingSystem, corner, screen_to_world, split, world_to_screen, zoom_at
from ecs_engine.systems.cameras import read_camera

pytestmark = pytest.mark.gl

Image = np.ndarray[Any, Any]
MakeApp = Callable[..., App]
Shoot = Callable[..., Image]

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def box(image: Image, color: tuple[int, int, int] = WHITE) -> tuple[int, int, int, int]:
    """Left, top, right, bottom (exclusive) of what is of one colour."""
    rows, columns = np.nonzero((image == color).all(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def middle(image: Image) -> tuple[float, float]:
    left, top, right, bottom = box(image)
    return (left + right) / 2, (top + bottom) / 2


def is_in(image: Image, color: tuple[int, int, int]) -> bool:
    return bool((image == color).all(axis=2).any())


# -- places -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scaling", [None, "letterbox", "integer", "stretch"])
def test_a_dot_is_drawn_where_world_to_screen_says(headless: MakeApp, shoot: Shoot, scaling: Any) -> None:
    options = {} if scaling is None else {"resolution": (120, 80), "scaling": scaling}
    app = headless((300, 200), **options)
    world, rng = app.world, np.random.default_rng(5)
    eye = world.create_entity(Transform2D(), Camera2D(), CameraShake())
    dot = world.create_entity(Transform2D(), Sprite())
    app.step()
    transform, lens = world.component_for_entity(eye, Transform2D), world.component_for_entity(eye, Camera2D)
    for _ in range(20):
        window = tuple(rng.integers(150, 420, 2).tolist())
        app.window.resize(window)
        world.component_for_entity(dot, Transform2D).position = rng.uniform(-15, 15, 2).tolist()
        lens.viewport = (*rng.uniform(0, 0.3, 2).tolist(), *rng.uniform(0.5, 0.7, 2).tolist())
        lens.height, lens.border = rng.choice([0.0, 150.0]), rng.choice([0, 3])
        for _ in range(2):  # the camera moves, turns, zooms and shakes between the two; the dot does not
            transform.position, transform.rotation = rng.uniform(-10, 10, 2).tolist(), rng.uniform(-0.5, 0.5)
            lens.zoom = rng.uniform(0.7, 1.4)
            world.component_for_entity(eye, CameraShake).trauma = rng.uniform(0, 1)
            state = read_camera(world, eye, now=True)
            world.component_for_entity(dot, Sprite).size = (10 * state.half_height / state.box[3],) * 2
            app.step(draw=False)
        for alpha in (0.0, 0.3, 1.0):
            x, y = world_to_screen(world, eye, *world.component_for_entity(dot, Transform2D).position, alpha=alpha)
            coarse = 1.0
            if scaling is not None:
                left, bottom, wide, high = Resolution(120, 80, scaling).box(window)
                x, y = left + x * wide / 120, window[1] - bottom - high + y * high / 80
                coarse = max(wide / 120, 1.0) if scaling == "integer" else 1.0
            assert middle(shoot(app, alpha)) == pytest.approx((x, y), abs=1.5 * coarse), (window, alpha)


def test_zoom_at_holds_what_is_under_the_cursor_between_ticks(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((200, 200))
    eye = app.world.create_entity(Transform2D((30, -20)), Camera2D(clear=(*BLUE, 255)))
    app.step(draw=False)
    x, y = screen_to_world(app.world, eye, 50, 60)
    app.world.create_entity(Transform2D((x, y)), Sprite(size=(4, 4)))
    app.step(draw=False)
    zoom_at(app.world, eye, 4.0, 50, 60)
    app.step(draw=False)
    widths = []
    for alpha in (0.0, 0.25, 0.5, 1.0):
        left, top, right, bottom = box(shoot(app, alpha))
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((50, 60), abs=0.5)
        widths.append(right - left)
    assert widths[0] == 4 < widths[1] < widths[2] < widths[3] == 16, "it grows between the ticks"


# -- what is drawn ------------------------------------------------------------------------------------
def test_a_border_lies_within_the_viewport_and_the_view_within_the_border(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((80, 60))
    for viewport, color in zip(split(2), (RED, GREEN), strict=True):
        app.world.create_entity(
            Transform2D(), Camera2D(viewport=viewport, clear=(*color, 255), border=2, border_color=(*WHITE, 255))
        )
    place = corner(0.25, 0.5, margin=0.1)
    app.world.create_entity(
        Transform2D(), Camera2D(viewport=place, clear=(*BLUE, 255), border=3, border_color=(9, 9, 9, 255), order=1)
    )
    app.step(draw=False)
    expected = np.full((60, 80, 3), 255, np.uint8)
    expected[2:-2, 2:38], expected[2:-2, 42:78] = RED, GREEN
    expected[6:36, 52:72] = 9
    expected[9:33, 55:69] = BLUE
    np.testing.assert_array_equal(shoot(app), expected)


def test_a_shake_moves_the_picture_and_leaves_the_world(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((64, 64))
    eye = app.world.create_entity(Transform2D(), Camera2D(), CameraShake(trauma=1, reach=(0.3, 0.3), turn=0))
    app.world.create_entity(Transform2D(), Sprite(size=(4, 4)))
    places = []
    for _ in range(70):
        app.step(draw=False)
        places.append(middle(shoot(app)))
    assert len(set(places)) > 20
    assert places[-1] == (32, 32)
    assert tuple(app.world.component_for_entity(eye, Transform2D).position) == (0, 0)


# -- parallax -----------------------------------------------------------------------------------------
def test_each_camera_has_its_own_parallax(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((128, 64))
    world = app.world
    eyes = [
        world.create_entity(Transform2D((x, y)), Camera2D(viewport=viewport))
        for viewport, x, y in zip(split(2), (0, 40), (0, 16), strict=True)
    ]
    for factor, color in (((0, 0), RED), ((0.5, 0.25), GREEN), ((1, 1), BLUE)):
        # They lie over each other, the nearest on top, in the view of the first camera.
        world.create_entity(Transform2D(), Sprite(size=(4, 4), tint=(*color, 255)), Parallax(factor))
    app.step(draw=False)
    image = shoot(app)
    assert box(image[:, :64], BLUE) == (30, 30, 34, 34)
    assert box(image[:, 64:], RED) == (30, 30, 34, 34), "it stays with the camera"
    assert box(image[:, 64:], GREEN) == (10, 34, 14, 38)
    assert not is_in(image[:, 64:], BLUE), "40 to the left is out of sight"
    world.component_for_entity(eyes[1], Transform2D).position = (20, 0)
    app.step(draw=False)
    for alpha, left in ((0.0, 10), (0.5, 15), (1.0, 20)):
        assert box(shoot(app, alpha)[:, 64:], GREEN)[0] == left


@pytest.mark.parametrize("moving", [True, False])
@pytest.mark.parametrize("parent", [True, False])
def test_parallax_of_what_moves_and_of_what_hangs_on_another(
    headless: MakeApp, shoot: Shoot, moving: bool, parent: bool
) -> None:
    app = headless((64, 64))
    world = app.world
    world.create_entity(Transform2D((20, 40)), Camera2D())
    speed = 60.0 if moving else 0.0
    extras: list[Any] = [Velocity((speed, 0))]
    if parent:
        extras = [Parent(world.create_entity(Transform2D(), Velocity((speed, 0))))]
    one = world.create_entity(Transform2D(), Sprite(size=(4, 4)), Parallax((0.5, 0.25)), *extras)
    for tick in range(1, 7):
        app.step(draw=False)
        right = tick if moving else 0
        assert box(shoot(app)) == (20 + right, 40, 24 + right, 44), tick
    world.component_for_entity(one, Parallax).factor = (0.25, 0.5)
    app.step(draw=False)
    right = 7 if moving else 0
    assert box(shoot(app)) == (25 + right, 50, 29 + right, 54)
    world.remove_component(one, Parallax)
    for alpha in (0.0, 0.5, 1.0):
        app.step(draw=False)
        assert not is_in(shoot(app, alpha), WHITE), "without it, it is out of sight below"


class SeesAll(CullingSystem):
    """Leaves nothing out."""

    def test(self, table: Any, entities: Any, camera: Any, out: Image) -> None:
        out[:] = True


def test_culling_knows_of_parallax(headless: MakeApp, shoot: Shoot) -> None:
    shots: list[list[Image]] = []
    for culls in (True, False):
        rng = np.random.default_rng(8)
        app = headless((160, 120))
        world = app.world
        if not culls:
            world.replace_processor(CullingSystem, SeesAll())
        eye = world.create_entity(Transform2D(), Camera2D())
        count = 3000
        for extras in ([batch(Parallax, factor=rng.uniform(-0.5, 2, (count, 2)).astype("f4"))], []):
            world.create_entities(
                count,
                batch(Transform2D, position=rng.uniform(-900, 900, (count, 2)).astype("f4")),
                batch(Sprite, size=rng.uniform(2, 9, (count, 2)).astype("f4"), tint=rng.integers(0, 256, (count, 4))),
                *extras,
            )
        shots.append([])
        for _ in range(5):
            world.component_for_entity(eye, Transform2D).position = rng.uniform(-300, 300, 2).tolist()
            app.step(2, draw=False)
            shots[-1].append(shoot(app))
            assert app.frame.draws.order_length == 2 * count if not culls else 20 < app.frame.draws.order_length < 900
        app.close()
    assert len(np.unique(shots[0][0].reshape(-1, 3), axis=0)) > 50
    np.testing.assert_array_equal(shots[0], shots[1])


# -- resolution ---------------------------------------------------------------------------------------
def art(width: int, height: int) -> Image:
    """An opaque picture without two equal rows or columns, and without green."""
    picture = np.random.default_rng(6).integers(1, 256, (height, width, 4)).astype(np.uint8)
    picture[..., 1], picture[..., 3] = 0, 255
    return picture


def test_a_letterboxed_picture_has_bars_and_all_the_windows_pixels(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((128, 100), resolution=(32, 16), bars=BLUE)
    app.world.create_entity(Transform2D(), Sprite(size=(100, 100)))
    app.world.create_entity(Transform2D((0.25, 0)), Sprite(size=(0.5, 20), tint=(*RED, 255), layer=1))
    app.step(draw=False)
    image = shoot(app)
    assert (image[:18] == BLUE).all()
    assert (image[-18:] == BLUE).all()
    assert box(image) == (0, 18, 128, 82)
    assert box(image, RED) == (64, 18, 66, 82), "half a unit is two pixels of the window"


@pytest.mark.parametrize("scaling", ["letterbox", "integer"])
def test_what_a_camera_clears_does_not_reach_the_bars(headless: MakeApp, shoot: Shoot, scaling: Any) -> None:
    app = headless((131, 101), resolution=(32, 16), scaling=scaling, bars=BLUE)
    app.world.create_entity(Transform2D(), Camera2D(clear=(*RED, 255)))
    app.step(draw=False)
    image = shoot(app)
    left, top, right, bottom = box(image, RED)
    assert (right - left, bottom - top) == {"letterbox": (131, 66), "integer": (128, 64)}[str(scaling)]
    image[top:bottom, left:right] = BLUE
    assert (image == BLUE).all()


def test_a_stretched_picture_fills_the_window(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((128, 40), resolution=(32, 20), scaling="stretch", bars=BLUE)
    app.world.create_entity(Transform2D(), Camera2D(height=20, clear=(*RED, 255)))
    app.world.create_entity(Transform2D(), Sprite(size=(10, 10)))
    app.step(draw=False)
    image = shoot(app)
    assert box(image) == (44, 10, 84, 30)
    assert not is_in(image, BLUE)


def test_integer_scaling_shows_each_pixel_as_a_square(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((100, 70), resolution=(32, 16), scaling="integer", bars=BLUE)
    app.world.create_entity(Transform2D((0.3, 0.4)), Sprite(app.pictures.add(art(8, 6))))
    app.step(draw=False)
    picture = shoot(app)[11:59, 2:98]
    np.testing.assert_array_equal(picture, picture[1::3, 1::3].repeat(3, 0).repeat(3, 1))
    np.testing.assert_array_equal(picture[1::3, 1::3][5:11, 12:20], art(8, 6)[..., :3])


@pytest.mark.parametrize("filter", ["nearest", "linear"])
@pytest.mark.parametrize("size", [7, 8])
@pytest.mark.parametrize(("far", "speed"), [(0, 0.713), (7 * 8 * 90, 1.0)])
def test_pixel_art_that_scrolls_loses_and_doubles_no_pixel(
    headless: MakeApp, shoot: Shoot, size: int, filter: Any, far: int, speed: float
) -> None:
    """Tiles side by side, and a hero whom the camera follows: at no whole speed, and far out at a whole one, where the
    corners of tiles of odd size lie in the middle of pixels as near as float32 can tell."""
    app = headless((60, 60), resolution=(60, 60), scaling="integer", filter=filter)
    world, picture = app.world, app.pictures.add(art(size, size))
    for column in range(-9, 12):
        for row in range(-6, 9):
            world.create_entity(Transform2D((far + column * size, row * size)), Sprite(picture))
    hero = world.create_entity(Transform2D(), Sprite(size=(4, 4), tint=(*GREEN, 255), layer=1))
    eye = world.create_entity(Transform2D(), Camera2D())
    sheet = np.tile(art(size, size)[..., :3], (20, 20, 1))
    found = set()
    for step in range(30):
        x, y = far + step * speed, step * 0.25
        world.component_for_entity(eye, Transform2D).position = (x, y)
        world.component_for_entity(hero, Transform2D).position = (x + 0.37, y)
        app.step(draw=False)
        for alpha in (0.25, 1.0):
            image = shoot(app, alpha)
            assert box(image, GREEN) == (28, 28, 32, 32), "who is followed does not tremble"
            image[28:32, 28:32] = 0
            shifts = []
            for down in range(size):
                for right in range(size):
                    expected = sheet[down : down + 60, right : right + 60].copy()
                    expected[28:32, 28:32] = 0
                    if np.array_equal(image, expected):
                        shifts.append((down, right))
            assert len(shifts) == 1, (step, alpha)
            found.update(shifts)
    assert len(found) > 5, "it does scroll"


def test_pixels_are_enlarged_into_what_was_bound(headless: MakeApp) -> None:
    app = headless((64, 64), resolution=(8, 8), scaling="integer", bars=BLUE)
    app.world.create_entity(Transform2D(), Sprite(size=(2, 2)))
    app.step()
    target = Framebuffer(app.device, 40, 32)
    target.bind()
    app.renderer.render(app.frame, 1.0, (40, 32))
    assert app.device.state.framebuffer == target.id
    image = target.read_pixels()[..., :3]
    assert box(image) == (16, 12, 24, 20)
    assert (image[:, :4] == BLUE).all()
    target.delete()
    app.device.state.bind_framebuffer(0)
