"""What an App draws on: a window on the screen or in memory, the OpenGL that goes with it, and their one owner."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from ecs_engine.core.errors import DisplayError
from ecs_engine.core.events import Event
from ecs_engine.gpu import ContextLostError, Device, Surface
from ecs_engine.window.base import checked_size, checked_title

if TYPE_CHECKING:
    from ecs_engine.gpu.gl import GL
    from ecs_engine.window import Window

MOST_LOSSES, LOSS_SECONDS = 3, 10.0
"""A context that is lost so often in so short a time will be lost again: making one takes up to a second."""
RESET_PATIENCE = 5.0
"""Seconds to wait for a driver that is resetting itself."""

T = TypeVar("T")

log = logging.getLogger("ecs_engine")


def open_window(
    title: str,
    size: tuple[int, int],
    *,
    headless: bool | None,
    vsync: bool,
    resizable: bool,
    fullscreen: bool,
    debug: bool,
) -> Window:
    """A window; ``headless=None`` leaves it to ECS_ENGINE_HEADLESS whether it is one in memory. Main thread only.

    Raises:
        DisplayError: no window or context could be made.
    """
    # The window libraries are loaded here and not before, so that an App on stand-ins needs none of them.
    if headless is None:
        headless = os.environ.get("ECS_ENGINE_HEADLESS") == "1"
    if headless:
        from ecs_engine.window.headless import HeadlessWindow

        return HeadlessWindow(size, title=title, debug_context=debug)
    # Bad arguments are told as they are; for all else that can go wrong, drawing in memory is a way out.
    checked_size(size)
    checked_title(title)
    try:
        from ecs_engine.window.glfw_window import GlfwWindow

        return GlfwWindow(title, size, vsync=vsync, resizable=resizable, fullscreen=fullscreen, debug_context=debug)
    except DisplayError as error:
        raise DisplayError(
            f"{error}. To draw in memory instead, write App(headless=True) or set ECS_ENGINE_HEADLESS=1."
        ) from None  # it says it all; two tracebacks of the same words would hide it


def load_gl() -> GL:
    """The OpenGL of the current context.

    Raises:
        GLError: the library is missing, or is not the one the context belongs to.
    """
    from ecs_engine.gpu import load_opengl

    return load_opengl()


class Display:
    """The one owner of what an App draws with: its windows, their OpenGL contexts and the device.

    It makes them, notices when the contexts are lost, and makes them anew. The device is on the first window's context,
    in which everything is drawn; further windows have contexts that share with it, and show what was drawn for them.
    Main thread only, but for :meth:`give_up`.

    Args:
        window: open, with a context that is current nowhere else. It stays the caller's, who closes it.
        gl: a stand-in for OpenGL; None for the real one.
        debug: as of :class:`~ecs_engine.gpu.device.Device`.
        clock: seconds that tell how far apart losses are.

    Raises:
        DisplayError: the context cannot be bound.
        GLError: the GL library is missing, or older than 3.3.
    """

    def __init__(
        self, window: Window, gl: GL | None, *, debug: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.window = window
        self._stand_in = gl
        self._clock = clock
        self._losses: deque[float] = deque(maxlen=MOST_LOSSES)
        self.on_restored: Callable[[], None] = lambda: None
        """Called when the device has made everything anew: to write again what was in it."""
        self.windows: dict[int, Window] = {0: window}
        """The open windows by number; 0 is the first."""
        self.surfaces: dict[int, Surface] = {}
        """What the further ones show."""
        self._windows_opened = 1
        self._given_up = False
        self._polled: list[Event] = []  # kept when a window's poll raises, for no event may be lost
        window.make_current()
        self.device = Device(gl or load_gl(), debug=debug)

    # -- further windows -----------------------------------------------------------------------------
    def open(self, title: str, size: tuple[int, int], *, resizable: bool) -> int:
        """Open another window, which shows what is drawn into its surface; its number.

        Raises:
            DisplayError: it cannot be opened, or its context does not share with the first one's.
        """
        window = self.window.companion(title, size, resizable=resizable)
        number = self._windows_opened
        surface = Surface(self.device, f"window {number}")
        surface.size = window.framebuffer_size
        try:
            window.make_current()
            surface.attach(self._stand_in or load_gl())
        except BaseException:
            window.close()
            raise
        finally:
            self.window.make_current()
        self._windows_opened += 1
        self.windows[number], self.surfaces[number] = window, surface
        return number

    def close(self, number: int) -> None:
        """Close a window that is not the first, and delete what it showed."""
        window, surface = self.windows.pop(number), self.surfaces.pop(number)
        try:
            if not self.device.lost:
                window.make_current()
                surface.detach()
        finally:
            window.on_refresh = None
            window.close()
            self.window.make_current()
            surface.delete()

    def close_others(self) -> None:
        """Close all windows but the first."""
        for number in list(self.surfaces):
            self.close(number)

    # -- what is done in each frame --------------------------------------------------------------------
    def poll(self) -> list[Event]:
        """The events of all windows, each with its window's number, in the order in which they came.

        A window that is to close is closed here, unless it is the first.
        """
        if self._given_up:
            self._given_up = False
            raise ContextLostError("the context was given up by App.lose_context; this stands in for a driver's reset")
        if not self.surfaces and not self._polled:
            return self.window.poll()
        self._polled += self.window.poll()
        for number, surface in list(self.surfaces.items()):
            window = self.windows[number]
            self._polled += [replace(event, window=number) for event in window.poll()]
            surface.size = window.framebuffer_size
            if window.should_close:
                self.close(number)
        events, self._polled = self._polled, []
        return sorted(events, key=lambda event: event.time_ns)

    def swap(self) -> None:
        """Show what was drawn, in every window. Only the first one waits for the screen, and it comes last."""
        if self.surfaces:
            try:
                for number, surface in self.surfaces.items():
                    self.windows[number].make_current()
                    if surface.show():
                        self.windows[number].swap()
            finally:
                self.window.make_current()
        self.window.swap()

    # -- lost contexts -----------------------------------------------------------------------------------
    def give_up(self) -> None:
        """Have the next :meth:`poll` find the context lost. Any thread."""
        self._given_up = True

    def keep(self, work: Callable[[], T]) -> T:
        """Do ``work``, which draws; when the context is lost, make it anew and do it again, from its beginning.

        A context may be lost within the work, before it, or while it is made anew: all are one to this function.

        Raises:
            ContextLostError: it was lost :data:`MOST_LOSSES` times within :data:`LOSS_SECONDS`.
            DisplayError: there is no new context to be had.
            Exception: what the work raised for another reason.
        """
        while True:
            try:
                if self.device.lost:
                    self._restore()
                return work()
            except Exception as error:  # a driver that was reset makes calls fail in every way
                if not self.device.lost_by(error):
                    raise
                self._lose(error)

    def _lose(self, error: Exception) -> None:
        """Let go of the context that is lost, unless that happens all the time."""
        if not self.device.lost:
            if not self.device.wait_for_reset(RESET_PATIENCE):
                log.warning("The driver is not done with its reset after %.0f s.", RESET_PATIENCE)
            self.device.lose()
        now = self._clock()
        self._losses.append(now)
        if len(self._losses) == MOST_LOSSES and now - self._losses[0] <= LOSS_SECONDS:
            raise ContextLostError(
                f"the graphics driver lost its context {MOST_LOSSES} times within {LOSS_SECONDS:.0f} seconds, so it is "
                "not made anew once more; update the graphics driver, or run on another one (a log of the system may "
                "say why it is reset)"
            ) from error
        log.warning("%s; everything is made anew.", str(error).partition(";")[0])

    def _restore(self) -> None:
        self.window.renew()
        self.device.recreate(self._stand_in or load_gl())
        for number, surface in self.surfaces.items():
            self.windows[number].renew()
            surface.attach(self._stand_in or load_gl())
        self.window.make_current()
        self.on_restored()
        log.info("The context is there again: %s.", self.device.capabilities.renderer)
