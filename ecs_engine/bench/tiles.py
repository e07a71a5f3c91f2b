"""A tile map of a million tiles: what a tick costs with it, the camera still and moving, and without it."""

from __future__ import annotations

import resource
from math import cos, sin
from typing import Any, ClassVar

import numpy as np

from ecs_engine.app import App
from ecs_engine.assets.bunny import bunny
from ecs_engine.bench.driver import check_noop
from ecs_engine.bench.timing import percentiles
from ecs_engine.components import Camera2D, Transform2D
from ecs_engine.core.system import Stage, System
from ecs_engine.systems import Drawables
from ecs_engine.tilemap import Grid, TileLayer, TileMap, TileSet

SIZE = (1280, 720)
LAYERS = 4
TILE = 32
PICTURES = 64
WARM_UP_TICKS = 60


class PanSystem(System):
    """Moves the camera in a wide circle, some 600 units a second."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, camera: int) -> None:
        self.camera = camera
        self.time = 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        place = 1200 * cos(self.time / 2), 1200 * sin(self.time / 2)
        self.world.component_for_entity(self.camera, Transform2D).position = place


def make_map(count: int, *, seed: int = 1) -> TileMap:
    """A square map of about ``count`` tiles on 4 full layers."""
    side = max(round((count / LAYERS) ** 0.5), 1)
    rng = np.random.default_rng(seed)
    return TileMap(
        grid=Grid("orthogonal", side, side, TILE, TILE),
        tile_sets=[TileSet.from_pixels([bunny(one) for one in range(PICTURES)])],
        layers=[
            TileLayer(
                name=f"layer {number}",
                gids=rng.integers(1, PICTURES + 1, (side, side)).astype(np.uint32),
                draw_layer=2 * number,
            )
            for number in range(LAYERS)
        ],
    )


def measure_tiles(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Ticks and frames with a map of ``count`` tiles, under a camera that stands and one that moves; the same without
    any map (``empty``, ``panned``) say what the engine and the moving camera cost by themselves."""
    result: dict[str, Any] = {"name": "tiles", "count": count, "ticks": ticks}
    for case in ("empty", "still", "panned", "moving"):
        result |= _measure(case, count, ticks, headless)
    return result


def _measure(case: str, count: int, ticks: int, headless: bool) -> dict[str, Any]:
    app = App("bench tiles", SIZE, headless=headless, vsync=False, resizable=False)
    try:
        check_noop(app.device.capabilities.renderer)
        camera = app.world.create_entity(Transform2D(), Camera2D(height=SIZE[1]))
        before = _resident_mb()
        if case in ("still", "moving"):
            half = round((count / LAYERS) ** 0.5) * TILE / 2
            app.world.create_entity(Transform2D((-half, half)), make_map(count))
        if case in ("panned", "moving"):
            app.add_system(PanSystem(camera))
        app.step(WARM_UP_TICKS)
        rows = sum(pool.length for pool in app.world.resource(Drawables)["tiles"].pools)
        found: dict[str, Any] = {f"{case}_memory_mb": round(_resident_mb() - before, 1)}
        for samples in (app.tick_cpu_ms, app.render_cpu_ms):
            samples.clear()
        app.run(ticks=ticks)
    finally:
        app.close()
    return found | {
        f"{case}_tick_cpu_ms": percentiles(app.tick_cpu_ms),
        f"{case}_render_cpu_ms": percentiles(app.render_cpu_ms),
        f"{case}_rows": rows,
        f"{case}_drawn": app.frame.draws.order_length,
        f"{case}_draw_calls": app.device.last_frame.draw_calls,
        "renderer": app.device.capabilities.renderer,
    }


def _resident_mb() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[1])
    return pages * resource.getpagesize() / 1e6
