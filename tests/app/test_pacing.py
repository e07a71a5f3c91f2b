"""The app's frames: paced by name, on one clock, and never faster than the screen."""

from __future__ import annotations

import threading
from itertools import pairwise
from time import monotonic
from typing import Any, ClassVar

import pytest

from ecs_engine import EngineError, Key, Sprite, System, Transform2D, Velocity
from ecs_engine.core.events import KeyEvent
from ecs_engine.core.keys import Action
from ecs_engine.pacing import PACERS, DeadlineTicker, MonotonicClock, SimulatedDisplay, Swaps
from ecs_engine.render import RenderSystem
from ecs_engine.testing.app import FakeApp
from ecs_engine.testing.fake_gl import FakeGL


def show_on(app: FakeApp, hz: float = 60.0) -> SimulatedDisplay:
    """Have the app's swaps wait for a simulated display."""
    display, swap = SimulatedDisplay(MonotonicClock(max_spin_ns=0), hz), app.window.swap
    app.window.swap = lambda: (swap(), display.wait_swap())[0]  # type: ignore[method-assign, func-returns-value]
    app.window.vsync = True
    return display


@pytest.mark.parametrize("pacing", sorted(PACERS))
@pytest.mark.parametrize("queue_depth", [1, 2])
def test_every_strategy_paces_a_display(pacing: str, queue_depth: int) -> None:
    with FakeApp(pacing=pacing, queue_depth=queue_depth) as app:
        display = show_on(app)
        app.run(frames=40)
        pacer = app._drawing.pacer
        assert pacer is not None
        assert pacer.pacer.name == pacing
        assert pacer.swaps is (Swaps.FREE if pacing == "ticker" else Swaps.WAIT)
        assert pacer.settings.queue_depth == queue_depth
    assert app.frames == display.frames == 40


@pytest.mark.parametrize("pacing", sorted(PACERS))
def test_without_vsync_frames_are_not_faster_than_the_screen(pacing: str) -> None:
    with FakeApp(pacing=pacing) as app:
        app.window._rate = 100.0
        began = monotonic()
        app.run(frames=40)
        assert (monotonic() - began) * 100 > 37  # late by a period, it makes up for that, once


@pytest.mark.parametrize(("wrong", "said"), [({"pacing": "fast"}, "no pacing strategy 'fast'.*phase_locked"),
                                             ({"pacing": None}, "no pacing strategy None"),
                                             ({"queue_depth": 3}, "queue depth is 3"),
                                             ({"queue_depth": 0}, "queue depth is 0")])  # fmt: skip
def test_a_wrong_setting_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        FakeApp(**wrong)
    FakeApp().close()


@pytest.mark.parametrize("rate", [-1, 1e-9, float("nan"), "60"])
def test_a_wrong_rate_is_refused_and_the_app_can_still_run(app: FakeApp, rate: Any) -> None:
    with pytest.raises(EngineError, match=r"^frame_rate is .*: give 0\.01 or more frames a second, or 0"):
        app.run(frame_rate=rate)
    app.run(ticks=2)
    assert app.tick == 2


@pytest.mark.parametrize("rate", [30, 1e5, float("inf")])
def test_a_given_rate_goes_before_the_strategy(rate: float) -> None:
    with FakeApp() as app:
        app.run(frames=3, frame_rate=rate)
        pacer = app._drawing.pacer
        if rate == 30:
            assert pacer is not None
            assert (pacer.pacer.name, pacer.settings.refresh_hz) == ("ticker", 30)
        else:
            assert pacer is None  # no limit


def test_no_limit_has_no_pacer(app: FakeApp) -> None:
    app.run(frames=5, frame_rate=0)
    assert app._drawing.pacer is None


@pytest.mark.parametrize("rate", [None, 0.0, -1.0, float("nan"), float("inf"), 1e12])
def test_a_screen_that_does_not_tell_its_rate(app: FakeApp, rate: float | None) -> None:
    app.window._rate = rate
    app.run(frames=2)
    assert app._drawing.pacer is not None
    assert app._drawing.pacer.settings.refresh_hz == 60


