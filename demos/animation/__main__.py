"""python -m ecs_engine.demos.animation"""

from __future__ import annotations

from ecs_engine.demos.animation import build

if __name__ == "__main__":
    build().run()
