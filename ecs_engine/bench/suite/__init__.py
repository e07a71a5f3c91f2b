"""`ecs-engine bench --all`: every scenario in processes of its own, beside other engines."""

from __future__ import annotations

from ecs_engine.bench.suite.command import run_suite

__all__ = ["run_suite"]
