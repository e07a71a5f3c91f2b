"""A callback that raises is a fault of the game's: with ``OnError.DISABLE`` the menu goes on."""

from __future__ import annotations

import logging

import pytest

from ecs_engine import OnError
from ecs_engine.ui import Button, Column, UIInputSystem

from .conftest import Player


def test_the_ui_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    player = Player(on_error=OnError.DISABLE)
    pressed: list[int] = []
    broken, sound = Button("broken", lambda: 1 / 0), Button("sound", lambda: pressed.append(1))
    player.ui.add(Column(broken, sound))
    player.step()
    with caplog.at_level(logging.ERROR, "ecs_engine"):
        for _ in range(2):
            player.click(broken)
    assert [record.message for record in caplog.records] == [
        "A callback of UIInputSystem raised in tick 3; the game goes on.",
        "A callback of UIInputSystem raised in tick 5; the game goes on.",
    ]
    assert caplog.records[0].exc_info is not None
    assert player.world.get_processor(UIInputSystem) is player.ui_input
    assert not broken.pressed
    player.click(sound)
    assert pressed == [1]
    player.app.close()


def test_without_that_choice_it_is_raised(player: Player) -> None:
    broken = player.ui.add(Button("broken", lambda: 1 / 0))
    player.step()
    with pytest.raises(ZeroDivisionError):
        player.click(broken)
