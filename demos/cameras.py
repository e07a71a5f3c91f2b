"""Cameras: two players in a split screen with a map, parallax, dead zones, shakes, and a wheel that zooms."""

from __future__ import annotations

from math import atan2, pi, sin
from typing import Any, ClassVar

import numpy as np

from ecs_engine import (
    App,
    Blend,
    Camera2D,
    CameraFollow,
    CameraShake,
    Input,
    Key,
    Parallax,
    Pictures,
    Sprite,
    Stage,
    System,
    Transform2D,
    World,
)
from ecs_engine.assets import valley
from ecs_engine.assets.hello import slime
from ecs_engine.assets.palette import AMBER, CORAL, CREAM, INK, LEMON, MINT, NIGHT, ROSE, VIOLET, WINE, Colour, mix
from ecs_engine.demos.text import Glyphs, Text
from ecs_engine.systems import camera_at, corner, screen_to_world, split, world_to_screen, zoom_at

WIDTH, HEIGHT = 1280, 720
BOTTOM, TOP = -420.0, 900.0
"""Of the world; its sides are those of the valley."""
SKY, FAR, GROUND, GLOW, PLAYER, NEAR, MAP, DISPLAY = -50, -40, 0, 2, 5, 12, 40, 60
"""Layers; those from FAR to GROUND are ridges and trees."""
Keys = tuple[Key, Key, Key]
"""Left, right and jump."""
GRAVITY, LEAP, SPEED = 1900.0, 800.0, 330.0


class Player:
    """One slime, its keys, and the camera that follows it."""

    def __init__(
        self, world: World, pictures: Pictures, number: int, color: Colour, keys: tuple[Key, Key, Key]
    ) -> None:
        self.keys = keys
        self.speed = self.rise = self.height = self.squash = 0.0
        x = (-2350.0, 1450.0)[number]
        self.entity = world.create_entity(
            Transform2D((x, float(valley.ground_height(x)))),
            Sprite(pictures.add(slime(color, scale=0.5)), anchor=(0.5, 0.06), layer=PLAYER + number),
        )
        self.camera = world.create_entity(
            Transform2D(),
            Camera2D(
                height=HEIGHT,
                viewport=split(2)[number],
                layers=(SKY, NEAR),
                border=3,
                border_color=(*INK, 255),
                bounds=(-valley.HALF_WIDTH, BOTTOM, valley.HALF_WIDTH, TOP),
            ),
            CameraFollow(self.entity, dead_zone=(110, 150), half_life=0.12, look_ahead=0.3),
            CameraShake(seed=number),
        )
        self.view = world.create_entity(Transform2D(), Sprite(tint=(*color, 70), layer=MAP + 1))
        world.create_entity(
            Transform2D((x, 0)), Sprite(pictures.add(valley.dot(color)), size=(120, 120), layer=MAP + 2)
        )
        self.mark = max(world.get_entities())
        self.arrow = world.create_entity(
            Transform2D(), Sprite(pictures.add(valley.pointer(color)), layer=DISPLAY, visible=False)
        )


class Walk(System):
    """Moves the players by their keys; one whose keys rest for a while walks by itself."""

    def __init__(self, players: list[Player]) -> None:
        self.players = players
        self.time = 0.0
        self.idle = [9.0 for _ in players]

    def process(self, dt: float) -> None:
        self.time += dt
        input = self.world.resource(Input)
        for number, player in enumerate(self.players):
            left, right, jump = player.keys
            way, leap = input.axis(left, right), input.pressed(jump)
            self.idle[number] = 0.0 if way or leap else self.idle[number] + dt
            if self.idle[number] > 4.0:
                way = sin(self.time * 0.23 + number * pi * 0.9) + 0.25 * (1 - 2 * number)
                leap = sin(self.time * (1.9 + number)) > 0.995
            self.move(player, max(min(way, 1.0), -1.0), leap, dt)
            if input.pressed(Key.SPACE):
                self.world.component_for_entity(player.camera, CameraShake).trauma += 0.6

    def move(self, player: Player, way: float, leap: bool, dt: float) -> None:
        transform = self.world.component_for_entity(player.entity, Transform2D)
        player.speed += (way * SPEED - player.speed) * min(8 * dt, 1.0)
        if leap and player.height == 0.0:
            player.rise = LEAP
        fall = player.rise
        player.rise -= GRAVITY * dt
        player.height = max(player.height + player.rise * dt, 0.0)
        if player.height == 0.0:
            if fall < -500:  # a hard landing
                self.world.component_for_entity(player.camera, CameraShake).trauma += 0.45
                player.squash = 0.3
            player.rise = 0.0
        player.squash *= 0.85
        reach = valley.HALF_WIDTH - 70
        x = max(min(transform.position.x + player.speed * dt, reach), -reach)
        hop = abs(sin(self.time * 9)) * 7 * abs(player.speed) / SPEED if player.height == 0.0 else 0.0
        transform.position = (x, float(valley.ground_height(x)) + player.height + hop)
        stretch = player.rise / 6000 - player.squash + hop / 60
        transform.scale = (1 - stretch, 1 + stretch)


