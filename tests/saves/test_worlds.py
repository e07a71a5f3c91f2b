"""Worlds that are saved and loaded: what comes back, what cannot be saved, what older versions become."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ecs_engine import (
    Color,
    EntityId,
    Input,
    Parent,
    Picture,
    Pictures,
    Sprite,
    System,
    Text,
    Transform2D,
    Vec2,
    Velocity,
    World,
    batch,
    component,
)
from ecs_engine.core.errors import SaveError
from ecs_engine.saves import Converter, Loaded, Saves, previous_of
from ecs_engine.testing.app import FakeApp


@component
class Rock:
    size: int = 0
    glow: Color = (1, 2, 3, 4)
    home: EntityId = 0


@component
class Wind:
    force: Vec2 = (0.0, 0.0)


class Mood(Enum):
    CALM = auto()
    WILD = auto()


@dataclass
class Item:
    name: str
    weight: float = 1.0


@dataclass
class Ship:
    shield: float
    target: EntityId | None = None
    mood: Mood = Mood.CALM
    cargo: list[Item] = field(default_factory=list)
    seats: dict[str, EntityId] = field(default_factory=dict)
    path: npt.NDArray[np.float32] | None = None
    icon: Picture | None = None
    price: int | float | str = 0
    cached: Any = field(default=None, init=False)


@dataclass(frozen=True)
class Game:
    score: int = 0
    ship: EntityId | None = None
    names: tuple[str, ...] = ()


class Plain:
    """No dataclass, no columns."""

    def __init__(self, text: str) -> None:
        self.text = text


def make(*components: type, **options: Any) -> Saves:
    return Saves(Rock, Wind, Ship, *components, **options)


def copy(world: World, saves: Saves, target: World | None = None) -> World:
    target = target or World()
    saves.unpack(target, saves.pack(world))
    return target


def one(world: World, kind: type) -> Any:
    ((entity, instance),) = world.get_component(kind)
    return entity, instance


def test_columns_come_back_as_they_were(world: World) -> None:
    rng = np.random.default_rng(1)
    world.create_entities(50, batch(Transform2D, position=rng.random((50, 2), np.float32)), Velocity(linear=(1, -2)))
    world.create_entities(7, Wind(force=(3, 4)), Rock(size=5, glow=(9, 8, 7, 6)))
    loaded = copy(world, make())
    for kind in (Transform2D, Velocity, Wind, Rock):
        for before, after in zip(world.select(kind), loaded.select(kind), strict=True):
            for name in kind.__match_args__:
                assert np.array_equal(getattr(next(iter(before)), name), getattr(next(iter(after)), name))
    assert loaded.entity_count == 57


def test_references_to_entities_are_translated(world: World) -> None:
    world.delete_entities(world.create_entities(10, Wind()), immediate=True)
    parent = world.create_entity(Transform2D((5, 0)))
    child = world.create_entity(Transform2D((1, 0)), Parent(parent), Rock(home=parent))
    ship = Ship(1.0, target=child, seats={"left": parent, "right": child}, cargo=[Item("tea"), Item("gold", 2.5)])
    world.create_entity(ship, Rock(home=child, size=1))
    world.add_resource(Game(7, ship=child, names=("a", "b")))
    target = World()
    target.create_entities(3, Wind())
    loaded = copy(world, make(resources=(Game,)), target)
    child_now, parent_now = one(loaded, Parent)[0], one(loaded, Parent)[1].entity
    assert child_now not in (child, parent)
    assert loaded.component_for_entity(parent_now, Transform2D).position.x == 5
    assert loaded.component_for_entity(child_now, Rock).home == parent_now
    new = one(loaded, Ship)[1]
    assert (new.target, new.seats) == (child_now, {"left": parent_now, "right": child_now})
    assert new.cargo == ship.cargo
    assert loaded.resource(Game) == Game(7, child_now, ("a", "b"))
    assert loaded.entity_count == 3, "what was there was replaced"


def test_references_to_what_is_gone_become_none(world: World) -> None:
    gone = world.create_entity(Wind())
    world.create_entity(Rock(home=gone), Ship(1.0, target=gone))
    world.delete_entity(gone, immediate=True)
    loaded = copy(world, make())
    assert one(loaded, Rock)[1].home == 0
    assert one(loaded, Ship)[1].target == 0


def test_what_is_marked_for_deletion_is_not_saved(world: World) -> None:
    world.delete_entity(world.create_entity(Wind()))
    assert copy(world, make()).entity_count == 0


def test_values_of_every_kind(world: World) -> None:
    world.add_resource(Pictures(64))
    icon = world.resource(Pictures).add(np.zeros((2, 3, 4), np.uint8), name="icon")
    path = np.array([[1, np.nan], [np.inf, -0.0]], np.float32)
    before = Ship(float("inf"), mood=Mood.WILD, path=path, icon=icon, price="free")
    before.cached = object()
    world.create_entity(before)
    target = World()
    target.add_resource(Pictures(64))
    target.resource(Pictures).add(np.zeros((1, 1, 4), np.uint8), name="another")
    here = target.resource(Pictures).add(np.zeros((2, 3, 4), np.uint8), name="icon")
    _, after = one(copy(world, make(), target), Ship)
    assert (after.shield, after.mood, after.price, after.icon, after.cached) == (
        float("inf"), Mood.WILD, "free", here, None,
    )  # fmt: skip
    assert after.path.tobytes() == path.tobytes()
    assert after.path.flags.writeable
    for price, kind in ((1, int), (1.0, float)):
        before.price = price
        assert type(one(copy(world, make(), target), Ship)[1].price) is kind


def test_pictures_are_saved_by_name(world: World) -> None:
    world.add_resource(Pictures(64))
    add = world.resource(Pictures).add
    hat, cat = (add(np.zeros((2, 2, 4), np.uint8), name=name) for name in ("hat", "cat"))
    world.create_entities(3, batch(Sprite, picture=np.array([cat.id, hat.id, cat.id], np.uint32)))
    target = World()
    saves, data = make(), make().pack(world)
    target.add_resource(Pictures(64))
    with pytest.raises(SaveError, match=r"Sprite\.picture shows the picture 'hat', which this game does not have"):
        saves.unpack(target, data)
    for name in ("cat", "other", "hat"):
        target.resource(Pictures).add(np.zeros((2, 2, 4), np.uint8), name=name)
    saves.unpack(target, data)
    (rows,) = target.select(Sprite)
    assert [target.resource(Pictures)[one].name for one in next(iter(rows)).picture.tolist()] == ["cat", "hat", "cat"]


def test_only_some_entities(world: World) -> None:
    world.create_entities(2, Rock(size=1))
    world.create_entity(Ship(2.0))
    scenery = world.create_entity(Wind())
    saves = make(entities=(Rock, Ship))
    data = saves.pack(world)
    world.create_entities(5, Rock(size=2))
    assert saves.unpack(world, data) == Loaded(3)
    assert world.entity_exists(scenery)
    assert [len(rows) for rows in world.select(Rock)] == [2]
    assert one(world, Ship)[1].shield == 2.0
    assert world.entity_count == 4


def test_random_numbers_go_on_where_they_were(world: World) -> None:
    for algorithm in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"):
        rng = np.random.Generator(getattr(np.random, algorithm)(3))
        rng.integers(5, size=3, dtype=np.int32)
        world.add_resource(rng, np.random.Generator)
        saves = Saves(resources=(np.random.Generator,))
        data = saves.pack(world)
        following = rng.random(4).tolist()
        saves.unpack(world, data)
        assert rng.random(4).tolist() == following, "set in place: whoever holds it goes on with it"
    world.add_resource(np.random.default_rng(1), np.random.Generator)
    with pytest.raises(SaveError, match="It has a generator of SFC64, and this world has none of that"):
        saves.unpack(world, data)


def test_labels(world: World) -> None:
    label = Text(["Score ", ("12", (1, 2, 3))], size=30, wrap=100, outline=2, shown=4, layer=3, visible=False)
    world.create_entity(Transform2D(), label)
    _, after = one(copy(world, make()), Text)
    assert (after.text, after.size, after.shown, after.visible) == (label.text, 30, 4, False)


def test_a_label_with_a_font_says_that_fonts_cannot_be_saved() -> None:
    with FakeApp() as app:
        app.world.create_entity(Text("hello", app.fonts.sans()))
        with pytest.raises(SaveError, match=r"Text\.font of the label 'hello' is Rubik.*, and fonts cannot be saved"):
            make().pack(app.world)
        assert make(ignore=(Text,)).pack(app.world)


def test_objects_that_are_no_dataclasses(world: World) -> None:
    with pytest.raises(SaveError, match="Plain cannot be saved: declare it with @component or @dataclass, or give"):
        Saves(Plain)
    converter = Converter(lambda one: one.text, lambda data: Plain(str(data)))
    world.create_entity(Plain("hi"))
    assert one(copy(world, Saves(Plain, converters={Plain: converter})), Plain)[1].text == "hi"


@dataclass
class Bad:
    value: Any


@dataclass
class Unclear:
    value: int | list[int]


def refuse(world: World, saves: Saves, words: str) -> None:
    with pytest.raises(SaveError, match=words):
        saves.pack(world)


def test_what_cannot_be_saved_is_named(world: World) -> None:
    scenery = world.create_entity(Wind())
    rock = world.create_entity(Rock(home=scenery))
    refuse(world, Saves(Rock, entities=(Rock,)), rf"Rock\.home names entity {scenery}, which is not saved itself")
    refuse(world, Saves(Rock), "has the component Wind, which the Saves do not name: add it to the components, or to")
    world.add_component(rock, Plain("x"))
    refuse(world, make(), "has the component Plain, which the Saves do not name")
    assert make(ignore=(Plain,)).pack(world)
    world.clear_database()
    refuse(world, make(resources=(Game,)), "The world has no Game resource to save")
    world.create_entity(Bad(1))
    refuse(world, make(Bad), r"Bad\.value is annotated .*Any, which cannot be saved: annotate it with plain data")
    world.clear_database()
    world.create_entity(Unclear(3))
    refuse(world, make(Unclear), r"Unclear\.value may be of several kinds, and a save could not tell which")
    world.clear_database()
    ship = Ship("strong")  # type: ignore[arg-type]
    world.create_entity(ship)
    refuse(world, make(), r"Ship\.shield is 'strong', and should be of type float")
    ship.shield, ship.path = 1.0, np.array(["a"])  # type: ignore[assignment]
    refuse(world, make(), r"Ship\.path: An array of <U1 with 1 dimensions cannot be saved")
    ship.path, ship.cargo = None, ["tea"]  # type: ignore[list-item]
    refuse(world, make(), r"Ship\.cargo\[0\] is 'tea', and should be of type Item")


def test_pictures_without_a_name_cannot_be_saved(world: World) -> None:
    entity = world.create_entity(Sprite(7))
    refuse(world, make(), r"Sprite\.picture is 7, and there is no such picture")
    world.add_resource(Pictures(64))
    nameless = world.resource(Pictures).add(np.zeros((1, 1, 4), np.uint8))
    world.component_for_entity(entity, Sprite).picture = nameless
    refuse(world, make(), r"Sprite\.picture is picture 2, which has no name of its own to be saved by")
    for _ in range(2):
        twin = world.resource(Pictures).add(np.zeros((1, 1, 4), np.uint8), name="twin")
    world.component_for_entity(entity, Sprite).picture = twin
    refuse(world, make(), r"Sprite\.picture is picture 4, which has no name of its own")


def older() -> tuple[type, type, type]:
    """Rock, Ship and Game as they once were, under the same names."""

    @component
    class Rock:
        radius: float = 0.0
        home: EntityId = 0

    @dataclass
    class Ship:
        strength: int

    @dataclass
    class Game:
        points: int

    return Rock, Ship, Game


def test_migrations_lead_from_old_versions_to_today(world: World) -> None:
    old_rock, old_ship, old_game = older()
    home = world.create_entity(Wind())
    world.create_entities(2, batch(old_rock, radius=np.array([1.4, 7.6], np.float32), home=np.full(2, home)))
    world.create_entity(old_ship(5))
    world.add_resource(old_game(30))
    data = Saves(old_rock, old_ship, Wind, resources=(old_game,)).pack(world)

    saves = make(resources=(Game,))
    target = World()
    with pytest.raises(SaveError, match=r"It has the fields radius, home of Rock, whose .* write a migration"):
        saves.unpack(target, data)

    @saves.migration(Rock, 2)
    def rounded(fields: dict[str, Any]) -> dict[str, Any]:
        return {"size": np.rint(fields["radius"]).astype(np.int32), "home": fields["home"]}

    @saves.migration(Rock, 3)
    def glowing(fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "glow": np.full((len(fields["size"]), 4), 9, np.uint8)}

    @saves.migration(Ship, 2)
    def shielded(fields: dict[str, Any]) -> dict[str, Any]:
        empty = {"target": None, "mood": "WILD", "cargo": [], "seats": [], "path": None, "icon": None, "price": 0}
        return {"shield": fields["strength"] / 2, **empty}

    @saves.migration(Game, 2)
    def scored(fields: dict[str, Any]) -> dict[str, Any]:
        return {"score": fields["points"], "ship": None, "names": []}

    saves.unpack(target, data)
    (rows,) = target.select(Rock)
    assert next(iter(rows)).size.tolist() == [1, 8]
    assert next(iter(rows)).home.tolist() == [one(target, Wind)[0]] * 2
    assert one(target, Ship)[1] == Ship(2.5, mood=Mood.WILD)
    assert target.resource(Game) == Game(30)
    # What is saved today is of today's version, and read without migrations.
    assert copy(target, saves).resource(Game) == Game(30)
    with pytest.raises(SaveError, match="It has version 3 of Rock, and this game knows 1 to 1: update the game"):
        make(resources=(Game,)).unpack(World(), saves.pack(target))
    with pytest.raises(SaveError, match="The next migration of Rock leads to version 4, not 9"):
        saves.migration(Rock, 9)


@pytest.mark.parametrize("returned", [None, {}, {"size": 3}, {"size": np.zeros(1, np.int32)}])
def test_a_migration_that_is_wrong_leaves_the_world(world: World, returned: Any) -> None:
    world.create_entities(2, older()[0]())
    (old,) = world.component_types()
    saves = Saves(Rock)
    saves.migration(Rock, 2)(lambda fields: returned)
    data = Saves(old).pack(world)
    target = World()
    target.create_entity(Wind())
    with pytest.raises(SaveError):
        saves.unpack(target, data)
    assert [type(one) for one in target.components_for_entity(1)] == [Wind]


def test_what_a_game_no_more_has_is_dropped_by_name(world: World) -> None:
    world.create_entity(Wind(force=(1, 2)), Rock(), Ship(1.0))
    world.add_resource(Game())
    data = make(resources=(Game,)).pack(world)
    target = World()
    with pytest.raises(SaveError, match=r"It has 'Wind', which this game's Saves do not know: name it, or drop it by"):
        Saves(Rock).unpack(target, data)
    assert Saves(Rock, dropped=("Wind", "Ship", "Game")).unpack(target, data) == Loaded(1)
    assert [type(one) for one in target.components_for_entity(1)] == [Rock]


def test_a_resource_that_older_saves_lack_stays(world: World) -> None:
    data = make().pack(world)
    world.add_resource(Game(3))
    make(resources=(Game,)).unpack(world, data)
    assert world.resource(Game).score == 3


def test_files_and_the_generation_before(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    saves, path = make(), tmp_path / "slot"
    rock = world.create_entity(Rock(size=1))
    saves.save(world, path)
    world.component_for_entity(rock, Rock).size = 2
    saves.save(world, path)
    path.write_bytes(path.read_bytes()[:-1])
    found = saves.load(world, path)
    assert one(world, Rock)[1].size == 1
    assert "slot is broken" in found.fallback
    assert caplog.messages == [found.fallback]
    path.unlink()
    previous_of(path).unlink()
    with pytest.raises(SaveError, match="There is no file"):
        saves.load(world, path)


def test_a_save_of_another_game_does_not_touch_the_world(world: World, tmp_path: Path) -> None:
    other = World()
    other.create_entity(Wind())
    make().save(other, tmp_path / "slot")
    world.create_entity(Rock(size=4))
    with pytest.raises(SaveError, match=r"slot was not loaded: It has 'Wind', which"):
        Saves(Rock).load(world, tmp_path / "slot")
    assert one(world, Rock)[1].size == 4


class QuickSave(System):
    """Saves at the second tick and loads at the fourth, within its process."""

    def __init__(self, saves: Saves, path: Path) -> None:
        self.saves, self.path, self.ticks = saves, path, 0

    def process(self, dt: float) -> None:
        self.ticks += 1
        if self.ticks == 2:
            self.saves.save(self.world, self.path)
        if self.ticks == 4:
            self.saves.load(self.world, self.path)


def test_from_within_a_system_of_a_running_game(tmp_path: Path) -> None:
    saves = make(resources=(np.random.Generator,))
    with FakeApp() as app:
        app.add_system(QuickSave(saves, tmp_path / "slot"))
        ball = app.world.create_entity(Transform2D(), Velocity(linear=(60, 0)), Sprite(size=(4, 4)), Ship(1.0))
        app.world.create_entity(Transform2D((0, 3)), Parent(ball), Sprite(size=(4, 4)), Text("hi"))
        app.step(3)
        drawn = len(app.gl.frames[-1].draws)
        app.step(3)
        ball_now, _ = one(app.world, Ship)
        assert ball_now != ball
        assert app.world.entity_count == 2
        # Two ticks when it was saved, without the second tick's physics; two more and the fourth's since.
        assert app.world.component_for_entity(ball_now, Transform2D).position.x == pytest.approx(1 + 3)
        assert one(app.world, Parent)[1].entity == ball_now
        assert len(app.gl.frames[-1].draws) == drawn
        assert app.world.try_resource(Input) is not None
    app.world.close()
