"""Pictures of a fixed size in windows of any: where they lie, and where the mouse is in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine.core.errors import EngineError
from ecs_engine.core.screen import Resolution, Scaling, Screen, inset, pixel_box

sides = st.integers(1, 5000)


@pytest.mark.parametrize(
    ("scaling", "window", "box"),
    [
        ("letterbox", (1280, 720), (0, 0, 1280, 720)),
        ("letterbox", (1000, 720), (0, 79, 1000, 562)),
        ("letterbox", (1280, 360), (320, 0, 640, 360)),
        ("letterbox", (160, 90), (0, 0, 160, 90)),
        ("integer", (1280, 720), (0, 0, 1280, 720)),
        ("integer", (1279, 719), (159, 89, 960, 540)),
        ("integer", (320, 180), (0, 0, 320, 180)),
        ("integer", (319, 180), (0, 0, 319, 179)),
        ("stretch", (1000, 50), (0, 0, 1000, 50)),
    ],
)
def test_where_a_picture_lies(scaling: Any, window: tuple[int, int], box: tuple[int, ...]) -> None:
    assert Resolution(320, 180, scaling).box(window) == box


@given(sides, sides, sides, sides, st.sampled_from(["letterbox", "integer", "stretch"]))
def test_a_picture_fits_is_centred_and_keeps_its_shape(
    width: int, height: int, window_width: int, window_height: int, scaling: Any
) -> None:
    left, bottom, wide, high = Resolution(width, height, scaling).box((window_width, window_height))
    right, top = window_width - left - wide, window_height - bottom - high
    assert 0 <= left <= right <= left + 1
    assert 0 <= bottom <= top <= bottom + 1
    if scaling == "integer" and window_width >= width and window_height >= height:
        assert wide % width == high % height == 0
        assert wide // width == high // height
        assert left + right < width or bottom + top < height, "there is room for a larger one"
    elif scaling == "stretch":
        assert (left, bottom, right, top) == (0, 0, 0, 0)
    else:
        assert min(left + right, bottom + top) == 0
        assert abs(wide - high * width / height) <= max(width / height, 1) or min(wide, high) == 1


@given(sides, sides, st.integers(1, 3), st.floats(-100, 5000), st.floats(-100, 5000))
def test_the_mouse_is_at_the_pixel_under_it(width: int, height: int, scale: int, x: float, y: float) -> None:
    window, framebuffer = (width, height), (width * scale, height * scale)
    screen = Screen(*window, *framebuffer, 180, Resolution(320, 180))
    screen.resize(window, framebuffer)
    left, bottom, wide, high = Resolution(320, 180).box(framebuffer)
    across, down = screen.from_window(x, y)
    assert across / 320 * wide + left == pytest.approx(x * scale, abs=1e-6)
    assert framebuffer[1] - bottom - high + down / 180 * high == pytest.approx(y * scale, abs=1e-6)


@pytest.mark.parametrize("resolution", [None, *(Resolution(320, 180, one) for one in get_args(Scaling))])
def test_a_minimised_window_keeps_its_size(resolution: Resolution | None) -> None:
    screen = Screen(1, 1, 1, 1, 180, resolution)
    screen.resize((640, 400), (1280, 800))
    before = replace(screen)
    for window, framebuffer in (((0, 0), (0, 0)), ((640, 0), (1280, 0)), ((640, 400), (0, 0))):
        screen.resize(window, framebuffer)
        assert screen == before


def test_a_picture_in_no_window_has_a_pixel() -> None:
    for scaling in get_args(Scaling):
        assert Resolution(320, 180, scaling).box((0, 0))[2:] == (1, 1)


def test_without_a_resolution_it_is_the_window() -> None:
    screen = Screen(1, 1, 1, 1, 180)
    screen.resize((640, 360), (1280, 720))
    assert (screen.width, screen.height, screen.framebuffer_width, screen.framebuffer_height) == (640, 360, 1280, 720)
    assert screen.from_window(12, 34) == (12, 34)
    assert screen.pixel_aspect == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((0, 180), "0 x 180"),
        ((320, 1.5), "320 x 1.5"),
        ((320, 99999), "99999"),
        ((320, 180, "huge"), "'huge': give one of letterbox, integer, stretch"),
    ],
)
def test_what_is_no_resolution_is_refused(arguments: Any, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        Resolution(*arguments)


@pytest.mark.parametrize("size", [(320,), (320, 180, 1), "ab", 320, None])
def test_what_is_no_size_is_refused(size: object) -> None:
    assert Resolution.of([320, 180], "stretch", (0, 0, 0)) == Resolution(320, 180, "stretch", (0, 0, 0))
    with pytest.raises(EngineError, match=r"The resolution is .*: give \(width, height\)"):
        Resolution.of(size, "stretch", (0, 0, 0))


def test_boxes() -> None:
    assert [pixel_box((i / 3, 0, 1 / 3, 1), (100, 10))[:3:2] for i in range(3)] == [(0, 33), (33, 34), (67, 33)]
    assert pixel_box((0.25, 0.5, 0.5, 0.25), (100, 200)) == (25, 100, 50, 50)
    assert pixel_box((0.5, 0.5, -1, 0), (100, 200))[2:] == (0, 0)
    assert inset((10, 20, 30, 40), 3) == (13, 23, 24, 34)
    assert inset((10, 20, 5, 40), 3)[2:] == (0, 34)
