"""The real OpenGL: complete, keeps Python's lock, loses no exception, and says so when there is no context."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import GL, OpenGL, opengl
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.calls import GL_NAMES
from ecs_engine.gpu.gl import GL as PROTOCOL
from ecs_engine.gpu.prototypes import BLOCKING, PROTOTYPES

KEEPS_LOCK, GIVES_LOCK = ctypes.PYFUNCTYPE, ctypes.CFUNCTYPE


def flags(function: Any) -> int:
    return int(function._flags_)


def test_every_function_of_the_protocol_has_a_prototype_and_no_other() -> None:
    assert set(GL_NAMES) == set(PROTOTYPES)
    assert set(PROTOTYPES) >= BLOCKING


def test_no_function_is_left_to_the_protocol_s_empty_body(real_gl: GL) -> None:
    left = [name for name in GL_NAMES if getattr(type(real_gl), name) is getattr(PROTOCOL, name)]
    assert [name for name in left if name not in vars(real_gl)] == []


def test_only_blocking_functions_give_the_lock_away(real_gl: OpenGL) -> None:
    gives = flags(GIVES_LOCK(None))
    given = {name for name, function in real_gl._c.items() if flags(function) == gives}
    assert given == BLOCKING
    assert flags(real_gl._poll_sync) != gives


def test_pyopengl_itself_is_told_to_keep_the_lock(real_gl: GL) -> None:
    import OpenGL as package
    from OpenGL.platform import PLATFORM

    assert PLATFORM.DEFAULT_FUNCTION_TYPE is ctypes.PYFUNCTYPE
    assert package.ERROR_CHECKING is False


@pytest.mark.gl
def test_without_the_undocumented_attribute_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    import OpenGL.platform

    bare = SimpleNamespace(GL=OpenGL.platform.PLATFORM.GL)
    monkeypatch.setattr(OpenGL.platform, "PLATFORM", bare)
    assert opengl.keep_python_lock() is bare
    assert not hasattr(bare, "DEFAULT_FUNCTION_TYPE")


@pytest.mark.gl
def test_no_library_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import OpenGL.platform

    class Platform:
        @property
        def GL(self) -> object:
            raise ImportError("Unable to load OpenGL library", "libOSMesa.so.8: cannot open shared object file")

    monkeypatch.setattr(OpenGL.platform, "PLATFORM", Platform())
    with pytest.raises(GLError, match=r"no OpenGL library.*libosmesa6"):
        opengl.load_opengl()


@pytest.mark.gl
@pytest.mark.parametrize("platform", ["osmesa", "glx"])
def test_no_current_context_is_one_clear_error(platform: str) -> None:
    """With "glx" too, where a headless context is current but PyOpenGL loads the library of X."""
    program = """
import glfw
glfw.init_hint(glfw.PLATFORM, glfw.PLATFORM_NULL)
assert glfw.init()
glfw.window_hint(glfw.CONTEXT_CREATION_API, glfw.OSMESA_CONTEXT_API)
if PLATFORM == "glx":
    glfw.make_context_current(glfw.create_window(8, 8, "", None, None))
from ecs_engine.core.errors import GLError
from ecs_engine.gpu import load_opengl
try:
    load_opengl()
except GLError as error:
    print(error)
""".replace("PLATFORM ==", f"{platform!r} ==")
    environment = os.environ | {"PYOPENGL_PLATFORM": platform}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert "PYOPENGL_PLATFORM" in run.stdout or "no OpenGL library" in run.stdout, run.stdout + run.stderr


class EmptyLibrary:
    """A library without a single function, asked as ctypes libraries are."""

    def __getitem__(self, name: str) -> object:
        raise AttributeError(name)


def test_a_missing_function_fails_when_called_and_names_itself() -> None:
    gl = OpenGL(SimpleNamespace(GL=EmptyLibrary()))  # type: ignore[abstract]
    with pytest.raises(GLError, match="glBufferStorage is not offered"):
        gl.glBufferStorage(c.ARRAY_BUFFER, 1, 0, 0)
    with pytest.raises(GLError, match="glClientWaitSync is not offered"):
        gl.glClientWaitSync(1, 0, 0)


def test_results_are_plain_python(real_gl: GL) -> None:
    assert real_gl.glGetString(c.VERSION)[0].isdigit()
    assert isinstance(real_gl.glGetIntegerv(c.MAX_TEXTURE_SIZE), int)
    viewport = real_gl.glGetIntegerv(c.VIEWPORT)
    assert isinstance(viewport, list)
    assert len(viewport) == 4
    names = real_gl.glGenBuffers(2)
    assert len(set(names)) == 2
    real_gl.glDeleteBuffers(names)
    assert real_gl.glGetError() == c.NO_ERROR


def test_memory_goes_in_and_out_as_addresses(real_gl: GL) -> None:
    (buffer,) = real_gl.glGenBuffers(1)
    given, read = np.arange(8, dtype=np.float32), np.zeros(8, np.float32)
    real_gl.glBindBuffer(c.ARRAY_BUFFER, buffer)
    real_gl.glBufferData(c.ARRAY_BUFFER, given.nbytes, given.ctypes.data, c.STATIC_DRAW)
    real_gl.glGetBufferSubData(c.ARRAY_BUFFER, 0, read.nbytes, read.ctypes.data)
    real_gl.glDeleteBuffers([buffer])
    assert (read == given).all()


def test_the_debug_callback_hears_and_its_exception_is_not_lost(real_gl: OpenGL) -> None:
    heard: list[tuple[int, str]] = []

    def listen(source: int, kind: int, number: int, severity: int, message: str) -> None:
        heard.append((kind, message))
        raise RuntimeError("from the callback")

    real_gl.glEnable(c.DEBUG_OUTPUT)
    real_gl.glEnable(c.DEBUG_OUTPUT_SYNCHRONOUS)
    real_gl.glDebugMessageCallback(listen)
    del listen
    try:
        real_gl.glBindBuffer(0xBAD, 0)
        with pytest.raises(RuntimeError, match="from the callback"):
            real_gl.glGetError()
    finally:
        real_gl.glDebugMessageCallback(None)
        real_gl.glDisable(c.DEBUG_OUTPUT)
    assert heard[0][0] == c.DEBUG_TYPE_ERROR
    assert real_gl.glGetError() == c.INVALID_ENUM


@pytest.mark.parametrize("kind", [KEEPS_LOCK, GIVES_LOCK])
def test_a_state_call_lets_no_other_thread_in(real_gl: OpenGL, kind: Any) -> None:
    """With a switch interval longer than the test, another thread runs only if it is given the lock. The same
    function through an ordinary prototype is the control: there the other thread must get in."""
    address = ctypes.cast(real_gl._c["glEnable"], ctypes.c_void_p).value
    enable = kind(None, ctypes.c_uint)(address)
    start, ran = threading.Event(), threading.Event()

    def other() -> None:
        start.wait(60)
        ran.set()

    thread = threading.Thread(target=other)
    before = sys.getswitchinterval()
    thread.start()
    try:
        sys.setswitchinterval(100)
        start.set()  # from here on the other thread waits for the lock
        calls = 0
        while not ran.is_set() and calls < 100_000:
            enable(c.BLEND)
            calls += 1
        assert ran.is_set() is (kind is GIVES_LOCK)
    finally:
        sys.setswitchinterval(before)
        thread.join()
        real_gl.glDisable(c.BLEND)
