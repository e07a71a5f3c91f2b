"""The packages on disk, in pyproject.toml and on import agree, and every module says what it is."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
FOLDERS = {package: ROOT / folder for package, folder in SETUPTOOLS["package-dir"].items()}
SOURCES = [path for folder in FOLDERS.values() for path in sorted(folder.rglob("*.py"))]


def packages_on_disk() -> set[str]:
    """Every folder that holds Python files, by its installed name; an `__init__.py` in it is asked for apart."""
    found = set()
    for package, folder in FOLDERS.items():
        for path in folder.rglob("*.py"):
            found.add(".".join([package, *path.parent.relative_to(folder).parts]))
    return found


def test_every_package_is_listed() -> None:
    assert set(SETUPTOOLS["packages"]) == packages_on_disk(), "list every sub-package under [tool.setuptools] packages"


@pytest.mark.parametrize("folder", sorted({path.parent for path in SOURCES}), ids=lambda path: path.name)
def test_every_package_has_an_init(folder: Path) -> None:
    assert (folder / "__init__.py").is_file(), f"{folder.name} has no __init__.py: the wheel would leave it out"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text, "a module starts with a docstring"
    assert text != "To be described.", "the docstring says nothing"


@pytest.mark.parametrize("name", sorted(package.split(".")[1] for package in FOLDERS if "." in package))
def test_the_bare_name_is_refused_with_the_mend(name: str) -> None:
    done = subprocess.run([sys.executable, "-c", f"import {name}"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError")
    assert f"import ecs_engine.{name}" in last


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_the_installed_name_is_this_tree(name: str) -> None:
    check = f"import {name}; print({name}.__file__)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == FOLDERS[name] / "__init__.py"
