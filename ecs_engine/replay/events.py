"""Events as plain data, and a player that presses keys at random."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any, get_args

from ecs_engine.core.errors import RecordingError, SaveError
from ecs_engine.core.events import Event, KeyEvent, MouseButtonEvent, MouseMoveEvent, ScrollEvent, TextEvent
from ecs_engine.core.keys import Action, Key, MouseButton
from ecs_engine.saves.plain import decode, encode

KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}
"""Every kind of event by name. One that is added to ``Event`` is recorded from then on, if its fields are plain."""


class NoReferences:
    """Events refer to nothing in a world."""

    def entity(self, value: Any, where: str) -> Any:
        raise SaveError(f"{where} names an entity, which no event can do.")

    def picture(self, value: Any, where: str) -> Any:
        raise SaveError(f"{where} names a picture, which no event can do.")

    def array(self, value: Any, where: str) -> Any:
        raise SaveError(f"{where} is an array, which no event can have.")


def plain_event(event: Event) -> list[Any]:
    """An event as plain data: the name of its kind and its fields.

    Raises:
        RecordingError: it has a field that is no plain data.
    """
    kind = type(event)
    try:
        return [kind.__name__, encode(event, kind, kind.__name__, NoReferences())]
    except SaveError as error:
        raise RecordingError(f"An event cannot be recorded: {error}") from error


def event_of(data: Any) -> Event:
    """The event of plain data, which may be anything.

    Raises:
        RecordingError: it is none.
    """
    match data:
        case [str(name), fields] if name in KINDS:
            try:
                event: Event = decode(fields, KINDS[name], name, NoReferences())
            except SaveError as error:
                raise RecordingError(f"It has an event that is none: {error}") from error
            return event
    raise RecordingError(f"It has something for an event that is none: {str(data)[:80]}.")


class RandomInput:
    """Keys, buttons, the mouse, its wheel and words at random: equal seeds press equal keys at equal ticks.

    The keys are those that games use most; Escape is not among them, as it often leaves the game.
    """

    KEYS = (Key.LEFT, Key.RIGHT, Key.UP, Key.DOWN, Key.W, Key.A, Key.S, Key.D, Key.SPACE, Key.ENTER, Key.P, Key.X)

    def __init__(self, seed: int, size: tuple[int, int] = (1280, 720)) -> None:
        self._random = random.Random(seed)
        self._size = size
        self._held: set[Key | MouseButton] = set()

    def events(self, tick: int) -> list[Event]:
        """The events of a tick; ask for one after the other."""
        lots, events = self._random, list[Event]()
        if lots.random() < 0.12:
            events.append(self._switch(lots.choice(self.KEYS)))
        if lots.random() < 0.03:
            events.append(self._switch(lots.choice(list(MouseButton)[:3])))
        if lots.random() < 0.2:
            events.append(MouseMoveEvent(lots.random() * self._size[0], lots.random() * self._size[1]))
        if lots.random() < 0.02:
            events.append(ScrollEvent(0.0, lots.choice((-1.0, 1.0))))
        if lots.random() < 0.02:
            events.append(TextEvent(lots.choice("abcxyz äß")))
        return [replace(event, time_ns=tick * 16_666_667) for event in events]

    def _switch(self, code: Key | MouseButton) -> Event:
        action = Action.RELEASE if code in self._held else Action.PRESS
        self._held ^= {code}
        return KeyEvent(code, action) if isinstance(code, Key) else MouseButtonEvent(code, action)
