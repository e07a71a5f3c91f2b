"""Marks become answers: which tick drained an input, which frame showed it first, and when each stage was reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ecs_engine.trace.recording import Mark, Recording
from ecs_engine.trace.ring import Records
from ecs_engine.trace.stages import Stage

Floats = npt.NDArray[np.float64]
MISSING = -1
"""In place of a time that is not known."""

LEGS = (
    (Stage.INPUT, Stage.UPDATE),
    (Stage.UPDATE, Stage.RENDER),
    (Stage.RENDER, Stage.GPU),
    (Stage.RENDER, Stage.PRESENT),
)
"""The parts of the way. GPU and PRESENT both count from RENDER: they run side by side, and either may come first."""
END_TO_END = (Stage.INPUT, Stage.PRESENT)

PERCENTS = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """How one duration was spread, in milliseconds; all 0 when ``count`` is."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float

    @staticmethod
    def of(values: Floats) -> Percentiles:
        """Of (n,) milliseconds, interpolated between neighbours."""
        if not len(values):
            return Percentiles(0, 0.0, 0.0, 0.0, 0.0)
        p50, p95, p99 = (float(value) for value in np.percentile(values, PERCENTS))
        return Percentiles(len(values), p50, p95, p99, float(values.max()))


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The drawn frames, one row each, by number. A frame that was drawn but never presented, while a later one was,
    is no row: nobody saw it."""

    number: Records
    """(m,) int64."""
    tick: Records
    """(m,) int64: the tick that it shows. It never falls."""
    stamps: Records
    """(m, 5) int64 ns by :class:`Stage`, or ``MISSING``. INPUT is the earliest input that this frame showed first."""
    fresh: npt.NDArray[np.bool_]
    """(m,): it shows a tick that the frame before did not."""
    never_presented: int
    """Frames that are no row."""

    def intervals_ms(self) -> Floats:
        """From each presented frame to the next: (k,) milliseconds."""
        shown = self.stamps[self.stamps[:, Stage.PRESENT] != MISSING, Stage.PRESENT]
        return np.asarray(np.diff(shown) * 1e-6, np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """The input events, one row each, by arrival."""

    kind: Records
    """(n,) int64: :class:`~ecs_engine.trace.stages.EventKind`."""
    tick: Records
    """(n,) int64: the tick that drained it."""
    row: Records
    """(n,) int64: the row in :class:`Frames` that showed it first, or ``MISSING`` where none has yet."""
    stamps: Records
    """(n, 5) int64 ns by :class:`Stage`, or ``MISSING``."""


@dataclass(frozen=True, slots=True, eq=False)
class Latency:
    """A recording, joined."""

    inputs: Inputs
    frames: Frames
    left_out: int
    """Inputs before the recording's horizon: for them a mark may be gone (see :attr:`Recording.horizon_ns`)."""
    ticks_not_shown: int
    """Ticks that were published, and replaced by a newer one before a frame took them."""

    def leg_ms(self, leg: tuple[Stage, Stage], kind: int | None = None) -> Floats:
        """How long inputs took from one stage to another: milliseconds, without those where either is missing.

        Args:
            kind: only events of this :class:`~ecs_engine.trace.stages.EventKind`.
        """
        rows = slice(None) if kind is None else self.inputs.kind == kind
        return _between(self.inputs.stamps[rows], *leg)[0]

    @property
    def went_back(self) -> int:
        """Legs that would have taken less than no time, because the clock jumped: no percentile counts them."""
        return sum(_between(self.inputs.stamps, *leg)[1] for leg in (*LEGS, END_TO_END))


