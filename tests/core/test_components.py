"""Column components by themselves and through handles: declarations, values, errors."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any, ClassVar

import numpy as np
import pytest

from ecs_engine.core import World, batch, component, writable
from ecs_engine.core.errors import ColumnError, ComponentError
from ecs_engine.core.fields import Bool, Byte, Color, Double, Float, Int, Long, Short, UInt, UShort, Vec2, Vec3


@component
class Kinds:
    """One field of every kind of number."""

    LIMIT: ClassVar[int] = 5

    on: Bool = False
    byte: Byte = 1
    short: Short = -2
    ushort: UShort = 3
    whole: Int = -4
    unsigned: UInt = 5
    long: Long = -6
    real: Float = 7.5
    double: Double = 8.5
    pair: Vec2 = (1.0, 2.0)
    triple: Vec3 = (1.0, 2.0, 3.0)
    tint: Color = (1, 2, 3, 4)

    def doubled(self) -> Any:
        return self.whole * 2


class Whole:
    """Stands for a whole number, as a Picture does."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __index__(self) -> int:
        return self.number


@pytest.fixture(params=["detached", "attached"])
def kinds(request: pytest.FixtureRequest) -> Any:
    if request.param == "detached":
        yield Kinds()
        return
    with World() as world:
        entity = world.create_entity(Kinds())
        world.flush()
        yield world.component_for_entity(entity, Kinds)


GOOD: list[tuple[str, Any, Any]] = [
    ("on", True, True), ("on", np.bool_(True), True), ("byte", 255, 255), ("byte", True, 1), ("byte", Whole(9), 9),
    ("short", -32768, -32768), ("ushort", np.int64(65535), 65535), ("whole", 2**31 - 1, 2**31 - 1),
    ("unsigned", 2**32 - 1, 2**32 - 1), ("long", -(2**63), -(2**63)), ("real", 3, 3.0), ("real", np.float64(0.5), 0.5),
    ("real", math.inf, math.inf), ("real", 1e300, math.inf), ("double", 1e300, 1e300), ("pair", (3, 4), (3.0, 4.0)),
    ("pair", np.array([5, 6]), (5.0, 6.0)), ("pair", (1e300, -1e300), (math.inf, -math.inf)),
    ("tint", [0, 255, 7, 8], (0, 255, 7, 8)), ("tint", (1, 2, 3), (1, 2, 3, 255)),
    ("tint", np.array([1, 2, 3], np.uint8), (1, 2, 3, 255)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "stored"), GOOD)
def test_values_are_stored(kinds: Any, name: str, value: Any, stored: Any) -> None:
    setattr(kinds, name, value)
    assert getattr(kinds, name) == stored
    assert getattr(Kinds(**{name: value}), name) == stored
    others = [field for field in Kinds.__match_args__ if field != name]  # type: ignore[attr-defined]
    assert [getattr(kinds, other) for other in others] == [getattr(Kinds(), other) for other in others]


