"""Widgets in their order, and those that stand on the screen itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ecs_engine.ui.painter import Parts
from ecs_engine.ui.widget import Widget


@dataclass(eq=False, slots=True)
class Root:
    """A widget that stands on the screen itself, and how."""

    widget: Widget
    anchor: tuple[float, float]
    margin: float | None
    fill: bool
    modal: bool
    on_cancel: Callable[[], object] | None
    shown: bool = False
    backdrop: Parts = field(default_factory=Parts)
    """What dims all behind it, if it is modal."""
    focus_before: Widget | None = None
    """What had the focus before something in this one, a modal, got it."""


def descendants(widget: Widget) -> Iterator[Widget]:
    """A widget and all that is in it, parents before children."""
    yield widget
    for child in widget._children:
        yield from descendants(child)


def ancestors(widget: Widget) -> Iterator[Widget]:
    """All that a widget is in, from the nearest outwards."""
    above = widget.parent
    while above is not None:
        yield above
        above = above.parent


def can_focus(widget: Widget) -> bool:
    """Whether keyboard and gamepad can act on it now."""
    return widget.focusable and widget.shown and widget.active
