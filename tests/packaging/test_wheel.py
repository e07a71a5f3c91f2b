"""The built wheel holds what the repository holds, under one import name, and works from where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = PROJECT["tool"]["setuptools"]["package-dir"]
SHIPPED = {".py", ".glsl", ".png", ".webp", ".ttf", ".typed", ".tmx", ".tsx", ".tmj"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the tree: a build folder left in the tree itself would leak into it."""
    tree = tmp_path_factory.mktemp("tree")
    for folder in FOLDERS.values():
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    # No network: the builder is the setuptools of this environment. The two data files are planted, so that
    # shipping them is tested whether or not a package has any at present.
    (tree / "assets" / "planted.ttf").write_bytes(b"a font")
    (tree / FOLDERS["ecs_engine"] / "render" / "planted.glsl").write_text("void main() {}\n")
    out = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "-w", str(out), str(tree)], check=True)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def names(wheel: Path) -> set[str]:
    """The files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def expected_files() -> set[str]:
    """Every file of the repository that is shipped, by its installed path."""
    found = {"ecs_engine/assets/planted.ttf", "ecs_engine/render/planted.glsl"}
    for package, folder in FOLDERS.items():
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in SHIPPED and "__pycache__" not in path.parts:
                found.add((Path(*package.split(".")) / path.relative_to(ROOT / folder)).as_posix())
    return found


def test_the_wheel_holds_every_module_and_data_file(names: set[str]) -> None:
    inside = {name for name in names if ".dist-info/" not in name}
    assert inside == expected_files()
    assert "ecs_engine/py.typed" in inside


def test_one_import_name(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"ecs_engine"}


def test_metadata(wheel: Path, names: set[str]) -> None:
    info = f"ecs_engine-{PROJECT['project']['version']}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        fields = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        entry_points = archive.read(f"{info}/entry_points.txt").decode()
    assert fields["License-Expression"] == "MIT"
    assert fields["Requires-Python"] == ">=3.11"
    assert f"{info}/licenses/LICENSE" in names
    assert "ecs-engine = ecs_engine.cli:main" in entry_points
    assert "ecs_engine = ecs_engine.testing.plugin" in entry_points


def test_an_installed_wheel_imports_from_anywhere(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(site), str(wheel)], check=True)
    check = "import ecs_engine, ecs_engine.systems as s, ecs_engine.demos as d; print(ecs_engine.__file__, s.__file__)"
    # PYTHONPATH stands before the editable installation of this environment.
    env = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, "-c", check], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(site / "ecs_engine" / name) for name in ("__init__.py", "systems/__init__.py")]


def test_a_game_keeps_its_own_systems_module(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "systems.py").write_text("MINE = True\n")
    check = "import systems, ecs_engine.systems; print(systems.MINE, systems is ecs_engine.systems)"
    done = subprocess.run([sys.executable, "-c", check], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
