"""Lights become rows of the drawable that is drawn into light maps."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Blend, LightDraw, PointLight, WorldPose2D
from ecs_engine.core.component import field_of, spec_of
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.keys import BLEND_SHIFT
from ecs_engine.frame.snapshot import ColumnSpec
from ecs_engine.systems.drawable import Drawable, EntityRows

Array = np.ndarray[Any, Any]

log = logging.getLogger("ecs_engine")

POSE, PREVIOUS = field_of(WorldPose2D, "pose"), field_of(WorldPose2D, "previous")
GLOW, PAINT = field_of(LightDraw, "glow"), field_of(LightDraw, "paint")
_REACH, _KEY = field_of(LightDraw, "reach"), field_of(LightDraw, "key")
_SCALE = field_of(WorldPose2D, "scale")
_INPUTS = (*spec_of(PointLight).fields, _SCALE)  # type: ignore[union-attr]

KEY = Blend.ADD << BLEND_SHIFT
"""The sort key of every light: one that adds, in no layer."""

LIGHTS = Drawable(
    name="lights",
    columns={"pose": POSE, "prev": PREVIOUS, "glow": GLOW, "paint": PAINT},
    entities=EntityRows(requires=(PointLight, WorldPose2D), pose=POSE, radius=_REACH, key=_KEY, previous=PREVIOUS),
    lookups=(
        ColumnSpec("spans", np.dtype(np.uint32), 2),  # of each sector of each row: its first edge, and how many
        ColumnSpec("edges", np.dtype(np.float32), 4),  # from x, y to x, y in the world, at this tick
        ColumnSpec("edges_before", np.dtype(np.float32), 4),  # and at the one before
    ),
    lights=True,
)


class LightSystem(System):
    """Derives :class:`LightDraw` from :class:`PointLight` and the world scale, in tables where one of them changed."""

    stage: ClassVar[Stage] = Stage.TRANSFORM
    needs: ClassVar[tuple[type, ...]] = (PointLight,)

    def on_add(self) -> None:
        self._seen: dict[Table, tuple[int, ...]] = {}
        self._told = False

    def process(self, dt: float) -> None:
        for rows in self.world.select(PointLight, WorldPose2D):
            table = rows.table
            versions = tuple([table.versions[field] for field in _INPUTS])
            if versions == self._seen.get(table):
                continue
            self._seen[table] = versions
            light, pose = rows
            with np.errstate(all="ignore"):  # what is NaN or infinite is off
                self.write(table, light, pose.scale)
            for field in (GLOW, PAINT, _REACH):
                table.touch(field)
            if (table.readable[_KEY] != KEY).any():  # new rows: else nothing would have to be sorted again
                table.writable[_KEY][:] = KEY
                table.touch(_KEY)

    def write(self, table: Table, light: Any, scale: Array) -> None:
        """Write all but the key; ``light`` has the columns of :class:`PointLight`, ``scale`` is (n, 2)."""
        glow, paint = table.writable[GLOW], table.writable[PAINT]
        mean = np.sqrt(np.abs(scale[:, 0] * scale[:, 1]))
        glow[:, 0] = light.radius * mean
        glow[:, 1] = np.maximum(light.size, 0.0) * mean
        glow[:, 2] = np.maximum(light.falloff, 0.0)
        glow[:, 3] = light.cone / 2
        paint[:, :3] = light.color[:, :3] * (light.intensity / 255)[:, None]
        paint[:, 3] = np.clip(light.shadows, 0.0, 1.0)
        finite = np.isfinite(glow).all(axis=1) & np.isfinite(paint).all(axis=1)
        if not self._told and (light.visible & ~finite).any():
            self._told = True
            log.warning(
                "Light %d has a number that is infinite or NaN and is off: look at its radius, intensity, falloff, "
                "size, shadows and cone, and at the scale of its Transform2D. This is told once.",
                table.entity_array[np.flatnonzero(light.visible & ~finite)[0]],
            )
        on = light.visible & finite & (glow[:, 0] > 0.0)
        np.copyto(table.writable[_REACH], np.where(on, glow[:, 0], -np.inf))
