"""What keys and buttons mean to widgets."""

from __future__ import annotations

from enum import Enum, auto

from ecs_engine.core.keys import GamepadButton, Key, Modifier


class Command(Enum):
    """What the player wants of the widget that has the focus, whatever device says so."""

    UP = auto()
    DOWN = auto()
    LEFT = auto()
    RIGHT = auto()
    NEXT = auto()
    PREVIOUS = auto()
    ACCEPT = auto()
    SPACE = auto()
    """The space bar, which presses buttons and is a letter in text fields."""
    CANCEL = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    HOME = auto()
    END = auto()
    BACKSPACE = auto()
    DELETE = auto()
    PASTE = auto()


KEYS = {
    Key.UP: Command.UP,
    Key.DOWN: Command.DOWN,
    Key.LEFT: Command.LEFT,
    Key.RIGHT: Command.RIGHT,
    Key.TAB: Command.NEXT,
    Key.ENTER: Command.ACCEPT,
    Key.KP_ENTER: Command.ACCEPT,
    Key.SPACE: Command.SPACE,
    Key.ESCAPE: Command.CANCEL,
    Key.PAGE_UP: Command.PAGE_UP,
    Key.PAGE_DOWN: Command.PAGE_DOWN,
    Key.HOME: Command.HOME,
    Key.END: Command.END,
    Key.BACKSPACE: Command.BACKSPACE,
    Key.DELETE: Command.DELETE,
}


BUTTONS = {
    GamepadButton.UP: Command.UP,
    GamepadButton.DOWN: Command.DOWN,
    GamepadButton.LEFT: Command.LEFT,
    GamepadButton.RIGHT: Command.RIGHT,
    GamepadButton.A: Command.ACCEPT,
    GamepadButton.B: Command.CANCEL,
    GamepadButton.LEFT_BUMPER: Command.PREVIOUS,
    GamepadButton.RIGHT_BUMPER: Command.NEXT,
}


def command_of(key: Key, mods: Modifier) -> Command | None:
    """What a key means; None for one that means nothing to widgets."""
    if key == Key.TAB and mods & Modifier.SHIFT:
        return Command.PREVIOUS
    if key == Key.V and mods & (Modifier.CONTROL | Modifier.SUPER):
        return Command.PASTE
    return KEYS.get(key)


STEPS = {Command.LEFT: (-1, 0), Command.RIGHT: (1, 0), Command.UP: (0, -1), Command.DOWN: (0, 1)}
"""Ways on the screen, y down."""
