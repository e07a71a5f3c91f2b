"""Breakout: a complete game with menus. Chain the bombs, catch what falls, and keep the combo going."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecs_engine import App, Particles, World
from ecs_engine.assets.palette import NIGHT
from ecs_engine.demos.breakout.bouncing import BallSystem, FireSystem
from ecs_engine.demos.breakout.components import Ball, Brick, Drop
from ecs_engine.demos.breakout.drops import DropSystem
from ecs_engine.demos.breakout.effects import Effects, PopupSystem
from ecs_engine.demos.breakout.hud import HudSystem
from ecs_engine.demos.breakout.keep import Kept
from ecs_engine.demos.breakout.menu import Menu
from ecs_engine.demos.breakout.paddle import ControlSystem, PaddleSystem, create_paddle
from ecs_engine.demos.breakout.pilot import PilotSystem
from ecs_engine.demos.breakout.play import PlaySystem, start
from ecs_engine.demos.breakout.rules import HEIGHT, WIDTH, Controls, Game, Phase
from ecs_engine.demos.breakout.scene import create_scene
from ecs_engine.saves import user_data_path
from ecs_engine.ui import UI, Theme

BUDGET_MS = 6.0


def build(*, seed: int = 7, level: int = 1, file: Path | None = None, **options: Any) -> App:
    """The game at its title; equal seeds and equal input make equal games. ``options`` go to :class:`App`.

    Args:
        level: where new games begin.
        file: where settings and high scores are kept; by default in the player's own folder if there is a window to
            be seen, and nowhere if not.
    """
    app = App("Breakout", seed=seed, resolution=(WIDTH, HEIGHT), bars=NIGHT, **options)
    if file is None and app.window.on_screen:
        file = user_data_path("ecs-engine-breakout") / "kept"
    world, kept = app.world, Kept(file)
    kept.load()
    world.resource(Particles).seed(seed)
    game = Game(first_level=level)
    effects = Effects(app, kept.settings, create_scene(app))
    for resource in (kept, kept.settings, game, Controls(), effects):
        world.add_resource(resource)
    UI(world, Theme(text_size=22))
    game.paddle = create_paddle(world)
    hud = HudSystem(app)  # before the menu, which stands in front of it
    for system in (
        ControlSystem(),
        PilotSystem(),
        Menu(app),
        PlaySystem(),
        PaddleSystem(),
        BallSystem(),
        DropSystem(),
        FireSystem(),
        PopupSystem(),
        hud,
    ):
        app.add_system(system)
    start(world, Phase.TITLE)
    return app


def showcase(app: App) -> None:
    """In the middle of a game that the :class:`PilotSystem` plays, a moment after bombs went off."""
    app.step(draw=False)
    menu = app.world.get_processor(Menu)
    assert menu is not None
    menu.play()
    app.add_system(PilotSystem(always=True))
    for _ in range(3600):
        app.step(draw=False)
        if _is_worth_a_picture(app.world):
            break
    app.step(12)


def _is_worth_a_picture(world: World) -> bool:
    game = world.resource(Game)
    balls, drops, bricks = (sum(len(rows) for rows in world.select(kind)) for kind in (Ball, Drop, Brick))
    blown = world.resource(Effects).trauma > 0.5
    return blown and game.combo >= 5 and balls + drops >= 3 and bricks >= 30
