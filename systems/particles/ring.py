"""The particles of one effect: rows in order of birth, moved all at once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import exp, hypot, inf, isfinite
from typing import Any

import numpy as np

from ecs_engine.components.particles import Particle
from ecs_engine.core.component import field_of
from ecs_engine.core.scratch import Scratch
from ecs_engine.frame.keys import first_key
from ecs_engine.systems.particles.births import Newborn
from ecs_engine.systems.particles.effect import SAMPLES, ParticleEffect
from ecs_engine.systems.pool import Pool

Array = np.ndarray[Any, Any]

PLACE, BEFORE, VELOCITY, AGE, TRAITS, TAG, ANCHOR = (
    field_of(Particle, name) for name in ("place", "before", "velocity", "age", "traits", "tag", "anchor")
)
FIRST_ROOM = 256
_FOLD = 1024
_NOWHERE = (np.full(2, np.inf), np.full(2, -np.inf))
_MOMENT = 1e-9
"""Seconds by which a sum of ticks may fall short."""


@dataclass(slots=True)
class Turns:
    """How each anchor moved since the tick before, float32: a particle at p goes to p + shift + M p, where M is
    ((cosine, -sine), (sine, cosine)), the turn less the identity."""

    jump: Array
    """(2, k): how far it was teleported, before the rest."""
    shift: Array
    """(2, k)."""
    cosine: Array
    """(k,): less 1."""
    sine: Array
    """(k,)."""


class Ring:
    """A pool whose rows are used round and round: the oldest particle is row ``first``, and ``count`` of them follow
    each other, past the last row to row 0.

    So the order of drawing never jumps, and nothing is searched or moved when particles die: those of a tick leave
    together when the longest lifetime is over. One that dies before stays unseen until then.
    """

    def __init__(self, effect: ParticleEffect, rng: np.random.Generator) -> None:
        self.effect = effect
        self.rng = rng
        self.pool = Pool(Particle)
        self.pool.resize(FIRST_ROOM)
        self.first = 0
        self.count = 0
        self._time = 0.0
        self._longest = effect.range("lifetime")[1]
        self._births: deque[tuple[float, int]] = deque()
        """When the particles of a tick are all dead, and how many they are."""
        self._key = first_key(effect.layer)  # of any blend: the shaders see to that, so that all share a draw
        self._speeds = effect.speeds()
        self._size = effect.range("size")[1] * float(np.abs(effect.sizes()).max())
        self.aspect = 1.0
        """Width of the picture divided by its height."""
        self._extremes = _NOWHERE
        """The least and the greatest places at the last tick, and of those that were born in this one."""
        self.drawn = False
        """Whether the pool is among those of the drawable."""
        self._scratch = np.empty((3, FIRST_ROOM), np.float32)
        self._steps = np.empty(FIRST_ROOM, np.int32)
        self._folds = Scratch()

    @property
    def room(self) -> int:
        """How many more the effect allows."""
        return self.effect.limit - self.count

    def spans(self) -> list[slice]:
        """The rows in use, oldest first: one stretch, or two."""
        end, length = self.first + self.count, self.pool.length
        if end <= length:
            return [slice(self.first, end)]
        return [slice(self.first, length), slice(0, end - length)]

    def clear(self) -> None:
        """Let all of them be gone."""
        self.first = self.count = 0
        self._births.clear()
        self._extremes = _NOWHERE
        self.pool.chunks.cut([], [], [])

    # -- one tick ------------------------------------------------------------------------------------
    def begin(self, dt: float) -> None:
        """Let those go that were all dead at the tick before, and note where the others are."""
        while self._births and self._births[0][0] <= self._time + _MOMENT:
            _, gone = self._births.popleft()
            self.count -= gone
            self.first = (self.first + gone) % self.pool.length
        if self.count * 8 < self.pool.length > FIRST_ROOM:
            self._shrink()
        self._time += dt
        self.pool.swap(PLACE, BEFORE)

    def move(self, rows: slice, dt: float) -> None:
        """Age, fall, slow down and fly on: semi-implicit Euler, as the PhysicsSystem; drag is exact."""
        effect, columns = self.effect, self.pool.writable
        place, before, velocity = (columns[field][rows] for field in (PLACE, BEFORE, VELOCITY))
        np.add(columns[AGE][rows], np.float32(dt), out=columns[AGE][rows])
        for axis, pull in enumerate(effect.gravity):
            if pull:
                np.add(velocity[:, axis], np.float32(pull * dt), out=velocity[:, axis])
        if effect.drag:
            np.multiply(velocity, np.float32(exp(-effect.drag * dt)), out=velocity)
        np.multiply(velocity, np.float32(dt), out=place)
        if self._speeds is not None:
            self._slow(place, columns[AGE][rows], columns[TRAITS][rows])
        np.add(place, before, out=place)

    def _slow(self, step: Array, age: Array, traits: Array) -> None:
        """Multiply the steps, (n, 2), by ``speed_over_life``."""
        assert self._speeds is not None
        life, moment = self._scratch[0, : len(age)], self._steps[: len(age)]
        np.divide(age, traits[:, 0], out=life)
        np.multiply(life, np.float32(SAMPLES - 1), out=life)
        np.copyto(moment, life, casting="unsafe")
        np.take(self._speeds, moment, out=life, mode="clip")
        for axis in range(2):
            np.multiply(step[:, axis], life, out=step[:, axis])

    def carry(self, rows: slice, turns: Turns) -> None:
        """Take particles that have moved along with their anchors."""
        columns = self.pool.writable
        anchor, place, before = columns[ANCHOR][rows], columns[PLACE][rows], columns[BEFORE][rows]
        if turns.sine.any():
            self._turn(columns[VELOCITY][rows], anchor, turns)
        moved = self._scratch[0, : len(anchor)]
        for axis in range(2):
            np.take(turns.jump[axis], anchor, out=moved, mode="clip")
            np.add(before[:, axis], moved, out=before[:, axis])
            np.add(place[:, axis], moved, out=place[:, axis])
        if turns.sine.any():
            self._turn(place, anchor, turns)
        for axis in range(2):
            np.take(turns.shift[axis], anchor, out=moved, mode="clip")
            np.add(place[:, axis], moved, out=place[:, axis])

    def _turn(self, vectors: Array, anchor: Array, turns: Turns) -> None:
        """Turn (n, 2) vectors as their anchors turned."""
        x, y, part = self._scratch[:, : len(anchor)]
        for out, along, across, combine in ((x, 0, 1, np.subtract), (y, 1, 0, np.add)):
            np.take(turns.cosine, anchor, out=out, mode="clip")
            np.multiply(out, vectors[:, along], out=out)
            np.take(turns.sine, anchor, out=part, mode="clip")
            np.multiply(part, vectors[:, across], out=part)
            combine(out, part, out=out)
        np.add(vectors[:, 0], x, out=vectors[:, 0])
        np.add(vectors[:, 1], y, out=vectors[:, 1])

    def add(self, newborn: Newborn) -> None:
        """Take new particles in as the youngest."""
        if not len(newborn):
            return
        while self.count + len(newborn) > self.pool.length:
            self._grow()
        end, length = (self.first + self.count) % self.pool.length, self.pool.length
        head = min(len(newborn), length - end)
        columns = self.pool.writable
        for field in (PLACE, BEFORE, VELOCITY, AGE, TRAITS, TAG, ANCHOR):
            values = getattr(newborn, field.name)
            columns[field][end : end + head] = values[:head]
            columns[field][: len(newborn) - head] = values[head:]
        self.count += len(newborn)
        self._births.append((self._time + self._longest, len(newborn)))
        low, high = _extremes(newborn.before, [slice(None)], self._folds)
        self._extremes = np.minimum(self._extremes[0], low), np.maximum(self._extremes[1], high)

    def _grow(self) -> None:
        """Twice the rows. Those past the end that went on at row 0 now follow where the end was."""
        old = self.pool.length
        self.pool.resize(2 * old)
        wrapped = max(self.first + self.count - old, 0)
        for column in self.pool.writable.values():
            column[old : old + wrapped] = column[:wrapped]
        self._scratch = np.empty((3, 2 * self.pool.length), np.float32)
        self._steps = np.empty(self.pool.length, np.int32)

    def _shrink(self) -> None:
        """A quarter of the rows, as all that are in the ring are published; the oldest is row 0."""
        spans, columns = self.spans(), self.pool.writable
        living = {field: np.concatenate([column[span] for span in spans]) for field, column in columns.items()}
        self.first = 0
        self.pool.resize(max(self.pool.length // 4, FIRST_ROOM))
        for field, column in self.pool.writable.items():
            column[: self.count] = living[field]

    def end(self) -> None:
        """Tell the pool what changed, and where the particles are."""
        spans = [span for span in self.spans() if span.stop > span.start]
        for field in (PLACE, BEFORE, AGE, TRAITS, TAG):
            self.pool.touch(field)
        chunks = self.pool.chunks
        first, count = [span.start for span in spans], [span.stop - span.start for span in spans]
        # A cut has the draw list made again, so there is none where nothing was born and nothing has died.
        if chunks.first.tolist() != first or chunks.count.tolist() != count:
            chunks.cut(first, count, [self._key] * len(first))
        circle = self._circle(spans) if spans else (0.0, 0.0, 0.0)
        chunks.bound(np.broadcast_to(circle[:2], (len(first), 2)), np.full(len(first), circle[2]))

    def _circle(self, spans: list[slice]) -> tuple[float, float, float]:
        """x, y and radius of one that holds all that is drawn of the particles at both ticks."""
        columns = self.pool.writable
        with np.errstate(all="ignore"):
            now = _extremes(columns[PLACE], spans, self._folds)
            # Where they were is known from the tick before, but for those that were teleported along.
            before = _extremes(columns[BEFORE], spans, self._folds) if self.effect.local else self._extremes
            low, high = np.minimum(now[0], before[0]), np.maximum(now[1], before[1])
            self._extremes = now
            x, y = ((low + high) / 2).tolist()
            radius = (float(np.hypot(*(high - low))) + self._size * hypot(1.0, self.aspect)) / 2
            if self.effect.stretch:
                fastest = np.maximum(*np.abs(_extremes(columns[VELOCITY], spans, self._folds)))
                radius += self.effect.stretch * float(np.hypot(*fastest)) / 2
        return (x, y, radius) if isfinite(x + y + radius) else (0.0, 0.0, inf)


def _extremes(pairs: Array, spans: list[slice], scratch: Scratch) -> tuple[Array, Array]:
    """The least and the greatest of both columns of some rows of (n, 2) float32: (2,) float64 each."""
    scratch.begin()
    parts = [_folded(pairs[span], scratch) for span in spans]
    low = np.min([part[0].min(axis=0) for part in parts], axis=0)
    high = np.max([part[1].max(axis=0) for part in parts], axis=0)
    return low.astype(np.float64), high.astype(np.float64)


def _folded(pairs: Array, scratch: Scratch) -> tuple[Array, Array]:
    """Few pairs with the same least and greatest numbers as many, (n, 2). Numpy is quick where the innermost loop is
    long, so thousands of rows are laid over each other first."""
    low = high = pairs
    for fold in (_FOLD, _FOLD // 32):
        if len(low) >= 2 * fold:
            low, high = _fold(low, fold, np.minimum, scratch), _fold(high, fold, np.maximum, scratch)
    return low, high


def _fold(pairs: Array, fold: int, least: np.ufunc, scratch: Scratch) -> Array:
    """``fold`` pairs: the least (or greatest) of those that lie over each other."""
    folded = scratch.take((fold, 2), np.float32)
    whole = len(pairs) // fold * fold
    least.reduce(pairs[:whole].reshape(-1, 2 * fold), out=folded.reshape(-1))
    return least(folded, pairs[-fold:], out=folded)  # type: ignore[no-any-return]
