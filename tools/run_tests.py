"""Runs one half of the tests: `python tools/run_tests.py headless|x11 [pytest options]`.

The halves cannot share a process: PyOpenGL settles for one platform, off screen or windowed, when it is
first imported. The headless half is divided among processes, one for each core; `-n 0` runs it in one. The other
half stays in one, as its tests share a keyboard.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5
DIVIDED = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadfile", "--benchmark-disable"]
"""The tests of a file stay together, as many share what is made once for them. Benchmarks are off: beside other tests
they measure nothing."""


def command_for(half: str, options: list[str]) -> tuple[list[str], dict[str, str]]:
    """The command and the environment that run one half."""
    env = dict(os.environ)
    pytest = [sys.executable, "-m", "pytest"]
    if half == "headless":
        env["PYOPENGL_PLATFORM"] = "osmesa"
        return [*pytest, "-m", "not x11", *options], env
    # A server of its own, so that no test takes the keyboard of whoever runs them. Without the server the
    # tests still start: tests/conftest.py says of each why it is skipped, and fails it in CI.
    for name in ("PYOPENGL_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        env.pop(name, None)
    # -noreset: without it the server starts over when its last client leaves, and turns away the next one meanwhile.
    xvfb = ["xvfb-run", "-a", "-s", "-screen 0 1280x720x24 -noreset"] if shutil.which("xvfb-run") else []
    return [*xvfb, *pytest, "-m", "x11", *options], env


def main() -> int:
    """Run the half that the command line names; the exit status is pytest's."""
    if len(sys.argv) < 2 or sys.argv[1] not in ("headless", "x11"):
        print(__doc__, file=sys.stderr)
        return 2
    half, options = sys.argv[1], sys.argv[2:]
    command, env = command_for(half, [*DIVIDED, *options] if half == "headless" else options)
    # A shell has its jobs in the background ignore Ctrl-C, and so would their children, some of which are to heed it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    status = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    if status == NO_TESTS_COLLECTED:
        print(f"the {half} half has no tests: that is a fault, not a pass", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
