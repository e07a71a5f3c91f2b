"""Pictures of real OpenGL, off screen: every pixel is where it must be."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

import numpy as np
import pytest

from ecs_engine import App, Blend, Camera2D, Parent, Sprite, Transform2D, batch
from ecs_engine.systems import teleport

pytestmark = pytest.mark.gl

Image = np.ndarray[Any, Any]
MakeApp = Callable[..., App]
Shoot = Callable[..., Image]

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def corners(width: int = 8, height: int = 4) -> Image:
    """A picture with another colour in each corner: red and green above, blue and white below."""
    picture = np.full((height, width, 4), 255, np.uint8)
    middle, half = width // 2, height // 2
    picture[:half, :middle, :3], picture[:half, middle:, :3] = RED, GREEN
    picture[half:, :middle, :3], picture[half:, middle:, :3] = BLUE, WHITE
    return picture


def box(image: Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom (exclusive) of what is not black."""
    rows, columns = np.nonzero(image.any(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def at(image: Image, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place in the world, with the origin in the middle and y up."""
    height, width = image.shape[:2]
    return tuple(image[int(height / 2 - y), int(width / 2 + x)].tolist())


@pytest.mark.parametrize("flip_x", [False, True])
@pytest.mark.parametrize("flip_y", [False, True])
def test_one_to_one_every_pixel_is_the_pictures_and_the_right_way_up(
    headless: MakeApp, shoot: Shoot, flip_x: bool, flip_y: bool
) -> None:
    app = headless()
    picture = np.random.default_rng(1).integers(1, 256, (6, 10, 4)).astype(np.uint8)
    picture[..., 3] = 255
    app.world.create_entity(
        Transform2D(position=(7, -3)), Sprite(picture=app.pictures.add(picture), flip_x=flip_x, flip_y=flip_y)
    )
    app.step(draw=False)
    expected = np.zeros((64, 64, 3), np.uint8)
    shown = picture[:: -1 if flip_y else 1, :: -1 if flip_x else 1, :3]
    expected[32 + 3 - 3 : 32 + 3 + 3, 32 + 7 - 5 : 32 + 7 + 5] = shown
    np.testing.assert_array_equal(shoot(app), expected)


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ((0, 0), (32, 28, 40, 32)),
        ((1, 1), (24, 32, 32, 36)),
        ((0.5, 0.5), (28, 30, 36, 34)),
        ((0, 1), (32, 32, 40, 36)),
    ],
)
def test_the_anchor_is_the_point_that_stands_at_the_position(
    headless: MakeApp, shoot: Shoot, anchor: tuple[float, float], expected: tuple[int, ...]
) -> None:
    app = headless()
    app.world.create_entity(Transform2D(), Sprite(picture=app.pictures.add(corners()), anchor=anchor))
    app.step(draw=False)
    assert box(shoot(app)) == expected


def test_a_quarter_turn_is_counter_clockwise(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    app.world.create_entity(Transform2D(rotation=pi / 2), Sprite(picture=app.pictures.add(corners(16, 16))))
    app.step(draw=False)
    image = shoot(app)
    # Upper right goes to upper left, and so on.
    assert [at(image, x, y) for x, y in ((-4, 4), (4, 4), (-4, -4), (4, -4))] == [GREEN, WHITE, RED, BLUE]


@pytest.mark.parametrize(("alpha", "left"), [(0.0, 32), (0.5, 40), (1.0, 48)])
def test_between_two_ticks_things_are_between_their_places(
    headless: MakeApp, shoot: Shoot, alpha: float, left: int
) -> None:
    app = headless()
    one = app.world.create_entity(Transform2D(), Sprite(size=(4, 4), anchor=(0, 0)))
    app.step(draw=False)
    app.world.component_for_entity(one, Transform2D).position = (16, 0)
    app.step(draw=False)
    assert box(shoot(app, alpha)) == (left, 28, left + 4, 32)
    app.step(draw=False)
    assert box(shoot(app, alpha)) == (48, 28, 52, 32), "at rest it is where it is"


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_a_teleport_shows_nothing_in_between(headless: MakeApp, shoot: Shoot, alpha: float) -> None:
    app = headless()
    ship = app.world.create_entity(Transform2D(), Sprite(size=(4, 4), anchor=(0, 0)))
    app.world.create_entity(Transform2D(position=(4, 0)), Parent(ship), Sprite(size=(4, 4), anchor=(0, 0)))
    app.step(draw=False)
    teleport(app.world, ship, (16, 0))
    app.step(draw=False)
    assert box(shoot(app, alpha)) == (48, 28, 56, 32)


@pytest.mark.parametrize(("first", "second"), [(3.0, -3.0), (-3.0, 3.0), (3.0 + 4 * pi, -3.0), (3.0, 2 * pi - 3.0)])
def test_angles_go_the_shorter_way_round(headless: MakeApp, shoot: Shoot, first: float, second: float) -> None:
    app = headless()
    bar = app.world.create_entity(Transform2D(rotation=first), Sprite(size=(24, 4), anchor=(0, 0.5)))
    app.step(draw=False)
    app.world.component_for_entity(bar, Transform2D).rotation = second
    app.step(draw=False)
    left, top, right, bottom = box(shoot(app, 0.5))
    assert (left, right) == (8, 32), "it points to the left, half way between 3 and 2 pi - 3"
    assert abs(top - 30) <= 1
    assert abs(bottom - 34) <= 1


def test_a_camera_moves_between_ticks_too(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    eye = app.world.create_entity(Transform2D(), Camera2D())
    app.world.create_entity(Transform2D(), Sprite(size=(4, 4), anchor=(0, 0)))
    app.step(draw=False)
    app.world.component_for_entity(eye, Transform2D).position = (8, 0)
    app.step(draw=False)
    assert [box(shoot(app, alpha))[0] for alpha in (0.0, 0.5, 1.0)] == [32, 28, 24]


def test_tints_are_straight_alpha_and_cover_by_it(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    app.world.create_entity(Transform2D(), Camera2D(clear=(0, 0, 200, 255)))
    app.world.create_entity(Transform2D(), Sprite(size=(20, 20), tint=(255, 100, 0, 128)))
    half = np.full((20, 20, 4), (200, 200, 200, 128), np.uint8)
    app.world.create_entity(Transform2D(position=(20, 20)), Sprite(picture=app.pictures.add(half)))
    app.step(draw=False)
    image = shoot(app)
    np.testing.assert_allclose(at(image, 0, 0), (128, 50, 100), atol=1)
    np.testing.assert_allclose(at(image, 20, 20), (100, 100, 200), atol=1)
    assert at(image, -20, 0) == (0, 0, 200)


def test_additive_blending_adds_light(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    app.world.create_entity(Transform2D(), Camera2D(clear=(10, 20, 30, 255)))
    for layer in (1, 2):
        app.world.create_entity(
            Transform2D(), Sprite(size=(20, 20), tint=(100, 0, 255, 128), blend=Blend.ADD, layer=layer)
        )
    app.step(draw=False)
    np.testing.assert_allclose(at(shoot(app), 0, 0), (110, 20, 255), atol=2)


def test_higher_layers_cover_lower_ones_whatever_came_first(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    for layer, tint, x in ((5, RED, -4), (-5, BLUE, 4), (0, GREEN, 0)):
        app.world.create_entity(Transform2D(position=(x, 0)), Sprite(size=(12, 12), tint=(*tint, 255), layer=layer))
    app.step(draw=False)
    image = shoot(app)
    assert [at(image, x, 0) for x in (-8, 0, 4, 8)] == [RED, RED, GREEN, BLUE]


def test_viewports_clear_and_draw_only_within_themselves(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    create = app.world.create_entity
    create(Transform2D(), Camera2D(viewport=(0, 0, 0.5, 1), clear=(*RED, 255), order=0, layers=(0, 0)))
    create(Transform2D(), Camera2D(viewport=(0.5, 0, 0.5, 0.5), clear=(*BLUE, 255), order=1, layers=(0, 0)))
    create(Transform2D(), Camera2D(order=2, layers=(1, 1)))
    create(Transform2D(), Sprite(size=(1000, 4), tint=(*GREEN, 255)))
    create(Transform2D(position=(20, 20)), Sprite(size=(8, 8), layer=1))
    app.step(draw=False)
    image = shoot(app)
    assert (image[:30, :32] == RED).all()
    assert (image[30:34, :32] == GREEN).all()
    assert (image[34:, :32] == RED).all()
    assert (image[32:46, 32:] == BLUE).all()
    assert (image[46:50, 32:] == GREEN).all()
    assert (image[8:16, 48:56] == WHITE).all(), "the last camera draws over all of the window"
    image[8:16, 48:56] = 0
    assert not image[:32, 32:].any()


def test_more_cameras_than_a_handful(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    app.world.create_entity(Transform2D(), Sprite(size=(999, 999)))
    for place in range(64):
        x, y = place % 8 / 8, place // 8 / 8
        app.world.create_entity(Transform2D(), Camera2D(viewport=(x, y, 1 / 16, 1 / 16)))
    app.step(draw=False)
    image = shoot(app)
    expected = np.zeros((64, 64), bool)
    for top in range(4, 64, 8):
        for left in range(0, 64, 8):
            expected[top : top + 4, left : left + 4] = True
    np.testing.assert_array_equal(image.all(axis=2), expected)


def test_numbers_that_are_none_draw_nothing_and_harm_nothing(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    bad = float("nan")
    for transform in (Transform2D(position=(bad, 0)), Transform2D(rotation=bad), Transform2D(scale=(bad, 1))):
        app.world.create_entity(transform, Sprite(size=(9, 9)))
    app.world.create_entity(Transform2D(rotation=float("inf")), Sprite(size=(9, 9)))
    app.world.create_entity(Transform2D(position=(10, 10)), Sprite(size=(4, 4)))
    app.step(2, draw=False)
    assert box(shoot(app)) == (40, 20, 44, 24)


def test_pictures_on_several_pages(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(page_size=64)
    tones = list(range(40, 240, 25))
    for number, tone in enumerate(tones):
        picture = app.pictures.add(np.full((60, 60, 4), (tone, 0, 0, 255), np.uint8))
        app.world.create_entity(Transform2D(position=(number * 6 - 28, 0)), Sprite(picture=picture, size=(4, 4)))
    assert app.pictures.page_count > 4
    app.step(draw=False)
    image = shoot(app)
    assert [at(image, number * 6 - 28, 0) for number in range(len(tones))] == [(tone, 0, 0) for tone in tones]


@pytest.mark.parametrize("rows", [64, 100])
def test_a_driver_with_short_buffer_textures_draws_the_same_picture(headless: MakeApp, shoot: Shoot, rows: int) -> None:
    images = []
    for limit in (None, rows):
        rng = np.random.default_rng(3)
        app = headless((160, 120), rows=limit)
        count = 700
        entities = app.world.create_entities(
            count,
            batch(Transform2D, position=rng.uniform(-80, 80, (count, 2)).astype("f4"), rotation=rng.random(count)),
            batch(
                Sprite,
                size=rng.uniform(3, 20, (count, 2)).astype("f4"),
                tint=rng.integers(30, 256, (count, 4)).astype("u1"),
                layer=rng.integers(0, 4, count).astype("i2"),
                blend=(rng.random(count) < 0.1).astype("u1"),
            ),
        ).tolist()
        app.step(draw=False)
        shots = [shoot(app)]
        for entity in entities[::7]:
            app.world.delete_entity(entity)
        for entity in entities[1::7]:
            app.world.component_for_entity(entity, Transform2D).position = (0, 0)
        app.step(draw=False)
        shots += [shoot(app, 0.5), shoot(app)]
        images.append(shots)
        app.close()
    for plain, cut in zip(*images, strict=True):
        assert len(np.unique(plain.reshape(-1, 3), axis=0)) > 1000
        np.testing.assert_array_equal(plain, cut)
