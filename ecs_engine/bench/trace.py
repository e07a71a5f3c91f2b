"""What tracing costs, on and off."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

from ecs_engine.core.events import KeyEvent
from ecs_engine.core.keys import Action, Key
from ecs_engine.trace import AnyTracer, NullTracer, Stage, Tracer

ROUNDS = 30


def measure_trace(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Nanoseconds for one call, the loop around it taken off, from the best of several rounds of ``count``.

    ``blocks_kept`` is how many more blocks of memory the interpreter holds after ``count`` calls than before: one or
    two, whatever the count, as the ring's own counter is a number that has grown.
    """
    with Tracer(garbage=False) as on:
        return {
            "name": "trace",
            "count": count,
            "mark_ns": _costs(_mark, on, count),
            "span_ns": _costs(_span, on, count),
            "load_ns": _costs(_load, on, count),
            "input_event_ns": _costs(_input, on, count),
            "now_ns": round(_best(_now, on, count), 1),
            "blocks_kept": {"mark": _kept(_mark, on, count), "span": _kept(_span, on, count)},
            "marks_overwritten": on.recording().threads[0].marks_overwritten,
        }


Loop = Callable[[AnyTracer, range], None]


def _mark(tracer: AnyTracer, calls: range) -> None:
    mark, stage = tracer.mark, Stage.RENDER
    for number in calls:
        mark(stage, number, number)


def _span(tracer: AnyTracer, calls: range) -> None:
    span = tracer.span
    for number in calls:
        span("PhysicsSystem", 1, 0, number)


def _load(tracer: AnyTracer, calls: range) -> None:
    load = tracer.load
    for number in calls:
        load("tick", 1, number)


def _input(tracer: AnyTracer, calls: range) -> None:
    events = [KeyEvent(Key.A, Action.PRESS)] * len(calls)
    tracer.input(events, 1)


def _now(tracer: AnyTracer, calls: range) -> None:
    now = tracer.now
    for _ in calls:
        now()


def _nothing(tracer: AnyTracer, calls: range) -> None:
    for _ in calls:
        pass


def _costs(loop: Loop, on: Tracer, count: int) -> dict[str, float]:
    return {"on": round(_best(loop, on, count), 1), "off": round(_best(loop, NullTracer(), count), 1)}


def _best(loop: Loop, tracer: AnyTracer, count: int) -> float:
    """Nanoseconds a call, from the best round of each: other programs can only make one slower."""
    calls = range(count)
    best = best_empty = sys.maxsize
    for _ in range(ROUNDS):
        best = min(best, _time(loop, tracer, calls))
        best_empty = min(best_empty, _time(_nothing, tracer, calls))
    return max(0, best - best_empty) / count


def _time(loop: Loop, tracer: AnyTracer, calls: range) -> int:
    began = perf_counter_ns()
    loop(tracer, calls)
    return perf_counter_ns() - began


def _kept(loop: Loop, tracer: AnyTracer, count: int) -> int:
    calls = range(count)
    loop(tracer, range(10))
    was_on = gc.isenabled()
    gc.disable()
    try:
        before = sys.getallocatedblocks()
        loop(tracer, calls)
        return sys.getallocatedblocks() - before
    finally:
        if was_on:
            gc.enable()
