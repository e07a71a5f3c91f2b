"""What all windows share, without any window system: the owning thread, the event queue, the cached state."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import numpy as np

from ecs_engine.core.errors import DisplayError, ThreadError
from ecs_engine.core.events import CloseEvent, Event, EventQueue, FocusEvent, ResizeEvent
from ecs_engine.window.window import CursorMode, Image

# Beyond this Mesa has no framebuffers and X11 answers a window with a protocol error that ends the process.
MAX_SIZE = 16384

# Icons and cursors travel in one X11 request; one too long ends the process.
MAX_IMAGE = 512


def checked_size(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height as ints; raises ``DisplayError`` unless both are whole and within 1..16384."""
    try:
        width, height = (int(v) for v in size)
        good = (width, height) == tuple(size) and min(width, height) >= 1 and max(width, height) <= MAX_SIZE
    except (TypeError, ValueError, OverflowError):
        good = False
    if not good:
        raise DisplayError(f"window size {size!r} is not (width, height) in whole numbers from 1 to {MAX_SIZE}")
    return width, height


def checked_title(title: str) -> str:
    """The title; raises ``DisplayError`` unless it is text that UTF-8 can carry, without the null character."""
    try:
        good = b"\0" not in title.encode()
    except (AttributeError, UnicodeEncodeError):
        good = False
    if not good:
        raise DisplayError(f"window title {title!r} is not plain text; give a str without null or surrogate characters")
    return title


def checked_image(what: str, image: Image) -> Image:
    """The picture; raises ``DisplayError`` unless it is uint8 of shape (height, width, 4), each side 1..512."""
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 4:
        got = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else repr(image)
        raise DisplayError(f"{what} must be an RGBA picture, a uint8 array of shape (height, width, 4); got {got}")
    if not (min(image.shape) >= 1 and max(image.shape) <= MAX_IMAGE):
        height, width = image.shape[:2]
        raise DisplayError(f"{what} is {width}x{height} pixels; each side must be within 1 and {MAX_IMAGE}")
    return image


