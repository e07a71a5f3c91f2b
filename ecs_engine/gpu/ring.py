"""Memory that the CPU writes every frame while the GPU still reads what was written in frames before.

A ring has three regions, each a GL buffer of its own. A write goes to the region after the current one, once
the GPU has finished the last frame that could read it; with three regions that is as a rule long past.

Three ways to write, best first:

``persistent``
    The buffer stays mapped (OpenGL 4.4 or ARB_buffer_storage); a write is a plain copy and no OpenGL call.
``map``
    One ``glMapBufferRange`` per write, told not to wait, because the fences have seen to that.
``orphan``
    ``glBufferData`` without data, then ``glBufferSubData``: the driver finds fresh memory itself.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.resource import Kind, Resource

Strategy = Literal["persistent", "map", "orphan"]

Ranges = tuple[tuple[int, int], ...]
"""(start, stop), ascending."""

REGIONS = 3
_PERSISTENT = c.MAP_WRITE_BIT | c.MAP_PERSISTENT_BIT | c.MAP_COHERENT_BIT


class Region:
    """One buffer of a ring."""

    __slots__ = ("buffer", "capacity", "last_frame", "memory", "stale", "texture")

    def __init__(self, buffer: int, capacity: int, memory: memoryview | None) -> None:
        self.buffer = buffer
        self.capacity = capacity  # bytes
        self.memory = memory  # mapped memory, written but never read
        self.last_frame = -1  # the last frame that may read it
        self.texture = 0
        self.stale: Ranges = ()  # the rows (start, stop) that changed since it was written last


class RegionRing(Resource):
    """Three regions of at least ``capacity`` bytes each. Context thread only."""

    _target: ClassVar[int] = c.COPY_WRITE_BUFFER  # no other state hangs on this one
    _fallback: ClassVar[Strategy] = "map"  # where there is no persistent mapping

    def __init__(self, device: Device, capacity: int, *, strategy: Strategy | None = None, label: str = "") -> None:
        storage = device.capabilities.buffer_storage
        if strategy not in (None, "persistent", "map", "orphan"):
            raise ValueError(f"unknown strategy {strategy!r} for {label!r}: 'persistent', 'map' or 'orphan'")
        if strategy == "persistent" and not storage:
            raise GLError(
                f"{label!r} cannot be mapped persistently: this driver has neither OpenGL 4.4 nor ARB_buffer_storage; "
                "leave the strategy out, and the best one is chosen"
            )
        super().__init__(device, label)
        self.strategy: Strategy = strategy or ("persistent" if storage else self._fallback)
        self._capacity = capacity
        self._regions: list[Region] = []
        self._current = 0
        try:
            self._create()
        except BaseException:
            self.delete()
            raise
        self._name_objects()

    def _create(self) -> None:
        if self.strategy == "persistent" and not self.device.capabilities.buffer_storage:
            self.strategy = self._fallback  # a new context may be of another driver
        self._regions = []
        self._current = 0
        for _ in range(REGIONS):
            self._regions.append(self._make_region(self._capacity))

    @property
    def buffer(self) -> int:
        """The OpenGL name of the buffer that holds the newest data."""
        self.require_alive()
        return self._regions[self._current].buffer

    def _released(self) -> None:
        for region in self._regions:
            region.memory = None

    def _next_region(self, nbytes: int) -> Region:
        """The region to write now: no frame on the GPU reads it, and it holds ``nbytes``."""
        self.require_alive()
        following = (self._current + 1) % REGIONS
        region = self._regions[following]
        if region.capacity < nbytes:
            # OpenGL keeps the old buffer's memory until frames in flight are done with it.
            fresh = self._make_region(nbytes)
            self._replaced(region, fresh)
            self._regions[following] = fresh
            region.memory = None
            self._disown(Kind.BUFFER, region.buffer)
            return fresh
        if self.strategy != "orphan":
            self.device.fences.wait(region.last_frame)
        return region

    def _advance(self) -> None:
        """Make the region just written the current one."""
        stats = self.device.stats
        # Draws of this frame may have read the region that is current until now; if none was made, none did.
        used = stats.frame if stats.draw_calls else stats.frame - 1
        old = self._regions[self._current]
        old.last_frame = max(old.last_frame, used)
        self._current = (self._current + 1) % REGIONS

    def _replaced(self, old: Region, new: Region) -> None:
        """Called when a region's buffer was made anew with more room."""

    def _make_region(self, capacity: int) -> Region:
        gl = self.device.gl
        buffer = self._own(Kind.BUFFER, gl.glGenBuffers(1)[0])
        self.device.state.bind_buffer(self._target, buffer)
        if self.strategy != "persistent":
            gl.glBufferData(self._target, capacity, 0, c.STREAM_DRAW)
            self.device.check_memory(self.label, capacity)
            return Region(buffer, capacity, None)
        gl.glBufferStorage(self._target, capacity, 0, _PERSISTENT)
        address = gl.glMapBufferRange(self._target, 0, capacity, _PERSISTENT)
        if address == 0:
            raise self._map_error(capacity)
        return Region(buffer, capacity, mapped_memory(address, capacity))

    def _write(self, region: Region, source: NDArray[np.uint8], parts: Sequence[tuple[int, int]], whole: bool) -> None:
        """Copy byte ranges ``parts`` (start, stop; ascending) of ``source`` to the same places in ``region``.

        ``whole`` says that nothing else in the region matters any more. Slices of memoryviews are copied with
        Python's lock held, on purpose: numpy gives it away for long copies, and taking it back from a busy
        thread costs more than the copy.
        """
        gl, stats = self.device.gl, self.device.stats
        for start, stop in parts:
            stats.uploads_bytes += stop - start
        if region.memory is not None:
            _copy(region.memory, source.data, parts, 0)
            return
        self.device.state.bind_buffer(self._target, region.buffer)
        if self.strategy == "orphan":
            gl.glBufferData(self._target, region.capacity, 0, c.STREAM_DRAW)
            for start, stop in parts:
                gl.glBufferSubData(self._target, start, stop - start, source.ctypes.data + start)
            return
        first, last = parts[0][0], parts[-1][1]
        # Between the parts lies data that must stay, so only a write of everything may discard the range.
        access = c.MAP_WRITE_BIT | c.MAP_UNSYNCHRONIZED_BIT | (c.MAP_INVALIDATE_RANGE_BIT if whole else 0)
        address = gl.glMapBufferRange(self._target, first, last - first, access)
        if address == 0:
            raise self._map_error(last - first)
        _copy(mapped_memory(address, last - first), source.data, parts, first)
        if not gl.glUnmapBuffer(self._target):
            # The display changed while the buffer was mapped, and all of it is lost: write all of it again.
            gl.glBufferSubData(self._target, 0, source.nbytes, source.ctypes.data)

    def _map_error(self, nbytes: int) -> GLError:
        return GLError(
            f"{self._handles} could not be mapped ({nbytes:,} bytes): the driver is out of memory; use fewer objects "
            "or smaller pages"
        )


def mapped_memory(address: int, size: int) -> memoryview:
    return memoryview((ctypes.c_ubyte * size).from_address(address)).cast("B")


def _copy(target: memoryview, source: memoryview, parts: Sequence[tuple[int, int]], base: int) -> None:
    for start, stop in parts:
        target[start - base : stop - base] = source[start:stop]
