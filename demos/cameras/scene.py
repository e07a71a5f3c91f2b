"""The valley from far to near, the map of it, and the display over all."""

from __future__ import annotations

from math import sin

import numpy as np

from ecs_engine import Blend, Camera2D, Parallax, Pictures, Sprite, Text, Transform2D, World
from ecs_engine.assets import valley
from ecs_engine.assets.palette import AMBER, CORAL, CREAM, INK, LEMON, MINT, NIGHT, ROSE, VIOLET, WINE, Colour, mix
from ecs_engine.systems import corner

WIDTH, HEIGHT = 1280, 720
BOTTOM, TOP = -420.0, 900.0
"""Of the world; its sides are those of the valley."""
SKY, FAR, GROUND, GLOW, PLAYER, NEAR, MAP, DISPLAY = -50, -40, 0, 2, 5, 12, 40, 60
"""Layers; ridges and trees are on those from FAR to GROUND."""


def create_valley(world: World, pictures: Pictures, rng: np.random.Generator) -> None:
    """The sky, which stays with the camera, what moves the more the nearer it is, and the ground."""
    create_sky(world, pictures)
    create_ridges(world, pictures)
    create_trees(world, pictures, rng)
    create_ground(world, pictures, rng)
    stalks = [pictures.add(valley.reeds(seed)) for seed in range(3)]
    for middle in range(-4300, 4300, 610):
        stalk = Sprite(stalks[int(rng.integers(3))], anchor=(0.5, 0), layer=NEAR)
        world.create_entity(Transform2D((middle + rng.uniform(-120, 120), -390)), stalk, Parallax((1.35, 1.1)))


def create_sky(world: World, pictures: Pictures) -> None:
    sky = Sprite(pictures.add(valley.evening_sky()), size=(2900, 1700), layer=SKY)
    world.create_entity(Transform2D(), sky, Parallax((0, 0)))
    sun = Sprite(pictures.add(valley.evening_sun()), size=(330, 330), layer=SKY + 1)
    world.create_entity(Transform2D((-110, 95)), sun, Parallax((0.03, 0.1)))


def create_ridges(world: World, pictures: Pictures) -> None:
    ridges = (
        (3, mix(VIOLET, CORAL, 0.62), mix(CORAL, LEMON, 0.5), 1.0, -50.0, 0.10),
        (9, mix(VIOLET, WINE, 0.45), mix(CORAL, WINE, 0.35), 0.8, -85.0, 0.22),
        (5, mix(WINE, INK, 0.35), mix(WINE, CORAL, 0.3), 0.35, -130.0, 0.42),
    )
    for depth, (seed, light, dark, rough, y, factor) in enumerate(ridges):
        ridge = Sprite(pictures.add(valley.ridge(seed, light, dark, rough)), layer=FAR + depth)
        reach = round((valley.HALF_WIDTH * factor + 700) / 1024)
        for place in range(-reach - 1, reach + 1):
            x = place * 1024 + 512 * (depth % 2)
            world.create_entity(Transform2D((x, y)), ridge, Parallax((factor, 0.3 + factor)))


def create_trees(world: World, pictures: Pictures, rng: np.random.Generator) -> None:
    pines = [pictures.add(valley.pine(seed, mix(WINE, NIGHT, 0.7), mix(WINE, CORAL, 0.25))) for seed in range(3)]
    for middle in range(-2600, 2600, 75):
        x, y = middle + rng.uniform(-30, 30), 22 * sin(middle * 0.005) - 225 + rng.uniform(-8, 8)
        size = rng.uniform(0.75, 1.3)
        pine = Sprite(pines[int(rng.integers(3))], anchor=(0.5, 0), layer=FAR + 5)
        world.create_entity(Transform2D((x, y), scale=(size, size)), pine, Parallax((0.7, 0.85)))
    floor = pictures.add(valley.ridge(2, mix(WINE, NIGHT, 0.6), mix(WINE, NIGHT, 0.85), 0.0, height=300))
    for place in range(-4, 4):
        world.create_entity(Transform2D((place * 1024, -205)), Sprite(floor, layer=FAR + 6), Parallax((0.7, 0.85)))


def create_ground(world: World, pictures: Pictures, rng: np.random.Generator) -> None:
    for left in range(-int(valley.HALF_WIDTH), int(valley.HALF_WIDTH), 640):
        ground = Sprite(pictures.add(valley.ground(left, 640)), anchor=(0, 1), layer=GROUND)
        world.create_entity(Transform2D((left, 60)), ground)
    stones = [pictures.add(valley.stone(seed)) for seed in range(3)]
    for middle in range(-3150, 3200, 75):
        x, size = middle + rng.uniform(-35, 35), rng.uniform(0.25, 0.95)
        y = float(valley.ground_height(x)) - rng.uniform(45, 120)
        stone = Sprite(stones[int(rng.integers(3))], layer=GROUND)
        world.create_entity(Transform2D((x, y), scale=(size, size)), stone)
    lantern = Sprite(pictures.add(valley.lantern()), anchor=(0.5, 0), layer=GROUND + 1)
    light = pictures.add(valley.glow(300, mix(AMBER, CORAL, 0.3)))
    glow = Sprite(light, tint=(255, 255, 255, 150), layer=GLOW, blend=int(Blend.ADD))
    for x in range(-2950, 3000, 420):
        y = float(valley.ground_height(float(x)))
        world.create_entity(Transform2D((x, y - 4)), lantern)
        world.create_entity(Transform2D((x, y + 88)), glow)


def create_map(world: World, pictures: Pictures) -> None:
    """A camera in a frame that shows a drawing of the whole valley, with the players' marks on it."""
    frame, wide, high = 3, 640, 82
    bottom = -330.0
    top = bottom + 2 * valley.HALF_WIDTH * (high - 2 * frame) / (wide - 2 * frame)
    place, size = (0, (bottom + top) / 2), (2 * valley.HALF_WIDTH, top - bottom)
    drawing = pictures.add(valley.ground_map(wide, bottom, top))
    world.create_entity(Transform2D(place), Sprite(drawing, size=size, layer=MAP))
    world.create_entity(
        Transform2D(place),
        Camera2D(
            height=top - bottom,
            viewport=corner(wide / WIDTH, high / HEIGHT, at=(0.5, 0), margin=0.03),
            clear=(*mix(INK, VIOLET, 0.25), 255),
            layers=(MAP, MAP + 9),
            border=frame,
            border_color=(*CREAM, 255),
            order=1,
        ),
    )


def create_display(world: World) -> None:
    """A camera over the whole window, for what belongs to no view."""
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT, order=2, layers=(DISPLAY, DISPLAY + 9)))

    def line(words: str, x: float, y: float, across: float, color: Colour) -> None:
        text = Text(
            words, size=20, anchor=(across, 0), color=color, shadow=(2, -2), shadow_color=INK, layer=DISPLAY + 1
        )
        world.create_entity(Transform2D((x, y)), text)

    line("A D walk   W jump", -WIDTH / 2 + 24, HEIGHT / 2 - 40, 0, MINT)
    line("ARROWS walk and jump", WIDTH / 2 - 24, HEIGHT / 2 - 40, 1, ROSE)
    x, y = 0, -HEIGHT / 2 + 122
    world.create_entity(Transform2D((x, y + 8)), Sprite(size=(356, 34), tint=(*INK, 215), layer=DISPLAY))
    line("WHEEL zooms   SPACE shakes", x, y, 0.5, CREAM)
