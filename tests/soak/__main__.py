"""The long form: ``python -m tests.soak``. It ends with 1 when memory grows, or anything else that may not."""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from pathlib import Path
from time import monotonic

import numpy as np

from ecs_engine.bench.soak import resident_mb

from .game import ROUND, counts, open_game

WARM_UP = 20_000
"""Frames until all that is bounded, such as the numbers of pictures that are gone, has reached its bound."""
MOST_MB = 1.0
"""Growth of resident memory in 100,000 frames."""


def growth(frames: list[int], memory: list[float]) -> float:
    """MB in 100,000 frames: the slope of the line that fits best."""
    return float(np.polyfit(frames, memory, 1)[0]) * 100_000


def main() -> int:
    parser = argparse.ArgumentParser(description="A game that loads and unloads all day, on the mocked OpenGL.")
    parser.add_argument("--frames", type=int, default=200_000, help="after a warm-up")
    parser.add_argument("--warm-up", type=int, default=WARM_UP)
    options = parser.parse_args()
    frames: list[int] = []
    memory: list[float] = []
    first: dict[str, int] = {}
    grown: list[str] = []
    began = monotonic()
    with tempfile.TemporaryDirectory() as folder, open_game(Path(folder)) as app:
        warm_up = -(-options.warm_up // ROUND) * ROUND
        for frame in range(0, warm_up + options.frames, ROUND):
            for _ in range(ROUND):
                app.step()
            if frame + ROUND < warm_up:
                continue
            gc.collect()
            now = counts(app)
            first = first or now
            grown = [f"{name}: {first[name]} -> {now[name]}" for name in now if now[name] != first[name]]
            frames.append(frame + ROUND)
            memory.append(resident_mb())
            slope = growth(frames, memory) if len(frames) > 2 else 0.0
            if grown or len(frames) % 10 == 1:
                print(f"{frames[-1]:7} frames, {monotonic() - began:6.0f} s: {memory[-1]:.2f} MB, {slope:+.2f} MB in "
                      f"100,000 frames; {now}", flush=True)  # fmt: skip
            if grown:
                break
    app.gl.assert_no_leaks()
    slope = growth(frames, memory)
    print(f"{frames[-1] - frames[0]} frames after the warm-up: {slope:+.3f} MB in 100,000 frames; {first}")
    for words in grown:
        print(f"grown: {words}", file=sys.stderr)
    return bool(grown) or slope > MOST_MB


if __name__ == "__main__":
    sys.exit(main())
