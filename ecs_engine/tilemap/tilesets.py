"""Tile sets: which tiles there are, and what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ecs_engine.tilemap.layers import Color, MapObject, Properties

MAX_TILES = 65536
"""The most tiles that the sets of one map may have together."""


Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class TileImage:
    """Where the picture of a tile comes from: an image, or a part of it."""

    source: Path | Pixels
    """A file, or pixels (h, w, 4) with straight alpha for tiles that are drawn by code."""
    box: tuple[int, int, int, int] | None = None
    """Left, top, width and height in pixels; None for the whole of it."""


@dataclass(slots=True)
class TileInfo:
    """What a tile set says of a single tile."""

    kind: str = ""
    """The class (or type) given in the editor."""
    properties: Properties = field(default_factory=dict)
    shapes: list[MapObject] = field(default_factory=list)
    """Of its collision editor: places relative to the lower left corner of the tile."""
    frames: list[tuple[int, float]] = field(default_factory=list)
    """Of an animated tile: tiles of the same set by number, and for how many seconds each is shown."""


@dataclass(slots=True, kw_only=True)
class TileSet:
    """Tiles that share a size, an image or a folder, and an editor's file."""

    name: str
    first_gid: int
    tile_size: tuple[int, int]
    images: dict[int, TileImage]
    """By number within the set."""
    tiles: dict[int, TileInfo] = field(default_factory=dict)
    """By number within the set; those of which nothing is known are not there."""
    offset: tuple[float, float] = (0.0, 0.0)
    """Of all tiles when drawn, to the right and up."""
    fits_grid: bool = False
    """Whether tiles are drawn at the size of a cell rather than at their own."""
    keeps_aspect: bool = False
    """Whether they keep their proportions then."""
    alignment: str = "unspecified"
    """Which point of a tile object is its place."""
    transparent: Color | None = None
    """The colour that stands for nothing."""
    properties: Properties = field(default_factory=dict)
    source: Path | None = None
    """Its own file, if it has one."""

    @classmethod
    def from_pixels(cls, pixels: Sequence[Pixels], *, name: str = "drawn", first_gid: int = 1) -> TileSet:
        """A set of tiles that are drawn by code: uint8 (h, w, 4) each, straight alpha, all of one size or not."""
        height, width = pixels[0].shape[:2]
        images = {local: TileImage(one) for local, one in enumerate(pixels)}
        return cls(name=name, first_gid=first_gid, tile_size=(width, height), images=images)


class TileTable:
    """All tiles of a map in the order of their ids: the row of a tile is its *number* in everything that is drawn."""

    def __init__(self, sets: list[TileSet]) -> None:
        self.sets = sets
        found = sorted((one.first_gid + local, index, local) for index, one in enumerate(sets) for local in one.images)
        columns = np.array(found, np.int64).reshape(-1, 3)
        self.gids: npt.NDArray[np.uint32] = columns[:, 0].astype(np.uint32)
        """(n,) without flip bits, ascending."""
        self.owner: npt.NDArray[np.int64] = columns[:, 1]
        """(n,) index of the set."""
        self.local: npt.NDArray[np.int64] = columns[:, 2]
        """(n,) number within the set."""

    def __len__(self) -> int:
        return len(self.gids)

    def numbers(self, gids: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
        """The number of each gid (flip bits off); -1 where there is no such tile."""
        if not len(self.gids):
            return np.full(gids.shape, -1, np.int64)
        places = np.minimum(np.searchsorted(self.gids, gids), len(self.gids) - 1)
        return np.where(self.gids[places] == gids, places, -1)

    def find(self, gid: int) -> tuple[TileSet, int] | None:
        """The set of a tile and its number within that; flip bits do not matter. None if there is no such tile."""
        number = int(self.numbers(np.array([gid & 0x0FFFFFFF], np.uint32))[0])
        return None if number < 0 else (self.sets[int(self.owner[number])], int(self.local[number]))
