"""The headless window on GLFW's null platform and OSMesa. GL is asked through ctypes, as PyOpenGL is gpu's."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from typing import Any

import glfw
import pytest

from ecs_engine.core.errors import DisplayError, ThreadError
from ecs_engine.core.events import CloseEvent, Event, KeyEvent, ResizeEvent
from ecs_engine.core.input import Input
from ecs_engine.core.keys import Action, Key
from ecs_engine.window import Window, _glfw
from ecs_engine.window.headless import HeadlessWindow

pytestmark = pytest.mark.gl

GL_VERSION, GL_RGBA, GL_UNSIGNED_BYTE, GL_COLOR_BUFFER_BIT = 0x1F02, 0x1908, 0x1401, 0x4000


@pytest.fixture
def window() -> Iterator[HeadlessWindow]:
    window = HeadlessWindow((64, 32))
    yield window
    window.close()


def gl(name: str, result: Any, *arguments: Any) -> Any:
    address = ctypes.cast(glfw.get_proc_address(name), ctypes.c_void_p).value
    assert address, name
    return ctypes.CFUNCTYPE(result, *arguments)(address)


def clear_and_read(x: int, y: int) -> bytes:
    """Clear to a colour and read the pixel at (x, y) back."""
    gl("glClearColor", None, *[ctypes.c_float] * 4)(1.0, 0.0, 1.0, 1.0)
    gl("glClear", None, ctypes.c_uint)(GL_COLOR_BUFFER_BIT)
    pixel = (ctypes.c_ubyte * 4)()
    read = gl("glReadPixels", None, *[ctypes.c_int] * 4, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p)
    read(x, y, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel)
    return bytes(pixel)


def test_the_context_is_current_and_draws(window: HeadlessWindow) -> None:
    protocol: Window = window
    protocol.make_current()
    version = gl("glGetString", ctypes.c_char_p, ctypes.c_uint)(GL_VERSION).decode()
    assert version.startswith("{}.{}".format(*window.gl_version))
    assert window.gl_version >= (3, 3)
    assert clear_and_read(63, 31) == b"\xff\x00\xff\xff"
    protocol.swap()
    protocol.release_current()
    assert not glfw.get_current_context()
    assert (window.content_scale, window.refresh_rate) == (1.0, None)


def test_a_renewed_window_has_a_new_context(window: HeadlessWindow) -> None:
    window.make_current()
    window.resize((80, 40))
    window.inject(KeyEvent(Key.A, Action.PRESS))
    window.poll()
    old = window._handle
    window.renew()
    assert window._handle is not old
    assert window.size == (80, 40)
    assert clear_and_read(79, 39) == b"\xff\x00\xff\xff"
    state = Input()
    state.begin_tick(window.poll())
    assert state.focused
    window.close()
    with pytest.raises(DisplayError, match="closed"):
        window.renew()


def test_resizing_moves_the_framebuffer_along(window: HeadlessWindow) -> None:
    window.make_current()
    assert clear_and_read(90, 40) != b"\xff\x00\xff\xff", "outside the framebuffer before"
    window.resize((100, 50))
    assert clear_and_read(99, 49) == b"\xff\x00\xff\xff"
    assert clear_and_read(100, 50) != b"\xff\x00\xff\xff", "outside the framebuffer after"
    (event,) = window.poll()
    assert isinstance(event, ResizeEvent)
    assert (event.width, event.height, event.framebuffer_width, event.framebuffer_height) == (100, 50, 100, 50)
    assert window.size == window.framebuffer_size == (100, 50)


def test_injected_events_come_out_in_order(window: HeadlessWindow) -> None:
    sent: list[Event] = [KeyEvent(Key.A, Action.PRESS), KeyEvent(Key.A, Action.RELEASE), CloseEvent()]
    for event in sent:
        window.inject(event)
    assert window.poll() == sent
    assert window.should_close


def test_a_debug_context_can_be_asked_for() -> None:
    with HeadlessWindow((8, 8), debug_context=True) as window:
        window.make_current()
        assert clear_and_read(1, 1) == b"\xff\x00\xff\xff"


def test_exceptions_in_callbacks_come_out_of_poll_once(window: HeadlessWindow) -> None:
    raised = [KeyboardInterrupt("first"), ValueError("second")]

    def fail() -> None:
        raise raised.pop(0)

    window.on_refresh = fail
    window.resize((70, 70))
    window.resize((80, 80))
    with pytest.raises(KeyboardInterrupt, match="first"):
        window.poll()
    assert not raised, "both callbacks ran"
    sizes = [(event.width, event.height) for event in window.poll() if isinstance(event, ResizeEvent)]
    assert sizes == [(70, 70), (80, 80)], "an exception loses no event"


def test_glfw_ends_with_the_last_window_and_starts_again() -> None:
    for _ in range(2):
        first, second = HeadlessWindow((8, 8)), HeadlessWindow((9, 9))
        first.close()
        second.make_current()
        assert second.poll() == []
        second.close()
        second.close()
        glfw.set_error_callback(lambda *_: None)
        assert not glfw.get_current_context()
        assert glfw.get_error()[0] == glfw.NOT_INITIALIZED


def test_titles_icons_cursors_and_modes_need_no_screen(window: HeadlessWindow) -> None:
    window.title, window.vsync, window.fullscreen = "other", True, True
    window.set_cursor("hidden")
    assert (window.title, window.vsync, window.fullscreen) == ("other", True, True)


def test_windows_of_one_process_belong_to_one_thread(window: HeadlessWindow) -> None:
    caught: list[Exception] = []

    def open_another() -> None:
        try:
            HeadlessWindow((8, 8))
        except Exception as error:
            caught.append(error)

    thread = threading.Thread(target=open_another, name="other")
    thread.start()
    thread.join()
    (error,) = caught
    assert isinstance(error, ThreadError)
    assert "'other'" in str(error)
    assert f"'{threading.current_thread().name}'" in str(error)
    assert window.poll() == [], "the first window is none the worse"


def test_a_version_nobody_has_leaves_nothing_running() -> None:
    with pytest.raises(DisplayError, match=r"9\.9.*libosmesa6"):
        HeadlessWindow((8, 8), gl_versions=[(9, 9)])
    glfw.set_error_callback(lambda *_: None)
    assert not glfw.get_current_context()
    assert glfw.get_error()[0] == glfw.NOT_INITIALIZED


def test_real_windows_are_refused_beside_headless_ones(window: HeadlessWindow) -> None:
    with pytest.raises(DisplayError, match="not both at a time"):
        _glfw.acquire(glfw.ANY_PLATFORM)
    assert window.poll() == []


def test_polling_keeps_the_gil_where_it_cannot_block(window: HeadlessWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    python_api = 4  # ctypes' flag of functions that are called with the GIL held
    for platform in (glfw.PLATFORM_NULL, glfw.PLATFORM_X11, glfw.PLATFORM_WAYLAND):
        monkeypatch.setattr(glfw, "get_platform", lambda platform=platform: platform)
        assert type(_glfw._poll_function())._flags_ & python_api
    assert type(_glfw._poll)._flags_ & python_api, "and that is the function in use"
    for platform in (glfw.PLATFORM_WIN32, glfw.PLATFORM_COCOA):
        monkeypatch.setattr(glfw, "get_platform", lambda platform=platform: platform)
        assert _glfw._poll_function() is glfw.poll_events
    monkeypatch.setattr(glfw, "get_platform", lambda: glfw.PLATFORM_X11)
    monkeypatch.delattr(glfw, "_glfw")
    assert _glfw._poll_function() is glfw.poll_events, "without the library's private name"
