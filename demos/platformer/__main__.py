"""Runs the demo: ``python -m ecs_engine.demos.platformer``."""

from __future__ import annotations

from ecs_engine.demos.platformer import build

if __name__ == "__main__":
    build().run()
