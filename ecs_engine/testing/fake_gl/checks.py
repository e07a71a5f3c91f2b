"""What strict mode holds a draw to: all that it reads is there, is whole, and is what the shaders take it for."""

from __future__ import annotations

import numpy as np

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.faults import invalid_operation
from ecs_engine.testing.fake_gl.framebuffers import Framebuffers
from ecs_engine.testing.fake_gl.objects import Attribute, Buffer, Program, Texture
from ecs_engine.testing.fake_gl.vertex_arrays import BGRA, PACKED_TYPES, TYPE_SIZES, UNSIGNED_TYPES

SAMPLER_TARGETS = {
    enums.SAMPLER_2D: enums.TEXTURE_2D, 0x8DCA: enums.TEXTURE_2D, enums.UNSIGNED_INT_SAMPLER_2D: enums.TEXTURE_2D,
    0x8B62: enums.TEXTURE_2D,
    enums.SAMPLER_2D_ARRAY: enums.TEXTURE_2D_ARRAY, 0x8DCF: enums.TEXTURE_2D_ARRAY, 0x8DC4: enums.TEXTURE_2D_ARRAY,
    enums.UNSIGNED_INT_SAMPLER_2D_ARRAY: enums.TEXTURE_2D_ARRAY,
    enums.SAMPLER_BUFFER: enums.TEXTURE_BUFFER, enums.INT_SAMPLER_BUFFER: enums.TEXTURE_BUFFER,
    enums.UNSIGNED_INT_SAMPLER_BUFFER: enums.TEXTURE_BUFFER,
}  # fmt: skip
# Samplers of signed and of unsigned whole numbers; all others give floats.
SAMPLED_KINDS = {
    0x8DCA: "i", 0x8DCF: "i", enums.INT_SAMPLER_BUFFER: "i", enums.UNSIGNED_INT_SAMPLER_2D: "u",
    enums.UNSIGNED_INT_SAMPLER_2D_ARRAY: "u", enums.UNSIGNED_INT_SAMPLER_BUFFER: "u",
}  # fmt: skip
KIND_WORDS = {"f": "floats", "i": "ints", "u": "uints"}
NEAREST_MIPMAP_LINEAR = 0x2702
UNBLENDED = (enums.NEAREST, enums.NEAREST_MIPMAP_NEAREST)
MIPMAP_FILTERS = range(enums.NEAREST_MIPMAP_NEAREST, enums.LINEAR_MIPMAP_LINEAR + 1)


