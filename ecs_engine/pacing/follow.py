"""Pacing where the ticks set the pace: each is drawn once, as soon as it is there."""

from __future__ import annotations

from ecs_engine.pacing.clock import Clock
from ecs_engine.pacing.pacer import Pacer, PacingSettings


class FollowPacer(Pacer):
    """Frames that each wait for a tick, and are no closer than a period. The caller waits for the tick, and may call
    ``begin_frame`` again and again until it is there."""

    name = "follow"

    def __init__(self, settings: PacingSettings, clock: Clock) -> None:
        super().__init__(settings, clock)
        self._due = self._seen

    def _plan(self, now_ns: int) -> tuple[int, int]:
        start = max(now_ns, self._due)
        return start, start + self.period_ns

    def presented(self, stamp_ns: int) -> None:
        """See :meth:`Pacer.presented`."""
        super().presented(stamp_ns)
        self._due = next_due(self._due, self.begun_ns, self.period_ns)

    def _shift(self, ns: int) -> None:
        super()._shift(ns)
        self._due += ns


def next_due(due_ns: int, began_ns: int, period_ns: int) -> int:
    """When the next frame may begin at the earliest.

    A frame that waited for its tick does not put off the next one: counted from its beginning, frames as frequent as
    the ticks would fall behind them bit by bit, and each be late by up to a tick.
    """
    return min(max(due_ns + period_ns, began_ns), began_ns + period_ns)
