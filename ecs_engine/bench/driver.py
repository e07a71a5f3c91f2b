"""Which driver a benchmark draws with."""

from __future__ import annotations

import os

from ecs_engine.core.errors import EngineError


def check_noop(renderer: str) -> None:
    """Refuse to pass a rasterising driver off as the no-op one."""
    if os.environ.get("GALLIUM_NOOP", "0") not in ("", "0") and "NOOP" not in renderer.upper():
        raise EngineError(
            f"GALLIUM_NOOP is set, but the renderer is {renderer!r}, which draws: run in a window under an X server "
            "(xvfb-run), where Mesa heeds it, or unset it."
        )
