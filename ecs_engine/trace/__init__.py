"""Measurements of a running app."""

from ecs_engine.trace.samples import Samples

__all__ = ["Samples"]
