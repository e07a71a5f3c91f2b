"""A world's UI: the widgets on the screen, and which of them the player is at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite
from typing import TypeVar

from ecs_engine.core.errors import EngineError
from ecs_engine.core.screen import Screen
from ecs_engine.core.world import World
from ecs_engine.text import Font, Fonts
from ecs_engine.ui.input import UIInputSystem
from ecs_engine.ui.painter import delete_owned
from ecs_engine.ui.system import UISystem
from ecs_engine.ui.theme import Theme
from ecs_engine.ui.tree import Root, ancestors, can_focus, descendants
from ecs_engine.ui.widget import PAINT, SIZE, TREE, Widget, sane

W = TypeVar("W", bound=Widget)


class UI:
    """The UI of a world, drawn over everything in the app's first window. Make one, and :meth:`add` widgets to it.

    It is a resource of the world, and brings the two systems that keep it going; a game without one has neither.
    Logic thread only.

    Args:
        world: of an app.
        theme: how it looks.
        height: how many units there are from the upper to the lower edge of the window, so that it grows with that;
            0: a unit is a window unit (with a resolution of the app, one of that).

    Raises:
        EngineError: the world has a UI already, or is none of an app.
    """

    def __init__(self, world: World, theme: Theme | None = None, *, height: float = 0.0) -> None:
        if world.try_resource(UI) is not None:
            raise EngineError("The world has a UI already: add widgets to world.resource(UI).")
        if world.try_resource(Fonts) is None or world.try_resource(Screen) is None:
            raise EngineError("The world of a UI needs an app's resources, such as Fonts: give it app.world.")
        if not 0.0 <= height < float("inf"):
            raise EngineError(f"The height of the UI is {height!r}: give the units from edge to edge, or 0.")
        self.world = world
        self.height = float(height)
        self.roots: list[Root] = []
        """What stands on the screen, from the back to the front."""
        self.changed: list[Widget] = []
        """For the system: widgets of which something is out of date."""
        self.hovered: Widget | None = None
        """The widget under the pointer, of those that the pointer does not reach through."""
        self.held: Widget | None = None
        """The widget that the left mouse button went down on, while it is held."""
        self.count = 0
        """Widgets in it."""
        self.tree_changed = True
        """For the system: whether layers, focus and visibility are to be looked at again."""
        self.revision = 0
        """Grows with every tick in which the system changed something."""
        self.focus_visible = False
        """Whether the player is at the keyboard or a gamepad: the focus is shown then."""
        self._focus: Widget | None = None
        self._theme = theme or Theme()
        self.font: Font = self._font()
        world.add_resource(self)
        world.add_processor(UIInputSystem(self))
        world.add_processor(UISystem(self))

    # -- what the game sees ----------------------------------------------------------------------------
    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the screen in units of the UI."""
        screen = self.world.resource(Screen)
        height = self.height or float(screen.height)
        return height * screen.width / screen.height, height

    @property
    def scale(self) -> float:
        """Units of the mouse to a unit of the UI."""
        return self.world.resource(Screen).height / self.size[1]

    @property
    def theme(self) -> Theme:
        """How it looks. Assign another, and all of it looks so with the next tick."""
        return self._theme

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._theme = theme
        self.font = self._font()
        self.tree_changed = True
        for widget in self.widgets():
            widget._note(SIZE)

    @property
    def focus(self) -> Widget | None:
        """The widget that keyboard and gamepad act on."""
        return self._focus

    @focus.setter
    def focus(self, widget: Widget | None) -> None:
        before = self._focus
        if widget is before:
            return
        if widget is not None and not (widget.focusable and widget.ui is self):
            raise EngineError(f"{widget.title} cannot have the focus: give a button or the like that is in this UI.")
        root = self._root_of(widget)
        if root is not None and root.modal and not root.shown and self._root_of(before) is not root:
            root.focus_before = before  # it gets it back when this screen, which is about to be shown, goes
        self._focus = widget
        for one, focused in ((before, False), (widget, True)):
            if one is not None:
                one.on_focus(focused)
                one.repaint()

    @property
    def modal(self) -> Widget | None:
        """The modal screen in front, which alone takes input; None while there is none."""
        root = next((root for root in reversed(self.roots) if root.modal and root.shown), None)
        return None if root is None else root.widget

    @property
    def wants_mouse(self) -> bool:
        """Whether the pointer is at the UI rather than at the game. Clicks that the UI takes do not reach ``Input``."""
        return self.hovered is not None or self.held is not None or self.modal is not None

    @property
    def wants_keyboard(self) -> bool:
        """Whether keys go to a widget. Those that it makes use of do not reach ``Input``."""
        return self._focus is not None or self.modal is not None

    def add(
        self,
        widget: W,
        *,
        anchor: tuple[float, float] = (0.5, 0.5),
        margin: float | None = None,
        fill: bool = False,
        modal: bool = False,
        on_cancel: Callable[[], object] | None = None,
    ) -> W:
        """Put a widget, usually a container, onto the screen, over those that are there; returns it.

        Args:
            anchor: where: (0, 0) is the lower left corner of the screen, (1, 1) the upper right, (0.5, 0.5) the middle.
            margin: between it and the edges of the screen; None for the padding of the theme.
            fill: make it as large as the margins leave room for.
            modal: while it is shown, all behind it is dimmed and takes no input, and its first control has the focus.
            on_cancel: called when the player presses Escape, or B on a gamepad, while it is in front.

        Raises:
            EngineError: it is in a UI already, or the anchor is not two finite numbers.
        """
        if not isinstance(widget, Widget):
            raise EngineError(f"{widget!r} was added to the UI: give a widget, such as Column(...).")
        if widget.ui is not None or widget.parent is not None:
            raise EngineError(f"{widget.title} was added to the UI, and is in one already: remove() it first.")
        x, y = anchor
        if not (isfinite(x) and isfinite(y)):
            raise EngineError(f"{widget.title} has the anchor {anchor!r}: give two finite numbers.")
        self.roots.append(Root(widget, anchor, margin, fill, modal, on_cancel))
        self.enter(widget)
        widget._note(SIZE | TREE)
        return widget

    def remove(self, widget: Widget) -> None:
        """Take a widget off the screen, with all that is in it: what :meth:`Widget.remove` does."""
        if widget.parent is not None:
            widget.remove()
            return
        found = next((root for root in self.roots if root.widget is widget), None)
        if found is None:
            raise EngineError(f"{widget.title} was to be removed, and is not in this UI: add it first.")
        self.roots.remove(found)
        found.backdrop.delete(self.world)
        self.leave(widget)
        if found.modal and found.shown and found.focus_before is not None and can_focus(found.focus_before):
            self.focus = found.focus_before
        self.tree_changed = True

    def widgets(self) -> Iterator[Widget]:
        """All widgets in it, parents before children, from the back to the front."""
        for root in self.roots:
            yield from descendants(root.widget)

    # -- the tree --------------------------------------------------------------------------------------
    def enter(self, widget: Widget) -> None:
        """Take in a widget and what is in it."""
        for one in descendants(widget):
            one.ui = self
            one.entity = self.world.create_entity(one)
            self.world.add_component(one.entity, one, type_alias=Widget)
            self.count += 1
            one._stale, one._natural, one._placed = 0, None, False
            one._context = (0, False, True)
            one._note(SIZE)

    def leave(self, widget: Widget) -> None:
        """Let go of a widget and what is in it."""
        for one in list(descendants(widget)):
            if one._parts is not None:
                one._parts.delete(self.world)
                one._parts = None
            delete_owned(self.world, one.entity, one, Widget)
            self.count -= 1
            if self._focus is one:
                self._focus = None
                one.on_focus(False)
            self.hovered = None if self.hovered is one else self.hovered
            self.held = None if self.held is one else self.held
            one.ui, one.entity = None, 0

    def _root_of(self, widget: Widget | None) -> Root | None:
        if widget is None:
            return None
        *_, top = widget, *ancestors(widget)
        return next((root for root in self.roots if root.widget is top), None)

    # -- layout ----------------------------------------------------------------------------------------
    def natural(self, widget: Widget) -> tuple[float, float]:
        """Width and height that a widget has if nothing stretches it."""
        natural = widget._natural
        if natural is None:
            width, height = widget.width, widget.height
            content = widget.measure(self) if width is None or height is None else (0.0, 0.0)
            natural = widget._natural = (
                sane(widget, content[0] if width is None else width, "width"),
                sane(widget, content[1] if height is None else height, "height"),
            )
        return natural

    def place(self, widget: Widget, x: float, y: float, width: float, height: float) -> None:
        """Give a widget its rectangle, and what is in it theirs; for :meth:`Widget.arrange`."""
        rect = (x, y, width, height)
        if widget._placed and rect == widget.rect:
            return
        widget.rect, widget._placed = rect, True
        widget._note(PAINT)
        widget.arrange(self, x, y, width, height)

    def _font(self) -> Font:
        return self._theme.font or self.world.resource(Fonts).sans(500)
