"""Tiny GL programs with one mistake each, and what strict FakeGL says of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
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
NOWHERE = DATA.ctypes.data


Program = FunctionType
"""Of one argument, the FakeGL."""


@dataclass(frozen=True)
class Defect:
    """One rule: its name in docs/mock.md, a program that breaks it, and what is said then."""

    rule: str
    words: str
    program: Program
    options: dict[str, Any]

    @property
    def is_gl_error(self) -> bool:
        """Whether it sets an error of GL, which the program then looks for."""
        return "check_errors" in self.program.__code__.co_names


DEFECTS: list[Defect] = []


def defect(rule: str, words: str, **options: Any) -> Callable[[Program], Program]:
    """Keep a function as a program that breaks ``rule``; ``options`` are FakeGL's."""

    def keep(program: Program) -> Program:
        DEFECTS.append(Defect(rule, words, program, options))
        return program

    return keep


# -- what the programs are made of ----------------------------------------------------------------
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


def make_buffer(fake: FakeGL, size: int = 64, target: int = gl.ARRAY_BUFFER, data: int = NOWHERE) -> int:
    (name,) = fake.glGenBuffers(1)
    fake.glBindBuffer(target, name)
    fake.glBufferData(target, size, data, gl.STREAM_DRAW)
    return name


def map_persistently(fake: FakeGL, target: int = gl.UNIFORM_BUFFER, size: int = 256) -> Any:
    """The bytes of a buffer that stays mapped."""
    fake.glBindBuffer(target, fake.glGenBuffers(1)[0])
    fake.glBufferStorage(target, size, NOWHERE, PERSISTENT)
    return bytes_at(fake.glMapBufferRange(target, 0, size, PERSISTENT), size)


def make_array(fake: FakeGL) -> int:
    (name,) = fake.glGenVertexArrays(1)
    fake.glBindVertexArray(name)
    return name


def make_texture(fake: FakeGL, data: int = NOWHERE, filter: int = gl.NEAREST, integer: bool = False) -> int:
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


# -- threads and contexts ---------------------------------------------------------------------------
@defect("wrong thread", "glFlush was called on thread 'logic', but the context is current on .*context thread only")
def wrong_thread(fake: FakeGL) -> None:
    elsewhere(fake.glFlush)


@defect("no context", "no thread has the context; call make_current")
def no_context(fake: FakeGL) -> None:
    fake.release()
    fake.glFlush()


@defect("another context's object", "vertex array 1 belongs to another context.*make one in each")
def another_contexts_object(fake: FakeGL) -> None:
    array = make_array(fake)
    fake.make_current(fake.make_context())
    fake.glBindVertexArray(array)


@defect("function of a newer version", r"glBufferStorage: needs OpenGL 4\.4 .*test for the feature first",
        version=(3, 3), extensions=())  # fmt: skip
def newer_function(fake: FakeGL) -> None:
    make_buffer(fake)
    fake.glBufferStorage(gl.ARRAY_BUFFER, 16, 0, 0)


# -- lives of objects -------------------------------------------------------------------------------
@defect("use after delete", "glBindBuffer: buffer 1 was deleted; drop the handle")
def use_after_delete(fake: FakeGL) -> None:
    name = make_buffer(fake)
    fake.glDeleteBuffers([name])
    fake.glBindBuffer(gl.ARRAY_BUFFER, name)


@defect("delete twice", "texture 1 was deleted before; delete each object once")
def delete_twice(fake: FakeGL) -> None:
    name = make_texture(fake)
    fake.glDeleteTextures([name])
    fake.glDeleteTextures([name])


@defect("shader deleted twice", "shader 2 was deleted before; delete each object once")
def delete_shader_twice(fake: FakeGL) -> None:
    program, shader = fake.glCreateProgram(), fake.glCreateShader(gl.VERTEX_SHADER)
    fake.glAttachShader(program, shader)
    fake.glDeleteShader(shader)
    fake.glDeleteShader(shader)


