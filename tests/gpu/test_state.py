"""The state filter passes on what differs, and only that; and it is never wrong about what is bound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ecs_engine.gpu import ADD, ALPHA, Buffer, Device, Framebuffer, State, Texture2D, TextureArray, VertexArray
from ecs_engine.gpu import enums as c
from ecs_engine.testing import FakeGL
from tests.gpu.conftest import Recorder

CALLS: list[tuple[Callable[[State], None], Callable[[State], None]]] = [
    (lambda s: s.viewport(0, 0, 8, 8), lambda s: s.viewport(0, 0, 8, 9)),
    (lambda s: s.scissor((0, 0, 4, 4)), lambda s: s.scissor((1, 0, 4, 4))),
    (lambda s: s.scissor(None), lambda s: s.scissor((0, 0, 4, 4))),
    (lambda s: s.blend(ALPHA), lambda s: s.blend(ADD)),
    (lambda s: s.blend(None), lambda s: s.blend(ALPHA)),
    (lambda s: s.depth(c.LESS), lambda s: s.depth(c.LEQUAL)),
    (lambda s: s.depth(c.LESS), lambda s: s.depth(c.LESS, write=False)),
    (lambda s: s.depth(None), lambda s: s.depth(c.LESS)),
    (lambda s: s.cull(c.BACK), lambda s: s.cull(c.FRONT)),
    (lambda s: s.cull(None), lambda s: s.cull(c.BACK)),
    (lambda s: s.use_program(0), lambda s: s.forget()),
    (lambda s: s.bind_vertex_array(0), lambda s: s.forget()),
    (lambda s: s.bind_framebuffer(0), lambda s: s.forget()),
    (lambda s: s.bind_buffer(c.ARRAY_BUFFER, 0), lambda s: s.forget()),
    (lambda s: s.bind_texture(3, c.TEXTURE_2D, 0), lambda s: s.forget()),
]


@pytest.mark.parametrize(("call", "change"), CALLS)
def test_a_repeated_call_is_not_made_and_a_changed_one_is(
    recorder: Recorder, call: Callable[[State], None], change: Callable[[State], None]
) -> None:
    state = State(recorder.gl)
    call(state)
    assert recorder.take() != []
    call(state)
    assert recorder.take() == []
    change(state)
    recorder.take()
    call(state)
    assert recorder.take() != []


def test_units_and_targets_are_kept_apart(recorder: Recorder) -> None:
    device = Device(recorder.gl)
    one, two, page = Texture2D(device, 2, 2), Texture2D(device, 2, 2), TextureArray(device, 2, 2, 1)
    device.state.forget()
    recorder.take()
    for _ in range(2):
        one.bind(0)
        two.bind(1)
        page.bind(0)
    assert recorder.take() == [
        *("glActiveTexture", "glBindTexture"),
        *("glActiveTexture", "glBindTexture"),
        *("glActiveTexture", "glBindTexture"),
    ]


def test_framebuffers_for_reading_and_drawing_are_kept_apart(recorder: Recorder) -> None:
    state = State(recorder.gl)
    framebuffer = recorder.gl.glGenFramebuffers(1)[0]
    state.bind_framebuffer(0)
    state.bind_framebuffer(framebuffer, c.READ_FRAMEBUFFER)
    recorder.take()
    state.bind_framebuffer(0, c.DRAW_FRAMEBUFFER)
    assert recorder.take() == []
    state.bind_framebuffer(0)
    assert recorder.take() == ["glBindFramebuffer"]


def test_a_name_that_comes_again_is_bound_again() -> None:
    """OpenGL unbinds what is deleted and gives names out anew: a filter that forgot this would bind nothing."""
    device = Device(FakeGL(reuse_names=True), debug=True)
    state, gl = device.state, device.gl
    first = Texture2D(device, 1, 1)
    first.bind(5)
    state.bind_texture(0, c.TEXTURE_2D, 0)
    name = first.id
    first.delete()
    second = Texture2D(device, 1, 1)
    assert second.id == name
    second.bind(5)
    gl.glActiveTexture(c.TEXTURE0 + 5)
    assert gl.glGetIntegerv(c.TEXTURE_BINDING_2D) == name

    buffer = Buffer.from_array(device, np.zeros(4, np.float32))
    name = buffer.id
    state.bind_uniform_buffer(0, name, 0, 16)
    state.bind_buffer(c.ARRAY_BUFFER, name)
    buffer.delete()
    again = Buffer.from_array(device, np.ones(4, np.float32))
    assert again.id == name
    state.bind_uniform_buffer(0, name, 0, 16)
    state.bind_buffer(c.ARRAY_BUFFER, name)
    assert gl.glGetIntegerv(c.UNIFORM_BUFFER_BINDING) == name
    assert gl.glGetIntegerv(c.ARRAY_BUFFER_BINDING) == name

    vertices = VertexArray(device)
    name = vertices.id
    vertices.delete()
    fresh = VertexArray(device)
    assert fresh.id == name
    fresh.bind()
    assert gl.glGetIntegerv(c.VERTEX_ARRAY_BINDING) == name

    canvas = Framebuffer(device, 2, 2)
    canvas.bind()
    name = canvas.id
    canvas.delete()
    another = Framebuffer(device, 2, 2)
    assert another.id == name
    another.bind()
    assert gl.glGetIntegerv(c.DRAW_FRAMEBUFFER_BINDING) == name


def test_binding_a_uniform_range_binds_the_general_target_too(device: Device) -> None:
    one, two = (Buffer.from_array(device, np.zeros(4, np.float32)) for _ in range(2))
    device.state.bind_buffer(c.UNIFORM_BUFFER, one.id)
    device.state.bind_uniform_buffer(0, two.id, 0, 16)
    device.state.bind_buffer(c.UNIFORM_BUFFER, one.id)
    assert device.gl.glGetIntegerv(c.UNIFORM_BUFFER_BINDING) == one.id


def test_clearing_depth_needs_depth_writes(recorder: Recorder) -> None:
    state = State(recorder.gl)
    state.depth(c.LESS, write=False)
    recorder.calls.clear()
    state.clear((0.0, 0.5, 1.0, 1.0), depth=True)
    assert recorder.calls == [
        ("glClearColor", (0.0, 0.5, 1.0, 1.0)),
        ("glDepthMask", (True,)),
        ("glClear", (c.COLOR_BUFFER_BIT | c.DEPTH_BUFFER_BIT,)),
    ]
    recorder.calls.clear()
    state.clear(None)
    assert recorder.calls == []
