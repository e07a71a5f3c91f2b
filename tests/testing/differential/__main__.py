"""The long form: ``python -m tests.testing.differential``. It ends with 1 when any sequence disagrees."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from .run import disagreement

LIFE = 500
"""Sequences that one process makes, so that a driver that crashes takes few along."""


def run_part(seeds: range, calls: int) -> tuple[range, list[str]]:
    """Run sequences in a process of their own; those that are left when it crashes, and all disagreements."""
    found = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for place, running in enumerate([pool.submit(disagreement, seed, calls) for seed in seeds]):
            try:
                if words := running.result():
                    found.append(words)
            except BrokenProcessPool:
                return seeds[place:], found
    return seeds[:0], found


def main() -> int:
    parser = argparse.ArgumentParser(description="FakeGL beside OSMesa: random calls, the same errors and state.")
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--calls", type=int, default=40, help="at least so many in each sequence")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first sequence")
    options = parser.parse_args()
    failed, crashed_at = 0, -1
    left = range(options.first, options.first + options.sequences)
    while left:
        part = left[:LIFE]
        unfinished, found = run_part(part, options.calls)
        if unfinished:
            seed = unfinished[0]
            print(f"the driver crashed in the sequence of seed {seed}", file=sys.stderr, flush=True)
            if seed == crashed_at:  # Twice in the same place: that is no accident.
                found.append(f"the driver crashes in the sequence of seed {seed}")
                unfinished = unfinished[1:]
            crashed_at = seed
        for words in found:
            print(words, file=sys.stderr, flush=True)
        failed += len(found)
        left = range(unfinished.start if unfinished else part.stop, left.stop)
        done = options.sequences - len(left)
        print(f"{done:,} sequences of at least {options.calls} calls, {failed} disagreements", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
