"""A ticker with absolute deadlines."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic_ns
from typing import Protocol


class Stop(Protocol):
    """What a wait can be ended by: a ``threading.Event``."""

    def wait(self, timeout: float) -> object: ...


class Ticker:
    """Deadlines at a fixed period, each counted from the first, so that late wake-ups do not add up.

    Args:
        period_ns: nanoseconds between deadlines, above 0.
        stop: an event that ends any wait at once.
        most_late: how many periods behind it may fall. Past that the deadlines that have gone by are skipped: after a
            stall, a game goes on rather than racing to catch up.
        clock: nanoseconds now; tests pass one of their own.
    """

    def __init__(
        self, period_ns: int, stop: Stop, most_late: int = 5, *, clock: Callable[[], int] = monotonic_ns
    ) -> None:
        self.period_ns = period_ns
        self.skipped = 0
        """Deadlines that were given up so far."""
        self._stop = stop
        self._most_late = most_late
        self._clock = clock
        self.deadline = clock()
        """The last deadline; the first is the moment the ticker was made."""

    def wait(self) -> int:
        """Wait for the next deadline and return it, in the clock's nanoseconds; at once if it has passed."""
        self.deadline += self.period_ns
        late = self._clock() - self.deadline
        if late > self._most_late * self.period_ns:
            missed = late // self.period_ns
            self.skipped += missed
            self.deadline += missed * self.period_ns
        elif late < 0:
            self._stop.wait(-late * 1e-9)
        return self.deadline
