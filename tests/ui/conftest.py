"""A UI in an app on the mocked GL, and a player for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ecs_engine import GamepadButton, Key, MouseButton
from ecs_engine.core.events import (
    Event,
    GamepadButtonEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    ScrollEvent,
    TextEvent,
)
from ecs_engine.core.keys import Action, Modifier
from ecs_engine.testing.app import FakeApp
from ecs_engine.ui import UI, UIInputSystem, Widget


class Player:
    """Plays with a UI by events, tick by tick."""

    def __init__(self, **options: Any) -> None:
        height = options.pop("height", 0.0)
        self.app = FakeApp(**options)
        self.world = self.app.world
        self.ui = UI(self.world, height=height)
        self.input = self.app.input
        found = self.world.get_processor(UIInputSystem)
        assert found is not None
        self.ui_input = found

    def step(self, *events: Event) -> None:
        for event in events:
            self.app.events.push(event)
        self.app.step(draw=False)

    def tap(self, key: Key, mods: Modifier = Modifier.NONE) -> None:
        self.step(KeyEvent(key, Action.PRESS, mods), KeyEvent(key, Action.RELEASE, mods))

    def button(self, button: GamepadButton) -> None:
        self.step(GamepadButtonEvent(button, Action.PRESS), GamepadButtonEvent(button, Action.RELEASE))

    def type(self, text: str) -> None:
        self.step(*[TextEvent(character) for character in text])

    def point(self, widget: Widget | tuple[float, float], at: tuple[float, float] = (0.5, 0.5)) -> MouseMoveEvent:
        """The pointer over a widget, at parts of its width and height, or at a place of the UI."""
        if isinstance(widget, Widget):
            x, y, width, height = widget.rect
            widget = x + width * at[0], y + height * at[1]
        return MouseMoveEvent(widget[0] * self.ui.scale, widget[1] * self.ui.scale)

    def click(self, widget: Widget | tuple[float, float], at: tuple[float, float] = (0.5, 0.5)) -> None:
        self.step(self.point(widget, at), press())
        self.step(release())

    def scroll(self, widget: Widget, notches: float) -> None:
        self.step(self.point(widget), ScrollEvent(0.0, notches))


def press(button: MouseButton = MouseButton.LEFT) -> MouseButtonEvent:
    return MouseButtonEvent(button, Action.PRESS)


def release(button: MouseButton = MouseButton.LEFT) -> MouseButtonEvent:
    return MouseButtonEvent(button, Action.RELEASE)


@pytest.fixture
def player() -> Iterator[Player]:
    one = Player()
    yield one
    one.app.close()
