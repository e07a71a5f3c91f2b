"""Resources that a system shares with the game: there before it, or made by it."""

from __future__ import annotations

from typing import TypeVar

from ecs_engine.core.world import World

R = TypeVar("R")


def resource_or_new(world: World, kind: type[R]) -> R:
    """The world's resource of this class; a new one, made without arguments, where it has none.

    One that is there stays, also when it is still empty: the game may have kept it, and a system that replaces another
    goes on with what the other knew.
    """
    found = world.try_resource(kind)
    if found is None:
        found = kind()
        world.add_resource(found)
    return found
