"""Pictures of widgets: boxes, words and pictures, each an entity that is made once and changed afterwards."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

from ecs_engine.components import Gradient, Shape, Sprite, Text, Transform2D
from ecs_engine.core.world import World
from ecs_engine.frame.keys import FIRST_UI_LAYER, HIGHEST_LAYER
from ecs_engine.text import Font
from ecs_engine.ui.fitting import Line
from ecs_engine.ui.theme import RGBA, Colour, Theme, rgba

Place = tuple[float, float]

BOX = (
    "size", "corner", "fill", "fill_to", "gradient", "stroke", "stroke_width", "layer", "visible",
)  # fmt: skip
WORDS = ("text", "font", "size", "color", "wrap", "align", "layer", "visible")
PICTURE = ("picture", "size", "tint", "layer", "visible")
"""What is written to the component of each kind of part: what it shows, then how, of which the last is ``visible``."""


class Part:
    """One entity that a widget is drawn by."""

    __slots__ = ("_content", "_name", "_names", "_place", "_style", "_transform", "component", "entity")

    def __init__(self, world: World, names: tuple[str, ...], component: Shape | Sprite | Text) -> None:
        self._name, *self._names = names
        self._place: Place = (0.0, 0.0)
        self._transform = Transform2D()
        self.component = component
        self._content: Any = None
        self._style: tuple[Any, ...] = (None,) * len(self._names)
        self.entity = world.create_entity(self._transform, component)

    def update(self, place: Place, content: Any, style: tuple[Any, ...]) -> None:
        """Write what differs from the last time."""
        if place != self._place:
            self._place = place
            self._transform.position = place
        if content != self._content:
            self._content = content
            setattr(self.component, self._name, content)
        if style != self._style:
            for name, value, before in zip(self._names, style, self._style, strict=True):
                if value != before:
                    setattr(self.component, name, value)
            self._style = style

    def hide(self) -> None:
        self.update(self._place, self._content, (*self._style[:-1], False))


def delete_owned(world: World, entity: int, component: object, kind: type) -> None:
    """Delete an entity, if it still is the one with this component: others may have deleted it, and after
    ``clear_database`` its number may be another's."""
    if world.entity_exists(entity) and world.try_component(entity, kind) is component:
        world.delete_entity(entity, immediate=True)


class Parts:
    """All parts of one widget, in the order in which they were first drawn: boxes, words, pictures."""

    __slots__ = ("kinds", "shown")

    def __init__(self) -> None:
        self.kinds: tuple[list[Part], list[Part], list[Part]] = ([], [], [])
        self.shown = [0, 0, 0]
        """How many of each are drawn."""

    def delete(self, world: World) -> None:
        for kind in self.kinds:
            for part in kind:
                delete_owned(world, part.entity, part.component, type(part.component))


class Painter:
    """Draws one widget after the other. All lengths are in units of the UI, y down from its upper left corner.

    What a widget drew before and does not draw again is hidden. Edges are rounded to whole units, so that they are
    sharp where a unit is a pixel.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.theme = Theme()
        self.font: Font
        self._parts = Parts()
        self._layer = 0
        self._opacity = 1.0
        self._used = [0, 0, 0]

    def draw(self, parts: Parts, level: int, opacity: float, paint: Callable[[Painter], None] | None) -> None:
        """Draw a widget as its ``paint`` does, or nothing, and hide what was not drawn again."""
        self._parts, self._layer, self._opacity = parts, FIRST_UI_LAYER + level, opacity
        self._used = used = [0, 0, 0]
        if paint is not None:
            paint(self)
        if used != parts.shown:
            for kind, now, before in zip(parts.kinds, used, parts.shown, strict=True):
                for part in kind[now:before]:
                    part.hide()
            parts.shown = used

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Colour,
        *,
        corner: float = 0.0,
        edge: float = 0.0,
        edge_color: Colour = (0, 0, 0, 0),
        fill_to: Colour | None = None,
        level: int = 0,
    ) -> None:
        """A rectangle with round corners, an edge within it, and perhaps a second colour at its lower edge."""
        left, top = round(x), round(y)
        width, height = max(round(x + width) - left, 0), max(round(y + height) - top, 0)
        style = (
            min(corner, width / 2, height / 2),
            rgba(fill, self._opacity),
            rgba(fill if fill_to is None else fill_to, self._opacity),
            Gradient.NONE if fill_to is None else Gradient.LINEAR,
            rgba(edge_color, self._opacity),
            edge,
            self._layer_of(level),
            width > 0 and height > 0,
        )
        self._part(0).update((left + width / 2, -top - height / 2), (width, height), style)

    def words(
        self,
        x: float,
        y: float,
        text: str | Line,
        color: Colour,
        *,
        size: float | None = None,
        font: Font | None = None,
        wrap: float = 0.0,
        align: str = "left",
        level: int = 0,
    ) -> None:
        """Lines of text whose upper left corner is (x, y): a string, or pieces with colours of their own."""
        style = (
            font or self.font,
            self.theme.text_size if size is None else size,
            rgba(color, self._opacity),
            wrap,
            align,
            self._layer_of(level),
            True,
        )
        content = text if isinstance(text, str) else self._runs(text)
        self._part(1).update((round(x), -round(y)), content, style)

    def picture(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        picture: int,
        *,
        tint: Colour = (255, 255, 255, 255),
        level: int = 0,
    ) -> None:
        """A picture, stretched to a size."""
        shown = width > 0 and height > 0
        style = ((width, height), rgba(tint, self._opacity), self._layer_of(level), shown)
        self._part(2).update((round(x) + width / 2, -round(y) - height / 2), picture, style)

    def ring(self, x: float, y: float, width: float, height: float, corner: float, level: int = 0) -> None:
        """The ring of the focus, around a rectangle."""
        out, edge = self.theme.edge + 1.0, self.theme.edge
        self.box(
            x - out, y - out, width + 2 * out, height + 2 * out, (0, 0, 0, 0),
            corner=corner + out, edge=edge, edge_color=self.theme.focus, level=level,
        )  # fmt: skip

    def _runs(self, line: Line) -> tuple[tuple[str, RGBA | None], ...]:
        return tuple((text, None if color is None else rgba(color, self._opacity)) for text, color in line)

    def _layer_of(self, level: int) -> int:
        return min(self._layer + level, HIGHEST_LAYER)

    def _part(self, kind: int) -> Part:
        """The next part of a kind that the widget has; a new one where it has no more."""
        parts, used = self._parts.kinds[kind], self._used[kind]
        self._used[kind] = used + 1
        if used == len(parts):
            parts.append(_new(self._world, kind))
        return parts[used]


def _new(world: World, kind: int) -> Part:
    if kind == 0:
        return Part(world, BOX, Shape.rectangle((0.0, 0.0), gradient_angle=-pi / 2))
    if kind == 1:
        return Part(world, WORDS, Text(anchor=(0.0, 1.0)))
    return Part(world, PICTURE, Sprite())
