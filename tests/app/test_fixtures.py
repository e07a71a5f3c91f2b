"""The fixture ``app`` that users get, and what it holds them to."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from pathlib import Path

import esper
import pytest

from ecs_engine import Sprite, System, Transform2D
from ecs_engine.testing import FakeGL
from ecs_engine.testing.app import FakeApp, FakeGLWindow


def test_it_is_an_app_on_the_mocked_gl(app: FakeApp) -> None:
    assert isinstance(app.gl, FakeGL)
    assert isinstance(app.window, FakeGLWindow)
    assert app.window.gl is app.gl
    app.step()
    assert app.gl.frames[-1].draw_count == 0


def test_the_mocked_gl_is_as_large_as_the_window() -> None:
    gl = FakeGL(size=(5, 5))
    with FakeApp(gl, (20, 10), content_scale=1.5) as app:
        assert app.gl is gl
        assert app.read_pixels().shape == (15, 30, 4)


TESTS = """
from ecs_engine.gpu import enums

def test_good(app):
    app.step()

def test_closed_by_the_test(app):
    app.run(ticks=2)

def test_leaks(app):
    app.gl.glGenBuffers(1)

def test_pending_error(app):
    app.gl.glBindTexture(12345, 0)

def test_good_again(app):
    app.step()
"""


def test_a_leak_or_an_error_fails_the_test(tmp_path: Path) -> None:
    (tmp_path / "test_game.py").write_text(TESTS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        capture_output=True, text=True, timeout=100, cwd=tmp_path,
    )  # fmt: skip
    passed = {line.split("::")[1] for line in done.stdout.splitlines() if line.startswith("PASSED")}
    errors = {line.split("::")[1].split(" ")[0] for line in done.stdout.splitlines() if line.startswith("ERROR")}
    assert passed >= {"test_good", "test_closed_by_the_test", "test_good_again"}, done.stdout
    assert errors == {"test_leaks", "test_pending_error"}, done.stdout


def test_the_plugin_itself_is_light() -> None:
    """It is loaded by every run of pytest on the machine."""
    check = (
        "import sys, ecs_engine.testing.plugin\n"
        "heavy = 'OpenGL', 'glfw', 'PIL', 'ecs_engine.app', 'ecs_engine.testing.fake_gl'\n"
        "print([module for module in heavy if module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("ran", [False, True])
def test_a_dropped_app_is_freed_with_its_world(ran: bool) -> None:
    class Holds(System):
        def __init__(self, app: FakeApp) -> None:
            self.app = app

        def process(self, dt: float) -> None: ...

    with FakeApp() as app:
        app.world.create_entity(Transform2D(), Sprite())
        app.add_system(Holds(app))
        app.run(ticks=2) if ran else app.step(2)
    dropped = [weakref.ref(app), weakref.ref(app.world), weakref.ref(app.gl), weakref.ref(app.pictures)]
    del app
    gc.collect()
    assert [reference() for reference in dropped] == [None] * 4


def test_a_closed_world_leaves_esper_as_it_was() -> None:
    worlds = set(esper.list_worlds())
    with FakeApp() as app, app.world:
        app.step()
        app.close()
    assert set(esper.list_worlds()) <= worlds
