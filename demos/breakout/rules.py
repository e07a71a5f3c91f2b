"""The numbers of the game (world units and seconds), and the state of one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from ecs_engine import EntityId

WIDTH, HEIGHT = 1280, 720
LEFT, RIGHT, TOP, BOTTOM = -600.0, 600.0, 276.0, -360.0
"""The inner edges of the walls, and below what a ball is lost."""
WALL = 20.0

BRICK_SIZE = (74.0, 28.0)
BRICK_STEP = (80.0, 34.0)
FIRST_ROW = 216.0

PADDLE_Y = -306.0
PADDLE_SIZE = (132.0, 20.0)
WIDE = 1.6
"""Times the paddle's width."""
PADDLE_SPEED = 980.0
FLATTEST = 1.05
"""How a ball leaves the ends of the paddle, in radians from straight up; from its middle it goes straight up."""

BALL_RADIUS = 10.0
BALL_SPEED = 540.0
SPEED_OF_LEVEL = 22.0
FASTER = 1.012
"""Times the speed, with each touch of the paddle, up to MOST_FASTER."""
MOST_FASTER = 1.5
SLOW = 0.6
LEAST_RISE = 0.22
"""The least part of its speed with which a ball goes up or down: none goes to and fro for ever."""

COMBO_TIME = 1.4
"""Seconds after a brick within which the next one raises the combo."""
MOST_COMBO = 9
BLAST = 104.0
"""How far a bomb reaches."""
FUSE = 0.09
"""Seconds from one bomb to the next that it sets off."""
DROP_CHANCE = 0.2
DROP_SPEED = 150.0

LIVES = 3
MOST_LIVES = 6
LEVEL_BONUS = 1000
BREATH = 1.8
"""Seconds between two levels, and before the end is told."""

BALL_GROUP, BRICK_GROUP, PADDLE_GROUP, WALL_GROUP, DROP_GROUP = 1, 2, 4, 8, 16
"""Collider layers."""

SKY_LAYER, WALL_LAYER, BRICK_LAYER, DROP_LAYER, PADDLE_LAYER, BALL_LAYER, FIRE_LAYER, WORDS_LAYER = range(-4, 4)


class Phase(Enum):
    """Where the player is."""

    TITLE = auto()
    """The game plays by itself behind the menu."""
    PLAYING = auto()
    OVER = auto()


@dataclass(slots=True)
class Game:
    """A resource: one game."""

    phase: Phase = Phase.TITLE
    score: int = 0
    lives: int = 0
    """Balls left, besides those in play."""
    level: int = 1
    first_level: int = 1
    """Where a new game begins."""
    paddle: EntityId = 0
    combo: int = 0
    """How many bricks broke in quick succession; points are multiplied by it."""
    combo_left: float = 0.0
    faster: float = 1.0
    """Times the speed of the level."""
    wide_left: float = 0.0
    fire_left: float = 0.0
    slow_left: float = 0.0
    """Seconds for which the power-ups still work."""
    until_next: float = 0.0
    """Seconds until the next level, or until the end is told; 0 while there is nothing to wait for."""
    message: str = ""
    message_left: float = 0.0

    def say(self, message: str, seconds: float = BREATH) -> None:
        """Show a short message."""
        self.message, self.message_left = message, seconds

    @property
    def ball_speed(self) -> float:
        """World units a second, before the player's own settings."""
        slow = SLOW if self.slow_left > 0 else 1.0
        return (BALL_SPEED + SPEED_OF_LEVEL * min(self.level - 1, 8)) * self.faster * slow


@dataclass(slots=True)
class Controls:
    """A resource: what the player wants in this tick, whatever it comes from."""

    move: float = 0.0
    """-1 to the left, 1 to the right."""
    aim: float | None = None
    """Where the paddle should go, if the mouse moved."""
    launch: bool = False
    pause: bool = False
