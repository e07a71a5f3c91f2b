"""How long a key takes from the X server to the screen."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ecs_engine.bench.latency_case import last_line
from ecs_engine.core.errors import EngineError

PRESENT = (
    "The swap returned, of the first frame that shows the tick which drained the key. Uncapped and at 120 Hz it shows "
    "that tick whole (interpolate=False); interpolated, the first part of the way to it. The X server may copy the "
    "picture after that, and there is no screen."
)
FROM = "Just before the XTest request was sent, by another process."

SIZE = (640, 360)
UNCAPPED = {"mode": "uncapped", "tick_rate": 500.0, "frame_rate": 0.0, "interpolate": False}
AT_120_HZ = {"mode": "120 Hz", "tick_rate": 120.0, "frame_rate": 120.0, "interpolate": False}
INTERPOLATED = {"mode": "120 Hz, interpolated", "tick_rate": 120.0, "frame_rate": 120.0, "interpolate": True}
MODES = (UNCAPPED, AT_120_HZ, INTERPOLATED)
LLVMPIPE = {"driver": "llvmpipe", "size": SIZE, "count": 1000}
NOOP = {"driver": "noop", "size": SIZE, "count": 10_000}
DRIVERS = (LLVMPIPE, NOOP)

ENVIRONMENTS = {
    "llvmpipe": {"GALLIUM_NOOP": "0", "LIBGL_ALWAYS_SOFTWARE": "1", "GALLIUM_DRIVER": "llvmpipe"},
    "noop": {"GALLIUM_NOOP": "1", "LIBGL_ALWAYS_SOFTWARE": "1", "GALLIUM_DRIVER": "llvmpipe"},
}
"""Mesa reads these when a process makes its first context, so each case is a process."""


def measure_latency(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """For each driver, uncapped and at 120 Hz: milliseconds from ``count`` injected key events to their present.

    Raises:
        EngineError: there is no X server or no python-xlib, a renderer is another one, or a key event got lost.
    """
    if headless or not os.environ.get("DISPLAY"):
        raise EngineError(
            "bench latency presses keys of an X server, and there is none here: "
            "run it in one of its own with xvfb-run -a ecs-engine bench latency."
        )
    if importlib.util.find_spec("Xlib") is None:
        raise EngineError(
            "bench latency presses keys by the package python-xlib, which is missing: "
            "install the extra dev, pip install 'ecs-engine[dev]'."
        )
    # A connection that lasts: an X server whose last client leaves may turn away the next one.
    with _connection():
        cases = [_run(driver | mode | {"inputs": count}) for driver in DRIVERS for mode in MODES]
    return {"name": "latency", "count": count, "from": FROM, "present": PRESENT, "cases": cases}


@contextmanager
def _connection() -> Iterator[None]:
    from Xlib.display import Display
    from Xlib.error import DisplayError, XauthError

    try:
        display = Display()
    except (DisplayError, XauthError, OSError) as error:
        raise EngineError(
            f"bench latency presses keys of an X server, and DISPLAY names one that does not answer ({error}): "
            "run it in one of its own with xvfb-run -a ecs-engine bench latency."
        ) from error
    try:
        yield
    finally:
        display.close()


def show_cases(cases: list[dict[str, Any]]) -> None:
    """Print each case, and below it the legs of its way."""
    from rich.console import Console
    from rich.table import Table

    table = Table("case", "P50 ms", "P95 ms", "P99 ms", "max ms", "slowest 1 %", title="from the injection to PRESENT")
    for case in cases:
        name = f"{case['renderer']}, {case['count']:,} sprites, {case['mode']}"
        for leg, figures in ({name: case} | case["legs"]).items():
            mean = case["slowest_percent"].get(leg)
            cells = [f"{figures[percent]:.2f}" for percent in ("p50", "p95", "p99", "max")]
            bold = "bold" if leg == name else ""
            table.add_row(leg if bold else f"  {leg}", *cells, "" if mean is None else f"{mean:.2f}", style=bold)
    Console().print(table)


def _run(case: dict[str, Any]) -> dict[str, Any]:
    environment = os.environ | ENVIRONMENTS[case["driver"]]
    for name in ("WAYLAND_DISPLAY", "PYOPENGL_PLATFORM"):  # the keys come by X, so the window is to be there as well
        environment.pop(name, None)
    command = [sys.executable, "-m", "ecs_engine.bench.latency_case", json.dumps(case)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise EngineError(f"{case['driver']}, {case['mode']}: {last_line(done.stderr)}")
    figures: dict[str, Any] = json.loads(last_line(done.stdout))
    return figures
