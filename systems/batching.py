"""What is seen becomes the draw list: row ids in draw order, cut where the state changes."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from ecs_engine.core.errors import EngineError
from ecs_engine.core.system import Stage, System
from ecs_engine.frame.keys import END_KEY, LAYER_SHIFT, STATE_MASK, first_key
from ecs_engine.frame.snapshot import DrawList
from ecs_engine.systems.cameras import CameraState
from ecs_engine.systems.culling import Visible, VisibleSets
from ecs_engine.systems.draw_order import DrawOrder
from ecs_engine.systems.drawable import Drawables, Instances
from ecs_engine.systems.pool import Pool

Array = np.ndarray[Any, Any]


class BatchingSystem(System):
    """Writes the draw list: for each camera, the rows it sees, by key, one draw per run of equal state.

    All rows are sorted when keys change; from tick to tick the sorted rows are only filtered by what is seen, or, where
    that is little, what is seen is sorted; and not even that where nothing came into sight or left it. Override
    :meth:`add_view` to draw in another order, and :meth:`basis` if that order looks at more than keys and visibility.
    """

    stage: ClassVar[Stage] = Stage.BATCH

    def on_add(self) -> None:
        # The list of a system that this one replaces goes on, as its versions must not begin anew.
        self.draw_list = self.world.try_resource(DrawList) or DrawList()
        self.world.add_resource(self.draw_list)
        self._sorted: list[DrawOrder] = []
        self._basis: tuple[Any, ...] = ()
        self._seen = np.empty(0, np.bool_)

    def process(self, dt: float) -> None:
        drawables = self.world.resource(Drawables)
        sets = self.world.resource(VisibleSets)
        while len(self._sorted) < len(drawables.instances):
            self._sorted.append(DrawOrder())
        for number in drawables.drawn:
            instances = drawables.instances[number]
            if instances.drawable.entities is not None:
                self._sorted[number].update(instances, instances.drawable.entities)
        basis = self.basis(sets)
        if basis == self._basis:
            return
        self._basis = basis
        self.draw_list.clear()
        self.draw_list.version += 1
        for view, (camera, visible) in enumerate(zip(sets.cameras, sets.visible, strict=False)):
            self.add_view(view, camera, visible)

    def basis(self, sets: VisibleSets) -> tuple[Any, ...]:
        """What the draw list follows from: it is made again in the ticks in which this is another tuple."""
        drawables = self.world.resource(Drawables)
        basis: list[Any] = []
        for number in drawables.drawn:
            instances = drawables.instances[number]
            basis += self._sorted[number].version, instances.layout.number
            if instances.pools:
                basis.append([pool.chunks.version for pool in instances.pools])
        for camera, visible in zip(sets.cameras, sets.visible, strict=False):
            basis += camera.first_layer, camera.last_layer, camera.view.unlit_key
            basis += [visible[number].version for number in drawables.drawn]
        return tuple(basis)

    def add_view(self, view: int, camera: CameraState, visible: list[Visible]) -> None:
        """Append one camera's rows and draws to the draw list."""
        found = [_NO_RUNS]
        cut = camera.view.unlit_key
        drawables = self.world.resource(Drawables)
        for set_index in drawables.drawn:
            in_order, one_visible = self._sorted[set_index], visible[set_index]
            key_range = shown_keys(drawables.instances[set_index], camera)
            if len(in_order.order):
                seen = np.count_nonzero(one_visible.mask)
                if seen * FEW < len(in_order.order):
                    found.append(self._sort_rows(set_index, in_order, one_visible.mask, key_range))
                else:
                    mask = None if seen == len(in_order.order) else one_visible.mask
                    found.append(self._filter_rows(set_index, in_order, mask, key_range))
            if one_visible.chunks:
                found += self._select_chunks(set_index, one_visible.chunks, key_range)
        runs = np.concatenate(found)
        # By layer, in it by set, and in that by state, so that what can share a draw does; else as they were found.
        runs = merge_runs(runs[np.lexsort((runs[:, KEY], runs[:, SET], runs[:, KEY] >> LAYER_SHIFT))], cut)
        if alike(runs, cut).any():
            runs = merge_runs(self._gather(runs), cut)
        for set_index, key, first, count in runs.tolist():
            self.draw_list.add_draw(view, set_index, key, first, count)

    def _gather(self, runs: Array) -> Array:
        """Put the rows of one view's runs into the order of the runs, so that all neighbours that are alike merge."""
        order, start = self.draw_list.order, int(runs[:, FIRST].min())
        rows = np.concatenate([order[first : first + count] for first, count in runs[:, FIRST:].tolist()])
        np.copyto(order[start : start + len(rows)], rows)
        gathered = runs.copy()
        gathered[:, FIRST] = start + np.cumsum(runs[:, COUNT]) - runs[:, COUNT]
        return gathered

    def _filter_rows(
        self, set_index: int, in_order: DrawOrder, mask: Array | None, key_range: tuple[int, int]
    ) -> Array:
        """Append the rows that the camera sees (without a mask: all) to the draw list's order, and return their runs,
        as of `merge_runs`."""
        keys = in_order.run_keys
        begin = bisect_left(keys, key_range[0])
        end = max(bisect_left(keys, key_range[1]), begin)
        bounds = in_order.bounds[begin : end + 1]
        low, high = int(bounds[0]), int(bounds[-1])
        order = in_order.order[low:high]
        first = self.draw_list.order_length
        if mask is None:
            np.copyto(self.draw_list.room_for(len(order)), order)
            edges = bounds - low + first
        else:
            if len(order) > len(self._seen):
                self._seen = np.empty(2 * len(order), np.bool_)
            # The mode says what to do with ids out of range; there are none, and only "raise" would need a buffer.
            places = np.flatnonzero(np.take(mask, order, out=self._seen[: len(order)], mode="clip"))
            np.take(order, places, out=self.draw_list.room_for(len(places)), mode="clip")
            edges = np.searchsorted(places, bounds - low) + first
        runs = np.empty((end - begin, 4), np.int64)
        runs[:, SET], runs[:, KEY] = set_index, keys[begin:end]
        runs[:, FIRST], runs[:, COUNT] = edges[:-1], np.diff(edges)
        return runs[runs[:, COUNT] > 0]

    def _sort_rows(self, set_index: int, in_order: DrawOrder, mask: Array, key_range: tuple[int, int]) -> Array:
        """The same, in less time where they are few of many."""
        rows = np.flatnonzero(mask).astype(np.uint32)
        keys = in_order.keys[rows].astype(np.uint16)  # such few bits make the sort a radix sort
        inside = (keys >= key_range[0]) & (keys < key_range[1])
        rows, keys = rows[inside], keys[inside]
        by_key = np.argsort(keys, kind="stable")
        first, keys = self.draw_list.order_length, keys[by_key]
        np.take(rows, by_key, out=self.draw_list.room_for(len(rows)), mode="clip")
        starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(rows)])
        runs = np.empty((len(starts), 4), np.int64)
        runs[:, SET], runs[:, KEY], runs[:, FIRST] = set_index, keys[starts], first + starts
        runs[:, COUNT] = np.diff(starts, append=len(rows))
        return runs

    def _select_chunks(self, set_index: int, masks: list[Array], key_range: tuple[int, int]) -> list[Array]:
        """The same for the chunks of one drawable's pools that the camera sees."""
        instances = self.world.resource(Drawables).instances[set_index]
        firsts = instances.layout.firsts[len(instances.tables) :]
        return [
            self._select_pool(set_index, pool, first, mask, key_range)
            for pool, first, mask in zip(instances.pools, firsts, masks, strict=True)
        ]

    def _select_pool(self, set_index: int, pool: Pool, block: int, mask: Array, key_range: tuple[int, int]) -> Array:
        chunks = pool.chunks
        low, high = key_range
        seen = np.flatnonzero(mask & (chunks.count > 0) & (chunks.key >= low) & (chunks.key < high))
        seen = seen[np.argsort(chunks.key[seen], kind="stable")]
        if len(seen) and (chunks.first[seen].min() < 0 or (chunks.first + chunks.count)[seen].max() > pool.length):
            name = self.world.resource(Drawables).instances[set_index].drawable.name
            raise EngineError(
                f"A pool of {name!r} has {pool.length} rows, and a chunk of it reaches outside: cut it after resizing."
            )
        first, count = chunks.first[seen] + block, chunks.count[seen]
        ends = np.cumsum(count)
        places = self.draw_list.order_length + ends - count
        room = self.draw_list.room_for(int(count.sum()))
        # Chunks that lie side by side are copied as one.
        begins = np.flatnonzero(np.append(True, first[1:] != first[:-1] + count[:-1]))[: len(seen)]
        for begin, end in pairwise([*begins.tolist(), len(seen)]):
            start, stop = int(first[begin]), int(first[end - 1] + count[end - 1])
            np.copyto(room[ends[begin] - count[begin] : ends[end - 1]], np.arange(start, stop, dtype=np.uint32))
        runs = np.empty((len(seen), 4), np.int64)
        runs[:, SET], runs[:, KEY], runs[:, FIRST], runs[:, COUNT] = set_index, chunks.key[seen], places, count
        return runs


