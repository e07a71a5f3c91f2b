"""A clock whose hand a timer moves each second; lamps that later timers put out; and an alarm each round."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from ecs_engine import App, Ease, Sprite, Timers, Transform2D, Tween, Tweens
from ecs_engine.assets.evening import ball, dial, hand
from ecs_engine.assets.palette import AMBER, CREAM, DUSK, LEMON, MINT, MIST
from ecs_engine.demos.words import write

HOURS = 12
LINES = (
    ("every(1.0)", "moves the hand"),
    ("after(0.5)", "puts out the lamp"),
    ("every(12.0)", "wakes everyone"),
)


def build_clock(app: App, board: tuple[int, int, int, int], alarm: Callable[[], object]) -> None:
    """Fill the board: left, bottom, width, height; ``alarm`` is called each round."""
    left, bottom, width, height = board
    world, tweens, timers = app.world, app.world.resource(Tweens), app.world.resource(Timers)
    x, y = left + width - 148, bottom + height / 2 - 4
    world.create_entity(Transform2D((x, y)), Sprite(app.pictures.add(dial()), layer=51))
    pointer = world.create_entity(Transform2D((x, y)), Sprite(app.pictures.add(hand()), anchor=(0.5, 0.12), layer=54))
    lamp_picture = int(app.pictures.add(ball()))
    lamps = [
        world.create_entity(
            Transform2D((x + 112 * sin(hour * pi / 6), y + 112 * cos(hour * pi / 6))),
            Sprite(lamp_picture, size=(20, 20), tint=(*DUSK, 255), layer=52),
        )
        for hour in range(HOURS)
    ]
    count = write(world, (left + 210, bottom + height - 49), "0:00", CREAM, layer=52)
    for row, (call, effect) in enumerate(LINES):
        top = bottom + height - 98 - 62 * row
        write(world, (left + 24, top), call, (MINT, AMBER, LEMON)[row], layer=52)
        write(world, (left + 24, top - 22), effect, MIST, layer=52)
    seconds = 0

    def second() -> None:
        nonlocal seconds
        seconds += 1
        count.text = f"{seconds // 60}:{seconds % 60:02}"
        tweens.play(pointer, Tween(Transform2D, "rotation", by=-2 * pi / HOURS, seconds=0.6, ease=Ease.OUT_ELASTIC))
        lamp = lamps[seconds % HOURS]
        flash(lamp)

    def flash(lamp: int) -> None:
        tweens.play(lamp, [
            Tween(Sprite, "tint", (*LEMON, 255), 0.12),
            Tween(Transform2D, "scale", (1.5, 1.5), 0.3, Ease.OUT_BACK),
        ])  # fmt: skip
        timers.after(0.5, lambda: tweens.play(lamp, [
            Tween(Sprite, "tint", (*AMBER, 255) if seconds < HOURS else (*DUSK, 255), 0.6),
            Tween(Transform2D, "scale", (1, 1), 0.6, Ease.IN_OUT_SINE),
        ]))  # fmt: skip

    def round_over() -> None:
        for lamp in lamps:
            flash(lamp)
        alarm()

    timers.every(1.0, second)
    timers.every(float(HOURS), round_over)