def join(recording: Recording) -> Latency:
    """Follow every input to the screen.

    An input belongs to the tick that drained it, and is shown first by the first frame, of those presented, that shows
    that tick or a later one: a tick that was never drawn, or that failed and was not published, is shown by the next.
    The last frames, whose swap has not returned yet, count as well.
    """
    marks, horizon = recording.marks(), recording.horizon_ns
    stage = marks[:, Mark.STAGE]
    by_stage = [marks[stage == wanted] for wanted in Stage]
    frames = _frames(by_stage, horizon)
    inputs = by_stage[Stage.INPUT]
    known = inputs[inputs[:, Mark.TIME] >= horizon]
    updates = by_stage[Stage.UPDATE]
    stamps = np.full((len(known), len(Stage)), MISSING, np.int64)
    tick = known[:, Mark.TICK]
    row = np.searchsorted(frames.tick, tick, side="left")
    shown = row < len(frames.tick)
    stamps[shown] = frames.stamps[row[shown]]
    stamps[:, Stage.INPUT] = known[:, Mark.TIME]
    stamps[:, Stage.UPDATE] = _times(updates, tick)
    row[~shown] = MISSING
    # Inputs come by arrival, so the first of each frame is the earliest.
    first_shown, first = np.unique(row[shown], return_index=True)
    frames.stamps[first_shown, Stage.INPUT] = known[shown][first, Mark.TIME]
    return Latency(
        Inputs(known[:, Mark.NUMBER], tick, row, stamps),
        frames,
        len(inputs) - len(known),
        _ticks_not_shown(frames, updates),
    )


def _frames(by_stage: list[Records], horizon: int) -> Frames:
    renders = by_stage[Stage.RENDER]
    _, firsts = np.unique(renders[:, Mark.NUMBER], return_index=True)
    renders = renders[firsts]
    renders = renders[renders[:, Mark.TIME] >= horizon]
    number = renders[:, Mark.NUMBER]
    present = _times(by_stage[Stage.PRESENT], number)
    presented = np.flatnonzero(present != MISSING)
    last = presented[-1] if len(presented) else -1
    kept = (present != MISSING) | (np.arange(len(number)) > last)
    number, present, renders = number[kept], present[kept], renders[kept]
    tick = np.maximum.accumulate(renders[:, Mark.TICK])
    stamps = np.full((len(number), len(Stage)), MISSING, np.int64)
    stamps[:, Stage.UPDATE] = _times(by_stage[Stage.UPDATE], tick)
    stamps[:, Stage.RENDER] = renders[:, Mark.TIME]
    stamps[:, Stage.GPU] = _times(by_stage[Stage.GPU], number)
    stamps[:, Stage.PRESENT] = present
    fresh = np.ones(len(tick), np.bool_)
    fresh[1:] = tick[1:] > tick[:-1]
    return Frames(number, tick, stamps, fresh, int(np.count_nonzero(~kept)))


def _times(marks: Records, numbers: Records) -> Records:
    """When the stage of these marks was reached by each of ``numbers``: its first mark counts, or ``MISSING``."""
    have, firsts = np.unique(marks[:, Mark.NUMBER], return_index=True)
    if not len(have):
        return np.full(len(numbers), MISSING, np.int64)
    place = np.minimum(np.searchsorted(have, numbers), len(have) - 1)
    return np.where(have[place] == numbers, marks[firsts[place], Mark.TIME], MISSING)


def _ticks_not_shown(frames: Frames, updates: Records) -> int:
    if not len(frames.tick):
        return 0
    published = np.unique(updates[:, Mark.NUMBER])
    between = published[(published > frames.tick[0]) & (published < frames.tick[-1])]
    return int(np.count_nonzero(~np.isin(between, frames.tick)))


def _between(stamps: Records, begin: Stage, end: Stage) -> tuple[Floats, int]:
    """Milliseconds from one stage to another where both are known, and how many were below 0 and left out."""
    known = stamps[(stamps[:, begin] != MISSING) & (stamps[:, end] != MISSING)]
    taken = known[:, end] - known[:, begin]
    if (begin, end) == (Stage.RENDER, Stage.GPU):
        # A driver may have finished by the time it takes the fence, which is a little before the stamp of RENDER.
        np.maximum(taken, 0, out=taken)
    return taken[taken >= 0] * 1e-6, int(np.count_nonzero(taken < 0))
