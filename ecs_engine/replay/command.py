"""``ecs-engine record`` and ``ecs-engine replay``."""

from __future__ import annotations

from pathlib import Path

from ecs_engine.core.errors import DivergenceError, RecordingError
from ecs_engine.files import FileName
from ecs_engine.games import find_game
from ecs_engine.replay.events import RandomInput
from ecs_engine.replay.explain import explain
from ecs_engine.replay.record import record_game
from ecs_engine.replay.recording import Recording
from ecs_engine.replay.replay import replay_game


def record(
    game: str,
    path: Path,
    ticks: int | None,
    seed: int,
    random_input: int | None,
    tick_rate: float | None,
    time_scale: float,
    *,
    window: bool,
) -> None:
    """Play and record a game, and say what came of it.

    Raises:
        EngineError: there is no such game, or the file cannot be written.
    """
    count = record_game(
        find_game(game),
        path,
        game=game,
        ticks=ticks,
        script=None if random_input is None else RandomInput(random_input).events,
        seed=seed,
        window=window,
        tick_rate=tick_rate,
        time_scale=time_scale,
    )
    print(f"{count:,} ticks of {game} are in {path}, {path.stat().st_size:,} bytes.")


def replay(
    path: FileName,
    game: str | None,
    shuffle: int | None,
    frame_rate: float | None,
    *,
    verify: bool,
    threads: bool,
) -> None:
    """Replay a recording, and say what came of it.

    Raises:
        EngineError: there is no such recording or game, or the replay went another way.
    """
    with Recording(path) as recording:
        header = recording.header
    if game is None and ":" in header.game:
        raise RecordingError(
            f"{path} is of the game {header.game!r}, and a file should not choose what is run: add --game "
            f"{header.game} if that is yours."
        )
    build = find_game(game or header.game)
    try:
        done = replay_game(build, path, verify=verify, shuffle=shuffle, threads=threads, frame_rate=frame_rate)
    except DivergenceError as error:
        raise DivergenceError(f"{error} {explain(build, path, error, shuffle)}") from error
    words = f"{done.ticks:,} ticks of {header.game} were replayed"
    print(f"{words}, and {done.verified:,} have the hash they had." if verify else f"{words}; nothing was compared.")
    if verify and header.not_hashed:
        print(f"The hash says nothing about {', '.join(header.not_hashed)}: they are no dataclasses.")
    if done.shuffled:
        print(f"The game's systems ran in the order {', '.join(done.shuffled)}.")
    if done.cut_short:
        print("The recording was cut short; what is there was replayed.")
