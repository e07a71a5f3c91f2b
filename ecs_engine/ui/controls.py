"""Buttons, toggles, sliders and progress bars."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

from ecs_engine.core.errors import ComponentError
from ecs_engine.core.setting import Setting
from ecs_engine.ui.keys import Command
from ecs_engine.ui.labels import Label
from ecs_engine.ui.painter import Painter
from ecs_engine.ui.theme import Colour, shade
from ecs_engine.ui.widget import COLOUR, FUNCTION, PAINT, SIZE, WORDS, Widget, callback, colour, words

if TYPE_CHECKING:
    from ecs_engine.ui.ui import UI

Phase = Literal["press", "drag", "release"]
WHITE: Colour = (255, 255, 255)


def inside(widget: Widget, x: float, y: float) -> bool:
    """Whether a place is within a widget."""
    left, top, width, height = widget.rect
    return left <= x < left + width and top <= y < top + height


class Button(Widget):
    """Something to press: by mouse, Enter, Space, or A on a gamepad.

    Args:
        content: what is on it: words, or a widget such as an Image or a Row.
        on_press: called without arguments when it is pressed.
        accent: in the theme's accent colour: for the thing to do next.
        flat: without a board of its own until it is pointed at: for pictures and menus.
        settings: as of :class:`~ecs_engine.ui.Widget`.
    """

    on_press = Setting(callback, 0, FUNCTION)
    accent = Setting(bool, PAINT, "True or False")
    flat = Setting(bool, SIZE, "True or False")
    focusable = True
    levels = 1

    def __init__(
        self,
        content: str | Widget = "",
        on_press: Callable[[], object] | None = None,
        *,
        accent: bool = False,
        flat: bool = False,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.on_press, self.accent, self.flat = on_press, accent, flat
        self.label: Label | None = None
        """The words on it; None where something else is."""
        if isinstance(content, str):
            content = self.label = Label(content, align="center")
        self._insert(0, content)

    @property
    def text(self) -> str:
        """The words on it."""
        return "" if self.label is None else self.label.text

    @text.setter
    def text(self, text: str) -> None:
        if self.label is None:
            raise ComponentError(f"{self.title} has no words, but another widget: set that one's text.")
        self.label.text = text

    @property
    def caption(self) -> str:
        return self.text

    def press(self) -> None:
        """Do what happens when the player presses it."""
        self.call(self.on_press)

    def measure(self, ui: UI) -> tuple[float, float]:
        across, down = self._padding(ui.theme.text_size)
        width, height = ui.natural(self._children[0]) if self._children else (0.0, 0.0)  # it may have been removed
        return width + 2 * across, height + 2 * down

    def arrange(self, ui: UI, x: float, y: float, width: float, height: float) -> None:
        for content in self._children:
            inner = ui.natural(content)
            ui.place(content, x + (width - inner[0]) / 2, y + (height - inner[1]) / 2, *inner)

    def _padding(self, size: float) -> tuple[float, float]:
        return (size * 0.3, size * 0.3) if self.label is None else (size, size * 0.4)

    def paint(self, painter: Painter) -> None:
        theme = painter.theme
        fill: Colour = theme.accent if self.accent else theme.control
        edge: Colour = shade(theme.accent, WHITE, 0.35) if self.accent else theme.control_edge
        if self.pressed:
            fill = shade(fill, theme.pressed, 0.35)
        elif self.hovered and self.active:
            fill = shade(fill, theme.text, 0.14)
        lit = fill if self.pressed else shade(fill, WHITE, 0.1)
        x, y, width, height = self.rect
        if not self.flat or self.pressed or (self.hovered and self.active):
            painter.box(
                x, y, width, height, lit, fill_to=fill, corner=theme.corner, edge=theme.edge, edge_color=edge,
            )  # fmt: skip
        if self.focus_shown:
            painter.ring(x, y, width, height, theme.corner)
        if self.label is not None:
            wanted: Colour | None = theme.on_accent if self.accent and not self.flat else None
            if wanted != self.label.inherited:
                self.label.inherited = wanted
                self.label.repaint()

    def on_point(self, x: float, y: float, phase: Phase) -> None:
        if phase == "release" and inside(self, x, y):
            self.press()

    def on_command(self, command: Command) -> bool:
        if command in (Command.ACCEPT, Command.SPACE):
            self.press()
            return True
        return False


class Toggle(Widget):
    """A switch with words beside it.

    Args:
        text: the words.
        value: whether it is on.
        on_change: called with the new value when the player switches it, not when the game sets it.
        settings: as of :class:`~ecs_engine.ui.Widget`.
    """

    text = Setting(words, SIZE, WORDS)
    value = Setting(bool, PAINT, "True or False")
    on_change = Setting(callback, 0, FUNCTION)
    focusable = True
    levels = 2

    def __init__(
        self,
        text: str = "",
        value: bool = False,
        on_change: Callable[[bool], object] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.text, self.value, self.on_change = text, value, on_change
        self._extent = (0.0, 0.0)

    @property
    def caption(self) -> str:
        return self.text

    def measure(self, ui: UI) -> tuple[float, float]:
        size = ui.theme.text_size
        self._extent = ui.font.measure(self.text, size) if self.text else (0.0, size)
        gap = size * 0.6 if self.text else 0.0
        return size * 2.2 + gap + self._extent[0], max(size * 1.3, self._extent[1])

    def paint(self, painter: Painter) -> None:
        theme, size = painter.theme, painter.theme.text_size
        x, y, _, height = self.rect
        across, down = size * 2.2, size * 1.3
        top = y + (height - down) / 2
        fill: Colour = theme.accent if self.value else theme.control
        if self.hovered and self.active:
            fill = shade(fill, theme.text, 0.14)
        edge: Colour = shade(theme.accent, WHITE, 0.35) if self.value else theme.control_edge
        painter.box(x, top, across, down, fill, corner=down / 2, edge=theme.edge, edge_color=edge)
        inset = theme.edge + 2
        knob = down - 2 * inset
        at = x + across - inset - knob if self.value else x + inset
        painter.box(at, top + inset, knob, knob, theme.knob, corner=knob / 2, level=1)
        if self.focus_shown:
            painter.ring(x, top, across, down, down / 2)
        if self.text:
            painter.words(x + across + size * 0.6, y + (height - self._extent[1]) / 2, self.text, theme.text)

    def switch(self) -> None:
        """Do what happens when the player switches it."""
        self.value = not self.value
        self.call(self.on_change, self.value)

    def on_point(self, x: float, y: float, phase: Phase) -> None:
        if phase == "release" and inside(self, x, y):
            self.switch()

    def on_command(self, command: Command) -> bool:
        if command in (Command.ACCEPT, Command.SPACE):
            self.switch()
            return True
        return False


def finite(value: float) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(number)
    return number


class Slider(Widget):
    """A number between two others, by dragging, or by the arrow keys.

    Args:
        value: where it is; kept between ``low`` and ``high``.
        low, high: its ends.
        step: what it moves by; 0: any value by mouse, and a twentieth of the way by keys.
        on_change: called with the new value when the player moves it, not when the game sets it.
        settings: as of :class:`~ecs_engine.ui.Widget`; it is ten times as wide as words are high unless told otherwise.
    """

    value = Setting(finite, PAINT, "a finite number")
    low = Setting(finite, PAINT, "a finite number")
    high = Setting(finite, PAINT, "a finite number")
    step = Setting(finite, 0, "a finite number")
    on_change = Setting(callback, 0, FUNCTION)
    focusable = True
    levels = 3

    def __init__(
        self,
        value: float = 0.0,
        low: float = 0.0,
        high: float = 1.0,
        *,
        step: float = 0.0,
        on_change: Callable[[float], object] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.value, self.low, self.high, self.step, self.on_change = value, low, high, step, on_change
        self._grip: float | None = None

    @property
    def part(self) -> float:
        """How far it is from ``low`` (0) to ``high`` (1)."""
        way = self.high - self.low
        return min(max((self.value - self.low) / way, 0.0), 1.0) if way > 0 else 0.0

    def measure(self, ui: UI) -> tuple[float, float]:
        return ui.theme.text_size * 10.0, ui.theme.text_size * 1.3

    def paint(self, painter: Painter) -> None:
        theme = painter.theme
        x, y, width, height = self.rect
        knob = min(theme.text_size * 1.1, height)
        track = max(theme.text_size * 0.36, 2.0)
        at, middle = x + (width - knob) * self.part, y + height / 2
        painter.box(
            x, middle - track / 2, width, track, theme.control, corner=track / 2, edge=theme.edge / 2,
            edge_color=theme.control_edge,
        )  # fmt: skip
        painter.box(x, middle - track / 2, at - x + knob / 2, track, theme.accent, corner=track / 2, level=1)
        held = self.pressed or (self.hovered and self.active)
        edge: Colour = theme.accent if held else theme.control_edge
        painter.box(
            at, middle - knob / 2, knob, knob, theme.knob, corner=knob / 2, edge=theme.edge, edge_color=edge, level=2
        )
        if self.focus_shown:
            painter.ring(at, middle - knob / 2, knob, knob, knob / 2, level=2)

    def move_to(self, value: float) -> None:
        """Do what happens when the player moves it there."""
        if self.step > 0:
            value = self.low + round((value - self.low) / self.step) * self.step
        value = min(max(value, self.low), max(self.high, self.low))
        if value != self.value:
            self.value = value
            self.call(self.on_change, value)

    def on_point(self, x: float, y: float, phase: Phase) -> None:
        left, _, width, height = self.rect
        size = self.ui.theme.text_size if self.ui is not None else height
        knob = min(size * 1.1, height)
        room = width - knob
        if room <= 0 or phase == "release":
            return
        if phase == "press":
            offset = x - (left + room * self.part + knob / 2)
            self._grip = offset if abs(offset) <= knob / 2 else 0.0  # the knob is held where it was taken
        self.move_to(self.low + (x - (self._grip or 0.0) - knob / 2 - left) / room * (self.high - self.low))

    def on_command(self, command: Command) -> bool:
        way = {Command.LEFT: -1, Command.RIGHT: 1}.get(command, 0)
        if way:
            self.move_to(self.value + way * (self.step if self.step > 0 else (self.high - self.low) / 20))
        return bool(way)


class ProgressBar(Widget):
    """How far something is.

    Args:
        value: from 0 to 1; what is beyond is taken for that.
        color: None for the theme's accent.
        settings: as of :class:`~ecs_engine.ui.Widget`; it is ten times as wide as words are high unless told otherwise.
    """

    value = Setting(finite, PAINT, "a finite number")
    color = Setting(colour, PAINT, COLOUR)
    levels = 2

    def __init__(self, value: float = 0.0, *, color: Colour | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.value = value
        self.color = color

    def measure(self, ui: UI) -> tuple[float, float]:
        return ui.theme.text_size * 10.0, ui.theme.text_size * 0.8

    def paint(self, painter: Painter) -> None:
        theme = painter.theme
        x, y, width, height = self.rect
        corner = min(theme.corner, height / 2)
        painter.box(x, y, width, height, theme.field, corner=corner, edge=theme.edge, edge_color=theme.control_edge)
        part = min(max(self.value, 0.0), 1.0)
        inner = theme.edge + 1
        across, down = width - 2 * inner, height - 2 * inner
        if part > 0 and across > 0 and down > 0:
            color: Colour = self.color or theme.accent
            painter.box(
                x + inner, y + inner, max(across * part, min(down, across)), down, shade(color, WHITE, 0.2),
                fill_to=color, corner=min(corner - inner, down / 2) if corner > inner else 0.0, level=1,
            )  # fmt: skip
