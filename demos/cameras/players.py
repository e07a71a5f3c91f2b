"""The two players, their cameras, and what moves both."""

from __future__ import annotations

from math import atan2, pi, sin
from typing import ClassVar

from ecs_engine import (
    Camera2D,
    CameraFollow,
    CameraShake,
    Input,
    Key,
    Pictures,
    Sprite,
    Stage,
    System,
    Transform2D,
    World,
)
from ecs_engine.assets import valley
from ecs_engine.assets.hello import slime
from ecs_engine.assets.palette import INK, Colour
from ecs_engine.demos.cameras.scene import BOTTOM, DISPLAY, HEIGHT, MAP, NEAR, PLAYER, SKY, TOP, WIDTH
from ecs_engine.systems import camera_at, screen_to_world, split, world_to_screen, zoom_at

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
