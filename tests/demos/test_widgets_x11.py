"""The page of settings in a real window, played with real keys and a real mouse."""

from __future__ import annotations

import pytest

from ecs_engine.demos import widgets
from ecs_engine.ui import Widget

from .conftest import Waits, run_beside
from .keyboard import Keyboard

pytestmark = [pytest.mark.x11, pytest.mark.usefixtures("x_server")]

SCALE = 360 / 720
"""Window units to a unit of the page."""


def test_the_settings_are_played_with() -> None:
    app = widgets.build(size=(640, 360))
    waits = Waits()
    app.add_system(waits)
    page = app.world.get_processor(widgets.Settings)
    assert page is not None
    done: list[str] = []

    def play() -> None:
        waits.until(lambda: page.name.shown)
        player = Keyboard(app.title)

        def click(widget: Widget, across: float = 0.5, down: float = 0.5) -> None:
            x, y, width, height = (number * SCALE for number in widget.rect)
            player.point(x + width * across, y + height * down)
            player.button(down=True)
            player.button(down=False)

        click(page.name)
        waits.until(lambda: page.name.focused)
        for key in ("A", "d", "a"):
            player.tap(key)
        waits.until(lambda: page.greeting.text == "Hello, ada!")
        player.tap("BackSpace")
        waits.until(lambda: page.greeting.text == "Hello, ad!")
        done.append("text field")
        click(page.colors, 0.3, 0.4)
        waits.until(lambda: page.colors.selected == 1 and page.sprite.tint[1] == 150)
        player.tap("Down")
        waits.until(lambda: page.colors.selected == 2)
        done.append("list")
        x, y, width, height = (number * SCALE for number in page.speed.rect)
        player.point(x + 2, y + height / 2)
        player.button(down=True)
        player.point(x + width + 50, y + height / 2)
        waits.until(lambda: page.speed.value == 3.0 and page.speed_words.text == "3.00 x")
        player.button(down=False)
        done.append("slider")
        click(page.bounce, 0.1)
        waits.until(lambda: not page.bounce.value)
        done.append("toggle")
        player.tap("Escape")
        waits.until(lambda: page.ui.focus is None)  # the list gives it up
        player.tap("Escape")
        waits.until(lambda: page.ui.modal is page.pause_screen and app.time_scale == 0)
        player.tap("Return")
        waits.until(lambda: page.ui.modal is None and app.time_scale == 1)
        done.append("pause")

    run_beside(app, play)
    assert done == ["text field", "list", "slider", "toggle", "pause"]
