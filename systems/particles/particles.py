"""What games say to the particles: effects are defined here, and thrown out at a place without any emitter."""

from __future__ import annotations

import operator
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import EngineError
from ecs_engine.systems.particles.anchors import Anchors
from ecs_engine.systems.particles.births import Sources
from ecs_engine.systems.particles.effect import ParticleEffect
from ecs_engine.systems.particles.ring import Ring

Array = np.ndarray[Any, Any]


class Particles:
    """A resource: the effects of a world, and their living particles. Logic thread only.

    Args:
        seed: of the lots that are drawn; each effect has a stream of its own, so that equal worlds with equal seeds
            have equal particles.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._pending: list[Sources] = []
        self.rings: list[Ring] = []
        """Those of effect 1, 2, ..., for the ParticleSystem."""
        self.anchors = Anchors()

    def __len__(self) -> int:
        """How many particles live, with those that are dead, but have yet to make room."""
        return sum(ring.count for ring in self.rings)

    def seed(self, seed: int) -> None:
        """Begin all streams of lots anew."""
        self._seed = seed
        for number, ring in enumerate(self.rings):
            ring.rng = np.random.default_rng((seed, number + 1))

    def add(self, effect: ParticleEffect) -> int:
        """Define an effect, for ``ParticleEmitter.effect`` and :meth:`burst`; it stays for the life of the world.

        Raises:
            EngineError: it is no ParticleEffect.
        """
        if not isinstance(effect, ParticleEffect):
            raise EngineError(f"Particles.add was given {effect!r}: give a ParticleEffect(...).")
        number = len(self.rings) + 1
        self.rings.append(Ring(effect, np.random.default_rng((self._seed, number))))
        return number

    def burst(
        self,
        effect: SupportsIndex,
        position: npt.ArrayLike,
        count: npt.ArrayLike,
        *,
        angle: npt.ArrayLike = 0.0,
        scale: npt.ArrayLike = 1.0,
        velocity: npt.ArrayLike = (0.0, 0.0),
        tint: npt.ArrayLike = (255, 255, 255, 255),
    ) -> None:
        """Throw out particles at the end of this tick, at one place or at k places at once.

        Args:
            effect: what :meth:`add` returned.
            position: (2,) or (k, 2), world units.
            count: of particles at each place, 0 or more: a number or (k,).
            angle: by which the effect is turned: a number or (k,), radians.
            scale: stretches the effect's shape: a number or (k,).
            velocity: (2,) or (k, 2): what the effect's ``inherit`` is a part of.
            tint: (4,) or (k, 4), 0 to 255: multiplies the colours.

        Places that are infinite or NaN bring nothing.

        Raises:
            EngineError: there is no such effect, a count is no whole number of 0 or more, or the shapes do not fit.
        """
        number = operator.index(effect)
        if not 0 < number <= len(self.rings):
            raise EngineError(f"There is no particle effect {number}: give what Particles.add returned.")
        counts = np.asarray(count)
        if counts.dtype.kind not in "iu" or counts.ndim > 1 or (counts < 0).any():
            raise EngineError(f"A burst of {count!r} particles was asked for: give whole numbers of 0 or more.")
        places = np.atleast_2d(np.asarray(position, np.float64))
        k = len(places)
        try:
            poses = np.empty((k, 3))
            poses[:, :2], poses[:, 2] = places, angle
            scales = np.repeat(np.broadcast_to(np.asarray(scale, np.float64), k)[:, None], 2, axis=1)
            velocities = np.broadcast_to(np.asarray(velocity, np.float64), (k, 2))
            colors = np.broadcast_to(np.asarray(tint), (k, 4))
            counts = np.broadcast_to(np.minimum(counts, 1 << 31), k).astype(np.int64)
        except ValueError as error:
            raise EngineError(
                f"A burst at positions of shape {np.shape(position)} was given something of another length ({error}): "
                "give (2,) or (k, 2) positions, and one number or k of all else."
            ) from None
        sources = Sources(
            effect=np.full(k, number),
            pose=poses,
            previous=poses,
            scale=scales,
            velocity=velocities,
            tint=np.ascontiguousarray(np.clip(colors, 0, 255).astype(np.uint8)).view(np.uint32)[:, 0],
            anchor=np.zeros(k, np.int32),
            owed=np.zeros(k),
            per_tick=np.zeros(k),
            streamed=np.zeros(k, np.int64),
            burst=counts,
        )
        self._pending.append(sources)

    def take_bursts(self) -> list[Sources]:
        """The bursts since the last call, for the ParticleSystem."""
        pending, self._pending = self._pending, []
        return pending

    def clear(self) -> None:
        """Let all particles be gone at once; the effects stay, and so do the emitters."""
        self._pending.clear()
        for ring in self.rings:
            ring.clear()
