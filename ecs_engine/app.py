"""The app: a window, a world, and the two threads between them."""

from __future__ import annotations

import logging
import math
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Literal, Self, get_args

import esper
import numpy as np
import numpy.typing as npt

from ecs_engine.core.clipboard import Clipboard
from ecs_engine.core.errors import EngineError, ThreadError
from ecs_engine.core.events import ContextRestoredEvent, EventQueue, PasteEvent
from ecs_engine.core.input import Input
from ecs_engine.core.screen import Resolution, Scaling, Screen
from ecs_engine.core.world import World
from ecs_engine.display import Display, open_window
from ecs_engine.drawing import Drawing, side_by_side
from ecs_engine.files import FileName, GameFiles
from ecs_engine.frame.snapshot import Frame
from ecs_engine.loop import LEAST_RATE, MOST_RATE, ErrorPolicy, Logic, OnError, checked_scale
from ecs_engine.overlay import Overlay
from ecs_engine.pacing import GarbageSlack, PacingSettings, make_pacer
from ecs_engine.pictures import Pictures
from ecs_engine.process import collected_in_slack, ctrl_c, fine_timers, switch_interval
from ecs_engine.profiling import watch_device
from ecs_engine.render import PipelineSource, RenderSystem
from ecs_engine.stock import stock_kinds, stock_systems
from ecs_engine.systems import Assets, Drawable, Drawables, InputSystem, make_exchange
from ecs_engine.text import Fonts
from ecs_engine.trace import AnyTracer, NullTracer, Samples, Stage, Tracer

if TYPE_CHECKING:
    from ecs_engine.gpu.gl import GL
    from ecs_engine.gpu.texture import Filter
    from ecs_engine.window import Window

SWITCH_INTERVAL = 0.001
"""Seconds a thread keeps the GIL while another wants it, for the run of an app; see docs/decisions/0003."""

GarbagePolicy = Literal["slack", "leave"]
GARBAGE_POLICIES: tuple[str, ...] = get_args(GarbagePolicy)

log = logging.getLogger("ecs_engine")

_open_apps: list[App] = []


