"""The meadow: a bunny that runs and jumps, coins to take, slimes to beware of, and a camera that follows."""

from __future__ import annotations

from math import exp
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from ecs_engine import (
    Collider,
    ColliderShape,
    Input,
    Key,
    MapObject,
    Pictures,
    Sprite,
    Stage,
    System,
    TileMap,
    Transform2D,
    Velocity,
    World,
    component,
    writable,
)
from ecs_engine.assets.bunny import bunny
from ecs_engine.assets.hello import slime
from ecs_engine.assets.palette import CORAL, VIOLET
from ecs_engine.demos.tilemap.scene import VIEW, Scene, Score
from ecs_engine.systems import Contacts, teleport
from ecs_engine.tilemap import SOLID_LAYER

RUN, JUMP, GRAVITY, FALL = 330.0, 830.0, 2100.0, 820.0
HALF = np.array([18.0, 30.0])
HERO_LAYER = 7
HERO_GROUP, SLIME_GROUP, GOAL_GROUP = 2, 4, 8
_EPSILON = 1e-3


@component
class Slime:
    """Walks to and fro."""

    age: float = 0.0


class Meadow:
    """What the systems of the meadow share: its map, the hero and what is solid."""

    def __init__(self, world: World, tile_map: TileMap, pictures: Pictures) -> None:
        self.map = tile_map
        self.boxes: npt.NDArray[np.float32] = tile_map.solids()
        self.start = (0.0, 0.0)
        self.hero = 0
        self.speed = np.zeros(2)
        self.grounded = False
        self.stretch = 0.0
        """How much taller than usual the hero is."""
        self._slime = pictures.add(slime(CORAL, 0.42))
        self._violet = pictures.add(slime(VIOLET, 0.42))
        self._bunny = pictures.add(bunny(0, scale=2))
        tile_map.spawn_colliders(world)
        tile_map.spawn(world, {"start": self.make_hero, "slime": self.make_slime, "goal": self.make_goal})

    def make_hero(self, world: World, place: MapObject) -> None:
        self.start = place.position[0], place.position[1] + float(HALF[1])
        self.hero = world.create_entity(
            Transform2D(self.start),
            Sprite(self._bunny, anchor=(0.5, HALF[1] / 74), layer=HERO_LAYER),
            Collider(radius=22, layer=HERO_GROUP, mask=SLIME_GROUP | GOAL_GROUP),
        )

    def make_slime(self, world: World, place: MapObject) -> int:
        x, y = place.position
        picture = (self._slime, self._violet)[place.id % 2]
        return world.create_entity(
            Transform2D((x, y + 24)),
            Velocity(linear=(-70, 0)),
            Sprite(picture, anchor=(0.5, 24 / 55), layer=HERO_LAYER),
            # Over the ground, so that it meets walls alone.
            Collider(int(ColliderShape.BOX), half_size=(26, 14), layer=SLIME_GROUP, mask=HERO_GROUP | SOLID_LAYER),
            Slime(),
        )

    def make_goal(self, world: World, place: MapObject) -> None:
        world.create_entity(Transform2D(place.position), self.map.sprite(place, world.resource(Pictures)))
        box = Collider(int(ColliderShape.BOX), half_size=(20, 64), layer=GOAL_GROUP)
        world.create_entity(Transform2D(place.position), box)


