"""The pytest plugin: fixtures ``fake_gl``, ``world``, ``app``, ``record`` and ``replay``.

It is loaded by every pytest run on a machine that has the engine, so everything heavy is imported by the fixtures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ecs_engine.app import App
    from ecs_engine.core import World
    from ecs_engine.replay import Replayed, Script
    from ecs_engine.testing.app import FakeApp
    from ecs_engine.testing.fake_gl import FakeGL


@pytest.fixture
def fake_gl() -> Iterator[FakeGL]:
    """A fresh, strict :class:`FakeGL` 4.5; the test fails at its end on a pending GL error or a leaked object."""
    from ecs_engine.testing.fake_gl import FakeGL

    gl = FakeGL()
    yield gl
    gl.assert_no_error()
    gl.assert_no_leaks()


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh, empty :class:`ecs_engine.core.World`, owned by the test's thread and closed at the test's end."""
    from ecs_engine.core import World

    with World() as world:
        yield world


@pytest.fixture
def app() -> Iterator[FakeApp]:
    """An App on a window and an OpenGL that are not there; ``app.gl`` is its :class:`FakeGL`, ``app.window`` its
    :class:`FakeWindow`.

    It is closed at the test's end, with its world; then the test fails on a pending GL error or a leaked object.
    """
    from ecs_engine.testing.app import FakeApp

    with FakeApp() as app:
        yield app
    app.world.close()
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """``record(build, ticks)`` builds a game without a window, plays it for so many ticks and returns the recording.

    ``script=`` is a function from the number of a tick to its events, such as ``RandomInput(seed).events``.
    """
    from ecs_engine.replay import record_game

    made: list[Path] = []

    def record(build: Callable[..., App], ticks: int, *, script: Script | None = None, **options: Any) -> Path:
        made.append(tmp_path / f"recording-{len(made)}")
        record_game(build, made[-1], game=build.__name__, ticks=ticks, script=script, **options)
        return made[-1]

    return record


@pytest.fixture
def replay() -> Callable[..., Replayed]:
    """``replay(build, recording)`` plays a recording once more; the test fails at the first tick that is another.

    ``shuffle=seed`` runs the game's systems in another order, ``threads=True`` on both threads.
    """
    from ecs_engine.replay import replay_game

    return replay_game
