"""Systems and processors: their order, their coming and going, their failures; esper's own run unchanged."""

from __future__ import annotations

import itertools
import time
from typing import Any, ClassVar

import esper
import numpy as np
import pytest

from ecs_engine.core import Stage, System, World, component
from ecs_engine.core.errors import EngineError
from ecs_engine.core.fields import Float, Int


@component
class Place:
    x: Float = 0.0


@component
class Score:
    points: Int = 0


class Name:
    pass


class Noting(System):
    """Notes that it ran."""

    def __init__(self, notes: list[str], name: str = "") -> None:
        self.notes = notes
        self.name = name or type(self).__name__

    def process(self, dt: float) -> None:
        self.notes.append(self.name)


class Late(Noting):
    stage: ClassVar[Stage] = Stage.PUBLISH
    priority = 1000


class Early(Noting):
    stage: ClassVar[Stage] = Stage.INPUT
    priority = -1000


class Middle(Noting):
    pass


@pytest.mark.parametrize("order", list(itertools.permutations(range(5))))
def test_order_is_stage_then_priority_then_insertion(order: tuple[int, ...]) -> None:
    class Plain(esper.Processor):
        def process(self) -> None:
            notes.append("Plain")

    notes: list[str] = []
    with World() as world:
        every: list[Any] = [Late(notes), Early(notes), Middle(notes, "high"), Plain(), Middle(notes, "low")]
        for index in order:
            world.add_processor(every[index], {2: 5, 4: -5}.get(index))
        world.process(0.1)
        assert notes == ["Early", "high", "Plain", "low", "Late"]
        assert [type(p) for p in world.processors] == [Early, Middle, Plain, Middle, Late]
        assert set(world.process_times) == {"Early", "Middle", "Plain", "Late"}


def test_times_by_stage_are_those_of_every_processor_of_one_run() -> None:
    class Slow(System):
        stage = Stage.CULL

        def process(self, dt: float) -> None:
            time.sleep(dt)

    with World() as world:
        for _ in range(2):  # two of one class count as two
            world.add_processor(Slow())
        world.process(0.002)
        assert len(world.stage_times) == len(Stage)
        assert world.stage_times[Stage.CULL] >= 4.0
        assert sum(world.stage_times) == world.stage_times[Stage.CULL]
        for system in world.processors:
            world.remove_processor(system)
        world.process(0.0)
        assert world.stage_times == [0.0] * len(Stage)  # of the last run alone


def test_equals_run_in_the_order_they_were_added_and_a_replacement_keeps_the_place() -> None:
    class Other(Middle):
        pass

    notes: list[str] = []
    with World() as world:
        for system in (Noting(notes, "a"), Middle(notes, "b"), Noting(notes, "c")):
            world.add_processor(system)
        world.process(0.1)
        notes.clear()
        world.replace_processor(Middle, Other(notes, "new b"))
        world.process(0.1)
        assert notes == ["a", "new b", "c"]
        assert world.get_processor(Middle) is None
        assert isinstance(world.get_processor(Other), Other)
        assert set(world.process_times) == {"Noting", "Other"}


def test_a_shuffle_moves_only_what_nothing_else_orders(world: World) -> None:
    notes: list[str] = []
    for name, priority in (("low", -1), ("a", 0), ("fixed", 0), ("b", 0), ("c", 0), ("high", 1)):
        world.add_processor(Middle(notes, name), priority)
    moved = [system for system in world.processors if isinstance(system, Middle) and system.name != "fixed"]
    orders = set()
    for seed in range(30):
        world.shuffle_processors(moved, seed)
        notes.clear()
        world.process(0.1)
        orders.add(tuple(notes))
    assert orders == {("high", x, "fixed", y, z, "low") for x, y, z in itertools.permutations("abc")}


def test_a_system_shuffles_nothing(world: World) -> None:
    class Shuffling(System):
        def process(self, dt: float) -> None:
            self.world.shuffle_processors([self], 1)

    world.add_processor(Shuffling())
    with pytest.raises(EngineError, match="Shuffling shuffled the processors it runs among"):
        world.process(0.1)


