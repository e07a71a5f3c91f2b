"""The disk is full: what was there before stays, nothing half-written is left, and the game ends as it should.

The system is told to refuse files beyond some size, which is the same to whoever writes them.
"""

from __future__ import annotations

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ecs_engine import App
from ecs_engine.core.errors import EngineError, SaveError
from ecs_engine.replay import record_game
from ecs_engine.saves import Saves
from ecs_engine.testing.app import FakeApp

from .game import assert_gone, open_game

ROOM = 64
"""Bytes: less than the head of any of these files and its first block."""


@contextmanager
def full_disk() -> Iterator[None]:
    """Files may have no more than :data:`ROOM` bytes. (Python ignores the signal, so that calls fail with EFBIG.)"""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_screenshot_has_no_room(app: FakeApp, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    app.step()
    app.screenshot(picture)
    before = contents(tmp_path)
    with full_disk(), pytest.raises(OSError, match="File too large"):
        app.screenshot(picture)
    assert contents(tmp_path) == before
    app.step()
    app.screenshot(picture)
    with Image.open(picture) as image:
        assert image.size == app.window.framebuffer_size


@pytest.mark.parametrize("at_the_end", [True, False])
def test_a_screenshot_of_a_run_has_no_room(tmp_path: Path, at_the_end: bool) -> None:
    app = open_game(tmp_path)
    folder = tmp_path / "pictures"
    folder.mkdir()
    options: dict[str, Any] = {"screenshot": folder / "a.png", "ticks": 20} if at_the_end else {}
    app.step()
    if not at_the_end:
        app.call_on_main(lambda: app.screenshot(folder / "a.png"))
    with full_disk(), pytest.raises(OSError, match="File too large"):
        app.run(frame_rate=0, **options)
    assert contents(folder) == {}
    assert_gone(app)


def test_a_save_has_no_room(app: FakeApp, tmp_path: Path) -> None:
    saves = Saves()
    app.step()
    saves.save(app.world, tmp_path / "a.save")
    before = contents(tmp_path)
    app.step()
    with full_disk(), pytest.raises(SaveError, match="File too large"):
        saves.save(app.world, tmp_path / "a.save")
    assert contents(tmp_path) == before


def test_a_recording_has_no_room(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(EngineError, match="File too large"):
        record_game(lambda **options: App(**options), tmp_path / "a.rec", ticks=2000)
    assert not [thread for thread in threading.enumerate() if thread.name == "logic"]
    FakeApp().close()  # and nothing is open
