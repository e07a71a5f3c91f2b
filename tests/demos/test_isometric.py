"""The isometric demo: its files are what its code draws, depth is right, and what walks keeps to the land."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ecs_engine import Action, App, Key, KeyEvent, Sprite, Transform2D
from ecs_engine.demos import isometric
from ecs_engine.demos.isometric import design
from ecs_engine.demos.isometric.level import FOLDER, Island, layers
from ecs_engine.demos.isometric.walkers import KeysSystem, Walker, Whim
from ecs_engine.testing import stand_ins


def test_the_files_are_what_the_code_draws() -> None:
    drawn = design.files()
    assert {path.name for path in FOLDER.iterdir()} == set(drawn)
    for name, content in drawn.items():
        if isinstance(content, bytes):
            assert (FOLDER / name).read_bytes() == content, f"run python -m {design.__name__}"
        else:
            pixels = np.asarray(Image.open(FOLDER / name), np.int16)
            # Another release of numpy may round a pixel otherwise.
            assert np.abs(pixels - content).max() <= 2, f"run python -m {design.__name__}"


@pytest.fixture
def app() -> Iterator[App]:
    with isometric.build(**stand_ins()) as app:
        app.step(draw=False)
        yield app


def traveller(app: App) -> int:
    system = app.world.get_processor(KeysSystem)
    assert system is not None
    return system.traveller


def stand(app: App, entity: int, place: tuple[float, float]) -> None:
    app.world.component_for_entity(entity, Walker).ground = place
    app.step(draw=False)


def test_trees_hide_who_is_behind_them_and_not_who_is_before(app: App) -> None:
    level, hero = app.world.resource(Island).level, traveller(app)
    tree = next(thing for thing in level.objects if thing.gid == 1 + design.PINE)
    foot = tree.position[0], tree.position[1] - 32
    layer = int(layers(np.array(foot[1])))
    seen = app.world.component_for_entity(hero, Sprite)
    for up, before in ((-14, True), (14, False)):
        stand(app, hero, (foot[0], foot[1] + up))
        assert (seen.layer > layer) == before
    assert {sprite.layer[row] for sprite in [s for (s,) in app.world.select(Sprite)] for row in range(len(sprite.layer))
            if sprite.layer[row] < 400} <= set(range(-2, 400))  # fmt: skip


def test_cells_of_many_places_are_those_of_each(app: App) -> None:
    island = app.world.resource(Island)
    places = np.random.default_rng(1).uniform((900, -1000), (1900, -400), (200, 2)).astype(np.float32)
    rows, columns = island.cells(places)
    for place, row, column in zip(places.tolist(), rows.tolist(), columns.tolist(), strict=True):
        assert island.level.grid.cell_at(*place) == (column, row)


@pytest.mark.parametrize("key", [Key.LEFT, Key.RIGHT, Key.UP, Key.DOWN])
def test_the_traveller_walks_as_far_as_the_land_goes(app: App, key: Key) -> None:
    island, hero = app.world.resource(Island), traveller(app)
    walker = app.world.component_for_entity(hero, Walker)
    before = np.array(walker.ground)
    app.events.push(KeyEvent(key, Action.PRESS))
    app.step(60, draw=False)
    app.step(1200, draw=False)
    after = np.array(walker.ground)
    way = after - before
    assert np.abs(way).max() > 10
    assert np.sign(way).tolist() == {Key.LEFT: [-1, 0], Key.RIGHT: [1, 0], Key.UP: [0, 1], Key.DOWN: [0, -1]}[key]
    assert island.is_free(after[None])[0]
    beyond = after + np.sign(way) * 4
    assert not island.is_free(beyond[None])[0]  # something is in the way
    assert tuple(app.world.component_for_entity(hero, Transform2D).position) == tuple(after)


def test_space_plants_and_rabbits_eat(app: App) -> None:
    island, hero = app.world.resource(Island), traveller(app)
    column, row = island.level.grid.cell_at(*app.world.component_for_entity(hero, Walker).ground)
    island.level.set_tile("flowers", column, row, 0)
    before = np.count_nonzero(island.flowers)
    app.events.push(KeyEvent(Key.SPACE, Action.PRESS))
    app.step(draw=False)
    assert np.count_nonzero(island.flowers) == before + 1
    assert island.flowers[row, column]
    app.step(1500, draw=False)
    assert np.count_nonzero(island.flowers) < before


def test_rabbits_hop_on_land_and_land_again(app: App) -> None:
    island = app.world.resource(Island)
    heights: list[Any] = []
    for _ in range(60):
        app.step(7, draw=False)
        for walker, _whim in app.world.select(Walker, Whim):
            assert island.is_free(walker.ground).all()
            heights.append(walker.height.copy())
    assert np.max(heights) > 10
    assert np.min(heights) >= 0
