"""The index buffer that all quads share."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.buffer import Buffer, BufferDescriptor
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.vertex import VertexArray

INDICES_PER_QUAD = 6
_PATTERN = np.array((0, 1, 2, 2, 1, 3), np.uint32)
_FIRST_CAPACITY = 1024
_MOST = 2**31 // INDICES_PER_QUAD  # a draw's count is a signed 32-bit number


class _Indices(Buffer):
    """A buffer whose contents follow from its size, so that after a lost context they are known without a copy."""

    keeps_copy: ClassVar[bool] = False

    def _restore(self) -> None:
        self.upload(quad_indices(self.size // _PATTERN.nbytes))


class QuadIndices:
    """Quads without vertex data: quad ``q`` has the vertices ``4*q`` to ``4*q + 3``.

    The vertex shader finds its quad in ``gl_VertexID >> 2`` and its corner in ``gl_VertexID & 3``; the triangles
    are corners 0, 1, 2 and 2, 1, 3. The index buffer grows as draws ask for more. Context thread only.
    """

    def __init__(self, device: Device, label: str = "quads") -> None:
        self._device = device
        self._buffer = _Indices(
            device,
            BufferDescriptor(_FIRST_CAPACITY * _PATTERN.nbytes, c.ELEMENT_ARRAY_BUFFER, label=f"{label} indices"),
        )
        self._buffer.upload(quad_indices(_FIRST_CAPACITY))
        self._vertex_array = VertexArray(device, elements=self._buffer, label=label)
        self.capacity = _FIRST_CAPACITY
        """Quads that can be drawn before the index buffer has to grow."""

    def reserve(self, quads: int) -> None:
        """Make room for ``quads`` quads now, rather than in the frame that first draws them."""
        if quads > _MOST:
            raise GLError(
                f"{quads:,} quads are more than one draw can count ({_MOST:,}); split them over several draws"
            )
        if quads > self.capacity:
            # The buffer keeps its name, so the vertex array goes on pointing at it; frames in flight keep
            # the old memory until they are done.
            capacity = min(1 << (quads - 1).bit_length(), _MOST)
            self._buffer.resize(capacity * _PATTERN.nbytes)
            self._buffer.upload(quad_indices(capacity))
            self.capacity = capacity

    def draw(self, count: int, first: int = 0) -> None:
        """Draw quads ``first`` to ``first + count``: one OpenGL draw call, none if ``count`` is 0."""
        if count <= 0:
            return
        self.reserve(first + count)
        self._vertex_array.bind()
        self._device.draw_elements(count * INDICES_PER_QUAD, first=first * INDICES_PER_QUAD)

    def delete(self) -> None:
        """Delete the vertex array and the index buffer. Any thread."""
        self._vertex_array.delete()
        self._buffer.delete()


def quad_indices(quads: int) -> NDArray[np.uint32]:
    """The indices of ``quads`` quads, ``(6 * quads,)`` uint32."""
    first = np.arange(quads, dtype=np.uint32) * np.uint32(4)
    return (first[:, None] + _PATTERN).reshape(-1)
