"""FakeGL beside a real driver: the same random calls, the same errors, the same state and the same bytes.

`python -m tests.testing.differential` is the long form, which `make soak` runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecs_engine.gpu import enums as gl
from ecs_engine.gpu.gl import GL
from ecs_engine.testing import FakeGL

from .differential.calls import SIZE, Call, Disagreement, Pair
from .differential.departures import DEPARTURES, REFUSED_POINTER
from .differential.generator import Generator
from .differential.introspection import introspect
from .differential.run import fresh_pair, run_seed
from .differential.shrink import shrink

FUNCTIONS = {name for name in vars(GL) if name.startswith("gl")}
SEQUENCES = 300
CALLS = 40
CANNOT_FAIL = {
    "glFlush", "glFinish", "glGetError", "glGetGraphicsResetStatus", "glCreateProgram", "glClearColor", "glDepthMask",
    "glDebugMessageCallback", "glGetInteger64v",
}  # fmt: skip
"""No argument of these that the engine's functions take is wrong."""
NEVER_WRONG_HERE = {
    "glGenBuffers", "glGenVertexArrays", "glGenTextures", "glGenFramebuffers", "glGenRenderbuffers", "glGenQueries",
    "glDeleteBuffers", "glDeleteVertexArrays", "glDeleteTextures", "glDeleteFramebuffers", "glDeleteRenderbuffers",
    "glDeleteQueries",
}  # fmt: skip
"""They fail for a negative number of names only, which the engine's functions cannot pass."""


@pytest.mark.gl
@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_random_calls(seed: int) -> None:
    assert run_seed(seed, CALLS) >= CALLS


def two_fakes() -> Pair:
    return Pair(FakeGL(strict=False, size=SIZE), FakeGL(strict=False, size=SIZE), 0)


def ended(monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], set[str]]:
    """Functions that the generator made succeed, and those that it made fail; without a driver."""
    monkeypatch.setattr("tests.testing.differential.steps.check_state", lambda pair, call: None)
    succeeded, failed = set[str](), set[str]()
    play = Pair.play

    def note(self: Pair, call: Call) -> int | None:
        error = play(self, call)
        if error is not None:
            (failed if error else succeeded).add(call.function)
        return error

    monkeypatch.setattr(Pair, "play", note)
    for number in range(len(Generator(two_fakes(), 0).steps())):
        generator = Generator(two_fakes(), number)
        generator.first_program()
        for prepare in (generator.ready_framebuffer, generator.ready_draw, generator.ready_buffers):
            prepare()
            for _ in range(60):
                generator.steps()[number]()
    for seed in range(20):
        Generator(two_fakes(), seed).run(60)
    return succeeded, failed


def test_the_generator_reaches_every_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each function that the engine calls is generated, with arguments that are right and with wrong ones."""
    succeeded, failed = ended(monkeypatch)
    assert FUNCTIONS - succeeded == set()
    assert FUNCTIONS - failed == CANNOT_FAIL | NEVER_WRONG_HERE


def test_a_wrong_mock_is_found_and_its_sequence_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mock that forgets one rule is found, and the list that shows it holds only what it takes."""

    def forgetful(self: FakeGL, target: int, buffer: int) -> None:
        if target != gl.COPY_READ_BUFFER:
            right(self, target, buffer)

    right = FakeGL.glBindBuffer

    def play(calls: Any) -> Disagreement | None:
        pair = two_fakes()
        pair.fake.glBindBuffer = forgetful.__get__(pair.fake)  # type: ignore[method-assign]
        try:
            for call in calls:
                pair.play(call)
                mine, theirs = (side.buffer_bindings.get(gl.COPY_READ_BUFFER) for side in (pair.fake, pair.real))
                if (mine is None) != (theirs is None):
                    raise Disagreement(call, "binding", mine, theirs)
        except Disagreement as found:
            return found
        return None

    monkeypatch.setattr("tests.testing.differential.steps.check_state", lambda pair, call: None)
    generator = Generator(two_fakes(), 3)
    generator.run(200)
    failure = play(generator.calls)
    assert failure is not None
    shortest, last = shrink(generator.calls, failure, play)
    assert [call.function for call in shortest] == ["glGenBuffers", "glBindBuffer"]
    assert "binding: FakeGL None" in str(last)


def test_the_page_lists_what_is_not_compared() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "mock.md").read_text(encoding="utf-8")
    missing = [why for why in (*DEPARTURES, REFUSED_POINTER) if f"* {why}" not in " ".join(page.split())]
    assert not missing
    assert len(DEPARTURES) <= 15


BLOCKS = """#version 330 core
struct Inner { vec3 a; float b; mat2 c; };
struct Outer { Inner pair[2]; vec2 d; int e; };
layout(std140) uniform Everything {
    float f; vec2 v2; vec3 v3; float after3; vec4 v4; mat2 m2; mat3 m3; mat4 m4; mat2x3 m23; mat4x2 m42;
    float fs[3]; vec2 v2s[2]; vec3 v3s[2]; mat3 m3s[2]; int i; uint u; bool b; ivec2 iv; bvec3 bv;
    Outer outer; Outer outers[2]; float last;
};
layout(std140) uniform Named { vec3 first; float second; } named;
uniform vec4 plain[3]; uniform float unused; uniform mat3 turn;
in vec3 place; in mat4 model; in ivec2 cell; in float ignored;
void main() {
    gl_Position = model * vec4(turn * place, f) + plain[2] + plain[1] + named.second + float(cell.x + gl_InstanceID);
}
"""
NOTHING = "#version 330 core\nout vec4 colour;\nvoid main() { colour = vec4(1.0); }\n"


@pytest.fixture
def pair() -> Iterator[Pair]:
    with fresh_pair(0) as pair:
        yield pair


def linked(side: Any) -> int:
    program: int = side.glCreateProgram()
    for kind, source in ((gl.VERTEX_SHADER, BLOCKS), (gl.FRAGMENT_SHADER, NOTHING)):
        shader = side.glCreateShader(kind)
        side.glShaderSource(shader, source)
        side.glCompileShader(shader)
        assert side.glGetShaderiv(shader, gl.COMPILE_STATUS), side.glGetShaderInfoLog(shader)
        side.glAttachShader(program, shader)
    side.glLinkProgram(program)
    assert side.glGetProgramiv(program, gl.LINK_STATUS), side.glGetProgramInfoLog(program)
    return program


@pytest.mark.gl
def test_introspection(pair: Pair) -> None:
    """std140 offsets, strides, sizes and the lists of what is active are the driver's."""
    fake, real = introspect(pair.fake, linked(pair.fake)), introspect(pair.real, linked(pair.real))
    for part in ("blocks", "uniforms", "attributes"):
        assert fake[part] == real[part]
    assert len(real["blocks"]) == 2
