"""Timers: functions that are called when game time has passed."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from typing import ClassVar

from ecs_engine.core.errors import EngineError
from ecs_engine.core.system import Stage, System
from ecs_engine.systems.registries import resource_or_new


class Timer:
    """One timer; made by :class:`Timers`."""

    __slots__ = ("_timers", "due", "function", "left", "seconds")

    def __init__(self, timers: Timers, function: Callable[[], object], seconds: float, left: float) -> None:
        self._timers = timers
        self.function = function
        self.seconds = seconds
        self.left = left
        """How often it will still go off; infinite for ever, 0 when it is over."""
        self.due = timers.now + seconds

    @property
    def remaining(self) -> float:
        """Seconds of game time until it goes off next; 0 when it is over."""
        return max(self.due - self._timers.now, 0.0) if self.left else 0.0

    def cancel(self) -> None:
        """It goes off no more. Cancelling twice does nothing."""
        self.left = 0


class Timers:
    """All timers of a world, a resource. They count game time: a pause stops them, slow motion slows them down.

    Logic thread only. Functions are called before the game's own systems of that tick; what one raises comes out of
    the TimerSystem.

    >>> from ecs_engine import Timers
    >>> timers = Timers()
    >>> bell = timers.every(0.5, lambda: print("ding"))
    >>> timers.advance(1.25)
    ding
    ding
    >>> bell.remaining
    0.25
    """

    def __init__(self) -> None:
        self.now = 0.0
        """Seconds of game time since the world began."""
        self._waiting: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count()

    def after(self, seconds: float, function: Callable[[], object]) -> Timer:
        """Call ``function()`` once, when so many seconds have passed.

        Raises:
            EngineError: the time is below 0 or no finite number, or ``function`` cannot be called.
        """
        return self._start(seconds, function, 1)

    def every(self, seconds: float, function: Callable[[], object], *, times: int | None = None) -> Timer:
        """Call ``function()`` each time that so many seconds have passed, for ever or so many ``times``.

        It does not drift: the n-th call is due n times ``seconds`` from now, in the tick in which that passes.

        Raises:
            EngineError: the time or the number is not above 0, or ``function`` cannot be called.
        """
        if not seconds > 0 or (times is not None and times < 1):
            raise EngineError(f"A timer cannot go off every {seconds!r} seconds {times} times: give numbers above 0.")
        return self._start(seconds, function, float("inf") if times is None else times)

    def _start(self, seconds: float, function: Callable[[], object], times: float) -> Timer:
        if not 0 <= seconds < float("inf"):
            raise EngineError(f"A timer cannot go off after {seconds!r} seconds: give 0 or more.")
        if not callable(function):
            raise EngineError(f"A timer was given {function!r} to call: give a function.")
        timer = Timer(self, function, seconds, times)
        heapq.heappush(self._waiting, (timer.due, next(self._numbers), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Let game time pass, and call what is due, in order of time. The TimerSystem does this each tick."""
        self.now = now = self.now + seconds
        # What is added by a function that is called counts from now; with 0 seconds it goes off in the next tick.
        fence = next(self._numbers)
        while self._waiting and self._waiting[0][0] <= now:
            due, number, timer = self._waiting[0]
            if number > fence and timer.seconds == 0:
                break
            heapq.heappop(self._waiting)
            if not timer.left:
                continue
            timer.left -= 1
            if timer.left:
                timer.due = due + timer.seconds
                heapq.heappush(self._waiting, (timer.due, number, timer))
            timer.function()


class TimerSystem(System):
    """Lets the :class:`Timers` of the world go off, before the game's own systems run."""

    stage: ClassVar[Stage] = Stage.UPDATE
    priority = 1000

    def on_add(self) -> None:
        self.timers = resource_or_new(self.world, Timers)

    def process(self, dt: float) -> None:
        self.timers.advance(dt)
