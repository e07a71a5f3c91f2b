"""The course of the game: balls are served and lost, levels follow one another, and it ends."""

from __future__ import annotations

from ecs_engine import Particles, System, World, teleport
from ecs_engine.demos.breakout.balls import create_ball, launch
from ecs_engine.demos.breakout.bricks import create_bricks
from ecs_engine.demos.breakout.components import Ball, Brick, Drop, Popup
from ecs_engine.demos.breakout.effects import Effects
from ecs_engine.demos.breakout.levels import pattern
from ecs_engine.demos.breakout.rules import BREATH, LEVEL_BONUS, LIVES, PADDLE_Y, Controls, Game, Phase


def start(world: World, phase: Phase) -> None:
    """A new game: the player's, or the one behind the title."""
    game = world.resource(Game)
    world.resource(Particles).clear()
    game.phase, game.score, game.lives, game.level = phase, 0, LIVES, game.first_level
    game.until_next, game.message_left = 0.0, 0.0
    teleport(world, game.paddle, (0.0, PADDLE_Y))
    begin_level(world)


def begin_level(world: World) -> None:
    """The wall of the level, and a ball on the paddle."""
    game = world.resource(Game)
    for kind in (Brick, Ball, Drop):
        for rows in world.select(kind):
            world.delete_entities(rows.entities)
    for popup, _ in world.get_component(Popup):
        world.delete_entity(popup)
    game.combo, game.combo_left = 0, 0.0
    game.wide_left = game.fire_left = game.slow_left = 0.0
    create_bricks(world, game.level)
    serve(world)
    name, _ = pattern(game.level)
    game.say(f"LEVEL {game.level}:  {name}")


def serve(world: World) -> None:
    """A new ball."""
    world.resource(Game).faster = 1.0
    create_ball(world, (0.0, PADDLE_Y), held=True)


class PlaySystem(System):
    """Leads from ball to ball and from level to level."""

    priority = 20  # before the systems of the single things

    def process(self, dt: float) -> None:
        world, game = self.world, self.world.resource(Game)
        if dt == 0.0 or game.phase is Phase.OVER:
            return
        if world.resource(Controls).launch:
            launch(world)
        game.message_left -= dt
        game.combo_left = max(game.combo_left - dt, 0.0)
        if game.combo_left == 0.0:
            game.combo = 0
        if game.until_next > 0.0:
            game.until_next -= dt
            if game.until_next <= 0.0:
                self.go_on(game)
        elif not world.select(Brick):
            self.win(game)
        elif not world.select(Ball):
            self.lose(game)

    def win(self, game: Game) -> None:
        """The last brick is gone."""
        for rows in self.world.select(Ball):
            self.world.delete_entities(rows.entities)
        self.world.resource(Effects).clear()
        game.score += LEVEL_BONUS * game.level
        game.until_next = BREATH
        game.say(f"CLEARED!  +{LEVEL_BONUS * game.level}")

    def lose(self, game: Game) -> None:
        """The last ball is gone."""
        game.wide_left = game.fire_left = game.slow_left = 0.0
        if game.phase is Phase.TITLE or game.lives > 0:
            game.lives -= game.phase is Phase.PLAYING
            serve(self.world)
        else:
            game.until_next = BREATH

    def go_on(self, game: Game) -> None:
        """The next level, or the end. Where bombs finish the wall after the last ball was lost, the player goes on."""
        if self.world.select(Brick):
            game.phase = Phase.OVER
        else:
            game.level += 1
            begin_level(self.world)
