"""Fireworks: rockets, a camp fire and a fountain, all of particles; click, or press SPACE, for a salvo."""

from __future__ import annotations

from math import pi
from typing import Any, ClassVar

import numpy as np

from ecs_engine import (
    App,
    Blend,
    Camera2D,
    EmissionShape,
    Gradient,
    Input,
    Key,
    MouseButton,
    ParticleEffect,
    ParticleEmitter,
    Particles,
    Polygon,
    Shape,
    Stage,
    System,
    Transform2D,
    Velocity,
    World,
    component,
    writable,
)
from ecs_engine.assets.palette import (
    AMBER,
    CLOUD,
    CORAL,
    CREAM,
    DUSK,
    INK,
    LEMON,
    MINT,
    MIST,
    NIGHT,
    OCEAN,
    ROSE,
    SKY,
    SLATE,
    VIOLET,
    WINE,
    Colour,
    mix,
)  # fmt: skip

WIDTH, HEIGHT = 1280.0, 720.0
SKY_LAYER, BURST_LAYER, HILL_LAYER, NEAR_LAYER, WATER_LAYER, FIRE_LAYER = -20, -10, -5, 0, 1, 2
"""Four draw calls: shapes, particles, shapes, particles."""
COLORS = (CORAL, AMBER, LEMON, MINT, SKY, VIOLET, ROSE)
FIRE_PLACE, FOUNTAIN_PLACE = (-395.0, -262.0), (330.0, -250.0)


@component
class Rocket:
    """Climbs until it bursts."""

    fuse: float = 1.0
    """Seconds left."""
    kind: int = 0
    color: int = 0


class Effects:
    """A resource: the numbers of all effects. ``amount`` multiplies how many particles there are of each."""

    def __init__(self, particles: Particles, amount: float) -> None:
        def add(rate: float = 0.0, **options: Any) -> int:
            return particles.add(ParticleEffect(rate=rate * amount, **options))

        glow: dict[str, Any] = {"blend": Blend.ADD, "layer": BURST_LAYER}
        white_to_nothing = ((255, 255, 255, 255), (255, 255, 255, 230), (255, 255, 255, 120), (255, 255, 255, 0))
        self.amount = amount
        self.trail = add(
            160.0, lifetime=(0.35, 0.8), speed=(4, 26), inherit=0.12, gravity=(0, -60), size=(3, 7),
            size_over_life=(1, 0.2), color_over_life=(CREAM, AMBER, (*CORAL, 120), (*WINE, 0)), **glow,
        )  # fmt: skip
        self.peony = add(
            lifetime=(1.1, 1.9), speed=(40, 250), drag=1.5, gravity=(0, -46), size=(5, 9), stretch=0.045,
            size_over_life=(1, 0.9, 0.25), color_over_life=white_to_nothing, **glow,
        )  # fmt: skip
        self.ring = add(
            lifetime=(1.2, 1.6), shape=EmissionShape.RING, extent=(4, 5), outward=True, spread=0.05, speed=(185, 200),
            drag=1.3, gravity=(0, -40), size=(5, 8), stretch=0.04, color_over_life=white_to_nothing, **glow,
        )  # fmt: skip
        self.willow = add(
            lifetime=(1.8, 2.9), speed=(30, 190), drag=1.1, gravity=(0, -74), size=(3, 5.5), stretch=0.16,
            size_over_life=(1, 0.8, 0.3), color_over_life=white_to_nothing, **glow,
        )  # fmt: skip
        self.flash = add(
            lifetime=(0.16, 0.2), size=300, size_over_life=(1, 0.3),
            color_over_life=((255, 255, 255, 190), (255, 255, 255, 0)), **glow,
        )  # fmt: skip
        self.haze = add(
            lifetime=(2.5, 4.0), speed=(4, 26), drag=0.6, size=(60, 130), size_over_life=(0.5, 1, 1.3),
            color_over_life=((255, 255, 255, 0), (255, 255, 255, 18), (255, 255, 255, 0)), layer=BURST_LAYER,
        )  # fmt: skip
        self.flame = add(
            110.0, lifetime=(0.5, 1.05), shape=EmissionShape.LINE, extent=(44, 0), speed=(50, 150), spread=0.5,
            size=(26, 46), size_over_life=(0.5, 1, 0.65, 0.1), blend=Blend.ADD, layer=FIRE_LAYER,
            color_over_life=((*LEMON, 60), (*AMBER, 70), (*CORAL, 56), (*WINE, 0)),
        )  # fmt: skip
        self.ember = add(
            34.0, lifetime=(1.0, 2.6), shape=EmissionShape.LINE, extent=(40, 0), speed=(60, 170), spread=0.8,
            gravity=(14, 26), drag=0.7, size=(2, 4), stretch=0.03, blend=Blend.ADD, layer=FIRE_LAYER,
            color_over_life=(LEMON, AMBER, CORAL, (*WINE, 0)),
        )  # fmt: skip
        self.smoke = add(
            16.0, lifetime=(3.0, 4.4), shape=EmissionShape.LINE, extent=(30, 0), speed=(40, 66), spread=0.35,
            gravity=(7, 4), size=(34, 60), size_over_life=(0.5, 1.5, 2.7), spin=(-0.6, 0.6), layer=WATER_LAYER,
            color_over_life=((*SLATE, 0), (*SLATE, 80), (*MIST, 44), (*MIST, 0)),
        )  # fmt: skip
        self.jet = add(
            260.0, lifetime=(1.3, 1.44), speed=(285, 325), spread=0.12, gravity=(0, -470), size=(3, 6), stretch=0.022,
            layer=WATER_LAYER, color_over_life=(CREAM, CLOUD, SKY, (*OCEAN, 120)),
        )  # fmt: skip
        self.mist = add(
            40.0, lifetime=(0.7, 1.3), shape=EmissionShape.LINE, extent=(230, 0), speed=(8, 34), spread=1.4,
            size=(16, 34), layer=WATER_LAYER, color_over_life=((*CLOUD, 0), (*CLOUD, 46), (*CLOUD, 0)),
        )  # fmt: skip
        self.star = add(
            lifetime=1e6, shape=EmissionShape.BOX, extent=(1400, 460), size=(1.5, 4.5), layer=BURST_LAYER,
            blend=Blend.ADD, color_over_life=((*CLOUD, 200),),
        )  # fmt: skip

    def count(self, number: float) -> int:
        return round(number * self.amount)


