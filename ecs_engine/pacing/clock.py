"""The clock of frames: what time it is, and a wait that ends when it should.

The engine's frames are timed with ``CLOCK_MONOTONIC_RAW`` where the system has it: it is the bare oscillator, which no
time server slews, and so the clock to measure a display's own oscillator against. Two other clocks meet it:

* Sleeps and condition waits count ``CLOCK_MONOTONIC``, which may be slewed by up to 500 parts in a million. Every wait
  here is therefore *relative*, starts from a fresh reading, and the clock is read again after it: only the length of
  one wait is ever counted on the other clock, at most 10 us of error in a wait of 20 ms, which the closing spin takes
  up.
* Input events carry ``time.monotonic_ns()``. :meth:`MonotonicClock.from_monotonic_ns` carries such a stamp over with an
  offset read at that moment, so stamps of the last second are right to a microsecond and to 0.5 ms in the worst case.
  The two clocks drift apart without bound: never subtract one's stamp from the other's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

MAX_SPIN_NS = 200_000
"""The longest a wait may spin. A spin holds the GIL, so it is far shorter than the app's switch interval of 1 ms."""
MAX_EARLY_NS = 1_250_000
"""The longest before its deadline that a wait first wakes. A thread that wakes beside a busy one is given the GIL after
the switch interval, so this is that and a spin."""


class Clock(Protocol):
    """Nanoseconds that never go back, and a wait for one of them."""

    def now_ns(self) -> int:
        """Nanoseconds from an arbitrary moment."""
        ...

    def sleep_until_ns(self, deadline_ns: int, wake: threading.Event | None = None) -> int:
        """Wait until ``deadline_ns``, or until ``wake`` is set; return the time then. At once if it has passed."""
        ...


def _raw_reader() -> tuple[str, Callable[[], int]]:
    """The best monotonic clock of this system: its name, and the function that reads it."""
    if hasattr(time, "CLOCK_MONOTONIC_RAW"):
        raw, read = time.CLOCK_MONOTONIC_RAW, time.clock_gettime_ns
        return "CLOCK_MONOTONIC_RAW", lambda: read(raw)
    return "perf_counter", time.perf_counter_ns


class MonotonicClock:
    """The system's raw monotonic clock. One instance per thread that waits: the oversleep is learnt by each for itself.

    A wait sleeps to a little before its deadline and spins for the rest. How long before is learnt from how late the
    sleeps end, by the system and by the GIL that another thread held: at once when one ends later than expected, slowly
    back when they do not. What is left then beyond ``max_spin_ns`` is slept as well.

    Args:
        max_spin_ns: the longest spin. 0 never spins: the wait then ends as late as the system wakes it.
    """

    def __init__(self, max_spin_ns: int = MAX_SPIN_NS) -> None:
        self.name, self.now_ns = _raw_reader()
        self.max_spin_ns = max_spin_ns
        self.max_early_ns = MAX_EARLY_NS if max_spin_ns else 0
        self.early_ns = max_spin_ns // 2
        """How long before its deadline a wait first stops sleeping, at present."""

    def from_monotonic_ns(self, stamp_ns: int) -> int:
        """A recent stamp of ``time.monotonic_ns`` on this clock."""
        before = self.now_ns()
        other = time.monotonic_ns()
        return stamp_ns + (before + self.now_ns()) // 2 - other

    def sleep_until_ns(self, deadline_ns: int, wake: threading.Event | None = None) -> int:
        """See :class:`Clock`. A clock that goes back during the wait ends it."""
        now, slept = self.now_ns(), False
        for early in (self.early_ns, self.max_spin_ns):
            sleep_ns = deadline_ns - early - now
            if sleep_ns <= 0:
                continue
            if wake is None:
                time.sleep(sleep_ns * 1e-9)
            elif wake.wait(sleep_ns * 1e-9):
                return self.now_ns()
            asleep, now = now, self.now_ns()
            if now <= asleep:
                return now
            if not slept:
                self._learn(now - asleep - sleep_ns)
            slept = True
        while now < deadline_ns and (wake is None or not wake.is_set()):
            before, now = now, self.now_ns()
            if now < before:
                return now
        return now

    def _learn(self, late_ns: int) -> None:
        """Take in how late a sleep ended."""
        early = self.early_ns
        early = late_ns if late_ns > early else early - (early - late_ns) // 32
        self.early_ns = min(max(early, 0), self.max_early_ns)


class FakeClock:
    """A clock for tests, that only moves when it is told to or waited on.

    Args:
        now_ns: the first reading.
        oversleep: called at the end of each wait that had to wait; how many nanoseconds too late it ends.
    """

    def __init__(self, now_ns: int = 1_000_000_000, oversleep: Callable[[], int] | None = None) -> None:
        self._now = now_ns
        self._oversleep = oversleep

    def now_ns(self) -> int:
        """What the clock shows."""
        return self._now

    def advance(self, ns: int) -> None:
        """Let time pass; with a negative number, jump back."""
        self._now += ns

    def sleep_until_ns(self, deadline_ns: int, wake: threading.Event | None = None) -> int:
        """See :class:`Clock`."""
        if deadline_ns > self._now and not (wake is not None and wake.is_set()):
            self._now = deadline_ns + (self._oversleep() if self._oversleep is not None else 0)
        return self._now
