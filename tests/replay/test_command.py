"""``ecs-engine record`` and ``ecs-engine replay``, as they are typed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ecs_engine.cli import main

GAME = """
import itertools
from ecs_engine import App, System, Velocity

runs = itertools.count()

class Spin(System):
    def __init__(self, by):
        self.by = by
    def process(self, dt):
        if self.world.next_entity < 9:
            self.world.create_entity(Velocity(angular=self.by))

class Named:
    pass

def build(**options):
    app = App("Spin", **options)
    app.world.add_resource(Named())
    app.add_system(Spin(1.0))
    return app

def changing(**options):
    app = App("Spin", **options)
    app.add_system(Spin(next(runs)))
    return app

number = 3
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a game, where one types."""
    (tmp_path / "spinning.py").write_text(GAME, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "spinning", raising=False)
    return tmp_path


def typed(command: str) -> Result:
    return CliRunner().invoke(main, command.split())


def test_a_game_of_ones_own(folder: Path) -> None:
    done = typed("record spinning:build --to games/one.rec --headless --ticks 70 --tick-rate 50 --random-input 1")
    assert done.output.startswith("70 ticks of spinning:build are in games/one.rec, ")
    done = typed("replay games/one.rec --threads --frame-rate 0")
    assert done.output.splitlines() == [
        "70 ticks of spinning:build were replayed, and 70 have the hash they had.",
        "The hash says nothing about Named: they are no dataclasses.",
    ]
    assert done.exit_code == 0
    assert "nothing was compared" in typed("replay games/one.rec --no-verify").output
    assert "systems ran in the order Spin." in typed("replay games/one.rec --shuffle 2").output


def test_a_divergence_is_told_with_the_entity(folder: Path) -> None:
    assert typed("record spinning:changing --to one.rec --headless").exit_code == 0
    done = typed("replay one.rec")
    assert done.exit_code == 1
    assert done.output == (
        "Error: The replay went another way at tick 1: what differs first is Velocity.angular. Two replays here "
        "differ, too: Velocity.angular of entity 1 is 2.0 and 3.0.\n"
    )


def test_a_recording_that_was_cut_short(folder: Path) -> None:
    typed("record spinning:build --to one.rec --headless --ticks 100")
    whole = Path("one.rec").read_bytes()
    Path("one.rec").write_bytes(whole[:-40])
    done = typed("replay one.rec")
    assert done.exit_code == 0
    assert "60 ticks of spinning:build were replayed, and 60 have" in done.output
    assert "The recording was cut short; what is there was replayed." in done.output


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("record nowhere:build --to x --headless", "There is no game 'nowhere:build': No module named 'nowhere'; give"),
        ("record spinning:nothing --to x --headless", "There is no game 'spinning:nothing'"),
        ("record spinning:number --to x --headless", "'spinning:number' is no function: name the one that builds"),
        ("record nothing --to x --headless", "There is no demo 'nothing': the demos are animation,"),
        ("record spinning:build --to . --headless", "Invalid value for '--to'"),
        ("replay x", "There is no recording x: check the name, or record first."),
        ("replay spinning.py", "spinning.py is no recording: it begins otherwise; name another file."),
        ("replay x --frame-rate 30", "--frame-rate goes with --threads."),
    ],
)
def test_what_cannot_be(folder: Path, command: str, words: str) -> None:
    done = typed(command)
    assert done.exit_code != 0
    assert words in done.output
