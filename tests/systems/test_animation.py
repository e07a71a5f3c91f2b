"""Clips against one entity at a time; events, ends and state machines; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

import numpy as np
import pytest

from ecs_engine import Clips, Play, StateMachines
from ecs_engine.components import Animation, AnimationState, Sprite
from ecs_engine.core.component import batch
from ecs_engine.core.errors import EngineError
from ecs_engine.core.world import World
from ecs_engine.systems import AnimationSystem, Clip

DT = 1 / 64  # a power of two: times add up without rounding


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(AnimationSystem())


@pytest.fixture
def clips(world: World) -> Clips:
    return world.resource(Clips)


@dataclass
class Reference:
    """One entity, in plain Python."""

    pictures: list[int]
    lengths: list[float]
    play: Play
    time: float
    speed: float

    def tick(self) -> int:
        pictures, lengths = list(self.pictures), list(self.lengths)
        if self.play is Play.PING_PONG:
            pictures += pictures[-2:0:-1]
            lengths += lengths[-2:0:-1]
        total = sum(lengths)
        self.time += self.speed * DT
        if self.play is Play.ONCE:
            self.time = min(max(self.time, 0.0), total)
        left = self.time if self.play is Play.ONCE else self.time % total
        for picture, length in zip(pictures, lengths, strict=True):
            if left < length:
                return picture
            left -= length
        return pictures[-1]


@pytest.mark.parametrize("seed", range(5))
def test_random_clips_against_one_entity_at_a_time(world: World, clips: Clips, seed: int) -> None:
    rng = np.random.default_rng(seed)
    references, entities = [], []
    for number in range(40):
        pictures = rng.integers(2, 99, rng.integers(1, 7)).tolist()
        lengths = (rng.integers(1, 40, len(pictures)) / 64).tolist()
        play = list(Play)[number % 3]
        clip = clips.add(pictures, seconds=lengths, play=play)
        time, speed = float(rng.integers(0, 64)) / 64, float(rng.choice([0.5, 1, 2, 8, -1, -2, 0]))
        if play is Play.ONCE:
            time = min(time, sum(lengths))
        references.append(Reference(pictures, lengths, play, time, speed))
        entities.append(world.create_entity(Sprite(), Animation(clip, time=time, speed=speed)))
    for tick in range(200):
        if tick % 50 == 49:
            for reference, entity in zip(references, entities, strict=True):
                reference.speed = float(rng.choice([1, 4, -1, -4]))
                world.component_for_entity(entity, Animation).speed = reference.speed
        world.process(DT)
        shown = [world.component_for_entity(entity, Sprite).picture for entity in entities]
        assert shown == [reference.tick() for reference in references], tick


def play(world: World, clip: Clip, **values: Any) -> tuple[int, Animation, Sprite]:
    entity = world.create_entity(Sprite(picture=1), Animation(clip, **values))
    return entity, world.component_for_entity(entity, Animation), world.component_for_entity(entity, Sprite)


def listen(world: World, *names: str) -> list[tuple[Any, ...]]:
    """What is dispatched under these names, as it comes."""
    heard: list[tuple[Any, ...]] = []
    for name in names:

        def hear(*args: Any, name: str = name) -> None:
            heard.append((name, *args))

        world.set_handler(name, hear)
        listen.kept.append(hear)  # type: ignore[attr-defined]  # the world keeps no strong reference
    return heard


listen.kept = []  # type: ignore[attr-defined]


def test_another_clip_begins_at_its_beginning_and_the_same_goes_on(world: World, clips: Clips) -> None:
    first, second = clips.add([2, 3], fps=16), clips.add([4, 5, 6], fps=16)
    _, animation, sprite = play(world, first)
    for _ in range(6):
        world.process(DT)
        animation.clip = first
    assert sprite.picture == 3
    animation.clip = second
    world.process(DT)
    assert (sprite.picture, animation.time) == (4, 0.0)


def test_no_clip_leaves_the_sprite_alone(world: World, clips: Clips) -> None:
    _, animation, sprite = play(world, clips.add([2], fps=1))
    animation.clip = 0
    world.process(DT)
    assert sprite.picture == 1
    animation.clip = 999  # there is none of that number
    world.process(DT)
    assert sprite.picture == 1
    animation.clip = 1
    world.process(DT)
    assert (sprite.picture, animation.time) == (2, 0.0)


def test_events_of_frames_and_ends(world: World, clips: Clips) -> None:
    walk = clips.add([2, 3, 4, 5], fps=16, events={0: "left", 2: "right"})
    die = clips.add([6, 7], fps=16, play=Play.ONCE, events={1: "thud"})
    heard = listen(world, "left", "right", "thud", "animation_end")
    walker, animation, _ = play(world, walk)
    for _ in range(32):  # two rounds
        world.process(DT)
    assert heard == [*[("left", walker), ("right", walker)] * 2, ("left", walker)]
    heard.clear()
    animation.clip = die
    for _ in range(20):
        world.process(DT)
    assert heard == [("thud", walker), ("animation_end", walker, die.id)]


def test_a_long_tick_tells_of_the_frames_that_it_skipped_each_once(world: World, clips: Clips) -> None:
    clip = clips.add(range(2, 8), fps=64, events={place: f"at {place}" for place in range(6)})
    heard = listen(world, *(f"at {place}" for place in range(6)))
    entity, animation, _ = play(world, clip)
    world.process(0)
    assert heard == [("at 0", entity)]
    heard.clear()
    world.process(4 * DT)
    assert [name for name, _ in heard] == ["at 1", "at 2", "at 3", "at 4"]
    heard.clear()
    world.process(4 * DT)
    assert [name for name, _ in heard] == ["at 5", "at 0", "at 1", "at 2"]
    heard.clear()
    animation.speed = -1
    world.process(2 * DT)
    assert [name for name, _ in heard] == ["at 1", "at 0"]
    heard.clear()
    animation.speed = 1
    world.process((6 * 1000 + 5) * DT)
    assert [name for name, _ in heard] == ["at 1", "at 2", "at 3", "at 4", "at 5"]


def test_ping_pong_tells_of_frames_on_the_way_back(world: World, clips: Clips) -> None:
    clip = clips.add([2, 3, 4], fps=64, play=Play.PING_PONG, events={1: "middle"})
    heard = listen(world, "middle")
    _, _, sprite = play(world, clip)
    shown = []
    for _ in range(9):
        world.process(DT)
        shown.append(sprite.picture)
    assert shown == [3, 4, 3, 2, 3, 4, 3, 2, 3]
    assert len(heard) == 5


def test_handlers_may_delete_anybody(world: World, clips: Clips) -> None:
    clip = clips.add([2, 3], fps=64, play=Play.ONCE, events={1: "boom"})
    entities = [play(world, clip)[0] for _ in range(3)]
    heard = []

    def boom(entity: int) -> None:
        heard.append(entity)
        for one in entities:
            if world.entity_exists(one):
                world.delete_entity(one, immediate=True)

    world.set_handler("boom", boom)
    world.process(DT)
    assert heard == [entities[0]]


def test_times_that_are_no_numbers_harm_nobody(world: World, clips: Clips) -> None:
    clip = clips.add([2, 3, 4], fps=16)
    sick = [play(world, clip, time=time, speed=speed) for time in (nan, inf, -inf, 1.0) for speed in (nan, inf, -inf)]
    _, _, well = play(world, clip)
    for _ in range(5):
        world.process(DT)
    assert well.picture == 3
    assert all(sprite.picture in (2, 3, 4) for _, _, sprite in sick)


def test_a_clip_that_stands_still_does_not_touch_the_sprites(world: World, clips: Clips) -> None:
    from ecs_engine.core.component import field_of

    world.create_entities(
        50, Sprite(), batch(Animation, clip=np.full(50, clips.add([2, 3], fps=4).id, np.uint32), speed=0.0)
    )
    world.process(DT)
    (rows,) = world.select(Sprite)
    version = rows.table.versions[field_of(Sprite, "picture")]
    for _ in range(9):
        world.process(DT)
    assert rows.table.versions[field_of(Sprite, "picture")] == version


# -- state machines ------------------------------------------------------------------------------------
def hero(world: World, clips: Clips) -> tuple[Any, AnimationState, Sprite]:
    idle, run = clips.add([10], fps=8), clips.add([20, 21], fps=8)
    jump = clips.add([30, 31], fps=32, play=Play.ONCE)
    machine = world.resource(StateMachines).add(
        {"idle": idle, "run": run, "jump": jump},
        [("idle", "go", "run"), ("run", "stop", "idle"), ("*", "up", "jump"), ("jump", "end", "idle")],
    )
    entity = world.create_entity(Sprite(), Animation(), AnimationState(machine))
    return machine, world.component_for_entity(entity, AnimationState), world.component_for_entity(entity, Sprite)


def test_signals_lead_from_state_to_state(world: World, clips: Clips) -> None:
    machine, state, sprite = hero(world, clips)
    world.process(DT)
    assert (machine.state_name(state.state), sprite.picture) == ("idle", 10)
    for signal, then, picture in (("stop", "idle", 10), ("go", "run", 20), ("go", "run", 20), ("up", "jump", 30)):
        state.signal = machine.signal(signal)
        world.process(DT)
        assert (machine.state_name(state.state), sprite.picture, state.signal) == (then, picture, 0)
    for _ in range(5):  # until the jump ends by itself
        world.process(DT)
    assert (machine.state_name(state.state), sprite.picture) == ("idle", 10)
    state.state = machine["run"]
    world.process(DT)
    assert sprite.picture == 20


def test_a_transition_into_its_own_state_begins_it_anew(world: World, clips: Clips) -> None:
    machine, state, sprite = hero(world, clips)
    state.signal = machine.signal("up")
    for _ in range(3):
        world.process(DT)
    assert sprite.picture == 31
    state.signal = machine.signal("up")
    world.process(DT)
    assert sprite.picture == 30


def test_numbers_that_a_machine_does_not_have(world: World, clips: Clips) -> None:
    machine, state, sprite = hero(world, clips)
    state.state, state.signal = 99, 99
    world.process(DT)
    assert (machine.state_name(state.state), sprite.picture) == ("idle", 10)
    state.machine = 99
    state.signal = 1
    world.process(DT)
    assert sprite.picture == 10


@pytest.mark.parametrize("seed", range(3))
def test_random_machines_against_one_entity_at_a_time(world: World, clips: Clips, seed: int) -> None:
    rng = np.random.default_rng(seed)
    machines = []
    for _ in range(4):
        names = [f"state {i}" for i in range(int(rng.integers(1, 6)))]
        signals = [f"signal {i}" for i in range(int(rng.integers(1, 5)))]
        table = {(str(rng.choice([*names, "*"])), str(rng.choice(signals))): str(rng.choice(names)) for _ in range(9)}
        clip_of = {name: clips.add([int(rng.integers(2, 99))], fps=1) for name in names}
        machine = world.resource(StateMachines).add(clip_of, [(a, s, b) for (a, s), b in table.items()])
        machines.append((machine, names, sorted({s for _, s in table}), table))
    entities = []
    for number in range(30):
        machine, names, *_ = machines[number % 4]
        entity = world.create_entity(Sprite(), Animation(), AnimationState(machine))
        entities.append([entity, names[0], machines[number % 4]])
    world.process(DT)
    for _ in range(20):
        for one in entities:
            entity, now, (machine, _, signals, table) = one
            if rng.random() < 0.6:
                signal = str(rng.choice(signals))
                world.component_for_entity(entity, AnimationState).signal = machine.signal(signal)
                one[1] = table.get((now, signal), table.get(("*", signal), now))
        world.process(DT)
        for entity, now, (machine, *_) in entities:
            assert machine.state_name(world.component_for_entity(entity, AnimationState).state) == now


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda clips, machines: clips.add([], fps=1), "has no pictures"),
        (lambda clips, machines: clips.add([1]), "needs either fps or seconds"),
        (lambda clips, machines: clips.add([1], fps=1, seconds=[1]), "needs either fps or seconds"),
        (lambda clips, machines: clips.add([1], fps=0), "0 frames a second"),
        (lambda clips, machines: clips.add([1], fps=nan), "nan frames a second"),
        (lambda clips, machines: clips.add([1, 2], seconds=[1]), "has 2 pictures and lasts"),
        (lambda clips, machines: clips.add([1], seconds=[-1]), "a length above 0"),
        (lambda clips, machines: clips.add([1], fps=1, events={1: "x"}, name="wink"), "'wink' has an event on frame 1"),
        (lambda clips, machines: clips[5], "no clip with id 5"),
        (lambda clips, machines: machines.add({}, []), "has no states"),
        (lambda clips, machines: machines.add({"a": 0}, [("a", "s", "b")]), "no state 'b': its states are 'a'"),
        (lambda clips, machines: machines.add({"a": 0}, [("a", "s", "*")]), r"no state '\*'"),
        (lambda clips, machines: machines.add({"a": 0}, [("a", "s", "a"), ("a", "s", "a")]), "two answers to 's'"),
        (lambda clips, machines: machines.add({"a": 0}, [])["b"], "no state 'b'"),
        (lambda clips, machines: machines.add({"a": 0}, []).signal("b"), "no signal 'b'"),
        (lambda clips, machines: machines.add({"a": 0}, []).state_name(2), "2 is none"),
    ],
)
def test_what_is_refused(world: World, clips: Clips, make: Callable[..., Any], words: str) -> None:
    with pytest.raises(EngineError, match=words) as caught:
        make(clips, world.resource(StateMachines))
    assert str(caught.value).endswith(".")
    assert isfinite(clips.arrays.end_of_all[-1])


def test_another_system_goes_on_with_the_clips_there_are_though_there_are_none(world: World, clips: Clips) -> None:
    machines = world.resource(StateMachines)
    world.add_processor(AnimationSystem())
    assert world.resource(Clips) is clips
    assert world.resource(StateMachines) is machines


def test_states_that_are_set_from_outside(world: World, clips: Clips) -> None:
    made = [clips.add([picture], fps=4) for picture in (2, 3, 4)]
    machines = world.resource(StateMachines)
    machine = machines.add(dict(zip("abc", made, strict=True)), [("a", "go", "b")])
    machines.add({"x": made[2], "y": made[1]}, [])
    entity = world.create_entity(Sprite(), Animation(), AnimationState(machine))
    state, animation, sprite = (
        world.component_for_entity(entity, kind) for kind in (AnimationState, Animation, Sprite)
    )
    world.process(DT)
    assert (state.state, sprite.picture) == (1, 2)
    state.state = machine["c"]  # a jump there
    world.process(DT)
    assert (state.state, sprite.picture) == (3, 4)
    animation.clip = made[0]  # the state has the last word
    world.process(DT)
    assert sprite.picture == 4
    for beyond in (4, 5, 999, 65535):  # 4 and 5 are where the next machine's clips begin
        state.state = beyond
        world.process(DT)
        assert (state.state, sprite.picture) == (1, 2)
    state.machine, animation.clip = 77, made[1]  # no such machine: it leaves the clip alone
    world.process(DT)
    assert sprite.picture == 3
