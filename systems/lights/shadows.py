"""What stands in the way of which light, and how light it is without any."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import AmbientLight, PointLight
from ecs_engine.core.scratch import Scratch
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.keys import HIGHEST_LAYER, first_key
from ecs_engine.systems.culling import VisibleSets
from ecs_engine.systems.drawable import Drawables, Instances
from ecs_engine.systems.lights.in_reach import RADIUS, SIZE, WAY, X_BEFORE, Y_BEFORE, X, Y, divided, in_reach
from ecs_engine.systems.lights.lights import GLOW, LIGHTS, PAINT, POSE, PREVIOUS
from ecs_engine.systems.lights.occluder import Occluder
from ecs_engine.systems.lights.outlines import Outlines, gathered
from ecs_engine.systems.lights.sectors import MARGIN, SECTORS, covered, sectors_of

Array = np.ndarray[Any, Any]

MOST = 1e4
"""Times white: what half floats can still hold with many lights on top."""


class ShadowSystem(System):
    """Gives each light that a camera sees the edges of occluders in its reach, and each view its ambient light.

    Lights and occluders are compared all with all, in whole arrays; in a tick in which no such light and no occluder
    has moved, nothing is.
    """

    stage: ClassVar[Stage] = Stage.CULL
    needs: ClassVar[tuple[type, ...]] = (AmbientLight, PointLight)

    def on_add(self) -> None:
        self._outlines = Outlines(self.world)
        self._scratch, self._scratch_before = Scratch(), Scratch()
        self._rows: Array = np.empty(0, np.intp)
        self._lights: Array = np.empty((WAY + 1, 0), np.float32)
        self._capacity = 0
        self._empty = True

    def process(self, dt: float) -> None:
        self.light_views()
        drawables = self.world.resource(Drawables).instances
        index = next((i for i, one in enumerate(drawables) if one.drawable is LIGHTS), None)
        if index is None or not drawables[index].tables:
            return
        found = self.world.get_component(Occluder)
        if self._empty and not found and drawables[index].layout.capacity == self._capacity:
            return
        # What was found at the tick before stays in the other one, to be compared with.
        self._scratch, self._scratch_before = self._scratch_before, self._scratch
        self._scratch.begin()
        rows, lights = self.find_lights(drawables[index], index)
        moved = self._outlines.update(found)
        same = np.array_equal(rows, self._rows) and np.array_equal(lights, self._lights)
        self._rows, self._lights = rows, lights
        if moved or not same or drawables[index].layout.capacity != self._capacity:
            self._capacity = drawables[index].layout.capacity
            self.cast(drawables[index])

    def light_views(self) -> None:
        """Set the ambient light of each view, and which of its layers are lit."""
        everywhere: tuple[Any, ...] | None = None
        by_camera: dict[int, tuple[Any, ...]] = {}
        cameras = self.world.resource(VisibleSets).cameras
        known = {camera.entity for camera in cameras}
        for rows in self.world.select(AmbientLight):
            (ambient,) = rows
            colors = np.nan_to_num(ambient.color[:, :3] * (ambient.intensity / 255)[:, None])
            colors = np.clip(colors, 0.0, MOST).tolist()
            found = zip(rows.entities.tolist(), colors, ambient.last_layer.tolist(), strict=True)
            for entity, color, last in found:
                if entity in known:
                    by_camera[entity] = color, last
                else:
                    everywhere = color, last
        if everywhere is None and not by_camera:
            return
        for camera in cameras:
            own = by_camera.get(camera.entity, everywhere)
            if own is not None:
                (red, green, blue), last = own
                camera.view.ambient = red, green, blue
                camera.view.unlit_key = min(camera.view.unlit_key, first_key(min(last, HIGHEST_LAYER) + 1))

    def find_lights(self, instances: Instances, index: int) -> tuple[Array, Array]:
        """The rows of all lights that a camera sees and that cast shadows, (n,), and what is to be known of them,
        (7, n)."""
        sets = self.world.resource(VisibleSets)
        seen = self._scratch.take(instances.layout.capacity, "?")
        seen[:] = False
        for visible in sets.visible[: len(sets.cameras)]:
            np.logical_or(seen, visible[index].mask, out=seen)
        found = []
        for table, first in zip(instances.tables, instances.layout.firsts, strict=False):
            casting = np.greater(table.readable[PAINT][:, 3], 0, out=self._scratch.take(table.length, "?"))
            casting &= seen[first : first + table.length]
            found.append((table, first, np.flatnonzero(casting)))
        count = sum(len(local) for _, _, local in found)
        rows, lights = self._scratch.take(count, np.intp), self._scratch.take((WAY + 1, count), "f4")
        begin = 0
        for table, first, local in found:
            part = slice(begin, begin + len(local))
            np.add(local, first, out=rows[part])
            self._read(table, local, lights[:, part])
            begin = part.stop
        return rows, lights

    def _read(self, table: Table, rows: Array, out: Array) -> None:
        """Write what is to be known of some of a table's lights into ``out``, (7, n)."""
        values = self._scratch.take((len(rows), 4), "f4")
        for tick, field in enumerate((POSE, PREVIOUS)):
            np.take(table.readable[field], rows, axis=0, out=values, mode="clip")
            out[X + tick], out[Y + tick] = values[:, 0], values[:, 1]
        np.take(table.readable[GLOW], rows, axis=0, out=values, mode="clip")
        out[RADIUS], out[SIZE] = values[:, 0], values[:, 1]
        way = self._scratch.take((2, len(rows)), "f4")
        np.subtract(out[X : Y + 1 : 2], out[X_BEFORE : Y_BEFORE + 1 : 2], out=way)
        np.hypot(way[0], way[1], out=out[WAY])

    def cast(self, instances: Instances) -> None:
        """Write the lookups of the lights."""
        lights, outlines = self._lights, self._outlines
        light, edge = in_reach(lights, outlines, self._scratch)
        firsts, edge = self.by_sector(light, edge)
        self._empty = not len(edge)
        spans = instances.lookups["spans"].write(max(instances.layout.capacity, 1) * SECTORS)
        spans[:] = 0
        of_rows = spans.reshape(-1, SECTORS, 2)
        of_rows[self._rows, :, 0] = firsts[:, :-1].T
        of_rows[self._rows, :, 1] = np.diff(firsts, axis=1).T
        for tick, name in enumerate(("edges", "edges_before")):
            rows = instances.lookups[name].write(max(len(edge), 1))
            if self._empty:
                rows[:] = 0
            else:
                outlines.rows(tick, edge, rows)

    def by_sector(self, light: Array, edge: Array) -> tuple[Array, Array]:
        """Edges, once for each sector of a light in which they are in its way: sector by sector, light by light. Where
        those of each light begin and the last ones end, (sectors, n + 1), and the edges."""
        scratch, count = self._scratch, len(edge)
        place = gathered(self._lights[:SIZE], light, scratch).reshape(2, 1, 2, count)
        size, radius = gathered(self._lights[SIZE : RADIUS + 1], light, scratch)
        ends = gathered(self._outlines.ends.reshape(8, -1), edge, scratch).reshape(2, 2, 2, count)
        ends -= place
        radius *= np.float32(MARGIN)
        size += radius
        first, many = sectors_of(ends, size, scratch)
        found = np.flatnonzero(covered(first, many, scratch))  # sector by sector, all pairs of each
        begins = np.arange(SECTORS)[:, None] * count + np.searchsorted(light, np.arange(self._lights.shape[1] + 1))
        firsts = np.searchsorted(found, begins.reshape(-1)).reshape(begins.shape)
        _, pairs = divided(found, max(count, 1), scratch)
        return firsts, np.take(edge, pairs, out=scratch.take(len(pairs), np.intp), mode="clip")
