"""An App on the mocked GL."""

from __future__ import annotations

from typing import Any

from ecs_engine.app import App
from ecs_engine.testing.fake_gl import FakeGL
from ecs_engine.testing.window import FakeWindow


class FakeGLWindow(FakeWindow):
    """A :class:`FakeWindow` that a :class:`FakeGL` draws into: swaps, sizes and what is current are passed on.

    ``context`` is the number of its context in that FakeGL. Frames there end with the swaps of the first window's.
    """

    def __init__(
        self, gl: FakeGL, size: tuple[int, int], *, title: str = "fake", content_scale: float = 1.0, context: int = 0
    ) -> None:
        super().__init__(size, title=title, content_scale=content_scale)
        self.gl = gl
        self.context = context
        gl.resize(*self.framebuffer_size, context=context)

    def companion(self, title: str, size: tuple[int, int], *, resizable: bool = True) -> FakeGLWindow:
        self._check("companion")
        number = self.gl.make_context()
        return FakeGLWindow(self.gl, size, title=title, content_scale=self._scale, context=number)

    def make_current(self) -> None:
        super().make_current()
        self.gl.make_current(self.context)

    def renew(self) -> None:
        if self.context == 0:
            self.gl.renew_context()
        else:
            self.context = self.gl.make_context()
        self.gl.resize(*self.framebuffer_size, context=self.context)
        super().renew()

    def release_current(self) -> None:
        super().release_current()
        self.gl.release()

    def swap(self) -> None:
        super().swap()
        if self.context == 0:
            self.gl.end_frame()

    def close(self) -> None:
        if self.context and not self.closed:
            self.gl.delete_context(self.context)
        super().close()

    def _set_extent(self, extent: tuple[int, int, int, int, float]) -> None:
        super()._set_extent(extent)
        self.gl.resize(*self.framebuffer_size, context=self.context)


def stand_ins(size: tuple[int, int] = (1280, 720), *, frame_history: int = 600) -> dict[str, Any]:
    """Options of an App that needs neither a screen nor a driver, for a game that gives its options on to ``App``.

    >>> def build(**options):
    ...     return App("A game", **options)
    >>> with build(**stand_ins()) as app:
    ...     app.step(60)

    Args:
        size: of the window, in window units.
        frame_history: of how many frames the ``FakeGL`` keeps the commands.
    """
    gl = FakeGL(size=size, frame_history=frame_history)
    return {"window": FakeGLWindow(gl, size), "gl": gl}


class FakeApp(App):
    """An :class:`App` that needs no screen and no driver.

    Args:
        gl: the :class:`FakeGL` to draw on; by default a new one of version 4.5.
        size: of the window, in window units.
        content_scale: pixels to a window unit.
        options: as of App; ``seed`` is 0 unless it is given.
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
        super().__init__(size=size, window=window, gl=self.gl, **{"page_size": 256, "seed": 0, **options})
