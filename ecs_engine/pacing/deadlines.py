"""A ticker with absolute deadlines and precise waits, that can be steered."""

from __future__ import annotations

import threading

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing.clock import Clock, MonotonicClock

GAIN = 1 / 16
"""How much of the smoothed error one tick takes back."""
SMOOTHING = 1 / 4
"""Weight of the newest error in the smoothed one."""
IN_STEP = 0.01
"""How far, as a share, two periods may be from whole multiples of each other and still be kept in step."""


class DeadlineTicker:
    """Deadlines at a fixed period, each counted from the last deadline, so that late wake-ups do not add up.

    Args:
        period_ns: nanoseconds between deadlines, above 0.
        stop: an event that ends any wait at once.
        most_late: how many periods behind it may fall. Past that the deadlines that have gone by are skipped: after a
            stall, a game goes on rather than racing to catch up.
        clock: what the deadlines are read on.

    A clock that jumps ahead is a stall. One that jumps back would leave the next deadline far ahead: then the ticker
    starts again from now. One thread waits; :meth:`aim` may be called from another.

    Raises:
        EngineError: the period is not above 0.
    """

    def __init__(
        self, period_ns: int, stop: threading.Event | None = None, most_late: int = 5, *, clock: Clock | None = None
    ) -> None:
        if period_ns <= 0:
            raise EngineError(f"A ticker cannot have a period of {period_ns} ns: give one above 0.")
        self.period_ns = period_ns
        self.skipped = 0
        """Deadlines that were given up so far."""
        self.error_ns = 0.0
        """Smoothed distance from the deadlines to where they are aimed; 0 when they were never aimed."""
        self._stop = stop
        self._most_late = most_late
        self._clock = clock if clock is not None else MonotonicClock()
        self._aim: int | None = None
        self.deadline = self._clock.now_ns()
        """The last deadline; the first is the moment the ticker was made."""

    def aim(self, moment_ns: int | None) -> None:
        """Draw the next deadline towards ``moment_ns`` or whole periods from it, by a smoothed error; None lets go.

        Called again and again with the newest moment, for instance that of a swap, it makes the ticks keep step with
        it. It stores one number and may be called from any thread.
        """
        self._aim = moment_ns

    def in_step_with(self, period_ns: int) -> bool:
        """Whether :meth:`aim` can follow something with that period: one of the two is, within 1 %, a whole multiple of
        the other."""
        ratio = max(self.period_ns, period_ns) / min(self.period_ns, period_ns)
        return abs(ratio / round(ratio) - 1) <= IN_STEP

    def wait(self) -> int:
        """Wait for the next deadline and return it, in the clock's nanoseconds; at once if it has passed."""
        due = self.advance(self._clock.now_ns())
        self._clock.sleep_until_ns(due, self._stop)
        return due

    def advance(self, now_ns: int) -> int:
        """The next deadline, without waiting for it; ``now_ns`` is what the clock reads."""
        period = self.period_ns
        self.deadline += period + self._correction()
        late = now_ns - self.deadline
        if late > self._most_late * period:
            missed = late // period
            self.skipped += missed
            self.deadline += missed * period
        elif -late > 2 * period:
            self.deadline = now_ns + period
        return self.deadline

    def _correction(self) -> int:
        """How far this deadline moves towards the aim."""
        aim, self._aim = self._aim, None
        if aim is None:
            return 0
        # Of the moments whole periods from the aim, the one nearest to the smoothed error counts. Taken nearest to the
        # deadline, readings half a period away would fall on either side of it and cancel out.
        period, half = self.period_ns, self.period_ns / 2
        self.error_ns += SMOOTHING * ((aim - self.deadline - self.error_ns + half) % period - half)
        self.error_ns = min(max(self.error_ns, -period), period)
        return round(self.error_ns * GAIN)
