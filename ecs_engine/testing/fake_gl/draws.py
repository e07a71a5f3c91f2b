"""Drawing. Nothing is rasterised: a draw is checked against the whole state, recorded and counted."""

from __future__ import annotations

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import DRAW_NS, Draw
from ecs_engine.testing.fake_gl.faults import command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.framebuffers import Framebuffers
from ecs_engine.testing.fake_gl.objects import Buffer, Program, Texture
from ecs_engine.testing.fake_gl.vertex_arrays import BGRA, PACKED_TYPES, TYPE_SIZES

# LINE_LOOP, and the four primitives with adjacency, are legal too
MODES = frozenset({
    enums.POINTS, enums.LINES, 0x0002, enums.LINE_STRIP, enums.TRIANGLES, enums.TRIANGLE_STRIP, enums.TRIANGLE_FAN,
    0x000A, 0x000B, 0x000C, 0x000D,
})  # fmt: skip
GEOMETRY_INPUTS = {
    "points": (enums.POINTS,), "lines": (enums.LINES, 0x0002, enums.LINE_STRIP),
    "triangles": (enums.TRIANGLES, enums.TRIANGLE_STRIP, enums.TRIANGLE_FAN),
    "lines_adjacency": (0x000A, 0x000B), "triangles_adjacency": (0x000C, 0x000D),
}  # fmt: skip
INDEX_SIZES = {enums.UNSIGNED_BYTE: 1, enums.UNSIGNED_SHORT: 2, enums.UNSIGNED_INT: 4}
SAMPLER_TARGETS = {
    enums.SAMPLER_2D: enums.TEXTURE_2D, 0x8DCA: enums.TEXTURE_2D, enums.UNSIGNED_INT_SAMPLER_2D: enums.TEXTURE_2D,
    0x8B62: enums.TEXTURE_2D,
    enums.SAMPLER_2D_ARRAY: enums.TEXTURE_2D_ARRAY, 0x8DCF: enums.TEXTURE_2D_ARRAY, 0x8DC4: enums.TEXTURE_2D_ARRAY,
    enums.UNSIGNED_INT_SAMPLER_2D_ARRAY: enums.TEXTURE_2D_ARRAY,
    enums.SAMPLER_BUFFER: enums.TEXTURE_BUFFER, enums.INT_SAMPLER_BUFFER: enums.TEXTURE_BUFFER,
    enums.UNSIGNED_INT_SAMPLER_BUFFER: enums.TEXTURE_BUFFER,
}  # fmt: skip
NEAREST_MIPMAP_LINEAR = 0x2702
UNBLENDED = (enums.NEAREST, enums.NEAREST_MIPMAP_NEAREST)
MIPMAP_FILTERS = range(enums.NEAREST_MIPMAP_NEAREST, enums.LINEAR_MIPMAP_LINEAR + 1)


