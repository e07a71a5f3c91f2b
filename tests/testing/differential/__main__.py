"""The long form: ``python -m tests.testing.differential``. It ends with 1 when any sequence disagrees."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from .run import result

LIFE = 500
"""Sequences that one process makes, so that a driver that crashes takes few along."""


def run_part(seeds: range, calls: int) -> tuple[range, int, list[str]]:
    """Run sequences in a process of their own; those that are left when it crashes, the calls, and disagreements."""
    made, found = 0, []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for place, running in enumerate([pool.submit(result, seed, calls) for seed in seeds]):
            try:
                count, words = running.result()
            except BrokenProcessPool:
                return seeds[place:], made, found
            made += count
            if words:
                found.append(words)
    return seeds[:0], made, found


def main() -> int:
    parser = argparse.ArgumentParser(description="FakeGL beside OSMesa: random calls, the same errors and state.")
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--calls", type=int, default=40, help="at least so many in each sequence")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first sequence")
    options = parser.parse_args()
    made, failed, crashed_at = 0, 0, -1
    left = range(options.first, options.first + options.sequences)
    while left:
        part = left[:LIFE]
        unfinished, count, found = run_part(part, options.calls)
        if unfinished:
            seed = unfinished[0]
            print(f"the driver crashed in the sequence of seed {seed}", file=sys.stderr, flush=True)
            if seed == crashed_at:  # Twice in the same place: that is no accident.
                found.append(f"the driver crashes in the sequence of seed {seed}")
                unfinished = unfinished[1:]
            crashed_at = seed
        for words in found:
            print(words, file=sys.stderr, flush=True)
        made, failed = made + count, failed + len(found)
        left = range(part.stop - len(unfinished), left.stop)
        done = options.sequences - len(left)
        print(f"{done:,} sequences, {made:,} calls, {failed} disagreements", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
