"""Asteroids: a complete small game. Fly, shoot, split the rocks, and do not get hit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecs_engine import App, Particles, Transform2D, World
from ecs_engine.demos.asteroids.art import Art
from ecs_engine.demos.asteroids.components import Bullet, Rock
from ecs_engine.demos.asteroids.effects import Effects, PausableParticleSystem
from ecs_engine.demos.asteroids.motion import BulletSystem, HitSystem, PausablePhysicsSystem, StarSystem, WrapSystem
from ecs_engine.demos.asteroids.pilot import PilotSystem
from ecs_engine.demos.asteroids.play import KeyboardSystem, PlaySystem
from ecs_engine.demos.asteroids.rocks import create_drifting
from ecs_engine.demos.asteroids.rules import Controls, Game
from ecs_engine.demos.asteroids.saving import SaveSystem
from ecs_engine.demos.asteroids.scene import DisplaySystem, SkySystem
from ecs_engine.demos.asteroids.ship import ShipSystem
from ecs_engine.saves import user_data_path
from ecs_engine.systems import ParticleSystem, PhysicsSystem


def build(*, seed: int = 14, level: int = 1, slot: Path | None = None, **options: Any) -> App:
    """The game at its title; equal seeds and equal keys make equal games. ``options`` go to :class:`App`.

    Args:
        level: where new games begin.
        slot: the file that F5 saves to, by default one in the player's own folder.
    """
    options.setdefault("resizable", False)  # the arena has one shape
    app = App("Asteroids", seed=seed, **options)

    def switch_screen() -> None:
        app.window.fullscreen = not app.window.fullscreen

    world = app.world
    for resource in (Art(app.pictures), Game(first_level=level), Controls()):
        world.add_resource(resource)
    world.resource(Particles).seed(seed)
    world.add_resource(Effects(world.resource(Particles), world.resource(Art)))
    world.replace_processor(PhysicsSystem, PausablePhysicsSystem())
    world.replace_processor(ParticleSystem, PausableParticleSystem())
    for system in (
        KeyboardSystem(),
        SaveSystem(slot or user_data_path("ecs-engine-asteroids") / "slot"),
        PlaySystem(app.quit, lambda: app.call_on_main(switch_screen)),
        StarSystem(),
        ShipSystem(),
        HitSystem(),
        WrapSystem(),
        BulletSystem(),
        SkySystem(),
        DisplaySystem(app),
    ):
        app.add_system(system)
    create_drifting(world)
    return app


def showcase(app: App) -> None:
    """In the middle of a game that the :class:`PilotSystem` plays, when a rock has just burst."""
    app.world.resource(Game).first_level = 3
    app.add_system(PilotSystem())
    for _ in range(1800):
        app.step(draw=False)
        if _is_worth_a_picture(app.world):
            break
    app.step()


def _is_worth_a_picture(world: World) -> bool:
    game = world.resource(Game)
    if game.ship is None or not 0.16 < game.shake < 0.26 or not world.resource(Controls).thrust:
        return False  # a large rock that broke shakes harder than that at first
    x, y = world.component_for_entity(game.ship, Transform2D).position
    rocks = sum(len(rows) for rows in world.select(Rock))
    bullets = sum(len(rows) for rows in world.select(Bullet))
    return game.score > 300 and rocks >= 9 and bullets >= 2 and abs(x) < 420 and abs(y) < 230
