"""FakeGL beyond what the comparison with a driver covers: records, strictness, threads, injected failures."""

from __future__ import annotations

import ctypes
import threading
from typing import Any

import numpy as np
import pytest

from ecs_engine.gpu import enums
from ecs_engine.testing import FakeGL, FakeGLError, Limits

from .strict.parts import make_program


def make_buffer(gl: FakeGL, size: int = 64, target: int = enums.ARRAY_BUFFER) -> int:
    (name,) = gl.glGenBuffers(1)
    gl.glBindBuffer(target, name)
    gl.glBufferData(target, size, 0, enums.STREAM_DRAW)
    return name


def ready_to_draw(gl: FakeGL) -> tuple[int, int]:
    """(program, vertex array), both in use."""
    program = make_program(gl)
    gl.glUseProgram(program)
    (array,) = gl.glGenVertexArrays(1)
    gl.glBindVertexArray(array)
    return program, array


# -- errors --------------------------------------------------------------------------------------
def test_first_error_stays_until_it_is_asked_for() -> None:
    gl = FakeGL()
    gl.glEnable(0x1234)
    gl.glViewport(0, 0, -1, 1)
    assert gl.glGetError() == enums.INVALID_ENUM
    assert gl.glGetError() == enums.NO_ERROR


def test_failed_call_has_no_effect() -> None:
    gl = FakeGL()
    gl.glViewport(1, 2, 3, 4)
    gl.glViewport(0, 0, 1, -1)
    assert gl.glGetIntegerv(enums.VIEWPORT) == [1, 2, 3, 4]


def test_callback_names_call_and_cause() -> None:
    gl, heard = FakeGL(), []
    gl.glDebugMessageCallback(lambda *message: heard.append(message))
    gl.glBindBuffer(enums.ARRAY_BUFFER, 7)
    ((source, kind, _, severity, text),) = heard
    assert (source, kind, severity) == (
        enums.DEBUG_SOURCE_API, enums.DEBUG_TYPE_ERROR, enums.DEBUG_SEVERITY_HIGH,
    )  # fmt: skip
    assert text.startswith("GL_INVALID_OPERATION in glBindBuffer: buffer 7 was never generated")
    gl.glDebugMessageControl(enums.DONT_CARE, enums.DEBUG_TYPE_ERROR, enums.DONT_CARE, False)
    gl.glBindBuffer(enums.ARRAY_BUFFER, 7)
    assert len(heard) == 1
    gl.glDebugMessageControl(enums.DONT_CARE, enums.DONT_CARE, enums.DONT_CARE, True)
    gl.glDisable(enums.DEBUG_OUTPUT)
    gl.glBindBuffer(enums.ARRAY_BUFFER, 7)
    assert len(heard) == 1


def test_debug_groups() -> None:
    gl, heard = FakeGL(limits={"max_debug_group_stack_depth": 3}), []
    gl.glDebugMessageCallback(lambda *message: heard.append((message[1], message[4])))
    gl.glPopDebugGroup()
    assert gl.glGetError() == 0x0504  # STACK_UNDERFLOW
    heard.clear()
    gl.glPushDebugGroup(enums.DEBUG_SOURCE_APPLICATION, 0, "sprites")
    gl.glPushDebugGroup(enums.DEBUG_SOURCE_APPLICATION, 0, "text")
    gl.glPopDebugGroup()
    assert heard == [
        (enums.DEBUG_TYPE_PUSH_GROUP, "sprites"), (enums.DEBUG_TYPE_PUSH_GROUP, "text"),
        (enums.DEBUG_TYPE_POP_GROUP, "text"),
    ]  # fmt: skip
    gl.glPushDebugGroup(enums.DEBUG_SOURCE_API, 0, "wrong source")
    assert gl.glGetError() == enums.INVALID_ENUM
    gl.glPushDebugGroup(enums.DEBUG_SOURCE_APPLICATION, 0, "two")
    gl.glPushDebugGroup(enums.DEBUG_SOURCE_APPLICATION, 0, "three")
    assert gl.glGetError() == 0x0503  # STACK_OVERFLOW


def fill(gl: FakeGL, size: int) -> int:
    """The error of giving the bound buffer so many bytes."""
    gl.glBufferData(enums.ARRAY_BUFFER, size, 0, enums.STREAM_DRAW)
    return gl.glGetError()


