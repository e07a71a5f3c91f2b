"""Timing something that is done again and again."""

from __future__ import annotations

import gc
from collections.abc import Callable
from math import inf
from time import perf_counter, perf_counter_ns, thread_time_ns

from ecs_engine.app import App
from ecs_engine.process import frozen_garbage
from ecs_engine.trace.samples import Samples

WARM_UP = 10
LEAST = 5
"""Calls that are timed, however long they take."""


def percentiles(samples: Samples) -> dict[str, float]:
    """Median and 99th percentile."""
    return {f"p{percent}": round(samples.percentile(percent), 5) for percent in (50, 99)}


def measure_calls(call: Callable[[], object], times: int, seconds: float = inf) -> dict[str, dict[str, float]]:
    """Milliseconds of ``times`` calls after a warm-up, or of as many as there are in so many seconds: processor time of
    this thread, and time on the clock. The warm-up takes as long at most."""
    until = perf_counter() + seconds
    for _ in range(WARM_UP):
        call()
        if perf_counter() > until:
            break
    cpu, wall = Samples(max(times, 1)), Samples(max(times, 1))
    gc.collect()
    with frozen_garbage():
        until = perf_counter() + seconds
        while wall.count < times and (wall.count < LEAST or perf_counter() < until):
            wall_before, cpu_before = perf_counter_ns(), thread_time_ns()
            call()
            cpu.add((thread_time_ns() - cpu_before) * 1e-6)
            wall.add((perf_counter_ns() - wall_before) * 1e-6)
    return {"cpu_ms": percentiles(cpu), "wall_ms": percentiles(wall)}


def watch_systems(app: App) -> dict[str, Samples]:
    """The durations of each system from now on, by its name."""
    systems: dict[str, Samples] = {}

    def note(name: str, began: int, ended: int) -> None:
        samples = systems.get(name)
        if samples is None:  # not setdefault: it would make 32 KiB for each system in each tick, and measure that
            samples = systems[name] = Samples()
        samples.add((ended - began) * 1e-6)

    app.world.on_processed = note
    return systems
