"""Where cells are: orthogonal, isometric, staggered and hexagonal grids on one pattern.

Every cell stands at a whole number of *steps* to the right and down, so that all four kinds of grid differ in the sizes
of a step and in :meth:`Grid.steps` alone. After the documentation of Tiled's map format, "hexagonal" and "staggered".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

Orientation = Literal["orthogonal", "isometric", "staggered", "hexagonal"]
Steps = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Grid:
    """The cells of a map. Lengths are in pixels of the map, which are world units at scale 1; y points up, and the
    upper left corner of the map is the origin."""

    orientation: Orientation
    columns: int
    rows: int
    tile_width: int
    tile_height: int
    infinite: bool = False
    """Cells lie anywhere, also at negative columns and rows; ``columns`` and ``rows`` say nothing then."""
    stagger_axis: Literal["x", "y"] = "y"
    """Along which axis every other line is shifted by half a tile (staggered and hexagonal)."""
    shifts_odd: bool = True
    """Whether the shifted lines are the odd or the even ones."""
    hex_side: int = 0
    """Length of the straight edges of hexagons, along the stagger axis."""
    order: tuple[int, int] = (1, 1)
    """Of drawing, on orthogonal maps: 1 rightwards or -1 leftwards, and 1 downwards or -1 upwards."""

    @property
    def _staggered(self) -> bool:
        return self.orientation in ("staggered", "hexagonal")

    @property
    def _side(self) -> tuple[int, int]:
        """The hexagon's straight edge along x and y."""
        side = self.hex_side if self.orientation == "hexagonal" else 0
        return (side, 0) if self.stagger_axis == "x" else (0, side)

    @cached_property
    def step(self) -> tuple[float, float]:
        """Width and height of a step."""
        if self.orientation == "orthogonal":
            return float(self.tile_width), float(self.tile_height)
        across, down = self._side if self._staggered else (0, 0)
        return (self.tile_width + across) / 2, (self.tile_height + down) / 2

    @cached_property
    def first_corner(self) -> tuple[float, float]:
        """The lower left corner of the box around the cell at (0, 0) steps."""
        x = 0.0
        if self.orientation == "isometric":
            x = (0 if self.infinite else self.rows) * self.tile_width / 2 - self.tile_width / 2
        return x, -float(self.tile_height)

    def steps(self, column: npt.ArrayLike, row: npt.ArrayLike) -> tuple[Steps, Steps]:
        """How many steps right and down cells are; takes and gives arrays of one shape."""
        c, r = np.asarray(column, np.int32), np.asarray(row, np.int32)
        if self.orientation == "orthogonal":
            return c, r
        if self.orientation == "isometric":
            return c - r, c + r
        line = c if self.stagger_axis == "x" else r
        shifted = (line & 1) == self.shifts_odd
        if self.stagger_axis == "x":
            return c, 2 * r + shifted
        return 2 * c + shifted, r

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a finite map."""
        width, height = float(self.tile_width), float(self.tile_height)
        if self.orientation == "orthogonal":
            return self.columns * width, self.rows * height
        if self.orientation == "isometric":
            both = (self.columns + self.rows) / 2
            return both * width, both * height
        (across, down), (side_x, side_y) = self.step, self._side
        if self.stagger_axis == "x":
            return self.columns * across + (width - side_x) / 2, (self.rows + 0.5 * (self.columns > 1)) * height
        return (self.columns + 0.5 * (self.rows > 1)) * width, self.rows * down + (height - side_y) / 2

    def center_of(self, column: int, row: int) -> tuple[float, float]:
        """The middle of a cell."""
        u, v = self.steps(column, row)
        x, y = self.first_corner
        return x + int(u) * self.step[0] + self.tile_width / 2, y - int(v) * self.step[1] + self.tile_height / 2

    def cell_at(self, x: float, y: float) -> tuple[int, int]:
        """Column and row of the cell at a point, whether or not the map reaches there. On staggered and hexagonal maps
        it is the one whose middle is nearest, measured in tiles."""
        if self.orientation == "orthogonal":
            return int(np.floor(x / self.tile_width)), int(np.floor(-y / self.tile_height))
        if self.orientation == "isometric":
            across = (x - self.first_corner[0]) / self.tile_width - 0.5
            down = -y / self.tile_height
            return int(np.floor(down + across)), int(np.floor(down - across))
        column, row = int(x // (self.step[0] * self._per_line[0])), int(-y // (self.step[1] * self._per_line[1]))
        near = [(column + c, row + r) for c in (-1, 0, 1) for r in (-1, 0, 1)]
        return min(near, key=lambda cell: self._distance(cell, x, y))

    @property
    def _per_line(self) -> tuple[int, int]:
        return (1, 2) if self.stagger_axis == "x" else (2, 1)

    def _distance(self, cell: tuple[int, int], x: float, y: float) -> float:
        middle = self.center_of(*cell)
        across, down = abs(middle[0] - x) / self.tile_width, abs(middle[1] - y) / self.tile_height
        # Diamonds are the circles of the sum; hexagons are near enough to true circles.
        return across + down if self.orientation == "staggered" else across * across + down * down

    def from_pixels(self, x: float, y: float) -> tuple[float, float]:
        """A place that Tiled stores (y down, and along the cells' edges on isometric maps) in the map's own units."""
        if self.orientation != "isometric":
            return x, -y
        along, across = x / self.tile_height, y / self.tile_height
        left = self.first_corner[0] + self.tile_width / 2
        return left + (along - across) * self.tile_width / 2, -(along + across) * self.tile_height / 2
