"""What sprites become, against a plain reference for one sprite at a time."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot, inf, nan
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Sprite, SpriteDraw, Transform2D, Velocity
from ecs_engine.core.component import field_of
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.frame.keys import blend_of
from ecs_engine.pictures import Pictures, PictureTable
from ecs_engine.systems import SpriteSystem, TransformSystem

RECT, LOOK, RADIUS, KEY = (field_of(SpriteDraw, name) for name in ("rect", "look", "radius", "key"))


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    world = make_world(TransformSystem(), SpriteSystem())
    pictures = world.resource(Pictures)
    for size in ((5, 3), (20, 7), (1, 9), (200, 200), (199, 180)):
        pictures.add(np.full((size[1], size[0], 4), 200, np.uint8))
    assert pictures.page_count > 1
    return world


def read(world: World, entity: int, field: Any) -> Any:
    location = world.location(entity)
    assert location is not None
    table, row = location
    return table.readable[field][row].tolist()


def expected(world: World, sprite: Sprite, scale: tuple[float, float]) -> dict[str, Any]:
    """The reference: plain numbers from one sprite."""
    pictures = world.resource(Pictures)
    table = pictures.table
    picture = sprite.picture if sprite.picture < len(pictures) else 0
    size = tuple(sprite.size) if tuple(sprite.size) != (0, 0) else (pictures[picture].width, pictures[picture].height)
    width, height = size[0] * scale[0], size[1] * scale[1]
    left, bottom = -sprite.anchor[0] * width, -sprite.anchor[1] * height
    rect = [left, bottom, left + width, bottom + height]
    (first, second), page = table.uv[picture].tolist(), int(table.page[picture])
    u0, v0, u1, v1 = first & 0xFFFF, first >> 16, second & 0xFFFF, second >> 16
    if sprite.flip_x:
        u0, u1 = u1, u0
    if sprite.flip_y:
        v0, v1 = v1, v0
    red, green, blue, alpha = sprite.tint
    return {
        "rect": rect,
        "look": [u0 | v0 << 16, u1 | v1 << 16, red | green << 8 | blue << 16 | alpha << 24, page],
        "radius": max(hypot(x, y) for x in rect[::2] for y in rect[1::2]) if sprite.visible else -inf,
        "key": (min(max(sprite.layer, -512), 511) + 512) << 6 | min(sprite.blend, 3) << 1,
    }


def random_sprite(rng: np.random.Generator) -> Sprite:
    return Sprite(
        picture=int(rng.integers(0, 9)),  # the last two ids have no picture
        tint=tuple(rng.integers(0, 256, 4).tolist()),
        size=tuple(rng.uniform(1, 50, 2).tolist()) if rng.random() < 0.5 else (0, 0),
        anchor=tuple(rng.uniform(-0.5, 1.5, 2).tolist()),
        layer=int(rng.integers(-600, 600)),
        blend=int(rng.integers(0, 5)),
        flip_x=bool(rng.integers(2)),
        flip_y=bool(rng.integers(2)),
        visible=bool(rng.random() < 0.8),
    )


def check(world: World, entity: int) -> None:
    sprite = world.component_for_entity(entity, Sprite)
    x, y = world.component_for_entity(entity, Transform2D).scale
    want = expected(world, sprite, (x, y))
    np.testing.assert_allclose(read(world, entity, RECT), want["rect"], rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(read(world, entity, RADIUS), want["radius"], rtol=1e-5)
    assert read(world, entity, LOOK) == want["look"]
    assert read(world, entity, KEY) == want["key"]


def test_random_sprites_are_as_the_reference_says(world: World, rng: np.random.Generator) -> None:
    entities = []
    for number in range(300):
        extras = [Velocity()] if number % 3 == 0 else []
        scale = tuple(rng.uniform(-2, 2, 2).tolist())
        entities.append(world.create_entity(Transform2D(scale=scale), random_sprite(rng), *extras))
    world.process(0.01)
    for entity in entities:
        check(world, entity)
    for _ in range(5):
        for entity in rng.choice(entities, 40, replace=False).tolist():
            handle, values = world.component_for_entity(entity, Sprite), random_sprite(rng)
            name = str(rng.choice(["picture", "tint", "size", "anchor", "layer", "blend", "flip_x", "visible"]))
            value = getattr(values, name)
            setattr(handle, name, value if isinstance(value, (int, bool)) else tuple(value))
        world.process(0.01)
        for entity in entities:
            check(world, entity)


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        ({"tint": (1, 2, 3, 4)}, {LOOK}),
        ({"flip_x": True}, {LOOK}),
        ({"layer": 3}, {KEY}),
        ({"blend": 1}, {KEY}),
        ({"size": (3, 4)}, {RECT, RADIUS}),
        ({"visible": False}, {RECT, RADIUS}),
        ({"picture": 3}, {RECT, RADIUS, LOOK}),
    ],
)
def test_only_what_depends_on_a_change_is_written(world: World, change: dict[str, Any], touched: set[Any]) -> None:
    entity = world.create_entity(Transform2D(), Sprite())
    world.process(0.01)
    location = world.location(entity)
    assert location is not None
    versions = location[0].versions
    before = {field: versions[field] for field in (RECT, LOOK, RADIUS, KEY)}
    for _ in range(2):
        world.process(0.01)
    assert {field: versions[field] for field in before} == before
    for name, value in change.items():
        setattr(world.component_for_entity(entity, Sprite), name, value)
    world.process(0.01)
    assert {field for field in before if versions[field] != before[field]} == touched
    check(world, entity)


def test_a_new_scale_writes_the_rectangle_and_a_new_place_does_not(world: World) -> None:
    entity = world.create_entity(Transform2D(), Sprite(size=(2, 2)))
    world.process(0.01)
    location = world.location(entity)
    assert location is not None
    versions = location[0].versions
    before = versions[RECT]
    world.component_for_entity(entity, Transform2D).position = (4, 4)
    world.process(0.01)
    assert versions[RECT] == before
    world.component_for_entity(entity, Transform2D).scale = (4, 4)
    world.process(0.01)
    check(world, entity)


def test_a_picture_that_comes_later_shows_when_it_is_there(world: World) -> None:
    pictures = world.resource(Pictures)
    entity = world.create_entity(Transform2D(), Sprite(picture=len(pictures)))
    world.process(0.01)
    assert read(world, entity, RECT) == [-0.5, -0.5, 0.5, 0.5]
    pictures.add(np.zeros((4, 6, 4), np.uint8))
    world.process(0.01)
    assert read(world, entity, RECT) == [-3, -2, 3, 2]


@pytest.mark.parametrize("bad", [nan, inf, -inf, 3e38])
def test_sizes_that_are_no_sizes_make_a_sprite_that_nobody_sees(world: World, bad: float) -> None:
    sick = [
        world.create_entity(Transform2D(scale=(bad, 1)), Sprite(size=(100, 1))),
        world.create_entity(Transform2D(), Sprite(size=(bad, 1), anchor=(1e3, 0))),
        world.create_entity(Transform2D(), Sprite(size=(1, 1e3), anchor=(0.5, bad))),
    ]
    well = world.create_entity(Transform2D(), Sprite(size=(2, 4)))
    world.process(0.01)
    assert [read(world, entity, RADIUS) for entity in sick] == [-inf] * 3
    check(world, well)


def test_one_line_replaces_the_system_with_a_subclass(world: World) -> None:
    class AllOnTop(SpriteSystem):
        def write_keys(self, table: Any, sprite: dict[str, Any]) -> None:
            super().write_keys(table, sprite | {"layer": np.full(table.length, 511, np.int16)})

    entity = world.create_entity(Transform2D(), Sprite(layer=-5, blend=1))
    world.process(0.01)
    world.replace_processor(SpriteSystem, AllOnTop())
    world.process(0.01)
    assert read(world, entity, KEY) >> 6 == 1023
    assert blend_of(read(world, entity, KEY)) == 1


class Counting(SpriteSystem):
    """Notes how many rows are derived."""

    def on_add(self) -> None:
        super().on_add()
        self.derived: list[int] = []

    def write_rects(self, table: Table, pictures: PictureTable, picture: Any) -> None:
        self.derived.append(table.length)
        super().write_rects(table, pictures, picture)


def test_where_sprites_come_and_go_only_the_new_ones_are_derived(world: World, rng: np.random.Generator) -> None:
    system = Counting()
    world.replace_processor(SpriteSystem, system)

    def spawn(count: int) -> list[int]:
        scales = [tuple(rng.uniform(0.5, 2, 2).tolist()) for _ in range(count)]
        return [world.create_entity(Transform2D(scale=scale), random_sprite(rng)) for scale in scales]

    living = spawn(60)
    world.process(0.01)
    system.derived.clear()
    for _ in range(5):
        world.delete_entities(living[:7])
        living = [*living[7:], *spawn(3)]
        world.process(0.01)
        for entity in living:
            check(world, entity)
    assert system.derived == [3] * 5
    world.delete_entities(living[:7])
    world.process(0.01)
    assert system.derived == [3] * 5  # of what only goes, nothing is derived
    living = living[7:]
    world.component_for_entity(living[3], Sprite).size = (9, 9)
    living += spawn(1)
    world.process(0.01)
    for entity in living:
        check(world, entity)
    assert system.derived == [3] * 5 + [1, len(living)]


def test_a_sprite_that_changes_on_its_way_to_another_table_is_derived_there(world: World) -> None:
    there = world.create_entity(Transform2D(), Sprite(), Velocity())
    one = world.create_entity(Transform2D(), Sprite())
    world.process(0.01)
    world.component_for_entity(one, Sprite).tint = (1, 2, 3, 4)
    world.component_for_entity(one, Transform2D).scale = (3, 3)
    world.add_component(one, Velocity())
    world.process(0.01)
    check(world, one)
    check(world, there)
