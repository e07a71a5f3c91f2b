"""A window without a window system, for tests on the mocked GL."""

from __future__ import annotations

import time

from ecs_engine.core.events import Event
from ecs_engine.window.base import SimulatedWindow


class FakeWindow(SimulatedWindow):
    """Keeps the ``Window`` protocol with neither GLFW nor OpenGL.

    Events come from ``inject``, ``resize`` and ``request_close``. ``current`` tells whether the context is bound,
    ``swaps`` counts swaps, and ``refresh`` calls ``on_refresh`` within the next ``poll``, as a system does while the
    player drags the window.
    """

    def __init__(
        self,
        size: tuple[int, int] = (640, 480),
        *,
        title: str = "fake",
        vsync: bool = False,
        content_scale: float = 1.0,
        refresh_rate: float | None = 60.0,
        gl_version: tuple[int, int] = (4, 5),
    ) -> None:
        super().__init__(title, size, vsync=vsync)
        self.current = False
        self.swaps = 0
        self._scale = content_scale
        self._rate = refresh_rate
        self._gl_version = gl_version
        self._refresh = False
        self._extent = self._scaled(self.size)

    @property
    def refresh_rate(self) -> float | None:
        self._check("refresh_rate")
        return self._rate

    def make_current(self) -> None:
        self._check("make_current")
        self.current = True

    def release_current(self) -> None:
        self._check("release_current")
        self.current = False

    def companion(self, title: str, size: tuple[int, int], *, resizable: bool = True) -> FakeWindow:
        self._check("companion")
        return FakeWindow(size, title=title, content_scale=self._scale, refresh_rate=self._rate)

    def renew(self) -> None:
        self._check("renew")
        self._release_keys()
        self.make_current()

    def swap(self) -> None:
        self._check("swap")
        self.swaps += 1
        time.sleep(0)  # as a swap of a driver, it gives other threads the GIL

    def poll(self) -> list[Event]:
        self._check("poll")
        if self._refresh:
            self._refresh = False
            if self.on_refresh is not None:
                self.on_refresh()
        return self._queue.drain()

    def refresh(self) -> None:
        """Have the next ``poll`` call ``on_refresh``."""
        self._refresh = True

    def close(self) -> None:
        super().close()
        self.current = False

    def _apply_size(self, size: tuple[int, int]) -> None:
        self._set_extent(self._scaled(size))

    def _scaled(self, size: tuple[int, int]) -> tuple[int, int, int, int, float]:
        """Like macOS: a window unit is ``content_scale`` pixels."""
        return (*size, round(size[0] * self._scale), round(size[1] * self._scale), self._scale)
