"""Events become the input state of the tick."""

from __future__ import annotations

from typing import ClassVar

from ecs_engine.core.events import EventQueue, ResizeEvent
from ecs_engine.core.input import Input
from ecs_engine.core.screen import Screen
from ecs_engine.core.system import Stage, System


class InputSystem(System):
    """Drains the event queue into the :class:`Input` resource, and window sizes into :class:`Screen`."""

    stage: ClassVar[Stage] = Stage.INPUT

    def __init__(self, events: EventQueue) -> None:
        self.events = events

    def process(self, dt: float) -> None:
        events = self.events.drain()
        self.world.resource(Input).begin_tick(events)
        for event in events:
            if isinstance(event, ResizeEvent):
                screen = self.world.resource(Screen)
                screen.width, screen.height = event.width, event.height
                screen.framebuffer_width = event.framebuffer_width
                screen.framebuffer_height = event.framebuffer_height
