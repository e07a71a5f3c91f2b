"""Tweens: the curves, the values at every moment, and what becomes of them when entities and components go."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np
import pytest

from ecs_engine import Ease, Tween, Tweens
from ecs_engine.components import Sprite, Transform2D, Velocity
from ecs_engine.core.component import batch
from ecs_engine.core.errors import EngineError
from ecs_engine.core.world import World
from ecs_engine.systems import TweenSystem
from ecs_engine.systems.tweens import ease

DT = 1 / 64


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(TweenSystem())


@pytest.fixture
def tweens(world: World) -> Tweens:
    return world.resource(Tweens)


def run(world: World, ticks: int) -> None:
    for _ in range(ticks):
        world.process(DT)


# -- curves --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("curve", Ease)
def test_every_curve_begins_at_0_and_ends_at_1(curve: Ease) -> None:
    assert ease(curve, np.array([0.0, 1.0])) == pytest.approx([0, 1], abs=1e-12)


@pytest.mark.parametrize("curve", [curve for curve in Ease if curve.name.startswith("IN_OUT")])
def test_in_out_is_symmetric_and_continuous(curve: Ease) -> None:
    t = np.linspace(0, 1, 2001)
    way = ease(curve, t)
    assert way + way[::-1] == pytest.approx(np.ones_like(t))
    assert np.abs(np.diff(way)).max() < 0.05  # a circle stands upright in the middle


@pytest.mark.parametrize("family", ["SINE", "QUAD", "CUBIC", "EXPO", "CIRC", "BACK", "ELASTIC", "BOUNCE"])
def test_out_is_in_turned_around_and_in_begins_slowly(family: str) -> None:
    t = np.linspace(0, 1, 101)
    slow_start, slow_end = ease(Ease[f"IN_{family}"], t), ease(Ease[f"OUT_{family}"], t)
    assert slow_end == pytest.approx(1 - slow_start[::-1])
    assert slow_start.mean() < 0.5 < slow_end.mean()


def test_known_values() -> None:
    """By hand from Penner's formulas."""
    half = np.array([0.5])
    assert ease(Ease.IN_QUAD, half) == pytest.approx(0.25)
    assert ease(Ease.OUT_CUBIC, half) == pytest.approx(0.875)
    assert ease(Ease.IN_SINE, half) == pytest.approx(1 - 2**-0.5)
    assert ease(Ease.OUT_BOUNCE, half) == pytest.approx(0.765625)
    assert ease(Ease.IN_BACK, half) == pytest.approx(-0.0876975)
    assert ease(Ease.IN_CIRC, half) == pytest.approx(1 - 0.75**0.5)
    assert ease(Ease.OUT_BACK, np.linspace(0, 1, 1001)).max() == pytest.approx(1.1, abs=1e-3)


