"""`make soak` runs every long form, and fails when one of them does."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("soak", ROOT / "tools" / "soak.py")
assert SPEC is not None
assert SPEC.loader is not None
soak = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(soak)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_all_are_run_and_a_failure_is_told(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    commands = {"good": python("print('first')"), "bad": python("raise SystemExit(3)"), "last": python("print('last')")}
    monkeypatch.setattr(soak, "COMMANDS", commands)
    assert soak.main([]) == 1
    out, err = capfd.readouterr()
    assert "first" in out
    assert "last" in out
    assert "== bad: FAILED" in out
    assert "Failed: bad" in err
    assert soak.main(["good", "last"]) == 0


def test_an_unknown_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["nothing"]) == 2
    assert f"There is no soak nothing: there are {', '.join(soak.COMMANDS)}." in capsys.readouterr().err


def test_every_command_can_start() -> None:
    """The programs and modules that are named are there."""
    for command in soak.COMMANDS.values():
        assert shutil.which(command[0]), command
    module = soak.COMMANDS["mock"][2].replace(".", "/")
    assert (ROOT / module / "__main__.py").exists()
