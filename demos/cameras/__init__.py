"""Cameras: two players in a split screen with a map, parallax, dead zones, shakes, and a wheel that zooms."""

from __future__ import annotations

from typing import Any

from ecs_engine import App, Key
from ecs_engine.assets.palette import MINT, NIGHT, ROSE
from ecs_engine.demos.cameras.players import Look, Player, Walk
from ecs_engine.demos.cameras.scene import HEIGHT, WIDTH, create_display, create_map, create_valley


def build(*, seed: int = 4, **options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("Cameras", seed=seed, **{"resolution": (WIDTH, HEIGHT), "bars": NIGHT, **options})
    world, pictures = app.world, app.pictures
    create_valley(world, pictures, app.random)
    keys = ((Key.A, Key.D, Key.W), (Key.LEFT, Key.RIGHT, Key.UP))
    players = [Player(world, pictures, i, (MINT, ROSE)[i], keys[i]) for i in range(2)]
    create_map(world, pictures)
    create_display(world)
    app.add_system(Walk(players))
    app.add_system(Look(players))
    return app


def showcase(app: App) -> None:
    """Five seconds in."""
    app.step(300, draw=False)
    app.step()
