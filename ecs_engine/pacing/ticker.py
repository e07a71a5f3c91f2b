"""A ticker with absolute deadlines."""

from __future__ import annotations

import threading
from time import monotonic_ns


class Ticker:
    """Deadlines at a fixed period, each counted from the first, so that late wake-ups do not add up.

    Args:
        period_ns: nanoseconds between deadlines.
        stop: an event that ends any wait at once.
        most_late: how many periods behind it may fall. Past that it starts anew from now, and those deadlines are
            skipped: after a stall, a game goes on rather than racing to catch up.
    """

    def __init__(self, period_ns: int, stop: threading.Event, most_late: int = 5) -> None:
        self.period_ns = period_ns
        self.skipped = 0
        """Deadlines that were given up so far."""
        self._stop = stop
        self._most_late = most_late
        self._deadline = monotonic_ns()

    def wait(self) -> int:
        """Wait for the next deadline and return it (``time.monotonic_ns``); at once if it has passed."""
        self._deadline += self.period_ns
        late = monotonic_ns() - self._deadline
        if late > self._most_late * self.period_ns:
            missed = late // self.period_ns
            self.skipped += missed
            self._deadline += missed * self.period_ns
        elif late < 0:
            self._stop.wait(-late * 1e-9)
        return self._deadline
