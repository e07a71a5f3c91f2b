"""Pixels: pixel art at 320 x 180, scaled by whole numbers; sprites keep to its pixels however smoothly they move."""

from __future__ import annotations

from math import sin
from typing import Any, ClassVar

import numpy as np

from ecs_engine import (
    App,
    Blend,
    Camera2D,
    CameraFollow,
    Input,
    Key,
    Parallax,
    Sprite,
    Stage,
    System,
    Text,
    Transform2D,
    World,
)
from ecs_engine.assets import seaside
from ecs_engine.assets.palette import AMBER, CREAM, DUSK, INK, LEMON, MINT, NIGHT, VIOLET, mix

WIDTH, HEIGHT = 320, 180
WATER = -42.0
"""How high the water stands."""
SHORE = 900.0
"""How far the boat goes to both sides."""
DISPLAY = 50
"""Layer of what belongs to the screen."""


class Sail(System):
    """The boat goes to and fro, or as the arrows say, and rides the waves."""

    def __init__(self, world: World, boat: int, lamp: int) -> None:
        self.boat = world.component_for_entity(boat, Transform2D)
        self.sprite = world.component_for_entity(boat, Sprite)
        self.lamp = world.component_for_entity(lamp, Transform2D)
        self.speed, self.way, self.time = 0.0, 1.0, 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        steered = self.world.resource(Input).axis(Key.LEFT, Key.RIGHT)
        x, _ = self.boat.position
        if steered or abs(x) > SHORE:
            self.way = steered or (-1.0 if x > 0 else 1.0)
        self.speed += (self.way * 37.3 - self.speed) * min(1.2 * dt, 1.0)
        x += self.speed * dt
        y = WATER - 15 + 2.2 * sin(self.time * 1.7) + 1.1 * sin(self.time * 2.9)
        self.boat.position = (x, y)
        self.boat.rotation = 0.05 * sin(self.time * 1.7 + 1.2)
        if self.sprite.flip_x != (self.speed < 0):
            self.sprite.flip_x = self.speed < 0
        self.lamp.position = (x + (-8 if self.speed < 0 else 8), y + 8)


