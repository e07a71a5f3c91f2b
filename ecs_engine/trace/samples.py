"""The newest measurements of one quantity, in memory that is set aside once."""

from __future__ import annotations

from typing import Any

import numpy as np


class Samples:
    """A ring of the newest ``capacity`` numbers. One thread adds; any thread may read."""

    def __init__(self, capacity: int = 4096) -> None:
        self._ring = np.zeros(capacity, np.float64)
        self._view = memoryview(self._ring)  # type: ignore[arg-type]
        self.count = 0
        """How many were added in all."""

    def add(self, value: float) -> None:
        """Add one number; the oldest one goes when the ring is full."""
        self._view[self.count % len(self._ring)] = value
        self.count += 1

    def values(self) -> np.ndarray[Any, Any]:
        """A copy of what the ring holds, in no particular order, float64."""
        return self._ring[: min(self.count, len(self._ring))].copy()

    def percentile(self, percent: float) -> float:
        """A percentile of what the ring holds; 0 while it is empty."""
        values = self.values()
        return float(np.percentile(values, percent)) if len(values) else 0.0

    def clear(self) -> None:
        """Forget everything."""
        self.count = 0
