"""Shapes become what the GPU and the draw list need."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import WorldPose2D
from ecs_engine.components.shapes import Gradient, Shape, ShapeKind
from ecs_engine.core.component import field_of, spec_of
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.keys import pack_keys
from ecs_engine.systems.shapes.rows import EXTRA, FORM, GRADIENT, GRADIENT_SHIFT, KEY, PAINT, RADIUS

Array = np.ndarray[Any, Any]

_SCALE = field_of(WorldPose2D, "scale")
_LAYER, _BLEND = field_of(Shape, "layer"), field_of(Shape, "blend")
_INPUTS = (*spec_of(Shape).fields, _SCALE)  # type: ignore[union-attr]


class ShapeSystem(System):
    """Derives :class:`ShapeDraw` from :class:`Shape` and the world scale, of tables in which one of them changed."""

    stage: ClassVar[Stage] = Stage.TRANSFORM
    needs: ClassVar[tuple[type, ...]] = (Shape,)

    def on_add(self) -> None:
        self._seen: dict[Table, tuple[int, ...]] = {}

    def process(self, dt: float) -> None:
        for rows in self.world.select(Shape, WorldPose2D):
            table = rows.table
            versions = tuple([table.versions[field] for field in _INPUTS])
            if versions == self._seen.get(table):
                continue
            self._seen[table] = versions
            shape, pose = rows
            with np.errstate(all="ignore"):  # what is NaN or infinite is not seen, by its radius
                self.write(table, shape, pose.scale)
            for field in (FORM, EXTRA, PAINT, GRADIENT, RADIUS):
                table.touch(field)
            if not np.array_equal(keys := self.keys(shape), table.readable[KEY]):
                table.writable[KEY][:] = keys
                table.touch(KEY)

    def keys(self, shape: Any) -> Array:
        """The sort key of each row, (n,) uint16."""
        keys = np.empty(len(shape.layer), np.uint16)
        pack_keys(shape.layer, shape.blend, 0, 0, out=keys)
        return keys

    def write(self, table: Table, shape: Any, scale: Array) -> None:
        """Write all but the keys; ``shape`` has the columns of :class:`Shape`, ``scale`` is (n, 2)."""
        form, extra, paint = table.writable[FORM], table.writable[EXTRA], table.writable[PAINT]
        half = np.abs(shape.size * scale) / 2
        mean = np.sqrt(np.abs(scale[:, 0] * scale[:, 1]))
        round_by = np.clip(shape.corner * mean, 0.0, half.min(axis=1))
        thickness = np.clip(shape.thickness * mean, 0.0, half.min(axis=1))
        arc = shape.kind == ShapeKind.ARC
        form[:, 0] = np.where(arc, half[:, 0] - thickness / 2, half[:, 0])
        form[:, 1] = np.where(arc, thickness / 2, half[:, 1])
        form[:, 2] = np.where(arc, shape.start + shape.sweep / 2, round_by)
        form[:, 3] = np.minimum(np.abs(shape.sweep) / 2, np.pi)
        extra[:, 0] = np.maximum(shape.stroke_width * mean, 0.0)
        extra[:, 1] = shape.corner > 0.0
        extra[:, 2:] = 0.0
        for column, color in enumerate((shape.fill, shape.fill_to, shape.stroke)):
            paint[:, column] = np.ascontiguousarray(color).view(np.uint32)[:, 0]
        paint[:, 3] = np.minimum(shape.kind, ShapeKind.ARC) | shape.gradient.astype(np.uint32) << GRADIENT_SHIFT
        self.write_gradients(table.writable[GRADIENT], shape, half)
        radius = np.where(arc | (shape.kind == ShapeKind.ELLIPSE), half.max(axis=1), np.hypot(*half.T))
        seen = shape.visible & np.isfinite(form).all(axis=1) & np.isfinite(extra[:, 0]) & (half > 0.0).all(axis=1)
        np.copyto(table.writable[RADIUS], np.where(seen, radius, -np.inf))

    def write_gradients(self, gradient: Array, shape: Any, half: Array) -> None:
        """Write (n, 4), see ``systems/shapes/rows.py``."""
        c, s = np.cos(shape.gradient_angle), np.sin(shape.gradient_angle)
        length = 2 * (np.abs(c) * half[:, 0] + np.abs(s) * half[:, 1])
        gradient[:, 0], gradient[:, 1], gradient[:, 2], gradient[:, 3] = c / length, s / length, 0.5, 0.0
        radial = shape.gradient == Gradient.RADIAL
        gradient[radial, :2] = 0.0
        gradient[radial, 2:] = 1.0 / half[radial]
