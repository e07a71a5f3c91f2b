"""Each slot of the exchange is a whole frame by itself, however many frames its reader skips."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Camera2D, Sprite, Transform2D, Velocity
from ecs_engine.core.component import batch, field_of
from ecs_engine.core.screen import Screen
from ecs_engine.core.selection import writable
from ecs_engine.core.world import World
from ecs_engine.frame.exchange import Exchange
from ecs_engine.frame.snapshot import (
    ColumnSnapshot,
    ColumnSpec,
    DrawList,
    Frame,
    Layout,
    LookupSnapshot,
    SetPools,
    SetSnapshot,
    SetSpec,
)
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


def test_what_stands_still_is_copied_once_for_all_slots() -> None:
    world, exchange = make_world()
    with world:
        world.create_entities(10, Transform2D(), Sprite())
        arrays = []
        for _ in range(6):
            world.process(0.01)
            arrays.append([exchange.back.sets[0].columns[name].array for name in SPRITES.columns])
            exchange.publish()
        # At rest the previous pose is the present one, and so is the array.
        pose, prev, rect, look = (id(array) for array in arrays[-1])
        assert pose == prev
        assert len({pose, rect, look}) == 3
        assert [id(array) for array in arrays[-2]] == [pose, pose, rect, look]


def test_of_what_moves_the_previous_pose_is_not_copied() -> None:
    world, exchange = make_world()
    with world:
        world.create_entities(5, Transform2D(), Sprite())
        world.create_entities(10, Transform2D(), Sprite(), Velocity())
        before: Array | None = None
        for tick in range(8):
            for rows in world.select(writable(Transform2D), Velocity):
                rows.table.writable[field_of(Transform2D, "position")][:, 0] = tick
                rows.table.touch(field_of(Transform2D, "position"))
            world.process(0.01)
            columns = exchange.back.sets[0].columns
            pose, prev = columns["pose"].array, columns["prev"].array
            if tick > 1:  # in the first tick nothing was before, in the second what stands comes to rest
                assert prev is before
                assert (prev[:, 0] == tick - 1).sum() == 10
                assert (pose[:, 0] == tick).sum() == 10
            before = pose
            exchange.publish()


# -- the parts by themselves ---------------------------------------------------------------------------
SPEC = ColumnSpec("value", np.dtype(np.float32), 2)


def three_columns(spec: ColumnSpec = SPEC) -> list[ColumnSnapshot]:
    """The same column in three slots."""
    pools = SetPools(SetSpec("values", (spec,)))
    return [SetSnapshot(pools).columns[spec.name] for _ in range(3)]


def test_a_column_takes_blocks_by_version() -> None:
    layout, other = Layout(1, (0, 4), 8), np.full((2, 2), 7, np.float32)
    column, *_ = three_columns()
    column.put(layout, [other, np.ones((3, 2), np.float32)], [1, 5])
    column.put(layout, [other, np.zeros((3, 2), np.float32)], [1, 5])
    np.testing.assert_array_equal(column.array[4:7], 1)
    column.put(layout, [other + 1, np.zeros((3, 2), np.float32)], [1, 6])
    np.testing.assert_array_equal(column.array[4:7], 0)
    np.testing.assert_array_equal(column.array[:2], 7, "the version of this block has not changed")
    assert column.versions == [1, 6]


def test_blocks_that_lie_elsewhere_are_put_there() -> None:
    column, *_ = three_columns()
    rows = [np.full((2, 2), 7, np.float32), np.ones((3, 2), np.float32)]
    column.put(Layout(1, (0, 4), 8), rows, [1, 5])
    column.put(Layout(2, (3, 0), 8), rows, [1, 5])
    np.testing.assert_array_equal(column.array[3:5], 7)
    np.testing.assert_array_equal(column.array[:3], 1)


def test_a_column_of_plain_numbers() -> None:
    column, *_ = three_columns(ColumnSpec("n", np.dtype(np.uint32), 1))
    column.put(Layout(1, (0,), 4), [np.arange(3, dtype=np.uint32)], [1])
    assert column.array[:3].tolist() == [[0], [1], [2]]


def test_a_lookup_is_copied_when_its_version_differs() -> None:
    lookup = LookupSnapshot(ColumnSpec("n", np.dtype(np.float32), 2))
    for version, count in enumerate((3, 1, 20, 0, 21)):
        lookup.put(np.full((count, 2), version, np.float32), version)
        assert (lookup.array[: lookup.count] == version).all()
        assert (lookup.count, lookup.version) == (count, version)
    lookup.put(np.zeros((5, 2), np.float32), 4)
    assert (lookup.count, lookup.array[0, 0]) == (21, 4)


def test_what_another_slot_holds_is_shared_and_never_written() -> None:
    layout = Layout(1, (0,), 4)
    one, other, third = three_columns()
    for column in (one, other):
        column.put(layout, [np.ones((4, 2), np.float32)], [3])
    assert one.array is other.array
    shared = one.array
    one.put(layout, [np.zeros((4, 2), np.float32)], [4])
    np.testing.assert_array_equal(other.array, 1)
    other.put(layout, [np.zeros((4, 2), np.float32)], [4])
    assert other.array is one.array
    third.put(layout, [np.full((4, 2), 2, np.float32)], [5])
    assert third.array is shared, "nobody held it any more"


def test_spare_contents_with_the_most_rows_in_common_are_brought_up_to_date() -> None:
    layout = Layout(1, (0, 10), 20)
    large, small = np.zeros((9, 2), np.float32), np.zeros((2, 2), np.float32)
    one, other, third = three_columns()
    for column, versions in ((one, [1, 1]), (other, [2, 2]), (third, [3, 3])):
        column.put(layout, [large, small], versions)
    arrays = one.array, other.array
    one.put(layout, [large, small], [3, 3])  # leaves [1, 1], and the next line [2, 2]
    other.put(layout, [large, small], [3, 3])
    one.put(layout, [large, small], [2, 1])
    assert one.array is arrays[1]


def test_a_new_layout_leaves_other_slots_what_they_have() -> None:
    one, other, _ = three_columns()
    for column in (one, other):
        column.put(Layout(1, (0,), 4), [np.ones((4, 2), np.float32)], [3])
    one.put(Layout(2, (0, 2), 6), [np.zeros((2, 2), np.float32)] * 2, [4, 5])
    assert [one.array.shape, other.array.shape] == [(6, 2), (4, 2)]
    np.testing.assert_array_equal(other.array, 1)
    other.put(Layout(2, (0, 2), 6), [np.zeros((2, 2), np.float32)] * 2, [4, 5])
    assert other.array is one.array


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
