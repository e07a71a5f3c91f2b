"""The charts of the trace page: how latency is spread, by stage, and how even the frames came."""

from __future__ import annotations

import numpy as np

from ecs_engine.trace.latency import END_TO_END, LEGS, Floats, Latency, Percentiles
from ecs_engine.trace.stages import Stage
from ecs_engine.trace.svg import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    QUIET,
    RED,
    SKY,
    Picture,
    fits,
    milliseconds,
    steps,
)

STAGE_COLOURS = {Stage.INPUT: PURPLE, Stage.UPDATE: BLUE, Stage.RENDER: ORANGE, Stage.GPU: GREEN, Stage.PRESENT: RED}
LATE = 1.5
"""A frame interval of more than this many times the median is drawn as late."""


def legs(latency: Latency, width: float) -> Picture:
    """Each part of the way as a bar: full colour to P50, paler to P95, palest to P99."""
    rows = [("INPUT to PRESENT", END_TO_END, INK)]
    rows += [(f"{begin.name} to {end.name}", (begin, end), STAGE_COLOURS[end]) for begin, end in LEGS]
    spreads = [Percentiles.of(latency.leg_ms(leg)) for _, leg, _ in rows]
    high = max(max(spread.p99 for spread in spreads), 1e-3)
    picture = Picture(width, 44 * len(rows) + 30, "Duration of each part of the way: P50, P95 and P99")
    bottom = picture.height - 22
    room = width - 30
    for value in steps(high, 8 if width > 600 else 4):
        x = 4 + value / high * room
        picture.line(x, 4, x, bottom)
        picture.tick(x, bottom + 15, f"{value:g} ms")
    for index, ((name, _, colour), spread) in enumerate(zip(rows, spreads, strict=True)):
        y = 44 * index + 16
        picture.text(4, y, name, bold=index == 0)
        if not spread.count:
            picture.text(4, y + 19, "no marks", colour=QUIET)
            continue
        figures = f"{milliseconds(spread.p50)} / {milliseconds(spread.p95)} / {milliseconds(spread.p99)} ms"
        picture.text(width - 4, y, figures, "end", QUIET)
        for value, opacity in ((spread.p99, 0.25), (spread.p95, 0.5), (spread.p50, 1.0)):
            picture.rectangle(4, y + 6, value / high * room, 16, colour, f"{name}: {figures}", opacity=opacity)
    return picture


def histogram(values: Floats, width: float) -> Picture:
    """How many inputs took how long, with P50, P95 and P99. ``values`` is (n,) milliseconds, not empty.

    What took longer than twice the P99 is counted in the last bar, so that one hitch does not flatten the rest.
    """
    spread = Percentiles.of(values)
    high = min(spread.max, 2 * spread.p99) or 1.0
    counts, _ = np.histogram(np.minimum(values, high), bins=64 if width > 600 else 32, range=(0.0, high))
    left, top, bottom, right = 40.0, 58.0, 238.0, width - 12
    picture = Picture(width, 280, "Histogram of the time from input to present")
    most = float(counts.max())
    for value in steps(most, 4):
        if value == int(value):
            y = bottom - value / most * (bottom - top)
            picture.line(left, y, right, y)
            picture.text(left - 6, y + 4, f"{value:g}", "end", QUIET)
    for value in steps(high, 10 if width > 600 else 5):
        x = left + value / high * (right - left)
        picture.line(x, bottom, x, bottom + 4, QUIET)
        picture.tick(x, bottom + 18, f"{value:g}")
    picture.text(right, bottom + 34, "milliseconds from input to present", "end", QUIET)
    step = (right - left) / len(counts)
    for index, count in enumerate(counts.tolist()):
        if count:
            begin, end = (milliseconds(edge * high / len(counts)) for edge in (index, index + 1))
            longer = index == len(counts) - 1 and spread.max > high
            tip = f"{count} inputs: {begin} ms or longer" if longer else f"{count} inputs: {begin} to {end} ms"
            height = count / most * (bottom - top)
            picture.rectangle(left + index * step + 0.5, bottom - height, step - 1, height, BLUE, tip)
    for row, (name, value) in enumerate((("P50", spread.p50), ("P95", spread.p95), ("P99", spread.p99))):
        x = left + value / high * (right - left)
        words = f"{name} {milliseconds(value)} ms"
        fit = fits(words, right - x)
        picture.line(x, 16 * row + 6, x, bottom, RED, 1.5, "4 3")
        picture.text(x + (4 if fit else -4), 16 * row + 14, words, "start" if fit else "end", bold=True, halo=True)
    return picture


def intervals(values: Floats, width: float) -> Picture:
    """Each frame's interval as a bar, in order; where there are more frames than room, the longest of each few.

    ``values`` is (n,) milliseconds, not empty. Bars higher than the picture are cut at three times the median.
    """
    left, top, bottom, right = 40.0, 14.0, 166.0, width - 12
    spread = Percentiles.of(values)
    per_bar = max(1, -(-len(values) // int((right - left) / 3)))
    bars = np.maximum.reduceat(values, np.arange(0, len(values), per_bar))
    high = max(min(spread.max, 3 * spread.p50), 1e-3)
    name = "Intervals between presented frames" + (f", the longest of each {per_bar}" if per_bar > 1 else "")
    picture = Picture(width, 224 + 16 * (per_bar > 1), name)
    for value in steps(high, 5):
        y = bottom - value / high * (bottom - top)
        picture.line(left, y, right, y)
        picture.text(left - 6, y + 4, f"{value:g}", "end", QUIET)
    step = (right - left) / len(bars)
    for index, value in enumerate(bars.tolist()):
        height = min(value / high, 1.0) * (bottom - top)
        late = value > LATE * spread.p50
        first, last = index * per_bar + 1, min((index + 1) * per_bar, len(values))
        which = f"frames {first} to {last}, the longest" if last > first else f"frame {first}"
        tip = f"{which}: {milliseconds(value)} ms"
        picture.rectangle(left + index * step, bottom - height, max(step - 0.6, 0.7), height, RED if late else SKY, tip)
        if value > high:
            picture.text(left + (index + 0.5) * step, top - 3, "^", "middle", RED, bold=True)
    median = bottom - spread.p50 / high * (bottom - top)
    picture.line(left, median, right, median, INK, 1.5, "6 4")
    picture.text(left, bottom + 18, "first frame", colour=QUIET)
    picture.text(right, bottom + 18, f"frame {len(values)}", "end", QUIET)
    late_count = int(np.count_nonzero(values > LATE * spread.p50))
    captions = [f"dashed: the median, {milliseconds(spread.p50)} ms", f"late (over {LATE} x median): {late_count}"]
    captions += [f"each bar is the longest of {per_bar}"] if per_bar > 1 else []
    for line, words in enumerate(captions):
        picture.text(left, bottom + 36 + 16 * line, words)
    return picture
