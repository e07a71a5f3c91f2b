"""Things move, and bump into each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Collider, Transform2D, Velocity
from ecs_engine.core.component import field_of
from ecs_engine.core.fields import Field
from ecs_engine.core.scratch import Scratch
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.systems.collision import ContactTracker
from ecs_engine.systems.collision.shapes import overlapping_pairs, read_shapes
from ecs_engine.systems.registries import resource_or_new

Array = np.ndarray[Any, Any]

_WAYS = (
    (field_of(Velocity, "linear"), field_of(Transform2D, "position")),
    (field_of(Velocity, "angular"), field_of(Transform2D, "rotation")),
)
"""Velocities, and what each changes."""


def _no_pairs() -> Array:
    return np.empty((0, 2), np.int64)


@dataclass(slots=True)
class Contacts:
    """A resource: the pairs of entities whose colliders overlap, (k, 2) int64 each, the smaller id first."""

    touching: Array = field(default_factory=_no_pairs)
    """All pairs that overlap at this tick."""
    entered: Array = field(default_factory=_no_pairs)
    """Those that did not at the tick before."""
    exited: Array = field(default_factory=_no_pairs)
    """Those that did at the tick before and do not now; an entity in it may be deleted."""


class PhysicsSystem(System):
    """Integrates velocities, then finds out which colliders overlap.

    The outcome is in the :class:`Contacts` resource, and goes out as the events ``collision_enter(a, b)`` and
    ``collision_exit(a, b)``. Override :meth:`integrate` to move things otherwise, :meth:`on_enter` and :meth:`on_exit`
    to answer to contacts.
    """

    stage: ClassVar[Stage] = Stage.PHYSICS

    def on_add(self) -> None:
        known = self.world.try_resource(Contacts)
        self.contacts = known or Contacts()
        self.world.add_resource(self.contacts)
        self._tracker = ContactTracker()
        self._tracker.update(*self.contacts.touching.T)  # of a system that this one replaces
        self._scratch = resource_or_new(self.world, Scratch)
        self._moving: dict[tuple[Table, Field], tuple[int, bool]] = {}

    def process(self, dt: float) -> None:
        self.integrate(dt)
        self.collide()

    def integrate(self, dt: float) -> None:
        """position += linear * dt, rotation += angular * dt (semi-implicit Euler: the game set velocities before)."""
        step = np.float32(dt)
        with np.errstate(over="ignore", invalid="ignore"):  # what is infinite or NaN stays so, by itself
            for rows in self.world.select(Transform2D, Velocity):
                table = rows.table
                for speed, place in _WAYS:
                    if self._moves(table, speed):  # a write makes all that is downstream look at the column again
                        self._add(table.readable[speed], step, table.writable[place])
                        table.touch(place)

    def _add(self, speed: Array, step: np.float32, place: Array) -> None:
        """place += speed * step."""
        self._scratch.begin()
        change = self._scratch.take(speed.shape, np.float32)
        np.multiply(speed, step, out=change)
        np.add(place, change, out=place)

    def _moves(self, table: Table, speed: Field) -> bool:
        """Whether one velocity in a table is not 0; looked up again when velocities changed. Mostly the first is."""
        version = table.versions[speed]
        known = self._moving.get((table, speed))
        if known is None or known[0] != version:
            velocities = table.readable[speed]
            known = self._moving[table, speed] = version, velocities.item(0) != 0.0 or bool(velocities.any())
        return known[1]

    def collide(self) -> None:
        """Find the overlapping pairs, and tell who met and who parted."""
        if not self.world.knows(Collider):
            return
        shapes = read_shapes(self.world)
        if not len(shapes.entities) and not len(self._tracker.pairs):
            self.contacts.entered = self.contacts.exited = _no_pairs()
            return
        a, b = overlapping_pairs(shapes)
        changes = self._tracker.update(shapes.entities[a], shapes.entities[b])
        self.contacts.touching = self._tracker.pairs
        self.contacts.entered = changes.enter
        self.contacts.exited = changes.exit
        for first, second in changes.enter.tolist():
            self.on_enter(first, second)
        for first, second in changes.exit.tolist():
            self.on_exit(first, second)

    def on_enter(self, a: int, b: int) -> None:
        """Two colliders began to overlap: dispatches ``collision_enter``."""
        self.world.dispatch_event("collision_enter", a, b)

    def on_exit(self, a: int, b: int) -> None:
        """Two colliders ceased to overlap, or one is gone: dispatches ``collision_exit``."""
        self.world.dispatch_event("collision_exit", a, b)
