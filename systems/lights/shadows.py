"""What stands in the way of which light, and how light it is without any."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import AmbientLight
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.keys import HIGHEST_LAYER, first_key
from ecs_engine.systems.culling import VisibleSets
from ecs_engine.systems.drawable import Drawables, Instances
from ecs_engine.systems.lights.lights import GLOW, LIGHTS, PAINT, POSE, PREVIOUS
from ecs_engine.systems.lights.occluder import Occluder
from ecs_engine.systems.lights.outlines import Outlines

Array = np.ndarray[Any, Any]

NOTHING = np.zeros((1, 4), np.float32)
X, Y, X_BEFORE, Y_BEFORE, RADIUS, SHADOWS = range(6)


class ShadowSystem(System):
    """Gives each light that a camera sees the edges of occluders in its reach, and each view its ambient light.

    Lights and edges are compared all with all, in whole arrays; in a tick in which no such light and no occluder has
    moved, nothing is.
    """

    stage: ClassVar[Stage] = Stage.CULL

    def on_add(self) -> None:
        self._outlines = Outlines(self.world)
        self._rows: Array = np.empty(0, np.int64)
        self._lights: Array = np.empty((0, 6), np.float32)
        self._capacity = 0
        self._empty = True
        self._scratch = np.empty((3, 0), np.float32), np.empty(0, np.bool_)

    def process(self, dt: float) -> None:
        self.light_views()
        drawables = self.world.resource(Drawables).instances
        index = next((i for i, one in enumerate(drawables) if one.drawable is LIGHTS), None)
        if index is None or not drawables[index].tables:
            return
        found = self.world.get_component(Occluder)
        if self._empty and not found and drawables[index].layout.capacity == self._capacity:
            return
        rows, lights = self.find_lights(drawables[index], index)
        moved = self._outlines.update(found)
        same = np.array_equal(rows, self._rows) and np.array_equal(lights, self._lights)
        if moved or not same or drawables[index].layout.capacity != self._capacity:
            self._rows, self._lights, self._capacity = rows, lights, drawables[index].layout.capacity
            self.cast(drawables[index])

    def light_views(self) -> None:
        """Set the ambient light of each view, and which of its layers are lit."""
        everywhere: tuple[Any, ...] | None = None
        by_camera: dict[int, tuple[Any, ...]] = {}
        cameras = self.world.resource(VisibleSets).cameras
        known = {camera.entity for camera in cameras}
        for rows in self.world.select(AmbientLight):
            (ambient,) = rows
            colors = ambient.color[:, :3] * (ambient.intensity / 255)[:, None]
            for entity, color, last in zip(
                rows.entities.tolist(), np.nan_to_num(colors).tolist(), ambient.last_layer.tolist(), strict=True
            ):
                if entity in known:
                    by_camera[entity] = color, last
                else:
                    everywhere = color, last
        if everywhere is None and not by_camera:
            return
        for camera in cameras:
            found = by_camera.get(camera.entity, everywhere)
            if found is not None:
                (red, green, blue), last = found
                camera.view.ambient = red, green, blue
                camera.view.unlit_key = first_key(min(last, HIGHEST_LAYER) + 1)

    def find_lights(self, instances: Instances, index: int) -> tuple[Array, Array]:
        """The rows of all lights that a camera sees and that cast shadows, (n,), and what is to be known of them,
        (n, 6)."""
        sets = self.world.resource(VisibleSets)
        seen = np.zeros(instances.layout.capacity, np.bool_)
        for visible in sets.visible[: len(sets.cameras)]:
            np.logical_or(seen, visible[index].mask, out=seen)
        rows, lights = [np.empty(0, np.int64)], [np.empty((0, 6), np.float32)]
        for table, first in zip(instances.tables, instances.layout.firsts, strict=False):
            local = np.flatnonzero(seen[first : first + table.length] & (table.readable[PAINT][:, 3] > 0.0))
            if len(local):
                rows.append(local + first)
                lights.append(self._read(table, local))
        return np.concatenate(rows), np.concatenate(lights)

    @staticmethod
    def _read(table: Table, rows: Array) -> Array:
        found = np.empty((len(rows), 6), np.float32)
        found[:, X : Y + 1] = table.readable[POSE][rows, :2]
        found[:, X_BEFORE : Y_BEFORE + 1] = table.readable[PREVIOUS][rows, :2]
        found[:, RADIUS] = table.readable[GLOW][rows, 0]
        found[:, SHADOWS] = table.readable[PAINT][rows, 3]
        return found

    def cast(self, instances: Instances) -> None:
        """Write the lookups of the lights."""
        lights, outlines = self._lights, self._outlines
        light, edge = self.pairs(lights, outlines)
        counts = np.bincount(light, minlength=len(lights))
        spans = np.zeros((max(instances.layout.capacity, 1), 2), np.uint32)
        spans[self._rows, 0] = np.cumsum(counts) - counts
        spans[self._rows, 1] = counts
        self._empty = not len(edge)
        instances.lookups["spans"].set(spans)
        instances.lookups["edges"].set(NOTHING if self._empty else outlines.now[edge])
        instances.lookups["edges_before"].set(NOTHING if self._empty else outlines.before[edge])

    def pairs(self, lights: Array, outlines: Outlines) -> tuple[Array, Array]:
        """Which edge is in the reach of which light, and turned so that it is in its way: two arrays (k,) of numbers,
        by light."""
        count, edges = len(lights), len(outlines.now)
        if not count or not edges:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        across, up, reach, near = self._room(count, edges)
        with np.errstate(over="ignore", invalid="ignore"):
            way = np.hypot(lights[:, X] - lights[:, X_BEFORE], lights[:, Y] - lights[:, Y_BEFORE])
            np.subtract(lights[:, X, None], outlines.middle[None, :, 0], out=across)
            np.subtract(lights[:, Y, None], outlines.middle[None, :, 1], out=up)
            np.add((lights[:, RADIUS] + way)[:, None], outlines.radius[None], out=reach)
            for one in (across, up, reach):
                np.multiply(one, one, out=one)
            np.add(across, up, out=across)
            np.less_equal(across, reach, out=near)
        light, edge = np.divmod(np.flatnonzero(near), edges)
        start, end = outlines.now[edge, :2], outlines.now[edge, 2:]
        along, aside = end - start, lights[light, :2] - start
        left = along[:, 0] * aside[:, 1] - along[:, 1] * aside[:, 0]
        kept = np.flatnonzero(left * outlines.side[edge] >= 0.0)
        return light[kept], edge[kept]

    def _room(self, count: int, edges: int) -> tuple[Array, Array, Array, Array]:
        """Three float32 arrays and one of bools, (count, edges), with anything in them."""
        numbers, flags = self._scratch
        if count * edges > len(flags):
            size = 2 * count * edges
            numbers, flags = self._scratch = np.empty((3, size), np.float32), np.empty(size, np.bool_)
        across, up, reach = (one[: count * edges].reshape(count, edges) for one in numbers)
        return across, up, reach, flags[: count * edges].reshape(count, edges)
