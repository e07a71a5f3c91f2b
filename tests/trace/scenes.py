"""Recordings of frames and ticks of known lengths, to see which rule names what made them late."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ecs_engine.trace.recording import Message, Recording, ThreadRecord, TrackRecord
from ecs_engine.trace.stages import Stage
from ecs_engine.trace.tracks import GL_CALLS, GPU

MS = 1_000_000
LIMIT = 16
"""Milliseconds that a frame and a tick may take."""


def ns(*times: float) -> list[int]:
    return [round(time * MS) for time in times]


@dataclass
class Scene:
    """Frames of these lengths in milliseconds, from 0 on; what is added to it is told in milliseconds too."""

    frames: list[float]
    limit: float = LIMIT
    threads: dict[str, tuple[list[list[int]], list[list[int]]]] = field(
        default_factory=lambda: {"main": ([], []), "logic": ([], [])}
    )
    tracks: dict[str, list[list[int]]] = field(default_factory=lambda: {GL_CALLS: [], GPU: []})
    names: list[str] = field(default_factory=lambda: ["other"])
    pauses: list[list[int]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def name(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def span(self, name: str, begin: float, end: float, thread: str = "main") -> Scene:
        self.threads[thread][0].append([*ns(begin, end), self.name(name), 0])
        return self

    def load(self, name: str, begin: float, end: float, cpu: float, thread: str = "main") -> Scene:
        """A span with the processor time that it had."""
        self.threads[thread][1].append([*ns(begin, end), self.name(name), *ns(cpu)])
        return self.span(name, begin, end, thread)

    def tick(self, begin: float, end: float, cpu: float | None = None) -> Scene:
        return self.load("tick", begin, end, end - begin if cpu is None else cpu, "logic")

    def call(self, name: str, begin: float, end: float) -> Scene:
        self.tracks[GL_CALLS].append([*ns(begin, end), self.name(name), 0])
        return self

    def gpu(self, begin: float, end: float) -> Scene:
        self.tracks[GPU].append([*ns(begin, end), self.name("frame"), 0])
        return self

    def pause(self, begin: float, end: float) -> Scene:
        self.pauses.append([*ns(begin, end), 2, 2])
        return self

    def recording(self) -> Recording:
        presents = np.cumsum([0, *self.frames])
        marks = [[*ns(time), Stage.PRESENT, number, 0] for number, time in enumerate(presents.tolist(), 1)]
        return Recording(
            tuple(
                ThreadRecord(name, ident, rows(marks if name == "main" else []), rows(spans), 0, 0, rows(loads))
                for ident, (name, (spans, loads)) in enumerate(self.threads.items(), 1)
            ),
            tuple(self.names),
            rows(self.pauses),
            0,
            round(float(presents[-1]) * MS) + 1,
            "scene",
            tracks=tuple(TrackRecord(name, rows(spans)) for name, spans in self.tracks.items()),
            messages=tuple(self.messages),
            tick_ns=LIMIT * MS,
            frame_ns=round(self.limit * MS),
        )


def rows(records: list[list[int]]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.array(records, np.int64).reshape(-1, 4)


def one_late(frames: int = 10) -> Scene:
    """Frames of 16 ms, but the sixth took 40: from 80 to 120 ms."""
    return Scene([LIMIT] * 5 + [40.0] + [LIMIT] * (frames - 6))
