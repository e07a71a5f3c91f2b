"""Measures which lines and branches the tests run: `python tools/measure_coverage.py [tests...]`, or `make coverage`.

Both halves of the tests run as in `make test`; all their processes, what those started, and all their threads are
measured. Then the total is told, and the files of which the most is not run. It fails below LEAST per cent.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from run_tests import DIVIDED, NO_TESTS_COLLECTED, ROOT, command_for

LEAST = 95
FOLDER = ROOT / "build" / "coverage"


def coverage(*arguments: str) -> int:
    """Run `coverage`; its exit status."""
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=ROOT, check=False).returncode


def main(chosen: list[str]) -> int:
    """Measure the tests that are named, all by default; 0 where everything passed and enough was run."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    failed = []
    for half in ("headless", "x11"):
        # Tests take longer while they are measured.
        options = ["--timeout", "900", *chosen]
        command, env = command_for(half, [*DIVIDED, *options] if half == "headless" else options)
        at = command.index("-m")
        command[at:at] = ["-m", "coverage", "run"]
        if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode not in (0, NO_TESTS_COLLECTED):
            failed.append(half)
    coverage("combine", "--quiet", "--keep")
    coverage("html", "--quiet", "--directory", str(FOLDER / "html"))
    status = coverage("report", "--sort", "miss", "--skip-covered", f"--fail-under={LEAST}")
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return status or bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
