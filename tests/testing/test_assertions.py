"""What tests of games assert with, and what it says when it fails."""

from __future__ import annotations

import re

import pytest

from ecs_engine import Sprite, System, Text, Transform2D, World
from ecs_engine.gpu import Framebuffer
from ecs_engine.testing import FakeApp, FakeGL, FakeGLError, assert_draws, assert_no_leaks, last_frame, run_ticks


class Counting(System):
    ticks = 0
    seconds = 0.0

    def process(self, dt: float) -> None:
        self.ticks += 1
        self.seconds += dt


@pytest.fixture
def counting(world: World) -> Counting:
    system = Counting()
    world.add_processor(system)
    return system


def test_ticks_are_run(world: World, counting: Counting) -> None:
    assert run_ticks(world) == 1
    assert run_ticks(world, 59) == 59
    assert counting.ticks == 60
    assert abs(counting.seconds - 1) < 1e-9
    run_ticks(world, 2, 0.25)
    assert abs(counting.seconds - 1.5) < 1e-9


def test_ticks_are_run_until(world: World, counting: Counting) -> None:
    assert run_ticks(world, 100, until=lambda: counting.ticks == 7) == 7
    with pytest.raises(AssertionError, match="did not happen within 5 ticks; wait for longer"):
        run_ticks(world, 5, until=lambda: counting.ticks == 7)
    with pytest.raises(ValueError, match="asked for 0 ticks; pass at least 1"):
        run_ticks(world, 0)
    with pytest.raises(TypeError, match="takes a World or an App, not int; pass the fixture world or app"):
        run_ticks(10)  # type: ignore[arg-type]


def test_an_app_makes_steps(app: FakeApp) -> None:
    assert run_ticks(app, 3) == 3
    assert (app.tick, len(app.gl.frames)) == (3, 3)
    assert run_ticks(app, 9, until=lambda: app.tick == 5) == 2
    with pytest.raises(ValueError, match="leave dt out"):
        run_ticks(app, 1, 0.1)


def test_draws_are_counted_and_told(app: FakeApp) -> None:
    with pytest.raises(AssertionError, match=r"no frame was finished yet; call app\.step\(\) first"):
        assert_draws(app, 0)
    app.world.create_entity(Transform2D(), Sprite(size=(8, 8)))
    app.world.create_entity(Transform2D(), Text("score"))
    app.step()
    assert_draws(app, 2)
    assert_draws(app.gl, 2)
    with pytest.raises(TypeError, match="World draws nothing that is recorded; pass the fixture app or fake_gl"):
        assert_draws(app.world, 1)  # type: ignore[arg-type]
    with pytest.raises(AssertionError) as caught:
        assert_draws(app, 1)
    words = str(caught.value)
    assert "had 2 draw calls and should have 1" in words
    assert re.search(r"\n  1\. sprites: 6 vertices\n  2\. texts: \d+ vertices, not one with .* because of: \w+", words)


def test_the_last_frame_tells_its_commands() -> None:
    gl = FakeGL()
    gl.glClear(0)
    gl.glFlush()
    gl.end_frame()
    gl.glFinish()
    frame = last_frame(gl)
    assert frame.commands == [("glClear", (0,)), ("glFlush", ())]
    assert frame.calls("glClear") == [(0,)]


def test_what_is_left_is_named(app: FakeApp) -> None:
    with assert_no_leaks(app):
        Framebuffer(app.device, 8, 8, label="map").delete()
    left = r"2 more GL objects than before: texture \d+ \(map colour\), framebuffer \d+"
    with pytest.raises(FakeGLError, match=left), assert_no_leaks(app.gl):
        canvas = Framebuffer(app.device, 8, 8, label="map")
    canvas.delete()


def test_a_failure_inside_is_not_hidden(fake_gl: FakeGL) -> None:
    names: list[int] = []

    def fail() -> None:
        names.extend(fake_gl.glGenBuffers(1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), assert_no_leaks(fake_gl):
        fail()
    fake_gl.glDeleteBuffers(names)
