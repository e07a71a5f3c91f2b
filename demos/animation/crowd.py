"""The travellers: clips cut from sheets, a state machine, and a mind that gives it signals. All of them at once."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ecs_engine import (
    Animation,
    AnimationState,
    App,
    Clips,
    Ease,
    Float,
    Play,
    Sprite,
    Stage,
    StateMachines,
    System,
    Transform2D,
    Tween,
    Tweens,
    Velocity,
    batch,
    component,
    writable,
)
from ecs_engine.assets import walker
from ecs_engine.assets.evening import LEDGES, puff
from ecs_engine.assets.evening import shadow as shadow_picture
from ecs_engine.assets.palette import CREAM
from ecs_engine.demos.traveller import FEET, SIZE, frames

WALL = 610.0
JUMP_SECONDS = 0.72
SPEEDS = {"idle": 0.0, "walk": 42.0, "run": 118.0}
SIGNALS = {"idle": "rest", "walk": "go", "run": "hurry", "jump": "up"}
"""State -> the signal that leads there."""
MOODS = ("idle", "walk", "walk", "walk", "run", "run", "jump")
"""What a traveller may do next; more often what stands here more often."""


@component
class Traveller:
    """Somebody who walks to and fro on one ledge."""

    until: Float = 0.0
    """Seconds until the next idea."""
    speed: Float = 0.0
    """Units a second, to the right."""
    ground: Float = 0.0
    size: Float = 1.0


@component
class Shadow:
    """What lies below a traveller. They are made in the same order."""

    darkness: Float = 120.0
    """Alpha while its traveller is on the ground."""


class CrowdSystem(System):
    """Decides who does what next, and moves those who jump."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, signals: dict[str, int], jump: int, dust: int, rng: np.random.Generator) -> None:
        self.signals, self.jump, self.dust, self.rng = signals, jump, dust, rng

    def on_add(self) -> None:
        self.world.set_handler("step", self.raise_dust)

    def all_jump(self) -> None:
        """Give everybody the same idea."""
        for (state,) in self.world.select(writable(AnimationState)):
            state.signal[state.state != self.jump] = self.signals["jump"]

    def process(self, dt: float) -> None:
        for traveller, state, animation, velocity, transform, sprite in self.world.select(
            writable(Traveller),
            writable(AnimationState),
            Animation,
            writable(Velocity),
            writable(Transform2D),
            writable(Sprite),
        ):
            self.think(traveller, state, dt)
            place = transform.position
            away = np.abs(place[:, 0]) > WALL
            traveller.speed[away] = -np.copysign(traveller.speed[away], place[away, 0])
            velocity.linear[:, 0] = traveller.speed
            np.copyto(sprite.flip_x, traveller.speed < 0, where=traveller.speed != 0)
            # The clip draws the crouch and the landing; in between the figure flies a parabola.
            flight = np.clip((animation.time / JUMP_SECONDS - 0.12) / 0.66, 0, 1) * (state.state == self.jump)
            place[:, 1] = traveller.ground + traveller.size * 180 * flight * (1 - flight)
            for dark, shade, shadow in self.world.select(writable(Transform2D), writable(Sprite), Shadow):
                dark.position[:, 0] = place[:, 0]
                shade.tint[:, 3] = shadow.darkness * (1 - 1.6 * flight * (1 - flight))

    def think(self, traveller: Traveller, state: AnimationState, dt: float) -> None:
        """Signals for those whose time is over."""
        traveller.until -= dt
        ready = np.flatnonzero((traveller.until <= 0) & (state.state != self.jump))
        if not len(ready):
            return
        ideas = self.rng.integers(0, len(MOODS), len(ready))
        traveller.until[ready] = self.rng.uniform(0.8, 3.2, len(ready))
        for number, mood in enumerate(MOODS):
            rows = ready[ideas == number]
            state.signal[rows] = self.signals[mood]
            if mood in SPEEDS:
                way = np.where(self.rng.random(len(rows)) < 0.7, 1, -1) * np.where(traveller.speed[rows] < 0, -1, 1)
                traveller.speed[rows] = way * SPEEDS[mood] * traveller.size[rows]

    def raise_dust(self, entity: int) -> None:
        """A runner's foot has come down: the event of a frame."""
        place = self.world.component_for_entity(entity, Transform2D).position
        traveller = self.world.component_for_entity(entity, Traveller)
        layer, size = self.world.component_for_entity(entity, Sprite).layer, 10 * traveller.size
        cloud = self.world.create_entity(
            Transform2D((place.x - 0.06 * traveller.speed, traveller.ground + 2)),
            Sprite(self.dust, size=(size, size), tint=(*CREAM, 150), layer=layer),
        )
        self.world.resource(Tweens).play(
            cloud,
            [
                Tween(Transform2D, "scale", (2.4, 2.4), 0.5, Ease.OUT_QUAD),
                Tween(Transform2D, "position", by=(0.0, 7.0), seconds=0.5, ease=Ease.OUT_QUAD),
                Tween(Sprite, "tint", (*CREAM, 0), 0.5),
            ],
            lambda: self.world.delete_entity(cloud),
        )


