"""The draw order that is kept up to date against a plain sort of what is there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ecs_engine.components import Sprite, SpriteDraw, Transform2D, Velocity
from ecs_engine.core.component import field_of
from ecs_engine.core.world import World
from ecs_engine.systems import SPRITES, Drawables, SpriteSystem, TransformSystem
from ecs_engine.systems.draw_order import DrawOrder

KEY = field_of(SpriteDraw, "key")
MakeWorld = Callable[..., World]


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(TransformSystem(), SpriteSystem(), drawables=Drawables(SPRITES))


def update(world: World, order: DrawOrder) -> None:
    """Bring the order up to date, and compare it with the plain statement."""
    drawables = world.resource(Drawables)
    drawables.update(world)
    (instances,) = drawables.instances
    assert SPRITES.entities is not None
    order.update(instances, SPRITES.entities)
    rows = [
        (key, first + row)
        for table, first in zip(instances.tables, instances.layout.firsts, strict=True)
        for row, key in enumerate(table.readable[KEY].tolist())
    ]
    rows.sort()
    keys = [key for key, _ in rows]
    assert order.order.tolist() == [row for _, row in rows]
    assert order.run_keys == sorted(set(keys))
    assert order.bounds.tolist() == [*(keys.index(key) for key in order.run_keys), len(keys)]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_comes_goes_and_changes_is_where_a_plain_sort_has_it(world: World, seed: int) -> None:
    rng, order = np.random.default_rng(seed), DrawOrder()
    living = world.create_entities(60, Transform2D(), Sprite()).tolist()
    for _ in range(60):
        for _ in range(int(rng.integers(0, 5))):
            extras = [Velocity()] if rng.random() < 0.4 else []
            living.append(world.create_entity(Transform2D(), Sprite(layer=int(rng.integers(-3, 3))), *extras))
        for entity in rng.choice(living, int(rng.integers(0, 5)), replace=False).tolist():
            world.delete_entity(entity)
            living.remove(entity)
        if rng.random() < 0.3:
            world.component_for_entity(int(rng.choice(living)), Sprite).layer = int(rng.integers(-3, 3))
        world.process(0.01)
        update(world, order)
    world.delete_entities(living)
    world.process(0.01)
    update(world, order)
    assert not len(order.order)


def test_an_order_that_is_the_same_as_before_is_no_new_one(world: World) -> None:
    order = DrawOrder()
    entities = world.create_entities(20, Transform2D(), Sprite())
    world.process(0.01)
    update(world, order)
    version = order.version
    world.delete_entity(int(entities[19]))
    world.create_entity(Transform2D(), Sprite())
    world.process(0.01)
    update(world, order)
    assert order.version == version
    world.component_for_entity(int(entities[3]), Sprite).layer = 1
    world.process(0.01)
    update(world, order)
    assert order.version == version + 1
