"""Calls that are not compared: what the specification leaves open, and where Mesa departs from it.

The list is short on purpose, and docs/mock.md repeats it; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL
from ecs_engine.testing.fake_gl.objects import Framebuffer, Image

Rule = Callable[[FakeGL, str, Sequence[Any]], bool]
CLIENT_KINDS = {"u1": gl.UNSIGNED_BYTE, "u4": gl.UNSIGNED_INT, "f4": gl.FLOAT}


def drawn_images(framebuffer: Framebuffer) -> list[Image]:
    shown = [framebuffer.attachments[point] for point in framebuffer.draw_buffers if point in framebuffer.attachments]
    return [each.image for each in shown if each.image is not None]


def attribute_without_array(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    return function in ("glVertexAttribDivisor", "glEnableVertexAttribArray") and fake.vertex_array.name == 0


def negative_first(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    return function in ("glDrawArrays", "glDrawArraysInstanced") and args[1] < 0


def negative_offset(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    return function == "glBindBufferRange" and args[3] < 0


def array_as_2d(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    return function == "glFramebufferTexture2D" and args[2] == gl.TEXTURE_2D_ARRAY


def buffers_of_the_window(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    if function == "glReadBuffer":
        return fake.read_framebuffer.name == 0
    return function == "glDrawBuffers" and fake.draw_framebuffer.name == 0


def clear_of_integers(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    return function == "glClear" and any(image.format.kind == "int" for image in drawn_images(fake.draw_framebuffer))


def blit_onto_itself(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    if function != "glBlitFramebuffer" or args[:4] == args[4:8]:
        return False
    drawn, read = fake.draw_framebuffer.attachments.values(), fake.read_framebuffer.attachments.values()
    return bool({image.source for image in drawn} & {image.source for image in read})


def label_of_the_unmade(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    if function != "glObjectLabel":
        return False
    tables = {gl.BUFFER: fake.buffers, gl.TEXTURE: fake.textures}
    table = tables.get(args[0])
    return table is not None and args[1] in table.generated and args[1] not in table.made


def converted_texels(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    """Texels are read in the type that they are stored in; any other is rounded by each driver in its own way."""
    if function != "glGetTexImage":
        return False
    texture = fake.texture_units.get((fake.active_unit, args[0]))
    image = None if texture is None else texture.levels.get(args[1])
    if image is None:
        return False
    return image.format.kind.startswith("depth") or CLIENT_KINDS.get(image.format.dtype.str[1:]) != args[3]


def stale_level(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    """Levels that do not all fit to level 0 any more: Mesa keeps the levels of a texture in one piece."""
    if function != "glGetTexImage" or args[1] <= 0:
        return False
    texture = fake.texture_units.get((fake.active_unit, args[0]), fake.default_textures.get(args[0]))
    base = None if texture is None else texture.levels.get(0)
    if texture is None or base is None:
        return texture is not None and args[1] in texture.levels
    width, height, depth = base.size
    return any(
        image.size != (max(1, width >> level), max(1, height >> level), depth) or image.format != base.format
        for level, image in texture.levels.items()
    )


def pixels_of_a_bound_buffer(fake: FakeGL, function: str, args: Sequence[Any]) -> bool:
    """An address is an offset when a pixel buffer is bound: whether it fits depends on where memory lies."""
    target = {
        "glGetTexImage": gl.PIXEL_PACK_BUFFER, "glReadPixels": gl.PIXEL_PACK_BUFFER,
        "glTexImage2D": gl.PIXEL_UNPACK_BUFFER, "glTexImage3D": gl.PIXEL_UNPACK_BUFFER,
        "glTexSubImage2D": gl.PIXEL_UNPACK_BUFFER, "glTexSubImage3D": gl.PIXEL_UNPACK_BUFFER,
    }.get(function)  # fmt: skip
    if target is None:
        return False
    is_offset = isinstance(args[-1], int) and args[-1] < 1 << 16
    return is_offset != (fake.buffer_bindings.get(target) is not None)


DEPARTURES: dict[str, Rule] = {
    "Mesa enables attributes and sets divisors without a vertex array": attribute_without_array,
    "Mesa draws from a negative first vertex": negative_first,
    "Mesa binds ranges from a negative offset": negative_offset,
    "Mesa attaches array textures as 2D ones": array_as_2d,
    "OSMesa's surface is single-buffered": buffers_of_the_window,
    "what glClear puts into integer images is undefined": clear_of_integers,
    "a blit of an image onto itself is undefined": blit_onto_itself,
    "Mesa labels names that are no objects yet": label_of_the_unmade,
    "conversions of texels are rounded as each driver likes": converted_texels,
    "Mesa may lose smaller levels when level 0 becomes another image": stale_level,
    "addresses and offsets of pixel buffers are told apart by what is bound": pixels_of_a_bound_buffer,
}
"""Why a call is not compared -> when."""
REFUSED_POINTER = "Mesa keeps parts of a vertex attribute pointer that it refuses"
"""The one fact of state that is not compared, until the pointer is set rightly."""


def departure(fake: FakeGL, function: str, args: Sequence[Any]) -> str:
    """Why this call is not made, or an empty text."""
    return next((why for why, applies in DEPARTURES.items() if applies(fake, function, args)), "")
