"""A recording seen as lost time: which frames and ticks were late by how much, and what went on meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from ecs_engine.trace.intervals import EMPTY, Times, common, covered, union, without
from ecs_engine.trace.recording import Load, Mark, Pause, Recording, Span, ThreadRecord
from ecs_engine.trace.ring import Records
from ecs_engine.trace.stages import Stage
from ecs_engine.trace.tracks import DRAWING, GL_CALLS, LOCK_FREE_CALLS, WAITING_CALLS

Kind = Literal["frames", "ticks"]

LATE = 1.25
"""A frame is late when it took longer than this many times what it may take: no clock is even to the nanosecond."""


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Frames, each from one present to the next; or ticks."""

    times: Times
    """(n, 2) int64 ns: begin and end, in order."""
    limit_ns: int
    """How long each may take; 0 for no limit to their number, where all of their time counts as lost."""
    lost: Times
    """(n,) int64 ns: how much longer each took, or 0 where it was not late."""

    @property
    def lengths(self) -> Times:
        """(n,) int64 ns."""
        return np.asarray(self.times[:, 1] - self.times[:, 0], np.int64)

    @property
    def late(self) -> int:
        """How many were late."""
        return int(np.count_nonzero(self.lost))


@dataclass(frozen=True, slots=True, eq=False)
class Idle:
    """How long a thread waited in each of its loads of one name, as inferred."""

    thread: ThreadRecord
    name: str
    times: Times
    """(n, 2) int64 ns: begin and end of each load."""
    lock: Times
    """(n,) int64 ns: for the GIL."""
    rest: Times
    """(n,) int64 ns: for a core, or within a system: a file, a lock, a sleep."""