class Checks(Framebuffers):
    """Checks of the state that a draw uses."""

    def check_readable(self, buffer: Buffer, role: str) -> None:
        """Whether a draw may read a buffer."""
        if buffer.mapping is not None and buffer.mapping.blocks_use:
            raise invalid_operation(f"{role} buffer {buffer.name} is mapped; unmap it first, or map it persistently")
        if buffer.deleted:
            self.mistake(f"{role} buffer {buffer.name} was deleted; delete it after the vertex array that uses it")
        elif not buffer.written:
            self.mistake(f"{role} buffer {buffer.name} was never written to; fill it before the draw")

    def _check_shader_readable(self, buffer: Buffer, role: str) -> None:
        """As above. The specification lets a driver set the error, and few do for what shaders read."""
        if buffer.mapping is not None and buffer.mapping.blocks_use:
            self.mistake(f"{role} buffer {buffer.name} is mapped; unmap it before the draw, or map it persistently")
        self.check_readable(buffer, role)

    def reads(self, buffer: Buffer, start: int, stop: int) -> None:
        """A command that the GPU comes to later reads a range."""
        if self.fence_latency and self.strict:
            self.in_flight.add(buffer, start, stop, self.frame.index)

    # -- vertex attributes -------------------------------------------------------------------------
    def check_attributes(self, vertices: int, instances: int) -> None:
        """Mapped buffers are an error; reading past a buffer's end is a mistake that drivers hide."""
        for index, attribute in self.vertex_array.attributes.items():
            if not attribute.enabled:
                continue
            buffer = attribute.buffer
            if buffer is None:
                self.mistake(f"attribute {index} is enabled and has no buffer; bind one when you point it")
                continue
            self.check_readable(buffer, "vertex")
            rows = -(-instances // attribute.divisor) if attribute.divisor else vertices
            components = 1 if attribute.type in PACKED_TYPES else 4 if attribute.size == BGRA else attribute.size
            row = components * TYPE_SIZES[attribute.type]
            end = attribute.offset + (rows - 1) * (attribute.stride or row) + row
            if rows > 0 and end > buffer.size:
                self.mistake(
                    f"attribute {index} is read up to byte {end} of buffer {buffer.name}, which has {buffer.size} "
                    "bytes; draw fewer or make it larger"
                )
            if rows > 0:
                self.reads(buffer, attribute.offset, end)
        if self.program is not None and self.program.executable is not None:
            self._check_inputs(self.program)

    def _check_inputs(self, program: Program) -> None:
        """The arrays are what the vertex shader's inputs take."""
        assert program.executable is not None
        for location, (name, base) in program.executable.inputs.items():
            attribute = self.vertex_array.attributes.get(location)
            if attribute is None or not attribute.enabled:
                self.mistake(
                    f"shader input {name!r} reads attribute {location}, which is not enabled, so that all vertices get "
                    "the same value; call glEnableVertexAttribArray"
                )
            elif problem := _mismatch(attribute, base):
                self.mistake(f"shader input {name!r} (attribute {location}) {problem}")

    # -- pulled vertices -----------------------------------------------------------------------------
    def check_pulled(self, vertices: int) -> None:
        """A shader that reads a buffer texture by its vertex number finds a texel for every vertex of the draw."""
        program = self.program
        if program is None or program.executable is None or vertices <= 0:
            return
        for location, (name, shift) in program.executable.pulled.items():
            unit = int(program.values[location][0])
            texture = self.texture_units.get((unit, enums.TEXTURE_BUFFER))
            if texture is None or texture.buffer is None or texture.buffer_format is None:
                continue
            last, texels = (vertices - 1) >> shift, texture.buffer.size // texture.buffer_format.texel_size
            if last >= texels:
                self.mistake(
                    f"sampler {name!r} is read up to texel {last} of buffer texture {texture.name}, which has "
                    f"{texels}; draw fewer or make its buffer larger"
                )

    # -- textures ------------------------------------------------------------------------------------
    def check_samplers(self, program: Program) -> None:
        """Every sampler finds a complete texture of its kind, and no two of different types share a unit."""
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
                self.mistake(
                    f"sampler {label!r} of program {program.name} reads unit {unit}, where nothing is bound; "
                    "bind a texture"
                )
            elif target == enums.TEXTURE_BUFFER:
                self._check_buffer_texture(label, type, texture)
            else:
                self._check_sampled(label, type, texture)

    def _check_buffer_texture(self, label: str, type: int, texture: Texture) -> None:
        buffer, texels = texture.buffer, texture.buffer_format
        if buffer is None or texels is None:
            self.mistake(f"sampler {label!r} reads buffer texture {texture.name}, which has no buffer; give it one")
            return
        self._check_shader_readable(buffer, "texture")
        self._check_sampled_kind(label, type, texture, texels.kind == "int", texels.dtype.kind)
        self.reads(buffer, 0, buffer.size)

    def _check_sampled_kind(self, label: str, type: int, texture: Texture, is_integer: bool, kind: str) -> None:
        wanted, holds = SAMPLED_KINDS.get(type, "f"), kind if is_integer else "f"
        if wanted != holds:
            self.mistake(
                f"sampler {label!r} gives {KIND_WORDS[wanted]} and texture {texture.name} holds {KIND_WORDS[holds]}, "
                "so that its values are undefined; declare the sampler as the format is"
            )

    def _check_sampled(self, label: str, type: int, texture: Texture) -> None:
        if not is_complete(texture):
            self.mistake(
                f"sampler {label!r} reads texture {texture.name}, which is incomplete and reads as black; "
                "set its filter or its mipmap levels"
            )
            return
        base = texture.parameters.get(enums.TEXTURE_BASE_LEVEL, 0)
        image = texture.levels.get(base)
        if image is None:
            return  # Incomplete, as was said.
        self._check_sampled_kind(label, type, texture, image.format.kind == "int", image.format.dtype.kind)
        if image.unwritten:
            layer = f"layer {min(image.unwritten)} of " if image.size[2] > 1 else ""
            self.mistake(
                f"sampler {label!r} reads {layer}texture {texture.name}, which was never written to; "
                "upload or clear it first"
            )
        last = texture.parameters.get(enums.TEXTURE_MAX_LEVEL, 1000)
        for attachment in self.draw_framebuffer.attachments.values():
            if attachment.source is texture and base <= attachment.level <= last:
                self.mistake(
                    f"sampler {label!r} reads texture {texture.name} while framebuffer {self.draw_framebuffer.name} "
                    "draws to it; draw to another, and swap the two"
                )

    # -- uniform blocks ------------------------------------------------------------------------------
    def check_blocks(self, program: Program) -> None:
        """Every uniform block finds a buffer that is large enough and holds numbers."""
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
            if size >= 0 and offset + size > buffer.size:
                self.mistake(
                    f"uniform block {block.name!r} reads bytes {offset} to {offset + size} of buffer {buffer.name}, "
                    f"which has {buffer.size}; bind a range within it"
                )
            room = min(size, buffer.size - offset) if size >= 0 else buffer.size
            if room < block.size:
                self.mistake(
                    f"uniform block {block.name!r} needs {block.size} bytes and binding {binding} has {room}; "
                    "bind a larger range"
                )
                continue
            if self.strict:
                numbers = buffer.store[offset : offset + block.size].view(np.float32)[block.float_words]
                if np.isnan(numbers).any():
                    name = block.float_names[int(np.flatnonzero(np.isnan(numbers))[0])]
                    self.mistake(f"uniform {name!r} of block {block.name!r} is NaN; look at what computes it")
            self.reads(buffer, offset, offset + block.size)

    # -- what is drawn to ----------------------------------------------------------------------------
    def draw_to_targets(self) -> None:
        """What a draw does to the images it goes to: their contents are its business from then on."""
        blends = enums.BLEND in self.caps
        framebuffer = self.draw_framebuffer
        for point, attachment in framebuffer.attachments.items():
            image = attachment.image
            if image is None or attachment.layer not in image.unwritten:
                continue
            if blends and point in framebuffer.draw_buffers:
                self.mistake(
                    f"this blends with attachment {point:#x} of framebuffer {framebuffer.name}, which was never "
                    "written to; clear it first"
                )
            image.unwritten.discard(attachment.layer)


def _mismatch(attribute: Attribute, base: str) -> str:
    """In what an array does not fit to a shader's input of a base type, or nothing."""
    if base == "float":
        return "is float, and its array is passed as integers; use glVertexAttribPointer" if attribute.integer else ""
    if not attribute.integer:
        return f"is {base}, and its array is converted to floats; use glVertexAttribIPointer"
    if (attribute.type in UNSIGNED_TYPES) != (base == "uint"):
        return f"is {base}, and its array holds {attribute.type:#x}; use a type of the same sign"
    return ""


def is_complete(texture: Texture) -> bool:
    """Whether all levels are there that the filters of a texture ask for."""
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
