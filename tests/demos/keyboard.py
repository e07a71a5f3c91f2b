"""Keyboard, mouse and screen of an X server, from without: keys through XTest, pictures of a window."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


class Keyboard:
    """Presses the keys and moves the mouse of the X server, in the window of this name, which is there already."""

    def __init__(self, title: str) -> None:
        from Xlib.display import Display

        self.display = Display()
        found = find_window(self.display, title)
        assert found is not None, title
        self.window = found
        self.take_focus()

    def take_focus(self) -> None:
        """Have keys go to the window, as after a click on it."""
        from Xlib import X

        self.display.set_input_focus(self.window, X.RevertToNone, X.CurrentTime)
        self.display.sync()

    def key(self, name: str, *, down: bool) -> None:
        from Xlib import XK, X
        from Xlib.ext import xtest

        code = self.display.keysym_to_keycode(XK.string_to_keysym(name))
        assert code, name
        xtest.fake_input(self.display, X.KeyPress if down else X.KeyRelease, code)
        self.display.sync()

    def tap(self, name: str) -> None:
        self.key(name, down=True)
        self.key(name, down=False)

    def point(self, x: float, y: float) -> None:
        """Move the pointer to a place in the window."""
        from Xlib import X
        from Xlib.ext import xtest

        place = self.display.screen().root.translate_coords(self.window, round(x), round(y))
        xtest.fake_input(self.display, X.MotionNotify, x=place.x, y=place.y)
        self.display.sync()

    def button(self, *, down: bool) -> None:
        """Press or release the left mouse button."""
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self.display, X.ButtonPress if down else X.ButtonRelease, 1)
        self.display.sync()

    def look(self) -> npt.NDArray[np.uint8]:
        """What the window shows: (height, width, 3) uint8, red first."""
        from Xlib import X

        size = self.window.get_geometry()
        data = self.window.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF).data
        return np.frombuffer(data, np.uint8).reshape(size.height, size.width, 4)[..., 2::-1]


def find_window(display: Any, title: str) -> Any:
    """The window of this name, if it is there and can be seen; else None."""
    from Xlib import X
    from Xlib.error import XError

    for window in display.screen().root.query_tree().children:
        try:
            if window.get_wm_name() == title and window.get_attributes().map_state == X.IsViewable:
                return window
        except XError:  # it was closed between the two questions
            continue
    return None
