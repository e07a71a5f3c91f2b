"""The long form: ``python -m tests.fuzz``. It ends with 1 when a reader did more than refuse a file, which is kept."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

from .readers import READERS

PART = 5000
"""Files that one process reads."""
PART_SECONDS = 3600
KEPT = Path("build/fuzz")
SHARED_MEMORY = Path("/dev/shm")


def part(name: str, first: int, count: int) -> tuple[int, int, str]:
    """Have a process read ``count`` files (0: all that are cut off); how many it tried, could read, and what went
    wrong."""
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as folder:
        command = [sys.executable, "-m", "tests.fuzz.run", name, str(first), str(count), folder]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PART_SECONDS, check=False)
        if done.returncode == 0:
            tried, good = map(int, done.stdout.split())
            return tried, good, ""
        kept = KEPT / f"{name}-{first}"
        shutil.copytree(folder, kept, dirs_exist_ok=True)
        words = done.stderr.strip().splitlines()[-1:] or [f"it was ended by signal {-done.returncode}"]
        return 0, 0, f"{words[0]} (kept in {kept})"


def main() -> int:
    parser = argparse.ArgumentParser(description="Damaged files for every reader.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(READERS)}; all by default")
    parser.add_argument("--mutations", type=int, default=100_000, help="of each reader")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    failed = False
    for name in options.names or READERS:
        began = monotonic()
        parts = [part(name, 0, 0)]
        for first in range(options.first, options.first + options.mutations, PART):
            parts.append(part(name, first, min(PART, options.first + options.mutations - first)))
        faults = [words for _, _, words in parts if words]
        tried, good = sum(made for made, _, _ in parts), sum(read for _, read, _ in parts)
        print(f"{name}: {parts[0][0]} cut off, {tried - parts[0][0]} damaged, of which {good} could be read still; "
              f"{len(faults)} faults, {monotonic() - began:.0f} s", flush=True)  # fmt: skip
        for words in faults:
            print(f"  {words}", flush=True)
        failed = failed or bool(faults)
    return failed


if __name__ == "__main__":
    sys.exit(main())
