"""The platformer: its files are what its code draws, and its level can be played to the end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ecs_engine import Action, Animation, App, Key, KeyEvent, Sprite, Transform2D, Velocity
from ecs_engine.demos import platformer
from ecs_engine.demos.platformer import design
from ecs_engine.demos.platformer.game import HALF, LEVEL, Game, Slime
from ecs_engine.demos.platformer.hero import BUFFER, COYOTE, HeroSystem
from ecs_engine.testing import stand_ins

TILE = 64
GROUND = -640 + HALF[1]
"""How high the hero is while it stands on the lowest grass."""


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


def test_everything_in_the_level_stands_on_something() -> None:
    for row, line in enumerate(design.MEADOW[:-1]):
        assert len(line) == design.COLUMNS
        for column, sign in enumerate(line):
            if sign in "ftmTFBgkPS":
                assert design.MEADOW[row + 1][column] in "#C=[-]", (row, column, sign)


class Player:
    """Plays by key events, tick by tick."""

    def __init__(self, app: App) -> None:
        self.app, self.world = app, app.world
        self.game = app.world.resource(Game)
        system = app.world.get_processor(HeroSystem)
        assert system is not None
        self.system = system

    def key(self, key: Key, action: Action = Action.PRESS, ticks: int = 1) -> None:
        self.app.events.push(KeyEvent(key, action))
        self.app.step(ticks, draw=False)

    @property
    def hero(self) -> Any:
        return self.world.component_for_entity(self.game.hero, Transform2D)

    def put(self, column: float, row: float) -> None:
        """Set the hero on the ground of a cell."""
        self.hero.position = (column * TILE + 32, -(row + 1) * TILE + HALF[1])
        self.system.speed[:] = 0

    def slimes(self) -> list[int]:
        return [entity for rows in self.world.select(Slime) for entity in rows.entities.tolist()]

    def coins_on_the_map(self) -> int:
        return int(np.count_nonzero(self.game.level["coins"].gids))  # type: ignore[attr-defined]


@pytest.fixture
def player() -> Iterator[Player]:
    with platformer.build(**stand_ins()) as app:
        app.step(30, draw=False)
        yield Player(app)


def test_the_hero_stands_runs_is_stopped_and_jumps(player: Player) -> None:
    assert tuple(player.hero.position) == (32, GROUND)
    assert player.system.state == "idle"
    player.key(Key.RIGHT, ticks=20)
    assert player.system.state == "run"
    player.app.step(40, draw=False)
    assert tuple(player.hero.position) == (3 * TILE - HALF[0], GROUND)  # at the step
    player.key(Key.SPACE, ticks=3)
    assert player.system.state == "rise"
    player.app.step(60, draw=False)
    assert player.hero.position.x > 4 * TILE
    assert not player.world.component_for_entity(player.game.hero, Sprite).flip_x


def test_the_clip_follows_what_the_hero_does(player: Player) -> None:
    animation = player.world.component_for_entity(player.game.hero, Animation)
    clips = [animation.clip]
    player.key(Key.RIGHT, ticks=10)
    clips.append(animation.clip)
    player.key(Key.SPACE, ticks=4)
    clips.append(animation.clip)
    assert len(set(clips)) == 3


@pytest.mark.parametrize(("after", "jumps"), [(COYOTE - 0.03, True), (COYOTE + 0.03, False)])
def test_one_can_jump_a_moment_after_the_edge(player: Player, after: float, jumps: bool) -> None:
    player.put(40, 5)  # in the air
    player.system.in_air = 0.0
    player.app.step(round(after * 60), draw=False)
    player.key(Key.SPACE)
    assert (player.system.speed[1] > 0) == jumps


@pytest.mark.parametrize(("before", "jumps"), [(BUFFER - 0.04, True), (BUFFER + 0.04, False)])
def test_one_can_ask_for_a_jump_a_moment_before_the_ground(player: Player, before: float, jumps: bool) -> None:
    player.key(Key.SPACE, ticks=2)
    player.key(Key.SPACE, Action.RELEASE)
    speed, place, ticks = player.system.speed, player.hero.position, 0
    while place.y > GROUND + 400 * before or speed[1] > 0:  # by and by it falls so fast
        player.app.step(draw=False)
        ticks += 1
        assert ticks < 120
    player.hero.position = (32, GROUND + 500 * before)
    speed[1] = -500
    player.key(Key.SPACE, ticks=round(before * 60) + 1)
    assert (speed[1] > 0) == jumps


def test_a_tap_is_a_smaller_jump(player: Player) -> None:
    heights = []
    for held in (2, 40):
        player.key(Key.SPACE, ticks=held)
        player.key(Key.SPACE, Action.RELEASE)
        highest = player.hero.position.y
        for _ in range(60):
            highest = max(highest, player.hero.position.y)
            player.app.step(draw=False)
        heights.append(highest)
    player.key(Key.SPACE, ticks=22)
    assert heights[0] < player.hero.position.y - 40


def test_coins_are_taken_out_of_the_map(player: Player) -> None:
    assert player.coins_on_the_map() == player.game.all_coins == 28
    player.put(5, 6)
    player.app.step(2, draw=False)
    assert player.game.coins == 1
    assert player.coins_on_the_map() == 27


@pytest.mark.parametrize(("column", "row"), [(39, 10), (19, 10)])
def test_spikes_and_water_lead_back_to_the_last_checkpoint(player: Player, column: int, row: int) -> None:
    for falls, place in enumerate((32, 26 * TILE + 32), 1):
        player.put(column, row)
        player.app.step(3, draw=False)
        assert player.game.falls == falls
        assert player.hero.position.x == place
        player.put(26, 9)
        player.app.step(3, draw=False)


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
    player.put(10, 5)
    body.position = (2.3 * TILE, -640 + 24)  # left of the step
    player.app.step(2, draw=False)
    velocity = player.world.component_for_entity(slime, Velocity)
    velocity.linear = (70, 0)
    player.app.step(40, draw=False)
    assert velocity.linear.x < 0
    player.hero.position = (body.position.x, body.position.y + 90)
    player.system.speed[:] = (0, -300)
    player.app.step(25, draw=False)
    assert not player.world.entity_exists(slime)
    assert player.game.falls == 0


def test_the_level_can_be_won_and_begun_again(player: Player) -> None:
    """Somebody who only runs to the right, and jumps sooner or later before what is in the way, reaches the flag."""
    player.key(Key.RIGHT)
    level, held, lots, reach = player.game.level, False, random.Random(1), 60.0
    for _ in range(60 * 60):
        if player.game.won:
            break
        x, y = player.hero.position
        ahead = level.grid.cell_at(x + reach, y - HALF[1] - 10)
        slimes = [player.world.component_for_entity(slime, Transform2D).position for slime in player.slimes()]
        in_the_way = (
            player.system.speed[0] < 200
            or not level.tile("ground", *ahead)
            or level.info(level.tile("ground", *ahead)).kind == "spikes"
            or any(0 < place.x - x < 130 and abs(place.y - y) < 40 for place in slimes)
        )
        jump = in_the_way and player.system.in_air == 0.0
        if (held and player.system.speed[1] <= 0) or (jump and not held):
            held, reach = not held, lots.uniform(0, 90)
            player.app.events.push(KeyEvent(Key.UP, Action.PRESS if held else Action.RELEASE))
        player.app.step(draw=False)
    assert player.game.won, (tuple(player.hero.position), player.game.falls)
    assert player.game.coins > 0
    seconds = player.game.seconds
    player.app.step(30, draw=False)
    assert player.game.seconds == seconds
    player.key(Key.RIGHT, Action.RELEASE)
    player.key(Key.ENTER, ticks=2)
    assert not player.game.won
    assert (player.game.coins, player.game.falls, player.coins_on_the_map(), len(player.slimes())) == (0, 0, 28, 3)
    assert tuple(player.hero.position) == (32, GROUND)
