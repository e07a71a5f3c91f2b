"""Lights, shadows and effects: what a tick and a frame cost with each, and what an app without any pays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.app import App
from ecs_engine.bench import scenes
from ecs_engine.bench.driver import check_noop
from ecs_engine.bench.timing import percentiles
from ecs_engine.components import AmbientLight, Camera2D, PointLight, Sprite, Transform2D, Velocity
from ecs_engine.core import batch
from ecs_engine.systems import CRT, Bloom, Effects, Occluder, Palette, Vignette

SIZE = (1280, 720)
OCCLUDERS = 500
"""Boxes, of four edges each."""
RADIUS = 150.0
WARM_UP_TICKS = 60
CASES = ("without", "lights", "still", "occluders", "effects")


def fill(app: App, case: str, count: int, *, seed: int = 1) -> None:
    """The same sprites in every case, with what the case adds to them."""
    rng = np.random.default_rng(seed)

    def places(rows: int) -> dict[str, Any]:
        half = np.array(SIZE) / 2
        return {"position": rng.uniform(-half, half, (rows, 2)).astype(np.float32)}

    def moving(rows: int) -> Any:
        return batch(Velocity, linear=rng.uniform(-90, 90, (rows, 2)).astype(np.float32))

    world = app.world
    camera = world.create_entity(Transform2D(), Camera2D(height=SIZE[1]))
    shared: list[Any] = [Occluder.box(14, 14)] if case in ("lights", "still", "occluders") else []
    ways = [moving(OCCLUDERS)] if case == "occluders" else []
    sprites = batch(Sprite, size=np.array((14, 14), np.float32))
    world.create_entities(OCCLUDERS, batch(Transform2D, **places(OCCLUDERS)), sprites, *ways, *shared)
    if case == "effects":
        world.add_component(camera, Effects(Bloom(), Palette(), CRT(), Vignette()))
    elif case != "without":
        world.create_entity(AmbientLight(intensity=0.2))
        light = batch(PointLight, radius=np.float32(RADIUS))
        lights = [] if case == "still" else [moving(count)]
        world.create_entities(count, batch(Transform2D, **places(count)), light, *lights)
    app.add_system(scenes.BounceSystem())


def measure_lights(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Ticks and frames of 500 boxes by themselves; with ``count`` lights that move, that stand still, and that move
    among boxes that move, too; and with four effects instead."""
    result: dict[str, Any] = {"name": "lights", "count": count, "occluders": OCCLUDERS, "ticks": ticks}
    for case in CASES:
        result |= _measure(case, count, ticks, headless)
    return result


def _measure(case: str, count: int, ticks: int, headless: bool) -> dict[str, Any]:
    app = App("bench lights", SIZE, headless=headless, vsync=False, resizable=False)
    try:
        check_noop(app.device.capabilities.renderer)
        fill(app, case, count)
        app.step(WARM_UP_TICKS)
        for samples in (app.tick_cpu_ms, app.render_cpu_ms):
            samples.clear()
        app.run(ticks=ticks)
    finally:
        app.close()
    return {
        f"{case}_tick_cpu_ms": percentiles(app.tick_cpu_ms),
        f"{case}_render_cpu_ms": percentiles(app.render_cpu_ms),
        f"{case}_draw_calls": app.device.last_frame.draw_calls,
        f"{case}_gl_calls": app.device.last_frame.gl_calls,
        f"{case}_streamed_bytes": app.device.last_frame.uploads_bytes,
        "renderer": app.device.capabilities.renderer,
    }
