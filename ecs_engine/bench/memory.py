"""What an entity takes: columns, snapshots in three slots, and buffers of the GPU."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

from ecs_engine.app import App
from ecs_engine.bench import scenes
from ecs_engine.core.errors import EngineError

STATUS = Path("/proc/self/statm")


def resident_bytes() -> int:
    """Memory of this process that is in use, as the kernel counts it.

    Raises:
        EngineError: not on Linux.
    """
    if not STATUS.exists():
        raise EngineError("bench memory reads /proc/self/statm, which only Linux has: run it there.")
    gc.collect()
    return int(STATUS.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure_memory(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Bytes that each of ``count`` moving sprites adds to the process, after some ticks and frames."""
    with App("bench memory", (1280, 720), headless=headless, vsync=False) as app:
        scenes.bunnymark(app, 1000)
        app.step(5)
        before = resident_bytes()
        scenes.add_sprites(app, count, moving=True, seed=2)
        for _ in range(5):  # each of the three slots is filled
            app.step()
        grown = resident_bytes() - before
        renderer = app.device.capabilities.renderer
    return {"name": "memory", "count": count, "renderer": renderer, "bytes_per_entity": round(grown / count)}
