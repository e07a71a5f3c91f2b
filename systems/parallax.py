"""Parallax travels with the poses."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ecs_engine.components import Parallax, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table

_FACTOR = field_of(Parallax, "factor")
_POSE, _PREVIOUS = field_of(WorldPose2D, "pose"), field_of(WorldPose2D, "previous")


class ParallaxSystem(System):
    """Writes the factors of :class:`Parallax` into the numbers of both poses that are spare, where the shaders find
    them: 1 - x into the fourth of ``pose``, 1 - y into that of ``previous``.

    It runs right after the TransformSystem, which exchanges the two columns. Tables without Parallax are not looked at.
    """

    stage: ClassVar[Stage] = Stage.TRANSFORM
    priority = 90
    needs: ClassVar[tuple[type, ...]] = (Parallax,)

    def on_add(self) -> None:
        self._seen: dict[Table, tuple[int, ...]] = {}

    def process(self, dt: float) -> None:
        for rows in self.world.select(Parallax, WorldPose2D):
            table = rows.table
            if self._versions(table) == self._seen.get(table):
                continue
            factor = table.readable[_FACTOR]
            for axis, pose in enumerate((_POSE, _PREVIOUS)):
                np.subtract(1.0, factor[:, axis], out=table.writable[pose][:, 3])
                table.touch(pose)
            self._seen[table] = self._versions(table)

    def _versions(self, table: Table) -> tuple[int, ...]:
        versions = table.versions
        return versions[_POSE], versions[_PREVIOUS], versions[_FACTOR], table.layout_version
