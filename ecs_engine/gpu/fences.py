"""One fence per frame: how far the GPU has come, and waiting for it when memory is to be written again."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.calls import FrameStats
from ecs_engine.gpu.context import ContextLostError
from ecs_engine.gpu.gl import GL

log = logging.getLogger("ecs_engine.gpu")

MAX_FRAMES_IN_FLIGHT = 8
_DONE = (c.ALREADY_SIGNALED, c.CONDITION_SATISFIED)
PATIENCE_NS = 10_000_000_000
"""How long to wait for one frame before the driver is called hung."""


class FrameFences:
    """``glFenceSync`` at the end of each frame. Context thread only.

    Frames finish in order, so one number says it all: every frame up to ``completed`` is done on the GPU. A driver that
    makes no fence (it is out of memory, say) is waited for with ``glFinish`` instead, and a warning is logged once.
    """

    def __init__(self, gl: GL, stats: FrameStats) -> None:
        self._gl = gl
        self._stats = stats
        self._pending: deque[tuple[int, int]] = deque()  # (frame, sync), oldest first
        self.completed = -1
        self.ended = -1
        """The last frame with a fence behind it."""
        self._warned = False
        self.on_completed: Callable[[int], None] | None = None
        """Called with each frame's number when its fence is first seen to have signalled."""

    def end_frame(self, frame: int) -> None:
        """Place the fence behind everything drawn in ``frame``."""
        sync = self._make_sync(frame)
        self.ended = frame
        if sync == 0:
            while self._pending:
                self._retire()
            self._complete(frame)
            return
        self._pending.append((frame, sync))
        self.poll()
        if len(self._pending) > MAX_FRAMES_IN_FLIGHT:
            self.wait(self._pending[0][0])

    def wait(self, frame: int) -> None:
        """Return once the GPU has finished ``frame``; count it in ``stats.fence_waits`` if that takes time.

        For a frame that has not ended yet, wait for what it holds so far. Raises
        :class:`~ecs_engine.core.errors.GLError` when the driver reports failure or does not answer.
        """
        if frame <= self.completed:
            return
        while self._pending and self._pending[0][0] <= frame:
            self._wait_sync(*self._pending[0])
            self._retire()
        if frame > self.completed:
            sync = self._make_sync(frame)
            if sync == 0:
                return
            self._wait_sync(frame, sync)
            self._gl.glDeleteSync(sync)  # the frame may go on, so it does not count as completed

    def is_done(self, frame: int) -> bool:
        """Whether the GPU has finished ``frame``, as far as its fence tells at this moment. Does not wait."""
        if frame > self.completed:
            self.poll(c.SYNC_FLUSH_COMMANDS_BIT)
        return frame <= self.completed

    def forget(self) -> None:
        """The context is gone, and with it all that its frames still read."""
        self._pending.clear()
        self.completed = self.ended = max(self._stats.frame - 1, -1)

    def close(self) -> None:
        """Delete the fences that are left."""
        while self._pending:
            self._gl.glDeleteSync(self._pending.popleft()[1])

    def poll(self, flags: int = 0) -> None:
        """Note what has finished, without waiting; as a rule that is one frame."""
        while self._pending:
            status = self._gl.glClientWaitSync(self._pending[0][1], flags, 0)
            if status not in _DONE:
                return
            self._retire()

    def _make_sync(self, frame: int) -> int:
        """A fence behind all that was called so far; 0 if the driver makes none, and then all of that is done."""
        sync = self._gl.glFenceSync(c.SYNC_GPU_COMMANDS_COMPLETE, 0)
        if sync:
            return sync
        if self._gl.glGetError() == c.CONTEXT_LOST:
            raise ContextLostError(
                f"the graphics driver has lost its context (GL_CONTEXT_LOST at the fence of frame {frame}), because it "
                "was reset; make a new context and call Device.recreate"
            )
        if not self._warned:
            self._warned = True
            log.warning("The driver could not make a fence for frame %d: frames wait for it to finish instead.", frame)
        self._gl.glFinish()
        self._stats.fence_waits += 1
        return 0

    def _wait_sync(self, frame: int, sync: int) -> None:
        status = self._gl.glClientWaitSync(sync, c.SYNC_FLUSH_COMMANDS_BIT, 0)
        if status == c.TIMEOUT_EXPIRED:
            self._stats.fence_waits += 1
            status = self._gl.glClientWaitSync(sync, c.SYNC_FLUSH_COMMANDS_BIT, PATIENCE_NS)
        if status not in _DONE:
            cause = "did not finish it in ten seconds" if status == c.TIMEOUT_EXPIRED else "reported a failed wait"
            raise GLError(
                f"frame {frame} is not done: the graphics driver {cause}; it hangs or was reset, so restart the program"
            )

    def _retire(self) -> None:
        frame, sync = self._pending.popleft()
        self._gl.glDeleteSync(sync)
        self._complete(frame)

    def _complete(self, frame: int) -> None:
        self.completed = max(self.completed, frame)
        if self.on_completed is not None:
            self.on_completed(frame)
