"""What is seen becomes the draw list: row ids in draw order, cut where the state changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ecs_engine.core.system import Stage, System
from ecs_engine.frame.keys import STATE_MASK, first_key
from ecs_engine.frame.snapshot import DrawList
from ecs_engine.systems.cameras import CameraState
from ecs_engine.systems.culling import Visible, VisibleSets
from ecs_engine.systems.drawable import Drawables, Instances

Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class _Sorted:
    """All rows of one drawable in draw order; made again only when a key, or a table's rows, changed."""

    basis: tuple[Any, ...] = ()
    version: int = 0
    order: Array = field(default_factory=lambda: np.empty(0, np.uint32))
    keys: Array = field(default_factory=lambda: np.empty(0, np.uint16))
    bounds: Array = field(default_factory=lambda: np.zeros(1, np.int64))
    """Where the key changes along ``order``: run i is bounds[i] to bounds[i + 1]."""

    def update(self, instances: Instances) -> None:
        drawable, layout = instances.drawable, instances.layout
        basis = (
            layout.number,
            *((table.versions[drawable.key], table.layout_version) for table in instances.tables),
        )
        if basis == self.basis:
            return
        self.basis = basis
        self.version += 1
        tables = [(t, first) for t, first in zip(instances.tables, layout.firsts, strict=True) if t.length]
        if not tables:
            self.order, self.keys, self.bounds = self.order[:0], self.keys[:0], np.zeros(1, np.int64)
            return
        rows = np.concatenate([np.arange(first, first + t.length, dtype=np.uint32) for t, first in tables])
        keys = np.concatenate([t.readable[drawable.key] for t, _ in tables])
        by_key = np.argsort(keys, kind="stable")  # radix sort, as the keys have 16 bits
        self.order, self.keys = rows[by_key], keys[by_key]
        changes = np.flatnonzero(self.keys[1:] != self.keys[:-1]) + 1
        self.bounds = np.concatenate(([0], changes, [len(by_key)]))


class BatchingSystem(System):
    """Writes the draw list: for each camera, the rows it sees, by key, one draw per run of equal state.

    Sorting happens when keys change; from tick to tick the sorted rows are only filtered by what is seen, and not
    even that where nothing came into sight or left it. Override :meth:`add_view` to draw in another order.
    """

    stage: ClassVar[Stage] = Stage.BATCH

    def on_add(self) -> None:
        self.draw_list = DrawList()
        self.world.add_resource(self.draw_list)
        self._sorted: list[_Sorted] = []
        self._basis: tuple[Any, ...] = ()

    def process(self, dt: float) -> None:
        drawables = self.world.resource(Drawables).instances
        sets = self.world.resource(VisibleSets)
        while len(self._sorted) < len(drawables):
            self._sorted.append(_Sorted())
        for in_order, instances in zip(self._sorted, drawables, strict=True):
            in_order.update(instances)
        basis = (
            *(in_order.version for in_order in self._sorted),
            *((camera.first_layer, camera.last_layer) for camera in sets.cameras),
            *(one.version for visible in sets.visible[: len(sets.cameras)] for one in visible),
        )
        if basis == self._basis:
            return
        self._basis = basis
        self.draw_list.clear()
        self.draw_list.version += 1
        for view, (camera, visible) in enumerate(zip(sets.cameras, sets.visible, strict=False)):
            self.add_view(view, camera, visible)

    def add_view(self, view: int, camera: CameraState, visible: list[Visible]) -> None:
        """Append one camera's rows and draws to the draw list."""
        runs: list[Run] = []
        for set_index, (in_order, one_visible) in enumerate(zip(self._sorted, visible, strict=True)):
            layers = (first_key(camera.first_layer), first_key(camera.last_layer + 1))
            low, high = np.searchsorted(in_order.keys, layers).tolist()
            runs += self._select_rows(set_index, in_order, one_visible.mask, low, high)
        runs.sort(key=lambda run: run.key & ~STATE_MASK)  # layers across all sets; within one, as they were found
        for run in merge_runs(runs):
            self.draw_list.add_draw(view, run.set_index, run.key, run.first, run.count)

    def _select_rows(self, set_index: int, in_order: _Sorted, mask: Array, low: int, high: int) -> list[Run]:
        """Append the seen rows of order[low:high] to the draw list's order, and cut them into runs."""
        order = in_order.order[low:high]
        seen = mask[order]
        count = int(np.count_nonzero(seen))
        first = self.draw_list.order_length
        room = self.draw_list.room_for(count)
        if count == len(order):
            np.copyto(room, order)
        else:
            np.compress(seen, order, out=room)
        runs = []
        bounds = np.clip(in_order.bounds, low, high).tolist()
        for begin, end in pairwise(bounds):
            length = int(np.count_nonzero(seen[begin - low : end - low]))
            if length:
                runs.append(Run(set_index, int(in_order.keys[begin]), first, length))
                first += length
        return runs


class Run(NamedTuple):
    """Rows that follow each other in the order, of one instance set and with one key."""

    set_index: int
    key: int
    first: int
    count: int


def merge_runs(runs: list[Run]) -> list[Run]:
    """Neighbours of one instance set and one state that follow each other in the order, too, become one draw."""
    merged: list[Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.set_index == run.set_index
            and (last.key ^ run.key) & STATE_MASK == 0
            and last.first + last.count == run.first
        ):
            merged[-1] = last._replace(count=last.count + run.count)
        else:
            merged.append(run)
    return merged
