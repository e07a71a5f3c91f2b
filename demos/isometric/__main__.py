"""Runs the demo: ``python -m ecs_engine.demos.isometric``."""

from __future__ import annotations

from ecs_engine.demos.isometric import build

if __name__ == "__main__":
    build().run()