class BaseWindow:
    """State and rules common to all windows; a subclass adds the window system."""

    on_screen = True

    def __init__(self, title: str, size: tuple[int, int], *, vsync: bool) -> None:
        width, height = checked_size(size)
        self.on_refresh: Callable[[], None] | None = None
        self._thread = threading.current_thread()
        self._queue = EventQueue()
        # One tuple, replaced whole, so that another thread never reads a width and height of different moments.
        self._extent = (width, height, width, height, 1.0)
        self._title = checked_title(title)
        self._vsync = vsync
        self._clipboard = ""
        self._fullscreen = False
        self._should_close = False
        self._closed = False
        self._gl_version = (0, 0)

    # What may be read from any thread.

    @property
    def size(self) -> tuple[int, int]:
        return self._extent[:2]

    @property
    def framebuffer_size(self) -> tuple[int, int]:
        return self._extent[2:4]

    @property
    def content_scale(self) -> float:
        return self._extent[4]

    @property
    def gl_version(self) -> tuple[int, int]:
        return self._gl_version

    @property
    def refresh_rate(self) -> float | None:
        return None

    @property
    def should_close(self) -> bool:
        return self._should_close or self._closed

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def title(self) -> str:
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        self._check("title")
        self._title = checked_title(title)
        self._apply_title()

    @property
    def vsync(self) -> bool:
        return self._vsync

    @vsync.setter
    def vsync(self, vsync: bool) -> None:
        self._check("vsync")
        self._vsync = bool(vsync)
        self._apply_vsync()

    @property
    def fullscreen(self) -> bool:
        return self._fullscreen

    @fullscreen.setter
    def fullscreen(self, fullscreen: bool) -> None:
        self._check("fullscreen")
        if bool(fullscreen) != self._fullscreen:
            self._apply_fullscreen(bool(fullscreen))
            self._fullscreen = bool(fullscreen)

    def set_icon(self, icon: Image) -> None:
        self._check("set_icon")
        self._apply_icon(checked_image("the icon", icon))

    def set_cursor(self, cursor: CursorMode | Image, hotspot: tuple[int, int] = (0, 0)) -> None:
        self._check("set_cursor")
        if isinstance(cursor, str):
            if cursor not in ("visible", "hidden", "captured"):
                raise DisplayError(f"cursor {cursor!r} is not 'visible', 'hidden', 'captured' or a picture")
            self._apply_cursor_mode(cursor)
            return
        image = checked_image("the cursor", cursor)
        x, y = hotspot
        if not (0 <= x < image.shape[1] and 0 <= y < image.shape[0]):
            raise DisplayError(f"cursor hotspot {hotspot!r} lies outside its {image.shape[1]}x{image.shape[0]} picture")
        self._apply_cursor_image(image, hotspot)

    @property
    def clipboard(self) -> str:
        self._check("clipboard")
        return self._read_clipboard()

    @clipboard.setter
    def clipboard(self, text: str) -> None:
        self._check("clipboard")
        self._write_clipboard(text.replace("\0", ""))

    def request_close(self) -> None:
        self._should_close = True
        self._queue.push(CloseEvent())

    def resize(self, size: tuple[int, int]) -> None:
        self._check("resize")
        self._apply_size(checked_size(size))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What a subclass fills in; the fakes leave most of it empty.

    def close(self) -> None:
        if not self._closed:
            self._check_thread("close")
            self._closed = True

    def _read_clipboard(self) -> str:
        return self._clipboard

    def _write_clipboard(self, text: str) -> None:
        self._clipboard = text

    def _apply_title(self) -> None: ...

    def _apply_vsync(self) -> None: ...

    def _apply_fullscreen(self, fullscreen: bool) -> None: ...

    def _apply_icon(self, icon: Image) -> None: ...

    def _apply_cursor_mode(self, mode: CursorMode) -> None: ...

    def _apply_cursor_image(self, image: Image, hotspot: tuple[int, int]) -> None: ...

    def _apply_size(self, size: tuple[int, int]) -> None:
        self._set_extent((*size, *size, 1.0))

    # What a subclass uses.

    def _check_thread(self, what: str) -> None:
        if threading.current_thread() is not self._thread:
            raise ThreadError(
                f"{what} of window '{self._title}' was used on thread '{threading.current_thread().name}', but the "
                f"window belongs to thread '{self._thread.name}'; call it there, by app.call_on_main"
            )

    def _check(self, what: str) -> None:
        self._check_thread(what)
        if self._closed:
            raise DisplayError(f"{what} of window '{self._title}' was used after it was closed; open a new window")

    def _release_keys(self) -> None:
        """Tell that the keyboard is gone: what is held would otherwise stay so, as a new window is not told."""
        self._queue.push(FocusEvent(False))

    def _set_extent(self, extent: tuple[int, int, int, int, float]) -> None:
        """Remember the size; tell of it if it is new (window systems report each change two or three times)."""
        if extent != self._extent:
            self._extent = extent
            self._queue.push(ResizeEvent(*extent))


class SimulatedWindow(BaseWindow):
    """A window without a player: its events come from ``inject``."""

    on_screen = False

    def inject(self, event: Event) -> None:
        """Have ``poll`` return ``event``, as if the system had sent it. Any thread.

        Raises ``DisplayError`` for a ``ResizeEvent``: call ``resize``, which changes the size too.
        """
        if isinstance(event, ResizeEvent):
            raise DisplayError(f"a ResizeEvent cannot be injected into window '{self._title}'; call resize() instead")
        if isinstance(event, CloseEvent):
            self._should_close = True
        self._queue.push(event)

    def _release_keys(self) -> None:
        super()._release_keys()
        self._queue.push(FocusEvent(True))
