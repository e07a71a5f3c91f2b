"""Runs mypy over the package as it is installed: `python tools/typecheck.py [mypy options]`.

Type checkers do not follow the import hook of an editable installation, and the repository's folders are not
laid out as they install (docs/decisions/0001). So the installed layout is mirrored as links under `.build/typing`,
mypy runs there, and what it says is put back into the repository's paths.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MIRROR = ROOT / ".build" / "typing"
PACKAGE = "ecs_engine"


def package_dirs() -> dict[str, Path]:
    """Each package that pyproject.toml maps to a folder, and that folder: `ecs_engine.systems -> systems`."""
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    return {package: ROOT / folder for package, folder in setuptools["package-dir"].items()}


def modules(folder: Path) -> set[Path]:
    """Every Python file below a folder, relative to it, through links."""
    found: set[Path] = set()
    for path in folder.iterdir():
        if path.is_dir():
            found.update(path.relative_to(folder) / inner for inner in modules(path))
        elif path.suffix in (".py", ".pyi"):
            found.add(path.relative_to(folder))
    return found


def build_mirror(mirror: Path) -> None:
    """Lay out links as an installation would be, and check that no module is missing from them."""
    shutil.rmtree(mirror, ignore_errors=True)
    dirs = package_dirs()
    inside = mirror / PACKAGE
    inside.mkdir(parents=True)
    for path in dirs[PACKAGE].iterdir():
        if path.name != "__pycache__":
            (inside / path.name).symlink_to(path)
    for package, folder in dirs.items():
        if package != PACKAGE:
            (inside / package.removeprefix(PACKAGE + ".")).symlink_to(folder)
    expected = {
        Path(*package.split(".")) / module for package, folder in dirs.items() for module in modules(folder)
    }  # fmt: skip
    if difference := expected ^ modules(mirror):
        names = ", ".join(sorted(map(str, difference)))
        sys.exit(f"the mirror of the installed layout is not the repository, mypy would miss files: {names}")


def to_repository_paths(text: str) -> str:
    """Put the repository's path in front of each message: `ecs_engine/systems/a.py:1` is `systems/a.py:1`."""
    lines = text.splitlines(keepends=True)
    for package, folder in package_dirs().items():
        installed, real = package.replace(".", "/") + "/", folder.relative_to(ROOT).as_posix() + "/"
        lines = [real + line.removeprefix(installed) if line.startswith(installed) else line for line in lines]
    return "".join(lines)


def mypy(*arguments: str, cwd: Path) -> int:
    """Run mypy with the repository's settings; return its exit status."""
    config, cache = ROOT / "pyproject.toml", ROOT / ".mypy_cache"
    command = [sys.executable, "-m", "mypy", f"--config-file={config}", f"--cache-dir={cache}", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    sys.stdout.write(to_repository_paths(done.stdout))
    sys.stderr.write(done.stderr)
    return done.returncode


def main() -> int:
    """Check the package as installed, then the tools; the exit status is 0 when both are clean."""
    options = sys.argv[1:]
    build_mirror(MIRROR)
    return mypy("-p", PACKAGE, *options, cwd=MIRROR) or mypy("tools", *options, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
