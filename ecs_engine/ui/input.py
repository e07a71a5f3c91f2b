"""What the player does with mouse, keyboard and gamepad reaches the widget it is meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ecs_engine.core.events import (
    Event,
    FocusEvent,
    GamepadAxisEvent,
    GamepadButtonEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    PasteEvent,
    ScrollEvent,
    TextEvent,
)
from ecs_engine.core.input import Input
from ecs_engine.core.keys import Action, GamepadAxis, Key, MouseButton
from ecs_engine.core.system import Stage, System
from ecs_engine.ui.focus import nearest, next_of
from ecs_engine.ui.keys import BUTTONS, STEPS, Command, command_of
from ecs_engine.ui.repeat import Repeat
from ecs_engine.ui.tree import Root, ancestors, can_focus, descendants
from ecs_engine.ui.widget import Widget

if TYPE_CHECKING:
    from ecs_engine.ui.ui import UI

LEFT = MouseButton.LEFT
PUSH, REST = 0.6, 0.4
"""How far a stick must be pushed to be a step, and how near to the middle it must come before the next."""
_STICK = {
    GamepadAxis.LEFT_X: (Command.LEFT, Command.RIGHT),
    GamepadAxis.LEFT_Y: (Command.DOWN, Command.UP),
}


class UIInputSystem(System):
    """Takes the events that are the UI's, calls callbacks, and moves the focus. It runs right after the InputSystem, so
    that the game's systems do not see what the UI has taken.

    Widgets are where the last tick placed them, which is what the player has seen.
    """

    stage: ClassVar[Stage] = Stage.INPUT
    priority = -100
    stays = True  # what raises in it is a callback of the game

    def __init__(self, ui: UI) -> None:
        self._ui = ui
        self._seen = -1
        self._pushed: dict[GamepadAxis, int] = {}
        self._pointer: tuple[float, float] | None = None
        self._held = Repeat()

    def process(self, dt: float) -> None:
        state = self.world.resource(Input)
        for event in state.events:
            if event.window == 0:
                self.handle(event, state)
        again = self._held.due()
        if again is not None:
            self.command(again, again=True)
        if state.events or self._seen != self._ui.revision:
            self._seen = self._ui.revision
            self._hover()

    def handle(self, event: Event, state: Input) -> None:
        """One event, in the order in which the player made them."""
        match event:
            case MouseMoveEvent(x=x, y=y):
                scale = self._ui.scale
                self._pointer = x / scale, y / scale
                if self._ui.held is not None:
                    self._ui.held.on_point(*self._pointer, "drag")
            case MouseButtonEvent(button=button, action=action):
                self._button(button, action, state)
            case ScrollEvent(dy=notches):
                self._scroll(notches, state)
            case FocusEvent(focused=False):
                self._held.end()
                held, self._ui.held = self._ui.held, None  # it would not be heard of again
                if held is not None:
                    held.repaint()
            case KeyEvent(key=key, action=action, mods=mods):
                if action != Action.RELEASE:
                    self._key(key, command_of(key, mods), action, state)
            case TextEvent(text=text) | PasteEvent(text=text):
                focus = self._ui.focus
                if focus is not None and can_focus(focus) and focus.on_text(text):
                    state.text = ""
            case GamepadButtonEvent(button=button, action=action) if button in BUTTONS:
                if action == Action.RELEASE:
                    self._held.end(BUTTONS[button])
                elif self._hold(BUTTONS[button]):
                    state.take(button)
            case GamepadAxisEvent(axis=axis, value=value) if axis in _STICK:
                self._push(axis, value)

    # -- mouse -----------------------------------------------------------------------------------------
    def _hover(self) -> None:
        ui = self._ui
        found = None if self._pointer is None else self.at(*self._pointer)
        if found is not ui.hovered:
            for widget in (ui.hovered, found):
                if widget is not None:
                    widget.repaint()
            ui.hovered = found

    def at(self, x: float, y: float) -> Widget | None:
        """The widget at a place of the screen that the pointer does not reach through; None for the game's."""
        for root in reversed(self._ui.roots):
            if root.shown:
                found = self._within(root.widget, x, y)
                if found is not None or root.modal:
                    return found
        return None

    def _within(self, widget: Widget, x: float, y: float) -> Widget | None:
        left, top, width, height = widget.rect
        if not (widget.shown and left <= x < left + width and top <= y < top + height):
            return None
        for child in reversed(widget._children):
            found = self._within(child, x, y)
            if found is not None:
                return found
        return widget if widget.solid or widget.focusable else None

    def _button(self, button: MouseButton, action: Action, state: Input) -> None:
        ui = self._ui
        self._hover()
        if action == Action.RELEASE:
            if button == LEFT:
                self._let_go()
            return
        over = ui.hovered
        if over is not None or ui.modal is not None:
            state.take(button)
        if button != LEFT:
            return
        if over is None:
            if ui.modal is None:
                ui.focus = None
            return
        if over.focusable and over.active:
            self._show_focus(False)
            if over.takes_keys or ui.modal is not None:
                ui.focus = over
            ui.held = over
            over.repaint()
            assert self._pointer is not None  # or nothing would be under it
            over.on_point(*self._pointer, "press")

    def _let_go(self) -> None:
        """The left button goes up."""
        held, self._ui.held = self._ui.held, None
        if held is not None and self._pointer is not None:
            held.repaint()
            held.on_point(*self._pointer, "release")

    def _scroll(self, notches: float, state: Input) -> None:
        self._hover()
        widget = self._ui.hovered
        if widget is not None or self._ui.modal is not None:
            state.mouse.scroll = (0.0, 0.0)
        while widget is not None:
            if widget.active and widget.on_scroll(notches):
                return
            widget = widget.parent

    def _push(self, axis: GamepadAxis, value: float) -> None:
        """The left stick is pushed far enough for a step, or let go again."""
        before = self._pushed.get(axis, 0)
        now = (value > 0) - (value < 0) if abs(value) > PUSH else 0 if abs(value) < REST else before
        self._pushed[axis] = now
        if now != before:
            for command in _STICK[axis]:
                self._held.end(command)
            if now:
                self._hold(_STICK[axis][now > 0])

    def _hold(self, command: Command) -> bool:
        """A button went down, or a stick was pushed; whether that was taken. Steps come again while it is held."""
        if command in STEPS:
            self._held.begin(command)
        return self.command(command)

    # -- keyboard and gamepad --------------------------------------------------------------------------
    def _key(self, key: Key, command: Command | None, action: Action, state: Input) -> None:
        """A key goes to the widget that has the focus, which takes it if it makes use of it."""
        ui = self._ui
        focus = ui.focus
        taken = command is not None and self.command(command, again=action == Action.REPEAT)
        if (taken or (focus is not None and focus.takes_text and _writes(key))) and key != Key.UNKNOWN:
            state.take(key)

    def command(self, command: Command, *, again: bool = False) -> bool:
        """What the player wants, whatever device says so; whether it was taken. ``again``: the key is still held."""
        ui = self._ui
        focus = ui.focus
        if focus is not None and not can_focus(focus):
            focus = None
        once = again and command in (Command.ACCEPT, Command.SPACE)
        if focus is not None and not once:
            unseen = not (ui.focus_visible or focus.takes_text)  # a field that is written in always shows that it is
            if focus.on_command(command) or (unseen and command in STEPS):
                self._show_focus(True)
                return True
            if any(above.on_command(command) for above in ancestors(focus)):
                self._show_focus(True)
                return True
        if command in STEPS:
            return self._step(*STEPS[command])
        if command in (Command.NEXT, Command.PREVIOUS):
            return self._go(next_of(self._order(), focus, 1 if command is Command.NEXT else -1))
        if command is Command.CANCEL:
            return self._cancel()
        return False

    def _show_focus(self, visible: bool) -> None:
        """The player took to the keyboard or a gamepad, or to the mouse."""
        if self._ui.focus_visible != visible:
            self._ui.focus_visible = visible
            if self._ui.focus is not None:
                self._ui.focus.repaint()

    def _step(self, across: int, down: int) -> bool:
        """Move the focus to what is nearest that way. Where nothing has it, keys are the game's."""
        ui = self._ui
        if ui.focus is None:
            return ui.modal is not None and self._go(next_of(self._order(), None, 1))
        return self._go(nearest(self._order(), ui.focus, across, down)) or ui.modal is not None

    def _go(self, widget: Widget | None) -> bool:
        if widget is None:
            return False
        self._ui.focus = widget
        self._show_focus(True)
        return True

    def _cancel(self) -> bool:
        ui = self._ui
        root = self._front()
        if root is not None and root.on_cancel is not None:
            root.on_cancel()
            return True
        if ui.focus is not None and ui.modal is None:
            ui.focus = None
            return True
        return False

    def _front(self) -> Root | None:
        """The modal in front; without one, what is shown in front and can be cancelled."""
        shown = [root for root in reversed(self._ui.roots) if root.shown]
        modal = next((root for root in shown if root.modal), None)
        return modal or next((root for root in shown if root.on_cancel is not None), None)

    def _order(self) -> list[Widget]:
        """What can have the focus, in the order of the tree: within the modal in front, if there is one."""
        modal = self._ui.modal
        roots = [modal] if modal is not None else [root.widget for root in self._ui.roots if root.shown]
        return [one for root in roots for one in descendants(root) if can_focus(one)]


def _writes(key: Key) -> bool:
    """Whether a key is for writing: all but the function keys, and Escape."""
    return key != Key.ESCAPE and not Key.F1 <= key <= Key.F25
