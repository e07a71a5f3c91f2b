"""The two ends of a tick, where a recorder listens and a replay speaks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import ClassVar

from ecs_engine.app import App
from ecs_engine.core.errors import EngineError, RecordingError
from ecs_engine.core.events import Event, EventQueue
from ecs_engine.core.system import Stage, System
from ecs_engine.replay.world_hash import WorldHash
from ecs_engine.systems import Assets, InputSystem

FIRST, LAST = sys.maxsize, -sys.maxsize
"""Priorities before and after all others of a stage."""


class Stopped(BaseException):
    """Carries what a recorder or a replay raised out of the run: no game's own answer to errors may stop it.

    ``error`` is that.
    """

    def __init__(self, error: EngineError) -> None:
        super().__init__(str(error))
        self.error = error


class _BeginSystem(System):
    """Runs before anything else of a tick."""

    stage: ClassVar[Stage] = Stage.INPUT
    priority = FIRST

    def __init__(self, begin: Callable[[], None]) -> None:
        self._begin = begin

    def process(self, dt: float) -> None:
        # Files are ready at another tick in each run: so they are waited for.
        self.world.resource(Assets).wait()
        try:
            self._begin()
        except EngineError as error:
            raise Stopped(error) from error


class _EndSystem(System):
    """Runs after everything else of a tick."""

    stage: ClassVar[Stage] = Stage.PUBLISH
    priority = LAST

    def __init__(self, end: Callable[[dict[str, int]], None]) -> None:
        self._end = end

    def on_add(self) -> None:
        self._hash = WorldHash(self.world)

    def process(self, dt: float) -> None:
        try:
            self._end(self._hash.values())
        except EngineError as error:
            raise Stopped(error) from error


def tap(app: App, events: Callable[[list[Event]], list[Event]], end: Callable[[dict[str, int]], None]) -> None:
    """Have two functions called in each tick of an app that has not run yet, on its logic thread.

    Args:
        events: gets the events that have arrived, and returns those that the game is to get in this tick.
        end: gets the hashes of the world at the end of the tick; not called when a system raised.

    Raises:
        RecordingError: the app has no InputSystem, or has begun.
    """
    inputs = [system for system in app.world.processors if isinstance(system, InputSystem)]
    if not inputs:
        raise RecordingError("The game has no InputSystem, so nothing of it can be recorded: leave it in.")
    if app.tick:
        raise RecordingError(f"The game is at tick {app.tick} already: record and replay from the first tick on.")
    arrived, given = inputs[0].events, EventQueue()
    inputs[0].events = given
    app.world.add_processor(_BeginSystem(lambda: given.extend(events(arrived.drain()))))
    app.world.add_processor(_EndSystem(end))


def run_tapped(app: App, ticks: int | None, threads: bool, frame_rate: float | None) -> None:
    """Run an app on both threads, or tick after tick on this one without drawing.

    Raises:
        Exception: what a system raised, or one of the functions of :func:`tap`.
    """
    try:
        if threads:
            app.run(ticks=ticks, frame_rate=frame_rate)
        else:
            assert ticks is not None
            app.step(ticks, draw=False)
    except Stopped as stopped:
        raise stopped.error from None
