"""What surrounds the game: sky, cameras, and the display with score, ships and messages."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ecs_engine import (
    App,
    Blend,
    Camera2D,
    Picture,
    Sprite,
    Stage,
    System,
    Text,
    Transform2D,
    Velocity,
    World,
    batch,
    writable,
)
from ecs_engine.assets.palette import CLOUD, CREAM, INK, LEMON, MIST, NIGHT, Colour
from ecs_engine.demos.asteroids.art import Art
from ecs_engine.demos.asteroids.components import Star, Wrap
from ecs_engine.demos.asteroids.rules import (
    HEIGHT,
    HUD_LAYER,
    PLANET_LAYER,
    SKY_LAYER,
    STAR_LAYER,
    WIDTH,
    Game,
    Phase,
    blink,
)

STARS = (90, 44, 12)
"""Faint, bright and twinkling ones."""


def create_sky(world: World) -> None:
    """The nebula (a little larger than the view, which may shake), a planet and three depths of stars."""
    art, rng = world.resource(Art), world.resource(np.random.Generator)
    world.create_entity(Transform2D(), Sprite(art.nebula, size=(WIDTH * 1.05, HEIGHT * 1.05), layer=SKY_LAYER))
    world.create_entity(
        Transform2D((395, 175), rotation=0.1), Sprite(art.planet, layer=PLANET_LAYER, tint=(205, 195, 235, 255))
    )
    for size, count in enumerate(STARS):
        world.create_entities(
            count,
            batch(Transform2D, position=rng.uniform((-640, -360), (640, 360), (count, 2)).astype(np.float32)),
            Velocity(),
            Sprite(art.stars[size], layer=STAR_LAYER, blend=int(Blend.ADD)),
            batch(
                Star,
                depth=rng.uniform(0.03, 0.07, count).astype(np.float32) * (1 + size),
                phase=rng.uniform(0, 2 * np.pi, count).astype(np.float32),
            ),
            Wrap(margin=8.0),
        )


class SkySystem(System):
    """The stars twinkle, and the world's camera shakes when things break; the display's stands still."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def on_add(self) -> None:
        create_sky(self.world)
        self.camera = self.world.create_entity(
            Transform2D(), Camera2D(height=HEIGHT, clear=(*NIGHT, 255), layers=(SKY_LAYER, HUD_LAYER - 1))
        )
        self.world.create_entity(Transform2D(), Camera2D(height=HEIGHT, order=1, layers=(HUD_LAYER, 511)))
        self.time = 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        for star, sprite in self.world.select(Star, writable(Sprite)):
            sprite.tint[:, 3] = 185 + 70 * np.sin(star.phase + self.time * (1.0 + star.phase))
        game = self.world.resource(Game)
        transform = self.world.component_for_entity(self.camera, Transform2D)
        if game.phase is not Phase.PAUSED and (game.shake or tuple(transform.position) != (0.0, 0.0)):
            game.shake = max(game.shake - 1.6 * dt, 0.0)
            reach = 15.0 * game.shake**2
            rng = self.world.resource(np.random.Generator)
            transform.position = rng.uniform(-reach, reach, 2)


class DisplaySystem(System):
    """Writes and shows what the player must know."""

    stage: ClassVar[Stage] = Stage.ANIMATE
    most_lives = 8

    def __init__(self, app: App) -> None:
        world, art = app.world, app.world.resource(Art)
        left, right, top = -WIDTH // 2 + 28, WIDTH // 2 - 28, HEIGHT // 2 - 52

        def line(size: float, x: float, y: float, align: float, color: Colour) -> Text:
            """A line of words that may change; ``size`` is in pixels of the screen a dot of the font."""
            shadow = (size, -size)
            text = Text(
                size=10 * size, color=color, anchor=(align, 0), shadow=shadow, shadow_color=INK, layer=HUD_LAYER + 1
            )
            world.create_entity(Transform2D((x, y)), text)
            return text

        strip = Sprite(size=(740, 140), tint=(*NIGHT, 165), layer=HUD_LAYER)
        self.strip = world.component_for_entity(world.create_entity(Transform2D((0, -98)), strip), Sprite)
        self.score = line(4, left, top - 4, 0.0, CREAM)
        self.best = line(3, right, top, 1.0, LEMON)
        self.level = line(3, 0, top, 0.5, MIST)
        self.message = line(4, 0, 118, 0.5, LEMON)
        self.prompt = line(3, 0, -70, 0.5, LEMON)
        self.help = [line(2, 0, -118 - 32 * row, 0.5, (CLOUD, MIST)[row]) for row in range(2)]
        self.result = line(4, 0, 0, 0.5, CREAM)
        self.lives = [
            self.hidden(world, (left + 16 + 38 * place, top - 38), art.life) for place in range(self.most_lives)
        ]
        titles = {Phase.TITLE: (art.title, 96), Phase.PAUSED: (art.paused, 60), Phase.OVER: (art.over, 110)}
        self.titles = {phase: self.hidden(world, (0, height), picture) for phase, (picture, height) in titles.items()}

    @staticmethod
    def hidden(world: World, place: tuple[float, float], picture: Picture) -> Sprite:
        """A picture of the display that is not shown yet; its handle."""
        sprite = Sprite(picture, layer=HUD_LAYER + 1, visible=False)
        return world.component_for_entity(world.create_entity(Transform2D(place), sprite), Sprite)

    def process(self, dt: float) -> None:
        game = self.world.resource(Game)
        phase, shown = game.phase, game.phase is not Phase.TITLE
        self.score.text = f"{game.score}" if shown else ""
        self.best.text = f"BEST {game.best}" if game.best else ""
        self.level.text = f"LEVEL {game.level}" if shown else ""
        speaks = phase is Phase.PLAYING and game.message_left > 0.0
        self.message.text = game.message if speaks else ""
        self.result.text = f"{game.score} POINTS" if phase is Phase.OVER else ""
        prompts = {
            Phase.TITLE: "PRESS ENTER TO START",
            Phase.PAUSED: "PRESS P TO GO ON",
            Phase.OVER: "PRESS ENTER TO PLAY AGAIN",
        }
        on = phase is not Phase.TITLE or blink(game.time + 0.2, 0.8)
        self.prompt.text = prompts.get(phase, "") if on else ""
        title = phase is Phase.TITLE
        self.help[0].text = "LEFT RIGHT turn    UP thrust    SPACE fire" if title else ""
        self.help[1].text = "P pause   F5 save   F9 load   F11 full screen   ESC leave" if title else ""
        switch(self.strip, title)
        spare = game.lives - (game.ship is not None) if shown else 0
        for place, sprite in enumerate(self.lives):
            switch(sprite, place < spare)
        for of, sprite in self.titles.items():
            switch(sprite, of is phase)


def switch(sprite: Sprite, on: bool) -> None:
    """Show or hide a sprite; one that is so already is not written, as a write has the engine look at it again."""
    if sprite.visible != on:
        sprite.visible = on
