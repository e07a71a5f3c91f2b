"""A window that GLFW made: its context, its callbacks, its end. The base of the real and the headless window."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecs_engine.core.errors import DisplayError
from ecs_engine.core.events import (
    Event,
    FocusEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    ScrollEvent,
    TextEvent,
)
from ecs_engine.core.keys import Action, Key, Modifier, MouseButton
from ecs_engine.window import _glfw
from ecs_engine.window._glfw import glfw
from ecs_engine.window.base import BaseWindow

# A look-up costs less than Key(number), and a number that only a newer GLFW knows is no error.
_KEYS = {int(key): key for key in Key}
_BUTTONS = {int(button): button for button in MouseButton}
_ACTIONS = {int(action): action for action in Action}


class NativeWindow(BaseWindow):
    """A GLFW window, made hidden, with the newest core context of ``gl_versions`` that the driver gives.

    ``platform`` is GLFW's, ``hints`` are window hints besides version and profile, and ``remedy`` ends the error
    message when there is no OpenGL at all. With ``share`` the context is like that window's and shares objects with it.
    """

    def __init__(
        self,
        title: str,
        size: tuple[int, int],
        *,
        vsync: bool,
        gl_versions: Sequence[tuple[int, int]],
        platform: int,
        hints: Mapping[int, int],
        remedy: str,
        share: NativeWindow | None,
    ) -> None:
        super().__init__(title, size, vsync=vsync)
        self._share = share
        self._robustness: int = glfw.NO_ROBUSTNESS
        self._failure: BaseException | None = None
        self._close_pending = False
        self._gl_versions, self._hints, self._remedy = tuple(gl_versions), dict(hints), remedy
        _glfw.acquire(platform)
        try:
            self._handle = self._create()
            self._extent = self._read_extent()
            self._install_callbacks()
        except BaseException:
            self._closed = True
            _glfw.release()
            raise

    def _create(self) -> Any:
        """A hidden window with the newest context there is: one that tells of resets, where the driver has such."""
        errors: list[tuple[int, str]] = []
        versions = self._gl_versions
        # GLX leaves the wish out where the driver cannot grant it, EGL refuses the context.
        strategies: tuple[int, ...] = (glfw.LOSE_CONTEXT_ON_RESET, glfw.NO_ROBUSTNESS)
        partner = None
        if self._share is not None:  # contexts that share must be alike in this, too
            versions, strategies, partner = (self._share.gl_version,), (self._share._robustness,), self._share._handle
        for major, minor in versions:
            for robustness in strategies:
                glfw.default_window_hints()
                glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, major)
                glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, minor)
                glfw.window_hint(glfw.CONTEXT_ROBUSTNESS, robustness)
                glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
                glfw.window_hint(glfw.VISIBLE, glfw.FALSE)
                for hint, value in self._hints.items():
                    glfw.window_hint(hint, value)
                _glfw.take_errors()
                handle = glfw.create_window(*self.size, self._title, None, partner)
                errors = _glfw.take_errors()
                if handle:
                    self._robustness = robustness
                    self._gl_version = (
                        glfw.get_window_attrib(handle, glfw.CONTEXT_VERSION_MAJOR),
                        glfw.get_window_attrib(handle, glfw.CONTEXT_VERSION_MINOR),
                    )
                    return handle
                if any(code == glfw.API_UNAVAILABLE for code, _ in errors):
                    raise DisplayError(f"there is no usable OpenGL here ({_glfw.words(errors)}); {self._remedy}")
        tried = ", ".join(f"{major}.{minor}" for major, minor in versions)
        raise DisplayError(
            f"OpenGL here is too old or refuses a core profile: versions {tried} were tried "
            f"({_glfw.words(errors)}); {self._remedy}"
        )

    def renew(self) -> None:
        self._check("renew")
        old = self._handle
        # The old one goes last: without a new one there must be something left to close.
        self._handle = self._create()
        self._install_callbacks()
        self._follow(old)
        glfw.destroy_window(old)
        self._release_keys()
        self._set_extent(self._read_extent())
        self.make_current()

    def _follow(self, old: Any) -> None:
        """Make the new window like the ``old`` one, which is still there, and show it if that was shown."""
        glfw.set_window_size(self._handle, *self.size)

    # Context.

    def make_current(self) -> None:
        self._check("make_current")
        _glfw.take_errors()
        glfw.make_context_current(self._handle)
        errors = _glfw.take_errors()
        if errors:
            raise DisplayError(
                f"the context of window '{self._title}' cannot be bound to thread '{self._thread.name}' "
                f"({_glfw.words(errors)}); close other programs that use the graphics card and start again"
            )
        self._apply_vsync()

    def release_current(self) -> None:
        self._check("release_current")
        glfw.make_context_current(_glfw.NULL)

    def _is_current(self) -> bool:
        current = glfw.get_current_context()
        return bool(current) and _address(current) == _address(self._handle)

    def swap(self) -> None:
        self._check("swap")
        glfw.swap_buffers(self._handle)

    # Events.

    def poll(self) -> list[Event]:
        self._check("poll")
        _glfw.dispatch()
        if self._close_pending and not _glfw.dispatching():
            self.close()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        return self._queue.drain()

    def _install_callbacks(self) -> None:
        push = self._queue.push

        def key(code: int, scancode: int, action: int, mods: int) -> None:
            push(KeyEvent(_KEYS.get(code, Key.UNKNOWN), _ACTIONS[action], Modifier(mods), scancode))

        def text(codepoint: int) -> None:
            push(TextEvent(chr(codepoint)))

        def move(x: float, y: float) -> None:
            push(MouseMoveEvent(x, y))

        def button(number: int, action: int, mods: int) -> None:
            if number in _BUTTONS:
                push(MouseButtonEvent(_BUTTONS[number], _ACTIONS[action], Modifier(mods)))

        def scroll(dx: float, dy: float) -> None:
            push(ScrollEvent(dx, dy))

        def focus(focused: int) -> None:
            push(FocusEvent(bool(focused)))

        def extent(*_: float) -> None:
            self._set_extent(self._read_extent())

        def refresh() -> None:
            if self.on_refresh is not None:
                self.on_refresh()

        for install, callback in (
            (glfw.set_key_callback, key),
            (glfw.set_char_callback, text),
            (glfw.set_cursor_pos_callback, move),
            (glfw.set_mouse_button_callback, button),
            (glfw.set_scroll_callback, scroll),
            (glfw.set_window_focus_callback, focus),
            (glfw.set_window_size_callback, extent),
            (glfw.set_framebuffer_size_callback, extent),
            (glfw.set_window_content_scale_callback, extent),
            (glfw.set_window_refresh_callback, refresh),
            (glfw.set_window_close_callback, self.request_close),
        ):
            install(self._handle, self._guarded(callback))

    def _guarded(self, callback: Callable[..., None]) -> Callable[..., None]:
        """A callback for GLFW that keeps the first exception for ``poll``.

        glfw would drop callbacks, and with them events, while an exception is under way, and lose KeyboardInterrupt.
        """

        def run(_: object, *values: Any) -> None:
            try:
                callback(*values)
            except BaseException as failure:
                if self._failure is None:
                    self._failure = failure

        return run

    # Size, title, end.

    def _read_extent(self) -> tuple[int, int, int, int, float]:
        size = glfw.get_window_size(self._handle)
        pixels = glfw.get_framebuffer_size(self._handle)
        # Zero for an instant on some systems while a window moves between screens.
        scale = glfw.get_window_content_scale(self._handle)[0] or 1.0
        return (*size, *pixels, float(scale))

    def _apply_size(self, size: tuple[int, int]) -> None:
        glfw.set_window_size(self._handle, *size)

    def _apply_title(self) -> None:
        glfw.set_window_title(self._handle, self._title)

    def close(self) -> None:
        if self._closed:
            return
        self._check_thread("close")
        if _glfw.dispatching():
            # A callback asked: GLFW may not destroy a window from inside one, so poll does it on its way out.
            self._close_pending = self._should_close = True
            return
        self._closed = True
        self._free()
        glfw.destroy_window(self._handle)
        _glfw.release()

    def _free(self) -> None:
        """Give back what the subclass made, just before the window goes."""


def _address(handle: Any) -> int | None:
    return ctypes.cast(handle, ctypes.c_void_p).value
