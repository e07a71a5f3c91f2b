"""The numbers of the game (world units and seconds), and the state of one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from ecs_engine import EntityId, System
from ecs_engine.assets.asteroids import ROCK_RADII

WIDTH, HEIGHT = 1280.0, 720.0

ROCKS = tuple(ROCK_RADII)
RADII = tuple(ROCK_RADII[size] for size in ROCKS)
ROCK_SPEEDS = ((35.0, 80.0), (55.0, 120.0), (75.0, 170.0))
"""The slowest and the fastest of each size; every level adds PACE to them."""
PACE = 0.07
POINTS = (20, 50, 100)
VARIANTS = 9

TURN = 4.6
"""Radians a second; reached within TURN / TURN_GAIN seconds, so that a tap turns a little."""
TURN_GAIN = 42.0
THRUST = 560.0
DRAG = 0.75
"""The part of its speed the ship loses a second."""
MOST_SPEED = 540.0

BULLET_SPEED = 820.0
BULLET_LIFE = 0.85
RELOAD = 0.17

LIVES = 3
EXTRA_LIFE = 5000
SHIELD = 2.6
RESPAWN = 1.5
"""Seconds after a ship was lost; longer, up to LONGEST_WAIT, while rocks are near the middle."""
LONGEST_WAIT = 3.5
CLEARING = 150.0
BREATH = 2.2
"""Between two levels."""

SHIP_GROUP, BULLET_GROUP, ROCK_GROUP = 1, 2, 4
"""Collider layers."""

SKY_LAYER, PLANET_LAYER, STAR_LAYER = -30, -29, -28
GLOW_LAYER, ROCK_LAYER, SHIP_LAYER, FIRE_LAYER = 0, 1, 2, 3
HUD_LAYER = 100
"""From here on, what the camera of the display shows."""


class Phase(Enum):
    """What the player sees."""

    TITLE = auto()
    PLAYING = auto()
    PAUSED = auto()
    OVER = auto()


@dataclass(slots=True)
class Game:
    """A resource: one game, from title to game over."""

    phase: Phase = Phase.TITLE
    score: int = 0
    best: int = 0
    lives: int = 0
    level: int = 0
    first_level: int = 1
    """Where a new game begins."""
    ship: EntityId | None = None
    """The entity, or None while there is none."""
    time: float = 0.0
    """Seconds of this phase so far."""
    until_ship: float = 0.0
    """Seconds until a new ship may come."""
    until_level: float = 0.0
    """Seconds until the rocks of the level come."""
    shake: float = 0.0
    """How hard the picture shakes, 0 to 1."""
    message: str = ""
    message_left: float = 0.0

    def enter(self, phase: Phase) -> None:
        """Go on to another phase."""
        self.phase, self.time = phase, 0.0

    def say(self, message: str, seconds: float) -> None:
        """Show a short message."""
        self.message, self.message_left = message, seconds

    def add_points(self, points: int) -> None:
        """Score, and win a ship at every EXTRA_LIFE points."""
        before = self.score // EXTRA_LIFE
        self.score += points
        if self.score // EXTRA_LIFE > before:
            self.lives += 1
            self.say("EXTRA SHIP", 2.0)
        self.best = max(self.best, self.score)


@dataclass(slots=True)
class Controls:
    """A resource: what the player wants in this tick, whatever keys it comes from."""

    turn: float = 0.0
    """-1 to the right, 1 to the left."""
    thrust: bool = False
    fire: bool = False
    start: bool = False
    pause: bool = False
    leave: bool = False
    screen: bool = False
    """Between the window and the whole screen."""


class GameSystem(System):
    """Base of the systems that stand still while the game is paused: they override :meth:`play`."""

    def process(self, dt: float) -> None:
        if self.world.resource(Game).phase is not Phase.PAUSED:
            self.play(dt)

    def play(self, dt: float) -> None:
        """One tick of ``dt`` seconds of a game that is not paused."""
        raise NotImplementedError


def blink(time: float, rate: float) -> bool:
    """On for the first half of every period; ``rate`` is how many periods there are a second."""
    return time * rate % 1.0 < 0.5
