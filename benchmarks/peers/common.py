"""What all peers written in Python share: the field of sprites, the loop that is timed, and the line that is printed.

A peer is a small file with one function per scenario, which sets the scenario up and returns a `Subject`:

    python arcade_sprites.py --scenario moving --count 10000 [--frames 100] [--seconds 1] [--screenshot last.png]

It prints one line of JSON: name, version, scenario, count, renderer, frames, and cpu_ms and wall_ms of a frame.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter_ns, thread_time_ns
from typing import Any

import numpy as np

WIDTH, HEIGHT = 1280, 720
SIDE = 8
"""Width and height of a sprite, in pixels."""
DT = 1 / 60
MOVERS = 1000
"""Sprites that move beside those that stand, in the scenario static."""
COMING = 167
"""Entities that come, and go a frame later: 10,000 a second."""
WARM_UP = 5
LEAST_FRAMES = 5
BACKGROUND = (24, 28, 36)


def picture() -> np.ndarray[Any, Any]:
    """The sprite: a disc with soft edges, (8, 8, 4) uint8."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    pixels = np.empty((SIDE, SIDE, 4), np.uint8)
    pixels[:] = (255, 176, 64, 255)
    pixels[..., 3] = np.clip((SIDE / 2 - np.hypot(x, y)) * 255, 0, 255)
    return pixels


class Field:
    """Places that move and turn back at the edges of the picture. What moves them is numpy, whichever the peer, so that
    what is compared is how it takes moved sprites to the screen."""

    def __init__(self, count: int) -> None:
        rng = np.random.default_rng(1)
        self.place = (rng.uniform(0, 1, (count, 2)) * (WIDTH, HEIGHT)).astype(np.float32)
        """x and y of each sprite's middle, in pixels: (n, 2) float32."""
        self.velocity = rng.uniform(-120, 120, (count, 2)).astype(np.float32)
        self._way = np.empty_like(self.place)

    def step(self) -> np.ndarray[Any, Any]:
        """Move everything by one frame; `place`."""
        np.multiply(self.velocity, np.float32(DT), out=self._way)
        self.place += self._way
        for axis, limit in enumerate((WIDTH, HEIGHT)):
            place, speed = self.place[:, axis], self.velocity[:, axis]
            low, high = np.flatnonzero(place < 0), np.flatnonzero(place > limit)
            speed[low] = np.abs(speed[low])
            speed[high] = -np.abs(speed[high])
        return self.place


def no_screenshot(path: str) -> None:
    raise SystemExit("there is no picture to write")


@dataclass
class Subject:
    """A scenario that is set up."""

    frame: Callable[[], object]
    """One frame: move, draw, show."""
    renderer: Callable[[], str] = lambda: "none"
    screenshot: Callable[[str], object] = no_screenshot
    """Write the last frame to a PNG file."""
    clock: Callable[[], int] = thread_time_ns
    """Processor time in nanoseconds: of this thread, or of all where a frame is worked out in others."""


def gl_renderer() -> str:
    """The renderer of the current OpenGL context, from the driver itself."""
    get_string = ctypes.CDLL("libGL.so.1").glGetString
    get_string.restype = ctypes.c_char_p
    return (get_string(0x1F01) or b"").decode()


def percentiles(nanoseconds: list[int]) -> dict[str, float]:
    """p50 and p99, in milliseconds."""
    return {f"p{percent}": round(float(np.percentile(nanoseconds, percent)) * 1e-6, 5) for percent in (50, 99)}


def measure(
    frame: Callable[[], object], frames: int, seconds: float, clock: Callable[[], int] = thread_time_ns
) -> dict[str, Any]:
    """Time `frames` frames, or as many as there are in `seconds`; `clock` is that of `cpu_ms`."""
    for _ in range(WARM_UP):
        frame()
    gc.collect()
    gc.freeze()
    cpu, wall = [], []
    end = perf_counter_ns() + seconds * 1e9
    while len(cpu) < frames and (len(cpu) < LEAST_FRAMES or perf_counter_ns() < end):
        wall_before, cpu_before = perf_counter_ns(), clock()
        frame()
        cpu.append(clock() - cpu_before)
        wall.append(perf_counter_ns() - wall_before)
    return {"frames": len(cpu), "cpu_ms": percentiles(cpu), "wall_ms": percentiles(wall)}


def arguments() -> argparse.Namespace:
    """The command line that every peer has."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--frames", type=int, default=200, help="the most frames to time")
    parser.add_argument("--seconds", type=float, default=1.0, help="stop after so long, with 5 frames at least")
    parser.add_argument("--screenshot", help="write the last frame to this PNG file")
    return parser.parse_args()


def report(name: str, version: str, scenario: str, count: int, renderer: str, figures: Mapping[str, Any]) -> None:
    """Print the line."""
    line = {"name": name, "version": version, "scenario": scenario, "count": count, "renderer": renderer}
    print(json.dumps(line | dict(figures)), flush=True)


def run(name: str, version: str, scenarios: Mapping[str, Callable[[int], Subject]]) -> None:
    """Run what the command line says."""
    options = arguments()
    subject = scenarios[options.scenario](options.count)
    figures = measure(subject.frame, options.frames, options.seconds, subject.clock)
    renderer = subject.renderer()
    if options.screenshot:
        subject.screenshot(options.screenshot)
    report(name, version, options.scenario, options.count, renderer, figures)
