"""Window and input events, and the queue that carries them from the context thread to the logic thread.

Positions and sizes are in *window units*: the unit the operating system places windows in, with (0, 0) at the top left
of the window's content and y pointing down. On some systems (macOS, Wayland) a window unit is several pixels: multiply
by framebuffer size / window size to get pixels.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic_ns
from typing import TypeAlias

from ecs_engine.core.keys import Action, GamepadAxis, GamepadButton, Key, Modifier, MouseButton


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """Base of all events: ``time_ns`` is ``time.monotonic_ns()`` at the moment the event arrived, and ``window`` the
    number of the window that it came to (0 is the app's first)."""

    time_ns: int = field(default_factory=monotonic_ns)
    window: int = 0


@dataclass(frozen=True, slots=True)
class KeyEvent(Stamped):
    """A key went down, up, or repeats because it is held. ``scancode`` is the system's own number for the key."""

    key: Key
    action: Action
    mods: Modifier = Modifier.NONE
    scancode: int = 0


@dataclass(frozen=True, slots=True)
class TextEvent(Stamped):
    """The player typed ``text``: one character, after keyboard layout, dead keys and shift."""

    text: str


@dataclass(frozen=True, slots=True)
class MouseMoveEvent(Stamped):
    """The pointer is now at (x, y), in window units. With a captured cursor the position is unbounded."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class MouseButtonEvent(Stamped):
    """A mouse button went down or up."""

    button: MouseButton
    action: Action
    mods: Modifier = Modifier.NONE


@dataclass(frozen=True, slots=True)
class ScrollEvent(Stamped):
    """The wheel or touch pad scrolled by (dx, dy), in notches; positive dy is away from the player."""

    dx: float
    dy: float


@dataclass(frozen=True, slots=True)
class GamepadEvent(Stamped):
    """A gamepad was found, or is gone."""

    gamepad: int
    """Its number, from 0."""
    connected: bool


@dataclass(frozen=True, slots=True)
class GamepadButtonEvent(Stamped):
    """A button of a gamepad went down or up."""

    button: GamepadButton
    action: Action
    gamepad: int = 0


@dataclass(frozen=True, slots=True)
class GamepadAxisEvent(Stamped):
    """A stick or trigger of a gamepad moved: sticks are from -1 to 1, right and up; triggers from 0 to 1."""

    axis: GamepadAxis
    value: float
    gamepad: int = 0


@dataclass(frozen=True, slots=True)
class PasteEvent(Stamped):
    """What is in the clipboard, which a system asked for: see ``ecs_engine.core.clipboard``."""

    text: str


@dataclass(frozen=True, slots=True)
class ResizeEvent(Stamped):
    """The window's size, framebuffer or scale changed.

    ``width, height`` are in window units, ``framebuffer_width, framebuffer_height`` in pixels (0 while minimised on
    some systems); ``scale`` is how much larger than on a 96 dpi screen text and controls should be drawn.
    """

    width: int
    height: int
    framebuffer_width: int
    framebuffer_height: int
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class FocusEvent(Stamped):
    """The window gained or lost the keyboard."""

    focused: bool


@dataclass(frozen=True, slots=True)
class CloseEvent(Stamped):
    """The player, the system or the game asked the window to close. It stays open until its owner closes it: an App
    closes itself with its first window, and any other window alone."""


@dataclass(frozen=True, slots=True)
class ContextRestoredEvent(Stamped):
    """The graphics driver was reset, and what was on the GPU is there again: for the log, nothing is to be done."""


Event: TypeAlias = (
    KeyEvent
    | TextEvent
    | MouseMoveEvent
    | MouseButtonEvent
    | ScrollEvent
    | GamepadEvent
    | GamepadButtonEvent
    | GamepadAxisEvent
    | PasteEvent
    | ResizeEvent
    | FocusEvent
    | CloseEvent
    | ContextRestoredEvent
)


class EventQueue:
    """An unbounded first-in, first-out queue of events between threads.

    Any thread may push; one thread drains. It needs no lock: single appends and pops of a deque are atomic, with and
    without the GIL. It is unbounded because a dropped key release would leave a key stuck.
    """

    __slots__ = ("_events",)

    def __init__(self) -> None:
        self._events: deque[Event] = deque()

    def push(self, event: Event) -> None:
        """Append one event. Any thread."""
        self._events.append(event)

    def extend(self, events: Iterable[Event]) -> None:
        """Append events in order; another thread's events may fall between them. Any thread."""
        self._events.extend(events)

    def drain(self) -> list[Event]:
        """Remove and return, oldest first, the events that are in the queue now. One thread at a time.

        Events pushed meanwhile wait for the next drain, so a busy producer cannot keep this from returning.
        """
        pop = self._events.popleft
        return [pop() for _ in range(len(self._events))]

    def __len__(self) -> int:
        return len(self._events)
