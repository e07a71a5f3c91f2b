"""Delta-time compensation: even steps of game time out of uneven stamps, with no wall time lost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing.grid import VsyncGrid

JUMP_NS = 5_000_000_000
"""A gap from which on the clock is taken to have jumped: the machine slept, or a debugger held the process."""
ALPHA = 0.85
"""Weight of the newest delta in the exponential smoothing."""
WINDOW = 9
"""Deltas in the sliding median."""


class DeltaSmoother(ABC):
    """Turns the stamps of frames into the time that each frame is worth.

    ``game_ns`` is the sum of all deltas, ``wall_ns`` the time that the stamps say has passed. They are never more than
    one period apart. Time that goes back, or ahead by more than 5 s in one go, is a jump of the clock and no time that
    passed: a frame after a jump back is worth 0, one after a jump ahead is worth one period, and wall time goes on
    from there. One thread only.

    Args:
        period_ns: the expected time between frames, above 0: that of the video mode.

    Raises:
        EngineError: the period is not above 0.
    """

    def __init__(self, period_ns: float) -> None:
        if not period_ns > 0:
            raise EngineError(f"Deltas cannot be smoothed to a period of {period_ns} ns: give one above 0.")
        self.period_ns = float(period_ns)
        self.game_ns = 0.0
        self.wall_ns = 0
        self.jumps = 0
        """Jumps of the clock so far."""
        self._stamp: int | None = None

    def update(self, stamp_ns: int) -> float:
        """Take in the newest stamp; return the delta in nanoseconds, 0 or more. The first stamp is worth 0."""
        if self._stamp is None:
            self._stamp = stamp_ns
            return 0.0
        passed = stamp_ns - self._stamp
        self._stamp = stamp_ns
        if 0 <= passed <= JUMP_NS:
            self.wall_ns += passed
            wanted = self._step(passed)
        else:
            self.jumps += 1
            passed = 0 if passed < 0 else round(self.period_ns)
            self.wall_ns += passed
            wanted = self._resume(passed)
        least = max(self.wall_ns - self.period_ns - self.game_ns, 0.0)
        most = max(self.wall_ns + self.period_ns - self.game_ns, 0.0)
        delta = min(max(wanted, least), most)
        self.game_ns += delta
        return delta

    def _resume(self, passed_ns: int) -> float:
        """The delta after a jump of the clock that is taken to be worth ``passed_ns``."""
        return passed_ns

    @abstractmethod
    def _step(self, passed_ns: int) -> float:
        """The delta that a frame should have, before the bound."""


class RawDelta(DeltaSmoother):
    """The time between stamps as it is: what the others are measured against."""

    def _step(self, passed_ns: int) -> float:
        return passed_ns


class FilteredDelta(DeltaSmoother):
    """A filter that knows nothing of the display.

    Negative deltas are dropped. An outlier, further from the period than twice the period, counts as one period; from
    the third in a row on they are no accident, and the median of the newest nine deltas takes their place. The result
    is smoothed exponentially with alpha 0.85. What the filter holds back of the wall time is paid out over the next
    frames, a sixteenth at a time, or at once where it would exceed a period.
    """

    def __init__(self, period_ns: float) -> None:
        super().__init__(period_ns)
        self._newest: deque[int] = deque(maxlen=WINDOW)
        self._outliers = 0
        self._smooth = self.period_ns

    def _step(self, passed_ns: int) -> float:
        self._newest.append(passed_ns)
        value: float = passed_ns
        if abs(passed_ns - self.period_ns) > 2 * self.period_ns:
            self._outliers += 1
            value = sorted(self._newest)[len(self._newest) // 2] if self._outliers >= 3 else self.period_ns
        else:
            self._outliers = 0
        self._smooth += ALPHA * (value - self._smooth)
        owed = self.wall_ns - self.game_ns - self._smooth
        return self._smooth + owed / 16


class PhaseLockedDelta(DeltaSmoother):
    """Whole vsyncs: each frame is worth the periods of the vsync grid that passed since the last one.

    While stamps follow no grid (variable refresh, jitter above a quarter period), it falls back on
    :class:`FilteredDelta`.
    """

    def __init__(self, period_ns: float) -> None:
        super().__init__(period_ns)
        # The grid counts on the wall time that is kept here, in which no clock jumps, and which begins at 0.
        self.grid = VsyncGrid(period_ns)
        self.grid.update(0)
        self._filtered = FilteredDelta(period_ns)
        self.vsyncs: int | None = None
        """Vsyncs that the newest delta stands for; None where there was no grid."""

    def _resume(self, passed_ns: int) -> float:
        self.grid.rephase(self.wall_ns)
        self.vsyncs = None
        return super()._resume(passed_ns)

    def _step(self, passed_ns: int) -> float:
        self.vsyncs = self.grid.update(self.wall_ns)
        if self.vsyncs is None:
            self._filtered.game_ns, self._filtered.wall_ns = self.game_ns, self.wall_ns
            return self._filtered._step(passed_ns)
        return self.grid.at(self.grid.count) - self.game_ns


DELTAS: dict[str, Callable[[float], DeltaSmoother]] = {
    "raw": RawDelta,
    "filtered": FilteredDelta,
    "phase_locked": PhaseLockedDelta,
}


def make_delta(name: str, period_ns: float) -> DeltaSmoother:
    """A smoother by its name: ``phase_locked`` (the default of the engine), ``filtered`` or ``raw``.

    Raises:
        EngineError: no smoother has that name, or the period is not above 0.
    """
    if name not in DELTAS:
        raise EngineError(f"There is no delta-time strategy {name!r}: the strategies are {', '.join(DELTAS)}.")
    return DELTAS[name](period_ns)
