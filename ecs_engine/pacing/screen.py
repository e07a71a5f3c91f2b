"""Pacing to a window, whose swaps may be a clock or none."""

from __future__ import annotations

import threading
from enum import Enum

from ecs_engine.pacing.clock import Clock
from ecs_engine.pacing.pacer import FrameTime, Pacer, PacingSettings
from ecs_engine.pacing.strategies import TickerPacer, make_pacer

PROBE = 16
"""Intervals between swaps that are judged together."""
PRESS = 7 / 8
"""Length of a period while it is found out whether swaps wait: too short for the screen."""
HELD = 15 / 16
"""The least mean interval, in periods, of swaps that wait."""
RETRY, MOST_RETRY = 512, 4096
"""Frames until swaps that did not wait are tried again, at first and, doubled each time, at most."""


class Swaps(Enum):
    """What is known of the swaps."""

    PROBED = "probed"
    """Frames are pressed a little, to see whether swaps hold them back."""
    WAIT = "wait"
    """They do, and the strategy paces."""
    FREE = "free"
    """They do not (no vsync, no screen, a hidden window): frames begin a period apart."""


class ScreenPacer:
    """A strategy by its name while swaps wait for the screen, and a plain ticker at its rate while they do not.

    A swap that does not wait may still take its time: copying a picture by hand costs a millisecond. So neither how
    long it takes nor how even it is tells anything, and a strategy that followed it would follow itself. What tells is
    whether swaps hold frames back: for 16 frames these begin an eighth of a period early. Where swaps wait, as many
    periods pass as frames; where they do not, fewer. From then on, the strategy's frames are watched for that, too.

    Args:
        name: of the strategy, see :func:`make_pacer`.
        settings: what to pace to. The rate is believed: a screen that is faster gets no more frames.
        clock: the pacing clock.
        swaps_wait: False where it is known that swaps do not wait.

    One thread uses it, as it would a :class:`Pacer`.

    Raises:
        EngineError: no strategy has that name.
    """

    def __init__(self, name: str, settings: PacingSettings, clock: Clock, *, swaps_wait: bool = True) -> None:
        self.settings = settings
        self.name = name
        self._clock = clock
        self._present: int | None = None
        self._changed = False
        self._retry = RETRY
        self._last: int | None = None
        self._count = self._sum = 0
        self.swaps = Swaps.FREE
        """What is known of the swaps at present."""
        self.pacer: Pacer = make_pacer(name, settings, clock)
        """What paces at present."""
        self._fixed = not swaps_wait or name == TickerPacer.name
        self._become(Swaps.FREE if self._fixed else Swaps.PROBED)

    def begin_frame(self, wake: threading.Event | None = None) -> FrameTime:
        """See :meth:`Pacer.begin_frame`."""
        time = self.pacer.begin_frame(wake)
        present, before = time.present_ns, self._present
        if self._changed and before is not None:
            # Another strategy sees its first frame at another moment; the picture need not go back for that.
            if 0 < before - present < 3 * self.settings.period_ns:
                present = before
            time = FrameTime(time.start_ns, present, max(present - before, 0))
        self._changed, self._present = self._changed and present == before, present
        return time

    def end_work(self) -> None:
        """See :meth:`Pacer.end_work`."""
        self.pacer.end_work()

    def presented(self, stamp_ns: int) -> None:
        """See :meth:`Pacer.presented`."""
        self.pacer.presented(stamp_ns)
        if self._fixed:
            return
        period = self.settings.period_ns
        last, self._last = self._last, stamp_ns
        if last is None:
            return
        self._count += 1
        if self.swaps is Swaps.FREE:
            if self._count >= self._retry:
                self._retry = min(2 * self._retry, MOST_RETRY)
                self._become(Swaps.PROBED)
            return
        # One hitch among them must not hide what all the others say.
        self._sum += min(max(stamp_ns - last, 0), period + period // 2)
        if self._count < PROBE:
            return
        held = self._sum >= HELD * PROBE * period
        self._count = self._sum = 0
        if not held:
            self._become(Swaps.FREE)
        elif self.swaps is Swaps.PROBED:
            self._become(Swaps.WAIT)

    @property
    def vsync_ns(self) -> int | None:
        """See :attr:`Pacer.vsync_ns`."""
        return self.pacer.vsync_ns if self.swaps is Swaps.WAIT else None

    @property
    def aim_ns(self) -> int | None:
        """See :attr:`Pacer.aim_ns`."""
        return self.pacer.aim_ns if self.swaps is Swaps.WAIT else None

    def _become(self, swaps: Swaps) -> None:
        settings = self.settings
        if swaps is Swaps.WAIT:
            self._retry = RETRY
            self.pacer = make_pacer(self.name, settings, self._clock)
        else:
            hz = settings.refresh_hz / PRESS if swaps is Swaps.PROBED else settings.refresh_hz
            self.pacer = make_pacer(TickerPacer.name, PacingSettings(hz, settings.queue_depth), self._clock)
        self.swaps, self._changed = swaps, True
        self._last, self._count, self._sum = None, 0, 0
