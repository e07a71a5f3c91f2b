"""Several windows: one world, one render thread, objects that are shared and containers that are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecs_engine import App, Camera2D, Key, Sprite, System, Transform2D
from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import CloseEvent, Event, KeyEvent, MouseMoveEvent, ResizeEvent
from ecs_engine.core.keys import Action
from ecs_engine.core.screen import Screen
from ecs_engine.gpu import enums as c
from ecs_engine.gpu import load_opengl
from ecs_engine.testing.app import FakeApp
from ecs_engine.testing.fake_gl import FakeGL, FakeGLError

SIZE, OTHER = (64, 48), (40, 30)
RED, BLUE = (255, 0, 0, 255), (20, 20, 80, 255)


def fill(app: App) -> int:
    """A red square in the middle of both windows, in the second, whose number is returned, smaller and on blue."""
    number = app.open_window("other", OTHER)
    app.world.create_entity(Transform2D(), Sprite(size=(16, 16), tint=RED))
    app.world.create_entity(Transform2D(), Camera2D(height=60, clear=BLUE, window=number))
    return number


def red(pixels: NDArray[np.uint8]) -> list[list[int]]:
    """First and last row and column with red in it."""
    lit = np.argwhere(pixels[..., 0] > 128)
    return [lit.min(0).tolist(), lit.max(0).tolist()]


# -- on real OpenGL ----------------------------------------------------------------------------------------------


def opened(kind: str, **options: Any) -> App:
    return App(size=SIZE, headless=kind == "osmesa", vsync=False, page_size=64, debug=True, **options)


KINDS = pytest.mark.parametrize(
    "kind", [pytest.param("osmesa", marks=pytest.mark.gl), pytest.param("x11", marks=pytest.mark.x11)]
)


def shown(app: App, number: int) -> NDArray[np.uint8]:
    """What the window's own context has copied to the window, top row first."""
    window = app.windows[number]
    window.make_current()
    gl, (width, height) = load_opengl(), window.framebuffer_size
    pixels = np.zeros((height, width, 4), np.uint8)
    bound = gl.glGetIntegerv(c.READ_FRAMEBUFFER_BINDING)
    assert isinstance(bound, int)
    gl.glBindFramebuffer(c.READ_FRAMEBUFFER, 0)
    gl.glReadPixels(0, 0, width, height, c.RGBA, c.UNSIGNED_BYTE, pixels.ctypes.data)
    gl.glBindFramebuffer(c.READ_FRAMEBUFFER, bound)
    assert gl.glGetError() == 0
    app.window.make_current()
    return pixels[::-1]


@KINDS
def test_each_window_shows_what_its_cameras_see(kind: str) -> None:
    with opened(kind) as app:
        number = fill(app)
        app.step(2)
        first, other = app.read_pixels(), app.read_pixels(number)
        assert (first.shape, red(first)) == ((48, 64, 4), [[16, 24], [31, 39]])
        assert (other.shape, red(other)) == ((30, 40, 4), [[11, 16], [18, 23]])
        assert first[0, 0].tolist() == [0, 0, 0, 255]
        assert other[0, 0].tolist() == list(BLUE)


@pytest.mark.gl
def test_the_other_context_gets_the_picture() -> None:
    """In memory a swap changes nothing, so that what was copied can be read from the other context itself."""
    with opened("osmesa") as app:
        number = fill(app)
        app.step(2)
        np.testing.assert_array_equal(shown(app, number), app.read_pixels(number))
        app.windows[number].resize((80, 60))
        app.step(2)
        assert shown(app, number).shape == (60, 80, 4)
        np.testing.assert_array_equal(shown(app, number), app.read_pixels(number))
        app.lose_context()
        app.step()
        np.testing.assert_array_equal(shown(app, number), app.read_pixels(number))


