"""The draw list of random scenes, against sorting in plain Python."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Camera2D, Sprite, SpriteDraw, Transform2D, Velocity, WorldPose2D
from ecs_engine.core.component import batch, component, field_of
from ecs_engine.core.fields import UVec4
from ecs_engine.core.system import Stage, System
from ecs_engine.core.world import World
from ecs_engine.frame.keys import STATE_MASK, pack_keys
from ecs_engine.frame.snapshot import DrawList
from ecs_engine.systems import (
    SPRITES,
    BatchingSystem,
    CullingSystem,
    Drawable,
    Drawables,
    EntityRows,
    SpriteSystem,
    TransformSystem,
    batching,
)
from ecs_engine.systems.batching import merge_runs
from ecs_engine.systems.cameras import CameraState
from ecs_engine.systems.culling import Visible, VisibleSets

MakeWorld = Callable[..., World]
Draw = tuple[int, int, int, list[int]]


@component(companions=(SpriteDraw,))
class Disc:
    """Another kind of drawn thing, which uses the columns of sprites."""

    look: UVec4 = (0, 0, 0, 0)


DISCS = Drawable(
    "discs",
    {"look": field_of(Disc, "look")},
    EntityRows(
        (Disc, WorldPose2D),
        pose=field_of(WorldPose2D, "pose"),
        radius=field_of(SpriteDraw, "radius"),
        key=field_of(SpriteDraw, "key"),
    ),
)


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(
        TransformSystem(), SpriteSystem(), CullingSystem(), BatchingSystem(), drawables=Drawables(SPRITES, DISCS)
    )


def draws(world: World) -> list[Draw]:
    """View, instance set, key and row ids of each draw."""
    found = world.resource(DrawList)
    return [
        (view, which, key, found.order[first : first + count].tolist())
        for view, which, key, first, count in found.draws[: found.draw_count].tolist()
    ]


def painters_order(world: World) -> list[tuple[int, int, int, int]]:
    """(view, set, key, row) of all that is seen, as it must be drawn: a plain sort."""
    sets = world.resource(VisibleSets)
    rows = []
    for view, (camera, visible) in enumerate(zip(sets.cameras, sets.visible, strict=False)):
        for which, (instances, one) in enumerate(zip(world.resource(Drawables).instances, visible, strict=True)):
            for table, first in zip(instances.tables, instances.layout.firsts, strict=True):
                for row, key in enumerate(table.readable[field_of(SpriteDraw, "key")].tolist(), first):
                    layer = (key >> 6) - 512
                    if one.mask[row] and camera.first_layer <= layer <= camera.last_layer:
                        rows.append((view, which, key, row))
    return sorted(rows, key=lambda r: (r[0], r[2] >> 6, r[1], r[2], r[3]))


def check(world: World) -> list[Draw]:
    expected, got = painters_order(world), draws(world)
    # Exactly the rows that are seen, in painter's order, each with its state.
    flat = [(view, which, key & STATE_MASK, row) for view, which, key, rows in got for row in rows]
    assert flat == [(view, which, key & STATE_MASK, row) for view, which, key, row in expected]
    # Draws follow each other in the order without gaps or overlaps within a set, and none is empty.
    assert all(rows for *_, rows in got)
    return got


def state_runs(world: World) -> int:
    return len(list(groupby(painters_order(world), key=lambda r: (r[0], r[1], r[2] & STATE_MASK))))


def fill(world: World, rng: np.random.Generator, count: int, layers: int, blends: int, *extras: Any) -> list[int]:
    return world.create_entities(
        count,
        batch(Transform2D, position=rng.uniform(-500, 500, (count, 2)).astype("f4")),
        batch(
            Sprite,
            layer=rng.integers(-layers, layers + 1, count).astype("i2"),
            blend=rng.integers(0, blends, count).astype("u1"),
            visible=rng.random(count) < 0.9,
        ),
        *extras,
    ).tolist()


def fill_discs(world: World, rng: np.random.Generator, count: int, layers: int) -> None:
    keys = np.empty(count, np.uint16)
    pack_keys(rng.integers(-layers, layers + 1, count).astype("i2"), np.zeros(count, np.uint8), 1, 0, keys)
    ids = world.create_entities(
        count, batch(Transform2D, position=rng.uniform(-500, 500, (count, 2)).astype("f4")), Disc()
    )
    for entity, key in zip(ids.tolist(), keys.tolist(), strict=True):
        location = world.location(entity)
        assert location is not None
        table, row = location
        table.arrays[field_of(SpriteDraw, "key")][row] = key


@pytest.fixture(params=[0, 1 << 30], ids=["sorted", "filtered"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is seen is sorted anew each time, or all that is sorted is filtered each time."""
    monkeypatch.setattr(batching, "FEW", request.param)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("seed", range(5))
