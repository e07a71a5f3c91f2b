"""What a map is made of: layers of tiles, of objects and of pictures, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ecs_engine.tilemap.cells import Cells

Properties = dict[str, Any]
"""Custom properties by name: str, int, float, bool, a colour as (r, g, b, a), a file as Path, an object as its id, a
class as a dict of such."""
Color = tuple[int, int, int, int]
Shape = Literal["point", "rectangle", "ellipse", "capsule", "polygon", "polyline", "text", "tile"]

FLIP_X, FLIP_Y, FLIP_DIAGONAL, TURN_120 = 1 << 31, 1 << 30, 1 << 29, 1 << 28
"""The upper bits of a tile id (gid): mirrored left to right, upside down, along the diagonal from upper left to lower
right; on hexagonal maps the third turns by 60 degrees clockwise and the fourth by 120."""
FLAGS = FLIP_X | FLIP_Y | FLIP_DIAGONAL | TURN_120


@dataclass(slots=True, kw_only=True)
class Layer:
    """What all layers have. A group's layers stand in its place, with the group's offset, parallax, tint and opacity
    worked in. Everything here may be changed while the map is shown."""

    name: str
    kind: str = ""
    """The class given in the editor."""
    offset: tuple[float, float] = (0.0, 0.0)
    """To the right and up, in pixels of the map."""
    parallax: tuple[float, float] = (1.0, 1.0)
    """How far it moves along when the camera does: 1 as the world, 0 stays with the camera."""
    tint: Color = (255, 255, 255, 255)
    """Multiplies the tiles: red, green, blue, alpha."""
    opacity: float = 1.0
    visible: bool = True
    draw_layer: int = 0
    """On which layer it is drawn, among sprites and everything else: 0 for the first of the map, 1 for the next, or
    what the layer's property ``draw_layer`` says."""
    properties: Properties = field(default_factory=dict)


@dataclass(slots=True, kw_only=True, eq=False)
class TileLayer(Layer):
    """A grid of tiles."""

    gids: Cells
    """(rows, columns) uint32: the tile of each cell, 0 for none, flip bits included. Change it by
    :meth:`TileMap.set_tile`."""
    origin: tuple[int, int] = (0, 0)
    """Column and row of ``gids[0, 0]``, on infinite maps other than (0, 0)."""
    values: npt.NDArray[np.uint32] | None = None
    """The integers of an LDtk IntGrid layer, shaped as ``gids``; 0 for none."""
    value_names: dict[int, str] = field(default_factory=dict)
    """What LDtk calls them."""
    watchers: list[set[tuple[int, int]]] = field(default_factory=list)
    """Where :meth:`TileMap.set_tile` notes the cells (row, column of ``gids``) that it sets: one set for each entity
    that shows the map."""


@dataclass(slots=True, kw_only=True, eq=False)
class ImageLayer(Layer):
    """One picture, perhaps repeated."""

    image: Path
    transparent: Color | None = None
    """The colour that stands for nothing."""
    repeat: tuple[bool, bool] = (False, False)
    """Whether it repeats to the sides and up and down."""


@dataclass(slots=True, kw_only=True)
class MapObject:
    """Something placed on a map: whatever the game makes of it."""

    id: int
    name: str = ""
    kind: str = ""
    """The class (or type) given in the editor, by which :meth:`TileMap.spawn` finds the function to call."""
    shape: Shape = "rectangle"
    position: tuple[float, float] = (0.0, 0.0)
    """In world units, y up: the middle of it; of polygons and polylines the point that theirs are relative to."""
    size: tuple[float, float] = (0.0, 0.0)
    rotation: float = 0.0
    """Radians, counter-clockwise."""
    points: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    """Of a polygon or polyline: (n, 2), relative to its position, y up, not rotated."""
    gid: int = 0
    """Of a tile: its id with flip bits; 0 for none."""
    text: str = ""
    style: Properties = field(default_factory=dict)
    """Of a text, what Tiled says of font and alignment: fontfamily, pixelsize, color, halign and so on."""
    visible: bool = True
    layer: str = ""
    """Name of its layer."""
    draw_layer: int = 0
    """The layer on which that is drawn."""
    properties: Properties = field(default_factory=dict)


@dataclass(slots=True, kw_only=True, eq=False)
class ObjectLayer(Layer):
    """Objects; they are not drawn until :meth:`TileMap.spawn` makes entities of them."""

    objects: list[MapObject] = field(default_factory=list)
