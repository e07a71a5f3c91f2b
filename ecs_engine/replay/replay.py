"""Playing a recording once more, without a window, and holding each tick to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import esper

from ecs_engine.app import App
from ecs_engine.core.errors import DivergenceError, RecordingError
from ecs_engine.core.events import Event
from ecs_engine.core.screen import Screen
from ecs_engine.files import FileName
from ecs_engine.games import open_game
from ecs_engine.replay.recording import Header, Recording, Tick
from ecs_engine.replay.taps import run_tapped, tap
from ecs_engine.saves.store import empty_user_data
from ecs_engine.testing.app import stand_ins

MOST_NAMED = 6
"""Of what differs, so many names are told."""


@dataclass(slots=True)
class Replayed:
    """What a replay did."""

    ticks: int = 0
    verified: int = 0
    """Ticks whose hashes were compared, and are the same."""
    cut_short: bool = False
    """Whether the recording ends in the middle, as a crash leaves it."""
    shuffled: tuple[str, ...] = ()
    """The game's systems in the order in which they ran, where that was shuffled."""


class Player:
    """Gives an app the events of a recording, tick by tick, and compares the hashes."""

    def __init__(self, app: App, header: Header, ticks: Iterator[Tick], *, verify: bool) -> None:
        self.result = Replayed()
        self._app = app
        self._ticks = ticks
        self._verify = verify
        self._now: Tick | None = None
        self._is_open = False
        self._next = next(ticks, None)
        if abs(app.tick_rate - header.tick_rate) > 1e-9 * header.tick_rate:
            raise RecordingError(
                f"The game ticks {app.tick_rate:g} times a second and the recording {header.tick_rate:g}: replay it "
                "with that tick rate."
            )
        self._resize(header)
        self._set_time_scale()
        tap(app, self._begin, self._end)

    def _begin(self, arrived: list[Event]) -> list[Event]:
        """The events of the recording; what the stand-in for a window sends is not heard."""
        self.check_ended()
        self._now, self._next = self._next, next(self._ticks, None)
        self._is_open = True
        if self._now is None:
            raise RecordingError("The replay went on after the recording's last tick: run as many ticks as it has.")
        self.result.ticks += 1
        return self._now.events

    def check_ended(self) -> None:
        """Check that the newest tick came to its end, if it did in the recording.

        Raises:
            DivergenceError: it did not, and the game goes on after errors.
        """
        if self._is_open and self._verify and self._now is not None and self._now.hashes is not None:
            self._diverge(f"The replay went another way at tick {self.result.ticks}: a system raised in it.")

    def _end(self, hashes: dict[str, int]) -> None:
        self._set_time_scale()
        self._is_open = False
        if not self._verify or self._now is None:
            return
        if self._now.hashes is None:
            self._diverge(
                f"The replay went another way at tick {self.result.ticks}: in the recording, a system raised there."
            )
        if hashes != self._now.hashes:
            self._diverge(divergence(self.result.ticks, self._now.hashes, hashes))
        self.result.verified += 1

    def _diverge(self, words: str) -> NoReturn:
        error = DivergenceError(words)
        error.tick = self.result.ticks
        raise error

    def _set_time_scale(self) -> None:
        if self._next is not None:
            self._app.time_scale = self._next.time_scale

    def _resize(self, header: Header) -> None:
        """Screens as large as those of the recording were in the beginning."""
        screen = self._app.world.resource(Screen)
        for number, (width, height, wide, high) in header.windows.items():
            known = screen.of(number)
            if known is None:
                raise RecordingError(f"The recording has window {number}, and the game does not open it any more.")
            known.resize((width, height), (wide, high))


def divergence(tick: int, expected: dict[str, int], found: dict[str, int]) -> str:
    """What to say of the first tick whose hashes are not those that were expected."""
    other = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    words = [
        name + ("" if name in expected and name in found else " (gone)" if name in expected else " (new)")
        for name in other[:MOST_NAMED]
    ]
    if len(other) > MOST_NAMED:
        words.append(f"{len(other) - MOST_NAMED} more")
    return f"The replay went another way at tick {tick}: what differs first is {', '.join(words)}."


def replay_game(
    build: Callable[..., App],
    path: FileName,
    *,
    verify: bool = True,
    shuffle: int | None = None,
    ticks: int | None = None,
    threads: bool = False,
    frame_rate: float | None = None,
    watch: Callable[[App], object] | None = None,
    **options: Any,
) -> Replayed:
    """Build a game, play a recording of it, and close it. Main thread only; it needs neither a window nor a driver.

    Args:
        build: makes the App; its options go on to ``App``.
        verify: compare the hash of each tick with the recording's.
        shuffle: a seed: the game's own systems run in another order, where only the order of adding decided it.
        ticks: no more than so many.
        threads: on both threads, drawing; otherwise tick after tick on this one.
        frame_rate: of drawing, on both threads; see ``App.run``.
        watch: called with the app after the last tick.
        options: for ``build``, as it was recorded with.

    Raises:
        DivergenceError: a tick was not as it was recorded.
        RecordingError: the file is no recording, or the game cannot be built so.
        Exception: what a system raised.
    """
    with Recording(path) as recording, empty_user_data():
        header = recording.header
        count = tick_count(path) if ticks is None else min(ticks, tick_count(path))
        if header.asked_tick_rate is not None:
            options = {"tick_rate": header.asked_tick_rate, **options}
        app = open_game(build, seed=header.seed, **stand_ins(frame_history=1), **options)
        try:
            order: tuple[str, ...] = ()
            if shuffle is not None:
                app.world.shuffle_processors(own_systems(app), shuffle)
                order = tuple(type(system).__name__ for system in own_systems(app))
            player = Player(app, header, recording.ticks(), verify=verify)
            run_tapped(app, count, threads, frame_rate)
            player.check_ended()
            if watch is not None:
                watch(app)
            player.result.shuffled = order
            player.result.cut_short = recording.cut_short
            return player.result
        finally:
            app.close()
            app.world.close()


def own_systems(app: App) -> list[esper.Processor]:
    """The game's systems: not those of the engine, nor what stands in the place of one."""
    return [
        processor
        for processor in app.world.processors
        if not any(kind.__module__.startswith("ecs_engine.systems") for kind in type(processor).__mro__)
    ]


def tick_count(path: FileName) -> int:
    """How many ticks a recording has.

    Raises:
        RecordingError: it is none.
    """
    with Recording(path) as recording:
        return sum(1 for _ in recording.ticks())
