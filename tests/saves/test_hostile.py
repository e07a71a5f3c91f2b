"""Saves that somebody made up: they end in SaveError, quickly, and leave the world as it was."""

from __future__ import annotations

import json
import resource
import struct
import tracemalloc
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecs_engine import EntityId, Parent, Transform2D, Velocity, World, component
from ecs_engine.core.errors import SaveError
from ecs_engine.saves import Saves, load_json, save_json, user_data_path, write_durable


@component
class Rock:
    size: int = 0
    home: EntityId = 0


@dataclass
class Ship:
    shield: float = 1.0
    crew: list[str] = field(default_factory=lambda: ["a", "b"])
    home: EntityId | None = None


@dataclass
class Nest:
    inner: Nest | None = None


def make() -> Saves:
    return Saves(Rock, Ship, Nest, resources=(np.random.Generator,))


def small_world() -> World:
    world = World()
    home = world.create_entity(Transform2D((1, 2)), Rock(size=3))
    world.create_entity(Transform2D(), Velocity(linear=(1, 1)), Parent(home), Ship(2.0, home=home))
    world.add_resource(np.random.default_rng(1), np.random.Generator)
    return world


def state(world: World) -> tuple[Any, ...]:
    columns = [table.readable[field].tobytes() for table in world.tables for field in table.fields]
    ids = [table.entities.tolist() for table in world.tables]
    return columns, ids, [repr(ship) for _, ship in world.get_component(Ship)], world.resource(np.random.Generator)


WHOLE = make().pack(small_world())


def load(data: bytes) -> bool:
    """Whether it was loaded; if not, the world is as it was."""
    world, saves = small_world(), make()
    before = state(world)
    try:
        saves.unpack(world, data)
    except SaveError:
        assert state(world) == before
        return False
    finally:
        world.close()
    return True


def parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    length = struct.unpack_from("<Q", data, 8)[0]
    return json.loads(data[16 : 16 + length]), data[16 + length :]


def joined(text: Any, arrays: bytes) -> bytes:
    packed = json.dumps(text).encode()
    return b"ECSSAVE1" + struct.pack("<Q", len(packed)) + packed + arrays


def test_the_whole_one_is_loaded() -> None:
    assert load(WHOLE)
    assert load(joined(*parts(WHOLE)))


def test_every_truncation() -> None:
    for length in range(len(WHOLE)):
        assert not load(WHOLE[:length]), length


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_bytes_that_were_changed(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for at, value in changes:
        data[at] = value
    load(bytes(data))  # it may be loaded: a place is as good as another


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, (dict, list)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(one, (*path, key))
    return found


PLACES = places(parts(WHOLE)[0])


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.sampled_from(PLACES), JSON)
def test_any_part_of_the_text_replaced_by_anything(place: tuple[Any, ...], value: Any) -> None:
    text, arrays = parts(WHOLE)
    inner = text
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    load(joined(text, arrays))


def test_every_part_of_the_text_left_out() -> None:
    harmless = set()
    for place in PLACES:
        text, arrays = parts(WHOLE)
        inner = text
        for key in place[:-1]:
            inner = inner[key]
        del inner[place[-1]]
        if load(joined(text, arrays)):
            harmless.add(place[:3])
    # A whole component, table or resource less is another world, and sound as such; so are versions of what it has not.
    assert {place[1] for place in harmless} <= {"tables", "objects", "resources", "versions"}


@pytest.mark.parametrize(
    "array",
    [
        ["object", [1], 0], ["O", [1], 0], ["S10", [1], 0], ["float32", [2**40], 0], ["float32", [-1], 0],
        ["float32", [2**47, 2**47, 0], 0], ["float32", [1, 2], 10**9], ["float32", [1, 2], -8], ["float32", [1] * 9, 0],
        ["float32", [True, 2], 0], ["float32", 2, 0], ["int64", [1.0], 0], [], None, ["datetime64", [1], 0],
    ],
)  # fmt: skip
def test_arrays_that_are_none(array: Any) -> None:
    for number in range(len(parts(WHOLE)[0]["arrays"])):
        text, arrays = parts(WHOLE)
        text["arrays"][number] = array
        tracemalloc.start()
        assert not load(joined(text, arrays)), number
        assert tracemalloc.get_traced_memory()[1] < 4e6, "nothing is allocated for what is not there"
        tracemalloc.stop()


def test_ids_twice_and_ids_that_cannot_be() -> None:
    text, arrays = parts(WHOLE)
    first, second = (table["entities"] for table in text["contents"]["tables"])
    begin = text["arrays"][second][2]
    for number in (0, -1, 1):
        ids = arrays[:begin] + struct.pack("<q", number) + arrays[begin + 8 :]
        assert not load(joined(text, ids))
    assert first != second


def test_numbers_beyond_the_buffers_of_a_generator() -> None:
    for name, change in (("MT19937", {"pos": 10**6}), ("MT19937", {"pos": -5}), ("Philox", {"buffer_pos": 100})):
        world = small_world()
        world.add_resource(np.random.Generator(getattr(np.random, name)(1)), np.random.Generator)
        text, arrays = parts(make().pack(world))
        saved = text["contents"]["resources"]["Generator"]
        saved["state" if name == "MT19937" else "bit_generator"] = (
            {**saved["state"], **change} if name == "MT19937" else name
        )
        saved.update({} if name == "MT19937" else change)
        with pytest.raises(SaveError, match="Its state of a random generator is none: IndexError"):
            make().unpack(world, joined(text, arrays))


def test_what_contains_itself_and_what_is_nested_too_deeply() -> None:
    with World() as world:
        nest = Nest()
        nest.inner = nest
        world.create_entity(nest)
        world.add_resource(np.random.default_rng(1), np.random.Generator)
        with pytest.raises(SaveError, match="Something to be saved contains itself: break the circle"):
            make().pack(world)
    text, arrays = parts(WHOLE)
    deep = json.dumps(text).replace('["a", "b"]', "[" * 100_000 + "]" * 100_000).encode()
    assert not load(b"ECSSAVE1" + struct.pack("<Q", len(deep)) + deep + arrays)


def test_a_million_times_nothing_takes_bounded_time() -> None:
    text, arrays = parts(WHOLE)
    text["contents"]["tables"] = [text["contents"]["tables"][0]] * 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = perf_counter()
    assert not load(joined(text, arrays)), "the same entities again and again"
    assert perf_counter() - began < 60, "not a speed, but that it ends"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


def test_small_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "game" / "scores"
    assert load_json(path, {"best": 0}) == {"best": 0}
    save_json(path, {"best": 3})
    assert load_json(path) == {"best": 3}
    with pytest.raises(SaveError, match="scores is no plain data: Object of type World is not"):
        save_json(path, World())
    assert load_json(path) == {"best": 3}
    for data in (b"{", b"\xff", b"[" * 200_000):
        write_durable(path, data)
        with pytest.raises(SaveError, match="scores holds no plain data"):
            load_json(path)


def test_the_folder_of_a_player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert user_data_path("My Game") == tmp_path / ".local" / "share" / "My Game"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert user_data_path("game") == tmp_path / ".local" / "share" / "game"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert user_data_path("game") == tmp_path / "data" / "game"
    monkeypatch.setattr("sys.platform", "darwin")
    assert user_data_path("game") == tmp_path / "Library" / "Application Support" / "game"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    assert user_data_path("game") == tmp_path / "Local" / "game"
    for name in ("", "..", "a/b", "a\\b", ".hidden", "end.", "nul:"):
        with pytest.raises(SaveError, match="cannot be a folder's name everywhere"):
            user_data_path(name)
