"""World poses against a plain recursive reference, and what must not be computed or told again."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, inf, nan, sin
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Parent, Sprite, Transform2D, Velocity, WorldPose2D
from ecs_engine.core.component import batch, field_of
from ecs_engine.core.errors import ComponentError
from ecs_engine.core.system import System
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.systems import TransformSystem, teleport

POSE, PREVIOUS, SCALE = (field_of(WorldPose2D, name) for name in ("pose", "previous", "scale"))
Local = tuple[float, float, float, float, float]

MakeWorld = Callable[..., World]


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(TransformSystem())


def read(world: World, entity: int, field: Any = POSE) -> list[float]:
    location = world.location(entity)
    assert location is not None
    table, row = location
    return table.readable[field][row].tolist()


def place(world: World, entity: int, field: Any = POSE) -> list[float]:
    return read(world, entity, field)[:2]


def table_of(world: World, entity: int) -> Table:
    location = world.location(entity)
    assert location is not None
    return location[0]


def reference(locals_: dict[int, Local], parents: dict[int, int], entity: int) -> Local:
    x, y, angle, sx, sy = locals_[entity]
    parent = parents.get(entity, 0)
    if not parent:
        return x, y, angle, sx, sy
    px, py, pa, psx, psy = reference(locals_, parents, parent)
    x, y = x * psx, y * psy
    return px + cos(pa) * x - sin(pa) * y, py + sin(pa) * x + cos(pa) * y, pa + angle, sx * psx, sy * psy


class Forest:
    """A world of random trees, and what every pose in it should be."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.world, self.rng = world, rng
        self.locals: dict[int, Local] = {}
        self.parents: dict[int, int] = {}
        self.before: dict[int, Local] = {}
        self.contents: dict[int, bytes] = {}
        """Of each version of a column that was seen."""

    def pick(self) -> int:
        return int(self.rng.choice(list(self.locals)))

    def spawn(self) -> None:
        values = self.random_local()
        extras: list[Any] = [Sprite()] if self.rng.random() < 0.3 else []
        if self.rng.random() < 0.2:
            extras.append(Velocity())
        parent = self.pick() if self.locals and self.rng.random() < 0.6 else 0
        if parent or self.rng.random() < 0.1:
            extras.append(Parent(parent))
        entity = self.world.create_entity(
            Transform2D(position=values[:2], rotation=values[2], scale=values[3:]), *extras
        )
        self.locals[entity] = values
        if parent:
            self.parents[entity] = parent

    def random_local(self) -> Local:
        x, y, a = self.rng.uniform(-3, 3, 3).astype(np.float32).tolist()
        sx, sy = self.rng.uniform(0.5, 1.5, 2).astype(np.float32).tolist()
        return x, y, a, sx, sy

    def move(self) -> None:
        entity = self.pick()
        values = self.locals[entity] = self.random_local()
        transform = self.world.component_for_entity(entity, Transform2D)
        transform.position, transform.rotation, transform.scale = values[:2], values[2], values[3:]

    def reparent(self) -> None:
        entity, parent = self.pick(), self.pick()
        if entity in self.ancestors(parent) or entity == parent:
            parent = 0
        if self.world.has_component(entity, Parent) and self.rng.random() < 0.5:
            self.world.component_for_entity(entity, Parent).entity = parent
        elif parent:
            self.world.add_component(entity, Parent(parent))
        elif self.world.has_component(entity, Parent):
            self.world.remove_component(entity, Parent)
        self.parents[entity] = parent

    def ancestors(self, entity: int) -> list[int]:
        found = []
        while entity := self.parents.get(entity, 0):
            found.append(entity)
        return found

    def change_table(self) -> None:
        entity = self.pick()
        if self.world.has_component(entity, Velocity):
            self.world.remove_component(entity, Velocity)
        else:
            self.world.add_component(entity, Velocity())

    def delete(self) -> None:
        entity = self.pick()
        self.world.delete_entity(entity)
        for other in [e for e in self.locals if e == entity or entity in self.ancestors(e)]:
            del self.locals[other]

    def tick(self) -> None:
        self.world.process(0.01)
        assert sorted(self.world.get_entities()) == sorted(self.locals)
        now = {entity: reference(self.locals, self.parents, entity) for entity in self.locals}
        for entity, expected in now.items():
            np.testing.assert_allclose(read(self.world, entity)[:3], expected[:3], atol=2e-3)
            np.testing.assert_allclose(read(self.world, entity, SCALE), expected[3:], rtol=1e-4)
            before = self.before.get(entity, expected)
            np.testing.assert_allclose(read(self.world, entity, PREVIOUS)[:3], before[:3], atol=2e-3)
        self.before = now
        for table in self.world.tables:
            for field in {POSE, PREVIOUS, SCALE} & table.arrays.keys():
                content = table.readable[field].tobytes()
                assert self.contents.setdefault(table.versions[field], content) == content, "one version, two contents"


