"""Things move, and bump into each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Transform2D, Velocity
from ecs_engine.core.component import field_of
from ecs_engine.core.selection import writable
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.systems.collision import ContactTracker
from ecs_engine.systems.collision.shapes import overlapping_pairs, read_shapes

Array = np.ndarray[Any, Any]

_LINEAR, _ANGULAR = field_of(Velocity, "linear"), field_of(Velocity, "angular")


def _no_pairs() -> Array:
    return np.empty((0, 2), np.int64)


def _moves(velocities: Array) -> bool:
    """Whether one is not 0; mostly one of the first is."""
    return bool(velocities[:64].any() or velocities.any())


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
        self._scratch: Array = np.empty(0, np.float32)
        self._moving: dict[Table, tuple[tuple[int, int], tuple[bool, bool]]] = {}

    def process(self, dt: float) -> None:
        self.integrate(dt)
        self.collide()

    def integrate(self, dt: float) -> None:
        """position += linear * dt, rotation += angular * dt (semi-implicit Euler: the game set velocities before)."""
        step = np.float32(dt)
        with np.errstate(over="ignore", invalid="ignore"):  # what is infinite or NaN stays so, by itself
            for rows in self.world.select(writable(Transform2D), Velocity):
                transform, velocity = rows
                if len(rows) * 2 > len(self._scratch):
                    self._scratch = np.empty(len(rows) * 4, np.float32)
                moves, turns = self._movement(rows.table)
                if moves:  # a write makes all that is downstream look at the column again
                    change = self._scratch[: len(rows) * 2].reshape(-1, 2)
                    np.multiply(velocity.linear, step, out=change)
                    transform.position += change
                if turns:
                    turn = self._scratch[: len(rows)]
                    np.multiply(velocity.angular, step, out=turn)
                    transform.rotation += turn

    def _movement(self, table: Table) -> tuple[bool, bool]:
        """Whether something in a table moves, and whether something turns; looked up again when velocities changed."""
        versions = table.versions[_LINEAR], table.versions[_ANGULAR]
        known = self._moving.get(table)
        if known is None or known[0] != versions:
            moving = _moves(table.readable[_LINEAR]), _moves(table.readable[_ANGULAR])
            known = self._moving[table] = versions, moving
        return known[1]

    def collide(self) -> None:
        """Find the overlapping pairs, and tell who met and who parted."""
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
