"""FakeGL beside a real driver: the same random calls, the same errors, the same state and the same bytes.

Where a driver departs from the specification, or answers what the specification leaves open, the generator below
stays away and says so; everything else must agree, call by call.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL, FakeGLError, Limits
from ecs_engine.testing.fake_gl.limits import LIMIT_NAMES

SIZE = (64, 48)
SEQUENCES = 300
CALLS = 60
OPEN_ORDER = {
    "glTexImage2D", "glTexImage3D", "glTexSubImage2D", "glTexSubImage3D",
    "glFramebufferTexture2D", "glFramebufferTextureLayer", "glFramebufferRenderbuffer", "glReadPixels",
}  # fmt: skip
"""Calls with so many arguments that several are often wrong at once: which error is set then is left open."""


@dataclass(frozen=True)
class Name:
    """One object: its name on either side."""

    kind: str
    fake: int
    real: int


@dataclass(frozen=True)
class Out:
    """Memory that a call writes to; each side has its own, and they are compared after the call."""

    size: int
    floats: bool = False
    """Drivers convert with more or less rounding: floats are compared as such, all else byte for byte."""


class Pair:
    """Makes each call on both sides and compares error, result and written bytes."""

    def __init__(self, fake: Any, real: Any) -> None:
        self.fake = fake
        self.real = real
        self.log: list[str] = []

    def call(self, function: str, *args: Any) -> tuple[Any, int]:
        """The fake side's result and error; asserts that the real side's are the same."""
        outs = [(np.zeros(a.size, np.uint8), np.zeros(a.size, np.uint8)) for a in args if isinstance(a, Out)]
        fake_args, real_args = (list(self._side(args, outs, side)) for side in (0, 1))
        fake_result = getattr(self.fake, function)(*fake_args)
        real_result = getattr(self.real, function)(*real_args)
        error, real_error = self.fake.glGetError(), self.real.glGetError()
        self.log.append(f"{function}({', '.join(map(show, args))}) -> {error:#x}")
        history = "\n".join(self.log[-25:])
        if function in OPEN_ORDER and error and real_error:
            return (fake_result, real_result), error
        assert error == real_error, f"{history}\nfake {error:#x} ({self.fake.error_message}), driver {real_error:#x}"
        if not error:
            if not function.startswith(("glGen", "glCreate", "glFence", "glMap")):
                assert fake_result == real_result, f"{history}\nfake {fake_result}, driver {real_result}"
            for out, (mine, theirs) in zip((a for a in args if isinstance(a, Out)), outs, strict=True):
                kind, slack = (np.float32, 1e-6) if out.floats else (np.uint8, 0.0)
                same = np.allclose(mine.view(kind), theirs.view(kind), rtol=slack, atol=0.0, equal_nan=True)
                assert same, f"{history}\nfake {mine}, driver {theirs}"
        return (fake_result, real_result), error

    @staticmethod
    def _side(args: tuple[Any, ...], outs: Sequence[tuple[npt.NDArray[Any], ...]], side: int) -> Iterator[Any]:
        memory = iter(outs)
        for arg in args:
            if isinstance(arg, Name):
                yield arg.real if side else arg.fake
            elif isinstance(arg, Out):
                yield next(memory)[side].ctypes.data
            elif isinstance(arg, np.ndarray):
                yield arg.ctypes.data
            elif isinstance(arg, list):
                yield [(a.real if side else a.fake) if isinstance(a, Name) else a for a in arg]
            else:
                yield arg


def show(arg: Any) -> str:
    if isinstance(arg, Name):
        return f"{arg.kind}:{arg.fake}"
    if isinstance(arg, np.ndarray):
        return f"<{arg.nbytes} bytes>"
    return f"{arg:#x}" if isinstance(arg, int) and not isinstance(arg, bool) and arg > 255 else str(arg)


BUFFER_TARGETS = [
    gl.ARRAY_BUFFER, gl.ELEMENT_ARRAY_BUFFER, gl.UNIFORM_BUFFER, gl.TEXTURE_BUFFER, gl.COPY_READ_BUFFER,
    gl.COPY_WRITE_BUFFER, gl.PIXEL_PACK_BUFFER, gl.PIXEL_UNPACK_BUFFER,
]  # fmt: skip
MAP_FLAGS = [
    gl.MAP_READ_BIT, gl.MAP_WRITE_BIT, gl.MAP_WRITE_BIT | gl.MAP_READ_BIT, 0,
    gl.MAP_WRITE_BIT | gl.MAP_PERSISTENT_BIT | gl.MAP_COHERENT_BIT, gl.MAP_READ_BIT | gl.MAP_UNSYNCHRONIZED_BIT,
    gl.MAP_WRITE_BIT | gl.MAP_PERSISTENT_BIT, gl.MAP_READ_BIT | gl.MAP_FLUSH_EXPLICIT_BIT, 0x4000,
    gl.MAP_WRITE_BIT | gl.MAP_UNSYNCHRONIZED_BIT, gl.MAP_READ_BIT | gl.MAP_INVALIDATE_BUFFER_BIT,
]  # fmt: skip
STORAGE_FLAGS = [
    gl.DYNAMIC_STORAGE_BIT, 0, gl.MAP_READ_BIT | gl.MAP_WRITE_BIT, 0x8000, gl.MAP_PERSISTENT_BIT,
    gl.MAP_WRITE_BIT | gl.MAP_PERSISTENT_BIT | gl.MAP_COHERENT_BIT, gl.MAP_WRITE_BIT | gl.MAP_COHERENT_BIT,
    gl.MAP_READ_BIT | gl.MAP_PERSISTENT_BIT | gl.DYNAMIC_STORAGE_BIT,
]  # fmt: skip
# (internal format, format, type): right ones and wrong ones
PIXELS = [
    (gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE), (gl.R8, gl.RED, gl.UNSIGNED_BYTE), (gl.RG8, gl.RG, gl.UNSIGNED_BYTE),
    (gl.SRGB8_ALPHA8, gl.RGBA, gl.UNSIGNED_BYTE), (gl.RGBA32F, gl.RGBA, gl.FLOAT), (gl.R32F, gl.RED, gl.FLOAT),
    (gl.R32UI, gl.RED_INTEGER, gl.UNSIGNED_INT), (gl.RGBA32UI, gl.RGBA_INTEGER, gl.UNSIGNED_INT),
    (gl.DEPTH_COMPONENT24, gl.DEPTH_COMPONENT, gl.UNSIGNED_INT), (gl.R8UI, gl.RED_INTEGER, gl.UNSIGNED_BYTE),
    (gl.RGBA8, gl.RGBA_INTEGER, gl.UNSIGNED_BYTE), (gl.R32UI, gl.RED, gl.UNSIGNED_INT), (gl.RGBA8, 0x1234, gl.FLOAT),
    (gl.RGBA8, gl.RGBA, 0x1234), (0x1234, gl.RGBA, gl.UNSIGNED_BYTE), (gl.RGBA8, gl.DEPTH_COMPONENT, gl.FLOAT),
    (gl.R32UI, gl.RED_INTEGER, gl.FLOAT), (gl.DEPTH_COMPONENT24, gl.RGBA, gl.UNSIGNED_BYTE),
]  # fmt: skip
STATE = [
    gl.VIEWPORT, gl.SCISSOR_BOX, gl.ACTIVE_TEXTURE, gl.UNPACK_ALIGNMENT, gl.PACK_ALIGNMENT, gl.UNPACK_ROW_LENGTH,
    gl.BLEND, gl.DEPTH_TEST, gl.SCISSOR_TEST, gl.CULL_FACE, gl.FRAMEBUFFER_SRGB, gl.MULTISAMPLE, gl.PRIMITIVE_RESTART,
    0x1234,
]  # fmt: skip
BINDINGS = {
    gl.ARRAY_BUFFER_BINDING: "buffer", gl.ELEMENT_ARRAY_BUFFER_BINDING: "buffer", gl.UNIFORM_BUFFER_BINDING: "buffer",
    gl.PIXEL_UNPACK_BUFFER_BINDING: "buffer", gl.COPY_READ_BUFFER_BINDING: "buffer",
    gl.VERTEX_ARRAY_BINDING: "array", gl.DRAW_FRAMEBUFFER_BINDING: "framebuffer",
    gl.READ_FRAMEBUFFER_BINDING: "framebuffer", gl.RENDERBUFFER_BINDING: "renderbuffer",
    gl.TEXTURE_BINDING_2D: "texture", gl.TEXTURE_BINDING_2D_ARRAY: "texture", gl.TEXTURE_BINDING_BUFFER: "texture",
    gl.CURRENT_PROGRAM: "program",
}  # fmt: skip
VERTEX = """#version 330 core
layout(std140) uniform Camera { mat4 view; vec3 eye; float zoom; vec4 planes[3]; mat3 turn; float weights[2]; };
struct Light { vec3 place; float power; };
uniform Light lights[2];
layout(location = 1) in vec4 place;
in vec2 corner;
uniform samplerBuffer pose;
uniform int base;
out vec2 uv;
void main() {
    vec4 moved = texelFetch(pose, gl_VertexID + base) + place;
    uv = corner + lights[1].place.xy * lights[0].power + lights[0].place.xy * lights[1].power;
    gl_Position = view * vec4(moved.xyz * zoom + eye + turn * planes[1].xyz, 1.0) * weights[1];
}
"""
FRAGMENT = """#version 330 core
in vec2 uv;
uniform sampler2D page;
uniform vec4 tint;
uniform bool flip;
uniform float fade[3];
uniform vec2 shift;
out vec4 colour;
void main() { colour = texture(page, flip ? uv : shift - uv) * tint * fade[0] * fade[1] * fade[2]; }
"""
BAD_SOURCES = [
    "#version 330 core\nvoid main() { gl_Position = vec4(0.0) }\n",
    "#version 330 core\nvoid main() { gl_Position = vec4(0.0);\n",
    "#version 999\nvoid main() {}\n",
    "#version 330 core\nuniform sampler9D x;\nvoid main() {}\n",
    "#version 330 core\nvoid main() { gl_Position = vec4(missing); }\n",
    "#version 330 core\nfloat a = 1.0\nvoid main() {}\n",
    "#version 330 core\nvoid main() { float a = 1.0; a = a a; }\n",
]


class Generator:
    """Random calls, most of them valid, over one pair."""

    def __init__(self, pair: Pair, seed: int) -> None:
        self.pair = pair
        self.random = random.Random(seed)
        self.names: dict[str, list[Name]] = {
            kind: [Name(kind, 0, 0), Name(kind, 9999, 9999)]
            for kind in ("buffer", "array", "texture", "framebuffer", "renderbuffer", "program", "shader")
        }
        self.data = np.frombuffer(self.random.randbytes(4096), np.uint8).copy()
        self.data.view(np.float32)[:] = np.nan_to_num(self.data.view(np.float32), nan=1.0, posinf=2.0, neginf=3.0)
        self.steps: list[Callable[[], Any]] = [
            *[self.generate] * 2, self.delete, *[self.bind_buffer] * 3, *[self.fill_buffer] * 3, self.write_buffer,
            self.read_buffer, self.copy_buffer, self.map_buffer, self.unmap_buffer, self.bind_indexed, self.bind_array,
            self.attribute, self.bind_texture, self.bind_texture, self.tex_image, self.tex_sub_image,
            self.get_tex_image, self.tex_parameter, self.mipmap, self.tex_buffer, self.bind_framebuffer,
            self.attach, self.attach, self.renderbuffer, self.status, self.buffers_drawn, self.clear, self.read_pixels,
            self.blit, self.fixed, self.pixel_store, self.state, self.binding, self.draw, self.draw, self.uniform,
            self.use, self.program_fact, self.shader_life, self.sync, self.label, *[self.ready_buffers] * 2,
            *[self.ready_texture] * 2, self.ready_framebuffer,
        ]  # fmt: skip

    def run(self, calls: int) -> None:
        self.program()
        for target, kind in ((gl.ARRAY_BUFFER, "buffer"), (gl.TEXTURE_2D, "texture")):
            self.generate(kind)
            self.pair.call("glBindTexture" if kind == "texture" else "glBindBuffer", target, self.names[kind][-1])
        for _ in range(calls):
            self.random.choice(self.steps)()

    def pick(self, *values: Any) -> Any:
        return self.random.choice(values)

    def name(self, kind: str) -> Name:
        """Mostly a real one; sometimes 0 or one that was never generated."""
        made = self.names[kind]
        return self.random.choice(made[2:] if len(made) > 2 and self.random.random() < 0.85 else made)

    # -- objects -----------------------------------------------------------------------------------
    def generate(self, kind: str = "") -> None:
        functions = {
            "buffer": "glGenBuffers", "array": "glGenVertexArrays", "texture": "glGenTextures",
            "framebuffer": "glGenFramebuffers", "renderbuffer": "glGenRenderbuffers",
        }  # fmt: skip
        kind = kind or self.pick(*functions)
        (fake, real), _ = self.pair.call(functions[kind], 1)
        self.names[kind].append(Name(kind, fake[0], real[0]))

    def delete(self) -> None:
        kind, function = self.pick(
            ("buffer", "glDeleteBuffers"), ("array", "glDeleteVertexArrays"), ("texture", "glDeleteTextures"),
            ("framebuffer", "glDeleteFramebuffers"), ("renderbuffer", "glDeleteRenderbuffers"),
        )  # fmt: skip
        name = self.name(kind)
        self.pair.call(function, [name])
        if name.fake not in (0, 9999):
            self.names[kind].remove(name)  # The driver hands the name out again.
        if kind == "buffer":  # Mesa also clears the plain binding when a buffer goes from an indexed one.
            self.pair.call("glBindBuffer", gl.UNIFORM_BUFFER, 0)

    def ready_buffers(self) -> None:
        """Two filled buffers, and valid things done to them."""
        for target in (gl.COPY_READ_BUFFER, gl.COPY_WRITE_BUFFER):
            self.generate("buffer")
            self.pair.call("glBindBuffer", target, self.names["buffer"][-1])
            self.pair.call("glBufferData", target, 256, self.data[self.pick(0, 512) :], gl.DYNAMIC_DRAW)
        self.pair.call("glCopyBufferSubData", gl.COPY_READ_BUFFER, gl.COPY_WRITE_BUFFER, 16, self.pick(0, 20), 64)
        self.pair.call("glBufferSubData", gl.COPY_WRITE_BUFFER, 100, 30, self.data[1024:])
        self.pair.call("glGetBufferSubData", gl.COPY_WRITE_BUFFER, 0, 256, Out(256))
        self.pair.call("glMapBufferRange", gl.COPY_WRITE_BUFFER, 0, 64, self.pick(*MAP_FLAGS))
        self.pair.call("glUnmapBuffer", gl.COPY_WRITE_BUFFER)

    def ready_texture(self) -> None:
        """A texture with an image, and valid things done to it."""
        internal, format, kind = self.random.choice(PIXELS[:8])
        self.pair.call("glBindBuffer", gl.PIXEL_UNPACK_BUFFER, 0)
        self.generate("texture")
        flat = self.random.random() < 0.5
        target, size, corner, part = (
            (gl.TEXTURE_2D, (4, 4), (1, 0), (2, 3)) if flat else (gl.TEXTURE_2D_ARRAY, (4, 4, 3), (1, 0, 1), (2, 3, 2))
        )
        image, change = ("glTexImage2D", "glTexSubImage2D") if flat else ("glTexImage3D", "glTexSubImage3D")
        self.pair.call("glBindTexture", target, self.names["texture"][-1])
        self.pair.call(image, target, 0, internal, *size, 0, format, kind, self.data)
        self.pair.call(change, target, 0, *corner, *part, format, kind, self.data[512:])
        self.get_tex_image()
        if self.random.random() < 0.4:
            self.mipmap(target)

    def ready_framebuffer(self) -> None:
        """A framebuffer that shows to the newest texture, cleared and read."""
        self.ready_texture()
        self.generate("framebuffer")
        self.pair.call("glBindFramebuffer", gl.FRAMEBUFFER, self.names["framebuffer"][-1])
        texture, place = self.names["texture"][-1], (gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0)
        if self.pair.fake.textures.made[texture.fake].target == gl.TEXTURE_2D:
            self.pair.call("glFramebufferTexture2D", *place, gl.TEXTURE_2D, texture, 0)
        else:
            self.pair.call("glFramebufferTextureLayer", *place, texture, 0, self.pick(0, 2))
        self.pair.call("glCheckFramebufferStatus", gl.FRAMEBUFFER)
        self.clear()
        self.read_pixels()

    # -- buffers -----------------------------------------------------------------------------------
    def target(self) -> Any:
        return self.pick(*BUFFER_TARGETS, *BUFFER_TARGETS[:4], 0x1234)

    def bind_buffer(self) -> None:
        self.pair.call("glBindBuffer", self.target(), self.name("buffer"))

    def fill_buffer(self) -> None:
        # Always with data: contents without are undefined.
        if self.random.random() < 0.75:
            usage = self.pick(gl.STATIC_DRAW, gl.STREAM_DRAW, gl.DYNAMIC_DRAW, 0x1234)
            self.pair.call("glBufferData", self.target(), self.pick(256, 1024, 100, -1), self.data, usage)
        else:
            size = self.pick(256, 512, 512, 0, -4)
            self.pair.call("glBufferStorage", self.target(), size, self.data, self.pick(*STORAGE_FLAGS))

    def write_buffer(self) -> None:
        self.pair.call("glBufferSubData", self.target(), self.pick(0, 16, 200, -1), self.pick(0, 16, 90, -1), self.data)

    def read_buffer(self) -> None:
        self.pair.call("glGetBufferSubData", self.target(), self.pick(0, 16, 60, -1), self.pick(16, 90, -1), Out(90))

    def copy_buffer(self) -> None:
        places = (self.pick(0, 16, 60, -1), self.pick(0, 20, 64))
        self.pair.call("glCopyBufferSubData", self.target(), self.target(), *places, self.pick(16, 32, 1000, -1))

    def map_buffer(self) -> None:
        self.pair.call(
            "glMapBufferRange", self.target(), self.pick(0, 16, -1), self.pick(16, 64, 0, 2000, -1),
            self.pick(*MAP_FLAGS),
        )  # fmt: skip

    def unmap_buffer(self) -> None:
        self.pair.call("glUnmapBuffer", self.target())

    def bind_indexed(self) -> None:
        target, index = self.pick(gl.UNIFORM_BUFFER, gl.UNIFORM_BUFFER, gl.ARRAY_BUFFER), self.pick(0, 1, 500)
        if self.random.random() < 0.5:
            self.pair.call("glBindBufferBase", target, index, self.name("buffer"))
        else:
            offset, size = self.pick(0, 256, 7), self.pick(64, 256, 0, -1)
            self.pair.call("glBindBufferRange", target, index, self.name("buffer"), offset, size)

    # -- vertex arrays -----------------------------------------------------------------------------
    def bind_array(self) -> None:
        self.pair.call("glBindVertexArray", self.name("array"))

    def attribute(self) -> None:
        index, size, stride = self.pick(0, 1, 2, 99), self.pick(1, 2, 4, 4, 5, 0), self.pick(0, 16, 32, -1, 5000)
        kind = self.pick(gl.FLOAT, gl.UNSIGNED_BYTE, gl.INT, gl.HALF_FLOAT, 0x1234)
        match self.pick(0, 1, 2):
            case 0:
                self.pair.call("glVertexAttribPointer", index, size, kind, self.pick(0, 1), stride, self.pick(0, 16))
            case 1:
                self.pair.call("glVertexAttribIPointer", index, size, kind, stride, self.pick(0, 16))
            case 2 if self.pair.fake.vertex_array.name:  # Mesa forgives it without one.
                self.pair.call("glVertexAttribDivisor", index, self.pick(0, 1))

    # -- textures ----------------------------------------------------------------------------------
    def bind_texture(self) -> None:
        if self.random.random() < 0.3:
            self.pair.call("glActiveTexture", gl.TEXTURE0 + self.pick(0, 0, 1, 5000))
        target = self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY, gl.TEXTURE_BUFFER, 0x1234)
        self.pair.call("glBindTexture", target, self.name("texture"))

    def tex_image(self) -> None:
        internal, format, kind = self.pick(*PIXELS, *PIXELS[:10])
        level, width, height = self.pick(0, 0, 0, 1, -1, 99), self.pick(4, 5, 1, -1, 100000), self.pick(4, 3, 2, -1)
        border = self.pick(0, 0, 0, 0, 1)
        data = self.data if self.unpack_is_free() else 0
        if self.random.random() < 0.6:
            target = self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D, gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY)
            self.pair.call("glTexImage2D", target, level, internal, width, height, border, format, kind, data)
        else:
            target, depth = self.pick(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_2D_ARRAY, gl.TEXTURE_2D), self.pick(2, 3, -1)
            self.pair.call("glTexImage3D", target, level, internal, width, height, depth, border, format, kind, data)

    def unpack_is_free(self) -> bool:
        return bool(self.pair.fake.glGetIntegerv(gl.PIXEL_UNPACK_BUFFER_BINDING) == 0)

    def pack_is_free(self) -> bool:
        return bool(self.pair.fake.glGetIntegerv(gl.PIXEL_PACK_BUFFER_BINDING) == 0)

    def tex_sub_image(self) -> None:
        _, format, kind = self.pick(*PIXELS)
        place, size = (self.pick(0, 1, -1), self.pick(0, 1)), (self.pick(2, 3, 0, -1, 9), self.pick(2, 1))
        data = self.data if self.unpack_is_free() else self.pick(0, 4, 1)
        if self.random.random() < 0.6:
            self.pair.call("glTexSubImage2D", gl.TEXTURE_2D, self.pick(0, 0, 1), *place, *size, format, kind, data)
        else:
            args = (*place, self.pick(0, 1), *size, self.pick(1, 2), format, kind, data)
            self.pair.call("glTexSubImage3D", gl.TEXTURE_2D_ARRAY, 0, *args)

    def get_tex_image(self) -> None:
        # Exact values are compared where no conversion is left to the driver: bytes as bytes, floats as floats.
        target = self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY)
        texture = self.pair.fake.texture_units.get((self.pair.fake.active_unit, target))
        image = None if texture is None else texture.levels.get(0)
        kinds = {"u1": gl.UNSIGNED_BYTE, "u4": gl.UNSIGNED_INT, "f4": gl.FLOAT}
        if image is None or image.format.kind.startswith("depth"):
            return
        kind = kinds[image.format.dtype.str[1:]]
        format = {1: gl.RED, 2: gl.RG, 4: gl.RGBA}[image.format.channels]
        if image.format.kind == "int":
            format = {gl.RED: gl.RED_INTEGER, gl.RGBA: gl.RGBA_INTEGER}[format]
        format = self.pick(format, format, gl.RGBA_INTEGER, gl.DEPTH_COMPONENT)
        if self.pack_is_free():
            self.pair.call("glGetTexImage", target, 0, format, kind, Out(4096, kind == gl.FLOAT))

    def tex_parameter(self) -> None:
        target = self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY, 0x1234)
        pname = self.pick(gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER, gl.TEXTURE_WRAP_S, gl.TEXTURE_MAX_LEVEL, 0x1234)
        values = (gl.NEAREST, gl.LINEAR, gl.LINEAR_MIPMAP_LINEAR, gl.REPEAT, gl.CLAMP_TO_EDGE, 0x7777)
        self.pair.call("glTexParameteri", target, pname, 3 if pname == gl.TEXTURE_MAX_LEVEL else self.pick(*values))

    def mipmap(self, target: int = 0) -> None:
        wrong = (gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY, gl.TEXTURE_BUFFER, 0x1234)
        self.pair.call("glGenerateMipmap", target or self.pick(*wrong))

    def tex_buffer(self) -> None:
        format = self.pick(gl.RGBA32F, gl.R32UI, gl.RGBA8, gl.DEPTH_COMPONENT24, 0x1234)
        self.pair.call("glTexBuffer", self.pick(gl.TEXTURE_BUFFER, gl.TEXTURE_2D), format, self.name("buffer"))

    # -- framebuffers ------------------------------------------------------------------------------
    def framebuffer_target(self) -> Any:
        return self.pick(gl.FRAMEBUFFER, gl.DRAW_FRAMEBUFFER, gl.READ_FRAMEBUFFER, 0x1234)

    def bind_framebuffer(self) -> None:
        self.pair.call("glBindFramebuffer", self.framebuffer_target(), self.name("framebuffer"))

    def attach(self) -> None:
        target = self.framebuffer_target()
        point = self.pick(
            gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT0 + 1, gl.DEPTH_ATTACHMENT,
            gl.DEPTH_STENCIL_ATTACHMENT, gl.COLOR_ATTACHMENT0 + 20, 0x1234,
        )  # fmt: skip
        level = self.pick(0, 0, 0, 1, -1, 99)
        match self.pick(0, 1, 2):
            case 0:
                kind = self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D, 0x1234)  # Mesa also takes array textures here.
                self.pair.call("glFramebufferTexture2D", target, point, kind, self.name("texture"), level)
            case 1:
                layer = self.pick(0, 1, 2, -1, 99999)
                self.pair.call("glFramebufferTextureLayer", target, point, self.name("texture"), level, layer)
            case 2:
                kind = self.pick(gl.RENDERBUFFER, gl.RENDERBUFFER, gl.TEXTURE_2D)
                self.pair.call("glFramebufferRenderbuffer", target, point, kind, self.name("renderbuffer"))

    def renderbuffer(self) -> None:
        self.pair.call("glBindRenderbuffer", self.pick(gl.RENDERBUFFER, 0x1234), self.name("renderbuffer"))
        format = self.pick(gl.RGBA8, gl.RGBA8, gl.DEPTH24_STENCIL8, gl.DEPTH_COMPONENT24, 0x1234)
        self.pair.call("glRenderbufferStorage", gl.RENDERBUFFER, format, self.pick(8, 16, -1, 1 << 20), 8)

    def status(self) -> None:
        self.pair.call("glCheckFramebufferStatus", self.framebuffer_target())

    def on_window(self, target: int) -> bool:
        """OSMesa's surface is single-buffered, a window is not: their buffer names differ."""
        fake = self.pair.fake
        return bool((fake.draw_framebuffer if target == gl.DRAW_FRAMEBUFFER else fake.read_framebuffer).name == 0)

    def buffers_drawn(self) -> None:
        first = gl.COLOR_ATTACHMENT0
        if not self.on_window(gl.DRAW_FRAMEBUFFER):
            choices = ([first], [first, first + 1], [first, first], [gl.NONE], [0x1234], [first + 9], [first] * 40)
            self.pair.call("glDrawBuffers", self.pick(*choices))
        if not self.on_window(gl.READ_FRAMEBUFFER):
            self.pair.call("glReadBuffer", self.pick(first, first, first + 1, gl.NONE, 0x1234, first + 9))

    def clear(self) -> None:
        self.pair.call("glClearColor", *(self.pick(0.0, 0.25, 0.5, 1.0) for _ in range(4)))
        bits = (gl.COLOR_BUFFER_BIT, gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT, gl.DEPTH_BUFFER_BIT, 0x1, 0)
        fake = self.pair.fake.draw_framebuffer
        images = [fake.attachments[point].image for point in fake.draw_buffers if point in fake.attachments]
        if not any(image is not None and image.format.kind == "int" for image in images):  # That is undefined.
            self.pair.call("glClear", self.pick(*bits))

    def read_pixels(self) -> None:
        x, y, width, height = self.pick(0, 1), self.pick(0, 1), self.pick(4, 3, 0, -1), self.pick(2, 3)
        format, kind = self.pick(
            (gl.RGBA, gl.UNSIGNED_BYTE), (gl.RGBA, gl.UNSIGNED_BYTE), (gl.RGBA_INTEGER, gl.UNSIGNED_INT),
            (gl.DEPTH_COMPONENT, gl.FLOAT), (0x1234, gl.FLOAT), (gl.RGBA, 0x1234), (gl.RED, gl.UNSIGNED_BYTE),
        )  # fmt: skip
        if self.pack_is_free():
            self.pair.call("glReadPixels", x, y, width, height, format, kind, Out(4096, kind == gl.FLOAT))

    def blit(self) -> None:
        drawn, read = self.pair.fake.draw_framebuffer.attachments, self.pair.fake.read_framebuffer.attachments
        overlap = {image.source for image in drawn.values()} & {image.source for image in read.values()}
        # What a copy onto itself does is undefined, unless nothing moves.
        source = (0, 0, 4, 4) if overlap else self.pick((0, 0, 4, 4), (0, 0, 2, 2), (4, 0, 0, 4))
        mask = self.pick(gl.COLOR_BUFFER_BIT, gl.COLOR_BUFFER_BIT, gl.DEPTH_BUFFER_BIT, 0x1)
        self.pair.call("glBlitFramebuffer", *source, 0, 0, 4, 4, mask, self.pick(gl.NEAREST, gl.NEAREST, 0x1234))

    # -- the rest ----------------------------------------------------------------------------------
    def fixed(self) -> None:
        box = (self.pick(0, 2, -2), self.pick(0, 1), self.pick(8, 3, 0, -1), self.pick(8, 2))
        factor = (gl.ONE, gl.ZERO, gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.DST_COLOR, gl.ONE, gl.ZERO, 0x1234)
        cap = self.pick(gl.BLEND, gl.DEPTH_TEST, gl.SCISSOR_TEST, gl.CULL_FACE, gl.PRIMITIVE_RESTART, 0x1234)
        name, *args = self.pick(
            ("glEnable", cap), ("glDisable", cap), ("glViewport", *box), ("glScissor", *box),
            ("glBlendFuncSeparate", *(self.pick(*factor) for _ in range(4))),
            ("glBlendEquation", self.pick(gl.FUNC_ADD, gl.MAX, 0x1234)), ("glDepthFunc", self.pick(gl.LESS, 0x1234)),
            ("glDepthMask", self.pick(True, False)), ("glCullFace", self.pick(gl.FRONT, gl.BACK, 0x1234)),
            ("glFlush",), ("glFinish",), ("glGetStringi", gl.EXTENSIONS, 99999), ("glGetString", 0x1234),
        )  # fmt: skip
        self.pair.call(name, *args)

    def pixel_store(self) -> None:
        pname = self.pick(gl.UNPACK_ALIGNMENT, gl.PACK_ALIGNMENT, gl.UNPACK_ROW_LENGTH, 0x1234)
        self.pair.call("glPixelStorei", pname, self.pick(1, 2, 4, 8, 0, 3, -1) if pname != 0x0CF2 else self.pick(0, 8))

    def state(self) -> None:
        self.pair.call("glGetIntegerv", self.random.choice(STATE))

    def binding(self) -> None:
        """A binding is the same object on both sides; names of deleted ones have no partner."""
        pname = self.random.choice(list(BINDINGS))
        fake, real = self.pair.fake.glGetIntegerv(pname), self.pair.real.glGetIntegerv(pname)
        known = {name.fake: name.real for name in self.names[BINDINGS[pname]]}
        history = "\n".join(self.pair.log[-25:])
        assert known.get(fake, real) == real, f"{history}\n{pname:#x}: fake {fake}, driver {real}"

    def draw(self) -> None:
        mode, count = self.pick(gl.TRIANGLES, gl.TRIANGLE_STRIP, gl.POINTS, 0x1234), self.pick(3, 4, 0, -1)
        kind = self.pick(gl.UNSIGNED_BYTE, gl.UNSIGNED_SHORT, gl.UNSIGNED_INT, gl.FLOAT)
        name, *args = self.pick(
            ("glDrawArrays", mode, self.pick(0, 1), count),
            ("glDrawArraysInstanced", mode, 0, count, self.pick(1, 2, 0, -1)),
            ("glDrawElements", mode, count, kind, 0),
            ("glDrawElementsInstanced", mode, count, kind, 0, self.pick(1, 2, 0, -1)),
        )  # fmt: skip
        # What strict mode refuses without a GL error is what a driver may crash on.
        self.pair.fake.strict = True
        try:
            getattr(self.pair.fake, name)(*args)
        except FakeGLError:
            return
        finally:
            self.pair.fake.strict = False
            self.pair.fake.glGetError()
        self.pair.call(name, *args)

    def use(self) -> None:
        self.pair.call("glUseProgram", self.name("program"))

    def compile(self, kind: int, source: str) -> Name:
        (fake, real), _ = self.pair.call("glCreateShader", kind)
        shader = Name("shader", fake, real)
        self.pair.call("glShaderSource", shader, source)
        self.pair.call("glCompileShader", shader)
        self.pair.call("glGetShaderiv", shader, gl.COMPILE_STATUS)
        return shader

    def program(self) -> None:
        """A program of many uniforms; both sides must list the same facts."""
        (fake, real), _ = self.pair.call("glCreateProgram")
        program = Name("program", fake, real)
        for kind, source in ((gl.VERTEX_SHADER, VERTEX), (gl.FRAGMENT_SHADER, FRAGMENT)):
            shader = self.compile(kind, source)
            self.pair.call("glAttachShader", program, shader)
            self.pair.call("glDeleteShader", shader)
        self.pair.call("glLinkProgram", program)
        self.pair.call("glGetProgramiv", program, gl.LINK_STATUS)
        self.names["program"].append(program)
        self.pair.call("glUseProgram", program)
        if self.random.random() < 0.7:  # Ready to draw, as far as the program goes.
            places = [side.glGetUniformLocation(place, "pose") for side, place in self.sides(program)]
            self.pair.call("glUniform1i", Name("location", *places), 1)
            self.generate("buffer")
            self.generate("array")
            self.pair.call("glBindVertexArray", self.names["array"][-1])
            self.pair.call("glBindBufferBase", gl.UNIFORM_BUFFER, 0, self.names["buffer"][-1])
            self.pair.call("glBufferData", gl.UNIFORM_BUFFER, 1024, self.data, gl.STATIC_DRAW)

    def uniform(self) -> None:
        name = self.pick("base", "tint", "flip", "pose", "fade[1]", "lights[1].power", "nothing")
        program = self.names["program"][2]
        places = [side.glGetUniformLocation(place, name) for side, place in self.sides(program)]
        place = Name("location", *places)
        function, *args = self.pick(
            ("glUniform1i", self.pick(0, 1, 1000, -1)), ("glUniform1f", 0.5), ("glUniform4f", 1.0, 0.5, 0.25, 0.0),
        )  # fmt: skip
        if name == "pose" and function == "glUniform1i":
            args = [self.pick(1, 1000, -1)]  # Unit 0 is the other sampler's.
        self.pair.call(function, self.pick(place, place, place, Name("location", 900, 900)), *args)

    def sides(self, name: Name) -> tuple[tuple[Any, int], tuple[Any, int]]:
        return (self.pair.fake, name.fake), (self.pair.real, name.real)

    def program_fact(self) -> None:
        program = self.name("program")
        function, *args = self.pick(
            ("glGetProgramiv", self.pick(gl.LINK_STATUS, gl.ACTIVE_UNIFORMS, gl.ACTIVE_ATTRIBUTES, 0x1234)),
            ("glGetProgramiv", gl.ACTIVE_UNIFORM_BLOCKS), ("glGetUniformLocation", "nothing"),
            ("glGetActiveUniformBlockName", self.pick(0, 9)),
            ("glGetActiveUniformBlockiv", 0, self.pick(gl.UNIFORM_BLOCK_DATA_SIZE, gl.UNIFORM_BLOCK_BINDING, 0x1234)),
            ("glUniformBlockBinding", self.pick(0, 0, 9), self.pick(0, 1, 1000)), ("glGetAttribLocation", "place"),
        )  # fmt: skip
        self.pair.call(function, program, *args)

    def shader_life(self) -> None:
        shader = self.compile(self.pick(gl.VERTEX_SHADER, gl.VERTEX_SHADER, 0x1234), self.pick(*BAD_SOURCES, VERTEX))
        program = self.name("program")
        for function, *args in (
            ("glDetachShader", program, shader), ("glAttachShader", self.names["program"][2], shader),
            ("glAttachShader", self.names["program"][2], shader), ("glGetShaderiv", shader, gl.DELETE_STATUS),
            ("glDetachShader", self.names["program"][2], shader), ("glDeleteShader", shader),
            ("glGetShaderiv", shader, gl.DELETE_STATUS), ("glCompileShader", program),
        ):  # fmt: skip
            self.pair.call(function, *args)

    def sync(self) -> None:
        (fake, real), error = self.pair.call(
            "glFenceSync", self.pick(gl.SYNC_GPU_COMMANDS_COMPLETE, 0x1234), self.pick(0, 0, 1)
        )
        if not error:
            fence = Name("fence", fake, real)
            self.pair.call("glFinish")
            self.pair.call("glClientWaitSync", fence, self.pick(0, 1, 8), 0)
            self.pair.call("glDeleteSync", fence)

    def timer(self) -> None:
        (fake, real), _ = self.pair.call("glGenQueries", 1)
        query = Name("query", fake[0], real[0])
        self.pair.call("glGetQueryObjectiv", query, gl.QUERY_RESULT_AVAILABLE)  # never issued
        if not self.pair.call("glQueryCounter", query, self.pick(gl.TIMESTAMP, gl.TIMESTAMP, 0x1234))[1]:
            self.pair.call("glFinish")
            for function in ("glGetQueryObjectiv", "glGetQueryObjectui64v"):
                self.pair.call(function, query, self.pick(gl.QUERY_RESULT_AVAILABLE, 0x1234))
        self.pair.call("glGetQueryiv", self.pick(gl.TIMESTAMP, 0x1234), self.pick(gl.QUERY_COUNTER_BITS, 0x1234))
        self.pair.call("glDeleteQueries", [query, self.pick(query, 9999)])
        self.pair.call("glGetQueryObjectiv", query, gl.QUERY_RESULT_AVAILABLE)

    def label(self) -> None:
        kind, names = self.pick((gl.BUFFER, "buffer"), (gl.TEXTURE, "texture"), (0x1234, "buffer"))
        name = self.name(names)
        table = self.pair.fake.buffers if names == "buffer" else self.pair.fake.textures
        if name.fake in table.made or name.fake == 9999:  # Drivers also label names that were never bound.
            self.pair.call("glObjectLabel", kind, name, self.pick("sprites", "x" * 300))


