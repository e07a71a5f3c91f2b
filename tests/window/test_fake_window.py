"""The rules all windows share, on the window that needs nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecs_engine.core.errors import DisplayError, ThreadError
from ecs_engine.core.events import CloseEvent, FocusEvent, KeyEvent, ResizeEvent, TextEvent
from ecs_engine.core.keys import Action, Key
from ecs_engine.testing.window import FakeWindow
from ecs_engine.window import Window

ICON = np.zeros((16, 16, 4), np.uint8)


def on_another_thread(call: Callable[[], object]) -> BaseException | None:
    """What the call raised on a thread named 'logic'."""
    caught: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=run, name="logic")
    thread.start()
    thread.join()
    return caught[0] if caught else None


USES: dict[str, Callable[[Any], object]] = {
    "make_current": lambda w: w.make_current(),
    "renew": lambda w: w.renew(),
    "companion": lambda w: w.companion("another", (32, 32)),
    "release_current": lambda w: w.release_current(),
    "swap": lambda w: w.swap(),
    "poll": lambda w: w.poll(),
    "resize": lambda w: w.resize((5, 5)),
    "set_icon": lambda w: w.set_icon(ICON),
    "set_cursor": lambda w: w.set_cursor("hidden"),
    "title": lambda w: setattr(w, "title", "new"),
    "vsync": lambda w: setattr(w, "vsync", True),
    "fullscreen": lambda w: setattr(w, "fullscreen", True),
}


def test_it_keeps_the_protocol() -> None:
    window: Window = FakeWindow((320, 200), content_scale=2.0)
    assert window.size == (320, 200)
    assert window.framebuffer_size == (640, 400)
    assert window.content_scale == 2.0
    assert window.refresh_rate == 60.0
    assert window.gl_version == (4, 5)
    window.title, window.vsync, window.fullscreen = "game", True, True
    assert (window.title, window.vsync, window.fullscreen) == ("game", True, True)
    window.set_icon(ICON)
    window.set_cursor("captured")
    window.set_cursor(ICON, (3, 3))


def test_context_and_swaps_are_recorded() -> None:
    with FakeWindow() as window:
        window.make_current()
        window.swap()
        assert (window.current, window.swaps) == (True, 1)
        window.release_current()
        assert not window.current
    assert window.closed


def test_poll_gives_each_event_once_in_order() -> None:
    window = FakeWindow((64, 64))
    press = KeyEvent(Key.A, Action.PRESS)
    window.inject(press)
    window.resize((80, 60))
    window.resize((80, 60))
    window.inject(TextEvent("a"))
    first, resize, last = window.poll()
    assert first is press
    assert isinstance(resize, ResizeEvent)
    assert (resize.width, resize.height, resize.framebuffer_width, resize.framebuffer_height) == (80, 60, 80, 60)
    assert isinstance(last, TextEvent)
    assert window.poll() == []


def test_closing_is_asked_then_done() -> None:
    window = FakeWindow()
    assert not window.should_close
    assert on_another_thread(window.request_close) is None, "any thread may ask"
    assert window.should_close
    assert not window.closed
    assert [type(event) for event in window.poll()] == [CloseEvent]
    window.close()
    window.close()
    assert window.closed


def test_an_injected_close_closes_and_an_injected_resize_is_refused() -> None:
    window = FakeWindow()
    window.inject(CloseEvent())
    assert window.should_close
    with pytest.raises(DisplayError, match=r"call resize\(\)"):
        window.inject(ResizeEvent(1, 1, 1, 1))


def test_an_error_while_redrawing_comes_out_of_poll_and_events_stay() -> None:
    window = FakeWindow()
    window.on_refresh = lambda: 1 // 0  # type: ignore[assignment]
    window.refresh()
    window.inject(TextEvent("a"))
    with pytest.raises(ZeroDivisionError):
        window.poll()
    assert len(window.poll()) == 1


@pytest.mark.parametrize("name", [*USES, "close"])
def test_use_off_the_owning_thread_names_both(name: str) -> None:
    window = FakeWindow()
    error = on_another_thread(lambda: {**USES, "close": lambda w: w.close()}[name](window))
    assert isinstance(error, ThreadError)
    assert name in str(error)
    assert "'logic'" in str(error)
    assert f"'{threading.current_thread().name}'" in str(error)
    assert not window.closed


@pytest.mark.parametrize("name", USES)
def test_use_after_close_is_an_error(name: str) -> None:
    window = FakeWindow()
    window.close()
    with pytest.raises(DisplayError, match=f"{name} .*closed"):
        USES[name](window)


@pytest.mark.parametrize(
    "size", [(0, 5), (-1, 5), (5,), (5, 5, 5), (2.5, 5), ("a", 5), None, (float("nan"), 5), (10**6, 5)]
)
def test_a_bad_size_is_refused_and_the_old_one_stays(size: Any) -> None:
    with pytest.raises(DisplayError, match="window size"):
        FakeWindow(size)
    window = FakeWindow((7, 8))
    with pytest.raises(DisplayError, match="window size"):
        window.resize(size)
    assert window.size == (7, 8)


@pytest.mark.parametrize("title", [None, 5, b"bytes", "nul\0", "\ud800"])
def test_a_bad_title_is_refused_and_the_old_one_stays(title: Any) -> None:
    with pytest.raises(DisplayError, match="window title"):
        FakeWindow(title=title)
    window = FakeWindow(title="old")
    with pytest.raises(DisplayError, match="window title"):
        window.title = title
    assert window.title == "old"


@pytest.mark.parametrize(
    "image",
    [
        None,
        [[0]],
        np.zeros((4, 4, 3), np.uint8),
        np.zeros((4, 4, 4), np.float32),
        np.zeros((0, 4, 4), np.uint8),
        np.zeros((600, 4, 4), np.uint8),
    ],
)
def test_bad_pictures_are_refused(image: Any) -> None:
    window = FakeWindow()
    with pytest.raises(DisplayError, match="icon"):
        window.set_icon(image)
    with pytest.raises(DisplayError, match="cursor"):
        window.set_cursor(image)


def test_bad_cursors_are_refused() -> None:
    window = FakeWindow()
    with pytest.raises(DisplayError, match="'visible', 'hidden', 'captured'"):
        window.set_cursor("gone")  # type: ignore[arg-type]
    with pytest.raises(DisplayError, match="hotspot"):
        window.set_cursor(ICON, (16, 0))


def test_it_needs_neither_glfw_nor_opengl() -> None:
    code = (
        "import sys; import ecs_engine.window, ecs_engine.testing.window as t; t.FakeWindow().poll();"
        "assert not {'glfw', 'OpenGL'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_companion_is_of_the_same_kind_and_has_a_life_of_its_own() -> None:
    first = FakeWindow(vsync=True, content_scale=2.0)
    with first.companion("another", (32, 20)) as other:
        assert (other.title, other.size, other.framebuffer_size, other.vsync) == ("another", (32, 20), (64, 40), False)
        other.inject(TextEvent("x"))
        assert first.poll() == []
        assert len(other.poll()) == 1
    assert not first.closed


def test_a_renewed_window_lets_go_of_keys_and_keeps_its_events() -> None:
    window = FakeWindow()
    window.inject(KeyEvent(Key.A, Action.PRESS))
    window.renew()
    assert window.current
    first, *focus = window.poll()
    assert isinstance(first, KeyEvent)
    assert [event.focused for event in focus if isinstance(event, FocusEvent)] == [False, True]
