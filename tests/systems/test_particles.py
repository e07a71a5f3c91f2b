"""Particles: how many are born, where they fly, how they end, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, nan, pi
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_engine.components import Parent, Particle, ParticleEmitter, Transform2D, WorldPose2D
from ecs_engine.core.component import batch, field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.scratch import Scratch
from ecs_engine.core.screen import Screen
from ecs_engine.core.world import World
from ecs_engine.frame.keys import first_key
from ecs_engine.pictures import Pictures
from ecs_engine.systems import (
    PARTICLES,
    SPRITES,
    CullingSystem,
    Drawables,
    EmissionShape,
    ParticleEffect,
    Particles,
    ParticleSystem,
    TransformSystem,
    teleport,
)
from ecs_engine.systems.particles.births import Newborn
from ecs_engine.systems.particles.drawable import CLOCK, STRIDE
from ecs_engine.systems.particles.ring import FIRST_ROOM, Ring, _extremes

DT = 1 / 60
MakeWorld = Callable[..., World]


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(TransformSystem(), ParticleSystem(), CullingSystem(), drawables=Drawables(SPRITES, PARTICLES))


def add(world: World, **options: Any) -> int:
    return world.resource(Particles).add(ParticleEffect(**options))


def ring_of(world: World, effect: int) -> Ring:
    return world.resource(Particles).rings[effect - 1]


def column(world: World, effect: int, name: str) -> Any:
    """Of the particles in use, oldest first."""
    ring = ring_of(world, effect)
    values = ring.pool.readable[field_of(Particle, name)]
    return np.concatenate([values[span] for span in ring.spans()])


def run(world: World, ticks: int, dt: float = DT) -> None:
    for _ in range(ticks):
        world.process(dt)


# -- births --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rate", [0.0, 0.7, 7.0, 60.0, 100.0, 1234.5, 50_000.0])
def test_the_rate_is_kept_to_the_particle(world: World, rate: float) -> None:
    effect = add(world, rate=rate, lifetime=1000.0)
    world.create_entity(Transform2D(), ParticleEmitter(effect))
    for tick in range(1, 121):
        world.process(DT)
        assert len(world.resource(Particles)) == pytest.approx(rate * tick * DT, abs=1)
    assert len(world.resource(Particles)) == int(rate * 2 + 1e-6)


def test_the_rate_of_an_emitter_multiplies_and_can_be_switched_off(world: World) -> None:
    effect = add(world, rate=60.0, lifetime=1000.0)
    emitters = world.create_entities(
        5,
        Transform2D(),
        batch(
            ParticleEmitter,
            effect=np.full(5, effect, np.uint32),
            rate=np.array([2.0, 0.5, -3.0, nan, 1.0], np.float32),
            emitting=np.array([True, True, True, True, False]),
        ),
    )
    run(world, 60)
    assert len(world.resource(Particles)) == 120 + 30
    world.component_for_entity(int(emitters[4]), ParticleEmitter).emitting = True
    run(world, 60)
    assert len(world.resource(Particles)) == 2 * 150 + 60


def test_bursts_come_once_and_whole(world: World) -> None:
    effect = add(world, lifetime=1000.0)
    entity = world.create_entity(Transform2D(), ParticleEmitter(effect, pending=5, emitting=False))
    run(world, 3)
    assert len(world.resource(Particles)) == 5
    emitter = world.component_for_entity(entity, ParticleEmitter)
    emitter.burst(7)
    emitter.pending += 2
    run(world, 3)
    assert emitter.pending == 0
    assert len(world.resource(Particles)) == 14
    world.resource(Particles).burst(effect, [(0, 0), (10, 0)], [3, 4])
    run(world, 2)
    assert len(world.resource(Particles)) == 21


def test_births_are_even_in_time_and_along_the_way(world: World) -> None:
    effect = add(world, rate=600.0, lifetime=1000.0)
    entity = world.create_entity(Transform2D(), ParticleEmitter(effect))
    for tick in range(1, 5):
        world.component_for_entity(entity, Transform2D).position = (100.0 * tick, 0.0)
        world.process(DT)
    # At the first tick it has no way behind it; then there are ten on each 100 units, the newest at the end.
    assert np.allclose(column(world, effect, "place")[:, 0], [100.0] * 10 + list(range(110, 401, 10)), atol=1e-3)
    assert np.allclose(np.diff(column(world, effect, "age")), -DT / 10, atol=1e-6)
    assert column(world, effect, "age")[-1] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("shape", "extent", "inside"),
    [
        (EmissionShape.POINT, (0, 0), lambda x, y: np.hypot(x, y) < 1e-3),
        (EmissionShape.CIRCLE, (50, 0), lambda x, y: np.hypot(x, y) <= 50.01),
        (EmissionShape.RING, (30, 50), lambda x, y: (np.hypot(x, y) <= 50.01) & (np.hypot(x, y) >= 29.99)),
        (EmissionShape.BOX, (40, 20), lambda x, y: (np.abs(x) <= 20.01) & (np.abs(y) <= 10.01)),
        (EmissionShape.LINE, (40, 0), lambda x, y: (np.abs(x) <= 20.01) & (np.abs(y) < 1e-3)),
    ],
)
def test_shapes_are_filled_evenly_and_not_left(world: World, shape: Any, extent: Any, inside: Any) -> None:
    effect = add(world, lifetime=1000.0, shape=shape, extent=extent)
    world.create_entity(Transform2D((0, 0)), ParticleEmitter(effect, pending=4000))
    world.process(DT)
    x, y = column(world, effect, "place").T
    assert inside(x, y).all()
    assert abs(x.mean()) < 3
    if shape == EmissionShape.CIRCLE:  # half of the area lies within 0.707 of the radius
        assert (np.hypot(x, y) < 50 * 0.7071).mean() == pytest.approx(0.5, abs=0.03)
    if shape != EmissionShape.POINT:
        assert x.max() > 0.95 * (extent[1] if shape == EmissionShape.RING else extent[0] / 2)


def test_position_rotation_and_scale_place_turn_and_stretch_the_shape(world: World) -> None:
    effect = add(
        world, lifetime=1000.0, shape=EmissionShape.LINE, extent=(10, 0), speed=60.0, direction=0.0, spread=0.0
    )
    world.create_entity(Transform2D((100, 50), pi / 2, (4, 1)), ParticleEmitter(effect, pending=500))
    world.process(DT)
    place, velocity = column(world, effect, "place"), column(world, effect, "velocity")
    assert np.allclose(place[:, 0], 100, atol=1e-3)
    assert place[:, 1].min() == pytest.approx(30, abs=1)
    assert place[:, 1].max() == pytest.approx(70, abs=1)
    assert np.allclose(velocity, [0, 60], atol=1e-3)


@pytest.mark.parametrize("outward", [False, True])
def test_directions_stay_in_their_cone(world: World, outward: bool) -> None:
    effect = add(
        world, lifetime=1000.0, speed=(50.0, 80.0), direction=1.0, spread=0.5, outward=outward,
        shape=EmissionShape.RING, extent=(10, 10),
    )  # fmt: skip
    world.create_entity(Transform2D(), ParticleEmitter(effect, pending=1000))
    world.process(DT)
    (vx, vy), (x, y) = column(world, effect, "velocity").T, column(world, effect, "place").T
    assert ((np.hypot(vx, vy) >= 49.9) & (np.hypot(vx, vy) <= 80.1)).all()
    off = np.arctan2(vy, vx) - (np.arctan2(y, x) if outward else 1.0)
    off -= 2 * pi * np.round(off / (2 * pi))
    assert np.abs(off).max() <= 0.2501
    assert np.abs(off).max() > 0.24


def test_velocity_is_inherited_and_a_teleport_is_none(world: World) -> None:
    effect = add(world, rate=60.0, lifetime=1000.0, inherit=0.5)
    entity = world.create_entity(Transform2D(), ParticleEmitter(effect))
    run(world, 2)
    world.component_for_entity(entity, Transform2D).position = (6.0, 0.0)
    world.process(DT)
    assert column(world, effect, "velocity")[-1].tolist() == pytest.approx([180.0, 0.0])
    teleport(world, entity, (500.0, 0.0))
    world.process(DT)
    assert column(world, effect, "velocity")[-1].tolist() == [0.0, 0.0]
    assert column(world, effect, "place")[-1].tolist() == pytest.approx([500.0, 0.0], abs=1e-4)


def test_a_burst_of_less_than_none_is_refused(world: World) -> None:
    emitter = ParticleEmitter(add(world))
    with pytest.raises(EngineError, match="whole number"):
        emitter.burst(-1)


# -- flight --------------------------------------------------------------------------------------------
def test_flight_against_one_particle_at_a_time(world: World) -> None:
    effect = add(
        world, lifetime=(1.5, 2.0), speed=(10.0, 90.0), gravity=(5.0, -70.0), drag=0.8, speed_over_life=(1.0, 0.25, 0.0)
    )
    world.create_entity(Transform2D((7, 8)), ParticleEmitter(effect, pending=40))
    world.process(DT)
    places = column(world, effect, "place").astype(np.float64)
    velocities = column(world, effect, "velocity").astype(np.float64)
    lifetimes = column(world, effect, "traits")[:, 0].astype(np.float64)
    run(world, 50)
    for place, velocity, lifetime, got in zip(
        places, velocities, lifetimes, column(world, effect, "place"), strict=True
    ):
        for tick in range(1, 51):
            velocity[:] = (velocity + np.array([5.0, -70.0]) * DT) * exp(-0.8 * DT)
            place += velocity * DT * np.interp(tick * DT / lifetime, [0, 0.5, 1], [1.0, 0.25, 0.0])
        assert np.allclose(got, place, atol=0.5)  # the curve has 256 steps
    assert np.allclose(column(world, effect, "age"), 50 * DT, atol=1e-5)


def test_the_tick_before_is_kept(world: World) -> None:
    effect = add(world, rate=300.0, lifetime=0.4, speed=80.0)
    world.create_entity(Transform2D(), ParticleEmitter(effect))
    run(world, 100)
    ring = ring_of(world, effect)
    for _ in range(50):
        first, places = ring.first, ring.pool.readable[field_of(Particle, "place")].copy()
        older = ring.count
        world.process(DT)
        gone = (ring.first - first) % ring.pool.length
        kept = (ring.first + np.arange(older - gone)) % ring.pool.length
        assert len(kept) > 100
        assert (ring.pool.readable[field_of(Particle, "before")][kept] == places[kept]).all()


def test_a_pause_changes_nothing_but_the_clock(world: World) -> None:
    effect = add(world, rate=300.0, lifetime=1.0, speed=80.0)
    world.create_entity(Transform2D(), ParticleEmitter(effect))
    run(world, 20)
    lookup = world.resource(Drawables)["particles"].lookups["effects"]
    ring = ring_of(world, effect)
    versions = dict(ring.pool.versions)
    assert lookup.array[STRIDE + 1, CLOCK] == np.float32(DT)
    run(world, 5, dt=0.0)
    assert ring.pool.versions == versions
    assert lookup.array[STRIDE + 1, CLOCK] == -np.float32(DT)
    run(world, 1)
    assert lookup.array[STRIDE + 1, CLOCK] == np.float32(DT)
    assert len(world.resource(Particles)) == 105


# -- death ---------------------------------------------------------------------------------------------
def test_the_dead_make_room_one_tick_after_their_last(world: World) -> None:
    effect = add(world, lifetime=0.5)
    world.create_entity(Transform2D(), ParticleEmitter(effect, pending=10))
    run(world, 31)  # born at the end of the first
    assert len(world.resource(Particles)) == 10  # drawn on the way into the tick at which they are dead
    run(world, 1)
    assert len(world.resource(Particles)) == 0
    assert len(ring_of(world, effect).pool.chunks) == 0


def test_they_live_on_when_their_emitter_is_gone(world: World) -> None:
    effect = add(world, lifetime=1.0, speed=30.0)
    entity = world.create_entity(Transform2D(), ParticleEmitter(effect, pending=10))
    run(world, 5)
    world.delete_entity(entity)
    before = column(world, effect, "place").copy()
    run(world, 5)
    assert len(world.resource(Particles)) == 10
    assert (before != column(world, effect, "place")).any()
    world.clear_database()
    run(world, 5)
    assert len(world.resource(Particles)) == 10
    world.resource(Particles).clear()
    assert len(world.resource(Particles)) == 0
    run(world, 3)
    world.create_entity(Transform2D(), ParticleEmitter(effect, pending=4))
    run(world, 2)
    assert len(world.resource(Particles)) == 4


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_rings_against_lists(data: Any) -> None:
    """Particles in a ring that grows and goes round are those of a plain list, in the same order."""
    effect = ParticleEffect(lifetime=(0.04, 0.05), size=(1.0, 9.0), limit=5000)
    ring = Ring(effect, np.random.default_rng(1))
    alive: list[tuple[int, float]] = []  # number, end
    time, number = 0.0, 0
    for count in data.draw(st.lists(st.integers(0, 400), min_size=5, max_size=25)):
        alive = [(one, end) for one, end in alive if end > time]
        time += 0.016
        ring.begin(0.016)
        for span in ring.spans():
            ring.move(span, 0.016)
        numbers = np.arange(number, number + count, dtype=np.float32)
        two = np.stack([numbers, numbers], axis=1)
        ring.add(Newborn(two, two, 0 * two, 0 * numbers, np.ones((count, 4)), two.astype(np.uint32), 0 * numbers))
        alive += [(number + i, time + 0.05) for i in range(count)]
        number += count
        ring.end()
        tags = ring.pool.readable[field_of(Particle, "tag")]
        assert [n for span in ring.spans() for n in tags[span, 0].tolist()] == [one for one, _ in alive]
        assert ring.count == int(ring.pool.chunks.count.sum()) == len(alive)
        assert ring.pool.length <= max(FIRST_ROOM, 2 * 4 * 400 * 2)


def test_after_a_crowd_few_are_published(world: World) -> None:
    effect = add(world, rate=60.0, lifetime=0.5)
    world.create_entity(Transform2D(), ParticleEmitter(effect, pending=50_000))
    run(world, 2)
    ring = ring_of(world, effect)
    assert ring.pool.length == 65_536
    run(world, 31)
    run(world, 10)
    assert ring.pool.length == FIRST_ROOM
    assert 28 < ring.count < 34
    assert len(column(world, effect, "age")) == ring.count
    assert (np.diff(column(world, effect, "age")) < 0).all(), "the oldest is no more the first"


def test_there_are_no_more_than_the_limit(world: World) -> None:
    effect = add(world, rate=1e12, lifetime=0.5, limit=1000)
    for _ in range(3):
        world.create_entity(Transform2D(), ParticleEmitter(effect, pending=4_000_000_000))
    for _ in range(70):
        world.process(DT)
        assert len(world.resource(Particles)) <= 1000
    world.resource(Particles).burst(effect, (0, 0), 10**15)
    run(world, 1)
    assert ring_of(world, effect).pool.length == 1024


# -- carried along ---------------------------------------------------------------------------------------
def test_local_particles_follow_moves_turns_and_teleports(world: World) -> None:
    effect = add(
        world, lifetime=1000.0, shape=EmissionShape.RING, extent=(20, 20), speed=12.0, spread=0.0, outward=True,
        local=True,
    )  # fmt: skip
    ship = world.create_entity(Transform2D((50, 0)))
    world.create_entity(Transform2D((10, 0)), Parent(ship), ParticleEmitter(effect, pending=200))
    other = world.create_entity(Transform2D((-400, 0)), ParticleEmitter(effect, pending=1))
    world.process(DT)
    rng = np.random.default_rng(5)

    def around() -> Any:
        """Where each is, seen from the emitter."""
        (pose,) = [pose.pose for pose, _ in world.select(WorldPose2D, Parent)]
        x, y, angle, _ = pose[0].astype(np.float64)
        place = column(world, effect, "place")[:200].astype(np.float64) - (x, y)
        return place @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    first = around()
    for tick in range(1, 41):
        transform = world.component_for_entity(ship, Transform2D)
        if tick == 20:
            teleport(world, ship, (-300.0, 90.0))
        else:
            transform.position += rng.uniform(-9, 9, 2)
            transform.rotation += float(rng.uniform(-0.4, 0.6))
        world.process(DT)
        error = np.abs(around() - first * (1 + tick * DT * 12 / 20)).max()
        assert error < 0.02, tick
        if tick == 20:  # nothing is drawn on the way
            steps = column(world, effect, "place") - column(world, effect, "before")
            assert np.abs(steps).max() < 2
    assert np.allclose(np.linalg.norm(column(world, effect, "place")[200:] - (-400, 0), axis=1), 28, atol=0.02)
    world.delete_entity(other)
    world.delete_entity(ship)
    before = column(world, effect, "place").copy()
    run(world, 5)
    assert np.allclose(np.linalg.norm(column(world, effect, "place") - before, axis=1), 1.0, atol=0.02)


def test_anchors_are_used_again(world: World) -> None:
    effect = add(world, lifetime=0.1, rate=60.0, local=True)
    for _ in range(60):
        entity = world.create_entity(Transform2D(), ParticleEmitter(effect))
        run(world, 2)
        world.delete_entity(entity)
    assert len(world.resource(Particles).anchors._pose) <= 16


# -- drawing -------------------------------------------------------------------------------------------
def test_chunks_have_their_layer_and_hold_everything(world: World) -> None:
    effect = add(world, rate=2000.0, lifetime=(0.2, 0.5), speed=300.0, gravity=(0, -90), layer=-7, blend=1, size=6.0)
    entity = world.create_entity(Transform2D(), ParticleEmitter(effect))
    for tick in range(90):
        world.component_for_entity(entity, Transform2D).position = (tick * 5.0, 0.0)
        world.process(DT)
        ring = ring_of(world, effect)
        chunks = ring.pool.chunks
        for first, count, center, radius, key in zip(
            chunks.first, chunks.count, chunks.center, chunks.radius, chunks.key, strict=True
        ):
            assert int(key) == first_key(-7)
            for name in ("place", "before"):
                rows = ring.pool.readable[field_of(Particle, name)][first : first + count]
                assert (np.linalg.norm(rows - center, axis=1) + 3 * np.sqrt(2) <= radius + 1e-2).all()
            assert radius < 800


@pytest.mark.parametrize("rows", [1, 5, 63, 64, 65, 1023, 1024, 2047, 2048, 2049, 5000, 10240, 100_001])
def test_extremes_against_numpy(rng: np.random.Generator, rows: int) -> None:
    places = rng.normal(0, 100, (rows, 2)).astype(np.float32)
    for spans in ([slice(0, rows)], [slice(rows // 3, rows), slice(0, rows // 5 + 1)]):
        chosen = np.concatenate([places[span] for span in spans])
        low, high = _extremes(places, spans, Scratch())
        assert low.tolist() == chosen.min(axis=0).tolist()
        assert high.tolist() == chosen.max(axis=0).tolist()


def test_a_world_without_particles_is_left_alone(world: World) -> None:
    effect = add(world, rate=60.0)
    run(world, 3)
    assert world.resource(Drawables)["particles"].pools == []
    world.create_entity(Transform2D(), ParticleEmitter(effect))
    run(world, 2)
    assert len(world.resource(Drawables)["particles"].pools) == 1


def test_another_system_takes_over_what_there_is(world: World) -> None:
    class Windy(ParticleSystem):
        def move(self, ring: Ring, rows: slice, dt: float) -> None:
            super().move(ring, rows, dt)
            ring.pool.writable[field_of(Particle, "place")][rows, 0] += 1.0

    effect = add(world, lifetime=9.0)
    world.replace_processor(ParticleSystem, Windy())  # before anything lives, too
    world.resource(Particles).burst(effect, (0, 0), 3)
    run(world, 11)
    assert column(world, effect, "place")[:, 0].tolist() == pytest.approx([10.0] * 3, abs=1e-4)
    world.replace_processor(Windy, ParticleSystem())
    run(world, 5)
    assert column(world, effect, "place")[:, 0].tolist() == pytest.approx([10.0] * 3, abs=1e-4)
    assert len(world.resource(Drawables)["particles"].lookups["effects"].array) == 2 * STRIDE


# -- the same again --------------------------------------------------------------------------------------
def play(make_world: MakeWorld, seed: int, others: bool) -> Any:
    world = make_world(TransformSystem(), ParticleSystem(), drawables=Drawables(SPRITES, PARTICLES))
    world.resource(Particles).seed(seed)
    effect = add(world, rate=500.0, speed=(10, 90), lifetime=(0.2, 0.6))
    world.create_entity(Transform2D(), ParticleEmitter(effect))
    if others:
        world.create_entity(Transform2D(), ParticleEmitter(add(world, rate=50.0)))
    run(world, 60)
    return column(world, effect, "place").copy()


def test_equal_seeds_give_equal_particles_whatever_else_there_is(make_world: MakeWorld) -> None:
    first = play(make_world, 3, others=False)
    assert (first == play(make_world, 3, others=True)).all()
    assert (first != play(make_world, 4, others=False)).any()


# -- bad input -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "options",
    [
        {"rate": -1.0}, {"rate": nan}, {"rate": inf}, {"lifetime": 0.0}, {"lifetime": (0.0, 1.0)}, {"lifetime": inf},
        {"lifetime": (2.0, 1.0)}, {"lifetime": "long"}, {"size": -1.0}, {"size": (1, nan)}, {"speed": (1, 2, 3)},
        {"drag": -0.1}, {"drag": nan}, {"gravity": (0, inf)}, {"gravity": "down"}, {"extent": (-1, 0)},
        {"direction": nan}, {"spread": inf}, {"inherit": nan}, {"stretch": -1.0}, {"limit": 0}, {"limit": 1 << 40},
        {"layer": 1000}, {"shape": 9}, {"picture": "dot"},
        {"size_over_life": ()}, {"size_over_life": (1, nan)}, {"size_over_life": "big"},
        {"speed_over_life": ((1, 2), (3, 4))}, {"color_over_life": ()}, {"color_over_life": (1, 2, 3)},
        {"color_over_life": ((1, 2),)}, {"color_over_life": ((1, 2, inf),)}, {"color_over_life": None},
    ],
)  # fmt: skip
def test_settings_that_make_no_sense(options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(EngineError, match=f"A ParticleEffect has {name}=.*: (give|layers go)"):
        ParticleEffect(**options)


def test_between_two_ticks_an_emitter_turns_the_shorter_way(world: World) -> None:
    effect = add(world, rate=6000.0, lifetime=1000.0, speed=10.0, direction=0.0, spread=0.0)
    emitter = world.create_entity(Transform2D(rotation=3.1), ParticleEmitter(effect))
    for rotation in (3.1, -3.1, 3.1):
        world.component_for_entity(emitter, Transform2D).rotation = rotation
        world.process(DT)
    assert len(world.resource(Particles)) == pytest.approx(300, abs=1)
    assert (column(world, effect, "velocity")[:, 0] < -9.9).all()


def test_one_version_of_a_column_is_one_content(world: World) -> None:
    effect = add(world, rate=300.0, lifetime=(0.1, 0.3), speed=(5.0, 50.0))
    world.create_entity(Transform2D(), ParticleEmitter(effect))
    contents: dict[int, bytes] = {}
    for _ in range(40):
        world.process(DT)
        for name in ("place", "before", "age", "traits", "tag"):
            version, content = (
                ring_of(world, effect).pool.versions[field_of(Particle, name)],
                column(world, effect, name),
            )
            assert contents.setdefault(version, content.tobytes()) == content.tobytes(), name


def test_an_emitter_of_an_effect_that_is_not(world: World) -> None:
    effect = add(world, rate=60.0)
    world.create_entity(Transform2D(), ParticleEmitter(pending=5))  # of none
    run(world, 3)
    assert len(world.resource(Particles)) == 0
    entity = world.create_entity(Transform2D(), ParticleEmitter(effect + 1))
    with pytest.raises(EngineError, match=f"entity {entity} has effect 2, and there are only 1"):
        world.process(DT)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((9, (0, 0), 1), "no particle effect 9"),
        ((0, (0, 0), 1), "no particle effect 0"),
        ((1, (0, 0), -1), "whole numbers of 0 or more"),
        ((1, (0, 0), 1.5), "whole numbers of 0 or more"),
        ((1, (0, 0, 0), 1), "positions of shape"),
        ((1, [(0, 0), (1, 1)], [1, 2, 3]), "positions of shape"),
    ],
)
def test_bursts_that_make_no_sense(world: World, arguments: Any, words: str) -> None:
    add(world)
    with pytest.raises(EngineError, match=words):
        world.resource(Particles).burst(*arguments)


def test_empty_bursts_are_none(world: World) -> None:
    effect = add(world)
    world.resource(Particles).burst(effect, np.empty((0, 2)), np.empty(0, np.int64))
    world.resource(Particles).burst(effect, (0, 0), 0)
    world.process(DT)
    assert len(world.resource(Particles)) == 0


def test_add_takes_effects_only(world: World) -> None:
    wrong: Any = {"rate": 5}
    with pytest.raises(EngineError, match="give a ParticleEffect"):
        world.resource(Particles).add(wrong)


@pytest.mark.parametrize("number", [nan, inf, -inf, 3e38])
@pytest.mark.parametrize("local", [False, True])
def test_emitters_at_no_place_bring_nothing_and_harm_nobody(world: World, number: float, local: bool) -> None:
    effect = add(world, rate=600.0, speed=50.0, inherit=1.0, local=local, stretch=0.1)
    world.create_entity(Transform2D(), ParticleEmitter(effect))
    entity = world.create_entity(Transform2D(), ParticleEmitter(effect))
    run(world, 5)
    world.component_for_entity(entity, Transform2D).position = (number, 0.0)
    run(world, 5)
    world.component_for_entity(entity, Transform2D).scale = (number, 1.0)
    world.component_for_entity(entity, Transform2D).position = (5.0, 0.0)
    world.resource(Particles).burst(effect, (number, 0), 5)
    run(world, 5)
    assert len(world.resource(Particles)) >= 150
    chunks = ring_of(world, effect).pool.chunks
    assert len(chunks)
    assert not np.isnan(chunks.center).any()


NUMBERS = st.floats() | st.integers(-(10**6), 10**6) | st.sampled_from([0.0, 1.0, 0.5, 1e-300, 1e300, 3e38])
PAIRS = NUMBERS | st.tuples(NUMBERS, NUMBERS)


@settings(max_examples=150, deadline=None)
@given(
    options=st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("rate", "drag", "stretch", "direction", "spread", "inherit"), NUMBERS),
            **dict.fromkeys(("lifetime", "size", "speed", "angle", "spin"), PAIRS),
            **dict.fromkeys(("extent", "gravity"), st.tuples(NUMBERS, NUMBERS)),
            **dict.fromkeys(("size_over_life", "speed_over_life"), st.lists(NUMBERS, max_size=4)),
            "color_over_life": st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=3),
            "local": st.booleans(),
            "outward": st.booleans(),
            "shape": st.sampled_from(EmissionShape),
        },
    )
)
def test_any_settings_are_refused_or_drawn(options: dict[str, Any]) -> None:
    try:
        effect = ParticleEffect(**options)
    except EngineError:
        return
    with World() as world:
        world.add_resource(Pictures(256))
        world.add_resource(Screen(640, 360, 640, 360, 360))
        world.add_resource(Drawables(SPRITES, PARTICLES))
        for system in (TransformSystem(), ParticleSystem(), CullingSystem()):
            world.add_processor(system)
        number = world.resource(Particles).add(effect)
        world.create_entity(Transform2D((5, 5), 1.0), ParticleEmitter(number, rate=1e-3, pending=20))
        with np.errstate(all="raise", under="ignore"):
            run(world, 4)
        assert len(world.resource(Particles)) <= effect.limit
