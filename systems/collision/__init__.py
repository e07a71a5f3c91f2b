"""Collision maths on whole arrays: a grid for the broad phase, shape tests, and contacts from tick to tick.

Pure numpy, with no world and no thread of its own: the physics system calls it on the logic thread, and a game may
call it with arrays of its own.
"""

from __future__ import annotations

from ecs_engine.systems.collision.arrays import CollisionError
from ecs_engine.systems.collision.contacts import ContactChanges, ContactTracker
from ecs_engine.systems.collision.grid import candidate_pairs
from ecs_engine.systems.collision.narrow import Overlaps, box_box, circle_box, circle_circle, layer_filter

__all__ = [
    "CollisionError",
    "ContactChanges",
    "ContactTracker",
    "Overlaps",
    "box_box",
    "candidate_pairs",
    "circle_box",
    "circle_circle",
    "layer_filter",
]
