"""F5 saves the game, and F9 goes back to what was saved."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from ecs_engine import EngineError, Input, Key, Particles, System
from ecs_engine.demos.asteroids.components import Bullet, Rock, Ship, Wrap
from ecs_engine.demos.asteroids.rules import Game, Phase
from ecs_engine.saves import Saves

log = logging.getLogger(__name__)

SAVES = Saves(Rock, Bullet, Ship, Wrap, resources=(Game, np.random.Generator), entities=(Rock, Bullet, Ship))
"""Sky, cameras and display stay as they are."""


class SaveSystem(System):
    """Saves the game to one file, and loads it from there.

    Args:
        slot: the file.
    """

    priority = 20  # before the systems of the game

    def __init__(self, slot: Path) -> None:
        self.slot = slot

    def process(self, dt: float) -> None:
        keys = self.world.resource(Input)
        try:
            if keys.pressed(Key.F5) and self.world.resource(Game).phase in (Phase.PLAYING, Phase.PAUSED):
                SAVES.save(self.world, self.slot)
                self.world.resource(Game).say("SAVED", 1.5)
            elif keys.pressed(Key.F9):
                best = self.world.resource(Game).best
                SAVES.load(self.world, self.slot)
                self.world.resource(Particles).clear()
                game = self.world.resource(Game)  # another one than before
                game.best = max(game.best, best)
        except EngineError as error:
            log.error("%s", error)
            self.world.resource(Game).say("THAT DID NOT WORK", 2.0)
