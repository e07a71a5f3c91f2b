"""A column of the world on the GPU: streamed as it is, read by vertex shaders through a buffer texture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.resource import Kind
from ecs_engine.gpu.ring import Ranges, Region, RegionRing, Strategy

_FORMATS: dict[tuple[np.dtype[Any], int], int] = {
    (np.dtype(np.float32), 1): c.R32F,
    (np.dtype(np.float32), 2): c.RG32F,
    (np.dtype(np.float32), 4): c.RGBA32F,
    (np.dtype(np.uint32), 1): c.R32UI,
    (np.dtype(np.uint32), 2): c.RG32UI,
    (np.dtype(np.uint32), 4): c.RGBA32UI,
    (np.dtype(np.int32), 1): c.R32I,
    (np.dtype(np.int32), 2): c.RG32I,
    (np.dtype(np.int32), 4): c.RGBA32I,
}
BLOCK_ROWS = 256
"""Rows in a block, the grain in which a region's missing changes are tracked."""
MOST_RANGES = 256
"""With more ranges than these, a region takes all that lies between the first and the last."""
_ALL = ((0, 1 << 62),)


class StreamBuffer(RegionRing):
    """An array of ``(n,)`` (``width`` 1) or ``(n, width)`` rows of ``dtype``, one texel a row.

    Each of the ring's three buffers has a buffer texture of its own, because OpenGL 3.3 cannot show a texture a
    part of a buffer. Shaders read row ``i`` with ``texelFetch(column, i)`` from a ``samplerBuffer`` (float32),
    ``usamplerBuffer`` (uint32) or ``isamplerBuffer`` (int32).

    Context thread only. Raises :class:`~ecs_engine.core.errors.GLError` for a dtype and width that no OpenGL
    3.3 texel format matches, and for a strategy that the driver cannot serve.
    """

    target = c.TEXTURE_BUFFER

    def __init__(
        self,
        device: Device,
        dtype: DTypeLike,
        width: int = 1,
        *,
        rows: int = 1024,
        strategy: Strategy | None = None,
        label: str = "",
    ) -> None:
        self.dtype = np.dtype(dtype)
        self.width = width
        self._format = _FORMATS.get((self.dtype, width), 0)
        if not self._format:
            raise GLError(
                f"stream {label!r} of {self.dtype} x {width} has no texel format in OpenGL 3.3; use float32, uint32 or "
                "int32 with a width of 1, 2 or 4 (pad 3 to 4)"
            )
        self._row_bytes = self.dtype.itemsize * width
        self.max_rows = device.capabilities.max_texture_buffer_size
        """The most rows one buffer texture can show on this device."""
        self.n_rows = 0
        """Rows written last."""
        self.writes = 0
        """How often rows were written; the number of the newest write."""
        self._kept = np.zeros(0, np.uint8)  # the newest rows, on a recoverable device
        super().__init__(device, min(max(rows, 1), self.max_rows) * self._row_bytes, strategy=strategy, label=label)

    @property
    def texture(self) -> int:
        """The OpenGL name of the buffer texture that shows the newest rows. Changes with every write."""
        self.require_alive()
        return self._regions[self._current].texture

    def bind(self, unit: int, write: int | None = None) -> None:
        """Bind rows to texture unit ``unit``: the newest, or those of a ``write`` by its number, of which the last two
        are kept."""
        if write is None or write == self.writes:
            self.device.state.bind_texture(unit, c.TEXTURE_BUFFER, self.texture)
            return
        if write != self.writes - 1:
            raise GLError(
                f"{self._handles} was written {self.writes} times, and keeps the last two: what write {write} wrote is "
                "gone, or yet to come"
            )
        self.require_alive()
        region = self._regions[self._current - 1]
        region.last_frame = max(region.last_frame, self.device.stats.frame)
        self.device.state.bind_texture(unit, c.TEXTURE_BUFFER, region.texture)

    def write(self, array: NDArray[Any], n_rows: int | None = None) -> None:
        """Copy rows ``[0:n_rows)`` of ``array`` (all of them by default) and make them the newest.

        ``array``: C-contiguous, of this stream's dtype, ``(N,)`` or ``(N, width)``; not kept. Waits only if the
        GPU still reads what was written three writes ago. Raises :class:`~ecs_engine.core.errors.GLError`,
        and changes nothing, for an array that does not fit or more rows than ``max_rows``.
        """
        rows = self._check(array, n_rows)
        self._update(array, rows, _ALL)

    def write_blocks(self, array: NDArray[Any], blocks: Iterable[tuple[int, int]], n_rows: int | None = None) -> None:
        """As ``write``, when only the row ranges ``blocks`` (start, count) differ from the write before.

        ``array`` is still the whole column: each region catches up on what it missed since it was written last.
        Rows past the previous ``n_rows`` count as changed.
        """
        rows = self._check(array, n_rows)
        ranges = list(blocks)
        for start, count in ranges:
            if start < 0 or count < 0 or start + count > rows:
                raise GLError(
                    f"{self._handles} has {rows} rows, so block (start {start}, count {count}) reaches outside; "
                    "pass ranges within the rows being written"
                )
        if rows > self.n_rows:
            ranges.append((self.n_rows, rows - self.n_rows))
        changed = [
            (start - start % BLOCK_ROWS, start + count + -(start + count) % BLOCK_ROWS)
            for start, count in ranges
            if count
        ]
        if not changed:
            self.n_rows = rows
            return
        self._update(array, rows, joined(changed))

    def _update(self, array: NDArray[Any], rows: int, changed: Ranges) -> None:
        """Bring the next region up to date with ``array[:rows]`` and make it the current one; all of them lack the
        ``changed`` rows."""
        if rows == 0:
            self.n_rows = 0
            return
        for region in self._regions:
            if region.stale != changed:
                region.stale = joined(region.stale + changed) if region.stale else changed
        nbytes = rows * self._row_bytes
        region = self._next_region(nbytes)
        source = array.reshape(-1).view(np.uint8)[:nbytes]
        parts = [
            (start * self._row_bytes, min(stop * self._row_bytes, nbytes))
            for start, stop in region.stale
            if start < rows
        ]
        if self.strategy == "orphan" or parts == [(0, nbytes)]:
            self._write(region, source, ((0, nbytes),), whole=True)
        elif parts:
            self._write(region, source, parts, whole=False)
        region.stale = ()
        self._advance()
        self.writes += 1
        self.n_rows = rows
        if self.device.recoverable:
            self._keep(source)

    def _keep(self, source: NDArray[np.uint8]) -> None:
        if len(self._kept) < len(source):
            self._kept = np.empty(2 * len(source), np.uint8)
        self._kept[: len(source)] = source

    def _restore(self) -> None:
        nbytes = self.n_rows * self._row_bytes
        if nbytes and len(self._kept) >= nbytes:
            # Past write(), whose copy would be onto itself; every region is new, so all of them lack all rows.
            region = self._next_region(nbytes)
            self._write(region, self._kept[:nbytes], ((0, nbytes),), whole=True)
            region.stale = ()
            self._advance()
            self.writes += 2  # what the write before had written is gone
        else:
            self.n_rows = 0

    def _check(self, array: NDArray[Any], n_rows: int | None) -> int:
        self.require_alive()
        if self.device.debug:
            self.device.require_thread(f"write {self._handles}")
        if (
            array.dtype != self.dtype
            or array.ndim not in (1, 2)
            or (array.shape[1] if array.ndim == 2 else 1) != (self.width)
        ):
            raise GLError(
                f"{self._handles} takes {self.dtype} rows of width {self.width}, not {array.dtype} of shape "
                f"{array.shape}; convert the array before it is written"
            )
        if not array.flags.c_contiguous:
            raise GLError(
                f"{self._handles} takes arrays whose memory is in one piece (C order), and this is a strided view of "
                f"shape {array.shape}; pass np.ascontiguousarray(...) of it"
            )
        rows = len(array) if n_rows is None else n_rows
        if not 0 <= rows <= len(array):
            raise GLError(f"{self._handles} cannot take {rows} rows from an array of {len(array)}; pass fewer")
        if rows > self.max_rows:
            raise GLError(
                f"{self._handles} cannot hold {rows:,} rows: this driver's buffer textures end at {self.max_rows:,}; "
                "split the rows over several streams"
            )
        return rows

    def _next_region(self, nbytes: int) -> Region:
        capacity = self._regions[(self._current + 1) % len(self._regions)].capacity
        if nbytes <= capacity:
            return super()._next_region(nbytes)
        while capacity < nbytes:
            capacity *= 2
        return super()._next_region(min(capacity, self.max_rows * self._row_bytes))

    def _make_region(self, capacity: int) -> Region:
        region = super()._make_region(capacity)
        region.stale = _ALL
        region.texture = self._own(Kind.TEXTURE, self.device.gl.glGenTextures(1)[0])
        self.device.state.edit_texture(c.TEXTURE_BUFFER, region.texture)
        self.device.gl.glTexBuffer(c.TEXTURE_BUFFER, self._format, region.buffer)
        return region

    def _replaced(self, old: Region, new: Region) -> None:
        self._disown(Kind.TEXTURE, old.texture)


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Ranges (start, stop) in order, those that meet or overlap as one; all as one if they are more than
    :data:`MOST_RANGES`.

    Example:
        >>> joined([(8, 9), (0, 4), (3, 6)])
        ((0, 6), (8, 9))
    """
    result: list[tuple[int, int]] = []
    for start, stop in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = result[-1][0], max(stop, result[-1][1])
        else:
            result.append((start, stop))
    return tuple(result) if len(result) <= MOST_RANGES else ((result[0][0], result[-1][1]),)