@pytest.mark.parametrize("seed", range(6))
def test_random_trees_have_the_poses_of_the_reference_now_and_before(world: World, seed: int) -> None:
    rng = np.random.default_rng(seed)
    forest = Forest(world, rng)
    for _ in range(25):
        forest.spawn()
    actions = [forest.spawn, forest.move, forest.reparent, forest.change_table, forest.delete]
    forest.tick()
    for _ in range(60):
        for _ in range(int(rng.integers(0, 4))):
            if len(forest.locals) < 5:
                forest.spawn()
            actions[int(rng.integers(len(actions)))]()
        forest.tick()


def test_a_family_goes_in_the_tick_its_head_is_gone(world: World) -> None:
    head = world.create_entity(Transform2D())
    family = [head]
    for _ in range(4):
        family.append(world.create_entity(Transform2D(position=(1, 0)), Parent(family[-1])))
    other = world.create_entity(Transform2D(), Parent(world.create_entity(Transform2D())))
    world.process(0.01)
    world.delete_entity(head)
    world.process(0.01)
    assert [world.entity_exists(entity) for entity in family] == [False] * 5
    assert world.entity_exists(other)
    assert sum(rows.table.length for rows in world.select(Transform2D)) == 2


def test_a_parent_without_a_transform_leaves_its_children_where_they_are(world: World) -> None:
    marker = world.create_entity(Velocity())
    child = world.create_entity(Transform2D(position=(3, 4)), Parent(marker))
    world.process(0.01)
    world.process(0.01)
    assert place(world, child) == [3, 4]
    world.delete_entity(marker)
    world.process(0.01)
    assert not world.entity_exists(child)


def test_a_cycle_is_named_and_can_be_mended(world: World) -> None:
    a = world.create_entity(Transform2D())
    b = world.create_entity(Transform2D(), Parent(a))
    c = world.create_entity(Transform2D(), Parent(b))
    leaf = world.create_entity(Transform2D(position=(1, 0)), Parent(c))
    world.process(0.01)
    world.add_component(a, Parent(c))
    for _ in range(2):
        with pytest.raises(ComponentError, match=f"Entities {a}, {b}, {c} are their own ancestors"):
            world.process(0.01)
    world.component_for_entity(a, Parent).entity = 0
    world.component_for_entity(a, Transform2D).position = (5, 0)
    world.process(0.01)
    assert place(world, leaf) == [6, 0]


def test_an_entity_that_is_its_own_parent_is_a_cycle(world: World) -> None:
    one = world.create_entity(Transform2D())
    world.add_component(one, Parent(one))
    with pytest.raises(ComponentError, match=f"Entities {one} are their own ancestors"):
        world.process(0.01)


@pytest.mark.parametrize("bad", [nan, inf, -inf, 3e38])
@pytest.mark.parametrize("field", ["position", "rotation", "scale"])
def test_bad_numbers_spoil_only_their_own_subtree(world: World, field: str, bad: float) -> None:
    value: Any = bad if field == "rotation" else (bad, 1)
    sick = world.create_entity(Transform2D(**{field: value}))
    sick_child = world.create_entity(Transform2D(position=(1, 0), scale=(2, 2)), Parent(sick))
    well = world.create_entity(Transform2D(position=(2, 0)))
    well_child = world.create_entity(Transform2D(position=(1, 0)), Parent(well))
    for _ in range(3):
        world.process(0.01)
    assert place(world, well) == [2, 0]
    assert place(world, well_child) == [3, 0]
    setattr(world.component_for_entity(sick, Transform2D), field, 0.0 if field == "rotation" else (1, 1))
    world.process(0.01)
    world.process(0.01)
    expected = [2, 1] if field == "position" else [1, 0]
    assert place(world, sick_child) == expected
    assert place(world, sick_child, PREVIOUS) == expected


