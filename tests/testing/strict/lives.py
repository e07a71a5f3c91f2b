"""Defects: calls on the wrong thread or context, and objects that live too short or too long."""

from __future__ import annotations

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL

from .parts import ATTRIBUTE, defect, draw, elsewhere, make_array, make_buffer, make_target, make_texture, point, ready


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