class FireworksSystem(System):
    """Rockets go up by themselves, and more of them when the player wants; each bursts when its fuse is over."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.until_next = 0.0

    def process(self, dt: float) -> None:
        asked = self.world.resource(Input)
        for _ in range(4 * (asked.press_count(Key.SPACE) + asked.press_count(MouseButton.LEFT))):
            self.launch()
        self.until_next -= dt
        if self.until_next <= 0.0:
            self.launch()
            self.until_next = float(self.rng.uniform(0.2, 0.5))
        for rows in self.world.select(writable(Rocket), Transform2D, writable(Velocity)):
            rocket, transform, velocity = rows
            rocket.fuse -= dt
            velocity.linear[:, 1] -= 170.0 * dt
            over = np.flatnonzero(rocket.fuse <= 0.0)
            for row in over.tolist():
                self.burst(transform.position[row], int(rocket.kind[row]), int(rocket.color[row]))
            if len(over):
                self.world.delete_entities(rows.entities[over])

    def launch(self) -> None:
        """A rocket from somewhere behind the hills."""
        rng = self.rng
        self.world.create_entity(
            Transform2D((rng.uniform(-430, 470), -200.0)),
            Velocity(linear=(rng.uniform(-60, 60), rng.uniform(380, 450))),
            Rocket(rng.uniform(0.95, 1.5), int(rng.integers(4)), int(rng.integers(len(COLORS)))),
            ParticleEmitter(self.world.resource(Effects).trail),
        )

    def burst(self, place: Any, kind: int, color: int) -> None:
        effects, particles = self.world.resource(Effects), self.world.resource(Particles)
        tint, other = ((*COLORS[(color + step) % len(COLORS)], 255) for step in (0, 3))
        particles.burst(effects.flash, place, 1, tint=tint)
        particles.burst(effects.haze, place, effects.count(7), tint=tint)
        if kind == 0:
            particles.burst(effects.willow, place, effects.count(190), tint=(*mix(AMBER, LEMON, 0.5), 255))
            return
        particles.burst(effects.peony, place, effects.count(230), tint=tint)
        if kind == 1:
            particles.burst(effects.ring, place, effects.count(90), tint=other)
        if kind == 2:
            around = place + 60.0 * self.rng.normal(0.0, 1.0, (5, 2))
            particles.burst(effects.peony, around, effects.count(34), tint=other)


def ridge(seed: int, height: float, roughness: float) -> list[tuple[float, float]]:
    """The outline of hills, from the left edge to the right one and back below the picture."""
    rng = np.random.default_rng(seed)
    x = np.linspace(-WIDTH / 2 - 20, WIDTH / 2 + 20, 90)
    y = np.full_like(x, height)
    for octave in range(1, 6):
        y += roughness / octave * np.sin(x * octave / 170 + rng.uniform(0, 2 * pi))
    line = list(zip(x.tolist(), y.tolist(), strict=True))
    return [*line, (WIDTH / 2 + 20, -HEIGHT / 2 - 20), (-WIDTH / 2 - 20, -HEIGHT / 2 - 20)]


def create_scene(world: World) -> None:
    """Sky, moon, hills, the fire's logs and the fountain's basin: shapes."""

    def shape(place: tuple[float, float], what: Shape | Polygon, turn: float = 0.0) -> None:
        world.create_entity(Transform2D(place, turn), what)

    def shade(top: Colour, bottom: Colour) -> dict[str, Any]:
        return {
            "fill": (*bottom, 255), "fill_to": (*top, 255), "gradient": Gradient.LINEAR, "gradient_angle": pi / 2,
        }  # fmt: skip

    shape((0, 60), Shape.rectangle((WIDTH + 80, HEIGHT - 80), layer=SKY_LAYER, **shade(NIGHT, mix(DUSK, VIOLET, 0.25))))
    moon = {"gradient": Gradient.RADIAL, "layer": SKY_LAYER + 1}
    shape((455, 230), Shape.circle(150, fill=(*CREAM, 70), fill_to=(*CREAM, 0), **moon))
    shape((455, 230), Shape.circle(38, fill=(*CREAM, 255), fill_to=(*mix(CREAM, MIST, 0.35), 255), **moon))
    hills = ((3, -150.0, 26.0, mix(DUSK, SLATE, 0.25)), (8, -205.0, 22.0, DUSK), (5, -285.0, 12.0, INK))
    for depth, (seed, height, roughness, color) in enumerate(hills):
        outline = ridge(seed, height, roughness)
        shape((0, 0), Polygon(outline, layer=HILL_LAYER + depth, **shade(color, mix(color, NIGHT, 0.75))))

    edge = {"stroke": (*NIGHT, 255), "stroke_width": 3.0, "layer": NEAR_LAYER}
    glow = {"gradient": Gradient.RADIAL, "layer": NEAR_LAYER}
    x, y = FIRE_PLACE
    shape((x, y - 6), Shape.circle(190, fill=(*AMBER, 54), fill_to=(*CORAL, 0), **glow))
    for turn in (0.22, -0.2, 0.02):
        shape((x, y - 12), Shape.rectangle((104, 17), 8, **edge, **shade(mix(WINE, CORAL, 0.3), INK)), turn)

    x, y = FOUNTAIN_PLACE
    shape((x, y - 58), Shape.rectangle((300, 46), 16, **edge, **shade(MIST, DUSK)))
    shape((x, y - 42), Shape.ellipse((282, 16), layer=NEAR_LAYER, fill=(*mix(SKY, OCEAN, 0.4), 255)))
    shape((x, y - 15), Shape.rectangle((34, 60), 8, **edge, **shade(MIST, DUSK)))
    shape((x, y + 12), Shape.ellipse((66, 12), **edge, **shade(CLOUD, SLATE)))


def create_emitters(world: World, effects: Effects) -> None:
    """The fire and the fountain."""
    for effect in (effects.smoke, effects.flame, effects.ember):
        world.create_entity(Transform2D(FIRE_PLACE), ParticleEmitter(effect))
    x, y = FOUNTAIN_PLACE
    for lean in (-0.26, -0.14, 0.0, 0.14, 0.26):
        world.create_entity(Transform2D((x, y + 14), lean), ParticleEmitter(effects.jet))
    world.create_entity(Transform2D((x, y - 42)), ParticleEmitter(effects.mist))
    world.resource(Particles).burst(effects.star, (0, 130), 170)


def build(*, amount: float = 1.0, seed: int = 2, **options: Any) -> App:
    """The demo; ``options`` go to :class:`App`.

    Args:
        amount: multiplies how many particles there are; 50 makes some 200,000 of them.
    """
    options.setdefault("resizable", False)  # the landscape has one shape
    app = App("Fireworks", seed=seed, **options)
    world = app.world
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT, clear=(*NIGHT, 255)))
    world.add_resource(Effects(world.resource(Particles), amount))
    create_scene(world)
    create_emitters(world, world.resource(Effects))
    app.add_system(FireworksSystem(app.random))
    return app


def showcase(app: App) -> None:
    """When the sky is full."""
    app.step(330, draw=False)
    app.step()


if __name__ == "__main__":
    build().run()
