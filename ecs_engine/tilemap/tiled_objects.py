"""Objects and custom properties of Tiled's files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import numpy as np

from ecs_engine.tilemap.layers import FLAGS, MapObject, Properties, Shape
from ecs_engine.tilemap.source import Files, Part

Place = tuple[float, float]

_LISTED: tuple[Shape, ...] = ("polygon", "polyline", "text")
_FLAGGED: tuple[Shape, ...] = ("point", "ellipse", "capsule")
# From an object's place to its middle, in half sizes, y down.
_TO_MIDDLE = {
    "topleft": (1, 1), "top": (0, 1), "topright": (-1, 1), "left": (1, 0), "center": (0, 0), "right": (-1, 0),
    "bottomleft": (1, -1), "bottom": (0, -1), "bottomright": (-1, -1),
}  # fmt: skip


def read_properties(part: Part, files: Files) -> Properties:
    """The custom properties of anything, each of its own type."""
    return {one.text("name"): _value(one, files) for one in part.parts("properties")}


def _value(part: Part, files: Files) -> Any:
    kind = part.text("type", "string")
    if kind == "class":
        # In XML with types of its own members, in JSON without.
        return dict(part.part("value").values) if part.has("value") else read_properties(part, files)
    if not part.has("value") and "#text" in part.values:  # texts of several lines
        return part.values["#text"]
    if kind in ("int", "object"):
        return part.whole("value", 0, low=-(1 << 63), high=(1 << 63) - 1)
    if kind == "float":
        return part.number("value", 0.0)
    if kind == "bool":
        return part.flag("value", False)
    if kind == "color":
        return part.color("value") if part.values.get("value") else None
    if kind == "file":
        name = part.text("value", "")
        return files.locate(name, part) if name else None
    value = part.values.get("value", "")
    return value if isinstance(value, str | int | float | bool) else str(value)[:1000]


@dataclass(frozen=True)
class ObjectContext:
    """How the objects of one layer, or of one tile, come into the map."""

    files: Files
    convert: Callable[[float, float], Place]
    """A place in the file, y down, to one with y up."""
    skewed: bool
    """Whether widths and heights run along the edges of isometric cells."""
    alignment_of: Callable[[int], str]
    """Where the place of a tile object is on it, by its gid."""
    template: Callable[[Part], Part]
    """An object that is made from a template, with what the template says worked in."""
    layer: str = ""
    draw_layer: int = 0
    offset: Place = (0.0, 0.0)
    """Of the layer."""


def read_object(part: Part, context: ObjectContext) -> MapObject:
    """One object."""
    if part.has("template"):
        part = context.template(part)
    gid = part.whole("gid", 0, low=0, high=(1 << 32) - 1)
    shape = _shape(part, gid)
    width, height = part.number("width", 0.0), part.number("height", 0.0)
    angle = radians(part.number("rotation", 0.0))
    x, y = part.number("x", 0.0), part.number("y", 0.0)
    points = np.empty((0, 2), np.float32)
    if shape in ("polygon", "polyline"):
        points = _points(part, shape)
        x, y = context.convert(x, y)
    elif context.skewed and not gid:
        x, y = context.convert(x + width / 2, y + height / 2)
    else:
        half_right, half_down = _TO_MIDDLE[context.alignment_of(gid) if gid else "topleft"]
        right, down = half_right * width / 2, half_down * height / 2
        x, y = context.convert(x, y)
        x += cos(angle) * right - sin(angle) * down
        y -= sin(angle) * right + cos(angle) * down
    text = part.part("text") if shape == "text" else None
    return MapObject(
        id=part.whole("id", 0),
        name=part.text("name", ""),
        kind=_kind(part),
        shape=shape,
        position=(x + context.offset[0], y + context.offset[1]),
        size=(width, height),
        rotation=-angle,
        points=points,
        gid=gid,
        text="" if text is None else text.text("#text" if text.has("#text") else "text", ""),
        style={} if text is None else {k: v for k, v in text.values.items() if k not in ("#text", "#tag", "text")},
        visible=part.flag("visible", True),
        layer=context.layer,
        draw_layer=context.draw_layer,
        properties=read_properties(part, context.files),
    )


def _kind(part: Part) -> str:
    return part.text("class", "") or part.text("type", "")


def _shape(part: Part, gid: int) -> Shape:
    if gid:
        return "tile"
    for shape in _LISTED:
        if part.has(shape):
            return shape
    for shape in _FLAGGED:
        if part.flag(shape, False):
            return shape
    return "rectangle"


def _points(part: Part, name: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    points = [(point.number("x"), -point.number("y")) for point in part.parts(name)]
    if not points:
        part.fail(f"its {name} has no points.")
    return np.array(points, np.float32)


class Templates:
    """Objects in files of their own, from which others are made. Each file is read once."""

    def __init__(self, files: Files, first_gid: Callable[[Part, Path], int]) -> None:
        self._files = files
        self._first_gid = first_gid
        """The first gid that the map has given to a tile set's file."""
        self._read: dict[Path, Part] = {}

    def fill(self, part: Part) -> Part:
        """An object with what it does not say itself taken from its template."""
        path = self._files.locate(part.text("template"), part)
        if path not in self._read:
            self._read[path] = self._files.read(path, part)
        template = self._read[path]
        model = template.part("object")
        values = {**model.values, **{name: value for name, value in part.values.items() if value is not None}}
        own = {one.text("name") for one in part.parts("properties")}
        values["properties"] = [
            *part.parts("properties"),
            *(one for one in model.parts("properties") if one.text("name") not in own),
        ]
        if model.has("gid") and not part.has("gid"):
            tile_set = template.part("tileset")
            gid = model.whole("gid", low=0, high=(1 << 32) - 1)
            first = tile_set.whole("firstgid", low=1, high=(1 << 28) - 1)
            moved = (
                (gid & ~FLAGS)
                - first
                + self._first_gid(tile_set, self._files.locate(tile_set.text("source"), template))
            )
            values["gid"] = max(moved, 0) | (gid & FLAGS)
        return Part(part.file, part.place, values)