@pytest.mark.x11
def test_the_player_sees_both_windows() -> None:
    """The X server is asked what is on the screen."""
    import glfw
    from Xlib import X
    from Xlib.display import Display as Server

    def on_screen(window: Any) -> NDArray[np.uint8]:
        width, height = window.size
        target = server.create_resource_object("window", glfw.get_x11_window(window._handle))
        image = target.get_image(0, 0, width, height, X.ZPixmap, 0xFFFFFFFF)
        return np.frombuffer(image.data, np.uint8).reshape(height, width, 4)[..., [2, 1, 0]]

    def seen(app: App, number: int) -> bool:
        pictures = [(app.windows[n], app.read_pixels(n)[..., :3]) for n in (0, number)]
        return all(np.array_equal(on_screen(window), pixels) for window, pixels in pictures)

    server = Server()
    try:
        with opened("x11") as app:
            number = fill(app)
            # Overlapping windows hide each other, and there is no window manager to place them.
            glfw.set_window_pos(app.window._handle, 0, 0)  # type: ignore[attr-defined]
            glfw.set_window_pos(app.windows[number]._handle, 200, 0)  # type: ignore[attr-defined]
            for lose in (False, True):
                if lose:
                    app.lose_context()
                for _ in range(200):  # the server and the driver show a frame in their own time
                    app.step()
                    if seen(app, number):
                        break
                else:
                    raise AssertionError("the windows never showed what was drawn for them")
    finally:
        server.close()


@KINDS
def test_a_lost_context_is_made_anew_for_all_windows(kind: str) -> None:
    with opened(kind) as app:
        number = fill(app)
        app.step(3)
        before = [app.read_pixels(window) for window in (0, number)]
        handles = [window._handle for window in app.windows.values()]  # type: ignore[attr-defined]
        app.lose_context()
        app.step(0)
        for window, pixels in zip((0, number), before, strict=True):
            np.testing.assert_array_equal(app.read_pixels(window), pixels)
            assert app.windows[window]._handle is not handles[window]  # type: ignore[attr-defined]


@KINDS
def test_closing_the_second_window_leaves_the_game_running(kind: str) -> None:
    with opened(kind) as app:
        number = fill(app)

        class Closes(System):
            def process(self, dt: float) -> None:
                if app.tick == 10:
                    app.windows[number].request_close()

        app.add_system(Closes())
        app.run(ticks=40)
        assert app.tick == 40
        assert list(app.windows) == [0]
        assert app.device.live_resources() == []


@KINDS
def test_closing_the_first_window_ends_the_game_and_closes_all(kind: str) -> None:
    with opened(kind) as app:
        number = fill(app)
        other = app.windows[number]
        app.step()
        app.window.request_close()
        app.run()
        assert app.window.closed
        assert other.closed
        assert app.device.live_resources() == []


# -- on the mocked OpenGL ----------------------------------------------------------------------------------------


@pytest.fixture
def app() -> Iterator[FakeApp]:
    with FakeApp(size=SIZE, page_size=64, debug=True) as app:
        yield app
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()
    assert not app.gl.notes


def events_of(app: FakeApp) -> tuple[Event, ...]:
    app.step()
    return app.input.events


def test_events_tell_their_window_and_keep_their_order(app: FakeApp) -> None:
    number = fill(app)
    other: Any = app.windows[number]
    other.inject(KeyEvent(Key.A, Action.PRESS, time_ns=5))
    app.window.inject(KeyEvent(Key.B, Action.PRESS, time_ns=7))
    other.inject(KeyEvent(Key.B, Action.RELEASE, time_ns=9))
    assert [(event.time_ns, event.window) for event in events_of(app)] == [(5, number), (7, 0), (9, number)]
    assert app.input.down(Key.A)
    assert app.input.press_count(Key.B) == 1
    assert not app.input.down(Key.B)


