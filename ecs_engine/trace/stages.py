"""The five stages from an input to the screen, and what exactly each stamp means."""

from __future__ import annotations

from enum import IntEnum

from ecs_engine.core.events import (
    GamepadAxisEvent,
    GamepadButtonEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    ScrollEvent,
    Stamped,
    TextEvent,
)


class Stage(IntEnum):
    """Where an input is on its way; a *mark* is a moment (``time.monotonic_ns``), a stage, and two numbers::

        context thread        logic thread                    context thread                   driver
        INPUT arrives ------> drained, tick runs, UPDATE ---> frame is drawn, RENDER --------> GPU
                                                              swap ... returns, PRESENT

    GPU and PRESENT run side by side after RENDER, and either may come first.
    """

    INPUT = 0
    """The window handed the event over: the ``time_ns`` of the event, taken in the callback while the context thread
    polls. How long it lay in the system's own queue before that poll is not in it. Number: :class:`EventKind`.
    Tick: the one that drained it."""
    UPDATE = 1
    """The tick was published: every system has run, and the context thread may take it. Number and tick: the tick."""
    RENDER = 2
    """The last GL call of a frame that shows a tick was made, and its fence placed. Number: the frame. Tick: the one
    that it shows."""
    GPU = 3
    """The frame's fence was first *seen* signalled. Fences are looked at when a frame ends and when memory is to be
    written again, so the stamp is late by up to the time between two looks. Number: the frame."""
    PRESENT = 4
    """The swap of the frame's buffers returned: the driver or the compositor has taken the picture. The screen shows
    it after this, at a moment that OpenGL does not tell. Number: the frame."""


class EventKind(IntEnum):
    """Which kind of input an INPUT mark is about."""

    KEY = 0
    TEXT = 1
    MOUSE_MOVE = 2
    MOUSE_BUTTON = 3
    SCROLL = 4
    GAMEPAD_BUTTON = 5
    GAMEPAD_AXIS = 6


EVENT_KINDS: dict[type[Stamped], EventKind] = {
    KeyEvent: EventKind.KEY,
    TextEvent: EventKind.TEXT,
    MouseMoveEvent: EventKind.MOUSE_MOVE,
    MouseButtonEvent: EventKind.MOUSE_BUTTON,
    ScrollEvent: EventKind.SCROLL,
    GamepadButtonEvent: EventKind.GAMEPAD_BUTTON,
    GamepadAxisEvent: EventKind.GAMEPAD_AXIS,
}
"""The events that count as input; the others (resize, focus, close, a gamepad that comes or goes, what a system pasted,
a restored context) leave no mark."""
