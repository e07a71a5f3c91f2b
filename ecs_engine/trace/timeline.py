"""One input on its way to the screen, with everything that the threads did meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ecs_engine.trace.charts import STAGE_COLOURS
from ecs_engine.trace.latency import MISSING, Latency
from ecs_engine.trace.recording import Mark, Pause, Recording, Span
from ecs_engine.trace.stages import EventKind, Stage
from ecs_engine.trace.svg import (
    BLUE,
    CHARACTER,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    QUIET,
    RED,
    SKY,
    Picture,
    fits,
    steps,
)
from ecs_engine.trace.svg import milliseconds as ms

DEEPEST = 3
"""Nested spans below this depth are left out of the picture; the Perfetto file has them."""
MOST_BARS = 400
"""Bars in one lane of one picture; the longest are kept."""
ROW = 20.0


@dataclass(frozen=True, slots=True)
class _Bar:
    begin: int
    end: int
    depth: int
    colour: str
    name: str


def timeline(recording: Recording, latency: Latency, row: int, width: float) -> Picture:
    """The way of the input in this row of ``latency.inputs``, which must have been presented."""
    stamps = latency.inputs.stamps[row]
    known = [(int(stamps[stage]), stage) for stage in Stage if stamps[stage] != MISSING]
    arrival, last = int(stamps[Stage.INPUT]), max(time for time, _ in known)
    margin = max((last - arrival) // 6, 1000)
    begin, end = arrival - margin, last + margin
    wide = width > 600
    left, right = (112.0 if wide else 4.0), width - 8

    def place(time: int) -> float:
        return left + (min(max(time, begin), end) - begin) / (end - begin) * (right - left)

    labels = _label_rows(known, arrival, place, right)
    top = 8 + 16.0 * (1 + max(line for *_, line in labels))
    lanes = _lanes(recording, latency, begin, end)
    heights = [ROW * (1 + max((bar.depth for bar in bars), default=0)) + (8 if wide else 24) for _, bars, _ in lanes]
    bottom = top + sum(heights)
    kind = EventKind(int(latency.inputs.kind[row])).name.lower().replace("_", " ")
    picture = Picture(width, bottom + 28, f"The way of a {kind} event to the screen")
    for value in steps((end - arrival) * 1e-6, 10 if wide else 4):
        x = place(arrival + round(value * 1e6))
        picture.line(x, top, x, bottom)
        picture.tick(x, bottom + 17, f"{value:g} ms" if value else "0")
    homes: dict[Stage, float] = {}
    names: list[tuple[float, str]] = []
    y = top
    for (name, bars, stages), height in zip(lanes, heights, strict=True):
        picture.line(4, y, right, y, FAINT)
        names.append((y + (17 if wide else 13), name))
        base = y + (4 if wide else 18)
        for bar in bars:
            x, length = place(bar.begin), place(bar.end) - place(bar.begin)
            took = f"{bar.name}: {ms((bar.end - bar.begin) * 1e-6)} ms" if bar.end > bar.begin else bar.name
            picture.rectangle(x, base + bar.depth * ROW, max(length - 0.6, 1.2), ROW - 3, bar.colour, took)
            if fits(bar.name, length):
                dark = bar.colour in (BLUE, INK, RED)
                picture.text(x + 4, base + bar.depth * ROW + 13, bar.name, colour="#fff" if dark else INK)
        homes |= dict.fromkeys(stages, base + (ROW - 3) / 2)
        y += height
    picture.line(4, bottom, right, bottom, FAINT)
    for _, _, _, stage, line in labels:
        picture.line(place(int(stamps[stage])), 8 + 16 * line, place(int(stamps[stage])), bottom, QUIET, 1, "2 3")
    dots = [(place(time), homes[stage], stage) for time, stage in known if stage in homes]
    way = [(x, y) for x, y, stage in dots if stage != Stage.GPU]
    picture.path(way, "#fff", 5)
    picture.path(way, INK, 2)
    for x, y, stage in dots:
        picture.dot(x, y, 5, STAGE_COLOURS[stage], stage.name)
    for y, name in names:
        picture.text(left - 8 if wide else 4, y, name, "end" if wide else "start", bold=True, halo=True)
    for x, words, anchor, _, line in labels:
        picture.text(x, 18 + 16 * line, words, anchor, bold=True, halo=True)
    return picture


def _label_rows(
    known: list[tuple[int, Stage]], arrival: int, place: Callable[[int], float], right: float
) -> list[tuple[float, str, str, Stage, int]]:
    """x, words, anchor, stage and line for the label of each stage: on the first line where it touches no other."""
    ends: list[float] = []
    result = []
    for time, stage in sorted(known):
        words = stage.name if stage == Stage.INPUT else f"{stage.name} +{ms((time - arrival) * 1e-6)} ms"
        x, length = place(time), len(words) * (CHARACTER + 1) + 10
        fit = x + length <= right
        begin, end = (x + 3, x + length) if fit else (x - length, x - 3)
        line = next((index for index, taken in enumerate(ends) if taken <= begin), len(ends))
        ends[line : line + 1] = [end]
        result.append((x + 3 if fit else x - 3, words, "start" if fit else "end", stage, line))
    return result


def _lanes(
    recording: Recording, latency: Latency, begin: int, end: int
) -> list[tuple[str, list[_Bar], tuple[Stage, ...]]]:
    """Name, bars and the stages that are at home in it, for each lane, from top to bottom."""
    inputs, frames = latency.inputs, latency.frames
    arrivals = inputs.stamps[:, Stage.INPUT]
    near = np.flatnonzero((arrivals >= begin) & (arrivals <= end))[:MOST_BARS].tolist()
    events = [
        _Bar(int(arrivals[row]), int(arrivals[row]), 0, PURPLE, EventKind(int(inputs.kind[row])).name.lower())
        for row in near
    ]
    lanes: list[tuple[str, list[_Bar], tuple[Stage, ...]]] = [("input", events, (Stage.INPUT,))]
    for index, (thread, spans) in enumerate(recording.spans()):
        near_spans = spans[(spans[:, Span.END] >= begin) & (spans[:, Span.BEGIN] <= end)]
        colours = (BLUE, SKY) if _home(recording, Stage.UPDATE) == index else (ORANGE, "#f3cf80")
        bars = _nested(near_spans.tolist(), recording.names, colours)
        bars += [
            _Bar(pause[Pause.BEGIN], pause[Pause.END], 0, INK, "gc")
            for pause in recording.pauses_of(thread).tolist()
            if pause[Pause.END] >= begin and pause[Pause.BEGIN] <= end
        ]
        stages = tuple(stage for stage in (Stage.UPDATE, Stage.RENDER) if _home(recording, stage) == index)
        if bars or stages:
            lanes.append((thread.name, bars, stages))
    gpu, present = [], []
    render = frames.stamps[:, Stage.RENDER]
    for frame in np.flatnonzero((render >= begin - (end - begin)) & (render <= end))[:MOST_BARS].tolist():
        stamps, name = frames.stamps[frame].tolist(), f"frame {frames.number[frame]}"
        if stamps[Stage.GPU] != MISSING and stamps[Stage.GPU] >= begin:
            gpu.append(_Bar(stamps[Stage.RENDER], stamps[Stage.GPU], 0, GREEN, name))
        if begin <= stamps[Stage.PRESENT] <= end:
            present.append(_Bar(stamps[Stage.PRESENT], stamps[Stage.PRESENT], 0, RED, name))
    if gpu:
        lanes.append(("GPU", gpu, (Stage.GPU,)))
    lanes.append(("present", present, (Stage.PRESENT,)))
    return lanes


def _home(recording: Recording, stage: Stage) -> int:
    """The thread that left most of this stage's marks."""
    counts = [int(np.count_nonzero(thread.marks[:, Mark.STAGE] == stage)) for thread in recording.threads]
    return int(np.argmax(counts)) if any(counts) else -1


def _nested(spans: list[list[int]], names: tuple[str, ...], colours: tuple[str, str]) -> list[_Bar]:
    """Bars at the depth at which each span lies in others; ``spans`` are sorted by beginning, the longer first."""
    bars: list[_Bar] = []
    open_ends: list[int] = []
    for span in spans:
        while open_ends and open_ends[-1] <= span[Span.BEGIN]:
            open_ends.pop()
        if len(open_ends) < DEEPEST:
            colour = colours[min(len(open_ends), 1)]
            bars.append(_Bar(span[Span.BEGIN], span[Span.END], len(open_ends), colour, names[span[Span.NAME]]))
        open_ends.append(span[Span.END])
    return sorted(bars, key=lambda bar: bar.begin - bar.end)[:MOST_BARS]
