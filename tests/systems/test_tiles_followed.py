"""Maps that change while cameras move: what is kept from tick to tick, against a system that keeps nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Camera2D, Transform2D
from ecs_engine.core.world import World
from ecs_engine.frame.snapshot import DrawList
from ecs_engine.systems import TILES, BatchingSystem, CullingSystem, Drawables, TileMapSystem, TransformSystem
from ecs_engine.systems.tile_rows import CELL
from ecs_engine.tilemap import Grid, TileLayer, TileMap, TileSet

MakeWorld = Callable[..., World]
PARALLAX = [(1.0, 1.0), (0.5, 1.0), (0.2, -0.4), (0.0, 0.0)]


def make_map(rng: np.random.Generator, layers: int) -> TileMap:
    return TileMap(
        grid=Grid("orthogonal", 70, 50, 8, 8),
        tile_sets=[TileSet.from_pixels([np.full((8, 8, 4), 50 * number, np.uint8) for number in range(3)])],
        layers=[
            TileLayer(name=f"{number}", gids=rng.integers(0, 4, (50, 70)).astype(np.uint32), draw_layer=number)
            for number in range(layers)
        ],
    )


def shown(world: World) -> tuple[Any, ...]:
    """The draws, the cells that they draw in order, and what the shaders know of the layers."""
    instances, draws = world.resource(Drawables)["tiles"], world.resource(DrawList)
    rows = np.zeros((instances.layout.capacity, 2), np.uint32)
    for pool, first in zip(instances.pools, instances.layout.firsts, strict=True):
        rows[first : first + pool.length] = pool.readable[CELL]
    order = draws.order[: draws.order_length]
    lookups = [instances.lookups[name].array.tolist() for name in ("tile_layers", "tile_rects")]
    return draws.draws[: draws.draw_count].tolist(), rows[order].tolist(), lookups


@pytest.mark.parametrize("seed", range(6))
def test_any_change_while_cameras_move(make_world: MakeWorld, seed: int) -> None:
    """Of two worlds that are treated alike one gets a new TileMapSystem in each tick."""
    rng = np.random.default_rng(seed)
    systems = lambda: (TransformSystem(), TileMapSystem(), CullingSystem(), BatchingSystem())  # noqa: E731
    worlds = [make_world(*systems(), drawables=Drawables(TILES)) for _ in range(2)]
    maps = [make_map(rng, 2), make_map(rng, 3)]
    layers = [layer for one in maps for layer in one.layers]
    for world in worlds:
        for tile_map, place in zip(maps, [(-300, 200), (100, 150)], strict=True):
            world.create_entity(Transform2D(place), tile_map)
        for order, height in enumerate((90, 200)):
            world.create_entity(Transform2D(), Camera2D(height=height, order=order, viewport=(0.5 * order, 0, 0.5, 1)))
    homes, eyes = (1, 2), (3, 4)
    place = rng.uniform(-100, 100, (len(eyes) + 1, 2))

    def both(component: type, entity: int, **values: Any) -> None:
        for world in worlds:
            for name, value in values.items():
                setattr(world.component_for_entity(entity, component), name, value)

    seen = set()
    for _ in range(40):
        layer, step = layers[int(rng.integers(len(layers)))], rng.uniform(-12, 12, place.shape)
        place += step * (rng.random(len(place)) < 0.6)[:, None]
        change = int(rng.integers(12))
        if change == 0:
            layer.offset = tuple(rng.uniform(-90, 90, 2).tolist())
        elif change == 1:
            layer.opacity = float(rng.random())
        elif change == 2:
            layer.visible = bool(rng.random() < 0.7)
        elif change == 3:
            layer.parallax = PARALLAX[int(rng.integers(len(PARALLAX)))]
        elif change == 4:
            layer.draw_layer = int(rng.integers(-2, 4))
        elif change == 5:
            layer.tint = tuple(rng.integers(0, 256, 4).tolist())
        elif change == 6:
            owner = maps[0] if layer in maps[0].layers else maps[1]
            for _ in range(20):
                owner.set_tile(layer.name, int(rng.integers(70)), int(rng.integers(50)), int(rng.integers(4)))
        elif change == 7:  # a camera is elsewhere at once
            place[0] = rng.uniform(-400, 400, 2)
        elif change == 8:
            both(Camera2D, eyes[1], zoom=float(rng.uniform(0.5, 2)))
        elif change == 9:
            home = homes[int(rng.integers(2))]
            both(Transform2D, home, position=rng.uniform(-300, 300, 2).tolist(), rotation=float(rng.uniform(-1, 1)))
        elif change == 10:  # nobody is there, or somebody again
            both(Camera2D, eyes[1], height=float(rng.choice([np.nan, 200])))
        for eye, (x, y) in zip(eyes, place.tolist(), strict=False):
            both(Transform2D, eye, position=(x, y))
        worlds[1].replace_processor(TileMapSystem, TileMapSystem())
        for world in worlds:
            world.process(0.01)
        found = shown(worlds[0])
        assert found == shown(worlds[1])
        seen.add(len(found[1]))
    assert len(seen) > 5  # and what is drawn was now this, now that


def test_a_camera_that_moves_over_maps_writes_nothing(make_world: MakeWorld) -> None:
    """Not even where it sees other chunks than before: rows and lookups stay, only the draw list is made again."""
    world = make_world(
        TransformSystem(), TileMapSystem(), CullingSystem(), BatchingSystem(), drawables=Drawables(TILES)
    )
    tile_map = make_map(np.random.default_rng(1), 3)
    tile_map.layers[1].parallax = (0.5, 0.5)
    world.create_entity(Transform2D((-300, 200)), tile_map)
    eye = world.create_entity(Transform2D(), Camera2D(height=90))
    for _ in range(3):
        world.process(0.01)
    instances = world.resource(Drawables)["tiles"]

    def written() -> list[int]:
        columns = [version for pool in instances.pools for version in pool.versions.values()]
        return columns + [one.version for one in instances.lookups.values()]

    def bounded() -> list[int]:
        return [pool.chunks.bounds_version for pool in instances.pools]

    before, bounds, made = written(), bounded(), world.resource(DrawList).version
    for tick in range(40):
        world.component_for_entity(eye, Transform2D).position = (3 * tick, 0)
        world.process(0.01)
    assert written() == before
    assert [one != other for one, other in zip(bounded(), bounds, strict=True)] == [False, True, False]
    assert 0 < world.resource(DrawList).version - made < 20
