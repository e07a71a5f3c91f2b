"""What a tracer recorded, as arrays: the input of every report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ecs_engine.trace.ring import Records
from ecs_engine.trace.stages import Stage


def nothing() -> Records:
    """No records: (0, 4) int64."""
    return np.empty((0, 4), np.int64)


class Mark:
    """Columns of a mark."""

    TIME, STAGE, NUMBER, TICK = range(4)


class Span:
    """Columns of a span. NUMBER is whatever the caller gave, as a rule the tick or frame."""

    BEGIN, END, NAME, NUMBER = range(4)


class Load:
    """Columns of a load: a span in which its thread means to be busy all the time, and the processor time it got."""

    BEGIN, END, NAME, CPU = range(4)


class Pause:
    """Columns of a pause of the garbage collector; THREAD is the thread's identifier."""

    BEGIN, END, GENERATION, THREAD = range(4)


@dataclass(frozen=True, slots=True, eq=False)
class ThreadRecord:
    """What one thread recorded."""

    name: str
    ident: int
    """``threading.get_ident()`` of the thread."""
    marks: Records
    """(n, 4) int64, oldest first, columns of :class:`Mark`."""
    spans: Records
    """(n, 4) int64 in the order in which they ended, columns of :class:`Span`."""
    marks_overwritten: int = 0
    """Older marks that are gone, because the ring was full."""
    spans_overwritten: int = 0
    loads: Records = field(default_factory=nothing)
    """(n, 4) int64 in the order in which they ended, columns of :class:`Load`."""


@dataclass(frozen=True, slots=True, eq=False)
class TrackRecord:
    """What a track holds that is no thread: spans of something that runs beside them, or is worth a line of its own."""

    name: str
    spans: Records
    """(n, 4) int64 in the order in which they were told, columns of :class:`Span`."""
    spans_overwritten: int = 0


class Message(NamedTuple):
    """Something that was said at one moment."""

    time_ns: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """All that a tracer holds at one moment. Times are nanoseconds of the tracer's clock."""

    threads: tuple[ThreadRecord, ...]
    names: tuple[str, ...]
    """Span names: the number in a span is the place in here."""
    pauses: Records
    """(n, 4) int64: columns of :class:`Pause`."""
    begin_ns: int
    """When the tracer began, or began anew (:meth:`~ecs_engine.trace.tracer.Tracer.restart`)."""
    end_ns: int
    """When this was taken."""
    title: str = ""
    tracks: tuple[TrackRecord, ...] = ()
    messages: tuple[Message, ...] = ()
    """What the driver remarked on performance, oldest first."""
    messages_overwritten: int = 0
    missing: tuple[str, ...] = ()
    """What could not be recorded here and why, in sentences."""
    tick_ns: int = 0
    """How long a tick may take; 0 if that is not known."""
    frame_ns: int = 0
    """How long a frame may take; 0 if as many are drawn as can be."""

    @property
    def horizon_ns(self) -> int:
        """From here on no mark is missing: the later of ``begin_ns`` and the oldest marks of the rings that overflowed.

        Every mark but INPUT is written at the moment that it tells, so whatever a ring has lost is older than the
        first such mark that it still holds.
        """
        horizon = self.begin_ns
        for thread in self.threads:
            if thread.marks_overwritten:
                kept = thread.marks[thread.marks[:, Mark.STAGE] != Stage.INPUT, Mark.TIME]
                horizon = max(horizon, int(kept[0]) if len(kept) else self.end_ns)
        return horizon

    def marks(self) -> Records:
        """The marks of all threads, (n, 4) int64, in order of time."""
        together = np.concatenate([nothing(), *(thread.marks for thread in self.threads)])
        return together[np.argsort(together[:, Mark.TIME], kind="stable")]

    def spans(self) -> Iterator[tuple[ThreadRecord, Records]]:
        """For each thread its spans since ``begin_ns``, sorted by their beginning, the longer of two first."""
        for thread in self.threads:
            yield thread, self._since_begin(thread.spans)

    def track_spans(self) -> Iterator[tuple[TrackRecord, Records]]:
        """The same for each track."""
        for track in self.tracks:
            yield track, self._since_begin(track.spans)

    def _since_begin(self, spans: Records) -> Records:
        spans = spans[spans[:, Span.BEGIN] >= self.begin_ns]
        return spans[np.lexsort((-spans[:, Span.END], spans[:, Span.BEGIN]))]

    def pauses_of(self, thread: ThreadRecord | None) -> Records:
        """The garbage collector's pauses on one thread since ``begin_ns``; with ``None``, on threads without a record.

        A system may give the identifier of a thread that has ended to another: then the pauses go to the later one.
        """
        pauses = self.pauses[self.pauses[:, Pause.BEGIN] >= self.begin_ns]
        owners = {one.ident: one for one in self.threads}
        if thread is None:
            mine = ~np.isin(pauses[:, Pause.THREAD], list(owners))
        else:
            mine = (pauses[:, Pause.THREAD] == thread.ident) & np.bool_(owners[thread.ident] is thread)
        return pauses.compress(mine, axis=0)
