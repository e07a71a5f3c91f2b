"""Garbage is collected in the slack: while every thread of an app waits for its next deadline.

A collection holds the GIL, so it stops all threads, whichever of them runs it. It fits where the nearest of their
deadlines is further away than it is expected to take::

    logic    | tick ......... |          waits until the next tick        |
    drawing  | waits until its start     | frame | swap | waits ......... |
                              ^ the logic thread is the last to begin to wait, and collects here

With the interpreter's own collection switched off, CPython 3.11 (which collects wherever an object is made), 3.12 and
3.13 (which collect between two instructions) behave alike: nothing is collected but what is asked for here, and
``gc.get_count`` goes on counting, so that it tells what would be due.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from time import perf_counter_ns
from typing import Protocol

from ecs_engine.pacing.clock import MAX_SPIN_NS, MonotonicClock

MARGIN_NS = 250_000
"""What must be left of the slack after a collection: more than a wait spins before its deadline."""
FIRST_NS = 1_000_000
"""How long a collection is expected to take before the first one of its generation was measured."""
DECAY = 1 / 16
"""How much of the way back the expectation goes where a collection took less."""
FORGET = 1 / 1024
"""How much of itself it loses each time it keeps one from being made though all wait: by half in 12 s at 60 Hz."""
BOUND = 10
"""How many times its threshold a generation may grow where there is never slack."""
FOREVER = sys.maxsize
"""The deadline of a thread that has none."""


class Collector(Protocol):
    """The part of the module ``gc`` that is used here."""

    def get_count(self) -> tuple[int, int, int]: ...
    def get_threshold(self) -> tuple[int, int, int]: ...
    def collect(self, generation: int) -> int: ...


class GarbageSlack:
    """Knows until when each thread waits, and collects garbage when all of them wait for long enough.

    A generation is due where the interpreter would collect it: when its count passes its threshold. The oldest that is
    due and fits is collected. How long one takes is measured: the longest is taken in at once and forgotten slowly.
    Where there is never slack, a generation that has come to ten times its threshold is collected anyway, at the end
    of a tick or frame, and counted in :attr:`forced`.

    Args:
        threads: how many threads there are; each is a number from 0.
        collector: the module ``gc``, except in tests.
        timer_ns: measures collections.

    Each thread calls :meth:`waits`, :meth:`collect` and :meth:`works` for itself.
    """

    def __init__(
        self,
        threads: int,
        *,
        collector: Collector = gc,
        timer_ns: Callable[[], int] = perf_counter_ns,
    ) -> None:
        self.enabled = False
        """Whether anything is collected here."""
        self.collections = [0, 0, 0]
        """Collections so far, by generation."""
        self.forced = 0
        """How many of them there was no slack for."""
        self.expected_ns = [float(FIRST_NS)] * 3
        """How long one of each generation is expected to take."""
        self._timer_ns, self._gc = timer_ns, collector
        self._until = [0] * threads

    def waits(self, thread: int, until_ns: int) -> None:
        """The thread has nothing to do until then, so others may collect."""
        self._until[thread] = until_ns

    def works(self, thread: int) -> None:
        """The thread no longer waits."""
        self._until[thread] = 0

    def collect(self, thread: int, until_ns: int, now_ns: int) -> None:
        """Collect what is due, if there is room for it until then and until every other thread's deadline.

        By the thread itself, at the end of a tick or frame.
        """
        if not self.enabled:
            return
        counts, thresholds = self._gc.get_count(), self._gc.get_threshold()
        if not 0 < thresholds[0] < counts[0]:
            return  # as the interpreter has it: a first threshold of 0 switches it off
        due = [age for age in (2, 1, 0) if counts[age] > thresholds[age]]
        for other, other_until_ns in enumerate(self._until):
            if other != thread:
                until_ns = min(until_ns, other_until_ns)
        room = until_ns - now_ns - MARGIN_NS
        for age in due:
            if self.expected_ns[age] <= room:
                self._collect(age)
                return
            if room > 0:
                self.expected_ns[age] -= self.expected_ns[age] * FORGET
        for age in due:
            if counts[age] > BOUND * thresholds[age]:
                self.forced += 1
                self._collect(age)
                return

    def _collect(self, age: int) -> None:
        began = self._timer_ns()
        self._gc.collect(age)
        took, expected = self._timer_ns() - began, self.expected_ns[age]
        self.expected_ns[age] = took if took > expected else expected - (expected - took) * DECAY
        self.collections[age] += 1


class SlackClock(MonotonicClock):
    """The clock of one thread, whose waits are slack: before it sleeps, it collects what is due and fits.

    Args:
        slack: is told of the waits.
        thread: which thread waits here.
        max_spin_ns: see :class:`MonotonicClock`.
    """

    def __init__(self, slack: GarbageSlack, thread: int, max_spin_ns: int = MAX_SPIN_NS) -> None:
        super().__init__(max_spin_ns)
        self.slack = slack
        self._thread = thread

    def sleep_until_ns(self, deadline_ns: int, wake: threading.Event | None = None) -> int:
        """See :class:`Clock`."""
        self.slack.waits(self._thread, deadline_ns)
        try:
            self.slack.collect(self._thread, deadline_ns, self.now_ns())
            return super().sleep_until_ns(deadline_ns, wake)
        finally:
            self.slack.works(self._thread)

    def pause(self) -> None:
        """Collect what is due where this thread is between two frames that nothing paces: only the deadlines of others
        count. It does not wait, so others may not collect meanwhile."""
        self.slack.collect(self._thread, FOREVER, self.now_ns())

    def waits(self, until_ns: int) -> None:
        """This thread is about to wait elsewhere, probably until then."""
        self.slack.waits(self._thread, until_ns)

    def works(self) -> None:
        """It no longer does."""
        self.slack.works(self._thread)
