"""The circles by which the chunks of a map's layers are culled hold all their tiles."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, sin
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Camera2D, Transform2D
from ecs_engine.core.world import World
from ecs_engine.systems import TILES, CullingSystem, Drawables, TileMapSystem, TransformSystem
from ecs_engine.tilemap import Grid, TileLayer, TileMap, TileSet


@pytest.mark.parametrize("size", [(8, 8), (30, 8), (8, 30)])
@pytest.mark.parametrize(("turn", "scale"), [(0.0, (1, 1)), (0.7, (3, 0.5)), (-2.0, (-1, 2))])
def test_every_tile_is_within_a_circle(
    make_world: Callable[..., World], size: tuple[int, int], turn: float, scale: tuple[float, float]
) -> None:
    world = make_world(TransformSystem(), TileMapSystem(), CullingSystem(), drawables=Drawables(TILES))
    columns, rows = 70, 50
    pixels: list[Any] = [np.full((size[1], size[0], 4), 200, np.uint8)]
    layer = TileLayer(name="a", gids=np.ones((rows, columns), np.uint32))
    tiles = TileMap(
        grid=Grid("orthogonal", columns, rows, 8, 8), tile_sets=[TileSet.from_pixels(pixels)], layers=[layer]
    )
    world.create_entity(Transform2D((100, -40), turn, scale), tiles)
    world.create_entity(Transform2D(), Camera2D())
    world.process(0.01)
    chunks = world.resource(Drawables)["tiles"].pools[0].chunks
    assert len(chunks) > 1
    for across, up in ((0, 0), (size[0], 0), (0, size[1]), size):
        x, y = np.meshgrid(np.arange(columns) * 8.0 + across, np.arange(rows) * -8.0 - 8 + up)
        x, y = x.ravel() * scale[0], y.ravel() * scale[1]
        corners = np.stack([x * cos(turn) - y * sin(turn) + 100, x * sin(turn) + y * cos(turn) - 40], axis=1)
        away = np.linalg.norm(corners[:, None] - chunks.center, axis=2)
        assert (away <= chunks.radius + 0.01).any(axis=1).all()
    assert chunks.radius.max() < np.hypot(columns * 8 * scale[0], rows * 8 * scale[1]) / 2
