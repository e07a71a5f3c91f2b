"""Random calls on textures, framebuffers and pixels."""

from __future__ import annotations

from typing import Any

from ecs_engine.gpu import enums as gl

from .calls import Data, Name, Out
from .steps import WRONG, Steps

# (internal format, format, type): right ones and wrong ones
PIXELS = [
    (gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE), (gl.R8, gl.RED, gl.UNSIGNED_BYTE), (gl.RG8, gl.RG, gl.UNSIGNED_BYTE),
    (gl.SRGB8_ALPHA8, gl.RGBA, gl.UNSIGNED_BYTE), (gl.RGBA32F, gl.RGBA, gl.FLOAT), (gl.R32F, gl.RED, gl.FLOAT),
    (gl.R32UI, gl.RED_INTEGER, gl.UNSIGNED_INT), (gl.RGBA32UI, gl.RGBA_INTEGER, gl.UNSIGNED_INT),
    (gl.DEPTH_COMPONENT24, gl.DEPTH_COMPONENT, gl.UNSIGNED_INT), (gl.R8UI, gl.RED_INTEGER, gl.UNSIGNED_BYTE),
    (gl.RGBA8, gl.RGBA_INTEGER, gl.UNSIGNED_BYTE), (gl.R32UI, gl.RED, gl.UNSIGNED_INT), (gl.RGBA8, WRONG, gl.FLOAT),
    (gl.RGBA8, gl.RGBA, WRONG), (WRONG, gl.RGBA, gl.UNSIGNED_BYTE), (gl.RGBA8, gl.DEPTH_COMPONENT, gl.FLOAT),
    (gl.R32UI, gl.RED_INTEGER, gl.FLOAT), (gl.DEPTH_COMPONENT24, gl.RGBA, gl.UNSIGNED_BYTE),
]  # fmt: skip
GOOD = 8
TARGETS = [gl.TEXTURE_2D, gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY, gl.TEXTURE_BUFFER, WRONG]
POINTS = [
    gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT0 + 1, gl.DEPTH_ATTACHMENT,
    gl.DEPTH_STENCIL_ATTACHMENT, gl.COLOR_ATTACHMENT0 + 20, WRONG,
]  # fmt: skip
FRAMEBUFFER_TARGETS = [gl.FRAMEBUFFER, gl.DRAW_FRAMEBUFFER, gl.READ_FRAMEBUFFER, WRONG]
READS = [
    (gl.RGBA, gl.UNSIGNED_BYTE), (gl.RGBA, gl.UNSIGNED_BYTE), (gl.RGBA_INTEGER, gl.UNSIGNED_INT),
    (gl.DEPTH_COMPONENT, gl.FLOAT), (WRONG, gl.FLOAT), (gl.RGBA, WRONG), (gl.RED, gl.UNSIGNED_BYTE),
]  # fmt: skip
PARAMETERS = [
    (gl.TEXTURE_MIN_FILTER, gl.NEAREST), (gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR),
    (gl.TEXTURE_MAG_FILTER, gl.LINEAR), (gl.TEXTURE_MAG_FILTER, gl.NEAREST), (gl.TEXTURE_MAG_FILTER, WRONG),
    (gl.TEXTURE_WRAP_S, gl.REPEAT), (gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE), (gl.TEXTURE_WRAP_S, gl.LINEAR),
    (gl.TEXTURE_MAX_LEVEL, 3), (gl.TEXTURE_MAX_LEVEL, -1), (gl.TEXTURE_BASE_LEVEL, 0), (WRONG, gl.LINEAR),
]  # fmt: skip


