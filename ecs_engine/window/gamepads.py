"""Gamepads: what changed about them since the last look, as events.

GLFW tells when one comes or goes, but its buttons and sticks have to be asked for. They come in the layout that GLFW
makes of every known gamepad: https://www.glfw.org/docs/3.4/input_guide.html#gamepad
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable

from ecs_engine.core.events import Event, GamepadAxisEvent, GamepadButtonEvent, GamepadEvent
from ecs_engine.core.keys import Action, GamepadAxis, GamepadButton
from ecs_engine.window._glfw import glfw

BUTTONS = tuple(GamepadButton)
AXES = tuple(GamepadAxis)
STEP = 1 / 256
"""By how much an axis must differ to be told again: sticks tremble."""

State = tuple[list[int], list[float]]
"""Of each button, whether it is held; of each axis, from -1 to 1. Triggers rest at -1, and sticks point down at 1."""


class _State(ctypes.Structure):
    _fields_ = (("buttons", ctypes.c_ubyte * len(BUTTONS)), ("axes", ctypes.c_float * len(AXES)))


def _reader() -> Callable[[int], State | None]:
    """What reads the state of a gamepad, without giving up the GIL where that can be: see ``_glfw._poll_function``."""
    library = getattr(glfw, "_glfw", None)
    if library is None:
        return lambda number: glfw.get_gamepad_state(number)
    ask = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)(("glfwGetGamepadState", library))
    state = _State()

    def read(number: int) -> State | None:
        return (list(state.buttons), list(state.axes)) if ask(number, ctypes.byref(state)) else None

    return read


class Gamepads:
    """The gamepads of the machine, for the one window that reads them. Main thread only."""

    def __init__(self) -> None:
        self._read = _reader()
        self._known: dict[int, State] = {}
        glfw.set_joystick_callback(self._connected)
        self._present = {number for number in range(glfw.JOYSTICK_LAST + 1) if glfw.joystick_is_gamepad(number)}

    def _connected(self, number: int, event: int) -> None:
        if event == glfw.CONNECTED and glfw.joystick_is_gamepad(number):
            self._present.add(number)
        else:
            self._present.discard(number)

    def poll(self) -> list[Event]:
        """What happened since the last poll; one that is gone lets go of its buttons and sticks."""
        if not self._present and not self._known:
            return []
        events: list[Event] = []
        for number in sorted(self._present | set(self._known)):
            state = self._read(number) if number in self._present else None
            events += self._changes(number, state)
        return events

    def _changes(self, number: int, state: State | None) -> Iterable[Event]:
        resting: State = ([0] * len(BUTTONS), [-1.0 if axis.is_trigger else 0.0 for axis in AXES])
        before = self._known.get(number)
        if state is not None and before is None:
            yield GamepadEvent(number, True)
        buttons, axes = before or resting
        new_buttons, new_axes = state or resting
        for button, was, held in zip(BUTTONS, buttons, new_buttons, strict=True):
            if was != held:
                yield GamepadButtonEvent(button, Action.PRESS if held else Action.RELEASE, number)
        kept = list(axes)
        for index, axis in enumerate(AXES):
            if abs(new_axes[index] - axes[index]) >= STEP:
                kept[index] = new_axes[index]
                yield GamepadAxisEvent(axis, axis.as_told(kept[index]), number)
        if state is not None:
            self._known[number] = (list(new_buttons), kept)
        elif before is not None:
            del self._known[number]
            yield GamepadEvent(number, False)
