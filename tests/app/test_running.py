"""Stepping and running: the same results, whole ticks, the right last picture."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import esper
import numpy as np
import pytest
from PIL import Image

from ecs_engine import Collider, EngineError, Key, Sprite, Stage, System, Transform2D, Velocity, batch, writable
from ecs_engine.core.events import KeyEvent
from ecs_engine.core.input import Input
from ecs_engine.core.keys import Action
from ecs_engine.render import RenderSystem
from ecs_engine.testing.app import FakeApp


class Chaos(System):
    """Makes, turns and deletes entities, from a generator of its own."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(5)

    def process(self, dt: float) -> None:
        self.world.create_entities(
            7,
            batch(Transform2D, position=self.rng.uniform(-50, 50, (7, 2))),
            batch(Velocity, linear=self.rng.uniform(-90, 90, (7, 2)), angular=self.rng.uniform(-1, 1, 7)),
            Collider(radius=2),
            Sprite(size=(4, 4)),
        )
        entities = [entity for entity, _ in self.world.get_component(Velocity)]
        for entity in self.rng.choice(entities, min(3, len(entities)), replace=False).tolist() if entities else []:
            self.world.delete_entity(entity)
        for (velocity,) in self.world.select(writable(Velocity)):
            velocity.linear *= 0.99


class Hashes(System):
    """Fingerprints of everything that moves, one a tick."""

    stage: ClassVar[Stage] = Stage.PUBLISH

    def __init__(self) -> None:
        self.seen: list[str] = []

    def process(self, dt: float) -> None:
        state = hashlib.sha256()
        for rows in self.world.select(Transform2D, Velocity):
            transform, velocity = rows
            for array in (rows.entities, transform.position, transform.rotation, velocity.linear):
                state.update(np.ascontiguousarray(array).tobytes())
        self.seen.append(state.hexdigest())


def chaos_hashes(go: Callable[[FakeApp], object]) -> list[str]:
    hashes = Hashes()
    with FakeApp(tick_rate=1000) as app, app.world:
        app.add_system(Chaos())
        app.add_system(hashes)
        go(app)
    return hashes.seen


def test_a_run_gives_the_same_results_as_stepping() -> None:
    stepped = chaos_hashes(lambda app: app.step(40))
    assert len(set(stepped)) == 40
    assert chaos_hashes(lambda app: app.run(ticks=40)) == stepped
    assert chaos_hashes(lambda app: [app.step() for _ in range(40)]) == stepped
    assert chaos_hashes(lambda app: (app.step(15), app.run(ticks=25))) == stepped


def test_a_step_ticks_then_draws_the_last_tick(app: FakeApp) -> None:
    app.world.create_entity(Transform2D(), Sprite(size=(10, 10)))
    app.step(5)
    assert (app.tick, app.frames, app.window.swaps, app.frame.tick) == (5, 1, 1, 5)
    assert app.gl.frames[-1].draw_count == 1
    app.step(2, draw=False)
    assert (app.tick, app.frames, app.frame.tick) == (7, 1, 5)
    app.step(0)
    assert (app.tick, app.frames, app.frame.tick) == (7, 2, 7)


def test_stepping_stays_on_the_calling_thread(app: FakeApp) -> None:
    threads = []

    class Where(System):
        def process(self, dt: float) -> None:
            threads.append(threading.current_thread())

    app.add_system(Where())
    app.step(2)
    app.run(ticks=1)
    assert threads[:2] == [threading.main_thread()] * 2
    assert threads[2].name == "logic"


def test_a_run_after_steps_goes_on_counting(app: FakeApp) -> None:
    app.step(3)
    app.run(ticks=4)
    assert (app.tick, app.frame.tick) == (7, 7)


def test_every_tick_has_the_same_length(app: FakeApp) -> None:
    lengths = []

    class Lengths(System):
        def process(self, dt: float) -> None:
            lengths.append(dt)

    app.add_system(Lengths())
    app.step(2)
    app.run(ticks=3)
    assert lengths == [1 / 60] * 5


