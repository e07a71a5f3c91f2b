"""The window on a real screen."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from typing import Any

from ecs_engine.core.errors import DisplayError, ThreadError
from ecs_engine.core.events import Event
from ecs_engine.window import _gl_platform, _glfw
from ecs_engine.window._glfw import glfw
from ecs_engine.window.gamepads import Gamepads
from ecs_engine.window.native import NativeWindow
from ecs_engine.window.window import CursorMode, Image

# Newest first, because some drivers give exactly what is asked. macOS ends at 4.1; 3.3 is the engine's floor.
GL_VERSIONS = ((4, 6), (4, 5), (4, 4), (4, 3), (4, 2), (4, 1), (4, 0), (3, 3))

_REMEDY = (
    "update the graphics driver, or install Mesa's (Debian and Ubuntu: apt install libgl1 libgl1-mesa-dri), "
    "or run it headless"
)


class GlfwWindow(NativeWindow):
    """A window on the screen, for the main thread only.

    ``size`` is in window units of a 96 dpi screen; where the system scales by enlarging windows (Windows, X11), the
    window gets that many times more. Raises ``DisplayError`` without a display or OpenGL 3.3 core, ``ThreadError`` off
    the main thread.
    """

    def __init__(
        self,
        title: str,
        size: tuple[int, int],
        *,
        vsync: bool = True,
        resizable: bool = True,
        fullscreen: bool = False,
        visible: bool = True,
        gl_versions: Sequence[tuple[int, int]] = GL_VERSIONS,
        debug_context: bool = False,
        share: NativeWindow | None = None,
    ) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise ThreadError(
                f"window '{title}' was made on thread '{threading.current_thread().name}', but operating systems want "
                f"windows on the main thread '{threading.main_thread().name}'; make it there"
            )
        super().__init__(
            title,
            size,
            vsync=vsync,
            gl_versions=gl_versions,
            platform=glfw.ANY_PLATFORM,
            hints={
                glfw.RESIZABLE: int(resizable),
                glfw.SCALE_TO_MONITOR: glfw.TRUE,
                glfw.OPENGL_DEBUG_CONTEXT: int(debug_context),
                # macOS has core contexts only as forward-compatible ones; elsewhere the flag only takes away.
                glfw.OPENGL_FORWARD_COMPAT: int(sys.platform == "darwin"),
            },
            remedy=_REMEDY,
            share=share,
        )
        self._gamepads = Gamepads() if share is None else None  # one window tells of them
        self._cursor: Any = None
        self._icon: Image | None = None
        self._windowed = (0, 0, *self.size)  # position and size to come back to from fullscreen
        try:
            _gl_platform.claim({glfw.PLATFORM_X11: "glx", glfw.PLATFORM_WAYLAND: "egl"}.get(glfw.get_platform()))
            # Shown only now, with the callbacks in place, so that the first focus and resize are not missed.
            if fullscreen:
                self.fullscreen = True
            elif visible:
                glfw.show_window(self._handle)
        except BaseException:
            self.close()
            raise

    def poll(self) -> list[Event]:
        events = super().poll()
        return events if self._gamepads is None else events + self._gamepads.poll()

    def _read_clipboard(self) -> str:
        _glfw.take_errors()
        found: Any = glfw.get_clipboard_string(_glfw.NULL)  # bytes, though its types say str
        _glfw.take_errors()  # of a clipboard that is empty or holds a picture
        return found.decode("utf-8", "replace") if found else ""

    def _write_clipboard(self, text: str) -> None:
        glfw.set_clipboard_string(_glfw.NULL, text.encode("utf-8", "replace").decode())

    def companion(self, title: str, size: tuple[int, int], *, resizable: bool = True) -> GlfwWindow:
        self._check("companion")
        debug = bool(self._hints[glfw.OPENGL_DEBUG_CONTEXT])
        return GlfwWindow(title, size, vsync=False, resizable=resizable, debug_context=debug, share=self)

    @property
    def refresh_rate(self) -> float | None:
        self._check("refresh_rate")
        monitor = self._monitor()
        mode = glfw.get_video_mode(monitor) if monitor else None
        return float(mode.refresh_rate) if mode is not None and mode.refresh_rate > 0 else None

    def _monitor(self) -> Any:
        """The screen the window is on: its own when fullscreen, else the one it overlaps most; None without any."""
        own = glfw.get_window_monitor(self._handle)
        if own:
            return own
        x, y = glfw.get_window_pos(self._handle)
        width, height = self.size
        _glfw.take_errors()  # Wayland does not tell positions: all count as (0, 0)

        def overlap(monitor: Any) -> int:
            left, top = glfw.get_monitor_pos(monitor)
            across, down = glfw.get_video_mode(monitor).size
            shared_x = min(x + width, left + across) - max(x, left)
            shared_y = min(y + height, top + down) - max(y, top)
            return max(shared_x, 0) * max(shared_y, 0)

        return max(glfw.get_monitors(), key=overlap, default=None)

    def _apply_vsync(self) -> None:
        # GLFW sets the interval of the current context only; make_current comes back here.
        if self._is_current():
            glfw.swap_interval(int(self._vsync))

    def _apply_fullscreen(self, fullscreen: bool) -> None:
        if fullscreen:
            monitor = self._monitor()
            if not monitor:
                raise DisplayError(f"window '{self._title}' cannot go fullscreen, for no screen is connected")
            self._windowed = (*glfw.get_window_pos(self._handle), *self.size)
            self._cover(monitor)
        else:
            glfw.set_window_monitor(self._handle, _glfw.NULL, *self._windowed, glfw.DONT_CARE)
        self._apply_vsync()

    def _cover(self, monitor: Any) -> None:
        mode = glfw.get_video_mode(monitor)
        glfw.set_window_monitor(self._handle, monitor, 0, 0, *mode.size, mode.refresh_rate or glfw.DONT_CARE)

    def _apply_size(self, size: tuple[int, int]) -> None:
        if self._fullscreen:
            # It would change the screen's video mode; the size is for when the window is back.
            self._windowed = (*self._windowed[:2], *size)
        else:
            super()._apply_size(size)

    def _follow(self, old: Any) -> None:
        new = self._handle
        super()._follow(old)
        glfw.set_window_pos(new, *glfw.get_window_pos(old))
        if self._icon is not None:
            self._apply_icon(self._icon)
        glfw.set_input_mode(new, glfw.CURSOR, glfw.get_input_mode(old, glfw.CURSOR))
        glfw.set_cursor(new, self._cursor)
        if not glfw.get_window_attrib(old, glfw.VISIBLE):
            return
        glfw.set_window_attrib(new, glfw.FOCUS_ON_SHOW, glfw.get_window_attrib(old, glfw.FOCUSED))
        monitor = glfw.get_window_monitor(old)
        if monitor:
            self._cover(monitor)
        elif glfw.get_window_attrib(old, glfw.MAXIMIZED):
            glfw.maximize_window(new)
        glfw.show_window(new)
        if glfw.get_window_attrib(old, glfw.ICONIFIED):
            glfw.iconify_window(new)
        _glfw.take_errors()  # Wayland has no positions and no icons

    def _apply_icon(self, icon: Image) -> None:
        self._icon = icon.copy()
        glfw.set_window_icon(self._handle, 1, [_glfw_image(icon)])

    def _apply_cursor_mode(self, mode: CursorMode) -> None:
        modes = {"visible": glfw.CURSOR_NORMAL, "hidden": glfw.CURSOR_HIDDEN, "captured": glfw.CURSOR_DISABLED}
        self._show_cursor(None)
        glfw.set_input_mode(self._handle, glfw.CURSOR, modes[mode])

    def _apply_cursor_image(self, image: Image, hotspot: tuple[int, int]) -> None:
        _glfw.take_errors()
        cursor = glfw.create_cursor(_glfw_image(image), *hotspot)
        if not cursor:
            raise DisplayError(
                f"the system refuses the cursor picture ({_glfw.words(_glfw.take_errors())}); try a smaller one"
            )
        glfw.set_input_mode(self._handle, glfw.CURSOR, glfw.CURSOR_NORMAL)
        self._show_cursor(cursor)

    def _show_cursor(self, cursor: Any) -> None:
        glfw.set_cursor(self._handle, cursor)
        if self._cursor is not None:
            glfw.destroy_cursor(self._cursor)
        self._cursor = cursor

    def _free(self) -> None:
        self._show_cursor(None)


def _glfw_image(image: Image) -> Any:
    height, width = image.shape[:2]
    return width, height, image.tolist()
