"""Widgets: every control of the UI on a page of settings that works, over a game that obeys it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine import App, Camera2D, Input, Key, Sprite, Stage, System, Transform2D, Velocity, writable
from ecs_engine.assets.hello import meadow, slime, sun
from ecs_engine.ui import (
    LIGHT,
    UI,
    Button,
    Column,
    Image,
    Label,
    List,
    Panel,
    ProgressBar,
    Row,
    Slider,
    TextField,
    Theme,
    Toggle,
)

BUDGET_MS = 4.0
TINTS = {
    "Leaf": (255, 255, 255),
    "Coral": (255, 150, 130),
    "Sky": (140, 200, 255),
    "Rose": (255, 150, 190),
    "Lemon": (255, 240, 130),
    "Night": (110, 100, 170),
}
"""Of the slime, by the names in the list."""


class Settings(System):
    """The page, and what the player chose on it."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, app: App) -> None:
        self.app = app
        art = slime(scale=1.4)
        self.picture = app.pictures.add(art)
        self.sprite = Sprite(self.picture)
        self.slime = app.world.create_entity(Transform2D((-300, -200)), self.sprite)
        self.time = 0.0
        self.ui = UI(app.world, height=720)
        self.build_page()
        self.build_pause()

    def build_page(self) -> None:
        """Everything on the right of the screen, and the line of greeting."""
        self.greeting = Label("Hello, whoever you are!", size=34, color=(30, 24, 59))
        self.speed = Slider(1.0, 0.0, 3.0, grow=1, on_change=self.show_speed)
        self.speed_words = Label("", width=64, align="right")
        self.bounce = Toggle("Hop", True)
        self.energy = ProgressBar(1.0, width=0, grow=1)
        self.colors = List(list(TINTS), 0, rows=4, grow=1, on_change=self.paint)
        self.reset_button = Button("Reset", self.reset)
        page = Panel(
            Label("Settings", size=36),
            Row(Label("Speed", width=90), self.speed, self.speed_words, align="center"),
            Row(Label("Name", width=90), self.make_field(), align="center"),
            Row(
                Label("Colour", width=90),
                self.colors,
                Button(Image(self.picture, height=96), self.feed, name="slime", flat=True),
                align="center",
            ),
            Row(self.bounce, Toggle("Light theme", on_change=self.light), gap=36),
            Row(Label("Energy", width=90), self.energy, align="center"),
            Row(
                Button("Pause", self.pause, accent=True, grow=1),
                self.reset_button,
                Button("Sold out", enabled=False),
                align="stretch",
            ),
            align="stretch",
            width=480,
            gap=18,
            padding=28,
        )
        self.ui.add(page, anchor=(1, 0.5), margin=48)
        self.ui.add(self.greeting, anchor=(0.27, 0.66))
        self.show_speed(1.0)

    def make_field(self) -> TextField:
        self.name = TextField(placeholder="Who are you?", grow=1, most=24, on_change=self.greet)
        return self.name

    def build_pause(self) -> None:
        self.pause_screen = Panel(
            Label("Paused", size=48, align="center"),
            Label("Escape, B or the button go on.", align="center"),
            Column(Button("Go on", self.resume, accent=True), Button("Quit", self.app.quit), align="stretch"),
            align="stretch",
            padding=36,
            gap=18,
            visible=False,
        )
        self.ui.add(self.pause_screen, modal=True, on_cancel=self.resume)

    # -- what the widgets do -----------------------------------------------------------------------------
    def show_speed(self, value: float) -> None:
        self.speed_words.text = f"{value:.2f} x"

    def greet(self, name: str) -> None:
        self.greeting.text = f"Hello, {name or 'whoever you are'}!"

    def paint(self, number: int) -> None:
        self.sprite.tint = (*list(TINTS.values())[number], 255)

    def light(self, on: bool) -> None:
        self.ui.theme = LIGHT if on else Theme()

    def feed(self) -> None:
        self.energy.value = 1.0

    def pause(self) -> None:
        self.pause_screen.visible, self.app.time_scale = True, 0.0

    def resume(self) -> None:
        self.pause_screen.visible, self.app.time_scale = False, 1.0

    def reset(self) -> None:
        self.speed.value, self.bounce.value, self.colors.selected, self.name.text = 1.0, True, 0, ""
        self.show_speed(1.0)
        self.paint(0)
        self.greet("")

    # -- the game ----------------------------------------------------------------------------------------
    def process(self, dt: float) -> None:
        if self.world.resource(Input).pressed(Key.ESCAPE):
            self.pause()
        speed = self.speed.value if self.energy.value > 0 else 0.0
        self.time += dt * speed
        self.energy.value = max(self.energy.value - dt * speed * 0.02, 0.0)
        hop = abs(np.sin(self.time * 4)) * 90 if self.bounce.value else 0.0
        place = self.world.component_for_entity(self.slime, Transform2D)
        place.position = (-300 + 120 * np.sin(self.time), -200 + hop)
        for rows in self.world.select(writable(Velocity)):
            (velocity,) = rows
            velocity.angular[:] = 0.5 * speed


def build(**options: Any) -> App:
    app = App("Widgets", **options)
    world = app.world
    world.create_entity(Transform2D(), Camera2D(height=720))
    world.create_entity(Transform2D(), Sprite(app.pictures.add(meadow(2046)), layer=-1))
    world.create_entity(Transform2D((-470, 220)), Velocity(), Sprite(app.pictures.add(sun())))
    app.add_system(Settings(app))
    return app


if __name__ == "__main__":
    build().run()