class Look(System):
    """The wheel zooms the view under the mouse; marks on the map and arrows on the edges show where players are."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, players: list[Player]) -> None:
        self.players = players

    def process(self, dt: float) -> None:
        mouse = self.world.resource(Input).mouse
        camera = camera_at(self.world, *mouse.position, layer=PLAYER)
        if mouse.scroll[1] and camera is not None:
            zoom = self.world.component_for_entity(camera, Camera2D).zoom * 1.15 ** mouse.scroll[1]
            zoom_at(self.world, camera, max(min(zoom, 4.0), 0.6), *mouse.position)
        for number, player in enumerate(self.players):
            self.show_on_map(player, number)
            self.point_at(self.players[1 - number], player, number)

    def show_on_map(self, player: Player, number: int) -> None:
        left, bottom = screen_to_world(self.world, player.camera, number * WIDTH / 2, HEIGHT)
        right, top = screen_to_world(self.world, player.camera, (number + 1) * WIDTH / 2, 0)
        self.world.component_for_entity(player.view, Transform2D).position = ((left + right) / 2, (bottom + top) / 2)
        self.world.component_for_entity(player.view, Sprite).size = (right - left, top - bottom)
        place = self.world.component_for_entity(player.entity, Transform2D).position
        self.world.component_for_entity(player.mark, Transform2D).position = (place.x, place.y + 40)

    def point_at(self, other: Player, player: Player, number: int) -> None:
        """An arrow at the edge of a player's view, to where the other one is."""
        x, y = self.world.component_for_entity(other.entity, Transform2D).position
        x, y = world_to_screen(self.world, player.camera, x, y + 30)
        middle, reach = (number + 0.5) * WIDTH / 2, WIDTH / 4
        sprite = self.world.component_for_entity(other.arrow, Sprite)
        sprite.visible = not (abs(x - middle) < reach and 0 < y < HEIGHT)
        aside = max(min(x - middle, reach - 34), 34 - reach)
        down = max(min(y - HEIGHT / 2, HEIGHT / 2 - 190), 90 - HEIGHT / 2)
        transform = self.world.component_for_entity(other.arrow, Transform2D)
        transform.position = (middle + aside - WIDTH / 2, -down)
        transform.rotation = atan2(HEIGHT / 2 - y + down, x - middle - aside)


