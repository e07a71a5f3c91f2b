"""What the player must know while playing, as labels of the UI over the game."""

from __future__ import annotations

from typing import ClassVar

from ecs_engine import App, Stage, System
from ecs_engine.assets.palette import CREAM, LEMON, MINT, MIST, SKY
from ecs_engine.demos.breakout.components import Power
from ecs_engine.demos.breakout.drops import KINDS
from ecs_engine.demos.breakout.keep import Kept
from ecs_engine.demos.breakout.rules import COMBO_TIME, Game, Phase
from ecs_engine.ui import UI, Column, Label, Painter, ProgressBar, Row, Widget


class Lives(Widget):
    """A widget of our own: a disc for every ball left, from the right."""

    count = 0

    def show(self, count: int) -> None:
        if count != self.count:
            self.count = count
            self.repaint()

    def paint(self, painter: Painter) -> None:
        left, top, width, side = self.rect
        for number in range(self.count):
            x = left + width - side - number * side * 1.5
            painter.box(x, top, side, side, (*CREAM, 255), fill_to=(*SKY, 255), corner=side / 2)


class HudSystem(System):
    """Writes score, level, balls, combo and messages. A label that has its words already costs nothing."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, app: App) -> None:
        ui, bold = app.world.resource(UI), app.fonts.sans(800)
        self.score = Label("", size=34, color=CREAM, font=bold, width=260)
        self.level = Label("", size=22, color=MIST, align="center", width=260)
        self.best = Label("", size=22, color=LEMON, align="center", width=260)
        self.lives = Lives(width=260, height=20)
        self.top = ui.add(
            Row(self.score, Label("", grow=1), self.level, self.best, Label("", grow=1), self.lives, align="center",
                width=1200, height=44),
            anchor=(0.5, 1), margin=8,
        )  # fmt: skip
        self.combo = Label("", size=30, color=MINT, font=bold, align="center")
        self.combo_bar = ProgressBar(width=120, height=8, color=MINT)
        self.powers = Label("", size=18, color=LEMON, align="center")
        self.bottom = ui.add(
            Column(self.powers, self.combo, self.combo_bar, align="center", gap=4), anchor=(0.5, 0.28), margin=0
        )
        self.message = ui.add(Label("", size=44, color=CREAM, font=bold, align="center"), anchor=(0.5, 0.42))

    def process(self, dt: float) -> None:
        game, kept = self.world.resource(Game), self.world.resource(Kept)
        playing = game.phase is not Phase.TITLE
        self.top.visible = self.bottom.visible = self.message.visible = playing
        if not playing:
            return
        self.score.text = f"{game.score:,}"
        self.level.text = f"LEVEL {game.level}"
        best = max([game.score, *(score.score for score in kept.scores)])
        self.best.text = f"BEST {best:,}"
        self.lives.show(game.lives)
        combo = game.combo > 1
        self.combo.text = f"COMBO x{game.combo}" if combo else ""
        self.combo_bar.visible = combo
        self.combo_bar.value = round(game.combo_left / COMBO_TIME, 2)
        left = {Power.WIDE: game.wide_left, Power.FIRE: game.fire_left, Power.SLOW: game.slow_left}
        self.powers.text = "   ".join(f"{KINDS[power].word} {time:.0f}" for power, time in left.items() if time > 0)
        self.message.text = game.message if game.message_left > 0 else ""
