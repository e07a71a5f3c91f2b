"""What stands in the way of which light, and how light it is without any."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import AmbientLight, PointLight
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.keys import HIGHEST_LAYER, first_key
from ecs_engine.systems.culling import VisibleSets
from ecs_engine.systems.drawable import Drawables, Instances
from ecs_engine.systems.lights.lights import GLOW, LIGHTS, PAINT, POSE, PREVIOUS
from ecs_engine.systems.lights.occluder import Occluder
from ecs_engine.systems.lights.outlines import Outlines
from ecs_engine.systems.lights.sectors import MARGIN, SECTORS, sectors_of

Array = np.ndarray[Any, Any]

MOST = 1e4
"""Times white: what half floats can still hold with many lights on top."""
NOTHING = np.zeros((1, 4), np.float32)
X, Y, X_BEFORE, Y_BEFORE, RADIUS, SIZE, WAY = range(7)
"""Of a light; WAY is how far it went since the tick before."""


class ShadowSystem(System):
    """Gives each light that a camera sees the edges of occluders in its reach, and each view its ambient light.

    Lights and occluders are compared all with all, in whole arrays; in a tick in which no such light and no occluder
    has moved, nothing is.
    """

    stage: ClassVar[Stage] = Stage.CULL
    needs: ClassVar[tuple[type, ...]] = (AmbientLight, PointLight)

    def on_add(self) -> None:
        self._outlines = Outlines(self.world)
        self._rows: Array = np.empty(0, np.int64)
        self._lights: Array = np.empty((0, 7), np.float32)
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
        (n, 7)."""
        sets = self.world.resource(VisibleSets)
        seen = np.zeros(instances.layout.capacity, np.bool_)
        for visible in sets.visible[: len(sets.cameras)]:
            np.logical_or(seen, visible[index].mask, out=seen)
        rows, lights = [np.empty(0, np.int64)], [np.empty((0, 7), np.float32)]
        for table, first in zip(instances.tables, instances.layout.firsts, strict=False):
            local = np.flatnonzero(seen[first : first + table.length] & (table.readable[PAINT][:, 3] > 0.0))
            if len(local):
                rows.append(local + first)
                lights.append(self._read(table, local))
        return np.concatenate(rows), np.concatenate(lights)

    @staticmethod
    def _read(table: Table, rows: Array) -> Array:
        found = np.empty((len(rows), 7), np.float32)
        found[:, X : Y + 1] = table.readable[POSE][rows, :2]
        found[:, X_BEFORE : Y_BEFORE + 1] = table.readable[PREVIOUS][rows, :2]
        found[:, RADIUS : SIZE + 1] = table.readable[GLOW][rows, :2]
        found[:, WAY] = np.hypot(found[:, X] - found[:, X_BEFORE], found[:, Y] - found[:, Y_BEFORE])
        return found

    def cast(self, instances: Instances) -> None:
        """Write the lookups of the lights."""
        lights, outlines = self._lights, self._outlines
        light, edge = self.pairs(lights, outlines)
        slot, edge = self.by_sector(light, edge)
        counts = np.bincount(slot, minlength=len(lights) * SECTORS)
        spans = np.zeros((max(instances.layout.capacity, 1), SECTORS, 2), np.uint32)
        spans[self._rows, :, 0] = (np.cumsum(counts) - counts).reshape(-1, SECTORS)
        spans[self._rows, :, 1] = counts.reshape(-1, SECTORS)
        self._empty = not len(edge)
        instances.lookups["spans"].set(spans.reshape(-1, 2))
        instances.lookups["edges"].set(NOTHING if self._empty else outlines.now.take(edge, axis=0))
        instances.lookups["edges_before"].set(NOTHING if self._empty else outlines.before.take(edge, axis=0))

    def pairs(self, lights: Array, outlines: Outlines) -> tuple[Array, Array]:
        """Which edge is in the reach of which light, and turned so that it is in its way: two arrays (k,) of numbers,
        by light."""
        light, occluder = self._near(lights, outlines)
        counts = outlines.counts[occluder]
        light, first = np.repeat(light, counts), np.repeat(np.cumsum(counts) - counts, counts)
        ends = np.cumsum(outlines.counts)
        edge = np.repeat((ends - outlines.counts)[occluder], counts) + np.arange(len(light)) - first
        place, ends_of = lights.take(light, axis=0), outlines.now.take(edge, axis=0)
        along_x, along_y = ends_of[:, 2] - ends_of[:, 0], ends_of[:, 3] - ends_of[:, 1]
        left = along_x * (place[:, Y] - ends_of[:, 1]) - along_y * (place[:, X] - ends_of[:, 0])
        middle = outlines.middle.take(edge, axis=0)
        apart_x, apart_y = place[:, X] - middle[:, 0], place[:, Y] - middle[:, 1]
        reach = place[:, RADIUS] + place[:, WAY] + outlines.radius.take(edge)
        near = apart_x * apart_x + apart_y * apart_y <= reach * reach
        kept = np.flatnonzero(near & (left * outlines.side.take(edge) >= 0.0))
        return light[kept], edge[kept]

    def _near(self, lights: Array, outlines: Outlines) -> tuple[Array, Array]:
        """Which occluder is near which light: two arrays (k,) of numbers, by light. All are compared with all."""
        count, occluders = len(lights), len(outlines.reach)
        if not count or not occluders:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        across, up, reach, near = self._room(count, occluders)
        with np.errstate(over="ignore", invalid="ignore"):  # comparing with NaN gives False: not near
            np.subtract(lights[:, X, None], outlines.center[None, :, 0], out=across)
            np.subtract(lights[:, Y, None], outlines.center[None, :, 1], out=up)
            np.add((lights[:, RADIUS] + lights[:, WAY])[:, None], outlines.reach[None], out=reach)
            for one in (across, up, reach):
                np.multiply(one, one, out=one)
            np.add(across, up, out=across)
            np.less_equal(across, reach, out=near)
        light, occluder = np.divmod(np.flatnonzero(near), occluders)
        return light, occluder

    def by_sector(self, light: Array, edge: Array) -> tuple[Array, Array]:
        """Pairs, once for each sector of the light in which the edge is in the way: the numbers of these sectors among
        those of all lights, in any order, and the edges, in the order of these numbers."""
        lights, outlines = self._lights.take(light, axis=0), self._outlines
        ends = [
            edges.take(edge, axis=0) - lights[:, [x, x + 1, x, x + 1]]
            for edges, x in ((outlines.now, X), (outlines.before, X_BEFORE))
        ]
        first, count = sectors_of(ends[0], ends[1], lights[:, SIZE] + MARGIN * lights[:, RADIUS])
        pair = np.repeat(np.arange(len(edge)), count)
        sector = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count - first, count)
        slot = np.repeat(light * SECTORS, count) + sector % SECTORS
        few = len(self._lights) * SECTORS < 1 << 16
        order = np.argsort(slot.astype(np.uint16) if few else slot, kind="stable")  # of 16 bits it is a radix sort
        return slot, edge.take(pair.take(order))

    def _room(self, rows: int, columns: int) -> tuple[Array, Array, Array, Array]:
        """Three float32 arrays and one of bools, (rows, columns), with anything in them."""
        numbers, flags = self._scratch
        size = rows * columns
        if size > len(flags):
            numbers, flags = self._scratch = np.empty((3, 2 * size), np.float32), np.empty(2 * size, np.bool_)
        across, up, reach = (one[:size].reshape(rows, columns) for one in numbers)
        return across, up, reach, flags[:size].reshape(rows, columns)
