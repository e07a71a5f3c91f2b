"""From nothing to the first picture, in processes of their own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from time import perf_counter
from typing import Any

IMPORT = "import time; t = time.perf_counter(); import ecs_engine; print(time.perf_counter() - t)"
HELLO = """
import time
from ecs_engine.demos.hello import build
app = build(headless={headless})
app.step()
print(time.clock_gettime(time.CLOCK_MONOTONIC), app.device.capabilities.renderer)
app.close()
"""


def measure_startup(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Seconds for ``import ecs_engine``, and from process start to hello's first picture: medians of ``count`` runs."""
    imports, hellos, renderer = [], [], ""
    for _ in range(count):
        imports.append(float(_run(IMPORT)))
        began = perf_counter()  # the same clock as CLOCK_MONOTONIC on Linux
        shown, renderer = _run(HELLO.format(headless=headless)).split(maxsplit=1)
        hellos.append(float(shown) - began)
    return {
        "name": "startup",
        "count": count,
        "headless": headless,
        "renderer": renderer,
        "import_s": {"median": round(statistics.median(imports), 3), "max": round(max(imports), 3)},
        "hello_on_screen_s": {"median": round(statistics.median(hellos), 3), "max": round(max(hellos), 3)},
    }


def _run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=os.environ
    ).stdout.strip()