# -- values --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(4))
def test_many_tweens_against_one_at_a_time(world: World, tweens: Tweens, seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain = world.create_entities(20, batch(Transform2D, position=rng.uniform(-9, 9, (20, 2)).astype("f4")))
    moving = world.create_entities(20, batch(Transform2D, rotation=rng.random(20).astype("f4")), Velocity())
    everyone = rng.permutation(np.concatenate((plain, moving))).tolist()
    expected: dict[tuple[int, str], Callable[[float], Any]] = {}
    start = {e: world.component_for_entity(e, Transform2D) for e in everyone}
    for entity in everyone:
        seconds, curve = float(rng.integers(1, 64)) / 64, Ease(int(rng.integers(25)))
        if rng.random() < 0.5:
            begin, target = np.array(tuple(start[entity].position)), rng.uniform(-9, 9, 2)
            tweens.play(entity, Tween(Transform2D, "position", target.tolist(), seconds, curve))
            field = "position"
        else:
            begin, change = start[entity].rotation, float(rng.uniform(-3, 3))
            tweens.play(entity, Tween(Transform2D, "rotation", by=change, seconds=seconds, ease=curve))
            target, field = begin + change, "rotation"

        def value(now: float, begin: Any = begin, target: Any = target, s: float = seconds, c: Ease = curve) -> Any:
            return begin + (target - begin) * ease(c, np.array([min(now / s, 1.0)]))[0]

        expected[entity, field] = value
    for tick in range(1, 70):
        if tick == 20:
            for entity in everyone[:5]:  # rows move
                world.delete_entity(entity)
                expected = {key: value for key, value in expected.items() if key[0] != entity}
        world.process(DT)
        for (entity, field), value in expected.items():
            got = getattr(world.component_for_entity(entity, Transform2D), field)
            assert np.asarray(got) == pytest.approx(value(tick * DT), abs=1e-5)
    assert len(tweens) == 0


def test_a_tween_of_no_time_is_there_at_once(world: World, tweens: Tweens) -> None:
    entity = world.create_entity(Transform2D())
    tweens.play(entity, Tween(Transform2D, "rotation", 2.0, seconds=0))
    run(world, 1)
    assert world.component_for_entity(entity, Transform2D).rotation == 2
    assert len(tweens) == 0


def test_numbers_without_a_fraction_are_rounded_and_stay_in_range(world: World, tweens: Tweens) -> None:
    entity = world.create_entity(Sprite(tint=(0, 0, 0, 0)))
    sprite = world.component_for_entity(entity, Sprite)
    tweens.play(entity, Tween(Sprite, "tint", (255, 255, 255, 255), 0.5, Ease.OUT_BACK))
    seen = []
    for _ in range(32):
        world.process(DT)
        seen.append(sprite.tint[0])
    assert max(seen) == 255
    assert seen == sorted(seen)  # though the curve goes past its end
    tweens.play(entity, Tween(Sprite, "layer", 3, 2 * DT))
    run(world, 1)
    assert sprite.layer == 2  # 1.5 goes to the even number


def test_steps_follow_each_other_without_losing_time(world: World, tweens: Tweens) -> None:
    entity = world.create_entity(Transform2D())
    transform, heard = world.component_for_entity(entity, Transform2D), []
    third = 1 / 192  # of a tick
    playing = tweens.play(
        entity,
        Tween(Transform2D, "rotation", 1, 10 * third),
        lambda: heard.append(tweens.now),
        10 * third,
        [Tween(Transform2D, "rotation", 2, 10 * third), Tween(Transform2D, "position", (4, 4), 4 * third)],
        lambda: heard.append(tweens.now),
    )
    for tick in range(1, 11):
        world.process(DT)
        assert playing.done is (tick == 10)
    assert heard == [4 * DT, 10 * DT]  # 10 and 30 thirds: as if the moments had not been those of ticks
    assert (transform.rotation, tuple(transform.position)) == (2, (4, 4))


def test_repeats_begin_where_the_round_before_ended(world: World, tweens: Tweens) -> None:
    entity = world.create_entity(Transform2D())
    transform = world.component_for_entity(entity, Transform2D)
    playing = tweens.play(entity, Tween(Transform2D, "rotation", by=1, seconds=4 * DT), repeat=3)
    run(world, 20)
    assert (transform.rotation, playing.done) == (3, True)
    forever = tweens.play(entity, Tween(Transform2D, "rotation", by=1, seconds=4 * DT), repeat=None)
    run(world, 40)
    assert transform.rotation == pytest.approx(13, abs=0.5)
    forever.cancel()
    before = transform.rotation
    run(world, 9)
    assert (transform.rotation, len(tweens)) == (before, 0)


def test_the_newer_of_two_counts(world: World, tweens: Tweens) -> None:
    entity = world.create_entity(Transform2D())
    transform = world.component_for_entity(entity, Transform2D)
    tweens.play(entity, Tween(Transform2D, "rotation", 100, 1))
    run(world, 2)
    tweens.play(entity, Tween(Transform2D, "rotation", -1, 8 * DT))
    run(world, 8)
    assert transform.rotation == -1


def test_one_for_many_ends_when_all_have_ended(world: World, tweens: Tweens) -> None:
    entities = world.create_entities(5, Transform2D()).tolist()
    heard = []
    tweens.play(entities, Tween(Transform2D, "rotation", 1, 4 * DT), lambda: heard.append("end"))
    run(world, 2)
    world.delete_entity(entities[0])
    world.remove_component(entities[1], Transform2D)
    run(world, 1)
    assert heard == []
    run(world, 1)
    assert heard == ["end"]
    assert [world.component_for_entity(e, Transform2D).rotation for e in entities[2:]] == [1, 1, 1]


def test_what_nobody_is_left_of_is_left_out(world: World, tweens: Tweens) -> None:
    entity, heard = world.create_entity(Transform2D()), []
    playing = tweens.play(entity, Tween(Transform2D, "rotation", 1, 1), lambda: heard.append("end"), repeat=None)
    run(world, 2)
    world.delete_entity(entity)
    run(world, 2)
    assert (heard, playing.done, len(tweens)) == ([], True, 0)


def test_a_component_that_is_not_there_takes_no_time(world: World, tweens: Tweens) -> None:
    entity, heard = world.create_entity(Transform2D()), []
    tweens.play(entity, Tween(Velocity, "angular", 1, 1), lambda: heard.append("end"))
    run(world, 1)
    assert heard == ["end"]


def test_functions_may_play_and_cancel(world: World, tweens: Tweens) -> None:
    entity = world.create_entity(Transform2D(), Velocity())
    other = tweens.play(entity, Tween(Velocity, "angular", 9, 1))
    tweens.play(
        entity,
        Tween(Transform2D, "rotation", 1, DT),
        other.cancel,
        lambda: tweens.play(entity, Tween(Sprite, "layer", 1, 1), lambda: world.delete_entity(entity)),
        Tween(Velocity, "linear", (1, 1), DT),
    )
    run(world, 4)
    assert (len(tweens), world.entity_exists(entity)) == (0, False)


def test_a_pause_stops_them(world: World, tweens: Tweens) -> None:
    entity = world.create_entity(Transform2D())
    tweens.play(entity, Tween(Transform2D, "rotation", 1, 4 * DT))
    run(world, 2)
    for _ in range(9):
        world.process(0.0)
    assert world.component_for_entity(entity, Transform2D).rotation == 0.5


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda tweens: Tween(Transform2D, "rotation"), "either to a value or by one"),
        (lambda tweens: Tween(Transform2D, "rotation", 1, by=1), "either to a value or by one"),
        (lambda tweens: Tween(Transform2D, "rotation", 1, -1), "cannot last -1 seconds"),
        (lambda tweens: Tween(Transform2D, "rotation", 1, nan), "cannot last nan seconds"),
        (lambda tweens: Tween(Transform2D, "rotation", (1, 2)), r"needs a number, not \(1, 2\)"),
        (lambda tweens: Tween(Transform2D, "position", 3), "needs 2 numbers, not 3"),
        (lambda tweens: Tween(Transform2D, "position", "ab"), "needs 2 numbers, not 'ab'"),
        (lambda tweens: Tween(Transform2D, "place", 3), "has no column 'place'"),
        (lambda tweens: Tween(int, "real", 3), "has no column 'real'"),
        (lambda tweens: Tween(Sprite, "visible", 1), "True or False, with nothing between"),
        (lambda tweens: tweens.play(1), "0 steps"),
        (lambda tweens: tweens.play(1, "later"), "'later' is no step"),
        (lambda tweens: tweens.play(1, -1), "-1 is no step"),
        (lambda tweens: tweens.play(1, inf), "inf is no step"),
        (lambda tweens: tweens.play(1, []), r"\[\] is no step"),
        (lambda tweens: tweens.play(1, 1, repeat=0), "cannot be played 0 times"),
        (lambda tweens: tweens.play(1, print, repeat=None), "or None where they take time"),
    ],
)
def test_what_is_refused(tweens: Tweens, make: Callable[[Tweens], Any], words: str) -> None:
    with pytest.raises(EngineError, match=words) as caught:
        make(tweens)
    assert str(caught.value).endswith(".")
    assert len(tweens) == 0


def test_rounds_without_end_that_take_no_time_come_to_an_end(world: World, tweens: Tweens) -> None:
    entity, heard = world.create_entity(Transform2D()), []
    playing = tweens.play(entity, Tween(Velocity, "angular", 1, 1), 0, lambda: heard.append("round"), repeat=None)
    run(world, 2)
    assert (heard, playing.done, len(tweens)) == (["round"], True, 0)
    counted = tweens.play(entity, Tween(Velocity, "angular", 1, 1), lambda: heard.append("round"), repeat=3)
    run(world, 1)
    assert (len(heard), counted.done) == (4, True)


def test_rounds_without_end_go_on_while_they_take_time(world: World, tweens: Tweens) -> None:
    entity, heard = world.create_entity(Transform2D()), []
    tweens.play(entity, 2 * DT, lambda: heard.append("round"), repeat=None)
    run(world, 10)
    assert len(heard) == 5


def test_another_system_goes_on_with_the_tweens_there_are(world: World, tweens: Tweens) -> None:
    world.add_processor(TweenSystem())
    assert world.resource(Tweens) is tweens