def test_a_failure_happens_once() -> None:
    gl = FakeGL()
    make_buffer(gl, 16)
    gl.fail("glBufferData")
    assert fill(gl, 32) == enums.OUT_OF_MEMORY
    assert len(gl.buffer_bytes(1)) == 16
    assert fill(gl, 32) == enums.NO_ERROR
    assert len(gl.buffer_bytes(1)) == 32


def test_failures_come_when_they_are_told_to() -> None:
    gl = FakeGL()
    make_buffer(gl, 16)
    gl.fail("glBufferData", enums.INVALID_OPERATION, after=2, times=2)
    gl.glFlush()
    errors = [fill(gl, 32) for _ in range(5)]
    assert errors == [0, 0, enums.INVALID_OPERATION, enums.INVALID_OPERATION, 0]
    gl.fail("glBufferData")
    gl.fail("glBufferData")
    assert [fill(gl, 32) for _ in range(3)] == [enums.OUT_OF_MEMORY, enums.OUT_OF_MEMORY, 0]


def test_any_call_can_fail_and_questions_do_not_count() -> None:
    gl = FakeGL()
    gl.fail(after=1)
    for _ in range(3):
        assert gl.glGetError() == enums.NO_ERROR
    gl.glFlush()
    assert gl.glGetError() == enums.NO_ERROR
    gl.glFinish()
    assert gl.glGetError() == enums.OUT_OF_MEMORY
    gl.fail("glGetError", enums.INVALID_VALUE)
    gl.glGetError()
    assert gl.glGetError() == enums.INVALID_VALUE


def test_the_context_is_lost_at_a_call() -> None:
    gl = FakeGL()
    gl.lose_context(enums.GUILTY_CONTEXT_RESET, after=1)
    assert (gl.glGenBuffers(1), gl.glGetError()) == ([1], enums.NO_ERROR)
    assert gl.glGetGraphicsResetStatus() == enums.NO_ERROR
    for _ in range(2):
        gl.glGenBuffers(1)
        assert gl.glGetError() == enums.CONTEXT_LOST
    assert gl.glGetGraphicsResetStatus() == enums.GUILTY_CONTEXT_RESET


@pytest.mark.parametrize(("arguments", "options"), [
    (("glNothing",), {}), (("frame",), {}), (("glClear", 0), {}), (("glClear", 0x1234), {}),
    (("glClear",), {"after": -1}), (("glClear",), {"times": 0}),
])  # fmt: skip
def test_fail_refuses_nonsense(arguments: tuple[Any, ...], options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="fail"):
        FakeGL().fail(*arguments, **options)


# -- records -------------------------------------------------------------------------------------
def test_frames_and_draws() -> None:
    gl = FakeGL()
    program, array = ready_to_draw(gl)
    gl.forget_commands()
    gl.glDrawArrays(enums.TRIANGLES, 0, 3)
    gl.glDrawArrays(0x1234, 0, 3)
    assert gl.draw_count == 1
    done = gl.end_frame()
    assert (gl.draw_count, list(gl.frames)) == (0, [done])
    assert [name for name, _ in done.commands] == ["glDrawArrays", "glDrawArrays"]
    (draw,) = done.draws
    assert (draw.mode, draw.count, draw.program, draw.vertex_array) == (enums.TRIANGLES, 3, program, array)
    assert gl.commands == done.commands
    assert gl.glGetError() == enums.INVALID_ENUM


def test_record_keeps_what_a_list_was() -> None:
    gl = FakeGL()
    names = gl.glGenBuffers(2)
    gl.glDeleteBuffers(names)
    names.clear()
    assert gl.calls("glDeleteBuffers") == [((1, 2),)]


def test_history_is_bounded() -> None:
    gl = FakeGL(frame_history=3)
    for _ in range(10):
        gl.glFlush()
        gl.end_frame()
    assert len(gl.commands) == 3
    assert gl.frame.index == 10


# -- versions ------------------------------------------------------------------------------------
def test_functions_that_the_version_lacks() -> None:
    old = FakeGL((3, 3), extensions=[])
    with pytest.raises(FakeGLError, match=r"glBufferStorage: needs OpenGL 4\.4 or GL_ARB_buffer_storage"):
        old.glBufferStorage(enums.ARRAY_BUFFER, 16, 0, 0)
    with pytest.raises(FakeGLError, match="GL_KHR_debug"):
        old.glObjectLabel(enums.BUFFER, 1, "x")
    assert old.glGetIntegerv(enums.MAX_LABEL_LENGTH) == 0
    assert old.glGetError() == enums.INVALID_ENUM
    assert "3.3" in old.glGetString(enums.VERSION)
    assert old.glGetString(enums.SHADING_LANGUAGE_VERSION) == "3.30"
    (name,) = old.glGenBuffers(1)
    old.glBindBuffer(enums.ARRAY_BUFFER, name)
    FakeGL((3, 3), extensions=["GL_KHR_debug"]).glDebugMessageCallback(None)


