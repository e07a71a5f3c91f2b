"""Spans: named stretches of a thread's time, and the pauses of the garbage collector among them."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

from ecs_engine.trace.ring import Ring

MOST_NAMES = 1024
OTHER = "other"
"""What a span is called when ``MOST_NAMES`` names are taken: names are meant to be few, such as those of systems."""


class Names:
    """Text to number and back, so that a span is four numbers. Any thread."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {OTHER: 0}
        """name -> its number; read it, and call :meth:`add` for a name that is not there."""
        self._lock = threading.Lock()

    def add(self, name: str) -> int:
        """The number of a name, a new one if need be."""
        with self._lock:
            if name not in self.numbers and len(self.numbers) >= MOST_NAMES:
                return 0
            return self.numbers.setdefault(name, len(self.numbers))

    def all(self) -> tuple[str, ...]:
        """Every name; its place is its number."""
        with self._lock:
            return tuple(self.numbers)


class GarbageSpans:
    """Writes each pause of the garbage collector to a ring: begin, end (ns), generation, and the thread's identifier.

    The ring is this class's own. A collection starts wherever an object is made, so it would interrupt a thread that
    is writing to its own ring; and as only one collection runs at a time, one ring has one writer at a time.
    """

    def __init__(self, ring: Ring, clock: Callable[[], int]) -> None:
        self.ring = ring
        self._clock = clock
        self._began = -1

    def start(self) -> None:
        """Begin to listen to the collector."""
        gc.callbacks.append(self._collecting)

    def stop(self) -> None:
        """Stop listening; stopping twice does nothing."""
        if self._collecting in gc.callbacks:
            gc.callbacks.remove(self._collecting)

    def _collecting(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._began = self._clock()
        elif self._began >= 0:  # a collection that was under way when listening began has no start
            self.ring.write(self._began, self._clock(), info["generation"], threading.get_ident() & 0x7FFFFFFFFFFFFFFF)
            self._began = -1
