"""Animation: travellers who walk, run, rest and jump by a state machine, eases side by side, and a clock on timers."""

from __future__ import annotations

from typing import Any

from ecs_engine import App, Camera2D, Input, Key, NineSlice, Sprite, System, Transform2D
from ecs_engine.assets.evening import evening
from ecs_engine.assets.palette import CREAM, LEMON
from ecs_engine.assets.panels import BORDER, panel
from ecs_engine.demos.animation.clock import build_clock
from ecs_engine.demos.animation.crowd import CrowdSystem, build_crowd
from ecs_engine.demos.animation.eases import build_eases
from ecs_engine.demos.words import write

WIDTH, HEIGHT = 1280, 720
EASES = (-612, 46, 700, 296)
"""Left, bottom, width and height of the board of eases, and of the clock's."""
CLOCK = (104, 46, 508, 296)


class EveryoneJumps(System):
    """SPACE."""

    def __init__(self, crowd: CrowdSystem) -> None:
        self.crowd = crowd

    def process(self, dt: float) -> None:
        if self.world.resource(Input).pressed(Key.SPACE):
            self.crowd.all_jump()


def build(*, count: int = 120, seed: int = 3, **options: Any) -> App:
    """The demo with ``count`` travellers; ``options`` go to :class:`App`."""
    options.setdefault("resizable", False)  # the evening has one shape
    app = App("Animation", seed=seed, **options)
    world = app.world
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT))
    world.create_entity(Transform2D(), Sprite(app.pictures.add(evening(WIDTH, HEIGHT)), layer=-100))
    board = app.pictures.add(panel())
    for left, bottom, width, height in (EASES, CLOCK):
        world.create_entity(
            Transform2D((left, bottom)),
            NineSlice(board, BORDER, (width, height), anchor=(0, 0), tint=(255, 255, 255, 236), layer=50),
        )
    for text, (left, bottom, _, height) in (("Tweens", EASES), ("Timers", CLOCK)):
        write(world, (left + 24, bottom + height - 50), text, LEMON, size=30, layer=52)
    write(world, (600, -344), "space: everyone jumps", CREAM, align=1, layer=52)
    crowd = build_crowd(app, count, app.random)
    build_eases(app, EASES)
    build_clock(app, CLOCK, crowd.all_jump)
    app.add_system(crowd)
    app.add_system(EveryoneJumps(crowd))
    return app


def showcase(app: App) -> None:
    """A few seconds in, when all of them are on their way."""
    app.step(430, draw=False)
    app.step()