@defect("vertex buffer deleted", "vertex buffer 1 was deleted; delete it after the vertex array")
def vertex_buffer_deleted(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    array, buffer = int(fake.glGetIntegerv(gl.VERTEX_ARRAY_BINDING)), make_buffer(fake)  # type: ignore[arg-type]
    point(fake)
    fake.glBindVertexArray(0)
    fake.glDeleteBuffers([buffer])
    fake.glBindVertexArray(array)
    draw(fake)


@defect("image of a framebuffer deleted", "framebuffer 1 shows to a deleted image; delete it after the framebuffer")
def attachment_deleted(fake: FakeGL) -> None:
    texture = make_texture(fake)
    name = make_target(fake, texture)
    fake.glBindFramebuffer(gl.FRAMEBUFFER, 0)
    fake.glDeleteTextures([texture])
    fake.glBindFramebuffer(gl.FRAMEBUFFER, name)
    fake.glClear(gl.COLOR_BUFFER_BIT)


@defect("leak", r"2 GL objects were never deleted: buffer 1 \(poses\), texture 1; delete each one")
def leak(fake: FakeGL) -> None:
    fake.glObjectLabel(gl.BUFFER, make_buffer(fake), "poses")
    make_texture(fake)
    fake.assert_no_leaks()


@defect("error never looked at", "a GL error was never looked at: GL_INVALID_ENUM in glEnable: .*check glGetError")
def error_never_looked_at(fake: FakeGL) -> None:
    fake.glEnable(0x1234)
    fake.assert_no_error()


# -- vertex arrays, ranges --------------------------------------------------------------------------
@defect("element buffer without a vertex array", "belongs to a vertex array, and none is bound; bind one first")
def elements_without_array(fake: FakeGL) -> None:
    make_buffer(fake, target=gl.ELEMENT_ARRAY_BUFFER)


@defect("draw without indices", "vertex array 1 has no element buffer; bind one while it is bound")
def draw_without_indices(fake: FakeGL) -> None:
    ready(fake)
    fake.glDrawElements(gl.TRIANGLES, 3, gl.UNSIGNED_SHORT, 0)


@defect("indices beyond their buffer", "the indices end at byte 12 of element buffer 1, which has 11 bytes")
def past_the_indices(fake: FakeGL) -> None:
    ready(fake)
    make_buffer(fake, 11, gl.ELEMENT_ARRAY_BUFFER)
    fake.glDrawElements(gl.TRIANGLES, 6, gl.UNSIGNED_SHORT, 0)


@defect("crooked index offset", "offset 1 is not a multiple of the index size 2; align it")
def crooked_offset(fake: FakeGL) -> None:
    ready(fake)
    make_buffer(fake, 64, gl.ELEMENT_ARRAY_BUFFER)
    fake.glDrawElements(gl.TRIANGLES, 3, gl.UNSIGNED_SHORT, 1)


@defect("vertices beyond their buffer", "attribute 0 is read up to byte 48 of buffer 1, which has 47 bytes; draw fewer")
def past_the_vertices(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake, 47)
    point(fake)
    draw(fake)


@defect("index beyond the vertices", "attribute 0 is read up to byte 112 of buffer 1, which has 64 bytes; draw fewer")
def index_past_the_vertices(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake, 64)
    point(fake)
    indices = np.array([0, 6, 1], np.uint16)
    make_buffer(fake, 6, gl.ELEMENT_ARRAY_BUFFER, indices.ctypes.data)
    fake.glDrawElements(gl.TRIANGLES, 3, gl.UNSIGNED_SHORT, 0)


@defect("instances beyond their buffer", "attribute 0 is read up to byte 80 of buffer 1, which has 64 bytes")
def past_the_instances(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake, 64)
    point(fake, divisor=2)
    fake.glDrawArraysInstanced(gl.TRIANGLES, 0, 3, 9)


@defect(
    "pulled vertices beyond their texture", "sampler 'order' is read up to texel 4 of buffer texture 1, which has 4"
)
def past_the_pulled(fake: FakeGL) -> None:
    ready(fake, PULLING)
    make_buffer_texture(fake, 16)
    indices = np.array([0, 1, 19], np.uint32)
    make_buffer(fake, 12, gl.ELEMENT_ARRAY_BUFFER, indices.ctypes.data)
    fake.glDrawElements(gl.TRIANGLES, 3, gl.UNSIGNED_INT, 0)


@defect("attribute without a buffer", "attribute 0 is enabled and has no buffer; bind one when you point it")
def attribute_without_buffer(fake: FakeGL) -> None:
    ready(fake)
    fake.glEnableVertexAttribArray(0)
    draw(fake)


@defect(
    "input without an array", "shader input 'place' reads attribute 0, which is not enabled.*glEnableVertexAttribArray"
)
def input_without_array(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    draw(fake)


@defect(
    "floats for an integer input", "'place' .* is int, and its array is converted to floats; use glVertexAttribIPointer"
)
def floats_for_integers(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("ivec4"))
    make_buffer(fake)
    point(fake)
    draw(fake)


@defect("integers for a float input", "'place' .* is float, and its array is passed as integers")
def integers_for_floats(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake)
    fake.glVertexAttribIPointer(0, 4, gl.INT, 16, 0)
    fake.glEnableVertexAttribArray(0)
    draw(fake)


@defect("input of another sign", "'place' .* is uint, and its array holds 0x1404; use a type of the same sign")
def other_sign(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("uvec4"))
    make_buffer(fake)
    fake.glVertexAttribIPointer(0, 4, gl.INT, 16, 0)
    fake.glEnableVertexAttribArray(0)
    draw(fake)


@defect("draw without a program", "no program is in use, so nothing would be drawn; call glUseProgram first")
def draw_without_program(fake: FakeGL) -> None:
    make_array(fake)
    draw(fake)


# -- memory that is in flight -----------------------------------------------------------------------
@defect("write to mapped memory in flight", "bytes 0 to 80 of buffer 1 were written while the GPU",
        fence_latency=2)  # fmt: skip
def write_in_flight(fake: FakeGL) -> None:
    memory = map_persistently(fake)
    ready(fake, BLOCK)
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, 1, 0, 80)
    draw(fake)
    fake.end_frame()
    memory[4] = 1
    fake.end_frame()


@defect("unsynchronized map in flight", "bytes 0 to 64 of buffer 1 are mapped with .*wait for that frame",
        fence_latency=1)  # fmt: skip
def map_in_flight(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake)
    point(fake)
    draw(fake)
    fake.glMapBufferRange(gl.ARRAY_BUFFER, 0, 64, gl.MAP_WRITE_BIT | gl.MAP_UNSYNCHRONIZED_BIT)


@defect("texels changed in flight", "bytes 0 to 64 of buffer 1 were written while the GPU could still read them",
        fence_latency=3)  # fmt: skip
def unpack_in_flight(fake: FakeGL) -> None:
    memory = map_persistently(fake, gl.PIXEL_UNPACK_BUFFER)
    make_texture(fake, data=0)
    memory[7] = 1
    fake.glFinish()


@defect("wait for a fence that was never flushed", "never flushed; pass GL_SYNC_FLUSH_COMMANDS_BIT", fence_latency=1)
def wait_unflushed(fake: FakeGL) -> None:
    fake.glClientWaitSync(fake.glFenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0), 0, 1000)


