"""A device watched for a profile: sections of its frames, calls that take long, GPU time, and the driver's remarks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from ecs_engine.gpu.device import Device
from ecs_engine.gpu.messages import DebugMessage
from ecs_engine.gpu.timers import GpuSpan, GpuTimer

Told = Callable[[str, int, int, int], None]
"""``(name, begin_ns, end_ns, frame)``."""

CALIBRATION_NS = 1_000_000_000
"""How often the clocks of CPU and GPU are compared; in between they drift apart by some microseconds."""


class Watch:
    """Tells functions what a device does, from now until :meth:`close`. Context thread only; one a device.

    While it is there, each OpenGL call is timed (about 0.2 us), each section has two timer queries of its own, which
    count as calls like any other, and the driver's debug output is on. Where the driver has no timer queries or no
    debug output, ``gpu`` or ``message`` is never called; see :attr:`has_gpu_time` and :attr:`has_messages`.

    Args:
        clock: nanoseconds now, on the clock that all times are told by.
        slow_call_ns: calls that take so long or longer are told.
        section: told of each :meth:`Device.group` when the CPU leaves it.
        call: told of slow calls.
        gpu: told of each group once more, when the GPU has gone through it, some frames later. Where timestamps tell
            of the last tile only (:attr:`Capabilities.times_last_tile`), told of each frame as a whole instead: from
            its submission, or from the end of the frame before, until the GPU was done with it.
        message: called with each of the driver's messages, while the driver is still within the call.
    """

    def __init__(
        self,
        device: Device,
        *,
        clock: Callable[[], int],
        slow_call_ns: int,
        section: Told,
        call: Told,
        gpu: Told,
        message: Callable[[DebugMessage], None],
    ) -> None:
        self.device = device
        self.clock = clock
        self.slow_call_ns = slow_call_ns
        self._tell_section = section
        self._tell_call = call
        self._tell_gpu = gpu
        self._message = message
        self._timer = GpuTimer(device, clock=clock)
        self._whole_frames = device.capabilities.times_last_tile
        self._open: list[tuple[str, int]] = []  # sections: name and beginning
        self._submitted: deque[tuple[int, int]] = deque()  # frames under way, and when the CPU was done with each
        self._gpu_done = 0
        self._calibrated = clock()
        if device.capabilities.khr_debug:
            device.diagnostics.listen()
        device.diagnostics.add_listener(message)
        device.set_watch(self)

    @property
    def has_gpu_time(self) -> bool:
        """Whether the driver has timer queries."""
        return self._timer.available

    @property
    def has_messages(self) -> bool:
        """Whether the driver sends messages."""
        return self.device.diagnostics.listening

    def close(self) -> None:
        """Watch no more. The driver's debug output stays on until the device is closed."""
        self.device.diagnostics.remove_listener(self._message)
        self.device.set_watch(None)
        self._timer.delete()

    # -- for the device --------------------------------------------------------------------------------
    def slow_call(self, name: str, begin_ns: int, end_ns: int) -> None:
        """``name`` took from one moment to another."""
        self._tell_call(name, begin_ns, end_ns, self.device.frame_index)

    def section(self, name: str, group: AbstractContextManager[Any]) -> AbstractContextManager[None]:
        """Tell of what is within; ``group`` is entered as well."""
        return _Section(self, name, group)

    def begin(self, name: str) -> None:
        """A section begins."""
        if not self._whole_frames:
            self._timer.begin(name)
        self._open.append((name, self.clock()))

    def end(self) -> None:
        """The section begun last ends."""
        name, began = self._open.pop()
        self._tell_section(name, began, self.clock(), self.device.frame_index)
        if not self._whole_frames:
            self._timer.end()

    def end_frame(self) -> None:
        """The frame's last call was made; its fence comes next."""
        if self._whole_frames and self.has_gpu_time:
            self._submitted.append((self.device.frame_index, self.clock()))
            with self._timer.span("frame"):
                pass

    def begin_frame(self) -> None:
        """The frame's first call comes next. All earlier queries have a fence behind them, so that no question about
        one makes the driver send half a frame on its way."""
        now = self.clock()
        for span in self._timer.results():
            begin = self._begin_of(span) if self._whole_frames else span.start_ns
            self._tell_gpu(span.name, begin, max(span.end_ns, begin), span.frame)
        if now - self._calibrated >= CALIBRATION_NS:
            self._calibrated = now
            self._timer.calibrate()

    def _begin_of(self, span: GpuSpan) -> int:
        """When the GPU can have begun with a frame that it has finished."""
        begin = self._gpu_done
        while self._submitted and self._submitted[0][0] <= span.frame:  # earlier ones went with a lost context
            begin = max(self._gpu_done, self._submitted.popleft()[1])
        self._gpu_done = span.end_ns
        return begin


class _Section:
    __slots__ = ("_group", "_name", "_watch")

    def __init__(self, watch: Watch, name: str, group: AbstractContextManager[Any]) -> None:
        self._watch = watch
        self._name = name
        self._group = group

    def __enter__(self) -> None:
        self._group.__enter__()
        self._watch.begin(self._name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._watch.end()
        self._group.__exit__(kind, error, traceback)
