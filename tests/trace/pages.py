"""What every page of ours is checked for: it is whole by itself, and its pictures keep within their frames."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

VOID = {"meta", "br"}
NUMBERS = ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height")


class Checker(HTMLParser):
    """Notes elements that are not closed in order, and everything that would be fetched or run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("script", "link", "img", "iframe", "object", "use", "image"):
            self.faults.append(tag)
        self.faults += [
            f"{name}={value}" for name, value in attrs if name in ("src", "href", "style") or name[:2] == "on"
        ]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


def pictures(page: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def assert_whole(page: str) -> None:
    """Its elements are closed in order, it fetches and runs nothing, and no number is missing."""
    checker = Checker()
    checker.feed(page)
    assert (checker.faults, checker.open) == ([], [])
    assert not re.search(r"https?:|url\(|@import|//[a-z]", page)
    assert not re.search(r"\b(nan|inf)\b", page, re.IGNORECASE)


def assert_shapes_inside(page: str) -> None:
    """Every shape lies inside its picture."""
    for picture in pictures(page):
        width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
        assert picture.attrib["viewBox"] == f"0 0 {width:.0f} {height:.0f}"
        for shape in picture.iter():
            values = {name: float(shape.attrib[name]) for name in NUMBERS if name in shape.attrib}
            assert all(math.isfinite(value) and value >= 0 for value in values.values()), shape.attrib
            if shape.tag == "rect":
                assert values["x"] + values["width"] <= width + 1
                assert values["y"] + values["height"] <= height + 1
            for name in ("x", "x1", "x2", "cx"):
                assert values.get(name, 0) <= width
            for name in ("y", "y1", "y2", "cy"):
                assert values.get(name, 0) <= height


def assert_words_inside(page: str) -> None:
    """No words stick out of their picture."""
    for picture in pictures(page):
        for text in picture.iter("text"):
            length = len(text.text or "") * 6.7
            part_before = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.attrib["text-anchor"]]
            begin = float(text.attrib["x"]) - part_before * length
            assert begin >= -3, text.text
            assert begin + length <= float(picture.attrib["width"]) + 3, text.text
