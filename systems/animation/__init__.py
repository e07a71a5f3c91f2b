"""Animation: clips of pictures, and state machines that choose among them."""

from __future__ import annotations

from ecs_engine.systems.animation.clips import Clip, Clips, Play
from ecs_engine.systems.animation.states import StateMachine, StateMachines
from ecs_engine.systems.animation.system import AnimationSystem

__all__ = ["AnimationSystem", "Clip", "Clips", "Play", "StateMachine", "StateMachines"]
