"""The app: a window, a world, and the two threads between them."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic_ns, perf_counter_ns, thread_time_ns
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

import esper
import numpy as np

from ecs_engine.core.errors import EngineError, ThreadError
from ecs_engine.core.events import EventQueue
from ecs_engine.core.input import Input
from ecs_engine.core.screen import Screen
from ecs_engine.core.world import World
from ecs_engine.gpu import Device, read_pixels
from ecs_engine.loop import ErrorPolicy, Logic, OnError
from ecs_engine.pictures import Pictures
from ecs_engine.render import PipelineSource, RenderSystem, sprite_source
from ecs_engine.systems import (
    SPRITES,
    BatchingSystem,
    CullingSystem,
    Drawable,
    Drawables,
    InputSystem,
    PhysicsSystem,
    PublishSystem,
    SpriteSystem,
    TransformSystem,
    make_exchange,
)
from ecs_engine.trace.samples import Samples

if TYPE_CHECKING:
    from ecs_engine.gpu.gl import GL
    from ecs_engine.window import Window

SWITCH_INTERVAL = 0.001
"""Seconds a thread keeps the GIL while another wants it, for the run of an app; see docs/decisions/0003."""

_open_apps: list[App] = []


class App:
    """A game: make one, fill its world, :meth:`run` it.

    Args:
        title: of the window.
        size: of the window, in window units. Without a camera, one world unit is one of these, and the origin is in
            the middle.
        tick_rate: ticks a second.
        headless: draw in memory instead of on the screen; by default only if ``ECS_ENGINE_HEADLESS`` is 1.
        vsync: let the screen set the pace of drawing.
        filter: ``"linear"`` for smooth pictures, ``"nearest"`` for crisp pixels.
        on_error: what happens when a system raises.
        page_size: side of the pages that pictures are packed into, in pixels.
        strict: missing or broken pictures raise instead of showing a checkerboard.
        debug: check every GL call (slow): errors name the call.
        drawables: further kinds of picture, each with its shaders.
        window, gl: stand-ins for tests.

    Raises:
        DisplayError: no window or context could be made.
        GLError: the GL library is missing, or older than 3.3.
        EngineError: another App is open in this process.

    Make, run and close it on the main thread. It is a context manager: leaving it closes it.
    """

    def __init__(
        self,
        title: str = "ecs-engine",
        size: tuple[int, int] = (1280, 720),
        *,
        tick_rate: float = 60.0,
        headless: bool | None = None,
        vsync: bool = True,
        resizable: bool = True,
        fullscreen: bool = False,
        filter: str = "linear",
        on_error: ErrorPolicy = OnError.RAISE,
        page_size: int = 2048,
        strict: bool = False,
        debug: bool = False,
        drawables: tuple[tuple[Drawable, PipelineSource], ...] = (),
        window: Window | None = None,
        gl: GL | None = None,
    ) -> None:
        if _open_apps:
            raise EngineError(
                f"An App ({_open_apps[0].title!r}) is open already and a process has one window and one GL thread: "
                "close it before making another."
            )
        if threading.current_thread() is not threading.main_thread():
            raise ThreadError(
                f"The App was made on thread {threading.current_thread().name!r}, but windows belong to the main "
                "thread: make it there."
            )
        if not tick_rate > 0:
            raise EngineError(f"The tick rate is {tick_rate}: give a number of ticks a second above 0.")
        self.title = title
        self.world = World()
        self.pictures = Pictures(page_size, strict=strict)
        self.input = Input()
        self.events = EventQueue()
        self.render_ms = Samples()
        """Duration of drawing each frame, without the wait for the screen."""
        self.render_cpu_ms = Samples()
        """Processor time of the same, on the context thread."""
        self.frames = 0
        """Frames drawn so far."""
        self._closed = False
        self._interrupted = False
        kinds = ((SPRITES, sprite_source()), *drawables)
        self._drawables = Drawables(*(drawable for drawable, _ in kinds))
        self._exchange = make_exchange(self._drawables)
        self._logic = Logic(self.world, self._exchange, tick_rate, on_error)
        _open_apps.append(self)
        try:
            self.window = window or _make_window(title, size, headless, vsync, resizable, fullscreen, debug)
            self.window.make_current()
            self.device = Device(gl or _load_gl(), debug=debug)
            self.renderer = RenderSystem(
                self.device,
                [(d.name, d.column_specs(), source) for d, source in kinds],
                self.pictures,
                filter=filter,
            )
        except BaseException:
            self.close()
            raise
        self._fill_world(size)
        self.window.on_refresh = self._draw_newest

    def _fill_world(self, size: tuple[int, int]) -> None:
        width, height = self.window.framebuffer_size
        for resource in (
            Screen(*self.window.size, width, height, size[1]),
            self.input,
            self.pictures,
            self._drawables,
        ):
            self.world.add_resource(resource)
        for system in (
            InputSystem(self.events),
            PhysicsSystem(),
            TransformSystem(),
            SpriteSystem(),
            CullingSystem(),
            BatchingSystem(),
            PublishSystem(self._exchange),
        ):
            self.world.add_processor(system)

    # -- the game's side ---------------------------------------------------------------------------------
    def add_system(self, system: esper.Processor, priority: int | None = None) -> None:
        """Add a system (or a plain esper Processor) to the world."""
        self.world.add_processor(system, priority)

    @property
    def tick(self) -> int:
        """Ticks begun so far."""
        return self._logic.ticks

    @property
    def tick_ms(self) -> Samples:
        """Duration of the newest ticks, in milliseconds."""
        return self._logic.wall_ms

    @property
    def tick_cpu_ms(self) -> Samples:
        """Processor time of the newest ticks, in milliseconds."""
        return self._logic.cpu_ms

    def quit(self) -> None:
        """End :meth:`run` after the current frame. Any thread."""
        self._logic.stop.set()
        self._logic.wake_main.set()

    # -- running ---------------------------------------------------------------------------------------
    def step(self, ticks: int = 1, *, draw: bool = True) -> None:
        """Run ticks one after the other on the calling thread, with no waiting, and draw the last one.

        The same systems run in the same order as in :meth:`run`, so the results are the same. Main thread only.

        Raises:
            Exception: whatever a system raised, where the policy says so.
        """
        self._require_open("step")
        self._poll()
        for _ in range(ticks):
            self._logic.tick(monotonic_ns())
        if draw:
            self._exchange.acquire()
            self.draw(1.0)

    def run(
        self,
        *,
        ticks: int | None = None,
        frames: int | None = None,
        screenshot: str | os.PathLike[str] | None = None,
        frame_rate: float | None = None,
    ) -> None:
        """Run until the window closes, :meth:`quit` is called, or the given number of ticks or frames is done; then
        close everything.

        Args:
            screenshot: where to write the last picture, as PNG.
            frame_rate: the most frames a second; by default the screen's rate, 0 for no limit.

        Raises:
            KeyboardInterrupt: Ctrl-C, after a clean shutdown.
            Exception: whatever a system raised, with its own traceback, where the policy says so.
        """
        self._require_open("run")
        with _switch_interval(SWITCH_INTERVAL), _frozen_garbage(), self._interruptible():
            try:
                self._exchange.rebind()
                self._logic.start(ticks)
                self._draw_until_done(frames, frame_rate)
                self._logic.finish()
                if screenshot is not None and self._logic.failure is None:
                    self.screenshot(screenshot)
            finally:
                self.close()
        if self._logic.failure is not None:
            raise self._logic.failure
        if self._interrupted:
            raise KeyboardInterrupt

    def _draw_until_done(self, frames: int | None, frame_rate: float | None) -> None:
        rate = self.window.refresh_rate or 60.0 if frame_rate is None else frame_rate
        period_ns = round(1e9 / rate) if rate else 0
        last = self.frames + frames if frames is not None else None
        logic = self._logic
        while logic.running and not logic.stop.is_set() and self.frames != last:
            began = monotonic_ns()
            self._poll()
            if self.window.should_close:
                return
            if self._exchange.acquire() or self._exchange.front.tick:
                self._draw_between()
            else:
                self._exchange.wait_for_frame(0.05)
                continue
            # Never draw faster than the screen shows: where vsync works, the swap has waited already.
            spare_ns = period_ns - (monotonic_ns() - began)
            if spare_ns > 0.2 * period_ns:
                logic.wake_main.wait(spare_ns * 1e-9)

    def _draw_between(self) -> None:
        frame = self._exchange.front
        alpha = (monotonic_ns() - frame.time_ns) / (frame.dt * 1e9)
        self.draw(min(max(alpha, 0.0), 1.0))

    def _draw_newest(self) -> None:
        """Called while the user drags or resizes the window, when some systems hold the event loop."""
        if self._exchange.acquire() or self._exchange.front.tick:
            self._draw_between()

    def draw(self, alpha: float = 1.0) -> None:
        """Draw the newest acquired frame and show it. Context thread only."""
        wall, cpu = perf_counter_ns(), thread_time_ns()
        self.renderer.render(self._exchange.front, alpha, self.window.framebuffer_size)
        self.render_cpu_ms.add((thread_time_ns() - cpu) * 1e-6)
        self.render_ms.add((perf_counter_ns() - wall) * 1e-6)
        self.window.swap()
        self.frames += 1

    def _poll(self) -> None:
        self.events.extend(self.window.poll())

    # -- pictures of the screen ------------------------------------------------------------------------
    def read_pixels(self) -> np.ndarray[Any, Any]:
        """Draw the newest frame again and return it: (height, width, 4) uint8, top row first. Main thread only."""
        self._require_open("read_pixels")
        width, height = self.window.framebuffer_size
        self.renderer.render(self._exchange.front, 1.0, (width, height))
        return read_pixels(self.device, 0, 0, width, height)

    def screenshot(self, path: str | os.PathLike[str]) -> None:
        """Write :meth:`read_pixels` as a PNG file, making its folder if need be."""
        from PIL import Image

        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(self.read_pixels()[..., :3]).save(path)

    # -- the end ---------------------------------------------------------------------------------------
    def close(self) -> None:
        """Join the logic thread, delete all GL objects and close the window. Closing twice does nothing.

        The world stays readable.
        """
        if self._closed:
            return
        self._closed = True
        try:
            self._logic.finish()
            self._exchange.close()
            renderer = getattr(self, "renderer", None)
            if renderer is not None:
                renderer.close()
            device = getattr(self, "device", None)
            if device is not None:
                device.close()
        finally:
            window = getattr(self, "window", None)
            if window is not None:
                window.close()
            _open_apps.remove(self)

    def __enter__(self) -> App:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _require_open(self, what: str) -> None:
        if self._closed:
            raise EngineError(f"App.{what} was called after the app closed: make a new App.")
        if self._logic.running:
            raise EngineError(f"App.{what} was called while the app is running: call it before or after run().")

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Ctrl-C asks the app to end: raised at once, it could fall into a driver's callback and be lost."""

        def interrupt(_signal: int, _frame: FrameType | None) -> None:
            self._interrupted = True
            self.quit()

        before = signal.signal(signal.SIGINT, interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def _make_window(
    title: str, size: tuple[int, int], headless: bool | None, vsync: bool, resizable: bool, fullscreen: bool, debug: bool
) -> Window:
    if headless is None:
        headless = os.environ.get("ECS_ENGINE_HEADLESS") == "1"
    if headless:
        from ecs_engine.window.headless import HeadlessWindow

        return HeadlessWindow(size, title=title, debug_context=debug)
    from ecs_engine.window.glfw_window import GlfwWindow

    return GlfwWindow(title, size, vsync=vsync, resizable=resizable, fullscreen=fullscreen, debug_context=debug)


def _load_gl() -> GL:
    from ecs_engine.gpu import load_opengl

    return load_opengl()


@contextmanager
def _switch_interval(seconds: float) -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _frozen_garbage() -> Iterator[None]:
    """What was loaded before the run is kept out of the garbage collector's way while it lasts."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
