"""The small GLSL front end. That its std140 offsets are a driver's is tested in test_differential.py."""

from __future__ import annotations

import numpy as np
import pytest

from ecs_engine.gpu import enums
from ecs_engine.testing import FakeGL

HEAD = "#version 330 core\n"


def log_of(source: str, kind: int = enums.VERTEX_SHADER, gl: FakeGL | None = None) -> str:
    gl = gl or FakeGL()
    shader = gl.glCreateShader(kind)
    gl.glShaderSource(shader, source)
    gl.glCompileShader(shader)
    log = gl.glGetShaderInfoLog(shader)
    assert gl.glGetShaderiv(shader, enums.COMPILE_STATUS) == (not log)
    assert gl.glGetShaderiv(shader, enums.INFO_LOG_LENGTH) == (len(log) + 1 if log else 0)
    return log


def link_log(vertex: str, fragment: str, gl: FakeGL | None = None) -> str:
    gl = gl or FakeGL()
    program = gl.glCreateProgram()
    for kind, source in ((enums.VERTEX_SHADER, vertex), (enums.FRAGMENT_SHADER, fragment)):
        shader = gl.glCreateShader(kind)
        gl.glShaderSource(shader, HEAD + source)
        gl.glCompileShader(shader)
        gl.glAttachShader(program, shader)
    gl.glLinkProgram(program)
    log = gl.glGetProgramInfoLog(program)
    assert gl.glGetProgramiv(program, enums.LINK_STATUS) == (not log)
    return log


@pytest.mark.parametrize(("source", "log"), [
    ("void main() {\n  gl_Position = vec4(0.0)\n}", "0:4(1): error: syntax error, unexpected '}', expecting ','"),
    ("void main() {\n  float a = 1.0\n  float b = 2.0;\n}", "0:4(3): error: syntax error, unexpected IDENTIFIER"),
    ("void main() {\n  float a = 1.0;\n  a = 2.0\n  return;\n}", "0:5(3): error: syntax error, unexpected RETURN"),
    ("float a = 1.0\nuniform vec4 b;\nvoid main() {}", "0:3(1): error: syntax error"),
    ("uniform vec4 a\nvoid main() {}", "0:3(1): error: syntax error, unexpected IDENTIFIER, expecting ',' or ';'"),
    ("void main() { vec4 a = vec4((1.0); }", "0:2(34): error: syntax error, unexpected ';'"),
    ("void main() {", "unexpected end of file, '{' of line 2 is not closed"),
    ("void main() { }}", "0:2(16): error: syntax error, unexpected '}'"),
    ("uniform sampler9D a;\nvoid main() {}", "0:2(9): error: syntax error, unexpected NEW_IDENTIFIER `sampler9D'"),
    ("void main() {\n  gl_Position = vec4(place, 1.0);\n}", "0:3(22): error: `place' undeclared"),
    ("void main() { gl_Position = vec4(0.0 $ 1.0); }", "unexpected character '$'"),
    ("sampler2D page;\nvoid main() {}", "samplers must be declared as uniforms"),
    ("#error no\nvoid main() {}", "#error no"),
    ("#if 1\nvoid main() {}", "Unterminated #if"),
    ("layout(std140) uniform B { vec4 a vec4 b; };\nvoid main() {}", "expecting ',' or ';'"),
    ("#define A 1 + \\\n 2\nvoid main() { int a = A; a = b; }", "0:4(30): error: `b' undeclared"),
    ("uniform float a[0];\nvoid main() {}", "array size"),
])  # fmt: skip
def test_broken_source(source: str, log: str) -> None:
    assert log in log_of(HEAD + source)


@pytest.mark.parametrize("source", [
    "#version 999\nvoid main() {}", "void main() {}", "#version 120\nvoid main() {}", "#version 460\nvoid main() {}",
    "",
])  # fmt: skip
def test_unknown_version(source: str) -> None:
    assert "is not supported. Supported versions are: 1.40, 1.50, 3.30" in log_of(source, gl=FakeGL((4, 5)))


def test_version_must_come_first() -> None:
    assert "must appear on the first line" in log_of("#define A\n#version 330 core\nvoid main() {}")


