"""The benchmarks behind ``ecs-engine bench``: each prints a table, and writes its figures as JSON when asked."""

from __future__ import annotations

from ecs_engine.bench.report import run

__all__ = ["run"]
