"""Frames between the ticks, and ticks drawn whole where a game wants them at once."""

from __future__ import annotations

from typing import ClassVar

import pytest

from ecs_engine import Key, System
from ecs_engine.core.events import KeyEvent
from ecs_engine.core.keys import Action
from ecs_engine.pacing.follow import next_due
from ecs_engine.render import RenderSystem
from ecs_engine.testing.app import FakeApp


class Recorder(RenderSystem):
    """Remembers the tick and the alpha of what is drawn."""

    drawn: ClassVar[list[tuple[int, float]]] = []

    def render(self, frame, alpha, size):  # type: ignore[no-untyped-def]
        self.drawn.append((frame.tick, alpha))
        super().render(frame, alpha, size)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, float]]:
    """(tick, alpha) of each frame of this test."""
    monkeypatch.setattr(Recorder, "drawn", [])
    return Recorder.drawn


@pytest.mark.parametrize("frame_rate", [0.0, 50.0, 100.0, 1000.0])
def test_without_it_a_tick_is_drawn_whole_and_once(drawn: list[tuple[int, float]], frame_rate: float) -> None:
    with FakeApp(tick_rate=100, interpolate=False, render_system=Recorder) as app:
        app.run(ticks=20, frame_rate=frame_rate)
    *ticks, last, end = [tick for tick, _ in drawn]
    assert {alpha for _, alpha in drawn} == {1.0}
    assert ticks == sorted(set(ticks))
    assert last <= end == 20  # the end of a run draws the last tick in any case
    assert app.frames == len(drawn) <= 21


def test_with_it_ticks_are_drawn_as_often_as_there_are_frames(drawn: list[tuple[int, float]]) -> None:
    with FakeApp(tick_rate=20, render_system=Recorder) as app:
        app.run(ticks=3, frame_rate=0)
    assert len(drawn) > 20
    assert len({alpha for _, alpha in drawn}) > 10


def test_as_many_frames_as_asked_for_without_it() -> None:
    with FakeApp(tick_rate=1000, interpolate=False) as app:
        app.run(frames=7)
    assert app.frames == 7


def test_the_window_is_heard_while_a_tick_is_long_in_coming() -> None:
    class Ask(System):
        def process(self, dt: float) -> None:
            if app.tick == 1:
                app.window.inject(KeyEvent(Key.A, Action.PRESS))
                app.window.request_close()

    with FakeApp(tick_rate=0.01, interpolate=False) as app:
        app.add_system(Ask())
        app.run(frame_rate=0.01)  # returns without waiting a hundred seconds
    assert app.tick == 1


def grid(begun: list[int], period: int) -> list[int]:
    due, dues = 0, []
    for began in begun:
        due = next_due(due, began, period)
        dues.append(due)
    return dues


def test_frames_as_frequent_as_the_ticks_are_ready_for_each() -> None:
    ticks = [1000 + 100 * i for i in range(10)]
    late = [*ticks[:4], ticks[4] + 30, *ticks[5:]]  # one frame began late
    for begun in (ticks, late):
        assert all(due <= tick for due, tick in zip(grid(begun, 100), ticks[1:], strict=False))


def test_ticks_more_frequent_than_the_frames_are_left_out() -> None:
    now, due, frames = 5000, 0, 0
    for tick in range(5000, 15000, 10):
        if tick >= due:
            now, frames = tick, frames + 1
            due = next_due(due, now, 100)
    assert 100 <= frames <= 102


def test_no_frame_waits_for_more_than_a_period() -> None:
    begun = [1000, 1090, 1180, 1270, 1360]  # a screen that is quicker than it says
    assert all(due <= began + 100 for due, began in zip(grid(begun, 100), begun, strict=True))


def test_no_limit_is_no_wait() -> None:
    assert grid([1000, 1001, 1500], 0) == [1000, 1001, 1500]