@pytest.mark.parametrize("source", [
    "void main() { for (int i = 0; i < 3; i++) if (i > 1) continue; else discard_nothing(); }",
    "void main() { int a[2] = int[](1, 2); a[0]++; --a[1]; do { a[0] -= 1; } while (a[0] > 0); }",
    "void main() { switch (1) { case 0: gl_Position = vec4(0.0); break; default: break; } }",
    "const int N = 2 * 3;\nuniform vec4 a[N], b;\nvoid main() { gl_Position = a[N - 1] + b; }",
    "struct S { vec2 a, b; };\nS make(in vec2 v, out float q) { q = 1.0; return S(v, v); }\n"
    "void main() { float q; gl_Position = vec4(make(vec2(1.), q).a.xy, q, .5e-3); }",
    "#define SQ(x) ((x) * (x))\n#if defined(SQ) && __VERSION__ >= 330\nvoid main() { gl_Position = vec4(SQ(3.0)); }\n"
    "#else\nnothing good\n#endif",
    "#ifdef NO\nbroken {\n#elif 1 > 2\nbroken (\n#else\nvoid main() { /* ; */ } // }\n#endif",
    "precision highp float;\nlayout(location = 0) in vec4 a; flat out ivec2 b;\n"
    "void main() { b = ivec2(a.xy); uint c = 3u, d = 0xFFu; gl_PointSize = float(c + d); return; }",
    "float f(float);\nvoid main() { gl_Position = vec4(f(1.0)); }\nfloat f(float a) { return a > 0.0 ? a : -a; }",
    "const vec2 corners[2] = vec2[2](vec2(0.0), vec2(1.0));\n"
    "void main() { gl_Position = vec4(corners[gl_VertexID & 1], 0, 1); }",
])  # fmt: skip
def test_good_source(source: str) -> None:
    source = source.replace("discard_nothing()", "i += 2")
    assert log_of(HEAD + source) == ""


def test_integer_inputs_of_fragments_are_flat() -> None:
    source = "in int layer; out vec4 c; void main() { c = vec4(layer); }"
    assert "'flat'" in log_of(HEAD + source, enums.FRAGMENT_SHADER)
    assert log_of(HEAD + "flat " + source, enums.FRAGMENT_SHADER) == ""


FRAGMENT = "in vec2 uv; out vec4 c; void main() { c = vec4(uv, 0.0, 1.0); }"


@pytest.mark.parametrize(("vertex", "log"), [
    ("void main() { gl_Position = vec4(0.0); }", "fragment shader input `uv' has no matching output"),
    ("out vec3 uv; void main() { uv = vec3(0.0); }", "`uv' declared as type `vec3', but fragment shader input"),
    ("out vec2 uv; void helper() {}", "vertex shader lacks `main'"),
    ("out vec2 uv; void main() { uv = vec2(0.0) }", "linking with uncompiled/unspecialized shader"),
    ("out vec2 uv; void main() { uv = vec2(0.0); }", ""),
])  # fmt: skip
def test_link(vertex: str, log: str) -> None:
    found = link_log(vertex, FRAGMENT)
    assert log in found
    assert bool(log) == bool(found)


def test_unused_inputs_need_no_output() -> None:
    fragment = "in vec2 uv; out vec4 c; void main() { c = vec4(1.0); }"
    assert link_log("void main() { gl_Position = vec4(0.0); }", fragment) == ""


def test_uniforms_and_blocks_must_agree_between_stages() -> None:
    vertex = "uniform {}; void main() {{ gl_Position = vec4(a); }}"
    fragment = "uniform {}; out vec4 c; void main() {{ c = vec4(a); }}"
    assert "uniform `a' declared as type" in link_log(vertex.format("float a"), fragment.format("vec4 a"))
    blocks = "B { float a; }", "B { vec4 a; }"
    assert "uniform block `B' do not match" in link_log(vertex.format(blocks[0]), fragment.format(blocks[1]))
    assert link_log(vertex.format(blocks[0]), fragment.format(blocks[0])) == ""


def test_limits_at_the_link() -> None:
    vertex = "layout(std140) uniform B { vec4 a[65]; }; void main() { gl_Position = a[0]; }"
    fragment = "uniform sampler2D s[3]; out vec4 c; void main() { c = texture(s[0], vec2(0.0)); }"
    assert "too big (1040/1024)" in link_log(vertex, fragment, FakeGL(limits={"max_uniform_block_size": 1024}))
    few = FakeGL(limits={"max_texture_image_units": 2})
    assert "Too many fragment shader texture samplers" in link_log(vertex, fragment, few)