# -- what costs nothing ------------------------------------------------------------------------------
def versions(table: Table) -> list[int]:
    return [table.versions[field] for field in (POSE, PREVIOUS, SCALE)]


def test_what_stands_still_is_settled_once_and_then_left_alone(world: World) -> None:
    root = world.create_entity(Transform2D())
    child = world.create_entity(Transform2D(position=(1, 0)), Parent(root))
    world.process(0.01)
    tables = [table_of(world, root), table_of(world, child)]
    world.component_for_entity(root, Transform2D).position = (5, 0)
    world.process(0.01)
    assert place(world, child, PREVIOUS) == [1, 0]
    world.process(0.01)
    assert place(world, child, PREVIOUS) == place(world, child) == [6, 0]
    still = [versions(table) for table in tables]
    for _ in range(3):
        world.process(0.01)
    assert [versions(table) for table in tables] == still


def test_subtrees_without_a_change_above_them_are_not_written(world: World) -> None:
    moving = world.create_entity(Transform2D())
    resting = world.create_entity(Transform2D())
    follower = world.create_entity(Transform2D(position=(1, 0)), Parent(moving))
    rester = world.create_entity(Transform2D(position=(1, 0)), Parent(resting), Velocity())  # in another table
    for _ in range(3):
        world.process(0.01)
    still = versions(table_of(world, rester))
    for step in range(1, 4):
        world.component_for_entity(moving, Transform2D).position = (step, 0)
        world.process(0.01)
        assert place(world, follower) == [step + 1, 0]
    assert versions(table_of(world, rester)) == still


def test_a_hierarchy_at_rest_is_not_written_when_others_come_and_go(world: World) -> None:
    root = world.create_entity(Transform2D(), Sprite())
    child = world.create_entity(Transform2D(position=(1, 0)), Parent(root))
    for _ in range(3):
        world.process(0.01)
    still = versions(table_of(world, child))
    for _ in range(3):
        bullet = world.create_entity(Transform2D())
        shell = world.create_entity(Transform2D(), Parent(bullet), Sprite())
        world.process(0.01)
        world.delete_entity(bullet)
        world.process(0.01)
        assert not world.entity_exists(shell)
    assert versions(table_of(world, child)) == still
    world.component_for_entity(root, Transform2D).position = (7, 0)
    world.process(0.01)
    assert place(world, child) == [8, 0]


# -- the tick before ---------------------------------------------------------------------------------
def test_the_pose_before_survives_spawns_deletions_and_moves_between_tables(world: World) -> None:
    walkers = [world.create_entity(Transform2D(position=(i, 0))) for i in range(6)]
    world.process(0.01)
    for tick in range(1, 12):
        for walker in walkers:
            world.component_for_entity(walker, Transform2D).position.y = tick
        fresh = world.create_entity(Transform2D(position=(99, 99)))
        if tick % 3 == 0:
            world.delete_entity(walkers.pop(0))
        if tick % 4 == 0:
            world.add_component(walkers[0], Velocity())
        world.process(0.01)
        assert [read(world, walker, PREVIOUS)[1] for walker in walkers] == [tick - 1] * len(walkers)
        assert place(world, fresh, PREVIOUS) == [99, 99]


def test_a_teleport_does_not_slide(world: World) -> None:
    one, two = (world.create_entity(Transform2D(position=(i, 0))) for i in (1, 2))
    world.process(0.01)
    world.component_for_entity(two, Transform2D).position = (3, 0)
    teleport(world, one, (50, 60), rotation=2)
    world.process(0.01)
    assert read(world, one) == read(world, one, PREVIOUS) == [50, 60, 2, 0]
    assert place(world, two, PREVIOUS) == [2, 0]
    world.component_for_entity(one, Transform2D).position = (51, 60)
    world.process(0.01)
    assert place(world, one, PREVIOUS) == [50, 60]


