"""The demo gallery: one runnable file or small folder each; ``ecs-engine demo --list`` names them.

Each states its budget, ``BUDGET_MS``: how many milliseconds a tick and a frame may take the processor together, the
drawing itself left out, on a machine that does nothing else. ``make demo`` without a display tells which were met.
"""

from __future__ import annotations

if __name__ != "ecs_engine.demos":
    raise ImportError(
        f"'{__name__}' is the folder of the package 'ecs_engine.demos'; imported under another name, every "
        "class in it would exist twice and queries would miss: write 'import ecs_engine.demos' instead."
    )

__all__: list[str] = []
