"""The mouse of an X server in a picture of a fixed size, in a window that is resized from without."""

from __future__ import annotations

import threading

import glfw
import pytest
from Xlib.display import Display

from ecs_engine import App, Camera2D, Input, Screen, System, Transform2D
from ecs_engine.systems import screen_to_world

from .conftest import PATIENCE, Player

pytestmark = pytest.mark.x11


class Watch(System):
    """Notes where the mouse is, in the picture and in the world, and tells when it is where it is awaited."""

    def __init__(self, camera: int) -> None:
        self.camera = camera
        self.awaited: tuple[float, float] = (-1.0, -1.0)
        self.there = threading.Event()
        self.world_place = (0.0, 0.0)
        self.height = 0
        self.resized = threading.Event()

    def process(self, dt: float) -> None:
        place = self.world.resource(Input).mouse.position
        if abs(place[0] - self.awaited[0]) < 1e-6 and abs(place[1] - self.awaited[1]) < 1e-6:
            self.world_place = screen_to_world(self.world, self.camera, *place)
            self.there.set()
        if self.world.resource(Screen).framebuffer_height == self.height:
            self.resized.set()


def test_the_mouse_in_a_letterboxed_window_that_is_resized(server: Display) -> None:
    app = App("picture", size=(640, 360), resolution=(320, 180), page_size=64, vsync=False)
    camera = app.world.create_entity(Transform2D((1000, 0)), Camera2D(height=180))
    watch = Watch(camera)
    app.add_system(watch)
    seen: list[object] = []

    def wait_for(player: Player, window: tuple[int, int], picture: tuple[float, float]) -> None:
        watch.there.clear()
        watch.awaited = picture
        player.point(1, 1)  # so that it moves in any case
        player.point(*window)
        seen.append(watch.there.wait(PATIENCE))
        seen.append(tuple(round(number, 3) for number in watch.world_place))

    def play() -> None:
        try:
            player = Player(app.window)  # type: ignore[arg-type]
            wait_for(player, (100, 60), (50, 30))
            watch.height = 270  # of a picture as wide as the window: 480
            player.drag_the_corner(480, 600)
            seen.append(watch.resized.wait(PATIENCE))
            wait_for(player, (240, 300), (160, 90))
            wait_for(player, (30, 165 + 27), (20, 18))
            player.display.close()
        finally:
            app.quit()

    assert glfw.get_x11_window(app.window._handle)  # type: ignore[attr-defined]
    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    app.run()
    thread.join(PATIENCE)
    assert seen == [True, (890, 60), True, True, (1000, 0), True, (860, 72)]
