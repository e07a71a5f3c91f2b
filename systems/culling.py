"""Which rows each camera sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from ecs_engine.core.fields import Field
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.passes import Pass
from ecs_engine.systems.cameras import CameraState, read_views
from ecs_engine.systems.drawable import Drawables, EntityRows, Instances
from ecs_engine.systems.pool import ChunkBounds

Array = np.ndarray[Any, Any]


_BOTH = np.frombuffer(b"\1\1", np.uint16)[0]
"""Two bools that are True, as one number."""
_MOST = float(np.finfo(np.float32).max)
"""What numbers are compared with stays within float32: beyond, numpy would warn."""


@dataclass(slots=True)
class Visible:
    """What one camera sees of one drawable."""

    mask: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    """Over the rows of entities, (capacity,) bool; unused rows are False."""
    chunks: list[Array] = field(default_factory=list)
    """Of each pool, over its chunks, (k,) bool: parts of one array."""
    version: int = 0
    """Changes when one of the masks does."""


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
    chunks: _SeenChunks | None = None


class _SeenChunks:
    """The same of the chunks of the drawable's pools, of which there are ``counts``."""

    __slots__ = ("before", "counts", "mask", "now", "settled", "version", "view")

    def __init__(self, counts: list[int]) -> None:
        self.counts = counts
        self.now, self.before, self.mask = np.zeros((3, sum(counts)), np.bool_)
        self.version = -1
        """Of the bounds."""
        self.view: tuple[float, ...] = ()
        """At the tick before."""
        self.settled = False

    def by_pool(self) -> list[Array]:
        """The mask in parts, one for each pool."""
        ends = np.cumsum(self.counts).tolist()
        return [self.mask[end - count : end] for count, end in zip(self.counts, ends, strict=True)]


class VisibleSets:
    """A resource: the cameras of this tick, and what each sees; ``visible[camera][drawable]``."""

    def __init__(self) -> None:
        self.cameras: list[CameraState] = []
        self.visible: list[list[Visible]] = []
        self.effects: dict[int, tuple[tuple[Pass, ...], ...]] = {}
        """Of whole windows by number; written by the EffectSystem, as those of the cameras' views are."""


