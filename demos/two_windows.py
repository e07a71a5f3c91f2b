"""Two windows: a ship among the rocks of a belt, and the whole belt in a window of its own."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine import (
    App,
    Camera2D,
    Input,
    Key,
    MouseButton,
    Screen,
    Sprite,
    Stage,
    System,
    Transform2D,
    World,
    batch,
    component,
    writable,
)
from ecs_engine.assets import asteroids as drawn
from ecs_engine.assets.palette import AMBER, CREAM, LEMON, NIGHT
from ecs_engine.demos.words import write

BUDGET_MS = 3.0
HEIGHT = 720
MAP_SIZE = (480, 720)
MAP_HEIGHT = 6900.0
"""World units from the lower to the upper edge of the overview."""
ROCKS = 500
INNER, OUTER = 1150.0, 1950.0
"""Radii between which the rocks go round the planet."""
MIDDLE = (INNER + OUTER) / 2
SKY, BELT, SHIP, MAP_ONLY, MAIN_WORDS, MAP_WORDS = range(6)
"""Layers, from back to front."""


@component
class Orbit:
    """Goes round the middle of the world."""

    radius: float = 0.0
    angle: float = 0.0
    """Radians, counter-clockwise from the right."""
    speed: float = 0.0
    """Radians a second."""
    spin: float = 0.0
    """Radians a second about its own middle."""


class OrbitSystem(System):
    """Moves what goes round, whole columns at a time."""

    def process(self, dt: float) -> None:
        for transform, orbit in self.world.select(writable(Transform2D), writable(Orbit)):
            orbit.angle += orbit.speed * np.float32(dt)
            transform.rotation += orbit.spin * np.float32(dt)
            np.cos(orbit.angle, out=transform.position[:, 0])
            np.sin(orbit.angle, out=transform.position[:, 1])
            transform.position *= orbit.radius[:, None]


class ViewSystem(System):
    """The camera of the first window follows the ship, or looks where the mouse is held down in the overview."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, app: App, overview: int) -> None:
        self.app, self.overview = app, overview
        world, pictures = app.world, app.pictures
        self.ship = world.create_entity(
            Transform2D((MIDDLE, 0.0), rotation=np.pi / 2),
            Orbit(radius=MIDDLE, speed=0.14, spin=0.14),  # turns once each round, so that its nose stays ahead
            Sprite(pictures.add(drawn.ship(0.8)), layer=SHIP),
        )
        self.camera = world.create_entity(
            Transform2D(), Camera2D(height=HEIGHT, clear=(*NIGHT, 255), layers=(SKY, SHIP))
        )
        world.create_entity(
            Transform2D(), Camera2D(height=MAP_HEIGHT, clear=(*NIGHT, 255), layers=(SKY, MAP_ONLY), window=overview)
        )
        self.edges = [world.create_entity(Transform2D(), Sprite(tint=(*LEMON, 255), layer=MAP_ONLY)) for _ in range(4)]
        dot = Sprite(pictures.add(drawn.spark(AMBER)), size=(200, 200), layer=MAP_ONLY)
        self.marker = world.create_entity(Transform2D(), dot)

    def process(self, dt: float) -> None:
        of, asked = self.world.component_for_entity, self.world.resource(Input)
        ship = tuple(of(self.ship, Transform2D).position)
        look = self._pointed_at(asked) if asked.down(MouseButton.LEFT) else None
        x, y = of(self.camera, Transform2D).position = look or ship
        of(self.marker, Transform2D).position = ship
        screen = self.world.resource(Screen)
        half_height = HEIGHT / 2
        half_width = half_height * screen.width / screen.height
        line = 1.5 * MAP_HEIGHT / MAP_SIZE[1]
        sides = ((0, 1), (0, -1), (1, 0), (-1, 0))
        for edge, (right, up) in zip(self.edges, sides, strict=True):
            transform = of(edge, Transform2D)
            transform.position = (x + right * half_width, y + up * half_height)
            transform.scale = (line, 2 * half_height) if right else (2 * half_width + line, line)
        if asked.pressed(Key.L):
            self.app.lose_context()

    def _pointed_at(self, asked: Input) -> tuple[float, float] | None:
        """The place in the world under the pointer, if that is in the overview."""
        screen = self.world.resource(Screen).of(self.overview)
        if screen is None or asked.mouse.window != self.overview:
            return None
        unit = MAP_HEIGHT / screen.height
        x, y = asked.mouse.position
        return (x - screen.width / 2) * unit, (screen.height / 2 - y) * unit


def build(*, seed: int = 3, **options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("The belt", seed=seed, **options)
    overview = app.open_window("Overview", MAP_SIZE)
    create_belt(app.world, app, app.random)
    app.add_system(OrbitSystem())
    app.add_system(ViewSystem(app, overview))
    write_words(app, overview)
    return app


def create_belt(world: World, app: App, rng: np.random.Generator) -> None:
    """The sky, the planet in the middle, and the rocks around it."""
    add = app.pictures.add
    nebula, (width, height) = add(drawn.nebula()), (1280 * 2, 720 * 2)
    for column in (-1, 0, 1):
        for row in (-2, -1, 0, 1, 2):
            world.create_entity(
                Transform2D((column * width, row * height)), Sprite(nebula, size=(width, height), layer=SKY)
            )
    world.create_entity(Transform2D(), Sprite(add(drawn.planet(scale=4)), size=(1440, 1200), layer=BELT))
    kinds = [(size, variant) for size in ("large", "medium", "small") for variant in range(4)]
    rocks = np.array([int(add(drawn.rock(*kind))) for kind in kinds], np.uint32)
    radius = np.clip(rng.normal(MIDDLE, (OUTER - INNER) / 5, ROCKS), INNER, OUTER)
    size = rng.uniform(0.7, 1.3, ROCKS)
    world.create_entities(
        ROCKS,
        batch(Transform2D, scale=np.stack([size, size], axis=1).astype(np.float32)),
        batch(
            Orbit,
            radius=radius.astype(np.float32),
            angle=rng.uniform(0, 2 * np.pi, ROCKS).astype(np.float32),
            speed=(0.05 * (INNER / radius) ** 1.5).astype(np.float32),  # as Kepler has it
            spin=rng.uniform(-0.6, 0.6, ROCKS).astype(np.float32),
        ),
        batch(
            Sprite,
            picture=rocks[rng.integers(0, len(rocks), ROCKS)],
            layer=np.full(ROCKS, BELT, np.int16),
        ),
    )


def write_words(app: App, overview: int) -> None:
    """A line in each window, by a camera of its own whose units are the window's."""
    world, (width, height) = app.world, app.window.size
    for window, layer, (across, down), words in (
        (0, MAIN_WORDS, (width, height), "L LOSES THE GRAPHICS CONTEXT"),
        (overview, MAP_WORDS, MAP_SIZE, "HOLD THE MOUSE HERE TO LOOK"),
    ):
        camera = Camera2D(height=down, layers=(layer, layer), order=1, window=window)
        world.create_entity(Transform2D(), camera)
        write(world, (16 - across / 2, 16 - down / 2), words, CREAM, layer=layer)


def showcase(app: App) -> None:
    """Four seconds into the flight, among many rocks."""
    app.step(240, draw=False)
    app.step()


if __name__ == "__main__":
    build().run()
