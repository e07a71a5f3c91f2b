"""Rows that no entity owns: chunks against one chunk at a time, next to entities, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Camera2D, Sprite, SpriteDraw, Transform2D, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.system import Stage, System
from ecs_engine.core.world import World
from ecs_engine.frame.keys import STATE_MASK
from ecs_engine.frame.snapshot import ColumnSpec, DrawList
from ecs_engine.systems import (
    SPRITES,
    BatchingSystem,
    CullingSystem,
    Drawable,
    Drawables,
    Pool,
    SpriteSystem,
    TransformSystem,
)
from ecs_engine.systems.culling import VisibleSets

MakeWorld = Callable[..., World]
LOOK = field_of(SpriteDraw, "look")
DOTS = Drawable("dots", {"look": LOOK}, lookups=(ColumnSpec("colors", np.dtype(np.float32), 4),))


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(
        TransformSystem(), SpriteSystem(), CullingSystem(), BatchingSystem(), drawables=Drawables(SPRITES, DOTS)
    )


def key(layer: int, state: int = 0) -> int:
    return (layer + 512) << 6 | state


def add_pool(world: World, name: str = "dots", rows: int = 0) -> Pool:
    pool = Pool(SpriteDraw)
    pool.resize(rows)
    world.resource(Drawables)[name].pools.append(pool)
    return pool


def draws(world: World) -> list[tuple[int, int, int, list[int]]]:
    """View, instance set, state and row ids of each draw."""
    found = world.resource(DrawList)
    return [
        (view, which, key & STATE_MASK, found.order[first : first + count].tolist())
        for view, which, key, first, count in found.draws[: found.draw_count].tolist()
    ]


@pytest.mark.parametrize("seed", range(6))
def test_random_pools_against_one_chunk_at_a_time(world: World, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pools = [add_pool(world) for _ in range(3)]
    eye = world.create_entity(Transform2D(), Camera2D(height=200, layers=(-2, 1)))
    before: tuple[float, float] | None = None
    for _ in range(25):
        for pool in pools:
            if rng.random() < 0.4:
                pool.resize(int(rng.integers(0, 60)))
                chunks = int(rng.integers(1, 9))
                edges = np.sort(rng.integers(0, pool.length + 1, chunks + 1))
                pool.chunks.cut(
                    edges[:-1], np.diff(edges), [key(int(rng.integers(-3, 3)), int(rng.integers(3))) for _ in edges[1:]]
                )
            if rng.random() < 0.7:
                k = len(pool.chunks)
                pool.chunks.bound(rng.uniform(-300, 300, (k, 2)), rng.choice([0, 30, 90, np.inf, -np.inf], k))
        if rng.random() < 0.5:
            world.component_for_entity(eye, Transform2D).position = rng.uniform(-200, 200, 2).tolist()
        world.process(0.01)
        x, y = world.component_for_entity(eye, Transform2D).position
        expected = []
        instances = world.resource(Drawables)["dots"]
        for pool, block in zip(instances.pools, instances.layout.firsts, strict=True):
            chunks = pool.chunks
            for first, count, one, (cx, cy), radius in zip(
                chunks.first, chunks.count, chunks.key, chunks.center, chunks.radius, strict=True
            ):
                half_width, half_height = 100 * 16 / 9, 100
                seen = any(
                    abs(cx - ex) - radius <= half_width and abs(cy - ey) - radius <= half_height
                    for ex, ey in {(x, y), before or (x, y)}
                )
                if seen and key(-2) <= one < key(2):
                    rows = range(block + first, block + first + count)
                    expected += [(int(one), pools.index(pool), row) for row in rows]
        # By layer, in it by state, then pool by pool; chunks of one key as they were cut.
        expected.sort(key=lambda item: item[:2])
        assert [(state, row) for _, _, state, rows in draws(world) for row in rows] == [
            (one & STATE_MASK, row) for one, _, row in expected
        ]
        before = (x, y)


def test_chunks_side_by_side_are_one_draw(world: World) -> None:
    pool = add_pool(world, rows=30)
    pool.chunks.cut([0, 10, 20], [10, 10, 10], [key(0), key(0), key(3)])
    world.process(0.01)
    assert draws(world) == [(0, 1, 0, list(range(30)))]


def test_pools_and_entities_interleave_by_layer_and_share_a_set(world: World) -> None:
    pool, other = add_pool(world, rows=4), add_pool(world, "sprites", rows=2)
    pool.chunks.cut([0, 2], [2, 2], [key(-1), key(1)])
    other.chunks.cut([0], [2], [key(2)])
    world.create_entities(3, Transform2D(), Sprite())
    world.process(0.01)
    first = world.resource(Drawables)["sprites"].layout.firsts[-1]
    assert draws(world) == [
        (0, 1, 0, [0, 1]),
        (0, 0, 0, [0, 1, 2]),
        (0, 1, 0, [2, 3]),
        (0, 0, 0, [first, first + 1]),
    ]


def test_pools_whose_layers_interleave_are_one_draw(world: World) -> None:
    for layers in ([0, 2], [1, 3], [-1]):
        pool = add_pool(world, rows=2 * len(layers))
        pool.chunks.cut(range(0, 2 * len(layers), 2), [2] * len(layers), [key(layer) for layer in layers])
    instances = world.resource(Drawables)["dots"]
    world.process(0.01)
    first, second, third = instances.layout.firsts
    starts = [third, first, second, first + 2, second + 2]  # by layer
    assert draws(world) == [(0, 1, 0, [row for start in starts for row in (start, start + 1)])]
    instances.pools[1].chunks.cut([0, 2], [2, 2], [key(1, 2), key(3)])  # of another state
    world.process(0.01)
    assert [(state, len(rows)) for _, _, state, rows in draws(world)] == [(0, 4), (2, 2), (0, 4)]


def test_the_draw_list_is_made_again_only_when_chunks_come_into_sight_or_are_cut(world: World) -> None:
    pool = add_pool(world, rows=4)
    pool.chunks.cut([0, 2], [2, 2], [key(0), key(0)])
    found = world.resource(DrawList)

    def versions_after(change: Callable[[], Any]) -> int:
        before = found.version
        change()
        for _ in range(3):
            world.process(0.01)
        return found.version - before

    world.process(0.01)
    assert versions_after(lambda: None) == 0
    assert versions_after(lambda: pool.chunks.bound([(5, 5), (9, 9)], [1, 1])) == 0
    assert versions_after(lambda: pool.touch(LOOK)) == 0
    assert versions_after(lambda: pool.chunks.bound([(5, 5), (9000, 9)], [1, 1])) == 1
    assert versions_after(lambda: pool.chunks.cut([0], [4], [key(0)])) == 1


def test_a_pool_that_is_taken_away_is_drawn_no_more(world: World) -> None:
    pool, other = add_pool(world, rows=4), add_pool(world, rows=4)
    pool.chunks.cut([0], [4], [key(0)])
    other.chunks.cut([0], [2], [key(0)])
    world.process(0.01)
    assert sum(len(rows) for *_, rows in draws(world)) == 6
    pools = world.resource(Drawables)["dots"].pools
    pools.remove(pool)
    world.process(0.01)
    assert draws(world) == [(0, 1, 0, [0, 1])]
    pools[:] = [pool]  # in the place of another, with as many chunks
    pool.chunks.bound([(9000, 0)], [1])
    world.process(0.01)
    assert draws(world) == []
    pools.clear()
    world.process(0.01)
    assert world.resource(VisibleSets).visible[0][1].chunks == []


def test_pools_that_change_places(world: World) -> None:
    for start in (0, 2):
        add_pool(world, rows=4).chunks.cut([start], [2], [key(0)])
    world.process(0.01)
    pools = world.resource(Drawables)["dots"].pools
    assert draws(world) == [(0, 1, 0, [0, 1, 18, 19])]
    pools.reverse()
    world.process(0.01)
    assert draws(world) == [(0, 1, 0, [2, 3, 16, 17])]


def test_chunks_are_tested_once_a_tick_while_a_camera_moves_and_never_at_rest(world: World) -> None:
    class Counting(CullingSystem):
        tests = 0

        def test_chunks(self, *given: Any) -> None:
            self.tests += 1
            super().test_chunks(*given)

    world.replace_processor(CullingSystem, Counting())
    system = world.get_processor(Counting)
    assert system is not None
    for x in (0, 300):
        add_pool(world, rows=1).chunks.cut([0], [1], [key(0)])
        world.resource(Drawables)["dots"].pools[-1].chunks.bound([(x, 0)], [1])
    eye = world.create_entity(Transform2D(), Camera2D(height=200))
    shown = []
    for x in (0, 0, 0, 300, 600, 600, 600, 600):
        world.component_for_entity(eye, Transform2D).position = (x, 0)
        system.tests = 0
        world.process(0.01)
        shown.append((system.tests, sum(len(rows) for *_, rows in draws(world))))
    assert shown == [(2, 1), (1, 1), (0, 1), (1, 2), (1, 1), (1, 0), (0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda pool: pool.chunks.cut([0, 1], [1], [key(0)]), "2 first rows, 1 counts and 1 keys"),
        (lambda pool: pool.chunks.bound([(0, 0)], [1]), r"0 chunks were bounded by centres of shape \(1, 2\)"),
    ],
)
def test_chunks_that_do_not_fit(world: World, make: Callable[[Pool], Any], words: str) -> None:
    with pytest.raises(EngineError, match=words):
        make(add_pool(world))


@pytest.mark.parametrize(("first", "count"), [(0, 5), (-1, 2), (4, 1)])
def test_chunks_outside_of_their_pool(world: World, first: int, count: int) -> None:
    add_pool(world, rows=4).chunks.cut([first], [count], [key(0)])
    with pytest.raises(EngineError, match="A pool of 'dots' has 4 rows, and a chunk of it reaches outside"):
        world.process(0.01)


def test_chunks_at_nan_are_not_seen(world: World) -> None:
    pool = add_pool(world, rows=4)
    pool.chunks.cut([0, 1, 2], [1, 1, 1], [key(0)] * 3)
    pool.chunks.bound([(np.nan, 0), (0, np.inf), (0, 0)], [1, 1, np.nan])
    world.process(0.01)
    assert draws(world) == []


def test_a_drawable_that_the_app_does_not_have(world: World) -> None:
    with pytest.raises(EngineError, match="no drawable 'dust', only 'sprites', 'dots': give it to App"):
        world.resource(Drawables)["dust"]


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((2, 3), np.float32), r"takes float32 of shape \(n, 4\), not float32 of shape \(2, 3\)"),
        (np.zeros((2, 4)), "not float64"),
        (np.zeros(4, np.float32), r"shape \(4,\)"),
    ],
)
def test_lookups_that_do_not_fit(world: World, array: Any, words: str) -> None:
    with pytest.raises(EngineError, match=words):
        world.resource(Drawables)["dots"].lookups["colors"].set(array)


def test_pools_that_change_after_culling_are_a_clear_error() -> None:
    from ecs_engine.testing.app import FakeApp

    class Late(System):
        stage = Stage.BATCH

        def process(self, dt: float) -> None:
            (pool,) = self.world.resource(Drawables)["sprites"].pools
            pool.resize(pool.length + 1)

    with FakeApp() as app:
        pool = Pool(SpriteDraw, WorldPose2D)
        app.world.resource(Drawables)["sprites"].pools.append(pool)
        app.add_system(Late())
        with pytest.raises(EngineError, match="changed rows of 'sprites'"):
            app.step()
