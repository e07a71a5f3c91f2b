"""The demo runner: what it finds, shows, measures and reports, also of demos that break."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from ecs_engine import cli, demo_runner, gallery
from ecs_engine.core.errors import EngineError

GOOD = '''"""Good: it works."""
from ecs_engine import App, Sprite, Transform2D
def build(**options):
    app = App("good", size=(64, 36), page_size=256, **options)
    app.world.create_entity(Transform2D(), Sprite(size=(30, 20), tint=(255, 0, 0, 255)))
    return app
'''
BREAKS = '"""Breaks: it raises."""\ndef build(**options):\n    raise ValueError("this demo is broken")\n'
DIES = '"""Dies: its process ends."""\nimport os\ndef build(**options):\n    os._exit(7)\n'
REFUSES = '''"""Refuses: an error of the engine."""
from ecs_engine import EngineError
def build(**options):
    raise EngineError("There is nothing to draw with: install it.")
'''
NO_DEMO = '"""Tools that demos share."""\ndef construct(): pass\n'


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


def test_a_demo_is_what_can_be_built(demos_of: Callable[..., None]) -> None:
    demos_of(good=GOOD, breaks=BREAKS, tools=NO_DEMO)
    found = [(demo.name, demo.summary) for demo in demo_runner.find_demos()]
    assert found == [("breaks", "it raises."), ("good", "it works.")]


def test_the_list_names_them_all() -> None:
    result = CliRunner().invoke(cli.main, ["demo", "--list"])
    assert result.exit_code == 0
    for demo in demo_runner.find_demos():
        assert demo.name in result.output


def test_an_unknown_name_is_one_sentence() -> None:
    result = CliRunner().invoke(cli.main, ["demo", "astroids", "--headless"])
    assert result.exit_code == 1
    known = ", ".join(demo.name for demo in demo_runner.find_demos())
    assert result.output == f"Error: There is no demo 'astroids': the demos are {known}.\n"


@pytest.mark.parametrize("more", [["hello"], ["--screenshot", "x.png"]])
def test_all_goes_with_no_name_and_no_screenshot(more: list[str]) -> None:
    result = CliRunner().invoke(cli.main, ["demo", "--all", *more])
    assert result.exit_code == 2
    assert "leave out NAME" in result.output


@pytest.mark.parametrize("arguments", [["--overlay"], ["--all", "--overlay"]])
def test_the_overlay_is_not_in_the_pictures_of_all(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli.main, ["demo", *arguments])
    assert result.exit_code == 2
    assert "give its NAME" in result.output


@pytest.mark.parametrize(
    ("display", "arguments", "called"),
    [
        (True, [], ("show_gallery", False, None, None, False)),
        (True, ["--frames", "5", "--overlay"], ("show_gallery", False, 5, None, True)),
        (True, ["hello"], ("run_demo", "hello", False, None, None, False)),
        (True, ["hello", "--headless", "--frames", "5"], ("run_demo", "hello", True, 5, None, False)),
        (True, ["--all"], ("run_windows", None, False)),
        (True, ["--all", "--headless"], ("run_all", Path("build/demo"), None)),
        (False, [], ("run_all", Path("build/demo"), None)),
        (False, ["--all", "--frames", "9", "--output", "x"], ("run_all", Path("x"), 9)),
        (False, ["hello"], ("run_demo", "hello", True, None, None, False)),
        (True, ["--all", "--overlay"], ("run_windows", None, True)),
        (False, ["hello", "--overlay"], ("run_demo", "hello", True, None, None, True)),
        (False, ["--screenshot", "x.png"], ("show_gallery", True, None, Path("x.png"), False)),
    ],
)
def test_what_the_command_does(
    display: bool, arguments: list[str], called: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[object, ...]] = []
    for name in ("run_demo", "run_all", "run_windows"):
        monkeypatch.setattr(demo_runner, name, lambda *given, name=name: calls.append((name, *given)))
    monkeypatch.setattr(gallery, "show_gallery", lambda *given: calls.append(("show_gallery", *given)))
    monkeypatch.setattr(cli, "has_display", lambda: display)
    result = CliRunner().invoke(cli.main, ["demo", *arguments])
    assert result.exit_code == 0, result.output
    assert calls == [called]


@pytest.mark.gl
def test_one_demo_headless_with_a_screenshot(tmp_path: Path) -> None:
    picture = tmp_path / "new folder" / "hello.png"
    command = [sys.executable, "-m", "ecs_engine", "demo", "hello", "--headless", "--frames", "5"]
    done = subprocess.run([*command, "--screenshot", picture], capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stderr) == (0, "")
    with Image.open(picture) as image:
        assert image.size == (1280, 720)
        assert len(image.getcolors(1 << 20) or ()) > 500


@pytest.mark.gl
def test_a_demo_that_breaks_is_reported_and_the_others_go_on(
    demos_of: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demos_of(breaks=BREAKS, dies=DIES, good=GOOD, refuses=REFUSES)
    output = tmp_path / "out"
    output.mkdir()
    (output / "breaks.png").write_bytes(b"left by an earlier run")
    with pytest.raises(EngineError, match="Of 4 demos, these failed: breaks, dies, refuses"):
        demo_runner.run_all(output, frames=10)
    said = capsys.readouterr().out
    assert "this demo is broken" in said
    assert "status 7" in said
    assert "refuses failed:\nThere is nothing to draw with: install it.\n" in said
    (row,) = [line.split() for line in said.splitlines() if line.strip().startswith("good")]
    assert row[0] == "good"
    assert row[3:5] == ["2", "met"]  # the budget of a demo that states none
    assert row[5] == "1"  # draw calls
    assert row[7] == "1"  # entities
    assert sorted(path.name for path in output.iterdir()) == ["contact-sheet.png", "good.png", "index.html", "small"]
    with Image.open(output / "good.png") as picture:
        assert picture.getpixel((32, 18)) == (255, 0, 0)
    with Image.open(output / "contact-sheet.png") as sheet:
        assert sheet.width > 640
        assert sheet.height > 360


@pytest.mark.gl
def test_a_demo_that_hangs_is_stopped(
    demos_of: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    demos_of(hangs='"""Hangs: it never ends."""\nimport threading\ndef build(**_):\n    threading.Event().wait()\n')
    monkeypatch.setattr(demo_runner, "MOST_SECONDS", 1.0)
    with pytest.raises(EngineError, match="hangs"):
        demo_runner.run_all(tmp_path, frames=1)
    assert "did not end within" in capsys.readouterr().out
