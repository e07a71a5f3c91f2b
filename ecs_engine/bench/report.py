"""Running a benchmark, and saying what came out."""

from __future__ import annotations

import json
import os
import platform
import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ecs_engine.app import App
from ecs_engine.bench import scale, scenes
from ecs_engine.bench.allocations import measure_allocations
from ecs_engine.bench.churn import measure_churn
from ecs_engine.bench.delta import measure_delta
from ecs_engine.bench.driver import check_noop
from ecs_engine.bench.exchange import measure_exchange
from ecs_engine.bench.frame import measure_frame
from ecs_engine.bench.hierarchy import measure_hierarchy
from ecs_engine.bench.latency import measure_latency, show_cases
from ecs_engine.bench.lights import measure_lights
from ecs_engine.bench.loops import measure_coming, measure_handles, measure_join, measure_move
from ecs_engine.bench.memory import measure_memory
from ecs_engine.bench.mock import measure_mock
from ecs_engine.bench.pacing import measure_pacing
from ecs_engine.bench.saves import measure_saves
from ecs_engine.bench.soak import measure_soak
from ecs_engine.bench.startup import measure_startup
from ecs_engine.bench.tiles import measure_tiles
from ecs_engine.bench.timing import percentiles, watch_systems
from ecs_engine.bench.trace import measure_trace
from ecs_engine.bench.ui import measure_ui
from ecs_engine.bench.upload import measure_upload
from ecs_engine.core.errors import EngineError

Result = dict[str, Any]
SIZE = (1280, 720)
FEW = 4
"""Figures that stand in one line of a table."""
WARM_UP_TICKS = 60

SCENES: dict[str, Callable[[App, int], None]] = {
    "bunnymark": scenes.bunnymark,
    "static": scenes.static,
    "particles": scenes.particles,
    "gil": scenes.gil,
    "text": scenes.text,
    "animation": scenes.animation,
    "visible": scenes.visible,
    "spawn": scenes.spawn,
    "spawn-bulk": scenes.spawn_bulk,
    "materials": scenes.materials,
    "handles": scenes.handles,
}
OTHERS: dict[str, Callable[[int, int, bool], Result]] = {
    "allocations": measure_allocations,
    "churn": measure_churn,
    "delta": measure_delta,
    "ecs-churn": measure_coming,
    "ecs-handles": measure_handles,
    "ecs-join": measure_join,
    "ecs-move": measure_move,
    "exchange": measure_exchange,
    "frame": measure_frame,
    "hierarchy": measure_hierarchy,
    "latency": measure_latency,
    "lights": measure_lights,
    "memory": measure_memory,
    "mock": measure_mock,
    "pacing": measure_pacing,
    "saves": measure_saves,
    "scale": scale.measure_scale,
    "soak": measure_soak,
    "startup": measure_startup,
    "static-frame": partial(measure_frame, scene=scenes.static),
    "tiles": measure_tiles,
    "trace": measure_trace,
    "ui": measure_ui,
    "upload": measure_upload,
}
DEFAULT_COUNTS = {
    "bunnymark": 100_000,
    "static": 1_000_000,
    "gil": 10_000,
    "animation": 10_000,
    "visible": 1_000_000,
    "spawn": 10_000,
    "spawn-bulk": 10_000,
    "materials": 10_000,
    "handles": 2000,
    "allocations": 10_000,
    "churn": 100_000,
    "delta": 10,
    "ecs-churn": 10_000,
    "ecs-handles": 2000,
    "ecs-join": 100_000,
    "ecs-move": 100_000,
    "exchange": 20_000,
    "frame": 10_000,
    "hierarchy": 100_000,
    "latency": 1000,
    "lights": 100,
    "memory": 100_000,
    "mock": 1000,
    "pacing": 1,
    "saves": 100_000,
    "scale": 300_000,
    "soak": 600,
    "particles": 200_000,
    "startup": 5,
    "static-frame": 1_000_000,
    "text": 200,
    "tiles": 1_000_000,
    "trace": 20_000,
    "ui": 1000,
    "upload": 100_000,
}


