"""Devices to test on: a mocked OpenGL, the real one drawing off screen, and the real one in an X server.

`device` runs a test on all three, `real_device` on the two that draw pixels. Which of the real ones a process can
serve is decided by the markers (see the root conftest.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any, cast

import glfw
import numpy as np
import pytest
from numpy.typing import NDArray

from ecs_engine.gpu import GL, Capabilities, Device, load_opengl
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.calls import GL_NAMES
from ecs_engine.testing import FakeGL

OSMESA = pytest.param("osmesa", marks=pytest.mark.gl)
X11 = pytest.param("x11", marks=pytest.mark.x11)

Record = list[tuple[str, tuple[Any, ...]]]


@contextmanager
def windowed_gl(backend: str) -> Iterator[GL]:
    """The real OpenGL, with the context of an invisible window current."""
    glfw.init_hint(glfw.PLATFORM, glfw.PLATFORM_NULL if backend == "osmesa" else glfw.ANY_PLATFORM)
    assert glfw.init(), glfw.get_error()
    glfw.default_window_hints()
    if backend == "osmesa":
        glfw.window_hint(glfw.CONTEXT_CREATION_API, glfw.OSMESA_CONTEXT_API)
    glfw.window_hint(glfw.VISIBLE, glfw.FALSE)
    glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 3)
    glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
    glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
    window = glfw.create_window(64, 64, "tests of the gpu room", None, None)
    assert window, glfw.get_error()
    glfw.make_context_current(window)
    yield load_opengl()
    glfw.destroy_window(window)
    glfw.terminate()
    glfw.init_hint(glfw.PLATFORM, glfw.ANY_PLATFORM)


@pytest.fixture(scope="module")
def backends() -> Iterator[Callable[[str], GL]]:
    """One OpenGL for each name of a backend, made when it is first asked for."""
    made: dict[str, GL] = {}
    with ExitStack() as stack:

        def get(backend: str) -> GL:
            if backend not in made:
                made[backend] = (
                    FakeGL(size=(64, 64)) if backend == "fake" else stack.enter_context(windowed_gl(backend))
                )
            return made[backend]

        yield get


@pytest.fixture(params=[OSMESA, X11])
def real_gl(request: pytest.FixtureRequest, backends: Callable[[str], GL]) -> GL:
    return backends(request.param)


@pytest.fixture(params=["fake", OSMESA, X11])
def gl(request: pytest.FixtureRequest, backends: Callable[[str], GL]) -> GL:
    return backends(request.param)


@pytest.fixture
def device(gl: GL) -> Iterator[Device]:
    yield from open_device(gl)


@pytest.fixture
def real_device(real_gl: GL) -> Iterator[Device]:
    yield from open_device(real_gl)


def open_device(gl: GL) -> Iterator[Device]:
    """A device in debug mode: every OpenGL call of a test is checked."""
    device = Device(gl, debug=True)
    yield device
    device.close()
    assert gl.glGetError() == 0


class Recorder:
    """Passes every OpenGL call on and writes it down; single functions can be replaced."""

    def __init__(self, gl: GL, **replacements: Callable[..., Any]) -> None:
        self.calls: Record = []
        self.gl = cast(
            GL,
            SimpleNamespace(**{name: self._wrap(name, replacements.get(name, getattr(gl, name))) for name in GL_NAMES}),
        )

    def _wrap(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            self.calls.append((name, arguments))
            return call(*arguments)

        return run

    @property
    def names(self) -> list[str]:
        """The functions called, in order."""
        return [name for name, _ in self.calls]

    def take(self) -> list[str]:
        """The functions called since the last take."""
        names = self.names
        self.calls.clear()
        return names


@pytest.fixture
def fake() -> FakeGL:
    """A mocked OpenGL of its own for one test."""
    return FakeGL(size=(64, 64))


@pytest.fixture
def recorder(fake: GL) -> Recorder:
    return Recorder(fake)


@pytest.fixture
def capabilities(fake: GL) -> Capabilities:
    return Device(fake).capabilities


def read_buffer(device: Device, buffer: int, nbytes: int) -> NDArray[np.uint8]:
    """The first bytes of an OpenGL buffer."""
    values = np.zeros(nbytes, np.uint8)
    device.state.bind_buffer(c.COPY_READ_BUFFER, buffer)
    device.gl.glFinish()
    device.gl.glGetBufferSubData(c.COPY_READ_BUFFER, 0, nbytes, values.ctypes.data)
    return values
