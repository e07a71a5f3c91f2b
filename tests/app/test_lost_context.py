"""An app whose graphics driver is reset: it goes on, and the picture is the same."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from ecs_engine import App, Camera2D, Input, Key, Sprite, System, Transform2D, Velocity, batch
from ecs_engine.core.errors import DisplayError
from ecs_engine.core.events import ContextRestoredEvent, KeyEvent
from ecs_engine.core.keys import Action
from ecs_engine.display import LOSS_SECONDS, MOST_LOSSES, Display
from ecs_engine.frame.snapshot import Frame
from ecs_engine.gpu import GL, ContextLostError, load_opengl
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.calls import GL_NAMES
from ecs_engine.render import RenderSystem
from ecs_engine.testing.app import FakeApp, FakeGLWindow
from ecs_engine.testing.fake_gl import FakeGL
from ecs_engine.window import Window

SIZE = (160, 120)


def fill(app: App) -> None:
    """Something of everything that a picture is made of: pictures on two pages, layers, two cameras, movement."""
    rng = np.random.default_rng(3)
    pictures = [app.pictures.add(rng.integers(0, 256, (40, 40, 4), np.uint8)) for _ in range(6)]
    assert app.pictures.page_count > 1
    app.world.create_entities(
        200,
        batch(
            Transform2D,
            position=rng.uniform(-80, 80, (200, 2)).astype(np.float32),
            rotation=rng.uniform(0, 6, 200).astype(np.float32),
        ),
        batch(Velocity, linear=rng.uniform(-20, 20, (200, 2)).astype(np.float32)),
        batch(
            Sprite,
            picture=np.array([int(pictures[i % 6]) for i in range(200)], np.uint32),
            layer=(np.arange(200) % 3).astype(np.int16),
        ),
    )
    app.world.create_entity(Transform2D(), Camera2D(height=120))
    small = (0.7, 0.7, 0.3, 0.3)
    app.world.create_entity(Transform2D(), Camera2D(height=240, viewport=small, clear=(9, 9, 60, 255), order=1))


# -- on real OpenGL --------------------------------------------------------------------------------------------


class Losable:
    """The real OpenGL behind a driver that can be told to reset: what is called then does nothing and says so."""

    def __init__(self) -> None:
        self.lost = False
        self.gl = cast(GL, SimpleNamespace(**{name: self._call(name) for name in GL_NAMES}))
        self._real: GL | None = None
        self._statuses: list[int] = []
        self._errors: list[int] = []

    def lose(self) -> None:
        self._statuses = [c.UNKNOWN_CONTEXT_RESET]
        self.lost = True

    def _call(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if name == "glGetGraphicsResetStatus":
                return self._statuses.pop() if self._statuses else c.NO_ERROR
            if name == "glGetIntegerv" and arguments[0] == c.RESET_NOTIFICATION_STRATEGY:
                return c.LOSE_CONTEXT_ON_RESET
            if name == "glGetError" and self.lost:
                return self._errors.pop() if self._errors else c.NO_ERROR
            if self.lost:
                self._errors = [c.CONTEXT_LOST]
                return 0
            self._real = self._real or load_opengl()
            return getattr(self._real, name)(*arguments)

        return call


def opened(kind: str, driver: Losable | None = None) -> App:
    """An app in memory or in a window, which really destroys its context and makes another when it is renewed."""
    window: Window
    if kind == "osmesa":
        from ecs_engine.window.headless import HeadlessWindow

        window = HeadlessWindow(SIZE)
    else:
        from ecs_engine.window.glfw_window import GlfwWindow

        window = GlfwWindow("lost", SIZE, vsync=False)
    if driver is None:
        return App(size=SIZE, window=window, page_size=64)
    renew = window.renew

    def renew_and_tell() -> None:
        renew()
        driver.lost = False

    window.renew = renew_and_tell  # type: ignore[method-assign]  # so that the driver knows of the new context
    return App(size=SIZE, window=window, gl=driver.gl, page_size=64)


KINDS = pytest.mark.parametrize(
    "kind", [pytest.param("osmesa", marks=pytest.mark.gl), pytest.param("x11", marks=pytest.mark.x11)]
)


@KINDS
def test_the_picture_is_identical(kind: str) -> None:
    driver = Losable()
    with opened(kind, driver) as app:
        fill(app)
        app.step(5)
        before = app.read_pixels()
        assert len(np.unique(before.reshape(-1, 4), axis=0)) > 1000
        live = app.device.live_resources()
        handle = app.window._handle  # type: ignore[attr-defined]
        driver.lose()
        np.testing.assert_array_equal(app.read_pixels(), before)
        assert app.window._handle is not handle  # type: ignore[attr-defined]
        assert app.device.live_resources() == live
        app.step(5)
        after = app.read_pixels()
        assert (after != before).any()
        driver.lose()
        app.step(0)
        np.testing.assert_array_equal(app.read_pixels(), after)


@KINDS
def test_a_run_goes_on_and_ends_with_the_picture_of_one_that_lost_nothing(kind: str, tmp_path: Path) -> None:
    from PIL import Image

    pictures = []
    for driver in (Losable(), None):
        with opened(kind, driver) as app:
            fill(app)
            app.add_system(AtTick(20, driver.lose if driver else int))
            app.run(ticks=60, screenshot=tmp_path / "last.png", frame_rate=0)
        with Image.open(tmp_path / "last.png") as image:
            pictures.append(np.asarray(image))
    np.testing.assert_array_equal(*pictures)


class AtTick(System):
    """Does something in one tick, on the logic thread, and keeps count of restored contexts."""

    def __init__(self, tick: int, do: Callable[[], object]) -> None:
        self.tick, self.do = tick, do
        self.ticks = self.restored = 0

    def process(self, dt: float) -> None:
        self.ticks += 1
        if self.ticks == self.tick:
            self.do()
        events = self.world.resource(Input).events
        self.restored += sum(isinstance(event, ContextRestoredEvent) for event in events)


# -- on the mocked OpenGL ----------------------------------------------------------------------------------------


@pytest.fixture
def app() -> Iterator[FakeApp]:
    with FakeApp(size=SIZE, page_size=64) as app:
        yield app
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()


def texels(app: FakeApp) -> Any:
    texture = app.renderer._pictures.texture
    return np.stack([app.gl.texture_image(texture.id, layer=layer) for layer in range(app.pictures.page_count)])


def test_what_was_on_the_gpu_is_there_again(app: FakeApp) -> None:
    fill(app)
    app.step(3)
    live = {kind: len(names) for kind, names in app.gl.live_objects().items()}
    pictures = texels(app)
    draws = [(draw.first, draw.count) for draw in app.gl.frames[-1].draws]
    app.gl.lose_context()
    app.step(0)
    assert {kind: len(names) for kind, names in app.gl.live_objects().items()} == live
    np.testing.assert_array_equal(texels(app), pictures)
    assert [(draw.first, draw.count) for draw in app.gl.frames[-1].draws] == draws
    assert app.frames == 2  # the frame that was lost was not shown


def test_the_game_goes_on_and_is_told(app: FakeApp, caplog: pytest.LogCaptureFixture) -> None:
    """The loss comes at any moment of the context thread's frame: it is the logic thread that brings it about."""
    fill(app)
    system = AtTick(30, app.gl.lose_context)
    app.add_system(system)
    with caplog.at_level(logging.WARNING):
        app.run(ticks=120)
    assert (app.tick, system.restored) == (120, 1)
    (record,) = caplog.records
    assert record.getMessage().endswith("because it was reset; everything is made anew.")


