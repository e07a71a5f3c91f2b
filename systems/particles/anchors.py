"""The places that carried particles follow: those of their emitters, kept beyond an emitter's end."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.systems.particles.births import Sources
from ecs_engine.systems.particles.ring import Turns

Array = np.ndarray[Any, Any]


class Anchors:
    """A number for each emitter of an effect with ``local``, for as long as one of its particles may live.

    Number 0 stays where it is, for particles that no emitter brought forth.
    """

    def __init__(self) -> None:
        self._pose: Array = np.zeros((1, 3))
        self._free_at: Array = np.full(1, np.inf)
        """When the last of its particles is dead, if no more of them come; -inf for a number that is not in use."""
        self._time = 0.0
        self.turns = Turns(*(np.zeros(shape, np.float32) for shape in ((2, 1), (2, 1), 1, 1)))
        """How they moved, as of the last ``update``."""

    def take(self, poses: Array) -> Array:
        """Numbers for new emitters at these poses, (k, 3): (k,) int32."""
        free = np.flatnonzero(self._free_at <= self._time)
        if len(free) < len(poses):
            grown = max(2 * len(self._pose), len(self._pose) + len(poses))
            free = np.concatenate([free, np.arange(len(self._pose), grown)])
            self._pose = np.resize(self._pose, (grown, 3))
            self._free_at = np.concatenate([self._free_at, np.full(grown - len(self._free_at), -np.inf)])
        numbers = free[: len(poses)]
        self._pose[numbers] = poses
        self._free_at[numbers] = np.inf
        return numbers.astype(np.int32)

    def update(self, emitters: list[Sources], longest: float, dt: float) -> None:
        """Note where the living emitters are, at this tick and at the one before, and how all anchors moved.

        Args:
            longest: seconds for which particles may outlive their emitter.
        """
        self._time += dt
        before, now = self._pose, self._pose.copy()
        start = before.copy()
        for one in emitters:
            now[one.anchor], start[one.anchor, :2] = one.pose, one.previous[:, :2]
        turn = now[:, 2] - before[:, 2]
        cosine, sine = np.cos(turn) - 1.0, np.sin(turn)
        x, y = start[:, 0], start[:, 1]
        shift = np.stack([now[:, 0] - x - cosine * x + sine * y, now[:, 1] - y - sine * x - cosine * y])
        jump = (start - before)[:, :2].T
        self.turns = Turns(*(part.astype(np.float32) for part in (jump, shift, cosine, sine)))
        self._pose = now
        ends = np.minimum(self._free_at[1:], self._time + longest)
        np.copyto(self._free_at[1:], ends, where=self._free_at[1:] > -np.inf)
        for one in emitters:
            self._free_at[one.anchor] = np.inf
