"""Whole apps on real OpenGL: in memory, and in a window of an X server."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from ecs_engine import App, Sprite, System, Transform2D, Velocity
from ecs_engine.core.errors import ShaderError
from ecs_engine.core.screen import Screen
from ecs_engine.render import PipelineSource, sprite_source
from ecs_engine.systems import SPRITES


class Fails(System):
    """Raises in its third tick."""

    ticks = 0

    def process(self, dt: float) -> None:
        self.ticks += 1
        if self.ticks == 3:
            raise LookupError("on purpose")


def white_square(app: App) -> None:
    app.world.create_entity(Transform2D(position=(8, 0)), Sprite(size=(16, 16)))


@pytest.mark.gl
def test_a_run_in_memory_draws_its_last_tick(tmp_path: Path) -> None:
    with App(size=(64, 48), headless=True, page_size=64, tick_rate=200) as app:
        app.world.create_entity(Transform2D(position=(-28, 0)), Sprite(size=(8, 8)), Velocity(linear=(200, 0)))
        app.run(ticks=20, screenshot=tmp_path / "last.png")
    from PIL import Image

    with Image.open(tmp_path / "last.png") as image:
        lit = np.argwhere(np.asarray(image)[..., 0] > 128)
    # 20 ticks of one unit each: from x = -28 to -8, which is 24 pixels from the left.
    assert (lit.min(0).tolist(), lit.max(0).tolist()) == ([20, 20], [27, 27])


@pytest.mark.gl
def test_a_failure_in_memory_frees_everything_and_the_next_app_works() -> None:
    for _ in range(3):
        with App(size=(64, 48), headless=True, page_size=64, debug=True) as app:
            white_square(app)
            app.add_system(Fails())
            with pytest.raises(LookupError, match="on purpose"):
                app.run()
            assert app.window.closed
            assert app.device.live_resources() == []


@pytest.mark.gl
def test_a_shader_that_does_not_compile_closes_the_window_in_memory() -> None:
    import glfw

    broken = PipelineSource(sprite_source().vertex, "void main() { colour = nonsense; }")
    with pytest.raises(ShaderError, match="nonsense"):
        App(size=(64, 48), headless=True, page_size=64, drawables=((SPRITES, broken),))
    assert not glfw.get_current_context()
    App(size=(64, 48), headless=True, page_size=64).close()


@pytest.mark.gl
def test_resizing_in_memory() -> None:
    with App(size=(64, 48), headless=True, page_size=64) as app:
        white_square(app)
        app.step()
        app.window.resize((128, 96))
        app.step(2)
        pixels = app.read_pixels()
        assert pixels.shape == (96, 128, 4)
        # What the window shows stays the same: the square is now twice as large.
        lit = np.argwhere(pixels[..., 0] > 128)
        assert (lit.min(0).tolist(), lit.max(0).tolist()) == ([32, 64], [63, 95])


@pytest.mark.x11
def test_a_run_in_a_window() -> None:
    with App(size=(128, 96), vsync=False, page_size=64) as app:
        white_square(app)
        app.step()
        assert app.read_pixels()[48, 72].tolist() == [255, 255, 255, 255]
        app.run(ticks=10)
        assert app.frame.tick == 11
    assert app.window.closed
    assert app.device.live_resources() == []


@pytest.mark.x11
def test_resizing_a_window_while_it_runs() -> None:
    class Shrinks(System):
        def process(self, dt: float) -> None:
            screen = self.world.resource(Screen)
            if (screen.width, screen.height) == (100, 80):
                app.quit()

    with App(size=(128, 96), vsync=False, page_size=64) as app:
        white_square(app)
        app.add_system(Shrinks())
        app.step()
        app.window.resize((100, 80))
        app.run(ticks=600)
        assert app.tick < 600


@pytest.mark.x11
def test_a_failure_in_a_window() -> None:
    with App(size=(128, 96), vsync=False, page_size=64, debug=True) as app:
        white_square(app)
        app.add_system(Fails())
        with pytest.raises(LookupError, match="on purpose"):
            app.run()
        assert app.device.live_resources() == []


PROGRAM = textwrap.dedent("""
    import glfw
    from ecs_engine import App, System

    class Says(System):
        def process(self, dt):
            if app.tick == 5:
                print(glfw.get_x11_window(app.window._handle), flush=True)

    with App("the game", size=(128, 96), page_size=64) as app:
        app.add_system(Says())
        try:
            app.run()
        finally:
            print("closed", app.window.closed, app.device.live_resources(), flush=True)
    print("end", flush=True)
""")


@pytest.mark.x11
@pytest.mark.parametrize("how", ["close button", "Ctrl-C"])
def test_the_player_ends_the_game(how: str) -> None:
    from Xlib import X
    from Xlib.display import Display
    from Xlib.protocol.event import ClientMessage

    child = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        window_id = int(child.stdout.readline())
        if how == "Ctrl-C":
            child.send_signal(signal.SIGINT)
        else:
            display = Display()
            window = display.create_resource_object("window", window_id)
            data = (32, [display.intern_atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0])
            protocols = display.intern_atom("WM_PROTOCOLS")
            window.send_event(ClientMessage(window=window, client_type=protocols, data=data))
            display.sync()
            display.close()
        out, err = child.communicate(timeout=60)
    finally:
        child.kill()
        child.wait()
    if how == "Ctrl-C":
        assert out == "closed True []\n"
        assert err.rstrip().endswith("KeyboardInterrupt")
        assert child.returncode in (1, 130, -signal.SIGINT)
    else:
        assert (out, err, child.returncode) == ("closed True []\nend\n", "", 0)