def make_fake(real: Any) -> FakeGL:
    """A FakeGL with the version, limits and extensions of the driver."""
    limits = {field: real.glGetIntegerv(pname) for pname, field in LIMIT_NAMES.items()}
    limits["max_viewport_dims"] = tuple(limits["max_viewport_dims"])
    extensions = [real.glGetStringi(gl.EXTENSIONS, i) for i in range(real.glGetIntegerv(gl.NUM_EXTENSIONS))]
    version = (real.glGetIntegerv(gl.MAJOR_VERSION), real.glGetIntegerv(gl.MINOR_VERSION))
    return FakeGL(version, limits=Limits(**limits), extensions=extensions, size=SIZE, strict=False)


@pytest.fixture
def driver() -> Iterator[Any]:
    """The real namespace, with a context of its own."""
    from ecs_engine.gpu.opengl import load_opengl
    from ecs_engine.window.headless import HeadlessWindow

    window = HeadlessWindow(SIZE)
    try:
        yield load_opengl()
    finally:
        window.close()


@pytest.mark.gl
@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_random_calls(driver: Any, seed: int) -> None:
    Generator(Pair(make_fake(driver), driver), seed).run(CALLS)


@pytest.mark.gl
def test_timer_queries(driver: Any) -> None:
    generator = Generator(Pair(make_fake(driver), driver), 0)
    for _ in range(200):
        generator.timer()


