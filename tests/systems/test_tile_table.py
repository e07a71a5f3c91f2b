"""When tiles reach into cells that chunks of several rows would draw in a wrong order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecs_engine.systems.tile_table import TileLooks, reaches_over
from ecs_engine.tilemap import Grid

CELL = (0, 0, 16, 8)
TALL = (0, 0, 16, 40)


@pytest.mark.parametrize(
    ("orientation", "rect", "turned", "reaches"),
    [
        ("orthogonal", CELL, False, False),
        ("orthogonal", TALL, False, False),
        ("orthogonal", TALL, True, True),  # lies on its side then
        ("orthogonal", CELL, True, False),
        ("orthogonal", (-1, 0, 15, 8), False, True),
        ("orthogonal", (0, 0, 17, 8), False, True),
        ("isometric", TALL, False, False),
        ("hexagonal", CELL, False, False),
        ("hexagonal", CELL, True, True),
        ("hexagonal", TALL, False, True),
        ("staggered", (0, -1, 16, 7), False, True),
    ],
)
def test_which_tiles_reach_over(orientation: Any, rect: tuple[int, ...], turned: bool, reaches: bool) -> None:
    far = (-999, -999, 999, 999)  # a picture of an image layer is no tile
    looks = TileLooks(np.array([CELL, rect, far], np.float32), np.zeros((3, 4), np.uint32))
    assert reaches_over(looks, 2, Grid(orientation, 5, 5, 16, 8), turned=turned) is reaches
    assert not reaches_over(looks, 0, Grid(orientation, 5, 5, 16, 8), turned=turned)
