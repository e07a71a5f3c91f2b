"""Recordings of simulated displays, for the tests of everything that reads stamps."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from ecs_engine.pacing import FakeClock, SimulatedDisplay

MS = 1_000_000


@dataclass(frozen=True)
class Trace:
    """One display: its rate, the rate that the video mode claims, and what is wrong with it."""

    hz: float
    nominal_hz: float
    seed: int = 0
    frames: int = 400
    most_work_ms: float = 4.0
    display: dict[str, Any] = field(default_factory=dict)
    change_hz: float | None = None
    """The rate from the middle of the recording on."""

    @property
    def nominal_ns(self) -> float:
        return 1e9 / self.nominal_hz

    def record(self) -> tuple[list[int], list[float]]:
        """Stamps of the swaps, and when the frames were really shown, in nanoseconds."""
        clock, rng = FakeClock(), random.Random(self.seed)
        display = SimulatedDisplay(clock, self.hz, seed=self.seed, **self.display)
        stamps, shown = [], []
        for frame in range(self.frames):
            if self.change_hz is not None and frame == self.frames // 2:
                display.set_refresh(self.change_hz)
            clock.advance(round(rng.uniform(0.2, 1.0) * self.most_work_ms * MS))
            stamps.append(display.wait_swap())
            shown.append(display.shown_ns)
        return stamps, shown


@st.composite
def any_traces(draw: st.DrawFn) -> Trace:
    """Displays good, bad and lying."""
    hz = draw(st.sampled_from([59.94, 60.0, 75.0, 144.0]) | st.floats(24.0, 240.0))
    nominal = draw(st.sampled_from([hz, round(hz), 60.0]))
    display: dict[str, Any] = {
        "jitter_ns": draw(st.sampled_from([0.0, 0.2, 1.0, 5.0, 12.0])) * MS,
        "drop_rate": draw(st.sampled_from([0.0, 0.01, 0.2])),
        "spike_rate": draw(st.sampled_from([0.0, 0.01, 0.2])),
        "spike_ns": draw(st.sampled_from([6.0, 30.0])) * MS,
        "hitches": {draw(st.integers(0, 399)): draw(st.integers(1, 3000)) * MS for _ in range(draw(st.integers(0, 3)))},
    }
    if draw(st.booleans()):
        display["least_hz"] = hz / draw(st.floats(1.0, 5.0))
    change = draw(st.none() | st.floats(24.0, 240.0))
    work = draw(st.floats(0.1, 40.0))
    return Trace(hz, nominal, draw(st.integers(0, 99)), 400, work, display, change)
