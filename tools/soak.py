"""The long forms of the tests that have one: `make soak` runs all, `python tools/soak.py NAME...` some.

Each is a command of its own, run from the top of the repository; a short form of it is part of `make test`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
ENGINE = str(Path(PYTHON).with_name("ecs-engine"))
SECONDS = os.environ.get("SOAK_SECONDS", "600")

COMMANDS: dict[str, list[str]] = {
    "exchange": [ENGINE, "bench", "soak", "--seconds", SECONDS, "--json", "build/soak.json"],
    "replay": ["env", "ECS_ENGINE_SOAK_TICKS=100000", PYTHON, "-m", "pytest", "tests/replay/test_processes.py", "-q"],
    "game": [PYTHON, "-m", "tests.soak"],
    "faults": [PYTHON, "-m", "pytest", "tests/faults", "--long", "--timeout", "36000", "-q"],
    "fuzz": [PYTHON, "-m", "tests.fuzz"],
    "mock": [PYTHON, "-m", "tests.testing.differential", "--sequences", "10000"],
}
"""Name -> command."""


def main(names: list[str]) -> int:
    """Run the named commands, all by default; 1 when any of them failed, 2 when there is none of a name."""
    unknown = [name for name in names if name not in COMMANDS]
    if unknown:
        print(f"There is no soak {', '.join(unknown)}: there are {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    (ROOT / "build").mkdir(exist_ok=True)
    failed = []
    for name in names or COMMANDS:
        print(f"== {name}: {' '.join(COMMANDS[name])}", flush=True)
        began = monotonic()
        if subprocess.run(COMMANDS[name], cwd=ROOT, check=False).returncode:
            failed.append(name)
        print(f"== {name}: {'FAILED' if name in failed else 'good'} after {monotonic() - began:.0f} s", flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
