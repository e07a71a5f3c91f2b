"""The hero: runs, jumps, bumps into what is solid, takes coins, and jumps on slimes."""

from __future__ import annotations

from math import exp, inf
from typing import Any

import numpy as np

from ecs_engine import (
    AnimationState,
    App,
    Clips,
    Contacts,
    Input,
    Key,
    Particles,
    Sprite,
    StateMachines,
    System,
    Transform2D,
)
from ecs_engine.demos.platformer.game import HALF, Flag, Game, Slime
from ecs_engine.demos.traveller import frames

RUN, JUMP, GRAVITY, FALL = 330.0, 830.0, 2100.0, 820.0
GRIP = 12.0
"""How quickly the hero is as fast as it wants to be, a second."""
CUT = 330.0
"""As fast as it still rises when the key is let go: a tap is a small jump."""
COYOTE, BUFFER = 0.1, 0.12
"""Seconds after leaving the ground in which one can still jump, and before reaching it in which one can already ask."""
JUMP_KEYS = (Key.UP, Key.SPACE, Key.W)
EDGE = 1e-3


class HeroSystem(System):
    """Moves the hero by the keys, and looks at what it met."""

    def __init__(self, app: App) -> None:
        self.speed = np.zeros(2)
        self.in_air = 0.0
        """Seconds since it stood."""
        self.asked = inf
        """Seconds since a jump was asked for."""
        self.stretch = 0.0
        """How much taller than usual it is."""
        self.state = "idle"
        clips, pictures = app.world.resource(Clips), frames(app, 0)
        self.machine = app.world.resource(StateMachines).add(
            {
                "idle": clips.add(pictures["idle"], fps=6),
                "run": clips.add(pictures["run"], fps=15),
                "rise": clips.add(pictures["jump"][3:5], fps=8),
                "fall": clips.add(pictures["jump"][4:6], fps=8),
            },
            [("*", state, state) for state in ("idle", "run", "rise", "fall")],
            name="hero",
        )

    def on_add(self) -> None:
        self.game = self.world.resource(Game)
        self.world.component_for_entity(self.game.hero, AnimationState).machine = int(self.machine)

    def process(self, dt: float) -> None:
        keys, game = self.world.resource(Input), self.game
        if keys.pressed(Key.R) or (game.won and keys.pressed(Key.ENTER)):
            self.speed[:] = 0
            game.begin()
            return
        game.seconds += 0.0 if game.won else dt
        wish = 0.0 if game.won else keys.axis(Key.LEFT, Key.RIGHT) + keys.axis(Key.A, Key.D)
        body = self.world.component_for_entity(game.hero, Transform2D)
        place = np.array(body.position, np.float64)
        self.steer(wish, keys, dt)
        self.move(place, dt)
        self.show(body, wish, dt)
        body.position = place
        self.take_coins(place)
        if self.is_hurt(place) or self.meets(place):
            game.falls += 1
            self.speed[:] = 0
            game.to_checkpoint()

    def steer(self, wish: float, keys: Input, dt: float) -> None:
        """The speed that follows from the keys."""
        self.speed[0] += (min(max(wish, -1.0), 1.0) * RUN - self.speed[0]) * (1 - exp(-GRIP * dt))
        self.speed[1] = max(self.speed[1] - GRAVITY * dt, -FALL)
        self.asked += dt
        self.in_air += dt
        if any(map(keys.pressed, JUMP_KEYS)) and not self.game.won:
            self.asked = 0.0
        if self.asked < BUFFER and self.in_air < COYOTE:
            self.speed[1], self.stretch = JUMP, 0.2
            self.asked = self.in_air = inf
        if any(map(keys.released, JUMP_KEYS)):
            self.speed[1] = min(self.speed[1], CUT)

    def move(self, place: Any, dt: float) -> None:
        """One axis after the other, each as far as there is room."""
        boxes, half = self.game.boxes, np.array(HALF)
        for axis in (0, 1):
            place[axis] += self.speed[axis] * dt
            low, high = place - half + EDGE, place + half - EDGE
            met = boxes[(boxes[:, :2] < high).all(axis=1) & (boxes[:, 2:] > low).all(axis=1)]
            if not len(met):
                continue
            if self.speed[axis] > 0:
                place[axis] = met[:, axis].min() - half[axis]
            else:
                place[axis] = met[:, axis + 2].max() + half[axis]
                if axis == 1:
                    self.land(place)
            self.speed[axis] = 0
        place[0] = min(max(place[0], half[0]), self.game.level.grid.size[0] - half[0])

    def land(self, place: Any) -> None:
        if self.in_air > 0.25:
            self.stretch = -0.18
            self.world.resource(Particles).burst(self.game.dust, (place[0], place[1] - HALF[1]), 9)
        self.in_air = 0.0

    def show(self, body: Any, wish: float, dt: float) -> None:
        """The clip, the way it looks, and how stretched it is."""
        if self.in_air > COYOTE:
            state = "rise" if self.speed[1] > 0 else "fall"
        else:
            state = "run" if abs(self.speed[0]) > 40 else "idle"
        if state != self.state:
            self.state = state
            self.world.component_for_entity(self.game.hero, AnimationState).signal = self.machine.signal(state)
        if wish:
            self.world.component_for_entity(self.game.hero, Sprite).flip_x = wish < 0
        self.stretch *= exp(-9 * dt)
        body.scale = (1 - self.stretch, 1 + self.stretch)

    def take_coins(self, place: Any) -> None:
        level = self.game.level
        for x, y in ((0, 0), (-14, 20), (14, 20), (-14, -20), (14, -20)):
            column, row = level.grid.cell_at(place[0] + x, place[1] + y)
            if level.tile("coins", column, row):
                level.set_tile("coins", column, row, 0)
                self.game.coins += 1
                self.world.resource(Particles).burst(self.game.sparkle, level.grid.center_of(column, row), 14)

    def is_hurt(self, place: Any) -> bool:
        """Whether the feet are in water or on spikes."""
        level = self.game.level
        feet = level.grid.cell_at(place[0], place[1] - 14)
        return bool(level.tile("water", *feet)) or level.info(level.tile("ground", *feet)).kind == "spikes"

    def meets(self, place: Any) -> bool:
        """Look at flags and slimes that were met; whether one of them hurts."""
        hurt, game = False, self.game
        for pair in self.world.resource(Contacts).entered.tolist():
            other = sum(pair) - game.hero
            if game.hero not in pair or not self.world.entity_exists(other):
                continue
            there = self.world.component_for_entity(other, Transform2D).position
            if self.world.has_component(other, Flag):
                self.reach(other, tuple(there))
            elif self.world.has_component(other, Slime) and place[1] > there.y + 18:
                self.world.delete_entity(other)
                self.speed[1], self.stretch = JUMP * 0.7, 0.2
                self.world.resource(Particles).burst(game.dust, tuple(there), 16)
            else:
                hurt = True
        return hurt

    def reach(self, flag: int, place: tuple[float, float]) -> None:
        game = self.game
        if self.world.component_for_entity(flag, Flag).is_goal:
            game.won = True
        else:
            game.checkpoint = place[0], place[1] - 64 + HALF[1]
            self.world.component_for_entity(flag, Sprite).tint = (255, 255, 255, 255)
        self.world.resource(Particles).burst(game.sparkle, place, 60)