def test_another_screen_gets_another_pacer(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecs_engine.drawing.LOOK_NS", 0)
    seen = []

    class Moves(System):
        def process(self, dt: float) -> None:
            if app._drawing.pacer is not None:
                seen.append(app._drawing.pacer.settings.refresh_hz)
                app.window._rate = 144.0
            if len(set(seen)) == 2:
                app.quit()

    app.add_system(Moves())
    app.run(ticks=600)
    assert list(dict.fromkeys(seen)) == [60.0, 144.0]


@pytest.mark.parametrize(("queue_depth", "latency", "stalls"), [(1, 0, False), (1, 2, True), (2, 1, False),
                                                                (2, 3, True)])  # fmt: skip
def test_drawing_waits_for_the_frame_that_many_before(queue_depth: int, latency: int, stalls: bool) -> None:
    with FakeApp(FakeGL(size=(64, 48), fence_latency=latency), size=(64, 48), queue_depth=queue_depth) as app:
        app.world.create_entity(Transform2D(), Sprite(size=(4, 4)))
        app.run(frames=6, frame_rate=0)
        assert app.device.fences.completed >= app.device.fences.ended - queue_depth
        assert (sum(frame.stalls for frame in app.gl.frames) > 0) is stalls


class Moments(RenderSystem):
    """Notes the tick and alpha of each frame."""

    seen: ClassVar[list[tuple[int, float]]]

    def render(self, frame: Any, alpha: float, size: tuple[int, int]) -> None:
        type(self).seen.append((frame.tick, alpha))
        super().render(frame, alpha, size)


@pytest.mark.parametrize("pacing", sorted(PACERS))
def test_frames_move_evenly_between_ticks(pacing: str) -> None:
    Moments.seen = []
    with FakeApp(render_system=Moments, pacing=pacing, tick_rate=10) as app:
        app.window._rate = 100.0
        show_on(app, 100.0)
        app.run(frames=80)
    game = [tick + alpha for tick, alpha in Moments.seen]
    assert game[-1] > 4
    # A tick published late leaves the picture where it is for that long; it never goes back by a frame.
    assert all(later - sooner > -0.1 for sooner, later in pairwise(game))
    assert sum(0 < alpha < 1 for _, alpha in Moments.seen) > 20


@pytest.mark.parametrize(("pacing", "hz", "tick_rate", "steered"), [
    ("cooperative", 60, 60, True), ("cooperative", 60, 30, True), ("cooperative", 59.7, 60, True),
    ("cooperative", 60, 100, False), ("phase_locked", 60, 60, False), ("vsync", 60, 60, False),
])  # fmt: skip
def test_cooperative_pacing_draws_the_ticks_to_the_swaps(
    pacing: str, hz: float, tick_rate: float, steered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    aims: list[int] = []

    def aim(ticker: DeadlineTicker, moment_ns: int | None) -> None:
        if moment_ns is not None:
            aims.append(moment_ns)
        real(ticker, moment_ns)

    real = DeadlineTicker.aim
    with FakeApp(pacing=pacing, tick_rate=tick_rate) as app:
        show_on(app, hz)
        app.window._rate = hz
        stamps: list[int] = []
        show = app._drawing._show
        monkeypatch.setattr(app._drawing, "_show", lambda: stamps.append(show()) or stamps[-1])
        monkeypatch.setattr(DeadlineTicker, "aim", aim)
        app.run(frames=60)
    ticker = app._logic._ticker
    assert ticker is not None
    # The strategy's own ticker is aimed, too, at the swaps as they are.
    ticks = [moment for moment in aims if moment not in stamps]
    if steered:
        assert len(ticks) > 30
        assert set(ticks) <= {stamp + round(ticker.period_ns / 16) for stamp in stamps}
        assert ticker.error_ns != 0
    else:
        assert ticks == []
        assert ticker.error_ns == 0


def test_a_paused_game_takes_input_draws_and_can_go_on() -> None:
    lengths: list[float] = []

    class Pause(System):
        def process(self, dt: float) -> None:
            lengths.append(dt)
            if app.tick == 3:
                app.time_scale = 0
            if app.tick == 8:
                frames.append(app.frames)
                app.window.inject(KeyEvent(Key.P, Action.PRESS))
            if app.input.press_count(Key.P):
                frames.append(app.frames)
                app.time_scale = 0.5

    frames: list[int] = []
    with FakeApp(tick_rate=100) as app:
        app.add_system(Pause())
        entity = app.world.create_entity(Transform2D(), Velocity(linear=(60, 0)))
        app.run(frames=40)
        x = float(app.world.component_for_entity(entity, Transform2D).position[0])
    resumed = next(i for i, dt in enumerate(lengths) if i > 5 and dt > 0)
    assert lengths[:3] == [0.01] * 3
    assert set(lengths[3:resumed]) == {0.0}
    assert set(lengths[resumed:]) == {0.005}
    assert len(frames) == 2
    assert app.frame.tick == app.tick
    assert x == pytest.approx(60 * sum(lengths), rel=0.05)


def test_stepping_is_scaled_as_running_is(app: FakeApp) -> None:
    entity = app.world.create_entity(Transform2D(), Velocity(linear=(60, 0)))
    app.time_scale = 0
    app.step(5)
    assert app.frame.tick == 5
    app.time_scale = 2
    app.step(3)
    assert app.world.component_for_entity(entity, Transform2D).position[0] == pytest.approx(6)


@pytest.mark.parametrize("scale", [-1, float("nan"), float("inf"), "fast", None])
def test_a_scale_of_time_that_is_none(app: FakeApp, scale: Any) -> None:
    with pytest.raises(EngineError, match="Game time cannot run"):
        app.time_scale = scale
    assert app.time_scale == 1


def test_the_window_is_looked_at_while_frames_are_far_apart() -> None:
    polled = threading.Event()
    with FakeApp(tick_rate=100) as app:
        poll, polls = app.window.poll, iter(range(10**6))
        app.window.poll = lambda: (polled.set() if next(polls) == 12 else None, poll())[1]  # type: ignore[func-returns-value]

        class Ends(System):
            def process(self, dt: float) -> None:
                if polled.is_set():
                    app.quit()

        app.add_system(Ends())
        app.run(frame_rate=0.01)
        assert app.frames == 1


@pytest.mark.parametrize("pacing", sorted(PACERS))
def test_a_clock_that_jumps_holds_nothing_up(pacing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    jumped, frames = [0], []
    with FakeApp(tick_rate=100, pacing=pacing) as app:
        show_on(app)
        for clock in (app._logic.clock, app._drawing.clock):
            monkeypatch.setattr(clock, "now_ns", lambda read=clock.now_ns: read() + jumped[0])

        class Jumps(System):
            def process(self, dt: float) -> None:
                jumped[0] += {20: 10**10, 40: -(10**10)}.get(app.tick, 0)
                if app.tick in (20, 40, 60):
                    frames.append(app.frames)

        app.add_system(Jumps())
        app.run(ticks=60)
        assert app.frame.tick == 60
        assert app.skipped_ticks >= 900
    assert frames[0] < frames[1] < frames[2]
