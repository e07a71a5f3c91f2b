"""Framebuffers and renderbuffers: attachments, completeness, draw and read buffers."""

from __future__ import annotations

from collections.abc import Sequence

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import GLFault, command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.formats import FORMATS
from ecs_engine.testing.fake_gl.limits import ES2_COMPATIBILITY
from ecs_engine.testing.fake_gl.objects import Attachment, Framebuffer, Image, Texture

STENCIL_ATTACHMENT = 0x8D20
DEPTH_KINDS = ("depth", "depth_stencil")
ATTACHMENT_LIMIT = enums.COLOR_ATTACHMENT0 + 32
# FRONT_LEFT FRONT_RIGHT BACK_LEFT BACK_RIGHT FRONT BACK LEFT RIGHT FRONT_AND_BACK
WINDOW_BUFFERS = range(0x0400, 0x0409)
# The buffers that a double-buffered window has; all of them show the same image here.
WINDOW_HAS = {0x0400: enums.BACK, 0x0402: enums.BACK, enums.FRONT: enums.BACK, enums.BACK: enums.BACK}


class Framebuffers(Context):
    """Framebuffer commands."""

    # -- names -----------------------------------------------------------------------------------
    @command([0])
    def glGenFramebuffers(self, n: int) -> list[int]:
        if n < 0:
            raise invalid_value(f"{n} names were asked for")
        return self.framebuffers.generate(n)

    @command(None)
    def glDeleteFramebuffers(self, names: Sequence[int]) -> None:
        for name in names:
            gone = self.framebuffers.delete(name)
            if gone is not None:
                if gone is self.draw_framebuffer:
                    self.draw_framebuffer = self.default_framebuffer
                if gone is self.read_framebuffer:
                    self.read_framebuffer = self.default_framebuffer

    @command(None)
    def glBindFramebuffer(self, target: int, framebuffer: int) -> None:
        if target not in (enums.FRAMEBUFFER, enums.DRAW_FRAMEBUFFER, enums.READ_FRAMEBUFFER):
            raise invalid_enum(f"{target:#x} is not a framebuffer target")
        bound = self.framebuffers.bind(framebuffer) if framebuffer else self.default_framebuffer
        drawn, read = target == enums.READ_FRAMEBUFFER, target == enums.DRAW_FRAMEBUFFER
        unchanged = (drawn or self.draw_framebuffer is bound) and (read or self.read_framebuffer is bound)
        self.count_redundant(unchanged, "glBindFramebuffer", target, framebuffer)
        if target != enums.READ_FRAMEBUFFER:
            self.draw_framebuffer = bound
        if target != enums.DRAW_FRAMEBUFFER:
            self.read_framebuffer = bound

    @command([0])
    def glGenRenderbuffers(self, n: int) -> list[int]:
        if n < 0:
            raise invalid_value(f"{n} names were asked for")
        return self.renderbuffers.generate(n)

    @command(None)
    def glDeleteRenderbuffers(self, names: Sequence[int]) -> None:
        for name in names:
            gone = self.renderbuffers.delete(name)
            if gone is None:
                continue
            if gone is self.renderbuffer:
                self.renderbuffer = None
            for framebuffer in (self.draw_framebuffer, self.read_framebuffer):
                for point in [at for at, image in framebuffer.attachments.items() if image.source is gone]:
                    del framebuffer.attachments[point]

    @command(None)
    def glBindRenderbuffer(self, target: int, renderbuffer: int) -> None:
        if target != enums.RENDERBUFFER:
            raise invalid_enum(f"{target:#x} is not GL_RENDERBUFFER")
        self.renderbuffer = self.renderbuffers.bind(renderbuffer) if renderbuffer else None

    @command(None)
    def glRenderbufferStorage(self, target: int, internal_format: int, width: int, height: int) -> None:
        if target != enums.RENDERBUFFER:
            raise invalid_enum(f"{target:#x} is not GL_RENDERBUFFER")
        if self.renderbuffer is None:
            raise invalid_operation("no renderbuffer is bound")
        texels = FORMATS.get(internal_format)
        if texels is None or not texels.renderable:
            raise invalid_enum(f"{internal_format:#x} is not a format that can be rendered to")
        largest = self.limits.max_renderbuffer_size
        if not (0 <= width <= largest and 0 <= height <= largest):
            raise invalid_value(f"size {width} x {height} is negative or over GL_MAX_RENDERBUFFER_SIZE ({largest})")
        self.renderbuffer.image = Image(texels, texels.zeros(width, height, 1), {0})

    # -- attachments -----------------------------------------------------------------------------
    def _bound_framebuffer(self, target: int) -> Framebuffer:
        if target in (enums.FRAMEBUFFER, enums.DRAW_FRAMEBUFFER):
            return self.draw_framebuffer
        if target == enums.READ_FRAMEBUFFER:
            return self.read_framebuffer
        raise invalid_enum(f"{target:#x} is not a framebuffer target")

    def _points(self, target: int, attachment: int) -> tuple[Framebuffer, tuple[int, ...]]:
        """The framebuffer and the attachment points that one attachment name means."""
        framebuffer = self._bound_framebuffer(target)
        if framebuffer.name == 0:
            raise invalid_operation("the default framebuffer cannot be attached to; bind a framebuffer object")
        if enums.COLOR_ATTACHMENT0 <= attachment < ATTACHMENT_LIMIT:
            if attachment - enums.COLOR_ATTACHMENT0 >= self.limits.max_color_attachments:
                raise invalid_operation(f"attachment {attachment:#x} is beyond GL_MAX_COLOR_ATTACHMENTS")
            return framebuffer, (attachment,)
        if attachment in (enums.DEPTH_ATTACHMENT, STENCIL_ATTACHMENT):
            return framebuffer, (attachment,)
        if attachment == enums.DEPTH_STENCIL_ATTACHMENT:
            return framebuffer, (enums.DEPTH_ATTACHMENT, STENCIL_ATTACHMENT)
        raise invalid_enum(f"{attachment:#x} is not an attachment point")

    @staticmethod
    def _attach(framebuffer: Framebuffer, points: tuple[int, ...], image: Attachment | None) -> None:
        for point in points:
            if image is None:
                framebuffer.attachments.pop(point, None)
            else:
                framebuffer.attachments[point] = image

    def _existing_texture(self, name: int) -> Texture:
        texture = self.textures.existing(name)
        if texture is None or texture.target == 0:
            raise invalid_operation(f"{name} is not a texture; bind it once before attaching it")
        return texture

    def _check_texture_level(self, level: int) -> None:
        if not 0 <= level < self.limits.max_texture_size.bit_length():
            raise invalid_value(f"level {level} is negative or beyond the last level of the largest texture")

    @command(None)
    def glFramebufferTexture2D(
        self, target: int, attachment: int, texture_target: int, texture: int, level: int
    ) -> None:
        self._bound_framebuffer(target)
        image = None
        if texture:
            source = self._existing_texture(texture)
            if texture_target not in (enums.TEXTURE_2D, enums.TEXTURE_2D_ARRAY, enums.TEXTURE_BUFFER):
                raise invalid_enum(f"{texture_target:#x} is not a texture target")
            if texture_target != enums.TEXTURE_2D or source.target != enums.TEXTURE_2D:
                raise invalid_operation(f"texture {texture} is not 2D; use glFramebufferTextureLayer for layers")
            self._check_texture_level(level)
            image = Attachment(source, level)
        framebuffer, points = self._points(target, attachment)
        self._attach(framebuffer, points, image)

    @command(None)
    def glFramebufferTextureLayer(self, target: int, attachment: int, texture: int, level: int, layer: int) -> None:
        self._bound_framebuffer(target)
        image = None
        if texture:
            source = self._existing_texture(texture)
            if source.target != enums.TEXTURE_2D_ARRAY:
                raise invalid_operation(f"texture {texture} has no layers; it goes to glFramebufferTexture2D")
            self._points(target, attachment)
            if not 0 <= layer < self.limits.max_array_texture_layers:
                raise invalid_value(f"layer {layer} is negative or not below GL_MAX_ARRAY_TEXTURE_LAYERS")
            self._check_texture_level(level)
            image = Attachment(source, level, layer)
        framebuffer, points = self._points(target, attachment)
        self._attach(framebuffer, points, image)

    @command(None)
    def glFramebufferRenderbuffer(
        self, target: int, attachment: int, renderbuffer_target: int, renderbuffer: int
    ) -> None:
        self._bound_framebuffer(target)
        if renderbuffer_target != enums.RENDERBUFFER:
            raise invalid_enum(f"{renderbuffer_target:#x} is not GL_RENDERBUFFER")
        framebuffer, points = self._points(target, attachment)
        image = None
        if renderbuffer:
            source = self.renderbuffers.existing(renderbuffer)
            if source is None:
                raise invalid_operation(f"{renderbuffer} is not a renderbuffer; bind it once before attaching it")
            image = Attachment(source)
        self._attach(framebuffer, points, image)

    # -- completeness ------------------------------------------------------------------------------
    @command(0)
    def glCheckFramebufferStatus(self, target: int) -> int:
        return self._status(self._bound_framebuffer(target))

    def _status(self, framebuffer: Framebuffer) -> int:
        if framebuffer.name == 0:
            return enums.FRAMEBUFFER_COMPLETE
        for point, attachment in framebuffer.attachments.items():
            image = attachment.image
            if image is None or 0 in image.size or attachment.layer >= image.size[2]:
                return enums.FRAMEBUFFER_INCOMPLETE_ATTACHMENT
            is_colour = point >= enums.COLOR_ATTACHMENT0 and point < ATTACHMENT_LIMIT and point not in (
                enums.DEPTH_ATTACHMENT, STENCIL_ATTACHMENT,
            )  # fmt: skip
            if is_colour == (image.format.kind in DEPTH_KINDS) or not image.format.renderable:
                return enums.FRAMEBUFFER_INCOMPLETE_ATTACHMENT
            if point == STENCIL_ATTACHMENT and image.format.kind != "depth_stencil":
                return enums.FRAMEBUFFER_INCOMPLETE_ATTACHMENT
        if not framebuffer.attachments:
            return enums.FRAMEBUFFER_INCOMPLETE_MISSING_ATTACHMENT
        depth = framebuffer.attachments.get(enums.DEPTH_ATTACHMENT)
        stencil = framebuffer.attachments.get(STENCIL_ATTACHMENT)
        if depth is not None and stencil is not None and depth.image is not stencil.image:
            return enums.FRAMEBUFFER_UNSUPPORTED
        if not self.has(ES2_COMPATIBILITY):
            if any(buffer not in (enums.NONE, *framebuffer.attachments) for buffer in framebuffer.draw_buffers):
                return enums.FRAMEBUFFER_INCOMPLETE_DRAW_BUFFER
            if framebuffer.read_buffer not in (enums.NONE, *framebuffer.attachments):
                return enums.FRAMEBUFFER_INCOMPLETE_READ_BUFFER
        return enums.FRAMEBUFFER_COMPLETE

    def check_complete(self, framebuffer: Framebuffer) -> None:
        """Raise the GL error unless the framebuffer is complete."""
        status = self._status(framebuffer)
        if status != enums.FRAMEBUFFER_COMPLETE:
            raise GLFault(
                enums.INVALID_FRAMEBUFFER_OPERATION, f"framebuffer {framebuffer.name} is incomplete ({status:#x})"
            )
        if any(attachment.source.deleted for attachment in framebuffer.attachments.values()):
            self.mistake(f"framebuffer {framebuffer.name} shows to a deleted image; delete it after the framebuffer")

    # -- which buffers are drawn to and read -------------------------------------------------------
    def _check_buffer_name(self, framebuffer: Framebuffer, name: int) -> None:
        is_attachment = enums.COLOR_ATTACHMENT0 <= name < ATTACHMENT_LIMIT
        if not is_attachment and name not in WINDOW_BUFFERS:
            raise invalid_enum(f"{name:#x} is not a colour buffer")
        if is_attachment == (framebuffer.name == 0):
            raise invalid_operation(f"colour buffer {name:#x} is not one of framebuffer {framebuffer.name}")
        if is_attachment and name - enums.COLOR_ATTACHMENT0 >= self.limits.max_color_attachments:
            raise invalid_operation(f"attachment {name:#x} is beyond GL_MAX_COLOR_ATTACHMENTS")
        if framebuffer.name == 0 and name not in WINDOW_HAS:
            raise invalid_operation(f"the default framebuffer has no buffer {name:#x}")

    @command(None)
    def glDrawBuffers(self, buffers: Sequence[int]) -> None:
        framebuffer = self.draw_framebuffer
        if len(buffers) > self.limits.max_draw_buffers:
            raise invalid_value(f"{len(buffers)} draw buffers are more than GL_MAX_DRAW_BUFFERS")
        used = [name for name in buffers if name != enums.NONE]
        for name in used:
            if name in (enums.FRONT, 0x0406, 0x0407, enums.FRONT_AND_BACK) or (name == enums.BACK and len(buffers) > 1):
                raise invalid_enum(f"{name:#x} means several buffers; glDrawBuffers takes single ones")
            self._check_buffer_name(framebuffer, name)
        if len(set(used)) < len(used):
            raise invalid_operation("a colour buffer is named twice")
        framebuffer.draw_buffers = list(buffers)

    @command(None)
    def glReadBuffer(self, mode: int) -> None:
        if mode != enums.NONE:
            self._check_buffer_name(self.read_framebuffer, mode)
        self.read_framebuffer.read_buffer = mode

    @staticmethod
    def _colour_attachment(framebuffer: Framebuffer, buffer: int) -> Attachment | None:
        point = WINDOW_HAS.get(buffer, buffer) if framebuffer.name == 0 else buffer
        return framebuffer.attachments.get(point)
