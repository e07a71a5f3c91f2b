"""The logic thread: ticks at a fixed rate, each published whole or not at all."""

from __future__ import annotations

import ctypes
import logging
import math
import threading
from collections.abc import Callable
from enum import Enum
from time import perf_counter_ns, thread_time_ns

import esper

from ecs_engine.core.errors import EngineError
from ecs_engine.core.world import World
from ecs_engine.frame.exchange import Exchange
from ecs_engine.frame.snapshot import Frame
from ecs_engine.pacing import DeadlineTicker, GarbageSlack, SlackClock
from ecs_engine.pacing.clock import MAX_SPIN_NS
from ecs_engine.trace import AnyTracer, Samples, Stage

log = logging.getLogger("ecs_engine")

LEAST_RATE, MOST_RATE = 0.01, 10_000.0
"""Ticks a second."""


LOGIC, DRAWING = range(2)
"""The two threads of an app, as its :class:`GarbageSlack` numbers them."""


AIM = 1 / 16
"""How long after a swap returns a tick is aimed, in ticks: the frame that begins there finds the GIL free."""


def checked_scale(scale: float) -> float:
    """How fast game time runs, if it can.

    Raises:
        EngineError: it is below 0 or no finite number.
    """
    if not (isinstance(scale, (int, float)) and math.isfinite(scale) and scale >= 0):
        raise EngineError(f"Game time cannot run {scale!r} times as fast: give 0 or more; 0 pauses.")
    return float(scale)


class OnError(Enum):
    """What happens when a system raises. The tick is not published in either case: the last good frame stays."""

    RAISE = "raise"
    """The app closes, and ``run`` raises the system's own exception (``step`` raises it, and the app stays open)."""
    DISABLE = "disable"
    """The system is removed, the exception is logged, and the game goes on."""


ErrorPolicy = OnError | Callable[[esper.Processor, Exception], OnError]
"""One choice for all systems, or a function that is asked each time, on the logic thread."""


