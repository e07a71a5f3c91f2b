"""The overlay of an app: when it is there, what it costs, and that what it says is true."""

from __future__ import annotations

import threading

import pytest

from ecs_engine import App, Blend, Camera2D, Key, Sprite, System, Transform2D, Velocity
from ecs_engine.core.events import KeyEvent
from ecs_engine.core.keys import Action
from ecs_engine.core.system import Stage
from ecs_engine.frame.breaks import Break
from ecs_engine.frame.snapshot import Frame
from ecs_engine.render import RenderSystem
from ecs_engine.testing import FakeGL, Limits
from ecs_engine.testing.app import FakeApp
from tests.render.overlay_words import in_buffer, lines

PATIENCE = 30.0


def scene(app: FakeApp) -> None:
    """Three draws: what glows lies between two layers of what does not."""
    for layer, blend in ((0, Blend.ALPHA), (1, Blend.ADD), (2, Blend.ALPHA)):
        app.world.create_entity(Transform2D(), Velocity(linear=(1, 0)), Sprite(layer=layer, blend=blend))


def press(app: FakeApp, key: Key) -> None:
    app.window.inject(KeyEvent(key, Action.PRESS))
    app.window.inject(KeyEvent(key, Action.REPEAT))
    app.window.inject(KeyEvent(key, Action.RELEASE))


def draws(app: FakeApp) -> int:
    """Draw calls of one more tick and frame."""
    app.step()
    return app.device.last_frame.draw_calls


def words(app: FakeApp) -> list[str]:
    """The lines of the overlay about counts and breaks, read from the memory of the GPU."""
    pipeline = app.overlay._pipeline
    assert pipeline is not None
    return lines(in_buffer(app.gl.buffer_bytes(pipeline._stream.buffer), pipeline._stream.n_rows))[16:]


def test_nothing_is_made_before_it_is_shown_and_one_draw_is_added_then() -> None:
    with FakeApp() as app:
        scene(app)
        assert draws(app) == 3
        made = app.gl.live_objects()
        app.overlay.visible = True
        assert draws(app) == 4
        assert app.gl.live_objects() != made
        app.overlay.visible = False
        made = app.gl.live_objects()
        assert draws(app) == 3
        app.overlay.visible = True
        assert draws(app) == 4
        assert app.gl.live_objects() == made
        assert not app.device.closed
    assert app.device.live_resources() == []
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()


def test_it_is_there_from_the_first_frame_and_adds_few_calls() -> None:
    calls = []
    for overlay in (False, True):
        with FakeApp(overlay=overlay) as app:
            scene(app)
            app.step(1)
            assert app.device.last_frame.draw_calls == 3 + overlay
            for _ in range(20):
                app.step()
            calls.append(app.device.last_frame.gl_calls)
    assert calls[1] - calls[0] <= 10


def test_a_key_shows_and_hides_it_and_the_game_gets_the_key_too() -> None:
    with FakeApp() as app:
        scene(app)
        assert app.overlay.key == Key.F3
        seen = []
        for _ in range(3):
            press(app, Key.F3)
            seen.append(draws(app))
            assert app.input.press_count(Key.F3) == 1
        assert seen == [4, 3, 4]


def test_another_key_or_none() -> None:
    with FakeApp() as app:
        scene(app)
        app.overlay.key = Key.TAB
        press(app, Key.F3)
        assert draws(app) == 3
        press(app, Key.TAB)
        assert draws(app) == 4
        app.overlay.key = None
        press(app, Key.TAB)
        assert draws(app) == 4


def test_its_counts_are_those_of_the_frame_without_it() -> None:
    with FakeApp(overlay=True) as app:
        scene(app)
        app.world.create_entities(39, Transform2D())
        for _ in range(3):
            app.step()
        own = app.overlay._own
        before = app.device.last_frame
        assert own[0] == before.frame
        app.overlay._words_ns = 0  # so that they are written again
        app.step()
        assert words(app) == [
            f"draws 3 GL calls {before.gl_calls - own[2]}",
            f"entities 42 streamed {(before.uploads_bytes - own[3]) / 1000:.1f} KB",
            "skipped ticks 0 batch breaks 2",
            "1 blend",
            "1 blend, layer order",
        ]


