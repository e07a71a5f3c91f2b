"""Pictures, fonts and shaders made by code of our own, for the demos."""

from __future__ import annotations

if __name__ != "ecs_engine.assets":
    raise ImportError(
        f"'{__name__}' is the folder of the package 'ecs_engine.assets'; imported under another name, every "
        "class in it would exist twice and queries would miss: write 'import ecs_engine.assets' instead."
    )

__all__: list[str] = []
