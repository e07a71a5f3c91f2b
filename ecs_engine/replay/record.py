"""Recording a game while it runs."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Callable
from typing import Any

import numpy as np

import ecs_engine
from ecs_engine.app import App
from ecs_engine.core.component import spec_of
from ecs_engine.core.errors import RecordingError
from ecs_engine.core.events import Event
from ecs_engine.files import FileName
from ecs_engine.games import open_game
from ecs_engine.replay.recording import Header, RecordingWriter, Tick
from ecs_engine.replay.taps import run_tapped, tap
from ecs_engine.saves.store import empty_user_data
from ecs_engine.testing.app import stand_ins

Script = Callable[[int], list[Event]]
"""The events of a tick by its number, from 1 on: a player made of code."""


class Recorder:
    """Writes every tick of an app to a file: its events, and the hashes of its world.

    Args:
        app: one that has not run yet; it was built with the seed ``app.seed``.
        game: what a replay finds it by.
        script: where the events come from instead of the window.
        asked_tick_rate: the tick rate that it was built with, where it was not left to the game.

    Raises:
        RecordingError: the file cannot be written, or the app has begun already.
    """

    def __init__(
        self,
        app: App,
        path: FileName,
        game: str,
        script: Script | None = None,
        asked_tick_rate: float | None = None,
    ) -> None:
        self.ticks = 0
        self._app = app
        self._script = script
        self._open: Tick | None = None
        sizes = {number: (*window.size, *window.framebuffer_size) for number, window in app.windows.items()}
        header = Header(
            game, ecs_engine.__version__, platform.python_version(), np.__version__, app.tick_rate, app.seed, sizes,
            asked_tick_rate, not_hashed(app),
        )  # fmt: skip
        self._writer = RecordingWriter(path, header)
        tap(app, self._begin, self._end)

    def _begin(self, arrived: list[Event]) -> list[Event]:
        self._finish_tick()  # a system raised in the one before
        self.ticks += 1
        events = arrived if self._script is None else self._script(self.ticks)
        self._open = Tick(events, self._app.time_scale, None)
        return events

    def _end(self, hashes: dict[str, int]) -> None:
        if self._open is not None:
            self._open.hashes = hashes
            self._finish_tick()

    def _finish_tick(self) -> None:
        if self._open is not None:
            tick, self._open = self._open, None
            self._writer.add(tick)

    def close(self) -> None:
        """End the file, with the tick in which a system raised, if one did. Once the app has stopped."""
        try:
            self._finish_tick()
        finally:
            self._writer.close()


def not_hashed(app: App) -> list[str]:
    """The names of resources and components of the game of which no hash is made."""
    world = app.world
    kinds = [kind for kind in world.component_types() if spec_of(kind) is None]
    kinds += [kind for kind in world.resources if kind is not np.random.Generator]
    return sorted(
        kind.__name__
        for kind in kinds
        if not dataclasses.is_dataclass(kind)
        and (not kind.__module__.startswith("ecs_engine.") or kind.__module__.startswith("ecs_engine.demos."))
    )


def record_game(
    build: Callable[..., App],
    path: FileName,
    *,
    game: str = "",
    ticks: int | None = None,
    script: Script | None = None,
    seed: int = 0,
    window: bool = False,
    threads: bool = False,
    frame_rate: float | None = None,
    tick_rate: float | None = None,
    time_scale: float = 1.0,
    **options: Any,
) -> int:
    """Build a game, play and record it, and close it; returns how many ticks it was. Main thread only.

    Args:
        build: makes the App; its options go on to ``App``.
        game: the name that the file tells; a demo, or ``module:function``.
        ticks: the most ticks; without a window they must be given.
        script: plays instead of the player.
        window: show it, and let the player play. Otherwise it is drawn on the mocked OpenGL.
        threads: run on both threads, as with a window; otherwise tick after tick on this one.
        frame_rate: of drawing, on both threads; see ``App.run``.
        tick_rate: instead of the game's own.
        time_scale: of the app at first, such as 10 where the tick rate is ten times the game's own.
        options: for ``build``; a replay must be given them, too.

    Raises:
        RecordingError: the file cannot be written, or the game not be built so.
        Exception: what a system raised; the recording ends with that tick.
    """
    if ticks is None and not window:
        raise RecordingError("Without a window nobody can end a recording: say how many ticks.")
    if tick_rate is not None:
        options["tick_rate"] = tick_rate
    with empty_user_data():
        app = open_game(build, seed=seed, **({} if window else stand_ins(frame_history=1)), **options)
        try:
            if app.seed != seed:
                raise RecordingError(
                    f"The game was built with seed {seed}, and its App has {app.seed}: give it on, as App(seed=seed), "
                    "and use app.random."
                )
            app.time_scale = time_scale
            recorder = Recorder(app, path, game, script, tick_rate)
            try:
                run_tapped(app, ticks, threads or window, frame_rate)
            finally:
                recorder.close()
            return recorder.ticks
        finally:
            app.close()
            app.world.close()
