"""What is held comes again: keyboards do that by themselves, gamepads do not."""

from __future__ import annotations

from time import perf_counter

from ecs_engine.ui.keys import Command

DELAY, EVERY = 0.4, 0.1
"""Seconds until a step that is held comes again, and from then on."""


class Repeat:
    """Says when a step that is held is due again, in real time: menus are there while the game is paused."""

    def __init__(self) -> None:
        self.clock = perf_counter
        """Tells the time in seconds."""
        self._command: Command | None = None
        self._next = 0.0

    def begin(self, command: Command) -> None:
        """A button went down, or a stick was pushed."""
        self._command, self._next = command, self.clock() + DELAY

    def end(self, command: Command | None = None) -> None:
        """It is held no more; None for whatever it was."""
        if command in (None, self._command):
            self._command = None

    def due(self) -> Command | None:
        """What comes again now, if anything does: at most once, however long ago it was asked last."""
        if self._command is None:
            return None
        now = self.clock()
        if now < self._next:
            return None
        self._next = now + EVERY
        return self._command
