"""Cameras that follow, keep within bounds, and shake."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import (
    Camera2D,
    CameraFollow,
    CameraMotion,
    CameraShake,
    Parent,
    Transform2D,
    Velocity,
    WorldPose2D,
)
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.world import World
from ecs_engine.systems import CameraSystem, PhysicsSystem, TransformSystem, screen_to_world, teleport, zoom_at
from ecs_engine.systems.cameras import read_cameras
from ecs_engine.systems.rigs import noise

DT = 1 / 60
HEIGHTS = ("previous_height", "height")


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(PhysicsSystem(), CameraSystem(), TransformSystem())


def place(world: World, entity: int) -> tuple[float, float]:
    x, y = world.component_for_entity(entity, Transform2D).position
    return x, y


def poses(world: World, entity: int) -> tuple[list[float], list[float]]:
    location = world.location(entity)
    assert location is not None
    now, before = (location[0].readable[field_of(WorldPose2D, name)][location[1]] for name in ("pose", "previous"))
    return now[:2].tolist(), before[:2].tolist()


def motion(world: World, camera: int, *names: str) -> Any:
    """What the system keeps of a camera: the values of some fields."""
    location = world.location(camera)
    assert location is not None
    values = [location[0].readable[field_of(CameraMotion, name)][location[1]].tolist() for name in names]
    return tuple(values)


def put(world: World, entity: int, x: float, y: float = 0.0) -> None:
    world.component_for_entity(entity, Transform2D).position = (x, y)


def pair(world: World, target: Any = (), **follow: Any) -> tuple[int, int]:
    """A target at rest in the origin, and a camera that follows it."""
    hero = world.create_entity(Transform2D(), *target)
    camera = world.create_entity(Transform2D((500, 500)), Camera2D(height=100), CameraFollow(hero, **follow))
    return hero, camera


def test_a_new_camera_begins_at_its_target(world: World) -> None:
    _, camera = pair(world, half_life=5.0)
    world.process(DT)
    assert poses(world, camera) == ([0, 0], [0, 0])


def test_at_once_it_is_where_its_target_is_in_this_very_tick(world: World) -> None:
    hero, camera = pair(world, [Velocity((60, 30))])
    child = world.create_entity(Transform2D((5, 0)), Parent(hero))
    world.component_for_entity(camera, CameraFollow).target = child
    for tick in range(1, 6):
        world.process(DT)
        assert poses(world, camera) == poses(world, child)
        np.testing.assert_allclose(place(world, camera), (5 + tick, tick / 2), rtol=1e-6)


def test_half_of_the_way_in_each_half_life_whatever_the_tick_rate(world: World) -> None:
    hero, camera = pair(world, half_life=0.5)
    world.process(DT)
    for rate in (10, 60, 240):
        put(world, hero, 0)
        put(world, camera, 64)
        for halves in (32, 16, 8):
            for _ in range(rate // 2):
                world.process(1 / rate)
            assert place(world, camera)[0] == pytest.approx(halves, rel=1e-4)


def test_within_the_dead_zone_it_stays_and_at_its_edge_it_is_drawn_along(world: World) -> None:
    hero, camera = pair(world, dead_zone=(40, 20))
    world.process(DT)
    for target, expected in (
        ((20, 10), (0, 0)), ((-20, -10), (0, 0)), ((25, 0), (5, 0)), ((25, -13), (5, -3)), ((-20, 0), (0, -3)),
    ):  # fmt: skip
        put(world, hero, *target)
        world.process(DT)
        assert place(world, camera) == pytest.approx(expected)


def test_it_looks_ahead_of_motion(world: World) -> None:
    hero, camera = pair(world, [Velocity((60, -120))], look_ahead=0.5)
    world.process(DT)
    world.process(DT)
    x, y = place(world, hero)
    np.testing.assert_allclose(place(world, camera), (x + 30, y - 60), rtol=1e-4)


@pytest.mark.parametrize("who", ["target", "parent"])
def test_a_teleport_of_the_target_teleports_the_camera(world: World, who: str) -> None:
    parent = world.create_entity(Transform2D())
    hero, camera = pair(world, [Parent(parent)], half_life=3.0, dead_zone=(50, 50))
    world.process(DT)
    world.process(DT)
    teleport(world, hero if who == "target" else parent, (4000, 70))
    world.component_for_entity(camera, Camera2D).zoom = 2
    world.process(DT)
    assert poses(world, camera) == ([4000, 70], [4000, 70])
    assert motion(world, camera, *HEIGHTS) == (50, 50), "its zoom jumps as well"


def test_moving_without_a_teleport_is_drawn_on_the_way(world: World) -> None:
    hero, camera = pair(world)
    world.process(DT)
    put(world, hero, 10)
    world.process(DT)
    assert poses(world, camera) == ([10, 0], [0, 0])


def test_a_target_that_is_gone_or_nowhere_leaves_the_camera_be(world: World) -> None:
    hero, camera = pair(world)
    world.process(DT)
    put(world, hero, nan)
    world.process(DT)
    world.delete_entity(hero)
    world.process(DT)
    assert place(world, camera) == (0, 0)
    world.component_for_entity(camera, CameraFollow).target = 0
    world.process(DT)
    assert place(world, camera) == (0, 0)


def test_nothing_moves_while_paused(world: World) -> None:
    hero, camera = pair(world, look_ahead=1.0)
    shake = CameraShake(trauma=1.0)
    world.add_component(camera, shake)
    world.process(DT)
    put(world, hero, 10)
    world.process(0.0)
    assert place(world, camera) == (0, 0)
    assert world.component_for_entity(camera, CameraShake).trauma == pytest.approx(1 - DT)


# -- bounds -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "expected"),
    [((0, 0), (0, 0)), ((999, 0), (300 - 160, 0)), ((-999, 999), (-300 + 160, 200 - 90)), ((0, -999), (0, -110))],
)
@pytest.mark.parametrize("followed", [True, False])
def test_the_view_stays_within_the_bounds(
    world: World, followed: bool, at: tuple[float, float], expected: tuple[float, float]
) -> None:
    hero = world.create_entity(Transform2D(at))
    extras = [CameraFollow(hero)] if followed else []
    camera = world.create_entity(Transform2D(at), Camera2D(height=180, bounds=(-300, -200, 300, 200)), *extras)
    world.process(DT)
    assert place(world, camera) == pytest.approx(expected)
    world.component_for_entity(camera, Camera2D).zoom = 1e6  # from a hair's breadth it sees all of the edge
    if followed:
        world.process(DT)
        assert place(world, camera) == pytest.approx((max(min(at[0], 300), -300), max(min(at[1], 200), -200)), abs=1e-3)


def test_a_view_larger_than_the_bounds_is_in_their_middle(world: World) -> None:
    hero = world.create_entity(Transform2D((20, 0)))
    camera = world.create_entity(
        Transform2D(), Camera2D(height=90, bounds=(0, -200, 40, 200)), CameraFollow(hero, half_life=1)
    )
    world.process(DT)
    assert place(world, camera) == (20, 0)
    put(world, hero, 39, 999)
    world.process(100.0)
    assert place(world, camera) == pytest.approx((20, 200 - 45))


def test_a_turned_view_keeps_all_of_itself_inside(world: World) -> None:
    camera = world.create_entity(Transform2D((999, 999), 0.5), Camera2D(height=90, bounds=(-300, -300, 300, 300)))
    world.process(DT)
    corners = [screen_to_world(world, camera, x, y) for x in (0, 640) for y in (0, 360)]
    assert max(x for x, _ in corners) == pytest.approx(300, abs=1e-3)
    assert max(y for _, y in corners) == pytest.approx(300, abs=1e-3)


def test_bounds_on_one_side_and_bounds_that_are_none(world: World) -> None:
    camera = world.create_entity(Transform2D((-999, -999)), Camera2D(height=100, bounds=(-inf, 0, inf, inf)))
    world.process(DT)
    assert place(world, camera) == (-999, 50)
    world.component_for_entity(camera, Camera2D).bounds = (nan, nan, nan, nan)
    put(world, camera, 7, -7)
    world.process(DT)
    assert place(world, camera) == (7, -7)


@pytest.mark.parametrize("extras", [[CameraFollow(1)], []])
def test_a_camera_with_a_parent_neither_follows_nor_keeps_to_bounds(world: World, extras: list[Any]) -> None:
    hero = world.create_entity(Transform2D())
    bounds = (-inf, -inf, inf, inf) if extras else (0, 0, 1, 1)
    world.create_entity(Transform2D(), Parent(hero), Camera2D(bounds=bounds), *extras)
    with pytest.raises(EngineError, match="moves with its Parent: take the Parent away"):
        world.process(DT)


@pytest.mark.parametrize("values", [{"viewport": (0, 0, 0, 0)}, {"zoom": nan}, {"height": inf}])
def test_a_camera_that_shows_nothing_is_let_be(world: World, values: dict[str, Any]) -> None:
    hero = world.create_entity(Transform2D((50, 0)))
    camera = world.create_entity(Transform2D(), Camera2D(bounds=(0, 0, 10, 10), **values), CameraFollow(hero))
    world.add_component(camera, CameraShake(trauma=1.0))
    for _ in range(3):
        world.process(DT)
    assert place(world, camera) == (50, 0)
    assert read_cameras(world) == []
    lens = world.component_for_entity(camera, Camera2D)
    lens.viewport, lens.zoom, lens.height = (0, 0, 1, 1), 1.0, 100.0
    world.process(DT)
    (state,) = read_cameras(world)
    assert np.isfinite(state.view.previous).all()
    assert np.isfinite(state.view.current).all()
    assert place(world, camera) == (5, 5)


# -- zoom ---------------------------------------------------------------------------------------------
def test_zoom_is_on_its_way_for_one_tick(world: World) -> None:
    camera = world.create_entity(Transform2D((3, 4)), Camera2D(height=100))
    world.process(DT)
    assert motion(world, camera, *HEIGHTS) == (100, 100), "a new one does not zoom in from nowhere"
    world.component_for_entity(camera, Camera2D).zoom = 2
    world.process(DT)
    (state,) = read_cameras(world)
    assert motion(world, camera, *HEIGHTS) == (100, 50)
    assert state.view.previous[1, 1] == pytest.approx(1 / 50)
    assert state.view.current[1, 1] == pytest.approx(1 / 25)
    world.process(DT)
    assert motion(world, camera, *HEIGHTS) == (50, 50)
    before = dict(table_versions(world, camera))
    world.process(DT)
    assert table_versions(world, camera) == before, "at rest nothing is written"


def table_versions(world: World, entity: int) -> dict[Any, int]:
    location = world.location(entity)
    assert location is not None
    return dict(location[0].versions)


def test_zooms_at_several_places_in_one_tick_add_up(world: World) -> None:
    camera = world.create_entity(Transform2D((3, 4), 0.7), Camera2D(height=100))
    world.process(DT)
    under = screen_to_world(world, camera, 100, 50)
    zoom_at(world, camera, 1.5, 100, 50)
    zoom_at(world, camera, 4, 100, 50)
    world.process(DT)
    for alpha in (0, 0.3, 1):
        assert screen_to_world(world, camera, 100, 50, alpha=alpha) == pytest.approx(under, abs=1e-4)


def test_the_camera_of_a_parent_is_not_zoomed_at_a_place(world: World) -> None:
    camera = world.create_entity(Transform2D(), Camera2D(), Parent(world.create_entity(Transform2D())))
    with pytest.raises(EngineError, match="zoom_at was given camera 2, which moves with its Parent"):
        zoom_at(world, camera, 2, 0, 0)


# -- shake --------------------------------------------------------------------------------------------
def shaken(world: World, camera: int) -> tuple[float, ...]:
    return tuple(motion(world, camera, "shake")[0])


def test_a_shake_dies_down_and_leaves_the_camera_where_it_was(world: World) -> None:
    camera = world.create_entity(Transform2D((10, 20), 0.3), Camera2D(height=100), CameraShake(decay=2.0))
    shake = world.component_for_entity(camera, CameraShake)
    world.process(DT)
    assert shaken(world, camera) == (0, 0, 0)
    shake.trauma += 0.5
    shake.trauma += 0.7  # two things at once, and more than all
    largest = np.zeros(3)
    for tick in range(40):
        world.process(DT)
        largest = np.maximum(largest, np.abs(shaken(world, camera)))
        strength = max(1 - 2 * tick * DT, 0) ** 2
        assert (np.abs(shaken(world, camera)) <= strength * np.array([4, 4, 0.04]) + 1e-6).all()
        assert place(world, camera) == (10, 20)
        (state,) = read_cameras(world)
        np.testing.assert_allclose((state.x, state.y, state.angle), np.add(shaken(world, camera), (10, 20, 0.3)))
    assert (largest > (1, 1, 0.01)).all()
    assert shaken(world, camera) == (0, 0, 0)
    assert shake.trauma == 0


def test_it_is_shaken_from_where_it_was_shaken_to(world: World) -> None:
    camera = world.create_entity(Transform2D(), Camera2D(height=100), CameraShake(trauma=1.0))
    before = (0.0, 0.0, 0.0)
    for _ in range(5):
        world.process(DT)
        now, last = map(tuple, motion(world, camera, "shake", "previous_shake"))
        assert last == before != now
        before = now


def test_equal_seeds_shake_alike_and_others_do_not(world: World) -> None:
    cameras = [world.create_entity(Transform2D(), Camera2D(), CameraShake(trauma=1.0, seed=s)) for s in (1, 1, 2)]
    for _ in range(9):
        world.process(DT)
        one, same, other = (shaken(world, camera) for camera in cameras)
        assert one == same
        assert one != other


def test_noise_is_smooth_and_even() -> None:
    places = np.arange(0, 400, 0.05)
    curve = np.array([noise(7, 1, place) for place in places.tolist()])
    assert np.abs(curve).max() <= 1
    assert abs(curve.mean()) < 0.1
    assert curve.std() > 0.3
    assert np.abs(np.diff(curve)).max() < 0.2
    other = np.array([noise(7, 2, place) for place in places.tolist()])
    assert abs(np.corrcoef(curve, other)[0, 1]) < 0.2