def test_the_mouse_tells_its_window_and_does_not_move_between_two(app: FakeApp) -> None:
    number = fill(app)
    other: Any = app.windows[number]
    app.window.inject(MouseMoveEvent(10.0, 10.0))
    app.window.inject(MouseMoveEvent(12.0, 10.0))
    app.step()
    assert (app.input.mouse.window, app.input.mouse.delta) == (0, (2.0, 0.0))
    other.inject(MouseMoveEvent(30.0, 5.0))
    app.step()
    mouse = app.input.mouse
    assert (mouse.window, mouse.position, mouse.delta) == (number, (30.0, 5.0), (0.0, 0.0))


def test_a_window_s_size_is_its_cameras_(app: FakeApp) -> None:
    number = fill(app)
    app.step()
    screen = app.world.resource(Screen)
    before = app.frame.views[1].current[0, 0]
    app.windows[number].resize((80, 30))
    (event,) = events_of(app)
    assert isinstance(event, ResizeEvent)
    assert (screen.width, screen.others[number].width) == (64, 80)
    assert app.frame.views[1].current[0, 0] == pytest.approx(before / 2)
    app.step()
    framebuffer = app.renderer.surfaces[number].framebuffer
    assert framebuffer is not None
    assert (framebuffer.width, framebuffer.height) == (80, 30)


def test_a_camera_of_another_window_does_not_replace_the_first_one_s(app: FakeApp) -> None:
    number = fill(app)
    app.step()
    assert sorted(view.window for view in app.frame.views) == [0, number]
    app.world.create_entity(Transform2D(), Camera2D(height=10, window=7))  # of no window
    app.step()
    assert len(app.frame.views) == 2


def test_only_the_first_window_waits_for_the_screen(app: FakeApp) -> None:
    app.window.vsync = True
    other: Any = app.windows[fill(app)]
    app.step(3)
    app.step()
    assert (app.window.vsync, other.vsync) == (True, False)
    assert (app.window.swaps, other.swaps) == (2, 2)


def test_drawing_is_done_in_the_first_context_and_the_other_only_copies(app: FakeApp) -> None:
    app.step()
    alone = app.device.last_frame.draw_calls
    fill(app)
    app.step()
    app.step()
    frame = app.gl.frames[-1]
    assert {draw.framebuffer for draw in frame.draws} == {0, app.renderer.surfaces[1].framebuffer.id}  # type: ignore[union-attr]
    assert app.device.last_frame.draw_calls == 2 + alone
    assert len([name for name, _ in frame.commands if name == "glBlitFramebuffer"]) == 1
    assert [name for name, _ in frame.commands].count("glWaitSync") == 2


def test_a_minimised_window_costs_nothing(app: FakeApp) -> None:
    other: Any = app.windows[fill(app)]
    app.step()
    other._set_extent((*OTHER, 0, 0, 1.0))
    app.step()
    app.step()
    assert "glBlitFramebuffer" not in [name for name, _ in app.gl.frames[-1].commands]
    with pytest.raises(EngineError, match="minimised"):
        app.read_pixels(1)
    assert app.read_pixels().shape == (48, 64, 4)


def test_a_closed_window_is_told_and_its_cameras_draw_no_more(app: FakeApp) -> None:
    number = fill(app)
    app.step()
    app.windows[number].request_close()
    (event,) = events_of(app)
    assert isinstance(event, CloseEvent)
    assert event.window == number
    assert [view.window for view in app.frame.views] == [0]
    assert list(app.windows) == [0]
    with pytest.raises(EngineError, match=f"window {number}.*not open"):
        app.read_pixels(number)
    assert app.open_window("another", OTHER) == number + 1


def test_it_is_not_opened_from_within_a_run(app: FakeApp) -> None:
    class Opens(System):
        def process(self, dt: float) -> None:
            app.open_window("in vain")

    app.add_system(Opens())
    with pytest.raises(EngineError, match=r"App.open_window was called during App.step"):
        app.step()


def test_dragging_a_second_window_keeps_the_picture_alive(app: FakeApp) -> None:
    other: Any = app.windows[fill(app)]
    app.step()
    frames = app.frames
    other.refresh()
    app.step()
    assert app.frames == frames + 2