def test_a_replacement_that_fails_leaves_the_old_one() -> None:
    class Broken(Middle):
        def on_add(self) -> None:
            raise OSError("no picture")

    notes: list[str] = []
    with World() as world:
        old = Middle(notes)
        world.add_processor(old)
        world.add_processor(Noting(notes, "after"))
        with pytest.raises(OSError, match="no picture"):
            world.replace_processor(Middle, Broken(notes))
        with pytest.raises(TypeError, match="is no processor: derive it"):
            world.replace_processor(Middle, Name())  # type: ignore[arg-type]
        with pytest.raises(KeyError, match="has no Late to replace"):
            world.replace_processor(Late, Middle(notes))
        with pytest.raises(OSError, match="no picture"):
            world.add_processor(Broken(notes))
        with pytest.raises(TypeError, match="was given as a processor: pass an instance"):
            world.add_processor(Middle)  # type: ignore[arg-type]
        assert world.get_processor(Middle) is old
        world.process(0.1)
        assert notes == ["Middle", "after"]


def test_systems_hear_of_coming_and_going_whoever_does_it() -> None:
    class Watch(System):
        def on_add(self) -> None:
            assert self.world is world
            assert self.world.get_processor(Watch) is self
            heard.append("added")

        def process(self, dt: float) -> None:
            heard.append(f"dt {dt}")

        def on_remove(self) -> None:
            heard.append("removed")

    heard: list[str] = []
    with World() as world:
        world.add_processor(Watch())
        world.remove_processor(Watch)
        world.remove_processor(Watch)
        esper.add_processor(Watch())
        world.process(0.5)
        esper.process(0.25)
        esper.remove_processor(Watch)
        world.process(0.5)
        assert esper.get_processor(Watch) is None
    assert heard == ["added", "removed", "added", "dt 0.5", "dt 0.25", "removed"]


def test_processors_that_come_and_go_during_a_tick() -> None:
    class Director(System):
        def process(self, dt: float) -> None:
            notes.append("Director")
            self.world.remove_processor(Middle)  # is still to come: does not run
            esper.add_processor(Late(notes), 0)  # is still to come: runs
            self.world.add_processor(Early(notes))  # its time is over: runs next tick
            self.world.replace_processor(Director, Noting(notes, "successor"))  # in this very place: runs next tick

    notes: list[str] = []
    with World() as world:
        world.add_processor(Director())
        world.add_processor(Middle(notes))
        world.process(0.1)
        assert notes == ["Director", "Late"]
        notes.clear()
        world.process(0.1)
        assert notes == ["Early", "successor", "Late"]


def test_an_exception_leaves_the_world_whole() -> None:
    class Fails(System):
        def process(self, dt: float) -> None:
            self.world.create_entity(Place(x=1))
            self.world.create_entities(3, Place(x=2))
            self.world.delete_entity(1, immediate=True)
            raise RuntimeError("out of luck")

    notes: list[str] = []
    with World() as world:
        world.create_entity(Place())
        world.add_processor(Fails())
        world.add_processor(Late(notes))
        with pytest.raises(RuntimeError, match="out of luck"):
            world.process(0.1)
        assert type(world.running_processor) is Fails
        assert notes == []
        assert "Fails" in world.process_times
        ((place,),) = world.select(Place)
        assert sorted(place.x.tolist()) == [1, 2, 2, 2]
        world.remove_processor(Fails)
        world.process(0.1)
        assert world.running_processor is None
        assert notes == ["Late"]


