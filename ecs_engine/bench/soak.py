"""The exchange and the trace's ring under load for minutes: no frame torn, no sequence going back."""

from __future__ import annotations

import os
import resource
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ecs_engine.bench.soak_pairs import (
    Counts,
    ExchangeSoak,
    RingSoak,
    Soak,
    StalledRing,
    TwoSlots,
    UncheckedRing,
    make_frame,
)
from ecs_engine.frame.exchange import Exchange
from ecs_engine.process import switch_interval

SWITCH_INTERVAL = 50e-6
"""Seconds: far shorter than an app's, so that threads interrupt each other more often."""
RING_RECORDS = 1 << 10
CONTROL_S = 10.0
"""How long a control may take at most to show that faults are seen."""
MOST_GROWTH_MB = 32.0
"""Resident memory may grow by so much between the first tenth of a soak and its end."""


def soak(soaks: list[Soak], stop: threading.Event, seconds: float) -> tuple[float, float]:
    """Run the threads of all for so long, or until they set ``stop``; returns resident memory, in MB, after a tenth of
    that and at the end.

    Raises:
        Exception: whatever one of the threads raised.
    """
    with switch_interval(SWITCH_INTERVAL), ThreadPoolExecutor(2 * len(soaks), "soak") as pool:
        try:
            running = [pool.submit(work) for one in soaks for work in (one.write, one.read)]
            wait(running, seconds / 10, FIRST_EXCEPTION)
            early = resident_mb()
            wait(running, seconds * 9 / 10, FIRST_EXCEPTION)
            late = resident_mb()
        finally:
            stop.set()
        for each in running:
            each.result()
    return early, late


def resident_mb() -> float:
    """Memory that this process holds now; where the system does not tell, the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure_soak(count: float, ticks: int, headless: bool) -> dict[str, Any]:
    """Frames through the real exchange and records through the trace's ring for ``count`` seconds, at once.

    Before that two controls run until they are caught: two slots instead of three, and a ring whose reader does not ask
    what was overwritten. ``faults`` says what was found, in sentences; it is empty as a rule.
    """
    caught = {}
    for name, make in CONTROLS.items():
        stop = threading.Event()
        control = make(stop)
        soak([control], stop, CONTROL_S)
        caught[name] = control.counts.faults
    stop = threading.Event()
    soaks: dict[str, Soak] = {
        "exchange": ExchangeSoak(Exchange(make_frame), stop, 1),
        "ring": RingSoak(StalledRing(RING_RECORDS), stop, 3),
    }
    early, late = soak(list(soaks.values()), stop, count)
    return {
        "name": "soak",
        "seconds": count,
        **{name: asdict(one.counts) for name, one in soaks.items()},
        "control_faults": caught,
        "resident_mb": {"start": round(early, 1), "end": round(late, 1)},
        "faults": find_faults({name: one.counts for name, one in soaks.items()}, caught, late - early),
    }


CONTROLS: dict[str, Callable[[threading.Event], Soak]] = {
    "two slots": lambda stop: ExchangeSoak(TwoSlots(make_frame), stop, 5, stop_at_fault=True),
    "unchecked ring": lambda stop: RingSoak(UncheckedRing(RING_RECORDS), stop, 7, stop_at_fault=True),
}


def find_faults(counts: dict[str, Counts], caught: dict[str, int], growth_mb: float) -> list[str]:
    """What is wrong with the figures of a soak, a sentence each."""
    faults = []
    for name, count in counts.items():
        if count.torn:
            faults.append(f"The {name} gave {count.torn} torn out of {count.read}.")
        if count.went_back:
            faults.append(f"The {name} went back in sequence {count.went_back} times.")
        if not count.read:
            faults.append(f"Nothing was read from the {name}: soak for longer.")
    for name, found in caught.items():
        if not found:
            faults.append(f"The control ({name}) was not caught, so that nothing was found says nothing.")
    if growth_mb > MOST_GROWTH_MB:
        faults.append(f"Memory grew by {growth_mb:.0f} MB.")
    return faults