@pytest.mark.gl
def test_uniform_arrays(driver: Any) -> None:
    """Every width on every kind of uniform, from several places of an array on, as often as fits and more."""
    pair = Pair(make_fake(driver), driver)
    generator = Generator(pair, 0)
    generator.program()
    program = generator.names["program"][2]
    names = ("fade", "fade[1]", "shift", "lights[1].place", "tint", "flip", "base", "page", "nothing")
    for used in (False, True):
        pair.call("glUseProgram", program if used else 0)
        for name in names:
            places = [side.glGetUniformLocation(place, name) for side, place in generator.sides(program)]
            for place in (Name("location", *places), Name("location", 900, 900)):
                for width in (1, 2, 3, 4):
                    for count in (0, 1, 2, 5, -1):
                        pair.call(f"glUniform{width}fv", place, count, generator.data)


def test_generator_reaches_every_call() -> None:
    """Without a driver: what is generated succeeds and fails often enough to mean something."""
    succeeded: set[str] = set()
    failed: set[str] = set()
    for seed in range(80):
        pair = Pair(FakeGL(strict=False, size=SIZE), FakeGL(strict=False, size=SIZE))
        Generator(pair, seed).run(CALLS)
        for line in pair.log:
            (succeeded if line.endswith("-> 0x0") else failed).add(line[: line.index("(")])
    cannot_succeed = {"glGetString", "glGetStringi"}  # Only their errors are generated.
    assert {"glDrawArrays", "glDrawElementsInstanced", "glReadPixels", "glBlitFramebuffer"} <= succeeded & failed
    assert failed - succeeded <= cannot_succeed
    assert len(succeeded) > 70