def test_a_teleport_takes_along_what_hangs_on_it(world: World) -> None:
    root = world.create_entity(Transform2D())
    child = world.create_entity(Transform2D(position=(1, 0)), Parent(root))
    leaf = world.create_entity(Transform2D(position=(1, 0)), Parent(child), Velocity())
    other = world.create_entity(Transform2D(position=(4, 0)), Parent(world.create_entity(Transform2D())))
    world.process(0.01)
    world.component_for_entity(other, Transform2D).position = (5, 0)
    teleport(world, root, (100, 0))
    world.process(0.01)
    assert [place(world, e) for e in (root, child, leaf)] == [[100, 0], [101, 0], [102, 0]]
    assert [place(world, e, PREVIOUS) for e in (root, child, leaf)] == [[100, 0], [101, 0], [102, 0]]
    assert place(world, other, PREVIOUS) == [4, 0]
    teleport(world, child, (10, 0))
    world.process(0.01)
    assert [place(world, e, PREVIOUS) for e in (root, child, leaf)] == [[100, 0], [110, 0], [111, 0]]


def test_a_teleport_to_the_same_place_changes_nothing(world: World) -> None:
    root = world.create_entity(Transform2D(position=(1, 2)))
    child = world.create_entity(Transform2D(position=(1, 0)), Parent(root))
    world.process(0.01)
    for entity in (root, child):
        teleport(world, entity, tuple(world.component_for_entity(entity, Transform2D).position))
    for _ in range(3):
        world.process(0.01)
        assert place(world, child) == place(world, child, PREVIOUS) == [2, 2]


def test_a_teleport_of_what_was_made_or_changed_in_the_same_tick(make_world: MakeWorld) -> None:
    class Game(System):
        def process(self, dt: float) -> None:
            self.fresh = self.world.create_entity(Transform2D(position=(1, 1)))
            teleport(self.world, self.fresh, (30, 0))
            if self.world.has_component(old, Velocity):
                self.world.remove_component(old, Velocity)
            else:
                self.world.add_component(old, Velocity())
            self.x = self.world.component_for_entity(old, Transform2D).position.x + 100
            teleport(self.world, old, (self.x, 0))

    game = Game()
    world = make_world(TransformSystem(), game)
    old = world.create_entity(Transform2D())
    for _ in range(3):
        world.process(0.01)
        assert place(world, game.fresh) == place(world, game.fresh, PREVIOUS) == [30, 0]
        assert place(world, old) == place(world, old, PREVIOUS) == [game.x, 0]


def test_a_teleported_entity_may_be_deleted_or_lose_its_transform(world: World) -> None:
    one, two = world.create_entity(Transform2D()), world.create_entity(Transform2D(), Velocity())
    teleport(world, one, (1, 1))
    teleport(world, two, (1, 1))
    world.delete_entity(one)
    world.remove_component(two, Transform2D)
    world.process(0.01)
    with pytest.raises(KeyError):
        teleport(world, two, (1, 1))


def test_the_shape_of_a_collider_stays_where_it_was_until_the_poses_are_done(world: World) -> None:
    """A teleport leaves no hole in the pose, which systems before TRANSFORM read."""
    root = world.create_entity(Transform2D())
    child = world.create_entity(Transform2D(position=(1, 0)), Parent(root))
    world.process(0.01)
    teleport(world, child, (9, 0))
    assert place(world, child) == [1, 0]


def test_a_replaced_system_goes_on_with_poses_and_teleports(world: World) -> None:
    one = world.create_entity(Transform2D())
    world.process(0.01)
    world.component_for_entity(one, Transform2D).position = (1, 0)
    teleport(world, one, (5, 0))

    class Mine(TransformSystem):
        pass

    world.replace_processor(TransformSystem, Mine())
    world.process(0.01)
    assert place(world, one) == place(world, one, PREVIOUS) == [5, 0]
    world.component_for_entity(one, Transform2D).position = (6, 0)
    world.process(0.01)
    assert place(world, one, PREVIOUS) == [5, 0]


def test_many_entities_made_at_once(world: World, rng: np.random.Generator) -> None:
    roots = world.create_entities(50, batch(Transform2D, position=rng.uniform(-9, 9, (50, 2)).astype("f4")))
    kids = world.create_entities(
        50, batch(Transform2D, position=np.ones((50, 2), "f4")), batch(Parent, entity=roots[::-1])
    )
    world.process(0.01)
    got = np.array([place(world, int(kid)) for kid in kids])
    expected = np.array([place(world, int(root)) for root in roots[::-1]]) + 1
    np.testing.assert_allclose(got, expected, rtol=1e-6)
