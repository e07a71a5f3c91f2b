"""Loads, starts and ends GLFW: once per process, however many windows there are.

GLFW is one library with one state per process, so this module has module-level state where the rest of the engine has
objects. It turns GLFW's error callback into messages and its missing libraries into ``DisplayError``.
"""

from __future__ import annotations

import ctypes
import importlib.util
import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecs_engine.core.errors import DisplayError, ThreadError


def bundled_library(environ: Mapping[str, str], folder: Path) -> Path | None:
    """The library inside the glfw wheel at ``folder`` that fits the session, or None where glfw should search itself.

    Two reasons not to let it search on Linux. It asks the version of every GLFW on the machine in a Python process
    each, which takes longer than the rest of its import. And it goes by XDG_SESSION_TYPE alone, so under Xvfb or ssh
    in a Wayland session it takes the library that knows Wayland only. A library named by the user stays.
    """
    if {"PYGLFW_LIBRARY", "PYGLFW_LIBRARY_VARIANT"} & environ.keys() or hasattr(sys, "frozen"):
        return None
    wayland, x11 = bool(environ.get("WAYLAND_DISPLAY")), bool(environ.get("DISPLAY"))
    if wayland == x11:
        wayland = environ.get("XDG_SESSION_TYPE") == "wayland"
    library = folder / ("wayland" if wayland else "x11") / "libglfw.so"
    return library if library.is_file() else None


@contextmanager
def _library_named() -> Iterator[None]:
    """Name the library in the environment while glfw is imported."""
    spec = importlib.util.find_spec("glfw")
    origin = spec.origin if spec is not None else None
    library = bundled_library(os.environ, Path(origin).parent) if origin is not None else None
    if library is None:
        yield
        return
    os.environ["PYGLFW_LIBRARY"] = str(library)
    try:
        yield
    finally:
        del os.environ["PYGLFW_LIBRARY"]


try:
    with _library_named():
        import glfw as glfw
except ImportError as error:
    raise DisplayError(f"the GLFW library cannot be loaded ({error}); reinstall it: pip install glfw") from error

NULL: Any = None  # glfw takes None for a null pointer; its types do not say so

log = logging.getLogger("ecs_engine.window")

_lock = threading.Lock()
_windows = 0
_platform = glfw.ANY_PLATFORM
_owner: threading.Thread | None = None
_dispatching = False
_poll: Callable[[], object] = glfw.poll_events
# GLFW may report from any thread; appends to a deque are atomic.
_errors: deque[tuple[int, str]] = deque(maxlen=32)


def _on_error(code: int, description: Any) -> None:
    _errors.append((code, description.decode("utf-8", "replace")))


def take_errors() -> list[tuple[int, str]]:
    """The (code, words) GLFW reported since last asked, oldest first."""
    return [_errors.popleft() for _ in range(len(_errors))]


def words(errors: list[tuple[int, str]]) -> str:
    """GLFW's words, for the end of an error message."""
    return "; ".join(dict.fromkeys(text for _, text in errors)) or "GLFW gave no reason"


def acquire(platform: int) -> None:
    """Start GLFW on ``platform`` for one more window, or join those that run on it.

    Raises ``DisplayError`` if there is no display or windows of another platform are open, ``ThreadError`` if windows
    of another thread are.
    """
    global _windows, _platform, _owner, _poll
    with _lock:
        if _windows == 0:
            glfw.set_error_callback(_on_error)
            _errors.clear()
            glfw.init_hint(glfw.PLATFORM, platform)
            if not glfw.init():
                raise DisplayError(
                    f"no window can be opened, for there is no display ({words(take_errors())}); start it in a "
                    "desktop session with DISPLAY set, or under xvfb-run (Debian package xvfb), or run it headless"
                )
            _platform, _owner = platform, threading.current_thread()
            _poll = _poll_function()
        elif _owner is not threading.current_thread():
            raise ThreadError(
                f"a window was made on thread '{threading.current_thread().name}', but thread "
                f"'{_owner.name if _owner else 'none'}' has windows open, and all windows belong to one thread; "
                "make it there"
            )
        elif platform != _platform:
            raise DisplayError(
                "a process has either real windows or headless ones, not both at a time; close the open ones first"
            )
        _windows += 1


def _poll_function() -> Callable[[], object]:
    """What polls: where that never waits for the player, without giving up the GIL.

    glfw gives it up around each call, and every event's callback must then win it back from a busy logic thread:
    polling 60 mouse moves beside one took 8 ms at a switch interval of 1 ms, and 0.4 ms with the GIL kept. Windows and
    macOS hold a poll for as long as the player drags the window, so there it has to be given up.
    """
    library = getattr(glfw, "_glfw", None)  # not public: without it, glfw's own function does
    if library is None or glfw.get_platform() not in (glfw.PLATFORM_X11, glfw.PLATFORM_WAYLAND, glfw.PLATFORM_NULL):
        return glfw.poll_events
    return ctypes.PYFUNCTYPE(None)(("glfwPollEvents", library))


def release() -> None:
    """One window less; ends GLFW after the last."""
    global _windows, _owner
    with _lock:
        _windows -= 1
        if _windows == 0:
            _owner = None
            glfw.terminate()


def dispatch() -> None:
    """Run the callbacks of all windows for what the system sent. Does nothing from inside a callback.

    GLFW forbids that nesting: https://www.glfw.org/docs/3.4/intro_guide.html#reentrancy
    """
    global _dispatching
    if _dispatching:
        return
    _dispatching = True
    try:
        _poll()
    finally:
        _dispatching = False
    for code, text in take_errors():
        log.warning("GLFW error 0x%x: %s", code, text)


def dispatching() -> bool:
    """Whether a callback is running, from which no window may be destroyed."""
    return _dispatching