def test_structural_changes_show_when_the_system_has_returned() -> None:
    class Changes(System):
        def process(self, dt: float) -> None:
            new = self.world.create_entity(Place())
            self.world.add_component(1, Score(points=4))
            self.world.delete_entity(2, immediate=True)
            self.world.remove_component(3, Place)
            assert self.world.has_component(1, Score)
            assert not self.world.has_component(3, Place)
            assert {entity for entity, _ in self.world.get_component(Place)} == {1, new}
            assert [rows.entities.tolist() for rows in self.world.select(Place)] == [[1, 2, 3]]
            assert self.world.select(Score) == []

    class Sees(System):
        def process(self, dt: float) -> None:
            assert sorted(e for rows in self.world.select(Place) for e in rows.entities.tolist()) == [1, 4]
            assert [rows.entities.tolist() for rows in self.world.select(Score)] == [[1]]

    with World() as world:
        world.create_entities(3, Place())
        world.add_processor(Changes())
        world.add_processor(Sees())
        world.process(0.1)


def test_arguments_go_to_those_who_take_them() -> None:
    class Nothing(esper.Processor):
        def process(self) -> None:
            got.append(("nothing",))

    class Something(esper.Processor):
        def process(self, dt: float, speed: float = 1.0) -> None:
            got.append(("something", dt, speed))

    class Everything(esper.Processor):
        def process(self, *args: Any, **kwargs: Any) -> None:
            got.append(("everything", *args, *kwargs.items()))

    got: list[Any] = []
    with World() as world:
        for processor in (Nothing(), Something(), Everything()):
            world.add_processor(processor)
        world.process(0.5)
        world.process(0.5, speed=3.0)
    assert got == [
        ("nothing",), ("something", 0.5, 1.0), ("everything", 0.5),
        ("nothing",), ("something", 0.5, 3.0), ("everything", 0.5, ("speed", 3.0)),
    ]  # fmt: skip


def test_a_system_that_says_nothing_says_so() -> None:
    class Silent(System):
        pass

    with World() as world:
        world.add_processor(Silent())
        with pytest.raises(NotImplementedError, match="Silent does not say what to do: override process"):
            world.process(0.1)


# -- processors written for plain esper --------------------------------------------------------------
class PlainGame(esper.Processor):
    """Knows only esper: moves things, breeds, kills, tells, and calls and dismisses a colleague."""

    def __init__(self) -> None:
        self.tick = 0
        self.heard: list[int] = []
        self.counts: list[int] = []
        esper.set_handler("scored", self.on_scored)

    def on_scored(self, points: int) -> None:
        self.heard.append(points)

    def process(self) -> None:
        self.tick += 1
        for entity, (place, score) in esper.get_components(Place, Score):
            place.x += 1.0
            score.points = score.points + entity
            esper.dispatch_event("scored", score.points)
        child = esper.create_entity(Place(x=100.0), Name())
        esper.add_component(child, Score())
        assert esper.has_components(child, Place, Score, Name)
        assert (child, esper.component_for_entity(child, Place)) in esper.get_component(Place)
        if self.tick == 2:
            esper.add_processor(PlainColleague(), priority=5)
        if self.tick == 4:
            esper.remove_processor(PlainColleague)
        if self.tick % 2 == 0:
            esper.delete_entity(child)
        else:
            esper.remove_component(child, Name)
            assert esper.try_component(child, Name) is None
        self.counts.append(len(esper.get_component(Place)))


class PlainColleague(esper.Processor):
    def process(self) -> None:
        for entity, _ in esper.get_component(Name):
            esper.delete_entity(entity, immediate=True)
        esper.create_entity(Name(), Place(x=-1.0))


def test_a_processor_written_for_plain_esper_runs_unchanged() -> None:
    with World() as world:
        world.entity_exists(1)
        game = PlainGame()
        world.add_processor(game)
        world.create_entities(2, Place(), Score())
        for _ in range(6):
            world.process()
        assert game.counts == [3, 4, 5, 6, 6, 7]
        columns: dict[int, float] = {}
        for rows in world.select(Place):
            (place,) = rows
            columns.update(zip(rows.entities.tolist(), place.x.tolist(), strict=True))
        handles = {entity: place.x for entity, place in world.get_component(Place)}
        assert columns == handles
        assert (columns[1], columns[2]) == (6.0, 6.0)
        assert world.component_for_entity(2, Score).points == 12
        assert game.heard[:2] == [1, 2]


