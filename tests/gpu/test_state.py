"""The state filter passes on what differs, and only that; and it is never wrong about what is bound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ecs_engine.gpu import ADD, ALPHA, Buffer, Device, State, Texture2D, TextureArray
from ecs_engine.gpu import enums as c
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


def test_a_name_that_comes_again_is_bound_again(device: Device) -> None:
    """OpenGL unbinds what is deleted and gives names out anew: a filter that forgot this would bind nothing."""
    first = Texture2D(device, 1, 1, pixels=np.full((1, 1, 4), 1, np.uint8))
    first.bind(0)
    old = first.id
    first.delete()
    second = Texture2D(device, 1, 1)
    device.state.bind_texture(1, c.TEXTURE_2D, 0)
    second.bind(0)
    device.gl.glActiveTexture(c.TEXTURE0)
    assert device.gl.glGetIntegerv(c.TEXTURE_BINDING_2D) == second.id
    device.state.forget()
    buffer = Buffer.from_array(device, np.zeros(4, np.float32))
    device.state.bind_uniform_buffer(0, buffer.id, 0, 16)
    buffer.delete()
    again = Buffer.from_array(device, np.ones(4, np.float32))
    device.state.bind_uniform_buffer(0, again.id, 0, 16)
    assert device.gl.glGetIntegerv(c.UNIFORM_BUFFER_BINDING) == again.id
    assert old > 0


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
