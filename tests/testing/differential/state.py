"""What either side keeps, compared after each call: bindings, switches, and what is bound.

The driver is asked through functions that the engine does not call, straight from OSMesa's library; FakeGL's state is
looked at directly.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL
from ecs_engine.testing.fake_gl.formats import FORMATS
from ecs_engine.testing.fake_gl.objects import Attachment, Buffer, Renderbuffer
from ecs_engine.testing.fake_gl.queries import BUFFER_BINDINGS, TEXTURE_BINDINGS

from .calls import Call, Disagreement, Name, Pair, bound_buffer
from .introspection import introspect

Fact = tuple[str, object, object]
"""What it is, on FakeGL's side, on the driver's side."""

OBJECTS = {
    gl.VERTEX_ARRAY_BINDING: "array", gl.DRAW_FRAMEBUFFER_BINDING: "framebuffer", gl.CURRENT_PROGRAM: "program",
    gl.READ_FRAMEBUFFER_BINDING: "framebuffer", gl.RENDERBUFFER_BINDING: "renderbuffer",
    gl.ELEMENT_ARRAY_BUFFER_BINDING: "buffer", **dict.fromkeys(BUFFER_BINDINGS, "buffer"),
    **dict.fromkeys(TEXTURE_BINDINGS, "texture"),
}  # fmt: skip
VALUES = (
    gl.VIEWPORT, gl.SCISSOR_BOX, gl.ACTIVE_TEXTURE, gl.UNPACK_ALIGNMENT, gl.PACK_ALIGNMENT, gl.UNPACK_ROW_LENGTH,
    gl.BLEND, gl.DEPTH_TEST, gl.SCISSOR_TEST, gl.CULL_FACE, gl.FRAMEBUFFER_SRGB, gl.MULTISAMPLE, gl.PRIMITIVE_RESTART,
    gl.COLOR_CLEAR_VALUE, gl.DEBUG_OUTPUT, gl.DEBUG_OUTPUT_SYNCHRONOUS,
)  # fmt: skip
POINTER = (0x8623, 0x8624, 0x8625, 0x886A, 0x88FD, 0x889F)  # size, stride, type, normalized, integer, buffer
LEVELS = 4
# internal parameter -> what it is before it is set
PARAMETERS = {
    gl.TEXTURE_MIN_FILTER: 0x2702, gl.TEXTURE_MAG_FILTER: gl.LINEAR, gl.TEXTURE_WRAP_S: gl.REPEAT,
    gl.TEXTURE_WRAP_T: gl.REPEAT, 0x8072: gl.REPEAT, gl.TEXTURE_BASE_LEVEL: 0, gl.TEXTURE_MAX_LEVEL: 1000,
}  # fmt: skip
UNIFORMS = {
    "base": 1, "tint": 4, "flip": 1, "pose": 1, "page": 1, "fade[0]": 1, "fade[1]": 1, "fade[2]": 1, "shift": 2,
    "lights[1].place": 3,
}  # fmt: skip
"""Uniforms of the programs that are made, and how many numbers they are."""


@cache
def library() -> ctypes.CDLL:
    return ctypes.CDLL("libOSMesa.so.8")


def ask(function: str, *args: int, count: int = 1) -> Any:
    """What a query of whole numbers says: one, or a list."""
    values = (ctypes.c_int * 16)()
    getattr(library(), function)(*(ctypes.c_uint(arg) for arg in args), values)
    return values[0] if count == 1 else list(values[:count])


def ask_64(function: str, *args: int) -> int:
    value = ctypes.c_int64()
    getattr(library(), function)(*(ctypes.c_uint(arg) for arg in args), ctypes.byref(value))
    return value.value


def check_state(pair: Pair, call: Call) -> None:
    """Raise :class:`Disagreement` at the first fact in which the sides differ after ``call``."""
    found = facts(pair)
    if call.function == "glLinkProgram" and isinstance(call.args[0], Name) and call.args[0] in pair.names:
        found = chain(found, introspection(pair, call.args[0]))
    for what, mine, theirs in found:
        if mine != theirs:
            raise Disagreement(call, what, mine, theirs)
    error = pair.real.glGetError()
    assert not error, f"the comparison itself set {error:#x} after {call}"


def facts(pair: Pair) -> Iterator[Fact]:
    """Everything that is compared."""
    yield from values(pair)
    yield from bindings(pair)
    for target in (gl.ARRAY_BUFFER, gl.ELEMENT_ARRAY_BUFFER, gl.COPY_WRITE_BUFFER, gl.PIXEL_UNPACK_BUFFER):
        yield from buffer(pair, target)
    yield from uniform_bindings(pair)
    if pair.fake.vertex_array.name:
        yield from attributes(pair)
    for target in (gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY):
        yield from texture(pair, target)
    yield from buffer_texture(pair)
    yield from framebuffers(pair)
    yield from uniforms(pair)


def values(pair: Pair) -> Iterator[Fact]:
    fake, real = pair.fake, pair.real
    for pname in VALUES:
        yield f"state {pname:#x}", fake.glGetIntegerv(pname), real.glGetIntegerv(pname)
    pairs = (
        (0x80C9, fake.blend[0]), (0x80C8, fake.blend[1]), (0x80CB, fake.blend[2]), (0x80CA, fake.blend[3]),
        (0x8009, fake.blend_equation), (0x0B74, fake.depth_func), (0x0B72, int(fake.depth_mask)),
        (0x0B45, fake.cull_face), (0x826D, len(fake.debug_groups) + 1),
    )  # fmt: skip
    for pname, value in pairs:
        yield f"state {pname:#x}", value, ask("glGetIntegerv", pname)


def bindings(pair: Pair) -> Iterator[Fact]:
    for pname, kind in OBJECTS.items():
        mine = pair.fake.glGetIntegerv(pname)
        assert isinstance(mine, int)
        yield f"binding {pname:#x}", pair.real_name(kind, mine), pair.real.glGetIntegerv(pname)


def buffer(pair: Pair, target: int) -> Iterator[Fact]:
    name = bound_buffer(pair.fake, target)
    found = pair.fake.buffers.made.get(name)
    if found is None:
        return
    mapping = found.mapping
    facts = (
        (0x8764, found.size), (0x8765, found.usage), (0x88BC, int(mapping is not None)),
        (0x911F, mapping.access if mapping else 0), (0x9120, mapping.length if mapping else 0),
        (0x9121, mapping.offset if mapping else 0), (0x821F, int(found.immutable)),
    )  # fmt: skip
    for pname, value in facts:
        yield f"buffer {name} {pname:#x}", value, ask("glGetBufferParameteriv", target, pname)


def uniform_bindings(pair: Pair) -> Iterator[Fact]:
    for index in (0, 1):
        bound, offset, size = pair.fake.uniform_bindings.get(index, (Buffer(0), 0, 0))
        name = ask("glGetIntegeri_v", gl.UNIFORM_BUFFER_BINDING, index)
        yield f"uniform buffer {index}", pair.real_name("buffer", bound.name), name
        yield f"uniform buffer {index} offset", offset, ask_64("glGetInteger64i_v", 0x8A29, index)
        yield f"uniform buffer {index} size", max(size, 0), ask_64("glGetInteger64i_v", 0x8A2A, index)


def attributes(pair: Pair) -> Iterator[Fact]:
    made = pair.fake.vertex_array.attributes
    for index in (0, 1, 2):
        attribute = made.get(index)
        if attribute is None:
            continue
        facts = (
            (0x8622, int(attribute.enabled)), (0x8623, attribute.size), (0x8624, attribute.stride),
            (0x8625, attribute.type), (0x886A, int(attribute.normalized)), (0x88FD, int(attribute.integer)),
            (0x88FE, attribute.divisor),
            (0x889F, pair.real_name("buffer", attribute.buffer.name if attribute.buffer else 0)),
        )  # fmt: skip
        for pname, value in facts:
            if pname in POINTER and (pair.fake.vertex_array.name, index) in pair.refused:
                continue  # REFUSED_POINTER
            yield f"attribute {index} {pname:#x}", value, ask("glGetVertexAttribiv", index, pname)


def texture(pair: Pair, target: int) -> Iterator[Fact]:
    bound = pair.fake.texture_units.get((pair.fake.active_unit, target))
    if bound is None:
        return
    for pname, initial in PARAMETERS.items():
        set_to = bound.parameters.get(pname, initial)
        yield f"texture {bound.name} {pname:#x}", set_to, ask("glGetTexParameteriv", target, pname)
    for level in range(LEVELS):
        image = bound.levels.get(level)
        size = image.size if image else (0, 0, 0)
        label = f"texture {bound.name} level {level}"
        for pname, length in zip((0x1000, 0x1001, 0x8071), size, strict=True):
            theirs = ask("glGetTexLevelParameteriv", target, level, pname)
            yield f"{label} size {pname:#x}", length, theirs
        if image is not None and 0 not in size:
            theirs = ask("glGetTexLevelParameteriv", target, level, 0x1003)
            yield f"{label} format", image.format, FORMATS.get(theirs, theirs)


def buffer_texture(pair: Pair) -> Iterator[Fact]:
    bound = pair.fake.texture_units.get((pair.fake.active_unit, gl.TEXTURE_BUFFER))
    if bound is None or bound.buffer is None:
        return
    theirs = ask("glGetTexLevelParameteriv", gl.TEXTURE_BUFFER, 0, 0x8C2D)
    yield f"texture {bound.name} buffer", pair.real_name("buffer", bound.buffer.name), theirs
    format = ask("glGetTexLevelParameteriv", gl.TEXTURE_BUFFER, 0, 0x1003)
    yield f"texture {bound.name} format", bound.buffer_format, FORMATS.get(format, format)


def framebuffers(pair: Pair) -> Iterator[Fact]:
    for target in (gl.DRAW_FRAMEBUFFER, gl.READ_FRAMEBUFFER):
        is_drawn = target == gl.DRAW_FRAMEBUFFER
        framebuffer = pair.fake.draw_framebuffer if is_drawn else pair.fake.read_framebuffer
        label = f"framebuffer {framebuffer.name}"
        mine, theirs = (side.glCheckFramebufferStatus(target) for side in (pair.fake, pair.real))
        yield f"{label} status", hex(mine), hex(theirs)
        if framebuffer.name == 0:
            continue
        for point in (gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT0 + 1, gl.DEPTH_ATTACHMENT, 0x8D20):
            attachment = framebuffer.attachments.get(point)
            kind = ask("glGetFramebufferAttachmentParameteriv", target, point, 0x8CD0)
            yield f"{label} {point:#x} kind", attachment_kind(attachment), kind
            if attachment is None:
                continue
            is_texture = not isinstance(attachment.source, Renderbuffer)
            name = pair.real_name("texture" if is_texture else "renderbuffer", attachment.source.name)
            yield f"{label} {point:#x}", name, ask("glGetFramebufferAttachmentParameteriv", target, point, 0x8CD1)
            if is_texture:
                for pname, value in ((0x8CD2, attachment.level), (0x8CD4, attachment.layer)):
                    at = ask("glGetFramebufferAttachmentParameteriv", target, point, pname)
                    yield f"{label} {point:#x} {pname:#x}", value, at
        if is_drawn:
            for index, name in enumerate(framebuffer.draw_buffers[:2]):
                yield f"{label} draws {index}", name, ask("glGetIntegerv", 0x8825 + index)
        else:
            yield f"{label} reads", framebuffer.read_buffer, ask("glGetIntegerv", 0x0C02)
    bound = pair.fake.renderbuffer
    if bound is not None:
        size = bound.image.size[:2] if bound.image else (0, 0)
        for pname, length in zip((0x8D42, 0x8D43), size, strict=True):
            theirs = ask("glGetRenderbufferParameteriv", gl.RENDERBUFFER, pname)
            yield f"renderbuffer {bound.name} {pname:#x}", length, theirs


def attachment_kind(attachment: Attachment | None) -> int:
    if attachment is None:
        return 0
    return gl.RENDERBUFFER if isinstance(attachment.source, Renderbuffer) else 0x1702


def introspection(pair: Pair, program: Name) -> Iterator[Fact]:
    """What a program tells of itself once it is linked."""
    fake, real = pair.names[program]
    if pair.fake.glGetProgramiv(fake, gl.LINK_STATUS) and pair.real.glGetProgramiv(real, gl.LINK_STATUS):
        mine, theirs = introspect(pair.fake, fake), introspect(pair.real, real)
        for part in theirs:
            yield f"program {fake} {part}", mine[part], theirs[part]


def uniforms(pair: Pair) -> Iterator[Fact]:
    """The values of the uniforms of the program in use; what was never set is 0."""
    program = pair.fake.program
    if program is None or program.executable is None or not program.linked:
        return
    real = pair.real_name("program", program.name) or 0
    for name, count in UNIFORMS.items():
        place = program.executable.uniform_locations.get(name)
        theirs = pair.real.glGetUniformLocation(real, name)
        yield f"uniform {name} is there", place is not None, theirs >= 0
        if place is None:
            continue
        floats = (ctypes.c_float * 16)()
        library().glGetUniformfv(ctypes.c_uint(real), ctypes.c_int(theirs), floats)
        mine = program.values.get(place, (0.0,) * count)
        yield f"uniform {name}", uniform_floats(pair.fake, program.name, place, mine), list(floats[:count])


def uniform_floats(fake: FakeGL, program: int, place: int, value: tuple[float, ...]) -> list[float]:
    """What glGetUniformfv says of a value: booleans are 0 or 1, whole numbers as they are."""
    thing = fake.programs.made[program]
    uniform = thing.executable.by_location[place]  # type: ignore[attr-defined]
    if uniform.type == gl.BOOL:
        return [float(bool(number)) for number in value]
    return [ctypes.c_float(number).value for number in value]
