"""Makes `.venv` and looks after the system libraries: `python3 tools/setup_env.py demo|test`.

Runs on the system's Python with nothing but the standard library. Where it may (as root, with apt-get) it
installs the Debian packages that are missing; where it may not, it prints the one command that does. It
never asks anything, and does nothing when all is in place already.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "ecs-engine-setup"
OLDEST_PYTHON = (3, 11)


class Need(NamedTuple):
    """Something of the system: how to see that it is there, and the Debian packages that bring it."""

    what: str
    present: bool
    packages: tuple[str, ...]


def has_library(name: str) -> bool:
    """Whether the dynamic loader finds the shared library `name`."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def venv_need() -> Need:
    """What it takes to make a virtual environment; Debian ships Python without it."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    try:
        import ensurepip  # noqa: F401  # only asked whether it is there
        import venv  # noqa: F401  # as above
    except ImportError:
        return Need("Python's venv module", False, (package,))
    return Need("Python's venv module", True, ())


def headless_need() -> Need:
    """What drawing without a display takes: Mesa's off-screen library."""
    return Need("OpenGL without a display (libOSMesa.so.8)", has_library("libOSMesa.so.8"), ("libosmesa6",))


def window_needs() -> list[Need]:
    """What opening a window takes: an OpenGL driver, and the X libraries that GLFW loads by name."""
    libraries = [
        ("OpenGL for windows", "libGL.so.1", ("libgl1", "libgl1-mesa-dri")),
        ("the X input library", "libXi.so.6", ("libxi6",)),
        ("the X cursor library", "libXcursor.so.1", ("libxcursor1",)),
        ("the Xinerama library", "libXinerama.so.1", ("libxinerama1",)),
        ("the XRandR library", "libXrandr.so.2", ("libxrandr2",)),
    ]
    return [Need(f"{what} ({name})", has_library(name), packages) for what, name, packages in libraries]


def x_server_needs() -> list[Need]:
    """What the tests in a real X server take: the server, and a hand that presses keys in it."""
    commands = [("xvfb-run", ("xvfb",)), ("xauth", ("xauth",)), ("xdotool", ("xdotool",))]
    return [Need(f"the command {name}", shutil.which(name) is not None, packages) for name, packages in commands]


def system_needs(purpose: str) -> list[Need]:
    """The needs of `make demo` (a window where there is a display, else pictures) or of `make test` (both)."""
    if not sys.platform.startswith("linux"):
        return []
    if purpose == "test":
        return [headless_need(), *window_needs(), *x_server_needs()]
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return window_needs() if display else [headless_need()]


def say(text: str) -> None:
    """Print one line at once, so that it stands before the output of the commands that follow it."""
    print(f"[setup] {text}", flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None) -> int:
    """Show and run a command with nothing to read from; return its exit status."""
    words = [str(word) for word in command]
    say("$ " + shlex.join(words))
    return subprocess.run(words, stdin=subprocess.DEVNULL, env=env, check=False).returncode


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages without a question; False when that failed."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", env=env)  # a stale list of one source need not stop the installation
    return run("apt-get", "install", "-q", "-y", "--no-install-recommends", *packages, env=env) == 0


def provide(needs: list[Need]) -> bool:
    """Bring what is missing, or print the one command that does; True when all is there."""
    missing = [need for need in needs if not need.present]
    if not missing:
        return True
    for need in missing:
        say(f"missing: {need.what}")
    packages = list(dict.fromkeys(package for need in missing for package in need.packages))
    if shutil.which("apt-get") is None:
        say(f"install these with your system's package manager; Debian calls them: {' '.join(packages)}")
        return False
    if os.geteuid() == 0:
        if apt_install(packages):
            return True
        say(f"apt-get could not install {' '.join(packages)}; its messages above say why")
        if "libosmesa6" in packages:
            say("(Mesa 25.1 dropped libosmesa6: systems with a newer Mesa can only draw in a window)")
        return False
    say("only root may install them; this one command does it, then run make again:")
    print(f"\n    sudo sh -c 'apt-get update && apt-get install -y {' '.join(packages)}'\n", flush=True)
    return False


def stamp_text(purpose: str) -> str:
    """What an installation depends on: when this text changes, pip runs again."""
    files = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        files.update((ROOT / name).read_bytes())
    return f"{purpose} {files.hexdigest()} {ROOT}\n"


def is_installed(purpose: str) -> bool:
    """Whether `.venv` holds an installation of this very tree; one for `test` serves `demo` too."""
    if not (VENV / "bin" / "python").exists() or not STAMP.exists():
        return False
    return STAMP.read_text() in {stamp_text(purpose), stamp_text("test")}


def is_usable(python: Path) -> bool:
    """Whether this is a Python that runs, is new enough and has pip: one left half made is made anew."""
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    return python.exists() and subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0


def install(purpose: str) -> bool:
    """Make `.venv` where it is missing or broken, and install the package in it; False on failure."""
    python = VENV / "bin" / "python"
    STAMP.unlink(missing_ok=True)
    if not is_usable(python) and run(sys.executable, "-m", "venv", "--clear", VENV) != 0:
        return False
    wanted = f"{ROOT}[dev]" if purpose == "test" else str(ROOT)
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")
    if run(*pip, "--constraint", ROOT / "constraints.txt", "--editable", wanted) != 0:
        say("pip could not install the package; its messages above say why")
        return False
    STAMP.write_text(stamp_text(purpose))
    return True


def main() -> int:
    """Set up for one purpose; the exit status is 0 when the purpose can be served."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("purpose", choices=["demo", "test"])
    purpose = parser.parse_args().purpose
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:2]))
        wanted = ".".join(map(str, OLDEST_PYTHON))
        say(f"'{sys.executable}' is Python {found} but {wanted} is the oldest that serves; name one: make PYTHON=...")
        return 1
    needs = system_needs(purpose)
    installed = is_installed(purpose)
    complete = provide(needs if installed else [venv_need(), *needs])
    if not installed:
        if not complete and not venv_need().present:
            return 1
        if not install(purpose):
            return 1
    # Tests that lack a library say so and are skipped; a demo without one has nothing to show.
    in_ci = os.environ.get("CI", "").lower() in ("1", "true", "yes")
    if complete or (purpose == "test" and not in_ci):
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
