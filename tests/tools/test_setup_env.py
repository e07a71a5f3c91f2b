"""The set-up script: what it installs where it may, what it prints where it may not, and when it does nothing."""

from __future__ import annotations

import importlib.util
import os
import runpy
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "setup_env.py"


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script as a module, with a tree of its own to work on and no way to run a command."""
    spec = importlib.util.spec_from_file_location("setup_env", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "setup_env", module)
    spec.loader.exec_module(module)
    module.commands = []

    def run(*command: object, env: dict[str, str] | None = None) -> int:
        module.commands.append(([str(word) for word in command], env))
        return 0

    monkeypatch.setattr(module, "run", run)
    monkeypatch.setattr(module, "is_usable", Path.exists)  # a link to a Python is no environment with pip in it
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp")
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("one")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return module


def missing(setup: ModuleType, *packages: str) -> list[object]:
    return [setup.Need("a thing", False, packages), setup.Need("another", True, ("never",))]


def test_root_installs_without_a_question(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert setup.provide(missing(setup, "p", "q"))
    (update, env), (install, _) = setup.commands
    assert update[:2] == ["apt-get", "update"]
    assert install[-2:] == ["p", "q"]
    assert "-y" in install
    assert "never" not in install
    assert env["DEBIAN_FRONTEND"] == "noninteractive"


def test_others_are_told_one_command(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not setup.provide(missing(setup, "p", "q"))
    assert setup.commands == []
    said = capsys.readouterr().out
    assert said.count("sudo") == 1
    assert "apt-get install -y p q" in said


def test_a_system_without_apt_is_told_what_is_missing(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert not setup.provide(missing(setup, "p"))
    assert "a thing" in capsys.readouterr().out


def test_a_demo_needs_a_window_or_else_the_library_for_none(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert [need.packages for need in setup.system_needs("demo")] == [("libosmesa6",)]
    monkeypatch.setenv("DISPLAY", ":0")
    assert ("libxi6",) in [need.packages for need in setup.system_needs("demo")]
    packages = {package for need in setup.system_needs("test") for package in need.packages}
    assert {"libosmesa6", "libxi6", "xvfb", "xauth", "xdotool", "libgl1"} <= packages


def test_pip_runs_once_and_again_when_the_project_changes(setup: ModuleType, tmp_path: Path) -> None:
    assert not setup.is_installed("demo")
    assert setup.install("demo")
    assert [command[-2:] for command, _ in setup.commands] == [["--editable", str(tmp_path)]]
    assert setup.is_installed("demo")
    assert not setup.is_installed("test")
    assert setup.install("test")
    assert setup.is_installed("demo")
    (tmp_path / "pyproject.toml").write_text("two")
    assert not setup.is_installed("test")


def test_a_failed_installation_is_not_taken_for_one(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert setup.install("test")
    monkeypatch.setattr(setup, "run", lambda *command: 1)
    assert not setup.install("test")
    assert not setup.is_installed("test")


def test_a_python_is_usable_when_it_runs_and_is_new_enough(tmp_path: Path) -> None:
    script = runpy.run_path(str(SCRIPT))
    assert script["is_usable"](Path(sys.executable))
    assert not script["is_usable"](tmp_path / "python")
    (tmp_path / "python").symlink_to("/bin/false")
    assert not script["is_usable"](tmp_path / "python")


def test_an_environment_left_half_made_is_made_anew(setup: ModuleType, tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin" / "python").unlink()
    assert setup.install("demo")
    assert setup.commands[0][0][1:4] == ["-m", "venv", "--clear"]


@pytest.mark.parametrize(("purpose", "ci", "status"), [("demo", "", 1), ("test", "", 0), ("test", "true", 1)])
def test_what_is_missing_stops_a_demo_and_ci(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, purpose: str, ci: str, status: int
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(sys, "argv", ["setup_env.py", purpose])
    monkeypatch.setattr(setup, "system_needs", lambda purpose: missing(setup, "p"))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert setup.main() == status


def test_too_old_a_python_is_named(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["setup_env.py", "demo"])
    monkeypatch.setattr(setup, "OLDEST_PYTHON", (99, 0))
    assert setup.main() == 1
    said = capsys.readouterr().out
    assert "99.0" in said
    assert "PYTHON=" in said
