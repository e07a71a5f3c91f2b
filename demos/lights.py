"""Lights: a courtyard at night, soft shadows, a watchman's torch and a lantern that goes where the mouse goes."""

from __future__ import annotations

from math import atan2, cos, sin, tau
from typing import Any

import numpy as np

from ecs_engine import (
    AmbientLight,
    App,
    Blend,
    Bloom,
    Camera2D,
    Effects,
    Gradient,
    Input,
    Key,
    Occluder,
    Pictures,
    PointLight,
    Shape,
    Sprite,
    System,
    Transform2D,
    Vignette,
    World,
    batch,
    component,
    writable,
)
from ecs_engine.assets import courtyard
from ecs_engine.assets.palette import AMBER, CREAM, LEMON, MINT, MIST, NIGHT, OCEAN, ROSE, SKY, VIOLET, Colour, mix
from ecs_engine.demos.words import write
from ecs_engine.systems import screen_to_world

BUDGET_MS = 6.0
GROUND, LOW, HIGH, LEAVES, LAST_LIT, GLOW, WORDS = -10, 0, 4, 10, 50, 55, 60
"""Layers; those above LAST_LIT shine by themselves."""
NIGHT_LIGHT = (mix(VIOLET, OCEAN, 0.5), 0.24)
DAY_LIGHT = (CREAM, 0.5)
COLUMNS = [(turn, 300 * cos(turn), 158 * sin(turn)) for turn in (np.arange(10) + 0.5) * tau / 10]
LANTERNS = ((-440, 205), (440, 205), (-440, -205), (440, -205), (0, 232), (0, -232))
FIREFLIES = 46
REST = (-168.0, -64.0)
"""Where the player's lantern stands until the mouse moves."""


@component
class Flicker:
    """A flame: its light trembles."""

    brightness: float = 1.0
    phase: float = 0.0


@component
class Firefly:
    """Flies in loops around its place, on and off."""

    x: float = 0.0
    y: float = 0.0
    phase: float = 0.0


class FlameSystem(System):
    time = 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        t = self.time
        for flicker, light in self.world.select(Flicker, writable(PointLight)):
            tremble = np.sin(9 * t + flicker.phase) * np.sin(5.3 * t + 2 * flicker.phase)
            light.intensity = flicker.brightness * (1 + 0.09 * tremble)
        for fly, light, transform in self.world.select(Firefly, writable(PointLight), writable(Transform2D)):
            turn = 0.6 * t + fly.phase
            transform.position[:, 0] = fly.x + 26 * np.cos(turn) + 9 * np.cos(3.1 * turn)
            transform.position[:, 1] = fly.y + 20 * np.sin(1.3 * turn)
            light.intensity = np.clip(0.8 * np.sin(1.1 * t + 3 * fly.phase), 0.0, 0.5)


class WatchSystem(System):
    """The watchman walks around the court, and the wisp around the fountain."""

    def __init__(self, man: list[int], wisp: list[int]) -> None:
        self.man, self.wisp = man, wisp
        self.time = 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        turn = 0.16 * self.time + 0.62
        place = 395 * cos(turn), 208 * sin(turn)
        way = atan2(208 * cos(turn), -395 * sin(turn)) + 0.5 * sin(1.3 * self.time)
        for entity in self.man:
            transform = self.world.component_for_entity(entity, Transform2D)
            transform.position, transform.rotation = place, way
        turn = 2.5 - 0.7 * self.time
        place = (200 + 30 * sin(2.1 * turn)) * cos(turn), (112 + 18 * sin(3 * turn)) * sin(turn)
        for entity in self.wisp:
            self.world.component_for_entity(entity, Transform2D).position = place


class PlayerSystem(System):
    """The mouse carries a lantern, the wheel makes its flame larger (and shadows softer), SPACE turns night to day."""

    def __init__(self, camera: int, lantern: list[int], ambient: int) -> None:
        self.camera, self.lantern, self.ambient = camera, lantern, ambient
        self.mouse = (0.0, 0.0)
        self.day, self.daylight = False, 0.0

    def process(self, dt: float) -> None:
        inputs = self.world.resource(Input)
        if inputs.pressed(Key.SPACE):
            self.day = not self.day
        if inputs.mouse.position != self.mouse:
            self.mouse = inputs.mouse.position
            place = screen_to_world(self.world, self.camera, *inputs.mouse.position)
            for entity in self.lantern:
                self.world.component_for_entity(entity, Transform2D).position = place
        light = self.world.component_for_entity(self.lantern[0], PointLight)
        light.size = float(np.clip(light.size + 2 * inputs.mouse.scroll[1], 0, 40))
        before = self.daylight
        self.daylight += float(np.clip(self.day - before, -dt, dt))
        if self.daylight != before:
            set_daylight(self.world, self.ambient, self.daylight)


def set_daylight(world: World, ambient: int, part: float) -> None:
    (night, dark), (day, bright) = NIGHT_LIGHT, DAY_LIGHT
    light = world.component_for_entity(ambient, AmbientLight)
    light.color, light.intensity = (*mix(night, day, part), 255), dark + (bright - dark) * part


def create_ground(world: World, pictures: Pictures) -> None:
    world.create_entity(Transform2D(), Sprite(pictures.add(courtyard.ground(1400, 800)), layer=GROUND))
    along = [(x, y) for y in (300, -300) for x in (-425, -165, 165, 425)]
    upright = [(x, y) for y in (165, -165) for x in (-575, 575)]
    for width, height, places in ((250, 44, along), (44, 150, upright)):
        for seed, place in enumerate(places):
            picture = pictures.add(courtyard.hedge(width, height, seed))
            outline = Occluder.box(width - 10, height - 10)
            world.create_entity(Transform2D(place), Sprite(picture, layer=LOW), outline)


