"""The tracer: what the app calls to leave marks and spans, and the one that does nothing when tracing is off."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from time import get_clock_info, monotonic_ns
from types import TracebackType

from ecs_engine.core.events import Stamped
from ecs_engine.trace.recording import Message, Recording, ThreadRecord, TrackRecord
from ecs_engine.trace.ring import Ring
from ecs_engine.trace.spans import GarbageSpans, Names
from ecs_engine.trace.stages import EVENT_KINDS, Stage

CAPACITY = 1 << 16
"""Marks and spans that each thread keeps by default (32 bytes each)."""

MESSAGES_KEPT = 1024
"""Remarks of the driver that are kept; newer ones replace older ones."""
SLOW_CALL_NS = 100_000
"""OpenGL calls are recorded from this length on, by default."""
CLOCK_SECONDS = 1e-4
"""The coarsest clock of processor time by which waits can be told."""


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

    def load(self, name: str, begin_ns: int, cpu_ns: int) -> None:
        """Does nothing."""

    def expect(self, tick_ns: int, frame_ns: int) -> None:
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
        slow_call_ns: an app records OpenGL calls that take so long or longer.
        title: what the reports call this recording.

    Raises:
        EngineError: the capacity is not above 0.

    >>> with Tracer() as tracer:
    ...     tracer.mark(Stage.UPDATE, 1, 1)
    ...     tracer.mark(Stage.RENDER, 1, 1)
    ...     len(tracer.recording().marks())
    2
    """

    __slots__ = (
        "_capacity",
        "_frame_ns",
        "_garbage",
        "_local",
        "_lock",
        "_message_count",
        "_messages",
        "_missing",
        "_names",
        "_numbers",
        "_since",
        "_tells_load",
        "_threads",
        "_tick_ns",
        "_tracks",
        "now",
        "slow_call_ns",
        "title",
    )
    enabled = True

    def __init__(
        self,
        capacity: int = CAPACITY,
        *,
        clock: Callable[[], int] = monotonic_ns,
        garbage: bool = True,
        slow_call_ns: int = SLOW_CALL_NS,
        title: str = "",
    ) -> None:
        self.now = clock
        """Nanoseconds now: where a span begins."""
        self.title = title
        self.slow_call_ns = slow_call_ns
        self._tracks: list[Track] = []
        self._messages: deque[Message] = deque(maxlen=MESSAGES_KEPT)
        self._message_count = 0
        self._missing: list[str] = []
        self._tick_ns = self._frame_ns = 0
        self._capacity = capacity
        self._names = Names()
        self._numbers = self._names.numbers
        self._lock = threading.Lock()
        self._threads: list[_ThreadRings] = []
        self._local = _Local()
        self._garbage = GarbageSpans(Ring(capacity), clock)
        self._since = clock()
        self._tells_load = get_clock_info("thread_time").resolution <= CLOCK_SECONDS
        if not self._tells_load:
            self.miss("Waits for the GIL: this system's clock for a thread's processor time is too coarse.")
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
                    self._local.rings = self._threads[index] = _ThreadRings(
                        thread, rings.marks, rings.spans, rings.loads
                    )
                    return
            self._local.rings = _ThreadRings(thread, *(Ring(self._capacity) for _ in range(3)))
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

    def load(self, name: str, begin_ns: int, cpu_ns: int) -> None:
        """Note how much processor time this thread had from ``begin_ns`` until now, in which nothing was to block.

        Args:
            cpu_ns: as ``time.thread_time_ns`` counts. What is missing to the time that went by is a wait: for the GIL,
                or for a core.
        """
        rings = self._local.rings
        if rings is None:
            self.attach()
            return self.load(name, begin_ns, cpu_ns)
        if self._tells_load:
            key = self._numbers.get(name)
            if key is None:
                key = self._names.add(name)
            rings.loads.write(begin_ns, self.now(), key, cpu_ns)

    def track(self, name: str) -> Track:
        """A new track, on which one thread (at a time) tells spans of something that is no thread, such as the GPU."""
        track = Track(name, self._names, Ring(self._capacity))
        with self._lock:
            self._tracks.append(track)
        return track

    def message(self, time_ns: int, text: str) -> None:
        """Note a remark of the driver on performance. Any thread."""
        with self._lock:
            self._messages.append(Message(time_ns, text))
            self._message_count += 1

    def miss(self, sentence: str) -> None:
        """Note what cannot be recorded here, and why; the reports say so."""
        with self._lock:
            if sentence not in self._missing:
                self._missing.append(sentence)

    def expect(self, tick_ns: int, frame_ns: int) -> None:
        """Note how long ticks and frames may take from now on; 0 for frames: there is no limit to their number."""
        self._tick_ns, self._frame_ns = tick_ns, frame_ns

    # -- reading -----------------------------------------------------------------------------------------
    def restart(self) -> None:
        """Leave out of recordings what happened before now, such as a warm-up. Any thread."""
        self._since = self.now()

    def recording(self) -> Recording:
        """All that the rings hold now, copied. Any thread, while others record."""
        with self._lock:
            threads, tracks = tuple(self._threads), tuple(self._tracks)
            messages = tuple(message for message in self._messages if message.time_ns >= self._since)
            missing, overwritten = tuple(self._missing), self._message_count - len(self._messages)
        records = tuple(rings.read() for rings in threads)
        track_records = tuple(track.read() for track in tracks)
        pauses = self._garbage.ring.read()
        return Recording(
            records,
            self._names.all(),
            pauses,
            self._since,
            self.now(),
            self.title,
            tracks=track_records,
            messages=messages,
            messages_overwritten=overwritten,
            missing=missing,
            tick_ns=self._tick_ns,
            frame_ns=self._frame_ns,
        )

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


class Track:
    """Spans beside the threads. One thread at a time tells them."""

    __slots__ = ("_names", "_ring", "name")

    def __init__(self, name: str, names: Names, ring: Ring) -> None:
        self.name = name
        self._names = names
        self._ring = ring

    def span(self, name: str, begin_ns: int, end_ns: int, number: int = 0) -> None:
        """Note that ``name`` took from ``begin_ns`` until ``end_ns``."""
        key = self._names.numbers.get(name)
        if key is None:
            key = self._names.add(name)
        self._ring.write(begin_ns, end_ns, key, number)

    def read(self) -> TrackRecord:
        """What it holds now, copied. Any thread."""
        return TrackRecord(self.name, self._ring.read(), self._ring.overwritten)


class _ThreadRings:
    """The rings of one thread."""

    __slots__ = ("ident", "loads", "marks", "spans", "thread")

    def __init__(self, thread: threading.Thread, marks: Ring, spans: Ring, loads: Ring) -> None:
        self.thread = thread
        self.ident = threading.get_ident() & 0x7FFFFFFFFFFFFFFF
        self.marks = marks
        self.spans = spans
        self.loads = loads

    def read(self) -> ThreadRecord:
        # What is lost is counted after the copy: a count that is too high only makes reports more careful.
        marks, spans = self.marks.read(), self.spans.read()
        return ThreadRecord(
            self.thread.name,
            self.ident,
            marks,
            spans,
            self.marks.overwritten,
            self.spans.overwritten,
            self.loads.read(),
        )


class _Local(threading.local):
    """The calling thread's rings."""

    rings: _ThreadRings | None = None