def build_crowd(app: App, count: int, rng: np.random.Generator) -> CrowdSystem:
    """Travellers of every dress on three ledges, with their shadows."""
    clips, machines, world = app.world.resource(Clips), app.world.resource(StateMachines), app.world
    made = []
    for dress in range(len(walker.DRESSES)):
        rows = frames(app, dress)
        states = {
            "idle": clips.add(rows["idle"], fps=6),
            "walk": clips.add(rows["walk"], fps=9),
            "run": clips.add(rows["run"], fps=13, events={0: "step", 4: "step"}),
            "jump": clips.add(rows["jump"], fps=8 / JUMP_SECONDS, play=Play.ONCE),
        }
        made.append(
            machines.add(
                states,
                [*(("*", word, state) for state, word in SIGNALS.items()), ("jump", "end", "walk")],
                name=f"traveller {dress}",
            )
        )
    ledge = np.sort(rng.integers(0, len(LEDGES), count))
    nearness = rng.random(count).astype(np.float32)  # who is nearer is drawn over the others
    ground = np.array([line for line, _ in LEDGES], np.float32)[ledge] + 7 - 14 * nearness
    size = np.array([scale for _, scale in LEDGES], np.float32)[ledge]
    layer = (10 * ledge + 9 * nearness).astype(np.int16)
    position = np.stack((rng.uniform(-WALL, WALL, count), ground), axis=1).astype(np.float32)
    speed = (rng.choice([-1.0, 1.0], count) * SPEEDS["walk"] * size).astype(np.float32)
    box = np.array(SIZE, np.float32)
    world.create_entities(
        count,
        batch(Transform2D, position=position),
        batch(Sprite, size=box * size[:, None], anchor=np.array((0.5, FEET), np.float32), layer=layer),
        batch(Traveller, until=rng.uniform(0, 2, count).astype(np.float32), speed=speed, ground=ground, size=size),
        batch(
            Animation,
            speed=rng.uniform(0.85, 1.15, count).astype(np.float32),
            time=rng.random(count).astype(np.float32),
        ),
        batch(AnimationState, machine=rng.choice([int(one) for one in made], count).astype(np.uint16)),
        Velocity(),
    )
    world.create_entities(
        count,
        batch(Transform2D, position=position),
        batch(
            Sprite,
            picture=np.uint32(app.pictures.add(shadow_picture())),
            size=np.array((34, 9), np.float32) * size[:, None],
            layer=layer,
        ),
        Shadow(),
    )
    # All machines have the same states and signals, and so the same numbers for them.
    signals = {mood: made[0].signal(word) for mood, word in SIGNALS.items()}
    return CrowdSystem(signals, made[0]["jump"], int(app.pictures.add(puff())), rng)
