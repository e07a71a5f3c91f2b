"""Uniform blocks: numpy dtypes worked out from the linked program, and a ring of memory to write them to.

The std140 rules (a ``vec3`` starts at a multiple of 16 bytes, elements of an array and columns of a matrix lie 16
bytes apart) are not repeated here: the driver is asked where each field lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.gl import GL
from ecs_engine.gpu.ring import RegionRing, Strategy

_F, _I, _U = np.dtype(np.float32), np.dtype(np.int32), np.dtype(np.uint32)
_TYPES: dict[int, tuple[str, np.dtype[Any], int, int]] = {  # name, base, columns, rows
    c.FLOAT: ("float", _F, 1, 1),
    c.FLOAT_VEC2: ("vec2", _F, 1, 2),
    c.FLOAT_VEC3: ("vec3", _F, 1, 3),
    c.FLOAT_VEC4: ("vec4", _F, 1, 4),
    c.INT: ("int", _I, 1, 1),
    c.INT_VEC2: ("ivec2", _I, 1, 2),
    c.INT_VEC3: ("ivec3", _I, 1, 3),
    c.INT_VEC4: ("ivec4", _I, 1, 4),
    c.UNSIGNED_INT: ("uint", _U, 1, 1),
    c.UNSIGNED_INT_VEC2: ("uvec2", _U, 1, 2),
    c.UNSIGNED_INT_VEC3: ("uvec3", _U, 1, 3),
    c.UNSIGNED_INT_VEC4: ("uvec4", _U, 1, 4),
    c.BOOL: ("bool", _U, 1, 1),
    c.FLOAT_MAT2: ("mat2", _F, 2, 2),
    c.FLOAT_MAT3: ("mat3", _F, 3, 3),
    c.FLOAT_MAT4: ("mat4", _F, 4, 4),
}


@dataclass(frozen=True, slots=True)
class UniformField:
    """A field of a block, as the driver lays it out; offsets and strides in bytes."""

    name: str
    type: int
    count: int
    """Elements of an array; 1 for a plain field."""
    offset: int
    array_stride: int
    matrix_stride: int

    @property
    def dtype(self) -> np.dtype[Any]:
        """How it lies in memory. Where std140 puts gaps into a field, its last axis includes them: a ``mat3``
        is (3, 4), three columns of three numbers and a gap; ``float[5]`` is (5, 4), one number and three gaps."""
        _, base, columns, rows = _TYPES[self.type]
        shape: tuple[int, ...] = (rows,) if rows > 1 else ()
        if columns > 1:
            shape = (columns, self.matrix_stride // base.itemsize)
        if self.array_stride:
            if columns == 1:
                shape = (self.array_stride // base.itemsize,)
            shape = (self.count, *shape)
        return np.dtype((base, shape)) if shape else base

    @property
    def glsl(self) -> str:
        """Its type in the shader, e.g. ``vec3[4]``."""
        return _TYPES[self.type][0] + (f"[{self.count}]" if self.array_stride else "")


@dataclass(frozen=True, slots=True)
class UniformBlock:
    """A uniform block of a linked program."""

    name: str
    index: int
    size: int
    """Bytes."""
    fields: tuple[UniformField, ...]
    """In the order of their offsets."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The structured dtype whose records have the block's very layout, gaps included."""
        return np.dtype(
            {
                "names": [field.name for field in self.fields],
                "formats": [field.dtype for field in self.fields],
                "offsets": [field.offset for field in self.fields],
                "itemsize": self.size,
            }
        )

    def check(self, dtype: DTypeLike) -> None:
        """Raise :class:`~ecs_engine.core.errors.GLError` unless records of ``dtype`` can be read as this block.

        Fields that the driver dropped because no shader reads them may be there; what it reads must agree in
        place, kind of number and size.
        """
        declared = np.dtype(dtype)
        places: Mapping[str, Any] = declared.fields or {}
        for field in self.fields:
            if field.name not in places:
                raise GLError(
                    f"uniform block {self.name!r} has a field {field.name!r} ({field.glsl} at byte {field.offset}) "
                    f"that the dtype lacks; it has {', '.join(places) or 'no fields'}"
                )
            given, offset = places[field.name][:2]
            if offset != field.offset:
                raise GLError(
                    f"uniform block {self.name!r}: field {field.name!r} ({field.glsl}) lies at byte {field.offset} in "
                    f"the shader, and at byte {offset} in the dtype; std140 aligns vec3, vec4 and array elements to 16 "
                    "bytes, so put a gap before it"
                )
            if given.base != field.dtype.base or given.itemsize != field.dtype.itemsize:
                raise GLError(
                    f"uniform block {self.name!r}: field {field.name!r} is {field.glsl} ({field.dtype.itemsize} bytes "
                    f"of {field.dtype.base}) in the shader, and {given} in the dtype; make them the same"
                )
        if declared.itemsize < self.size:
            raise GLError(
                f"uniform block {self.name!r} has {self.size} bytes in the shader, and the dtype has "
                f"{declared.itemsize}; pad its end"
            )


def introspect_blocks(gl: GL, program: int) -> dict[str, UniformBlock]:
    """The uniform blocks of a linked program, name -> block."""
    return {
        block.name: block
        for block in (
            _introspect_block(gl, program, index)
            for index in range(gl.glGetProgramiv(program, c.ACTIVE_UNIFORM_BLOCKS))
        )
    }