@defect("other context waits for an unflushed fence", "may wait for ever .*; call glFlush where it was made")
def other_context_waits(fake: FakeGL) -> None:
    fence = fake.glFenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    fake.make_current(fake.make_context())
    fake.glWaitSync(fence, 0, gl.TIMEOUT_IGNORED)


@defect("map without its storage flag", "the storage of buffer 1 was made without GL_MAP_READ_BIT; make it with them")
def map_against_storage(fake: FakeGL) -> None:
    map_persistently(fake)
    fake.glUnmapBuffer(gl.UNIFORM_BUFFER)
    fake.glMapBufferRange(gl.UNIFORM_BUFFER, 0, 16, gl.MAP_READ_BIT)
    check_errors(fake)


@defect("write without its storage flag", "buffer 1 was made without GL_DYNAMIC_STORAGE_BIT; map it to write")
def write_against_storage(fake: FakeGL) -> None:
    map_persistently(fake)
    fake.glBufferSubData(gl.UNIFORM_BUFFER, 0, 16, NOWHERE)
    check_errors(fake)


@defect("draw from a mapped buffer", "vertex buffer 1 is mapped; unmap it first, or map it persistently")
def draw_from_mapped(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake)
    point(fake)
    fake.glMapBufferRange(gl.ARRAY_BUFFER, 0, 64, gl.MAP_WRITE_BIT)
    draw(fake)
    check_errors(fake)