def test_a_picture_that_is_added_while_there_is_no_context_comes_with_the_others(app: FakeApp) -> None:
    app.step()
    app.gl.lose_context()
    added = app.pictures.add(np.full((20, 20, 4), 77, np.uint8))
    app.step()
    u, v = int(app.pictures.table.uv[added.id, 0]) & 0xFFFF, int(app.pictures.table.uv[added.id, 0]) >> 16
    premultiplied = (77 * 77 + 127) // 255
    assert texels(app)[0, v, u].tolist() == [premultiplied] * 3 + [77]


def test_keys_that_are_held_are_released(app: FakeApp) -> None:
    app.window.inject(KeyEvent(Key.LEFT, Action.PRESS))
    app.step()
    assert app.input.down(Key.LEFT)
    app.gl.lose_context()
    app.step()  # draws, and finds out
    app.step()
    assert not app.input.down(Key.LEFT)
    assert app.input.focused


class Breaks(RenderSystem):
    """Loses the context in the middle of frames."""

    losses = 0
    error: Exception | None = None

    def after_views(self, frame: Frame, size: tuple[int, int]) -> None:
        if self.losses:
            self.losses -= 1
            cast(FakeGL, self.gl).lose_context()
            if self.error is not None:
                raise self.error

    gl: Any = None