class ImageSteps(Steps):
    """Textures, framebuffers, pixels."""

    def ready_texture(self) -> None:
        """A texture with an image, and valid things done to it."""
        internal, format, kind = self.pick(*PIXELS[:GOOD])
        self.call("glBindBuffer", gl.PIXEL_UNPACK_BUFFER, Name("buffer", 0))
        texture = self.generate("texture")
        flat = self.chance(0.5)
        target, size, corner, part = (
            (gl.TEXTURE_2D, (4, 4), (1, 0), (2, 3)) if flat else (gl.TEXTURE_2D_ARRAY, (4, 4, 3), (1, 0, 1), (2, 3, 2))
        )
        image, change = ("glTexImage2D", "glTexSubImage2D") if flat else ("glTexImage3D", "glTexSubImage3D")
        self.call("glBindTexture", target, texture)
        self.call(image, target, 0, internal, *size, 0, format, kind, Data())
        self.call(change, target, 0, *corner, *part, format, kind, Data(512))
        self.call("glGetTexImage", target, 0, format, kind, Out(4096, kind == gl.FLOAT))
        if self.chance(0.4):
            self.call("glGenerateMipmap", target)

    def ready_framebuffer(self) -> None:
        """A framebuffer that shows to the newest texture, cleared and read."""
        self.ready_texture()
        self.call("glBindFramebuffer", gl.FRAMEBUFFER, self.generate("framebuffer"))
        texture, place = self.live["texture"][-1], (gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0)
        made = self.pair.fake.textures.made[self.pair.names[texture][0]]
        if made.target == gl.TEXTURE_2D:
            self.call("glFramebufferTexture2D", *place, gl.TEXTURE_2D, texture, 0)
        else:
            self.call("glFramebufferTextureLayer", *place, texture, 0, self.pick(0, 2))
        if self.chance(0.3):
            self.call("glBindRenderbuffer", gl.RENDERBUFFER, self.generate("renderbuffer"))
            depth = self.pick(gl.DEPTH_COMPONENT24, gl.DEPTH24_STENCIL8)
            self.call("glRenderbufferStorage", gl.RENDERBUFFER, depth, 4, 4)
            point, depths = (gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT), self.live["renderbuffer"][-1]
            self.call("glFramebufferRenderbuffer", *point, gl.RENDERBUFFER, depths)
        self.call("glCheckFramebufferStatus", gl.FRAMEBUFFER)
        if self.chance(0.3):
            self.buffers_drawn()
        self.clear()
        self.read_pixels()

    # -- textures ----------------------------------------------------------------------------------
    def bind_texture(self) -> None:
        if self.chance(0.3):
            self.call("glActiveTexture", gl.TEXTURE0 + self.pick(0, 0, 1, 5000))
        self.call("glBindTexture", self.pick(*TARGETS), self.name("texture"))

    def unpacked(self) -> Any:
        """Where texels come from: memory, or an offset into the bound buffer."""
        bound = self.pair.fake.glGetIntegerv(gl.PIXEL_UNPACK_BUFFER_BINDING)
        return self.pick(0, 4, 1) if bound else Data()

    def tex_image(self) -> None:
        internal, format, kind = self.pick(*PIXELS, *PIXELS[:10])
        level, width, height = self.pick(0, 0, 0, 1, -1, 99), self.pick(4, 5, 1, -1, 100000), self.pick(4, 3, 2, -1)
        border, data = self.pick(0, 0, 0, 0, 1), self.unpacked()
        if self.chance(0.6):
            target = self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D, gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY)
            self.call("glTexImage2D", target, level, internal, width, height, border, format, kind, data)
        else:
            target, depth = self.pick(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_2D_ARRAY, gl.TEXTURE_2D), self.pick(2, 3, -1)
            self.call("glTexImage3D", target, level, internal, width, height, depth, border, format, kind, data)

    def tex_sub_image(self) -> None:
        _, format, kind = self.pick(*PIXELS)
        place, size = (self.pick(0, 1, -1), self.pick(0, 1)), (self.pick(2, 3, 0, -1, 9), self.pick(2, 1))
        data = self.unpacked()
        if self.chance(0.6):
            self.call("glTexSubImage2D", gl.TEXTURE_2D, self.pick(0, 0, 1), *place, *size, format, kind, data)
        else:
            args = (*place, self.pick(0, 1), *size, self.pick(1, 2), format, kind, data)
            self.call("glTexSubImage3D", gl.TEXTURE_2D_ARRAY, 0, *args)

    def get_tex_image(self) -> None:
        target = self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY)
        _, format, kind = self.pick(*PIXELS[:GOOD])
        format = self.pick(format, format, format, gl.RGBA_INTEGER, gl.DEPTH_COMPONENT)
        level = self.pick(0, 0, 1, 99)
        self.call("glGetTexImage", target, level, format, kind, Out(4096, kind == gl.FLOAT, level > 0))

    def tex_parameter(self) -> None:
        target = self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY, WRONG)
        self.call("glTexParameteri", target, *self.pick(*PARAMETERS))

    def mipmap(self) -> None:
        self.call("glGenerateMipmap", self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY, gl.TEXTURE_BUFFER, WRONG))

    def tex_buffer(self) -> None:
        format = self.pick(gl.RGBA32F, gl.R32UI, gl.RGBA8, gl.DEPTH_COMPONENT24, WRONG)
        self.call("glTexBuffer", self.pick(gl.TEXTURE_BUFFER, gl.TEXTURE_2D), format, self.name("buffer"))

    # -- framebuffers ------------------------------------------------------------------------------
    def bind_framebuffer(self) -> None:
        self.call("glBindFramebuffer", self.pick(*FRAMEBUFFER_TARGETS), self.name("framebuffer"))

    def attach(self) -> None:
        target, point, level = self.pick(*FRAMEBUFFER_TARGETS), self.pick(*POINTS), self.pick(0, 0, 0, 1, -1, 99)
        match self.pick(0, 1, 2):
            case 0:
                kind = self.pick(gl.TEXTURE_2D, gl.TEXTURE_2D, gl.TEXTURE_2D_ARRAY, WRONG)
                self.call("glFramebufferTexture2D", target, point, kind, self.name("texture"), level)
            case 1:
                layer = self.pick(0, 1, 2, -1, 99999)
                self.call("glFramebufferTextureLayer", target, point, self.name("texture"), level, layer)
            case 2:
                kind = self.pick(gl.RENDERBUFFER, gl.RENDERBUFFER, gl.TEXTURE_2D)
                self.call("glFramebufferRenderbuffer", target, point, kind, self.name("renderbuffer"))

    def renderbuffer(self) -> None:
        self.call("glBindRenderbuffer", self.pick(gl.RENDERBUFFER, WRONG), self.name("renderbuffer"))
        format = self.pick(gl.RGBA8, gl.RGBA8, gl.DEPTH24_STENCIL8, gl.DEPTH_COMPONENT24, WRONG)
        target = self.pick(gl.RENDERBUFFER, gl.RENDERBUFFER, gl.RENDERBUFFER, WRONG)
        self.call("glRenderbufferStorage", target, format, self.pick(8, 16, -1, 1 << 20), 8)

    def status(self) -> None:
        self.call("glCheckFramebufferStatus", self.pick(*FRAMEBUFFER_TARGETS))

    def buffers_drawn(self) -> None:
        first = gl.COLOR_ATTACHMENT0
        choices = ([first], [first, first + 1], [first, first], [gl.NONE], [WRONG], [first + 9], [first] * 40)
        self.call("glDrawBuffers", self.pick(*choices))
        self.call("glReadBuffer", self.pick(first, first, first + 1, gl.NONE, WRONG, first + 9))

    # -- pixels ------------------------------------------------------------------------------------
    def clear(self) -> None:
        self.call("glClearColor", *(self.pick(0.0, 0.25, 0.5, 1.0) for _ in range(4)))
        bits = (gl.COLOR_BUFFER_BIT, gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT, gl.DEPTH_BUFFER_BIT, 0x1, 0)
        self.call("glClear", self.pick(*bits))

    def read_pixels(self) -> None:
        x, y, width, height = self.pick(0, 1), self.pick(0, 1), self.pick(4, 3, 0, -1), self.pick(2, 3)
        format, kind = self.pick(*READS)
        self.call("glReadPixels", x, y, width, height, format, kind, Out(4096, kind == gl.FLOAT))

    def blit(self) -> None:
        source, target = self.pick((0, 0, 4, 4), (0, 0, 2, 2), (4, 0, 0, 4)), (0, 0, 4, 4)
        mask = self.pick(gl.COLOR_BUFFER_BIT, gl.COLOR_BUFFER_BIT, gl.DEPTH_BUFFER_BIT, 0x1)
        self.call("glBlitFramebuffer", *source, *target, mask, self.pick(gl.NEAREST, gl.NEAREST, WRONG))
