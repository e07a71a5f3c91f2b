"""The simple pacing strategies: a ticker, a ticker that swaps recalibrate, the swaps themselves. And all by name."""

from __future__ import annotations

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing.clock import Clock
from ecs_engine.pacing.deadlines import DeadlineTicker
from ecs_engine.pacing.pacer import Pacer, PacingSettings
from ecs_engine.pacing.phase_locked import PhaseLockedPacer


class TickerPacer(Pacer):
    """Frames at a fixed rate, whatever the display does. Beside a real display its phase against vsync is left to
    chance, and where the rates differ a little it drifts through all of them."""

    name = "ticker"

    def __init__(self, settings: PacingSettings, clock: Clock) -> None:
        super().__init__(settings, clock)
        self._ticks = DeadlineTicker(self.period_ns, most_late=1, clock=clock)

    def _plan(self, now_ns: int) -> tuple[int, int]:
        due = self._ticks.advance(now_ns)
        return due, due + self.period_ns

    def _shift(self, ns: int) -> None:
        super()._shift(ns)
        self._ticks.aim(None)
        self._ticks.deadline += ns


class CooperativePacer(TickerPacer):
    """A ticker whose deadlines are drawn to the moments at which swaps return, by a smoothed error. The logic thread's
    ticks are meant to be drawn there, too."""

    name = "cooperative"

    @property
    def vsync_ns(self) -> int | None:
        """When the newest swap returned."""
        return self._swapped

    @property
    def aim_ns(self) -> int | None:
        """See :attr:`Pacer.aim_ns`: when the newest swap returned."""
        return self._swapped

    def presented(self, stamp_ns: int) -> None:
        """See :meth:`Pacer.presented`."""
        super().presented(stamp_ns)
        self._ticks.aim(stamp_ns)


class VsyncPacer(Pacer):
    """A frame begins as soon as the swap of the last one returns; its delta is the time between those returns.

    Where swaps do not block (vsync off, a hidden window), frames still begin no closer than half a period apart:
    uncapped drawing would starve the logic thread.
    """

    name = "vsync"

    def __init__(self, settings: PacingSettings, clock: Clock) -> None:
        super().__init__(settings, clock)
        self._start = self._seen - self.period_ns

    def _plan(self, now_ns: int) -> tuple[int, int]:
        self._start = max(now_ns, self._start + self.period_ns // 2)
        swapped, self._swapped = self._swapped, None
        if swapped is None or self._start - swapped > self.period_ns:
            swapped = self._start
        return self._start, swapped + self.period_ns

    def _shift(self, ns: int) -> None:
        super()._shift(ns)
        self._start += ns


PACERS: dict[str, type[Pacer]] = {
    pacer.name: pacer for pacer in (TickerPacer, VsyncPacer, CooperativePacer, PhaseLockedPacer)
}


def make_pacer(name: str, settings: PacingSettings, clock: Clock) -> Pacer:
    """A pacer by its name: ``phase_locked`` (the default of the engine), ``cooperative``, ``vsync`` or ``ticker``.

    Raises:
        EngineError: no strategy has that name.
    """
    if name not in PACERS:
        raise EngineError(f"There is no pacing strategy {name!r}: the strategies are {', '.join(PACERS)}.")
    return PACERS[name](settings, clock)
