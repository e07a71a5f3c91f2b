"""Platformer: a level of Tiled to run and jump through, with coins, slimes, checkpoints and a flag at the end."""

from __future__ import annotations

from typing import Any

from ecs_engine import Action, App, Camera2D, CameraFollow, Key, KeyEvent, Transform2D, load_map
from ecs_engine.assets.palette import NIGHT
from ecs_engine.demos.platformer.display import VIEW, DisplaySystem
from ecs_engine.demos.platformer.game import LEVEL, Game
from ecs_engine.demos.platformer.hero import HeroSystem
from ecs_engine.demos.platformer.slimes import SlimeSystem

BUDGET_MS = 8.0


def build(**options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("Platformer", **{"resolution": VIEW, "bars": NIGHT, **options})
    world = app.world
    level = load_map(LEVEL / "meadow.tmx")
    world.create_entity(Transform2D(), level)
    game = Game(app, level)
    world.add_resource(game)
    width, height = level.grid.size
    world.create_entity(
        Transform2D(),
        Camera2D(height=VIEW[1], bounds=(0, -height, width, 0)),
        CameraFollow(game.hero, dead_zone=(60, 150), half_life=0.11, look_ahead=0.4),
    )
    for system in (HeroSystem(app), SlimeSystem(), DisplaySystem(app)):
        app.add_system(system)
    return app


def showcase(app: App) -> None:
    """On the way to the first coin."""
    for key, ticks in ((Key.RIGHT, 40), (Key.UP, 30)):
        app.events.push(KeyEvent(key, Action.PRESS))
        app.step(ticks, draw=False)
    app.step()
