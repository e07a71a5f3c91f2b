"""The command trace: a game recorded, and the files that come of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ecs_engine import cli, demo_runner, game_trace, games
from ecs_engine.core.errors import EngineError
from ecs_engine.demos import hello
from ecs_engine.testing.app import FakeApp
from ecs_engine.trace import AnyTracer


class Tiny:
    """A demo on the mocked GL."""

    def __init__(self) -> None:
        self.apps: list[FakeApp] = []

    def build(self, *, headless: bool, tracer: AnyTracer) -> FakeApp:
        self.apps.append(FakeApp(tick_rate=200, tracer=tracer))
        return self.apps[-1]


class Staged(Tiny):
    """One that has something to show only after a while."""

    def showcase(self, app: FakeApp) -> None:
        app.step(50)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Tiny:
    demo = Tiny()
    monkeypatch.setattr(games, "load_demo", lambda name: demo)
    return demo


def test_inputs_of_a_window_in_memory_are_followed_to_the_screen(tiny: Tiny, tmp_path: Path) -> None:
    paths = [tmp_path / "new" / name for name in ("trace.json", "trace.perfetto.json", "trace.html")]
    summary = game_trace.trace_game("tiny", 60, True, *paths)
    assert summary["title"] == "tiny, 60 frames"
    assert summary["frames"]["count"] == 60
    assert summary["inputs"]["kinds"]["MOUSE_MOVE"] == summary["inputs"]["count"] > 5
    assert summary["inputs"]["shown"] > 0
    assert summary["end_to_end_ms"]["p50"] > 0
    assert json.loads(paths[0].read_text("utf-8")) == summary
    assert len(json.loads(paths[1].read_text("utf-8"))["traceEvents"]) > 100
    assert "tiny, 60 frames" in paths[2].read_text("utf-8")


def test_what_happens_until_the_showcase_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = Staged()
    monkeypatch.setattr(games, "load_demo", lambda name: demo)
    summary = game_trace.trace_game("staged", 5, True)
    assert summary["frames"]["count"] == 5
    assert demo.apps[0].tick >= 50
    assert summary["spans_ms"]["logic"]["tick"]["count"] == demo.apps[0].tick - 50


MINE = """
from ecs_engine.testing.app import FakeApp


def build(headless, **options):
    return FakeApp(tick_rate=200, **options)
"""


def test_a_game_of_ones_own_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "traced_game.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    summary = game_trace.trace_game("traced_game:build", 30, True)
    assert (summary["title"], summary["frames"]["count"]) == ("traced_game:build, 30 frames", 30)
    assert summary["inputs"]["shown"] > 0


def test_a_demo_that_fails_leaves_no_app_and_no_mouse_behind(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    def fail(app: FakeApp) -> None:
        raise ValueError("no show")

    monkeypatch.setattr(tiny, "showcase", fail, raising=False)
    with pytest.raises(ValueError, match="no show"):
        game_trace.trace_game("tiny", 5, True)
    assert "mouse" not in [thread.name for thread in threading.enumerate()]
    FakeApp().close()  # another one can be made


def test_a_recording_without_inputs_shows_no_figure_rather_than_zero(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(game_trace, "PAUSES_S", (100.0, 100.0))
    game_trace.show_trace(game_trace.trace_game("tiny", 3, True))
    said = capsys.readouterr().out
    assert "0 of 0 inputs were shown, in 3 frames." in said
    assert "0.00" not in said


@pytest.mark.parametrize(
    ("display", "flags", "headless"), [(True, [], False), (True, ["--headless"], True), (False, [], True)]
)
def test_what_the_command_does(
    display: bool, flags: list[str], headless: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(game_trace, "trace_game", lambda *given: calls.append(given))
    monkeypatch.setattr(game_trace, "show_trace", lambda summary: None)
    monkeypatch.setattr(cli, "has_display", lambda: display)
    arguments = ["hello", "--frames", "9", "--json", "a", "--perfetto", "b", "--html", "c", *flags]
    result = CliRunner().invoke(cli.main, ["trace", *arguments])
    assert result.exit_code == 0, result.output
    assert calls == [("hello", 9, headless, Path("a"), Path("b"), Path("c"))]


def test_errors_are_one_sentence(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    arguments = ["trace", "tiny", "--headless", "--frames", "2", "--json", str(blocked / "trace.json")]
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: The trace cannot be written to")
    monkeypatch.undo()
    with pytest.raises(EngineError, match="There is no demo 'astroids'"):
        game_trace.trace_game("astroids", 2, True)


@pytest.mark.gl
def test_a_real_demo_off_screen(tmp_path: Path) -> None:
    assert demo_runner.load_demo("hello") is hello
    path = tmp_path / "trace.json"
    command = [sys.executable, "-m", "ecs_engine", "trace", "hello", "--headless", "--frames", "30", "--json", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stderr) == (0, "")
    assert "from the input to" in done.stdout
    summary = json.loads(path.read_text("utf-8"))
    assert summary["inputs"]["shown"] > 0
    assert {"GPU", "PRESENT"} <= set(summary["since_input_ms"])