def create_things(world: World, pictures: Pictures) -> None:
    """The fountain, columns, crates and trees."""
    water = PointLight((*mix(SKY, MINT, 0.4), 255), radius=130, intensity=0.4, falloff=1.6, shadows=0)
    world.create_entity(
        Transform2D(), Sprite(pictures.add(courtyard.fountain()), layer=LOW), Occluder.circle(20), water
    )
    column = pictures.add(courtyard.column())
    for _, x, y in COLUMNS:
        world.create_entity(Transform2D((x, y)), Sprite(column, layer=HIGH), Occluder.circle(20))
    crate = pictures.add(courtyard.crate())
    for x, y, turn in ((-352, 96, 0.3), (-398, 74, -0.25), (-384, 122, 0.75), (372, -110, 0.2), (352, -64, 0.9)):
        world.create_entity(Transform2D((x, y), turn), Sprite(crate, layer=HIGH), Occluder.box(40, 40))
    for seed, place in enumerate(((-560, 290), (562, 282), (-556, -286), (566, -292), (-600, 20), (604, -14))):
        tree = Sprite(pictures.add(courtyard.tree(seed)), layer=LEAVES)
        world.create_entity(Transform2D(place, seed * 1.1), tree, Occluder.circle(16))


def glow(color: Colour, reach: float) -> Shape:
    """Light that is seen in the air around a lamp."""
    return Shape.circle(
        reach, fill=(*color, 90), fill_to=(*color, 0), gradient=Gradient.RADIAL, blend=Blend.ADD, layer=GLOW
    )


def flame(color: Colour) -> Shape:
    return Shape.circle(7, fill=(*mix(color, CREAM, 0.6), 255), blend=Blend.ADD, layer=GLOW)


def create_lights(world: World, pictures: Pictures, rng: np.random.Generator) -> None:
    lantern = pictures.add(courtyard.lantern())
    for number, place in enumerate(LANTERNS):
        light = PointLight((*mix(AMBER, LEMON, 0.15), 255), radius=270, falloff=2.0, size=9)
        flame = Flicker(0.7, 1.7 * number)
        world.create_entity(Transform2D(place), light, flame, Sprite(lantern, layer=HIGH))
        world.create_entity(Transform2D(place), glow(AMBER, 42))
    around = rng.uniform((-640, -360), (640, 360), (4 * FIREFLIES, 2)).astype(np.float32)
    around = around[(np.abs(around[:, 0]) > 480) | (np.abs(around[:, 1]) > 262)][:FIREFLIES]
    phases = rng.uniform(0, tau, len(around)).astype(np.float32)
    world.create_entities(
        len(around),
        batch(Transform2D, position=around),
        batch(Firefly, x=around[:, 0].copy(), y=around[:, 1].copy(), phase=phases),
        batch(
            PointLight,
            color=np.array((*mix(LEMON, MINT, 0.35), 255), np.uint8),
            radius=np.float32(70),
            shadows=np.float32(0),
        ),
        batch(
            Shape,
            size=np.full((len(around), 2), 3.4, np.float32),
            fill=np.array((*LEMON, 255), np.uint8),
            layer=np.int16(GLOW),
            blend=np.uint8(Blend.ADD),
        ),
    )


def create_moving(world: World, pictures: Pictures) -> tuple[list[int], list[int], list[int]]:
    """The watchman, the wisp and the player's lantern: the entities of each."""
    torch = PointLight((*mix(CREAM, SKY, 0.2), 255), radius=430, intensity=0.72, falloff=1.2, size=5, cone=0.72)
    man = [world.create_entity(Transform2D(), torch)]
    man.append(world.create_entity(Transform2D(), Sprite(pictures.add(courtyard.watchman()), layer=HIGH + 1)))
    wisp = [world.create_entity(Transform2D(), PointLight((*MINT, 255), radius=430, intensity=0.85, size=11))]
    wisp += [world.create_entity(Transform2D(), glow(MINT, 40))]
    wisp += [world.create_entity(Transform2D(), flame(MINT))]
    own = [world.create_entity(Transform2D(REST), PointLight((*mix(ROSE, AMBER, 0.3), 255), 430.0, 0.95, size=12))]
    own += [world.create_entity(Transform2D(REST), glow(ROSE, 44))]
    own += [world.create_entity(Transform2D(REST), flame(ROSE))]
    return man, wisp, own


def build(**options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("Lights", **options)
    world, pictures, rng = app.world, app.pictures, np.random.default_rng(21)
    effects = Effects(Bloom(strength=0.35, threshold=0.95, levels=3), Vignette(strength=0.45))
    camera = world.create_entity(Transform2D(), Camera2D(height=720, clear=(*NIGHT, 255)), effects)
    ambient = world.create_entity(AmbientLight(last_layer=LAST_LIT))
    set_daylight(world, ambient, 0.0)
    create_ground(world, pictures)
    create_things(world, pictures)
    create_lights(world, pictures, rng)
    man, wisp, own = create_moving(world, pictures)
    world.create_entity(Transform2D(), Camera2D(height=720, order=1, layers=(WORDS, WORDS)))
    write(world, (-620, -348), "MOUSE carries the lantern", MIST, layer=WORDS)
    write(world, (0, -348), "WHEEL softens shadows", MIST, layer=WORDS, align=0.5)
    write(world, (620, -348), "SPACE day and night", MIST, layer=WORDS, align=1.0)
    for system in (FlameSystem(), WatchSystem(man, wisp), PlayerSystem(camera, own, ambient)):
        app.add_system(system)
    return app


if __name__ == "__main__":
    build().run()