@defect("buffer never written", "vertex buffer 1 was never written to; fill it before the draw")
def buffer_never_written(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake, data=0)
    point(fake)
    draw(fake)


@defect("null pointer", "data is a null pointer, which a driver would read from; pass an address")
def null_pointer(fake: FakeGL) -> None:
    make_buffer(fake)
    fake.glBufferSubData(gl.ARRAY_BUFFER, 0, 4, 0)


# -- uniforms ---------------------------------------------------------------------------------------
@defect("uniform offset of 256", "offset 16 is no multiple of UNIFORM_BUFFER_OFFSET_ALIGNMENT, 256")
def offset_of_256(fake: FakeGL) -> None:
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 512), 16, 80)
    check_errors(fake)


@defect("uniform offset of 16", "offset 8 is no multiple of UNIFORM_BUFFER_OFFSET_ALIGNMENT, 16",
        limits={"uniform_buffer_offset_alignment": 16})  # fmt: skip
def offset_of_16(fake: FakeGL) -> None:
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 512), 16, 80)
    check_errors(fake)
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 512), 8, 80)
    check_errors(fake)


@defect("uniform block without a buffer", "uniform block 'Camera' reads binding 0, which is empty; bind a buffer")
def block_without_buffer(fake: FakeGL) -> None:
    ready(fake, BLOCK)
    draw(fake)


@defect("uniform range too small", "uniform block 'Camera' needs 80 bytes and binding 0 has 64; bind a larger range")
def block_too_small(fake: FakeGL) -> None:
    ready(fake, BLOCK)
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 512), 256, 64)
    draw(fake)


@defect("uniform range beyond its buffer", "reads bytes 256 to 336 of buffer 1, which has 300; bind a range within it")
def block_beyond_buffer(fake: FakeGL) -> None:
    ready(fake, BLOCK)
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 300), 256, 80)
    draw(fake)


@defect("NaN in a uniform", "uniform 'tint' is set to NaN; look at what computes it")
def nan_uniform(fake: FakeGL) -> None:
    place = fake.glGetUniformLocation(make_program(fake, fragment=TINTED), "tint")
    fake.glUniform4f(place, 1.0, float("nan"), 0.0, 1.0)


@defect("NaN in a uniform block", "uniform 'view' of block 'Camera' is NaN; look at what computes it")
def nan_in_block(fake: FakeGL) -> None:
    ready(fake, BLOCK)
    record = np.zeros(20, np.float32)
    record[9] = np.nan
    make_buffer(fake, 80, gl.UNIFORM_BUFFER, record.ctypes.data)
    fake.glBindBufferBase(gl.UNIFORM_BUFFER, 0, 1)
    draw(fake)


@defect("NaN in the clear colour", "the clear colour .* is NaN")
def nan_clear(fake: FakeGL) -> None:
    fake.glClearColor(0.0, float("nan"), 0.0, 1.0)


