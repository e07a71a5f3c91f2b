"""Whole frames on one thread: a tick, its picture, and the swap, as other frameworks have it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ecs_engine.app import App
from ecs_engine.bench import scenes
from ecs_engine.bench.timing import measure_calls

SCREENSHOT = "ECS_ENGINE_BENCH_SCREENSHOT"
"""The environment variable that names a PNG file for the last frame."""
SECONDS = 3.0
"""The most that frames are timed for: a million sprites take a second each."""


def measure_frame(
    count: int, ticks: int, headless: bool, scene: Callable[[App, int], None] = scenes.bunnymark
) -> dict[str, Any]:
    """Milliseconds from one frame to the next with ``count`` sprites, when each frame has a tick of its own."""
    with App("bench frame", (1280, 720), headless=headless, vsync=False, resizable=False) as app:
        scene(app, count)
        figures = measure_calls(app.step, ticks, SECONDS)
        if path := os.environ.get(SCREENSHOT):
            app.screenshot(path)
        renderer = app.device.capabilities.renderer
    return {"name": "frame", "count": count, "renderer": renderer, **figures}
