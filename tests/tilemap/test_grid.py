"""Where cells are on the four kinds of grid."""

from __future__ import annotations

import numpy as np
import pytest

from ecs_engine.tilemap import Grid

GRIDS = [
    Grid("orthogonal", 7, 5, 16, 8),
    Grid("isometric", 7, 5, 16, 8),
    Grid("isometric", 7, 5, 16, 8, infinite=True),
    *(
        Grid(kind, 7, 5, 14, 12, stagger_axis=axis, shifts_odd=odd, hex_side=6)  # type: ignore[arg-type]
        for kind in ("staggered", "hexagonal")
        for axis in ("x", "y")
        for odd in (True, False)
    ),
]


@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: f"{grid.orientation} {grid.stagger_axis} {grid.shifts_odd}")
def test_the_middle_of_a_cell_and_what_is_around_it_lie_in_it(grid: Grid) -> None:
    for column in range(-3, 8):
        for row in range(-3, 6):
            x, y = grid.center_of(column, row)
            for dx, dy in ((0, 0), (2, 0), (-2, 0), (0, 2), (0, -2)):
                assert grid.cell_at(x + dx, y + dy) == (column, row)


@pytest.mark.parametrize("grid", [g for g in GRIDS if not g.infinite], ids=lambda grid: grid.orientation)
def test_all_cells_fill_the_size_of_the_map(grid: Grid) -> None:
    columns, rows = np.meshgrid(np.arange(grid.columns), np.arange(grid.rows))
    across, down = grid.steps(columns, rows)
    left, bottom = grid.first_corner
    low_x = (left + across * grid.step[0]).min()
    high_x = (left + across * grid.step[0]).max() + grid.tile_width
    high_y = (bottom - down * grid.step[1]).max() + grid.tile_height
    low_y = (bottom - down * grid.step[1]).min()
    assert (high_x - low_x, high_y - low_y) == pytest.approx(grid.size, abs=grid.step[0] + 0.1)
    if grid.orientation in ("orthogonal", "isometric") or grid.shifts_odd:
        assert (low_x, high_y) == pytest.approx((0, 0))
        assert (high_x, -low_y) == pytest.approx(grid.size)


def test_hexagons_lie_as_in_the_editor() -> None:
    """Pointy hexagons, 14 wide, 12 high, sides of 6: rows are (12 + 6) / 2 apart, every other one 7 to the right."""
    grid = Grid("hexagonal", 4, 4, 14, 12, hex_side=6)
    assert grid.center_of(0, 0) == (7, -6)
    assert grid.center_of(1, 0) == (21, -6)
    assert grid.center_of(0, 1) == (14, -15)
    assert grid.center_of(0, 2) == (7, -24)
    assert grid.size == (63, 39)


def test_diamonds_lie_as_in_the_editor() -> None:
    grid = Grid("isometric", 2, 3, 16, 8)
    assert grid.size == (40, 20)
    assert grid.center_of(0, 0) == (24, -4)
    assert grid.center_of(1, 0) == (32, -8)
    assert grid.center_of(0, 1) == (16, -8)
    assert grid.from_pixels(8, 0) == (32, -4)  # along the upper right edge, a tile's height is a cell
