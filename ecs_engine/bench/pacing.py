"""How evenly frames come, and how often one is missed: every pacing strategy beside a busy thread, and alone."""

from __future__ import annotations

import threading
import time
from contextlib import nullcontext
from time import thread_time_ns
from typing import Any

import numpy as np

from ecs_engine.app import SWITCH_INTERVAL
from ecs_engine.pacing.clock import MonotonicClock
from ecs_engine.pacing.deadlines import DeadlineTicker
from ecs_engine.pacing.display import SimulatedDisplay
from ecs_engine.pacing.pacer import Pacer, PacingSettings
from ecs_engine.pacing.strategies import PACERS, make_pacer
from ecs_engine.process import fine_timers, switch_interval

MS = 1_000_000
REFRESH_HZ = 60.0
BUSY_NS = 6 * MS
"""Processor time of the busy system in a tick."""
WORK_NS = 1 * MS
"""Processor time of a frame on the context thread."""
MACHINE_SLEEP_NS, MACHINE_SLEEPS = 5 * MS, 200
"""Length and number of the bare sleeps."""
WARM_UP = 90
"""Frames before measuring: the grid is acquired, and the work is known."""


def burn(ns: int) -> None:
    """Plain Python, with the GIL held, for so much processor time of this thread."""
    end = thread_time_ns() + ns
    while thread_time_ns() < end:
        pass


class BusyThread:
    """A logic thread with one system that is busy for 6 ms of every tick, in step with the pacer where it can be."""

    def __init__(self, period_ns: int, pacer: Pacer) -> None:
        self._stop = threading.Event()
        self._ticker = DeadlineTicker(period_ns, self._stop)
        self._pacer = pacer
        self._thread = threading.Thread(target=self._run, name="busy")

    def _run(self) -> None:
        while not self._stop.is_set():
            vsync = self._pacer.vsync_ns
            # A little after the vsync, so that the swap's return finds the GIL free.
            self._ticker.aim(None if vsync is None else vsync + self._ticker.period_ns // 16)
            self._ticker.wait()
            burn(BUSY_NS)

    def __enter__(self) -> BusyThread:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def pace(pacer: Pacer, display: SimulatedDisplay, frames: int) -> dict[str, float]:
    """Run a pacer for some frames and measure the last ones of them.

    ``shown`` is the interval between the vsyncs at which frames were seen, ``swap`` that between the returns of swaps
    as the thread saw them, waits for the GIL included; ``animation`` compares the time that a frame was given with the
    time from the frame before it on the screen. All against 1/60 s but the last.
    """
    shown, stamps, deltas, wake = np.zeros(frames), np.zeros(frames), np.zeros(frames), []
    vsyncs = 0
    for i in range(-WARM_UP, frames):
        time = pacer.begin_frame()
        woken = pacer.begun_ns - time.start_ns
        burn(WORK_NS)
        pacer.end_work()
        stamp = display.wait_swap()
        pacer.presented(stamp)
        if i >= 0:
            shown[i], stamps[i], deltas[i] = display.shown_ns, stamp, time.delta_ns
            vsyncs += display.vsyncs
            if pacer.waited:
                wake.append(woken)
    period = display.period_ns
    figures = {
        "interval": np.abs(np.diff(shown) - period),
        "swap": np.abs(np.diff(stamps) - period),
        "animation": np.abs(np.diff(shown) - deltas[1:]),
        "wake": np.abs(np.array(wake or [0])),
    }
    result = {"missed_percent": round(100 * (vsyncs - frames) / vsyncs, 3)}
    for name, error in figures.items():
        for percent in (50, 99):
            result[f"{name}_p{percent}_ms"] = round(float(np.percentile(error, percent)) * 1e-6, 4)
    return result


def measure_sleeps(count: int) -> dict[str, float]:
    """How late bare sleeps end on a thread that is alone, in milliseconds: what the machine does to every strategy."""
    late = np.zeros(count)
    for i in range(count):
        due = time.monotonic_ns() + MACHINE_SLEEP_NS
        time.sleep(MACHINE_SLEEP_NS * 1e-9)
        late[i] = time.monotonic_ns() - due
    return {f"late_p{percent}_ms": round(float(np.percentile(late, percent)) * 1e-6, 4) for percent in (50, 99)}


def measure_pacing(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Every strategy for ``ticks`` frames of a simulated 60 Hz display, in real time, beside a thread that is busy for
    6 ms of every tick ("busy") and alone ("idle"); ``count`` rounds, of which the median of each figure is told.

    A frame costs 1 ms of processor time on the context thread. ``bare sleeps`` is how late those ended before each
    strategy was run, alone: where its 99th percentile is above 0.2 ms, the machine was too busy for the figures to say
    much about the strategies.
    """
    settings = PacingSettings(refresh_hz=REFRESH_HZ)
    rounds: dict[str, list[dict[str, float]]] = {}
    with switch_interval(SWITCH_INTERVAL), fine_timers():
        for turn in range(count):
            for name in PACERS:
                rounds.setdefault("bare sleeps", []).append(measure_sleeps(min(ticks, MACHINE_SLEEPS)))
                for load in ("idle", "busy"):
                    pacer = make_pacer(name, settings, MonotonicClock())
                    # A driver waits without the GIL, so the display's own clock must not spin. Its vsyncs begin at
                    # any phase of the pacer's own deadlines: another one in each round.
                    clock = MonotonicClock(max_spin_ns=0)
                    clock.sleep_until_ns(clock.now_ns() + round((0.4 + 0.618 * turn) % 1.0 * settings.period_ns))
                    display = SimulatedDisplay(clock, REFRESH_HZ)
                    with BusyThread(settings.period_ns, pacer) if load == "busy" else nullcontext():
                        figures = pace(pacer, display, ticks)
                    rounds.setdefault(f"{name} | {load}", []).append(figures)
    result: dict[str, Any] = {"name": "pacing", "count": count, "frames": ticks}
    for label, told in rounds.items():
        result[label] = {figure: round(float(np.median([one[figure] for one in told])), 4) for figure in told[0]}
    return result
