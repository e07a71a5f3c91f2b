"""glClear, glReadPixels and glBlitFramebuffer: these really change and read the images."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.faults import command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.formats import TexelFormat, check_client, check_match, from_values, to_client, to_srgb
from ecs_engine.testing.fake_gl.framebuffers import DEPTH_KINDS, Framebuffers
from ecs_engine.testing.fake_gl.memory import pixels_at, write_pixels
from ecs_engine.testing.fake_gl.objects import Attachment, Framebuffer, Texture, fill

CLEAR_BITS = enums.COLOR_BUFFER_BIT | enums.DEPTH_BUFFER_BIT | enums.STENCIL_BUFFER_BIT
DEPTH_BITS = enums.DEPTH_BUFFER_BIT | enums.STENCIL_BUFFER_BIT
Plane = npt.NDArray[Any]


def plane(attachment: Attachment, *, writes: bool = False) -> tuple[Plane, TexelFormat]:
    """The (height, width, channels) view that an attachment shows to, and its format; ``writes``: to write it."""
    image = attachment.image
    assert image is not None  # Only complete framebuffers come here.
    if writes:
        image.unwritten.discard(attachment.layer)
    return image.data[attachment.layer], image.format


class Pixels(Framebuffers):
    """Whole-image commands. The first row is the lowest, as in OpenGL."""

    @command(None)
    def glClear(self, mask: int) -> None:
        if mask & ~CLEAR_BITS:
            raise invalid_value(f"mask {mask:#x} has bits that are no buffers")
        framebuffer = self.draw_framebuffer
        self.check_complete(framebuffer)
        if mask & enums.COLOR_BUFFER_BIT:
            for buffer in framebuffer.draw_buffers:
                attachment = self._colour_attachment(framebuffer, buffer)
                if attachment is not None:
                    self._clear_colour(attachment)
        depth = framebuffer.attachments.get(enums.DEPTH_ATTACHMENT)
        if mask & enums.DEPTH_BUFFER_BIT and self.depth_mask and depth is not None:
            self._clipped(plane(depth, writes=True)[0])[...] = 1.0

    def _clear_colour(self, attachment: Attachment) -> None:
        image = attachment.image
        assert image is not None  # Only complete framebuffers come here.
        image.unwritten.discard(attachment.layer)
        texels = image.format
        if texels.kind == "int":
            return  # What glClear puts into integer buffers is undefined.
        colour = np.array(self.clear_color, np.float64)
        if texels.srgb and enums.FRAMEBUFFER_SRGB in self.caps:
            colour[:3] = to_srgb(colour[:3])
        texel = from_values(colour[: texels.channels], texels)
        if image.size[2] == 1 and enums.SCISSOR_TEST not in self.caps:
            image.cleared = texel
        else:
            fill(self._clipped(image.data[attachment.layer]), texel)

    def _clipped(self, pixels: Plane) -> Plane:
        """The part of a plane that the scissor lets through."""
        if enums.SCISSOR_TEST not in self.caps:
            return pixels
        x, y, width, height = self.scissor
        return pixels[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]

    def _read_attachment(self, *, depth: bool) -> Attachment:
        framebuffer = self.read_framebuffer
        if depth:
            found = framebuffer.attachments.get(enums.DEPTH_ATTACHMENT)
        else:
            found = self._colour_attachment(framebuffer, framebuffer.read_buffer)
        if found is None:
            raise invalid_operation(f"framebuffer {framebuffer.name} has no image to read there")
        self._refuse_unwritten(found)
        return found

    def _refuse_unwritten(self, read: Attachment) -> None:
        """Raise when an image that was never written to is read."""
        if read.image is not None and read.layer in read.image.unwritten:
            kind = "texture" if isinstance(read.source, Texture) else "renderbuffer"
            self.mistake(f"{kind} {read.source.name} was never written to, so this reads anything; clear it first")

    @command(None)
    def glReadPixels(self, x: int, y: int, width: int, height: int, format: int, type: int, data: int) -> None:
        if width < 0 or height < 0:
            raise invalid_value(f"size {width} x {height} is negative")
        self.check_complete(self.read_framebuffer)
        check_client(format, type)
        pixels, texels = plane(self._read_attachment(depth=format == enums.DEPTH_COMPONENT))
        check_match(texels, format, reading=True)
        if width == 0 or height == 0:
            return
        if not data and self.buffer_bindings.get(enums.PIXEL_PACK_BUFFER) is None:
            self.mistake("data is a null pointer, which a driver would write to; pass an address")
            return
        view = pixels_at(self, (width, height, 1), format, type, data, unpack=False)
        left, bottom = max(0, x), max(0, y)
        right, top = min(x + width, pixels.shape[1]), min(y + height, pixels.shape[0])
        if right <= left or top <= bottom:
            return  # Pixels outside are undefined; they are left alone.
        inside = to_client(pixels[None, bottom:top, left:right], texels, format, type)
        write_pixels(view[:, bottom - y : top - y, left - x : right - x], inside)

    # -- blits -----------------------------------------------------------------------------------
    @command(None)
    def glBlitFramebuffer(
        self, src_x0: int, src_y0: int, src_x1: int, src_y1: int,
        dst_x0: int, dst_y0: int, dst_x1: int, dst_y1: int, mask: int, filter: int,
    ) -> None:  # fmt: skip
        """Copies the nearest pixel whatever the filter, so that a scaled linear blit only comes close."""
        self.check_complete(self.draw_framebuffer)
        self.check_complete(self.read_framebuffer)
        if filter not in (enums.NEAREST, enums.LINEAR):
            raise invalid_enum(f"{filter:#x} is not GL_NEAREST or GL_LINEAR")
        if mask & ~CLEAR_BITS:
            raise invalid_value(f"mask {mask:#x} has bits that are no buffers")
        if mask & DEPTH_BITS and filter != enums.NEAREST:
            raise invalid_operation("depth and stencil are copied with GL_NEAREST only")
        pairs = self._blit_pairs(mask, filter)
        source, target = (src_x0, src_y0, src_x1, src_y1), (dst_x0, dst_y0, dst_x1, dst_y1)
        for read, write in pairs:
            self._blit(read, write, source, target)

    def _blit_pairs(self, mask: int, filter: int) -> list[tuple[Attachment, Attachment]]:
        """The images to copy between, checked; buffers that one side lacks are left out."""
        pairs: list[tuple[Attachment, Attachment]] = []
        drawn, read = self.draw_framebuffer, self.read_framebuffer
        source = self._colour_attachment(read, read.read_buffer)
        if mask & enums.COLOR_BUFFER_BIT and source is not None:
            texels = plane(source)[1]
            if texels.kind == "int" and filter == enums.LINEAR:
                raise invalid_operation("integer pixels are copied with GL_NEAREST only")
            for target in self._drawn(drawn):
                into = plane(target)[1]
                if (into.kind == "int") != (texels.kind == "int") or (
                    texels.kind == "int" and into.dtype.kind != texels.dtype.kind
                ):
                    raise invalid_operation("pixels are not converted between integer and other formats")
                pairs.append((source, target))
        if mask & DEPTH_BITS:
            depth, target_depth = (each.attachments.get(enums.DEPTH_ATTACHMENT) for each in (read, drawn))
            if depth is not None and target_depth is not None:
                if plane(depth)[1] != plane(target_depth)[1]:
                    raise invalid_operation("depth is copied between equal formats only")
                pairs.append((depth, target_depth))
        return pairs

    def _drawn(self, framebuffer: Framebuffer) -> list[Attachment]:
        found = (self._colour_attachment(framebuffer, buffer) for buffer in framebuffer.draw_buffers)
        return [attachment for attachment in found if attachment is not None]

    def _blit(
        self, read: Attachment, write: Attachment, source: tuple[int, int, int, int], target: tuple[int, int, int, int]
    ) -> None:
        self._refuse_unwritten(read)
        pixels, texels = plane(read)
        into, wanted = plane(write, writes=True)
        columns, from_columns = _spans(source[0], source[2], target[0], target[2], pixels.shape[1], into.shape[1])
        rows, from_rows = _spans(source[1], source[3], target[1], target[3], pixels.shape[0], into.shape[0])
        if enums.SCISSOR_TEST in self.caps:
            x, y, width, height = self.scissor
            keep = (columns >= x) & (columns < x + width)
            columns, from_columns = columns[keep], from_columns[keep]
            keep = (rows >= y) & (rows < y + height)
            rows, from_rows = rows[keep], from_rows[keep]
        picked = pixels[from_rows[:, None], from_columns]
        if texels.kind not in DEPTH_KINDS and texels != wanted:
            type = enums.UNSIGNED_INT if texels.kind == "int" else enums.FLOAT
            format = enums.RGBA_INTEGER if texels.kind == "int" else enums.RGBA
            picked = from_values(to_client(picked[None], texels, format, type)[0][..., : wanted.channels], wanted)
        into[rows[:, None], columns] = picked


def _spans(
    from0: int, from1: int, to0: int, to1: int, from_size: int, to_size: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Target coordinates along one axis, and the source coordinate that each takes; both within the images."""
    low, high = min(to0, to1), max(to0, to1)
    targets = np.arange(max(low, 0), min(high, to_size))
    if low == high:
        return targets[:0], targets[:0]
    sources = np.floor(from0 + (targets + 0.5 - to0) * (from1 - from0) / (to1 - to0)).astype(np.intp)
    inside = (sources >= 0) & (sources < from_size) & (sources >= min(from0, from1)) & (sources < max(from0, from1))
    return targets[inside], sources[inside]
