"""Each slot of the exchange is a whole frame by itself, however many frames its reader skips."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Camera2D, Sprite, Transform2D, Velocity
from ecs_engine.core.component import batch
from ecs_engine.core.screen import Screen
from ecs_engine.core.world import World
from ecs_engine.frame.exchange import Exchange
from ecs_engine.frame.snapshot import ColumnSnapshot, ColumnSpec, DrawList, Frame, Layout, SetSnapshot, SetSpec
from ecs_engine.pictures import Pictures
from ecs_engine.systems import (
    SPRITES,
    BatchingSystem,
    CullingSystem,
    Drawables,
    PublishSystem,
    SpriteSystem,
    TransformSystem,
    make_exchange,
)

Array = np.ndarray[Any, Any]


class Picture:
    """What a frame must hold: a copy of the world's columns and draws."""

    def __init__(self, world: World, tick: int) -> None:
        instances = world.resource(Drawables).instances[0]
        self.tick = tick
        self.blocks = list(zip(instances.layout.firsts, [t.length for t in instances.tables], strict=True))
        self.columns = {
            name: [table.readable[field].copy() for table in instances.tables]
            for name, field in SPRITES.columns.items()
        }
        draws = world.resource(DrawList)
        self.order = draws.order[: draws.order_length].copy()
        self.draws = draws.draws[: draws.draw_count].copy()

    def check(self, frame: Frame) -> None:
        assert frame.tick == self.tick
        (snapshot,) = frame.sets
        assert list(zip(snapshot.layout.firsts, snapshot.counts, strict=True)) == self.blocks
        for name, tables in self.columns.items():
            for (first, count), expected in zip(self.blocks, tables, strict=True):
                np.testing.assert_array_equal(snapshot.columns[name].array[first : first + count], expected)
        np.testing.assert_array_equal(frame.draws.order[: frame.draws.order_length], self.order)
        np.testing.assert_array_equal(frame.draws.draws[: frame.draws.draw_count], self.draws)


def make_world() -> tuple[World, Exchange[Frame]]:
    world, drawables = World(), Drawables(SPRITES)
    for resource in (Pictures(256), Screen(640, 360, 640, 360, 360), drawables):
        world.add_resource(resource)
    exchange = make_exchange(drawables)
    for system in (TransformSystem(), SpriteSystem(), CullingSystem(), BatchingSystem(), PublishSystem(exchange)):
        world.add_processor(system)
    return world, exchange


@pytest.mark.parametrize("seed", range(8))
def test_the_acquired_slot_is_the_world_as_it_was_at_that_tick(seed: int) -> None:
    rng = np.random.default_rng(seed)
    world, exchange = make_world()
    with world:
        world.create_entity(Transform2D(), Camera2D())
        entities: list[int] = []

        def spawn() -> None:
            count = int(rng.integers(1, 30))
            extras = [Velocity()] if rng.random() < 0.5 else []
            position = rng.uniform(-400, 400, (count, 2)).astype("f4")
            entities.extend(
                world.create_entities(count, batch(Transform2D, position=position), Sprite(), *extras).tolist()
            )

        def delete() -> None:
            for entity in rng.choice(entities, len(entities) // 4, replace=False).tolist():
                world.delete_entity(entity)
                entities.remove(entity)

        def move() -> None:
            for entity in rng.choice(entities, 5).tolist():
                world.component_for_entity(entity, Transform2D).position = rng.uniform(-400, 400, 2).tolist()

        def paint() -> None:
            sprite = world.component_for_entity(int(rng.choice(entities)), Sprite)
            sprite.tint = tuple(rng.integers(0, 256, 4).tolist())
            sprite.layer = int(rng.integers(-3, 4))

        def change_table() -> None:
            entity = int(rng.choice(entities))
            if world.has_component(entity, Velocity):
                world.remove_component(entity, Velocity)
            else:
                world.add_component(entity, Velocity())

        spawn()
        newest: Picture | None = None
        skipped = 0
        for tick in range(1, 120):
            for _ in range(int(rng.integers(0, 3))):
                if len(entities) < 8:
                    spawn()
                [spawn, delete, move, paint, change_table][int(rng.integers(5))]()
            exchange.back.tick = tick
            world.process(0.01)
            if rng.random() < 0.1:
                continue  # a tick that failed after all systems had run: nothing is published
            exchange.publish(tick)
            newest = Picture(world, tick)
            skipped += 1
            if rng.random() < 0.4:
                assert exchange.acquire()
                newest.check(exchange.front)
                skipped = 0
        assert newest is not None
        if skipped:
            assert exchange.acquire()
        newest.check(exchange.front)


def test_a_slot_at_rest_is_not_copied_to() -> None:
    world, exchange = make_world()
    with world:
        world.create_entities(10, Transform2D(), Sprite())
        for _ in range(6):
            world.process(0.01)
            exchange.publish()
            exchange.acquire()
        column = exchange.back.sets[0].columns["look"]
        column.array[:10] = 77
        world.process(0.01)
        assert (column.array[:10] == 77).all()


# -- the parts by themselves ---------------------------------------------------------------------------
SPEC = ColumnSpec("value", np.dtype(np.float32), 2)


def test_a_column_takes_blocks_by_version() -> None:
    column = ColumnSnapshot(SPEC)
    column.lay_out(Layout(1, (0, 4), 8))
    column.put(1, 4, np.ones((3, 2), np.float32), version=5)
    column.put(1, 4, np.zeros((3, 2), np.float32), version=5)
    np.testing.assert_array_equal(column.array[4:7], 1)
    column.put(1, 4, np.zeros((3, 2), np.float32), version=6)
    np.testing.assert_array_equal(column.array[4:7], 0)
    assert column.versions == [-1, 6]


def test_a_column_of_plain_numbers() -> None:
    column = ColumnSnapshot(ColumnSpec("n", np.dtype(np.uint32), 1))
    column.lay_out(Layout(1, (0,), 4))
    column.put(0, 0, np.arange(3, dtype=np.uint32), version=0)
    assert column.array[:3].tolist() == [[0], [1], [2]]


def test_a_new_layout_makes_every_block_count_as_changed() -> None:
    snapshot = SetSnapshot(SetSpec("values", (SPEC,)))
    snapshot.lay_out(Layout(1, (0,), 4))
    column = snapshot.columns["value"]
    column.put(0, 0, np.ones((4, 2), np.float32), version=3)
    snapshot.lay_out(Layout(1, (0,), 4))
    assert column.versions == [3]
    array = column.array
    snapshot.lay_out(Layout(2, (0, 2), 4))
    assert column.versions == [-1, -1]
    assert column.array is array, "the room is kept while it is enough"
    snapshot.lay_out(Layout(3, (0, 2), 6))
    assert column.array.shape == (6, 2)


def test_a_draw_list_grows_and_copies() -> None:
    one, other = DrawList(), DrawList()
    expected = np.arange(5000, dtype=np.uint32)
    for part in np.array_split(expected, 7):
        one.room_for(len(part))[:] = part
    for index in range(300):
        one.add_draw(index, 0, 1, index, 1)
    one.version += 1
    other.copy_from(one)
    np.testing.assert_array_equal(other.order[: other.order_length], expected)
    np.testing.assert_array_equal(other.draws[: other.draw_count], one.draws[:300])
    one.order[0] = 99
    other.copy_from(one)
    assert other.order[0] == 0, "the order is copied only when its version changed"
    one.clear()
    one.version += 1
    other.copy_from(one)
    assert (other.order_length, other.draw_count) == (0, 0)
