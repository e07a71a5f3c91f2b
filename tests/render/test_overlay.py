"""The overlay's pipeline: its pixels, its calls, and that it comes back after a lost context."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ecs_engine.assets.font import GLYPHS
from ecs_engine.display import load_gl
from ecs_engine.gpu import Device, read_pixels
from ecs_engine.render.overlay import QUAD, OverlayPipeline, dot_pixels, font_words
from ecs_engine.render.panel import INTERVALS, Figures, Panel
from ecs_engine.testing import FakeGL
from ecs_engine.window import Window
from ecs_engine.window.headless import HeadlessWindow
from tests.render.overlay_words import painted

Array = np.ndarray[Any, Any]

GROUND = (0.2, 0.4, 0.6, 1.0)


def full_panel() -> Panel:
    panel = Panel()
    for ms in np.linspace(0, 60, INTERVALS).tolist():
        panel.add_interval(ms, 16.0)
    panel.add_times([0.5, 4.0, 1.0, 0.0, 2.0, 3.0, 0.2, 0.1], 5.0, 0.3, 1.0)
    panel.write(
        Figures((16.7, 33.3), (4.0, 5.0), (1.0, 2.0), 60, 3, 21, 40_960, 1000, 1, 2, [("blend, layer order", 2)])
    )
    return panel


def draw(device: Device, pipeline: OverlayPipeline, panel: Panel, size: tuple[int, int]) -> Array:
    """The picture, (h, w, 3) uint8, top row first."""
    device.begin_frame()
    device.state.clear(GROUND)
    pipeline.draw(*panel.update(), size, Panel.width)
    device.end_frame()
    return read_pixels(device, 0, 0, *size)[..., :3].copy()


@pytest.fixture
def window() -> Iterator[Window]:
    window = HeadlessWindow((640, 360))
    window.make_current()
    yield window
    window.close()


@pytest.mark.gl
@pytest.mark.parametrize("size", [(640, 360), (853, 481), (1280, 720), (1920, 1080), (160, 90)])
def test_every_pixel_is_where_plain_loops_put_it(window: Window, size: tuple[int, int]) -> None:
    window.resize(size)
    window.poll()
    device = Device(load_gl(), debug=True)
    pipeline, panel = OverlayPipeline(device), full_panel()
    picture = draw(device, pipeline, panel, size)
    dot = dot_pixels(size[1])
    ground = np.full((size[1], size[0], 3), np.multiply(GROUND[:3], 255), np.float64)
    expected = painted(panel.update()[0], ground, dot, max(size[0] - Panel.width * dot, 0))
    assert np.abs(picture - expected).max() <= 1
    pipeline.delete()
    assert device.close() == []


@pytest.mark.gl
def test_the_picture_is_the_same_after_a_lost_context(window: Window) -> None:
    size = window.framebuffer_size
    device = Device(load_gl(), debug=True)
    pipeline, panel = OverlayPipeline(device), full_panel()
    before = draw(device, pipeline, panel, size)
    device.lose()
    other = HeadlessWindow(size)
    other.make_current()
    try:
        device.recreate(load_gl())
        np.testing.assert_array_equal(draw(device, pipeline, panel, size), before)
        pipeline.delete()
        assert device.close() == []
    finally:
        other.close()


@pytest.mark.parametrize("version", [(4, 5), (3, 3)])
def test_a_bounded_number_of_calls_and_bytes_whatever_it_shows(version: tuple[int, int]) -> None:
    gl = FakeGL(version, size=(640, 360), extensions=[])
    device = Device(gl)
    pipeline, panel = OverlayPipeline(device), full_panel()
    counts = []
    for frame in range(12):
        if frame == 8:
            panel.write(Figures(reasons=[("blend", 99)] * 3, breaks=99))
        panel.add_interval(10.0, 16.0)
        device.begin_frame()
        device.state.clear(GROUND)
        device.state.use_program(0)
        device.state.bind_vertex_array(0)
        before = device.stats.gl_calls
        pipeline.draw(*panel.update(), (640, 360), Panel.width)
        counts.append((device.stats.draw_calls, device.stats.gl_calls - before, device.stats.uploads_bytes))
        device.end_frame()
    draws, calls, nbytes = zip(*counts, strict=True)
    assert set(draws) == {1}
    assert max(calls[4:]) <= (6 if version == (4, 5) else 10)
    assert nbytes[7] == 256 * QUAD.itemsize < nbytes[8] < 1024 * QUAD.itemsize
    pipeline.delete()
    gl.assert_no_leaks()
    gl.assert_no_error()


def test_dots_are_whole_pixels_from_small_windows_to_large_screens() -> None:
    heights = (90, 360, 480, 720, 1080, 1440, 2160, 4320)
    assert [dot_pixels(height) for height in heights] == [1, 1, 1, 2, 2, 3, 4, 9]


def test_the_shader_has_room_for_the_whole_font() -> None:
    words = font_words().reshape(-1, 2)
    for character, dots in GLYPHS.items():
        low, high = words[ord(character) - 32].tolist()
        bits = (high << 32) | low
        assert [bool(bits >> bit & 1) for bit in range(45)] == dots.reshape(-1).tolist(), character
