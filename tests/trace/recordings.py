"""Recordings to make reports of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecs_engine.trace.recording import Message, Recording, ThreadRecord
from tests.trace.scenes import one_late
from tests.trace.simulation import Simulation

TITLE = '<b>"bunny" & co</b>'
EMPTY = np.empty((0, 4), np.int64)


def simulated(seed: int = 1, *, fences: bool = True, steps: int = 600) -> Recording:
    """A simulated run with nested spans on both threads, pauses of the garbage collector, and a title to be escaped."""
    run = Simulation(seed, fences=fences).run(steps)
    record = run.recording()
    names = ("other", "tick", "PhysicsSystem", "<draw>")
    threads = []
    for thread, outer in zip(record.threads, (1, 3), strict=True):
        spans: list[list[int]] = []
        for time, *_ in thread.marks[::3].tolist():
            if spans and time - 450 < spans[-1][1]:
                continue  # spans of one thread do not overlap
            spans += [
                [time - 400, time - 300, 2, 1],
                [time - 300, time - 200, 2, 1],
                [time - 450, time - 100, outer, 5],
            ]
        threads.append(replace(thread, spans=np.array(spans, np.int64).reshape(-1, 4)))
    middle = run.now // 2
    pauses = np.array([[middle, middle + 90, 2, 0], [middle + 500, middle + 700, 0, 77]], np.int64)
    return replace(record, threads=tuple(threads), names=names, pauses=pauses, title=TITLE)


def empty() -> Recording:
    return Recording((ThreadRecord("main", 1, EMPTY, EMPTY),), ("other",), EMPTY, 0, 10**9)


def one_input() -> Recording:
    """One key, all the way, with nothing else."""
    marks = np.array([[100, 0, 0, 1], [200, 1, 1, 1], [300, 2, 1, 1], [400, 3, 1, 0], [500, 4, 1, 0]], np.int64)
    return Recording((ThreadRecord("main", 1, marks, EMPTY),), ("other",), EMPTY, 0, 10**9)


def profiled() -> Recording:
    """A late frame with something on every track of a profile."""
    scene = one_late().load("draw", 82, 118, 2).span("swap", 118, 120).tick(80, 110, 20).span("Burn", 81, 108, "logic")
    scene.call("glLinkProgram", 84, 90).gpu(85, 117).pause(92, 93)
    scene.messages += [Message(95_000_000, "a <slow> copy"), Message(96_000_000, "a <slow> copy")]
    return replace(scene.recording(), missing=("GPU time: <none>.",))


ALL = {
    "profiled": profiled,
    "simulated": simulated,
    "no fences": lambda: simulated(fences=False),
    "empty": empty,
    "one input": one_input,
    "short": lambda: simulated(steps=12),
    "no inputs": lambda: replace(one_input(), begin_ns=150),
    "at once": lambda: replace(
        one_input(), threads=(ThreadRecord("main", 1, one_input().threads[0].marks * np.array([0, 1, 1, 1]), EMPTY),)
    ),
}
"""name -> function that makes the recording."""
