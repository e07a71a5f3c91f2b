"""Events become the input state of the tick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from ecs_engine.core.events import Event, EventQueue, MouseMoveEvent, ResizeEvent
from ecs_engine.core.input import Input
from ecs_engine.core.screen import Screen
from ecs_engine.core.system import Stage, System


class InputSystem(System):
    """Drains the event queue into the :class:`Input` resource, and window sizes into :class:`Screen`.

    In an app with a resolution, the game gets places of the mouse in the units of that.
    """

    stage: ClassVar[Stage] = Stage.INPUT

    def __init__(self, events: EventQueue, on_drain: Callable[[list[Event]], None] | None = None) -> None:
        self.events = events
        self.on_drain = on_drain
        """Called with the events of each tick before anything is made of them."""
        self._pointer: tuple[float, float] | None = None
        """Where the mouse is in the window, in an app with a resolution."""

    def process(self, dt: float) -> None:
        events = self.events.drain()
        if self.on_drain is not None:
            self.on_drain(events)
        screen, resized = self.world.try_resource(Screen), False
        if screen is not None:
            for index, event in enumerate(events):
                if isinstance(event, ResizeEvent):
                    resized = True
                    framebuffer = event.framebuffer_width, event.framebuffer_height
                    screen.resize((event.width, event.height), framebuffer)
                elif isinstance(event, MouseMoveEvent) and screen.resolution is not None:
                    self._pointer = event.x, event.y
                    x, y = screen.from_window(*self._pointer)
                    events[index] = replace(event, x=x, y=y)
        self.world.resource(Input).begin_tick(events)
        if screen is not None and resized and self._pointer is not None:  # it lies elsewhere now, and did not move
            self.world.resource(Input).mouse.position = screen.from_window(*self._pointer)
