"""The hash of a world: what changes it, and what does not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
import pytest

from ecs_engine import Parent, Pictures, Sprite, Transform2D, Velocity, World, writable
from ecs_engine.replay import WorldHash
from ecs_engine.replay.world_hash import digest


@dataclass
class Ship:
    shield: float = 1.0
    cargo: list[Any] = field(default_factory=list)


@dataclass
class Score:
    points: int = 0


class Plain:
    """No data that could be read."""


@pytest.fixture
def full(world: World) -> World:
    ship = world.create_entity(Transform2D((1, 2)), Ship(), Plain())
    world.create_entities(3, Transform2D(), Velocity(linear=(1, 0)))
    world.create_entity(Transform2D(), Parent(ship))
    world.add_resource(Score())
    world.add_resource(np.random.default_rng(1), np.random.Generator)
    return world


def changed(world: World, hashes: WorldHash, change: Any) -> set[str]:
    before = hashes.values()
    change()
    after = hashes.values()
    assert after == WorldHash(world).values(), "what it remembered is what it would find anew"
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_each_change_is_seen_where_it_is(full: World) -> None:
    hashes = WorldHash(full)
    of = full.component_for_entity

    def write_array() -> None:
        for _, velocity in full.select(Transform2D, writable(Velocity)):
            velocity.angular[1] = 3

    def grow(world: World) -> None:
        world.create_entity(Velocity())
        world.delete_entity(world.next_entity - 1, immediate=True)

    cases: list[tuple[Any, set[str]]] = [
        (lambda: None, set()),
        (lambda: setattr(of(1, Transform2D), "rotation", 0.5), {"Transform2D.rotation"}),
        (lambda: setattr(of(3, Transform2D).position, "x", 0.5), {"Transform2D.position"}),
        (write_array, {"Velocity.angular"}),
        (lambda: setattr(of(1, Ship), "shield", 0.5), {"Ship.shield"}),
        (lambda: of(1, Ship).cargo.append({"tea": (1, None)}), {"Ship.cargo"}),
        (lambda: setattr(full.resource(Score), "points", 3), {"Score.points"}),
        (lambda: full.resource(np.random.Generator).random(), {"Generator.state"}),
        (lambda: grow(full), {"next entity"}),
        (lambda: full.remove_component(1, Plain), {"Plain (entities)"}),
    ]
    for change, names in cases:
        assert changed(full, hashes, change) == names
    born = changed(full, hashes, lambda: full.create_entity(Velocity()))
    assert {"next entity", "Velocity (entities)", "Velocity.linear"} <= born
    assert not any(name.startswith("Transform2D") for name in born)


def test_rows_in_another_order_are_another_state(world: World) -> None:
    ids = world.create_entities(4, Velocity())
    hashes = WorldHash(world)
    assert "Velocity (entities)" in changed(world, hashes, lambda: world.delete_entity(int(ids[0]), immediate=True))


def test_pictures_count_by_name_and_not_by_number(world: World) -> None:
    values = []
    for names in (("hat", "cat"), ("cat", "hat")):
        with World() as one:
            one.add_resource(Pictures(64))
            ids = {name: one.resource(Pictures).add(np.zeros((1, 1, 4), np.uint8), name=name) for name in names}
            one.create_entity(Sprite(ids["hat"]))
            values.append(WorldHash(one).values())
            one.component_for_entity(1, Sprite).picture = ids["cat"]
            assert WorldHash(one).values()["Sprite.picture"] != values[-1]["Sprite.picture"]
    assert values[0] == values[1]


def test_derived_columns_do_not_count(world: World) -> None:
    world.create_entity(Transform2D(), Sprite())
    assert not [name for name in WorldHash(world).values() if name.startswith(("WorldPose2D", "SpriteDraw"))]


class Tone(Enum):
    LOW = 1


def test_values_as_bytes() -> None:
    same: list[tuple[Any, Any]] = [
        ({"a", "b", "c"}, {"c", "b", "a"}), (object(), object()), (np.float32(0.5), 0.5), ((1, 2), [1, 2]),
    ]  # fmt: skip
    other: list[tuple[Any, Any]] = [
        (1, 2), (1, True), (1, 1.0), ("1", 1), (None, 0), (0.0, -0.0), ({1: 2}, {2: 1}), (Tone.LOW, 1), ([1], [[1]]),
        (np.zeros(2), np.zeros(3)), (np.zeros(2), np.zeros(2, np.float32)), (Ship(), Ship(2.0)), (b"a", "a"),
    ]  # fmt: skip
    assert [digest(one) == digest(two) for one, two in same] == [True] * len(same)
    assert [digest(one) == digest(two) for one, two in other] == [False] * len(other)
    deep: list[Any] = []
    deep.append(deep)
    assert digest(deep) == digest(deep)


PROGRAM = """
import numpy as np
from ecs_engine import World, Transform2D, System
from ecs_engine.replay import WorldHash
from tests_games import Score

class Heard(System):
    def on_add(self):
        for handler in (self.a, self.b, self.c, self.d, self.e):
            self.world.set_handler("bang", handler)
    def said(self, letter):
        self.world.resource(Score).words += letter
    def a(self): self.said("a")
    def b(self): self.said("b")
    def c(self): self.said("c")
    def d(self): self.said("d")
    def e(self): self.said("e")
    def process(self, dt):
        self.world.dispatch_event("bang")

world = World()
world.add_resource(Score())
world.add_processor(Heard())
for _ in range(3):
    world.process(1.0)
print(world.resource(Score).words, WorldHash(world).values())
"""


def test_handlers_are_called_in_order_in_every_process(tmp_path: Any) -> None:
    (tmp_path / "tests_games.py").write_text(
        "from dataclasses import dataclass\n@dataclass\nclass Score:\n    words: str = ''\n", "utf-8"
    )
    said = set()
    for seed in ("0", "1", "2"):
        env = {"PYTHONHASHSEED": seed, "PATH": ""}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
        )
        said.add(done.stdout)
    assert len(said) == 1
    assert said.pop().startswith("abcde" * 3)
