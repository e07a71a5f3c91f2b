"""Animated tiles: which frame each shows at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.tilemap.tilesets import TileTable

Array = np.ndarray[Any, Any]


class Animations:
    """The animated tiles of a map, all on one clock, as in the editor."""

    def __init__(self, tiles: TileTable) -> None:
        animated = []
        for number, (owner, local) in enumerate(zip(tiles.owner.tolist(), tiles.local.tolist(), strict=True)):
            info = tiles.sets[owner].tiles.get(local)
            if info is not None and info.frames:
                animated.append((number, tiles.sets[owner].first_gid, info.frames))
        longest = max((len(frames) for *_, frames in animated), default=0)
        self.numbers: Array = np.array([number for number, *_ in animated], np.int64)
        """(n,) the tiles that are animated."""
        self._frames: Array = np.zeros((len(animated), longest), np.int64)
        self._ends: Array = np.full((len(animated), longest), np.inf)
        """Seconds from the beginning after which each frame is over."""
        for row, (_, first_gid, frames) in enumerate(animated):
            shown = tiles.numbers(np.array([first_gid + local for local, _ in frames], np.uint32))
            self._frames[row, : len(frames)] = shown
            self._ends[row, : len(frames)] = np.cumsum([seconds for _, seconds in frames])
        self._periods: Array = np.where(np.isfinite(self._ends), self._ends, 0).max(axis=1, initial=1e-3)
        self.shown: Array = self._frames[:, 0] if longest else self.numbers
        """(n,) the tile that each of them shows now."""
        self._rows = np.arange(len(animated))

    def advance(self, time: float) -> bool:
        """Look which frames are shown at a time in seconds; whether one is another."""
        if not len(self.numbers):
            return False
        place = time % self._periods
        index = np.minimum((self._ends <= place[:, None]).sum(axis=1), self._frames.shape[1] - 1)
        before, self.shown = self.shown, self._frames[self._rows, index]
        return not np.array_equal(before, self.shown)
