"""What the overlay shows, as quads: a frame graph, a bar for each stage, and figures in words.

Nothing here touches OpenGL. Lengths are in dots of the font, from the upper left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ecs_engine.assets.font import ADVANCE, GLYPH_HEIGHT, GLYPH_WIDTH
from ecs_engine.assets.palette import AMBER, CORAL, CREAM, INK, LEMON, MINT, MIST, NIGHT, PINE, SKY, VIOLET, Colour
from ecs_engine.core.system import Stage
from ecs_engine.render.overlay import QUAD

Array = np.ndarray[Any, Any]

STAGES = (*(stage.name for stage in Stage), "RENDER", "SWAP", "GPU WAIT")
"""What the bars stand for: the stages of a tick, then drawing a frame, handing it to the screen, and waiting for the
GPU to finish an earlier one."""
INTERVALS = 120
"""Frame intervals in the graph."""
BREAK_LINES = 3
"""The most kinds of break that are named."""

MARGIN, PAD, LINE = 6, 6, 10
CHARACTERS = 38
INNER = CHARACTERS * ADVANCE
WIDTH = INNER + 2 * PAD
LEFT = PAD
RIGHT = LEFT + INNER
TOP = MARGIN + PAD
GRAPH_HEIGHT = 4 * LINE
COLUMN = LEFT + INTERVALS + ADVANCE
MEDIANS = COLUMN + 12 * ADVANCE
"""Where the words beside the graph begin, and where its first column of numbers ends."""
BARS_TOP = TOP + GRAPH_HEIGHT + 6
FIRST_BAR = BARS_TOP + LINE + 2
BAR_LEFT, BAR_LENGTH, BAR_PITCH = LEFT + 10 * ADVANCE, 20 * ADVANCE, 9
WORDS_TOP = FIRST_BAR + len(STAGES) * BAR_PITCH + 4

LATE, MISSED = 1.25, 1.75
"""Intervals longer than so many budgets are late, or missed the next frame's moment altogether."""
HEIGHTS = (2.0, 4.0, 8.0, 16.0)
"""Budgets that the graph may be high: the first of them below which most intervals stay."""
SMOOTHING = 1 / 16
"""The part of the way to the newest time that a stage's bar goes in each frame."""

_IN_TIME, _LATE, _MISSED = (*PINE, 255), (*AMBER, 255), (*CORAL, 255)
_ROOM = 1024
_BACK, _GRAPH = 0, 1
_INTERVALS = slice(2, 2 + INTERVALS)
_BUDGET = _INTERVALS.stop
_TRACKS = slice(_BUDGET + 1, _BUDGET + 1 + len(STAGES))
_BARS = slice(_TRACKS.stop, _TRACKS.stop + len(STAGES))
_WORDS = 256
"""Rows before it may change with every frame, rows from it on only with the words; streams send blocks of 256."""


@dataclass
class Figures:
    """What is written in words. Times in milliseconds, (p50, p99) of the newest."""

    frame_ms: tuple[float, float] = (0.0, 0.0)
    tick_ms: tuple[float, float] = (0.0, 0.0)
    render_ms: tuple[float, float] = (0.0, 0.0)
    fps: float = 0.0
    draw_calls: int = 0
    gl_calls: int = 0
    streamed_bytes: int = 0
    entities: int = 0
    skipped_ticks: int = 0
    breaks: int = 0
    """Draws that began anew."""
    reasons: Sequence[tuple[str, int]] = ()
    """Why, and how many of them; the most frequent first."""