FEW = 16
"""One row in so many is little enough to be sorted anew."""
SET, KEY, FIRST, COUNT = range(4)
"""Columns of runs: rows that follow each other in the order, of one instance set and with one key."""
_NO_RUNS = np.empty((0, 4), np.int64)


def shown_keys(instances: Instances, camera: CameraState) -> tuple[int, int]:
    """The keys of a drawable that a camera shows: the first, and the one after the last."""
    if instances.drawable.lights:
        return 0, END_KEY
    return first_key(camera.first_layer), first_key(camera.last_layer + 1)


def merge_runs(runs: Array, cut: int = END_KEY) -> Array:
    """Neighbours of one instance set and one state that follow each other in the order, too, become one draw, unless
    only one of them has a key below ``cut``.

    Takes and returns (n, 4) int64: instance set, key, first and count (into the order).
    """
    if not len(runs):
        return runs
    new = np.ones(len(runs), np.bool_)
    new[1:] = ~alike(runs, cut) | (runs[:-1, FIRST] + runs[:-1, COUNT] != runs[1:, FIRST])
    starts = np.flatnonzero(new)
    merged = runs[starts]
    merged[:, COUNT] = np.add.reduceat(runs[:, COUNT], starts)
    return merged


def alike(runs: Array, cut: int = END_KEY) -> Array:
    """Which runs, from the second on, are of the same instance set, state and side of ``cut`` as the one before:
    (n - 1,) bool."""
    one, other = runs[:-1], runs[1:]
    same: Array = (one[:, SET] == other[:, SET]) & ((one[:, KEY] ^ other[:, KEY]) & STATE_MASK == 0)
    same &= (one[:, KEY] < cut) == (other[:, KEY] < cut)
    return same
