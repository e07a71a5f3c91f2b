"""Keys of a real X server."""

from __future__ import annotations


class Keyboard:
    """Presses the keys of the X server, in the window of this name."""

    def __init__(self, title: str) -> None:
        from Xlib import X
        from Xlib.display import Display

        self.display = Display()
        windows = self.display.screen().root.query_tree().children
        (window,) = [window for window in windows if window.get_wm_name() == title]
        self.display.set_input_focus(window, X.RevertToNone, X.CurrentTime)
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
