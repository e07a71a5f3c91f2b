"""Textures hold what was uploaded, where it was put, and refuse what does not fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import GL, Capabilities, Device, Framebuffer, Texture2D, TextureArray
from ecs_engine.gpu import enums as c
from tests.gpu.conftest import Recorder


def texels(texture: TextureArray) -> NDArray[np.uint8]:
    """(layers, height, width, 4): everything in it."""
    values = np.zeros((texture.layers, texture.height, texture.width, 4), np.uint8)
    texture.device.state.edit_texture(texture.target, texture.id)
    texture.device.gl.glGetTexImage(texture.target, 0, c.RGBA, c.UNSIGNED_BYTE, values.ctypes.data)
    return values


def noise(height: int, width: int, seed: int = 1) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


def test_pages_start_transparent(device: Device) -> None:
    assert not texels(TextureArray(device, 8, 4, 3)).any()


def test_memory_that_was_used_before_is_cleared(fake: GL) -> None:
    """OpenGL leaves new textures as the memory was; most drivers happen to clear it, and hide the mistake."""
    left = np.full(8 * 8 * 8 * 4, 0xCD, np.uint8)

    def allocate(*arguments: int) -> None:
        fake.glTexImage3D(*arguments[:-1], left.ctypes.data)

    device = Device(Recorder(fake, glTexImage3D=allocate).gl, debug=True)
    pages = TextureArray(device, 8, 8, 2)
    assert not texels(pages).any()
    pages.resize(5)
    assert not texels(pages).any()


def test_pictures_lie_where_they_were_put(device: Device) -> None:
    pages = TextureArray(device, 16, 8, 3, label="pages")
    expected = texels(pages)
    for layer, x, y, height, width in ((0, 0, 0, 8, 16), (1, 3, 2, 5, 7), (2, 15, 7, 1, 1), (1, 10, 0, 1, 3)):
        picture = noise(height, width, layer + x)
        pages.upload(layer, x, y, picture)
        expected[layer, y : y + height, x : x + width] = picture
    assert (texels(pages) == expected).all()
    pages.upload(0, 16, 8, np.zeros((0, 0, 4), np.uint8))


@pytest.mark.parametrize("layers", [1, 2, 5])
def test_resizing_keeps_the_pages_and_the_bindings(device: Device, layers: int) -> None:
    pages = TextureArray(device, 8, 8, 2, label="pages")
    for layer in range(2):
        pages.upload(layer, 0, 0, noise(8, 8, layer))
    before, old = texels(pages), pages.id
    canvas = Framebuffer(device, 4, 4)
    canvas.bind()
    device.state.scissor((0, 0, 1, 1))  # would cut the copy short
    pages.resize(layers)
    kept = min(layers, 2)
    assert (texels(pages)[:kept] == before[:kept]).all()
    assert not texels(pages)[kept:].any()
    assert pages.layers == layers
    assert (pages.id != old) is (layers != 2)
    assert device.state.framebuffer == canvas.id
    assert device.gl.glGetIntegerv(c.DRAW_FRAMEBUFFER_BINDING) == canvas.id
    device.state.bind_framebuffer(0)


@pytest.mark.parametrize(
    ("layer", "x", "y", "pixels", "words"),
    [
        (0, 0, 0, np.zeros((4, 4, 4), np.float32), "takes uint8, not float32"),
        (0, 0, 0, np.zeros((4, 4, 3), np.uint8), r"\(height, width, 4\), not \(4, 4, 3\)"),
        (0, 0, 0, np.zeros((4, 4), np.uint8), r"not \(4, 4\)"),
        (0, 0, 0, np.zeros((8, 8, 4), np.uint8)[::2], "one piece"),
        (0, 5, 0, np.zeros((4, 4, 4), np.uint8), r"4 x 4 pixels at \(5, 0\) reach outside"),
        (0, -1, 0, np.zeros((4, 4, 4), np.uint8), "reach outside"),
        (0, 0, 5, np.zeros((4, 4, 4), np.uint8), "reach outside"),
        (2, 0, 0, np.zeros((4, 4, 4), np.uint8), "layers 0 to 1, not 2"),
        (-1, 0, 0, np.zeros((4, 4, 4), np.uint8), "layers 0 to 1, not -1"),
        (0, 0, 0, [[1]], "not list"),
    ],
)
def test_bad_pixels_are_refused_before_opengl(
    recorder: Recorder, layer: int, x: int, y: int, pixels: Any, words: str
) -> None:
    pages = TextureArray(Device(recorder.gl), 8, 8, 2, label="pages")
    recorder.take()
    with pytest.raises(GLError, match=f"TextureArray 'pages'.*{words}"):
        pages.upload(layer, x, y, pixels)
    assert recorder.take() == []


def test_the_driver_s_limits_are_honoured(fake: GL, capabilities: Capabilities) -> None:
    small = replace(capabilities, max_texture_size=64, max_array_texture_layers=4)
    device = Device(fake, capabilities=small)
    pages = TextureArray(device, 64, 64, 4)
    for work in (
        lambda: TextureArray(device, 65, 64, 1),
        lambda: TextureArray(device, 0, 64, 1),
        lambda: TextureArray(device, 64, 64, 5),
        lambda: TextureArray(device, 64, 64, 0),
        lambda: pages.resize(5),
        lambda: Texture2D(device, 64, 65),
    ):
        with pytest.raises(GLError, match=r"1 to (64|4)"):
            work()
    assert pages.layers == 4
    assert device.live_resources() == ["TextureArray ''"]


@pytest.mark.parametrize(("filter", "expected"), [("nearest", c.NEAREST), ("linear", c.LINEAR)])
def test_the_filter_is_set_and_can_be_changed(recorder: Recorder, filter: Any, expected: int) -> None:
    device = Device(recorder.gl)
    pages = TextureArray(device, 4, 4, 1, filter=filter)
    other = "linear" if filter == "nearest" else "nearest"
    for change in (filter, other, filter):
        recorder.calls.clear()
        pages.filter = change
        wanted = c.LINEAR if change == "linear" else c.NEAREST
        sets = [arguments[2] for name, arguments in recorder.calls if name == "glTexParameteri"]
        assert sets[:2] == [wanted, wanted]
    with pytest.raises(GLError, match="'nearest' or 'linear'"):
        pages.filter = "cubic"  # type: ignore[assignment]
    with pytest.raises(GLError, match="'nearest' or 'linear'"):
        TextureArray(device, 4, 4, 1, filter="cubic")  # type: ignore[arg-type]
    assert pages.filter == filter
    assert expected in (c.NEAREST, c.LINEAR)


@pytest.mark.parametrize(
    ("format", "dtype", "channels", "outer", "kind"),
    [
        ("rgba8", np.uint8, 4, c.RGBA, c.UNSIGNED_BYTE),
        ("rgba16f", np.float16, 4, c.RGBA, c.HALF_FLOAT),
        ("r8", np.uint8, 1, c.RED, c.UNSIGNED_BYTE),
    ],
)
def test_single_textures_take_rows_of_any_length(
    real_device: Device, format: Any, dtype: Any, channels: int, outer: int, kind: int
) -> None:
    """Rows of 3 texels: OpenGL expects rows to start at multiples of 4 bytes unless told otherwise."""
    pixels = (np.arange(5 * 3 * channels) % 200).astype(dtype).reshape(5, 3, channels)
    texture = Texture2D(real_device, 3, 5, format=format, pixels=pixels)
    read = np.zeros((5, 4, channels), dtype)  # room for the padding of rows
    texture.bind(0)
    real_device.gl.glPixelStorei(c.PACK_ALIGNMENT, 1)
    real_device.gl.glGetTexImage(c.TEXTURE_2D, 0, outer, kind, read.ctypes.data)
    real_device.gl.glPixelStorei(c.PACK_ALIGNMENT, 4)
    assert (read.reshape(-1)[: pixels.size] == pixels.reshape(-1)).all()


def test_an_unknown_format_is_refused(fake: GL) -> None:
    with pytest.raises(GLError, match="no format 'rgb565'; use one of rgba8"):
        Texture2D(Device(fake), 4, 4, format="rgb565")  # type: ignore[arg-type]