def test_words_stay_for_a_quarter_of_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeApp(overlay=True) as app:
        now = 10**9
        monkeypatch.setattr(app._drawing.clock, "now_ns", lambda: now)
        app.step(2)
        app.step()
        for ms, changes in ((100, False), (200, False), (260, True), (300, False), (520, True)):
            app.world.create_entity()
            now = 10**9 + ms * 10**6
            app.step()  # the frame that is shown at that time
            before = words(app)
            app.step()
            assert (words(app) != before) is changes, ms


def test_any_thread_shows_it() -> None:
    class Shows(System):
        def process(self, dt: float) -> None:
            app.overlay.visible = self.world.owner is not threading.main_thread()

    with FakeApp(tick_rate=200) as app:
        scene(app)
        app.add_system(Shows())
        app.run(ticks=20)
        assert app.device.last_frame.draw_calls == 4


def test_it_goes_on_while_a_system_is_busy() -> None:
    go_on = threading.Event()
    waited = []

    class Busy(System):
        def process(self, dt: float) -> None:
            if app.tick == 3:
                waited.append(go_on.wait(PATIENCE))

    class Watches(RenderSystem):
        frames_of_tick_2 = 0

        def render(self, frame: Frame, alpha: float, size: tuple[int, int]) -> None:
            super().render(frame, alpha, size)
            self.frames_of_tick_2 += frame.tick == 2 and self.device.last_frame.draw_calls == 4
            if self.frames_of_tick_2 == 10:
                go_on.set()

    with FakeApp(overlay=True, render_system=Watches) as app:
        scene(app)
        app.add_system(Busy())
        app.run(ticks=3)
    assert waited == [True]


def test_a_frame_carries_what_its_tick_cost_and_held() -> None:
    class Waits(System):
        stage = Stage.ANIMATE

        def process(self, dt: float) -> None:
            threading.Event().wait(0.002)

    class WaitsToo(Waits):
        pass

    with FakeApp() as app:
        scene(app)
        app.add_system(Waits())
        app.add_system(Waits())  # two of one class count as two
        app.add_system(WaitsToo())
        app.step()
        frame = app.frame
        assert len(frame.stage_ms) == len(Stage)
        assert frame.stage_ms[Stage.ANIMATE] >= 3 * 1.9
        assert 0 < sum(frame.stage_ms) <= app.tick_ms.values()[-1]
        assert frame.entities == app.world.entity_count == 3


def test_breaks_of_the_picture_with_those_of_the_driver() -> None:
    gl = FakeGL(size=(640, 360), limits=Limits(max_texture_buffer_size=64))
    with FakeApp(gl) as app:
        scene(app)
        app.step()
        assert app.renderer.breaks(app.frame) == [Break.BLEND, Break.BLEND | Break.LAYER_ORDER]
        app.world.create_entities(200, Transform2D(), Sprite())
        app.world.create_entity(Transform2D(), Camera2D(order=1))
        app.world.create_entity(Transform2D(), Camera2D(order=2))
        app.step()
        whole, cut = app.frame.draws.breaks(), app.renderer.breaks(app.frame)
        assert len(whole) == app.frame.draws.draw_count - 1
        assert len(cut) == app.device.last_frame.draw_calls - 1 > len(whole)
        assert [why for why in cut if why != Break.PAGE_LIMIT] == whole
        assert whole.count(Break.VIEW) == 1


def test_a_minimised_window_has_no_overlay() -> None:
    with FakeApp(overlay=True) as app:
        scene(app)
        app.step()
        app.renderer.render(app.frame, 1.0, (0, 0))
        assert app.device.last_frame.draw_calls == 3


@pytest.mark.gl
@pytest.mark.parametrize("shown", [False, True])
def test_it_is_in_the_picture(shown: bool) -> None:
    with App(size=(640, 360), headless=True, page_size=64, overlay=True) as app:
        app.overlay.visible = shown
        app.world.create_entity(Transform2D(), Camera2D(clear=(255, 255, 255, 255)))
        app.step(3)
        picture = app.read_pixels()[..., :3]
        covered = (picture != 255).any(axis=2)
        assert covered[10:180, 400:630].all() == covered.any() == shown
        assert not covered[:, :380].any()