def test_events_reach_the_next_tick(app: FakeApp) -> None:
    app.window.inject(KeyEvent(Key.SPACE, Action.PRESS))
    app.window.inject(KeyEvent(Key.SPACE, Action.RELEASE))
    app.step()
    assert app.input.press_count(Key.SPACE) == 1
    app.step()
    assert app.input.press_count(Key.SPACE) == 0
    assert app.world.resource(Input) is app.input


def test_a_plain_esper_processor_runs(app: FakeApp) -> None:
    calls = []

    class Plain(esper.Processor):
        def process(self) -> None:
            calls.append(len(esper.get_component(Transform2D)))

    app.world.create_entity(Transform2D())
    app.add_system(Plain())
    app.run(ticks=2)
    assert calls == [1, 1]


class Recorder(RenderSystem):
    """Notes what it is asked to draw."""

    drawn: ClassVar[list[tuple[int, float]]] = []

    def render(self, frame, alpha, size):  # type: ignore[no-untyped-def]
        type(self).drawn.append((frame.tick, alpha))
        super().render(frame, alpha, size)


@pytest.fixture
def recorded() -> list[tuple[int, float]]:
    Recorder.drawn = []
    return Recorder.drawn


def test_the_last_tick_is_drawn_as_it_is_in_the_end(recorded: list[tuple[int, float]]) -> None:
    with FakeApp(render_system=Recorder) as app:
        app.run(ticks=3)
    assert recorded[-1] == (3, 1.0)
    assert app.frames == len(recorded)


def test_frames_move_from_the_tick_before_to_the_newest(recorded: list[tuple[int, float]]) -> None:
    with FakeApp(render_system=Recorder, tick_rate=20) as app:
        app.run(ticks=4, frame_rate=200)
    ticks = [tick for tick, _ in recorded]
    assert ticks == sorted(ticks)
    assert all(0.0 <= alpha <= 1.0 for _, alpha in recorded)
    for tick in set(ticks):
        alphas = [alpha for t, alpha in recorded if t == tick]
        assert alphas == sorted(alphas)


def test_no_frame_is_drawn_before_the_first_tick(recorded: list[tuple[int, float]]) -> None:
    go = threading.Event()

    class Late(System):
        def process(self, dt: float) -> None:
            go.wait(0.2)

    with FakeApp(render_system=Recorder) as app:
        app.add_system(Late())
        app.run(ticks=1)
    assert recorded
    assert {tick for tick, _ in recorded} == {1}


@pytest.mark.parametrize("frames", [0, 1, 5])
def test_as_many_frames_as_asked_for(app: FakeApp, frames: int) -> None:
    app.run(frames=frames, frame_rate=0)
    assert app.frames == app.window.swaps == frames


def test_frames_drawn_while_polling_count(app: FakeApp) -> None:
    class Refresh(System):
        def process(self, dt: float) -> None:
            app.window.refresh()

    app.add_system(Refresh())
    app.step()
    app.run(frames=4, frame_rate=0)
    assert app.frames in (5, 6)  # one by the step; a redraw within the last poll may be one more


def test_no_ticks(app: FakeApp) -> None:
    app.run(ticks=0)
    assert (app.tick, app.frames) == (0, 0)


@pytest.mark.parametrize("wrong", [{"ticks": -1}, {"frames": -1}, {"ticks": 1.5}, {"frame_rate": -1},
                                   {"frame_rate": float("nan")}, {"frame_rate": 1e-9}])  # fmt: skip
def test_a_wrong_number_is_refused_and_the_app_stays_open(app: FakeApp, wrong: dict[str, float]) -> None:
    with pytest.raises(EngineError, match=next(iter(wrong))):
        app.run(**wrong)  # type: ignore[arg-type]
    app.step()
    assert app.tick == 1


def test_a_wrong_number_of_steps(app: FakeApp) -> None:
    with pytest.raises(EngineError, match="ticks is -1"):
        app.step(-1)
    assert app.tick == 0