BAD: list[tuple[str, Any]] = [
    ("on", "no"), ("on", 1), ("byte", 256), ("byte", -1), ("byte", 1.0), ("short", 32768), ("ushort", -1),
    ("whole", 2**31), ("whole", 0.5), ("unsigned", -1), ("long", 2**63), ("real", "1"), ("real", None), ("real", 1j),
    ("pair", 1), ("pair", (1,)), ("pair", (1, 2, 3)), ("pair", ("a", "b")), ("tint", (0, 0, 0, 256)),
    ("tint", (0.5, 0, 0, 0)), ("tint", (0, 0)), ("tint", "abc"), ("tint", np.array(7)), ("triple", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD)
def test_bad_values_change_nothing_and_say_why(kinds: Any, name: str, value: Any) -> None:
    before = repr(kinds)
    for attempt in (lambda: setattr(kinds, name, value), lambda: Kinds(**{name: value})):
        with pytest.raises(ComponentError, match=rf"^Kinds\.{name} takes .*: pass that instead\.$") as caught:
            attempt()
        assert repr(value) in str(caught.value)
    assert repr(kinds) == before


def test_nan_is_a_number(kinds: Any) -> None:
    kinds.real, kinds.pair = math.nan, (math.nan, 1)
    assert math.isnan(kinds.real)
    assert math.isnan(kinds.pair.x)
    assert kinds.pair.y == 1


def test_vectors_write_through(kinds: Any) -> None:
    kinds.pair.x += 1
    kinds.pair[1] = 5
    assert tuple(kinds.pair) == (2.0, 5.0)
    kinds.pair += (1, 1)
    kinds.pair -= 0.5
    kinds.pair *= 2
    kinds.pair /= 4
    assert tuple(kinds.pair) == (1.25, 2.75)
    kinds.pair[:] = (8, 9)
    kinds.triple[1:] = 0
    assert kinds.pair == (8.0, 9.0)
    assert kinds.triple == (1.0, 0.0, 0.0)
    vector = kinds.pair
    vector += 1  # not only a new value for a local name
    assert tuple(kinds.pair) == (9.0, 10.0)
    kinds.tint.a = 9
    assert kinds.tint.a == kinds.tint.w == kinds.tint[3] == kinds.tint[-1] == 9
    assert kinds.pair[-2] == kinds.pair[0]


def test_copies_of_vectors_cannot_be_mistaken_for_them(kinds: Any) -> None:
    for copied in (np.asarray(kinds.pair), kinds.pair[:]):
        with pytest.raises(ValueError, match="read-only"):
            copied[0] = 1
    mine = np.array(kinds.pair)
    mine[0] = 50
    assert tuple(kinds.pair) == (1.0, 2.0)
    with pytest.raises(ValueError, match="cannot be shared"):
        np.asarray(kinds.pair, copy=False)


def test_vectors_calculate(kinds: Any) -> None:
    pair = kinds.pair
    for result, expected in (
        (pair + 1, [2, 3]), (1 + pair, [2, 3]), (pair - (1, 1), [0, 1]), ((1, 1) - pair, [0, -1]),
        (pair * pair, [1, 4]), (2 * pair, [2, 4]), (pair / 2, [0.5, 1]), (2 / pair, [2, 1]), (-pair, [-1, -2]),
        (np.array([1.0, 1.0]) + pair, [2, 3]), (np.hypot(*pair), np.hypot(1, 2)),
    ):  # fmt: skip
        assert np.array_equal(result, expected)
    assert (pair + 1).dtype == np.float32
    assert pair != (1.0, 3.0)
    assert (pair == 3) is False
    assert len(pair) == 2
    assert repr(pair) == "Kinds.pair(1.0, 2.0)"


def test_a_vector_has_only_its_elements(kinds: Any) -> None:
    pair = kinds.pair
    for bad in (lambda: pair.z, lambda: pair[2], lambda: pair[-3], lambda: setattr(pair, "w", 1)):
        with pytest.raises(IndexError, match=r"Kinds\.pair has 2 elements"):
            bad()
    with pytest.raises(ComponentError, match=r"tint takes 3 or 4 whole numbers from 0 to 255, not \[1, 2, 3, 300\]"):
        kinds.tint.a = 300
    with pytest.raises(ValueError, match="broadcast"):
        kinds.pair[:] = (1, 2, 3)
    with pytest.raises(AttributeError):
        kinds.pair.q = 1
    with pytest.raises(AttributeError):
        kinds.wohle = 1
    assert repr(kinds) == repr(Kinds())


def test_copies_and_pickles_stand_alone(kinds: Any) -> None:
    kinds.pair.x = 7
    for made in (copy.copy(kinds), copy.deepcopy(kinds), pickle.loads(pickle.dumps(kinds))):
        assert repr(made) == repr(kinds)
        made.pair.x = made.whole = 8
    assert (kinds.pair.x, kinds.whole, kinds.doubled()) == (7.0, -4, -8)


def test_instances_do_not_share_their_defaults() -> None:
    first, second = Kinds(), Kinds()
    first.pair.x = 9
    first.whole = 9
    assert repr(second) == repr(Kinds())


def test_construction() -> None:
    assert (Kinds(True, 9).on, Kinds(True, 9).byte) == (True, 9)
    match Kinds(whole=3):
        case Kinds(whole=whole):
            assert whole == 3
    assert (Kinds.__doc__, Kinds.__qualname__, Kinds.LIMIT) == ("One field of every kind of number.", "Kinds", 5)
    for bad, words in (
        (lambda: Kinds(wohle=1), "Kinds has no field 'wohle': its fields are on, byte"),  # type: ignore[call-arg]
        (lambda: Kinds(True, on=True), "got 'on' twice"),  # type: ignore[misc]
        (lambda: Kinds(*range(13)), "12 fields and got 13 values"),  # type: ignore[arg-type]
        (lambda: batch(Kinds, wohle=1), "Kinds has no field 'wohle'"),
        (lambda: batch(Whole, number=1), "Whole is no column component"),
    ):
        with pytest.raises(ComponentError, match=words):
            bad()


def test_fields_may_have_any_name() -> None:
    names = ("self", "cls", "positions", "unknown", "join", "named", "nothing", "Detached")
    thing = declare(dict.fromkeys(names, int))
    made = thing(*range(4), **{name: 4 + i for i, name in enumerate(names[4:])})
    assert [getattr(made, name) for name in names] == list(range(8))
    with pytest.raises(ComponentError, match="got 'self' twice"):
        thing(1, self=2)


def declare(annotations: dict[str, Any], **body: Any) -> Any:
    return component(type("Thing", body.pop("bases", ()), {"__annotations__": annotations, **body}))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: declare({}), "no typed field"),
        (lambda: declare({"a": str}), "no column type"),
        (lambda: declare({"a": list}), "no column type"),
        (lambda: declare({"a": int}, a="x"), "takes a whole number"),
        (lambda: declare({"a": Vec2}, a=(1, 2, 3)), "takes 2 numbers"),
        (lambda: declare({"_a": int}), "begins with an underscore"),
        (lambda: declare({"a": int}, bases=(Whole,)), "derives from Whole"),
        (lambda: declare({"a": int}, __init__=lambda self: None), "has an __init__"),
        (lambda: type("Sub", (Kinds,), {}), "Sub derives from a column component"),
        (lambda: component(companions=(Whole,))(type("Thing", (), {"__annotations__": {"a": int}})), "a companion of"),
    ],
)
def test_bad_declarations_say_why(make: Any, words: str) -> None:
    with pytest.raises(ComponentError, match=words) as caught:
        make()
    assert str(caught.value).endswith(".")


