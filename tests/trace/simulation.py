"""A run of the two threads with a clock of its own, that knows for each input what the trace should say."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

from ecs_engine.trace.latency import MISSING
from ecs_engine.trace.recording import Recording, ThreadRecord
from ecs_engine.trace.ring import Ring
from ecs_engine.trace.stages import EventKind, Stage


@dataclass
class Way:
    """What happened to one input."""

    arrival: int
    kind: int
    tick: int
    update: int = MISSING
    frame: int = MISSING
    """The frame that showed it first, of those presented; or the first that may still be presented."""
    render: int = MISSING
    gpu: int = MISSING
    present: int = MISSING

    def stamps(self) -> list[int]:
        return [self.arrival, self.update, self.render, self.gpu, self.present]


@dataclass
class Drawn:
    """One frame."""

    number: int
    tick: int
    render: int
    gpu: int = MISSING
    present: int = MISSING


@dataclass
class Simulation:
    """Inputs arrive, ticks drain them, fail or are published, and frames are drawn and presented, in any order.

    Each of the steps is taken by chance, and the clock moves on by chance; no two marks have the same time.
    """

    seed: int
    capacity: int = 10_000
    fences: bool = True
    now: int = 1000
    ways: list[Way] = field(default_factory=list)
    frames: list[Drawn] = field(default_factory=list)
    published: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.rings = {"logic": Ring(self.capacity), "main": Ring(self.capacity)}
        self.begin = self.now
        self.queue: list[tuple[int, int]] = []
        self.tick = self.ready = self.drained_up_to = 0
        self.in_tick = False

    def advance(self) -> int:
        self.now += self.random.randint(1, 2000)
        return self.now

    def run(self, steps: int) -> Simulation:
        for _ in range(steps):
            self.random.choices([self.arrive, self.logic, self.draw, self.signal], [4, 5, 4, 3])[0]()
        self._settle()
        return self

    def arrive(self) -> None:
        self.queue.append((self.advance(), self.random.choice(list(EventKind))))

    def logic(self) -> None:
        if not self.in_tick:
            self.tick += 1
            self.in_tick = True
            for arrival, kind in self.queue:
                self.rings["logic"].write(arrival, Stage.INPUT, kind, self.tick)
                self.ways.append(Way(arrival, kind, self.tick))
            self.queue.clear()
            return
        self.in_tick = False
        if self.random.random() < 0.1:
            return  # a system raised: the tick is not published
        time = self.advance()
        self.rings["logic"].write(time, Stage.UPDATE, self.tick, self.tick)
        self.ready = self.tick
        self.published.add(self.tick)
        for way in self.ways:
            if way.tick == self.tick:
                way.update = time

    def draw(self) -> None:
        if not self.ready:
            return
        frame = Drawn(len(self.frames) + 1, self.ready, self.advance())
        self.frames.append(frame)
        self.rings["main"].write(frame.render, Stage.RENDER, frame.number, frame.tick)
        if self.random.random() < 0.9:
            self.signal()
            frame.present = self.advance()
            self.rings["main"].write(frame.present, Stage.PRESENT, frame.number, 0)

    def signal(self) -> None:
        """The fence of the oldest frame that is not done is seen signalled."""
        waiting = [frame for frame in self.frames if frame.gpu == MISSING]
        if self.fences and waiting:
            waiting[0].gpu = self.advance()
            self.rings["main"].write(waiting[0].gpu, Stage.GPU, waiting[0].number, 0)

    def _settle(self) -> None:
        """Find for each input its frame, by going through the frames in order: what each shows was not seen before."""
        last = max((frame.number for frame in self.frames if frame.present != MISSING), default=0)
        unseen = list(self.ways)
        for frame in self.frames:
            if frame.present == MISSING and frame.number <= last:
                continue
            for way in [way for way in unseen if way.tick <= frame.tick]:
                way.frame, way.render, way.gpu, way.present = frame.number, frame.render, frame.gpu, frame.present
                unseen.remove(way)

    def recording(self) -> Recording:
        threads = tuple(
            ThreadRecord(name, index, ring.read(), np.empty((0, 4), np.int64), ring.overwritten)
            for index, (name, ring) in enumerate(self.rings.items())
        )
        return Recording(threads, ("other",), np.empty((0, 4), np.int64), self.begin, self.now + 1, "simulated")
