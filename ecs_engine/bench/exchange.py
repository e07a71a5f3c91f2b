"""What it costs to hand a frame over."""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any

from ecs_engine.bench.timing import percentiles
from ecs_engine.frame.exchange import Exchange
from ecs_engine.trace.samples import Samples

ROUNDS = 30


class Slot:
    """Stands for a frame: what is in it is never touched."""


def measure_exchange(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Microseconds for one publish and for one acquire, as means over ``count`` of them in each round."""
    exchange: Exchange[Slot] = Exchange(Slot)
    publish, acquire, both = Samples(), Samples(), Samples()
    for _ in range(ROUNDS):
        began = perf_counter_ns()
        for _ in range(count):
            exchange.publish()
        published = perf_counter_ns()
        for _ in range(count):
            exchange.acquire()
        acquired = perf_counter_ns()
        for _ in range(count):
            exchange.publish()
            exchange.acquire()
        ended = perf_counter_ns()
        for samples, ns in ((publish, published - began), (acquire, acquired - published), (both, ended - acquired)):
            samples.add(ns * 1e-3 / count)
    figures = {"publish_us": publish, "acquire_nothing_new_us": acquire, "publish_and_acquire_us": both}
    return {"name": "exchange", "count": count, **{name: percentiles(samples) for name, samples in figures.items()}}
