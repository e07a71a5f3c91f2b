"""Particles are born, move and die."""

from __future__ import annotations

import operator
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Blend, WorldPose2D
from ecs_engine.components.particles import EmitterState, ParticleEmitter
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.scratch import Scratch
from ecs_engine.core.selection import Rows
from ecs_engine.core.system import Stage, System
from ecs_engine.pictures import Pictures, PictureTable
from ecs_engine.systems.drawable import Drawables
from ecs_engine.systems.particles.births import Sources, give_birth, joined
from ecs_engine.systems.particles.drawable import CLOCK, HEADER, SOFT_DOT, STRIDE
from ecs_engine.systems.particles.effect import SAMPLES
from ecs_engine.systems.particles.particles import Particles
from ecs_engine.systems.particles.ring import Ring
from ecs_engine.systems.registries import resource_or_new

Array = np.ndarray[Any, Any]

_OWED, _ANCHOR = field_of(EmitterState, "owed"), field_of(EmitterState, "anchor")
_PENDING = field_of(ParticleEmitter, "pending")
_ALMOST = 1e-6
"""Of a particle: sums of fractions that fall short of a whole one by less are whole."""
_FAR = 1e18
"""Emitters beyond bring nothing: the squares of their coordinates would be infinite."""


class ParticleSystem(System):
    """Brings forth what emitters and bursts ask for, and moves all particles, an effect at a time.

    Override :meth:`move` to have particles pushed by wind, or stopped by a floor.
    """

    stage: ClassVar[Stage] = Stage.TRANSFORM

    def on_add(self) -> None:
        known = self.world.try_resource(Particles)  # of a system that this one replaces
        self.particles = Particles() if known is None else known
        self.world.add_resource(self.particles)
        self._known: tuple[int, ...] = ()
        self._clock = 0.0
        self._scratch = resource_or_new(self.world, Scratch)
        self._effects: Array = np.empty(0, np.float32)
        self._rates, self._local = np.zeros(1), np.zeros(1, np.bool_)

    def process(self, dt: float) -> None:
        rings = self.particles.rings
        if not rings and not self.world.knows(ParticleEmitter):
            return
        if len(self._rates) <= len(rings):
            self._rates = np.array([0.0, *(ring.effect.rate for ring in rings)])
            self._local = np.array([False, *(ring.effect.local for ring in rings)])
        with np.errstate(over="ignore", invalid="ignore"):  # numbers may grow beyond all bounds, each by itself
            sources = self._gather(dt) + self.particles.take_bursts()
            living = [ring for ring in rings if ring.count] if dt > 0.0 else []
            for ring in living:
                ring.begin(dt)
                for rows in ring.spans():
                    self.move(ring, rows, dt)
                    if ring.effect.local:
                        ring.carry(rows, self.particles.anchors.turns)
            born = self._give_birth(sources, dt) if sources else []
            for ring in dict.fromkeys(living + born):
                ring.end()
        if rings:
            self._write_lookup(dt)

    def move(self, ring: Ring, rows: slice, dt: float) -> None:
        """Move some rows (oldest first) of an effect's particles by one tick of ``dt`` seconds, above 0.

        Their columns are ``ring.pool.writable[field_of(Particle, name)][rows]``; ``place`` must become that of this
        tick, ``before`` is that of the last one.
        """
        ring.move(rows, dt)

    # -- birth ---------------------------------------------------------------------------------------
    def _gather(self, dt: float) -> list[Sources]:
        """What the emitters of each table owe by now."""
        found, anchored = [], []
        self._scratch.begin()
        for rows in self.world.select(ParticleEmitter, EmitterState, WorldPose2D):
            sources = self._emitters(rows, dt)
            local = self._scratch.take(len(rows), np.bool_)
            np.take(self._local, sources.effect, out=local, mode="clip")
            if local.any():
                anchor = rows.table.writable[_ANCHOR]
                anchor[~local] = -1
                new = np.flatnonzero(local & (anchor < 0))
                anchor[new] = self.particles.anchors.take(sources.pose[new])
                anchored.append(sources.take(np.flatnonzero(local)))
            owed = rows.table.writable[_OWED]
            np.copyto(owed, sources.streamed)
            total = np.add(sources.owed, sources.per_tick, out=self._scratch.take(len(rows), np.float64))
            np.subtract(total, owed, out=owed)
            found.append(sources)
        if dt > 0.0 and self._local.any():
            longest = max(ring.effect.range("lifetime")[1] for ring in self.particles.rings if ring.effect.local)
            self.particles.anchors.update(anchored, longest, dt)
        return found

    def _emitters(self, rows: Rows, dt: float) -> Sources:
        emitter, state, pose = rows
        take, count = self._scratch.take, len(rows)
        effect = take(count, np.int64)
        np.copyto(effect, emitter.effect)
        if effect.max() >= len(self._rates):
            row = int(effect.argmax())
            raise EngineError(
                f"The ParticleEmitter of entity {rows.entities[row]} has effect {effect[row]}, and there are only "
                f"{len(self._rates) - 1}: give it what world.resource(Particles).add(ParticleEffect(...)) returned."
            )
        per_tick, part, flags = take(count, np.float64), take(count, np.float64), take(count, np.bool_)
        here, previous, velocity = (take((count, width), np.float64) for width in (4, 4, 2))
        with np.errstate(all="ignore"):
            np.take(self._rates, effect, out=per_tick, mode="clip")
            for factor in (emitter.rate, emitter.emitting):
                np.copyto(part, factor)
                np.multiply(per_tick, part, out=per_tick)
            np.minimum(np.multiply(per_tick, dt, out=per_tick), 1e9, out=per_tick)
            np.logical_not(np.greater(per_tick, 0.0, out=flags), out=flags)  # also of what is NaN
            np.copyto(per_tick, 0.0, where=flags)
            np.copyto(here, pose.pose)
            np.copyto(previous, pose.previous)
            turns = np.divide(np.subtract(here[:, 2], previous[:, 2], out=part), 2 * np.pi, out=part)
            np.multiply(np.rint(turns, out=part), 2 * np.pi, out=part)
            np.add(previous[:, 2], part, out=previous[:, 2])  # the shorter way round
            velocity.fill(0.0)
            if dt > 0.0:
                for axis in range(2):
                    np.divide(np.subtract(here[:, axis], previous[:, axis], out=part), dt, out=velocity[:, axis])
        pending, streamed, owed = take(count, np.int64), take(count, np.int64), take(count, np.float64)
        np.copyto(pending, emitter.pending)
        if pending.any():
            rows.table.writable[_PENDING][:] = 0
            rows.table.touch(_PENDING)
        np.copyto(owed, state.owed)
        np.add(np.add(owed, per_tick, out=part), _ALMOST, out=part)
        np.copyto(streamed, np.floor(part, out=part), casting="unsafe")
        scale = take((count, 2), np.float64)
        np.copyto(scale, pose.scale)
        return Sources(
            effect=effect,
            pose=here[:, :3],
            previous=previous[:, :3],
            scale=scale,
            velocity=velocity,
            tint=np.ascontiguousarray(emitter.tint).view(np.uint32)[:, 0],
            anchor=state.anchor,
            owed=owed,
            per_tick=per_tick,
            streamed=streamed,
            burst=pending,
        )

    def _give_birth(self, sources: list[Sources], dt: float) -> list[Ring]:
        """Make what is owed; returns the rings that got some."""
        if not any(one.streamed.any() or one.burst.any() for one in sources):
            return []
        owing = joined(sources)
        where = np.hstack([owing.pose, owing.previous, owing.scale, owing.velocity])
        asked = (owing.streamed + owing.burst > 0) & (owing.effect > 0) & (np.abs(where) < _FAR).all(axis=1)
        born = []
        for number in np.unique(owing.effect[asked]).tolist():
            ring = self.particles.rings[number - 1]
            mine = owing.take(np.flatnonzero(asked & (owing.effect == number)))
            mine.cut(ring.room)
            ring.add(give_birth(ring.effect, mine, dt, ring.rng))
            born.append(ring)
            if not ring.drawn:
                ring.drawn = True
                self.world.resource(Drawables)["particles"].pools.append(ring.pool)
        return born

    # -- what the shaders look up --------------------------------------------------------------------
    def _write_lookup(self, dt: float) -> None:
        rings, lookup = self.particles.rings, self.world.resource(Drawables)["particles"].lookups["effects"]
        pictures = self.world.resource(Pictures).table
        clock = dt if dt > 0.0 else -abs(self._clock)
        known = (len(rings), pictures.version)
        if known != self._known:
            self._known = known
            self._effects = np.zeros((len(rings) + 1, STRIDE, 4), np.float32)
            for rows, ring in zip(self._effects[1:], rings, strict=True):
                write_effect(rows, ring, pictures)
        elif clock == self._clock:
            return
        self._clock = clock
        self._effects[:, 1, CLOCK] = clock
        lookup.set(self._effects.reshape(-1, 4))


def write_effect(rows: Array, ring: Ring, pictures: PictureTable) -> None:
    """Write what particles look up about their effect, (STRIDE, 4): see ``systems/particles/drawable.py``."""
    effect, page = ring.effect, SOFT_DOT
    if effect.picture is not None:
        picture = operator.index(effect.picture)
        picture = picture if 0 <= picture < len(pictures.page) else 0
        corners, page = pictures.uv[picture], float(pictures.page[picture])
        rows[0] = [side for corner in corners.tolist() for side in (corner & 0xFFFF, corner >> 16)]
        width, height = pictures.size[picture].tolist()
        ring.aspect = width / height
    rows[1] = page, effect.stretch, 0.0 if effect.blend == Blend.ADD else 1.0, 0.0
    rows[HEADER : HEADER + SAMPLES] = effect.colors()
    rows[HEADER + SAMPLES :, 0] = effect.sizes()
