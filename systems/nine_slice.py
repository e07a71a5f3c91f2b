"""Nine-slices become what the GPU and the draw list need: one quad each, whose pixels find their texels themselves."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import NineSlice, NineSliceDraw, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.keys import pack_keys
from ecs_engine.pictures import Pictures, PictureTable
from ecs_engine.systems.drawable import Drawable, EntityRows

Array = np.ndarray[Any, Any]

NINE_SLICES = Drawable(
    name="nine_slices",
    columns={
        "pose": field_of(WorldPose2D, "pose"),
        "prev": field_of(WorldPose2D, "previous"),
        "rect": field_of(NineSliceDraw, "rect"),
        "look": field_of(NineSliceDraw, "look"),
        "border": field_of(NineSlice, "border"),
        "extent": field_of(NineSliceDraw, "extent"),
    },
    entities=EntityRows(
        requires=(NineSlice, WorldPose2D),
        pose=field_of(WorldPose2D, "pose"),
        radius=field_of(NineSliceDraw, "radius"),
        key=field_of(NineSliceDraw, "key"),
        previous=field_of(WorldPose2D, "previous"),
    ),
)

_TILED = 16
"""Bit of the look's page."""
_OWN = {
    name: field_of(NineSlice, name)
    for name in ("picture", "size", "pixel", "tint", "anchor", "layer", "blend", "fill", "visible")
}
_SCALE = field_of(WorldPose2D, "scale")
_INPUTS = (*_OWN.values(), _SCALE)
_RECT, _LOOK, _EXTENT = (field_of(NineSliceDraw, name) for name in ("rect", "look", "extent"))
_RADIUS, _KEY = field_of(NineSliceDraw, "radius"), field_of(NineSliceDraw, "key")


class NineSliceSystem(System):
    """Derives :class:`NineSliceDraw` from :class:`NineSlice` and the world scale, of each table in which one of them
    changed."""

    stage: ClassVar[Stage] = Stage.TRANSFORM
    needs: ClassVar[tuple[type, ...]] = (NineSlice,)

    def on_add(self) -> None:
        self._seen: dict[Table, tuple[int, ...]] = {}

    def process(self, dt: float) -> None:
        pictures = self.world.resource(Pictures).table
        for rows in self.world.select(NineSlice, WorldPose2D):
            table = rows.table
            now = (pictures.version, *[table.versions[field] for field in _INPUTS])
            if self._seen.get(table) != now:
                self._seen[table] = now
                self.derive(table, pictures)

    def derive(self, table: Table, pictures: PictureTable) -> None:
        """Write all columns of one table. One that is invisible, or whose size is no number, has radius -inf."""
        own = {name: table.readable[field] for name, field in _OWN.items()}
        picture = np.where(own["picture"] < len(pictures.page), own["picture"], 0)
        rect, extent, radius = table.writable[_RECT], table.writable[_EXTENT], table.writable[_RADIUS]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            size = np.where((own["size"] == 0).all(axis=1, keepdims=True), pictures.size[picture], own["size"])
            np.divide(np.abs(size), own["pixel"][:, None], out=extent)
            size = size * table.readable[_SCALE]
            np.multiply(own["anchor"], -size, out=rect[:, :2])
            np.add(rect[:, :2], size, out=rect[:, 2:])
            reach = np.maximum(np.abs(rect[:, :2]), np.abs(rect[:, 2:]))
            np.hypot(reach[:, 0], reach[:, 1], out=radius)
        sound = np.isfinite(radius) & np.isfinite(extent).all(axis=1) & (own["pixel"] > 0) & (own["pixel"] < np.inf)
        radius[~(own["visible"] & sound)] = -np.inf
        look = table.writable[_LOOK]
        look[:, :2] = pictures.uv[picture]
        look[:, 2] = own["tint"].view(np.uint32)[:, 0]
        look[:, 3] = pictures.page[picture] | (own["fill"] == 1).astype(np.uint32) << _TILED
        pack_keys(own["layer"], own["blend"], 0, 0, out=table.writable[_KEY])
        for field in (_RECT, _EXTENT, _RADIUS, _LOOK, _KEY):
            table.touch(field)