PAGES: dict[str, Callable[[Result], str]] = {"scale": scale.to_html}
"""Those whose result can be written as a page."""


def run(
    name: str, count: int | None, ticks: int, json_path: Path | None, html_path: Path | None = None, *, headless: bool
) -> None:
    """Run one benchmark, print its figures, and write them as JSON and as a page.

    Raises:
        EngineError: no benchmark of that name, or no page of it; ``GALLIUM_NOOP`` is set and the driver is not the
            no-op one; or, when all is printed and written, it found faults.
    """
    if html_path is not None and name not in PAGES:
        raise EngineError(f"There is no page of the benchmark {name!r}: --html goes with --all, or with scale.")
    result = measure(name, count, ticks, headless)
    show(result)
    texts = [(json_path, json.dumps(result, indent=2) + "\n")] if json_path is not None else []
    texts += [(html_path, PAGES[name](result))] if html_path is not None else []
    for path, text in texts:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    if result.get("faults"):
        raise EngineError(" ".join(result["faults"]))


def measure(name: str, count: int | None, ticks: int, headless: bool) -> Result:
    """The figures of one benchmark.

    Raises:
        EngineError: as in :func:`run`.
    """
    if name not in DEFAULT_COUNTS:
        raise EngineError(f"There is no benchmark {name!r}: the benchmarks are {', '.join(DEFAULT_COUNTS)}.")
    count = count or DEFAULT_COUNTS[name]
    result = measure_scene(name, count, ticks, headless) if name in SCENES else OTHERS[name](count, ticks, headless)
    return result | {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}


def measure_scene(name: str, count: int, ticks: int, headless: bool) -> Result:
    """Run a scene on both threads, and measure ``ticks`` ticks after a warm-up."""
    app = App(f"bench {name}", SIZE, headless=headless, vsync=False, resizable=False)
    try:
        renderer = app.device.capabilities.renderer
        check_noop(renderer)
        SCENES[name](app, count)
        app.step(WARM_UP_TICKS)
        for samples in (app.tick_ms, app.tick_cpu_ms, app.render_ms, app.render_cpu_ms):
            samples.clear()
        systems = watch_systems(app)
        app.run(ticks=ticks)
    finally:
        app.close()
    return {
        "name": name,
        "count": count,
        "ticks": app.tick_ms.count,
        "frames": app.render_ms.count,
        "renderer": renderer,
        "noop": "NOOP" in renderer.upper(),
        "tick_cpu_ms": percentiles(app.tick_cpu_ms),
        "render_cpu_ms": percentiles(app.render_cpu_ms),
        "tick_wall_ms": percentiles(app.tick_ms),
        "render_wall_ms": percentiles(app.render_ms),
        "garbage": {"collections": app.garbage.collections, "forced": app.garbage.forced},
        "draw_calls": app.device.last_frame.draw_calls,
        "gl_calls": app.device.last_frame.gl_calls,
        "systems_ms": {name: percentiles(samples) for name, samples in systems.items()},
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def figure_words(figure: Any) -> str:
    """A figure, or figures by name, in one line."""
    if not isinstance(figure, dict):
        return str(figure)
    return "  ".join(f"{name} {value}" for name, value in figure.items())


def show(result: Result) -> None:
    """Print figures as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"bench {result['name']}", show_header=False)
    for key, value in result.items():
        if key == "cases":
            show_cases(value)
            continue
        if isinstance(value, dict) and "points" in value:
            value = scale.in_a_line(value, result["budget_ms"])
        elif isinstance(value, dict):
            nested = any(isinstance(figure, dict) for figure in value.values())
            value = ("\n" if nested or len(value) > FEW else "  ").join(
                f"{inner} {figure_words(figure)}" for inner, figure in value.items()
            )
        table.add_row(key, f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value))
    Console().print(table)
