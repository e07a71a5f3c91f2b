"""What every pacing strategy is: when a frame begins, and which moment it shows."""

from __future__ import annotations

import math
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing.clock import Clock
from ecs_engine.pacing.delta import JUMP_NS


@dataclass(frozen=True, slots=True)
class PacingSettings:
    """How frames are to be paced.

    Raises:
        EngineError: a number is out of range.
    """

    refresh_hz: float = 60.0
    """The rate of the video mode, or the wanted rate where nothing shows frames."""
    queue_depth: int = 1
    """Frames that may be on their way to the screen, 1 or 2. With 2 a frame is made one period earlier: a slow one
    has a period in hand before it is missed, and each is seen a period later. The renderer waits before it draws for
    the fence of the frame that many before."""
    margin_ns: int = 1_000_000
    """How long before its vsync a frame should be done, where the strategy starts it just in time. Misses widen it."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.refresh_hz) and self.refresh_hz > 0):
            raise EngineError(f"Frames cannot be paced to {self.refresh_hz} Hz: give a rate above 0.")
        if self.queue_depth not in (1, 2):
            raise EngineError(f"The queue depth is {self.queue_depth}: give 1 (least latency) or 2 (smoothest).")
        if self.margin_ns < 0:
            raise EngineError(f"The margin is {self.margin_ns} ns: give 0 or more.")

    @property
    def period_ns(self) -> int:
        """Nanoseconds between frames at that rate."""
        return round(1e9 / self.refresh_hz)


class FrameTime(NamedTuple):
    """The times of one frame, in nanoseconds of the pacing clock."""

    start_ns: int
    """When its work was to begin."""
    present_ns: int
    """When it is meant to be seen: draw the world as it is then."""
    delta_ns: int
    """From the moment the frame before was meant to be seen to that of this one; 0 or more."""


class Pacer(ABC):
    """Paces the frames of one thread: ``begin_frame``, work, ``end_work``, swap, ``presented``, and again.

    The deltas add up to the way of ``present_ns``, so no time is lost. A clock that jumps back, or ahead by more than
    5 s at once, is answered by moving all that the pacer knows along with it: the game goes on as if no time had passed
    after a jump back, and one period after a jump ahead.

    Args:
        settings: what to pace to.
        clock: the pacing clock; all stamps are of it.
    """

    name: ClassVar[str]

    def __init__(self, settings: PacingSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.period_ns = settings.period_ns
        self.frames = 0
        """Frames begun so far."""
        self.jumps = 0
        """Jumps of the clock so far."""
        self.waited = False
        """Whether the newest frame waited for its start, so that ``begun_ns`` less ``start_ns`` is a wake error."""
        self.begun_ns = 0
        """When the newest frame really began."""
        self._seen = self._done = clock.now_ns()
        self._swapped: int | None = None
        self._present: int | None = None

    def begin_frame(self, wake: threading.Event | None = None) -> FrameTime:
        """Wait until the next frame should begin, or ``wake`` is set, and return its times."""
        start, present = self._plan(self._now())
        # No plan waits longer than the queue can hold; whatever went wrong with a clock, the game goes on.
        start = min(start, self._seen + (self.settings.queue_depth + 1) * self.period_ns)
        self.waited = start > self._seen
        self.clock.sleep_until_ns(start, wake)  # at once where it is late
        self.begun_ns = self._now()
        before = self._present
        self._present = max(present, present if before is None else before)
        self.frames += 1
        return FrameTime(start, self._present, 0 if before is None else self._present - before)

    def end_work(self) -> None:
        """The frame is done and about to be swapped."""
        self._done = self._now()

    def presented(self, stamp_ns: int) -> None:
        """The swap returned, at ``stamp_ns``. Leave the call out where nothing is swapped."""
        self._now()
        self._swapped = stamp_ns

    @property
    def vsync_ns(self) -> int | None:
        """When a vsync was lately, for a logic ticker to keep step with; None where that is not known. Any thread."""
        return None

    @property
    def aim_ns(self) -> int | None:
        """The moment that a strategy wants ticks to keep step with; None where they keep their own time."""
        return None

    def _now(self) -> int:
        """Read the clock, and answer a jump."""
        now = self.clock.now_ns()
        passed = now - self._seen
        self._seen = now
        if not 0 <= passed <= JUMP_NS:
            self.jumps += 1
            self._shift(passed if passed < 0 else passed - self.period_ns)
        return now

    @abstractmethod
    def _plan(self, now_ns: int) -> tuple[int, int]:
        """When the next frame is to begin, and when it will be seen."""

    def _shift(self, ns: int) -> None:
        """Move every stored moment: the clock jumped."""
        self._done += ns
        if self._present is not None:
            self._present += ns
        if self._swapped is not None:
            self._swapped += ns
