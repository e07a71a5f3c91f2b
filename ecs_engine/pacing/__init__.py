"""Pacing: waiting for the right moment."""

from ecs_engine.pacing.ticker import Ticker

__all__ = ["Ticker"]
