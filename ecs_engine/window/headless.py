"""A window without a screen: drawn in memory by OSMesa, for tests, servers and machines without a display."""

from __future__ import annotations

from collections.abc import Sequence

from ecs_engine.window import _gl_platform
from ecs_engine.window._glfw import glfw
from ecs_engine.window.base import SimulatedWindow
from ecs_engine.window.native import NativeWindow

GL_VERSIONS = ((4, 5), (4, 1), (3, 3))


class HeadlessWindow(NativeWindow, SimulatedWindow):
    """A window on GLFW's null platform with an OSMesa context; events come from ``inject`` and ``resize``.

    Make it before OpenGL is first imported: it chooses PyOpenGL's platform. Raises ``DisplayError`` if OpenGL was
    imported with another, if OSMesa is not installed, or if real windows are open.
    """

    def __init__(
        self,
        size: tuple[int, int],
        *,
        title: str = "headless",
        gl_versions: Sequence[tuple[int, int]] = GL_VERSIONS,
        debug_context: bool = False,
        share: NativeWindow | None = None,
    ) -> None:
        _gl_platform.claim("osmesa")
        super().__init__(
            title,
            size,
            vsync=False,
            gl_versions=gl_versions,
            platform=glfw.PLATFORM_NULL,
            # OSMesa refuses forward-compatible contexts, so that hint stays off here.
            hints={
                glfw.CONTEXT_CREATION_API: glfw.OSMESA_CONTEXT_API,
                glfw.OPENGL_DEBUG_CONTEXT: int(debug_context),
            },
            remedy=(
                "install or update OSMesa (Debian and Ubuntu: apt install libosmesa6), or open a window under xvfb-run"
            ),
            share=share,
        )

    def companion(self, title: str, size: tuple[int, int], *, resizable: bool = True) -> HeadlessWindow:
        self._check("companion")
        debug = bool(self._hints[glfw.OPENGL_DEBUG_CONTEXT])
        return HeadlessWindow(size, title=title, debug_context=debug, share=self)

    def _apply_size(self, size: tuple[int, int]) -> None:
        super()._apply_size(size)
        if self._is_current():
            # OSMesa draws into memory of a fixed size; GLFW allocates it anew when the context is bound.
            glfw.make_context_current(self._handle)