class Profile:
    """What the rules look at. Everything is worked out when it is first asked for."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._spans: dict[str, list[Records]] = {}
        for _, spans in (*recording.spans(), *recording.track_spans()):
            for key in np.unique(spans[:, Span.NAME]).tolist():
                self._spans.setdefault(recording.names[key], []).append(spans[spans[:, Span.NAME] == key])

    # -- what was late -----------------------------------------------------------------------------------
    def windows(self, kind: Kind) -> Windows:
        """The frames or the ticks."""
        return self.frames if kind == "frames" else self.ticks

    @cached_property
    def frames(self) -> Windows:
        marks = self.recording.marks()
        shown = marks[(marks[:, Mark.STAGE] == Stage.PRESENT) & (marks[:, Mark.TIME] >= self.recording.begin_ns)]
        moments = shown[:, Mark.TIME]
        times = np.stack([moments[:-1], moments[1:]], axis=1)
        limit = self.recording.frame_ns
        lengths = times[:, 1] - times[:, 0]
        return Windows(times, limit, np.where(lengths > LATE * limit, lengths - limit, 0))

    @cached_property
    def ticks(self) -> Windows:
        """Where it is not known how long a tick may take, none is late."""
        times, limit = self.each("tick"), self.recording.tick_ns
        over = times[:, 1] - times[:, 0] - limit
        return Windows(times, limit, np.maximum(over, 0) if limit else np.zeros_like(over))

    # -- what went on ------------------------------------------------------------------------------------
    def each(self, name: str) -> Times:
        """Every span of that name, on any thread or track: (n, 2), by its beginning."""
        found = [EMPTY, *(spans[:, [Span.BEGIN, Span.END]] for spans in self._spans.get(name, ()))]
        times = np.concatenate(found)
        return times[np.argsort(times[:, 0], kind="stable")]

    def parts(self, names: Iterable[str]) -> dict[str, Times]:
        """name -> when one of its spans was under way."""
        return {name: union(self.each(name)) for name in names if name in self._spans}

    def named(self, names: Iterable[str]) -> Times:
        """When a span of any of these names was under way."""
        return union(*self.parts(names).values())

    def track(self, name: str) -> Times:
        """When anything was under way on a track."""
        tracks = [spans for track, spans in self.recording.track_spans() if track.name == name]
        return union(*(spans[:, [Span.BEGIN, Span.END]] for spans in tracks))

    @cached_property
    def systems(self) -> dict[str, Times]:
        """name -> the spans within ticks, of the threads that tick."""
        ticks = union(self.each("tick"))
        names: dict[str, None] = {}
        for _, spans in self.recording.spans():
            keys = np.unique(spans[:, Span.NAME]).tolist()
            if any(self.recording.names[key] == "tick" for key in keys):
                names |= dict.fromkeys(self.recording.names[key] for key in keys)
        within = {name: common(union(self.each(name)), ticks) for name in names if name not in ("tick", *DRAWING)}
        return {name: times for name, times in within.items() if len(times)}

    @cached_property
    def pauses(self) -> dict[str, Times]:
        """generation -> pauses of the garbage collector, on any thread: it holds the GIL meanwhile."""
        pauses = self.recording.pauses[self.recording.pauses[:, Pause.BEGIN] >= self.recording.begin_ns]
        return {
            f"generation {number}": union(
                pauses[pauses[:, Pause.GENERATION] == number][:, [Pause.BEGIN, Pause.END]],
            )
            for number in np.unique(pauses[:, Pause.GENERATION]).tolist()
        }

    @cached_property
    def garbage(self) -> Times:
        """When the garbage collector ran."""
        return union(*self.pauses.values())

    @cached_property
    def waits(self) -> Times:
        """When the context thread waited for the screen or the GPU.

        Not in frames whose drawing alone took longer than a frame may: they have missed the screen's refresh anyway,
        and the wait for the next one is no cause.
        """
        waits = self.named(("swap", *WAITING_CALLS))
        frames = self.frames
        if not frames.limit_ns:
            return waits
        worked = covered(frames.times, without(self.named(("draw",)), waits))
        return without(waits, union(frames.times[worked > frames.limit_ns]))

    @cached_property
    def idle(self) -> list[Idle]:
        """What each thread waited in its loads.

        A thread that means to be busy and got less processor time than went by has waited. What calls of OpenGL took
        is taken off, because they may wait within the driver. The wait was for the GIL as far as another thread was in
        a load meanwhile and kept it; collections of garbage are left out. The rest is a wait for a core, or within a
        system.
        """
        found = []
        loads = {one: one.loads[one.loads[:, Load.BEGIN] >= self.recording.begin_ns] for one in self.recording.threads}
        lock_free = union(self.garbage, self.named(LOCK_FREE_CALLS))
        for thread, mine in loads.items():
            others = union(*(load[:, [Load.BEGIN, Load.END]] for other, load in loads.items() if other is not thread))
            for key in np.unique(mine[:, Load.NAME]).tolist():
                load = mine[mine[:, Load.NAME] == key]
                times = load[:, [Load.BEGIN, Load.END]]
                blocked = covered(times, self.track(GL_CALLS)) if thread is self._context else 0
                waited = np.maximum(times[:, 1] - times[:, 0] - load[:, Load.CPU] - blocked, 0)
                lock = np.minimum(waited, covered(times, without(others, lock_free)))
                found.append(Idle(thread, self.recording.names[key], times, lock, waited - lock))
        return found

    def lock_waits(self, kind: Kind) -> Times:
        """The waits for the GIL of frames or ticks, each put at the end of its load: nobody knows when in it it was."""
        ends = ((one.times[:, 1], one.lock) for one in self._idle_of(kind))
        return union(*(np.stack([end - lock, end], axis=1) for end, lock in ends))

    def off_processor(self, kind: Kind) -> Times:
        """The other waits, each put ahead of the wait for the GIL."""
        ends = ((one.times[:, 1] - one.lock, one.rest) for one in self._idle_of(kind))
        return union(*(np.stack([end - rest, end], axis=1) for end, rest in ends))

    def _idle_of(self, kind: Kind) -> list[Idle]:
        name = "draw" if kind == "frames" else "tick"
        return [one for one in self.idle if one.name == name]

    @cached_property
    def _context(self) -> ThreadRecord | None:
        """The thread that presents: the one that makes OpenGL calls."""
        for thread in self.recording.threads:
            if (thread.marks[:, Mark.STAGE] == Stage.PRESENT).any():
                return thread
        return None
