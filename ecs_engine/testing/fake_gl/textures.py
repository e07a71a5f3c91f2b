"""Textures: names, parameters, images, mipmaps and buffer textures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.formats import (
    FORMATS,
    check_client,
    check_match,
    from_srgb,
    from_values,
    to_client,
    to_srgb,
    to_texels,
)
from ecs_engine.testing.fake_gl.memory import pixels_at, read_pixels, write_pixels
from ecs_engine.testing.fake_gl.objects import POISON, Image, Texture

TARGETS = (enums.TEXTURE_2D, enums.TEXTURE_2D_ARRAY, enums.TEXTURE_BUFFER)
WRAPS = (enums.CLAMP_TO_EDGE, enums.REPEAT, enums.MIRRORED_REPEAT, 0x812D)  # 0x812D: CLAMP_TO_BORDER
MIN_FILTERS = (enums.NEAREST, enums.LINEAR, *range(enums.NEAREST_MIPMAP_NEAREST, enums.LINEAR_MIPMAP_LINEAR + 1))
PARAMETERS = {
    enums.TEXTURE_MIN_FILTER: MIN_FILTERS,
    enums.TEXTURE_MAG_FILTER: (enums.NEAREST, enums.LINEAR),
    enums.TEXTURE_WRAP_S: WRAPS,
    enums.TEXTURE_WRAP_T: WRAPS,
    0x8072: WRAPS,  # TEXTURE_WRAP_R
}
LEVEL_PARAMETERS = (enums.TEXTURE_BASE_LEVEL, enums.TEXTURE_MAX_LEVEL)


class Textures(Context):
    """Texture commands. Texels are kept, so that what was uploaded can be read back."""

    @command([0])
    def glGenTextures(self, n: int) -> list[int]:
        if n < 0:
            raise invalid_value(f"{n} names were asked for")
        return self.textures.generate(n)

    @command(None)
    def glDeleteTextures(self, names: Sequence[int]) -> None:
        for name in names:
            texture = self.textures.delete(name)
            if texture is None:
                continue
            for unit in [unit for unit, bound in self.texture_units.items() if bound is texture]:
                del self.texture_units[unit]
            for framebuffer in (self.draw_framebuffer, self.read_framebuffer):
                for point in [at for at, image in framebuffer.attachments.items() if image.source is texture]:
                    del framebuffer.attachments[point]

    @command(None)
    def glActiveTexture(self, unit: int) -> None:
        index = unit - enums.TEXTURE0
        if not 0 <= index < self.limits.max_combined_texture_image_units:
            raise invalid_enum(
                f"unit {index} is not below GL_MAX_COMBINED_TEXTURE_IMAGE_UNITS "
                f"({self.limits.max_combined_texture_image_units})"
            )
        self.count_redundant(self.active_unit == index, "glActiveTexture", unit)
        self.active_unit = index

    @command(None)
    def glBindTexture(self, target: int, texture: int) -> None:
        if target not in TARGETS:
            raise invalid_enum(f"{target:#x} is not a texture target here")
        if texture == 0:
            before = self.texture_units.pop((self.active_unit, target), None)
            self.count_redundant(before is None, "glBindTexture", target, texture)
            return
        bound = self.textures.bind(texture)
        if bound.target not in (0, target):
            raise invalid_operation(f"texture {texture} was first bound to {bound.target:#x}, and stays of that kind")
        bound.target = target
        self.count_redundant(
            self.texture_units.get((self.active_unit, target)) is bound, "glBindTexture", target, texture
        )
        self.texture_units[self.active_unit, target] = bound

    def _texture(self, target: int, *allowed: int) -> Texture:
        if target not in allowed:
            raise invalid_enum(f"{target:#x} is not a texture target of this call")
        bound = self.texture_units.get((self.active_unit, target))
        return self.default_textures[target] if bound is None else bound

    def _refuse_default(self, texture: Texture) -> None:
        if texture.name == 0:
            self.mistake(f"no texture is bound to unit {self.active_unit}, so this changes texture 0; bind one first")

    @command(None)
    def glTexParameteri(self, target: int, pname: int, param: int) -> None:
        texture = self._texture(target, enums.TEXTURE_2D, enums.TEXTURE_2D_ARRAY)
        if pname in LEVEL_PARAMETERS:
            if param < 0:
                raise invalid_value(f"level {param} is negative")
        elif pname not in PARAMETERS:
            raise invalid_enum(f"{pname:#x} is not a texture parameter that FakeGL keeps")
        elif param not in PARAMETERS[pname]:
            raise invalid_enum(f"{param:#x} is not a value of texture parameter {pname:#x}")
        self._refuse_default(texture)
        texture.parameters[pname] = param

    # -- images ----------------------------------------------------------------------------------
    @command(None)
    def glTexImage2D(
        self, target: int, level: int, internal_format: int, width: int, height: int, border: int,
        format: int, type: int, data: int,
    ) -> None:  # fmt: skip
        texture = self._texture(target, enums.TEXTURE_2D)
        self._tex_image(texture, level, internal_format, (width, height, 1), border, format, type, data)

    @command(None)
    def glTexImage3D(
        self, target: int, level: int, internal_format: int, width: int, height: int, depth: int, border: int,
        format: int, type: int, data: int,
    ) -> None:  # fmt: skip
        texture = self._texture(target, enums.TEXTURE_2D_ARRAY)
        self._tex_image(texture, level, internal_format, (width, height, depth), border, format, type, data)

    def _check_level(self, level: int) -> None:
        if not 0 <= level < self.limits.max_texture_size.bit_length():
            raise invalid_value(f"level {level} is negative or beyond the last level of the largest texture")

    def _tex_image(
        self, texture: Texture, level: int, internal_format: int, size: tuple[int, int, int], border: int,
        format: int, type: int, data: int,
    ) -> None:  # fmt: skip
        self._check_level(level)
        if border:
            raise invalid_value("border must be 0")
        if min(size) < 0:
            raise invalid_value(f"size {size} is negative")
        check_client(format, type)
        texels = FORMATS.get(internal_format)
        if texels is None:
            raise invalid_value(f"{internal_format:#x} is not an internal format that FakeGL keeps")
        check_match(texels, format)
        widest, layers = self.limits.max_texture_size >> level, self.limits.max_array_texture_layers
        if max(size[:2]) > widest or size[2] > layers:
            raise invalid_value(f"size {size} is over {widest} x {widest} x {layers}")
        self._refuse_default(texture)
        has_data = bool(data) or self.buffer_bindings.get(enums.PIXEL_UNPACK_BUFFER) is not None
        if has_data and 0 not in size:
            values = to_texels(read_pixels(self, size, format, type, data), format, type, texels)
        else:
            values = texels.zeros(*size)
        image = texture.levels[level] = Image(texels, values, set() if has_data else set(range(size[2])))
        if not has_data and self.strict and texels.kind in ("norm", "int"):  # undefined contents
            image.cleared = np.full(texels.texel_size, POISON, np.uint8).view(texels.dtype)

    @command(None)
    def glTexSubImage2D(
        self, target: int, level: int, x: int, y: int, width: int, height: int, format: int, type: int, data: int
    ) -> None:
        texture = self._texture(target, enums.TEXTURE_2D)
        self._tex_sub_image(texture, level, (x, y, 0), (width, height, 1), format, type, data)

    @command(None)
    def glTexSubImage3D(
        self, target: int, level: int, x: int, y: int, z: int, width: int, height: int, depth: int,
        format: int, type: int, data: int,
    ) -> None:  # fmt: skip
        texture = self._texture(target, enums.TEXTURE_2D_ARRAY)
        self._tex_sub_image(texture, level, (x, y, z), (width, height, depth), format, type, data)

    def _tex_sub_image(
        self, texture: Texture, level: int, at: tuple[int, int, int], size: tuple[int, int, int],
        format: int, type: int, data: int,
    ) -> None:  # fmt: skip
        self._check_level(level)
        if min(size) < 0:
            raise invalid_value(f"size {size} is negative")
        image = texture.levels.get(level)
        if image is None:
            raise invalid_operation(f"texture {texture.name} has no level {level}; define it with glTexImage first")
        check_client(format, type)
        check_match(image.format, format)
        if any(start < 0 or start + part > whole for start, part, whole in zip(at, size, image.size, strict=True)):
            raise invalid_value(f"{size} at {at} does not lie within level {level} of {image.size}")
        if 0 in size:
            return
        if not data and self.buffer_bindings.get(enums.PIXEL_UNPACK_BUFFER) is None:
            self.mistake("data is a null pointer, which a driver would read from; pass an address")
            return
        values = to_texels(read_pixels(self, size, format, type, data), format, type, image.format)
        x, y, z = at
        image.unwritten.difference_update(range(z, z + size[2]))
        image.data[z : z + size[2], y : y + size[1], x : x + size[0]] = values

    @command(None)
    def glGetTexImage(self, target: int, level: int, format: int, type: int, data: int) -> None:
        texture = self._texture(target, enums.TEXTURE_2D, enums.TEXTURE_2D_ARRAY)
        self._check_level(level)
        check_client(format, type)
        image = texture.levels.get(level)
        if image is None or 0 in image.size:
            return  # An undefined image is empty: nothing is written.
        check_match(image.format, format, reading=True)
        if not data and self.buffer_bindings.get(enums.PIXEL_PACK_BUFFER) is None:
            self.mistake("data is a null pointer, which a driver would write to; pass an address")
            return
        if image.unwritten:
            self.mistake(f"texture {texture.name} was never written to, so this reads anything; upload it first")
        view = pixels_at(self, image.size, format, type, data, unpack=False)
        write_pixels(view, to_client(image.data, image.format, format, type))

    @command(None)
    def glGenerateMipmap(self, target: int) -> None:
        """Fills every level below the base level by averaging; sRGB colours are averaged as light."""
        texture = self._texture(target, enums.TEXTURE_2D, enums.TEXTURE_2D_ARRAY)
        base = texture.parameters.get(enums.TEXTURE_BASE_LEVEL, 0)
        last = texture.parameters.get(enums.TEXTURE_MAX_LEVEL, 1000)
        if base >= last:
            return
        image = texture.levels.get(base)
        if image is None or 0 in image.size:
            raise invalid_operation(f"texture {texture.name} has no image in its base level {base}")
        if image.format.kind in ("int", "depth_stencil"):
            raise invalid_operation("integer and depth-stencil textures have no mipmaps made for them")
        level = base
        while max(image.size[:2]) > 1 and level < last:
            level += 1
            image = texture.levels[level] = Image(image.format, _halved(image))

    # -- buffer textures ---------------------------------------------------------------------------
    @command(None)
    def glTexBuffer(self, target: int, internal_format: int, buffer: int) -> None:
        texture = self._texture(target, enums.TEXTURE_BUFFER)
        source = self.buffers.existing(buffer) if buffer else None
        if buffer and source is None:
            raise invalid_operation(f"{buffer} is not a buffer; bind it once before it becomes a buffer texture")
        texels = FORMATS.get(internal_format)
        if texels is None or not texels.for_buffers:
            raise invalid_enum(f"{internal_format:#x} is not a format of buffer textures")
        self._refuse_default(texture)
        if source is not None and source.size // texels.texel_size > self.limits.max_texture_buffer_size:
            self.mistake(
                f"buffer {buffer} holds {source.size // texels.texel_size} texels and GL_MAX_TEXTURE_BUFFER_SIZE is "
                f"{self.limits.max_texture_buffer_size}; the rest cannot be read, so split it"
            )
        texture.buffer, texture.buffer_format = source, texels


def _halved(image: Image) -> npt.NDArray[Any]:
    """(depth, height, width, channels) at half the size, each texel the mean of up to four."""
    texels = image.format
    data = image.data.astype(np.float64)
    if texels.kind == "norm":
        data /= np.iinfo(texels.dtype).max
    if texels.srgb:
        data[..., :3] = from_srgb(data[..., :3])
    height, width = data.shape[1:3]
    rows, columns = 2 * max(1, height // 2), 2 * max(1, width // 2)
    if height == 1:
        data = np.repeat(data, 2, axis=1)
    if width == 1:
        data = np.repeat(data, 2, axis=2)
    data = data[:, :rows, :columns]
    mean = (data[:, ::2, ::2] + data[:, 1::2, ::2] + data[:, ::2, 1::2] + data[:, 1::2, 1::2]) / 4
    if texels.srgb:
        mean[..., :3] = to_srgb(mean[..., :3])
    return from_values(mean, texels)
