"""The newest measurements of one quantity, in memory that is set aside once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class Samples:
    """A ring of the newest ``capacity`` numbers. One thread adds and clears; any thread may read.

    Raises:
        ValueError: the capacity is not above 0.
    """

    def __init__(self, capacity: int = 4096) -> None:
        if capacity < 1:
            raise ValueError(f"Samples cannot keep {capacity} numbers: give a capacity of 1 or more.")
        self._ring = np.zeros(capacity, np.float64)
        # Writing one number through a memoryview takes half the time that it takes through the array.
        self._view = memoryview(self._ring.data).cast("B").cast("d")
        self.count = 0
        """How many were added since the start, or since :meth:`clear`."""

    def add(self, value: float) -> None:
        """Add one number; the oldest one goes when the ring is full."""
        self._view[self.count % len(self._view)] = value
        self.count += 1

    def values(self) -> npt.NDArray[np.float64]:
        """A copy of what the ring holds, in no particular order: (n,) float64."""
        return self._ring[: self.count].copy()

    def newest(self, count: int) -> npt.NDArray[np.float64]:
        """A copy of the newest ``count`` numbers, or of as many as there are, oldest first: (n,) float64."""
        end = self.count
        places = np.arange(max(end - min(count, len(self._ring)), 0), end)
        return self._ring[places % len(self._ring)]

    def percentile(self, percent: float) -> float:
        """A percentile of what the ring holds, ``percent`` from 0 to 100; 0 while it is empty."""
        values = self.values()
        return float(np.percentile(values, percent)) if len(values) else 0.0

    def clear(self) -> None:
        """Forget everything."""
        self.count = 0
