"""Worker threads of Assets die, cannot be started, or wait for a slow disk: nobody waits for ever."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import Assets, System
from ecs_engine.core.errors import AssetError
from ecs_engine.files import GameFiles
from ecs_engine.pictures import Pictures

from ..soak.game import LEVELS, write_files
from .game import assert_gone, open_game

PATIENCE = 30.0
"""Seconds until what does not happen fails its test."""


@pytest.fixture
def assets(tmp_path: Path) -> Iterator[Assets]:
    write_files(tmp_path)
    made = Assets(Pictures(256), GameFiles(tmp_path), workers=3)
    yield made
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("assets")]


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, MemoryError, GeneratorExit, RecursionError])
def test_whatever_ends_a_job_is_told(
    assets: Assets, kind: type[BaseException], rounds: Callable[[int, int], int]
) -> None:
    rng = np.random.default_rng(2)

    def dies(files: GameFiles, name: str) -> bytes:
        files.read(name)
        raise kind("on purpose")

    for _ in range(rounds(20, 1000)):
        names = [f"picture{number}.png" for number in rng.integers(0, LEVELS, 6)]
        asked: list[Any] = []
        for name in names:
            asked.append(assets.load(name, dies) if rng.integers(2) else assets.picture(name))
        assets.wait()
        for asset in asked:
            assert asset.done
            assert asset.ready or "on purpose" in str(asset.error)
            assets.unload(asset)
    assert assets.progress.done == assets.progress.total


def test_a_thread_is_killed_at_its_work(assets: Assets) -> None:
    running = threading.Event()
    idents: list[int] = []

    def endless(files: GameFiles, name: str) -> None:
        idents.append(threading.get_ident())
        running.set()
        while True:
            pass

    killed = assets.load("data1.json", endless)
    assert running.wait(PATIENCE)
    kill = ctypes.pythonapi.PyThreadState_SetAsyncExc
    assert kill(ctypes.c_ulong(idents[0]), ctypes.py_object(SystemExit)) == 1
    with pytest.raises(AssetError, match="SystemExit"):
        killed.wait()
    assert assets.picture("picture1.png").wait().width == 64


@pytest.mark.parametrize("those", [[0], [1], [0, 1, 2]])
def test_a_thread_cannot_be_started(assets: Assets, those: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = threading.Thread.start, iter(range(100))

    def refuse(thread: threading.Thread) -> None:
        if next(started) in those:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    asked = [assets.picture(f"picture{number}.png") for number in range(LEVELS)]
    assets.wait()
    failed = [asset for asset in asked if asset.error is not None]
    assert 1 <= len(failed) <= len(those)
    for asset in failed:
        assert "no thread can be started" in str(asset.error)
        assets.unload(asset)
    assert all(assets.picture(f"picture{number}.png").wait().width == 64 for number in range(LEVELS))


class SlowFiles(GameFiles):
    """On a disk that answers when it is told to."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked = threading.Event()
        self.answers = threading.Event()

    def read(self, *args: Any, **options: Any) -> bytes:
        self.asked.set()
        assert self.answers.wait(PATIENCE)
        return super().read(*args, **options)


class Asks(System):
    """Wants a picture, counts the ticks in which it is not there, and lets the disk answer in the end."""

    def __init__(self, files: SlowFiles, quit_first: Callable[[], object] | None) -> None:
        self.files = files
        self.quit_first = quit_first
        self.waited = 0

    def on_add(self) -> None:
        self.picture = self.world.resource(Assets).picture("picture0.png")

    def process(self, dt: float) -> None:
        if self.picture.done:
            return
        self.waited += 1
        if self.waited == 50:
            assert self.files.asked.wait(PATIENCE)
            if self.quit_first is not None:
                self.quit_first()
            self.files.answers.set()


@pytest.mark.parametrize("quits", [False, True])
def test_a_slow_disk_holds_up_no_tick(tmp_path: Path, quits: bool) -> None:
    app = open_game(tmp_path)
    files = SlowFiles(tmp_path)
    app.assets.files.read = files.read  # type: ignore[method-assign]
    asks = Asks(files, app.quit if quits else None)
    app.add_system(asks)
    app.run(ticks=200, frame_rate=0)
    assert asks.waited >= 50
    assert asks.picture.done
    if not quits:
        assert asks.picture.ready
        assert app.tick == 200
    assert_gone(app)
