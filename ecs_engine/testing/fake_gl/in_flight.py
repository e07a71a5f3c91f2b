"""What the GPU has still to read: the CPU may not write there.

A fake context's GPU is ``fence_latency`` frames behind. Until then it may read every range that a draw or a transfer
of texels was told to read. A driver does not look at writes past its functions: they change what earlier frames show.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.faults import FakeGLError
from ecs_engine.testing.fake_gl.objects import Buffer, Bytes


@dataclass(slots=True)
class Read:
    """A range of a buffer's store that is still to be read, last by the command ``serial`` of ``frame``."""

    buffer: Buffer
    store: Bytes
    start: int
    stop: int
    serial: int
    frame: int
    checksum: int | None
    """Of its bytes, where they can be written past GL: in a buffer that is mapped for good."""

    def verify(self) -> None:
        """Raise when the bytes are not those that the GPU was told to read."""
        if self.checksum is not None and zlib.crc32(self.store[self.start : self.stop].data) != self.checksum:
            raise FakeGLError(
                f"bytes {self.start} to {self.stop} of buffer {self.buffer.name} were written while the GPU could "
                f"still read them for frame {self.frame}; wait for that frame's fence first, or write to another region"
            )


class InFlight:
    """The reads of one GPU, oldest first."""

    def __init__(self) -> None:
        self._reads: dict[tuple[int, int, int], Read] = {}
        self.serial = 0
        """The number of the last command that reads."""

    def add(self, buffer: Buffer, start: int, stop: int, frame: int) -> None:
        """A command of ``frame`` reads a range. Raises when an earlier one does not get what it was to read."""
        self.serial += 1
        key = (buffer.name, start, stop)
        before = self._reads.pop(key, None)
        checksum = None
        if before is not None and before.store is buffer.store:
            if before.frame == frame:
                checksum = before.checksum
            else:
                before.verify()
        if checksum is None and buffer.mapping is not None and not buffer.mapping.blocks_use:
            checksum = zlib.crc32(buffer.store[start:stop].data)
        self._reads[key] = Read(buffer, buffer.store, start, stop, self.serial, frame, checksum)

    def check_unsynchronized(self, buffer: Buffer, start: int, stop: int) -> None:
        """Raise when a range that is to be written without waiting is still read."""
        for read in self._overlapping(buffer, start, stop):
            raise FakeGLError(
                f"bytes {start} to {stop} of buffer {buffer.name} are mapped with GL_MAP_UNSYNCHRONIZED_BIT while the "
                f"GPU may still read them for frame {read.frame}; wait for that frame's fence first, or leave the bit "
                "out"
            )

    def wait_for(self, buffer: Buffer, start: int, stop: int) -> bool:
        """The driver waits, or copies: what is read of a range is done with. Whether there was anything."""
        found = self._overlapping(buffer, start, stop)
        for read in found:
            read.verify()
            del self._reads[buffer.name, read.start, read.stop]
        return bool(found)

    def retire(self, *, serial: int | None = None, frame: int | None = None) -> None:
        """Commands up to ``serial``, or of frames up to ``frame``, are done. Raises when one read something else."""
        done = [
            read
            for read in self._reads.values()
            if (serial is not None and read.serial <= serial) or (frame is not None and read.frame <= frame)
        ]
        for read in done:
            del self._reads[read.buffer.name, read.start, read.stop]
        for read in done:
            read.verify()

    def verify(self) -> None:
        """Raise when any range was written that is still to be read."""
        for read in self._reads.values():
            read.verify()

    def _overlapping(self, buffer: Buffer, start: int, stop: int) -> list[Read]:
        return [
            read
            for read in self._reads.values()
            if read.store is buffer.store and read.start < stop and start < read.stop
        ]


def writes_past_gl(access: int) -> bool:
    """Whether a mapping lets the CPU write without the driver waiting for the GPU."""
    return bool(access & enums.MAP_WRITE_BIT and access & enums.MAP_UNSYNCHRONIZED_BIT)
