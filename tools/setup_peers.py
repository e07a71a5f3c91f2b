"""Sets up the peers of the benchmark: `python3 tools/setup_peers.py`.

Everything goes into `.peers`: a virtual environment of its own with benchmarks/peers/requirements.txt, PixiJS from npm,
and the C loop. Debian packages are installed as root; else the command is printed. What cannot be installed here is
said, and the benchmark reports that peer as missing: the exit status is 0 all the same.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from setup_env import ROOT, Need, provide, run, say, venv_need, window_needs

PROGRAMS = ROOT / "benchmarks" / "peers"
INSTALLED = ROOT / ".peers"
PYTHON = INSTALLED / "venv" / "bin" / "python"
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


def requirements() -> list[str]:
    """The lines of the requirements file that name a package."""
    lines = (PROGRAMS / "requirements.txt").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def install_python() -> bool:
    """The packages: all at once, or, if that fails, one by one, so that one bad peer costs no other."""
    if not PYTHON.exists() and run(sys.executable, "-m", "venv", "--clear", INSTALLED / "venv") != 0:
        return False
    if run(PYTHON, *PIP, *requirements()) == 0:
        return True
    return sum(run(PYTHON, *PIP, requirement) != 0 for requirement in requirements()) == 0


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
    for name in ("requirements.txt", "package.json", "limit.c"):
        files.update((PROGRAMS / name).read_bytes())
    return f"{files.hexdigest()} {ROOT} {sys.version_info[:2]}\n"


def main() -> int:
    """Set everything up; what failed is said and left out."""
    missing = not provide(needs())
    if STAMP.exists() and STAMP.read_text() == stamp_text() and not missing:
        return 0
    INSTALLED.mkdir(exist_ok=True)
    parts = {"the Python peers": install_python, "PixiJS": install_pixi, "the C loop": compile_limit}
    failed = [name for name, install in parts.items() if not install()]
    for name in failed:
        say(f"not all of {name} could be installed; the benchmark goes on without what is missing, and says so")
    if not failed and not missing:
        STAMP.write_text(stamp_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
