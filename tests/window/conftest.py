"""A player at the keyboard and mouse of an X server, through XTest: events take the way real ones take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

import glfw
import pytest
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest
from Xlib.protocol.event import ClientMessage

from ecs_engine.core.events import Event
from ecs_engine.window.glfw_window import GlfwWindow

PATIENCE = 20.0


class Player:
    """Presses keys and moves the mouse at one window."""

    def __init__(self, window: GlfwWindow) -> None:
        self.window = window
        self.display = Display()
        self.target = self.display.create_resource_object("window", glfw.get_x11_window(window._handle))
        self.root = self.display.screen().root

    def key(self, name: str, *, down: bool) -> None:
        """Press or release the key that the X server calls ``name``."""
        code = self.display.keysym_to_keycode(XK.string_to_keysym(name))
        assert code, name
        xtest.fake_input(self.display, X.KeyPress if down else X.KeyRelease, code)
        self.display.sync()

    def button(self, number: int, *, down: bool) -> None:
        """Press or release a mouse button by X's number: 1 left, 2 middle, 3 right, 4 wheel up, 5 wheel down."""
        xtest.fake_input(self.display, X.ButtonPress if down else X.ButtonRelease, number)
        self.display.sync()

    def point(self, x: int, y: int) -> None:
        """Move the pointer to a place in the window."""
        place = self.root.translate_coords(self.target, x, y)
        xtest.fake_input(self.display, X.MotionNotify, x=place.x, y=place.y)
        self.display.sync()

    def click_the_close_button(self) -> None:
        """Send what a window manager sends for it."""
        atom = self.display.intern_atom
        data = (32, [atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0])
        self.target.send_event(ClientMessage(window=self.target, client_type=atom("WM_PROTOCOLS"), data=data))
        self.display.sync()

    def focus(self, *, on: bool) -> None:
        """Give the window the keyboard, or take it away."""
        self.display.set_input_focus(self.target if on else X.NONE, X.RevertToNone, X.CurrentTime)
        self.display.sync()

    def drag_the_corner(self, width: int, height: int) -> None:
        """Resize the window from outside."""
        self.target.configure(width=width, height=height)
        self.display.sync()

    def until(self, done: Callable[[list[Event]], object]) -> list[Event]:
        """Poll until ``done`` says so of all events since the call; those events."""
        seen = self.window.poll()
        deadline = monotonic() + PATIENCE
        while not done(seen):
            assert monotonic() < deadline, f"waited in vain; came: {seen}"
            glfw.wait_events_timeout(0.5)  # returns as soon as something arrives
            seen += self.window.poll()
        return seen

    def until_one(self, kind: type[Event]) -> list[Event]:
        """Poll until an event of this kind came."""
        return self.until(lambda seen: any(isinstance(event, kind) for event in seen))


@pytest.fixture(scope="session")
def server() -> Iterator[Display]:
    """A connection that lasts: an X server whose last client leaves resets itself, and may refuse the next one."""
    display = Display()
    yield display
    display.close()


@pytest.fixture
def window(server: Display) -> Iterator[GlfwWindow]:
    window = GlfwWindow("test", (320, 200), vsync=False)
    yield window
    window.close()


@pytest.fixture
def player(window: GlfwWindow) -> Iterator[Player]:
    """A player whose window has the keyboard and whose pointer is at (10, 10) in it, with those events drained."""
    player = Player(window)
    player.focus(on=True)
    player.point(10, 10)
    player.until(lambda _: glfw.get_window_attrib(window._handle, glfw.FOCUSED) and at(window, 10, 10))
    window.poll()
    yield player
    player.display.close()


def at(window: GlfwWindow, x: int, y: int) -> bool:
    return tuple(glfw.get_cursor_pos(window._handle)) == (x, y)
