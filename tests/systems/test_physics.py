"""The physics system: integration, and contacts against brute force over pairs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import hypot, inf, isfinite, nan
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Collider, ColliderShape, Parent, Transform2D, Velocity, WorldPose2D
from ecs_engine.core.component import batch, field_of
from ecs_engine.core.world import World
from ecs_engine.systems import Contacts, PhysicsSystem, TransformSystem, teleport

Pair = tuple[int, int]
MakeWorld = Callable[..., World]


class Events:
    """What the world told, as sets of pairs."""

    def __init__(self, world: World) -> None:
        self.entered: list[Pair] = []
        self.exited: list[Pair] = []
        world.set_handler("collision_enter", self.enter)
        world.set_handler("collision_exit", self.exit)

    def enter(self, a: int, b: int) -> None:
        self.entered.append((a, b))

    def exit(self, a: int, b: int) -> None:
        self.exited.append((a, b))

    def take(self) -> tuple[list[Pair], list[Pair]]:
        taken = self.entered, self.exited
        self.entered, self.exited = [], []
        return taken


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(PhysicsSystem(), TransformSystem())


@pytest.fixture
def events(world: World) -> Events:
    return Events(world)


def pairs(array: Any) -> set[Pair]:
    return {(a, b) for a, b in array.tolist()}


def touching(world: World) -> set[Pair]:
    return pairs(world.resource(Contacts).touching)


def shape_of(world: World, entity: int, pose: dict[int, tuple[float, float, float, float]]) -> tuple[Any, ...]:
    collider = world.component_for_entity(entity, Collider)
    x, y, sx, sy = pose[entity]
    sx, sy = abs(sx), abs(sy)
    if collider.shape == ColliderShape.CIRCLE:
        return "circle", x, y, collider.radius * max(sx, sy), 0.0
    return "box", x, y, collider.half_size[0] * sx, collider.half_size[1] * sy


def gap(a: tuple[Any, ...], b: tuple[Any, ...]) -> float:
    """How far apart two shapes are; negative where they overlap."""
    if a[0] == b[0] == "circle":
        return hypot(a[1] - b[1], a[2] - b[2]) - a[3] - b[3]
    if a[0] == b[0] == "box":
        return max(abs(a[1] - b[1]) - a[3] - b[3], abs(a[2] - b[2]) - a[4] - b[4])
    circle, box = (a, b) if a[0] == "circle" else (b, a)
    dx = max(abs(circle[1] - box[1]) - box[3], 0)
    dy = max(abs(circle[2] - box[2]) - box[4], 0)
    return hypot(dx, dy) - circle[3]


@pytest.mark.parametrize("seed", range(4))
def test_random_worlds_against_brute_force_with_events(world: World, events: Events, seed: int) -> None:
    rng = np.random.default_rng(seed)
    entities: list[int] = []
    children: dict[int, int] = {}

    def collider() -> Collider:
        return Collider(
            shape=int(rng.integers(2)),
            radius=float(rng.uniform(0.2, 3)),
            half_size=tuple(rng.uniform(0.2, 3, 2).tolist()),
            layer=int(rng.integers(1, 8)),
            mask=int(rng.integers(0, 8)) if rng.random() < 0.5 else 0xFFFFFFFF,
        )

    def transform() -> Transform2D:
        return Transform2D(
            position=tuple(rng.uniform(-12, 12, 2).tolist()), scale=tuple(rng.uniform(-1.5, 1.5, 2).tolist())
        )

    def spawn() -> None:
        parent = int(rng.choice([e for e in entities if e not in children])) if len(entities) > 9 else 0
        extras: list[Any] = [Velocity(linear=tuple(rng.uniform(-30, 30, 2).tolist()))] if rng.random() < 0.5 else []
        if parent and rng.random() < 0.3:
            extras.append(Parent(parent))
        entity = world.create_entity(transform(), collider(), *extras)
        entities.append(entity)
        if extras and isinstance(extras[-1], Parent):
            children[entity] = parent

    known: set[Pair] = set()
    for _ in range(30):
        for _ in range(3 if len(entities) < 40 else 0):
            spawn()
        if rng.random() < 0.5:
            gone = int(rng.choice(entities))
            world.delete_entity(gone)
            for entity in [e for e in entities if e == gone or children.get(e) == gone]:
                entities.remove(entity)
                children.pop(entity, None)
                if entity != gone:
                    world.delete_entity(entity)
        # Where the children were drawn last is known before the tick, where the others are after it.
        last = {e: pose_of(world, e) for e in children}
        world.process(0.05)
        now = {e: last[e] if e in children else transform_of(world, e) for e in entities}
        surely, perhaps = set(), set()
        shapes = {e: shape_of(world, e, now) for e in entities}
        masks = {e: world.component_for_entity(e, Collider) for e in entities}
        for a, b in combinations(sorted(entities), 2):
            if not (masks[a].layer & masks[b].mask and masks[b].layer & masks[a].mask):
                continue
            apart = gap(shapes[a], shapes[b])
            if apart < -1e-4:
                surely.add((a, b))
            if apart < 1e-4:
                perhaps.add((a, b))
        contacts = world.resource(Contacts)
        got = touching(world)
        assert surely <= got <= perhaps
        assert pairs(contacts.entered) == got - known
        assert pairs(contacts.exited) == known - got
        entered, exited = events.take()
        assert (sorted(entered), sorted(exited)) == (sorted(got - known), sorted(known - got))
        known = got
    assert known


def transform_of(world: World, entity: int) -> tuple[float, float, float, float]:
    transform = world.component_for_entity(entity, Transform2D)
    return (*transform.position, *transform.scale)


def pose_of(world: World, entity: int) -> tuple[float, float, float, float]:
    location = world.location(entity)
    if location is None:
        return nan, nan, nan, nan  # made this tick: it has not been drawn yet
    table, row = location
    x, y = table.readable[field_of(WorldPose2D, "pose")][row, :2].tolist()
    sx, sy = table.readable[field_of(WorldPose2D, "scale")][row].tolist()
    return x, y, sx, sy


def test_a_contact_is_told_once_and_its_end_once(world: World, events: Events) -> None:
    a = world.create_entity(Transform2D(), Collider(radius=1))
    b = world.create_entity(Transform2D(position=(5, 0)), Collider(radius=1), Velocity(linear=(-1, 0)))
    told = []
    for _ in range(10):
        world.process(1.0)
        told.append(events.take())
    assert [(entered, exited) for entered, exited in told if entered or exited] == [([(a, b)], []), ([], [(a, b)])]


def test_what_is_deleted_has_parted_and_the_resource_does_not_keep_saying_so(world: World, events: Events) -> None:
    a, b = (world.create_entity(Transform2D(), Collider()) for _ in range(2))
    world.process(0.01)
    assert events.take() == ([(a, b)], [])
    world.delete_entity(a)
    world.delete_entity(b)
    world.process(0.01)
    assert events.take() == ([], [(a, b)])
    assert pairs(world.resource(Contacts).exited) == {(a, b)}
    world.process(0.01)
    contacts = world.resource(Contacts)
    assert [len(contacts.touching), len(contacts.entered), len(contacts.exited)] == [0, 0, 0]


def test_deleting_at_once_in_a_handler(world: World) -> None:
    hits: list[Pair] = []

    def hit(a: int, b: int) -> None:
        hits.append((a, b))
        for entity in (a, b):
            if world.entity_exists(entity):
                world.delete_entity(entity, immediate=True)

    world.set_handler("collision_enter", hit)
    for _ in range(4):
        world.create_entity(Transform2D(), Collider())
    world.process(0.01)
    assert len(hits) == 6
    world.process(0.01)
    assert len(hits) == 6
    assert list(world.get_entities()) == []


def test_a_teleported_child_stays_in_contact_where_it_was_drawn(world: World, events: Events) -> None:
    head = world.create_entity(Transform2D())
    arm = world.create_entity(Transform2D(position=(3, 0)), Parent(head), Collider())
    wall = world.create_entity(Transform2D(position=(3, 0)), Collider(radius=2))
    world.process(0.01)
    world.process(0.01)
    assert events.take() == ([(arm, wall)], [])
    teleport(world, arm, (3.5, 0))
    world.process(0.01)
    world.process(0.01)
    assert events.take() == ([], [])


@pytest.mark.parametrize("bad", [nan, inf, -inf, 3e38])
def test_bad_numbers_meet_nobody(world: World, bad: float) -> None:
    for collider in (Collider(radius=bad), Collider(shape=ColliderShape.BOX, half_size=(bad, 1)), Collider()):
        world.create_entity(Transform2D(position=(bad, 0)), collider, Velocity(linear=(bad, bad), angular=bad))
        world.create_entity(Transform2D(scale=(bad, 0), position=(900, 0)), collider)
    head = world.create_entity(Transform2D(rotation=bad, position=(bad, 0)))
    world.create_entity(Transform2D(), Parent(head), Collider())
    a, b = (world.create_entity(Transform2D(), Collider()) for _ in range(2))
    for _ in range(3):
        world.process(0.01)
    assert (a, b) in touching(world)
    if not isfinite(bad):  # a circle of 3e38 units, on the other hand, is all over the place
        assert touching(world) == {(a, b)}


def test_integration(world: World) -> None:
    ids = world.create_entities(
        100,
        Transform2D(),
        batch(
            Velocity,
            linear=np.stack((np.arange(100), -np.arange(100)), 1).astype("f4"),
            angular=np.where(np.arange(100) > 90, 2, 0).astype("f4"),
        ),
    )
    for _ in range(4):
        world.process(0.25)
    transforms = [world.component_for_entity(entity, Transform2D) for entity in ids.tolist()]
    assert [tuple(t.position) for t in transforms] == [(i, -i) for i in range(100)]
    assert [t.rotation for t in transforms] == [2.0 if i > 90 else 0.0 for i in range(100)]


def test_what_does_not_move_is_not_written(world: World) -> None:
    entity = world.create_entity(Transform2D(), Velocity())
    world.process(0.01)
    location = world.location(entity)
    assert location is not None
    versions = dict(location[0].versions)
    for _ in range(3):
        world.process(0.01)
    assert {f: v for f, v in location[0].versions.items() if v != versions[f]}.keys() <= {
        field_of(WorldPose2D, "previous")
    }


def test_one_line_replaces_the_system_with_a_subclass(world: World, events: Events) -> None:
    class Falling(PhysicsSystem):
        met: tuple[Pair, ...] = ()

        def integrate(self, dt: float) -> None:
            for (velocity,) in self.world.select(Velocity):
                assert not velocity.linear.flags.writeable
            super().integrate(2 * dt)

        def on_enter(self, a: int, b: int) -> None:
            self.met = (*self.met, (a, b))

    a, b = (world.create_entity(Transform2D(), Collider()) for _ in range(2))
    mover = world.create_entity(Transform2D(position=(50, 0)), Velocity(linear=(1, 0)), Collider())
    world.process(1.0)
    assert events.take() == ([(a, b)], [])
    system = Falling()
    world.replace_processor(PhysicsSystem, system)
    world.process(1.0)
    assert world.component_for_entity(mover, Transform2D).position.x == 53
    assert system.met == (), "those that touched before go on touching"
    assert touching(world) == {(a, b)}
    world.component_for_entity(mover, Transform2D).position = (-2, 0)
    world.process(1.0)
    assert set(system.met) == {(a, mover), (b, mover)}
    assert events.take() == ([], []), "on_enter was overridden"
