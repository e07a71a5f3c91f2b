"""Defects: draws that read what is not there, or not as it is."""

from __future__ import annotations

import numpy as np

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL

from .parts import ATTRIBUTE, PULLING, defect, draw, make_array, make_buffer, make_buffer_texture, point, ready


@defect("element buffer without a vertex array", "belongs to a vertex array, and none is bound; bind one first")
def elements_without_array(fake: FakeGL) -> None:
    make_buffer(fake, target=gl.ELEMENT_ARRAY_BUFFER)


@defect("draw without indices", "vertex array 1 has no element buffer; bind one while it is bound")
def draw_without_indices(fake: FakeGL) -> None:
    ready(fake)
    fake.glDrawElements(gl.TRIANGLES, 3, gl.UNSIGNED_SHORT, 0)


@defect("indices beyond their buffer", "the indices end at byte 12 of element buffer 1, which has 11 bytes")
def past_the_indices(fake: FakeGL) -> None:
    ready(fake)
    make_buffer(fake, 11, gl.ELEMENT_ARRAY_BUFFER)
    fake.glDrawElements(gl.TRIANGLES, 6, gl.UNSIGNED_SHORT, 0)


@defect("crooked index offset", "offset 1 is not a multiple of the index size 2; align it")
def crooked_offset(fake: FakeGL) -> None:
    ready(fake)
    make_buffer(fake, 64, gl.ELEMENT_ARRAY_BUFFER)
    fake.glDrawElements(gl.TRIANGLES, 3, gl.UNSIGNED_SHORT, 1)


@defect("vertices beyond their buffer", "attribute 0 is read up to byte 48 of buffer 1, which has 47 bytes; draw fewer")
def past_the_vertices(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake, 47)
    point(fake)
    draw(fake)


@defect("index beyond the vertices", "attribute 0 is read up to byte 112 of buffer 1, which has 64 bytes; draw fewer")
def index_past_the_vertices(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake, 64)
    point(fake)
    indices = np.array([0, 6, 1], np.uint16)
    make_buffer(fake, 6, gl.ELEMENT_ARRAY_BUFFER, indices.ctypes.data)
    fake.glDrawElements(gl.TRIANGLES, 3, gl.UNSIGNED_SHORT, 0)


@defect("instances beyond their buffer", "attribute 0 is read up to byte 80 of buffer 1, which has 64 bytes")
def past_the_instances(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake, 64)
    point(fake, divisor=2)
    fake.glDrawArraysInstanced(gl.TRIANGLES, 0, 3, 9)


@defect(
    "pulled vertices beyond their texture", "sampler 'order' is read up to texel 4 of buffer texture 1, which has 4"
)
def past_the_pulled(fake: FakeGL) -> None:
    ready(fake, PULLING)
    make_buffer_texture(fake, 16)
    indices = np.array([0, 1, 19], np.uint32)
    make_buffer(fake, 12, gl.ELEMENT_ARRAY_BUFFER, indices.ctypes.data)
    fake.glDrawElements(gl.TRIANGLES, 3, gl.UNSIGNED_INT, 0)


@defect("attribute without a buffer", "attribute 0 is enabled and has no buffer; bind one when you point it")
def attribute_without_buffer(fake: FakeGL) -> None:
    ready(fake)
    fake.glEnableVertexAttribArray(0)
    draw(fake)


@defect(
    "input without an array", "shader input 'place' reads attribute 0, which is not enabled.*glEnableVertexAttribArray"
)
def input_without_array(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    draw(fake)


@defect(
    "floats for an integer input", "'place' .* is int, and its array is converted to floats; use glVertexAttribIPointer"
)
def floats_for_integers(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("ivec4"))
    make_buffer(fake)
    point(fake)
    draw(fake)


@defect("integers for a float input", "'place' .* is float, and its array is passed as integers")
def integers_for_floats(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake)
    fake.glVertexAttribIPointer(0, 4, gl.INT, 16, 0)
    fake.glEnableVertexAttribArray(0)
    draw(fake)


@defect("input of another sign", "'place' .* is uint, and its array holds 0x1404; use a type of the same sign")
def other_sign(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("uvec4"))
    make_buffer(fake)
    fake.glVertexAttribIPointer(0, 4, gl.INT, 16, 0)
    fake.glEnableVertexAttribArray(0)
    draw(fake)


@defect("draw without a program", "no program is in use, so nothing would be drawn; call glUseProgram first")
def draw_without_program(fake: FakeGL) -> None:
    make_array(fake)
    draw(fake)
