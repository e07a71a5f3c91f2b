"""Rows keep their values through any sequence of structural changes: a model in plain dictionaries says which."""

from __future__ import annotations

import contextlib
import random
from typing import Any

import numpy as np
import pytest

from ecs_engine.core import System, World, batch, component, writable
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import ComponentError, StaleHandleError
from ecs_engine.core.fields import Byte, Float, Int, Vec2
from ecs_engine.core.table import Part, Table


@component
class Shadow:
    mark: Int = -1


@component(companions=(Shadow,))
class Place:
    at: Vec2 = (0.0, 0.0)
    turn: Float = 0.5


@component
class Speed:
    by: Vec2 = (1.0, 1.0)


@component
class Age:
    ticks: Byte = 3


class Tag:
    pass


VALUES: dict[type, dict[str, Any]] = {
    Place: {"at": (0.0, 0.0), "turn": 0.5}, Speed: {"by": (1.0, 1.0)}, Age: {"ticks": 3},
}  # fmt: skip
Model = dict[int, dict[type, dict[str, Any]]]


class Game:
    """A world beside its model."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.model: Model = {}
        self.handles: dict[tuple[int, type], Any] = {}
        self.gone: list[Any] = []
        self.marks: dict[int, int] = {}
        """What was written to the companion of entities with a Place, by the rows of a select."""

    def some(self) -> list[int]:
        living = sorted(self.model)
        return self.random.sample(living, min(len(living), self.random.choice((0, 1, 1, 2, 30))))

    def values(self, kind: type) -> dict[str, Any]:
        number = self.random.randint(0, 255)
        drawn = {Place: {"at": (number, -1.0), "turn": number / 2}, Speed: {"by": (2, number)}, Age: {"ticks": number}}
        return {name: value for name, value in drawn[kind].items() if self.random.random() < 0.8}

    def kinds(self) -> list[type]:
        return self.random.sample(list(VALUES), self.random.randint(0, 3))

    # -- structural changes ------------------------------------------------------------------------
    def create(self) -> None:
        given = {kind: self.values(kind) for kind in self.kinds()}
        entity = self.world.create_entity(*(kind(**values) for kind, values in given.items()))
        self.model[entity] = {kind: VALUES[kind] | values for kind, values in given.items()}

    def create_many(self) -> None:
        count = self.random.choice((0, 1, 5, 40))
        numbers = np.array([self.random.randint(0, 255) for _ in range(count)], np.int64)
        components: list[Any] = []
        kinds = self.kinds()
        for kind in kinds:
            if kind is Age:
                components.append(batch(Age, ticks=numbers))
            elif kind is Place:
                components.append(batch(Place, at=np.column_stack((numbers, -numbers)).astype(np.float32), turn=2.0))
            else:
                components.append(Speed(by=(7, 8)))
        if self.random.random() < 0.3:
            components.append(Tag())
        for entity, number in zip(self.world.create_entities(count, *components).tolist(), numbers, strict=True):
            made = {
                Age: {"ticks": number}, Place: {"at": (number, -number), "turn": 2.0}, Speed: {"by": (7.0, 8.0)}
            }  # fmt: skip
            self.model[entity] = {kind: made[kind] for kind in kinds}
        numbers[:] = 0  # nothing of the caller's array is kept

    def forget(self, entity: int, kind: type) -> None:
        handle = self.handles.pop((entity, kind), None)
        if handle is not None:
            values = self.model[entity][kind]
            assert {name: plain(getattr(handle, name)) for name in values} == plain_all(values)

    def delete(self) -> None:
        entities = self.some()
        immediate = self.random.random() < 0.6
        if self.random.random() < 0.5:
            self.world.delete_entities(set(entities), immediate)
        else:
            for entity in entities:
                self.world.delete_entity(entity, immediate)
        if not immediate:
            self.world.clear_dead_entities()
        for entity in entities:
            self.gone += [self.handles.pop((entity, kind)) for kind in VALUES if (entity, kind) in self.handles]
            del self.model[entity]
            self.marks.pop(entity, None)

    def add(self) -> None:
        kind = self.random.choice(list(VALUES))
        for entity in self.some():
            values = self.values(kind)
            self.world.add_component(entity, kind(**values))
            if kind in self.model[entity]:
                self.forget(entity, kind)
            self.model[entity][kind] = VALUES[kind] | values

    def add_many(self) -> None:
        entities = self.some()
        twice = entities + entities[:2]
        numbers = [self.random.randint(0, 255) for _ in twice]
        self.world.add_components(iter(twice), batch(Age, ticks=numbers))
        for entity, number in zip(twice, numbers, strict=True):
            if Age in self.model[entity]:
                self.forget(entity, Age)
            self.model[entity][Age] = {"ticks": number}

    def remove(self) -> None:
        kind = self.random.choice(list(VALUES))
        entities = self.some()
        if self.random.random() < 0.5:
            self.world.remove_components(entities, kind)
        else:
            for entity in entities:
                self.world.try_remove_component(entity, kind)
        for entity in entities:
            if kind in self.model[entity]:
                self.forget(entity, kind)
                del self.model[entity][kind]
            if kind is Place:
                self.marks.pop(entity, None)

    # -- values ------------------------------------------------------------------------------------
    def hold(self) -> None:
        for entity in self.some():
            for kind in self.model[entity]:
                self.handles[entity, kind] = self.world.component_for_entity(entity, kind)

    def write(self) -> None:
        for (entity, kind), handle in self.handles.items():
            if self.random.random() < 0.5:
                values = self.values(kind)
                for name, value in values.items():
                    setattr(handle, name, value)
                self.model[entity][kind] = self.model[entity][kind] | values

    def write_columns(self) -> None:
        """Only between systems: the rows of a select are of the moment when the system began."""
        for rows in self.world.select(writable(Speed), Shadow):
            speed, shadow = rows
            speed.by += 1.0
            assert shadow.mark.tolist() == [self.marks.get(entity, -1) for entity in rows.entities.tolist()]
        for values in self.model.values():
            if Speed in values and Place in values:
                values[Speed] = {"by": tuple(number + 1 for number in values[Speed]["by"])}
        for rows in self.world.select(Place, writable(Shadow)):
            _, shadow = rows
            shadow.mark = rows.entities.astype(np.int32)
            self.marks.update({entity: entity for entity in rows.entities.tolist()})

    # -- comparison --------------------------------------------------------------------------------
    def check(self) -> None:
        assert set(self.world.get_entities()) == set(self.model)
        assert len(self.world._store) == len(self.model)
        for kind in VALUES:
            having = {entity for entity, values in self.model.items() if kind in values}
            assert len(self.world._store.index.members_of(kind)) == len(having)
            assert {entity for entity, _ in self.world.get_component(kind)} == having
        for (entity, kind), handle in self.handles.items():
            assert self.world.component_for_entity(entity, kind) is handle
        for entity in self.some():
            for kind in VALUES:
                assert self.world.has_component(entity, kind) == (kind in self.model[entity])
            for kind, values in self.model[entity].items():
                handle = self.world.component_for_entity(entity, kind)
                assert {name: plain(getattr(handle, name)) for name in values} == plain_all(values)
        for handle in self.gone:
            name = type(handle).__match_args__[0]
            with pytest.raises(StaleHandleError):
                getattr(handle, name)

    def check_columns(self) -> None:
        found: Model = {entity: {} for rows in self.world.select() for entity in rows.entities.tolist()}
        for kind, names in VALUES.items():
            for rows in self.world.select(kind):
                if kind in rows.table.types:
                    (columns,) = rows
                    for row, entity in enumerate(rows.entities.tolist()):
                        found[entity][kind] = {name: plain(getattr(columns, name)[row]) for name in names}
        assert found == {entity: {k: plain_all(v) for k, v in kinds.items()} for entity, kinds in self.model.items()}

    def run(self, steps: int) -> None:
        changes = [
            self.create, self.create, self.create_many, self.delete, self.add, self.add_many, self.remove, self.hold,
            self.write, self.check,
        ]  # fmt: skip
        for _ in range(steps):
            self.random.choice(changes)()


def plain(value: Any) -> Any:
    array = np.array(value)
    return tuple(array.tolist()) if array.ndim else array.item()


def plain_all(values: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}


@pytest.mark.parametrize("seed", range(25))
def test_values_follow_their_entities(seed: int) -> None:
    with World() as world:
        game = Game(world, seed)
        for _ in range(12):
            game.run(20)
            game.check_columns()
            game.write_columns()
        game.check_columns()


@pytest.mark.parametrize("seed", range(25, 45))
def test_values_follow_their_entities_inside_a_system(seed: int) -> None:
    class Changes(System):
        def process(self, dt: float) -> None:
            before = [(rows.table, rows.entities.copy()) for rows in self.world.select()]
            game.run(15)
            for table, entities in before:  # what a system holds stays true until it returns
                assert np.array_equal(table.entities, entities)

    with World() as world:
        game = Game(world, seed)
        world.add_processor(Changes())
        for _ in range(12):
            world.process(0.1)
            game.check_columns()
            game.write_columns()
        game.check()


def test_an_entity_made_in_bulk_can_be_used_by_the_system_that_made_it() -> None:
    class Spawner(System):
        def process(self, dt: float) -> None:
            ids = self.world.create_entities(5, batch(Age, ticks=[1, 2, 3, 4, 5]), Tag())
            self.world.add_components(ids[:2], batch(Speed, by=[(1, 1), (2, 2)]))
            self.world.component_for_entity(ids[2], Age).ticks += 10
            self.world.delete_entity(ids[3], immediate=True)
            assert sorted(entity for entity, _ in self.world.get_component(Tag)) == ids[[0, 1, 2, 4]].tolist()
            assert self.world.select(Age) == []

    with World() as world:
        world.add_processor(Spawner())
        world.process(0.1)
        assert sorted((e, age.ticks) for e, age in world.get_component(Age)) == [(1, 1), (2, 2), (3, 13), (5, 5)]
        assert sorted((e, speed.by.x) for e, speed in world.get_component(Speed)) == [(1, 1.0), (2, 2.0)]
        assert all(world.has_component(entity, Tag) for entity in (1, 2, 3, 5))


@pytest.mark.parametrize("one_by_one", [False, True])
def test_fields_that_a_batch_does_not_name_get_their_defaults(one_by_one: bool) -> None:
    """Also where the entity has a companion of that type already, or the component itself."""
    with World() as world:
        ids = world.create_entities(3, Place(turn=9.0))
        ((_, shadow),) = world.select(Place, writable(Shadow))
        shadow.mark = 7
        if one_by_one:
            world.add_component(1, Shadow())
            world.add_component(2, Place(at=(1, 1)))
        else:
            world.add_components(ids[:1], batch(Shadow))
            world.add_components(ids[1:2], batch(Place, at=(1, 1)))
        world.flush()
        marks: dict[int, int] = {}
        for rows in world.select(Shadow):
            (shadow,) = rows
            marks.update(zip(rows.entities.tolist(), shadow.mark.tolist(), strict=True))
        assert marks == {1: -1, 2: 7, 3: 7}
        assert [world.component_for_entity(entity, Place).turn for entity in (1, 2, 3)] == [9.0, 0.5, 9.0]


def test_one_instance_for_two_entities_is_copied() -> None:
    with World() as world:
        age = Age(ticks=7)
        first, second = world.create_entity(age), world.create_entity(age)
        third = world.create_entity()
        world.flush()
        world.add_component(third, age)
        world.component_for_entity(second, Age).ticks = 9
        assert [world.component_for_entity(e, Age).ticks for e in (first, second, third)] == [7, 9, 7]
        assert world.component_for_entity(first, Age) is age


def test_a_removed_component_keeps_its_values() -> None:
    with World() as world:
        entity = world.create_entity(Place(at=(1, 2)))
        world.flush()
        handle = world.component_for_entity(entity, Place)
        at = handle.at
        assert world.remove_component(entity, Place) is handle
        at.x += 5  # a vector that was taken before follows its component, too
        assert tuple(handle.at) == (6.0, 2.0)
        other = world.create_entity(handle)
        world.flush()
        at.y = 9
        assert tuple(world.component_for_entity(other, Place).at) == (6.0, 9.0)


@pytest.mark.parametrize("seen", [False, True])
def test_a_handle_of_a_deleted_entity_raises(seen: bool) -> None:
    with World() as world:
        entity = world.create_entity(Place(), Age())
        if seen:
            world.flush()
        place, age = world.component_for_entity(entity, Place), world.component_for_entity(entity, Age)
        at = place.at
        world.delete_entity(entity, immediate=True)
        for use in (
            lambda: place.at, lambda: age.ticks, lambda: setattr(age, "ticks", 1), lambda: setattr(place, "at", (1, 1)),
            lambda: at.x, lambda: setattr(at, "x", 1), lambda: repr(place), lambda: world.create_entity(place),
        ):  # fmt: skip
            with pytest.raises(StaleHandleError, match=f"entity {entity}, which has been deleted: look"):
                use()


def test_a_creation_that_fails_leaves_nothing() -> None:
    with World() as world:
        dead = world.create_entity(Age())
        stale = world.component_for_entity(dead, Age)
        world.delete_entity(dead, immediate=True)
        with pytest.raises(StaleHandleError):
            world.create_entity(Tag(), stale)
        assert world.get_component(Tag) == []
        assert list(world.get_entities()) == []
        entity = world.create_entity(Age(ticks=5))
        with pytest.raises(StaleHandleError):
            world.add_component(entity, stale)
        assert world.component_for_entity(entity, Age).ticks == 5


@pytest.mark.parametrize(
    ("count", "components", "error"),
    [
        (3, (batch(Place, at=np.zeros((2, 2))),), "Place.at needs an array of shape (3, 2) for 3 entities"),
        (3, (batch(Place, at=np.zeros((3, 2)), turn=["a", "b", "c"]),), "convert it with .astype(numpy.float32)"),
        (3, (batch(Age, ticks=[1, 2, 300]),), "Age.ticks takes a whole number from 0 to 255"),
        (2, (batch(Age, ticks=np.array([-1, 2])),), "from -1 to 2: clip it"),
        (3, (batch(Shadow, mark=np.array([2**40, 0, 0])),), "clip it"),
        (3, (batch(Age, ticks=[1.5, 2, 3]),), "convert it with .astype(numpy.uint8)"),
        (2, (batch(Place, at=[(1, 2), (1, 2, 3)]),), "ragged"),
        (2, (Age(), batch(Age)), "Age is given twice"),
        (-1, (), "ask for 0 or more"),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_bad_bulk_values_create_nothing(count: int, components: tuple[Any, ...], error: str, inside: bool) -> None:
    class Creates(System):
        def process(self, dt: float) -> None:
            self.world.create_entities(count, *components, Tag())

    with World() as world:
        world.add_processor(Creates())
        with pytest.raises(ComponentError) as caught:
            world.process(0.1) if inside else world.create_entities(count, *components, Tag())
        assert error in str(caught.value)
        assert "\n" not in str(caught.value)
        assert list(world.get_entities()) == []
        assert world.get_component(Tag) == []
        assert world.create_entity() == 1


@pytest.mark.parametrize(
    ("component", "words"),
    [(Age, "The class Age was given as a component: pass"), (Tag, "The class Tag"), (batch(Age), "A batch of Age")],
)
def test_what_is_no_instance_is_no_component(component: Any, words: str) -> None:
    with World() as world:
        entity = world.create_entity(Speed())
        attempts: list[Any] = [
            lambda: world.create_entity(Tag(), component), lambda: world.add_component(entity, component),
        ]  # fmt: skip
        if isinstance(component, type):
            attempts += [lambda: world.create_entities(2, component), lambda: world.add_components([entity], component)]
        for attempt in attempts:
            with pytest.raises(ComponentError, match=words):
                attempt()
        assert list(world.get_entities()) == [entity]
        assert world.get_component(Tag) == world.get_component(type(component)) == []


def test_a_count_that_is_no_whole_number_spoils_no_ids() -> None:
    with World() as world:
        with pytest.raises(TypeError):
            world.create_entities(2.5, Age())  # type: ignore[arg-type]
        assert world.create_entity() == 1
        assert world.create_entities(np.int64(2), Age()).tolist() == [2, 3]
        assert type(world.create_entity()) is int


def test_changes_of_many_are_all_or_nothing() -> None:
    with World() as world:
        ids = world.create_entities(4, Age())
        for entities in ([1, 99], np.array([1, 99])):
            for change in (
                lambda e: world.add_components(e, Speed()), lambda e: world.add_components(e, Tag()),
                lambda e: world.remove_components(e, Age), lambda e: world.delete_entities(e),
                lambda e: world.delete_entities(e, immediate=True),
            ):  # fmt: skip
                with pytest.raises(KeyError, match="99"):
                    change(entities)
        for entities in ([1.0, 2.0], [[1, 2], [3, 4]], ["a"]):
            with pytest.raises(ComponentError, match="pass one whole number for each"):
                world.delete_entities(entities)  # type: ignore[arg-type]
        with pytest.raises(ComponentError):
            world.add_components(ids, batch(Speed, by=np.zeros((3, 2))))
        assert world.get_component(Tag) == world.get_component(Speed) == []
        assert len(world.select(Age)[0]) == 4
        for nobody in ((), [], np.empty(0), set()):
            world.add_components(nobody, Speed())
            world.delete_entities(nobody)


def test_every_write_and_nothing_else_counts_as_one() -> None:
    at, turn, mark = field_of(Place, "at"), field_of(Place, "turn"), field_of(Shadow, "mark")
    with World() as world:
        first = world.create_entity(Place())
        world.create_entity(Place())
        (rows,) = world.select(Place)
        table = rows.table
        place = world.component_for_entity(first, Place)

        def bumped(action: Any) -> set[Any]:
            before = dict(table.versions)
            with contextlib.suppress(ComponentError, ValueError):
                action()
            return {field for field in (at, turn, mark) if table.versions[field] != before[field]}

        def vector_in_place() -> None:
            place.at += (1, 1)

        (read,), (write,) = rows, world.select(writable(Place))[0]
        for nothing in (
            lambda: read.at, lambda: place.at.x, lambda: place.turn, lambda: np.asarray(place.at), lambda: repr(place),
            lambda: world.select(Place, writable(Place)), lambda: setattr(place, "turn", "x"),
            lambda: setattr(place.at, "x", "x"), lambda: setattr(write, "at", np.zeros((9, 9))),
            lambda: setattr(write, "turn", ["a", "b"]), lambda: world.location(first), world.flush,
            lambda: world.create_entity(Age()), lambda: world.delete_entity(first + 2, immediate=True), world.flush,
        ):  # fmt: skip
            assert bumped(nothing) == set()
        for write_at in (
            lambda: write.at, lambda: setattr(write, "at", 1.0), lambda: setattr(place.at, "x", 1),
            lambda: setattr(place, "at", (1, 2)), vector_in_place, lambda: place.at.__setitem__(slice(None), 5),
            lambda: place.at.__setitem__(-1, 5),
        ):  # fmt: skip
            assert bumped(write_at) == {at}
        assert bumped(lambda: setattr(place, "turn", 1)) == {turn}
        assert bumped(lambda: (world.add_component(first, Place()), world.flush())) == {at, turn}
        assert bumped(lambda: world.add_components([first], Place())) == {at, turn}
        layout = table.layout_version
        assert bumped(lambda: (world.delete_entity(first, immediate=True), world.flush())) == {at, turn, mark}
        assert table.layout_version == layout + 1


def test_rows_that_come_and_go_are_no_write() -> None:
    """`Table.written`: what was derived from a column holds for the rows that were there as long as it is the same."""
    table = Table(0, (Age,))
    (ticks,) = table.fields
    table.append(np.array([1, 2, 3]), {ticks: np.array([1, 2, 3])})
    written = table.written(ticks)
    for change in (lambda: table.append(np.array([4]), {}), lambda: table.remove(np.array([0, 2]))):
        before = table.versions[ticks]
        change()
        assert table.versions[ticks] != before
        assert table.written(ticks) == written
    table.touch(ticks)
    assert table.written(ticks) != written
    written = table.written(ticks)
    table.append(np.array([5]), {})
    assert table.written(ticks) == written


@pytest.mark.parametrize("rows", [[3], [4, 5, 6], [0, 1], [2, 5], [0, 3, 4, 8]])
def test_a_part_of_a_table_is_read_and_written_as_a_table_of_those_rows_would_be(rows: list[int]) -> None:
    table, at, turn = Table(0, (Place,)), field_of(Place, "at"), field_of(Place, "turn")
    table.append(np.arange(9), {at: np.arange(18, dtype=np.float32).reshape(9, 2)})
    before, version = table.readable[turn].copy(), table.versions[turn]
    part = Part(table, np.array(rows))
    assert part.length == len(rows)
    assert np.array_equal(part.readable[at], table.readable[at][rows])
    np.add(part.readable[at][:, 0], part.readable[at][:, 1], out=part.writable[turn])
    part.touch(turn)
    part.finish()
    before[rows] = [4.0 * row + 1 for row in rows]
    assert np.array_equal(table.readable[turn], before)
    assert table.versions[turn] != version
