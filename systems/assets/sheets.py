"""Sheets: many pictures in one file, cut up so that each is a picture of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import AssetError
from ecs_engine.pictures import Picture, Pictures

Pixels = npt.NDArray[np.uint8]

MOST_FRAMES = 1 << 14


class Direction(Enum):
    """In which order a tag's frames are shown; the values are Aseprite's words."""

    FORWARD = "forward"
    REVERSE = "reverse"
    PING_PONG = "pingpong"
    PING_PONG_REVERSE = "pingpong_reverse"

    @property
    def backwards(self) -> bool:
        """Whether the last frame comes first."""
        return self in (Direction.REVERSE, Direction.PING_PONG_REVERSE)


@dataclass(frozen=True, slots=True)
class Tag:
    """A named stretch of frames: ``Clips.add_tags`` makes clips of them."""

    name: str
    first: int
    last: int
    """This frame belongs to it, too."""
    direction: Direction = Direction.FORWARD
    once: bool = False
    """It is played once instead of again and again."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A named part of a frame, as a picture of its own."""

    name: str
    picture: Picture
    border: tuple[int, int, int, int] | None = None
    """For a NineSlice: pixels at the left, the bottom, the right and the top that keep their size; None for no such."""
    pivot: tuple[float, float] | None = None
    """For ``Sprite.anchor``: the point of the picture that stands at the entity's position; None where none is set."""


@dataclass(frozen=True)
class Sheet:
    """Pictures of one file, each a picture of its own: ``sheet[0]`` is the first."""

    name: str
    frames: tuple[Picture, ...]
    columns: int = 0
    """Of a grid: frame ``row * columns + column`` is there, rows counted from the top. 0 for no grid."""
    seconds: tuple[float, ...] = ()
    """How long each frame is shown; empty where the file does not tell."""
    tags: Mapping[str, Tag] = field(default_factory=dict)
    slices: Mapping[str, Slice] = field(default_factory=dict)
    stand_in: Picture | None = None
    """Of a sheet that could not be loaded: what it shows for every frame."""

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, frame: int) -> Picture:
        """The picture of a frame; IndexError when there is none."""
        return self.frames[frame] if self.stand_in is None else self.stand_in

    @property
    def pictures(self) -> list[Picture]:
        """All of its pictures, each once."""
        own = (*self.frames, *(part.picture for part in self.slices.values()))
        return list({picture.id: picture for picture in own}.values())


def cut_sheet(
    pictures: Pictures,
    pixels: Pixels,
    size: tuple[int, int],
    *,
    margin: int = 0,
    spacing: int = 0,
    name: str = "sheet",
) -> Sheet:
    """Cut a picture into frames of equal size, row by row from the top left corner. Any thread.

    Args:
        pixels: uint8 (h, w, 4) with straight alpha, or (h, w, 3).
        size: width and height of a frame, in pixels.
        margin: pixels around all frames.
        spacing: pixels between two frames.

    What is left at the right and at the bottom, and is no whole frame, is left out.

    Raises:
        AssetError: the sizes make no sense, not one frame fits, or there is no room for the frames.

    >>> sheet = cut_sheet(Pictures(), np.zeros((34, 52, 4), np.uint8), (16, 16), margin=1, spacing=1)
    >>> len(sheet), sheet.columns, sheet[4].name
    (6, 3, 'sheet 4')
    """
    width, height = size
    whole = all(isinstance(number, (int, np.integer)) for number in (*size, margin, spacing))
    if not whole or min(size) < 1 or min(margin, spacing) < 0:
        raise AssetError(
            f"Sheet {name!r} cannot be cut into frames of {width!r} x {height!r} pixels with a margin of {margin!r} "
            f"and a spacing of {spacing!r}: give whole pixels, at least 1 x 1, 0 and 0."
        )
    columns, rows = (
        max(0, (length - 2 * margin + spacing) // (side + spacing))
        for length, side in ((pixels.shape[1], width), (pixels.shape[0], height))
    )
    if not 0 < columns * rows <= MOST_FRAMES:
        raise AssetError(
            f"Sheet {name!r} has {pixels.shape[1]} x {pixels.shape[0]} pixels, which makes {columns * rows} frames of "
            f"{width} x {height}, and 1 to {MOST_FRAMES} are allowed: check size, margin and spacing."
        )
    lefts = [margin + column * (width + spacing) for column in range(columns)]
    tops = [margin + row * (height + spacing) for row in range(rows)]
    cuts = (pixels[top : top + height, left : left + width] for top in tops for left in lefts)
    return Sheet(name, tuple(add_all(pictures, ((f"{name} {i}", cut) for i, cut in enumerate(cuts)))), columns)


def add_all(pictures: Pictures, named: Iterable[tuple[str, Pixels]]) -> list[Picture]:
    """Register pictures, all of them or none.

    Raises:
        AssetError: for one of them there is no room.
    """
    added: list[Picture] = []
    try:
        for name, pixels in named:
            added.append(pictures.add(pixels, name=name, strict=True))
    except BaseException:
        for picture in added:
            pictures.remove(picture)
        raise
    return added


def missing_sheet(pictures: Pictures, name: str) -> Sheet:
    """What stands in for a sheet that could not be loaded: every frame is the checker."""
    return Sheet(name, (), stand_in=pictures.missing)


def pictures_of(value: Any) -> list[Picture]:
    """The pictures that belong to something that was loaded."""
    if isinstance(value, Picture):
        return [value]
    return value.pictures if isinstance(value, Sheet) else []
