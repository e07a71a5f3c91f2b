"""The TextSystem: every change of a label reaches its rows, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from ecs_engine import Camera2D, DebugDraw, Parent, Sprite, Text, Transform2D, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import ComponentError, EngineError
from ecs_engine.core.system import Stage, System
from ecs_engine.systems import TEXTS, Drawables, Pool, TextSystem, teleport
from ecs_engine.systems.labels import LOOK, QUAD
from ecs_engine.testing.app import FakeApp
from ecs_engine.text import Fonts

NAMES = ("pose", "previous", "scale")


@pytest.fixture
def app() -> Iterator[FakeApp]:
    with FakeApp() as app:
        yield app
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()


def pool_of(app: FakeApp) -> Pool:
    (pool,) = app.world.resource(Drawables)[TEXTS.name].pools
    return pool


def quads(app: FakeApp, chunk: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    """The quads of a label that draw something, (n, 4)."""
    pool = pool_of(app)
    first, count = pool.chunks.first[chunk], pool.chunks.count[chunk]
    rows = pool.readable[QUAD][first : first + count]
    return rows[rows[:, 0] < rows[:, 2]]


def shown(app: FakeApp) -> list[bool]:
    """Of each chunk, whether it is within sight."""
    return [bool(radius > -np.inf) for radius in pool_of(app).chunks.radius]


def versions(app: FakeApp) -> tuple[int, ...]:
    pool = pool_of(app)
    lookups = app.world.resource(Drawables)[TEXTS.name].lookups.values()
    return (*pool.versions.values(), pool.chunks.version, pool.chunks.bounds_version, *(one.version for one in lookups))


def test_an_app_without_labels_has_no_rows_and_no_draw(app: FakeApp) -> None:
    app.world.create_entity(Transform2D(), Sprite())
    app.step(3)
    assert app.world.resource(Drawables)[TEXTS.name].pools == []
    assert app.device.last_frame.draw_calls == 1


def test_labels_of_any_fonts_and_styles_are_one_draw(app: FakeApp) -> None:
    for index in range(20):
        font = (None, app.fonts.sans(), app.fonts.sans(pixels=16))[index % 3]
        text = Text("word", font, 10 + index, shadow=(2, -2), color=(index, 0, 0), outline=float(index % 3 < 2))
        app.world.create_entity(Transform2D((index, 0)), text)
    app.step()
    assert app.device.last_frame.draw_calls == 1


def test_a_label_at_rest_writes_nothing(app: FakeApp) -> None:
    label = Text("at rest")
    app.world.create_entity(Transform2D(), label)
    mover = app.world.create_entity(Transform2D())
    app.step(3, draw=False)
    before = versions(app)
    label.text, label.color, label.size = "at rest", (255, 255, 255, 255), 20
    for x in range(3):
        app.world.component_for_entity(mover, Transform2D).position = (x, 0)  # in the same table
        app.step(draw=False)
    assert versions(app) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", "other"), ("text", [("run", (1, 2, 3)), "s"]), ("font", "sans"), ("size", 33.0), ("color", (1, 2, 3)),
        ("wrap", 20.0), ("align", "right"), ("anchor", (0, 0)), ("line_spacing", 2.0), ("outline", 2.0),
        ("outline_color", (9, 9, 9)), ("shadow", (3, 3)), ("shadow_color", (7, 7, 7)), ("shadow_blur", 2.0),
        ("shown", 2), ("layer", 5), ("visible", False),
    ],
)  # fmt: skip
def test_every_property_reaches_the_frame_in_its_tick(app: FakeApp, name: str, value: object) -> None:
    """A label that is changed looks like one that was made so."""
    font = app.fonts.sans() if value == "sans" else value
    text, more = "two words\nlines", {"outline": 1.0, "shadow": (1, 1)}
    changed = Text(**{"text": text, **more})
    app.world.create_entity(Transform2D(), changed)
    app.world.create_entity(Transform2D(), Text(**{"text": text, **more, name: font}))
    app.step(2, draw=False)
    setattr(changed, name, font)
    app.step(draw=False)
    labels = app.world.get_processor(TextSystem)._labels
    np.testing.assert_array_equal(quads(app, 0), quads(app, 1))
    pool = pool_of(app)
    used = [pool.readable[LOOK][first : first + len(quads(app, 0))] for first in pool.chunks.first[:2]]
    np.testing.assert_array_equal(used[0][:, :3], used[1][:, :3])
    assert (used[0][:, 3] + (3 << 8)).tolist() == used[1][:, 3].tolist()
    for array in (labels.tints, labels.edges, labels.key, labels.reach, labels.shown):
        np.testing.assert_array_equal(array[0], array[1])
    assert (pool.chunks.key[0], pool.chunks.radius[0]) == (pool.chunks.key[1], pool.chunks.radius[1])


class Late(System):
    """Writes a label after the TextSystem has run."""

    stage = Stage.BATCH

    def __init__(self, label: Text) -> None:
        self.label = label

    def process(self, dt: float) -> None:
        self.label.text = "late"


def test_a_change_after_the_system_ran_is_seen_in_the_next_tick(app: FakeApp) -> None:
    label = Text("x")
    app.world.create_entity(Transform2D(), label)
    app.add_system(Late(label))
    app.step(draw=False)
    assert len(quads(app)) == 1
    app.step(draw=False)
    assert len(quads(app)) == 4


def test_words_of_the_same_length_do_not_make_the_draw_list_again(app: FakeApp) -> None:
    label = Text("100")
    app.world.create_entity(Transform2D(), label)
    app.step(2, draw=False)
    cut = pool_of(app).chunks.version
    for score in range(100, 110):
        label.text = f"{score}!"
        app.step(draw=False)
    assert pool_of(app).chunks.version == cut
    label.text = "a much longer line than the one before"
    app.step(draw=False)
    assert pool_of(app).chunks.version > cut
    assert len(quads(app)) == len(label.plain.replace(" ", ""))


def test_labels_that_come_and_go(app: FakeApp) -> None:
    world = app.world
    first, second = Text("aa"), Text("bbb")
    one = world.create_entity(Transform2D(), first)
    world.create_entity(Transform2D(), second)
    app.step(draw=False)
    assert [len(quads(app, chunk)) for chunk in range(2)] == [2, 3]
    world.delete_entity(one)
    app.step(draw=False)
    assert pool_of(app).chunks.count[0] == 0
    assert shown(app)[:2] == [False, True]
    first.text = "nobody has it"
    third = world.create_entity(Transform2D())
    app.step(draw=False)
    world.add_component(third, first)
    app.step(draw=False)
    assert len(quads(app, 0)) == len("nobodyhasit")
    world.remove_component(third, Text)
    world.add_component(third, Text("z"))
    app.step(draw=False)
    assert len(quads(app, 0)) == 1


def test_one_text_on_two_entities_changes_on_both(app: FakeApp) -> None:
    shared = Text("ab")
    app.world.create_entities(2, Transform2D(), shared)
    app.step(draw=False)
    shared.text = "abc"
    app.step(draw=False)
    assert [len(quads(app, chunk)) for chunk in range(2)] == [3, 3]


def test_without_a_transform_a_label_is_hidden_until_it_has_one(app: FakeApp) -> None:
    entity = app.world.create_entity(Text("here"))
    app.step(draw=False)
    assert not any(shown(app))
    app.world.add_component(entity, Transform2D((5, 6)))
    app.step(draw=False)
    assert shown(app)[0]
    np.testing.assert_array_equal(pool_of(app).chunks.center[0], (5, 6))
    app.world.remove_component(entity, Transform2D)
    app.step(draw=False)
    assert not any(shown(app))


def test_labels_follow_their_entities_through_all_moves(app: FakeApp) -> None:
    """Against the pose of each entity, while other entities come, go and change tables."""
    world, rng = app.world, np.random.default_rng(5)
    root = world.create_entity(Transform2D())
    labels = {}
    for index in range(12):
        parts = (Sprite(),) if index % 3 == 0 else (Parent(root),) if index % 3 == 1 else ()
        label = Text("ab" * (index + 1), outline=float(index % 2))
        labels[world.create_entity(Transform2D((index, 0)), label, *parts)] = label
    system = world.get_processor(TextSystem)
    assert system is not None
    for tick in range(40):
        for entity in rng.choice(list(labels), 3).tolist():
            transform = world.component_for_entity(entity, Transform2D)
            transform.position, transform.scale = rng.uniform(-200, 200, 2), rng.uniform(0.5, 2, 2)
        world.component_for_entity(root, Transform2D).rotation = float(rng.uniform(-3, 3))
        entity = int(rng.choice(list(labels)))
        if tick % 4 == 0:
            if world.has_component(entity, Sprite):
                world.remove_component(entity, Sprite)
            else:
                world.add_component(entity, Sprite())
        if tick % 5 == 0:
            world.delete_entity(entity)
            del labels[entity]
            label = Text("new")
            labels[world.create_entity(Transform2D((9, 9)), label)] = label
        if tick % 7 == 0:
            teleport(world, int(rng.choice(list(labels))), (300, -300))
        app.step(draw=False)
        assert {entity: known.text for entity, known in system._known.items()} == labels
        chunks = pool_of(app).chunks
        for entity, known in system._known.items():
            location = world.location(entity)
            assert location is not None
            table, row = location
            pose, previous, scale = (table.readable[field_of(WorldPose2D, name)][row] for name in NAMES)
            number = known.number
            np.testing.assert_array_equal(system._labels.pose[number], (*pose[:3], scale[0]))
            np.testing.assert_array_equal(system._labels.previous[number], (*previous[:3], scale[1]))
            for place in (pose, previous):
                away = np.hypot(*(place[:2] - chunks.center[number]))
                assert away + system._labels.reach[number] * scale.max() <= chunks.radius[number] + 0.01


def test_rows_of_many_changing_labels_stay_apart_and_bounded(app: FakeApp) -> None:
    rng = np.random.default_rng(6)
    labels = [Text("") for _ in range(30)]
    for label in labels:
        app.world.create_entity(Transform2D(), label)
    for _ in range(60):
        for label in rng.choice(np.array(labels, object), 10).tolist():
            label.text = "x" * int(rng.integers(0, 120))
        app.step(draw=False)
        pool = pool_of(app)
        chunks = zip(pool.chunks.first, pool.chunks.count, strict=True)
        rows = [row for first, count in chunks for row in range(first, first + count)]
        assert len(rows) == len(set(rows))
        assert max(rows, default=-1) < pool.length
        assert [len(quads(app, number)) for number in range(30)] == [len(label.plain) for label in labels]
    assert pool.length <= 4 * 30 * 160


def test_what_is_far_away_is_culled_and_what_is_hidden_not_drawn(app: FakeApp) -> None:
    app.world.create_entity(Transform2D(), Camera2D())
    label = Text("seen")
    entity = app.world.create_entity(Transform2D(), label)
    app.step(2)
    assert app.device.last_frame.draw_calls == 1
    app.world.component_for_entity(entity, Transform2D).position = (5000, 0)
    app.step(3)
    assert app.device.last_frame.draw_calls == 0
    app.world.component_for_entity(entity, Transform2D).position = (0, 0)
    app.step(3)
    assert app.device.last_frame.draw_calls == 1
    label.visible = False
    app.step()
    assert app.device.last_frame.draw_calls == 0


@pytest.mark.parametrize("position", [(np.nan, 0), (np.inf, 0), (3e38, 3e38)])
def test_a_label_at_no_place_is_not_drawn_and_spoils_nothing(app: FakeApp, position: tuple[float, float]) -> None:
    app.world.create_entity(Transform2D(position), Text("lost"))
    app.world.create_entity(Transform2D(), Text("found"))
    with np.errstate(all="raise", under="ignore"):
        app.step(2, draw=False)
    assert shown(app)[1]


def test_another_apps_font_and_an_outline_without_distances_are_refused(app: FakeApp) -> None:
    label = Text("x", Fonts().default)
    app.world.create_entity(Transform2D(), Text("not lost"))
    entity = app.world.create_entity(Transform2D(), label)
    with pytest.raises(EngineError, match=f"entity {entity} has the font 'pixels' of another App"):
        app.step()
    label.font, label.outline = app.fonts.sans(pixels=16), 1.0
    with pytest.raises(EngineError, match="loaded with `pixels`, which keeps no distances"):
        app.step()
    label.outline, label.shadow_blur = 0, 2.0
    with pytest.raises(EngineError, match="has a blurred shadow, and its font 'Rubik"):
        app.step()
    label.font = app.fonts.sans()
    app.step()
    assert [len(quads(app, chunk)) for chunk in range(2)] == [7, 2]


def test_a_system_that_takes_its_place_shows_the_same(app: FakeApp) -> None:
    class Mine(TextSystem):
        pass

    label = Text("abc")
    app.world.create_entity(Transform2D(), label)
    app.step(draw=False)
    app.world.replace_processor(TextSystem, Mine())
    app.step()
    label.text = "abcd"
    app.step()
    assert len(quads(app)) == 4


# -- words of debug drawing ----------------------------------------------------------------------------------------


def words_of(app: FakeApp) -> dict[tuple[float, ...], int]:
    """Place of each label that is shown -> how many quads it has, outlines included."""
    labels = app.world.get_processor(TextSystem)._labels
    chunks = pool_of(app).chunks
    return {
        tuple(labels.pose[number].tolist()): len(quads(app, number))
        for number in range(len(chunks))
        if chunks.radius[number] > -np.inf
    }


def test_words_of_debug_drawing_last_a_tick_or_some_seconds(app: FakeApp) -> None:
    app.world.create_entity(Transform2D((9, 9)), Text("label"))
    app.step(draw=False)
    draw = app.world.resource(DebugDraw)
    draw.text((1, 2), "once")
    draw.text([(3, 4), (5, 6)], ["for", "three"], [(1, 2, 3), (4, 5, 6)], seconds=3 / 60)
    shown = []
    for _ in range(5):
        app.step(draw=False)
        shown.append(words_of(app))
    label, once, more = {(9, 9, 0, 1): 5}, {(1, 2, 0, 1): 8}, {(3, 4, 0, 1): 6, (5, 6, 0, 1): 10}
    assert shown == [label | once | more, label | more, label | more, label, label]
    assert [text.plain for _, text in app.world.get_component(Text)] == ["label"]
    draw.text((1, 2), "long", seconds=99)
    app.step(draw=False)
    draw.clear()
    app.step(draw=False)
    assert words_of(app) == label


def test_words_of_debug_drawing_share_the_draw_and_the_colours_of_labels(app: FakeApp) -> None:
    app.world.create_entity(Transform2D(), Text("label"))
    draw = app.world.resource(DebugDraw)
    draw.text([(0, 0), (50, 0)], "both", [(1, 2, 3), (4, 5, 6)], size=33, anchor=(0, 0), layer=511)
    app.step()
    assert app.device.last_frame.draw_calls == 1
    labels = app.world.get_processor(TextSystem)._labels
    assert labels.tints[1:3, 0].tolist() == [0xFF030201, 0xFF060504]
    alone = Text("both", None, 33, anchor=(0, 0), outline=33 / 12)
    app.world.create_entity(Transform2D(), alone)
    draw.text((0, 0), "both", size=33, anchor=(0, 0), font=app.fonts.default)
    app.step()
    np.testing.assert_array_equal(quads(app, 1), quads(app, 2))


class Writes(System):
    """Draws words late in the stage in which the TextSystem runs, at another place in every tick."""

    stage = Stage.TRANSFORM

    def __init__(self) -> None:
        self.count = 0

    def process(self, dt: float) -> None:
        self.count += 1
        for number in range(self.count % 7):
            self.world.resource(DebugDraw).text((number, self.count), "x" * (number + 1))


def test_any_system_may_draw_words_at_every_tick(app: FakeApp) -> None:
    app.add_system(Writes())
    for tick in range(1, 200):
        app.step(draw=False)
        if tick > 1:
            assert words_of(app) == {(number, tick, 0, 1): 2 * (number + 1) for number in range(tick % 7)}
    assert pool_of(app).length <= 1024


def test_words_at_no_place_are_left_out_and_those_that_make_no_sense_refused(app: FakeApp) -> None:
    draw = app.world.resource(DebugDraw)
    draw.text([(np.nan, 0), (np.inf, 1), (2, 2)], "word")
    draw.text(np.empty((0, 2)), "word")
    assert [one.place for one in draw.words] == [(2, 2)]
    draw.clear()
    for call in (
        lambda: draw.text((0, 0, 0), "word"),
        lambda: draw.text([(0, 0), (1, 1)], ["one"]),
        lambda: draw.text((0, 0), 5),
        lambda: draw.text((0, 0), [5]),
        lambda: draw.text((0, 0), "word", (1, 2)),
        lambda: draw.text((0, 0), "word", size=0),
        lambda: draw.text((0, 0), "word", seconds=-1),
        lambda: draw.text((0, 0), "word", layer=9999),
    ):
        with pytest.raises(EngineError):
            call()
    assert draw.words == []
    draw.text((0, 0), "word", font=Fonts().default)
    with pytest.raises(EngineError, match=r"^DebugDraw.text has the font 'pixels' of another App"):
        app.step()
    app.step()


# -- the component -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 5), ("text", None), ("text", ["a", 5]), ("text", [("a",)]), ("text", [("a", (1, 2))]), ("text", b"x"),
        ("font", "Arial"), ("size", 0), ("size", float("nan")), ("size", "big"), ("color", (1, 2)),
        ("color", (0, 0, 256)), ("color", 7), ("color", (1.0, 0.5, 0.2)), ("color", "red"),
        ("wrap", -1), ("align", "middle"), ("anchor", (1,)),
        ("anchor", (float("inf"), 0)),
        ("outline", -1), ("shadow", 3), ("shown", -1), ("layer", 512), ("layer", "top"),
    ],
)  # fmt: skip
def test_bad_values_are_refused_and_change_nothing(name: str, value: object) -> None:
    label = Text("kept")
    before = getattr(label, name)
    with pytest.raises(ComponentError, match=rf"^Text\.{name} was set to .*: give (a|two|three|'left') ?.+\.$"):
        setattr(label, name, value)
    assert getattr(label, name) == before


def test_a_misspelt_property_is_an_error() -> None:
    with pytest.raises(AttributeError):
        Text("x").colour = (1, 2, 3)  # type: ignore[attr-defined]


def test_runs_are_kept_as_tuples_so_that_no_change_in_them_is_lost() -> None:
    pieces = ["a", ("b", [1, 2, 3])]
    label = Text(pieces)  # type: ignore[arg-type]
    pieces.append("c")
    assert label.text == (("a", None), ("b", (1, 2, 3, 255)))
    assert label.plain == "ab"
    again = Text()
    again.text = label.text  # what was read can be written
    assert again.text == label.text
