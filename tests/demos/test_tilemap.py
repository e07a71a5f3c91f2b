"""The tile map demo: its files are what its code draws, and both of its maps can be played."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ecs_engine import Action, App, Key, KeyEvent, Sprite, Transform2D
from ecs_engine.demos import tilemap
from ecs_engine.demos.tilemap import design
from ecs_engine.demos.tilemap.island import Island
from ecs_engine.demos.tilemap.meadow import Meadow, Slime
from ecs_engine.demos.tilemap.scene import BUNNY, LEVEL, Scene, Score
from ecs_engine.testing import stand_ins


@pytest.fixture(scope="module")
def drawn() -> dict[str, Any]:
    return design.files()


def test_the_files_are_what_the_code_draws(drawn: dict[str, Any]) -> None:
    assert {path.name for path in LEVEL.iterdir()} == set(drawn)
    for name, content in drawn.items():
        if isinstance(content, bytes):
            assert (LEVEL / name).read_bytes() == content, f"run python -m {design.__name__}"
        else:
            pixels = np.asarray(Image.open(LEVEL / name), np.int16)
            # Another release of numpy may round a pixel otherwise.
            assert np.abs(pixels - content).max() <= 2, f"run python -m {design.__name__}"


def test_everything_in_the_meadow_stands_on_something() -> None:
    for row, line in enumerate(design.MEADOW[:-1]):
        assert len(line) == design.COLUMNS
        for column, sign in enumerate(line):
            if sign in "ftmTFBgPS":
                assert design.MEADOW[row + 1][column] in "#C=[-]", (row, column, sign)


class Player:
    def __init__(self, app: App) -> None:
        self.app, self.world = app, app.world
        self.meadow = app.world.resource(Meadow)
        self.score = app.world.resource(Score)

    def key(self, key: Key, action: Action = Action.PRESS) -> None:
        self.app.events.push(KeyEvent(key, action))

    def tap(self, key: Key) -> None:
        self.key(key)
        self.key(key, Action.RELEASE)
        self.app.step(draw=False)

    @property
    def hero(self) -> Any:
        return self.world.component_for_entity(self.meadow.hero, Transform2D)

    def put(self, column: float, row: float) -> None:
        """Set the hero on the ground of a cell."""
        self.hero.position = (column * 64 + 32, -(row + 1) * 64 + 30)
        self.meadow.speed[:] = 0

    def slimes(self) -> list[int]:
        return [entity for rows in self.world.select(Slime) for entity in rows.entities.tolist()]


@pytest.fixture
def player() -> Iterator[Player]:
    with tilemap.build(**stand_ins()) as app:
        app.step(draw=False)
        yield Player(app)


def test_the_hero_stands_runs_is_stopped_and_jumps(player: Player) -> None:
    player.app.step(30, draw=False)
    assert tuple(player.hero.position) == (32, -610)  # on the grass
    player.key(Key.RIGHT)
    player.app.step(60, draw=False)
    assert tuple(player.hero.position) == (192 - 18, -610)  # at the step
    player.key(Key.SPACE)
    player.app.step(2, draw=False)
    player.app.step(60, draw=False)
    assert player.hero.position.x > 250
    assert not player.world.component_for_entity(player.meadow.hero, Sprite).flip_x


def test_coins_are_taken_out_of_the_map(player: Player) -> None:
    before = tilemap.coins_of(player.meadow.map)
    assert before == player.score.all_coins == 28
    player.put(5, 6)
    player.app.step(2, draw=False)
    assert player.score.coins == 1
    assert tilemap.coins_of(player.meadow.map) == before - 1


@pytest.mark.parametrize(("column", "row"), [(39, 10), (19, 10)])
def test_spikes_and_water_lead_back_to_the_start(player: Player, column: int, row: int) -> None:
    player.put(column, row)
    player.app.step(3, draw=False)
    assert player.score.lost == 1
    assert player.hero.position.x == 32


def test_slimes_keep_to_their_ground(player: Player) -> None:
    places = {slime: player.world.component_for_entity(slime, Transform2D) for slime in player.slimes()}
    assert len(places) == 3
    began = {slime: tuple(place.position) for slime, place in places.items()}
    reach = dict.fromkeys(places, 0.0)
    for _ in range(90):
        player.app.step(10, draw=False)
        for slime, place in places.items():
            assert place.position.y == began[slime][1]
            reach[slime] = max(reach[slime], abs(place.position.x - began[slime][0]))
    assert all(60 < far < 320 for far in reach.values()), reach


def test_a_slime_turns_at_a_wall_and_is_jumped_on(player: Player) -> None:
    slime = player.slimes()[0]
    body = player.world.component_for_entity(slime, Transform2D)
    body.position = (2.3 * 64, -640 + 24)  # left of the step, walking away from it
    player.app.step(30, draw=False)
    body.position = (2.3 * 64, -640 + 24)
    from ecs_engine import Velocity

    velocity = player.world.component_for_entity(slime, Velocity)
    velocity.linear = (70, 0)
    player.app.step(40, draw=False)
    assert velocity.linear.x < 0
    player.hero.position = (body.position.x, body.position.y + 90)
    player.meadow.speed[:] = (0, -300)
    player.app.step(25, draw=False)
    assert not player.world.entity_exists(slime)
    assert player.score.lost == 0


def test_the_flag_is_the_end(player: Player) -> None:
    player.put(78, 9)
    player.app.step(3, draw=False)
    assert player.score.arrived


def test_tab_leads_to_the_island_and_back(player: Player) -> None:
    scene = player.world.resource(Scene)
    player.tap(Key.TAB)
    assert scene.name == "island"
    island = player.world.resource(Island)
    cell = island.cell
    assert island.map.tile("things", *cell) - 1 in (BUNNY, BUNNY + 1)
    player.tap(Key.SPACE)
    for key in (Key.RIGHT, Key.DOWN):
        player.tap(key)
    assert island.cell == (cell[0] + 1, cell[1] + 1)
    assert island.map.info(island.map.tile("things", *cell)).properties == {"walk": True}
    assert player.score.flowers == 1
    for _ in range(40):
        player.tap(Key.DOWN)
    column, row = island.cell
    ground = [island.map.info(island.map.tile("ground", column, row + ahead)) for ahead in (0, 1)]
    assert ["walk" in info.properties for info in ground] == [True, False]  # the sea stopped it
    player.tap(Key.TAB)
    assert scene.name == "meadow"
