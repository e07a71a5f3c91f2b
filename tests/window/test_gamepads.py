"""Gamepads become events: what changed, once; what is gone lets go."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ecs_engine import GamepadAxis, GamepadButton, Input
from ecs_engine.core.events import Event, GamepadAxisEvent, GamepadButtonEvent, GamepadEvent
from ecs_engine.core.keys import Action
from ecs_engine.window import gamepads
from ecs_engine.window.gamepads import Gamepads, State


class Machine:
    """A machine with gamepads that are plugged in and out."""

    def __init__(self) -> None:
        self.states: dict[int, State] = {}
        self.callback: Any = None
        self.reads = 0

    def plug(self, number: int) -> None:
        self.states[number] = ([0] * 15, [0.0, 0.0, 0.0, 0.0, -1.0, -1.0])
        if self.callback:
            self.callback(number, 1)

    def unplug(self, number: int) -> None:
        del self.states[number]
        self.callback(number, 0)

    def read(self, number: int) -> State | None:
        self.reads += 1
        state = self.states.get(number)
        return None if state is None else (list(state[0]), list(state[1]))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    one = Machine()
    library = SimpleNamespace(
        CONNECTED=1,
        JOYSTICK_LAST=15,
        joystick_is_gamepad=lambda number: number in one.states,
        set_joystick_callback=lambda callback: setattr(one, "callback", callback),
    )
    monkeypatch.setattr(gamepads, "glfw", library)
    monkeypatch.setattr(gamepads, "_reader", lambda: one.read)
    return one


def told(events: list[Event]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for event in events:
        match event:
            case GamepadEvent(gamepad=gamepad, connected=connected):
                found.append((gamepad, connected))
            case GamepadButtonEvent(button=button, action=action, gamepad=gamepad):
                found.append((gamepad, button, action))
            case GamepadAxisEvent(axis=axis, value=value, gamepad=gamepad):
                found.append((gamepad, axis, value))
    return found


def test_without_a_gamepad_nothing_is_asked(machine: Machine) -> None:
    pads = Gamepads()
    assert pads.poll() == []
    assert machine.reads == 0


def test_changes_are_told_once(machine: Machine) -> None:
    machine.plug(3)  # there before the window
    pads = Gamepads()
    assert told(pads.poll()) == [(3, True)]
    assert pads.poll() == []
    buttons, axes = machine.states[3]
    buttons[0], axes[1], axes[4] = 1, -0.5, 0.0
    assert told(pads.poll()) == [
        (3, GamepadButton.A, Action.PRESS),
        (3, GamepadAxis.LEFT_Y, 0.5),  # up, where GLFW says down
        (3, GamepadAxis.LEFT_TRIGGER, 0.5),
    ]
    axes[1] -= 0.001  # it trembles
    assert pads.poll() == []
    for _ in range(10):  # but does not creep away unheard
        axes[1] -= 0.001
    assert told(pads.poll()) == [(3, GamepadAxis.LEFT_Y, pytest.approx(0.511))]


def test_one_that_is_gone_lets_go(machine: Machine) -> None:
    pads = Gamepads()
    machine.plug(0)
    machine.states[0][0][14] = 1
    machine.states[0][1][0] = 1.0
    state = Input()
    state.begin_tick(pads.poll())
    assert state.gamepads == {0}
    assert state.pressed(GamepadButton.LEFT)
    assert state.lean(GamepadAxis.LEFT_X) == 1.0
    machine.unplug(0)
    state.begin_tick(pads.poll())
    assert state.released(GamepadButton.LEFT)
    assert state.lean(GamepadAxis.LEFT_X) == 0.0
    assert state.gamepads == set()
    assert pads.poll() == []
    machine.plug(0)
    assert told(pads.poll()) == [(0, True)]


def test_sticks_rest_in_the_dead_zone_and_the_farthest_counts() -> None:
    state = Input()
    state.begin_tick([GamepadAxisEvent(GamepadAxis.LEFT_X, 0.1), GamepadAxisEvent(GamepadAxis.RIGHT_TRIGGER, 0.1)])
    assert state.lean(GamepadAxis.LEFT_X) == 0.0
    assert state.lean(GamepadAxis.RIGHT_TRIGGER) == 0.1
    state.begin_tick([GamepadAxisEvent(GamepadAxis.LEFT_X, -1.0, gamepad=2)])
    assert state.lean(GamepadAxis.LEFT_X) == -1.0
    assert state.lean(GamepadAxis.LEFT_X, gamepad=0) == 0.0


def test_what_is_taken_is_not_seen() -> None:
    state = Input()
    state.begin_tick([GamepadButtonEvent(GamepadButton.A, Action.PRESS)])
    state.take(GamepadButton.A)
    assert not state.down(GamepadButton.A)
    assert not state.pressed(GamepadButton.A)
    state.begin_tick([GamepadButtonEvent(GamepadButton.A, Action.RELEASE)])
    assert not state.released(GamepadButton.A)
    state.begin_tick([GamepadButtonEvent(GamepadButton.A, Action.PRESS)])
    assert state.down(GamepadButton.A)
