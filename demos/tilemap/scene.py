"""What both maps share: the camera, which of them it looks at, and the words on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ecs_engine import App, Camera2D, Input, Key, Sprite, Stage, System, Text, Transform2D, World
from ecs_engine.assets.palette import CREAM, INK, LEMON
from ecs_engine.systems import teleport

LEVEL = Path(__file__).parent / "level"
"""The files of both maps; `design.py` writes them."""
BUNNY, FLOWERS = 17, 14
"""Tiles of the island's set by number: two bunnies, two kinds of flowers."""
VIEW = (1280, 720)
ISLAND_LAYER = 20
"""Added to the layers of the island, which a camera that looks at the meadow does not see."""
WORDS_LAYER = 100
MEADOW_VIEW, ISLAND_VIEW = (640.0, -472.0), (1408.0, -680.0)
"""Where the camera is at first."""


@dataclass
class Scene:
    """A resource: the map that is looked at, and the camera that does."""

    camera: int
    name: str = "meadow"

    def show(self, world: World, name: str) -> None:
        """Look at the other map."""
        self.name = name
        first = 0 if name == "meadow" else ISLAND_LAYER
        world.component_for_entity(self.camera, Camera2D).layers = (first, first + ISLAND_LAYER - 1)
        teleport(world, self.camera, MEADOW_VIEW if name == "meadow" else ISLAND_VIEW)


@dataclass
class Score:
    """A resource: how it goes."""

    all_coins: int
    coins: int = 0
    flowers: int = 0
    lost: int = 0
    arrived: bool = False


class SwitchSystem(System):
    """TAB leads to the other map."""

    stage: ClassVar[Stage] = Stage.INPUT
    priority = -1

    def process(self, dt: float) -> None:
        scene = self.world.resource(Scene)
        if self.world.resource(Input).press_count(Key.TAB) % 2:
            scene.show(self.world, "island" if scene.name == "meadow" else "meadow")


class WordsSystem(System):
    """Writes the score and what the keys do."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, app: App) -> None:
        world = app.world
        left, top = -VIEW[0] / 2, VIEW[1] / 2
        world.create_entity(Transform2D(), Camera2D(height=VIEW[1], order=1, layers=(WORDS_LAYER, 511)))
        for x, y, width, height in ((left + 20, top - 20, 300, 52), (left + 20, 62 - top, 620, 40)):
            strip = Sprite(size=(width, height), anchor=(0, 1), tint=(*INK, 165), layer=WORDS_LAYER)
            world.create_entity(Transform2D((x, y)), strip)
        self.score = Text(size=30, color=LEMON, anchor=(0, 0), shadow=(3, -3), shadow_color=INK, layer=WORDS_LAYER + 1)
        self.help = Text(size=20, color=CREAM, anchor=(0, 0), shadow=(2, -2), shadow_color=INK, layer=WORDS_LAYER + 1)
        world.create_entity(Transform2D((left + 36, top - 65)), self.score)
        world.create_entity(Transform2D((left + 36, 29 - top)), self.help)

    def process(self, dt: float) -> None:
        score = self.world.resource(Score)
        if self.world.resource(Scene).name == "island":
            self.score.text = f"{score.flowers} FLOWERS"
            self.help.text = "ARROWS HOP   SPACE PLANTS A FLOWER   TAB MEADOW"
        else:
            self.score.text = "YOU MADE IT" if score.arrived else f"{score.coins} OF {score.all_coins} COINS"
            self.help.text = "ARROWS RUN AND JUMP   TAB ISLAND"
