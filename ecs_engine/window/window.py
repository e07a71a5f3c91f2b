"""What the engine needs of a window, whatever makes it: a real one, a headless one, or a fake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecs_engine.core.events import Event

CursorMode: TypeAlias = Literal["visible", "hidden", "captured"]
"""``hidden`` hides the pointer over the window; ``captured`` also holds it there and reports unbounded movement."""

Image: TypeAlias = NDArray[np.uint8]
"""RGBA picture, shape (height, width, 4), top row first, not premultiplied."""


class Window(Protocol):
    """A window with an OpenGL context.

    A window belongs to the thread that made it. The properties that only read, ``request_close`` and nothing else may
    be used from other threads; anything else there raises ``ThreadError``, and after ``close`` raises ``DisplayError``.
    Sizes are (width, height).
    """

    on_refresh: Callable[[], None] | None
    """Called on the window's thread, from within ``poll``, when the content must be drawn again now: the system holds
    ``poll`` while the player drags or resizes the window (Windows, macOS), and this hook keeps the picture alive."""

    @property
    def size(self) -> tuple[int, int]:
        """Size of the content in window units."""

    @property
    def framebuffer_size(self) -> tuple[int, int]:
        """Size of the content in pixels; (0, 0) while minimised on some systems."""

    @property
    def content_scale(self) -> float:
        """How much larger than on a 96 dpi screen text and controls should be drawn."""

    @property
    def refresh_rate(self) -> float | None:
        """Of the screen the window is mostly on, in Hz; None if there is none or it does not say. Window's thread."""

    @property
    def gl_version(self) -> tuple[int, int]:
        """Version of the OpenGL context that was made; (0, 0) where there is none."""

    @property
    def should_close(self) -> bool:
        """Whether the player or the game asked to close, or the window is closed already."""

    @property
    def closed(self) -> bool:
        """Whether ``close`` is done."""

    @property
    def on_screen(self) -> bool:
        """Whether there is a screen that it could be seen on: not in memory, and no stand-in. Any thread."""

    @property
    def title(self) -> str:
        """Text in the title bar."""

    @title.setter
    def title(self, title: str) -> None: ...

    @property
    def vsync(self) -> bool:
        """Whether ``swap`` waits for the screen."""

    @vsync.setter
    def vsync(self, vsync: bool) -> None: ...

    @property
    def fullscreen(self) -> bool:
        """Whether the window covers a screen; leaving fullscreen restores position and size."""

    @fullscreen.setter
    def fullscreen(self, fullscreen: bool) -> None: ...

    def make_current(self) -> None:
        """Bind the context to the calling thread. Raises ``DisplayError`` if the system refuses."""

    def release_current(self) -> None:
        """Unbind whatever context is bound to the calling thread."""

    def swap(self) -> None:
        """Show the back buffer; with vsync, wait for the screen."""

    def poll(self) -> list[Event]:
        """Take in what the system sent and return the events since the last poll, oldest first.

        An exception raised by ``on_refresh`` or another callback is raised from here; the events stay for the next
        poll.
        """

    def resize(self, size: tuple[int, int]) -> None:
        """Ask for a content size in window units; a ``ResizeEvent`` tells what was given."""

    def set_icon(self, icon: Image) -> None:
        """Set the window's icon; does nothing where windows have none (macOS, Wayland)."""

    def set_cursor(self, cursor: CursorMode | Image, hotspot: tuple[int, int] = (0, 0)) -> None:
        """Set the pointer's mode, or show a picture as the pointer with its tip at ``hotspot`` (x, y) in pixels."""

    def companion(self, title: str, size: tuple[int, int], *, resizable: bool = True) -> Window:
        """Another window of this kind, whose context shares textures, buffers, programs and fences with this one's.

        Its ``swap`` does not wait for the screen: waits of several windows would add up. Close it before this one.
        Raises ``DisplayError`` as making a window does.
        """

    def renew(self) -> None:
        """Replace the context, which was lost, by a new one, and make that current.

        On a screen the system's window is replaced, too, by one alike: a context and its window are one thing to GLFW.
        Keys and buttons that are held count as released. Raises ``DisplayError`` if no context can be made; the window
        can then only be closed. Not from within ``on_refresh``.
        """

    @property
    def clipboard(self) -> str:
        """The text in the system's clipboard; empty where there is none. Window's thread."""

    @clipboard.setter
    def clipboard(self, text: str) -> None: ...

    def request_close(self) -> None:
        """Ask to close, as the close button does: a ``CloseEvent`` follows and ``should_close`` is true. Any thread."""

    def close(self) -> None:
        """Destroy window and context. Again: does nothing."""