def test_things_that_stand_for_numbers_work_in_bulk() -> None:
    with World() as world:
        world.create_entities(2, batch(Kinds, unsigned=Whole(7), byte=[Whole(1), Whole(2)]))
        ((columns,),) = world.select(Kinds)
        assert columns.unsigned.tolist() == [7, 7]
        assert columns.byte.tolist() == [1, 2]


@pytest.mark.parametrize("given", [(1, 2, 3), [(1, 2, 3), (1, 2, 3)], np.full((2, 3), (1, 2, 3), np.uint8)])
def test_alpha_may_be_left_out_in_bulk(given: Any) -> None:
    with World() as world:
        world.create_entities(2, batch(Kinds, tint=given))
        ((columns,),) = world.select(Kinds)
        assert columns.tint.tolist() == [[1, 2, 3, 255]] * 2


def test_selected_columns() -> None:
    with World() as world:
        world.create_entities(3, Kinds())
        (rows,) = world.select(Kinds, writable(Kinds))
        read, write = rows
        for name in Kinds.__match_args__:  # type: ignore[attr-defined]
            with pytest.raises(ValueError, match="read-only"):
                getattr(read, name)[...] = 0
        with pytest.raises(ColumnError, match=r"^Kinds\.real was selected for reading .*: select writable\(Kinds\)"):
            read.real = 1.0
        with pytest.raises(ColumnError, match=r"^Kinds has no column 'rael': its columns are .*real"):
            write.rael = 1.0
        with pytest.raises(ColumnError, match=r"^Kinds has no column 'rael'"):
            write.rael += 1.0
        assert not hasattr(read, "rael")
        with pytest.raises(ValueError, match="read-only"):
            rows.entities[0] = 5
        write.real = [1, 2, 3]
        write.real[1:] *= 2
        write.pair += (1.0, 1.0)
        write.byte = 200
        assert read.real.tolist() == [1.0, 4.0, 6.0]
        assert read.pair.tolist() == [[2.0, 3.0]] * 3
        assert read.byte.tolist() == [200] * 3
        for name, value, words in (
            ("real", np.zeros(4), "does not fit: reshape it"), ("byte", [1, 2, 300], "clip it"),
            ("byte", -1, "clip it"), ("whole", [0.5, 1, 2], "astype"), ("on", [1, 2, 3], "astype"),
        ):  # fmt: skip
            with pytest.raises(ComponentError, match=words):
                setattr(write, name, value)
        assert read.byte.tolist() == [200] * 3


def test_what_is_no_component_class_is_named() -> None:
    with pytest.raises(ComponentError, match=r"^Kinds\(.*is no column component and has no arrays"):
        batch(Kinds(), real=1.0)  # type: ignore[arg-type]
    with pytest.raises(ComponentError, match=r"@component stands before .*which is no class"):
        component(lambda: 3)  # type: ignore[type-var]


def test_a_long_value_is_shown_in_short() -> None:
    with pytest.raises(ComponentError) as caught:
        Kinds(real=np.zeros((64, 64, 4)))
    assert len(str(caught.value)) < 160
    assert "\n" not in str(caught.value)