class Panel:
    """The quads of the overlay. One thread only."""

    width: ClassVar[int] = WIDTH + MARGIN
    """With the margin beside it."""

    def __init__(self) -> None:
        self._quads = np.zeros(_ROOM, QUAD)
        self._intervals: Array = np.zeros(2 * INTERVALS, np.float32)  # twice, so that the newest lie in one piece
        self._added = 0
        self._budget_ms = 1.0
        self._times = 0
        self._newest_ms: Array = np.zeros(len(STAGES), np.float32)
        self.stage_ms: Array = np.zeros(len(STAGES), np.float32)
        """The smoothed times behind the bars, of :data:`STAGES`."""
        self._full_ms = 1.0
        self._height = HEIGHTS[0]
        self._lengths: Array = np.zeros(INTERVALS, np.float32)
        self._late, self._missed = np.zeros(INTERVALS, np.bool_), np.zeros(INTERVALS, np.bool_)
        self._step: Array = np.zeros(len(STAGES), np.float32)
        self._end = _WORDS
        self._words_changed = True
        self._lay_out()

    def _lay_out(self) -> None:
        """Everything that stays where it is."""
        quads = self._quads
        quads[_BACK] = (0, MARGIN), (WIDTH, 0), (*NIGHT, 225), 0
        quads[_GRAPH] = (LEFT, TOP), (INTERVALS, GRAPH_HEIGHT), (*INK, 255), 0
        quads[_BUDGET] = (LEFT, 0), (INTERVALS, 1), (*CREAM, 255), 0
        bars = quads[_INTERVALS]
        bars["place"][:, 0] = LEFT + np.arange(INTERVALS)
        bars["size"][:, 0] = 1
        for rows in (quads[_TRACKS], quads[_BARS]):
            rows["place"][:, 0] = BAR_LEFT
            rows["place"][:, 1] = FIRST_BAR + 1 + BAR_PITCH * np.arange(len(STAGES))
            rows["size"][:, 1] = 5
        quads["size"][_TRACKS, 0] = BAR_LENGTH
        quads["color"][_TRACKS] = (*INK, 255)
        quads["color"][_BARS] = [(*SKY, 255)] * len(Stage) + [(*MINT, 255), (*VIOLET, 255), (*AMBER, 255)]

    # -- with every frame ----------------------------------------------------------------------------
    def add_interval(self, ms: float, budget_ms: float) -> None:
        """Note how long after the frame before a frame was shown, and how long after it should be."""
        place = self._added % INTERVALS
        self._intervals[place] = self._intervals[place + INTERVALS] = ms
        self._added += 1
        self._budget_ms = budget_ms

    def add_times(self, stage_ms: Sequence[float], render_ms: float, swap_ms: float, gpu_wait_ms: float) -> None:
        """Note what a frame took: the stages of its tick, drawing, the swap, and the wait for the GPU before it."""
        self._newest_ms[: len(stage_ms)] = stage_ms
        self._newest_ms[-3:] = render_ms, swap_ms, gpu_wait_ms
        np.subtract(self._newest_ms, self.stage_ms, out=self._step)
        self._times += 1
        self._step *= max(SMOOTHING, 1 / self._times)
        self.stage_ms += self._step

    def update(self) -> tuple[Array, list[tuple[int, int]]]:
        """Bring graph and bars up to date.

        Returns:
            The quads to draw, (n,) of :data:`~ecs_engine.render.overlay.QUAD`, and which ranges of them (first, count)
            are not as in the last call.
        """
        quads, lengths = self._quads, self._lengths
        np.divide(self._newest_intervals(), self._budget_ms, out=lengths)
        np.greater(lengths, LATE, out=self._late)
        np.greater(lengths, MISSED, out=self._missed)
        lengths *= GRAPH_HEIGHT / self._height
        np.clip(lengths, 0, GRAPH_HEIGHT, out=lengths)
        np.rint(lengths, out=lengths)
        bars = quads[_INTERVALS]
        bars["size"][:, 1] = lengths
        bars["place"][:, 1] = TOP + GRAPH_HEIGHT
        bars["place"][:, 1] -= bars["size"][:, 1]
        bars["color"] = _IN_TIME
        bars["color"][self._late] = _LATE
        bars["color"][self._missed] = _MISSED
        np.multiply(self.stage_ms, BAR_LENGTH / self._full_ms, out=self._step)
        np.clip(self._step, 0, BAR_LENGTH, out=self._step)
        quads["size"][_BARS, 0] = self._step
        changed = [(0, _WORDS)]
        if self._words_changed:
            self._words_changed = False
            changed = [(0, self._end)]
        return quads[: self._end], changed

    def _newest_intervals(self) -> Array:
        first = self._added % INTERVALS
        return self._intervals[first : first + INTERVALS]

    # -- a few times a second ------------------------------------------------------------------------
    def write(self, figures: Figures) -> None:
        """Write all words anew."""
        self._end = _WORDS
        self._words_changed = True
        self._full_ms = _full(float(self.stage_ms.max()))
        most = 1.25 * float(np.percentile(self._newest_intervals(), 75)) / self._budget_ms
        self._height = next((height for height in HEIGHTS if height >= most), HEIGHTS[-1])
        self._quads["place"][_BUDGET, 1] = TOP + GRAPH_HEIGHT - round(GRAPH_HEIGHT / self._height)
        self._write_times(figures)
        self._write_stages()
        bottom = self._write_counts(figures)
        self._quads["size"][_BACK, 1] = bottom + PAD - MARGIN - (LINE - GLYPH_HEIGHT)

    def _write_times(self, figures: Figures) -> None:
        self._put(COLUMN, TOP, f"{figures.fps:.0f} fps", LEMON)
        self._put_right(MEDIANS, TOP, "p50", MIST)
        self._put_right(RIGHT, TOP, "p99", MIST)
        times = ("frame", figures.frame_ms), ("tick", figures.tick_ms), ("render", figures.render_ms)
        for line, (name, (middle, worst)) in enumerate(times, 1):
            y = TOP + line * LINE
            self._put(COLUMN, y, name, MIST)
            self._put_right(MEDIANS, y, milliseconds(middle), CREAM)
            self._put_right(RIGHT, y, milliseconds(worst), CREAM)

    def _write_stages(self) -> None:
        self._put(LEFT, BARS_TOP, "ms by stage", MIST)
        self._put_right(RIGHT, BARS_TOP, f"bar {self._full_ms:g} ms", MIST)
        for row, (name, ms) in enumerate(zip(STAGES, self.stage_ms.tolist(), strict=True)):
            y = FIRST_BAR + BAR_PITCH * row
            self._put(LEFT, y, name, MIST)
            self._put_right(RIGHT, y, milliseconds(ms), CREAM)

    def _write_counts(self, figures: Figures) -> int:
        """Returns where the next line would be."""
        y, half = WORDS_TOP, LEFT + 21 * ADVANCE
        for (left, left_value), (right, right_value) in (
            (("draws", f"{figures.draw_calls:,}"), ("GL calls", f"{figures.gl_calls:,}")),
            (("entities", f"{figures.entities:,}"), ("streamed", kilobytes(figures.streamed_bytes))),
            (("skipped ticks", f"{figures.skipped_ticks:,}"), ("batch breaks", f"{figures.breaks:,}")),
        ):
            self._put(LEFT, y, left, MIST)
            self._put_right(half - 2 * ADVANCE, y, left_value, CREAM)
            self._put(half, y, right, MIST)
            self._put_right(RIGHT, y, right_value, CREAM)
            y += LINE
        y += 2 if figures.reasons else 0
        for reason, count in figures.reasons[:BREAK_LINES]:
            self._put_right(LEFT + 5 * ADVANCE, y, f"{count:,}", LEMON)
            self._put(LEFT + 6 * ADVANCE, y, _shortened(reason, CHARACTERS - 6), CREAM)
            y += LINE
        return y

    def _put_right(self, right: int, y: int, text: str, color: Colour) -> None:
        """Write a line that ends before ``right``."""
        self._put(right - len(text) * ADVANCE, y, text, color)

    def _put(self, x: int, y: int, text: str, color: Colour) -> None:
        """Write one line from its upper left corner on, as far as there is room."""
        codes = np.frombuffer(text.encode("ascii", "replace"), np.uint8)
        seen = np.flatnonzero(codes != ord(" "))[: _ROOM - self._end]
        letters = self._quads[self._end : self._end + len(seen)]
        letters["place"][:, 0] = x + ADVANCE * seen
        letters["place"][:, 1] = y
        letters["size"] = GLYPH_WIDTH, GLYPH_HEIGHT
        letters["color"] = (*color, 255)
        letters["glyph"] = codes[seen]
        self._end += len(seen)


def milliseconds(ms: float) -> str:
    """Three digits in four letters at most; seconds say so."""
    for limit, digits in ((9.995, 2), (99.95, 1), (999.5, 0)):
        if ms < limit:
            return f"{ms:.{digits}f}"
    return f"{ms / 1000:.1f}s" if ms < 9950 else f"{ms / 1000:.0f}s"


def kilobytes(nbytes: int) -> str:
    return f"{nbytes / 1e3:.1f} KB" if nbytes < 1e6 else f"{nbytes / 1e6:,.1f} MB"


def _full(most: float) -> float:
    """The time that a whole bar stands for: 1, 2 or 5 times a power of ten, and no less than the longest."""
    power = 10.0 ** np.floor(np.log10(max(most, 0.1)))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= most))


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 2] + ".."
