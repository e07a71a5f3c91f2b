"""Eight balls go to and fro in the same time, each by another ease; their trails show where they were slow."""

from __future__ import annotations

from functools import partial

from ecs_engine import App, Ease, Sprite, Timers, Transform2D, Tween, Tweens
from ecs_engine.assets.evening import ball
from ecs_engine.assets.palette import AMBER, CORAL, DUSK, LEAF, LEMON, MINT, MIST, ROSE, SKY, VIOLET, Colour
from ecs_engine.demos.words import write

ROWS: tuple[tuple[Ease, Colour], ...] = (
    (Ease.LINEAR, CORAL),
    (Ease.IN_OUT_SINE, AMBER),
    (Ease.OUT_CUBIC, LEMON),
    (Ease.IN_OUT_EXPO, LEAF),
    (Ease.IN_OUT_CIRC, MINT),
    (Ease.OUT_BACK, SKY),
    (Ease.OUT_ELASTIC, VIOLET),
    (Ease.OUT_BOUNCE, ROSE),
)
SECONDS, REST = 1.3, 0.35
STEP = 27
TRAIL = 0.07
"""Seconds between two marks of a trail."""


def build_eases(app: App, board: tuple[int, int, int, int]) -> None:
    """Fill the board: left, bottom, width, height."""
    left, bottom, width, height = board
    world, tweens = app.world, app.world.resource(Tweens)
    picture = int(app.pictures.add(ball()))
    start, end = left + 280, left + width - 138  # some go far beyond their ends
    balls = []
    for row, (ease, color) in enumerate(ROWS):
        y = bottom + height - 72 - STEP * row
        name = ease.name.lower().replace("_", " ")
        write(world, (left + 26, y - 10), name, MIST, layer=52)
        world.create_entity(
            Transform2D((start, y)), Sprite(size=(end - start, 2), anchor=(0, 0.5), tint=(*DUSK, 255), layer=51)
        )
        one = world.create_entity(Transform2D((start, y)), Sprite(picture, size=(22, 22), tint=(*color, 255), layer=54))
        there = Tween(Transform2D, "position", (end, y), SECONDS, ease)
        back = Tween(Transform2D, "position", (start, y), SECONDS, ease)
        tweens.play(one, there, REST, back, REST, repeat=None)
        balls.append((one, color))

    def mark() -> None:
        for one, color in balls:
            place = world.component_for_entity(one, Transform2D).position
            dot = world.create_entity(Transform2D(place), Sprite(picture, size=(12, 12), tint=(*color, 130), layer=53))
            tweens.play(dot, Tween(Sprite, "tint", (*color, 0), 0.9), partial(world.delete_entity, dot))

    world.resource(Timers).every(TRAIL, mark)
