"""Fences, glFlush and glFinish.

The GPU of a fake context is ``fence_latency`` frames behind: a fence signals when :meth:`Context.end_frame` has
been called that often after it, or when something waits for it, which counts as a stall.
"""

from __future__ import annotations

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import command, invalid_enum, invalid_value
from ecs_engine.testing.fake_gl.objects import Fence


class Sync(Context):
    """Synchronisation commands."""

    @command(0)
    def glFenceSync(self, condition: int, flags: int) -> int:
        if condition != enums.SYNC_GPU_COMMANDS_COMPLETE:
            raise invalid_enum(f"{condition:#x} is not a fence condition")
        if flags:
            raise invalid_value(f"flags {flags:#x} must be 0")
        fence = self.fences.bind(self.fences.take())
        fence.frame, fence.context, fence.serial = self.frame.index, self.current, self.in_flight.serial
        return fence.name

    def _fence(self, sync: int) -> Fence:
        fence = self.fences.existing(sync)
        if fence is None:
            raise invalid_value(f"{sync} is not a sync object")
        return fence

    @command(enums.WAIT_FAILED)
    def glClientWaitSync(self, sync: int, flags: int, timeout_ns: int) -> int:
        fence = self._fence(sync)
        if flags & ~enums.SYNC_FLUSH_COMMANDS_BIT:
            raise invalid_value(f"flags {flags:#x} may only have GL_SYNC_FLUSH_COMMANDS_BIT")
        if fence.signalled or self.frame.index - fence.frame >= self.fence_latency:
            fence.signalled = True
            return enums.ALREADY_SIGNALED
        if flags & enums.SYNC_FLUSH_COMMANDS_BIT:
            fence.flushed = True
        if timeout_ns == 0:
            return enums.TIMEOUT_EXPIRED
        if not fence.flushed:
            self.mistake("this waits for a fence that was never flushed; pass GL_SYNC_FLUSH_COMMANDS_BIT")
            return enums.TIMEOUT_EXPIRED
        self.frame.stalls += 1
        fence.signalled = True
        self.in_flight.retire(serial=fence.serial)
        return enums.CONDITION_SATISFIED

    @command(None)
    def glWaitSync(self, sync: int, flags: int, timeout: int) -> None:
        fence = self._fence(sync)
        if flags or timeout != enums.TIMEOUT_IGNORED:
            raise invalid_value(f"flags {flags:#x} must be 0 and timeout {timeout:#x} GL_TIMEOUT_IGNORED")
        if not fence.flushed and fence.context != self.current:
            self.mistake("the GPU may wait for ever for a fence that was never flushed; call glFlush where it was made")

    @command(None)
    def glDeleteSync(self, sync: int) -> None:
        if sync:
            self._fence(sync)
            self.fences.delete(sync)

    @command(None)
    def glFlush(self) -> None:
        self.flush()

    @command(None)
    def glFinish(self) -> None:
        for fence in self.fences.made.values():
            if fence.context == self.current:
                fence.flushed = fence.signalled = True
        self.in_flight.retire(serial=self.in_flight.serial)
