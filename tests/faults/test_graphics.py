"""What a driver does: contexts lost in any frame, and no memory at any call."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine.core.errors import EngineError, GLError
from ecs_engine.display import LOSS_SECONDS
from ecs_engine.gpu import enums
from ecs_engine.render.targets import KEPT_FRAMES
from ecs_engine.testing import FakeGL
from ecs_engine.testing.app import FakeApp

from ..soak.game import SIZE
from .game import assert_gone, open_game

Rounds = Callable[[int, int], int]
MOST_CALLS = 400
"""About as many as two frames make, and the making anew of all that there is."""
ALLOCATIONS = (
    "glBufferData", "glBufferStorage", "glTexImage2D", "glTexImage3D", "glRenderbufferStorage", "glMapBufferRange",
)  # fmt: skip

HARMLESS = ("glDelete", "glPushDebugGroup", "glPopDebugGroup", "glObjectLabel")
"""Deletion has no memory to ask for, and the names of groups are not checked."""


def held(app: FakeApp) -> dict[str, int]:
    """How many objects of each kind OpenGL has; of fences there are as many as frames are on their way."""
    return {kind: len(names) for kind, names in app.gl.live_objects().items() if kind != "sync"}


def drawn(app: FakeApp) -> list[tuple[Any, ...]]:
    """What the last frame drew."""
    return [(draw.first, draw.count) for draw in app.gl.frames[-1].draws]


def check_pictures(app: FakeApp) -> None:
    """Assert that every picture there is lies on the GPU as it should; where there was one, anything may lie."""
    name = app.renderer._pictures.texture.id
    pages = [app.gl.texture_image(name, layer=layer) for layer in range(app.pictures.page_count)]
    for upload in app.pictures._texels.values():
        height, width = upload.pixels.shape[:2]
        there = pages[upload.page][upload.y : upload.y + height, upload.x : upload.x + width]
        np.testing.assert_array_equal(there, upload.pixels)


def settle(app: FakeApp) -> None:
    """Draw until what was needed before, and is not any more, is gone."""
    for _ in range(KEPT_FRAMES + 2):
        app.step(0)


def forgive(app: FakeApp) -> None:
    """Let the losses lie further apart than they do."""
    app._display._clock = iter(np.arange(10**6) * LOSS_SECONDS).__next__


@pytest.mark.parametrize("latency", [0, 3])
def test_the_context_is_lost_at_any_call_of_any_frame(tmp_path: Path, latency: int, rounds: Rounds) -> None:
    rng = np.random.default_rng(latency)
    gl = FakeGL(size=SIZE, fence_latency=latency)
    with open_game(tmp_path, gl=gl) as app:
        forgive(app)
        app.assets.wait()
        for _ in range(rounds(5, 500)):
            app.step(int(rng.integers(1, 30)))
            settle(app)
            check_pictures(app)
            before = drawn(app), held(app)
            app.gl.lose_context(after=int(rng.integers(MOST_CALLS)))
            settle(app)
            assert app.gl.reset is None
            assert (drawn(app), held(app)) == before
            check_pictures(app)
            app.gl.assert_no_error()
        app.gl.failures.clear()
    assert_gone(app)


def test_a_frame_that_is_cut_off_anywhere_takes_nothing_along(tmp_path: Path, rounds: Rounds) -> None:
    """In debug mode the very call raises; else the loss is found at the end of the frame."""
    with open_game(tmp_path, debug=True) as app:
        forgive(app)
        app.assets.wait()
        app.step(5)
        settle(app)
        before = held(app)
        calls = len(app.gl.frames[-1].commands)
        assert calls > 50
        for after in range(0, calls, rounds(7, 1)):
            app.gl.lose_context(after=after)
            app.step(0)
        settle(app)
        assert held(app) == before
    assert_gone(app)


def test_the_context_is_lost_while_the_app_closes(tmp_path: Path, rounds: Rounds) -> None:
    """What was in it is gone with it, and there is nothing to be said about that."""
    rng = np.random.default_rng(8)
    for _ in range(rounds(3, 200)):
        app = open_game(tmp_path)
        app.step(3)
        app.gl.lose_context(after=int(rng.integers(MOST_CALLS)))
        app.close()
        assert app.window.closed
        assert app.device.live_resources() == []
        app.world.close()


def test_the_context_is_lost_during_runs(tmp_path: Path, rounds: Rounds, caplog: pytest.LogCaptureFixture) -> None:
    rng = np.random.default_rng(12)
    for _ in range(rounds(2, 100)):
        with open_game(tmp_path) as app, caplog.at_level(logging.CRITICAL):
            forgive(app)
            for _ in range(3):
                app.gl.lose_context(after=int(rng.integers(10 * MOST_CALLS)))
            app.run(ticks=80, frame_rate=0)
        assert app.tick == app.frame.tick == 80
        assert_gone(app)


@pytest.mark.parametrize("debug", [False, True])
def test_there_is_no_memory_at_some_call(tmp_path: Path, debug: bool, rounds: Rounds) -> None:
    """Making the app, or a step, raises and names the call or the thing; whatever was made is given back."""
    rng = np.random.default_rng(3)
    failed = 0
    for _ in range(rounds(10, 500)):
        gl = FakeGL(size=SIZE)
        name = str(rng.choice(ALLOCATIONS))
        gl.fail(name, error=enums.OUT_OF_MEMORY, after=int(rng.integers(12)))
        try:
            with open_game(tmp_path, gl=gl, debug=debug) as app:
                for _ in range(60):
                    app.step()
        except GLError as error:
            failed += 1
            words = str(error)
        else:
            words = name
        assert not debug or name in words
        gl.assert_no_leaks()
        FakeApp(size=SIZE).close()
    assert failed
    """Else nothing was tested: only calls that come too seldom were chosen."""


def test_any_call_fails(tmp_path: Path, rounds: Rounds) -> None:
    """Whatever the error: it is an error of the engine that is raised, or the frame goes on."""
    rng = np.random.default_rng(4)
    errors = [enums.OUT_OF_MEMORY, enums.INVALID_OPERATION, enums.INVALID_VALUE]
    with open_game(tmp_path) as app:
        app.step(5)
        made = {name for frame in app.gl.frames for name, _ in frame.commands}
    names = sorted(name for name in made if not name.startswith(HARMLESS))
    raised = 0
    for _ in range(rounds(10, 500)):
        gl = FakeGL(size=SIZE)
        gl.fail(str(rng.choice(names)), error=int(rng.choice(errors)), after=int(rng.integers(20)))
        try:
            with open_game(tmp_path, gl=gl, debug=True) as app:
                for _ in range(10):
                    app.step()
        except EngineError:
            raised += 1
        gl.assert_no_leaks()
        FakeApp(size=SIZE).close()
    assert raised
