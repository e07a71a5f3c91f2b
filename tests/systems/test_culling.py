"""What cameras see, against one row at a time; and that nothing is worked out twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, inf, nan, sin
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Camera2D, Sprite, SpriteDraw, Transform2D, Velocity, WorldPose2D
from ecs_engine.core.component import batch, field_of
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.systems import CullingSystem, Drawables, SpriteSystem, TransformSystem
from ecs_engine.systems.cameras import CameraState, read_cameras
from ecs_engine.systems.culling import VisibleSets
from ecs_engine.systems.drawable import EntityRows

POSE, RADIUS = field_of(WorldPose2D, "pose"), field_of(SpriteDraw, "radius")
MARGIN = 0.02
"""World units within which float32 may say either."""


class CountingCulling(CullingSystem):
    """Counts its tests."""

    tests = 0

    def test(self, table: Table, entities: EntityRows, camera: CameraState, out: Any) -> None:
        self.tests += 1
        super().test(table, entities, camera, out)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(TransformSystem(), SpriteSystem(), CountingCulling())


def counted(world: World) -> int:
    system = world.get_processor(CountingCulling)
    assert system is not None
    tests, system.tests = system.tests, 0
    return tests


def seen(world: World, camera: int = 0) -> set[int]:
    """The entities that are seen."""
    sets, instances = world.resource(VisibleSets), world.resource(Drawables).instances[0]
    mask = sets.visible[camera][0].mask
    assert len(mask) == instances.layout.capacity
    found, used = set(), np.zeros(len(mask), np.bool_)
    for table, first in zip(instances.tables, instances.layout.firsts, strict=True):
        rows = slice(first, first + table.length)
        used[rows] = True
        found |= set(table.entities[mask[rows]].tolist())
    assert not mask[~used].any(), "rows that are not in use are seen"
    return found


@dataclass
class Reference:
    """Brute force over entities, with the tick before."""

    distances: dict[int, list[float]] = field(default_factory=dict)

    def tick(self, world: World, camera: CameraState) -> tuple[set[int], set[int]]:
        """Entities that are surely seen, and those that may be."""
        before, self.distances = self.distances, {}
        width, height = camera.half_width, camera.half_height
        c, s = abs(cos(camera.angle)), abs(sin(camera.angle))
        box = c * width + s * height, s * width + c * height
        surely, perhaps = set(), set()
        for rows in world.select(WorldPose2D, SpriteDraw):
            pose, draw = rows
            for entity, (x, y, *_), radius in zip(
                rows.entities.tolist(), pose.pose.tolist(), draw.radius.tolist(), strict=True
            ):
                outside = max(abs(x - camera.x) - radius - box[0], abs(y - camera.y) - radius - box[1])
                outside = inf if outside != outside else outside
                self.distances[entity] = [outside]
                nearest = min(outside, *before.get(entity, [inf]))
                if nearest < -MARGIN:
                    surely.add(entity)
                if nearest < MARGIN:
                    perhaps.add(entity)
        return surely, perhaps


@pytest.mark.parametrize("seed", range(4))
def test_random_scenes_against_brute_force(world: World, seed: int) -> None:
    rng = np.random.default_rng(seed)
    eye = world.create_entity(Transform2D(), Camera2D())
    entities: list[int] = []

    def spawn(count: int) -> None:
        extras = [Velocity()] if rng.random() < 0.5 else []
        entities.extend(
            world.create_entities(
                count,
                batch(Transform2D, position=rng.uniform(-500, 500, (count, 2)).astype("f4")),
                batch(Sprite, size=rng.uniform(1, 90, (count, 2)).astype("f4"), visible=rng.random(count) < 0.9),
                *extras,
            ).tolist()
        )

    reference = Reference()
    for _ in range(25):
        action = rng.integers(6)
        if action == 0:
            spawn(int(rng.integers(1, 60)))
        elif action == 1 and entities:
            for entity in rng.choice(entities, min(len(entities), 9), replace=False).tolist():
                world.delete_entity(entity)
                entities.remove(entity)
        elif action == 2:
            camera, transform = world.component_for_entity(eye, Camera2D), world.component_for_entity(eye, Transform2D)
            transform.position, transform.rotation = rng.uniform(-100, 100, 2).tolist(), rng.uniform(-4, 4)
            camera.zoom, camera.height = rng.uniform(0.3, 4), rng.choice([0, 200])
            camera.viewport = (0, 0, rng.uniform(0.2, 1), rng.uniform(0.2, 1))
        elif action == 3 and entities:
            entity = int(rng.choice(entities))
            if world.has_component(entity, Velocity):
                world.remove_component(entity, Velocity)
            else:
                world.add_component(entity, Velocity())
        elif action == 4:
            for entity in rng.choice(entities, len(entities) // 3, replace=False).tolist():
                world.component_for_entity(entity, Transform2D).position = rng.uniform(-500, 500, 2).tolist()
        world.process(0.01)
        surely, perhaps = reference.tick(world, world.resource(VisibleSets).cameras[0])
        assert surely <= seen(world) <= perhaps


def test_a_row_is_seen_until_the_tick_after_it_left(world: World) -> None:
    inside, outside = (0, 0), (5000, 0)
    one = world.create_entity(Transform2D(position=inside), Sprite(size=(2, 2)))
    transform = world.component_for_entity(one, Transform2D)
    world.process(0.01)
    transform.position = outside
    world.process(0.01)
    assert seen(world) == {one}
    world.process(0.01)
    assert seen(world) == set()
    transform.position = inside
    world.process(0.01)
    assert seen(world) == {one}


def test_it_is_drawn_on_its_way_out_even_when_rows_come_and_go(world: World) -> None:
    ones = world.create_entities(3, Transform2D(), Sprite(size=(2, 2))).tolist()
    world.process(0.01)
    for one in ones:
        world.component_for_entity(one, Transform2D).position = (5000, 0)
    world.delete_entity(ones[0])
    fresh = world.create_entity(Transform2D(position=(6000, 0)), Sprite(size=(2, 2)))
    world.add_component(ones[1], Velocity())
    world.process(0.01)
    assert seen(world) == {ones[1], ones[2]}
    world.process(0.01)
    assert seen(world) == set()
    assert world.entity_exists(fresh)


def test_what_the_camera_leaves_behind_is_seen_for_one_tick_more(world: World) -> None:
    eye = world.create_entity(Transform2D(), Camera2D())
    one = world.create_entity(Transform2D(), Sprite(size=(2, 2)))
    world.process(0.01)
    world.component_for_entity(eye, Transform2D).position = (5000, 0)
    world.create_entity(Transform2D(position=(9000, 0)), Sprite(size=(2, 2)))  # the rows move as well
    world.process(0.01)
    assert seen(world) == {one}
    world.process(0.01)
    assert seen(world) == set()


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_rows_at_no_place_are_never_seen(world: World, bad: float) -> None:
    world.create_entity(Transform2D(position=(bad, 0)), Sprite(size=(9, 9)))
    world.create_entity(Transform2D(position=(0, bad)), Sprite(size=(9, 9)))
    world.create_entity(Transform2D(position=(3e38, -3e38)), Sprite(size=(9, 9)))
    world.create_entity(Transform2D(scale=(bad, 1)), Sprite(size=(9, 9)))
    well = world.create_entity(Transform2D(), Sprite(size=(9, 9)))
    world.create_entity(Transform2D(position=(-3e38, 0)), Camera2D())
    for _ in range(3):
        world.process(0.01)
        assert seen(world) == set()
    world.delete_entities(np.concatenate([rows.entities for rows in world.select(Camera2D)]))
    for _ in range(3):
        world.process(0.01)
    assert seen(world) == {well}


BAD_CAMERAS = [
    *((where, bad) for where in ("position", "rotation", "zoom", "height", "viewport") for bad in (nan, inf, -inf)),
    ("layers", nan),
]


@pytest.mark.parametrize(("where", "bad"), BAD_CAMERAS)
def test_a_camera_with_a_bad_number_is_left_out(world: World, where: str, bad: float) -> None:
    eye = world.create_entity(Transform2D(), Camera2D())
    world.process(0.01)
    assert len(world.resource(VisibleSets).cameras) == 1
    owner: Any = world.component_for_entity(eye, Transform2D if where in ("position", "rotation") else Camera2D)
    setattr(owner, where, {"position": (bad, 0), "viewport": (0, 0, bad, 1), "layers": (bad, 3)}.get(where, bad))
    world.process(0.01)
    assert world.resource(VisibleSets).cameras == []


@pytest.mark.parametrize("values", [{"zoom": 0}, {"zoom": -1}, {"zoom": 3e38}, {"height": -5}, {"height": 3e38}])
def test_odd_cameras_do_no_harm(world: World, values: dict[str, float]) -> None:
    world.create_entity(Transform2D(position=(1, 0)), Camera2D(**values))
    world.create_entity(Transform2D(), Camera2D(viewport=(0, 0, 0, 1)))
    world.create_entity(Transform2D(), Sprite(size=(9, 9)))
    world.process(0.01)
    assert len(world.resource(VisibleSets).cameras) == 1


def test_layers_of_a_camera_are_whole_and_may_be_endless(world: World) -> None:
    for order, layers in enumerate([(-inf, inf), (0.5, 2.5), (-1.5, -0.5), (5, 4)]):
        world.create_entity(Transform2D(), Camera2D(layers=layers, order=order))
    world.process(0.01)
    got = [(camera.first_layer, camera.last_layer) for camera in read_cameras(world)]
    assert got == [(-513, 512), (1, 2), (-1, -1), (5, 4)]


def test_cameras_draw_by_order_then_age(world: World) -> None:
    for order, x in ((5, 1), (-3, 2), (5, 3), (0, 4)):
        world.create_entity(Transform2D(position=(x, 0)), Camera2D(order=order))
    world.process(0.01)
    assert [camera.x for camera in read_cameras(world)] == [2, 4, 1, 3]


# -- work that is not done ----------------------------------------------------------------------------
def test_one_that_comes_where_another_went_is_no_change_of_what_is_seen(world: World) -> None:
    first, *_ = world.create_entities(20, Transform2D(), Sprite()).tolist()
    for _ in range(3):
        world.process(0.01)
    (visible, *_) = world.resource(VisibleSets).visible[0]
    version = visible.version
    world.delete_entity(first, immediate=True)
    world.create_entity(Transform2D(), Sprite())
    world.process(0.01)
    assert visible.version == version
    world.create_entity(Transform2D(), Sprite())  # in a row that was free
    world.process(0.01)
    assert visible.version > version
    assert len(seen(world)) == 21


def test_nothing_is_tested_while_nothing_moves(world: World) -> None:
    world.create_entities(20, Transform2D(), Sprite())
    mover = world.create_entity(Transform2D(), Sprite(), Velocity())
    for _ in range(3):
        world.process(0.01)
    counted(world)
    versions = [visible.version for visible in world.resource(VisibleSets).visible[0]]
    for _ in range(4):
        world.process(0.01)
    assert counted(world) == 0
    world.component_for_entity(mover, Transform2D).position = (1, 0)
    for _ in range(4):
        world.process(0.01)
    assert counted(world) == 1  # its own table, once
    assert [visible.version for visible in world.resource(VisibleSets).visible[0]] == versions
    world.create_entity(Transform2D(), Camera2D())
    world.process(0.01)
    counted(world)
    world.process(0.01)
    assert counted(world) == 0


def test_tables_that_appear_grow_shrink_and_empty(world: World) -> None:
    first = world.create_entities(10, Transform2D(), Sprite()).tolist()
    world.process(0.01)
    assert seen(world) == set(first)
    second = world.create_entities(40, Transform2D(), Sprite(), Velocity()).tolist()
    world.process(0.01)
    assert seen(world) == {*first, *second}
    world.delete_entities(first)
    world.process(0.01)
    assert seen(world) == set(second)
    world.delete_entities(second[3:])
    world.process(0.01)
    assert seen(world) == set(second[:3])
    third = world.create_entities(100, Transform2D(), Sprite()).tolist()
    world.process(0.01)
    assert seen(world) == {*second[:3], *third}
    world.clear_database()
    world.process(0.01)
    assert seen(world) == set()


def test_cameras_that_come_and_go(world: World) -> None:
    here = world.create_entity(Transform2D(), Sprite())
    there = world.create_entity(Transform2D(position=(5000, 0)), Sprite())
    world.create_entity(Transform2D(), Camera2D())
    eye = world.create_entity(Transform2D(position=(5000, 0)), Camera2D())
    world.process(0.01)
    assert [seen(world, 0), seen(world, 1)] == [{here}, {there}]
    world.delete_entity(eye)
    world.process(0.01)
    world.component_for_entity(there, Transform2D).position = (9000, 0)
    world.process(0.01)
    world.create_entity(Transform2D(position=(5000, 0)), Camera2D())
    world.process(0.01)
    assert [seen(world, 0), seen(world, 1)] == [{here}, set()]


def test_a_replaced_system_sees_the_same_and_says_so(world: World) -> None:
    one = world.create_entity(Transform2D(), Sprite())
    world.process(0.01)
    visible = world.resource(VisibleSets).visible[0][0]
    version = visible.version

    class Blind(CullingSystem):
        def test(self, table: Table, entities: EntityRows, camera: CameraState, out: Any) -> None:
            out[:] = False

    world.replace_processor(CountingCulling, Blind())
    world.process(0.01)
    assert seen(world) == set()
    assert world.resource(VisibleSets).visible[0][0] is visible
    assert visible.version > version
    world.replace_processor(Blind, CullingSystem())
    world.process(0.01)
    assert seen(world) == {one}


def test_a_camera_that_was_nowhere_begins_where_it_is(world: World) -> None:
    eye = world.create_entity(Transform2D(position=(inf, 0)), Camera2D())
    world.process(0.01)
    world.component_for_entity(eye, Transform2D).position = (7, 0)
    world.process(0.01)
    (camera,) = world.resource(VisibleSets).cameras
    np.testing.assert_array_equal(camera.view.previous, camera.view.current)
