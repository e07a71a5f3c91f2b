"""An App on the mocked GL."""

from __future__ import annotations

from typing import Any

from ecs_engine.app import App
from ecs_engine.testing.fake_gl import FakeGL
from ecs_engine.testing.window import FakeWindow


class FakeGLWindow(FakeWindow):
    """A :class:`FakeWindow` whose swap ends the frame of a :class:`FakeGL`."""

    def __init__(self, gl: FakeGL, size: tuple[int, int]) -> None:
        super().__init__(size)
        self.gl = gl

    def swap(self) -> None:
        super().swap()
        self.gl.end_frame()


def make_app(gl: FakeGL | None = None, size: tuple[int, int] = (640, 360), **options: Any) -> App:
    """An App that needs no screen and no driver; ``app.window.gl`` is its :class:`FakeGL`. Options as of App."""
    gl = gl or FakeGL(size=size)
    options = {"page_size": 256} | options
    return App(size=size, window=FakeGLWindow(gl, size), gl=gl, **options)
