"""The tutorial is followed, step by step: each of them runs, and looks as on its picture."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import Action, App, Key, KeyEvent, Transform2D
from ecs_engine.testing import compare_golden, stand_ins

from .tutorial import PAGE, followed, programs, sections

IMAGES = PAGE.parent / "images"
STEPS = programs(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the game keeps between its runs is kept here."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def load(step: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The file after a step, as a module."""
    (folder / "stars.py").write_text(STEPS[step - 1], encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "stars", raising=False)
    return importlib.import_module("stars")


class Player:
    """Steers the basket below the lowest star, by the arrow keys."""

    def __init__(self, stars: Any, app: App) -> None:
        self.stars, self.app, self.held = stars, app, 0

    def steer(self) -> None:
        basket = self.app.world.get_processor(self.stars.Basket).entity
        x = self.app.world.component_for_entity(basket, Transform2D).position.x
        for transform, _ in self.app.world.select(Transform2D, self.stars.Star):
            away = transform.position[transform.position[:, 1].argmin(), 0] - x
            self.hold(int(np.sign(away)) if abs(away) > 20 else 0)

    def hold(self, way: int) -> None:
        for key, side in ((Key.LEFT, -1), (Key.RIGHT, 1)):
            if (way == side) != (self.held == side):
                self.app.events.push(KeyEvent(key, Action.PRESS if way == side else Action.RELEASE))
        self.held = way

    def play(self, ticks: int) -> None:
        for _ in range(ticks):
            self.steer()
            self.app.step(draw=False)


def bring_to_its_picture(step: int, stars: Any, app: App) -> None:
    player = Player(stars, app)
    if step == 2:
        player.hold(1)
        app.step(12)
    elif step == 3:
        app.step(260)
    elif step == 4:
        game = app.world.resource(stars.Game)
        player.play(200)
        score = game.score
        while game.score == score:
            player.play(1)
        player.play(10)
    elif step == 5:
        player.play(500)
        player.hold(0)
        app.step(900, draw=False)
    elif step == 6:
        game = app.world.resource(stars.Game)
        while game.score < 15:
            player.play(1)
        player.play(12)
    app.step()


def test_the_whole_file_has_at_most_a_hundred_lines() -> None:
    assert len(STEPS) == 6
    assert len(STEPS[-1].splitlines()) <= 100
    assert max(len(line) for line in STEPS[-1].splitlines()) <= 120


def test_definitions_are_replaced_or_go_above_build() -> None:
    file = "import a\n\n\nclass A:\n    x = 1\n\n\ndef build():\n    pass\n\n\nbuild()\n"
    block = "@mark\ndef new():\n    pass\n\n\nclass A:\n    x = 2\n"
    assert followed(file, block) == (
        "import a\n\n\nclass A:\n    x = 2\n\n\n@mark\ndef new():\n    pass\n\n\ndef build():\n    pass\n\n\nbuild()\n"
    )


@pytest.mark.gl
@pytest.mark.parametrize("step", range(1, len(STEPS) + 1))
def test_a_step_runs_and_looks_as_on_its_picture(step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stars = load(step, tmp_path, monkeypatch)
    with stars.build(headless=True, seed=3) as app:
        bring_to_its_picture(step, stars, app)
        pixels = app.read_pixels()
    rows, columns = pixels.shape[0] // 2, pixels.shape[1] // 2
    small = pixels.reshape(rows, 2, columns, 2, 4).mean(axis=(1, 3)).round().astype(np.uint8)
    compare_golden(f"tutorial-{step}", small, IMAGES, tolerance=24, max_different=0.01, output=tmp_path)


def test_the_game_ends_begins_again_and_keeps_the_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stars = load(len(STEPS), tmp_path, monkeypatch)
    with stars.build(**stand_ins(), seed=3) as app:
        player = Player(stars, app)
        while app.world.resource(stars.Game).score < 10:
            player.play(1)
        player.hold(0)
        display = app.world.get_processor(stars.Display)
        while not display.end.shown:
            app.step(draw=False)
        best = app.world.resource(stars.Game).score
        for action in (Action.PRESS, Action.RELEASE):
            app.events.push(KeyEvent(Key.ENTER, action))
        app.step(2)
        game = app.world.resource(stars.Game)
        assert (game.score, game.lives, display.end.shown) == (0, 3, False)
    with stars.build(**stand_ins(), seed=3) as app:
        app.step()
        assert app.world.get_processor(stars.Display).words.text == f"0 points    3 lives    best {best}"


def test_its_test_passes(tmp_path: Path) -> None:
    (tmp_path / "stars.py").write_text(STEPS[-1], encoding="utf-8")
    (block,) = sections(PAGE.read_text(encoding="utf-8"))["A test of it"]
    (tmp_path / "test_stars.py").write_text(block, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout
