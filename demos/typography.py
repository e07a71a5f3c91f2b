"""Typography: one drawing at every size, outlines, shadows, wrapping, colour runs, Unicode, a typewriter, a score."""

from __future__ import annotations

from math import exp, sin
from typing import Any, ClassVar

import numpy as np

from ecs_engine import App, Camera2D, Font, Parent, Sprite, Stage, System, Text, Transform2D, Velocity, World
from ecs_engine.assets.palette import (
    AMBER,
    CLOUD,
    CORAL,
    CREAM,
    INK,
    LEMON,
    MINT,
    MIST,
    NIGHT,
    ROSE,
    SKY,
    VIOLET,
    Colour,
)
from ecs_engine.assets.typography import backdrop, card, pill

BUDGET_MS = 4.0
WIDTH, HEIGHT = 1280, 720
CARD, ROWS = 384, ((232, 262), (-51, 290))
"""Width of a card; upper edge and height of each row of them."""
WORDS, GLOW = 2, 3
"""Layers above the cards."""

PANGRAM = "Sphinx of black quartz, judge my vow: words wrap where the column ends."
SPEECHES: tuple[tuple[str, Colour, list[str | tuple[str, Colour]]], ...] = (
    ("Mole", MINT, ["You found the ", ("Lantern of Ages", LEMON), "! It glows when ", ("danger", CORAL), " is near."]),
    ("Fox", AMBER, ["Take the ", ("left", SKY), " tunnel. The right one is all ", ("teeth", ROSE), "."]),
)


class Page:
    """Puts words and cards where they belong."""

    def __init__(self, app: App) -> None:
        self.world, self.pictures = app.world, app.pictures
        self.regular, self.bold, self.black = (app.fonts.sans(weight) for weight in (400, 700, 900))

    def put(self, x: float, y: float, words: Any, font: Font | None, size: float, color: Colour, **more: Any) -> Text:
        """One label; ``x`` and ``y`` are of its upper left corner unless it has another anchor."""
        settings: dict[str, Any] = {"anchor": (0, 1), "layer": WORDS} | more
        label = Text(words, font, size, color=color, **settings)
        self.world.create_entity(Transform2D((x, y)), label)
        return label

    def card(self, column: int, row: int, caption: str, accent: Colour) -> tuple[float, float]:
        """A card with its caption; the upper left corner of the room in it."""
        top, height = ROWS[row]
        left = -600 + column * (CARD + 24)
        picture = Sprite(self.pictures.add(card(CARD, height, accent)), anchor=(0, 1), layer=1)
        self.world.create_entity(Transform2D((left, top)), picture)
        self.put(left + 24, top - 18, caption, self.bold, 15, accent)
        return left + 24, top - 50


def sizes(page: Page) -> None:
    x, y = page.card(0, 0, "One drawing, every size", SKY)
    for size in (13, 18, 26, 38, 52):
        baseline = y - 0.935 * size
        page.put(x, baseline - 3, f"{size}", page.regular, 13, MIST, anchor=(0, 0))
        page.put(x + 34, y, "Wanderlust", page.bold, size, CREAM)
        y -= 1.16 * size + 3


def effects(page: Page) -> None:
    x, y = page.card(1, 0, "Outline and shadow", CORAL)
    page.put(x, y + 2, "Outline", page.black, 58, INK, outline=4, outline_color=AMBER)
    page.put(x, y - 68, "Glow", page.black, 58, CREAM, shadow_blur=7, shadow_color=CORAL)
    page.put(x + 164, y - 68, "Drop", page.black, 58, SKY, shadow=(4, -5), shadow_blur=3, shadow_color=NIGHT)
    page.put(x, y - 150, "Pixel Font", None, 50, MINT, shadow=(5, -5), shadow_color=VIOLET)


def unicode(page: Page) -> None:
    x, y = page.card(2, 0, "Any Unicode", MINT)
    lines = ("Größe, façade, Łódź, İstanbul", "Привет, мир! Как дела?", "שלום עולם", "مرحبا بالعالم")
    for row, words in enumerate(lines):
        align = 0 if row < 2 else 1
        page.put(x + align * (CARD - 48), y - 36 * row, words, page.regular, 23, CREAM, anchor=(align, 1))
    page.put(x, y - 36 * 2, "Hebrew", page.regular, 15, MIST)
    page.put(x, y - 36 * 3, "Arabic", page.regular, 15, MIST)
    page.put(x, y - 36 * 4 - 4, ["missing: ", ("漢字 ☃ 😀", LEMON)], page.regular, 23, CREAM)


def wrapping(page: Page) -> None:
    x, y = page.card(0, 1, "Wrapping and alignment", LEMON)
    for column, (align, color) in enumerate((("left", CREAM), ("center", LEMON), ("right", CLOUD))):
        page.put(x + column * 116, y - 4, PANGRAM, page.regular, 17, color, wrap=104, align=align, line_spacing=1.05)
    endless = "A word longer than a line is cut: Donaudampfschifffahrtsgesellschaft"
    page.put(x, y - 164, endless, page.regular, 16, MIST, wrap=250)


class TypewriterSystem(System):
    """Speeches that appear letter by letter; what is to come already has its place."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, page: Page) -> None:
        x, y = page.card(1, 1, "Typewriter", VIOLET)
        self.name = page.put(x, y - 8, "", None, 30, CREAM, shadow=(3, -3), shadow_color=INK)
        self.speech = page.put(x, y - 54, "", None, 20, CREAM, shadow=(2, -2), shadow_color=INK, wrap=CARD - 40)
        page.put(
            x, y - 172, "Shown up to a count of characters:\nnothing moves, nothing wraps anew.", page.regular, 16, MIST
        )
        self.time = 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        turn, age = divmod(self.time, 4.5)
        who, color, words = SPEECHES[int(turn) % len(SPEECHES)]
        self.name.text, self.name.color = who, color
        self.speech.text, self.speech.shown = words, int(age * 28)


class ScoreSystem(System):
    """A score that counts up to what was won, jumps, and lets the gains fly off."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, page: Page) -> None:
        x, y = page.card(2, 1, "A score that counts", ROSE)
        self.page = page
        middle = x + CARD / 2 - 24
        self.label = page.put(
            middle, y - 84, "0", page.black, 72, LEMON, anchor=(0.5, 0.5), outline=6, outline_color=INK, shadow=(0, -6),
            shadow_color=(*NIGHT, 255), shadow_blur=2,
        )  # fmt: skip
        self.middle = (middle, y - 84)
        badge = page.world.create_entity(
            Transform2D((middle + 96, y - 172)), Sprite(page.pictures.add(pill(116, 46, CORAL)), layer=WORDS)
        )
        self.badge = page.world.component_for_entity(badge, Transform2D)
        self.combo = Text("", page.black, 22, color=CREAM, outline=2, outline_color=INK, layer=GLOW)
        page.world.create_entity(Transform2D(), Parent(badge), self.combo)
        page.put(
            x, y - 152, "Every change of words\nis laid out in the tick\nin which it is made.", page.regular, 16, MIST
        )
        self.gains: list[tuple[int, Text, float]] = []
        self.rng = np.random.default_rng(3)
        self.time, self.won, self.shown, self.jump, self.wins = 0.0, 12_400, 12_400.0, 0.0, 0

    def process(self, dt: float) -> None:
        before, self.time = self.time, self.time + dt
        if int(self.time / 0.7) > int(before / 0.7):
            self.win(int(self.rng.integers(1, 20)) * 50)
        self.shown += (self.won - self.shown) * (1.0 - exp(-9.0 * dt))
        self.label.text = f"{round(self.shown):,}"
        self.jump *= exp(-8.0 * dt)
        self.label.size = 72 * (1.0 + 0.14 * self.jump)
        self.combo.text = f"x{self.wins % 9 + 1}"
        turn = 0.12 * sin(self.time * 3.0)
        self.badge.rotation, self.badge.scale = turn, (1.0 + 0.25 * self.jump,) * 2
        for entity, label, born in self.gains:
            age = (self.time - born) / 1.3
            label.color = (*MINT, round(255 * max(1.0 - age * age, 0.0)))
            if age >= 1.0:
                self.world.delete_entity(entity)
        self.gains = [gain for gain in self.gains if self.time - gain[2] < 1.3]

    def win(self, points: int) -> None:
        self.won, self.jump, self.wins = self.won + points, 1.0, self.wins + 1
        x, y = self.middle
        place = (x + self.rng.uniform(-120, 120), y + 26)
        label = Text(f"+{points}", self.page.bold, 26, color=MINT, outline=2, outline_color=INK, layer=GLOW)
        entity = self.world.create_entity(Transform2D(place), Velocity(linear=(0, 38)), label)
        self.gains.append((entity, label, self.time))


def title(page: Page) -> None:
    hues = (CORAL, AMBER, LEMON, MINT, SKY, VIOLET, ROSE)
    letters = [(letter, hues[place % len(hues)]) for place, letter in enumerate("Typography")]
    page.put(
        0, 312, letters, page.black, 92, CREAM, anchor=(0.5, 0.62), outline=7, outline_color=INK, shadow=(0, -7),
        shadow_blur=5, shadow_color=(*NIGHT, 255),
    )  # fmt: skip


def build(**options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("Typography", **options)
    world: World = app.world
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT))
    world.create_entity(Transform2D(), Sprite(app.pictures.add(backdrop(WIDTH, HEIGHT))))
    page = Page(app)
    for part in (title, sizes, effects, unicode, wrapping):
        part(page)
    for system in (TypewriterSystem(page), ScoreSystem(page)):
        app.add_system(system)
    return app


def showcase(app: App) -> None:
    """Half-way through the first speech."""
    app.step(105, draw=False)


if __name__ == "__main__":
    build().run()
