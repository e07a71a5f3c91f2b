"""``python -m ecs_engine.demos.effects`` plays the game."""

from __future__ import annotations

from ecs_engine.demos.effects import build

if __name__ == "__main__":
    build().run()