def test_a_processor_that_switches_worlds_spoils_nothing() -> None:
    class Wanderer(esper.Processor):
        def process(self) -> None:
            esper.create_entity(Place(x=1.0))
            esper.switch_world("elsewhere")
            esper.create_entity(Name())

    class Stays(System):
        def process(self, dt: float) -> None:
            esper.create_entity(Place(x=2.0))
            assert esper.current_world == home

    with World() as world:
        world.entity_exists(1)
        home = esper.current_world
        world.add_processor(Wanderer())
        world.add_processor(Stays())
        for _ in range(2):
            world.process(0.1)
        assert [rows.entities.tolist() for rows in world.select()] == [[1, 2, 3, 4]]
        esper.switch_world("elsewhere")
        assert list(esper.get_entities()) == [1, 2]
        assert esper.get_component(Place) == []
    esper.switch_world("default")
    esper.delete_world("elsewhere")


class Plain(System):
    def process(self, dt: float) -> None: ...


class Coroutine(System):
    async def process(self, dt: float) -> None: ...  # type: ignore[override]


class Generator(System):
    def process(self, dt: float) -> Any:
        yield


class Nowhere(System):
    stage = "update"  # type: ignore[assignment]

    def process(self, dt: float) -> None: ...


class Nameless(esper.Processor):
    priority = "high"  # type: ignore[assignment]

    def process(self, dt: float) -> None: ...


@pytest.mark.parametrize(
    ("system", "priority", "words"),
    [
        (Coroutine(), None, r"Coroutine\.process is asynchronous or has a yield, .*: make it plain"),
        (Generator(), None, r"Generator\.process is asynchronous or has a yield"),
        (Nowhere(), None, r"The stage of Nowhere is 'update': give one of Stage"),
        (Nameless(), None, r"The priority of Nameless is 'high': give a number"),
        (Plain(), "high", r"The priority of Plain is 'high': give a number"),
        (Plain(), float("nan"), r"The priority of Plain is nan: give a number"),
    ],
)
def test_what_could_never_run_is_refused(system: esper.Processor, priority: Any, words: str) -> None:
    with World() as world:
        world.add_processor(Plain(), priority=np.int64(3))
        with pytest.raises(TypeError, match=words):
            world.add_processor(system, priority=priority)
        assert len(world.processors) == 1
        world.process(0.1)


@pytest.mark.parametrize("kind", [Name, Score])
def test_a_system_is_not_entered_before_the_world_has_known_what_it_needs(kind: type) -> None:
    class Needy(Noting):
        stage = Stage.CULL
        needs = (Name, Score)

    class Maker(Noting):
        def process(self, dt: float) -> None:
            super().process(dt)
            self.world.create_entity(kind())

    notes: list[str] = []
    with World() as world:
        assert not world.knows(kind)
        world.add_processor(Needy(notes, "needy"))
        world.add_processor(Noting(notes, "any"))
        world.process(0.1)
        assert notes == ["any"]
        assert "Needy" not in world.process_times
        world.add_processor(maker := Maker(notes, "maker"))
        world.process(0.1)  # in the very tick in which it comes, and no system twice
        assert notes[1:] == ["any", "maker", "needy"]
        world.remove_processor(maker)
        for entity in list(world.get_entities()):
            world.delete_entity(entity, immediate=True)
        assert world.knows(kind)
        world.process(0.1)  # and for ever: it may have to take back what it made
        assert notes[4:] == ["any", "needy"]


def test_bulk_creation_wakes_a_system_that_needs_an_object_component() -> None:
    class Needy(Noting):
        needs = (Name,)

    notes: list[str] = []
    with World() as world:
        world.add_processor(Needy(notes, "needy"))
        world.create_entities(3, Score())
        world.process(0.1)
        assert notes == []
        world.create_entities(3, Name())
        world.process(0.1)
        assert notes == ["needy"]
