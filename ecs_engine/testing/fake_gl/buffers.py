"""Buffer objects."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import GLFault, command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.in_flight import writes_past_gl
from ecs_engine.testing.fake_gl.limits import BUFFER_STORAGE
from ecs_engine.testing.fake_gl.objects import POISON, Buffer, Mapping, new_store

TARGETS = frozenset({
    enums.ARRAY_BUFFER, enums.ELEMENT_ARRAY_BUFFER, enums.UNIFORM_BUFFER, enums.TEXTURE_BUFFER,
    enums.PIXEL_PACK_BUFFER, enums.PIXEL_UNPACK_BUFFER, enums.COPY_READ_BUFFER, enums.COPY_WRITE_BUFFER,
})  # fmt: skip
USAGES = frozenset({
    enums.STREAM_DRAW, enums.STREAM_READ, 0x88E2, enums.STATIC_DRAW, enums.STATIC_READ, 0x88E6,
    enums.DYNAMIC_DRAW, enums.DYNAMIC_READ, 0x88EA,
})  # fmt: skip
READ, WRITE = enums.MAP_READ_BIT, enums.MAP_WRITE_BIT
PERSISTENT, COHERENT = enums.MAP_PERSISTENT_BIT, enums.MAP_COHERENT_BIT
FLAG_NAMES = {
    READ: "GL_MAP_READ_BIT", WRITE: "GL_MAP_WRITE_BIT", PERSISTENT: "GL_MAP_PERSISTENT_BIT",
    COHERENT: "GL_MAP_COHERENT_BIT",
}  # fmt: skip
INVALIDATE = enums.MAP_INVALIDATE_RANGE_BIT | enums.MAP_INVALIDATE_BUFFER_BIT
STORAGE_FLAGS = READ | WRITE | PERSISTENT | COHERENT | enums.DYNAMIC_STORAGE_BIT | enums.CLIENT_STORAGE_BIT
MAP_FLAGS = READ | WRITE | INVALIDATE | enums.MAP_FLUSH_EXPLICIT_BIT | enums.MAP_UNSYNCHRONIZED_BIT
MUTABLE_FLAGS = READ | WRITE | enums.DYNAMIC_STORAGE_BIT


class Buffers(Context):
    """Buffer commands. Stores keep real bytes, and a mapping is the real address of the store."""

    def _bound(self, target: int) -> Buffer:
        if target not in TARGETS:
            raise invalid_enum(f"{target:#x} is not a buffer target")
        buffer = (
            self.vertex_array.elements if target == enums.ELEMENT_ARRAY_BUFFER else self.buffer_bindings.get(target)
        )
        if buffer is None:
            raise invalid_operation(f"no buffer is bound to target {target:#x}; bind one first")
        return buffer

    @staticmethod
    def _check_range(buffer: Buffer, offset: int, size: int) -> None:
        if offset < 0 or size < 0 or offset + size > buffer.size:
            raise invalid_value(
                f"{size} bytes at offset {offset} do not lie within buffer {buffer.name} of {buffer.size} bytes"
            )

    @staticmethod
    def _check_not_mapped(buffer: Buffer) -> None:
        if buffer.mapping is not None and buffer.mapping.blocks_use:
            raise invalid_operation(f"buffer {buffer.name} is mapped; unmap it first, or map it persistently")

    def _about_to_write(self, buffer: Buffer, offset: int, size: int) -> None:
        """A command writes: the driver sees to it that what is in flight reads the old bytes."""
        buffer.written = True
        self.in_flight.wait_for(buffer, offset, offset + size)

    def _keep_mapped_store(self, buffer: Buffer) -> None:
        if buffer.mapping is not None:
            self.kept_stores.append(buffer.store)
            buffer.mapping = None

    @command([0])
    def glGenBuffers(self, n: int) -> list[int]:
        if n < 0:
            raise invalid_value(f"{n} names were asked for")
        return self.buffers.generate(n)

    @command(None)
    def glDeleteBuffers(self, names: Sequence[int]) -> None:
        for name in names:
            buffer = self.buffers.delete(name)
            if buffer is not None:
                self._detach(buffer)

    def _detach(self, buffer: Buffer) -> None:
        """Unbind a deleted buffer from the context and the bound vertex array; other containers keep it alive."""
        self._keep_mapped_store(buffer)
        for target, bound in self.buffer_bindings.items():
            if bound is buffer:
                self.buffer_bindings[target] = None
        for index in [index for index, bound in self.uniform_bindings.items() if bound[0] is buffer]:
            del self.uniform_bindings[index]
        if self.vertex_array.elements is buffer:
            self.vertex_array.elements = None
        for attribute in self.vertex_array.attributes.values():
            if attribute.buffer is buffer:
                attribute.buffer = None

    @command(None)
    def glBindBuffer(self, target: int, buffer: int) -> None:
        if target not in TARGETS:
            raise invalid_enum(f"{target:#x} is not a buffer target")
        bound = self.buffers.bind(buffer) if buffer else None
        if target == enums.ELEMENT_ARRAY_BUFFER:
            if self.vertex_array.name == 0 and bound is not None:
                self.mistake("the element buffer belongs to a vertex array, and none is bound; bind one first")
            self.count_redundant(self.vertex_array.elements is bound, "glBindBuffer", target, buffer)
            self.vertex_array.elements = bound
        else:
            self.count_redundant(self.buffer_bindings.get(target) is bound, "glBindBuffer", target, buffer)
            self.buffer_bindings[target] = bound

    @command(None)
    def glBindBufferBase(self, target: int, index: int, buffer: int) -> None:
        self._bind_indexed(target, index, buffer, None)

    @command(None)
    def glBindBufferRange(self, target: int, index: int, buffer: int, offset: int, size: int) -> None:
        self._bind_indexed(target, index, buffer, (offset, size))

    def _bind_indexed(self, target: int, index: int, buffer: int, part: tuple[int, int] | None) -> None:
        bound = self.buffers.bind(buffer) if buffer else None
        if bound is not None and part is not None and part[1] <= 0:
            raise invalid_value(f"size {part[1]} is not positive")
        if target != enums.UNIFORM_BUFFER:
            raise invalid_enum(f"{target:#x} has no indexed bindings here; GL_UNIFORM_BUFFER has")
        bindings = self.limits.max_uniform_buffer_bindings
        if not 0 <= index < bindings:
            raise invalid_value(f"index {index} is not below GL_MAX_UNIFORM_BUFFER_BINDINGS ({bindings})")
        if part is not None:
            offset = part[0]
            alignment = self.limits.uniform_buffer_offset_alignment
            if offset < 0:
                raise invalid_value(f"offset {offset} is negative")
            if offset % alignment:
                raise invalid_value(
                    f"offset {offset} is no multiple of UNIFORM_BUFFER_OFFSET_ALIGNMENT, {alignment}; round it up"
                )
        self.buffer_bindings[target] = bound
        before = self.uniform_bindings.pop(index, None)
        now = None if bound is None else (bound, *(part or (0, -1)))
        name = "glBindBufferBase" if part is None else "glBindBufferRange"
        self.count_redundant(before == now, name, target, index, buffer, *(part or ()))
        if now is not None:
            self.uniform_bindings[index] = now

    @command(None)
    def glBufferData(self, target: int, size: int, data: int, usage: int) -> None:
        buffer = self._bound(target)
        if size < 0:
            raise invalid_value(f"size {size} is negative")
        if usage not in USAGES:
            raise invalid_enum(f"{usage:#x} is not a buffer usage")
        if buffer.immutable:
            raise invalid_operation(f"buffer {buffer.name} has immutable storage; make a new buffer instead")
        self._keep_mapped_store(buffer)
        buffer.store = new_store(size)
        buffer.usage, buffer.flags = usage, MUTABLE_FLAGS
        buffer.written = bool(data and size)
        if buffer.written:
            ctypes.memmove(buffer.address, data, size)
        elif self.strict:
            buffer.store.fill(POISON)  # undefined contents

    @command(None)
    def glBufferStorage(self, target: int, size: int, data: int, flags: int) -> None:
        self.needs(BUFFER_STORAGE)
        buffer = self._bound(target)
        if size <= 0:
            raise invalid_value(f"size {size} is not positive")
        if flags & ~STORAGE_FLAGS:
            raise invalid_value(f"flags {flags:#x} have bits that are no storage flags")
        if flags & PERSISTENT and not flags & (READ | WRITE):
            raise invalid_value("GL_MAP_PERSISTENT_BIT needs GL_MAP_READ_BIT or GL_MAP_WRITE_BIT beside it")
        if flags & COHERENT and not flags & PERSISTENT:
            raise invalid_value("GL_MAP_COHERENT_BIT needs GL_MAP_PERSISTENT_BIT beside it")
        if buffer.immutable:
            raise invalid_operation(f"buffer {buffer.name} has immutable storage already; make a new buffer instead")
        self._keep_mapped_store(buffer)
        buffer.store = new_store(size)
        buffer.immutable, buffer.flags, buffer.usage = True, flags, enums.DYNAMIC_DRAW
        buffer.written = bool(data)
        if data:
            ctypes.memmove(buffer.address, data, size)

    @command(None)
    def glBufferSubData(self, target: int, offset: int, size: int, data: int) -> None:
        buffer = self._bound(target)
        self._check_range(buffer, offset, size)
        mapping = buffer.mapping
        if mapping is not None and offset < mapping.offset + mapping.length and mapping.offset < offset + size:
            self._check_not_mapped(buffer)
        if buffer.immutable and not buffer.flags & enums.DYNAMIC_STORAGE_BIT:
            raise invalid_operation(f"buffer {buffer.name} was made without GL_DYNAMIC_STORAGE_BIT; map it to write")
        if size and not data:
            self.mistake("data is a null pointer, which a driver would read from; pass an address")
        elif size:
            self._about_to_write(buffer, offset, size)
            ctypes.memmove(buffer.address + offset, data, size)

    @command(None)
    def glGetBufferSubData(self, target: int, offset: int, size: int, data: int) -> None:
        buffer = self._bound(target)
        self._check_range(buffer, offset, size)
        self._check_not_mapped(buffer)
        if size and not data:
            self.mistake("data is a null pointer, which a driver would write to; pass an address")
        elif size:
            ctypes.memmove(data, buffer.address + offset, size)

    @command(None)
    def glCopyBufferSubData(
        self, read_target: int, write_target: int, read_offset: int, write_offset: int, size: int
    ) -> None:
        source, into = self._bound(read_target), self._bound(write_target)
        self._check_not_mapped(source)
        self._check_not_mapped(into)
        self._check_range(source, read_offset, size)
        self._check_range(into, write_offset, size)
        if source is into and abs(read_offset - write_offset) < size:
            raise invalid_value(f"source and destination ranges overlap in buffer {source.name}")
        self._about_to_write(into, write_offset, size)
        into.store[write_offset : write_offset + size] = source.store[read_offset : read_offset + size]

    @command(0)
    def glMapBufferRange(self, target: int, offset: int, length: int, access: int) -> int:
        buffer = self._bound(target)
        self._check_map(buffer, offset, length, access)
        if access & WRITE:
            if writes_past_gl(access):
                self.in_flight.check_unsynchronized(buffer, offset, offset + length)
            elif not access & PERSISTENT and self.in_flight.wait_for(buffer, offset, offset + length):
                self.frame.stalls += 1
            buffer.written = True
        buffer.mapping = Mapping(offset, length, access)
        if self.strict and access & INVALIDATE:
            # Contents become undefined; make code that relies on the old ones fail.
            whole = access & enums.MAP_INVALIDATE_BUFFER_BIT
            (buffer.store if whole else buffer.store[offset : offset + length]).fill(POISON)
        return buffer.address + offset

    def _check_map(self, buffer: Buffer, offset: int, length: int, access: int) -> None:
        if offset < 0 or length < 0:
            raise invalid_value(f"offset {offset} and length {length}: neither may be negative")
        if length == 0:
            raise invalid_operation("length is 0; there is nothing to map")
        allowed = MAP_FLAGS | (PERSISTENT | COHERENT if self.has(BUFFER_STORAGE) else 0)
        if access & ~allowed:
            raise invalid_value(f"access {access:#x} has bits that are no map flags")
        if not access & (READ | WRITE):
            raise invalid_operation("access has neither GL_MAP_READ_BIT nor GL_MAP_WRITE_BIT")
        if access & READ and access & (INVALIDATE | enums.MAP_UNSYNCHRONIZED_BIT):
            raise invalid_operation("GL_MAP_READ_BIT does not go with the invalidate and unsynchronized bits")
        if access & enums.MAP_FLUSH_EXPLICIT_BIT and not access & WRITE:
            raise invalid_operation("GL_MAP_FLUSH_EXPLICIT_BIT needs GL_MAP_WRITE_BIT beside it")
        missing = access & (READ | WRITE | PERSISTENT | COHERENT) & ~buffer.flags
        if missing:
            names = " and ".join(name for flag, name in FLAG_NAMES.items() if missing & flag)
            raise invalid_operation(f"the storage of buffer {buffer.name} was made without {names}; make it with them")
        if offset + length > buffer.size:
            raise invalid_value(
                f"{length} bytes at offset {offset} do not lie within buffer {buffer.name} of {buffer.size} bytes"
            )
        if buffer.mapping is not None:
            raise invalid_operation(f"buffer {buffer.name} is mapped already; unmap it first")
        if buffer.size == 0:
            raise GLFault(enums.OUT_OF_MEMORY, f"buffer {buffer.name} has no store; give it one first")

    @command(False)
    def glUnmapBuffer(self, target: int) -> bool:
        buffer = self._bound(target)
        if buffer.mapping is None:
            raise invalid_operation(f"buffer {buffer.name} is not mapped")
        buffer.mapping = None
        return True
