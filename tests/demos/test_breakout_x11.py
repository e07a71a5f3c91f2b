"""Breakout in a real window, played with real keys: from the title to a name among the high scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecs_engine import Transform2D
from ecs_engine.demos import breakout
from ecs_engine.demos.breakout import Ball, Brick, Game, Kept, Menu, Phase

from .conftest import Waits, run_beside
from .keyboard import Keyboard

pytestmark = [pytest.mark.x11, pytest.mark.usefixtures("x_server")]


def test_a_game_played_by_real_keys(tmp_path: Path) -> None:
    app = breakout.build(size=(640, 360), file=tmp_path / "kept")
    waits = Waits()
    app.add_system(waits)
    world, game, menu = app.world, app.world.resource(Game), app.world.get_processor(Menu)
    assert menu is not None
    done: list[str] = []

    def bricks_stand() -> bool:
        return any(
            bool((transform.scale > 0.99).all()) and len(transform.scale) == 84
            for transform, _ in world.select(Transform2D, Brick)
        )

    def lose() -> bool:
        """Ball after ball falls; whether the game is over."""
        for entity, ball in world.get_component(Ball):
            ball.held = False
            world.component_for_entity(entity, Transform2D).position = (0, -500)
        return menu.over.shown

    def play() -> None:
        waits.until(lambda: menu.title.shown)
        player = Keyboard(app.title)
        player.tap("Return")
        waits.until(lambda: game.phase is Phase.PLAYING and bricks_stand())
        player.key("Right", down=True)
        waits.until(lambda: world.component_for_entity(game.paddle, Transform2D).position.x > 300)
        player.key("Right", down=False)
        done.append("steers")
        player.tap("space")
        waits.until(lambda: game.score > 0)
        done.append("breaks a brick")
        player.tap("p")
        waits.until(lambda: menu.pause.shown and app.time_scale == 0)
        player.tap("Escape")
        waits.until(lambda: not menu.open_screens and app.time_scale == 1)
        done.append("pauses")
        waits.until(lose)
        for key in ("A", "d", "a"):
            player.tap(key)
        waits.until(lambda: menu.name.text.lower() == "ada")
        player.tap("Return")
        waits.until(lambda: menu.high_scores.shown)
        done.append("is among the best")
        player.tap("Escape")
        waits.until(lambda: menu.title.shown)

    run_beside(app, play)
    assert done == ["steers", "breaks a brick", "pauses", "is among the best"]
    kept = Kept(tmp_path / "kept")
    kept.load()
    assert [line.name.lower() for line in kept.scores] == ["ada"]
