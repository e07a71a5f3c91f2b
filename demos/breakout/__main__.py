"""``python -m ecs_engine.demos.breakout`` plays the game."""

from __future__ import annotations

from ecs_engine.demos.breakout import build

if __name__ == "__main__":
    build().run()
