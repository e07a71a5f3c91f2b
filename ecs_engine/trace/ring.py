"""Records of four numbers in memory that is set aside once: one thread writes, any thread reads."""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import EngineError

Records = npt.NDArray[np.int64]

WIDTH = 4
"""Numbers in a record, each 64 bits, signed."""

_RECORD = struct.Struct(f"{WIDTH}q")
_BYTES = _RECORD.size


class Ring:
    """The newest ``capacity`` records. A full ring overwrites its oldest record and counts it; it never waits.

    Reading is safe while the other thread writes, without a lock. ``written`` is the sequence: the writer raises it
    when a record is complete, and the reader looks at it before and after it copies. Complete before the copy began,
    and not overwritten (nor being overwritten) when it had ended: such a record is whole, and all others are left out.
    One slot more than ``capacity`` is kept for the record that is being written.

    Raises:
        EngineError: the capacity is not above 0.
    """

    __slots__ = ("_array", "_bytes", "_slots", "written")

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise EngineError(f"A ring cannot keep {capacity} records: give a capacity of 1 or more.")
        self._slots = capacity + 1
        self._array = np.empty((self._slots, WIDTH), np.int64)
        self._array.fill(0)  # np.zeros would leave the pages to be fetched one by one, in the middle of frames
        self._bytes = memoryview(self._array.data).cast("B")
        self.written = 0
        """Records that were ever written."""

    @property
    def capacity(self) -> int:
        """How many records it keeps."""
        return self._slots - 1

    @property
    def overwritten(self) -> int:
        """Records that are gone because newer ones took their place. Any thread."""
        return max(0, self.written - self.capacity)

    def write(self, a: int, b: int, c: int, d: int) -> None:
        """Add one record, of numbers that fit in 64 bits. One thread only; nothing is allocated that stays.

        Something that interrupts this very call on its own thread (a finaliser, a signal handler) must not write.
        """
        written = self.written
        _RECORD.pack_into(self._bytes, written % self._slots * _BYTES, a, b, c, d)
        self.written = written + 1

    def read(self) -> Records:
        """A copy of the newest whole records, oldest first: (n, 4) int64, n up to ``capacity``. Any thread."""
        end = self.written
        copy = self._copy()
        first = max(0, self.written - self.capacity)
        return copy[np.arange(first, end) % self._slots]  # empty if the writer went all the way round meanwhile

    def _copy(self) -> Records:
        """All slots as they are now, the one being written included. Tests let the writer run in here."""
        return self._array.copy()
