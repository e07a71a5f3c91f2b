"""The context thread's side of a run: it looks after the window and draws the newest frame."""

from __future__ import annotations

from time import monotonic_ns, perf_counter_ns, thread_time_ns

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import EventQueue
from ecs_engine.frame.exchange import Exchange
from ecs_engine.frame.snapshot import Frame
from ecs_engine.gpu import read_pixels
from ecs_engine.loop import Logic
from ecs_engine.render import RenderSystem
from ecs_engine.trace import AnyTracer, Samples, Stage
from ecs_engine.window import Window

LONGEST_WAIT = 0.05
"""Seconds the context thread waits at most, however slow the frame rate, before it looks at the window again."""
TICK_WAIT = 0.001
"""Seconds between two looks at the window while it waits for a tick that it draws as soon as it is there."""


class Drawing:
    """Takes frames out of the exchange and shows them. Everything here is for the main thread only."""

    def __init__(
        self,
        window: Window,
        renderer: RenderSystem,
        exchange: Exchange[Frame],
        logic: Logic,
        events: EventQueue,
        tracer: AnyTracer,
        *,
        interpolate: bool,
    ) -> None:
        self.window = window
        self.renderer = renderer
        self.exchange = exchange
        self.logic = logic
        self.events = events
        self.tracer = tracer
        self.interpolate = interpolate
        self.frames = 0
        """Frames drawn so far."""
        self.wall_ms = Samples()
        """Duration of drawing each frame, without the wait for the screen."""
        self.cpu_ms = Samples()
        """Processor time of the same, on this thread."""

    def until_done(self, last_frame: float, period_ns: int) -> None:
        """Draw while the logic thread ticks, until it has ended, the window closes or so many frames are drawn.

        Args:
            last_frame: value of :attr:`frames` at which to return.
            period_ns: least time from the start of one frame to that of the next.
        """
        due = 0
        while True:
            began = monotonic_ns()
            self.poll()
            if self.logic.stopping or self.window.should_close or self.frames >= last_frame:
                return
            if self.logic.ended.is_set():
                if self.logic.failure is None and self._take():
                    self.draw(1.0)  # the last tick, as it is in the end
                return
            if not (self._take() if self.interpolate else self.exchange.acquire()):
                self.exchange.wait_for_frame(LONGEST_WAIT if self.interpolate else TICK_WAIT)
                continue
            self._draw_between()
            if self.frames < last_frame:
                due = began + period_ns if self.interpolate else self._next(due, began, period_ns)
                self._wait_until(due, period_ns)

    @staticmethod
    def _next(due_ns: int, began_ns: int, period_ns: int) -> int:
        """When the next frame may begin at the earliest, where the ticks set the pace.

        A frame that waited for its tick does not put off the next one: counted from its beginning, frames as frequent
        as the ticks would fall behind them bit by bit, and each be late by up to a tick.
        """
        return min(max(due_ns + period_ns, began_ns), began_ns + period_ns)

    def _wait_until(self, due_ns: int, period_ns: int) -> None:
        """Never draw faster than the screen shows: where vsync works, the swap has waited already."""
        spare_ns = due_ns - monotonic_ns()
        if spare_ns < 0.2 * period_ns:
            return
        while spare_ns > 0 and not (self.logic.ended.is_set() or self.logic.stopping or self.window.should_close):
            self.logic.ended.wait(min(spare_ns * 1e-9, LONGEST_WAIT))
            spare_ns = due_ns - monotonic_ns()
            if spare_ns > 0:
                self.poll()
            if self.tracer.enabled:
                self.renderer.device.fences.poll()

    def _take(self) -> bool:
        """Take the newest frame, if there is one; returns whether there has ever been one."""
        return self.exchange.acquire() or self.exchange.front_sequence >= 0

    def _draw_between(self) -> None:
        frame = self.exchange.front
        if not self.interpolate:
            return self.draw(1.0)
        alpha = (monotonic_ns() - frame.time_ns) / (frame.dt * 1e9)
        self.draw(min(max(alpha, 0.0), 1.0))

    def refresh(self) -> None:
        """Draw from within :meth:`poll`: while the user drags the window, some systems do not return from it."""
        if self._take():
            self._draw_between()

    def draw(self, alpha: float) -> None:
        """Draw the frame that was taken last and show it; for alpha see :meth:`RenderSystem.render`."""
        tracer, device = self.tracer, self.renderer.device
        began = tracer.now()
        wall, cpu = perf_counter_ns(), thread_time_ns()
        self.renderer.render(self.exchange.front, alpha, self.window.framebuffer_size)
        frame = device.frame_index
        tracer.mark(Stage.RENDER, frame, self.exchange.front.tick)
        tracer.span("draw", began, 0, frame)
        self.cpu_ms.add((thread_time_ns() - cpu) * 1e-6)
        self.wall_ms.add((perf_counter_ns() - wall) * 1e-6)
        swapping = tracer.now()
        self.window.swap()
        tracer.mark(Stage.PRESENT, frame)
        tracer.span("swap", swapping, 0, frame)
        if tracer.enabled:
            device.fences.poll()
        self.frames += 1

    def poll(self) -> None:
        """Send what the window has to tell to the logic thread."""
        self.events.extend(self.window.poll())

    def picture(self) -> npt.NDArray[np.uint8]:
        """Draw the newest tick without showing it: (height, width, 4) uint8, top row first.

        Raises:
            EngineError: the window is minimised and has no pixels.
        """
        size = self.window.framebuffer_size
        if 0 in size:
            raise EngineError("There is no picture to be had, because the window is minimised: show it first.")
        self.exchange.acquire()
        self.renderer.render(self.exchange.front, 1.0, size)
        return read_pixels(self.renderer.device, 0, 0, *size)
