"""Programs are built in one go, know their inputs, and fail with the line at fault."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_engine.core.errors import GLError, ShaderError
from ecs_engine.gpu import GL, Device, Program, Variable
from ecs_engine.gpu import enums as c
from tests.gpu.conftest import Recorder

VERTEX = """
in vec2 at;
in uint kind;
layout(std140) uniform Camera { mat4 view; };
uniform float time;
uniform usamplerBuffer order;
flat out uint look;
void main() {
    look = kind + texelFetch(order, gl_VertexID).x;
    gl_Position = view * vec4(at, time, 1.0);
}
"""
FRAGMENT = """
flat in uint look;
uniform sampler2DArray pages;
out vec4 pixel;
void main() {
    pixel = texture(pages, vec3(0.5, 0.5, float(look)));
}
"""
PLACES: dict[str, Any] = {"samplers": {"order": 3, "pages": 1}, "blocks": {"Camera": 4}}
PLAIN = "void main() { gl_Position = vec4(0); }"
WHITE = "out vec4 pixel; void main() { pixel = vec4(1); }"


def test_inputs_are_known(device: Device) -> None:
    program = Program(device, VERTEX, FRAGMENT, label="sprite", **PLACES)
    assert set(program.attributes) == {"at", "kind"}
    assert program.attributes["kind"].type == c.UNSIGNED_INT
    assert program.uniforms["time"] == Variable(program.uniforms["time"].location, c.FLOAT, 1)
    assert {name: variable.type for name, variable in program.samplers.items()} == {
        "order": c.UNSIGNED_INT_SAMPLER_BUFFER,
        "pages": c.SAMPLER_2D_ARRAY,
    }
    assert set(program.blocks) == {"Camera"}
    assert program.blocks["Camera"].size == 64
    assert set(program.uniforms) == {"time"}


def test_samplers_and_blocks_get_their_places_once(recorder: Recorder) -> None:
    device = Device(recorder.gl)
    program = Program(device, VERTEX, FRAGMENT, **PLACES)
    sets = {arguments for name, arguments in recorder.calls if name == "glUniform1i"}
    assert sets == {(program.samplers["order"].location, 3), (program.samplers["pages"].location, 1)}
    assert ("glUniformBlockBinding", (program.id, program.blocks["Camera"].index, 4)) in recorder.calls
    recorder.take()
    program.use()
    program.use()
    assert recorder.take() == []


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"samplers": {"order": 0}, "blocks": {"Camera": 0}}, "has sampler 'pages', which is given no place"),
        ({"samplers": {"order": 0, "pages": 1}}, "has uniform block 'Camera', which is given no place"),
    ],
)
def test_a_place_that_was_forgotten_is_named(device: Device, places: Any, words: str) -> None:
    before = device.live_resources()
    with pytest.raises(ShaderError, match=words):
        Program(device, VERTEX, FRAGMENT, label="sprite", **places)
    assert device.live_resources() == before


def test_places_of_what_the_driver_dropped_are_passed_over(device: Device) -> None:
    Program(device, PLAIN, WHITE, **PLACES)


def test_defines_and_includes_reach_the_compiler(device: Device) -> None:
    Program(
        device,
        '#include "place"\nvoid main() { gl_Position = place() * float(SCALE); }',
        WHITE,
        defines={"SCALE": 3},
        includes={"place": "vec4 place() { return vec4(0); }"},
    )


@pytest.mark.parametrize(
    ("vertex", "fragment", "words"),
    [
        ("void main() {\n  gl_Position = vec4(foo);\n}", WHITE, "vertex shader of 'sprite' .*\n.*vertex:2.*\n.*"),
        (PLAIN, "out vec4 pixel;\nvoid main() {\n  pixel = foo;\n}", "fragment shader of 'sprite' .*\n.*fragment:3"),
        (PLAIN, "in vec3 shade; out vec4 pixel; void main() { pixel = vec4(shade, 1); }", "does not link"),
    ],
)
def test_a_program_that_fails_says_where_and_leaves_nothing(
    real_gl: GL, vertex: str, fragment: str, words: str
) -> None:
    recorder = Recorder(real_gl)
    device = Device(recorder.gl, debug=True)
    if "shade" in fragment:
        vertex = "out vec4 shade; void main() { shade = gl_Position = vec4(0); }"
    with pytest.raises(ShaderError, match=words):
        Program(device, vertex, fragment, label="sprite")
    assert device.live_resources() == []
    names = recorder.names
    assert names.count("glCreateShader") == names.count("glDeleteShader")
    assert names.count("glCreateProgram") == names.count("glDeleteProgram") == 1
    device.close()


def test_shaders_are_let_go_once_linked(recorder: Recorder) -> None:
    Program(Device(recorder.gl), PLAIN, WHITE)
    names = recorder.names
    assert names.count("glDeleteShader") == names.count("glDetachShader") == 2


def test_deleting_the_program_in_use_lets_it_go(fake: GL) -> None:
    """OpenGL keeps a program that is in use alive; the filter must not think it still is."""
    device = Device(fake, debug=True)
    program = Program(device, PLAIN, WHITE, label="sprite")
    program.use()
    program.delete()
    assert device.gl.glGetIntegerv(c.CURRENT_PROGRAM) == 0
    with pytest.raises(GLError, match="Program 'sprite' was used after it was deleted"):
        program.use()
