"""How even game time is: delta-time strategies over traces of a simulated display."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import Any

from ecs_engine.pacing.clock import FakeClock
from ecs_engine.pacing.delta import DELTAS, make_delta
from ecs_engine.pacing.display import SimulatedDisplay

MS = 1_000_000
SPOILT: dict[str, Any] = {
    "jitter_ns": 1.0 * MS,
    "drop_rate": 0.01,
    "spike_rate": 0.01,
    "spike_ns": 5.0 * MS,
    "hitches": {500: 200 * MS},
}


@dataclass(frozen=True)
class Trace:
    """One display, and what the program believes of it."""

    refresh_hz: float
    nominal_hz: float
    most_work_ms: float = 4.0
    """Frames take up to this long to make."""
    display: dict[str, Any] = field(default_factory=dict)


TRACES = {
    "59.94": Trace(59.94, 60.0, display=SPOILT),
    "60": Trace(60.0, 60.0, display=SPOILT),
    "144": Trace(144.0, 144.0, 2.0, {"jitter_ns": 0.5 * MS, "drop_rate": 0.01, "hitches": {500: 200 * MS}}),
    "variable 48-144": Trace(144.0, 144.0, 18.0, {"least_hz": 48.0, "jitter_ns": 0.2 * MS}),
    "60, jitter 5 ms": Trace(60.0, 60.0, display={"jitter_ns": 5.0 * MS}),
    "60, spikes to 12 ms": Trace(60.0, 60.0, display=SPOILT | {"spike_ns": 12.0 * MS}),
    "75 said to be 60": Trace(75.0, 60.0, display={"jitter_ns": 1.0 * MS}),
}
"""The first two have a grid that can be told from the stamps: jitter, spikes, 1 % drops and a hitch of 200 ms. The next
three are for the bound on the clock. The last two show where the limits are: a swap that returns almost a period late
is taken for a drop at first, and a wrong period has to be found out."""


def record(trace: Trace, frames: int, seed: int) -> tuple[list[int], list[float], float]:
    """Stamps of swaps, the moments the frames were really shown, in ns, and the display's period."""
    clock, rng = FakeClock(), random.Random(seed)
    display = SimulatedDisplay(clock, trace.refresh_hz, seed=seed, **trace.display)
    stamps, shown = [], []
    for _ in range(frames):
        clock.advance(round(rng.uniform(0.25, 1.0) * trace.most_work_ms * MS))
        stamps.append(display.wait_swap())
        shown.append(display.shown_ns)
    return stamps, shown, display.period_ns


def judge(strategy: str, trace: Trace, frames: int, seeds: int) -> dict[str, float]:
    """Error of a strategy over some recordings of a trace: the first frames, in which it learns, are included."""
    squares, worst, wrong, count = 0.0, 0.0, 0, 0
    for seed in range(seeds):
        stamps, shown, period = record(trace, frames, seed)
        smoother = make_delta(strategy, 1e9 / trace.nominal_hz)
        smoother.update(stamps[0])
        for i in range(1, frames):
            delta, truth = smoother.update(stamps[i]), shown[i] - shown[i - 1]
            squares += (delta - truth) ** 2
            wrong += round(delta / period) != round(truth / period)
            count += 1
            worst = max(worst, abs(smoother.game_ns - (stamps[i] - stamps[0])) * trace.nominal_hz * 1e-9)
    return {
        "rms_ms": round(math.sqrt(squares / count) * 1e-6, 4),
        "wrong_vsyncs": wrong,
        "clock_error_periods": round(worst, 3),
    }


def measure_delta(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Errors of every strategy on ``count`` recordings of each trace, each of ``ticks`` frames.

    Delta errors are against the moments at which the simulated display really showed the frames. With a variable
    refresh there are no vsyncs to count wrongly.
    """
    frames = max(ticks, 600)
    result: dict[str, Any] = {"name": "delta", "count": count, "frames": frames}
    for label, trace in TRACES.items():
        for strategy in DELTAS:
            figures = judge(strategy, trace, frames, count)
            if "least_hz" in trace.display:
                del figures["wrong_vsyncs"]
            result[f"{label} Hz | {strategy}" if label[-1].isdigit() else f"{label} | {strategy}"] = figures
    return result
