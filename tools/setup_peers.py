"""Sets up the peers of the benchmark: `python3 tools/setup_peers.py`.

Everything goes into `.peers`: a virtual environment of its own with benchmarks/peers/requirements.txt, another one with
requirements-pybevy.txt where there is a Python 3.12, PixiJS from npm, and the C loop. Debian packages are installed as
root; else the command is printed. What cannot be installed here is said, and the benchmark reports that peer as
missing: the exit status is 0 all the same.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from setup_env import ROOT, Need, provide, run, say, venv_need, window_needs

PROGRAMS = ROOT / "benchmarks" / "peers"
INSTALLED = ROOT / ".peers"
REQUIREMENTS = "requirements.txt", "requirements-pybevy.txt"
STAMP = INSTALLED / "stamp"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")


def needs() -> list[Need]:
    """What the peers take of the system."""
    commands = [
        ("xvfb-run", ("xvfb", "xauth")),
        ("cc", ("gcc", "libc6-dev")),
        ("love", ("love",)),
        ("npm", ("npm",)),
        ("chromium", ("chromium",)),
    ]
    found = [Need(f"the command {name}", shutil.which(name) is not None, packages) for name, packages in commands]
    return [venv_need(), *window_needs(), *found]


def requirements(name: str) -> list[str]:
    """The lines of a requirements file that name a package."""
    lines = (PROGRAMS / name).read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def install_packages(base: str | Path, venv: str, names: list[str]) -> bool:
    """Packages in an environment of their own: all at once, or, if that fails, one by one, so that one bad peer costs
    no other."""
    python = INSTALLED / venv / "bin" / "python"
    if not python.exists() and run(base, "-m", "venv", "--clear", INSTALLED / venv) != 0:
        return False
    if run(python, *PIP, *names) == 0:
        return True
    return sum(run(python, *PIP, name) != 0 for name in names) == 0


def install_python() -> bool:
    """What runs with the Python that runs this."""
    return install_packages(sys.executable, "venv", requirements(REQUIREMENTS[0]))


def python_312() -> Path | None:
    """A Python 3.12: this one, that of the name, or one of pyenv, whose command of the name may be a dead end."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    named = shutil.which("python3.12")
    candidates = [Path(sys.executable), *([Path(named)] if named else []), *sorted(pyenv.glob("3.12*/bin/python"))]
    check = "import sys; sys.exit(sys.version_info[:2] != (3, 12))"
    for python in candidates:
        if subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0:
            return python
    return None


def install_pybevy() -> bool:
    """PyBevy, if there is a Python that it is built for."""
    python = python_312()
    if python is None:
        say("PyBevy is left out: it is built for Python 3.12, and there is none here")
        return True
    return install_packages(python, "pybevy", requirements(REQUIREMENTS[1]))


def install_pixi() -> bool:
    """PixiJS, without a lock file."""
    if shutil.which("npm") is None:
        return False
    shutil.copy(PROGRAMS / "package.json", INSTALLED / "package.json")
    words = (
        "npm",
        "install",
        "--prefix",
        INSTALLED,
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    )
    return run(*words) == 0


def compile_limit() -> bool:
    """The C loop, as fast as the compiler makes it for any machine of this kind."""
    if shutil.which("cc") is None:
        return False
    return run("cc", "-O3", "-o", INSTALLED / "limit", PROGRAMS / "limit.c", "-lm") == 0


def stamp_text() -> str:
    """What an installation depends on."""
    files = hashlib.sha256()
    for name in (*REQUIREMENTS, "package.json", "limit.c"):
        files.update((PROGRAMS / name).read_bytes())
    return f"{files.hexdigest()} {ROOT} {sys.version_info[:2]} {python_312()}\n"


def main() -> int:
    """Set everything up; what failed is said and left out."""
    missing = not provide(needs())
    if STAMP.exists() and STAMP.read_text() == stamp_text() and not missing:
        return 0
    INSTALLED.mkdir(exist_ok=True)
    parts = {
        "the Python peers": install_python,
        "PyBevy": install_pybevy,
        "PixiJS": install_pixi,
        "the C loop": compile_limit,
    }
    failed = [name for name, install in parts.items() if not install()]
    for name in failed:
        say(f"not all of {name} could be installed; the benchmark goes on without what is missing, and says so")
    if not failed and not missing:
        STAMP.write_text(stamp_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
