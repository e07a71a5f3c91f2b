"""The live overlay: figures of a running app, over its picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ecs_engine.core.events import Event, KeyEvent
from ecs_engine.core.keys import Action, Key
from ecs_engine.frame.snapshot import Frame
from ecs_engine.loop import Logic
from ecs_engine.render import RenderSystem
from ecs_engine.trace import Samples

if TYPE_CHECKING:
    from ecs_engine.render.overlay import OverlayPipeline
    from ecs_engine.render.panel import Figures, Panel

RECENT = 120
"""The newest frames and ticks that figures are of: as many as the graph shows."""
WORDS_NS = 250_000_000
"""How long words stay as they are, so that they can be read."""


class Overlay:
    """Shows what an app spends its time on: ``app.overlay``.

    It is drawn by the context thread after the frame, from what is in the frame and what that thread measured, so it
    goes on while the logic thread is busy. Nothing is made before it is first shown.
    """

    def __init__(self, renderer: RenderSystem, logic: Logic, render_ms: Samples, *, visible: bool) -> None:
        self.visible = visible
        """Whether it is shown from the next frame on. Any thread may set it."""
        self.key: Key | None = Key.F3
        """What shows and hides it, or None for no key. Any thread may set it. The game gets the key, too."""
        self.gpu_wait_ns = 0
        """How long the context thread has waited for the GPU since the last frame; it adds to it."""
        self._renderer = renderer
        self._logic = logic
        self._panel: Panel | None = None
        self._pipeline: OverlayPipeline | None = None
        self._frame_ms, self._render_ms = Samples(RECENT), render_ms
        self._shown_ns = 0
        self._words_ns = 0
        self._own = 0, 0, 0, 0  # a frame's number, and what it spent on the overlay: draws, calls, bytes
        renderer.on_top = self.draw

    # -- called by the context thread ------------------------------------------------------------------
    def notice(self, events: Iterable[Event]) -> None:
        """Look for the key among what the window had to tell."""
        for event in events:
            if isinstance(event, KeyEvent) and event.key == self.key and event.action == Action.PRESS:
                self.visible = not self.visible

    def frame_shown(self, frame: Frame, swap_ns: int, shown_ns: int, budget_ns: float) -> None:
        """A frame was shown.

        Args:
            swap_ns, shown_ns: when its swap began and ended, on one clock.
            budget_ns: how long after the frame before it should be shown.
        """
        waited_ns, self.gpu_wait_ns = self.gpu_wait_ns, 0
        if not self.visible or self._panel is None:
            self._shown_ns = self._words_ns = 0
            return
        render_ms = float(self._render_ms.newest(1)[0])
        self._panel.add_times(frame.stage_ms, render_ms, (shown_ns - swap_ns) * 1e-6, waited_ns * 1e-6)
        if self._shown_ns:
            interval = (shown_ns - self._shown_ns) * 1e-6
            self._frame_ms.add(interval)
            self._panel.add_interval(interval, budget_ns * 1e-6)
        self._shown_ns = shown_ns

    def draw(self, frame: Frame, size: tuple[int, int]) -> None:
        """Draw it over the finished frame, if it is visible: one draw call."""
        if not self.visible or 0 in size:
            return
        panel, pipeline = self._made()
        stats = self._renderer.device.stats
        before = stats.draw_calls, stats.gl_calls, stats.uploads_bytes
        if self._shown_ns - self._words_ns >= WORDS_NS or not self._words_ns:
            self._words_ns = self._shown_ns
            panel.write(self._figures(frame))
        pipeline.draw(*panel.update(), size, panel.width)
        draws, calls, nbytes = before
        self._own = stats.frame, stats.draw_calls - draws, stats.gl_calls - calls, stats.uploads_bytes - nbytes

    def close(self) -> None:
        """Delete its GL objects."""
        if self._pipeline is not None:
            self._pipeline.delete()

    def _made(self) -> tuple[Panel, OverlayPipeline]:
        if self._panel is None or self._pipeline is None:
            # Here, so that an app that never shows it does not load it.
            from ecs_engine.render.overlay import OverlayPipeline
            from ecs_engine.render.panel import Panel

            self._panel, self._pipeline = Panel(), OverlayPipeline(self._renderer.device)
        return self._panel, self._pipeline

    def _figures(self, frame: Frame) -> Figures:
        from ecs_engine.render.panel import Figures

        last, (number, draws, calls, nbytes) = self._renderer.device.last_frame, self._own
        if number != last.frame:
            draws = calls = nbytes = 0
        breaks = Counter(self._renderer.breaks(frame))
        frame_ms = self._frame_ms.newest(RECENT)
        return Figures(
            frame_ms=_spread(frame_ms),
            tick_ms=_spread(self._logic.wall_ms.newest(RECENT)),
            render_ms=_spread(self._render_ms.newest(RECENT)),
            fps=1e3 / float(frame_ms.mean()) if len(frame_ms) else 0.0,
            draw_calls=last.draw_calls - draws,
            gl_calls=last.gl_calls - calls,
            streamed_bytes=last.uploads_bytes - nbytes,
            entities=frame.entities,
            skipped_ticks=self._logic.skipped,
            breaks=breaks.total(),
            reasons=[(str(why), count) for why, count in breaks.most_common()],
        )


def _spread(ms: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The 50th and the 99th percentile."""
    if not len(ms):
        return 0.0, 0.0
    middle, worst = np.percentile(ms, (50, 99)).tolist()
    return middle, worst
