"""The pose of the tick before."""

from __future__ import annotations

import numpy as np

from ecs_engine.components import WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.table import Table

_POSE = field_of(WorldPose2D, "pose")
_PREVIOUS = field_of(WorldPose2D, "previous")


def begin_history(table: Table) -> None:
    """Rows whose previous pose is unknown (NaN: new, or teleported) get the present one."""
    previous = table.writable[_PREVIOUS]
    unknown = np.isnan(previous[:, 0])
    if unknown.any():
        previous[unknown] = table.writable[_POSE][unknown]
