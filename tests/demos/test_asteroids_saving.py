"""Asteroids: F5 saves the game, F9 goes back to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ecs_engine import Key, Sprite, Transform2D
from ecs_engine.demos.asteroids.art import Art
from ecs_engine.demos.asteroids.components import Bullet, Rock, Ship, Star
from ecs_engine.demos.asteroids.rules import Phase
from ecs_engine.saves import user_data_path

from .conftest import Player, open_game


@pytest.fixture
def slot(tmp_path: Path) -> Path:
    return tmp_path / "saves" / "slot"


@pytest.fixture
def saver(slot: Path) -> Iterator[Player]:
    player = open_game(slot=slot)
    player.tap(Key.ENTER)
    player.hold(Key.UP, 20)
    player.hold(Key.SPACE, 20)
    yield player
    player.app.close()


def test_back_to_what_was_saved(saver: Player) -> None:
    saver.tap(Key.F5)
    assert saver.game.message == "SAVED"
    before, score, place = saver.positions(), saver.game.score, tuple(saver.of_ship(Transform2D).position)
    stars, shield = saver.count(Star), saver.of_ship(Ship).shield
    saver.hold(Key.LEFT, 60)
    saver.game.score += 500
    saver.game.best = 777
    saver.remove_rocks()
    saver.wait(5)
    saver.tap(Key.F9)
    # Saved in the middle of a tick, before its physics: so after the load they are where they were after it.
    after = saver.positions()
    for name in ("rocks", "bullets"):
        assert np.array_equal(after[name], before[name])
    assert tuple(saver.of_ship(Transform2D).position) == place
    assert saver.of_ship(Ship).shield == shield
    assert (saver.game.score, saver.game.best) == (score, 777)
    assert saver.count(Star) == stars, "the sky was not saved, and not replaced"
    assert saver.of_ship(Sprite).picture == int(saver.world.resource(Art).ship)
    saver.hold(Key.SPACE, 30)
    saver.wait(300)
    assert saver.game.phase is Phase.PLAYING


def test_in_another_process_the_game_goes_on(saver: Player, slot: Path) -> None:
    saver.tap(Key.F5)
    before = saver.positions()
    saver.app.close()
    other = open_game(seed=99, slot=slot)
    other.wait(3)
    other.tap(Key.F9)
    assert other.game.phase is Phase.PLAYING
    after = other.positions()
    for name in ("rocks", "bullets", "score", "lives"):
        assert np.array_equal(after[name], before[name])
    assert other.count(Bullet) > 0
    assert other.count(Rock) == len(before["rocks"])
    other.hold(Key.UP, 60)
    other.app.close()


def test_without_a_save_the_game_goes_on(saver: Player, caplog: pytest.LogCaptureFixture) -> None:
    rocks = saver.count(Rock)
    saver.tap(Key.F9)
    assert saver.game.message == "THAT DID NOT WORK"
    assert "There is no file" in caplog.text
    assert saver.count(Rock) == rocks


def test_at_the_title_there_is_nothing_to_save(title: Player) -> None:
    title.tap(Key.F5)
    assert title.game.message == ""


def test_the_slot_is_in_the_players_own_folder(title: Player) -> None:
    from ecs_engine.demos.asteroids.saving import SaveSystem

    system = title.world.get_processor(SaveSystem)
    assert system is not None
    assert system.slot == user_data_path("ecs-engine-asteroids") / "slot"