class HeroSystem(System):
    """Runs, jumps and bumps into what is solid; takes coins out of their layer of the map."""

    def process(self, dt: float) -> None:
        meadow, keys = self.world.resource(Meadow), self.world.resource(Input)
        if self.world.resource(Scene).name != "meadow":
            return
        body = self.world.component_for_entity(meadow.hero, Transform2D)
        sprite = self.world.component_for_entity(meadow.hero, Sprite)
        wish = keys.axis(Key.LEFT, Key.RIGHT) + keys.axis(Key.A, Key.D)
        speed = meadow.speed
        speed[0] += (min(max(wish, -1.0), 1.0) * RUN - speed[0]) * (1 - exp(-12 * dt))
        speed[1] = max(speed[1] - GRAVITY * dt, -FALL)
        if meadow.grounded and any(keys.pressed(key) for key in (Key.UP, Key.SPACE, Key.W)):
            speed[1], meadow.stretch = JUMP, 0.28
        place = np.array(body.position, np.float64)
        self.move(meadow, place, dt)
        self.take_coins(meadow, place)
        if wish:
            sprite.flip_x = wish < 0
        meadow.stretch *= exp(-9 * dt)
        body.scale = (1 - meadow.stretch, 1 + meadow.stretch)
        if self.is_hurt(meadow, place):
            self.world.resource(Score).lost += 1
            speed[:] = 0
            teleport(self.world, meadow.hero, meadow.start)
        else:
            body.position = place

    def move(self, meadow: Meadow, place: npt.NDArray[np.float64], dt: float) -> None:
        """One axis after the other, each as far as there is room."""
        boxes, speed = meadow.boxes, meadow.speed
        falling, meadow.grounded = speed[1], False
        for axis in (0, 1):
            place[axis] += speed[axis] * dt
            low, high = place - HALF + _EPSILON, place + HALF - _EPSILON
            met = boxes[(boxes[:, :2] < high).all(axis=1) & (boxes[:, 2:] > low).all(axis=1)]
            if not len(met):
                continue
            if speed[axis] > 0:
                place[axis] = met[:, axis].min() - HALF[axis]
            else:
                place[axis] = met[:, axis + 2].max() + HALF[axis]
                if axis == 1:
                    meadow.grounded = True
                    if falling < -500:
                        meadow.stretch = -0.22
            speed[axis] = 0
        place[0] = min(max(place[0], HALF[0]), meadow.map.grid.size[0] - HALF[0])

    def take_coins(self, meadow: Meadow, place: npt.NDArray[np.float64]) -> None:
        for x, y in ((0, 0), (-14, 20), (14, 20), (-14, -20), (14, -20)):
            cell = meadow.map.grid.cell_at(place[0] + x, place[1] + y)
            if meadow.map.tile("coins", *cell):
                meadow.map.set_tile("coins", *cell, 0)
                self.world.resource(Score).coins += 1

    def is_hurt(self, meadow: Meadow, place: npt.NDArray[np.float64]) -> bool:
        """Whether the hero met spikes, water or a slime; a slime that was jumped on is gone."""
        hurt = self.meets(meadow, place)
        feet = meadow.map.grid.cell_at(place[0], place[1] - 14)
        tile = meadow.map.tile("ground", *feet)
        return hurt or bool(meadow.map.tile("water", *feet)) or meadow.map.info(tile).kind == "spikes"

    def meets(self, meadow: Meadow, place: npt.NDArray[np.float64]) -> bool:
        hurt = False
        for pair in self.world.resource(Contacts).entered.tolist():
            other = sum(pair) - meadow.hero
            if meadow.hero not in pair or not self.world.entity_exists(other):
                continue
            if not self.world.has_component(other, Slime):
                self.world.resource(Score).arrived = True
            elif place[1] > self.world.component_for_entity(other, Transform2D).position.y + 18:
                self.world.delete_entity(other)
                meadow.speed[1], meadow.stretch = JUMP * 0.7, 0.2
            else:
                hurt = True
        return hurt


class SlimeSystem(System):
    """Slimes turn round at walls, which physics tells, and where the ground ends."""

    def process(self, dt: float) -> None:
        meadow = self.world.resource(Meadow)
        for a, b in self.world.resource(Contacts).entered.tolist():
            for one, other in ((a, b), (b, a)):
                if not (self.world.entity_exists(one) and self.world.has_component(one, Slime)):
                    continue
                if other != meadow.hero and self.world.entity_exists(other):
                    self.turn_from(one, self.world.component_for_entity(other, Transform2D).position.x)
        for rows in self.world.select(writable(Transform2D), writable(Velocity), writable(Sprite), writable(Slime)):
            body, velocity, sprite, walker = rows
            walker.age += dt
            beat = 0.09 * np.sin(walker.age * 9)
            body.scale[:, 0], body.scale[:, 1] = 1 + beat, 1 - beat
            sprite.flip_x[:] = velocity.linear[:, 0] > 0
            for row in range(len(rows)):
                x, y = body.position[row].tolist()
                ahead = x + float(np.copysign(30, velocity.linear[row, 0]))
                if not meadow.map.tile("ground", *meadow.map.grid.cell_at(ahead, y - 40)):
                    velocity.linear[row, 0] = np.copysign(70, x - ahead)

    def turn_from(self, slime: int, x: float) -> None:
        here = self.world.component_for_entity(slime, Transform2D).position.x
        self.world.component_for_entity(slime, Velocity).linear = (np.copysign(70, here - x), 0)


class FollowSystem(System):
    """The camera follows the hero, and stays within the map."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def process(self, dt: float) -> None:
        meadow, scene = self.world.resource(Meadow), self.world.resource(Scene)
        if scene.name != "meadow":
            return
        width, height = meadow.map.grid.size
        hero = self.world.component_for_entity(meadow.hero, Transform2D).position
        camera = self.world.component_for_entity(scene.camera, Transform2D)
        x = min(max(hero.x + 0.35 * float(meadow.speed[0]), VIEW[0] / 2), width - VIEW[0] / 2)
        y = min(max(hero.y + 60, VIEW[1] / 2 - height), -VIEW[1] / 2)
        part = 1 - exp(-5 * dt)
        camera.position = (camera.position.x + (x - camera.position.x) * part,
                           camera.position.y + (y - camera.position.y) * part)  # fmt: skip
