"""Measuring the axes, one scene after the other."""

from __future__ import annotations

from math import isfinite
from time import monotonic
from typing import Any

from ecs_engine.app import App
from ecs_engine.bench.driver import check_noop
from ecs_engine.bench.scale.axes import AXES, Axis
from ecs_engine.bench.scale.fit import fit
from ecs_engine.process import frozen_garbage

BUDGET_MS = 16.6
"""A frame at 60 a second."""
WARM_UP = 20
SECONDS = 1.0
"""The most that a point is measured for."""
LEAST_TICKS = 5


def measure_scale(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Milliseconds of processor time of a tick and its frame along every axis of which two points at least are within
    ``count``, and a curve through them."""
    result: dict[str, Any] = {"name": "scale", "count": count, "budget_ms": BUDGET_MS, "renderer": ""}
    for axis in AXES:
        counts = [number for number in axis.counts if number <= count]
        if len(counts) < 2:
            continue
        points = []
        for number in counts:
            point, result["renderer"] = measure_point(axis, number, ticks, headless)
            points.append({"count": number, **point})
        curve = fit(counts, [point["tick_ms"] + point["frame_ms"] for point in points])
        reached = curve.reaches(BUDGET_MS)
        result[axis.name] = {
            "note": axis.note,
            "points": points,
            "model": curve.model,
            "a_ms": curve.a,
            "b_ms": curve.b,
            "worst_residual": round(curve.worst, 3),
            "reaches_budget_at": round(reached) if isfinite(reached) else None,
        }
    return result


def measure_point(axis: Axis, count: int, ticks: int, headless: bool) -> tuple[dict[str, float], str]:
    """Medians of a tick and of its frame, and the driver's name."""
    with App(f"bench scale: {axis.name}", (1280, 720), headless=headless, vsync=False, resizable=False) as app:
        renderer = app.device.capabilities.renderer
        check_noop(renderer)
        axis.build(app, count)
        for _ in range(WARM_UP):
            app.step()
        tick, frame = app.tick_cpu_ms, app.render_cpu_ms
        for samples in (tick, frame):
            samples.clear()
        until = monotonic() + SECONDS
        with frozen_garbage():
            while tick.count < ticks and (tick.count < LEAST_TICKS or monotonic() < until):
                app.step()
        return {"tick_ms": round(tick.percentile(50), 4), "frame_ms": round(frame.percentile(50), 4)}, renderer
