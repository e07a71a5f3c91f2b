"""After a lost context everything is made anew, and the picture is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ecs_engine.core.errors import GLError, ShaderError
from ecs_engine.gpu import (
    GL,
    Buffer,
    BufferDescriptor,
    ContextLostError,
    Device,
    Framebuffer,
    GpuTimer,
    Program,
    QuadIndices,
    StreamBuffer,
    Texture2D,
    TextureArray,
    TextureUploader,
    UniformBuffer,
    VertexArray,
    VertexLayout,
    VertexSource,
    quad_indices,
)
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.uploads import LEAST_BUDGET
from ecs_engine.testing import FakeGL
from tests.gpu.conftest import Recorder, read_buffer, windowed_gl
from tests.gpu.test_device import MAKERS

VERTEX = """
layout(std140) uniform View { vec4 scale; };
uniform samplerBuffer place;
in vec2 corner;
out vec2 texel;
void main() {
    vec4 at = texelFetch(place, gl_InstanceID);
    texel = corner;
    gl_Position = vec4((at.xy + corner * at.zw) * scale.xy, 0.0, 1.0);
}
"""
FRAGMENT = """
uniform sampler2DArray pages;
uniform sampler2D tints;
in vec2 texel;
out vec4 colour;
void main() { colour = texture(pages, vec3(texel, 1.0)) * texture(tints, texel); }
"""


class Scene:
    """Something of every kind."""

    def __init__(self, device: Device) -> None:
        rng = np.random.default_rng(5)
        self.device = device
        self.program = Program(
            device, VERTEX, FRAGMENT, samplers={"place": 0, "pages": 1, "tints": 2}, blocks={"View": 0}, label="scene"
        )
        corners = np.array([(0, 0), (1, 0), (0, 1), (1, 1)], np.float32)
        corner = VertexLayout.from_dtype(np.dtype([("corner", np.float32, 2)]))
        self.corners = Buffer.from_array(device, corners)
        self.array = VertexArray(
            device,
            [VertexSource(self.corners, corner)],
            locations={"corner": self.program.attributes["corner"].location},
        )
        self.place = StreamBuffer(device, np.float32, 4, rows=2)
        self.rows = np.hstack([rng.uniform(-1, 0.5, (300, 2)), rng.uniform(0.05, 0.2, (300, 2))]).astype(np.float32)
        self.place.write(self.rows)
        self.view = UniformBuffer(device, [("scale", np.float32, 4)])
        self.view.set(0, "scale", (0.9, 0.8, 0, 0))
        self.view.upload()
        self.pages = TextureArray(device, 8, 8, 1)
        self.pages.resize(3)
        self.pages.upload(1, 0, 0, rng.integers(0, 256, (8, 8, 4), np.uint8))
        self.tints = Texture2D(device, 8, 8, filter="linear", pixels=rng.integers(99, 256, (8, 8, 4), np.uint8))
        self.canvas = Framebuffer(device, 64, 48, depth=True)
        self.uploader = TextureUploader(device, LEAST_BUDGET)
        self.uploader.submit(self.pages, 1, 2, 2, rng.integers(0, 256, (4, 4, 4), np.uint8))
        self.uploader.drain()

    def picture(self) -> NDArray[np.uint8]:
        device = self.device
        device.begin_frame()
        self.canvas.bind()
        device.state.clear((0.0, 0.0, 0.2, 1.0))
        self.program.use()
        self.place.bind(0)
        self.pages.bind(1)
        self.tints.bind(2)
        self.view.bind(0)
        self.array.bind()
        device.draw_arrays(4, mode=c.TRIANGLE_STRIP, instances=self.place.n_rows)
        pixels = self.canvas.read_pixels()
        device.end_frame()
        return pixels


@pytest.mark.gl
def test_the_picture_is_identical() -> None:
    with windowed_gl("osmesa") as gl:
        device = Device(gl, debug=True, recoverable=True)
        scene = Scene(device)
        before = scene.picture()
        assert len(np.unique(before.reshape(-1, 4), axis=0)) > 100
        device.lose()
    with windowed_gl("osmesa") as gl:
        device.recreate(gl)
        np.testing.assert_array_equal(scene.picture(), before)
        scene.rows[:, 0] *= -1
        scene.place.write(scene.rows)
        assert (scene.picture() != before).any()
        device.close()
        assert gl.glGetError() == 0


@pytest.mark.gl
def test_the_picture_is_identical_in_a_poorer_context() -> None:
    with windowed_gl("osmesa") as gl:
        device = Device(gl, debug=True, recoverable=True)
        scene = Scene(device)
        before = scene.picture()
        device.lose()
    with windowed_gl("osmesa") as gl:
        device.recreate(gl, capabilities=replace(device.capabilities, buffer_storage=False, khr_debug=False))
        assert scene.place.strategy == "map"
        np.testing.assert_array_equal(scene.picture(), before)
        device.close()


@pytest.mark.parametrize("make", [*MAKERS, GpuTimer, TextureUploader, QuadIndices])
def test_everything_is_made_anew_and_nothing_leaks(fake: FakeGL, make: Callable[[Device], object]) -> None:
    device = Device(fake, debug=True)
    resource = make(device)
    made = {kind: len(names) for kind, names in fake.live_objects().items()}
    live = device.live_resources()
    device.lose()
    fresh = FakeGL(size=(64, 64))
    device.recreate(fresh)
    assert {kind: len(names) for kind, names in fresh.live_objects().items()} == made
    assert device.live_resources() == live
    device.begin_frame()
    device.end_frame()
    device.close()
    fresh.assert_no_leaks()
    fresh.assert_no_error()
    assert resource


def test_losing_makes_no_call_and_refuses_all(fake: FakeGL) -> None:
    device = Device(fake, debug=True)
    buffer, texture = Buffer(device, BufferDescriptor(16)), TextureArray(device, 4, 4, 1)
    fake.forget_commands()
    device.lose()
    assert device.lost
    with pytest.raises(ContextLostError, match="glBindBuffer was called and the context is lost"):
        buffer.upload(np.zeros(4, np.float32))
    for work in (device.end_frame, lambda: device.check("it"), lambda: Buffer(device, BufferDescriptor(4))):
        with pytest.raises(ContextLostError):
            work()
    texture.delete()
    assert device.close() == ["Buffer ''"]
    assert fake.commands == []


def test_the_driver_tells_of_the_loss_in_its_own_way(fake: FakeGL) -> None:
    """What a robust context answers from then on, injected through the seam."""
    codes: list[int] = []
    device = Device(Recorder(fake, glGetError=lambda: codes[0] if codes else 0).gl, debug=True, recoverable=True)
    buffer = Buffer.from_array(device, np.arange(4, dtype=np.float32))
    codes.append(c.CONTEXT_LOST)
    with pytest.raises(ContextLostError, match="GL_CONTEXT_LOST at glBindBuffer"):
        device.gl.glBindBuffer(c.ARRAY_BUFFER, 0)
    fresh = FakeGL(size=(64, 64))
    device.recreate(fresh)
    np.testing.assert_array_equal(fresh.buffer_bytes(buffer.id).view(np.float32), [0, 1, 2, 3])
    device.close()


def test_listeners_and_hooks_go_on(fake: FakeGL) -> None:
    device = Device(fake, debug=True)
    texts: list[str] = []
    device.diagnostics.add_listener(lambda message: texts.append(message.text))
    device.recreate(fresh := FakeGL(size=(64, 64)))
    with pytest.raises(GLError, match="glBindBuffer"):
        device.gl.glBindBuffer(0xBAD, 0)
    assert len(texts) == 1
    device.close()
    assert fresh.debug_callback is None


def test_without_copies_the_owner_writes_again(fake: FakeGL) -> None:
    device = Device(fake)
    stream, blocks = StreamBuffer(device, np.float32, rows=4), UniformBuffer(device, [("k", np.float32)], slots=1)
    rows = np.arange(2000, dtype=np.float32)
    stream.write(rows)
    blocks.set(0, "k", 5.0)
    device.recreate(fresh := FakeGL(size=(64, 64)))
    assert stream.n_rows == 0
    assert fresh.buffer_bytes(blocks.buffer)[:4].view(np.float32) == 5.0
    for _ in range(4):
        stream.write_blocks(rows, [(3, 1)])
        np.testing.assert_array_equal(read_buffer(device, stream.buffer, rows.nbytes).view(np.float32), rows)


@pytest.mark.parametrize("recoverable", [False, True])
def test_quads_know_their_indices(fake: FakeGL, recoverable: bool) -> None:
    device = Device(fake, recoverable=recoverable)
    quads = QuadIndices(device)
    quads.reserve(3000)
    device.recreate(fresh := FakeGL(size=(64, 64)))
    indices = fresh.buffer_bytes(quads._buffer.id).view(np.uint32)
    np.testing.assert_array_equal(indices, quad_indices(quads.capacity))


def test_a_picture_on_its_way_arrives_in_the_new_context(fake: FakeGL) -> None:
    device = Device(fake, recoverable=True)
    texture, uploader = TextureArray(device, 64, 64, 1), TextureUploader(device, LEAST_BUDGET)
    pixels = np.random.default_rng(1).integers(0, 256, (64, 64, 4), np.uint8)
    uploader.submit(texture, 0, 0, 0, pixels)
    uploader.pump()
    device.recreate(fresh := FakeGL(size=(64, 64)))
    uploader.drain()
    np.testing.assert_array_equal(fresh.texture_image(texture.id), pixels)


def test_what_was_deleted_or_forgotten_meanwhile_stays_away(fake: FakeGL) -> None:
    device = Device(fake)
    kept, deleted = Buffer(device, BufferDescriptor(16)), Buffer(device, BufferDescriptor(16))
    Buffer(device, BufferDescriptor(16))  # forgotten
    device.lose()
    deleted.delete()
    device.recreate(fresh := FakeGL(size=(64, 64)))
    assert fresh.live_objects() == {"buffer": [kept.id]}


def test_a_failure_leaves_the_device_lost_and_it_can_be_tried_again(fake: FakeGL) -> None:
    device = Device(fake, recoverable=True)
    stream = StreamBuffer(device, np.float32, rows=4)
    stream.write(np.ones(4, np.float32))
    broken = FakeGL(size=(64, 64))
    broken.fail("glMapBufferRange")
    with pytest.raises(GLError, match="could not be mapped"):
        device.recreate(broken)
    assert device.lost
    device.recreate(fresh := FakeGL(size=(64, 64)))
    assert not device.lost
    assert fresh.buffer_bytes(stream.buffer)[:4].view(np.float32) == 1.0


def test_a_closed_device_is_not_brought_back(fake: GL) -> None:
    device = Device(fake)
    device.close()
    with pytest.raises(GLError, match="make a new device"):
        device.recreate(fake)


def test_shaders_that_the_new_driver_refuses_are_told(fake: FakeGL) -> None:
    device = Device(fake)
    scene = Scene(device)
    with pytest.raises(ShaderError, match="'scene'"):
        device.recreate(Recorder(FakeGL(size=(64, 64)), glGetShaderiv=lambda *_: 0).gl)
    assert device.lost
    assert scene.program.alive
