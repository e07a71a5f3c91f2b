"""A world's life: selects, resources, events, threads, closing, and several worlds side by side."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import esper
import numpy as np
import pytest

from ecs_engine.components import Transform2D, Velocity, WorldPose2D
from ecs_engine.core import System, World, batch, component, writable
from ecs_engine.core.errors import ComponentError, EngineError, MissingError, StaleHandleError, ThreadError
from ecs_engine.core.fields import Float, Int


@component
class Hidden:
    mark: Int = -1


@component(companions=(Hidden,))
class Heat:
    degrees: Float = 20.0


@component
class Mass:
    kilos: Float = 1.0


class Name:
    def __init__(self, text: str = "") -> None:
        self.text = text


class Idle(System):
    def process(self, dt: float) -> None:
        pass


def contexts() -> set[str]:
    return set(esper.list_worlds())


# -- select ------------------------------------------------------------------------------------------
def test_select_gives_every_table_that_fits_and_new_ones_too() -> None:
    with World() as world:
        assert world.select(Heat) == []
        world.create_entity(Heat())
        world.create_entity(Heat(), Mass())
        world.create_entity(Mass(), Name())
        assert [len(rows) for rows in world.select(Heat)] == [1, 1]
        assert [len(rows) for rows in world.select(Mass, Heat)] == [1]
        assert [len(rows) for rows in world.select(Heat, without=(Mass,))] == [1]
        assert [len(rows) for rows in world.select(Hidden, without=(Mass,))] == [1]
        assert sum(len(rows) for rows in world.select()) == 3
        for mass, heat in world.select(Mass, Heat):
            assert (mass.kilos.tolist(), heat.degrees.tolist()) == ([1.0], [20.0])


def test_select_leaves_out_empty_tables_unless_asked() -> None:
    with World() as world:
        entity = world.create_entity(Heat())
        assert len(world.select(Heat)) == 1
        world.delete_entity(entity, immediate=True)
        assert world.select(Heat) == []
        (rows,) = world.select(Heat, include_empty=True)
        assert (len(rows), rows.entities.tolist(), bool(rows)) == (0, [], True)


@pytest.mark.parametrize(
    "select",
    [
        lambda world: world.select(Name), lambda world: world.select(writable(Name)),
        lambda world: world.select(Heat()), lambda world: world.select(Heat, without=(Name,)),
        lambda world: world.select(5),
    ],
)  # fmt: skip
def test_select_takes_column_components(select: Callable[[World], Any]) -> None:
    with World() as world, pytest.raises(ComponentError, match=r"^select\(\) takes column component classes, and "):
        select(world)


def test_arrays_that_a_system_holds_are_not_lost_when_it_creates_many() -> None:
    class Grow(System):
        def process(self, dt: float) -> None:
            for (heat,) in self.world.select(writable(Heat)):
                degrees = heat.degrees
                self.world.create_entities(1000, Heat(degrees=1.0))
                for _ in range(100):
                    self.world.create_entity(Heat(degrees=2.0))
                degrees += 5.0

    with World() as world:
        world.create_entity(Heat())
        world.add_processor(Grow())
        world.process(0.1)
        ((heat,),) = world.select(Heat)
        values, counts = np.unique(heat.degrees, return_counts=True)
        assert dict(zip(values.tolist(), counts.tolist(), strict=True)) == {1.0: 1000, 2.0: 100, 25.0: 1}


def test_location_is_where_the_columns_are() -> None:
    with World() as world:
        ids = world.create_entities(3, batch(Mass, kilos=[1, 2, 3]))
        place = world.location(int(ids[1]))
        assert place is not None
        table, row = place
        assert (table.entities[row], row) == (ids[1], 1)
        fresh = world.create_entity(Mass())
        assert world.location(fresh) is None
        world.flush()
        assert world.location(fresh) == (table, 3)
        with pytest.raises(KeyError):
            world.location(99)


def test_many_are_located_but_those_that_are_gone_or_wait() -> None:
    with World() as world:
        ids = world.create_entities(4, batch(Mass, kilos=[1, 2, 3, 4]))
        other = world.create_entity(Mass(), Heat())
        world.flush()
        world.delete_entity(int(ids[1]), immediate=True)
        world.add_component(int(ids[2]), Heat())
        asked = np.array([ids[3], ids[2], 99, other, ids[1], ids[0]])
        found = [(table.entities[rows].tolist(), which.tolist()) for table, rows, which in world.locate(asked)]
        assert found == [([ids[3], ids[0]], [0, 5]), ([other], [3])]
        world.flush()
        assert sorted(place for _, _, which in world.locate(asked) for place in which) == [0, 1, 3, 5]


def test_what_is_missing_is_named_with_the_mend() -> None:
    with World() as world:
        stone, ghost = world.create_entity(Mass(), Name("stone")), world.create_entity()
        world.delete_entity(ghost, immediate=True)
        for ask in (
            lambda: world.component_for_entity(ghost, Mass),
            lambda: world.components_for_entity(ghost),
            lambda: world.has_component(ghost, Mass),
            lambda: world.add_component(ghost, Mass()),
            lambda: world.remove_component(ghost, Mass),
            lambda: world.delete_entity(ghost),
            lambda: world.delete_entities([ghost]),
            lambda: world.location(ghost),
            lambda: esper.component_for_entity(ghost, Mass),
        ):
            with pytest.raises(MissingError, match=r"^There is no entity 2: it was deleted or never created; ask"):
                ask()
        lacks = r"^Entity 1 has no Heat; its components are: Mass, Name\. Add it first, or ask by try_component\.$"
        for ask in (
            lambda: world.component_for_entity(stone, Heat),
            lambda: world.remove_component(stone, Heat),
            lambda: esper.component_for_entity(stone, Heat),
        ):
            with pytest.raises(MissingError, match=lacks):
                ask()
        with pytest.raises(MissingError, match=r"has no WorldPose2D of its own, .* beside Transform2D: read it with"):
            world.component_for_entity(world.create_entity(Transform2D()), WorldPose2D)


# -- resources and events ----------------------------------------------------------------------------
def test_resources() -> None:
    class Child(Name):
        pass

    with World() as world:
        assert world.try_resource(Name) is None
        with pytest.raises(KeyError, match=r"The world has no Name resource: add one with world.add_resource"):
            world.resource(Name)
        first, second = Name("first"), Child("second")
        world.add_resource(first)
        assert world.resource(Name) is first
        world.add_resource(second, type_alias=Name)
        assert world.resource(Name) is second
        assert world.try_resource(Child) is None
        assert world.remove_resource(Name) is second
        assert world.remove_resource(Name) is None


class Listener:
    def __init__(self) -> None:
        self.heard: list[Any] = []

    def hear(self, *args: Any) -> None:
        self.heard.append(args)


def test_events_reach_living_handlers_only() -> None:
    with World() as world, World() as other:
        listener, dying, stranger = Listener(), Listener(), Listener()
        world.set_handler("bang", listener.hear)
        world.set_handler("bang", dying.hear)
        world.entity_exists(1)
        esper.set_handler("bang", stranger.hear)  # by esper's own function, in the same world
        other.entity_exists(1)
        del dying, stranger  # while another world is the current one
        gc.collect()
        world.dispatch_event("bang", 1)
        other.dispatch_event("bang", 2)
        world.dispatch_event("silence")
        assert listener.heard == [(1,)]
        world.remove_handler("bang", listener.hear)
        world.remove_handler("bang", listener.hear)
        world.remove_handler("never", listener.hear)
        world.dispatch_event("bang", 3)
        assert listener.heard == [(1,)]


def test_functions_can_be_handlers() -> None:
    heard = []

    def hear(text: str) -> None:
        heard.append(text)

    with World() as world:
        world.set_handler("word", hear)
        world.dispatch_event("word", "a")
        esper.dispatch_event("word", "b")
        esper.remove_handler("word", hear)
        world.dispatch_event("word", "c")
    assert heard == ["a", "b"]


# -- several worlds ----------------------------------------------------------------------------------
def test_worlds_side_by_side_know_nothing_of_each_other() -> None:
    before = esper.current_world
    with World() as a, World() as b:
        for number in range(20):
            a.create_entity(Heat(degrees=number))
            b.create_entity(Mass(kilos=number), Name(str(number)))
        a.delete_entity(1)
        b.process()
        a.process()
        assert (len(a.get_component(Heat)), len(b.get_component(Heat))) == (19, 0)
        assert (len(a.get_component(Mass)), len(b.get_component(Mass))) == (0, 20)
        handle = b.component_for_entity(3, Mass)
        copied = a.create_entity(handle)
        a.component_for_entity(copied, Mass).kilos = 50
        assert handle.kilos == 2
    assert esper.current_world == before


def test_a_system_may_run_another_world() -> None:
    class Outer(System):
        def process(self, dt: float) -> None:
            inner.create_entity(Heat())
            inner.process(dt)
            self.world.create_entity(Mass())

    with World() as inner, World() as outer:
        inner.add_processor(Idle())
        outer.add_processor(Outer())
        outer.process(0.1)
        assert (len(inner.select(Heat)[0]), len(outer.select(Mass)[0])) == (1, 1)


# -- threads -----------------------------------------------------------------------------------------
def in_thread(action: Callable[[], Any], name: str = "stranger") -> Any:
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(action())
        except Exception as error:
            results.append(error)

    thread = threading.Thread(target=run, name=name)
    thread.start()
    thread.join()
    return results[0]


class Plain:
    """An object component."""


@pytest.mark.parametrize(
    "change",
    [
        lambda entity: esper.create_entity(),
        lambda entity: esper.create_entity(Transform2D()),
        lambda entity: esper.create_entity(Plain()),
        lambda entity: esper.add_component(entity, Plain()),
        lambda entity: esper.add_component(entity, Transform2D()),
        lambda entity: esper.remove_component(entity, Plain),
        lambda entity: esper.remove_component(entity, Transform2D),
        lambda entity: esper.delete_entity(entity, immediate=True),
        lambda entity: esper.get_component(Plain),
    ],
)
def test_espers_own_functions_do_not_get_past_the_owner(change: Callable[[int], Any]) -> None:
    with World() as world:
        kept, entity = Plain(), world.create_entity(Transform2D(rotation=3))
        world.add_component(entity, kept)
        raised: list[Exception] = []

        def meddle() -> None:
            try:
                change(entity)
            except ThreadError as error:
                raised.append(error)

        world.entity_exists(entity)  # makes this world's the current context
        thread = threading.Thread(target=meddle, name="meddler")
        thread.start()
        thread.join()
        (error,) = raised
        assert "'MainThread'" in str(error)
        assert "'meddler'" in str(error)
        assert list(world.get_entities()) == [entity]
        assert world.get_component(Plain) == [(entity, kept)]
        assert [transform.rotation for _, transform in world.get_component(Transform2D)] == [3]


TOUCHES: dict[str, Callable[[World], Any]] = {
    "add_component": lambda world: world.add_component(1, Mass()),
    "add_components": lambda world: world.add_components([1], Mass()),
    "add_processor": lambda world: world.add_processor(Idle()),
    "add_resource": lambda world: world.add_resource(3),
    "clear_cache": World.clear_cache,
    "clear_database": World.clear_database,
    "clear_dead_entities": World.clear_dead_entities,
    "close": World.close,
    "component_for_entity": lambda world: world.component_for_entity(1, Heat),
    "component_types": World.component_types,
    "components_for_entity": lambda world: world.components_for_entity(1),
    "create_entities": lambda world: world.create_entities(3, Heat()),
    "create_entity": World.create_entity,
    "dead_entities": lambda world: world.dead_entities,
    "delete_entities": lambda world: world.delete_entities([1]),
    "delete_entity": lambda world: world.delete_entity(1),
    "dispatch_event": lambda world: world.dispatch_event("x"),
    "entity_count": lambda world: world.entity_count,
    "entity_exists": lambda world: world.entity_exists(1),
    "flush": World.flush,
    "get_component": lambda world: world.get_component(Heat),
    "get_components": lambda world: world.get_components(Heat, Mass),
    "get_entities": World.get_entities,
    "get_processor": lambda world: world.get_processor(Idle),
    "has_component": lambda world: world.has_component(1, Heat),
    "has_components": lambda world: world.has_components(1, Heat),
    "locate": lambda world: world.locate(np.array([1])),
    "location": lambda world: world.location(1),
    "members": lambda world: world.members(Heat),
    "next_entity": lambda world: world.next_entity,
    "process": lambda world: world.process(0.1),
    "processors": lambda world: world.processors,
    "remove_component": lambda world: world.remove_component(1, Heat),
    "remove_components": lambda world: world.remove_components([1], Heat),
    "remove_handler": lambda world: world.remove_handler("x", in_thread),
    "remove_processor": lambda world: world.remove_processor(Idle),
    "remove_resource": lambda world: world.remove_resource(int),
    "replace_processor": lambda world: world.replace_processor(Idle, Idle()),
    "resource": lambda world: world.resource(str),
    "resources": lambda world: world.resources,
    "select": lambda world: world.select(Heat),
    "set_handler": lambda world: world.set_handler("x", in_thread),
    "shuffle_processors": lambda world: world.shuffle_processors([], 1),
    "tables": lambda world: world.tables,
    "try_component": lambda world: world.try_component(1, Heat),
    "try_components": lambda world: world.try_components(1, Heat),
    "try_remove_component": lambda world: world.try_remove_component(1, Heat),
    "try_resource": lambda world: world.try_resource(int),
}
"""A use of everything public that a world has, but of what says who owns it, and of what any thread may ask."""


def test_every_touch_of_a_world_is_known() -> None:
    public = {name for name in vars(World) if not name.startswith("_")}
    assert public - {"owner", "hand_over", "knows", "table_count"} == set(TOUCHES)


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_only_the_owner_may_touch_a_world_and_another_world_does_not_matter(touch: Callable[[World], Any]) -> None:
    with World() as world, World() as other:
        for one in (world, other):
            one.create_entity(Heat())
            one.add_resource("text")
            one.add_processor(Idle())
        error = in_thread(lambda: touch(world))
        assert isinstance(error, ThreadError)
        assert "'MainThread'" in str(error)
        assert "'stranger'" in str(error)
        assert len(world.select(Heat)[0]) == 1
        mine = esper.current_world
        other.flush()
        touch(world)
        if touch is not World.close:
            assert esper.current_world == mine


def test_a_world_is_handed_over() -> None:
    with World() as world:
        assert world.owner is threading.current_thread()

        def use() -> int:
            world.hand_over()
            return world.create_entity(Heat())

        assert in_thread(use) == 1
        with pytest.raises(ThreadError, match=r"'stranger'.*'MainThread'"):
            world.entity_exists(1)
        world.hand_over(threading.current_thread())
        assert world.entity_exists(1)
        with pytest.raises(ThreadError, match="has not started"):
            world.hand_over(threading.Thread(name="later"))


def test_a_world_cannot_be_handed_over_or_closed_or_run_by_its_own_systems() -> None:
    class Meddler(System):
        def process(self, dt: float) -> None:
            for meddle, words in (
                (self.world.hand_over, "runs its systems"), (self.world.close, "Meddler closed the world"),
                (self.world.process, r"Meddler called process\(\)"),
            ):  # fmt: skip
                with pytest.raises(EngineError, match=words):
                    meddle()
            self.world.create_entity(Heat())

    with World() as world:
        world.add_processor(Meddler())
        world.process(0.1)
        world.process(0.1)
        assert len(world.select(Heat)[0]) == 2


def test_a_second_thread_cannot_use_a_world_while_another_one_runs() -> None:
    class Asks(System):
        def process(self, dt: float) -> None:
            errors.append(in_thread(lambda: theirs[0].create_entity(), "second"))
            errors.append(in_thread(World, "third"))
            self.world.create_entity(Heat())

    errors: list[Any] = []
    theirs: list[World] = [in_thread(World, "second")]
    with World() as world:
        world.add_processor(Asks())
        theirs[0].hand_over()
        theirs[0].create_entity()

        def take() -> None:
            theirs[0].hand_over()

        class Takes(Idle):
            def process(self, dt: float) -> None:
                errors.append(in_thread(lambda: (take(), theirs[0].create_entity()), "second"))

        world.add_processor(Takes())
        world.process(0.1)
        assert len(world.select(Heat)[0]) == 1
    assert [type(error) for error in errors] == [ThreadError] * 3
    for error, name in zip(errors[1:], ("third", "second"), strict=True):
        assert f"'MainThread' is running another world and '{name}'" in str(error)
    theirs[0].hand_over()
    assert list(theirs[0].get_entities()) == [1]
    assert theirs[0].entity_count == 1
    theirs[0].close()


# -- the end -----------------------------------------------------------------------------------------
def test_closing_gives_everything_back() -> None:
    before, current = contexts(), esper.current_world
    world = World()
    removed = []

    class Watch(Idle):
        def on_remove(self) -> None:
            removed.append(self.world.entity_exists(1))

    world.add_processor(Watch())
    handle = world.component_for_entity(world.create_entity(Heat()), Heat)
    listener = Listener()
    world.set_handler("x", listener.hear)
    world.close()
    world.close()
    assert removed == [True]
    assert (contexts(), esper.current_world) == (before, current)
    with pytest.raises(StaleHandleError):
        handle.degrees  # noqa: B018
    for use in (
        world.create_entity, lambda: world.select(Heat), world.process, world.flush, lambda: world.resource(Name),
        lambda: world.create_entities(2), lambda: world.add_processor(Idle()), lambda: world.dispatch_event("x"),
    ):  # fmt: skip
        with pytest.raises(EngineError, match=r"after close\(\): make a new World"):
            use()
    assert listener.heard == []


def test_a_failing_on_remove_does_not_keep_the_world_open() -> None:
    class Bad(Idle):
        def on_remove(self) -> None:
            raise OSError("stuck")

    class Good(Idle):
        def on_remove(self) -> None:
            removed.append(self)

    before, removed = contexts(), []
    world = World()
    for system in (Good(), Bad(), Good()):
        world.add_processor(system)
    with pytest.raises(OSError, match="stuck"):
        world.close()
    assert len(removed) == 2
    assert contexts() == before
    world.close()


@pytest.mark.parametrize("with_system", [False, True])
def test_a_world_that_is_dropped_is_collected(with_system: bool) -> None:
    before = contexts()
    world = World()
    world.create_entities(10, Heat())
    world.create_entity(Heat(), Name())
    listener = Listener()
    world.set_handler("x", listener.hear)
    if with_system:
        world.add_processor(Idle())
    context, watched = world._context, weakref.ref(world)
    del world
    gc.collect()
    assert watched() is None
    World().close()  # esper cannot be switched away while something is collected: the next world does it
    assert context not in contexts()
    assert contexts() == before


def test_deleted_entities_are_freed_without_the_collector() -> None:
    with World() as world:
        entity = world.create_entity(Heat(), Mass())
        world.flush()
        row = world._store[entity]

        class Probe(Name):
            pass

        world.add_component(entity, Probe())
        probe = weakref.ref(world.component_for_entity(entity, Probe))
        heat = world.component_for_entity(entity, Heat)
        gc.collect()
        gc.disable()
        try:
            world.delete_entity(entity, immediate=True)
            world.flush()
            world.get_component(Probe)  # esper drops what it remembers of the last query
            del row
            assert probe() is None
        finally:
            gc.enable()
        with pytest.raises(StaleHandleError):
            heat.degrees  # noqa: B018


def test_clear_database_starts_anew() -> None:
    with World() as world:
        handle = world.component_for_entity(world.create_entity(Heat()), Heat)
        world.create_entities(5, Mass(), Name())
        world.delete_entity(2)
        world.clear_database()
        assert (list(world.get_entities()), world.get_component(Name), world.select(Heat)) == ([], [], [])
        assert world.entity_count == 0
        assert world.create_entity(Heat(degrees=3)) == 1
        assert world.component_for_entity(1, Heat).degrees == 3
        with pytest.raises(StaleHandleError):
            handle.degrees = 1
        assert world.select(Heat)[0].entities.tolist() == [1]


def test_many_are_deleted_as_one_by_one() -> None:
    """Rows that somebody has asked for, others, objects, what waits, and ids that are named twice."""
    outcomes = []
    for at_once in (True, False):
        with World() as world:
            ids = world.create_entities(20, Transform2D(), Velocity())
            handle = world.component_for_entity(int(ids[3]), Transform2D)
            with_object = world.create_entity(Transform2D(), "an object")
            gone = [*ids[[3, 5, 5, 19]].tolist(), with_object]
            if at_once:
                world.delete_entities(gone, immediate=True)
            else:
                for entity in sorted(set(gone)):
                    world.delete_entity(entity, immediate=True)
            with pytest.raises(StaleHandleError):
                handle.rotation  # noqa: B018 - reading it is what raises
            outcomes.append(
                (
                    list(world.get_entities()),
                    [rows.entities.tolist() for rows in world.select(Transform2D)],
                    world.get_component(str),
                )
            )
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0][0]) == 17


def test_what_a_world_tells_about_itself(world: World) -> None:
    assert (world.next_entity, world.tables, world.component_types()) == (1, (), ())
    first = world.create_entity(Transform2D(), "an object")
    second = world.create_entity(Velocity())
    world.flush()
    assert world.next_entity == 3 == world.create_entity()
    assert [table.types for table in world.tables] == [(Transform2D,), (Velocity,), ()][: len(world.tables)]
    assert set(world.component_types()) == {Transform2D, Velocity, str}
    assert world.members(Transform2D).tolist() == world.members(str).tolist() == [first]
    assert world.members(int).tolist() == []
    world.delete_entity(second)
    assert world.dead_entities.tolist() == [second]
    world.clear_dead_entities()
    assert world.dead_entities.tolist() == []
    assert set(world.component_types()) == {Transform2D, str}
    world.add_resource(3)
    assert dict(world.resources) == {int: 3}
    with pytest.raises(TypeError):
        world.resources[int] = 4  # type: ignore[index]
