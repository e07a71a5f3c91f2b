"""Vertex layouts, worked out from numpy dtypes, and vertex arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.buffer import Buffer
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.resource import Kind, Resource

_TYPES = {
    np.dtype(np.float32): c.FLOAT,
    np.dtype(np.float16): c.HALF_FLOAT,
    np.dtype(np.int8): c.BYTE,
    np.dtype(np.uint8): c.UNSIGNED_BYTE,
    np.dtype(np.int16): c.SHORT,
    np.dtype(np.uint16): c.UNSIGNED_SHORT,
    np.dtype(np.int32): c.INT,
    np.dtype(np.uint32): c.UNSIGNED_INT,
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One vertex attribute: where it lies in a vertex and what it is made of."""

    name: str
    components: int
    type: int
    offset: int
    normalized: bool
    integer: bool
    """Whether the shader sees an integer (``ivec``, ``uvec``) rather than a float."""


@dataclass(frozen=True, slots=True)
class VertexLayout:
    """How the vertices in a buffer are laid out; ``stride`` in bytes."""

    attributes: tuple[Attribute, ...]
    stride: int

    @classmethod
    def from_dtype(cls, dtype: DTypeLike, normalized: Collection[str] = ()) -> VertexLayout:
        """The layout of a structured ``dtype``, e.g. ``[("position", "f4", 3), ("color", "u1", 4)]``.

        Integer fields reach the shader as integers, or, when named in ``normalized``, as floats in 0..1 (-1..1
        for signed ones). Raises :class:`~ecs_engine.core.errors.GLError` for a field that no attribute can hold.
        """
        struct = np.dtype(dtype)
        if struct.names is None:
            raise GLError(f"a vertex layout needs a structured dtype with named fields, not {struct}")
        if unknown := set(normalized) - set(struct.names):
            raise GLError(f"normalized names no field of the vertex dtype: {sorted(unknown)}; it has {struct.names}")
        attributes = []
        for name in struct.names:
            field, offset = struct.fields[name][:2]  # type: ignore[index]  # not None: it has names
            base, shape = field.base, field.shape
            components = int(np.prod(shape)) if shape else 1
            if base not in _TYPES or len(shape) > 1 or not 1 <= components <= 4:
                raise GLError(
                    f"vertex field {name!r} of {field} fits no attribute; use 1 to 4 numbers of 32 bits or fewer"
                )
            as_float = base.kind == "f" or name in normalized
            attributes.append(Attribute(name, components, _TYPES[base], offset, name in normalized, not as_float))
        return cls(tuple(attributes), struct.itemsize)


@dataclass(frozen=True, slots=True)
class VertexSource:
    """A buffer of vertices; with ``divisor`` n, one element serves n instances instead of one vertex."""

    buffer: Buffer
    layout: VertexLayout
    divisor: int = 0


class VertexArray(Resource):
    """Which attribute comes from where. Context thread only; the buffers are kept alive by it.

    Attributes go to ``locations`` (name -> location, e.g. of ``Program.attributes``), or to 0, 1, 2, ... in the
    order in which they are listed; with ``locations``, attributes that are not in it are left out.
    """

    def __init__(
        self,
        device: Device,
        sources: Sequence[VertexSource] = (),
        *,
        elements: Buffer | None = None,
        locations: Mapping[str, int] | None = None,
        label: str = "",
    ) -> None:
        super().__init__(device, label)
        self.sources = tuple(sources)
        self.elements = elements
        self._locations = locations
        self._create()
        self._name_objects()

    def _create(self) -> None:
        gl, state, locations = self.device.gl, self.device.state, self._locations
        self._id = self._own(Kind.VERTEX_ARRAY, gl.glGenVertexArrays(1)[0])
        state.bind_vertex_array(self._id)
        following = 0
        for source in self.sources:
            state.bind_buffer(c.ARRAY_BUFFER, source.buffer.id)
            for attribute in source.layout.attributes:
                location = following if locations is None else locations.get(attribute.name, -1)
                following += 1
                if location >= 0:
                    self._point(location, attribute, source)
        if self.elements is not None:
            state.bind_buffer(c.ELEMENT_ARRAY_BUFFER, self.elements.id)

    def _point(self, location: int, attribute: Attribute, source: VertexSource) -> None:
        gl, stride = self.device.gl, source.layout.stride
        gl.glEnableVertexAttribArray(location)
        if attribute.integer:
            gl.glVertexAttribIPointer(location, attribute.components, attribute.type, stride, attribute.offset)
        else:
            gl.glVertexAttribPointer(
                location, attribute.components, attribute.type, attribute.normalized, stride, attribute.offset
            )
        if source.divisor:
            gl.glVertexAttribDivisor(location, source.divisor)

    @property
    def id(self) -> int:
        """The OpenGL name."""
        self.require_alive()
        return self._id

    def bind(self) -> None:
        """Use it for the draws that follow."""
        self.device.state.bind_vertex_array(self.id)
