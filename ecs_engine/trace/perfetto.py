"""Export to the JSON trace format of Chrome, which Perfetto (ui.perfetto.dev) and chrome://tracing open.

Each thread is a track with its spans and marks. Below them are OpenGL calls that took long, GPU time, the driver's
remarks, and what is inferred of waits: a slice for each tick and frame that waited, as long as the whole of it, because
it is not known when in it the wait was. Then each :class:`Stage` is a track of its own: one short slice
for each input, tick or frame that reached it, with arrows from every input through the stages to the screen.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.trace.latency import MISSING, Latency
from ecs_engine.trace.profile import Profile
from ecs_engine.trace.recording import Mark, Recording, ThreadRecord
from ecs_engine.trace.ring import Records
from ecs_engine.trace.stages import EventKind, Stage
from ecs_engine.trace.svg import milliseconds

Event = dict[str, Any]
PROCESS = 1
STRAY_TRACK = 999
FIRST_STAGE_TRACK = 1000
FIRST_TRACK, FIRST_WAIT_TRACK, MESSAGE_TRACK = 100, 200, 300
LEAST_WAIT_NS = 100_000
"""Inferred waits that are shorter are left out."""
SLICE_NS = 1000
"""Arrows begin and end at slices only, so a moment is drawn as a slice of a microsecond."""


def to_perfetto(recording: Recording, latency: Latency) -> Event:
    """The trace as an object for ``json.dump``. Times are microseconds since the recording began."""
    begin = recording.begin_ns
    events: list[Event] = [_name("process_name", 0, recording.title or "ecs-engine")]
    for track, (thread, spans) in enumerate(recording.spans(), 1):
        events += [_name("thread_name", track, thread.name), _sort(track)]
        events += _thread_events(track, thread, spans, recording)
    for track, (record, spans) in enumerate(recording.track_spans(), FIRST_TRACK):
        events += [
            _name("thread_name", track, record.name),
            _sort(track),
            *_spans(track, spans, recording, record.name),
        ]
    events += _waits(recording)
    if recording.messages:
        events += [_name("thread_name", MESSAGE_TRACK, "remarks of the driver"), _sort(MESSAGE_TRACK)]
        for message in recording.messages:
            event = _event("i", message.text, "message", MESSAGE_TRACK, message.time_ns - begin)
            events.append(event | {"s": "t", "args": {}})
    if len(strays := recording.pauses_of(None)):
        events += [_name("thread_name", STRAY_TRACK, "other threads"), _sort(STRAY_TRACK)]
        events += _pauses(STRAY_TRACK, strays, begin)
    for stage in Stage:
        events += [_name("thread_name", FIRST_STAGE_TRACK + stage, f"stage {stage.name}")]
        events += [_sort(FIRST_STAGE_TRACK + stage), *_stage_slices(stage, latency, begin)]
    events += _arrows(latency, begin)
    return {"traceEvents": events, "displayTimeUnit": "ms", "otherData": {"title": recording.title}}


def _thread_events(track: int, thread: ThreadRecord, spans: Records, recording: Recording) -> list[Event]:
    begin, events = recording.begin_ns, _spans(track, spans, recording, "span")
    events += _pauses(track, recording.pauses_of(thread), begin)
    for mark in thread.marks.tolist():
        # An input is marked by the thread that drained it, at the time it had arrived on another.
        if mark[Mark.STAGE] != Stage.INPUT and mark[Mark.TIME] >= begin:
            stage, args = Stage(mark[Mark.STAGE]).name, {"number": mark[Mark.NUMBER], "tick": mark[Mark.TICK]}
            event = _event("i", stage, "mark", track, mark[Mark.TIME] - begin)
            events.append(event | {"s": "t", "args": args})
    return events


def _spans(track: int, spans: Records, recording: Recording, category: str) -> list[Event]:
    return [
        _slice(recording.names[key], category, track, time - recording.begin_ns, end - time, {"number": number})
        for time, end, key, number in spans.tolist()
    ]


def _waits(recording: Recording) -> list[Event]:
    events: list[Event] = []
    for track, idle in enumerate(Profile(recording).idle, FIRST_WAIT_TRACK):
        shown = np.flatnonzero(idle.lock + idle.rest >= LEAST_WAIT_NS).tolist()
        if shown:
            events += [_name("thread_name", track, f"{idle.thread.name}, {idle.name}: waits, inferred"), _sort(track)]
        for row in shown:
            begin, end = idle.times[row].tolist()
            lock, rest = (milliseconds(float(waits[row]) * 1e-6) for waits in (idle.lock, idle.rest))
            name = f"GIL {lock} ms, off the processor {rest} ms"
            events.append(_slice(name, "wait", track, begin - recording.begin_ns, end - begin, {}))
    return events


def _pauses(track: int, pauses: Records, begin: int) -> list[Event]:
    return [
        _slice(f"gc generation {generation}", "gc", track, time - begin, end - time, {})
        for time, end, generation, _ in pauses.tolist()
    ]


def _stage_slices(stage: Stage, latency: Latency, begin: int) -> list[Event]:
    """One slice a moment, cut short where the next begins: slices on one track may not overlap."""
    inputs, frames = latency.inputs, latency.frames
    if stage == Stage.INPUT:
        times = inputs.stamps[:, stage]
        names = [EventKind(kind).name.lower() for kind in inputs.kind.tolist()]
    elif stage == Stage.UPDATE:
        # Ticks that were never drawn have their inputs, too.
        ticks, firsts = np.unique(np.concatenate([frames.tick, inputs.tick]), return_index=True)
        times, names = _known(np.concatenate([frames.stamps, inputs.stamps])[firsts, stage], "tick", ticks)
    else:
        times, names = _known(frames.stamps[:, stage], "frame", frames.number)
    # The first frame may show a tick from before the recording.
    order = np.argsort(times, kind="stable")[np.count_nonzero(times < begin) :]
    times, names = times[order], [names[place] for place in order.tolist()]
    lengths = np.full(len(times), SLICE_NS)
    np.minimum(lengths[:-1], np.diff(times), out=lengths[:-1])
    track = FIRST_STAGE_TRACK + stage
    return [
        _slice(name, "stage", track, time - begin, length, {})
        for name, time, length in zip(names, times.tolist(), lengths.tolist(), strict=True)
    ]


def _known(times: Records, noun: str, numbers: Records) -> tuple[Records, list[str]]:
    known = times != MISSING
    return times[known], [f"{noun} {number}" for number in numbers[known].tolist()]


def _arrows(latency: Latency, begin: int) -> list[Event]:
    """One arrow for each input that reached the screen, through the slices of its stages in order of time."""
    events = []
    for number, stamps in enumerate(latency.inputs.stamps.tolist(), 1):
        if stamps[Stage.PRESENT] == MISSING:
            continue
        steps = sorted((time, stage) for stage, time in enumerate(stamps) if time != MISSING)
        for place, (time, stage) in enumerate(steps):
            phase = "s" if place == 0 else "f" if place == len(steps) - 1 else "t"
            event = _event(phase, "input to present", "input", FIRST_STAGE_TRACK + stage, time - begin)
            events.append(event | {"id": number} | ({"bp": "e"} if phase == "f" else {}))
    return events


def _event(phase: str, name: str, category: str, track: int, time_ns: int) -> Event:
    return {"ph": phase, "name": name, "cat": category, "pid": PROCESS, "tid": track, "ts": time_ns / 1000}


def _slice(name: str, category: str, track: int, time_ns: int, length_ns: int, args: Event) -> Event:
    return _event("X", name, category, track, time_ns) | {"dur": max(length_ns, 0) / 1000, "args": args}


def _name(what: str, track: int, name: str) -> Event:
    return {"ph": "M", "name": what, "pid": PROCESS, "tid": track, "args": {"name": name}}


def _sort(track: int) -> Event:
    return {"ph": "M", "name": "thread_sort_index", "pid": PROCESS, "tid": track, "args": {"sort_index": track}}
