"""The error for a context that is gone."""

from __future__ import annotations

from ecs_engine.core.errors import GLError


class ContextLostError(GLError):
    """The graphics driver was reset, and everything on the GPU is gone; ``Device.recreate`` makes it anew."""
