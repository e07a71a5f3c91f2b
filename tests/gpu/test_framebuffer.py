"""Canvases off the screen, and reading pixels back."""

from __future__ import annotations

import numpy as np
import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import GL, Device, Framebuffer, read_pixels
from ecs_engine.gpu import enums as c
from tests.gpu.conftest import Recorder


def test_the_top_row_comes_first(device: Device) -> None:
    canvas = Framebuffer(device, 6, 4, label="canvas")
    canvas.bind()
    device.state.scissor(None)
    device.state.clear((0.0, 0.0, 0.0, 1.0))
    device.state.scissor((0, 3, 6, 1))  # the topmost row, in OpenGL's counting from below
    device.state.clear((1.0, 0.0, 0.0, 1.0))
    device.state.scissor((0, 0, 1, 1))
    device.state.clear((0.0, 1.0, 0.0, 1.0))
    device.state.scissor(None)
    pixels = canvas.read_pixels()
    assert pixels.shape == (4, 6, 4)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert (pixels[0] == (255, 0, 0, 255)).all()
    assert (pixels[3, 0] == (0, 255, 0, 255)).all()
    assert (pixels[3, 1:] == (0, 0, 0, 255)).all()
    part = read_pixels(device, 0, 0, 2, 2, canvas)
    assert (part == pixels[2:, :2]).all()


def test_the_window_can_be_read(device: Device) -> None:
    device.state.bind_framebuffer(0)
    device.state.scissor(None)
    device.state.clear((0.0, 0.0, 1.0, 1.0))
    assert (read_pixels(device, 0, 0, 8, 8)[..., 2] == 255).all()


def test_binding_sets_the_viewport(device: Device) -> None:
    canvas = Framebuffer(device, 6, 4)
    canvas.bind()
    assert device.gl.glGetIntegerv(c.VIEWPORT) == [0, 0, 6, 4]
    assert device.gl.glGetIntegerv(c.DRAW_FRAMEBUFFER_BINDING) == canvas.id


def test_making_and_reading_one_leaves_the_binding_alone(device: Device) -> None:
    first = Framebuffer(device, 6, 4)
    first.bind()
    second = Framebuffer(device, 2, 2, depth=True)
    second.bind()
    device.state.clear()
    first.bind()
    second.read_pixels()
    for name in (c.DRAW_FRAMEBUFFER_BINDING, c.READ_FRAMEBUFFER_BINDING):
        assert device.gl.glGetIntegerv(name) == first.id
    device.state.bind_framebuffer(0)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (c.FRAMEBUFFER_INCOMPLETE_ATTACHMENT, "an attachment has no size"),
        (c.FRAMEBUFFER_UNSUPPORTED, "the driver does not support this combination"),
        (0xABCD, "status 0xABCD"),
    ],
)
def test_an_incomplete_canvas_says_why_and_leaves_nothing(fake: GL, status: int, words: str) -> None:
    device = Device(Recorder(fake, glCheckFramebufferStatus=lambda _: status).gl)
    with pytest.raises(GLError, match=rf"Framebuffer 'minimap' \(8 x 8\) cannot be drawn to: {words}"):
        Framebuffer(device, 8, 8, label="minimap")
    assert device.live_resources() == []


def test_areas_outside_are_refused(device: Device) -> None:
    canvas = Framebuffer(device, 6, 4, label="canvas")
    for area in ((0, 0, 7, 4), (1, 0, 6, 4), (-1, 0, 2, 2), (0, 3, 1, 2)):
        with pytest.raises(GLError, match="reach outside"):
            read_pixels(device, *area, canvas)
    for size in ((0, 4), (4, -1)):
        with pytest.raises(GLError, match="size above 0"):
            read_pixels(device, 0, 0, *size)


def test_a_canvas_too_large_leaves_nothing(device: Device) -> None:
    before = device.live_resources()
    with pytest.raises(GLError, match="each side must be"):
        Framebuffer(device, 10**6, 4)
    assert device.live_resources() == before
