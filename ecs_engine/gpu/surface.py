"""What another window shows, whose context shares objects with the device's.

OpenGL shares buffers, textures, renderbuffers, programs, samplers and fences between such contexts. Vertex arrays,
framebuffers and queries belong to the context they were made in, and so does all that is bound or switched on (OpenGL
4.6 core, chapter 5). So everything is drawn in the device's own context, into a texture, and the other context only
copies that texture to its window: it needs one framebuffer and nothing else.
"""

from __future__ import annotations

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.calls import counted
from ecs_engine.gpu.debug import ERROR_NAMES
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.framebuffer import Framebuffer
from ecs_engine.gpu.gl import GL


class Surface:
    """The picture of another window, and the way to it. The device's thread only.

    :meth:`begin`, :meth:`end` and :meth:`delete` are called with the device's context current, :meth:`attach`,
    :meth:`show` and :meth:`detach` with the other window's. Fences keep the order between the two on the GPU; the CPU
    does not wait.
    """

    def __init__(self, device: Device, label: str) -> None:
        self.device = device
        self.label = label
        self.size = (0, 0)
        """Of the window, in pixels; with a 0 in it there is nothing to draw."""
        self.framebuffer: Framebuffer | None = None
        """What is drawn into; None before the first frame."""
        self._gl: GL | None = None
        self._drawn = self._shown = 0  # fences: behind the drawing in the one context, the copy in the other

    # -- the device's context -----------------------------------------------------------------------
    def begin(self) -> bool:
        """Draw into it from now on; False, and nothing, while the window has no pixels."""
        if 0 in self.size:
            return False
        canvas = self.framebuffer
        if canvas is None or (canvas.width, canvas.height) != self.size:
            if canvas is not None:
                canvas.delete()
            self.framebuffer = canvas = Framebuffer(self.device, *self.size, label=self.label)
        self._shown = self._wait(self.device.gl, self._shown)
        canvas.bind()
        return True

    def end(self) -> None:
        """It is drawn: let the other context have it."""
        gl = self.device.gl
        if self._drawn:  # the frame before was drawn and never shown
            gl.glDeleteSync(self._drawn)
        self._drawn = gl.glFenceSync(c.SYNC_GPU_COMMANDS_COMPLETE, 0)
        gl.glFlush()  # a fence that stays in this context's queue would keep the other one waiting for ever

    def delete(self) -> None:
        """Delete what was made in the device's context."""
        for sync in (self._drawn, self._shown):
            if sync and not self.device.lost:
                self.device.gl.glDeleteSync(sync)
        self._drawn = self._shown = 0
        if self.framebuffer is not None:
            self.framebuffer.delete()
            self.framebuffer = None

    # -- the other window's context -------------------------------------------------------------------
    def attach(self, gl: GL) -> None:
        """Take the other window's context, which was just made and is current: the first one, or after a loss."""
        self._drawn = self._shown = 0
        self._gl = counted(gl, self.device.stats)
        self._reader = self._gl.glGenFramebuffers(1)[0]
        # For good: nothing else is ever bound in this context.
        self._gl.glBindFramebuffer(c.READ_FRAMEBUFFER, self._reader)

    def show(self) -> bool:
        """Copy the picture to the window's back buffer; False if there is none that is new.

        Raises :class:`~ecs_engine.core.errors.GLError` in debug mode, if OpenGL refuses.
        """
        gl, canvas = self._gl, self.framebuffer
        if gl is None or canvas is None or not self._drawn:
            return False
        width, height = canvas.width, canvas.height
        self._drawn = self._wait(gl, self._drawn)
        # Each time: what another context has drawn is seen for certain only once the texture is attached anew.
        gl.glFramebufferTexture2D(c.READ_FRAMEBUFFER, c.COLOR_ATTACHMENT0, c.TEXTURE_2D, canvas.color.id, 0)
        gl.glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, c.COLOR_BUFFER_BIT, c.NEAREST)
        self._shown = gl.glFenceSync(c.SYNC_GPU_COMMANDS_COMPLETE, 0)
        gl.glFlush()
        if self.device.debug and (code := gl.glGetError()) != c.NO_ERROR:
            raise GLError(
                f"OpenGL refused to copy {self.label!r} to its window ({ERROR_NAMES.get(code, hex(code))}), as if its "
                "context did not share textures with the first window's; update the driver, or use one window"
            )
        return True

    def detach(self) -> None:
        """Delete what was made in the other context."""
        if self._gl is not None:
            self._gl.glDeleteFramebuffers([self._reader])
            self._gl = None

    @staticmethod
    def _wait(gl: GL, sync: int) -> int:
        """Have the GPU wait for a fence of the other context before it goes on in this one; returns 0, for no fence."""
        if sync:
            gl.glWaitSync(sync, 0, c.TIMEOUT_IGNORED)
            gl.glDeleteSync(sync)
        return 0
