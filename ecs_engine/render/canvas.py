"""What views are drawn to: the window, a part of it, or a small picture that is enlarged."""

from __future__ import annotations

from ecs_engine.core.screen import Box, Resolution, Size
from ecs_engine.gpu import Device, Framebuffer
from ecs_engine.gpu import enums as c

BLACK = (0.0, 0.0, 0.0, 1.0)


class Canvas:
    """The picture of an app in its window. Context thread only.

    Args:
        resolution: the picture's size and how it is shown; None for all of the window.

    Raises:
        GLError: the driver cannot draw to a picture of that size.
    """

    def __init__(self, device: Device, resolution: Resolution | None) -> None:
        self.device = device
        self.resolution = resolution
        self.pixels: Framebuffer | None = None
        """What a picture is drawn to that is enlarged pixel by pixel."""
        self._target = 0
        if resolution is not None and resolution.pixelated:
            self.pixels = Framebuffer(device, resolution.width, resolution.height, label="canvas")

    def area(self, size: Size) -> Box:
        """Where views are drawn, in pixels of what is drawn to; ``size`` is the window's, in pixels."""
        if self.pixels is not None:
            return 0, 0, self.pixels.width, self.pixels.height
        return self.shown(size)

    def is_whole(self, box: Box, size: Size) -> bool:
        """Whether a box is all of what is drawn to."""
        target = size if self.pixels is None else (self.pixels.width, self.pixels.height)
        return box == (0, 0, *target)

    def begin(self, size: Size) -> None:
        """Have all that follows drawn to it: black, between its bars."""
        state, area = self.device.state, self.area(size)
        state.scissor(None)
        if self.pixels is not None:
            self._target = max(state.framebuffer, 0)
            self.pixels.bind()
        else:
            state.viewport(0, 0, *size)
        if not self.is_whole(area, size):
            state.clear(self._bars)
            state.scissor(area)
        state.clear(BLACK)

    def finish(self, size: Size) -> None:
        """Show it in the window, or what was bound for that, unless it was drawn there; all that follows is."""
        if self.resolution is None or self.pixels is None:
            return
        state, pixels = self.device.state, self.pixels
        left, bottom, width, height = self.resolution.box(size)
        state.scissor(None)
        state.bind_framebuffer(self._target)
        state.viewport(0, 0, *size)
        if (left, bottom, width, height) != (0, 0, *size):
            state.clear(self._bars)
        state.bind_framebuffer(pixels.id, c.READ_FRAMEBUFFER)
        self.device.gl.glBlitFramebuffer(
            0, 0, pixels.width, pixels.height, left, bottom, left + width, bottom + height,
            c.COLOR_BUFFER_BIT, c.NEAREST if width >= pixels.width else c.LINEAR,
        )  # fmt: skip
        state.bind_framebuffer(self._target, c.READ_FRAMEBUFFER)

    def shown(self, size: Size) -> Box:
        """Where the finished picture lies in the window, in its pixels."""
        return (0, 0, *size) if self.resolution is None else self.resolution.box(size)

    def delete(self) -> None:
        if self.pixels is not None:
            self.pixels.delete()

    @property
    def _bars(self) -> tuple[float, float, float, float]:
        assert self.resolution is not None
        red, green, blue = self.resolution.bars
        return red / 255, green / 255, blue / 255, 1.0
