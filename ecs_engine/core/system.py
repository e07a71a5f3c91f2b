"""Systems, and the order in which a tick runs them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

import esper

if TYPE_CHECKING:
    from ecs_engine.core.world import World


class Stage(IntEnum):
    """One tick, in order, on the logic thread::

        INPUT > UPDATE > PHYSICS > ANIMATE > TRANSFORM > CULL > BATCH > PUBLISH

    Within a stage, systems run by falling priority, and in the order they were added where that is equal.
    """

    INPUT = 0
    """The events that arrived since the last tick become the input state."""
    UPDATE = 1
    """The game's own systems, and every esper ``Processor`` that names no stage."""
    PHYSICS = 2
    """Velocities are integrated, collisions found."""
    ANIMATE = 3
    """Pictures and values change with time."""
    TRANSFORM = 4
    """Local transforms become world poses, parents before children."""
    CULL = 5
    """Rows that no camera sees are left out."""
    BATCH = 6
    """What is left is sorted into draw order."""
    PUBLISH = 7
    """The tick is handed to the context thread as one frame."""


class System(esper.Processor):
    """Base of systems that work on a world. Subclass it, set :attr:`stage`, and override :meth:`process`.

    Structural changes a system makes (create, delete, add, remove) reach the tables, and so ``select``, when its
    ``process`` has returned; esper's functions see them at once.
    """

    stage: ClassVar[Stage] = Stage.UPDATE
    priority = 0
    needs: ClassVar[tuple[type, ...]] = ()
    """Types of components: as long as no entity of the world has ever had one of them, :meth:`process` is not called,
    and the system costs nothing. With () it is called in every tick. A subclass that does more says so here, too."""
    stays: ClassVar[bool] = False
    """Whether it goes on after it raised where others are switched off: what raises in it are the game's callbacks."""
    world: World

    def on_add(self) -> None:
        """Called once when the system is added; ``self.world`` is set. Override to prepare."""

    def process(self, dt: float) -> None:
        """Run one tick of ``dt`` seconds. Override this. Called on the thread that owns the world."""
        raise NotImplementedError(f"{type(self).__name__} does not say what to do: override process(self, dt).")

    def on_remove(self) -> None:
        """Called once when the system is removed or replaced, or its world closed. Override to let go of things."""