def test_failed_relink_keeps_the_program_in_use() -> None:
    gl = FakeGL()
    assert link_log("out vec2 uv; void main() { uv = vec2(0.0); }", FRAGMENT, gl) == ""
    (program,) = (name for name in gl.live_objects()["program"])
    gl.glUseProgram(program)
    for shader in gl.live_objects()["shader"]:
        gl.glDetachShader(program, shader)
    gl.glLinkProgram(program)
    assert gl.glGetProgramInfoLog(program).startswith("error: no shaders attached")
    assert gl.glGetIntegerv(enums.CURRENT_PROGRAM) == program
    gl.glUseProgram(program)
    assert gl.glGetError() == enums.INVALID_OPERATION


def test_uniform_values() -> None:
    gl = FakeGL()
    vertex = "uniform float fade[2]; uniform int base; void main() { gl_Position = vec4(fade[0] + fade[1] + base); }"
    assert link_log(vertex, "out vec4 c; void main() { c = vec4(1.0); }", gl) == ""
    (program,) = gl.live_objects()["program"]
    gl.glUniform1f(0, 1.0)
    assert gl.glGetError() == enums.INVALID_OPERATION  # No program is in use.
    gl.glUseProgram(program)
    gl.glUniform1f(gl.glGetUniformLocation(program, "fade[1]"), 0.5)
    gl.glUniform1i(gl.glGetUniformLocation(program, "base"), 7)
    gl.glUniform1f(-1, 9.0)
    assert gl.glGetError() == enums.NO_ERROR
    assert gl.uniform(program, "fade[1]") == (0.5,)
    assert gl.uniform(program, "base") == (7,)
    assert gl.uniform(program, "fade[0]") is None
    gl.glUniform1f(gl.glGetUniformLocation(program, "base"), 1.0)
    assert gl.glGetError() == enums.INVALID_OPERATION
    assert gl.uniform(program, "base") == (7,)


def test_uniform_arrays() -> None:
    gl = FakeGL()
    fragment = (
        "uniform vec3 tints[3]; uniform vec2 at; out vec4 c; void main() { c = vec4(tints[0] + tints[2], at.x); }"
    )
    assert link_log("void main() { gl_Position = vec4(0.0); }", fragment, gl) == ""
    (program,) = gl.live_objects()["program"]
    gl.glUseProgram(program)
    numbers = np.arange(12, dtype=np.float32)
    tints, at = (gl.glGetUniformLocation(program, name) for name in ("tints[1]", "at"))
    gl.glUniform3fv(tints, 4, numbers.ctypes.data)  # what goes past the end is left out
    gl.glUniform2fv(at, 1, numbers.ctypes.data)
    assert gl.glGetError() == enums.NO_ERROR
    assert [gl.uniform(program, f"tints[{index}]") for index in range(3)] == [None, (0, 1, 2), (3, 4, 5)]
    assert gl.uniform(program, "at") == (0, 1)
    for call, location, count, error in (
        (gl.glUniform2fv, at, 2, enums.INVALID_OPERATION),  # it is no array
        (gl.glUniform4fv, tints, 1, enums.INVALID_OPERATION),
        (gl.glUniform1fv, at, 1, enums.INVALID_OPERATION),
        (gl.glUniform3fv, tints, -1, enums.INVALID_VALUE),
        (gl.glUniform3fv, -1, 1, enums.NO_ERROR),
    ):
        call(location, count, numbers.ctypes.data)
        assert gl.glGetError() == error
    assert gl.uniform(program, "at") == (0, 1)


def test_program_in_use_is_deleted_when_it_is_dropped() -> None:
    gl = FakeGL()
    link_log("out vec2 uv; void main() { uv = vec2(0.0); }", FRAGMENT, gl)
    (program,) = gl.live_objects()["program"]
    gl.glUseProgram(program)
    gl.glDeleteProgram(program)
    assert gl.glGetProgramiv(program, enums.DELETE_STATUS) == 1
    gl.glUseProgram(0)
    assert program not in gl.programs.made
