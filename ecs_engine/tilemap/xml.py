"""XML of Tiled, in the shape of its JSON.

Built on expat with no support for document types, so there are no entities that could multiply or fetch anything, and
with bounds on depth and on the number of elements.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

if TYPE_CHECKING:
    from ecs_engine.tilemap.source import Part

MAX_DEPTH = 64
MAX_ELEMENTS = 250_000
"""Points of polygons counted, too."""


class XMLFault(Exception):
    """Something is wrong with XML; ``line`` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(line, reason)
        self.line = line
        self.reason = reason


class Element:
    """An element with what is in it."""

    __slots__ = ("children", "line", "tag", "text", "values")

    def __init__(self, tag: str, values: dict[str, Any], line: int) -> None:
        self.tag = tag
        self.values = values
        self.line = line
        self.children: list[Element] = []
        self.text: list[str] = []


class _Builder:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0

    def start(self, tag: str, values: dict[str, Any]) -> None:
        element = Element(tag, values, self.parser.CurrentLineNumber)
        self.count += 1 + values.get("points", "").count(",")  # each point becomes an object
        if len(self.open) >= MAX_DEPTH:
            self.fail(f"elements are nested more than {MAX_DEPTH} deep, which no map needs")
        if self.count > MAX_ELEMENTS:
            self.fail(f"there are more than {MAX_ELEMENTS} elements and points; save layers as CSV or base64")
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, tag: str) -> None:
        self.open.pop()

    def text(self, text: str) -> None:
        self.open[-1].text.append(text)

    def doctype(self, *_: Any) -> None:
        self.fail("it has a document type, which maps do not need and which could hold harmful entities; remove it")

    def fail(self, reason: str) -> None:
        raise XMLFault(self.parser.CurrentLineNumber, reason)


def read_xml(path: Path, data: bytes, make: Callable[[Path, str, dict[str, Any]], Part]) -> Part:
    """Parse XML and bring it into the shape of Tiled's JSON, piece by piece with its line.

    Raises:
        XMLFault: it is not well-formed, or beyond the bounds.
    """
    builder = _Builder()
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XMLFault(error.lineno, f"it is no well-formed XML: {expat.ErrorString(error.code)}") from error
    except (ValueError, LookupError) as error:  # encodings that expat does not know
        raise XMLFault(1, f"its text cannot be decoded: {str(error)[:80]}") from error
    assert builder.root is not None

    def shape(element: Element) -> Part:
        values: dict[str, Any] = dict(element.values)
        values["#tag"] = element.tag
        for child in element.children:
            _take(values, child, shape)
        if element.tag in ("data", "chunk", "text", "property"):
            values["#text"] = "".join(element.text)
        return make(path, f"line {element.line}", values)

    return shape(builder.root)


_LISTS = {
    "tileset": "tilesets",
    "object": "objects",
    "tile": "tiles",
    "frame": "frames",
    "chunk": "chunks",
    "property": "properties",
}
_LAYERS = {"layer": "tilelayer", "objectgroup": "objectgroup", "imagelayer": "imagelayer", "group": "group"}


def _take(values: dict[str, Any], child: Element, shape: Callable[[Element], Part]) -> None:
    """Put one child element where the JSON of Tiled has it."""
    tag = child.tag
    if tag == "properties":
        values.setdefault("properties", []).extend(shape(one) for one in child.children)
    elif tag in ("polygon", "polyline"):
        pairs = [pair.split(",") for pair in str(child.values.get("points", "")).split()]
        points = [{"x": pair[0], "y": pair[1]} if len(pair) == 2 else {} for pair in pairs]
        values[tag] = points
    elif tag in ("ellipse", "point", "capsule"):
        values[tag] = True
    elif tag == "animation":
        values["animation"] = [shape(frame) for frame in child.children]
    elif tag in _LAYERS and values["#tag"] not in ("tile",):
        child.values["type"] = _LAYERS[tag]
        values.setdefault("layers", []).append(shape(child))
    elif tag == "tileset" and values["#tag"] == "template":
        values["tileset"] = shape(child)
    elif tag == "object" and values["#tag"] == "template":
        values["object"] = shape(child)
    elif tag in _LISTS:
        values.setdefault(_LISTS[tag], []).append(shape(child))
    else:
        values[tag] = shape(child)
