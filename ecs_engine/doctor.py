"""What `ecs-engine doctor` finds out: versions, the display, OpenGL in a window and off screen, what to install.

OpenGL is probed in a child process with a time limit (`ecs_engine.doctor_probe`), so that a driver that
crashes or hangs is a finding and not the end of the doctor.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import platform
import subprocess
import sys
from importlib import metadata
from typing import Any

PACKAGES = ("ecs-engine", "esper", "glfw", "PyOpenGL", "PyOpenGL-accelerate", "numpy", "PyGLM", "Pillow")
PROBE_TIMEOUT = 20.0
"""Seconds a probe may take: a first start on a slow disk with a software renderer takes one or two."""

FLOOR = (3, 3)
"""The oldest OpenGL the engine runs on."""

EXTENSIONS = {
    "GL_ARB_buffer_storage": "columns stream through memory that stays mapped",
    "GL_KHR_debug": "the driver explains its errors, and objects carry their labels",
}
"""What the engine uses when it is there: extension -> what it is used for."""

MISSING = "not installed"
HEADLESS_PACKAGES = ("libosmesa6",)
WINDOW_PACKAGES = ("libgl1", "libgl1-mesa-dri", "libxi6", "libxcursor1", "libxinerama1", "libxrandr2")


@dataclasses.dataclass(frozen=True)
class Probe:
    """One way to draw: whether it works, and what OpenGL says of itself (or why there is none)."""

    works: bool
    error: str = ""
    glfw: str = ""
    vendor: str = ""
    renderer: str = ""
    version: str = ""
    used: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Report:
    """Everything the doctor found. `advice` holds one sentence for each thing to mend."""

    versions: dict[str, str]
    display: dict[str, str]
    window: Probe
    headless: Probe
    advice: tuple[str, ...]

    @property
    def can_draw(self) -> bool:
        """Whether the engine can draw here at all, in a window or off screen."""
        return self.window.works or self.headless.works


def examine(timeout: float = PROBE_TIMEOUT) -> Report:
    """Look at this machine. Takes up to `timeout` seconds for each of two probes; any thread may call it."""
    display = {name: os.environ.get(name, "") for name in ("DISPLAY", "WAYLAND_DISPLAY")}
    window, headless = probe("window", timeout), probe("headless", timeout)
    versions = {"Python": platform.python_version(), **{name: _version_of(name) for name in PACKAGES}}
    versions["GLFW"] = window.glfw or headless.glfw or "unknown"
    return Report(versions, display, window, headless, tuple(advise(versions, display, window, headless)))


def probe(kind: str, timeout: float) -> Probe:
    """Make a context in a child process, `kind` "window" or "headless", and say what it is.

    A child that crashes, hangs past `timeout` seconds or says nothing gives a `Probe` that says so.
    """
    try:
        child = subprocess.run(
            [sys.executable, "-m", "ecs_engine.doctor_probe", kind],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=timeout, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Probe(False, f"no answer within {timeout:g} s: the driver or the display server hangs")
    if child.returncode < 0:
        return Probe(False, f"the process was ended by signal {-child.returncode}: the driver crashed")
    answer = _last_json(child.stdout)
    if answer is None:
        lines = child.stderr.strip().splitlines() or ["it said nothing"]
        return Probe(False, f"the probe ended with status {child.returncode}: {lines[-1]}")
    if "error" in answer:
        return Probe(False, answer["error"], glfw=answer.get("glfw", ""))
    has = set(answer["extensions"])
    used = tuple(name for name in EXTENSIONS if name in has)
    missing = tuple(name for name in EXTENSIONS if name not in has)
    found = tuple(answer["number"])
    error = "" if found >= FLOOR else f"OpenGL {found[0]}.{found[1]} is older than {FLOOR[0]}.{FLOOR[1]}"
    names = {name: answer[name] for name in ("glfw", "vendor", "renderer", "version")}
    return Probe(not error, error, used=used, missing=missing, **names)


def advise(versions: dict[str, str], display: dict[str, str], window: Probe, headless: Probe) -> list[str]:
    """One sentence for each thing that is wrong: the thing, the cause, the mend."""
    advice = [
        f"{name} is not installed, and the engine needs it: pip install {name}"
        for name in PACKAGES[1:]
        if versions[name] == MISSING
    ]
    linux = sys.platform.startswith("linux")
    if linux and not any(display.values()):
        advice.append(
            "No window can open, because neither DISPLAY nor WAYLAND_DISPLAY is set: run in a desktop session, "
            "or under 'xvfb-run -a' (packages xvfb xauth), or draw off screen with --headless."
        )
    elif not window.works:
        advice.append(f"No window can open ({window.error}): {_install(WINDOW_PACKAGES)}, or the vendor's driver.")
    if not headless.works and linux:
        cause = headless.error if _loads("libOSMesa.so.8") else "libOSMesa.so.8 is missing"
        advice.append(
            f"Nothing can be drawn off screen ({cause}): {_install(HEADLESS_PACKAGES)}; systems with Mesa 25.1 "
            "or newer no longer have that package, and draw in a window under 'xvfb-run -a' instead."
        )
    return advice


def to_json(report: Report) -> str:
    """The report as JSON text, its fields by their names."""
    return json.dumps({**dataclasses.asdict(report), "can_draw": report.can_draw}, indent=2)


def show(report: Report) -> None:
    """Print the report as tables."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    table = Table(title="ecs-engine doctor", show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, version in report.versions.items():
        table.add_row(name, version)
    table.add_section()
    for name, value in report.display.items():
        table.add_row(name, escape(value) or "not set")
    for title, one in (("in a window", report.window), ("off screen", report.headless)):
        table.add_section()
        table.add_row(f"OpenGL {title}", "[green]works[/]" if one.works else f"[red]no[/]: {escape(one.error)}")
        if one.version:
            table.add_row("version", escape(one.version))
            table.add_row("renderer", escape(f"{one.renderer} ({one.vendor})"))
            table.add_row("used", "\n".join(f"{name}: {EXTENSIONS[name]}" for name in one.used) or "none")
            table.add_row("missing", "\n".join(f"{name}: {EXTENSIONS[name]}" for name in one.missing) or "none")
    console.print(table)
    for sentence in report.advice:
        console.print(f"[yellow]->[/] {escape(sentence)}", highlight=False)
    if not report.advice:
        console.print("[green]Nothing to mend.[/]")


def _version_of(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return MISSING


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _install(packages: tuple[str, ...]) -> str:
    return f"on Debian or Ubuntu, sudo apt-get install -y {' '.join(packages)}"


def _last_json(text: str) -> dict[str, Any] | None:
    """The last line of `text` as a JSON object: drivers print what they like before it."""
    for line in reversed(text.splitlines()):
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        if isinstance(answer, dict):
            return answer
    return None
