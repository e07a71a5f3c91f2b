"""Events become the input state of the tick."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from ecs_engine.core.events import CloseEvent, Event, EventQueue, ResizeEvent
from ecs_engine.core.input import Input
from ecs_engine.core.screen import Screen
from ecs_engine.core.system import Stage, System


class InputSystem(System):
    """Drains the event queue into the :class:`Input` resource, and window sizes into :class:`Screen`."""

    stage: ClassVar[Stage] = Stage.INPUT

    def __init__(self, events: EventQueue, on_drain: Callable[[list[Event]], None] | None = None) -> None:
        self.events = events
        self.on_drain = on_drain
        """Called with the events of each tick before anything is made of them."""

    def process(self, dt: float) -> None:
        events = self.events.drain()
        if self.on_drain is not None:
            self.on_drain(events)
        self.world.resource(Input).begin_tick(events)
        for event in events:
            if isinstance(event, ResizeEvent):
                screen = self.world.resource(Screen).of(event.window)
                if screen is not None:
                    screen.width, screen.height = event.width, event.height
                    screen.framebuffer_width = event.framebuffer_width
                    screen.framebuffer_height = event.framebuffer_height
            elif isinstance(event, CloseEvent):
                self.world.resource(Screen).others.pop(event.window, None)
