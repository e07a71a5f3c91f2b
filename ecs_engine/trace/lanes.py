"""What went on in a stretch of a recording, as lanes of bars: one for each thread, and one for each track beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecs_engine.trace.latency import MISSING, Latency
from ecs_engine.trace.recording import Mark, Pause, Recording, Span
from ecs_engine.trace.stages import EventKind, Stage
from ecs_engine.trace.svg import BLUE, GREEN, INK, ORANGE, PURPLE, RED, SKY
from ecs_engine.trace.tracks import GL_CALLS, GPU

DEEPEST = 3
"""Nested spans below this depth are left out of the picture; the Perfetto file has them."""
MOST_BARS = 400
"""Bars in one lane of one picture; the longest are kept."""
PALE_ORANGE, PALE_GREEN = "#f3cf80", "#7fceb9"
TRACK_COLOURS = {GL_CALLS: PALE_ORANGE, GPU: PALE_GREEN}


@dataclass(frozen=True, slots=True)
class Bar:
    """A box in a lane; where it begins when it ends, a moment."""

    begin: int
    end: int
    depth: int
    colour: str
    name: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A line of the picture."""

    name: str
    bars: list[Bar]
    stages: tuple[Stage, ...] = ()
    """Those whose moments belong here."""

    @property
    def rows(self) -> int:
        """How many bars lie above each other."""
        return 1 + max((bar.depth for bar in self.bars), default=0)


def lanes_between(recording: Recording, latency: Latency, begin: int, end: int) -> list[Lane]:
    """All that overlaps this stretch, from top to bottom."""
    inputs, frames = latency.inputs, latency.frames
    arrivals = inputs.stamps[:, Stage.INPUT]
    near = np.flatnonzero((arrivals >= begin) & (arrivals <= end))[:MOST_BARS].tolist()
    events = [
        Bar(int(arrivals[row]), int(arrivals[row]), 0, PURPLE, EventKind(int(inputs.kind[row])).name.lower())
        for row in near
    ]
    lanes = [Lane("input", events, (Stage.INPUT,))]
    for index, (thread, spans) in enumerate(recording.spans()):
        near_spans = spans[(spans[:, Span.END] >= begin) & (spans[:, Span.BEGIN] <= end)]
        colours = (BLUE, SKY) if _home(recording, Stage.UPDATE) == index else (ORANGE, PALE_ORANGE)
        bars = _nested(near_spans.tolist(), recording.names, colours)
        bars += [
            Bar(pause[Pause.BEGIN], pause[Pause.END], 0, INK, "gc")
            for pause in recording.pauses_of(thread).tolist()
            if pause[Pause.END] >= begin and pause[Pause.BEGIN] <= end
        ]
        stages = tuple(stage for stage in (Stage.UPDATE, Stage.RENDER) if _home(recording, stage) == index)
        if bars or stages:
            lanes.append(Lane(thread.name, bars, stages))
    lanes += _track_lanes(recording, begin, end)
    gpu, present = [], []
    render = frames.stamps[:, Stage.RENDER]
    for frame in np.flatnonzero((render >= begin - (end - begin)) & (render <= end))[:MOST_BARS].tolist():
        stamps, name = frames.stamps[frame].tolist(), f"frame {frames.number[frame]}"
        if stamps[Stage.GPU] != MISSING and stamps[Stage.GPU] >= begin:
            gpu.append(Bar(stamps[Stage.RENDER], stamps[Stage.GPU], 0, GREEN, name))
        if begin <= stamps[Stage.PRESENT] <= end:
            present.append(Bar(stamps[Stage.PRESENT], stamps[Stage.PRESENT], 0, RED, name))
    if gpu:
        lanes.append(Lane("GPU, by fence", gpu, (Stage.GPU,)))
    lanes.append(Lane("present", present, (Stage.PRESENT,)))
    return lanes


def _track_lanes(recording: Recording, begin: int, end: int) -> list[Lane]:
    lanes = []
    for track, spans in recording.track_spans():
        near = spans[(spans[:, Span.END] >= begin) & (spans[:, Span.BEGIN] <= end)]
        colour = TRACK_COLOURS.get(track.name, SKY)
        if bars := _nested(near.tolist(), recording.names, (colour, colour)):
            lanes.append(Lane(track.name, bars))
    said = [message for message in recording.messages if begin <= message.time_ns <= end][:MOST_BARS]
    if said:
        lanes.append(Lane("driver", [Bar(one.time_ns, one.time_ns, 0, RED, one.text) for one in said]))
    return lanes


def _home(recording: Recording, stage: Stage) -> int:
    """The thread that left most of this stage's marks."""
    counts = [int(np.count_nonzero(thread.marks[:, Mark.STAGE] == stage)) for thread in recording.threads]
    return int(np.argmax(counts)) if any(counts) else -1


def _nested(spans: list[list[int]], names: tuple[str, ...], colours: tuple[str, str]) -> list[Bar]:
    """Bars at the depth at which each span lies in others; ``spans`` are sorted by beginning, the longer first."""
    bars: list[Bar] = []
    open_ends: list[int] = []
    for span in spans:
        while open_ends and open_ends[-1] <= span[Span.BEGIN]:
            open_ends.pop()
        if len(open_ends) < DEEPEST:
            colour = colours[min(len(open_ends), 1)]
            bars.append(Bar(span[Span.BEGIN], span[Span.END], len(open_ends), colour, names[span[Span.NAME]]))
        open_ends.append(span[Span.END])
    return sorted(bars, key=lambda bar: bar.begin - bar.end)[:MOST_BARS]