class Logic:
    """Runs ticks of one world, on the calling thread (:meth:`tick`) or on a thread of its own (:meth:`start`).

    Raises:
        EngineError: the tick rate is not from 0.01 to 10,000, or ``on_error`` is neither an OnError nor a function.
    """

    def __init__(
        self, world: World, exchange: Exchange[Frame], tick_rate: float, on_error: ErrorPolicy, tracer: AnyTracer
    ) -> None:
        # Written so that NaN fails, too.
        if not (isinstance(tick_rate, (int, float)) and LEAST_RATE <= tick_rate <= MOST_RATE):
            raise EngineError(
                f"The tick rate is {tick_rate!r}: give a number of ticks a second from {LEAST_RATE} to {MOST_RATE:.0f}."
            )
        if not (isinstance(on_error, OnError) or callable(on_error)):
            raise EngineError(f"on_error is {on_error!r}: give OnError.RAISE, OnError.DISABLE, or a function.")
        self.world = world
        self.exchange = exchange
        self.dt = 1.0 / tick_rate
        """Seconds between ticks."""
        self.time_scale = 1.0
        """Game time in each second; a tick is worth ``dt`` times that. Any thread may set it."""
        self.slack = GarbageSlack(2)
        """Collects garbage while both threads wait."""
        # A spin holds the GIL, so it may be no more than a small part of the tick.
        self.clock = SlackClock(self.slack, LOGIC, min(MAX_SPIN_NS, round(self.dt * 1e9) // 8))
        """The pacing clock, which tells when ticks are due."""
        self.on_error = on_error
        self.tracer = tracer
        self.ticks = 0
        """Ticks that were begun so far."""
        self.skipped = 0
        """Ticks that were left out so far, because the ones before took too long."""
        self.wall_ms = Samples()
        """Duration of each tick."""
        self.cpu_ms = Samples()
        """Processor time of each tick, on its thread."""
        self.failure: BaseException | None = None
        """What ended the logic thread, if something was raised there. Read it once ``ended`` is set."""
        self.stopping = False
        """Set it to have no further tick begin. A plain attribute, because a signal handler may take no lock."""
        self.ended = threading.Event()
        """Set when the thread will tick no more: it was told to stop, its ticks are done, or it failed."""
        self._wake = threading.Event()
        self._ticker: DeadlineTicker | None = None
        self._thread: threading.Thread | None = None

    # -- one tick ------------------------------------------------------------------------------------
    def tick(self, due_ns: int) -> bool:
        """Run one tick and publish it; returns whether it was published.

        Args:
            due_ns: when it was due, on the pacing clock.

        Raises:
            Exception: whatever a system raised, where the policy says so.
        """
        self.ticks += 1
        began = self.tracer.now()
        wall, cpu = perf_counter_ns(), thread_time_ns()
        frame = self.exchange.back
        frame.tick, frame.time_ns = self.ticks, due_ns
        frame.dt = -1.0  # until the publishing system has filled the frame
        try:
            self.world.process(self.dt * self.time_scale)
        except Exception as error:
            if self._choice(error) is OnError.RAISE:
                raise
            self._disable(error)
            return False
        if frame.dt < 0:
            return False  # that system is switched off, and the slot still holds an older tick
        frame.entities, frame.stage_ms = self.world.entity_count, tuple(self.world.stage_times)
        self.exchange.publish(self.ticks)
        self.tracer.mark(Stage.UPDATE, self.ticks, self.ticks)
        self.tracer.span("tick", began, 0, self.ticks)
        cpu = thread_time_ns() - cpu
        self.tracer.load("tick", began, cpu)
        self.cpu_ms.add(cpu * 1e-6)
        self.wall_ms.add((perf_counter_ns() - wall) * 1e-6)
        return True

    def _choice(self, error: Exception) -> OnError:
        """What the game wants done about an exception. One that no system raised cannot be helped."""
        system = self.world.running_processor
        if system is None or isinstance(self.on_error, OnError):
            return OnError.RAISE if system is None else OnError(self.on_error)
        choice = self.on_error(system, error)
        if not isinstance(choice, OnError):
            raise EngineError(
                f"The on_error function returned {choice!r} for {type(system).__name__}: "
                "return OnError.RAISE or OnError.DISABLE."
            ) from error
        return choice

    def _disable(self, error: Exception) -> None:
        system = self.world.running_processor
        assert system is not None
        if getattr(system, "stays", False):
            log.error(
                "A callback of %s raised in tick %d; the game goes on.",
                type(system).__name__,
                self.ticks,
                exc_info=error,
            )
            return
        log.error(
            "%s raised in tick %d and is switched off; the game goes on without it.",
            type(system).__name__,
            self.ticks,
            exc_info=error,
        )
        self.world.remove_processor(system)  # not by its class: there may be others of that class, and they are sound

    # -- the thread ----------------------------------------------------------------------------------
    def start(self, most_ticks: int | None) -> None:
        """Hand the world to a new thread and let it tick until :meth:`finish` (or for ``most_ticks``). Call it once."""
        owned = threading.Event()
        thread = threading.Thread(target=self._run, args=(owned, most_ticks), name="logic")
        thread.start()
        self._thread = thread
        self.world.hand_over(thread)
        owned.set()

    def finish(self) -> None:
        """End the thread, wait for it, and take the world back. Does nothing when it is not running."""
        self.stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self.world.hand_over()
            self.exchange.rebind()

    def aim(self, moment_ns: int | None, period_ns: int) -> None:
        """Draw the ticks to a little after ``moment_ns``, the newest of moments that are about ``period_ns`` apart.

        None lets them keep their own time, and so do moments whose rate is no whole multiple of theirs, nor theirs of
        it. Any thread. While it lasts, the game runs at the rate of those moments, at most 1 % off its own.
        """
        ticker = self._ticker
        if ticker is None:
            return
        if moment_ns is not None and ticker.in_step_with(period_ns):
            ticker.aim(moment_ns + round(ticker.period_ns * AIM))
        else:
            ticker.aim(None)

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt within the thread, for a system that does not come to an end. Takes no lock."""
        if self._thread is not None and self._thread.ident is not None:
            raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
            raise_in(ctypes.c_ulong(self._thread.ident), ctypes.py_object(KeyboardInterrupt))

    @property
    def running(self) -> bool:
        """Whether the thread has the world: from :meth:`start` to :meth:`finish`."""
        return self._thread is not None

    def _run(self, owned: threading.Event, most_ticks: int | None) -> None:
        owned.wait()
        try:
            self.tracer.attach()
            ticker = self._ticker = DeadlineTicker(round(self.dt * 1e9), self._wake, clock=self.clock)
            remaining = most_ticks
            while not self.stopping and remaining != 0:
                self.tick(ticker.deadline)
                if remaining is not None:
                    remaining -= 1
                if remaining != 0:
                    ticker.wait()
                    self.skipped = ticker.skipped
        except BaseException as error:  # SystemExit, too, belongs to whoever called run
            self.failure = error
        finally:
            self.ended.set()
            self.exchange.close()  # wakes a context thread that waits for its first frame