def create_valley(world: World, pictures: Pictures, rng: np.random.Generator) -> None:
    """The sky, which stays with the camera, ridges and trees that move the more the nearer they are, and the ground."""
    for art, y, size, factor, layer in (
        (valley.evening_sky(), 0, (2900, 1700), (0.0, 0.0), SKY),
        (valley.evening_sun(), 95, (330, 330), (0.03, 0.1), SKY + 1),
    ):
        world.create_entity(
            Transform2D((-110 * (layer - SKY), y)), Sprite(pictures.add(art), size=size, layer=layer), Parallax(factor)
        )
    ridges = (
        (3, mix(VIOLET, CORAL, 0.62), mix(CORAL, LEMON, 0.5), 1.0, -50.0, 0.10),
        (9, mix(VIOLET, WINE, 0.45), mix(CORAL, WINE, 0.35), 0.8, -85.0, 0.22),
        (5, mix(WINE, INK, 0.35), mix(WINE, CORAL, 0.3), 0.35, -130.0, 0.42),
    )
    for depth, (seed, light, dark, rough, y, factor) in enumerate(ridges):
        picture = pictures.add(valley.ridge(seed, light, dark, rough))
        reach = round((valley.HALF_WIDTH * factor + 700) / 1024)
        for place in range(-reach - 1, reach + 1):
            transform = Transform2D((place * 1024 + 512 * (depth % 2), y))
            world.create_entity(transform, Sprite(picture, layer=FAR + depth), Parallax((factor, 0.3 + factor)))
    trees = [pictures.add(valley.pine(seed, mix(WINE, NIGHT, 0.7), mix(WINE, CORAL, 0.25))) for seed in range(3)]
    for x in np.arange(-2600, 2600, 75.0):
        place = float(x + rng.uniform(-30, 30)), float(-225 + 22 * sin(x * 0.005) + rng.uniform(-8, 8))
        size = float(rng.uniform(0.75, 1.3))
        world.create_entity(
            Transform2D(place, scale=(size, size)),
            Sprite(trees[int(rng.integers(3))], anchor=(0.5, 0), layer=FAR + 5),
            Parallax((0.7, 0.85)),
        )
    floor = pictures.add(valley.ridge(2, mix(WINE, NIGHT, 0.6), mix(WINE, NIGHT, 0.85), 0.0, height=300))
    for place in range(-4, 4):
        world.create_entity(Transform2D((place * 1024, -240)), Sprite(floor, layer=FAR + 6), Parallax((0.7, 0.85)))
    for x in range(-int(valley.HALF_WIDTH), int(valley.HALF_WIDTH), 640):
        world.create_entity(
            Transform2D((x, 60)), Sprite(pictures.add(valley.ground(x, 640)), anchor=(0, 1), layer=GROUND)
        )
    post, light = pictures.add(valley.lantern()), pictures.add(valley.glow(300, mix(AMBER, CORAL, 0.3)))
    for x in range(-2950, 3000, 420):
        y = float(valley.ground_height(float(x)))
        world.create_entity(Transform2D((x, y - 4)), Sprite(post, anchor=(0.5, 0), layer=GROUND + 1))
        world.create_entity(
            Transform2D((x, y + 88)), Sprite(light, tint=(255, 255, 255, 150), layer=GLOW, blend=int(Blend.ADD))
        )
    stalks = [pictures.add(valley.reeds(seed)) for seed in range(3)]
    for x in np.arange(-4300, 4300, 610.0):
        world.create_entity(
            Transform2D((float(x + rng.uniform(-120, 120)), -390)),
            Sprite(stalks[int(rng.integers(3))], anchor=(0.5, 0), layer=NEAR),
            Parallax((1.35, 1.1)),
        )


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


def create_display(world: World, pictures: Pictures) -> None:
    """A camera over the whole window, for what belongs to no view."""
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT, order=2, layers=(DISPLAY, DISPLAY + 9)))
    glyphs = Glyphs(pictures, 2)
    lines = ("A D walk   W jump", "ARROWS walk and jump")
    for number, (words, color) in enumerate(zip(lines, (MINT, ROSE), strict=True)):
        place = (-WIDTH / 2 + 24, WIDTH / 2 - 24)[number], HEIGHT / 2 - 40
        Text(world, glyphs, place, 24, align=number, color=color, layer=DISPLAY).show(words)
    x, y = 0, -HEIGHT / 2 + 122
    world.create_entity(Transform2D((x, y + 8)), Sprite(size=(356, 34), tint=(*INK, 215), layer=DISPLAY))
    Text(world, glyphs, (x, y), 40, align=0.5, layer=DISPLAY + 1).show("WHEEL zooms   SPACE shakes")


def build(*, seed: int = 4, **options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("Cameras", **{"resolution": (WIDTH, HEIGHT), "bars": NIGHT, **options})
    world, pictures = app.world, app.pictures
    create_valley(world, pictures, np.random.default_rng(seed))
    keys = ((Key.A, Key.D, Key.W), (Key.LEFT, Key.RIGHT, Key.UP))
    players = [Player(world, pictures, i, (MINT, ROSE)[i], keys[i]) for i in range(2)]
    create_map(world, pictures)
    create_display(world, pictures)
    app.add_system(Walk(players))
    app.add_system(Look(players))
    return app


def showcase(app: App) -> None:
    """Five seconds in."""
    app.step(300, draw=False)
    app.step()


if __name__ == "__main__":
    build().run()