def test_random_scenes_are_in_painters_order_with_as_few_draws_as_there_are_runs(world: World, seed: int) -> None:
    rng = np.random.default_rng(seed)
    entities = fill(world, rng, 60, 2, 2) + fill(world, rng, 30, 2, 2, Velocity())
    fill_discs(world, rng, 20, 2)
    for number in range(3):
        world.create_entity(
            Transform2D(position=rng.uniform(-200, 200, 2).tolist(), rotation=number),
            Camera2D(layers=[(-512, 511), (0, 1), (2, 1)][number], order=-number, zoom=1 + number / 2),
        )
    for _ in range(12):
        action = rng.integers(5)
        if action == 0:
            entities += fill(world, rng, int(rng.integers(1, 40)), 3, 3)
        elif action == 1:
            for entity in rng.choice(entities, 5, replace=False).tolist():
                world.delete_entity(entity)
                entities.remove(entity)
        elif action == 2:
            world.component_for_entity(int(rng.choice(entities)), Sprite).layer = int(rng.integers(-9, 9))
        elif action == 3:
            for entity in rng.choice(entities, 20).tolist():
                world.component_for_entity(entity, Transform2D).position = rng.uniform(-500, 500, 2).tolist()
        world.process(0.01)
        assert len(check(world)) == state_runs(world)


def test_where_layers_do_not_interleave_states_there_is_one_draw_a_state(
    world: World, rng: np.random.Generator
) -> None:
    for layer in range(8):
        world.create_entities(9, Transform2D(), Sprite(layer=layer))
    for layer in range(8, 12):
        world.create_entities(9, Transform2D(), Sprite(layer=layer, blend=1), Velocity())
    world.process(0.01)
    got = check(world)
    assert [(key & STATE_MASK, len(rows)) for _, _, key, rows in got] == [(0, 72), (2, 36)]


def test_sets_are_interleaved_by_their_layers(world: World, rng: np.random.Generator) -> None:
    for layer in (0, 2):
        world.create_entities(4, Transform2D(), Sprite(layer=layer))
    fill_discs(world, rng, 50, 0)
    ids = world.create_entities(1, Transform2D(), Disc())
    world.process(0.01)
    location = world.location(int(ids[0]))
    assert location is not None
    table, row = location
    table.arrays[field_of(SpriteDraw, "key")][row] = (1 + 512) << 6 | 1 << 3
    table.touch(field_of(SpriteDraw, "key"))
    world.process(0.01)
    assert [which for _, which, _, _ in check(world)] == [0, 1, 0]


def test_a_thousand_layers_of_one_state_are_one_draw(world: World, rng: np.random.Generator) -> None:
    fill(world, rng, 3000, 512, 1)
    world.process(0.01)
    assert len(check(world)) == 1


def test_rows_of_one_key_keep_the_order_of_their_ids(world: World) -> None:
    world.create_entities(200, Transform2D(), Sprite())
    world.process(0.01)
    ((_, _, _, rows),) = check(world)
    assert rows == sorted(rows)


@pytest.mark.usefixtures("either_way")
def test_layer_ranges_of_cameras(world: World) -> None:
    for layer in (-512, -1, 0, 1, 511):
        world.create_entity(Transform2D(), Sprite(layer=layer))
    for order, layers in enumerate([(-512, 511), (0, 0), (1, 511), (-512, -1), (3, 1), (600, 700), (-900, -600)]):
        world.create_entity(Transform2D(), Camera2D(layers=layers, order=order))
    world.process(0.01)
    got = check(world)
    assert {view: len(rows) for view, _, _, rows in got} == {0: 5, 1: 1, 2: 2, 3: 2}


