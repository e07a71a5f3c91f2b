"""Vertex array objects."""

from __future__ import annotations

from collections.abc import Sequence

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.objects import Attribute

INTEGER_TYPES = {
    enums.BYTE: 1, enums.UNSIGNED_BYTE: 1, enums.SHORT: 2, enums.UNSIGNED_SHORT: 2, enums.INT: 4, enums.UNSIGNED_INT: 4,
}  # fmt: skip
PACKED_TYPES = frozenset({0x8D9F, 0x8368})  # INT_2_10_10_10_REV, UNSIGNED_INT_2_10_10_10_REV
TYPE_SIZES = {**INTEGER_TYPES, enums.HALF_FLOAT: 2, enums.FLOAT: 4, 0x140A: 8, 0x8D9F: 4, 0x8368: 4}  # 0x140A: DOUBLE
UNSIGNED_TYPES = frozenset({enums.UNSIGNED_BYTE, enums.UNSIGNED_SHORT, enums.UNSIGNED_INT})
BGRA = 0x80E1


class VertexArrays(Context):
    """Vertex array commands. As in a core profile, array 0 cannot be changed or drawn with."""

    @command([0])
    def glGenVertexArrays(self, n: int) -> list[int]:
        if n < 0:
            raise invalid_value(f"{n} names were asked for")
        return self.vertex_arrays.generate(n)

    @command(None)
    def glDeleteVertexArrays(self, names: Sequence[int]) -> None:
        for name in names:
            array = self.vertex_arrays.delete(name)
            if array is not None and array is self.vertex_array:
                self.vertex_array = self.default_vertex_array

    @command(None)
    def glBindVertexArray(self, array: int) -> None:
        before = self.vertex_array
        self.vertex_array = self.vertex_arrays.bind(array) if array else self.default_vertex_array
        self.count_redundant(before is self.vertex_array, "glBindVertexArray", array)

    def _attribute(self, index: int) -> Attribute:
        """The attribute to change. It is made if it is new, and starts as the specification says."""
        if not 0 <= index < self.limits.max_vertex_attribs:
            raise invalid_value(f"index {index} is not below GL_MAX_VERTEX_ATTRIBS ({self.limits.max_vertex_attribs})")
        if self.vertex_array.name == 0:
            raise invalid_operation("no vertex array is bound; a core profile needs one")
        return self.vertex_array.attributes.setdefault(index, Attribute())

    @command(None)
    def glEnableVertexAttribArray(self, index: int) -> None:
        self._attribute(index).enabled = True

    @command(None)
    def glVertexAttribPointer(
        self, index: int, size: int, type: int, normalized: bool, stride: int, offset: int
    ) -> None:
        attribute = self._pointed(index, stride, offset)
        if type not in TYPE_SIZES:
            raise invalid_enum(f"{type:#x} is not a type of vertex attributes")
        if not 1 <= size <= 4 and size != BGRA:
            raise invalid_value(f"size {size} is not 1 to 4")
        if type in PACKED_TYPES and size not in (4, BGRA):
            raise invalid_operation("packed types have 4 components")
        if size == BGRA and (not normalized or type not in (enums.UNSIGNED_BYTE, *PACKED_TYPES)):
            raise invalid_operation("GL_BGRA goes with normalised bytes and packed types only")
        self._point(attribute, stride, offset)
        attribute.size, attribute.type = size, type
        attribute.normalized, attribute.integer = bool(normalized), False

    @command(None)
    def glVertexAttribIPointer(self, index: int, size: int, type: int, stride: int, offset: int) -> None:
        attribute = self._pointed(index, stride, offset)
        if type not in INTEGER_TYPES:
            raise invalid_enum(f"{type:#x} is not a type of integer vertex attributes")
        if not 1 <= size <= 4:
            raise invalid_value(f"size {size} is not 1 to 4")
        self._point(attribute, stride, offset)
        attribute.size, attribute.type = size, type
        attribute.normalized, attribute.integer = False, True

    def _pointed(self, index: int, stride: int, offset: int) -> Attribute:
        """The attribute to point, once what both kinds of pointer share is checked."""
        attribute = self._attribute(index)
        if stride < 0 or (self.version >= (4, 4) and stride > self.limits.max_vertex_attrib_stride):
            raise invalid_value(f"stride {stride} is negative or over {self.limits.max_vertex_attrib_stride}")
        if offset and self.buffer_bindings.get(enums.ARRAY_BUFFER) is None:
            raise invalid_operation("no buffer is bound to GL_ARRAY_BUFFER; a core profile has no client-side arrays")
        return attribute

    def _point(self, attribute: Attribute, stride: int, offset: int) -> None:
        attribute.buffer = self.buffer_bindings.get(enums.ARRAY_BUFFER)
        attribute.stride, attribute.offset = stride, offset

    @command(None)
    def glVertexAttribDivisor(self, index: int, divisor: int) -> None:
        self._attribute(index).divisor = divisor
