"""Apps for tests of the renderer: on the mocked OpenGL, and drawing off screen with the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecs_engine.app import App
from ecs_engine.gpu import Device, read_pixels
from ecs_engine.render import RenderSystem

Image = np.ndarray[Any, Any]


@pytest.fixture
def headless() -> Iterator[Callable[..., App]]:
    """Makes an App that draws off screen, crisp, with small pages."""
    apps: list[App] = []

    def make(size: tuple[int, int] = (64, 64), *, rows: int | None = None, **options: Any) -> App:
        """``rows``: pretend that buffer textures end there."""

        class Limited(RenderSystem):
            def __init__(self, device: Device, *others: Any, **more: Any) -> None:
                if rows is not None:
                    device.capabilities = replace(device.capabilities, max_texture_buffer_size=rows)
                super().__init__(device, *others, **more)

        app = App(
            "test", size, headless=True, render_system=Limited, **({"filter": "nearest", "page_size": 64} | options)
        )
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.close()


@pytest.fixture
def shoot() -> Callable[..., Image]:
    """Draws the app's newest frame at ``alpha`` and returns its colours, (height, width, 3) uint8, top row first."""

    def draw(app: App, alpha: float = 1.0) -> Image:
        width, height = app.window.framebuffer_size
        app._exchange.acquire()
        app.renderer.render(app.frame, alpha, (width, height))
        return read_pixels(app.device, 0, 0, width, height)[..., :3].copy()

    return draw
