"""Stretches of a recording as pictures: one input on its way to the screen, or one frame, with all that went on."""

from __future__ import annotations

from ecs_engine.trace.charts import STAGE_COLOURS
from ecs_engine.trace.lanes import Lane, lanes_between
from ecs_engine.trace.latency import MISSING, Latency
from ecs_engine.trace.recording import Recording
from ecs_engine.trace.stages import EventKind, Stage
from ecs_engine.trace.svg import BLUE, CHARACTER, FAINT, INK, QUIET, RED, Picture, fits, steps
from ecs_engine.trace.svg import milliseconds as ms

ROW = 20.0


def timeline(recording: Recording, latency: Latency, row: int, width: float) -> Picture:
    """The way of the input in this row of ``latency.inputs``, which must have been presented."""
    stamps = latency.inputs.stamps[row]
    known = [(int(stamps[stage]), stage) for stage in Stage if stamps[stage] != MISSING]
    arrival, last = int(stamps[Stage.INPUT]), max(time for time, _ in known)
    margin = max((last - arrival) // 6, 1000)
    scale = _Scale(arrival - margin, last + margin, width)
    labels = _label_rows(known, arrival, scale)
    top = 8 + 16.0 * (1 + max(line for *_, line in labels))
    lanes = lanes_between(recording, latency, scale.begin, scale.end)
    kind = EventKind(int(latency.inputs.kind[row])).name.lower().replace("_", " ")
    picture = Picture(width, scale.bottom(lanes, top) + 28, f"The way of a {kind} event to the screen")
    homes = _draw(picture, lanes, scale, top, arrival)
    for _, _, _, stage, line in labels:
        x = scale.place(int(stamps[stage]))
        picture.line(x, 8 + 16 * line, x, picture.height - 28, QUIET, 1, "2 3")
    dots = [(scale.place(time), homes[stage], stage) for time, stage in known if stage in homes]
    way = [(x, y) for x, y, stage in dots if stage != Stage.GPU]
    picture.path(way, "#fff", 5)
    picture.path(way, INK, 2)
    for x, y, stage in dots:
        picture.dot(x, y, 5, STAGE_COLOURS[stage], stage.name)
    _name_lanes(picture, lanes, scale, top)
    for x, words, anchor, _, line in labels:
        picture.text(x, 18 + 16 * line, words, anchor, bold=True, halo=True)
    return picture


def frame_timeline(recording: Recording, latency: Latency, begin_ns: int, end_ns: int, width: float) -> Picture:
    """All that went on between two presents."""
    margin = max((end_ns - begin_ns) // 8, 1000)
    scale = _Scale(begin_ns - margin, end_ns + margin, width)
    lanes = [lane for lane in lanes_between(recording, latency, scale.begin, scale.end) if lane.bars]
    picture = Picture(width, scale.bottom(lanes, 8.0) + 28, "What the threads and the GPU did in one frame")
    _draw(picture, lanes, scale, 8.0, begin_ns)
    for time in (begin_ns, end_ns):
        picture.line(scale.place(time), 8, scale.place(time), picture.height - 28, RED, 1.5, "4 3")
    _name_lanes(picture, lanes, scale, 8.0)
    return picture


class _Scale:
    """Where a moment is on a picture of this width, and a lane."""

    def __init__(self, begin: int, end: int, width: float) -> None:
        self.begin, self.end = begin, end
        self.wide = width > 600
        self.left, self.right = (112.0 if self.wide else 4.0), width - 8

    def place(self, time: int) -> float:
        """x, in pixels."""
        part = (min(max(time, self.begin), self.end) - self.begin) / (self.end - self.begin)
        return self.left + part * (self.right - self.left)

    def height(self, lane: Lane) -> float:
        """Of a lane, with room for its name where that does not stand beside it."""
        return ROW * lane.rows + (8 if self.wide else 24)

    def bottom(self, lanes: list[Lane], top: float) -> float:
        """Where the last lane ends."""
        return top + sum(map(self.height, lanes))


def _draw(picture: Picture, lanes: list[Lane], scale: _Scale, top: float, zero: int) -> dict[Stage, float]:
    """The axis, which counts from the moment ``zero``, and all bars; returns where the moments of each stage belong."""
    bottom = scale.bottom(lanes, top)
    for value in steps((scale.end - zero) * 1e-6, 10 if scale.wide else 4):
        x = scale.place(zero + round(value * 1e6))
        picture.line(x, top, x, bottom)
        picture.tick(x, bottom + 17, f"{value:g} ms" if value else "0")
    homes: dict[Stage, float] = {}
    y = top
    for lane in lanes:
        picture.line(4, y, scale.right, y, FAINT)
        base = y + (4 if scale.wide else 18)
        for bar in lane.bars:
            x, length = scale.place(bar.begin), scale.place(bar.end) - scale.place(bar.begin)
            took = f"{bar.name}: {ms((bar.end - bar.begin) * 1e-6)} ms" if bar.end > bar.begin else bar.name
            picture.rectangle(x, base + bar.depth * ROW, max(length - 0.6, 1.2), ROW - 3, bar.colour, took)
            if fits(bar.name, length):
                dark = bar.colour in (BLUE, INK, RED)
                picture.text(x + 4, base + bar.depth * ROW + 13, bar.name, colour="#fff" if dark else INK)
        homes |= dict.fromkeys(lane.stages, base + (ROW - 3) / 2)
        y += scale.height(lane)
    picture.line(4, bottom, scale.right, bottom, FAINT)
    return homes


def _name_lanes(picture: Picture, lanes: list[Lane], scale: _Scale, top: float) -> None:
    y = top
    for lane in lanes:
        x, anchor = (scale.left - 8, "end") if scale.wide else (4, "start")
        picture.text(x, y + (17 if scale.wide else 13), lane.name, anchor, bold=True, halo=True)
        y += scale.height(lane)


def _label_rows(
    known: list[tuple[int, Stage]], arrival: int, scale: _Scale
) -> list[tuple[float, str, str, Stage, int]]:
    """x, words, anchor, stage and line for the label of each stage: on the first line where it touches no other."""
    ends: list[float] = []
    result = []
    for time, stage in sorted(known):
        words = stage.name if stage == Stage.INPUT else f"{stage.name} +{ms((time - arrival) * 1e-6)} ms"
        x, length = scale.place(time), len(words) * (CHARACTER + 1) + 10
        fit = x + length <= scale.right
        begin, end = (x + 3, x + length) if fit else (x - length, x - 3)
        line = next((index for index, taken in enumerate(ends) if taken <= begin), len(ends))
        ends[line : line + 1] = [end]
        result.append((x + 3 if fit else x - 3, words, "start" if fit else "end", stage, line))
    return result
