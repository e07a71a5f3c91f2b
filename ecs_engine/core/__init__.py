"""The heart: the world (esper entities with numpy columns), systems and stages, events and input."""

from ecs_engine.core.component import batch, component
from ecs_engine.core.selection import writable
from ecs_engine.core.system import Stage, System
from ecs_engine.core.world import World

__all__ = ["Stage", "System", "World", "batch", "component", "writable"]