# -- textures and framebuffers ----------------------------------------------------------------------
@defect("sampler without a texture", "sampler 'page' of program 1 reads unit 0, where nothing is bound; bind a texture")
def nothing_bound(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    draw(fake)


@defect("incomplete texture", "texture 1, which is incomplete and reads as black; set its filter or its mipmap levels")
def incomplete(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    make_texture(fake, filter=gl.LINEAR_MIPMAP_LINEAR)
    draw(fake)


@defect("texture never written", "sampler 'page' reads texture 1, which was never written to; upload or clear it")
def never_written(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    make_texture(fake, data=0)
    draw(fake)


@defect("layer never written", "sampler 'page' reads layer 1 of texture 1, which was never written to")
def layer_never_written(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING.replace("sampler2D", "sampler2DArray").replace("vec2(0.5)", "vec3(0.5)"))
    fake.glBindTexture(gl.TEXTURE_2D_ARRAY, fake.glGenTextures(1)[0])
    form = (gl.RGBA, gl.UNSIGNED_BYTE)
    fake.glTexImage3D(gl.TEXTURE_2D_ARRAY, 0, gl.RGBA8, 4, 4, 2, 0, *form, 0)
    fake.glTexSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, 0, 4, 4, 1, *form, NOWHERE)
    fake.glTexParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
    draw(fake)


@defect("read of an image never written", "glReadPixels: texture 1 was never written to, so this reads anything")
def read_never_written(fake: FakeGL) -> None:
    make_target(fake, make_texture(fake, data=0))
    fake.glReadPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, NOWHERE)


@defect(
    "blend over an image never written", "blends with attachment 0x8ce0 of framebuffer 1, which was never written to"
)
def blend_over_nothing(fake: FakeGL) -> None:
    ready(fake)
    make_target(fake, make_texture(fake, data=0))
    fake.glEnable(gl.BLEND)
    draw(fake)


@defect(
    "sampler of another kind", "sampler 'page' gives floats and texture 1 holds uints, so that its values are undefined"
)
def sampler_of_another_kind(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    make_texture(fake, integer=True)
    draw(fake)


@defect("buffer sampler of another kind", "sampler 'order' gives uints and texture 1 holds floats")
def buffer_sampler_of_another_kind(fake: FakeGL) -> None:
    ready(fake, PULLING)
    make_buffer_texture(fake, 64, gl.R32F)
    draw(fake)


@defect("two kinds of sampler on one unit", "samplers of two types use texture unit 0; give each a unit of its own")
def two_kinds_on_one_unit(fake: FakeGL) -> None:
    ready(fake, PULLING, SAMPLING)
    make_buffer_texture(fake, 64)
    make_texture(fake)
    draw(fake)
    check_errors(fake)


@defect("buffer texture without a buffer", "sampler 'order' reads buffer texture 1, which has no buffer; give it one")
def no_buffer(fake: FakeGL) -> None:
    ready(fake, PULLING)
    fake.glBindTexture(gl.TEXTURE_BUFFER, fake.glGenTextures(1)[0])
    draw(fake)


@defect("buffer texture too long", "buffer 1 holds 65537 texels and GL_MAX_TEXTURE_BUFFER_SIZE is 65536.*so split it",
        limits={"max_texture_buffer_size": 65536})  # fmt: skip
def too_many_texels(fake: FakeGL) -> None:
    make_buffer(fake, 65537 * 4, gl.TEXTURE_BUFFER, data=0)
    fake.glBindTexture(gl.TEXTURE_BUFFER, fake.glGenTextures(1)[0])
    fake.glTexBuffer(gl.TEXTURE_BUFFER, gl.R32UI, 1)


@defect(
    "feedback loop", "sampler 'page' reads texture 1 while framebuffer 1 draws to it; draw to another, and swap the two"
)
def feedback(fake: FakeGL) -> None:
    ready(fake, fragment=SAMPLING)
    make_target(fake, make_texture(fake))
    draw(fake)


@defect("texture 0 changed", "no texture is bound to unit 0, so this changes texture 0; bind one first")
def texture_zero(fake: FakeGL) -> None:
    fake.glTexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)


# -- frames -----------------------------------------------------------------------------------------
@defect("redundant call", r"2 calls of frame 1 set what was set already: glUseProgram\(1\), glEnable\(3042\); remember")
def redundant(fake: FakeGL) -> None:
    make_program(fake)
    fake.glEnable(gl.BLEND)
    fake.end_frame()
    fake.glUseProgram(1)
    fake.glEnable(gl.BLEND)
    fake.end_frame()
    fake.assert_no_redundant_calls()


@defect("debug group left open", "debug group 'sprites' is open at the end of the frame; pop each group")
def open_group(fake: FakeGL) -> None:
    fake.glPushDebugGroup(gl.DEBUG_SOURCE_APPLICATION, 0, "sprites")
    fake.end_frame()
