"""The images of tile sets become pictures, one a tile: each has a border of its own then, so that no neighbour in the
image shows at its edges."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import AssetError
from ecs_engine.pictures import Pictures, read_picture
from ecs_engine.tilemap.layers import Color
from ecs_engine.tilemap.tilesets import Pixels, TileImage, TileSet, TileTable

log = logging.getLogger(__name__)


def add_tiles(tiles: TileTable, pictures: Pictures) -> npt.NDArray[np.uint32]:
    """Add every tile as a picture; returns their ids by tile number.

    Raises:
        AssetError: an image is missing or broken, or smaller than its tile set says, and ``pictures`` are strict.
    """
    ids = np.zeros(len(tiles), np.uint32)
    files: dict[tuple[Path, Color | None], Pixels | None] = {}
    for number, (owner, local) in enumerate(zip(tiles.owner.tolist(), tiles.local.tolist(), strict=True)):
        tile_set = tiles.sets[owner]
        image = tile_set.images[local]
        if isinstance(image.source, Path):
            key = (image.source, tile_set.transparent)
            if key not in files:
                files[key] = _read(pictures, *key)
            pixels = files[key]
        else:
            pixels = image.source
        if pixels is not None and image.box is not None:
            left, top, width, height = image.box
            pixels = pixels[top : top + height, left : left + width]
            if pixels.shape[:2] != (height, width):
                _report(pictures, _ends_before(tile_set, local, image))
                pixels = None
        ids[number] = pictures.missing if pixels is None else pictures.add(pixels, name=f"{tile_set.name} {local}")
    return ids


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
