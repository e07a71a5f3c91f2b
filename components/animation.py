"""Pictures that change with time."""

from __future__ import annotations

from math import inf

from ecs_engine.core.component import component
from ecs_engine.core.fields import Float, Int, UInt, UShort


@component
class AnimationFrame:
    """Which frame is shown, and for how long; kept by the AnimationSystem."""

    shown: UInt = 0
    """The clip it belongs to; 0 before the first tick."""
    frame: Int = -1
    """Its place among the frames of all clips."""
    since: Float = inf
    """The frame is right while the animation's time is from ``since`` to ``until``; it is unknown at first."""
    until: Float = -inf
    low: Float = -inf
    """The animation's time is kept from ``low`` to ``high``: clips that are played once wait at their ends."""
    high: Float = inf


@component(companions=(AnimationFrame,))
class Animation:
    """Shows a clip on the entity's Sprite. Another clip begins at its beginning; the same one goes on."""

    clip: UInt = 0
    """A Clip, or its id; 0 is none, and leaves the sprite as it is."""
    time: Float = 0.0
    """Seconds into the clip."""
    speed: Float = 1.0
    """2 is twice as fast, 0 stands still, negative numbers run backwards."""


@component
class AnimationState:
    """Lets a state machine choose the entity's clip."""

    machine: UShort = 0
    """A StateMachine, or its id; 0 is none."""
    state: UShort = 0
    """The state's number: ``machine["run"]``. Games read it, and set it to jump there."""
    signal: UShort = 0
    """What just happened: ``machine.signal("jump")``. It is looked at once, at the next tick, and cleared."""
