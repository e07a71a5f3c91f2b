"""``python -m ecs_engine.demos.cameras`` plays the game."""

from __future__ import annotations

from ecs_engine.demos.cameras import build

if __name__ == "__main__":
    build().run()
