"""What tiny GL programs with one mistake each are made of, and the list of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL, FakeGLError
from ecs_engine.testing.fake_gl.memory import bytes_at

VERTEX = "#version 330 core\nvoid main() { gl_Position = vec4(0.0); }\n"
FRAGMENT = "#version 330 core\nout vec4 colour;\nvoid main() { colour = vec4(1.0); }\n"
PULLING = (
    "#version 330 core\nuniform usamplerBuffer order;\n"
    "void main() { gl_Position = vec4(float(texelFetch(order, gl_VertexID >> 2).r)); }\n"
)
ATTRIBUTE = (
    "#version 330 core\nlayout(location = 0) in {} place;\nvoid main() {{ gl_Position = vec4(float(place.x)); }}\n"
)
BLOCK = (
    "#version 330 core\nlayout(std140) uniform Camera { vec4 eye; mat4 view; };\n"
    "void main() { gl_Position = view * eye; }\n"
)
SAMPLING = (
    "#version 330 core\nuniform sampler2D page;\nout vec4 colour;\nvoid main() { colour = texture(page, vec2(0.5)); }\n"
)
TINTED = "#version 330 core\nuniform vec4 tint;\nout vec4 colour;\nvoid main() { colour = tint; }\n"
PERSISTENT = gl.MAP_WRITE_BIT | gl.MAP_PERSISTENT_BIT | gl.MAP_COHERENT_BIT
DATA = np.zeros(1 << 16, np.uint8)
ZEROES = DATA.ctypes.data
"""The address of some zeroes."""


Program = Callable[[FakeGL], object]


@dataclass(frozen=True)
class Defect:
    """One rule: its name in docs/mock.md, a program that breaks it, and what is said then."""

    rule: str
    words: str
    program: Program
    options: dict[str, Any]
    sets_error: bool
    """Whether it sets an error of GL, which the program then looks for: a driver does so, too."""


DEFECTS: list[Defect] = []


def defect(rule: str, words: str, *, sets_error: bool = False, **options: Any) -> Callable[[Program], Program]:
    """Keep a function as a program that breaks ``rule``; ``options`` are FakeGL's."""

    def keep(program: Program) -> Program:
        DEFECTS.append(Defect(rule, words, program, options, sets_error))
        return program

    return keep


def make_program(fake: FakeGL, vertex: str = VERTEX, fragment: str = FRAGMENT) -> int:
    program = fake.glCreateProgram()
    for kind, source in ((gl.VERTEX_SHADER, vertex), (gl.FRAGMENT_SHADER, fragment)):
        shader = fake.glCreateShader(kind)
        fake.glShaderSource(shader, source)
        fake.glCompileShader(shader)
        assert fake.glGetShaderiv(shader, gl.COMPILE_STATUS), fake.glGetShaderInfoLog(shader)
        fake.glAttachShader(program, shader)
        fake.glDeleteShader(shader)
    fake.glLinkProgram(program)
    fake.glUseProgram(program)
    return program


def make_buffer(fake: FakeGL, size: int = 64, target: int = gl.ARRAY_BUFFER, data: int = ZEROES) -> int:
    (name,) = fake.glGenBuffers(1)
    fake.glBindBuffer(target, name)
    fake.glBufferData(target, size, data, gl.STREAM_DRAW)
    return name


def map_persistently(fake: FakeGL, target: int = gl.UNIFORM_BUFFER, size: int = 256) -> Any:
    """The bytes of a buffer that stays mapped."""
    fake.glBindBuffer(target, fake.glGenBuffers(1)[0])
    fake.glBufferStorage(target, size, ZEROES, PERSISTENT)
    return bytes_at(fake.glMapBufferRange(target, 0, size, PERSISTENT), size)


def make_array(fake: FakeGL) -> int:
    (name,) = fake.glGenVertexArrays(1)
    fake.glBindVertexArray(name)
    return name


def make_texture(fake: FakeGL, data: int = ZEROES, filter: int = gl.NEAREST, integer: bool = False) -> int:
    (name,) = fake.glGenTextures(1)
    fake.glBindTexture(gl.TEXTURE_2D, name)
    form = (gl.R32UI, gl.RED_INTEGER, gl.UNSIGNED_INT) if integer else (gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE)
    fake.glTexImage2D(gl.TEXTURE_2D, 0, form[0], 4, 4, 0, *form[1:], data)
    for pname in (gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER):
        fake.glTexParameteri(gl.TEXTURE_2D, pname, filter if pname == gl.TEXTURE_MIN_FILTER else gl.NEAREST)
    return name


def make_target(fake: FakeGL, texture: int) -> int:
    (name,) = fake.glGenFramebuffers(1)
    fake.glBindFramebuffer(gl.FRAMEBUFFER, name)
    fake.glFramebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0)
    return name


def make_buffer_texture(fake: FakeGL, size: int, internal: int = gl.R32UI) -> int:
    buffer = make_buffer(fake, size, gl.TEXTURE_BUFFER)
    (name,) = fake.glGenTextures(1)
    fake.glBindTexture(gl.TEXTURE_BUFFER, name)
    fake.glTexBuffer(gl.TEXTURE_BUFFER, internal, buffer)
    return buffer


def point(fake: FakeGL, size: int = 4, divisor: int = 0) -> None:
    """Let attribute 0 read floats from the bound buffer."""
    fake.glVertexAttribPointer(0, size, gl.FLOAT, False, 4 * size, 0)
    fake.glVertexAttribDivisor(0, divisor)
    fake.glEnableVertexAttribArray(0)


def ready(fake: FakeGL, vertex: str = VERTEX, fragment: str = FRAGMENT) -> None:
    """A program and a vertex array."""
    make_program(fake, vertex, fragment)
    make_array(fake)


def draw(fake: FakeGL, count: int = 3) -> None:
    fake.glDrawArrays(gl.TRIANGLES, 0, count)


def elsewhere(work: Callable[[], object]) -> None:
    """Run on a thread of its own, and raise here what it raised there."""
    caught: list[FakeGLError] = []

    def run() -> None:
        try:
            work()
        except FakeGLError as error:
            caught.append(error)

    thread = threading.Thread(target=run, name="logic")
    thread.start()
    thread.join()
    if caught:
        raise caught[0]


def check_errors(fake: FakeGL) -> None:
    """What the engine does after a call: a GL error comes out with FakeGL's words."""
    fake.assert_no_error()