@pytest.mark.usefixtures("either_way")
def test_empty_worlds_and_sets_have_no_draws(world: World) -> None:
    world.process(0.01)
    assert draws(world) == []
    one = world.create_entity(Transform2D(), Sprite())
    world.process(0.01)
    assert len(check(world)) == 1
    world.delete_entity(one)
    world.process(0.01)
    assert draws(world) == []


def test_the_list_is_made_again_only_when_something_came_into_sight_or_left(world: World) -> None:
    entities = world.create_entities(50, Transform2D(), Sprite()).tolist()
    found = world.resource(DrawList)

    def versions_after(change: Callable[[], None]) -> int:
        change()
        before = found.version
        for _ in range(3):
            world.process(0.01)
        check(world)
        return found.version - before

    assert versions_after(lambda: None) == 1
    assert versions_after(lambda: None) == 0
    transform, sprite = (world.component_for_entity(entities[0], kind) for kind in (Transform2D, Sprite))
    assert versions_after(lambda: setattr(transform, "position", (50, 0))) == 0
    assert versions_after(lambda: setattr(sprite, "tint", (1, 2, 3, 4))) == 0
    assert versions_after(lambda: setattr(sprite, "layer", 3)) == 1
    assert versions_after(lambda: setattr(transform, "position", (5000, 0))) == 1


def test_a_replaced_system_goes_on_with_the_versions(world: World) -> None:
    world.create_entities(3, Transform2D(), Sprite())
    world.process(0.01)
    found, version = world.resource(DrawList), world.resource(DrawList).version

    class Backwards(BatchingSystem):
        def add_view(self, view: int, camera: CameraState, visible: list[Visible]) -> None:
            super().add_view(view, camera, visible)
            order = self.draw_list.order[: self.draw_list.order_length]
            order[:] = order[::-1].copy()

    world.replace_processor(BatchingSystem, Backwards())
    world.process(0.01)
    assert world.resource(DrawList) is found
    assert found.version > version
    assert draws(world)[0][3] == [2, 1, 0]


def test_an_order_of_ones_own_may_follow_from_more(make_world: MakeWorld) -> None:
    """Sorting by y, the way top-down games need it: the basis has the places, too."""
    y_of = field_of(WorldPose2D, "pose")

    class ByHeight(BatchingSystem):
        def basis(self, sets: VisibleSets) -> tuple[Any, ...]:
            tables = self.world.resource(Drawables).instances[0].tables
            return (*super().basis(sets), *(table.versions[y_of] for table in tables))

        def add_view(self, view: int, camera: CameraState, visible: list[Visible]) -> None:
            super().add_view(view, camera, visible)
            (table,) = self.world.resource(Drawables).instances[0].tables
            order = self.draw_list.order[: self.draw_list.order_length]
            order[:] = order[np.argsort(-table.readable[y_of][order, 1], kind="stable")]

    world = make_world(TransformSystem(), SpriteSystem(), CullingSystem(), ByHeight())
    a, b = (world.create_entity(Transform2D(position=(0, y)), Sprite()) for y in (1, 2))
    world.process(0.01)
    assert draws(world)[0][3] == [1, 0]
    world.component_for_entity(a, Transform2D).position.y = 9
    world.process(0.01)
    assert draws(world)[0][3] == [0, 1]
    assert b


def test_rows_that_move_after_culling_are_a_clear_error() -> None:
    from ecs_engine.core.errors import EngineError
    from ecs_engine.testing.app import FakeApp

    class Late(System):
        stage = Stage.BATCH

        def process(self, dt: float) -> None:
            self.world.create_entity(Transform2D(), Sprite())

    app = FakeApp()
    try:
        app.add_system(Late())
        with pytest.raises(EngineError, match="stage CULL or later"):
            app.step(2)
    finally:
        app.close()


def test_runs_merge_only_with_neighbours_of_their_set_state_and_place() -> None:
    runs = np.array(
        [(0, 64, 0, 5), (0, 128, 5, 2), (0, 130, 7, 1), (0, 194, 9, 1), (1, 194, 10, 1), (1, 2, 11, 4)], np.int64
    )
    merged = [(0, 64, 0, 7), (0, 130, 7, 1), (0, 194, 9, 1), (1, 194, 10, 5)]
    assert [tuple(run) for run in merge_runs(runs).tolist()] == merged
    assert len(merge_runs(runs[:0])) == 0
