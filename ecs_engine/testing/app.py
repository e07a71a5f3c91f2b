"""An App on the mocked GL."""

from __future__ import annotations

from typing import Any

from ecs_engine.app import App
from ecs_engine.testing.fake_gl import FakeGL
from ecs_engine.testing.window import FakeWindow


class FakeGLWindow(FakeWindow):
    """A :class:`FakeWindow` that a :class:`FakeGL` draws into: swaps, sizes and the current thread are passed on."""

    def __init__(self, gl: FakeGL, size: tuple[int, int], *, content_scale: float = 1.0) -> None:
        super().__init__(size, content_scale=content_scale)
        self.gl = gl
        gl.resize(*self.framebuffer_size)

    def make_current(self) -> None:
        super().make_current()
        self.gl.make_current()

    def renew(self) -> None:
        self.gl.renew_context()
        super().renew()

    def release_current(self) -> None:
        super().release_current()
        self.gl.release()

    def swap(self) -> None:
        super().swap()
        self.gl.end_frame()

    def _set_extent(self, extent: tuple[int, int, int, int, float]) -> None:
        super()._set_extent(extent)
        self.gl.resize(*self.framebuffer_size)


class FakeApp(App):
    """An :class:`App` that needs no screen and no driver.

    Args:
        gl: the :class:`FakeGL` to draw on; by default a new one of version 4.5.
        size: of the window, in window units.
        content_scale: pixels to a window unit.
        options: as of App.
    """

    window: FakeGLWindow

    def __init__(
        self,
        gl: FakeGL | None = None,
        size: tuple[int, int] = (640, 360),
        *,
        content_scale: float = 1.0,
        **options: Any,
    ) -> None:
        self.gl = gl or FakeGL(size=size)
        window = FakeGLWindow(self.gl, size, content_scale=content_scale)
        super().__init__(size=size, window=window, gl=self.gl, **{"page_size": 256, **options})
