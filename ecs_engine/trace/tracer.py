"""The tracer: what the app calls to leave marks and spans, and the one that does nothing when tracing is off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from time import monotonic_ns
from types import TracebackType

from ecs_engine.core.events import Stamped
from ecs_engine.trace.recording import Recording, ThreadRecord
from ecs_engine.trace.ring import Ring
from ecs_engine.trace.spans import GarbageSpans, Names
from ecs_engine.trace.stages import EVENT_KINDS, Stage

CAPACITY = 1 << 16
"""Marks and spans that each thread keeps by default (32 bytes each)."""


class NullTracer:
    """Tracing switched off: every call returns at once, and nothing is kept."""

    __slots__ = ()
    enabled = False

    def now(self) -> int:
        """0: there is no need for the time."""
        return 0

    def attach(self) -> None:
        """Does nothing."""

    def input(self, events: Iterable[Stamped], tick: int) -> None:
        """Does nothing."""

    def mark(self, stage: Stage, number: int, tick: int = 0) -> None:
        """Does nothing."""

    def span(self, name: str, begin_ns: int, end_ns: int = 0, number: int = 0) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""


class Tracer:
    """Records marks and spans of one app, each thread into rings of its own.

    Any thread may call :meth:`mark`, :meth:`input` and :meth:`span`; its rings are made the first time (or by
    :meth:`attach`), and never grow: a full ring overwrites its oldest record. A thread that starts after another of
    the same name has ended goes on in that one's rings. Finalisers and signal handlers must not call these three.

    Args:
        capacity: marks and spans that each thread keeps.
        clock: nanoseconds now. It must be the one that stamps events, ``time.monotonic_ns``, except in tests.
        garbage: record the garbage collector's pauses, until :meth:`close`.
        title: what the reports call this recording.

    Raises:
        EngineError: the capacity is not above 0.

    >>> with Tracer() as tracer:
    ...     tracer.mark(Stage.UPDATE, 1, 1)
    ...     tracer.mark(Stage.RENDER, 1, 1)
    ...     len(tracer.recording().marks())
    2
    """

    __slots__ = ("_capacity", "_garbage", "_local", "_lock", "_names", "_numbers", "_since", "_threads", "now", "title")
    enabled = True

    def __init__(
        self,
        capacity: int = CAPACITY,
        *,
        clock: Callable[[], int] = monotonic_ns,
        garbage: bool = True,
        title: str = "",
    ) -> None:
        self.now = clock
        """Nanoseconds now: where a span begins."""
        self.title = title
        self._capacity = capacity
        self._names = Names()
        self._numbers = self._names.numbers
        self._lock = threading.Lock()
        self._threads: list[_ThreadRings] = []
        self._local = _Local()
        self._garbage = GarbageSpans(Ring(capacity), clock)
        self._since = clock()
        self.attach()
        if garbage:
            self._garbage.start()

    # -- recording -------------------------------------------------------------------------------------
    def attach(self) -> None:
        """Make the calling thread's rings now, rather than at its first mark. Calling it again does nothing."""
        if self._local.rings is not None:
            return
        thread = threading.current_thread()
        with self._lock:
            for index, rings in enumerate(self._threads):
                if rings.thread.name == thread.name and not rings.thread.is_alive():
                    self._local.rings = self._threads[index] = _ThreadRings(thread, rings.marks, rings.spans)
                    return
            self._local.rings = _ThreadRings(thread, Ring(self._capacity), Ring(self._capacity))
            self._threads.append(self._local.rings)

    def mark(self, stage: Stage, number: int, tick: int = 0) -> None:
        """Note that a stage was reached now; :class:`Stage` says what the numbers are."""
        rings = self._local.rings
        if rings is None:
            self.attach()
            return self.mark(stage, number, tick)
        rings.marks.write(self.now(), stage, number, tick)

    def input(self, events: Iterable[Stamped], tick: int) -> None:
        """Note the events that a tick drained, each at its own ``time_ns``; those that are no input are left out."""
        rings = self._local.rings
        if rings is None:
            self.attach()
            return self.input(events, tick)
        for event in events:
            kind = EVENT_KINDS.get(type(event))
            if kind is not None:
                rings.marks.write(event.time_ns, Stage.INPUT, kind, tick)

    def span(self, name: str, begin_ns: int, end_ns: int = 0, number: int = 0) -> None:
        """Note that ``name`` took from ``begin_ns`` (see :attr:`now`) until ``end_ns``, by default until now.

        Spans of one thread nest or follow each other. Names are few and lasting: a game has some dozens.
        """
        rings = self._local.rings
        if rings is None:
            self.attach()
            return self.span(name, begin_ns, end_ns, number)
        key = self._numbers.get(name)
        if key is None:
            key = self._names.add(name)
        rings.spans.write(begin_ns, end_ns or self.now(), key, number)

    # -- reading -----------------------------------------------------------------------------------------
    def restart(self) -> None:
        """Leave out of recordings what happened before now, such as a warm-up. Any thread."""
        self._since = self.now()

    def recording(self) -> Recording:
        """All that the rings hold now, copied. Any thread, while others record."""
        with self._lock:
            threads = tuple(self._threads)
        records = tuple(rings.read() for rings in threads)
        pauses = self._garbage.ring.read()
        return Recording(records, self._names.all(), pauses, self._since, self.now(), self.title)

    def close(self) -> None:
        """Stop listening to the garbage collector. What was recorded stays, and marks still work."""
        self._garbage.stop()

    def __enter__(self) -> Tracer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


AnyTracer = Tracer | NullTracer
"""What an app holds."""


class _ThreadRings:
    """The rings of one thread."""

    __slots__ = ("ident", "marks", "spans", "thread")

    def __init__(self, thread: threading.Thread, marks: Ring, spans: Ring) -> None:
        self.thread = thread
        self.ident = threading.get_ident() & 0x7FFFFFFFFFFFFFFF
        self.marks = marks
        self.spans = spans

    def read(self) -> ThreadRecord:
        # What is lost is counted after the copy: a count that is too high only makes reports more careful.
        marks, spans = self.marks.read(), self.spans.read()
        return ThreadRecord(self.thread.name, self.ident, marks, spans, self.marks.overwritten, self.spans.overwritten)


class _Local(threading.local):
    """The calling thread's rings."""

    rings: _ThreadRings | None = None
