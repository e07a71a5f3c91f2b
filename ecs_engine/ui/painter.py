"""Pictures of widgets: boxes, words and pictures, each an entity that is made once and changed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import pi
from typing import Any, Generic, TypeVar

from ecs_engine.components import Gradient, Shape, Sprite, Text, Transform2D
from ecs_engine.core.world import World
from ecs_engine.frame.keys import FIRST_UI_LAYER, HIGHEST_LAYER
from ecs_engine.text import Font
from ecs_engine.ui.theme import Colour, Theme, rgba

C = TypeVar("C", Shape, Sprite, Text)


class Part(Generic[C]):
    """One entity that a widget is drawn by."""

    __slots__ = ("_component", "_kept", "_place", "_transform", "entity")

    def __init__(self, world: World, place: tuple[float, float], component: C) -> None:
        self._place = place
        self._transform = Transform2D(place)
        self._component: C = component
        self._kept: dict[str, Any] = {"visible": True}
        self.entity = world.create_entity(self._transform, component)

    def update(self, place: tuple[float, float], values: dict[str, Any]) -> None:
        """Write what differs from the last time."""
        if place != self._place:
            self._place = place
            self._transform.position = place
        kept = self._kept
        for name, value in values.items():
            if kept.get(name) != value:
                kept[name] = value
                setattr(self._component, name, value)

    def hide(self) -> None:
        if self._kept["visible"]:
            self._kept["visible"] = False
            self._component.visible = False


class Parts:
    """All parts of one widget, in the order in which they were first drawn."""

    __slots__ = ("boxes", "pictures", "words")

    def __init__(self) -> None:
        self.boxes: list[Part[Shape]] = []
        self.words: list[Part[Text]] = []
        self.pictures: list[Part[Sprite]] = []

    def all(self) -> Iterator[Part[Any]]:
        yield from self.boxes
        yield from self.words
        yield from self.pictures

    def delete(self, world: World) -> None:
        for part in self.all():
            if world.entity_exists(part.entity):
                world.delete_entity(part.entity, immediate=True)


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

    def begin(self, parts: Parts, level: int, opacity: float) -> None:
        """Draw a widget from here on."""
        self._parts, self._layer, self._opacity = parts, FIRST_UI_LAYER + level, opacity
        self._used = [0, 0, 0]

    def end(self) -> None:
        """Hide what was not drawn again."""
        kinds: tuple[list[Any], ...] = (self._parts.boxes, self._parts.words, self._parts.pictures)
        for kind, used in zip(kinds, self._used, strict=True):
            for part in kind[used:]:
                part.hide()

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
        values = {
            "size": (width, height),
            "corner": min(corner, width / 2, height / 2),
            "fill": rgba(fill, self._opacity),
            "fill_to": rgba(fill if fill_to is None else fill_to, self._opacity),
            "gradient": Gradient.NONE if fill_to is None else Gradient.LINEAR,
            "stroke": rgba(edge_color, self._opacity),
            "stroke_width": edge,
            "layer": self._layer_of(level),
            "visible": width > 0 and height > 0,
        }
        place = (left + width / 2, -top - height / 2)
        self._put(0, self._parts.boxes, place, values, _box)

    def words(
        self,
        x: float,
        y: float,
        text: str,
        color: Colour,
        *,
        size: float | None = None,
        font: Font | None = None,
        wrap: float = 0.0,
        align: str = "left",
        level: int = 0,
    ) -> None:
        """Lines of text whose upper left corner is (x, y)."""
        values = {
            "text": text,
            "font": font or self.font,
            "size": self.theme.text_size if size is None else size,
            "color": rgba(color, self._opacity),
            "wrap": wrap,
            "align": align,
            "layer": self._layer_of(level),
            "visible": True,
        }
        self._put(1, self._parts.words, (round(x), -round(y)), values, _words)

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
        values = {
            "picture": picture,
            "size": (width, height),
            "tint": rgba(tint, self._opacity),
            "layer": self._layer_of(level),
            "visible": width > 0 and height > 0,
        }
        self._put(2, self._parts.pictures, (round(x) + width / 2, -round(y) - height / 2), values, _picture)

    def ring(self, x: float, y: float, width: float, height: float, corner: float, level: int = 0) -> None:
        """The ring of the focus, around a rectangle."""
        out, edge = self.theme.edge + 1.0, self.theme.edge
        self.box(
            x - out, y - out, width + 2 * out, height + 2 * out, (0, 0, 0, 0),
            corner=corner + out, edge=edge, edge_color=self.theme.focus, level=level,
        )  # fmt: skip

    def _layer_of(self, level: int) -> int:
        return min(self._layer + level, HIGHEST_LAYER)

    def _put(
        self, kind: int, parts: list[Part[C]], place: tuple[float, float], values: dict[str, Any],
        make: Callable[[], C],
    ) -> None:  # fmt: skip
        used = self._used[kind]
        if used == len(parts):
            parts.append(Part(self._world, place, make()))
        self._used[kind] = used + 1
        parts[used].update(place, values)


def _box() -> Shape:
    return Shape.rectangle((0.0, 0.0), gradient_angle=-pi / 2)


def _words() -> Text:
    return Text(anchor=(0.0, 1.0))


def _picture() -> Sprite:
    return Sprite()
