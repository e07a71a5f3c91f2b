"""From the keys to the course of the game: title, levels, new ships, pause, game over."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from ecs_engine import Input, Key, Particles, Stage, System, Transform2D
from ecs_engine.demos.asteroids.components import Bullet, Rock
from ecs_engine.demos.asteroids.rocks import create_drifting, create_level
from ecs_engine.demos.asteroids.rules import (
    BREATH,
    CLEARING,
    LIVES,
    LONGEST_WAIT,
    RESPAWN,
    Controls,
    Game,
    Phase,
)
from ecs_engine.demos.asteroids.ship import create_ship


class KeyboardSystem(System):
    """Keys become :class:`Controls`."""

    stage: ClassVar[Stage] = Stage.INPUT
    priority = -1  # after the InputSystem

    def process(self, dt: float) -> None:
        keys, controls = self.world.resource(Input), self.world.resource(Controls)
        turn = keys.axis(Key.RIGHT, Key.LEFT) + keys.axis(Key.D, Key.A)
        controls.turn = min(max(turn, -1.0), 1.0)
        controls.thrust = keys.down(Key.UP) or keys.down(Key.W)
        controls.fire = keys.down(Key.SPACE) or keys.pressed(Key.SPACE)  # a tap may be shorter than a tick
        controls.start = keys.pressed(Key.ENTER)
        controls.pause = keys.pressed(Key.P)
        controls.leave = keys.pressed(Key.ESCAPE)
        controls.screen = keys.pressed(Key.F11)


class PlaySystem(System):
    """Leads through the phases of the game.

    Args:
        quit: called when the player leaves the title.
        switch_screen: called when the player wants the whole screen, or the window again.
    """

    priority = 10  # before the systems of the single things

    def __init__(self, quit: Callable[[], None], switch_screen: Callable[[], None]) -> None:
        self.quit = quit
        self.switch_screen = switch_screen

    def process(self, dt: float) -> None:
        game, controls = self.world.resource(Game), self.world.resource(Controls)
        game.time += dt
        if controls.screen:
            self.switch_screen()
        if controls.leave:
            self.leave(game)
        elif controls.start and game.phase in (Phase.TITLE, Phase.OVER):
            self.start(game)
        elif controls.pause and game.phase in (Phase.PLAYING, Phase.PAUSED):
            game.phase = Phase.PLAYING if game.phase is Phase.PAUSED else Phase.PAUSED
        elif game.phase is Phase.PLAYING:
            self.go_on(game, dt)

    def leave(self, game: Game) -> None:
        """One step back: from the game to the title, from the title to the desktop."""
        if game.phase is Phase.TITLE:
            self.quit()
            return
        self.clear(game)
        create_drifting(self.world)
        game.enter(Phase.TITLE)

    def start(self, game: Game) -> None:
        """A new game."""
        self.clear(game)
        game.score, game.lives, game.level = 0, LIVES, game.first_level
        game.say(f"LEVEL {game.level}", BREATH)
        game.enter(Phase.PLAYING)
        create_level(self.world, game.level)
        create_ship(self.world)

    def clear(self, game: Game) -> None:
        """Empty the arena."""
        self.world.resource(Particles).clear()
        for kind in (Rock, Bullet):
            for rows in self.world.select(kind):
                self.world.delete_entities(rows.entities)
        if game.ship is not None:
            self.world.delete_entity(game.ship)
        game.ship, game.until_ship, game.until_level, game.message_left = None, 0.0, 0.0, 0.0

    def go_on(self, game: Game, dt: float) -> None:
        """The next ship, the next level, or the end."""
        game.message_left -= dt
        if game.ship is None:
            game.until_ship -= dt
            if game.until_ship <= 0.0:
                if game.lives == 0:
                    game.enter(Phase.OVER)
                elif self.middle_is_clear() or game.until_ship < RESPAWN - LONGEST_WAIT:
                    create_ship(self.world)
        if game.until_level > 0.0:
            game.until_level -= dt
            if game.until_level <= 0.0:
                create_level(self.world, game.level)
        elif not self.world.select(Rock):
            game.level += 1
            game.until_level = BREATH
            game.say(f"LEVEL {game.level}", BREATH)

    def middle_is_clear(self) -> bool:
        """Whether no rock is near the place where ships appear."""
        return all(
            bool((np.hypot(*transform.position.T) > CLEARING).all())
            for transform, _ in self.world.select(Transform2D, Rock)
        )
