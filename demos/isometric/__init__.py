"""Isometric: an island of Tiled, sorted by depth, on which a traveller plants flowers and rabbits eat them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine import App, Camera2D, CameraFollow, Sprite, Stage, System, Transform2D, load_map
from ecs_engine.assets.palette import CREAM, INK, LEMON, NIGHT
from ecs_engine.demos.isometric.level import FOLDER, Island
from ecs_engine.demos.isometric.walkers import (
    KeysSystem,
    WalkSystem,
    WhimSystem,
    create_rabbits,
    create_shadows,
    create_traveller,
)
from ecs_engine.demos.words import write

BUDGET_MS = 6.0
WIDTH, HEIGHT = 1280, 720
SEA_EDGE = 100.0
"""How much of the sea around the island is shown."""
WORDS_LAYER = 500


class CountSystem(System):
    """Counts the flowers."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, app: App) -> None:
        world = app.world
        world.create_entity(Transform2D(), Camera2D(height=HEIGHT, order=1, layers=(WORDS_LAYER, 511)))
        left, top = -WIDTH / 2, HEIGHT / 2
        for x, y, wide, high in ((left + 20, top - 20, 280, 52), (left + 20, 62 - top, 500, 42)):
            strip = Sprite(size=(wide, high), anchor=(0, 1), tint=(*INK, 165), layer=WORDS_LAYER)
            world.create_entity(Transform2D((x, y)), strip)
        self.line = write(world, (left + 36, top - 65), "", LEMON, size=30, layer=WORDS_LAYER + 1)
        write(world, (left + 36, 31 - top), "ARROWS walk   SPACE plants a flower", CREAM, layer=WORDS_LAYER + 1)

    def process(self, dt: float) -> None:
        self.line.text = f"{np.count_nonzero(self.world.resource(Island).flowers)} flowers"


def build(*, rabbits: int = 40, seed: int = 2, **options: Any) -> App:
    """The demo with so many rabbits; ``options`` go to :class:`App`."""
    app = App("Isometric", seed=seed, **{"resolution": (WIDTH, HEIGHT), "bars": NIGHT, **options})
    world, rng = app.world, app.random
    level = load_map(FOLDER / "island.tmx")
    world.create_entity(Transform2D(), level)
    island = Island(world, level)
    world.add_resource(island)
    spots = np.array([level.grid.center_of(c, r) for r, c in np.argwhere(island.free).tolist()], np.float32)
    width, height = level.grid.size
    nearest = np.argsort(np.hypot(*(spots - (width / 2, -height / 2 - 50)).T))
    traveller = create_traveller(app, tuple(spots[nearest[0]].tolist()))
    create_rabbits(app, spots[rng.choice(len(spots), rabbits, replace=False)], rng)
    create_shadows(app, 1 + rabbits)
    (left, bottom), (right, top) = spots.min(axis=0) - SEA_EDGE, spots.max(axis=0) + SEA_EDGE
    world.create_entity(
        Transform2D(),
        Camera2D(
            height=HEIGHT, clear=level.background or (*NIGHT, 255), bounds=(left, bottom, right, top),
            layers=(-512, WORDS_LAYER - 1),
        ),
        CameraFollow(traveller, dead_zone=(160, 90), half_life=0.15),
    )  # fmt: skip
    for system in (KeysSystem(app, traveller), WhimSystem(rng), WalkSystem(), CountSystem(app)):
        app.add_system(system)
    return app


def showcase(app: App) -> None:
    """When the rabbits are on their way."""
    app.step(150, draw=False)
    app.step()


if __name__ == "__main__":
    build().run()
