"""The system's clipboard, as the logic thread gets at it."""

from __future__ import annotations

from collections.abc import Callable


class Clipboard:
    """A resource of every app: the clipboard belongs to the main thread, so that it is asked, and answers by an event.

    Args:
        ask: has what is in it sent as a PasteEvent.
        put: has a text put into it.
    """

    def __init__(self, ask: Callable[[], None], put: Callable[[str], None]) -> None:
        self.ask = ask
        """Ask what is in it: a ``PasteEvent`` comes with one of the next ticks, if there is text. Logic thread."""
        self.put = put
        """Put a text into it. Logic thread."""