class Draws(Framebuffers):
    """Draw commands."""

    @command(None)
    def glDrawArrays(self, mode: int, first: int, count: int) -> None:
        self._draw_arrays("glDrawArrays", mode, first, count, 1)

    @command(None)
    def glDrawArraysInstanced(self, mode: int, first: int, count: int, instances: int) -> None:
        self._draw_arrays("glDrawArraysInstanced", mode, first, count, instances)

    @command(None)
    def glDrawElements(self, mode: int, count: int, type: int, offset: int) -> None:
        self._draw_elements("glDrawElements", mode, count, type, offset, 1)

    @command(None)
    def glDrawElementsInstanced(self, mode: int, count: int, type: int, offset: int, instances: int) -> None:
        self._draw_elements("glDrawElementsInstanced", mode, count, type, offset, instances)

    def _draw_arrays(self, name: str, mode: int, first: int, count: int, instances: int) -> None:
        self._check_call(mode, count, instances)
        if first < 0:
            raise invalid_value(f"first {first} is negative")
        self._check_attributes(first + count if count else 0, instances)
        self._record(name, mode, first, count, instances)

    def _draw_elements(self, name: str, mode: int, count: int, type: int, offset: int, instances: int) -> None:
        self._check_call(mode, count, instances)
        if type not in INDEX_SIZES:
            raise invalid_enum(f"{type:#x} is not an index type: GL_UNSIGNED_BYTE, _SHORT or _INT")
        elements = self.vertex_array.elements
        if elements is None:
            # Some drivers set this error, others read address 0 and crash.
            self.mistake(f"vertex array {self.vertex_array.name} has no element buffer; bind one while it is bound")
            raise invalid_operation(f"vertex array {self.vertex_array.name} has no element buffer")
        self._check_readable(elements, "element")
        end = offset + count * INDEX_SIZES[type]
        if count and end > elements.size:
            self.mistake(
                f"the indices end at byte {end} of element buffer {elements.name}, which has {elements.size} bytes; "
                "draw fewer or make it larger"
            )
        if offset % INDEX_SIZES[type]:
            self.mistake(f"offset {offset} is not a multiple of the index size {INDEX_SIZES[type]}; align it")
        self._check_attributes(0, instances)
        self._record(name, mode, offset, count, instances)

    def _record(self, name: str, mode: int, first: int, count: int, instances: int) -> None:
        program = self.program.name if self.program is not None else 0
        self.gpu_time_ns += DRAW_NS
        self.frame.draws.append(
            Draw(name, mode, first, count, instances, program, self.vertex_array.name, self.draw_framebuffer.name)
        )

    # -- checks of the state -----------------------------------------------------------------------
    def _check_call(self, mode: int, count: int, instances: int) -> None:
        if count < 0 or instances < 0:
            raise invalid_value(f"count {count}, instances {instances}: neither may be negative")
        if mode not in MODES:
            raise invalid_enum(f"{mode:#x} is not a primitive")
        self._check_state(mode)

    def _check_state(self, mode: int) -> None:
        self.check_complete(self.draw_framebuffer)
        if self.vertex_array.name == 0:
            raise invalid_operation("no vertex array is bound; a core profile needs one")
        program = self.program
        if program is None:
            self.mistake("no program is in use, so nothing would be drawn; call glUseProgram first")
            return
        assert program.executable is not None
        if not program.executable.has_vertex_stage:
            self.mistake(f"program {program.name} has no vertex shader, so nothing would be drawn; attach one")
        wanted = program.executable.primitive
        if wanted and mode not in GEOMETRY_INPUTS.get(wanted, MODES):
            raise invalid_operation(f"the geometry shader takes {wanted}, and primitive {mode:#x} makes none")
        self._check_samplers(program)
        self._check_blocks(program)

    def _check_readable(self, buffer: Buffer, role: str) -> None:
        if buffer.mapping is not None and buffer.mapping.blocks_use:
            raise invalid_operation(f"{role} buffer {buffer.name} is mapped; unmap it first, or map it persistently")
        if buffer.deleted:
            self.mistake(f"{role} buffer {buffer.name} was deleted; delete it after the vertex array that uses it")

    def _check_shader_readable(self, buffer: Buffer, role: str) -> None:
        """As above. The specification lets a driver set the error, and few do for what shaders read."""
        if buffer.mapping is not None and buffer.mapping.blocks_use:
            self.mistake(f"{role} buffer {buffer.name} is mapped; unmap it before the draw, or map it persistently")
        self._check_readable(buffer, role)

    def _check_attributes(self, vertices: int, instances: int) -> None:
        """Mapped buffers are an error; reading past a buffer's end is a mistake that drivers hide."""
        for index, attribute in self.vertex_array.attributes.items():
            if not attribute.enabled:
                continue
            buffer = attribute.buffer
            if buffer is None:
                self.mistake(f"attribute {index} is enabled and has no buffer; bind one when you point it")
                continue
            self._check_readable(buffer, "vertex")
            rows = -(-instances // attribute.divisor) if attribute.divisor else vertices
            components = 1 if attribute.type in PACKED_TYPES else 4 if attribute.size == BGRA else attribute.size
            row = components * TYPE_SIZES[attribute.type]
            end = attribute.offset + (rows - 1) * (attribute.stride or row) + row
            if rows > 0 and end > buffer.size:
                self.mistake(
                    f"attribute {index} is read up to byte {end} of buffer {buffer.name}, which has {buffer.size} "
                    "bytes; draw fewer or make it larger"
                )

    def _check_samplers(self, program: Program) -> None:
        executable = program.executable
        assert executable is not None
        types_on: dict[int, int] = {}
        for location, type in executable.samplers.items():
            unit = int(program.values[location][0])
            if types_on.setdefault(unit, type) != type:
                raise invalid_operation(f"samplers of two types use texture unit {unit}; give each a unit of its own")
            target = SAMPLER_TARGETS.get(type)
            if target is None:
                continue
            label = executable.by_location[location].name
            texture = self.texture_units.get((unit, target))
            if texture is None:
                self.note(f"sampler {label!r} of program {program.name} reads unit {unit}, where nothing is bound")
            else:
                self._check_sampled(label, texture)

    def _check_sampled(self, label: str, texture: Texture) -> None:
        if texture.target == enums.TEXTURE_BUFFER:
            if texture.buffer is None:
                self.note(f"sampler {label!r} reads buffer texture {texture.name}, which has no buffer")
            else:
                self._check_shader_readable(texture.buffer, "texture")
            return
        if not self._is_complete(texture):
            self.note(
                f"sampler {label!r} reads texture {texture.name}, which is incomplete and reads as black; "
                "set its filter or its mipmap levels"
            )
        if any(attachment.source is texture for attachment in self.draw_framebuffer.attachments.values()):
            self.note(f"sampler {label!r} reads texture {texture.name}, which is being drawn to")

    @staticmethod
    def _is_complete(texture: Texture) -> bool:
        base = texture.parameters.get(enums.TEXTURE_BASE_LEVEL, 0)
        image = texture.levels.get(base)
        if image is None or 0 in image.size:
            return False
        min_filter = texture.parameters.get(enums.TEXTURE_MIN_FILTER, NEAREST_MIPMAP_LINEAR)
        mag_filter = texture.parameters.get(enums.TEXTURE_MAG_FILTER, enums.LINEAR)
        if image.format.kind == "int" and (min_filter not in UNBLENDED or mag_filter != enums.NEAREST):
            return False
        if min_filter not in MIPMAP_FILTERS:
            return True
        width, height, depth = image.size
        level = base
        while max(width, height) > 1 and level < texture.parameters.get(enums.TEXTURE_MAX_LEVEL, 1000):
            level, width, height = level + 1, max(1, width // 2), max(1, height // 2)
            smaller = texture.levels.get(level)
            if smaller is None or smaller.size != (width, height, depth) or smaller.format != image.format:
                return False
        return True

    def _check_blocks(self, program: Program) -> None:
        executable = program.executable
        assert executable is not None
        for index, block in enumerate(executable.blocks):
            binding = program.block_bindings[index]
            bound = self.uniform_bindings.get(binding)
            if bound is None:
                self.mistake(f"uniform block {block.name!r} reads binding {binding}, which is empty; bind a buffer")
                continue
            buffer, offset, size = bound
            self._check_shader_readable(buffer, "uniform")
            room = min(size, buffer.size - offset) if size >= 0 else buffer.size
            if room < block.size:
                self.mistake(
                    f"uniform block {block.name!r} needs {block.size} bytes and binding {binding} has {room}; "
                    "bind a larger range"
                )