class Blue(RenderSystem):
    """Clears to a blue that tells the tick."""

    def after_views(self, frame, size):  # type: ignore[no-untyped-def]
        self.device.state.clear((0.0, 0.0, frame.tick / 255, 1.0))


@pytest.mark.parametrize("how", [{"ticks": 9}, {"frames": 3}])
def test_a_screenshot_is_of_the_last_tick(tmp_path: Path, how: dict[str, int]) -> None:
    path = tmp_path / "made" / "last.png"
    with FakeApp(render_system=Blue, size=(8, 6)) as app:
        app.run(screenshot=path, **how)  # type: ignore[arg-type]
    with Image.open(path) as image:
        assert image.size == (8, 6)
        assert image.getpixel((4, 3)) == (0, 0, app.frame.tick)
    if "ticks" in how:
        assert app.frame.tick == 9


def test_a_screenshot_that_cannot_be_written_closes_the_app(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with FakeApp(size=(8, 6)) as app, pytest.raises(OSError, match="file"):
        app.run(ticks=1, screenshot=tmp_path / "file" / "picture.png")
    assert app.window.closed


def test_read_pixels_is_of_the_newest_tick(tmp_path: Path) -> None:
    with FakeApp(render_system=Blue, size=(8, 6)) as app:
        app.step(3, draw=False)
        pixels = app.read_pixels()
        assert (pixels.shape, pixels.dtype) == ((6, 8, 4), np.uint8)
        assert pixels[0, 0].tolist() == [0, 0, 3, 255]
        app.screenshot(str(tmp_path / "three.png"))
        assert app.window.swaps == 0
    assert (tmp_path / "three.png").exists()


@pytest.mark.parametrize("rate", [0, -60, float("nan"), float("inf"), 1e-3, 1e9, "60", None])
def test_a_tick_rate_that_is_none(rate: float) -> None:
    with pytest.raises(EngineError, match="tick rate"):
        FakeApp(tick_rate=rate)
    FakeApp().close()


def test_a_thousand_ticks_a_second() -> None:
    with FakeApp(tick_rate=1000) as app:
        app.run(ticks=50)
        assert app.frame.tick == app.tick == 50


def test_the_last_of_slow_ticks_is_not_waited_for() -> None:
    """At 0.01 ticks a second, a run of one tick would otherwise take a hundred seconds."""
    with FakeApp(tick_rate=0.01) as app:
        app.run(ticks=1)
        assert app.frame.tick == 1


def test_ticks_are_skipped_not_raced_after_a_stall() -> None:
    begun = []

    class Stall(System):
        def process(self, dt: float) -> None:
            begun.append(app.tick)
            if app.tick == 2:
                threading.Event().wait(0.3)

    with FakeApp(tick_rate=100) as app:
        app.add_system(Stall())
        app.run(ticks=5)
        assert app.skipped_ticks >= 20
    assert begun == [1, 2, 3, 4, 5]


def test_the_screen_lives_on_while_a_system_blocks() -> None:
    released, frames_before = threading.Event(), []

    class Block(System):
        def process(self, dt: float) -> None:
            if app.tick == 3:
                frames_before.append(app.frames)
                assert released.wait(30)

    class Release(RenderSystem):
        def after_views(self, frame, size):  # type: ignore[no-untyped-def]
            if frames_before and app.frames >= frames_before[0] + 10:
                app.window.inject(KeyEvent(Key.A, Action.PRESS))
                released.set()

    with FakeApp(render_system=Release) as app:
        app.add_system(Block())
        app.run(ticks=6)
        assert app.input.down(Key.A)
    assert app.frames >= frames_before[0] + 10


def test_times_are_kept(app: FakeApp) -> None:
    app.step(3)
    assert app.tick_ms.count == app.tick_cpu_ms.count == 3
    assert app.render_ms.count == app.render_cpu_ms.count == 1
    assert app.tick_ms.percentile(50) > 0
