"""The Perfetto file, against the rules of its format."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecs_engine.trace.latency import MISSING, join
from ecs_engine.trace.perfetto import FIRST_STAGE_TRACK, to_perfetto
from ecs_engine.trace.recording import Recording
from ecs_engine.trace.stages import Stage
from tests.trace.recordings import ALL, TITLE, one_input, profiled, simulated

NEEDS = {
    "M": {"ph", "pid", "tid", "name", "args"},
    "X": {"ph", "pid", "tid", "name", "cat", "ts", "dur", "args"},
    "i": {"ph", "pid", "tid", "name", "cat", "ts", "s", "args"},
    "s": {"ph", "pid", "tid", "name", "cat", "ts", "id"},
    "t": {"ph", "pid", "tid", "name", "cat", "ts", "id"},
    "f": {"ph", "pid", "tid", "name", "cat", "ts", "id", "bp"},
}
Event = dict[str, Any]


def faults(trace: Event) -> list[str]:
    """What breaks the format, or would be dropped or misplaced by a viewer."""
    found: list[str] = []
    slices: dict[int, list[tuple[float, float]]] = defaultdict(list)
    flows: dict[int, list[Event]] = defaultdict(list)
    named, used = set(), set()
    for event in trace["traceEvents"]:
        phase = event["ph"]
        if set(event) != NEEDS.get(phase):
            found.append(f"keys of {event}")
        if not (isinstance(event["pid"], int) and isinstance(event["tid"], int) and event["name"]):
            found.append(f"identifiers of {event}")
        if phase == "M":
            if event["name"] == "thread_name":
                named.add(event["tid"])
            continue
        used.add(event["tid"])
        if not isinstance(event["ts"], (int, float)) or event["ts"] < 0:
            found.append(f"time of {event}")
        if phase == "X":
            slices[event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
            if event["dur"] < 0:
                found.append(f"duration of {event}")
        elif phase in "stf":
            flows[event["id"]].append(event)
        elif event["s"] not in ("t", "p", "g"):
            found.append(f"scope of {event}")
    found += [f"track {track} has no name" for track in used - named]
    for track, ranges in slices.items():
        ends: list[float] = []
        for begin, end in sorted(ranges, key=lambda one: (one[0], -one[1])):
            while ends and ends[-1] <= begin + 1e-9:
                ends.pop()
            if ends and end > ends[-1] + 1e-9:
                found.append(f"slice from {begin} to {end} overlaps another on track {track}")
            ends.append(end)
    for number, steps in flows.items():
        if [step["ph"] for step in steps] != ["s", *["t"] * (len(steps) - 2), "f"]:
            found.append(f"flow {number} has phases {steps}")
        if [step["ts"] for step in steps] != sorted(step["ts"] for step in steps):
            found.append(f"flow {number} goes back in time")
        if len({(step["name"], step["cat"]) for step in steps}) != 1:
            found.append(f"flow {number} changes its name")
        for step in steps:
            if not any(begin == step["ts"] for begin, _ in slices[step["tid"]]):
                found.append(f"flow {number} binds to no slice at {step['ts']}")
    return found


def trace_of(recording: Recording) -> Event:
    result: Event = json.loads(json.dumps(to_perfetto(recording, join(recording)), allow_nan=False))
    return result


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_the_format_is_kept(make: Callable[[], Recording]) -> None:
    assert faults(trace_of(make())) == []


@pytest.mark.parametrize(
    ("place", "change"),
    [("X", {"dur": -1.0}), ("X", {"dur": 0.1}), ("s", {"ts": 1e12}), ("f", {"ph": "t"}), ("i", {"s": "x"})],
)
def test_the_check_finds_faults(place: str, change: Event) -> None:
    trace = trace_of(simulated())
    events = [event for event in trace["traceEvents"] if event["ph"] == place and event["name"] != "PhysicsSystem"]
    events[0].update(change)
    assert faults(trace)


def test_everything_is_in_it() -> None:
    recording = simulated()
    latency, trace = join(recording), trace_of(recording)
    events = trace["traceEvents"]
    names = {event["args"]["name"] for event in events if event["name"] in ("process_name", "thread_name")}
    assert names == {TITLE, "logic", "main", "other threads", *(f"stage {stage.name}" for stage in Stage)}
    spans = [event for event in events if event.get("cat") == "span"]
    assert len(spans) == sum(len(thread.spans) for thread in recording.threads)
    assert {"tick", "PhysicsSystem", "<draw>"} == {event["name"] for event in spans}
    assert sorted(event["name"] for event in events if event.get("cat") == "gc") == [
        "gc generation 0",
        "gc generation 2",
    ]
    shown = int(np.count_nonzero(latency.inputs.stamps[:, Stage.PRESENT] != MISSING))
    assert shown > 20
    assert sum(event["ph"] == "s" for event in events) == shown
    instants = [event for event in events if event["ph"] == "i"]
    marks = recording.marks()
    assert len(instants) == np.count_nonzero(marks[:, 1] != Stage.INPUT)


def test_a_tick_from_before_the_recording_is_left_out() -> None:
    recording = replace(one_input(), begin_ns=250)
    assert join(recording).frames.stamps[0, Stage.UPDATE] == 200
    trace = trace_of(recording)
    assert faults(trace) == []
    names = [event["name"] for event in trace["traceEvents"] if event["ph"] == "X"]
    assert names == ["frame 1", "frame 1", "frame 1"]


def test_one_input_to_the_nanosecond() -> None:
    events = trace_of(one_input())["traceEvents"]
    arrow = [(event["ph"], event["tid"] - FIRST_STAGE_TRACK, event["ts"]) for event in events if event["ph"] in "stf"]
    assert arrow == [("s", 0, 0.1), ("t", 1, 0.2), ("t", 2, 0.3), ("t", 3, 0.4), ("f", 4, 0.5)]
    slices = [event["name"] for event in events if event["ph"] == "X"]
    assert slices == ["key", "tick 1", "frame 1", "frame 1", "frame 1"]


def test_a_profile_has_tracks_of_its_own() -> None:
    events = trace_of(profiled())["traceEvents"]
    tracks = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    told = {(tracks[event["tid"]], event["name"], event["ts"], event.get("dur")) for event in events if "cat" in event}
    assert {
        ("OpenGL calls", "glLinkProgram", 84_000, 6000),
        ("GPU time", "frame", 85_000, 32_000),
        ("remarks of the driver", "a <slow> copy", 95_000, None),
        ("main, draw: waits, inferred", "GIL 21.0 ms, off the processor 7.00 ms", 82_000, 36_000),
    } <= told
