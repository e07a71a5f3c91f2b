"""Which edge is in the way of which light, found again only when something has moved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecs_engine import Collider, ColliderShape, Occluder, PointLight, Transform2D, Velocity, World
from ecs_engine.components import LightDraw, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.systems import (
    LIGHTS,
    SPRITES,
    CullingSystem,
    Drawables,
    LightSystem,
    PhysicsSystem,
    ShadowSystem,
    TransformSystem,
)
from ecs_engine.systems.lights.lights import KEY
from ecs_engine.systems.lights.sectors import MARGIN, SECTORS

MakeWorld = Callable[..., World]


class Counted(ShadowSystem):
    casts = 0

    def cast(self, instances: Any) -> None:
        self.casts += 1
        super().cast(instances)


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(
        PhysicsSystem(),
        TransformSystem(),
        LightSystem(),
        CullingSystem(),
        Counted(),
        drawables=Drawables(SPRITES, LIGHTS),
    )


def casts(world: World) -> int:
    system = world.get_processor(Counted)
    assert system is not None
    return system.casts


def spans_of(world: World, entity: int) -> list[tuple[int, int]]:
    """The first edge of each sector of a light, and how many it has."""
    instances = world.resource(Drawables)["lights"]
    place = world.location(entity)
    assert place is not None
    row = instances.layout.firsts[instances.tables.index(place[0])] + place[1]
    return [(first, count) for first, count in instances.lookups["spans"].array[row * SECTORS :][:SECTORS].tolist()]


def edges_of(world: World, entity: int) -> np.ndarray[Any, Any]:
    """The edges that were given to a light."""
    edges = world.resource(Drawables)["lights"].lookups["edges"].array
    found = [tuple(edge) for first, n in spans_of(world, entity) for edge in edges[first : first + n].tolist()]
    return np.array(sorted(set(found))).reshape(-1, 4)


def test_edges_in_reach_that_face_away_and_no_others(world: World, rng: np.random.Generator) -> None:
    lights = {
        world.create_entity(Transform2D(tuple(place)), PointLight(radius=radius)): (place, radius)
        for place, radius in zip(
            rng.uniform(-300, 300, (30, 2)).tolist(), rng.uniform(20, 90, 30).tolist(), strict=True
        )
    }
    boxes = []
    for place, turn in zip(rng.uniform(-300, 300, (80, 2)), rng.uniform(0, 6, 80).tolist(), strict=True):
        box = Occluder.box(20, 8)
        world.create_entity(Transform2D(tuple(place.tolist()), turn), box)
        c, s = np.cos(turn), np.sin(turn)
        boxes.append((box.edges.reshape(-1, 2) @ np.array([[c, s], [-s, c]]) + place).reshape(-1, 4))
    world.process(0.1)
    seen = 0
    for entity, (place, radius) in lights.items():
        wanted = []
        for edge in np.concatenate(boxes):
            start, end = edge[:2], edge[2:]
            middle, half = (start + end) / 2, np.linalg.norm(end - start) / 2
            along, aside = end - start, np.array(place) - start
            if np.linalg.norm(middle - place) <= radius + half and along[0] * aside[1] - along[1] * aside[0] >= 0:
                wanted.append(edge)
        found = edges_of(world, entity)
        if not (abs(place[0]) < 320 and abs(place[1]) < 180):
            continue  # perhaps out of sight
        seen += len(wanted)
        assert len(found) == len(wanted)
        assert np.allclose(sorted(found.tolist()), sorted(np.array(wanted).reshape(-1, 4).tolist()), atol=1e-3)
    assert seen > 50


def sectors_in_the_way(edges: list[tuple[float, ...]], lamp: float) -> tuple[set[int], set[int]]:
    """The plain statement of which sectors an edge is in the way of, given at both ticks as seen from its light: those
    that are for certain, and those that are but for rounding."""

    def direction(x: float, y: float) -> float:
        part = x / max(abs(x) + abs(y), 1e-30)
        return 3 + part if y < 0 else 1 - part

    def turn(way: float) -> float:
        return way - 4 * round(way / 4)

    limits = []
    for x, y, end_x, end_y in edges:
        across = turn(direction(end_x, end_y) - direction(x, y))
        along = (end_x - x, end_y - y)
        part = min(max(-(x * along[0] + y * along[1]) / (along[0] ** 2 + along[1] ** 2), 0), 1)
        distance = np.hypot(x + part * along[0], y + part * along[1])
        half = abs(across) / 2 + (lamp / distance * np.pi / 2 if distance > lamp else 4)
        limits.append((direction(x, y) + across / 2, half))
    (middle, half), (before, half_before) = limits
    turned = turn(before - middle)
    low, high = middle + min(-half, turned - half_before), middle + max(half, turned + half_before)
    first, last = low * SECTORS / 4, high * SECTORS / 4
    certain, possible = (
        range(int(np.floor(first + slack)), int(np.floor(last - slack)) + 1) for slack in (0.001, -0.001)
    )
    return {number % SECTORS for number in certain}, {number % SECTORS for number in possible}


def test_each_sector_has_the_edges_in_its_way(world: World, rng: np.random.Generator) -> None:
    def places(count: int) -> list[Any]:
        return rng.uniform((-300, -170), (300, 170), (count, 2)).tolist()

    size = 4.0
    for place in places(12):
        world.create_entity(Transform2D(place), PointLight(radius=120, size=size), Velocity(linear=(40, -30)))
    for place, turn in zip(places(60), rng.uniform(0, 6, 60).tolist(), strict=True):
        world.create_entity(Transform2D(place, turn), Occluder.box(30, 12), Velocity(linear=(-20, 10), angular=1))
    for _ in range(3):
        world.process(0.1)
    instances = world.resource(Drawables)["lights"]
    spans, now, before = (instances.lookups[name].array.tolist() for name in ("spans", "edges", "edges_before"))
    checked = 0
    for rows in world.select(PointLight, WorldPose2D):
        _, poses = rows
        for number, (pose, previous) in enumerate(zip(poses.pose.tolist(), poses.previous.tolist(), strict=True)):
            row = number + instances.layout.firsts[instances.tables.index(rows.table)]
            found: dict[tuple[tuple[float, ...], ...], set[int]] = {}
            for sector, (first, count) in enumerate(spans[row * SECTORS : (row + 1) * SECTORS]):
                for place in range(first, first + count):
                    seen = tuple(
                        tuple(value - origin for value, origin in zip(edge, (*at[:2], *at[:2]), strict=True))
                        for edge, at in ((now[place], pose), (before[place], previous))
                    )
                    assert sector not in found.setdefault(seen, set())
                    found[seen].add(sector)
            for edges, sectors in found.items():
                certain, possible = sectors_in_the_way(list(edges), size + MARGIN * 120)
                assert certain <= sectors <= possible
                checked += len(certain) < SECTORS
    assert checked > 200


def test_a_wall_that_moves_is_in_the_way_where_it_was_and_where_it_is(world: World) -> None:
    lamp = world.create_entity(Transform2D((-30, 20)), PointLight(radius=100, size=0))
    wall = world.create_entity(Transform2D((30, 30)), Occluder.line((-1, 1), (1, -1)))

    def sectors(ticks: int) -> set[int]:
        for _ in range(ticks):
            world.process(0.1)
        return {sector for sector, (_, count) in enumerate(spans_of(world, lamp)) if count}

    there = sectors(3)
    assert there == {0}
    world.component_for_entity(wall, Transform2D).position = (-20, 80)
    moving, here = sectors(1), sectors(3)
    assert here == {3}
    assert moving >= {0, 1, 2, 3}


def test_nothing_is_done_while_nothing_moves(world: World) -> None:
    lamp = world.create_entity(Transform2D(), PointLight())
    wall = world.create_entity(Transform2D((20, 0)), Occluder.box(5, 5))
    world.create_entity(Transform2D((50, 0)), Velocity(linear=(1, 1)))  # moves, and is neither
    for _ in range(3):
        world.process(0.1)
    before = casts(world)
    for _ in range(5):
        world.process(0.1)
    assert casts(world) == before
    for entity in (lamp, wall):
        world.component_for_entity(entity, Transform2D).position.x += 1
        world.process(0.1)
        assert casts(world) > before
        before = casts(world)
        world.process(0.1)  # the tick before is another now
        world.process(0.1)
        world.process(0.1)
        settled = casts(world)
        world.process(0.1)
        assert casts(world) == settled
        before = settled


def test_occluders_come_go_and_get_places(world: World) -> None:
    lamp = world.create_entity(Transform2D(), PointLight())
    world.process(0.1)
    assert len(edges_of(world, lamp)) == 0
    wall = world.create_entity(Occluder.line((10, -5), (10, 5)))
    world.process(0.1)
    assert len(edges_of(world, lamp)) == 0
    world.add_component(wall, Transform2D((0, 3)))
    world.process(0.1)
    assert edges_of(world, lamp).tolist() == [[10, -2, 10, 8]]
    world.component_for_entity(wall, Transform2D).scale = (2, 1)
    world.process(0.1)
    assert edges_of(world, lamp).tolist() == [[20, -2, 20, 8]]
    world.add_component(wall, Occluder.box(2, 2))
    world.process(0.1)
    assert len(edges_of(world, lamp)) == 3  # all but the one that faces the lamp
    world.delete_entity(wall)
    world.process(0.1)
    assert len(edges_of(world, lamp)) == 0


def test_a_mirrored_outline_faces_the_same_way(world: World) -> None:
    lamp = world.create_entity(Transform2D((-40, 0)), PointLight())
    wall = world.create_entity(Transform2D(scale=(-1, 1)), Occluder.box(10, 10))
    world.process(0.1)
    (edge,) = [edge for edge in edges_of(world, lamp).tolist() if edge[0] == edge[2]]
    assert edge[0] == 5  # the far one
    world.add_component(wall, Occluder.box(10, 10, lit=False))
    world.process(0.1)
    (edge,) = [edge for edge in edges_of(world, lamp).tolist() if edge[0] == edge[2]]
    assert edge[0] == -5


def test_lights_become_rows(world: World) -> None:
    look = PointLight(radius=50, size=2, falloff=3, cone=1, color=(255, 0, 51, 255), intensity=2, shadows=0.5)
    world.create_entity(Transform2D(scale=(2, -8)), look)
    world.create_entity(Transform2D(), PointLight(radius=50, size=-2, falloff=-3, shadows=-1))
    world.create_entity(Transform2D(), PointLight(radius=50, shadows=3))
    world.process(0.1)
    ((draw, _),) = world.select(LightDraw, PointLight)
    assert draw.glow[0].tolist() == [200, 8, 3, 0.5]
    assert draw.glow[1, :3].tolist() == [50, 0, 0]
    assert draw.paint[0].tolist() == pytest.approx([2, 0, 0.4, 0.5])
    assert draw.paint[1:, 3].tolist() == [0, 1]
    assert draw.reach.tolist() == [200, 50, 50]


def test_outlines_of_colliders() -> None:
    box = Occluder.of(Collider(shape=ColliderShape.BOX, half_size=(4, 2)))
    assert np.abs(box.edges).max(axis=0).tolist() == [4, 2, 4, 2]
    ring = Occluder.of(Collider(shape=ColliderShape.CIRCLE, radius=3))
    assert np.allclose(np.hypot(ring.edges[:, 0], ring.edges[:, 1]), 3)


def test_an_outline_has_its_inside_to_the_left_whichever_way_it_was_told() -> None:
    corners = [(20, 10), (50, 10), (40, 90), (25, 70)]
    for points in (corners, corners[::-1]):
        edges = Occluder(points).edges
        along, aside = edges[:, 2:] - edges[:, :2], np.mean(corners, axis=0) - edges[:, :2]
        assert (along[:, 0] * aside[:, 1] - along[:, 1] * aside[:, 0] > 0).all()


@pytest.mark.parametrize("points", [[(0, 0)], [(0, 0), (float("nan"), 1)], [(0, 0, 0), (1, 1, 1)], "wall"])
def test_outlines_that_cannot_be_are_told(points: Any) -> None:
    with pytest.raises(EngineError, match=r"An Occluder"):
        Occluder(points)


NAN, INFINITE = float("nan"), float("inf")
WRONG: list[dict[str, Any]] = [
    *({name: NAN} for name in ("radius", "intensity", "falloff", "cone")),
    *({name: INFINITE} for name in ("radius", "size")),
    {"radius": 0},
    {"visible": False},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_lights_that_cannot_be_are_off(world: World, caplog: pytest.LogCaptureFixture, wrong: dict[str, Any]) -> None:
    lamp = world.create_entity(Transform2D(), PointLight(**wrong))
    other = world.create_entity(Transform2D(), PointLight())
    world.create_entity(Transform2D((20, 0)), Occluder.box(5, 5))
    with caplog.at_level(logging.WARNING, "ecs_engine"):
        world.process(0.1)
    reach = {}
    for rows in world.select(LightDraw):
        (draw,) = rows
        reach |= dict(zip(rows.entities.tolist(), draw.reach.tolist(), strict=True))
    assert (reach[lamp], reach[other]) == (-np.inf, 200)
    assert len(edges_of(world, lamp)) == 0
    assert len(edges_of(world, other)) == 3
    assert len(caplog.records) == any(value != value or abs(value) == np.inf for value in wrong.values())
    world.component_for_entity(lamp, Transform2D).scale = (2, 2)
    world.process(0.1)
    assert len(caplog.records) <= 1


def test_an_outline_at_nan_is_nowhere(world: World) -> None:
    lamp = world.create_entity(Transform2D(), PointLight())
    world.create_entity(Transform2D((float("nan"), 0)), Occluder.box(5, 5))
    world.create_entity(Transform2D((20, 0)), Occluder.box(5, 5))
    world.process(0.1)
    assert len(edges_of(world, lamp)) == 3


def test_the_tremble_of_a_flame_sorts_nothing_again(world: World) -> None:
    lamp = world.create_entity(Transform2D(), PointLight())
    world.process(0.1)
    place = world.location(lamp)
    assert place is not None
    key = field_of(LightDraw, "key")
    before = place[0].versions[key]
    world.component_for_entity(lamp, PointLight).intensity = 0.5
    world.process(0.1)
    assert place[0].versions[key] == before
    world.create_entity(Transform2D(), PointLight())
    world.process(0.1)
    assert set(place[0].readable[key].tolist()) == {KEY}