def test_old_versions_want_draw_buffers_to_exist() -> None:
    for extensions, expected in (([], enums.FRAMEBUFFER_INCOMPLETE_DRAW_BUFFER), (None, enums.FRAMEBUFFER_COMPLETE)):
        gl = FakeGL((3, 3), extensions=extensions)
        (texture,), (framebuffer,) = gl.glGenTextures(1), gl.glGenFramebuffers(1)
        gl.glBindTexture(enums.TEXTURE_2D, texture)
        gl.glTexImage2D(
            enums.TEXTURE_2D, 0, enums.DEPTH_COMPONENT24, 4, 4, 0, enums.DEPTH_COMPONENT, enums.UNSIGNED_INT, 0
        )
        gl.glBindFramebuffer(enums.FRAMEBUFFER, framebuffer)
        gl.glFramebufferTexture2D(enums.FRAMEBUFFER, enums.DEPTH_ATTACHMENT, enums.TEXTURE_2D, texture, 0)
        assert gl.glCheckFramebufferStatus(enums.FRAMEBUFFER) == expected


def test_limits() -> None:
    gl = FakeGL(limits={"max_texture_size": 64})
    assert gl.glGetIntegerv(enums.MAX_TEXTURE_SIZE) == 64
    assert FakeGL(limits=Limits(max_texture_buffer_size=65536)).limits.max_texture_buffer_size == 65536
    with pytest.raises(TypeError, match="max_textures"):
        FakeGL(limits={"max_textures": 1})
    with pytest.raises(ValueError, match=r"\(2, 1\)"):
        FakeGL((2, 1))
    with pytest.raises(ValueError, match="fence_latency"):
        FakeGL(fence_latency=9)


# -- buffers -------------------------------------------------------------------------------------
def test_mapping_is_the_store() -> None:
    gl = FakeGL()
    name = make_buffer(gl, 64)
    address = gl.glMapBufferRange(enums.ARRAY_BUFFER, 16, 8, enums.MAP_WRITE_BIT)
    assert (address - 16) % 64 == 0
    ctypes.memmove(address, b"position", 8)
    assert gl.glUnmapBuffer(enums.ARRAY_BUFFER)
    assert bytes(gl.buffer_bytes(name)[16:24]) == b"position"
    out = np.zeros(8, np.uint8)
    gl.glGetBufferSubData(enums.ARRAY_BUFFER, 16, 8, out.ctypes.data)
    assert bytes(out) == b"position"
    assert gl.glGetError() == enums.NO_ERROR


def test_a_mapped_address_outlives_its_buffer() -> None:
    """Writing to it is a mistake, and must not take the test run down."""
    gl = FakeGL()
    name = make_buffer(gl, 1 << 20)
    address = gl.glMapBufferRange(enums.ARRAY_BUFFER, 0, 1 << 20, enums.MAP_WRITE_BIT)
    gl.glDeleteBuffers([name])
    ctypes.memset(address, 1, 1 << 20)


def test_invalidated_contents_are_gone() -> None:
    gl, data = FakeGL(), np.zeros(16, np.uint8)
    name = make_buffer(gl, 16)
    gl.glBufferSubData(enums.ARRAY_BUFFER, 0, 16, data.ctypes.data)
    gl.glMapBufferRange(enums.ARRAY_BUFFER, 4, 4, enums.MAP_WRITE_BIT | enums.MAP_INVALIDATE_RANGE_BIT)
    assert gl.buffer_bytes(name).tolist() == [0] * 4 + [0xCD] * 4 + [0] * 8