class CullingSystem(System):
    """Finds the rows that a camera sees, at this tick or the one before (the picture is between the two).

    A row is seen if the circle of its radius touches the box around the camera's view. Rows at NaN or infinity are
    not seen. A table that did not move under a camera that did not move costs a comparison. Rows of pools are seen or
    not by the chunk. Override :meth:`test` and :meth:`test_chunks` to cull by another rule.
    """

    stage: ClassVar[Stage] = Stage.CULL

    def on_add(self) -> None:
        # The masks of a system that this one replaces go on, as their versions must not begin anew.
        self._sets = self.world.try_resource(VisibleSets) or VisibleSets()
        self.world.add_resource(self._sets)
        self._seen: list[list[_Seen]] = []
        self._scratch = (np.empty(0, np.complex64), np.empty((2, 0), np.bool_))
        self._limits: dict[tuple[Table, Field], tuple[tuple[float, ...], Array]] = {}

    def process(self, dt: float) -> None:
        drawables = self.world.resource(Drawables).instances
        cameras = read_views(self.world)
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
                if instances.drawable.entities is not None:
                    self._cull(camera, instances, instances.drawable.entities, one_visible, one_seen)
                if instances.pools or one_visible.chunks:
                    self._cull_chunks(camera, instances.bounds, one_visible, one_seen)
                one_seen.camera = camera

    def _cull(
        self, camera: CameraState, instances: Instances, entities: EntityRows, visible: Visible, seen: _Seen
    ) -> None:
        layout = instances.layout
        if seen.layout != layout.number:
            seen.layout = layout.number
            seen.now, seen.before = np.zeros(layout.capacity, np.bool_), np.zeros(layout.capacity, np.bool_)
            visible.mask = np.zeros(layout.capacity, np.bool_)
            seen.blocks = [()] * len(layout.firsts)
            seen.settled = [False] * len(layout.firsts)
            visible.version += 1
        view = (camera.x, camera.y, *camera.reach)
        for block, (table, first) in enumerate(zip(instances.tables, layout.firsts, strict=False)):
            basis = (table.versions[entities.pose], table.versions[entities.radius], table.layout_version, *view)
            before = seen.blocks[block]
            moved = basis != before
            if not moved and seen.settled[block]:
                continue
            seen.blocks[block], seen.settled[block] = basis, not moved
            rows = slice(first, first + table.length)
            now, last = seen.now[rows], seen.before[rows]
            np.copyto(last, now)
            if moved:
                self.test(table, entities, camera, now)
                if not before or before[2] != table.layout_version:  # rows have other places now
                    visible.mask[first + table.length : first + table.capacity] = False
                    visible.version += 1
                    if entities.earlier is None:
                        np.copyto(last, now)
                    else:
                        self.test(table, entities.earlier, seen.camera or camera, last)
            self._show(now, last, visible.mask[rows], visible)

    def _cull_chunks(self, camera: CameraState, bounds: ChunkBounds, visible: Visible, seen: _Seen) -> None:
        chunks = seen.chunks
        if chunks is None or chunks.counts != bounds.counts:
            chunks = seen.chunks = _SeenChunks(bounds.counts)
            visible.chunks = chunks.by_pool()
            visible.version += 1
        view, version = (camera.x, camera.y, *camera.reach), bounds.version
        moved, bounded = view != chunks.view, version != chunks.version
        if not moved and not bounded and chunks.settled:
            return
        chunks.view, chunks.version, chunks.settled = view, version, not moved and not bounded
        chunks.now, chunks.before = chunks.before, chunks.now
        if bounded:
            self.test_chunks(bounds, seen.camera or camera, chunks.before)
        self.test_chunks(bounds, camera, chunks.now)
        self._show(chunks.now, chunks.before, chunks.mask, visible)

    def _show(self, now: Array, before: Array, mask: Array, visible: Visible) -> None:
        """Make a part of what is visible that which is seen at this tick or the one before."""
        flags = self._scratch_of(len(mask))[1]
        both, differs = flags[0, : len(mask)], flags[1, : len(mask)]
        np.logical_or(now, before, out=both)
        np.not_equal(both, mask, out=differs)
        if np.count_nonzero(differs):
            np.copyto(mask, both)
            visible.version += 1

    def test_chunks(self, bounds: ChunkBounds, camera: CameraState, out: Array) -> None:
        """Write to ``out`` (k,) bool which chunks of a drawable's pools the camera sees; called again with the camera
        as it was at the tick before, where that is not known."""
        width, height = camera.reach
        left, bottom, right, top = bounds.edges
        inside = self._scratch_of(len(out))[1][0, : len(out)]
        # Of all chunks at once, and by few kinds of calls: after a wait for the next tick each kind has to be fetched
        # from memory, which takes longer than the work.
        np.less_equal(left, min(camera.x + width, _MOST), out=out)
        for edge, compare, limit in (
            (right, np.greater_equal, max(camera.x - width, -_MOST)),
            (bottom, np.less_equal, min(camera.y + height, _MOST)),
            (top, np.greater_equal, max(camera.y - height, -_MOST)),
        ):
            compare(edge, limit, out=inside)
            np.logical_and(out, inside, out=out)

    def test(self, table: Table, entities: EntityRows, camera: CameraState, out: Array) -> None:
        """Write to ``out`` (n,) bool which rows of ``table`` the camera sees with the poses that ``entities`` names:
        those of this tick, or, where rows came or went, once more with those of the tick before."""
        pose = table.readable[entities.pose]
        factor = table.readable.get(entities.parallax) if entities.parallax else None
        away, flags = self._scratch_of(table.length)
        inside = flags.reshape(-1)[: 2 * table.length]
        middle = camera.x, camera.y
        # x and y go as one complex number: numpy is slow where the innermost loop has only two rounds.
        place = pose.view(np.complex64)[:, 0]
        pairs = away.view(np.float32)
        with np.errstate(over="ignore", invalid="ignore"):  # comparing with NaN gives False: not seen
            limits = self._limits_of(table, entities.radius, camera.reach)
            if factor is None:
                np.subtract(place, np.complex64(complex(*middle)), out=away)
            else:
                for axis in range(2):
                    np.multiply(factor[:, axis], np.float32(middle[axis]), out=pairs[axis::2])
                np.subtract(place, away, out=away)
            np.abs(pairs, out=pairs)
            np.less_equal(pairs, limits, out=inside)
        np.equal(inside.view(np.uint16), _BOTH, out=out)

    def _limits_of(self, table: Table, radius: Field, reach: tuple[float, float]) -> Array:
        """How far from the middle of the view each row is seen at most, across and up: (2 n,) float32."""
        known, limits = self._limits.get((table, radius), ((), np.empty(0, np.float32)))
        basis = (table.versions[radius], *reach)
        if basis != known:
            if len(limits) < 2 * table.length:
                limits = np.empty(2 * table.capacity, np.float32)
            for axis in range(2):
                np.add(table.readable[radius], np.float32(reach[axis]), out=limits[axis : 2 * table.length : 2])
            self._limits[table, radius] = basis, limits
        return limits[: 2 * table.length]

    def _scratch_of(self, rows: int) -> tuple[Array, Array]:
        """Room for one complex64 and two bools a row: (rows,) and (2, rows or more)."""
        away, flags = self._scratch
        if rows > len(away):
            away, flags = self._scratch = (np.empty(2 * rows, np.complex64), np.empty((2, 2 * rows), np.bool_))
        return away[:rows], flags
