"""The world does what plain esper does: the same random calls on both give the same results and exceptions.

In the world, half of the component classes have columns; in plain esper all are ordinary objects. Deviations that are
wanted are named where they are: the rest is the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import esper
import pytest

from ecs_engine.core import System, World, component
from ecs_engine.core.fields import Float, Int, Vec2


@component
class Place:
    at: Vec2 = (0.0, 0.0)
    turn: Float = 0.0


@component(companions=(Place,))
class Push:
    force: Float = 1.0


@component
class Count:
    number: Int = 0


@dataclass(eq=False)
class PlainPlace:
    at: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0


@dataclass(eq=False)
class PlainPush:
    force: float = 1.0


@dataclass(eq=False)
class PlainCount:
    number: int = 0


@dataclass(eq=False)
class Name:
    text: str = ""


@dataclass(eq=False)
class Nickname(Name):
    pass


PAIRS: list[tuple[type, type]] = [
    (Place, PlainPlace), (Push, PlainPush), (Count, PlainCount), (Name, Name), (Nickname, Nickname),
]  # fmt: skip
OURS = [ours for ours, _ in PAIRS]
TO_PLAIN = dict(PAIRS)


def shown(thing: Any) -> Any:
    """A result of either side in a form that can be compared."""
    match thing:
        case Place() | PlainPlace():
            return ("Place", tuple(thing.at), thing.turn)
        case Push() | PlainPush():
            return ("Push", thing.force)
        case Count() | PlainCount():
            return ("Count", thing.number)
        case Name():
            return (type(thing).__name__, thing.text)
        case tuple():
            return tuple(shown(item) for item in thing)
        case _:
            return thing


def unordered(results: list[Any]) -> list[Any]:
    return sorted(shown(result) for result in results)


class Twins:
    """Makes each call on the world and on plain esper, and compares."""

    def __init__(self, seed: int, world: World, context: str) -> None:
        self.random = random.Random(seed)
        self.world = world
        self.context = context
        self.highest = 0

    def both(self, ours: Callable[[], Any], plain: Callable[[], Any], show: Callable[[Any], Any] = shown) -> Any:
        answer = outcome(ours, show)
        esper.switch_world(self.context)
        expected = outcome(plain, show)
        assert answer == expected
        return answer[1]

    # -- what is drawn at random -------------------------------------------------------------------
    def entity(self) -> int:
        return self.random.randint(1, self.highest + 2)

    def kinds(self, most: int) -> list[type]:
        return self.random.sample(OURS, self.random.randint(0, most))

    def pair(self, kind: type) -> tuple[Any, Any]:
        number = self.random.randint(-100, 100)
        values: dict[type, dict[str, Any]] = {
            Place: {"at": (number / 2, -number), "turn": float(number)},
            Push: {"force": number / 4},
            Count: {"number": number},
            Name: {"text": str(number)},
            Nickname: {"text": f"nick {number}"},
        }
        if self.random.random() < 0.2:
            return kind(), TO_PLAIN[kind]()
        return kind(**values[kind]), TO_PLAIN[kind](**values[kind])

    # -- the calls ---------------------------------------------------------------------------------
    def create(self) -> None:
        pairs = [self.pair(kind) for kind in self.kinds(4)]
        made = self.both(
            lambda: self.world.create_entity(*(ours for ours, _ in pairs)),
            lambda: esper.create_entity(*(plain for _, plain in pairs)),
        )
        self.highest = made

    def delete(self) -> None:
        entity, immediate = self.entity(), self.random.random() < 0.5
        if not self.world.entity_exists(entity):
            # Wanted: an unknown entity is an error at once, where esper waits for the next process() or says nothing
            # of an entity deleted twice.
            if entity not in set(self.world.get_entities()):
                with pytest.raises(KeyError):
                    self.world.delete_entity(entity, immediate)
            return
        self.both(
            lambda: self.world.delete_entity(entity, immediate),
            lambda: esper.delete_entity(entity, immediate),
        )

    def add(self) -> None:
        entity, kind = self.entity(), self.random.choice(OURS)
        ours, plain = self.pair(kind)
        alias = Name if kind is Nickname and self.random.random() < 0.5 else None
        if entity not in set(self.world.get_entities()):
            # Wanted: the world says so before it notes anything. esper's index keeps the unknown entity.
            with pytest.raises(KeyError):
                self.world.add_component(entity, ours, alias)
            return
        self.both(
            lambda: self.world.add_component(entity, ours, alias),
            lambda: esper.add_component(entity, plain, alias),
        )

    def remove(self) -> None:
        entity, kind = self.entity(), self.random.choice(OURS)
        if self.world.try_component(entity, kind) is None:
            # Wanted: nothing is changed by a removal that fails. esper's index loses the entity first.
            with pytest.raises(KeyError):
                self.world.remove_component(entity, kind)
            return
        self.both(
            lambda: self.world.remove_component(entity, kind), lambda: esper.remove_component(entity, TO_PLAIN[kind])
        )

    def try_remove(self) -> None:
        entity, kind = self.entity(), self.random.choice(OURS)
        if entity in set(self.world.get_entities()):  # of an unknown one, esper's answer depends on the others
            self.both(
                lambda: self.world.try_remove_component(entity, kind),
                lambda: esper.try_remove_component(entity, TO_PLAIN[kind]),
            )

    def write(self) -> None:
        entity, number = self.entity(), self.random.randint(-50, 50)
        place, count = self.world.try_component(entity, Place), self.world.try_component(entity, Count)
        esper.switch_world(self.context)
        plain, plain_count = esper.try_component(entity, PlainPlace), esper.try_component(entity, PlainCount)
        if place is not None:
            assert plain is not None
            place.at.x = number
            place.turn += 1
            plain.at, plain.turn = (number, plain.at[1]), plain.turn + 1
        if count is not None:
            assert plain_count is not None
            count.number = plain_count.number = number

    def ask(self) -> None:
        entity, kind, kinds = self.entity(), self.random.choice(OURS), self.kinds(3)
        plain, plains = TO_PLAIN[kind], [TO_PLAIN[kind] for kind in kinds]
        world = self.world
        asked: list[tuple[Callable[[], Any], Callable[[], Any]]] = [
            (lambda: world.entity_exists(entity), lambda: esper.entity_exists(entity)),
            (lambda: world.has_component(entity, kind), lambda: esper.has_component(entity, plain)),
            (lambda: world.has_components(entity, *kinds), lambda: esper.has_components(entity, *plains)),
            (lambda: world.component_for_entity(entity, kind), lambda: esper.component_for_entity(entity, plain)),
            (lambda: world.try_component(entity, kind), lambda: esper.try_component(entity, plain)),
            (lambda: world.try_components(entity, *kinds), lambda: esper.try_components(entity, *plains)),
        ]
        for ours, theirs in asked:
            self.both(ours, theirs)

    def query(self) -> None:
        kinds = self.kinds(3)
        plains = [TO_PLAIN[kind] for kind in kinds]
        kind = self.random.choice(OURS)
        self.both(lambda: self.world.get_component(kind), lambda: esper.get_component(TO_PLAIN[kind]), unordered)
        self.both(lambda: self.world.get_components(*kinds), lambda: esper.get_components(*plains), unordered)

    def survey(self) -> None:
        everyone = self.both(lambda: list(self.world.get_entities()), lambda: list(esper.get_entities()), sorted)
        for entity in (*everyone, self.highest + 1):
            self.both(
                lambda entity=entity: self.world.components_for_entity(entity),
                lambda entity=entity: esper.components_for_entity(entity),
                unordered,
            )

    def process(self) -> None:
        # Wanted: an entity that was deleted at once after it had been marked is no error.
        esper.switch_world(self.context)
        esper._dead_entities.intersection_update(esper._entities)
        self.both(self.world.process, esper.process)

    def flush(self) -> None:
        self.world.flush()
        assert sum(map(len, self.world.select())) == len(list(self.world.get_entities()))

    def clear(self) -> None:
        if self.random.random() < 0.1:
            self.both(self.world.clear_database, esper.clear_database)
            self.highest = 0

    def run(self, steps: int) -> None:
        calls = [
            self.create, self.create, self.create, self.delete, self.add, self.add, self.remove, self.try_remove,
            self.write, self.ask, self.query, self.process, self.flush, self.clear,
        ]  # fmt: skip
        for _ in range(steps):
            self.random.choice(calls)()
        self.survey()


def outcome(call: Callable[[], Any], show: Callable[[Any], Any]) -> tuple[str, Any]:
    try:
        return "returned", show(call())
    except KeyError:  # ours is of a class derived from it
        return "raised", KeyError
    except Exception as error:
        return "raised", type(error)


@pytest.fixture
def context() -> Iterator[str]:
    before = esper.current_world
    esper.switch_world("plain")
    yield "plain"
    esper.switch_world(before)
    esper.delete_world("plain")


@pytest.mark.parametrize("seed", range(40))
def test_random_calls_answer_alike(seed: int, context: str) -> None:
    with World() as world:
        Twins(seed, world, context).run(250)


@pytest.mark.parametrize("seed", range(40, 60))
def test_random_calls_answer_alike_inside_a_system(seed: int, context: str) -> None:
    class Caller(System):
        def process(self, dt: float) -> None:
            twins.run(40)

    with World() as world:
        twins = Twins(seed, world, context)
        # Inside a system the calls that run or clear the world have no counterpart.
        for name in ("process", "clear", "flush"):
            setattr(twins, name, lambda: None)
        world.add_processor(Caller())
        for _ in range(6):
            world.process(0.1)
            esper.switch_world(context)
            esper._dead_entities.intersection_update(esper._entities)
            esper.clear_dead_entities()
            world.clear_dead_entities()
            twins.survey()