def _introspect_block(gl: GL, program: int, index: int) -> UniformBlock:
    name = gl.glGetActiveUniformBlockName(program, index)
    size = gl.glGetActiveUniformBlockiv(program, index, c.UNIFORM_BLOCK_DATA_SIZE)
    indices = gl.glGetActiveUniformBlockiv(program, index, c.UNIFORM_BLOCK_ACTIVE_UNIFORM_INDICES)
    assert isinstance(size, int)
    members = [indices] if isinstance(indices, int) else indices
    columns = [
        gl.glGetActiveUniformsiv(program, members, what)
        for what in (c.UNIFORM_TYPE, c.UNIFORM_SIZE, c.UNIFORM_OFFSET, c.UNIFORM_ARRAY_STRIDE, c.UNIFORM_MATRIX_STRIDE)
    ]
    fields = []
    for member, kind, count, offset, array_stride, matrix_stride in zip(members, *columns, strict=True):
        # "Camera.view" when the block has an instance name, "weights[0]" for arrays.
        field = gl.glGetActiveUniform(program, member)[0].removeprefix(f"{name}.").removesuffix("[0]")
        if kind not in _TYPES:
            raise GLError(
                f"uniform block {name!r}: field {field!r} has a type (0x{kind:04X}) that is not supported; use floats, "
                "ints, uints, their vectors and square matrices"
            )
        fields.append(UniformField(field, kind, count, offset, max(array_stride, 0), max(matrix_stride, 0)))
    return UniformBlock(name, index, size, tuple(sorted(fields, key=lambda field: field.offset)))


class UniformBuffer(RegionRing):
    """Records of one uniform block in ``slots`` slots: one per camera, pass and so on. Context thread only.

    Write fields with :meth:`set` or through :attr:`data`, hand all slots to OpenGL with one :meth:`upload` per
    frame, then :meth:`bind` a slot before the draws that read it. Slots lie ``max(the driver's alignment, 256)``
    bytes apart. Raises :class:`~ecs_engine.core.errors.GLError` for a block larger than the driver allows.
    """

    def __init__(
        self,
        device: Device,
        layout: UniformBlock | DTypeLike,
        *,
        slots: int = 16,
        strategy: Strategy | None = None,
        label: str = "",
    ) -> None:
        record = layout.dtype if isinstance(layout, UniformBlock) else np.dtype(layout)
        limit = device.capabilities.max_uniform_block_size
        if record.names is None or not 0 < record.itemsize <= limit:
            raise GLError(
                f"uniform buffer {label!r} needs records with named fields and of 1 to {limit:,} bytes, not {record}"
            )
        if slots < 1:
            raise GLError(f"uniform buffer {label!r} needs at least one slot, not {slots}")
        align = device.capabilities.uniform_offset_alignment
        self.dtype = record
        self.slots = slots
        self.stride = -(-record.itemsize // align) * align
        """Bytes from one slot to the next."""
        self._bytes: NDArray[np.uint8] = np.zeros(slots * self.stride, np.uint8)
        self.data: NDArray[Any] = np.ndarray((slots,), record, self._bytes, strides=(self.stride,))
        """The records to upload, ``(slots,)``: ``data["view"][slot] = ...`` writes memory order (column major)."""
        super().__init__(device, len(self._bytes), strategy=strategy, label=label)

    def _restore(self) -> None:
        self.upload()

    def set(self, slot: int, field: str, value: Any) -> None:
        """Write one field of one slot: a number, a sequence, a numpy array, or a PyGLM vector or matrix.

        numpy arrays are taken as they lie in memory, so a matrix is ``[column, row]``. PyGLM values are taken by
        their ``to_bytes()``, because ``np.array(matrix)`` is the transpose of what lies in memory.
        """
        try:
            target = self.data[field]
        except ValueError:
            known = ", ".join(self.dtype.names or ())
            raise GLError(f"{self._handles} has no field {field!r}; it has {known}") from None
        if not 0 <= slot < self.slots:
            raise GLError(f"{self._handles} has slots 0 to {self.slots - 1}, not {slot}; make it with more slots")
        base = target.dtype
        numbers: ArrayLike = value
        if hasattr(value, "to_bytes") and not isinstance(value, int):
            numbers = np.frombuffer(value.to_bytes(), base)
        flat = np.asarray(numbers, base).reshape(-1)
        if target.ndim == 1:
            if flat.size != 1:
                raise self._shape_error(field, flat.size, 1)
            target[slot] = flat[0]
            return
        place = target[slot]
        lines = place.size // place.shape[-1]
        width, rest = divmod(flat.size, lines)
        if rest or not 0 < width <= place.shape[-1] or (lines == 1 and width < place.size):
            raise self._shape_error(field, flat.size, place.size)
        place.reshape(lines, -1)[:, :width] = flat.reshape(lines, width)

    def upload(self, n_slots: int | None = None) -> None:
        """Copy the first ``n_slots`` slots (all by default) to fresh memory; slots bound from now on show them."""
        self.require_alive()
        if self.device.debug:
            self.device.require_thread(f"upload {self._handles}")
        count = self.slots if n_slots is None else n_slots
        if not 0 < count <= self.slots:
            raise GLError(f"{self._handles} has {self.slots} slots, so it cannot upload {count}")
        # The last slot ends with its record, but a whole stride of memory is there.
        region = self._next_region(len(self._bytes))
        self._write(region, self._bytes, ((0, count * self.stride),), whole=True)
        self._advance()

    def bind(self, binding: int, slot: int = 0) -> None:
        """Let uniform blocks with ``binding`` read ``slot`` as it was last uploaded."""
        if not 0 <= slot < self.slots:
            raise GLError(f"{self._handles} has slots 0 to {self.slots - 1}, not {slot}; make it with more slots")
        self.device.state.bind_uniform_buffer(binding, self.buffer, slot * self.stride, self.dtype.itemsize)

    def _shape_error(self, field: str, given: int, wanted: int) -> GLError:
        return GLError(f"{self._handles}: field {field!r} holds {wanted} numbers, not {given}; pass its shape")
