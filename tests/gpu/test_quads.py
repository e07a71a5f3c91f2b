"""All quads share one index buffer that grows."""

from __future__ import annotations

import numpy as np
import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import GL, Device, Framebuffer, Program, QuadIndices, StreamBuffer, quad_indices
from ecs_engine.gpu import enums as c
from tests.gpu.conftest import Recorder, read_buffer

VERTEX = """
uniform samplerBuffer rect;
flat out int quad;
void main() {
    vec4 r = texelFetch(rect, gl_VertexID >> 2);
    vec2 corner = vec2(gl_VertexID & 1, (gl_VertexID >> 1) & 1);
    gl_Position = vec4(mix(r.xy, r.zw, corner), 0, 1);
    quad = gl_VertexID >> 2;
}
"""
FRAGMENT = "flat in int quad; out vec4 pixel; void main() { pixel = vec4(float(quad + 1) / 255.0, 0, 0, 1); }"


def test_the_pattern() -> None:
    assert quad_indices(2).tolist() == [0, 1, 2, 2, 1, 3, 4, 5, 6, 6, 5, 7]
    assert quad_indices(2).dtype == np.uint32


def test_quads_pull_their_rows(real_device: Device) -> None:
    device = real_device
    program = Program(device, VERTEX, FRAGMENT, samplers={"rect": 0})
    rects = StreamBuffer(device, np.float32, 4)
    left = np.linspace(-1, 0.5, 4)
    rects.write(np.stack([left, np.full(4, -1.0), left + 0.5, np.full(4, 1.0)], 1).astype(np.float32))
    quads, canvas = QuadIndices(device), Framebuffer(device, 4, 1)
    canvas.bind()
    device.state.clear()
    program.use()
    rects.bind(0)
    quads.draw(2, first=1)
    assert canvas.read_pixels()[0, :, 0].tolist() == [0, 2, 3, 0]
    quads.draw(4)
    assert canvas.read_pixels()[0, :, 0].tolist() == [1, 2, 3, 4]
    device.state.bind_framebuffer(0)


def test_the_buffer_grows_and_the_vertex_array_still_points_at_it(device: Device) -> None:
    quads = QuadIndices(device)
    first = quads.capacity
    quads.reserve(first * 3)
    assert quads.capacity == first * 4
    held = read_buffer(device, quads._buffer.id, quad_indices(quads.capacity).nbytes)
    assert (held.view(np.uint32) == quad_indices(first * 4)).all()
    quads._vertex_array.bind()
    assert device.gl.glGetIntegerv(c.ELEMENT_ARRAY_BUFFER_BINDING) == quads._buffer.id
    quads.reserve(5)
    assert quads.capacity == first * 4


def test_nothing_is_drawn_for_nothing_and_one_call_for_any_number(fake: GL) -> None:
    recorder = Recorder(fake, glDrawElements=lambda *_: None)
    device = Device(recorder.gl)
    quads = QuadIndices(device)
    quads.reserve(10_000)
    recorder.take()
    quads.draw(0)
    assert recorder.calls == []
    quads.draw(7000, first=3000)
    draws = [arguments for name, arguments in recorder.calls if name == "glDrawElements"]
    assert draws == [(c.TRIANGLES, 42_000, c.UNSIGNED_INT, 72_000)]


def test_more_than_a_draw_can_count_is_refused(fake: GL) -> None:
    with pytest.raises(GLError, match="split them over several draws"):
        QuadIndices(Device(fake)).draw(2**30)


def test_deleting_gives_everything_back(fake: GL) -> None:
    device = Device(fake)
    QuadIndices(device).delete()
    assert device.live_resources() == []
