"""Nine-slices, off screen: corners keep their size, edges and middle fill what is between them."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan, pi
from typing import Any

import numpy as np
import pytest

from ecs_engine import App, Blend, Fill, NineSlice, Parent, Sprite, Transform2D
from ecs_engine.testing.app import FakeApp

Image = np.ndarray[Any, Any]
MakeApp = Callable[..., App]
Shoot = Callable[..., Image]

gl = pytest.mark.gl

LEFT, BOTTOM, RIGHT, TOP = 2, 3, 4, 1
BORDER = (LEFT, BOTTOM, RIGHT, TOP)


def picture() -> Image:
    """10 x 9 pixels, each of another colour, and a middle of 4 x 5."""
    pixels = np.full((9, 10, 4), 255, np.uint8)
    pixels[..., 0] = np.arange(10) * 20 + 30
    pixels[..., 1] = np.arange(9)[:, None] * 20 + 30
    return pixels


def indices(room: int, low: int, high: int, length: int, *, tiled: bool = False) -> Image:
    """Which of the picture's columns (or rows) is shown at each pixel, where whole pixels fit."""
    inner = np.arange(room - low - high)
    middle = length - low - high
    between = low + (inner % middle if tiled else inner * middle // len(inner))
    return np.concatenate([np.arange(low), between, np.arange(length - high, length)])


@gl
@pytest.mark.parametrize("fill", Fill)
def test_every_pixel_is_the_right_one(headless: MakeApp, shoot: Shoot, fill: Fill) -> None:
    app = headless(filter="nearest")
    pixels = picture()
    width, height = 6 + 8 * 4, 4 + 6 * 5  # the middle is 8 and 6 times its own size
    app.world.create_entity(
        Transform2D(position=(1, -2)), NineSlice(app.pictures.add(pixels), BORDER, (width, height), fill=fill)
    )
    app.step(draw=False)
    tiled = fill is Fill.TILE
    columns = indices(width, LEFT, RIGHT, 10, tiled=tiled)
    rows = indices(height, TOP, BOTTOM, 9, tiled=tiled)
    expected = np.zeros((64, 64, 3), np.uint8)
    left, top = 32 + 1 - width // 2, 32 + 2 - height // 2
    expected[top : top + height, left : left + width] = pixels[rows][:, columns, :3]
    np.testing.assert_array_equal(shoot(app), expected)


@gl
def test_tiles_are_whole_and_stretched_by_what_is_missing(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(filter="nearest")
    pixels = picture()
    # The middle is 17 wide, which is nearest to four tiles of 4.
    app.world.create_entity(
        Transform2D(), NineSlice(app.pictures.add(pixels), BORDER, (23, 9), fill=Fill.TILE, anchor=(0, 0))
    )
    app.step(draw=False)
    row = shoot(app)[28, 32 : 32 + 23, 0]
    middle = row[LEFT:-RIGHT]
    assert middle[0] == pixels[0, LEFT, 0]
    assert middle[-1] == pixels[0, 10 - RIGHT - 1, 0]
    assert np.count_nonzero(np.diff(middle.astype(int)) < 0) == 3  # it begins anew three times
    assert row[:LEFT].tolist() == pixels[0, :LEFT, 0].tolist()
    assert row[-RIGHT:].tolist() == pixels[0, -RIGHT:, 0].tolist()


@gl
def test_large_pixels_and_scales_enlarge_the_corners(headless: MakeApp, shoot: Shoot) -> None:
    app = headless(filter="nearest")
    pixels = picture()
    number = app.pictures.add(pixels)
    app.world.create_entity(Transform2D(), NineSlice(number, BORDER, (28, 28), pixel=2, anchor=(0, 0)))
    parent = app.world.create_entity(Transform2D(scale=(2, 2)))
    app.world.create_entity(Transform2D(), Parent(parent), NineSlice(number, BORDER, (14, 14), anchor=(1, 1)))
    app.step(draw=False)
    image = shoot(app)
    large = image[32 - 28 : 32, 32 : 32 + 28]
    assert large[0, ::2, 0][:LEFT].tolist() == pixels[0, :LEFT, 0].tolist()
    np.testing.assert_array_equal(large[:: 2, :: 2], large[1:: 2, 1:: 2])  # fmt: skip
    np.testing.assert_array_equal(image[32 : 32 + 28, 32 - 28 : 32], large)


@gl
def test_borders_shrink_where_there_is_no_room(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    app.world.create_entity(Transform2D(), NineSlice(app.pictures.add(picture()), BORDER, (3, 2), anchor=(0, 0)))
    app.step(draw=False)
    image = shoot(app)
    assert np.count_nonzero(image.any(axis=2)) == 6
    reds = image[31, 32:35, 0]
    assert (np.diff(reds.astype(int)) > 20).all()  # two pixels of corner are one now


@gl
def test_tint_turn_anchor_and_blend(headless: MakeApp, shoot: Shoot) -> None:
    app = headless()
    plain = NineSlice(0, size=(20, 10), tint=(255, 128, 0, 128), anchor=(0, 0))
    app.world.create_entity(Transform2D(rotation=pi / 2), plain)
    app.world.create_entity(Transform2D((-30, -30)), NineSlice(0, size=(5, 5), tint=(0, 0, 255, 255), anchor=(0, 0)))
    app.world.create_entity(
        Transform2D((-30, -30)),
        NineSlice(0, size=(5, 5), tint=(255, 0, 0, 255), anchor=(0, 0), blend=Blend.ADD, layer=1),
    )
    app.world.create_entity(Transform2D(), NineSlice(0, size=(50, 50), visible=False))
    app.step(draw=False)
    image = shoot(app)
    assert image[31 - 5, 31 - 5].tolist() == [128, 64, 0]  # a quarter turn to the left of the position
    assert np.count_nonzero(image[:32, :32].any(axis=2)) == 200
    assert image[32 + 28, 3].tolist() == [255, 0, 255]


@gl
def test_neighbours_in_the_page_never_shine_through(headless: MakeApp, shoot: Shoot) -> None:
    """With linear filtering, also between two tiles."""
    app = headless()
    app.pictures.add(np.full((9, 10, 4), 255, np.uint8))
    black = np.zeros((9, 10, 4), np.uint8)
    black[..., 3], black[..., 2] = 255, 100
    black[3, 2:6] = (255, 0, 0, 255)  # of the edge above the middle, which is not in the tiles of the middle
    number = app.pictures.add(black)
    app.pictures.add(np.full((9, 10, 4), 255, np.uint8))
    app.world.create_entity(Transform2D(), NineSlice(number, (2, 1, 4, 4), (61, 59), fill=Fill.TILE))
    app.step(draw=False)
    image = shoot(app)
    assert image[..., 1].max() == 0
    assert image[20:55, 10:50, 0].max() == 0


def test_sizes_that_are_no_numbers_are_not_seen() -> None:
    with FakeApp() as app:
        for size, pixel in (((inf, 5), 1), ((nan, 5), 1), ((5, 5), 0), ((5, 5), -1), ((5, 5), nan), ((5, 5), inf)):
            app.world.create_entity(Transform2D(), NineSlice(0, size=size, pixel=pixel))
        app.step()
        assert app.device.last_frame.draw_calls == 0
        app.world.create_entity(Transform2D(), NineSlice(99, size=(5, 5)))
        app.step()
        assert app.device.last_frame.draw_calls == 1


def test_many_panels_and_many_sprites_are_two_draws() -> None:
    with FakeApp() as app:
        for number in range(20):
            art = app.pictures.add(np.full((9, 9, 4), number, np.uint8))
            app.world.create_entity(Transform2D(), NineSlice(art, (3, 3, 3, 3), (40, 20)))
            app.world.create_entity(Transform2D(), Sprite(art))
        app.step()
        assert app.device.last_frame.draw_calls == 2
        app.step()
        assert app.device.last_frame.uploads_bytes < 1000  # nothing of it is sent again
