"""Drawing into a texture, and reading pixels back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.resource import Kind, Resource
from ecs_engine.gpu.texture import Filter, Texture2D, TextureFormat

_INCOMPLETE = {
    c.FRAMEBUFFER_UNDEFINED: "there is no window to draw to",
    c.FRAMEBUFFER_INCOMPLETE_ATTACHMENT: "an attachment has no size or was deleted",
    c.FRAMEBUFFER_INCOMPLETE_MISSING_ATTACHMENT: "nothing is attached",
    c.FRAMEBUFFER_INCOMPLETE_DRAW_BUFFER: "a draw buffer has nothing attached",
    c.FRAMEBUFFER_INCOMPLETE_READ_BUFFER: "the read buffer has nothing attached",
    c.FRAMEBUFFER_UNSUPPORTED: "the driver does not support this combination of formats",
    c.FRAMEBUFFER_INCOMPLETE_MULTISAMPLE: "the attachments differ in their sample counts",
    c.FRAMEBUFFER_INCOMPLETE_LAYER_TARGETS: "layered and single attachments are mixed",
}


class Framebuffer(Resource):
    """A canvas off the screen: a colour texture, and a depth buffer if asked for. Context thread only.

    Raises :class:`~ecs_engine.core.errors.GLError` that says what is wrong when the driver cannot draw to it.
    """

    def __init__(
        self,
        device: Device,
        width: int,
        height: int,
        *,
        depth: bool = False,
        format: TextureFormat = "rgba8",
        filter: Filter = "nearest",
        label: str = "",
    ) -> None:
        self.color = Texture2D(device, width, height, format=format, filter=filter, label=f"{label} colour".strip())
        """What was drawn; its row 0 is the bottom row."""
        super().__init__(device, label)
        self.width, self.height = width, height
        self._depth = depth
        self._create()
        self._name_objects()

    def _create(self) -> None:
        device, width, height = self.device, self.width, self.height
        gl, before = device.gl, max(device.state.framebuffer, 0)
        self._id = self._own(Kind.FRAMEBUFFER, gl.glGenFramebuffers(1)[0])
        device.state.bind_framebuffer(self._id)
        gl.glFramebufferTexture2D(c.FRAMEBUFFER, c.COLOR_ATTACHMENT0, c.TEXTURE_2D, self.color.id, 0)
        if self._depth:
            buffer = self._own(Kind.RENDERBUFFER, gl.glGenRenderbuffers(1)[0])
            gl.glBindRenderbuffer(c.RENDERBUFFER, buffer)
            gl.glRenderbufferStorage(c.RENDERBUFFER, c.DEPTH_COMPONENT24, width, height)
            gl.glFramebufferRenderbuffer(c.FRAMEBUFFER, c.DEPTH_ATTACHMENT, c.RENDERBUFFER, buffer)
        status = gl.glCheckFramebufferStatus(c.FRAMEBUFFER)
        device.state.bind_framebuffer(before)
        if status != c.FRAMEBUFFER_COMPLETE:
            self.delete()
            raise GLError(
                f"{self._handles} ({width} x {height}) cannot be drawn to: "
                f"{_INCOMPLETE.get(status, f'status 0x{status:04X}')}; try another size, or no depth buffer"
            )

    @property
    def id(self) -> int:
        """The OpenGL name."""
        self.require_alive()
        return self._id

    def bind(self) -> None:
        """Draw into it from now on, all of it (sets the viewport)."""
        self.device.state.bind_framebuffer(self.id)
        self.device.state.viewport(0, 0, self.width, self.height)

    def read_pixels(self) -> NDArray[np.uint8]:
        """All of it: (height, width, 4) uint8, top row first. Waits for the GPU."""
        return read_pixels(self.device, 0, 0, self.width, self.height, self)

    def _released(self) -> None:
        self.color.delete()


def read_pixels(
    device: Device, x: int, y: int, width: int, height: int, framebuffer: Framebuffer | None = None
) -> NDArray[np.uint8]:
    """Pixels of ``framebuffer``, or of the window: (height, width, 4) uint8, top row first.

    (x, y) is the lower left corner of the rectangle, in pixels from the lower left of the canvas. The window must
    not have been swapped since it was drawn. Waits for the GPU. Context thread only.
    """
    device.require_thread("read pixels")
    if width <= 0 or height <= 0:
        raise GLError(f"pixels can only be read from an area, not from {width} x {height}; give a size above 0")
    if framebuffer is not None and (x < 0 or y < 0 or x + width > framebuffer.width or y + height > framebuffer.height):
        raise GLError(
            f"{framebuffer.label!r} is {framebuffer.width} x {framebuffer.height}, so {width} x {height} pixels at "
            f"({x}, {y}) reach outside; read a smaller area"
        )
    pixels = np.zeros((height, width, 4), np.uint8)
    before = max(device.state.framebuffer, 0)
    device.state.bind_framebuffer(framebuffer.id if framebuffer else 0, c.READ_FRAMEBUFFER)
    device.gl.glReadPixels(x, y, width, height, c.RGBA, c.UNSIGNED_BYTE, pixels.ctypes.data)
    device.state.bind_framebuffer(before, c.READ_FRAMEBUFFER)
    return np.ascontiguousarray(pixels[::-1])
