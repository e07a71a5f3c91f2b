"""The game: the level and what is in it, the score, and how it begins again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ecs_engine import (
    Animation,
    AnimationState,
    App,
    Collider,
    ColliderShape,
    MapObject,
    ParticleEffect,
    Particles,
    Sprite,
    TileMap,
    Transform2D,
    Velocity,
    World,
    component,
    teleport,
)
from ecs_engine.assets.hello import slime
from ecs_engine.assets.palette import AMBER, CORAL, CREAM, LEMON, SAND, VIOLET
from ecs_engine.demos.traveller import FEET, SIZE
from ecs_engine.tilemap import SOLID_LAYER, TileLayer

LEVEL = Path(__file__).parent / "level"
"""The files of the level; `design.py` writes them."""
HALF = (17.0, 31.0)
"""Half the width and height of the hero's box, which is what bumps into things."""
SCALE = 1.3
"""Of the hero's picture."""
HERO_LAYER = 7
HERO_GROUP, SLIME_GROUP, FLAG_GROUP = 2, 4, 8


@component
class Slime:
    """Walks to and fro, and hurts whom it meets."""

    age: float = 0.0


@component
class Flag:
    """A checkpoint, or the end of the level."""

    is_goal: bool = False


class Game:
    """A resource: what the systems share."""

    def __init__(self, app: App, level: TileMap) -> None:
        self.world, self.pictures, self.level = app.world, app.pictures, level
        self.boxes: npt.NDArray[np.float32] = level.solids()
        """What is solid, (n, 4): left, bottom, right, top."""
        self.slime_pictures = [app.pictures.add(slime(color, 0.42)) for color in (CORAL, VIOLET)]
        coins = level["coins"]
        assert isinstance(coins, TileLayer)
        self.coins_at_first = coins.gids.copy()
        self.all_coins = int(np.count_nonzero(coins.gids))
        self.hero = self.create_hero()
        level.spawn_colliders(app.world)
        level.spawn(app.world, {"start": self.note_start, "checkpoint": self.create_flag, "goal": self.create_flag})
        particles = app.world.resource(Particles)
        self.dust = particles.add(
            ParticleEffect(
                lifetime=(0.25, 0.45), speed=(20, 90), spread=2.4, drag=3.0, size=(7, 13), size_over_life=(0.6, 1.2),
                color_over_life=((*SAND, 190), (*CREAM, 0)), layer=HERO_LAYER,
            )
        )  # fmt: skip
        self.sparkle = particles.add(
            ParticleEffect(
                lifetime=(0.3, 0.6), speed=(60, 190), drag=3.0, gravity=(0, -200), size=(4, 8), stretch=0.03,
                color_over_life=(CREAM, LEMON, (*AMBER, 0)), layer=HERO_LAYER + 1,
            )
        )  # fmt: skip
        self.begin()

    def begin(self) -> None:
        """From the start, with every coin and slime where it belongs."""
        self.coins = self.falls = 0
        self.seconds = 0.0
        self.won = False
        self.checkpoint = self.start
        for row, column in np.argwhere(self.coins_at_first).tolist():
            self.level.set_tile("coins", column, row, int(self.coins_at_first[row, column]))
        for rows in self.world.select(Slime):
            self.world.delete_entities(rows.entities)
        for thing in self.level.objects:
            if thing.kind == "slime":
                self.create_slime(thing)
        self.to_checkpoint()

    def to_checkpoint(self) -> None:
        """Put the hero back to where it is safe."""
        teleport(self.world, self.hero, self.checkpoint)

    def create_hero(self) -> int:
        size = (SIZE[0] * SCALE, SIZE[1] * SCALE)
        return self.world.create_entity(
            Transform2D(),
            Sprite(size=size, anchor=(0.5, FEET + HALF[1] / size[1]), layer=HERO_LAYER),
            Collider(radius=22, layer=HERO_GROUP, mask=SLIME_GROUP | FLAG_GROUP),
            Animation(),
            AnimationState(),
        )

    def note_start(self, world: World, place: MapObject) -> None:
        self.start = place.position[0], place.position[1] + HALF[1]

    def create_flag(self, world: World, place: MapObject) -> None:
        is_goal = place.kind == "goal"
        sprite = self.level.sprite(place, self.pictures)
        if not is_goal:
            sprite.tint = (150, 150, 190, 255)
        box = Collider(int(ColliderShape.BOX), half_size=(20, 64), layer=FLAG_GROUP)
        world.create_entity(Transform2D(place.position), sprite, box, Flag(is_goal))

    def create_slime(self, place: MapObject) -> None:
        x, y = place.position
        self.world.create_entity(
            Transform2D((x, y + 24)),
            Velocity(linear=(-70, 0)),
            Sprite(self.slime_pictures[place.id % 2], anchor=(0.5, 24 / 55), layer=HERO_LAYER),
            # Over the ground, so that it meets walls alone.
            Collider(int(ColliderShape.BOX), half_size=(26, 14), layer=SLIME_GROUP, mask=HERO_GROUP | SOLID_LAYER),
            Slime(),
        )