def test_draw_with_mapped_buffer() -> None:
    gl = FakeGL()
    ready_to_draw(gl)
    make_buffer(gl, 64)
    gl.glVertexAttribPointer(0, 4, enums.FLOAT, False, 16, 0)
    gl.glEnableVertexAttribArray(0)
    gl.glMapBufferRange(enums.ARRAY_BUFFER, 0, 64, enums.MAP_WRITE_BIT)
    gl.glDrawArrays(enums.TRIANGLES, 0, 3)
    assert gl.glGetError() == enums.INVALID_OPERATION
    gl.glUnmapBuffer(enums.ARRAY_BUFFER)
    gl.glDrawArrays(enums.TRIANGLES, 0, 3)
    assert gl.glGetError() == enums.NO_ERROR


def test_draw_with_persistently_mapped_buffer() -> None:
    gl = FakeGL()
    ready_to_draw(gl)
    (name,) = gl.glGenBuffers(1)
    gl.glBindBuffer(enums.ARRAY_BUFFER, name)
    flags = enums.MAP_WRITE_BIT | enums.MAP_PERSISTENT_BIT | enums.MAP_COHERENT_BIT
    gl.glBufferStorage(enums.ARRAY_BUFFER, 64, 0, flags)
    assert gl.glMapBufferRange(enums.ARRAY_BUFFER, 0, 64, flags)
    gl.glVertexAttribPointer(0, 4, enums.FLOAT, False, 16, 0)
    gl.glEnableVertexAttribArray(0)
    gl.glDrawArrays(enums.TRIANGLES, 0, 3)
    assert gl.glGetError() == enums.NO_ERROR


# -- strictness ----------------------------------------------------------------------------------
def test_threads() -> None:
    gl, caught = FakeGL(), []

    def elsewhere() -> None:
        try:
            gl.glFlush()
        except FakeGLError as error:
            caught.append(str(error))
        gl.owner_thread = None
        gl.make_current()
        gl.glFlush()
        gl.release()

    thread = threading.Thread(target=elsewhere, name="logic")
    thread.start()
    thread.join()
    assert caught == [
        "glFlush was called on thread 'logic', but the context is current on 'MainThread'; "
        "GL is called on the context thread only"
    ]
    with pytest.raises(FakeGLError, match="no thread has the context"):
        gl.glFlush()
    gl.make_current()
    gl.glFlush()


def test_leaks_are_named() -> None:
    gl = FakeGL()
    name = make_buffer(gl)
    gl.glObjectLabel(enums.BUFFER, name, "sprite poses")
    program = make_program(gl)
    fence = gl.glFenceSync(enums.SYNC_GPU_COMMANDS_COMPLETE, 0)
    with pytest.raises(FakeGLError, match=r"3 GL objects .*buffer 1 \(sprite poses\), sync 1, program 1"):
        gl.assert_no_leaks()
    gl.glDeleteBuffers([name])
    gl.glDeleteProgram(program)
    gl.glDeleteSync(fence)
    gl.assert_no_leaks()


def test_names_can_be_reused() -> None:
    assert [FakeGL(), FakeGL(reuse_names=True)][0].glGenBuffers(1) == [1]
    for reuse, expected in ((False, 3), (True, 1)):
        gl = FakeGL(reuse_names=reuse)
        first, _ = gl.glGenBuffers(2)
        gl.glDeleteBuffers([first])
        assert gl.glGenBuffers(1) == [expected]


# -- fences --------------------------------------------------------------------------------------
@pytest.mark.parametrize("latency", [0, 1, 2, 3])
def test_fence_signals_after_its_frames(latency: int) -> None:
    gl = FakeGL(fence_latency=latency)
    fence = gl.glFenceSync(enums.SYNC_GPU_COMMANDS_COMPLETE, 0)
    for _ in range(latency):
        assert gl.glClientWaitSync(fence, 0, 0) == enums.TIMEOUT_EXPIRED
        gl.end_frame()
    assert gl.glClientWaitSync(fence, 0, 0) == enums.ALREADY_SIGNALED


def test_waiting_stalls() -> None:
    gl = FakeGL(fence_latency=3)
    fence = gl.glFenceSync(enums.SYNC_GPU_COMMANDS_COMPLETE, 0)
    with pytest.raises(FakeGLError, match="never flushed"):
        gl.glClientWaitSync(fence, 0, 1000)
    assert gl.frame.stalls == 0
    assert gl.glClientWaitSync(fence, enums.SYNC_FLUSH_COMMANDS_BIT, 1000) == enums.CONDITION_SATISFIED
    assert gl.glClientWaitSync(fence, 0, 0) == enums.ALREADY_SIGNALED
    assert gl.frame.stalls == 1
    gl.glDeleteSync(fence)
    with pytest.raises(FakeGLError, match="sync 1 was deleted"):
        gl.glClientWaitSync(fence, 0, 0)


