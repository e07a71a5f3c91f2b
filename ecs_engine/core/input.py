"""The input state a game asks: which keys are held, which went down or up in this tick, where the mouse is."""

from __future__ import annotations

from collections.abc import Iterable

from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import (
    Event,
    FocusEvent,
    GamepadAxisEvent,
    GamepadButtonEvent,
    GamepadEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    ScrollEvent,
    TextEvent,
)
from ecs_engine.core.keys import Action, GamepadAxis, GamepadButton, Key, MouseButton

Code = Key | MouseButton | GamepadButton

DEAD_ZONE = 0.15
"""What of a stick's way does not count: worn ones do not rest in the middle."""


class Mouse:
    """The pointer, in window units, y down (see ``ecs_engine.core.events``)."""

    __slots__ = ("_known", "delta", "position", "scroll", "window")

    def __init__(self) -> None:
        self.position: tuple[float, float] = (0.0, 0.0)
        """Where the pointer was at the end of this tick's events; (0, 0) before it was first seen."""
        self.delta: tuple[float, float] = (0.0, 0.0)
        """How far it moved within this tick. Its first appearance is no movement."""
        self.scroll: tuple[float, float] = (0.0, 0.0)
        """Notches scrolled within this tick, (x, y); positive y is away from the player."""
        self.window = 0
        """The number of the window that the pointer was last seen in, and whose units and corner the above are in."""
        self._known = False

    def _begin_tick(self) -> None:
        self.delta = self.scroll = (0.0, 0.0)

    def _move(self, x: float, y: float, window: int) -> None:
        if self._known and window == self.window:
            (px, py), (dx, dy) = self.position, self.delta
            self.delta = (dx + x - px, dy + y - py)
        self._known = True
        self.position, self.window = (x, y), window

    def _scroll(self, dx: float, dy: float) -> None:
        x, y = self.scroll
        self.scroll = (x + dx, y + dy)


class Input:
    """Keyboard, mouse, gamepad and text state of one tick; a resource of the world, for the logic thread only.

    Each event is applied to exactly one tick, the one it was handed to ``begin_tick`` for, so however ticks and frames
    interleave a press is neither lost nor seen twice. A press and release that both fall into one tick make
    ``pressed`` and ``released`` both true in that tick, and ``down`` false. Keys and buttons are asked alike:
    ``input.down(Key.SPACE)``, ``input.pressed(MouseButton.LEFT)``, ``input.pressed(GamepadButton.A)`` (of any gamepad);
    whatever is no number raises EngineError.

    Losing the keyboard focus releases whatever is held, once. Keys the system has no name for (``Key.UNKNOWN``) share
    one number, so they appear in ``events`` only.
    """

    __slots__ = ("_axes", "_down", "_presses", "_releases", "events", "focused", "gamepads", "mouse", "text")

    def __init__(self) -> None:
        self.events: tuple[Event, ...] = ()
        """This tick's events, oldest first."""
        self.text: str = ""
        """What the player typed within this tick."""
        self.focused: bool = True
        """Whether one of the app's windows has the keyboard."""
        self.mouse = Mouse()
        self.gamepads: set[int] = set()
        """The numbers of the gamepads that are connected."""
        self._axes: dict[tuple[int, GamepadAxis], float] = {}
        self._down: set[int] = set()
        self._presses: dict[int, int] = {}
        self._releases: dict[int, int] = {}

    def begin_tick(self, events: Iterable[Event] = ()) -> None:
        """Forget the last tick's presses, releases, text, movement and scrolling, then apply ``events`` in order."""
        self.events = tuple(events)
        self.text = ""
        self.mouse._begin_tick()
        self._presses.clear()
        self._releases.clear()
        for event in self.events:
            match event:
                case KeyEvent(key=key, action=action):
                    if key != Key.UNKNOWN:
                        self._switch(key, action)
                case MouseMoveEvent(x=x, y=y, window=window):
                    self.mouse._move(x, y, window)
                case MouseButtonEvent(button=button, action=action):
                    self._switch(button, action)
                case GamepadButtonEvent(button=button, action=action):
                    self._switch(button, action)
                case GamepadAxisEvent(axis=axis, value=value, gamepad=gamepad):
                    self._axes[gamepad, axis] = value
                case GamepadEvent(gamepad=gamepad, connected=connected):
                    (self.gamepads.add if connected else self.gamepads.discard)(gamepad)
                case TextEvent(text=text):
                    self.text += text
                case ScrollEvent(dx=dx, dy=dy):
                    self.mouse._scroll(dx, dy)
                case FocusEvent(focused=focused):
                    self.focused = focused
                    if not focused:
                        for held in tuple(self._down):
                            self._switch(held, Action.RELEASE)

    def _switch(self, code: int, action: Action) -> None:
        # A press of what is down, or a release of what is up, changes nothing: repeats, a second keyboard, and the
        # releases GLFW itself sends after a loss of focus.
        if action == Action.PRESS and code not in self._down:
            self._down.add(code)
            self._presses[code] = self._presses.get(code, 0) + 1
        elif action == Action.RELEASE and code in self._down:
            self._down.remove(code)
            self._releases[code] = self._releases.get(code, 0) + 1

    def down(self, key: Code) -> bool:
        """Whether the key or button is held at the end of this tick's events."""
        return _code(key) in self._down

    def pressed(self, key: Code) -> bool:
        """Whether it went down within this tick."""
        return _code(key) in self._presses

    def released(self, key: Code) -> bool:
        """Whether it went up within this tick."""
        return _code(key) in self._releases

    def press_count(self, key: Code) -> int:
        """How often it went down within this tick."""
        return self._presses.get(_code(key), 0)

    def axis(self, negative: Code, positive: Code) -> float:
        """-1, 0 or 1 from two opposing keys; a tap shorter than a tick counts as held for that tick."""
        return float(self._held_within(positive)) - float(self._held_within(negative))

    def lean(self, axis: GamepadAxis, gamepad: int | None = None) -> float:
        """How far a stick or trigger is moved: sticks from -1 to 1, right and up, triggers from 0 to 1.

        Args:
            gamepad: its number; None for the one whose stick is moved farthest.
        """
        values = [value for (number, one), value in self._axes.items() if one == axis and gamepad in (None, number)]
        value = max(values, key=abs, default=0.0)
        if axis.is_trigger:
            return value
        reach = max(abs(value) - DEAD_ZONE, 0.0) / (1.0 - DEAD_ZONE)
        return reach if value > 0 else -reach

    def take(self, key: Code) -> None:
        """Let nobody see that a key or button went down or up, for what has made use of it: for the rest of this tick,
        and until it goes down again, it counts as not held. ``events`` still has them."""
        self._presses.pop(_code(key), None)
        self._releases.pop(key, None)
        self._down.discard(key)

    def _held_within(self, key: Code) -> bool:
        return self.down(key) or self.pressed(key)


def _code(key: Code) -> int:
    """The number of a key or button. A name in its place would be found nowhere, and the game would stand still."""
    if not isinstance(key, int):
        raise EngineError(f"{key!r} is no key: give one of Key, MouseButton or GamepadButton, such as Key.SPACE.")
    return key