@pytest.mark.parametrize("error", [None, ZeroDivisionError("of something that OpenGL answered")])
def test_a_loss_in_the_middle_of_a_frame(error: Exception | None) -> None:
    """Whatever is raised there: the driver says that it was lost."""
    with FakeApp(size=SIZE, page_size=64, render_system=Breaks) as app:
        fill(app)
        app.renderer.gl, app.renderer.losses, app.renderer.error = app.gl, 2, error  # type: ignore[attr-defined]
        app.step()
        assert app.frames == 1
        assert app.gl.frames[-1].draw_count > 0


def test_an_error_that_has_nothing_to_do_with_it_is_raised(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app.step()

    def fails(*_: object) -> None:
        raise LookupError("on purpose")

    monkeypatch.setattr(app.renderer, "after_views", fails)
    with pytest.raises(LookupError, match="on purpose"):
        app.step()
    assert app.tick == 2


def test_a_loss_while_everything_is_made_anew(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(app)
    app.step()
    pictures, link, links = texels(app), app.gl.glLinkProgram, []

    def lose_once(program: int) -> None:
        link(program)
        links.append(program)
        if len(links) == 1:
            app.gl.lose_context()

    monkeypatch.setattr(app.gl, "glLinkProgram", lose_once)
    app.gl.lose_context()
    app.step(0)
    assert len(links) == 1 + len(app.renderer._pipelines)
    np.testing.assert_array_equal(texels(app), pictures)


def test_a_loss_while_the_contents_are_written_again(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(app)
    app.step()
    pictures, upload, uploads = texels(app), app.gl.glTexSubImage3D, []

    def lose_once(*arguments: int) -> None:
        uploads.append(arguments)
        if len(uploads) == 4:
            app.gl.lose_context()
        upload(*arguments)

    monkeypatch.setattr(app.gl, "glTexSubImage3D", lose_once)
    app.gl.lose_context()
    app.step(0)
    np.testing.assert_array_equal(texels(app), pictures)
    assert app.device.last_frame.draw_calls > 0


@pytest.mark.parametrize("debug", [False, True])
def test_a_context_that_is_lost_all_the_time_ends_the_run(
    debug: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with FakeApp(size=SIZE, page_size=64, debug=debug) as app:
        renews = []
        renew = app.gl.renew_context

        def renew_in_vain() -> None:
            renews.append(1)
            renew()
            app.gl.lose_context()

        monkeypatch.setattr(app.gl, "renew_context", renew_in_vain)
        app.add_system(AtTick(5, app.gl.lose_context))
        with pytest.raises(ContextLostError, match=f"lost its context {MOST_LOSSES} times within 10 seconds"):
            app.run(ticks=1000)
        assert len(renews) == MOST_LOSSES - 1
        assert "failed" not in caplog.text
        assert app.window.closed
        assert app.device.live_resources() == []


def test_losses_that_are_far_apart_are_all_forgiven() -> None:
    gl, time = FakeGL(size=SIZE), 0.0
    display = Display(FakeGLWindow(gl, SIZE), gl, debug=False, clock=lambda: time)
    for _ in range(5 * MOST_LOSSES):
        time += LOSS_SECONDS / (MOST_LOSSES - 1) + 0.1
        gl.lose_context()
        display.keep(lambda: display.device.end_frame())
    gl.lose_context()
    with pytest.raises(ContextLostError, match="update the graphics driver"):
        display.keep(lambda: display.device.end_frame())


def test_no_new_context_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DisplayError("there is no usable OpenGL here")

    with FakeApp(size=SIZE, page_size=64) as app:
        monkeypatch.setattr(app.window, "renew", refuse)
        app.gl.lose_context()
        with pytest.raises(DisplayError, match="no usable OpenGL"):
            app.run()
        assert app.window.closed


def test_it_is_found_while_the_player_drags_the_window(app: FakeApp) -> None:
    """There it cannot be mended, as the window may not be replaced from within its own callback: just after it is."""
    app.step()
    app.gl.lose_context()
    app.window.refresh()
    app.add_system(AtTick(20, app.quit))
    app.run()
    assert app.tick >= 20


def test_a_reset_asked_for_by_hand(app: FakeApp) -> None:
    fill(app)
    app.step()
    pictures = texels(app)
    app.device.lose()
    app.gl.lose_context()
    app.step()
    np.testing.assert_array_equal(texels(app), pictures)


def test_the_driver_is_given_time(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses: list[int] = []
    renew = app.gl.renew_context

    def renew_after_reset() -> None:
        statuses.append(app.gl.glGetGraphicsResetStatus())
        renew()

    monkeypatch.setattr(app.gl, "renew_context", renew_after_reset)
    app.gl.lose_context(asks=5)
    app.step()
    assert statuses == [c.NO_ERROR]