class App:
    """A game: make one, fill its world, :meth:`run` it.

    Args:
        title: of the window.
        size: of the window, in window units. Without a camera, one world unit is one of these, and the origin is in
            the middle.
        tick_rate: ticks a second, from 0.01 to 10,000.
        headless: draw in memory instead of on the screen; by default only if ``ECS_ENGINE_HEADLESS`` is 1.
        vsync: let the screen set the pace of drawing.
        pacing: when frames begin: ``"phase_locked"`` (just in time for the screen), ``"vsync"``, ``"cooperative"`` or
            ``"ticker"``; see docs/pacing.md. While swaps do not wait for the screen all of them are tickers.
        queue_depth: frames that may be on their way to the screen: 1 for the least latency, 2 to let a slow frame pass
            unseen. Drawing waits for the GPU to finish the frame that many before.
        interpolate: draw the way between the last two ticks, which is smooth but up to a tick late. Without it each
            tick is drawn once, whole and as soon as it can be.
        resolution: width and height of the picture in the window, whatever size that has; world units without a camera,
            and the mouse's units. See docs/cameras.md.
        scaling: how that picture is shown: ``"letterbox"`` (as large as fits), ``"integer"`` (pixel by pixel, for pixel
            art) or ``"stretch"``.
        bars: colour, 0 to 255, of what the picture leaves free in the window.
        filter: ``"linear"`` for smooth pictures, ``"nearest"`` for crisp pixels.
        on_error: what happens when a system raises.
        seed: of :attr:`random`, from 0 on; by default one that differs from run to run, and is :attr:`seed` then.
        garbage: what :meth:`run` does about Python's garbage collector: ``"slack"`` sets aside all that was loaded
            before and collects while both threads wait; ``"leave"`` changes nothing. See docs/pacing.md.
        files: where names of files are looked up: a folder, what ``importlib.resources.files`` returns, or a
            ``zipfile.Path``; by default the working directory. ``Path(__file__).parent`` is the game's own folder.
        page_size: side of the pages that pictures are packed into, in pixels.
        strict: missing or broken pictures and fonts raise instead of showing a checkerboard or the pixel font.
        debug: check every GL call (slow): errors name the call.
        development: read files of shaders again when they change, and show the errors of those that do not compile on
            the screen instead of raising them; by default only if ``ECS_ENGINE_DEVELOPMENT`` is 1.
        overlay: show :attr:`overlay`, figures of the running app, from the first frame on. F3 shows and hides it.
        drawables: further kinds of picture, each with its shaders.
        render_system: draws the frames: RenderSystem or a subclass.
        tracer: records what happens when, from each input to the screen, and what made frames late; the app closes
            it. See docs/latency.md and docs/profile.md.
        window, gl: stand-ins for tests.

    Raises:
        DisplayError: no window or context could be made.
        GLError: the GL library is missing, or older than 3.3.
        ShaderError: the shaders of one of the drawables do not compile.
        EngineError: another App is open in this process, or an argument is of no use.
        ThreadError: it is made on another thread than the main one.

    Make, run and close it on the main thread. It is a context manager: leaving it closes it. When making it fails,
    nothing is left behind.
    """

    def __init__(
        self,
        title: str = "ecs-engine",
        size: tuple[int, int] = (1280, 720),
        *,
        tick_rate: float = 60.0,
        headless: bool | None = None,
        vsync: bool = True,
        pacing: str = "phase_locked",
        queue_depth: int = 1,
        interpolate: bool = True,
        resizable: bool = True,
        fullscreen: bool = False,
        resolution: tuple[int, int] | None = None,
        scaling: Scaling = "letterbox",
        bars: tuple[int, int, int] = (0, 0, 0),
        filter: Filter = "linear",
        on_error: ErrorPolicy = OnError.RAISE,
        seed: int | None = None,
        garbage: GarbagePolicy = "slack",
        files: FileName | Traversable | None = None,
        page_size: int = 2048,
        strict: bool = False,
        debug: bool = False,
        development: bool | None = None,
        overlay: bool = False,
        drawables: tuple[tuple[Drawable, PipelineSource], ...] = (),
        render_system: type[RenderSystem] = RenderSystem,
        tracer: AnyTracer | None = None,
        window: Window | None = None,
        gl: GL | None = None,
    ) -> None:
        _require_main_thread("make an App")
        if _open_apps:
            raise EngineError(
                f"An App ({_open_apps[0].title!r}) is open already and a process has one window and one GL thread: "
                "close it before making another."
            )
        if not (seed is None or (isinstance(seed, (int, np.integer)) and seed >= 0)):
            raise EngineError(f"seed is {seed!r}: give a whole number, 0 or more, or None for another in each run.")
        self.title: str = title
        self.seed: int = secrets.randbits(32) if seed is None else int(seed)
        """What :attr:`random` began with."""
        self.random = np.random.default_rng(self.seed)
        """Random numbers for the game's systems, which also find it as the resource ``numpy.random.Generator``."""
        self.world = World()
        self.input = Input()
        self.events = EventQueue()
        self._closed = False
        self._interrupted = False
        self._doing = ""  # "step" or "run", while the app is at it
        self._cleanup = ExitStack()  # all that must be undone, newest first
        _open_apps.append(self)
        self._cleanup.callback(_open_apps.remove, self)
        try:
            self.fonts = Fonts(strict=strict)
            kinds = (*stock_kinds(self.fonts), *drawables)
            picture = None if resolution is None else Resolution.of(resolution, scaling, bars)
            self.pictures = Pictures(page_size, strict=strict, files=GameFiles(files))
            self.assets = Assets(self.pictures, strict=strict)
            self._cleanup.callback(self.assets.close)
            self._drawables = Drawables(*(drawable for drawable, _ in kinds))
            self._exchange = make_exchange(self._drawables)
            self.tracer = tracer or NullTracer()
            self._cleanup.callback(self.tracer.close)
            self._logic = Logic(self.world, self._exchange, tick_rate, on_error, self.tracer)
            self.tick_rate: float = tick_rate
            """Ticks a second."""
            if garbage not in GARBAGE_POLICIES:
                raise EngineError(f"garbage is {garbage!r}: give one of {', '.join(GARBAGE_POLICIES)}.")
            self._garbage = garbage
            # Whether there is such a strategy is to be known before a window opens.
            make_pacer(pacing, PacingSettings(queue_depth=queue_depth), self._logic.clock)
            self.window = window or open_window(
                title, size, headless=headless, vsync=vsync, resizable=resizable, fullscreen=fullscreen, debug=debug
            )
            self._cleanup.callback(self._close_window)
            self._display = Display(self.window, gl, debug=debug)
            self.device = self._display.device
            self._cleanup.callback(self.device.close)
            if isinstance(self.tracer, Tracer):
                self._cleanup.callback(watch_device(self.device, self.tracer).close)
            self._cleanup.callback(self._display.close_others)
            sets = [(drawable.spec, source) for drawable, source in kinds]
            self.renderer = render_system(self.device, sets, self.pictures, filter=filter, resolution=picture)
            self._cleanup.callback(self.renderer.close)
            if development is None:
                development = os.environ.get("ECS_ENGINE_DEVELOPMENT") == "1"
            self.renderer.effects.development = development
            self.renderer.surfaces = self._display.surfaces
            self._display.on_restored = self._restored
            self._drawing = Drawing(
                self._display,
                self.renderer,
                self._exchange,
                self._logic,
                self.events,
                self.tracer,
                pacing,
                queue_depth,
                interpolate=interpolate,
                overlay=overlay,
            )
            self._cleanup.callback(self._drawing.overlay.close)
            self._cleanup.callback(self._logic.finish)
            self._fill_world(size[1], picture, development)
            if self.tracer.enabled:
                self._trace()
        except BaseException:
            self._cleanup.callback(self.world.close)
            self._shut_down()
            raise
        self.window.on_refresh = self._drawing.refresh

    def _fill_world(self, window_height: int, picture: Resolution | None, development: bool) -> None:
        sizes = self.window.size, self.window.framebuffer_size
        screen = Screen(*sizes[0], *sizes[1], picture.height if picture else window_height, picture)
        screen.resize(*sizes)
        clipboard = Clipboard(
            lambda: self.call_on_main(self._paste), lambda text: self.call_on_main(lambda: self._copy(text))
        )
        for resource in (screen, clipboard, self.input, self.pictures, self.assets, self.fonts, self._drawables):
            self.world.add_resource(resource)
        self.world.add_resource(self.random, np.random.Generator)
        for system in stock_systems(self.events, self._exchange, development=development):
            self.world.add_processor(system)

    def _paste(self) -> None:
        """Send what is in the clipboard to the logic thread."""
        text = self.window.clipboard
        if text:
            self.events.push(PasteEvent(text))

    def _copy(self, text: str) -> None:
        self.window.clipboard = text

    def _restored(self) -> None:
        """The graphics context was lost and is there again."""
        self.renderer.restore()
        self.events.push(ContextRestoredEvent())

    def _trace(self) -> None:
        """Let the parts that know nothing of tracing tell the tracer."""
        tracer, logic = self.tracer, self._logic
        input_system = self.world.get_processor(InputSystem)
        assert input_system is not None
        input_system.on_drain = lambda events: tracer.input(events, logic.ticks)
        self.world.on_processed = tracer.span
        self.device.fences.on_completed = lambda frame: tracer.mark(Stage.GPU, frame)

    # -- the game's side ---------------------------------------------------------------------------------
    def add_system(self, system: esper.Processor, priority: int | None = None) -> None:
        """Add a system (or a plain esper Processor) to the world."""
        self.world.add_processor(system, priority)

    @property
    def tick(self) -> int:
        """Ticks begun so far."""
        return self._logic.ticks

    @property
    def skipped_ticks(self) -> int:
        """Ticks left out so far: where ticks take far too long, a game slows down rather than racing to catch up."""
        return self._logic.skipped

    @property
    def tick_ms(self) -> Samples:
        """Duration of the newest ticks, in milliseconds."""
        return self._logic.wall_ms

    @property
    def tick_cpu_ms(self) -> Samples:
        """Processor time of the newest ticks, in milliseconds."""
        return self._logic.cpu_ms

    @property
    def frames(self) -> int:
        """Frames drawn so far."""
        return self._drawing.frames

    @property
    def render_ms(self) -> Samples:
        """Duration of drawing each of the newest frames, without the wait for the screen, in milliseconds."""
        return self._drawing.wall_ms

    @property
    def render_cpu_ms(self) -> Samples:
        """Processor time of the same, on the context thread."""
        return self._drawing.cpu_ms

    @property
    def overlay(self) -> Overlay:
        """Live figures over the picture: ``app.overlay.visible = True`` shows them, and so does F3 unless
        ``app.overlay.key`` is another key or None. Any thread. See docs/overlay.md."""
        return self._drawing.overlay

    @property
    def garbage(self) -> GarbageSlack:
        """How often garbage was collected in :meth:`run` so far, and how often there was no slack for it."""
        return self._logic.slack

    @property
    def frame(self) -> Frame:
        """What was drawn last: the last good frame, also after a failure and after :meth:`close`. Main thread only."""
        return self._exchange.front

    @property
    def time_scale(self) -> float:
        """Seconds of game time in a second: 1 at first, 0.5 in slow motion, 0 paused. Any thread.

        Ticks come as often as ever, and each is worth ``time_scale / tick_rate`` seconds, which is what systems get as
        ``dt``. So a paused game still takes input and draws, and a system can end the pause.

        Raises:
            EngineError: on setting: it is below 0 or no finite number.
        """
        return self._logic.time_scale

    @time_scale.setter
    def time_scale(self, scale: float) -> None:
        self._logic.time_scale = checked_scale(scale)

    @property
    def windows(self) -> Mapping[int, Window]:
        """The open windows by number: 0 is :attr:`window`. Main thread only."""
        return MappingProxyType(self._display.windows)

    def open_window(self, title: str, size: tuple[int, int] = (640, 360), *, resizable: bool = True) -> int:
        """Open another window on the same world; its number, which tells cameras where to draw and events where from.

        What cameras with ``Camera2D(window=number)`` see is shown there; without one it is black. Its swaps do not wait
        for the screen, as the first window's do. Closing it leaves the game running, and :attr:`windows` without it;
        closing the first window ends the game. Main thread only, before or between runs.

        Raises:
            DisplayError: it cannot be opened.
            EngineError: the app is running.
        """
        with self._busy("open_window"):
            number = self._display.open(title, size, resizable=resizable)
            window = self._display.windows[number]
            window.on_refresh = self._drawing.refresh
            screen = self.world.resource(Screen)
            screen.others[number] = Screen(*window.size, *window.framebuffer_size, size[1])
            return number

    def lose_context(self) -> None:
        """Have the graphics context lost and made anew before the next frame, to try what a driver's reset does. Any
        thread."""
        self._display.give_up()

    def quit(self) -> None:
        """Let :meth:`run` end after the current tick and frame, or at once if it has yet to begin. Any thread, and
        signal handlers."""
        self._logic.stopping = True

    def call_on_main(self, function: Callable[[], object]) -> None:
        """Have ``function`` called once on the main thread, between two frames. Any thread.

        For what belongs to the main thread and a system decides on, such as the window's title, cursor and fullscreen.
        What it raises ends the run (or the step) and comes out of it. After the app has closed nothing is called.

        Example:
            >>> from ecs_engine.testing.app import FakeApp
            >>> with FakeApp() as app:
            ...     app.call_on_main(lambda: app.window.set_cursor("hidden"))
            ...     app.step()
        """
        self._drawing.errands.append(function)

    # -- running ---------------------------------------------------------------------------------------
    def step(self, ticks: int = 1, *, draw: bool = True) -> None:
        """Run ticks one after the other on the calling thread, with no waiting, and draw the last one.

        The same systems run in the same order as in :meth:`run`, so the results are the same. Main thread only.

        Raises:
            Exception: whatever a system raised, where the policy says so. That tick is not drawn; the app stays open.
        """
        with self._busy("step"):
            self._display.keep(self._drawing.poll)
            for _ in range(_checked_count("ticks", ticks)):
                self._logic.tick(self._logic.clock.now_ns())
            if draw:
                self._exchange.acquire()
                self._display.keep(lambda: self._drawing.draw(1.0))

    def run(
        self,
        *,
        ticks: int | None = None,
        frames: int | None = None,
        screenshot: str | os.PathLike[str] | None = None,
        frame_rate: float | None = None,
    ) -> None:
        """Run until the window closes, :meth:`quit` is called, or the given number of ticks or frames is done; then
        close everything. Main thread only.

        Args:
            ticks: the most ticks; the last one is drawn before the end.
            frames: the most frames to draw.
            screenshot: where to write a picture of the last tick, as PNG.
            frame_rate: the most frames a second, whatever the pacing; by default the screen's rate; 0, or more
                than 10,000, for no limit.

        A second Ctrl-C, for a system that does not come to an end, raises KeyboardInterrupt within that system.

        Raises:
            KeyboardInterrupt: Ctrl-C, after a clean shutdown.
            BaseException: whatever a system raised, with its own traceback, where the policy says so.
        """
        with self._busy("run"):
            most_ticks = None if ticks is None else _checked_count("ticks", ticks)
            last_frame = math.inf if frames is None else self.frames + _checked_count("frames", frames)
            real = isinstance(frame_rate, (int, float))
            if not (frame_rate is None or (real and (frame_rate == 0 or frame_rate >= LEAST_RATE))):
                raise EngineError(
                    f"frame_rate is {frame_rate!r}: give {LEAST_RATE} or more frames a second, or 0 for no limit."
                )
            if frame_rate is not None and frame_rate > MOST_RATE:
                frame_rate = 0  # no wait is that short
            with switch_interval(SWITCH_INTERVAL), fine_timers(), self._collecting(), ctrl_c(self._interrupt):
                try:
                    self._run(most_ticks, last_frame, frame_rate)
                    if screenshot is not None and self._logic.failure is None:
                        self._write_picture(screenshot)
                finally:
                    self._shut_down()
        failure, self._logic.failure = self._logic.failure, None
        if failure is not None:
            try:
                raise failure
            finally:
                del failure  # its traceback refers to this frame
        if self._interrupted:
            raise KeyboardInterrupt

    def _collecting(self) -> AbstractContextManager[None]:
        return collected_in_slack(self._logic.slack) if self._garbage == "slack" else nullcontext()

    def _run(self, most_ticks: int | None, last_frame: float, frame_rate: float | None) -> None:
        self._exchange.rebind()
        self._display.keep(self._drawing.poll)
        if self._logic.stopping or self.window.should_close:
            return
        self._logic.start(most_ticks)
        try:
            # After a lost context it goes on where it was: all it keeps is in the drawing and the logic.
            self._display.keep(lambda: self._drawing.until_done(last_frame, frame_rate))
        except BaseException:
            self._logic.finish()
            if self._logic.failure is not None:
                log.error("A system failed at the same time.", exc_info=self._logic.failure)
            raise
        self._logic.finish()

    def _interrupt(self) -> None:
        if self._interrupted:
            self._logic.interrupt()
        self._interrupted = True
        self.quit()

    # -- pictures of the screen ------------------------------------------------------------------------
    def read_pixels(self, window: int = 0) -> npt.NDArray[np.uint8]:
        """Draw the newest tick and return a window's picture: (height, width, 4) uint8, top row first. Main thread.

        Raises:
            EngineError: the window is minimised or not open, so there is no picture.
        """
        with self._busy("read_pixels"):
            return self._display.keep(lambda: self._drawing.picture(window))

    def screenshot(self, path: str | os.PathLike[str]) -> None:
        """Write :meth:`read_pixels` as a PNG file, making its folder if need be; all windows side by side, if there
        are several.

        While the app runs or steps, any thread may call it: the file is written between two frames, and what goes wrong
        then ends the run. At other times it is for the main thread, and written at once.

        Raises:
            OSError: the file cannot be written.
            EngineError: the window is minimised, so there is no picture.
        """
        if self._doing in ("run", "step"):
            self.call_on_main(lambda: self._write_picture(path))
            return
        with self._busy("screenshot"):
            self._write_picture(path)

    def _write_picture(self, path: str | os.PathLike[str]) -> None:
        from PIL import Image

        pictures = [self._display.keep(partial(self._drawing.picture, window)) for window in self.windows]
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        # By way of another file beside it: where the disk is full, the picture that was there before stays.
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            Image.fromarray(side_by_side(pictures)[..., :3]).save(part, format="PNG")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    # -- the end ---------------------------------------------------------------------------------------
    def close(self) -> None:
        """Delete all GL objects and close the window. Closing twice does nothing. Main thread only.

        The world stays readable: :meth:`World.close` gives its memory back.

        Raises:
            EngineError: the app is running: call :meth:`quit`, and ``run`` closes it.
        """
        if self._closed:
            return
        _require_main_thread("close the App", "call quit(), and run() closes it")
        if self._doing:
            raise EngineError(f"App.close was called during App.{self._doing}: call quit(), and run() closes it.")
        self._shut_down()

    def _shut_down(self) -> None:
        """Undo everything, all of it even if some of it fails; an exception that is under way comes first."""
        pending = sys.exception()
        self._closed = True
        try:
            self._cleanup.close()
        except Exception as error:
            if pending is None and self._logic.failure is None:
                raise
            log.error("Closing the app after a failure failed, too.", exc_info=error)

    def _close_window(self) -> None:
        self.window.on_refresh = None
        self.window.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _busy(self, what: str) -> Iterator[None]:
        if self._doing:
            raise EngineError(f"App.{what} was called during App.{self._doing}: call it before or after that.")
        if self._closed:
            raise EngineError(f"App.{what} was called after the app closed: make a new App.")
        _require_main_thread(f"call App.{what}")
        self._doing = what
        try:
            yield
        finally:
            self._doing = ""


def _require_main_thread(what: str, mend: str = "do it there") -> None:
    here, main = threading.current_thread(), threading.main_thread()
    if here is not main:
        raise ThreadError(
            f"Thread {here.name!r} tried to {what}, but windows and OpenGL belong to thread {main.name!r}: {mend}."
        )


def _checked_count(what: str, count: int) -> int:
    if not (isinstance(count, (int, np.integer)) and count >= 0):
        raise EngineError(f"{what} is {count!r}: give a whole number, 0 or more.")
    return int(count)
