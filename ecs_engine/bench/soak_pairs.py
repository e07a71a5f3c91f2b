"""What is soaked: a writer and a reader that stall at random, in the middle of what they write and read, and check
every frame of the exchange and every record of the trace's ring. And the controls, which are wrong and must be caught.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ecs_engine.trace.ring import Records, Ring

FRAME_WORDS = 1 << 14
MIX = 0x5555555555555

Frame = npt.NDArray[np.uint64]
"""A number, words that are multiples of it, and their sum; modulo 2**64."""


@dataclass
class Counts:
    """What the two threads of one soak did and found."""

    written: int = 0
    """Frames or records."""
    read: int = 0
    """Frames, or reads of the ring."""
    torn: int = 0
    """Frames or records that are not what was written in one go."""
    went_back: int = 0
    """Numbers that were not greater than the last one."""

    @property
    def faults(self) -> int:
        return self.torn + self.went_back


class Soak(Protocol):
    """Two threads' work; each returns when ``stop`` is set."""

    counts: Counts

    def write(self) -> None: ...
    def read(self) -> None: ...


class AnyExchange(Protocol):
    """The exchange, or a control in its place."""

    @property
    def back(self) -> Frame: ...
    @property
    def front(self) -> Frame: ...
    def publish(self) -> int: ...
    def acquire(self) -> bool: ...


class TwoSlots:
    """The control: two slots and a flip."""

    def __init__(self, make_slot: Callable[[], Frame]) -> None:
        self._slots = [make_slot(), make_slot()]
        self._number = -1

    @property
    def back(self) -> Frame:
        return self._slots[self._number % 2]

    @property
    def front(self) -> Frame:
        return self._slots[(self._number + 1) % 2]

    def publish(self) -> int:
        self._number += 1
        return self._number

    def acquire(self) -> bool:
        return self._number >= 0


class Stalls:
    """Now and then a short wait, and seldom a long one; each thread has its own."""

    def __init__(self, stop: threading.Event, seed: int) -> None:
        self._stop = stop
        self._random = random.Random(seed)

    def __call__(self) -> None:
        chance = self._random.random()
        if chance < 0.002:
            self._stop.wait(self._random.uniform(0.01, 0.05))
        elif chance < 0.05:
            self._stop.wait(self._random.uniform(0.0, 0.002))


def make_frame() -> Frame:
    return np.zeros(FRAME_WORDS, np.uint64)


class ExchangeSoak:
    """Frames through an exchange."""

    def __init__(self, exchange: AnyExchange, stop: threading.Event, seed: int, *, stop_at_fault: bool = False) -> None:
        self.counts = Counts()
        self._stop_at_fault = stop_at_fault
        self._exchange = exchange
        self._stop = stop
        self._stalls = Stalls(stop, seed), Stalls(stop, seed + 1)
        self._pattern = np.arange(1, FRAME_WORDS - 1, dtype=np.uint64)

    def write(self) -> None:
        stall, pattern, half = self._stalls[0], self._pattern, FRAME_WORDS // 2
        while not self._stop.is_set():
            frame, number = self._exchange.back, np.uint64(self.counts.written + 1)
            frame[0] = number
            words = frame[1:-1]
            np.multiply(pattern[:half], number, out=words[:half])
            stall()
            np.multiply(pattern[half:], number, out=words[half:])
            frame[-1] = words.sum()
            self._exchange.publish()
            self.counts.written += 1
            stall()

    def read(self) -> None:
        stall, counts, half, last = self._stalls[1], self.counts, FRAME_WORDS // 2, 0
        while not self._stop.is_set():
            stall()
            if not self._exchange.acquire():
                self._stop.wait(0.0001)
                continue
            frame = self._exchange.front
            number, total = int(frame[0]), frame[1:half].sum()
            stall()
            total += frame[half:-1].sum()
            counts.read += 1
            counts.torn += bool(total != frame[-1] or number != int(frame[0]) or int(frame[1]) != number)
            counts.went_back += number <= last
            last = number
            if self._stop_at_fault and counts.faults:
                self._stop.set()


class StalledRing(Ring):
    """A ring whose reader stalls in the middle of its copy."""

    __slots__ = ("stall",)

    stall: Callable[[], None]

    def _copy(self) -> Records:
        half = self._slots // 2
        first = self._array[:half].copy()
        self.stall()
        return np.concatenate((first, self._array[half:]))


class UncheckedRing(StalledRing):
    """The control: it does not ask what was overwritten meanwhile."""

    __slots__ = ()

    def read(self) -> Records:
        end = self.written
        return self._copy()[np.arange(max(0, end - self.capacity), end) % self._slots]


class RingSoak:
    """Records through a ring."""

    def __init__(self, ring: StalledRing, stop: threading.Event, seed: int, *, stop_at_fault: bool = False) -> None:
        self.counts = Counts()
        self._stop_at_fault = stop_at_fault
        self._ring = ring
        self._stop = stop
        self._stall = Stalls(stop, seed)
        ring.stall = Stalls(stop, seed + 1)

    def write(self) -> None:
        write, counts = self._ring.write, self.counts
        while not self._stop.is_set():
            for number in range(counts.written, counts.written + 200):
                write(number, -number, 3 * number + 1, number ^ MIX)
            counts.written += 200
            self._stall()

    def read(self) -> None:
        counts, newest = self.counts, -1
        while not self._stop.is_set():
            numbers, negative, triple, mixed = self._ring.read().T
            whole = (negative == -numbers) & (triple == 3 * numbers + 1) & (mixed == numbers ^ MIX)
            counts.read += 1
            counts.torn += int((~whole).sum())
            counts.went_back += int((np.diff(numbers) != 1).sum())
            if len(numbers):
                counts.went_back += int(numbers[-1]) < newest
                newest = max(newest, int(numbers[-1]))
            if self._stop_at_fault and counts.faults:
                self._stop.set()