class Drift(System):
    """Waves roll, the light of the lighthouse breathes, gulls beat their wings, and the mouse is told in pixels."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, app: App, waves: list[tuple[int, float]], lights: list[int]) -> None:
        world, add = app.world, app.pictures.add
        self.time = 0.0
        self.waves = [(world.component_for_entity(one, Transform2D), place) for one, place in waves]
        self.lights = [world.component_for_entity(one, Sprite) for one in lights]
        self.wings = [int(add(picture)) for picture in seaside.gulls()]
        birds = [world.create_entity(Transform2D(), Sprite(layer=-18), Parallax((0.1, 0.5))) for _ in range(4)]
        self.gulls = [
            (world.component_for_entity(one, Transform2D), world.component_for_entity(one, Sprite)) for one in birds
        ]
        pointer = world.create_entity(Transform2D(), Sprite(add(seaside.cross()), layer=DISPLAY + 1))
        self.pointer = world.component_for_entity(pointer, Transform2D)
        top = HEIGHT / 2 - 14
        help = Text("LEFT RIGHT sail", size=10, color=CREAM, anchor=(0, 0), layer=DISPLAY)
        world.create_entity(Transform2D((6 - WIDTH / 2, top)), help)
        self.place = Text(size=10, color=MINT, anchor=(1, 0), layer=DISPLAY)
        world.create_entity(Transform2D((WIDTH / 2 - 6, top)), self.place)

    def process(self, dt: float) -> None:
        self.time += dt
        for number, (transform, place) in enumerate(self.waves):
            row = number * len(seaside.SEA) // len(self.waves)
            transform.position.x = place + (4 + 3 * row) * sin(self.time * (0.5 + 0.13 * row) + row)
        for light in self.lights:
            light.tint = (255, 255, 255, 165 + int(60 * sin(self.time * 2.1)))
        for number, (transform, sprite) in enumerate(self.gulls):
            turn = self.time * (0.31 + 0.04 * number) + number * 2.0
            transform.position = (80 * sin(turn) + 30 * number, 24 + 8 * number + 7 * sin(2.3 * turn))
            sprite.picture = self.wings[int(self.time * 3 + number) % 2]
        x, y = self.world.resource(Input).mouse.position
        self.pointer.position = (x - WIDTH / 2, HEIGHT / 2 - y)
        self.place.text = f"{x:.0f} {y:.0f}"


def create_sea(app: App, rng: np.random.Generator) -> tuple[list[tuple[int, float]], list[int]]:
    """Everything that stays where it is, from far to near; returns the strips of waves, and the lights."""
    world, add = app.world, app.pictures.add
    world.create_entity(Transform2D((0, 30)), Sprite(add(seaside.sky(352, 208, rng)), layer=-30), Parallax((0.0, 0.0)))
    world.create_entity(Transform2D((-72, 38)), Sprite(add(seaside.moon()), layer=-28), Parallax((0.02, 0.1)))
    shine = add(seaside.light(96, mix(VIOLET, LEMON, 0.4)))
    world.create_entity(Transform2D((-72, 38)), Sprite(shine, layer=-29, blend=int(Blend.ADD)), Parallax((0.02, 0.1)))
    for seed, factor, high, color, edge in (
        (0, 0.08, 44, mix(INK, DUSK, 0.85), mix(DUSK, VIOLET, 0.7)),
        (1, 0.2, 28, mix(INK, DUSK, 0.35), mix(DUSK, VIOLET, 0.2)),
    ):
        picture = add(seaside.skyline(256, high, color, edge, rng))
        for copy in range(-3, 4):
            world.create_entity(
                Transform2D((copy * 256, WATER - 1)),
                Sprite(picture, anchor=(0.5, 0), layer=-26 + seed),
                Parallax((factor, 1.0)),
            )
    for copy in range(-5, 6):
        world.create_entity(
            Transform2D((copy * 145 + float(rng.uniform(-30, 30)), WATER - 6)),
            Sprite(add(seaside.island(rng)), anchor=(0.5, 0), layer=-20),
            Parallax((0.45, 1.0)),
        )
    lights = []
    tower, beam = add(seaside.lighthouse()), add(seaside.light(120, AMBER))
    for x in (-620, -170, 190, 640):
        world.create_entity(Transform2D((x, WATER - 10)), Sprite(tower, anchor=(0.5, 0), layer=-9))
        lights.append(world.create_entity(Transform2D((x, WATER + 51)), Sprite(beam, layer=-10, blend=int(Blend.ADD))))
    waves = []
    for row, colors in enumerate(seaside.SEA):
        strip = Sprite(add(seaside.wave(96, 70, *colors, phase=1.3 * row)), anchor=(0.5, 1), layer=-15 + 7 * row)
        for x in range(-16 * 96, 17 * 96, 96):
            place = Transform2D((x, WATER + 4 - 13 * row))
            waves.append((world.create_entity(place, strip, Parallax((0.55 + 0.2 * row, 1.0))), float(x)))
    world.create_entity(
        Transform2D((-72, WATER + 2)),
        Sprite(add(seaside.glitter(40, 18, rng)), anchor=(0.5, 1), layer=-14, blend=int(Blend.ADD)),
        Parallax((0.02, 1.0)),
    )
    return waves, lights


def build(*, seed: int = 2, **options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    pixelated = {"resolution": (WIDTH, HEIGHT), "scaling": "integer", "filter": "nearest", "bars": NIGHT}
    app = App("Pixels", seed=seed, **{**pixelated, **options})
    world, add, rng = app.world, app.pictures.add, app.random
    waves, lights = create_sea(app, rng)
    boat = world.create_entity(Transform2D((-60, WATER)), Sprite(add(seaside.boat()), anchor=(0.5, 0.1), layer=-4))
    lamp = world.create_entity(Transform2D(), Sprite(add(seaside.light(44, AMBER)), layer=-3, blend=int(Blend.ADD)))
    follow = CameraFollow(boat, dead_zone=(20, 0), half_life=0.3, look_ahead=1.2)
    world.create_entity(
        Transform2D(), Camera2D(layers=(-40, DISPLAY - 1), bounds=(-1200, -HEIGHT / 2, 1200, HEIGHT / 2)), follow
    )
    world.create_entity(Transform2D(), Camera2D(order=1, layers=(DISPLAY, DISPLAY + 9)))
    app.add_system(Drift(app, waves, lights))
    app.add_system(Sail(world, boat, lamp))
    return app


def showcase(app: App) -> None:
    """Four seconds in."""
    app.step(240, draw=False)
    app.step()


if __name__ == "__main__":
    build().run()
