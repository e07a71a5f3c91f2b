"""Events become the input state of the tick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from ecs_engine.core.events import CloseEvent, Event, EventQueue, MouseMoveEvent, ResizeEvent
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
        screens = self.world.try_resource(Screen)
        resized = bool(events) and screens is not None and self._look_at(screens, events)
        self.world.resource(Input).begin_tick(events)
        if screens is not None and resized and self._pointer is not None:  # it lies elsewhere now, and did not move
            self.world.resource(Input).mouse.position = screens.from_window(*self._pointer)

    def _look_at(self, screens: Screen, events: list[Event]) -> bool:
        """Note sizes, and put places of the mouse in a picture in the units of that; whether the first window has
        another size."""
        resized = False
        for index, event in enumerate(events):
            screen = screens.of(event.window)
            if isinstance(event, CloseEvent):
                screens.others.pop(event.window, None)
            elif isinstance(event, ResizeEvent) and screen is not None:
                screen.resize((event.width, event.height), (event.framebuffer_width, event.framebuffer_height))
                resized |= event.window == 0
            elif isinstance(event, MouseMoveEvent):
                self._pointer = None
                if screen is not None and screen.resolution is not None:
                    self._pointer = event.x, event.y
                    x, y = screen.from_window(event.x, event.y)
                    events[index] = replace(event, x=x, y=y)
        return resized
