"""Pictures that reach the GPU little by little, so that loading one during play drops no frame."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.ring import REGIONS, Region, RegionRing, Strategy
from ecs_engine.gpu.texture import Texture

DEFAULT_BUDGET = 2 << 20
LEAST_BUDGET = 4096
MOST_PICTURES = 256
"""How many pictures one pump sends at most, each with one call or two."""
_ALIGN = 16  # offsets in the pixel buffer: a multiple of every texel's size

Status = Literal["pending", "done", "cancelled", "dropped", "failed"]


class Upload:
    """One picture on its way. Any thread may read it and cancel it."""

    def __init__(
        self,
        uploader: TextureUploader,
        texture: Texture,
        layer: int,
        place: tuple[int, int],
        pixels: NDArray[Any],
        on_end: Callable[[Upload], None] | None,
    ) -> None:
        self._uploader = uploader
        self._end = threading.Event()
        self.texture = texture
        self.layer = layer
        self.x, self.y = place
        self.height: int = pixels.shape[0]
        self.width: int = pixels.shape[1]
        self.nbytes = pixels.nbytes
        self.sent_bytes = 0
        """How many of ``nbytes`` have been handed to OpenGL."""
        self.status: Status = "pending"
        """``pending``; ``done``: draws from now on show all of it; ``cancelled``; ``dropped``: the texture or its
        layer was deleted, or the uploader was; ``failed``: OpenGL refused it."""
        self.on_end = on_end
        self.texel_bytes: int = pixels.itemsize * pixels.shape[2]
        self.bytes: NDArray[np.uint8] | None = pixels.reshape(-1).view(np.uint8)
        """The pixels, (nbytes,) uint8, until the end."""

    def __repr__(self) -> str:
        return f"<Upload to {self.texture.label!r}, {self.status}, {self.sent_bytes:,} of {self.nbytes:,} bytes>"

    def is_pending(self) -> bool:
        """Whether there is more to send."""
        return self.status == "pending"

    def cancel(self) -> None:
        """Send no more of it; what was sent stays in the texture. Does nothing after the end."""
        self._uploader.end(self, "cancelled")

    def wait(self, timeout: float) -> bool:
        """Wait until it is no longer pending, at most ``timeout`` seconds; whether it is so.

        Not on the context thread, which is the one that does the work.
        """
        return self._end.wait(timeout)

    def finish(self, status: Status) -> None:
        """For the uploader."""
        self.status = status
        self.bytes = None
        self._end.set()


class _Slice(NamedTuple):
    upload: Upload
    start: int  # byte in the upload's pixels
    x: int
    y: int
    width: int
    height: int
    offset: int  # byte in the pixel buffer

    @property
    def nbytes(self) -> int:
        return self.width * self.height * self.upload.texel_bytes


class TextureUploader(RegionRing):
    """Copies pictures into textures, at most ``budget_bytes`` in each frame, in the order in which they came.

    Call :meth:`submit` from any thread, and :meth:`pump` once a frame on the context thread. Rows go through a ring of
    three pixel-unpack buffers, from which the GPU fetches them in its own time. Rows wider than the budget are cut too.

    Args:
        budget_bytes: at least 4096.
        strategy: how the pixel buffers are written (see :mod:`ecs_engine.gpu.ring`): ``persistent`` or ``orphan``; if
            left out, the first of them that the driver has. Mapping for each write would take a call more than those.

    Raises:
        GLError: the budget is too small, the driver lacks the strategy, or it is ``map``.
    """

    _target: ClassVar[int] = c.PIXEL_UNPACK_BUFFER
    _fallback: ClassVar[Strategy] = "orphan"

    def __init__(
        self,
        device: Device,
        budget_bytes: int = DEFAULT_BUDGET,
        *,
        strategy: Strategy | None = None,
        label: str = "uploads",
    ) -> None:
        if budget_bytes < LEAST_BUDGET:
            raise GLError(
                f"uploader {label!r} needs a budget of at least {LEAST_BUDGET:,} bytes a frame, not {budget_bytes:,}"
            )
        if strategy == "map":
            raise GLError(f"uploader {label!r} does not map its buffers for each write: use 'persistent' or 'orphan'")
        self.budget_bytes = budget_bytes
        self.deferred_frames = 0
        """How often :meth:`pump` left everything for later, because the GPU was not done with the frame before last."""
        self._lock = threading.Lock()
        self._queue: deque[Upload] = deque()
        self._ended: deque[Upload] = deque()  # those whose on_end is still to be called
        self._pending_bytes = 0
        super().__init__(device, budget_bytes, strategy=strategy, label=label)
        self._unbind()
        self._staging = np.empty(0, np.uint8)  # made when it is first needed

    # -- any thread --------------------------------------------------------------------------------
    def submit(
        self,
        texture: Texture,
        layer: int,
        x: int,
        y: int,
        pixels: NDArray[Any],
        *,
        on_end: Callable[[Upload], None] | None = None,
    ) -> Upload:
        """Have ``pixels`` copied to ``layer`` (0 in a Texture2D) with their first pixel at (x, y). Any thread.

        The pixels are not copied now: leave them as they are until the upload has ended. ``on_end`` is called with the
        upload by the :meth:`pump` that ends it, whatever the ending. Raises
        :class:`~ecs_engine.core.errors.GLError` for pixels that do not fit the texture.
        """
        self.require_alive()
        texture.check_pixels(layer, x, y, pixels)
        if texture.device is not self.device:
            raise GLError(
                f"{self._handles} and texture {texture.label!r} are of different devices; use one uploader each"
            )
        upload = Upload(self, texture, layer, (x, y), pixels, on_end)
        with self._lock:
            self._queue.append(upload)
            self._pending_bytes += upload.nbytes
        return upload

    @property
    def pending_bytes(self) -> int:
        """Bytes that are still to be sent. Any thread."""
        return self._pending_bytes

    def end(self, upload: Upload, status: Status) -> None:
        """End an upload that is pending; for :meth:`Upload.cancel`. Any thread."""
        with self._lock:
            if upload.is_pending():
                self._pending_bytes -= upload.nbytes - upload.sent_bytes
                upload.finish(status)
                self._ended.append(upload)

    # -- the context thread --------------------------------------------------------------------------
    def pump(self) -> int:
        """Send up to the budget, call what waits for the ends, and return how many bytes were sent.

        Once a frame, before the draws. Never waits for the GPU: where it is behind, the rest has to wait. What an
        ``on_end`` raises is raised here, and the others are called by the next pump.
        """
        self.device.require_thread("send textures")
        self.require_alive()
        sent = self._send(wait=False) if self._queue else 0
        self._call_back()
        return sent

    def drain(self) -> None:
        """Send everything that is pending now, waiting for the GPU where need be: for loading screens."""
        self.device.require_thread("send textures")
        self.require_alive()
        while self._queue:
            self._send(wait=True)
        self._call_back()

    def _send(self, wait: bool) -> int:
        slices = self._plan()
        if not slices:
            return 0
        region = self._free_region(wait)
        if region is None:
            self.deferred_frames += 1
            return 0
        sent = 0
        self.device.state.bind_buffer(self._target, region.buffer)
        try:
            self._fill(region, slices)
            self._current = (self._current + 1) % REGIONS
            fences, frame = self.device.fences, self.device.frame_index
            # Between two frames the copies come after the fence of the one, and before the fence of the other.
            region.last_frame = frame if frame > fences.ended else frame + 1
            for part in slices:
                self._send_slice(part)
                sent += part.nbytes
        finally:
            self._unbind()
        return sent

    def _send_slice(self, part: _Slice) -> None:
        upload = part.upload
        if not upload.is_pending():
            return  # cancelled after the plan was made, and perhaps before its bytes were copied
        try:
            if part.nbytes:
                upload.texture.upload_from(upload.layer, part.x, part.y, part.width, part.height, part.offset)
                if self.device.recoverable and (source := upload.bytes) is not None:
                    kind = upload.texture.format_of_pixels
                    pixels = source[part.start : part.start + part.nbytes].view(kind[0])
                    upload.texture.keep(upload.layer, part.x, part.y, pixels.reshape(part.height, part.width, kind[1]))
        except BaseException:
            self.end(upload, "failed")
            raise
        with self._lock:
            if not upload.is_pending():
                return
            upload.sent_bytes += part.nbytes
            self._pending_bytes -= part.nbytes
        if upload.sent_bytes == upload.nbytes:
            self.end(upload, "done")

    def _plan(self) -> list[_Slice]:
        """What to send now, within the budget; takes what has ended off the queue."""
        slices: list[_Slice] = []
        offset = 0
        while self._queue and not self._queue[0].is_pending():
            self._queue.popleft()
        with self._lock:
            first = list(islice(self._queue, MOST_PICTURES))
        for upload in first:
            if not self._wanted(upload):
                continue
            if not upload.nbytes:  # nothing to send, but it ends in its turn
                slices.append(_Slice(upload, 0, upload.x, upload.y, 0, 0, offset))
            sent = upload.sent_bytes
            while sent < upload.nbytes:
                part = self._cut(upload, sent, offset)
                if part is None:
                    return slices
                slices.append(part)
                sent += part.nbytes
                offset = -(-(offset + part.nbytes) // _ALIGN) * _ALIGN
        return slices

    def _wanted(self, upload: Upload) -> bool:
        if not upload.is_pending():
            return False
        if upload.texture.alive and upload.texture.has_layer(upload.layer):
            return True
        self.end(upload, "dropped")
        return False

    def _cut(self, upload: Upload, sent: int, offset: int) -> _Slice | None:
        """The next slice of ``upload`` after ``sent`` bytes that fits behind ``offset``, or None."""
        room = self.budget_bytes - offset
        row_bytes = upload.width * upload.texel_bytes
        row, byte = divmod(sent, row_bytes)
        if row_bytes <= self.budget_bytes:
            rows = min(room // row_bytes, upload.height - row)
            return _Slice(upload, sent, upload.x, upload.y + row, upload.width, rows, offset) if rows > 0 else None
        column = byte // upload.texel_bytes
        columns = min(room // upload.texel_bytes, upload.width - column)
        return _Slice(upload, sent, upload.x + column, upload.y + row, columns, 1, offset) if columns > 0 else None

    def _free_region(self, wait: bool) -> Region | None:
        """A region that the GPU does not read; None where that would mean to wait and ``wait`` is false."""
        if self.strategy != "orphan" and not wait:
            last = self._regions[(self._current + 1) % REGIONS].last_frame
            fences = self.device.fences
            # Without a fence behind that frame there would be no end to it: then there must be a wait.
            if last <= fences.ended and not fences.is_done(last):
                return None
        return self._next_region(0)

    def _fill(self, region: Region, slices: list[_Slice]) -> None:
        """Copy the slices' bytes into ``region``, which is bound."""
        used = slices[-1].offset + slices[-1].nbytes
        if not used:
            return
        if region.memory is not None:
            _copy(region.memory, slices)
            return
        # The driver takes fresh memory and fills it in one call.
        source = self._source(slices, used)
        self.device.gl.glBufferData(self._target, used, source.ctypes.data, c.STREAM_DRAW)

    def _source(self, slices: list[_Slice], used: int) -> NDArray[np.uint8]:
        """The slices' bytes in one piece: those of the picture itself, where there is but one slice."""
        first = slices[0]
        picture = first.upload.bytes
        if len(slices) == 1 and picture is not None:
            return picture[first.start : first.start + first.nbytes]
        if len(self._staging) < used:
            self._staging = np.empty(self.budget_bytes, np.uint8)
        _copy(self._staging.data, slices)
        return self._staging

    def _call_back(self) -> None:
        while self._ended:
            upload = self._ended.popleft()
            if upload.on_end is not None:
                upload.on_end(upload)

    def _restore(self) -> None:
        self._unbind()  # the pictures on their way start where they were

    def _unbind(self) -> None:
        # At once: with a pixel buffer bound, OpenGL takes the address in any other upload for an offset into it.
        self.device.state.bind_buffer(self._target, 0)

    def _released(self) -> None:
        super()._released()
        with self._lock:
            left = list(self._queue)
        for upload in left:
            self.end(upload, "dropped")


def _copy(target: memoryview, slices: list[_Slice]) -> None:
    for part in slices:
        source = part.upload.bytes
        if source is not None:  # else cancelled at this moment by another thread
            target[part.offset : part.offset + part.nbytes] = source.data[part.start : part.start + part.nbytes]
