"""The context thread's side of a run: it looks after the window and draws the newest frame."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter_ns, thread_time_ns

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import EventQueue
from ecs_engine.display import Display
from ecs_engine.frame.exchange import Exchange
from ecs_engine.frame.snapshot import Frame
from ecs_engine.gpu import read_pixels
from ecs_engine.loop import DRAWING, MOST_RATE, Logic
from ecs_engine.overlay import Overlay
from ecs_engine.pacing import FollowPacer, GarbageSlack, PacingSettings, ScreenPacer, SlackClock, TickerPacer
from ecs_engine.render import RenderSystem
from ecs_engine.trace import AnyTracer, Samples, Stage

LONGEST_WAIT = 0.05
"""Seconds the context thread waits at most, however slow the frame rate, before it looks at the window again."""
LOOK_NS = 1_000_000_000
"""How often the screen is asked for its refresh rate: the player may drag the window to another screen."""
DEFAULT_HZ = 60.0
"""Of a screen that does not tell, or tells what no screen has."""


class WatchfulClock(SlackClock):
    """The pacing clock, with waits that do something every :data:`LONGEST_WAIT` seconds and end when told to.

    Args:
        slack: see :class:`SlackClock`; the looks are no slack.
        look: called in the middle of long waits.
        done: whether to end the wait.
    """

    def __init__(self, slack: GarbageSlack, look: Callable[[], object], done: Callable[[], bool]) -> None:
        super().__init__(slack, DRAWING)
        self._look = look
        self._done = done

    def sleep_until_ns(self, deadline_ns: int, wake: threading.Event | None = None) -> int:
        """See :class:`Clock`."""
        now, longest = self.now_ns(), round(LONGEST_WAIT * 1e9)
        if now >= deadline_ns:
            return super().sleep_until_ns(deadline_ns, wake)
        while now < deadline_ns and not self._done() and not (wake is not None and wake.is_set()):
            before, now = now, super().sleep_until_ns(min(deadline_ns, now + longest), wake)
            if now <= before:
                break  # the clock went back
            if now < deadline_ns:
                self._look()
        return now


TICK_WAIT = 0.001
"""Seconds between two looks at the window while it waits for a tick that it draws as soon as it is there."""


class Drawing:
    """Takes frames out of the exchange and shows them. Everything here is for the main thread only.

    Args:
        pacing: name of the pacing strategy.
        queue_depth: frames that may be on their way to the screen, 1 or 2.
        interpolate: draw between two ticks, paced by the strategy; else each tick once, as soon as it is there.
        overlay: show the overlay from the first frame on.

    Raises:
        EngineError: there is no such strategy or depth.
    """

    def __init__(
        self,
        display: Display,
        renderer: RenderSystem,
        exchange: Exchange[Frame],
        logic: Logic,
        events: EventQueue,
        tracer: AnyTracer,
        pacing: str,
        queue_depth: int,
        *,
        interpolate: bool,
        overlay: bool,
    ) -> None:
        self.display = display
        self.window = display.window
        self.renderer = renderer
        self.exchange = exchange
        self.logic = logic
        self.events = events
        self.tracer = tracer
        self.pacing = pacing
        self.queue_depth = queue_depth
        self.clock = WatchfulClock(logic.slack, self._look, self._over)
        self.pacer: ScreenPacer | FollowPacer | None = None
        """What paces the frames of a run, from its first frame on; None where nothing does."""
        self.present_ns = 0
        """When the newest frame is meant to be seen, where it is paced."""
        self.lead_ns: float | None = None
        """How long before the moment they are meant for frames begin, smoothed; None before the pacer's first."""
        self._wanted: tuple[float, str, bool] | None = None
        self._look_ns = 0
        self.interpolate = interpolate
        self.errands: deque[Callable[[], object]] = deque()
        """What other threads want done on this one; any thread may append."""
        self.frames = 0
        """Frames drawn so far."""
        self.wall_ms = Samples()
        """Duration of drawing each frame, without the wait for the screen."""
        self.cpu_ms = Samples()
        """Processor time of the same, on this thread."""
        self.overlay = Overlay(renderer, logic, self.wall_ms, visible=overlay)

    def until_done(self, last_frame: float, frame_rate: float | None) -> None:
        """Draw while the logic thread ticks, until it has ended, the window closes or so many frames are drawn.

        Args:
            last_frame: value of :attr:`frames` at which to return.
            frame_rate: frames a second; None for those of the screen, 0 for as many as can be.
        """
        self.pacer = None
        rate = self._pace(frame_rate)[0]
        tick_ns, period_ns = round(self.logic.dt * 1e9), round(1e9 / rate) if rate else 0
        self.tracer.expect(tick_ns, period_ns if self.interpolate else max(tick_ns, period_ns))
        while True:
            # What the game loaded before is there from the first frame; what comes later may not make a frame late.
            self.renderer.spread_uploads = self.frames > 0
            moment = self._begin() if self.frames < last_frame else None
            waiting_ns = self.clock.now_ns()
            self._wait_for_gpu()
            self.overlay.gpu_wait_ns += self.clock.now_ns() - waiting_ns
            self.poll()
            if self._over() or self.frames >= last_frame:
                return
            if self.logic.ended.is_set():
                if self.logic.failure is None and self._take():
                    self.draw(1.0)  # the last tick, as it is in the end
                return
            if not (self._take() if self.interpolate else self.exchange.acquire()):
                self.clock.pause()
                self.exchange.wait_for_frame(LONGEST_WAIT if self.interpolate else TICK_WAIT)
                continue
            self._render(self._alpha(self.clock.now_ns() if moment is None else moment))
            self._present()
            self._keep_pacer(frame_rate)

    def _keep_pacer(self, frame_rate: float | None) -> None:
        """Have a pacer for the next frame: the same one, or a new one, at first and when the screen is another one."""
        now = self.clock.now_ns()
        if self.pacer is not None and now - self._look_ns < LOOK_NS:
            return
        self._look_ns = now
        wanted = self._pace(frame_rate)
        rate, name, swaps_wait = wanted
        if rate == 0 or (self.pacer is not None and wanted == self._wanted):
            return
        self._wanted = wanted
        settings = PacingSettings(rate, self.queue_depth)
        if self.interpolate:
            self.pacer = ScreenPacer(name, settings, self.clock, swaps_wait=swaps_wait)
        else:
            self.pacer = FollowPacer(settings, self.clock)
        self.lead_ns = None

    def _pace(self, frame_rate: float | None) -> tuple[float, str, bool]:
        """The most frames a second (0: no limit), the strategy, and whether swaps may wait for the screen."""
        if frame_rate is not None:
            return frame_rate, TickerPacer.name, False
        rate = self.window.refresh_rate or DEFAULT_HZ
        # What a screen says may be wrong, and that is no reason to stop a frame.
        return rate if 1 <= rate <= MOST_RATE else DEFAULT_HZ, self.pacing, self.window.vsync

    def _begin(self) -> int | None:
        """Wait for the next frame; return which moment, about now, it is to be drawn for, if that is known already.

        The moment at which it will be seen is even, and that at which it begins is not. But it lies ahead, and nothing
        is known of ticks to come: so the picture is as late as frames are begun early, by a number that changes slowly.
        """
        pacer = self.pacer
        if pacer is None:
            self.clock.pause()
            return None
        time = pacer.begin_frame(self.logic.ended)
        self.present_ns = time.present_ns
        ahead, most = time.present_ns - self.clock.now_ns(), pacer.settings.period_ns / 4
        if self.lead_ns is None:
            self.lead_ns = time.present_ns - time.start_ns  # as planned: this very frame may begin late
        self.lead_ns += min(max(ahead - self.lead_ns, -most), most) / 16
        if self.tracer.enabled:
            self.renderer.device.fences.poll()
        return round(time.present_ns - self.lead_ns)

    def _present(self) -> None:
        """Show the frame, and tell what paces."""
        pacer = self.pacer
        if pacer is None:
            self._show()
            return
        pacer.end_work()
        self.clock.waits(self.present_ns)  # a swap waits for the screen
        try:
            swapped = self._show()
        finally:
            self.clock.works()
        pacer.presented(swapped)
        self.logic.aim(pacer.aim_ns, pacer.settings.period_ns)

    def _wait_for_gpu(self) -> None:
        """Keep to the queue depth. Before the input is read, so that what is drawn then is new."""
        fences = self.renderer.device.fences
        before = fences.ended + 1 - self.queue_depth
        if before > 0:  # the first frame is 1
            fences.wait(before)

    def _over(self) -> bool:
        return self.logic.stopping or self.window.should_close

    def _look(self) -> None:
        """In the middle of a long wait."""
        self.poll()
        if self.tracer.enabled:
            self.renderer.device.fences.poll()

    def _take(self) -> bool:
        """Take the newest frame, if there is one; returns whether there has ever been one."""
        return self.exchange.acquire() or self.exchange.front_sequence >= 0

    def _alpha(self, moment_ns: int) -> float:
        """How far the picture is on its way from the tick before to the newest one: one tick behind that moment."""
        if not self.interpolate:
            return 1.0
        alpha = (moment_ns - self.exchange.front.time_ns) / (self.logic.dt * 1e9)
        return min(max(alpha, 0.0), 1.0)

    def refresh(self) -> None:
        """Draw from within :meth:`poll`: while the user drags the window, some systems do not return from it."""
        if self._take():
            self.draw(self._alpha(self.clock.now_ns()))

    def draw(self, alpha: float) -> None:
        """Draw the frame that was taken last and show it; for alpha see :meth:`RenderSystem.render`."""
        self._render(alpha)
        self._show()

    def _render(self, alpha: float) -> None:
        tracer = self.tracer
        began = tracer.now()
        wall, cpu = perf_counter_ns(), thread_time_ns()
        self.renderer.render(self.exchange.front, alpha, self.window.framebuffer_size)
        frame = self.renderer.device.frame_index
        tracer.mark(Stage.RENDER, frame, self.exchange.front.tick)
        tracer.span("draw", began, 0, frame)
        cpu = thread_time_ns() - cpu
        tracer.load("draw", began, cpu)
        self.cpu_ms.add(cpu * 1e-6)
        self.wall_ms.add((perf_counter_ns() - wall) * 1e-6)

    def _show(self) -> int:
        """Swap; return when that was done, on the pacing clock."""
        tracer, device = self.tracer, self.renderer.device
        frame = device.frame_index
        swapping, began = tracer.now(), self.clock.now_ns()
        self.display.swap()
        swapped = self.clock.now_ns()
        budget = self.pacer.settings.period_ns if self.interpolate and self.pacer else self.logic.dt * 1e9
        self.overlay.frame_shown(self.exchange.front, began, swapped, budget)
        tracer.mark(Stage.PRESENT, frame)
        tracer.span("swap", swapping, 0, frame)
        if tracer.enabled:
            device.fences.poll()
        self.frames += 1
        return swapped

    def poll(self) -> None:
        """Do what others want done on this thread, and send what the windows have to tell to the logic thread."""
        for _ in range(len(self.errands)):  # what these ask for in turn waits for the next time
            self.display.keep(self.errands.popleft())
        events = self.display.poll()
        self.overlay.notice(events)
        self.events.extend(events)

    def picture(self, window: int = 0) -> npt.NDArray[np.uint8]:
        """Draw the newest tick without showing it: what a window would show, (height, width, 4) uint8, top row first.

        Raises:
            EngineError: the window is minimised and has no pixels, or there is none of that number.
        """
        if window not in self.display.windows:
            raise EngineError(f"There is no picture of window {window} to be had, because it is not open.")
        size = self.window.framebuffer_size
        if 0 in self.display.windows[window].framebuffer_size:
            raise EngineError("There is no picture to be had, because the window is minimised: show it first.")
        self.exchange.acquire()
        self.renderer.spread_uploads = False
        self.renderer.render(self.exchange.front, 1.0, size)
        if window == 0:
            return read_pixels(self.renderer.device, 0, 0, *size)
        framebuffer = self.display.surfaces[window].framebuffer
        assert framebuffer is not None  # it was drawn into just now
        return framebuffer.read_pixels()


GAP = 16
"""Pixels between the windows in a picture of several."""


def side_by_side(pictures: Sequence[npt.NDArray[np.uint8]]) -> npt.NDArray[np.uint8]:
    """Pictures (height, width, 4) from left to right, their upper edges in line, on opaque black: one as it is."""
    if len(pictures) == 1:
        return pictures[0]
    height = max(picture.shape[0] for picture in pictures)
    width = sum(picture.shape[1] for picture in pictures) + GAP * (len(pictures) - 1)
    joined = np.zeros((height, width, 4), np.uint8)
    joined[..., 3] = 255
    left = 0
    for picture in pictures:
        joined[: picture.shape[0], left : left + picture.shape[1]] = picture
        left += picture.shape[1] + GAP
    return joined
