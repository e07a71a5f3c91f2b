"""The window changes while the app runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecs_engine import EngineError, Sprite, System, Transform2D
from ecs_engine.core.events import FocusEvent, ResizeEvent
from ecs_engine.core.screen import Screen
from ecs_engine.render import RenderSystem
from ecs_engine.testing.app import FakeApp

Size = tuple[int, int]


class Sizes(RenderSystem):
    """Notes the size of each frame and resizes the window along the way."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sizes: list[Size] = []
        self.to_come: list[Size] = []
        self.window: Any = None

    def render(self, frame: Any, alpha: float, size: Size) -> None:
        super().render(frame, alpha, size)
        self.sizes.append(size)
        if self.to_come:
            self.window.resize(self.to_come.pop(0))


def test_resizing_while_it_runs() -> None:
    with FakeApp(render_system=Sizes, size=(64, 48), content_scale=2.0) as app:
        renderer = app.renderer
        assert isinstance(renderer, Sizes)
        renderer.window, renderer.to_come = app.window, [(100, 50), (30, 70)]
        app.world.create_entity(Transform2D(), Sprite(size=(5, 5)))
        app.run(frames=20)
        screen = app.world.resource(Screen)
    assert renderer.sizes[:3] == [(128, 96), (200, 100), (60, 140)]
    assert set(renderer.sizes[3:]) == {(60, 140)}
    assert (screen.width, screen.height, screen.framebuffer_width, screen.framebuffer_height) == (30, 70, 60, 140)


def test_the_pictures_follow_the_window(app: FakeApp) -> None:
    app.step()
    app.window.resize((33, 21))
    app.step()
    assert app.read_pixels().shape == (21, 33, 4)


def minimise(app: FakeApp) -> None:
    """As Windows does: the window keeps a size of nothing until it is shown again."""
    app.window._set_extent((0, 0, 0, 0, 1.0))


def test_a_minimised_window(app: FakeApp, tmp_path: Path) -> None:
    app.world.create_entity(Transform2D(), Sprite(size=(5, 5)))
    app.step()
    minimise(app)
    app.step(2)
    with pytest.raises(EngineError, match="the window is minimised"):
        app.read_pixels()
    with pytest.raises(EngineError, match="the window is minimised"):
        app.screenshot(tmp_path / "none.png")
    assert list(tmp_path.iterdir()) == []
    app.window.resize((64, 48))
    app.step()
    assert app.read_pixels().shape == (48, 64, 4)
    minimise(app)
    app.run(ticks=5)
    assert app.frame.tick == app.tick == 9


def test_redrawn_while_the_player_drags(app: FakeApp) -> None:
    """On some systems ``poll`` does not return as long as that lasts, and only ``on_refresh`` draws."""
    app.window.refresh()
    app.step(draw=False)
    assert app.frames == 0  # there was nothing to draw yet
    app.window.refresh()
    app.step(draw=False)
    assert (app.frames, app.window.swaps, app.frame.tick) == (1, 1, 1)


def test_a_drag_in_the_middle_of_a_run() -> None:
    drawn: list[int] = []

    class Drags(System):
        def process(self, dt: float) -> None:
            app.window.refresh()

    with FakeApp() as app:
        refresh = app.window.on_refresh
        assert refresh is not None

        def drag() -> None:
            """Ten redraws within one poll, while the logic thread goes on."""
            for _ in range(10):
                refresh()
                drawn.append(app.frame.tick)

        app.window.on_refresh = drag
        app.add_system(Drags())
        app.run(ticks=5)
    assert len(drawn) >= 10
    assert drawn == sorted(drawn)


def test_an_error_while_redrawing_ends_the_run(app: FakeApp) -> None:
    def fail() -> None:
        raise LookupError("redraw")

    app.window.on_refresh = fail
    app.window.refresh()
    with pytest.raises(LookupError, match="redraw"):
        app.run()
    assert app.window.closed
    app.gl.assert_no_leaks()


def test_events_arrive_in_order(app: FakeApp) -> None:
    app.window.inject(FocusEvent(False))
    app.window.resize((50, 40))
    app.window.inject(FocusEvent(True))
    app.step()
    kinds = [type(event) for event in app.input.events]
    assert kinds == [FocusEvent, ResizeEvent, FocusEvent]
