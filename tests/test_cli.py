"""The command line: what it answers, what it refuses, and that it is quick to start."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import metadata

import pytest
from click.testing import CliRunner

from ecs_engine import cli, doctor
from ecs_engine.core.errors import AssetError


def test_version() -> None:
    done = subprocess.run([sys.executable, "-m", "ecs_engine", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"ecs-engine, version {metadata.version('ecs-engine')}"


def test_starting_imports_nothing_heavy() -> None:
    heavy = "OpenGL", "glfw", "PIL", "rich"
    check = f"import sys, ecs_engine.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["demo", "bench", "doctor"])
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(cli.main, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bench"], "Give the NAME of one benchmark, or --all"),
        (["bench", "bunnymark", "--count", "0"], "0 is not in the range"),
        (["demo", "hello", "--frames", "-1"], "-1 is not in the range"),
        (["nonsense"], "No such command"),
    ],
)
def test_bad_arguments_are_refused(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_an_error_of_the_engine_is_one_sentence() -> None:
    @cli.main.command("fail")
    def fail() -> None:
        with cli.plain_errors():
            raise AssetError("The picture 'x.png' is missing.")

    try:
        result = CliRunner().invoke(cli.main, ["fail"])
    finally:
        cli.main.commands.pop("fail")
    assert result.exit_code == 1
    assert result.output == "Error: The picture 'x.png' is missing.\n"


@pytest.mark.gl
def test_a_picture_that_cannot_be_written_is_one_sentence() -> None:
    command = [sys.executable, "-m", "ecs_engine", "demo", "hello", "--headless", "--frames", "1"]
    done = subprocess.run([*command, "--screenshot", "/dev/null/x.png"], capture_output=True, text=True)
    assert done.returncode == 1
    assert re.fullmatch(r"Error: /dev/null: .+\. Name another place, or mend this\.\n", done.stderr)


def test_the_doctor_tells_by_its_status_whether_anything_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    for works in (True, False):
        report = doctor.Report({}, {}, doctor.Probe(False, "no"), doctor.Probe(works), ())
        monkeypatch.setattr(doctor, "examine", lambda report=report: report)
        result = CliRunner().invoke(cli.main, ["doctor", "--json"])
        assert result.exit_code == (0 if works else 1)
        assert json.loads(result.output)["can_draw"] is works
