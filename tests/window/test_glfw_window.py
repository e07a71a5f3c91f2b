"""The real window, in an X server, played by real key and mouse events."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from time import monotonic_ns
from typing import TYPE_CHECKING

import glfw
import numpy as np
import pytest

from ecs_engine.core.errors import DisplayError, ThreadError
from ecs_engine.core.events import (
    CloseEvent,
    Event,
    FocusEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    ResizeEvent,
    ScrollEvent,
    TextEvent,
)
from ecs_engine.core.input import Input
from ecs_engine.core.keys import Action, Key, Modifier, MouseButton
from ecs_engine.window import Window
from ecs_engine.window.glfw_window import GlfwWindow

if TYPE_CHECKING:
    from .conftest import Player

pytestmark = [pytest.mark.x11, pytest.mark.usefixtures("server")]


def keys(events: list[Event]) -> list[tuple[Key, Action]]:
    return [(event.key, event.action) for event in events if isinstance(event, KeyEvent)]


def came(*wanted: tuple[Key, Action]) -> Callable[[list[Event]], bool]:
    return lambda seen: set(wanted) <= set(keys(seen))


def test_the_clipboard_takes_any_text(window: GlfwWindow) -> None:
    for text in ("Zo\u00eb \U0001f469", "two\nlines", "half \ud800"):
        window.clipboard = text
        assert window.clipboard == text.replace("\ud800", "?")


def test_it_keeps_the_protocol(window: GlfwWindow) -> None:
    protocol: Window = window
    assert protocol.size == protocol.framebuffer_size == (320, 200)
    assert protocol.gl_version >= (3, 3)
    assert protocol.content_scale > 0
    assert protocol.refresh_rate is None or protocol.refresh_rate > 0
    protocol.make_current()
    protocol.swap()
    protocol.vsync = True
    protocol.release_current()
    protocol.vsync = False
    protocol.title = "another, ünïcode"
    assert glfw.get_window_title(window._handle) == protocol.title


def test_a_key_press_a_repeat_and_a_release(window: GlfwWindow, player: Player) -> None:
    before = monotonic_ns()
    player.key("Left", down=True)
    held = player.until(came((Key.LEFT, Action.REPEAT)))
    player.key("Left", down=False)
    events = held + player.until(came((Key.LEFT, Action.RELEASE)))
    actions = [action for _, action in keys(events)]
    assert (actions[0], actions[-1]) == (Action.PRESS, Action.RELEASE)
    assert set(actions[1:-1]) == {Action.REPEAT}
    stamps = [event.time_ns for event in events]
    assert before <= stamps[0]
    assert stamps == sorted(stamps)
    assert stamps[-1] <= monotonic_ns()

    state = Input()
    state.begin_tick(events)
    assert (state.press_count(Key.LEFT), state.released(Key.LEFT)) == (1, True)


def test_typing_gives_keys_with_modifiers_and_text(player: Player) -> None:
    player.key("Shift_L", down=True)
    player.key("a", down=True)
    player.key("a", down=False)
    player.key("Shift_L", down=False)
    events = player.until(came((Key.LEFT_SHIFT, Action.RELEASE)))
    assert [event.text for event in events if isinstance(event, TextEvent)] == ["A"]
    (press,) = [e for e in events if isinstance(e, KeyEvent) and (e.key, e.action) == (Key.A, Action.PRESS)]
    assert press.mods == Modifier.SHIFT
    assert press.scancode > 0


def test_the_mouse(player: Player) -> None:
    player.point(100, 50)
    player.button(3, down=True)
    player.button(3, down=False)
    for wheel in (4, 5, 5):
        player.button(wheel, down=True)
        player.button(wheel, down=False)
    events = player.until(lambda seen: sum(isinstance(event, ScrollEvent) for event in seen) == 3)
    assert [(e.x, e.y) for e in events if isinstance(e, MouseMoveEvent)][-1] == (100, 50)
    clicks = [(e.button, e.action) for e in events if isinstance(e, MouseButtonEvent)]
    assert clicks == [(MouseButton.RIGHT, Action.PRESS), (MouseButton.RIGHT, Action.RELEASE)]
    assert [(e.dx, e.dy) for e in events if isinstance(e, ScrollEvent)] == [(0, 1), (0, -1), (0, -1)]


def test_resizing_from_outside_and_from_inside(window: GlfwWindow, player: Player) -> None:
    player.drag_the_corner(400, 300)
    (outside,) = [event for event in player.until_one(ResizeEvent) if isinstance(event, ResizeEvent)]
    assert (outside.width, outside.height) == (outside.framebuffer_width, outside.framebuffer_height) == (400, 300)
    assert window.size == window.framebuffer_size == (400, 300)
    window.resize((500, 250))
    player.until_one(ResizeEvent)
    assert window.size == (500, 250)


def test_the_close_button_asks_and_the_window_stays(window: GlfwWindow, player: Player) -> None:
    player.click_the_close_button()
    player.until_one(CloseEvent)
    assert window.should_close
    assert not window.closed
    window.make_current()
    window.swap()


def test_losing_the_keyboard_releases_what_is_held_once(window: GlfwWindow, player: Player) -> None:
    state = Input()
    player.key("space", down=True)
    state.begin_tick(player.until(came((Key.SPACE, Action.PRESS))))
    assert state.down(Key.SPACE)
    player.focus(on=False)
    lost = player.until(came((Key.SPACE, Action.RELEASE)))
    releases = 0
    for event in lost:  # the finest split into ticks there is
        state.begin_tick([event])
        releases += state.released(Key.SPACE)
    assert releases == 1
    assert not state.down(Key.SPACE)
    assert not state.focused
    player.key("space", down=False)
    player.focus(on=True)
    state.begin_tick(player.until_one(FocusEvent))
    assert state.focused
    assert not state.released(Key.SPACE)


def test_fullscreen_and_back(window: GlfwWindow, player: Player) -> None:
    screen = player.display.screen()
    where = glfw.get_window_pos(window._handle)
    window.fullscreen = True
    player.until(lambda _: window.size == (screen.width_in_pixels, screen.height_in_pixels))
    window.fullscreen = True
    window.resize((300, 180))
    window.fullscreen = False
    player.until(lambda _: window.size == (300, 180))
    assert glfw.get_window_pos(window._handle) == where


def test_a_renewed_window_is_like_the_old_one(window: GlfwWindow, player: Player) -> None:
    old = window._handle
    glfw.set_window_pos(old, 120, 70)
    window.resize((300, 180))
    window.title = "as before"
    window.set_icon(np.full((4, 4, 4), 9, np.uint8))
    window.set_cursor("hidden")
    player.until(lambda _: window.size == (300, 180) and glfw.get_window_pos(old) == (120, 70))
    player.key("Left", down=True)
    held = player.until(came((Key.LEFT, Action.PRESS)))
    window.renew()
    fresh = type(player)(window)
    try:
        assert window._handle is not old
        assert glfw.get_current_context()
        fresh.focus(on=True)
        events = fresh.until(lambda _: glfw.get_window_attrib(window._handle, glfw.FOCUSED))
        assert (window.size, glfw.get_window_pos(window._handle)) == ((300, 180), (120, 70))
        assert glfw.get_window_title(window._handle) == "as before"
        assert glfw.get_input_mode(window._handle, glfw.CURSOR) == glfw.CURSOR_HIDDEN
        icon = fresh.target.get_full_property(fresh.display.intern_atom("_NET_WM_ICON"), 0).value
        assert list(icon[:3]) == [4, 4, 0x09090909]
        state = Input()
        state.begin_tick(held)
        assert state.down(Key.LEFT)
        state.begin_tick(events)
        assert state.released(Key.LEFT), "a new window is not told of keys that were pressed in the old one"
        fresh.key("Left", down=False)
        fresh.key("Right", down=True)
        fresh.until(came((Key.RIGHT, Action.PRESS)))
        fresh.key("Right", down=False)
        fresh.click_the_close_button()
        fresh.until_one(CloseEvent)
    finally:
        fresh.display.close()


def test_a_renewed_window_covers_the_screen_if_the_old_one_did(window: GlfwWindow, player: Player) -> None:
    screen = player.display.screen()
    full = (screen.width_in_pixels, screen.height_in_pixels)
    window.fullscreen = True
    player.until(lambda _: window.size == full)
    window.renew()
    assert window.fullscreen
    assert glfw.get_window_monitor(window._handle)
    player.until(lambda _: window.size == full)
    window.fullscreen = False
    player.until(lambda _: window.size == (320, 200))


def test_a_hidden_window_stays_hidden() -> None:
    with GlfwWindow("hidden", (320, 200), visible=False) as window:
        window.renew()
        assert not glfw.get_window_attrib(window._handle, glfw.VISIBLE)


def test_starting_in_fullscreen() -> None:
    with GlfwWindow("full", (320, 200), fullscreen=True) as window:
        assert window.fullscreen
        assert glfw.get_window_monitor(window._handle)
        window.poll()


def test_icon_and_cursors(window: GlfwWindow, player: Player, caplog: pytest.LogCaptureFixture) -> None:
    picture = np.zeros((16, 24, 4), np.uint8)
    picture[2, 5] = (10, 20, 30, 255)
    with caplog.at_level(logging.WARNING, "ecs_engine.window"):
        window.set_icon(picture)
        window.set_cursor(picture, (23, 15))
        window.set_cursor(picture)
        for mode in ("hidden", "captured", "visible"):
            window.set_cursor(mode)  # type: ignore[arg-type]
        window.poll()
    assert not caplog.records, "GLFW took everything"
    icon = player.target.get_full_property(player.display.intern_atom("_NET_WM_ICON"), 0).value
    assert list(icon[:2]) == [24, 16]
    assert icon[2 + 2 * 24 + 5] == 0xFF0A141E


def test_a_captured_pointer_moves_without_bound(window: GlfwWindow, player: Player) -> None:
    window.set_cursor("captured")
    for _ in range(8):
        player.point(310, 100)
        player.until_one(MouseMoveEvent)
        if glfw.get_cursor_pos(window._handle)[0] > 320:
            break
    assert glfw.get_cursor_pos(window._handle)[0] > 320


def test_exceptions_in_callbacks_come_out_of_poll_and_events_stay(window: GlfwWindow, player: Player) -> None:
    def fail() -> None:
        raise KeyboardInterrupt("while drawing")

    window.on_refresh = fail
    player.key("a", down=True)
    player.key("a", down=False)
    player.target.clear_area(exposures=True)
    player.display.sync()
    with pytest.raises(KeyboardInterrupt, match="while drawing"):
        player.until(lambda _: False)
    window.on_refresh = None
    player.until(lambda seen: seen)


def test_close_inside_a_callback_waits_for_poll(window: GlfwWindow, player: Player) -> None:
    seen: list[bool] = []

    def close() -> None:
        window.close()
        seen.append(window.closed)

    window.on_refresh = close
    player.target.clear_area(exposures=True)
    player.display.sync()
    with pytest.raises(DisplayError, match="closed"):
        player.until(lambda _: False)
    assert seen[0] is False
    assert window.closed


def test_two_windows_have_events_of_their_own(window: GlfwWindow, player: Player) -> None:
    with GlfwWindow("second", (100, 100)) as second:
        player.focus(on=True)
        player.key("q", down=True)
        player.key("q", down=False)
        player.until(came((Key.Q, Action.RELEASE)))
        assert not keys(second.poll())
    assert window.poll() is not None, "GLFW runs on for the first window"


def test_another_thread_is_refused_and_named(window: GlfwWindow) -> None:
    caught: list[Exception] = []

    def use() -> None:
        for call in (window.poll, window.swap, window.close, lambda: GlfwWindow("t", (8, 8))):
            try:
                call()
            except Exception as error:
                caught.append(error)

    thread = threading.Thread(target=use, name="logic")
    thread.start()
    thread.join()
    assert [type(error) for error in caught] == [ThreadError] * 4
    for error in caught:
        assert "'logic'" in str(error)
        assert f"'{threading.main_thread().name}'" in str(error)
    assert not window.closed


def test_a_version_nobody_has_is_refused() -> None:
    with pytest.raises(DisplayError, match=r"9\.9.*libgl1"):
        GlfwWindow("t", (8, 8), gl_versions=[(9, 9)])


def test_a_real_window_after_opengl_went_headless_is_refused() -> None:
    code = (
        "import os; os.environ['PYOPENGL_PLATFORM'] = 'osmesa'; import OpenGL.platform\n"
        "from ecs_engine.window.glfw_window import GlfwWindow; GlfwWindow('t', (8, 8))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "DisplayError" in done.stderr.splitlines()[-1]
    assert "'osmesa'" in done.stderr


def test_an_x_server_serves_within_a_wayland_session() -> None:
    environment = {**os.environ, "XDG_SESSION_TYPE": "wayland"}
    environment.pop("WAYLAND_DISPLAY", None)
    code = "from ecs_engine.window.glfw_window import GlfwWindow; GlfwWindow('t', (8, 8)).close()"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)


def test_pyopengl_draws_into_it() -> None:
    """Whatever the environment said before, PyOpenGL is told the platform that goes with the window."""
    code = (
        "import os; os.environ['PYOPENGL_PLATFORM'] = 'osmesa'\n"
        "from ecs_engine.window.glfw_window import GlfwWindow\n"
        "with GlfwWindow('t', (8, 8)) as window:\n"
        "    window.make_current()\n"
        "    from OpenGL import GL\n"
        "    major, minor = window.gl_version\n"
        "    assert GL.glGetString(GL.GL_VERSION).decode().startswith(f'{major}.{minor}')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
