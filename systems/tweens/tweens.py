"""Tweens: fields of components that change over time."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.fields import Field
from ecs_engine.core.system import Stage, System
from ecs_engine.core.world import World
from ecs_engine.systems.registries import resource_or_new
from ecs_engine.systems.tweens.easing import Ease
from ecs_engine.systems.tweens.lane import Lane


@dataclass(frozen=True)
class Tween:
    """One change: a field goes ``to`` a value, or on ``by`` one, within so many seconds.

    Raises:
        EngineError: both or neither of ``to`` and ``by``, a time that is below 0 or not finite, or a field of bools.
        ComponentError: no such field, or a value that does not fit it.
    """

    component: type
    field: str
    to: Any = None
    seconds: float = 1.0
    ease: Ease = Ease.LINEAR
    by: Any = None

    def __post_init__(self) -> None:
        column, name = self.column, f"{self.component.__name__}.{self.field}"
        if (self.to is None) == (self.by is None):
            raise EngineError(f"A tween of {name} goes either to a value or by one: give one of the two.")
        if not 0 <= self.seconds < np.inf:
            raise EngineError(f"A tween of {name} cannot last {self.seconds!r} seconds: give 0 or more.")
        if column.type.dtype.kind == "b":
            raise EngineError(f"{name} is True or False, with nothing between: set it by a function, as a step.")
        value = self.by if self.to is None else self.to
        numbers = np.asarray(value)
        if numbers.dtype.kind not in "iuf" or numbers.shape != column.type.shape(0)[1:]:
            raise EngineError(f"A tween of {name} needs {column.type.words()}, not {value!r}: pass that instead.")

    @property
    def column(self) -> Field:
        return field_of(self.component, self.field)


Step = Tween | float | Callable[[], object] | Sequence[Tween]
"""A tween, seconds to wait, a function to call, or tweens that run at the same time."""


class Playing:
    """Steps under way for some entities; made by :meth:`Tweens.play`."""

    def __init__(self, entities: npt.NDArray[np.int64], steps: tuple[Step, ...], rounds: float, number: int) -> None:
        self.entities = entities
        self.number = number
        self.done = False
        """Whether all steps are over, or it was cancelled."""
        self._steps = steps
        self._rounds = rounds
        self._next = 0
        self._running = 0
        self._lasted = False  # whether a step of this round took time

    def cancel(self) -> None:
        """Stop where it is; no further function is called. Cancelling twice does nothing."""
        self.done = True

    def over(self, changes: int) -> bool:
        """Note that so many changes of the present step are over; returns whether that were the last of them."""
        self._running -= changes
        return self._running <= 0

    def go_on(self, tweens: Tweens, world: World, moment: float) -> None:
        """Begin the steps that follow at ``moment``, up to the next one that takes time."""
        while not self.done:
            if self._next == len(self._steps):
                self._next = 0
                self._rounds -= 1
                # Rounds for ever that take no time, because no entity has the fields, would never let go of the tick.
                self.done = self._rounds <= 0 or not (self._lasted or self._rounds < np.inf)
                self._lasted = False
                continue
            if not any(map(world.entity_exists, self.entities.tolist())):
                self.done = True
                continue
            step = self._steps[self._next]
            self._next += 1
            if callable(step):
                step()
            elif isinstance(step, (int, float)):
                self._lasted |= step > 0
                tweens.wait(self, moment + step)
                return
            else:
                together = (step,) if isinstance(step, Tween) else tuple(step)
                self._running = sum(tweens.begin(self, tween, world, moment) for tween in together)
                if self._running:
                    self._lasted = True
                    return


class Tweens:
    """All tweens of a world, a resource. They count game time. Logic thread only.

    Example:
        >>> from ecs_engine import Ease, Transform2D, Tween, Tweens, World
        >>> from ecs_engine.systems import TweenSystem
        >>> world = World()
        >>> world.add_processor(TweenSystem())
        >>> door = world.create_entity(Transform2D())
        >>> slide = Tween(Transform2D, "position", to=(0, 8), seconds=1, ease=Ease.OUT_QUAD)
        >>> playing = world.resource(Tweens).play(door, slide, 0.5, lambda: print("open"))
        >>> world.process(0.5)
        >>> world.component_for_entity(door, Transform2D).position.y
        6.0
        >>> for _ in range(3):
        ...     world.process(0.5)
        open
    """

    def __init__(self) -> None:
        self.now = 0.0
        """Seconds of game time since the world began."""
        self._numbers = itertools.count(1)
        self._playing: dict[int, Playing] = {}
        self._lanes: dict[Field, Lane] = {}
        self._waiting: list[tuple[float, int]] = []
        self._fresh: list[Playing] = []

    def __len__(self) -> int:
        """How many are playing."""
        return len(self._playing)

    def play(self, entities: int | Iterable[int], *steps: Step, repeat: int | None = 1) -> Playing:
        """Do some steps one after the other, for one entity or for many at once, from the next tick on.

        Values begin at what they are when the step begins. A step may be a :class:`Tween`, tweens in a list, which run
        at the same time, a number of seconds to wait, or a function to call. Where two tweens change the same field of
        an entity, the newer one counts. When all of the entities are gone, the rest is left out.

        Args:
            repeat: how many times; None for ever.

        Raises:
            EngineError: a step is none of these, or ``repeat`` is below 1, or is None for steps that take no time.
        """
        length = sum(_seconds(step) for step in steps)
        if not steps or (repeat is None and not length > 0) or (repeat is not None and repeat < 1):
            raise EngineError(
                f"{len(steps)} steps that last {length} seconds cannot be played {repeat} times: give steps, and 1 or "
                "more, or None where they take time."
            )
        ids = np.array([entities] if isinstance(entities, (int, np.integer)) else list(entities), np.int64)
        playing = Playing(ids, steps, np.inf if repeat is None else repeat, next(self._numbers))
        self._playing[playing.number] = playing
        self._fresh.append(playing)
        return playing

    # -- what playings call --------------------------------------------------------------------------
    def wait(self, playing: Playing, until: float) -> None:
        heapq.heappush(self._waiting, (until, playing.number))

    def begin(self, playing: Playing, tween: Tween, world: World, moment: float) -> int:
        """Begin to change the field in all of the entities that have it; returns how many those are."""
        column, count = tween.column, 0
        lane = self._lanes.get(column)
        if lane is None:
            lane = self._lanes[column] = Lane(column)
        for table, rows, which in world.locate(playing.entities):
            if column in table.arrays:
                start = table.arrays[column][rows].reshape(len(rows), -1).astype(np.float64)
                target = start + np.asarray(tween.by) if tween.to is None else np.asarray(tween.to, np.float64)
                entities = playing.entities[which]
                lane.add(playing.number, entities, start, target, moment, tween.seconds, tween.ease)
                count += len(rows)
        return count

    # -- what the system calls -----------------------------------------------------------------------
    def advance(self, world: World, seconds: float) -> None:
        """Let game time pass. The TweenSystem does this each tick."""
        before, self.now = self.now, self.now + seconds
        if not self._playing and not self._fresh:
            return
        self._drop_cancelled()
        fresh, self._fresh = self._fresh, []
        for playing in fresh:
            playing.go_on(self, world, before)
        for lane in list(self._lanes.values()):  # a step that follows may change another field
            if lane.length:
                owners, ends = lane.step(world, self.now)
                for owner, end in zip(owners.tolist(), ends.tolist(), strict=True):
                    playing = self._playing[owner]
                    if playing.over(1):
                        # From the moment it was due, so that steps in a row do not fall behind tick by tick.
                        playing.go_on(self, world, min(end, self.now))
        while self._waiting and self._waiting[0][0] <= self.now:
            until, number = heapq.heappop(self._waiting)
            if number in self._playing:
                self._playing[number].go_on(self, world, until)
        self._drop_cancelled()

    def _drop_cancelled(self) -> None:
        over = [number for number, playing in self._playing.items() if playing.done]
        if over:
            for number in over:
                del self._playing[number]
            for lane in self._lanes.values():
                lane.drop(over)


def _seconds(step: Step) -> float:
    if isinstance(step, Tween):
        return step.seconds
    if isinstance(step, (int, float)) and 0 <= step < np.inf:
        return step
    if isinstance(step, Sequence) and step and all(isinstance(one, Tween) for one in step):
        return max(one.seconds for one in step)
    if callable(step):
        return 0.0
    raise EngineError(f"{step!r} is no step: give a Tween, a list of them, seconds to wait, or a function to call.")


class TweenSystem(System):
    """Lets the :class:`Tweens` of the world change their fields."""

    stage: ClassVar[Stage] = Stage.ANIMATE
    priority = 100

    def on_add(self) -> None:
        self.tweens = resource_or_new(self.world, Tweens)

    def process(self, dt: float) -> None:
        self.tweens.advance(self.world, dt)