BLOCKS = """#version 330 core
struct Inner { vec3 a; float b; mat2 c; };
struct Outer { Inner pair[2]; vec2 d; int e; };
layout(std140) uniform Everything {
    float f; vec2 v2; vec3 v3; float after3; vec4 v4; mat2 m2; mat3 m3; mat4 m4; mat2x3 m23; mat4x2 m42;
    float fs[3]; vec2 v2s[2]; vec3 v3s[2]; mat3 m3s[2]; int i; uint u; bool b; ivec2 iv; bvec3 bv;
    Outer outer; Outer outers[2]; float last;
};
layout(std140) uniform Named { vec3 first; float second; } named;
uniform vec4 plain[3]; uniform float unused; uniform mat3 turn;
in vec3 place; in mat4 model; in ivec2 cell; in float ignored;
void main() {
    gl_Position = model * vec4(turn * place, f) + plain[2] + plain[1] + named.second + float(cell.x + gl_InstanceID);
}
"""
NOTHING = "#version 330 core\nout vec4 colour;\nvoid main() { colour = vec4(1.0); }\n"


def facts(side: Any) -> dict[str, Any]:
    """Everything a program tells of itself, by name."""
    program = side.glCreateProgram()
    for kind, source in ((gl.VERTEX_SHADER, BLOCKS), (gl.FRAGMENT_SHADER, NOTHING)):
        shader = side.glCreateShader(kind)
        side.glShaderSource(shader, source)
        side.glCompileShader(shader)
        assert side.glGetShaderiv(shader, gl.COMPILE_STATUS), side.glGetShaderInfoLog(shader)
        side.glAttachShader(program, shader)
    side.glLinkProgram(program)
    assert side.glGetProgramiv(program, gl.LINK_STATUS), side.glGetProgramInfoLog(program)
    blocks = {}
    block_names = {-1: ""}
    for index in range(side.glGetProgramiv(program, gl.ACTIVE_UNIFORM_BLOCKS)):
        name = block_names[index] = side.glGetActiveUniformBlockName(program, index)
        pnames = (gl.UNIFORM_BLOCK_DATA_SIZE, gl.UNIFORM_BLOCK_BINDING, gl.UNIFORM_BLOCK_ACTIVE_UNIFORMS)
        indices = side.glGetActiveUniformBlockiv(program, index, gl.UNIFORM_BLOCK_ACTIVE_UNIFORM_INDICES)
        members = {side.glGetActiveUniform(program, i)[0] for i in indices}
        blocks[name] = ([side.glGetActiveUniformBlockiv(program, index, pname) for pname in pnames], members)
    uniforms = {}
    for index in range(side.glGetProgramiv(program, gl.ACTIVE_UNIFORMS)):
        name, size, kind = side.glGetActiveUniform(program, index)
        facts = (gl.UNIFORM_TYPE, gl.UNIFORM_SIZE, gl.UNIFORM_OFFSET, gl.UNIFORM_ARRAY_STRIDE, gl.UNIFORM_MATRIX_STRIDE)
        values = [side.glGetActiveUniformsiv(program, [index], pname)[0] for pname in facts]
        block = block_names[side.glGetActiveUniformsiv(program, [index], gl.UNIFORM_BLOCK_INDEX)[0]]
        if not block:
            values[3:] = []  # Outside blocks strides mean nothing: drivers say 0 or -1.
        uniforms[name] = (size, kind, block, values, side.glGetUniformLocation(program, name) >= 0)
    count = side.glGetProgramiv(program, gl.ACTIVE_ATTRIBUTES)
    attributes = {side.glGetActiveAttrib(program, index) for index in range(count)}
    return {"blocks": blocks, "uniforms": uniforms, "attributes": attributes}


@pytest.mark.gl
def test_introspection(driver: Any) -> None:
    """std140 offsets, strides, sizes and the lists of what is active are the driver's."""
    fake, real = facts(make_fake(driver)), facts(driver)
    for part in real:
        assert fake[part] == real[part]
    assert len(real["blocks"]) == 2
