"""Particles: 200,000 at a time, drawn out into ribbons by ten emitters of one effect; SPACE bursts them all."""

from __future__ import annotations

from math import tau
from typing import Any, ClassVar

import numpy as np

from ecs_engine import (
    App,
    Blend,
    Camera2D,
    EmissionShape,
    Float,
    Gradient,
    Input,
    Key,
    MouseButton,
    ParticleEffect,
    ParticleEmitter,
    Particles,
    Shape,
    Stage,
    System,
    Text,
    Transform2D,
    component,
    writable,
)
from ecs_engine.assets.palette import AMBER, CORAL, CREAM, INK, LEAF, LEMON, MINT, NIGHT, OCEAN, ROSE, SKY, VIOLET
from ecs_engine.demos.words import write

BUDGET_MS = 10.0
LIVING = 200_000
LIFETIME = 6.0
WIDTH, HEIGHT = 1280.0, 720.0
COLORS = (CORAL, AMBER, LEMON, LEAF, MINT, SKY, OCEAN, VIOLET, ROSE, CREAM)
ROUND = 18.0
"""Seconds an emitter takes to be where it began."""
CIRCLES = ((190.0, 1), (125.0, -4))
"""The radii of two circles, and how often each is gone round in a round: emitters move on the second, whose middle
moves on the first."""
WIDER = 1.5
"""How many times wider than high the curve is, as the window is."""
TWIST = 5
"""How often a ribbon turns over in a round."""
BURST = 1500


@component
class Spiral:
    """How far along the curve an emitter is, in rounds."""

    phase: Float = 0.0


class SpiralSystem(System):
    """Moves all emitters along the curve. Each leaves a ribbon, as it throws particles out along a line."""

    def process(self, dt: float) -> None:
        for spiral, transform in self.world.select(writable(Spiral), writable(Transform2D)):
            spiral.phase = (spiral.phase + dt / ROUND) % 1
            transform.position = places(spiral.phase)
            transform.rotation = tau * TWIST * spiral.phase


def places(phase: Any) -> Any:
    """Where on the curve emitters are, (n, 2), by their phases, (n,)."""
    place = np.zeros((len(phase), 2), np.float32)
    for radius, turns in CIRCLES:
        angle = tau * turns * phase
        place += np.stack((WIDER * radius * np.cos(angle), radius * np.sin(angle)), axis=1)
    return place


class BurstSystem(System):
    """SPACE or a click makes every emitter throw out many at once."""

    stage: ClassVar[Stage] = Stage.INPUT
    priority = -1

    def process(self, dt: float) -> None:
        asked = self.world.resource(Input)
        presses = asked.press_count(Key.SPACE) + asked.press_count(MouseButton.LEFT)
        if presses:
            for (emitter,) in self.world.select(writable(ParticleEmitter)):
                emitter.pending += presses * BURST


class CountSystem(System):
    """Writes how many are alive."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def __init__(self, line: Text) -> None:
        self.line = line

    def process(self, dt: float) -> None:
        self.line.text = f"{len(self.world.resource(Particles)):,} particles"


def build(*, living: int = LIVING, **options: Any) -> App:
    """The demo with about so many particles at a time; ``options`` go to :class:`App`."""
    app = App("Particles", **options)
    world = app.world
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT, clear=(*NIGHT, 255)))
    night = Shape.circle(760, fill=(*INK, 255), fill_to=(*NIGHT, 255), gradient=Gradient.RADIAL, layer=-1)
    world.create_entity(Transform2D(), night)
    ribbon = world.resource(Particles).add(
        ParticleEffect(
            rate=living / len(COLORS) / LIFETIME, lifetime=LIFETIME, shape=EmissionShape.LINE, extent=(76.0, 0.0),
            speed=(0.0, 9.0), inherit=0.04, drag=0.2, size=(2.0, 3.6), size_over_life=(1.3, 1.0, 0.9, 0.8),
            color_over_life=((255, 255, 255, 90), (255, 255, 255, 60), (255, 255, 255, 44), (255, 255, 255, 0)),
            blend=Blend.ADD,
        )
    )  # fmt: skip
    phases = np.arange(len(COLORS), dtype=np.float32) / len(COLORS)
    for color, phase, place in zip(COLORS, phases.tolist(), places(phases).tolist(), strict=True):
        world.create_entity(Transform2D(place), Spiral(phase), ParticleEmitter(ribbon, tint=(*color, 255)))
    line = write(world, (24 - WIDTH / 2, HEIGHT / 2 - 44), "", LEMON, size=30, layer=2)
    write(world, (24 - WIDTH / 2, 24 - HEIGHT / 2), "space: a burst", CREAM, layer=2)
    for system in (SpiralSystem(), BurstSystem(), CountSystem(line)):
        app.add_system(system)
    return app


def showcase(app: App) -> None:
    """When as many are born as die."""
    app.step(420, draw=False)
    app.step()


if __name__ == "__main__":
    build().run()
