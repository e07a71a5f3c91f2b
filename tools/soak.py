"""The long forms of the tests and benchmarks, one after the other: `python tools/soak.py [WORD]`.

With a WORD only the commands that contain it are run. The exit status is not 0 when one of them failed.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = os.environ.get("SOAK_SECONDS", "600")

COMMANDS = (
    f"ecs-engine bench soak --seconds {SECONDS} --json build/soak.json",
    "env ECS_ENGINE_SOAK_TICKS=100000 pytest tests/replay/test_processes.py -q",
)


def main() -> int:
    """Run them, and say how each went."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    (ROOT / "build").mkdir(exist_ok=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    env = {"PYOPENGL_PLATFORM": "osmesa", **os.environ, "PATH": path}
    failed = []
    for command in [command for command in COMMANDS if word in command]:
        print(f"$ {command}", flush=True)
        began = time.monotonic()
        status = subprocess.run(shlex.split(command), cwd=ROOT, env=env, check=False).returncode
        print(f"{'failed' if status else 'passed'} after {time.monotonic() - began:.0f} s\n", flush=True)
        failed += [command] if status else []
    for command in failed:
        print(f"failed: {command}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
