"""Which rows each camera sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from ecs_engine.core.fields import Field
from ecs_engine.core.scratch import Scratch
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.passes import Pass
from ecs_engine.systems.cameras import CameraState, read_views
from ecs_engine.systems.drawable import Drawables, EntityRows, Instances
from ecs_engine.systems.pool import ChunkBounds
from ecs_engine.systems.registries import resource_or_new

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
    blocks: list[tuple[Any, ...]] = field(default_factory=list)
    now: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    settled: list[bool] = field(default_factory=list)
    """Of each block, whether the mask is that of the tick's own poses."""
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
        self._before: list[CameraState] = []
        """The cameras at the tick before."""
        self._scratch = resource_or_new(self.world, Scratch)
        self._limits: dict[tuple[Table, Field], tuple[tuple[float, ...], Array]] = {}

    def process(self, dt: float) -> None:
        drawables = self.world.resource(Drawables)
        cameras = read_views(self.world)
        drawables.update(self.world)
        sets = self._sets
        sets.cameras = cameras
        while len(sets.visible) < len(cameras):
            sets.visible.append([Visible() for _ in drawables.instances])
        del self._seen[len(cameras) :]
        while len(self._seen) < len(cameras):
            self._seen.append([_Seen() for _ in drawables.instances])
        with np.errstate(over="ignore", invalid="ignore"):  # comparing with NaN gives False: not seen
            for index, camera in enumerate(cameras):
                before = self._before[index] if index < len(self._before) else camera
                for number in drawables.drawn:
                    instances, visible = drawables.instances[number], sets.visible[index][number]
                    seen = self._seen[index][number]
                    if instances.drawable.entities is not None:
                        self._cull(camera, before, instances, instances.drawable.entities, visible, seen)
                    if instances.pools or visible.chunks:
                        self._cull_chunks(camera, before, instances.bounds, visible, seen)
        self._before = cameras

    def _cull(
        self,
        camera: CameraState,
        before: CameraState,
        instances: Instances,
        entities: EntityRows,
        visible: Visible,
        seen: _Seen,
    ) -> None:
        layout = instances.layout
        if seen.layout != layout.number:
            seen.layout = layout.number
            seen.now, visible.mask = np.zeros(layout.capacity, np.bool_), np.zeros(layout.capacity, np.bool_)
            seen.blocks = [()] * len(layout.firsts)
            seen.settled = [False] * len(layout.firsts)
            visible.version += 1
        view = (camera.x, camera.y, *camera.reach)
        for block, (table, first) in enumerate(zip(instances.tables, layout.firsts, strict=False)):
            basis = (table.versions[entities.pose], table.versions[entities.radius], table.layout_version, *view)
            known = seen.blocks[block]
            moved = basis != known
            if not moved and seen.settled[block]:
                continue
            seen.blocks[block] = basis
            self._scratch.begin()
            rows = slice(first, first + table.length)
            now, mask = seen.now[rows], visible.mask[rows]
            if not moved:
                seen.settled[block] = True
                self._show(visible, mask, now)
                continue
            last = self._scratch.take(table.length, np.bool_)
            np.copyto(last, now)
            self.test(table, entities, camera, now)
            if not known or known[2] != table.layout_version:  # rows have other places now
                self._show(visible, visible.mask[first + table.length : first + table.capacity], False)
                if entities.earlier is None:
                    np.copyto(last, now)
                else:
                    self.test(table, entities.earlier, before, last)
            seen.settled[block] = False
            np.logical_or(now, last, out=last)
            self._show(visible, mask, last)

    def _show(self, visible: Visible, mask: Array, rows: Array | bool) -> None:
        """Make a part of the mask equal to ``rows``."""
        differs = np.not_equal(mask, rows, out=self._scratch.take(len(mask), np.bool_))
        if np.count_nonzero(differs):
            np.copyto(mask, rows)
            visible.version += 1

    def _cull_chunks(
        self, camera: CameraState, before: CameraState, bounds: ChunkBounds, visible: Visible, seen: _Seen
    ) -> None:
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
        self._scratch.begin()
        if bounded:
            self.test_chunks(bounds, before, chunks.before)
        self.test_chunks(bounds, camera, chunks.now)
        both = np.logical_or(chunks.now, chunks.before, out=self._scratch.take(len(chunks.mask), np.bool_))
        self._show(visible, chunks.mask, both)

    def test_chunks(self, bounds: ChunkBounds, camera: CameraState, out: Array) -> None:
        """Write to ``out`` (k,) bool which chunks of a drawable's pools the camera sees; called again with the camera
        as it was at the tick before, where that is not known."""
        width, height = camera.reach
        left, bottom, right, top = bounds.edges
        inside = self._scratch.take(len(out), np.bool_)
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
        away = self._scratch.take(table.length, np.complex64)
        inside = self._scratch.take(2 * table.length, np.bool_)
        middle = camera.x, camera.y
        # x and y go as one complex number: numpy is slow where the innermost loop has only two rounds.
        place = pose.view(np.complex64)[:, 0]
        pairs = away.view(np.float32)
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
