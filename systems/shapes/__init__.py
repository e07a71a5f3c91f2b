"""Shapes, polygons and lines, and drawing for debugging."""

from __future__ import annotations

from ecs_engine.systems.shapes.debug import DebugDraw, DebugDrawSystem
from ecs_engine.systems.shapes.paths import Polygon, Polyline
from ecs_engine.systems.shapes.rows import SHAPES, Cap, Join
from ecs_engine.systems.shapes.shapes import ShapeSystem
from ecs_engine.systems.shapes.system import PathSystem

__all__ = [
    "SHAPES",
    "Cap",
    "DebugDraw",
    "DebugDrawSystem",
    "Join",
    "PathSystem",
    "Polygon",
    "Polyline",
    "ShapeSystem",
]
