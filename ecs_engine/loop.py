"""The logic thread: ticks at a fixed rate, each published whole or not at all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import Enum
from time import monotonic_ns, perf_counter_ns, thread_time_ns

import esper

from ecs_engine.core.world import World
from ecs_engine.frame.exchange import Exchange
from ecs_engine.frame.snapshot import Frame
from ecs_engine.pacing.ticker import Ticker
from ecs_engine.trace.samples import Samples

log = logging.getLogger("ecs_engine")


class OnError(Enum):
    """What happens when a system raises. The tick is not published in either case: the last good frame stays."""

    RAISE = "raise"
    """The app closes, and ``run`` (or ``step``) raises the system's own exception."""
    DISABLE = "disable"
    """The system is removed, the exception is logged, and the game goes on."""


ErrorPolicy = OnError | Callable[[esper.Processor, Exception], OnError]
"""One choice for all systems, or a function that is asked each time, on the logic thread."""


class Logic:
    """Runs ticks of one world, on the calling thread (:meth:`tick`) or on a thread of its own (:meth:`start`)."""

    def __init__(self, world: World, exchange: Exchange[Frame], tick_rate: float, on_error: ErrorPolicy) -> None:
        self.world = world
        self.exchange = exchange
        self.dt = 1.0 / tick_rate
        self.on_error = on_error
        self.ticks = 0
        """Ticks that were begun so far."""
        self.wall_ms = Samples()
        """Duration of each tick."""
        self.cpu_ms = Samples()
        """Processor time of each tick, on its thread."""
        self.failure: Exception | None = None
        """What ended the logic thread, if it was a system that raised."""
        self.stop = threading.Event()
        self.wake_main = threading.Event()
        """Set when the context thread has something to see at once: a failure, or the end."""
        self._thread: threading.Thread | None = None

    # -- one tick ------------------------------------------------------------------------------------
    def tick(self, due_ns: int) -> bool:
        """Run one tick and publish it; returns whether it was published.

        Raises:
            Exception: whatever a system raised, where the policy says so.
        """
        self.ticks += 1
        wall, cpu = perf_counter_ns(), thread_time_ns()
        frame = self.exchange.back
        frame.tick, frame.time_ns = self.ticks, due_ns
        try:
            self.world.process(self.dt)
        except Exception as error:
            self._handle(error)
            return False
        self.exchange.publish(self.ticks)
        self.cpu_ms.add((thread_time_ns() - cpu) * 1e-6)
        self.wall_ms.add((perf_counter_ns() - wall) * 1e-6)
        return True

    def _handle(self, error: Exception) -> None:
        processor = self.world.running_processor
        policy = self.on_error
        if processor is None:
            raise error
        if not isinstance(policy, OnError):
            policy = policy(processor, error)
        if policy is OnError.RAISE:
            raise error
        log.error(
            "%s raised in tick %d and is switched off; the game goes on without it.",
            type(processor).__name__,
            self.ticks,
            exc_info=error,
        )
        self.world.remove_processor(type(processor))

    # -- the thread ----------------------------------------------------------------------------------
    def start(self, most_ticks: int | None) -> None:
        """Hand the world to a new thread and let it tick until :meth:`finish` (or for ``most_ticks``)."""
        self.failure = None
        self.stop.clear()
        self.wake_main.clear()
        owned = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(owned, most_ticks), name="logic")
        self._thread.start()
        self.world.hand_over(self._thread)
        owned.set()

    def finish(self) -> None:
        """End the thread, wait for it, and take the world back. Does nothing when it is not running."""
        self.stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self.world.hand_over()
            self.exchange.rebind()

    @property
    def running(self) -> bool:
        """Whether the thread is alive."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self, owned: threading.Event, most_ticks: int | None) -> None:
        owned.wait()
        try:
            ticker = Ticker(round(self.dt * 1e9), self.stop)
            due_ns = monotonic_ns()
            remaining = most_ticks
            while not self.stop.is_set() and remaining != 0:
                self.tick(due_ns)
                remaining = None if remaining is None else remaining - 1
                due_ns = ticker.wait()
        except Exception as error:
            self.failure = error
        finally:
            self.wake_main.set()
