"""How long the GPU takes for what: its own clock, read along with the commands and fetched some frames later."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.resource import Kind, Resource


class GpuSpan(NamedTuple):
    """From one moment on the GPU to another, by the clock that the timer was given."""

    name: str
    frame: int
    """The frame in which it began."""
    depth: int
    """How many spans it lies within."""
    start_ns: int
    end_ns: int


class _Pending(NamedTuple):
    queries: tuple[int, int]
    name: str
    frame: int
    depth: int


class GpuTimer(Resource):
    """Spans of GPU time, which may lie within each other. Context thread only.

    Nothing waits: a result is fetched once the driver says that it is there, as a rule one to three frames later. When
    all queries are under way, further spans are left out and counted in :attr:`dropped`. A span takes two OpenGL calls,
    and three when it is fetched.

    Args:
        spans: how many can be under way at a time.
        clock: the CPU's clock that results are carried over to, in nanoseconds.
    """

    def __init__(
        self,
        device: Device,
        *,
        spans: int = 256,
        clock: Callable[[], int] = time.monotonic_ns,
        label: str = "GPU timer",
    ) -> None:
        if spans < 1:
            raise GLError(f"timer {label!r} needs room for at least one span, not {spans}")
        super().__init__(device, label)
        self._clock = clock
        self._spans = spans
        self._open: list[_Pending | None] = []
        self._pending: deque[_Pending] = deque()
        self._free: list[tuple[int, int]] = []
        self.dropped = 0
        """Spans left out because all queries were under way."""
        self.available = False
        """Whether the driver has such a clock. If not, spans are taken and there are no results."""
        self._mask = 1
        self._gpu_base = self._cpu_base = 0
        self._create()

    def _create(self) -> None:
        gl = self.device.gl
        bits = gl.glGetQueryiv(c.TIMESTAMP, c.QUERY_COUNTER_BITS)
        self.available = bits > 0
        self._mask = (1 << max(bits, 1)) - 1
        self._open = [None] * len(self._open)  # what was under way in a context before this one is gone
        self._pending.clear()
        self._free.clear()
        if self.available:
            names = gl.glGenQueries(2 * self._spans)
            for name in names:
                self._own(Kind.QUERY, name)
            self._free = list(zip(names[::2], names[1::2], strict=True))
            self.calibrate()

    def calibrate(self) -> None:
        """Compare the two clocks anew; they drift apart by some microseconds a second. Not within a busy frame."""
        self.require_alive()
        if self.available:
            before = self._clock()
            self._gpu_base = self.device.gl.glGetInteger64v(c.TIMESTAMP)
            self._cpu_base = (before + self._clock()) // 2

    def begin(self, name: str) -> None:
        """Here on the GPU, span ``name`` begins."""
        self.require_alive()
        if not self.available:
            self._open.append(None)
        elif not self._free:
            self.dropped += 1
            self._open.append(None)
        else:
            span = _Pending(self._free.pop(), name, self.device.frame_index, len(self._open))
            self.device.gl.glQueryCounter(span.queries[0], c.TIMESTAMP)
            self._open.append(span)

    def end(self) -> None:
        """Here on the GPU, the span begun last ends. Raises GLError when none is open."""
        self.require_alive()
        if not self._open:
            raise GLError(f"{self._handles} has no span open; call begin first")
        span = self._open.pop()
        if span is not None:
            self.device.gl.glQueryCounter(span.queries[1], c.TIMESTAMP)
            self._pending.append(span)

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """``with timer.span("sprites"):`` is ``begin`` and ``end``."""
        self.begin(name)
        try:
            yield
        finally:
            self.end()

    def results(self) -> list[GpuSpan]:
        """The spans that the GPU has finished since the last call, in the order of their ends. Does not wait."""
        self.require_alive()
        gl, found = self.device.gl, []
        # The GPU keeps the order: while the oldest is under way, so are the others.
        while self._pending and gl.glGetQueryObjectiv(self._pending[0].queries[1], c.QUERY_RESULT_AVAILABLE):
            span = self._pending.popleft()
            start, end = (gl.glGetQueryObjectui64v(query, c.QUERY_RESULT) for query in span.queries)
            begun = self._to_cpu(start)
            found.append(GpuSpan(span.name, span.frame, span.depth, begun, begun + ((end - start) & self._mask)))
            self._free.append(span.queries)
        return found

    def _name_objects(self) -> None:
        """Queries have no labels: OpenGL refuses one before the query is first used."""

    def _to_cpu(self, gpu_ns: int) -> int:
        since = (gpu_ns - self._gpu_base) & self._mask  # the counter may have fewer than 64 bits, and start over
        if since > self._mask >> 1:
            since -= self._mask + 1
        return self._cpu_base + since
