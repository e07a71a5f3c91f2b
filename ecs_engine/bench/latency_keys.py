"""A keyboard that nobody holds: a process that presses a key of the X server through XTest, at random times.

It is a process of its own so that it shares no GIL with what is measured. It says ``ready`` once its window has the
keyboard, begins when it reads a line, and in the end writes when it pressed, as JSON. It stops when its standard input
is closed.
"""

from __future__ import annotations

import json
import random
import select
import sys
from time import monotonic_ns

from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest
from Xlib.xobject.drawable import Window

KEY = "Right"  # types no text: one event each
PAUSES_S = (0.004, 0.03)
"""Shortest and longest time between two events. Random, so that they fall anywhere between two ticks and frames."""
LAST_PAUSE_S = 0.3
"""After the last event, so that the game can show it."""


def main(title: str, count: int) -> None:
    """Press and release a key in turn, ``count`` events in all, while the window of this title has the keyboard."""
    display = Display()
    window = find_window(display.screen().root, title)
    if window is None:
        sys.exit(f"There is no window {title!r}.")
    window.set_input_focus(X.RevertToParent, X.CurrentTime)
    display.sync()
    code = display.keysym_to_keycode(XK.string_to_keysym(KEY))
    display.change_keyboard_control(key=code, auto_repeat_mode=X.AutoRepeatModeOff)
    try:
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(press(display, window, code, count)), flush=True)
    finally:
        xtest.fake_input(display, X.KeyRelease, code)
        display.change_keyboard_control(key=code, auto_repeat_mode=X.AutoRepeatModeDefault)
        display.sync()


def press(display: Display, window: Window, code: int, count: int) -> list[int]:
    """Send the events; the ``time.monotonic_ns()`` just before each, which is one clock for all processes."""
    times, stamps = random.Random(1), list[int]()
    while len(stamps) < count and not stopped(times.uniform(*PAUSES_S)):
        if display.get_input_focus().focus != window:
            sys.exit("Another window took the keyboard: leave the machine alone while this runs, or use xvfb-run.")
        down = len(stamps) % 2 == 0
        stamps.append(monotonic_ns())
        xtest.fake_input(display, X.KeyPress if down else X.KeyRelease, code)
        display.flush()
    stopped(LAST_PAUSE_S)
    return stamps


def stopped(seconds: float) -> bool:
    """Wait so long, or until standard input is closed; whether it was."""
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def find_window(root: Window, title: str) -> Window | None:
    """The window of this title below ``root``; window managers put frames around it."""
    for window in root.query_tree().children:
        found = window if window.get_wm_name() == title else find_window(window, title)
        if found is not None:
            return found
    return None


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
