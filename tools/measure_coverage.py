"""Measures which lines and branches the tests run: `python tools/measure_coverage.py [room...]`, or `make coverage`.

Each room of tests/ runs in a process of its own, as `make test` runs it; what they started and all their threads are
measured, too. Then the total is told, and the files of which the most is not run. It fails below LEAST per cent.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from run_tests import NO_TESTS_COLLECTED, ROOT, command_for

LEAST = 95
FOLDER = ROOT / "build" / "coverage"


def rooms() -> list[str]:
    """The folders of tests that have some, and the files beside them."""
    tests = ROOT / "tests"
    folders = [folder for folder in sorted(tests.iterdir()) if any(folder.glob("test_*.py"))]
    return [str(path.relative_to(ROOT)) for path in (*folders, *sorted(tests.glob("test_*.py")))]


def coverage(*arguments: str) -> int:
    """Run `coverage`; its exit status."""
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=ROOT, check=False).returncode


def main(chosen: list[str]) -> int:
    """Measure the rooms that are named, all by default; 0 where everything passed and enough was run."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    failed = []
    for room in chosen or rooms():
        for half in ("headless", "x11"):
            # Tests take longer while they are measured.
            command, env = command_for(half, [room, "-q", "--timeout", "900"])
            at = command.index("-m")
            command[at:at] = ["-m", "coverage", "run"]
            status = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
            if status not in (0, NO_TESTS_COLLECTED):
                failed.append(f"{room} ({half})")
    coverage("combine", "--quiet", "--keep")
    coverage("html", "--quiet", "--directory", str(FOLDER / "html"))
    status = coverage("report", "--sort", "miss", "--skip-covered", f"--fail-under={LEAST}")
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return status or bool(failed)


if __name__ == "__main__":
    sys.exit(main([str(Path(name)) for name in sys.argv[1:]]))
