"""The engine's own pacing: locked to the vsync grid, and started just in time."""

from __future__ import annotations

from enum import Enum

from ecs_engine.pacing.clock import Clock
from ecs_engine.pacing.grid import ACQUIRE, VsyncGrid
from ecs_engine.pacing.pacer import Pacer, PacingSettings

FREE_SWAP_NS = 100_000
"""A swap that returns sooner than this did not wait for anything."""
DECAY = 1 / 1024
"""How much of the way back the remembered worst work goes in a frame: by half in 12 s at 60 Hz."""


STEADY = 1 / 10
"""The most jitter, in periods, at which frames start just in time."""
RETRY = 16
"""Of so many times 30 frames without a grid, two are spent looking for one: a second in eight at 60 Hz."""


class Mode(Enum):
    """How the next frame is planned."""

    ACQUIRING = "acquiring"
    """The grid is being learnt, or shaky: frames begin as swaps return."""
    LOCKED = "locked"
    """The grid holds: frames begin just in time."""
    FREE = "free"
    """There is no grid, or swaps do not wait for it: frames begin a nominal period apart."""


class PhaseLockedPacer(Pacer):
    """Each frame aims at a vsync of the grid, is worth whole vsyncs, and begins just in time to be done for it.

    The start is the vsync, less the worst recent work (taken in at once, forgotten slowly), less the jitter of the
    swaps, less a margin. Work counts from the moment the frame should have begun, so waking late is part of it. A
    missed vsync widens the margin by half, up to half a period; frames that are on time narrow it slowly. On a machine
    too busy to wake in time, frames so come to begin as the swap returns: latency is given up for smoothness.

    Guards: the period comes from the video mode and the first 30 swaps; where stamps follow no grid, and where 30 swaps
    in a row returned at once, frames begin at fixed intervals of the nominal period. Now and then they follow the swaps
    for a second instead, to see whether there is a grid again.
    """

    name = "phase_locked"

    def __init__(self, settings: PacingSettings, clock: Clock) -> None:
        super().__init__(settings, clock)
        self.grid = VsyncGrid(settings.period_ns)
        self.missed = 0
        """Vsyncs that passed without the frame that was meant for them."""
        self.margin_ns = float(settings.margin_ns)
        """The margin at present."""
        self.work_ns = 0.0
        """The worst recent work."""
        self._typical = 0.0
        self._start = self._seen - self.period_ns
        self._target: int | None = None
        self._swaps = 0
        self._free_swaps = 0

    @property
    def mode(self) -> Mode:
        """How the next frame will be planned."""
        if self._free_swaps >= ACQUIRE:
            return Mode.FREE
        if not self.grid.usable:
            return Mode.ACQUIRING if self.grid.attempts % RETRY < 2 else Mode.FREE
        # Frames that start just in time make their own rhythm: a display that has become faster would only show as
        # jitter. So where there is much of it, follow the swaps again, and see.
        steady = self.grid.locked and self.grid.jitter_ns < STEADY * self.grid.period_ns
        return Mode.LOCKED if steady else Mode.ACQUIRING

    @property
    def vsync_ns(self) -> int | None:
        """See :attr:`Pacer.vsync_ns`: the newest vsync, while locked."""
        return round(self.grid.at(self.grid.count)) if self.mode is Mode.LOCKED else None

    def _plan(self, now_ns: int) -> tuple[int, int]:
        mode = self.mode
        if mode is Mode.FREE or not self._swaps:
            self._target = None
            self._start = max(now_ns, self._start + self.period_ns)
            return self._start, self._start + self.period_ns
        grid = self.grid
        if not grid.usable:
            # Nothing is known but that swaps wait: follow them, so that their returns show what they wait for.
            self._target = None
            self._start = max(now_ns, self._start + self.period_ns // 4)
            return self._start, self._start + self.period_ns
        # The first vsync that no frame was meant for yet and that typical work can still reach. Planning with the worst
        # work would halve the frame rate for seconds after one slow frame.
        target = max(grid.count + 1, grid.first_after(now_ns + self._typical))
        if self._target is not None:
            target = max(target, min(self._target + 1, target + self.settings.queue_depth))
        self._target = target
        vsync = grid.at(target)
        if mode is Mode.ACQUIRING:
            self._start = max(now_ns, self._start + self.period_ns // 2)
        else:
            early = (self.settings.queue_depth - 1) * grid.period_ns + self.work_ns + self.margin_ns + grid.jitter_ns
            self._start = max(now_ns, round(vsync - early))
        return self._start, round(vsync)

    def end_work(self) -> None:
        """See :meth:`Pacer.end_work`."""
        super().end_work()
        # A hitch foretells nothing: it counts as two periods, unless frames have been that slow before.
        work = min(float(max(self._done - self._start, 0)), 2 * max(self._typical, self.period_ns))
        self._typical += (work - self._typical) / 8
        self.work_ns = work if work > self.work_ns else self.work_ns - (self.work_ns - work) * DECAY

    def presented(self, stamp_ns: int) -> None:
        """See :meth:`Pacer.presented`."""
        super().presented(stamp_ns)
        self._swaps += 1
        free = stamp_ns - self._done < FREE_SWAP_NS
        if self._free_swaps >= ACQUIRE and not free:
            # Swaps wait again. What those that did not wait have taught the grid is not to be kept.
            self.grid, self._target = VsyncGrid(self.settings.period_ns), None
        self._free_swaps = self._free_swaps + 1 if free else 0
        grid, target = self.grid, self._target
        if grid.update(stamp_ns) is None or target is None:
            return
        late = grid.count - target
        if late <= 0:
            self.margin_ns += (self.settings.margin_ns - self.margin_ns) * DECAY
            return
        self.missed += late
        self.margin_ns = min(1.5 * self.margin_ns + 100_000, max(self.period_ns / 2, self.settings.margin_ns))

    def _shift(self, ns: int) -> None:
        super()._shift(ns)
        self.grid.shift(ns)
        self._start += ns
