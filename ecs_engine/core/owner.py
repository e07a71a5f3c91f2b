"""The one thread that may touch a world."""

from __future__ import annotations

import threading

from ecs_engine.core.errors import ThreadError


class Owner:
    """Remembers the thread, and names both when another one comes."""

    __slots__ = ("ident", "thread")

    def __init__(self) -> None:
        self.thread = threading.current_thread()
        self.ident = threading.get_ident()

    def require(self) -> None:
        """Check the calling thread.

        Raises:
            ThreadError: it is another one.
        """
        if threading.get_ident() != self.ident:
            raise ThreadError(
                f"The world belongs to thread {self.thread.name!r} and was used from "
                f"{threading.current_thread().name!r}: touch it only from systems, or hand it over first."
            )

    def hand_over(self, thread: threading.Thread) -> None:
        """Let another thread be it.

        Raises:
            ThreadError: that thread has not started.
        """
        if thread.ident is None:
            raise ThreadError(f"Thread {thread.name!r} has not started and cannot own a world: start it first.")
        self.thread, self.ident = thread, thread.ident
