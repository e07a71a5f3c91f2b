"""Plain buffers: written when loaded or now and then, for vertices, indices and the like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.resource import Kind, Resource

# No other state hangs on this target: a vertex array's element buffer stays what it is.
_TARGET = c.COPY_WRITE_BUFFER


@dataclass(frozen=True, slots=True)
class BufferDescriptor:
    """What a buffer is made of: ``size`` in bytes, the ``target`` it is for, and OpenGL's ``usage`` hint."""

    size: int
    target: int = c.ARRAY_BUFFER
    usage: int = c.STATIC_DRAW
    label: str = ""


def require_uploadable(what: str, array: NDArray[Any], dtype: DTypeLike | None = None) -> None:
    """Raise :class:`~ecs_engine.core.errors.GLError` unless ``array`` is one piece of plain memory of ``dtype``."""
    if not isinstance(array, np.ndarray) or array.dtype.hasobject:
        kind = f"an array of dtype {array.dtype}" if isinstance(array, np.ndarray) else type(array).__name__
        raise GLError(
            f"{what} takes a numpy array of plain numbers, not {kind}; convert it with np.asarray(..., dtype)"
        )
    if dtype is not None and array.dtype != np.dtype(dtype):
        raise GLError(f"{what} takes {np.dtype(dtype)}, not {array.dtype}; convert it with array.astype(...)")
    if not array.flags.c_contiguous:
        raise GLError(
            f"{what} takes arrays whose memory is in one piece (C order), and this is a strided view of shape "
            f"{array.shape}; pass np.ascontiguousarray(...) of it"
        )


class Buffer(Resource):
    """A buffer of fixed size. Context thread only.

    Raises :class:`~ecs_engine.core.errors.GLError` when its size is not positive.
    """

    keeps_copy: ClassVar[bool] = True
    """Whether a recoverable device has it keep a copy of what was written."""

    def __init__(self, device: Device, descriptor: BufferDescriptor) -> None:
        if descriptor.size <= 0:
            raise GLError(f"buffer {descriptor.label!r} needs a size in bytes above 0, not {descriptor.size}")
        super().__init__(device, descriptor.label)
        self.descriptor = descriptor
        self._kept: NDArray[np.uint8] | None = None
        if device.recoverable and self.keeps_copy:
            self._kept = np.zeros(descriptor.size, np.uint8)
        self._create()
        self._name_objects()

    def _create(self) -> None:
        device, descriptor = self.device, self.descriptor
        self._id = self._own(Kind.BUFFER, device.gl.glGenBuffers(1)[0])
        device.state.bind_buffer(_TARGET, self._id)
        device.gl.glBufferData(_TARGET, descriptor.size, 0, descriptor.usage)
        device.check_memory(self.label, descriptor.size)

    def _restore(self) -> None:
        if self._kept is not None:
            self.upload(self._kept)

    @classmethod
    def from_array(
        cls,
        device: Device,
        array: NDArray[Any],
        *,
        target: int = c.ARRAY_BUFFER,
        usage: int = c.STATIC_DRAW,
        label: str = "",
    ) -> Buffer:
        """A buffer that holds a copy of ``array``."""
        require_uploadable(f"buffer {label!r}", array)
        buffer = cls(device, BufferDescriptor(array.nbytes, target, usage, label))
        buffer.upload(array)
        return buffer

    @property
    def id(self) -> int:
        """The OpenGL name."""
        self.require_alive()
        return self._id

    @property
    def size(self) -> int:
        """Bytes."""
        return self.descriptor.size

    def upload(self, array: NDArray[Any], offset: int = 0) -> None:
        """Copy ``array`` (C-contiguous, any plain dtype) to byte ``offset``. OpenGL has read it on return.

        Raises :class:`~ecs_engine.core.errors.GLError`, before OpenGL sees an address, when it does not fit.
        """
        self.require_alive()
        require_uploadable(str(self._handles), array)
        self._require_inside(offset, array.nbytes)
        if array.nbytes == 0:
            return
        self.device.state.bind_buffer(_TARGET, self._id)
        self.device.gl.glBufferSubData(_TARGET, offset, array.nbytes, array.ctypes.data)
        self.device.stats.uploads_bytes += array.nbytes
        if self._kept is not None and array is not self._kept:
            self._kept[offset : offset + array.nbytes] = array.reshape(-1).view(np.uint8)

    def read(self, dtype: DTypeLike, count: int, offset: int = 0) -> NDArray[Any]:
        """``count`` values of ``dtype`` from byte ``offset``. Waits for the GPU: for tests and tools."""
        self.require_alive()
        values = np.empty(count, dtype)
        self._require_inside(offset, values.nbytes)
        if values.nbytes:
            self.device.state.bind_buffer(c.COPY_READ_BUFFER, self._id)
            self.device.gl.glGetBufferSubData(c.COPY_READ_BUFFER, offset, values.nbytes, values.ctypes.data)
        return values

    def resize(self, size: int) -> None:
        """Make room for ``size`` bytes, under the same name; what was in the buffer is gone."""
        self.require_alive()
        if size <= 0:
            raise GLError(f"{self._handles} needs a size in bytes above 0, not {size}")
        self.device.state.bind_buffer(_TARGET, self._id)
        self.device.gl.glBufferData(_TARGET, size, 0, self.descriptor.usage)
        self.device.check_memory(self.label, size)
        self.descriptor = replace(self.descriptor, size=size)
        if self._kept is not None:
            self._kept = np.zeros(size, np.uint8)

    def _require_inside(self, offset: int, nbytes: int) -> None:
        if offset < 0 or offset + nbytes > self.size:
            raise GLError(
                f"{self._handles} has {self.size:,} bytes, so {nbytes:,} bytes at offset {offset:,} reach outside; "
                "make the buffer larger"
            )
