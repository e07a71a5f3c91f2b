"""What all widgets have in common: a place in the tree, a size, and settings that refresh the picture by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Literal

from ecs_engine.core.errors import EngineError
from ecs_engine.core.setting import Setting
from ecs_engine.text import Font
from ecs_engine.ui.theme import RGBA

if TYPE_CHECKING:
    from ecs_engine.ui.keys import Command
    from ecs_engine.ui.painter import Painter, Parts
    from ecs_engine.ui.ui import UI

SIZE, PAINT, TREE, TEXT = 1, 2, 4, 8
"""What of a widget can be out of date: the size of its content, its picture, who is shown and enabled, or the words of
a label and nothing else."""

LARGEST = 1e6
"""Units that a length can have."""

Align = Literal["start", "center", "end", "stretch"]
Justify = Literal["start", "center", "end", "space_between"]


def number(value: float) -> float:
    return float(value + 0.0)  # a string is no number, whatever it says


def length(value: float | None) -> float | None:
    return None if value is None else number(value)


def colour(value: Sequence[int] | None) -> RGBA | None:
    if value is None:
        return None
    red, green, blue, alpha = (int(part) for part in (value if len(value) == 4 else (*value, 255)))
    bytes((red, green, blue, alpha))
    return red, green, blue, alpha


def words(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} for a string")
    return value


def font_or_none(value: Font | None) -> Font | None:
    if value is not None and not isinstance(value, Font):
        raise TypeError(f"a {type(value).__name__} for a font")
    return value


def callback(value: Callable[..., object] | None) -> Callable[..., object] | None:
    if value is not None and not callable(value):
        raise TypeError(f"a {type(value).__name__} for a function")
    return value


LENGTH = "a number of units, or None for as much as it needs"
NUMBER = "a number"
COLOUR = "three or four whole numbers from 0 to 255, or None for the theme's"
WORDS = "a string"
FUNCTION = "a function, or None"
FONT = "a font of app.fonts, or None for the theme's"


class Widget:
    """A part of a UI. The instance is the handle: keep it, and assign to its properties from any system.

    A widget of a UI has an entity, of which it is a component: under its own class and under :class:`Widget`.

    Args:
        width, height: in units of the UI; None for as much as it needs.
        grow: its share of what is left along its row or column, which also gives way first where there is too little.
        visible: False takes it out, with all that is in it: it draws nothing and takes no room.
        enabled: False dims it, with all that is in it, and it takes no input.
        name: by which warnings tell it.

    Raises:
        ComponentError: a value of a wrong kind, here or at an assignment.
    """

    width = Setting(length, SIZE, LENGTH)
    height = Setting(length, SIZE, LENGTH)
    grow = Setting(number, SIZE, NUMBER)
    visible = Setting(bool, TREE, "True or False")
    enabled = Setting(bool, TREE, "True or False")

    levels = 0
    """On how many levels it paints, one over the other; what it contains stands over them."""
    focusable = False
    """Whether keyboard and gamepad can act on it."""
    takes_keys = False
    """Whether a click gives it the focus, also on a screen that is not modal."""
    takes_text = False
    """Whether the player writes in it, so that with the focus it takes all keys that letters are on."""
    dims = True
    """Whether its picture is dimmed while it takes no input."""
    solid = False
    """Whether the pointer over it is not over the game."""

    def __init__(
        self,
        *,
        width: float | None = None,
        height: float | None = None,
        grow: float = 0.0,
        visible: bool = True,
        enabled: bool = True,
        name: str = "",
    ) -> None:
        self.ui: UI | None = None
        """The UI it is in; None while it is in none."""
        self.entity = 0
        """Its entity in the world; 0 while it is in no UI."""
        self.parent: Widget | None = None
        self.name = name
        self.rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
        """Left, top, width and height, in units of the UI from its upper left corner, y down; of the last tick."""
        self._children: list[Widget] = []
        self._stale = 0
        self._natural: tuple[float, float] | None = None
        self._placed = False
        self._context: tuple[int, bool, bool] = (0, False, True)
        self._parts: Parts | None = None
        self._warned = False
        self.width, self.height, self.grow, self.visible, self.enabled = width, height, grow, visible, enabled

    def __repr__(self) -> str:
        return f"<{self.title}>"

    @property
    def title(self) -> str:
        """How messages call it."""
        called = self.name or self.caption
        return f"{type(self).__name__} {called!r}" if called else type(self).__name__

    @property
    def caption(self) -> str:
        """The words by which a player knows it."""
        return ""

    @property
    def children(self) -> tuple[Widget, ...]:
        """What is in it, in order."""
        return tuple(self._children)

    @property
    def shown(self) -> bool:
        """Whether it and all that it is in are visible; of the last tick."""
        return self.ui is not None and self._context[1]

    @property
    def active(self) -> bool:
        """Whether it and all that it is in are enabled; of the last tick."""
        return self._context[2]

    @property
    def hovered(self) -> bool:
        """Whether the pointer is over it."""
        return self.ui is not None and self.ui.hovered is self

    @property
    def pressed(self) -> bool:
        """Whether a mouse button went down on it and is still held."""
        return self.ui is not None and self.ui.held is self

    @property
    def focused(self) -> bool:
        """Whether keyboard and gamepad act on it."""
        return self.ui is not None and self.ui.focus is self

    @property
    def focus_shown(self) -> bool:
        """Whether it has the focus and the player is at the keyboard or a gamepad, so that it shows it."""
        return self.ui is not None and self.ui.focus is self and self.ui.focus_visible

    def focus(self) -> None:
        """Have keyboard and gamepad act on it, as soon as it is shown and enabled."""
        if self.ui is None:
            raise EngineError(f"{self.title} was to get the focus, and is in no UI: add it first.")
        self.ui.focus = self

    def remove(self) -> None:
        """Take it out of its parent and its UI, with all that is in it; it can be added again."""
        if self.parent is not None:
            self.parent._drop(self)
        elif self.ui is not None:
            self.ui.remove(self)

    def _drop(self, child: Widget) -> None:
        self._children.remove(child)
        child.parent = None
        if self.ui is not None:
            self.ui.leave(child)
        self._note(SIZE | TREE)

    def _insert(self, index: int, child: Widget) -> None:
        if not isinstance(child, Widget):
            raise EngineError(f"{child!r} was put into {self.title}: give a widget, such as Label({str(child)!r}).")
        above: Widget | None = self
        while above is not None:
            if above is child:
                raise EngineError(
                    f"{child.title} was put into {self.title}, which is in it: a widget cannot hold itself."
                )
            above = above.parent
        if child.parent is not None or child.ui is not None:
            raise EngineError(f"{child.title} was put into {self.title}, and is in a UI already: remove() it first.")
        self._children.insert(index, child)
        child.parent = self
        if self.ui is not None:
            self.ui.enter(child)
        self._note(SIZE | TREE)

    def _note(self, changes: int) -> None:
        if changes and not self._stale and self.ui is not None:
            self.ui.changed.append(self)
        self._stale |= changes

    def repaint(self) -> None:
        """Have its picture made again in this tick."""
        self._note(PAINT)

    # -- what kinds of widgets say ---------------------------------------------------------------------
    def measure(self, ui: UI) -> tuple[float, float]:
        """Width and height of its content. Override."""
        return 0.0, 0.0

    def arrange(self, ui: UI, x: float, y: float, width: float, height: float) -> None:
        """Place what is in it, within its rectangle. Override for containers."""

    def shows(self, child: Widget) -> bool:
        """Whether one of those in it has a place at present. Override for containers that scroll, which set
        ``ui.tree_changed`` when that changes."""
        return True

    def paint(self, painter: Painter) -> None:
        """Draw it at its :attr:`rect`. Override. The picture is kept until something changes."""

    def on_point(self, x: float, y: float, phase: Literal["press", "drag", "release"]) -> None:
        """The left mouse button went down on it, moved while held, or went up. Override."""

    def on_scroll(self, notches: float) -> bool:
        """The wheel turned over it; whether it made use of that. Override."""
        return False

    def on_command(self, command: Command) -> bool:
        """A key or button of a gamepad while it has the focus, or something in it has, which made no use of that;
        whether it made use of that. Override."""
        return False

    def on_text(self, text: str) -> bool:
        """The player typed while it has the focus; whether it made use of that. Override."""
        return False

    def on_focus(self, focused: bool) -> None:
        """It got or lost the focus. Override."""

    def call(self, function: Callable[..., object] | None, *values: object) -> None:
        """Call a callback."""
        if function is not None:
            function(*values)


def sane(widget: Widget, value: float, what: str) -> float:
    """A length that layout can work with: what is negative, infinite or no number counts as 0, and what is too large as
    the largest, with one warning."""
    if 0.0 <= value <= LARGEST:
        return value
    counts = LARGEST if isfinite(value) and value > 0.0 else 0.0
    warn(widget, f"has the {what} {value:g}, which counts as {counts:g}")
    return counts


def warn(widget: Widget, what: str) -> None:
    """Say what cannot be laid out as it is declared, once for each widget."""
    import logging

    if not widget._warned:
        widget._warned = True
        logging.getLogger("ecs_engine.ui").warning("%s %s.", widget.title, what)
