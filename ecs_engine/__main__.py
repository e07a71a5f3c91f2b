"""`python -m ecs_engine`: the same as the command `ecs-engine`."""

from __future__ import annotations

from ecs_engine.cli import main

if __name__ == "__main__":
    main()
