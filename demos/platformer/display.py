"""The words over the picture."""

from __future__ import annotations

from typing import ClassVar

from ecs_engine import App, Camera2D, Sprite, Stage, System, Transform2D
from ecs_engine.assets.palette import CREAM, INK, LEMON, MINT
from ecs_engine.demos.platformer.game import Game
from ecs_engine.demos.words import write

VIEW = (1280, 720)
LAYER = 100


class DisplaySystem(System):
    """Writes the score, what the keys do, and how it ended, for a camera that does not move."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, app: App) -> None:
        world, (width, height) = app.world, VIEW
        left, top = -width / 2, height / 2
        world.create_entity(Transform2D(), Camera2D(height=height, order=1, layers=(LAYER, 511)))
        for x, y, wide, high in ((left + 20, top - 20, 300, 52), (left + 20, 62 - top, 500, 42)):
            strip = Sprite(size=(wide, high), anchor=(0, 1), tint=(*INK, 165), layer=LAYER)
            world.create_entity(Transform2D((x, y)), strip)
        self.score = write(world, (left + 36, top - 65), "", LEMON, size=30, layer=LAYER + 1)
        write(world, (left + 36, 31 - top), "ARROWS run and jump   R begins again", CREAM, layer=LAYER + 1)
        self.end = [
            write(world, (0, 90), "You made it!", LEMON, size=70, layer=LAYER + 1, align=0.5),
            write(world, (0, 40), "", CREAM, size=30, layer=LAYER + 1, align=0.5),
            write(world, (0, -20), "ENTER plays again", MINT, size=20, layer=LAYER + 1, align=0.5),
        ]
        card = Sprite(size=(620, 220), tint=(*INK, 215), layer=LAYER)
        self.card = world.create_entity(Transform2D((0, 70)), card)

    def process(self, dt: float) -> None:
        game = self.world.resource(Game)
        self.score.text = f"{game.coins} of {game.all_coins} coins"
        minutes, seconds = divmod(int(game.seconds), 60)
        self.end[1].text = f"{game.coins} coins, {game.falls} falls, {minutes}:{seconds:02}"
        for line in self.end:
            line.visible = game.won
        self.world.component_for_entity(self.card, Sprite).visible = game.won