def test_no_event_is_lost_when_another_window_s_poll_raises(app: FakeApp) -> None:
    other: Any = app.windows[fill(app)]
    app.step()
    app.window.inject(KeyEvent(Key.A, Action.PRESS))
    app.gl.lose_context()
    other.refresh()  # draws from within its poll, where the context is found lost
    app.step()
    assert app.input.press_count(Key.A) == 1


@pytest.mark.parametrize("name", ["glFramebufferTexture2D", "glBlitFramebuffer"])
def test_a_driver_that_refuses_to_show_is_named(app: FakeApp, name: str) -> None:
    fill(app)
    app.step()
    app.gl.fail(name, c.INVALID_OPERATION)
    with pytest.raises(EngineError):
        app.step()
    assert app.gl.current == 0
    app.step()


# -- contexts of the mocked OpenGL -----------------------------------------------------------------------------------


def test_what_contexts_share_and_what_not() -> None:
    gl = FakeGL(size=SIZE)
    (buffer,) = gl.glGenBuffers(1)
    gl.glBindBuffer(c.ARRAY_BUFFER, buffer)
    makers = [(gl.glGenVertexArrays, gl.glBindVertexArray, gl.glDeleteVertexArrays)]
    makers += [(gl.glGenFramebuffers, lambda name: gl.glBindFramebuffer(c.FRAMEBUFFER, name), gl.glDeleteFramebuffers)]
    makers += [(gl.glGenQueries, lambda name: gl.glQueryCounter(name, c.TIMESTAMP), gl.glDeleteQueries)]
    names = [make(1)[0] for make, _, _ in makers]
    gl.glEnable(c.BLEND)
    gl.make_current(gl.make_context())
    assert gl.glGetIntegerv(c.ARRAY_BUFFER_BINDING) == 0
    assert gl.glGetIntegerv(c.BLEND) == 0
    gl.glBindBuffer(c.ARRAY_BUFFER, buffer)
    for name, (_, bind, delete) in zip(names, makers, strict=True):
        for use in (bind, lambda name, delete=delete: delete([name])):
            with pytest.raises(FakeGLError, match="belongs to another context"):
                use(name)
    gl.make_current(0)
    assert gl.glGetIntegerv(c.BLEND) == 1
    for name, (_, bind, _) in zip(names, makers, strict=True):
        bind(name)


def test_a_wait_for_a_fence_that_may_never_come_is_found() -> None:
    gl = FakeGL(size=SIZE)
    other = gl.make_context()
    fence = gl.glFenceSync(c.SYNC_GPU_COMMANDS_COMPLETE, 0)
    gl.make_current(other)
    gl.glFlush()  # of the wrong context
    with pytest.raises(FakeGLError, match=r"glWaitSync: .*never flushed"):
        gl.glWaitSync(fence, 0, c.TIMEOUT_IGNORED)
    gl.make_current(0)
    gl.glFlush()
    gl.make_current(other)
    gl.glWaitSync(fence, 0, c.TIMEOUT_IGNORED)
    gl.glWaitSync(fence, 0, 5)
    assert gl.glGetError() == c.INVALID_VALUE


def test_a_reset_takes_all_contexts() -> None:
    gl = FakeGL(size=SIZE)
    other = gl.make_context()
    gl.lose_context()
    gl.make_current(other)
    gl.glFlush()
    assert gl.glGetError() == c.CONTEXT_LOST
    gl.renew_context()
    assert gl.current == 0
    with pytest.raises(FakeGLError, match="there is no context"):
        gl.make_current(other)


def test_a_context_that_is_deleted_with_something_in_it_is_noted() -> None:
    gl = FakeGL(size=SIZE)
    number = gl.make_context()
    gl.make_current(number)
    gl.glGenFramebuffers(1)
    gl.delete_context(number)
    assert gl.current == 0
    assert gl.notes == [f"context {number} was deleted with framebuffers in it; delete these before"]
