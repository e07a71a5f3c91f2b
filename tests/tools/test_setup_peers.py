"""The set-up of the peers: one that cannot be installed costs no other, and nothing is done twice."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script as a module, with a folder of its own and commands that are only noted."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location("setup_peers", ROOT / "tools" / "setup_peers.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "setup_peers", module)
    spec.loader.exec_module(module)
    module.commands = []
    module.broken = ""

    def run(*command: object) -> int:
        words = [str(word) for word in command]
        module.commands.append(words)
        return int(bool(module.broken) and any(module.broken in word for word in words))

    monkeypatch.setattr(module, "run", run)
    monkeypatch.setattr(module, "provide", lambda needs: True)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(module, "INSTALLED", tmp_path / "peers")
    monkeypatch.setattr(module, "python_312", lambda: Path("python3.12"))
    monkeypatch.setattr(module, "STAMP", tmp_path / "peers" / "stamp")
    return module


def test_everything_is_installed_once(setup: ModuleType) -> None:
    assert setup.main() == 0
    programs = [Path(command[0]).name for command in setup.commands]
    assert programs == [Path(sys.executable).name, "python", "python3.12", "python", "npm", "cc"]
    assert any(word.startswith("pybevy") for word in setup.commands[3])
    assert "--no-package-lock" in setup.commands[4]
    setup.commands.clear()
    assert setup.main() == 0
    assert setup.commands == []


def test_one_that_fails_costs_no_other(setup: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    setup.broken = "xecs"
    assert setup.main() == 0
    tried = [command[-1] for command in setup.commands if "pip" in command]
    assert tried[1:-1] == setup.requirements("requirements.txt")
    assert setup.commands[-1][0] == "cc"
    assert "not all of the Python peers" in capsys.readouterr().out
    assert not setup.STAMP.exists()


def test_a_changed_program_is_installed_again(setup: ModuleType) -> None:
    setup.main()
    setup.STAMP.write_text("of another time")
    setup.commands.clear()
    setup.main()
    assert setup.commands


def test_without_a_python_312_only_pybevy_is_left_out(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "python_312", lambda: None)
    setup.main()
    assert not any(word.startswith("pybevy") for command in setup.commands for word in command)
    assert setup.commands[-1][0] == "cc"
    assert "PyBevy is left out" in capsys.readouterr().out
    setup.commands.clear()
    setup.main()
    assert setup.commands == []  # nothing is done twice
    monkeypatch.setattr(setup, "python_312", lambda: Path("python3.12"))
    setup.main()
    assert any("pybevy" in word for command in setup.commands for word in command)


def test_a_python_312_is_one_that_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import setup_peers

    def python(path: Path, status: int) -> Path:
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\nexit {status}\n")
        path.chmod(0o755)
        return path

    dead_end = python(tmp_path / "shims" / "python3.12", 127)
    monkeypatch.setattr(sys, "executable", str(python(tmp_path / "bin" / "python", 1)))
    monkeypatch.setattr(shutil, "which", lambda name: str(dead_end))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert setup_peers.python_312() is None
    right = python(tmp_path / "versions" / "3.12.1" / "bin" / "python", 0)
    assert setup_peers.python_312() == right


def test_no_peer_is_a_dependency_of_the_engine(setup: ModuleType) -> None:
    files = [setup.requirements(name) for name in setup.REQUIREMENTS]
    names = {requirement.split(">")[0] for lines in files for requirement in lines}
    assert {"arcade", "pyglet", "pygame-ce", "raylib", "moderngl", "esper", "pybevy"} <= names
    ours = (ROOT / "pyproject.toml").read_text("utf-8").lower()
    assert not [name for name in names - {"esper", "glfw", "numpy", "pillow"} if f'"{name}' in ours]
