"""The columns of a frame on the GPU: what changed is streamed, in pages of as many rows as the driver can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ecs_engine.frame.snapshot import ColumnSnapshot, ColumnSpec, DrawList, LookupSnapshot, SetSnapshot, SetSpec
from ecs_engine.gpu import Device, StreamBuffer

Array = np.ndarray[Any, Any]
Piece = tuple[int, int, int]
"""Page of the rows, first place in the order, count."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What a :class:`ColumnStream` has on the GPU."""

    layout: int
    versions: list[int]
    """Of each block."""
    writes: list[int]
    """Of each page, the number of the write that made it so."""


class ColumnStream:
    """One column, in one :class:`StreamBuffer` per page.

    Args:
        lender: another column, which is updated before this one. What it has, or had before its last write, is not
            streamed once more: so the previous poses of what moves come from where they were the present ones.
    """

    def __init__(self, device: Device, spec: ColumnSpec, label: str, lender: ColumnStream | None = None) -> None:
        self._device = device
        self._spec = spec
        self._label = label
        self._lender = lender
        self._limit = device.capabilities.max_texture_buffer_size
        self._pages: list[StreamBuffer] = []
        self.restore()

    def restore(self) -> None:
        """The buffers are empty: stream everything with the next frame, which has all of it."""
        self._held: tuple[_Held, ...] = ()  # the newest first, and the one before
        self._shown: tuple[ColumnStream, _Held | None] = (self, None)

    def page(self, index: int) -> StreamBuffer:
        """The buffer with rows index * limit and on; made on first use."""
        while len(self._pages) <= index:
            self._pages.append(StreamBuffer(self._device, self._spec.dtype, self._spec.width, label=self._label))
        return self._pages[index]

    def bind(self, index: int, unit: int) -> None:
        """Bind a page of the rows of the last update to a texture unit."""
        stream, held = self._shown
        write = held.writes[index] if held is not None and index < len(held.writes) else None
        stream.page(index).bind(unit, write)

    def update(self, column: ColumnSnapshot, snapshot: SetSnapshot) -> None:
        """Stream the blocks whose version is not the one that was streamed last."""
        layout, versions = snapshot.layout, column.versions
        for stream in (self,) if self._lender is None else (self._lender, self):
            for held in stream._held:
                if held.versions == versions and held.layout == layout.number:
                    self._shown = stream, held
                    return
        if not self._held or self._held[0].layout != layout.number:
            self._held = ()
            seen = [-1] * len(versions)
        else:
            seen = self._held[0].versions
        blocks = list(zip(layout.firsts, snapshot.counts, versions, seen, strict=True))
        changed = [(first, count) for first, count, version, old in blocks if version != old]
        self.write(column.array, changed, max((first + count for first, count, *_ in blocks), default=0))
        now = _Held(layout.number, versions, [page.writes for page in self._pages])
        self._held = (now, *self._held[:1])
        self._shown = self, now

    def write(self, array: Array, changed: list[tuple[int, int]], rows: int) -> None:
        """Stream ``changed`` (first, count) of ``array``'s first ``rows`` rows."""
        for index, start in enumerate(range(0, rows, self._limit)):
            stop = min(start + self._limit, rows)
            inside = [
                (max(first, start) - start, min(first + count, stop) - max(first, start))
                for first, count in changed
                if first < stop and first + count > start
            ]
            if inside:
                self.page(index).write_blocks(array[start:stop], inside, stop - start)

    def delete(self) -> None:
        for page in self._pages:
            page.delete()


class LookupStream:
    """One lookup. It is one page, whole, because any row may refer to any part of it.

    :meth:`update` raises GLError where the driver's buffer textures are too short for it.
    """

    def __init__(self, device: Device, spec: ColumnSpec, label: str) -> None:
        self._stream = ColumnStream(device, spec, label)
        self._version = -1

    def update(self, lookup: LookupSnapshot) -> None:
        """Stream it if it changed."""
        if lookup.version != self._version:
            self._stream.page(0).write(lookup.array, lookup.count)
            self._version = lookup.version

    def restore(self) -> None:
        """As of :class:`ColumnStream`."""
        self._version = -1

    def bind(self, unit: int) -> None:
        self._stream.page(0).bind(unit)

    def delete(self) -> None:
        self._stream.delete()


