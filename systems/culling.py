"""Which rows each camera sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.systems.cameras import CameraState, read_cameras
from ecs_engine.systems.drawable import Drawables, Instances

Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class Visible:
    """What one camera sees of one drawable: a mask over its rows (capacity,) bool, unused rows False."""

    mask: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    version: int = 0
    """Changes when the mask does."""


@dataclass(slots=True)
class _Seen:
    """Of one camera and drawable: what the mask was computed from, and the mask of the tick's own poses alone."""

    layout: int = -1
    camera: CameraState | None = None
    """At the tick before."""
    blocks: list[tuple[Any, ...]] = field(default_factory=list)
    now: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    before: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    settled: list[bool] = field(default_factory=list)


class VisibleSets:
    """A resource: the cameras of this tick, and what each sees; ``visible[camera][drawable]``."""

    def __init__(self) -> None:
        self.cameras: list[CameraState] = []
        self.visible: list[list[Visible]] = []


class CullingSystem(System):
    """Finds the rows that a camera sees, at this tick or the one before (the picture is between the two).

    A row is seen if the circle of its radius touches the box around the camera's view. Rows at NaN or infinity are
    not seen. A table that did not move under a camera that did not move costs a comparison. Override :meth:`test` to
    cull by another rule.
    """

    stage: ClassVar[Stage] = Stage.CULL

    def on_add(self) -> None:
        # The masks of a system that this one replaces go on, as their versions must not begin anew.
        self._sets = self.world.try_resource(VisibleSets) or VisibleSets()
        self.world.add_resource(self._sets)
        self._seen: list[list[_Seen]] = []
        self._scratch = (np.empty(0, np.float32), np.empty((2, 0), np.bool_))

    def process(self, dt: float) -> None:
        drawables = self.world.resource(Drawables).instances
        cameras = read_cameras(self.world)
        self._sets.cameras = cameras
        while len(self._sets.visible) < len(cameras):
            self._sets.visible.append([Visible() for _ in drawables])
        del self._seen[len(cameras) :]
        while len(self._seen) < len(cameras):
            self._seen.append([_Seen() for _ in drawables])
        for instances in drawables:
            instances.update(self.world)
        for camera, visible, seen in zip(cameras, self._sets.visible, self._seen, strict=False):
            for instances, one_visible, one_seen in zip(drawables, visible, seen, strict=True):
                self._cull(camera, instances, one_visible, one_seen)

    def _cull(self, camera: CameraState, instances: Instances, visible: Visible, seen: _Seen) -> None:
        drawable, layout = instances.drawable, instances.layout
        if seen.layout != layout.number:
            seen.layout = layout.number
            seen.now, seen.before = np.zeros(layout.capacity, np.bool_), np.zeros(layout.capacity, np.bool_)
            visible.mask = np.zeros(layout.capacity, np.bool_)
            seen.blocks = [()] * len(layout.firsts)
            seen.settled = [False] * len(layout.firsts)
            visible.version += 1
        view = (camera.x, camera.y, *camera.reach)
        for block, (table, first) in enumerate(zip(instances.tables, layout.firsts, strict=True)):
            basis = (table.versions[drawable.pose], table.versions[drawable.radius], table.layout_version, *view)
            before = seen.blocks[block]
            moved = basis != before
            if not moved and seen.settled[block]:
                continue
            seen.blocks[block], seen.settled[block] = basis, not moved
            rows = slice(first, first + table.length)
            now, last = seen.now[rows], seen.before[rows]
            np.copyto(last, now)
            if moved:
                self.test(table, instances, camera, now)
                if not before or before[2] != table.layout_version:  # rows have other places now
                    visible.mask[first + table.length : first + table.capacity] = False
                    visible.version += 1
                    if instances.earlier is None:
                        np.copyto(last, now)
                    else:
                        self.test(table, instances.earlier, seen.camera or camera, last)
            mask = visible.mask[rows]
            _, both, differs = self._scratch_of(len(now))
            np.logical_or(now, last, out=both)
            np.not_equal(both, mask, out=differs)
            if differs.any():
                np.copyto(mask, both)
                visible.version += 1
        seen.camera = camera

    def test(self, table: Table, instances: Instances, camera: CameraState, out: Array) -> None:
        """Write to ``out`` (n,) bool which rows of ``table`` the camera sees with the poses that ``instances.drawable``
        names: those of this tick, or, where rows came or went, once more with those of the tick before."""
        pose = table.readable[instances.drawable.pose]
        radius = table.readable[instances.drawable.radius]
        distance, inside, _ = self._scratch_of(table.length)
        reach = camera.reach
        with np.errstate(over="ignore", invalid="ignore"):  # comparing with NaN gives False: not seen
            for axis, (middle, half) in enumerate(((camera.x, reach[0]), (camera.y, reach[1]))):
                target = out if axis == 0 else inside
                np.subtract(pose[:, axis], np.float32(middle), out=distance)
                np.abs(distance, out=distance)
                np.subtract(distance, radius, out=distance)
                np.less_equal(distance, np.float32(half), out=target)
        np.logical_and(out, inside, out=out)

    def _scratch_of(self, rows: int) -> tuple[Array, Array, Array]:
        """Room for one float32 and two bools a row."""
        numbers, flags = self._scratch
        if rows > len(numbers):
            numbers, flags = self._scratch = (np.empty(2 * rows, np.float32), np.empty((2, 2 * rows), np.bool_))
        return numbers[:rows], flags[0, :rows], flags[1, :rows]
