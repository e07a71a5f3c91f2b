"""Where vsyncs come from: the swaps of a real window, or a display that is simulated."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Mapping
from typing import Protocol

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing.clock import Clock


class VsyncSource(Protocol):
    """Shows frames, and tells when."""

    def wait_swap(self) -> int:
        """Hand the finished frame over and block as a swap does; return the time of return on the pacing clock.

        On the thread that owns the context.
        """
        ...


class SwapSource:
    """The swaps of a real window, stamped as they return.

    Args:
        swap: shows the frame, for instance ``window.swap``.
        clock: the pacing clock.
    """

    def __init__(self, swap: Callable[[], object], clock: Clock) -> None:
        self._swap = swap
        self._clock = clock

    def wait_swap(self) -> int:
        """See :class:`VsyncSource`."""
        self._swap()
        return self._clock.now_ns()


class SimulatedDisplay:
    """A display without the display: blocks and stamps as a double-buffered swap would, and knows the truth.

    A frame handed over is shown at the first vsync from then on that no earlier frame was shown at.

    Args:
        clock: where it waits: a :class:`FakeClock` for traces, a real clock (one that does not spin, as a driver does
            not hold the GIL) for benchmarks.
        refresh_hz: vsyncs a second, above 0; with ``least_hz`` the most a second.
        least_hz: makes the refresh variable: a frame is shown as soon as it is handed over, if the last one was not
            less than ``1 / refresh_hz`` ago; after ``1 / least_hz`` without one the panel shows the old one again.
        jitter_ns: standard deviation of the moment a swap returns, about the vsync; normally distributed.
        drop_rate: share of frames that are shown one vsync late for no visible reason.
        spike_rate: share of swaps that return late though the frame was shown in time.
        spike_ns: how late, at most; at least half of it.
        hitches: frame number -> nanoseconds for which that swap blocks before anything else happens.
        queue_depth: frames that may wait for their vsync: with 2 a swap blocks until the frame before is shown.
        blocks: False for a swap that returns at once, as without vsync.
        seed: of the random numbers.

    Raises:
        EngineError: a rate is not above 0.
    """

    def __init__(
        self,
        clock: Clock,
        refresh_hz: float = 60.0,
        *,
        least_hz: float | None = None,
        jitter_ns: float = 0.0,
        drop_rate: float = 0.0,
        spike_rate: float = 0.0,
        spike_ns: float = 0.0,
        hitches: Mapping[int, int] | None = None,
        queue_depth: int = 1,
        blocks: bool = True,
        seed: int = 0,
    ) -> None:
        self._clock = clock
        self._random = random.Random(seed)
        self._jitter, self._drop_rate = jitter_ns, drop_rate
        self._spike_rate, self._spike = spike_rate, spike_ns
        self._hitches = dict(hitches or {})
        self._blocks = blocks
        self._queue: deque[float] = deque([float(clock.now_ns())] * queue_depth, queue_depth)
        self.frames = 0
        """Frames handed over so far."""
        self.vsyncs = 0
        """Vsyncs from the frame before to the newest one (with a variable refresh always 1)."""
        self.shown_ns = float(clock.now_ns())
        """When the newest frame was shown: the truth, which the stamp only tells about."""
        self.set_refresh(refresh_hz, least_hz)

    def set_refresh(self, refresh_hz: float, least_hz: float | None = None) -> None:
        """Change the video mode; the newest vsync stays where it was."""
        if not refresh_hz > 0 or (least_hz is not None and not 0 < least_hz <= refresh_hz):
            raise EngineError(
                f"A display cannot refresh {refresh_hz} times a second (at least {least_hz}): give numbers above 0, "
                "the least no larger than the most."
            )
        self.period_ns = 1e9 / refresh_hz
        self._most_ns = None if least_hz is None else 1e9 / least_hz

    def wait_swap(self) -> int:
        """See :class:`VsyncSource`."""
        rng, ready = self._random, float(self._clock.now_ns())
        ready += self._hitches.get(self.frames, 0)
        self.frames += 1
        shown = self._next(ready)
        if self._drop_rate and rng.random() < self._drop_rate:
            shown += self.period_ns
        self.vsyncs = 1 if self._most_ns else round((shown - self.shown_ns) / self.period_ns)
        self.shown_ns = shown
        self._queue.append(shown)
        stamp = self._queue[0] + rng.gauss(0.0, self._jitter)
        if self._spike_rate and rng.random() < self._spike_rate:
            stamp += self._spike * rng.uniform(0.5, 1.0)
        if self._blocks:
            self._clock.sleep_until_ns(math.ceil(max(stamp, ready)))
        return self._clock.now_ns()

    def _next(self, ready: float) -> float:
        """When a frame that is ready then will be shown."""
        earliest = self.shown_ns + self.period_ns
        if self._most_ns is None:
            return self.shown_ns + self.period_ns * max(math.ceil((ready - self.shown_ns) / self.period_ns), 1)
        if ready > self.shown_ns + self._most_ns:
            # The panel repeated the old frame, and must have done with that.
            repeated = ready - (ready - self.shown_ns) % self._most_ns
            earliest = repeated + self.period_ns
        return max(ready, earliest)
