"""The long form: ``python -m tests.testing.differential``. It ends with 1 when any sequence disagrees."""

from __future__ import annotations

import argparse
import sys

from .run import run_seed


def main() -> int:
    parser = argparse.ArgumentParser(description="FakeGL beside OSMesa: random calls, the same errors and state.")
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--calls", type=int, default=40, help="at least so many in each sequence")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first sequence")
    options = parser.parse_args()
    calls = failed = 0
    for seed in range(options.first, options.first + options.sequences):
        try:
            calls += run_seed(seed, options.calls)
        except AssertionError as failure:
            failed += 1
            print(failure, file=sys.stderr, flush=True)
        done = seed - options.first + 1
        if done % 500 == 0:
            print(f"{done:,} sequences, {calls:,} calls, {failed} disagreements", flush=True)
    print(f"{options.sequences:,} sequences, {calls:,} calls, {failed} disagreements")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
