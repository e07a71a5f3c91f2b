"""Asteroids, played by key events: what each key does, and how a game goes from the title to its end."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import pytest

from ecs_engine import Collider, Key, Sprite, Transform2D, Velocity, WorldPose2D
from ecs_engine.core.keys import Action
from ecs_engine.demos.asteroids.art import Art
from ecs_engine.demos.asteroids.components import Bullet, Rock, Ship
from ecs_engine.demos.asteroids.play import PlaySystem
from ecs_engine.demos.asteroids.rules import (
    EXTRA_LIFE,
    LIVES,
    MOST_SPEED,
    POINTS,
    RELOAD,
    RESPAWN,
    SHIELD,
    WIDTH,
    Phase,
)
from ecs_engine.demos.asteroids.scene import DisplaySystem

from .conftest import Player, open_game


@pytest.fixture
def played(player: Player) -> Player:
    """A player whose ship has no shield any more."""
    player.drop_shield()
    player.wait()
    assert player.of_ship(Collider).mask != 0
    return player


def test_it_begins_with_the_title(title: Player) -> None:
    title.wait(3)
    assert title.game.phase is Phase.TITLE
    assert title.game.ship is None
    assert title.count(Rock) > 10
    display = title.world.get_processor(DisplaySystem)
    assert display is not None
    assert [phase for phase, sprite in display.titles.items() if sprite.visible] == [Phase.TITLE]


def test_enter_starts_a_game(title: Player) -> None:
    title.tap(Key.ENTER)
    title.wait()
    assert title.game.phase is Phase.PLAYING
    assert (title.game.score, title.game.lives, title.game.level) == (0, LIVES, 1)
    assert title.rock_sizes() == [0, 0, 0, 0]
    assert title.of_ship(Transform2D).rotation == pytest.approx(pi / 2)


@pytest.mark.parametrize(("key", "sign"), [(Key.LEFT, 1), (Key.A, 1), (Key.RIGHT, -1), (Key.D, -1)])
def test_turning(player: Player, key: Key, sign: int) -> None:
    player.hold(key, 15)
    assert (player.of_ship(Transform2D).rotation - pi / 2) * sign > 0.5
    player.wait(10)
    before = player.of_ship(Transform2D).rotation
    player.wait(10)
    assert player.of_ship(Transform2D).rotation == before, "it goes on turning after the key is let go"


@pytest.mark.parametrize("key", [Key.UP, Key.W])
def test_thrust_pushes_where_the_nose_points(player: Player, key: Key) -> None:
    player.of_ship(Transform2D).rotation = 0.5
    player.hold(key, 20)
    x, y = player.of_ship(Velocity).linear
    assert x > 50
    assert y / x == pytest.approx(sin(0.5) / cos(0.5), rel=1e-4)
    assert player.of_ship(Sprite).picture in [int(flame) for flame in player.world.resource(Art).flames]
    assert len(player.particles) >= 20, "the engine leaves sparks"
    player.wait()
    assert player.of_ship(Sprite).picture == int(player.world.resource(Art).ship)
    player.wait(30)
    assert np.hypot(*player.of_ship(Velocity).linear) < np.hypot(x, y), "it does not lose speed"


def test_speed_has_a_limit(player: Player) -> None:
    player.remove_rocks()
    player.hold(Key.UP, 125)  # until just before the next level
    assert np.hypot(*player.of_ship(Velocity).linear) == pytest.approx(MOST_SPEED, rel=0.05)


def test_a_tap_fires_one_bullet_from_the_nose(player: Player) -> None:
    player.tap(Key.SPACE)
    player.wait()
    assert player.count(Bullet) == 1
    (rows,) = player.world.select(Transform2D, Velocity, Bullet)
    transform, velocity, _ = rows
    assert abs(transform.position[0, 0]) < 1e-3
    assert 34 < transform.position[0, 1] < 80
    assert velocity.linear[0, 1] > 700


def test_holding_fire_reloads(player: Player) -> None:
    player.hold(Key.SPACE, 60)
    player.wait()
    # All that were fired in a second, but for those whose time is over.
    assert player.count(Bullet) == pytest.approx(0.85 / RELOAD, abs=1)


def test_bullets_do_not_last(player: Player) -> None:
    player.tap(Key.SPACE)
    player.wait(70)
    assert player.count(Bullet) == 0


@pytest.mark.parametrize(("size", "left"), [(0, [1, 1]), (1, [2, 2]), (2, [])])
def test_a_bullet_splits_a_rock_and_scores(player: Player, size: int, left: list[int]) -> None:
    player.remove_rocks()
    player.place_rock(size, (0.0, 200.0))
    player.tap(Key.SPACE)
    player.wait_until(lambda: player.game.score, 60)
    player.wait(2)
    assert player.game.score == player.game.best == POINTS[size]
    assert player.rock_sizes() == left
    assert player.count(Bullet) == 0
    assert player.game.lives == LIVES


def test_one_bullet_breaks_one_rock(player: Player) -> None:
    player.remove_rocks()
    player.place_rock(2, (0.0, 200.0))
    player.place_rock(2, (0.0, 200.0))
    player.tap(Key.SPACE)
    player.wait_until(lambda: player.game.score, 60)
    player.wait(60)
    assert player.game.score == POINTS[2]
    assert player.rock_sizes() == [2]


def test_what_bursts_is_gone_after_a_while(player: Player) -> None:
    player.place_rock(2, (0.0, 150.0))
    player.tap(Key.SPACE)
    player.wait_until(lambda: player.game.score, 60)
    player.wait()
    assert len(player.particles) > 20
    player.wait(150)
    assert len(player.particles) == player.count(Bullet) == 0


def test_a_rock_breaks_the_ship(played: Player) -> None:
    played.place_rock(2, (60.0, 0.0), (-100.0, 0.0))
    ship = played.ship
    played.wait_until(lambda: played.game.ship is None, 60)
    played.wait()
    assert not played.world.entity_exists(ship)
    assert played.game.lives == LIVES - 1
    assert played.game.score == POINTS[2]
    assert played.wait_until(lambda: played.game.ship is not None) == pytest.approx(RESPAWN * 60, abs=3)
    assert played.of_ship(Ship).shield > SHIELD - 0.1


def test_nothing_hits_the_ship_behind_its_shield(player: Player) -> None:
    player.place_rock(1, (0.0, 0.0))
    seen = set()
    for _ in range(60):
        player.wait()
        seen.add(player.of_ship(Sprite).visible)
    assert player.game.lives == LIVES
    assert seen == {True, False}, "it does not blink"
    player.wait_until(lambda: player.game.ship is None, round(SHIELD * 60) + 5)
    assert player.game.lives == LIVES - 1


def test_a_new_ship_waits_for_a_clear_middle(played: Player) -> None:
    played.place_rock(0, (0.0, 90.0))
    played.place_rock(2, (0.0, 0.0))
    played.wait_until(lambda: played.game.ship is None, 30)
    played.wait(round(RESPAWN * 60) + 30)
    assert played.game.ship is None
    played.remove_rocks()
    played.place_rock(0, (500.0, 300.0))
    played.wait(2)
    assert played.game.ship is not None


def lose(player: Player) -> None:
    """Let rocks meet the ship until no life is left."""
    while player.game.phase is Phase.PLAYING:
        player.wait_until(lambda: player.game.ship is not None or player.game.phase is Phase.OVER)
        if player.game.phase is Phase.OVER:
            return
        player.drop_shield()
        player.place_rock(2, (0.0, 0.0))
        player.wait_until(lambda: player.game.ship is None, 10)


def test_game_over_and_again(player: Player) -> None:
    lose(player)
    assert player.game.lives == 0
    assert player.game.score == LIVES * POINTS[2]
    player.wait(120)
    assert player.game.phase is Phase.OVER
    player.tap(Key.ENTER)
    player.wait()
    assert player.game.phase is Phase.PLAYING
    assert (player.game.score, player.game.lives, player.game.best) == (0, LIVES, LIVES * POINTS[2])
    assert player.rock_sizes() == [0, 0, 0, 0]
    assert player.world.entity_exists(player.ship)


def test_an_empty_arena_is_the_next_level(player: Player) -> None:
    player.remove_rocks()
    player.wait_until(lambda: player.count(Rock), 200)
    assert player.game.level == 2
    assert player.rock_sizes() == [0] * 5


def test_points_win_a_ship(player: Player) -> None:
    player.game.score = EXTRA_LIFE - POINTS[2]
    player.place_rock(2, (0.0, 150.0))
    player.tap(Key.SPACE)
    player.wait_until(lambda: player.game.score >= EXTRA_LIFE, 60)
    assert player.game.lives == LIVES + 1


def test_what_leaves_comes_back_without_crossing_the_screen(player: Player) -> None:
    player.of_ship(Transform2D).position = (WIDTH / 2, 0.0)
    player.of_ship(Velocity).linear = (400.0, 30.0)
    player.wait_until(lambda: player.of_ship(Transform2D).position.x < 0, 30)
    assert player.of_ship(Transform2D).position.x < -WIDTH / 2
    (poses,) = [rows for rows in player.world.select(WorldPose2D) if player.ship in rows.entities]
    row = poses.entities.tolist().index(player.ship)
    (world_pose,) = poses
    assert world_pose.previous[row].tolist() == world_pose.pose[row].tolist(), "it would be drawn on the way"


def test_a_pause_stops_everything(player: Player) -> None:
    player.hold(Key.UP, 10)
    player.tap(Key.P)
    assert player.game.phase is Phase.PAUSED
    before = player.positions(), list(player.of_ship(Transform2D).position)
    player.hold(Key.LEFT, 30)
    player.tap(Key.SPACE)
    after = player.positions(), list(player.of_ship(Transform2D).position)
    np.testing.assert_equal(after, before)
    player.tap(Key.P)
    player.wait(5)
    assert player.game.phase is Phase.PLAYING
    assert list(player.of_ship(Transform2D).position) != before[1]


def test_escape_leads_to_the_title_and_out(player: Player) -> None:
    quits = []
    system = player.world.get_processor(PlaySystem)
    assert system is not None
    system.quit = lambda: quits.append(True)
    player.tap(Key.ESCAPE)
    player.wait()
    assert player.game.phase is Phase.TITLE
    assert player.game.ship is None
    assert not quits
    player.tap(Key.ESCAPE)
    assert quits


def play_by_heart(seed: int) -> Player:
    """The same keys at the same ticks."""
    player = open_game(seed)
    player.tap(Key.ENTER)
    for key, ticks in ((Key.LEFT, 20), (Key.UP, 30), (Key.RIGHT, 25)):
        player.key(Key.SPACE, Action.PRESS)
        player.hold(key, ticks)
        player.wait(20)
    player.wait(200)
    player.app.close()
    return player


def test_f11_takes_the_whole_screen_and_gives_it_back(title: Player) -> None:
    for whole in (True, False):
        title.tap(Key.F11)
        title.wait()
        assert title.app.window.fullscreen is whole


def test_equal_seeds_and_keys_make_equal_games() -> None:
    first, second, other = play_by_heart(7), play_by_heart(7), play_by_heart(8)
    np.testing.assert_equal(first.positions(), second.positions())
    assert first.count(Rock) != 0
    with pytest.raises(AssertionError):
        np.testing.assert_equal(first.positions(), other.positions())
