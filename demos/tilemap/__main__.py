"""Runs the demo: ``python -m ecs_engine.demos.tilemap``."""

from __future__ import annotations

from ecs_engine.demos.tilemap import build

if __name__ == "__main__":
    build().run()
