"""The images of tile sets become pictures, one a tile: each has a border of its own then, so that no neighbour in the
image shows at its edges."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import AssetError
from ecs_engine.pictures import MAX_PIXELS, Pictures, read_picture
from ecs_engine.tilemap.layers import Color
from ecs_engine.tilemap.tilesets import Pixels, TileImage, TileSet, TileTable

log = logging.getLogger(__name__)


MOST_PIXELS = 2 * MAX_PIXELS
"""Of all images of a map, and of all tiles that are cut out of them, together."""


def add_tiles(tiles: TileTable, pictures: Pictures) -> npt.NDArray[np.uint32]:
    """Add every tile as a picture; returns their ids by tile number.

    Raises:
        AssetError: an image is missing or broken, or smaller than its tile set says, or all of them are too large
            together, and ``pictures`` are strict. Otherwise that is logged, and a checker stands in for such tiles.
    """
    cutter = _Cutter(pictures)
    ids = [
        cutter.add(tiles.sets[owner], local)
        for owner, local in zip(tiles.owner.tolist(), tiles.local.tolist(), strict=True)
    ]
    return np.array(ids, np.uint32)


class _Cutter:
    """Reads each file once and cuts tiles out of it."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._files: dict[tuple[Path, Color | None], Pixels | None] = {}
        self._left = MOST_PIXELS

    def add(self, tile_set: TileSet, local: int) -> int:
        """The id of a tile's picture."""
        image = tile_set.images[local]
        pixels = self._file(image.source, tile_set.transparent) if isinstance(image.source, Path) else image.source
        if pixels is not None and image.box is not None:
            left, top, width, height = image.box
            pixels = pixels[top : top + height, left : left + width]
            if pixels.shape[:2] != (height, width):
                _report(self._pictures, _ends_before(tile_set, local, image))
                pixels = None
        if pixels is None or not self._pay(pixels, f"tile {local} of the tile set {tile_set.name!r}"):
            return int(self._pictures.missing)
        return int(self._pictures.add(pixels, name=f"{tile_set.name} {local}"))

    def _file(self, path: Path, transparent: Color | None) -> Pixels | None:
        key = (path, transparent)
        if key not in self._files:
            pixels = _read(self._pictures, path, transparent)
            self._files[key] = pixels if pixels is None or self._pay(pixels, str(path)) else None
        return self._files[key]

    def _pay(self, pixels: Pixels, name: str) -> bool:
        """Count the pixels; whether they are not too many."""
        size = pixels.shape[0] * pixels.shape[1]
        if size > self._left:
            _report(self._pictures, AssetError(
                f"The images of a map and the tiles cut out of them have more than {MOST_PIXELS} pixels together, with "
                f"{name}: use smaller or fewer images."
            ))  # fmt: skip
            return False
        self._left -= size
        return True


def _ends_before(tile_set: TileSet, local: int, image: TileImage) -> AssetError:
    left, top = image.box[:2] if image.box is not None else (0, 0)
    where = image.source if isinstance(image.source, Path) else "in memory"
    return AssetError(
        f"The image {where} ends before tile {local} of the tile set {tile_set.name!r}, which lies at ({left}, {top}) "
        "in it: give the tile set the image it was made with."
    )


def add_image(pictures: Pictures, path: Path, transparent: Color | None) -> int:
    """Add a whole image as a picture; returns its id."""
    pixels = _read(pictures, path, transparent)
    return int(pictures.missing if pixels is None else pictures.add(pixels, name=path.name))


def _read(pictures: Pictures, path: Path, transparent: Color | None) -> Pixels | None:
    """The pixels of an image, one colour taken out; None for one that cannot be had and was reported."""
    try:
        pixels = read_picture(path)
    except AssetError as error:
        _report(pictures, error)
        return None
    if transparent is not None:
        pixels = pixels.copy()
        pixels[(pixels[..., :3] == transparent[:3]).all(axis=2)] = 0
    return pixels


def _report(pictures: Pictures, error: AssetError) -> None:
    if pictures.strict:
        raise error
    log.error("%s The checker picture stands in for it.", error)