# -- timer queries -------------------------------------------------------------------------------
def test_a_timer_has_its_result_after_the_latency() -> None:
    gl = FakeGL(fence_latency=1)
    (query,) = gl.glGenQueries(1)
    gl.gpu_time_ns = 1 << 40
    gl.glQueryCounter(query, enums.TIMESTAMP)
    assert gl.glGetInteger64v(enums.TIMESTAMP) == 1 << 40
    assert gl.glGetQueryObjectiv(query, enums.QUERY_RESULT_AVAILABLE) == 0
    assert gl.glGetQueryObjectui64v(query, enums.QUERY_RESULT) == 1 << 40
    assert gl.frame.stalls == 1
    gl.end_frame()
    assert gl.glGetQueryObjectiv(query, enums.QUERY_RESULT_AVAILABLE) == 1
    assert gl.glGetQueryObjectiv(query, enums.QUERY_RESULT) == 0x7FFFFFFF
    assert gl.live_objects() == {"query": [query]}
    gl.glDeleteQueries([query])
    with pytest.raises(FakeGLError, match="query 1 was deleted"):
        gl.glQueryCounter(query, enums.TIMESTAMP)
    gl.assert_no_leaks()


# -- pictures ------------------------------------------------------------------------------------
def test_clear_and_read() -> None:
    gl = FakeGL(size=(4, 3))
    gl.glClearColor(1.0, 0.5, 0.0, 1.0)
    gl.glClear(enums.COLOR_BUFFER_BIT)
    gl.glEnable(enums.SCISSOR_TEST)
    gl.glScissor(1, 0, 2, 1)
    gl.glClearColor(0.0, 0.0, 1.0, 0.0)
    gl.glClear(enums.COLOR_BUFFER_BIT)
    pixels = np.zeros((3, 4, 4), np.uint8)
    gl.glReadPixels(0, 0, 4, 3, enums.RGBA, enums.UNSIGNED_BYTE, pixels.ctypes.data)
    assert pixels[0].tolist() == [[255, 128, 0, 255], [0, 0, 255, 0], [0, 0, 255, 0], [255, 128, 0, 255]]
    assert (pixels[1:] == (255, 128, 0, 255)).all()
    gl.glDisable(enums.SCISSOR_TEST)
    gl.glClear(enums.COLOR_BUFFER_BIT)
    gl.glReadPixels(0, 0, 4, 3, enums.RGBA, enums.UNSIGNED_BYTE, pixels.ctypes.data)
    assert (pixels == (0, 0, 255, 0)).all()


def test_upload_honours_alignment_row_length_and_pixel_buffer() -> None:
    gl = FakeGL()
    (texture,) = gl.glGenTextures(1)
    gl.glBindTexture(enums.TEXTURE_2D, texture)
    source = np.arange(64, dtype=np.uint8)
    args = (enums.TEXTURE_2D, 0, enums.R8, 3, 2, 0, enums.RED, enums.UNSIGNED_BYTE)
    gl.glTexImage2D(*args, source.ctypes.data)  # Rows start at multiples of four bytes.
    assert gl.texture_image(texture)[..., 0].tolist() == [[0, 1, 2], [4, 5, 6]]
    gl.glPixelStorei(enums.UNPACK_ALIGNMENT, 1)
    gl.glTexImage2D(*args, source.ctypes.data)
    assert gl.texture_image(texture)[..., 0].tolist() == [[0, 1, 2], [3, 4, 5]]
    gl.glPixelStorei(enums.UNPACK_ROW_LENGTH, 10)
    gl.glTexImage2D(*args, source.ctypes.data)
    assert gl.texture_image(texture)[..., 0].tolist() == [[0, 1, 2], [10, 11, 12]]
    make_buffer(gl, 64, enums.PIXEL_UNPACK_BUFFER)
    gl.glBufferSubData(enums.PIXEL_UNPACK_BUFFER, 0, 64, source.ctypes.data)
    gl.glTexImage2D(*args, 20)
    assert gl.texture_image(texture)[..., 0].tolist() == [[20, 21, 22], [30, 31, 32]]
    gl.glTexImage2D(*args, 52)
    assert gl.glGetError() == enums.INVALID_OPERATION
    assert gl.texture_image(texture)[..., 0].tolist() == [[20, 21, 22], [30, 31, 32]]