class SetStreams:
    """All columns and lookups of one instance set."""

    def __init__(self, device: Device, spec: SetSpec) -> None:
        self.columns: dict[str, ColumnStream] = {}
        lenders: dict[str, ColumnStream] = {}
        for one in spec.columns:
            stream = ColumnStream(device, one, f"{spec.name}.{one.name}", lenders.get(one.group))
            if one.group:
                lenders.setdefault(one.group, stream)
            self.columns[one.name] = stream
        self.lookups = {one.name: LookupStream(device, one, f"{spec.name}.{one.name}") for one in spec.lookups}

    def update(self, snapshot: SetSnapshot) -> None:
        for name, stream in self.columns.items():
            stream.update(snapshot.columns[name], snapshot)
        for name, lookup in self.lookups.items():
            lookup.update(snapshot.lookups[name])

    def restore(self) -> None:
        for stream in self.columns.values():
            stream.restore()
        for lookup in self.lookups.values():
            lookup.restore()

    def bind(self, page: int, units: Mapping[str, int]) -> None:
        """Bind one page of every column, and every lookup, to its texture unit."""
        for name, stream in self.columns.items():
            stream.bind(page, units[name])
        for name, lookup in self.lookups.items():
            lookup.bind(units[name])

    def delete(self) -> None:
        for stream in self.columns.values():
            stream.delete()
        for lookup in self.lookups.values():
            lookup.delete()


class OrderStream:
    """The draw order, and the draws as the driver can make them.

    Where rows lie in several pages, the order holds row ids within the page, and draws are cut where the page
    changes and at multiples of the limit (an order longer than a buffer texture has pages of its own).
    """

    def __init__(self, device: Device) -> None:
        spec = ColumnSpec("order", np.dtype(np.uint32), 1)
        self._limit = device.capabilities.max_texture_buffer_size
        self._stream = ColumnStream(device, spec, "order")
        self._version = -1
        self._pieces: dict[int, list[Piece]] = {}

    def update(self, draws: DrawList, sets: Sequence[SetSnapshot]) -> None:
        """Stream the order if it changed; ``sets`` are what its rows are of."""
        if draws.version == self._version:
            return
        capacity = max((snapshot.layout.capacity for snapshot in sets), default=0)
        self._version = draws.version
        self._pieces.clear()
        order = draws.order
        if capacity > self._limit:
            order = order[: draws.order_length] % np.uint32(self._limit)
        self._stream.write(order, [(0, draws.order_length)], draws.order_length)

    def restore(self) -> None:
        """As of :class:`ColumnStream`."""
        self._version = -1

    def cut(self, draws: DrawList, first: int, count: int, capacity: int) -> list[Piece]:
        """A draw as (page, first, count) pieces. They are worked out once for each order."""
        if capacity <= self._limit and first + count <= self._limit:
            return [(0, first, count)]
        if first not in self._pieces:
            self._pieces[first] = self._cut(draws, first, count)
        return self._pieces[first]

    def _cut(self, draws: DrawList, first: int, count: int) -> list[Piece]:
        pages = draws.order[first : first + count] // np.uint32(self._limit)
        changes = np.flatnonzero(pages[1:] != pages[:-1]) + 1 + first
        multiples = np.arange(first // self._limit + 1, (first + count - 1) // self._limit + 1) * self._limit
        bounds = np.unique(np.concatenate(([first, first + count], changes, multiples))).tolist()
        return [(int(pages[begin - first]), begin, end - begin) for begin, end in pairwise(bounds)]

    def pieces(self, draws: DrawList, capacities: list[int]) -> Array | None:
        """Into how many pieces each draw is cut, (n,) int64; None where none is. ``capacities``: of each set."""
        if max([*capacities, draws.order_length]) <= self._limit:
            return None
        rows = draws.draws[: draws.draw_count].tolist()
        cuts = [len(self.cut(draws, first, count, capacities[which])) for _, which, _, first, count in rows]
        return np.array(cuts, np.int64)

    def bind(self, unit: int, first: int) -> int:
        """Bind the page of the order that holds place ``first``; returns where that is within the page."""
        page, place = divmod(first, self._limit)
        self._stream.page(page).bind(unit)
        return place

    def delete(self) -> None:
        self._stream.delete()
