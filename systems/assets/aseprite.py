"""Aseprite's JSON (File > Export Sprite Sheet > JSON Data, hash or array): frames, durations, tags and slices.

The format is that of https://www.aseprite.org/docs/cli/#data and of Aseprite's ``src/app/doc_exporter.cpp``.
"""

from __future__ import annotations

import ntpath
import posixpath
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from ecs_engine.decoding import MAX_PIXELS
from ecs_engine.pictures import Pictures
from ecs_engine.systems.assets.node import Node
from ecs_engine.systems.assets.sheets import MOST_FRAMES, Direction, Pixels, Sheet, Slice, Tag, add_all

_MOST_SIDE = 65535
_MOST_MS = 1e9
_MOST_NAMES = 4096


class Box(NamedTuple):
    """In pixels, from the top left corner."""

    x: int
    y: int
    width: int
    height: int


class Cut(NamedTuple):
    """How to get a frame: this box of the sheet belongs at this place of an otherwise transparent picture."""

    box: Box
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class SliceCut:
    name: str
    frame: int
    box: Box
    border: tuple[int, int, int, int] | None
    pivot: tuple[float, float] | None


@dataclass(frozen=True)
class Layout:
    """All that the JSON says. Of two tags or slices of one name the first counts."""

    image: str
    names: tuple[str, ...]
    cuts: tuple[Cut, ...]
    seconds: tuple[float, ...]
    tags: dict[str, Tag]
    slices: tuple[SliceCut, ...]
    root: Node


def read_layout(data: Any, name: str) -> Layout:
    """Check what :func:`json.loads` gave.

    Args:
        name: of the file.

    Raises:
        AssetError: something is missing, or makes no sense; the message tells the place.
    """
    root = Node(data, name)
    names, cuts, seconds = [], [], []
    for key, frame in root["frames"].each(MOST_FRAMES):
        if frame.has("rotated") and frame["rotated"].value is not False:
            raise frame["rotated"].error("rotated frames are not supported")
        names.append(frame["filename"].text() if frame.has("filename") else key[:1000])
        cuts.append(_cut(frame))
        seconds.append(frame["duration"].number(1e-3, _MOST_MS) / 1000 if frame.has("duration") else 0.1)
    if not cuts:
        raise root["frames"].error("there is not one frame")
    if sum(cut.width * cut.height for cut in set(cuts)) > MAX_PIXELS:
        raise root["frames"].error(f"the frames have more than {MAX_PIXELS} pixels together")
    meta = root["meta"]
    tags: dict[str, Tag] = {}
    if meta.has("frameTags"):
        for _, node in meta["frameTags"].each(_MOST_NAMES):
            tag = _tag(node, len(cuts))
            tags.setdefault(tag.name, tag)
    slices: dict[str, SliceCut] = {}
    if meta.has("slices"):
        for _, node in meta["slices"].each(_MOST_NAMES):
            one = _slice(node, cuts)
            slices.setdefault(one.name, one)
    if sum(one.box.width * one.box.height for one in slices.values()) > MAX_PIXELS:
        raise meta["slices"].error(f"the slices have more than {MAX_PIXELS} pixels together")
    return Layout(_image(meta["image"]), tuple(names), tuple(cuts), tuple(seconds), tags, tuple(slices.values()), root)


def _image(node: Node) -> str:
    """A name relative to the JSON; of a path of the machine where it was exported only the last part is of use."""
    text = node.text().replace("\\", "/")
    if posixpath.isabs(text) or ntpath.splitdrive(text)[0]:
        text = posixpath.basename(text)
    if not text or "\0" in text:
        raise node.error("the name of the picture file is missing")
    return text


def _box(node: Node, width: int, height: int, least: int = 0) -> Box:
    """A box inside of something so large."""
    x, y = node["x"].whole(0, width), node["y"].whole(0, height)
    return Box(x, y, node["w"].whole(least, width - x), node["h"].whole(least, height - y))


def _cut(frame: Node) -> Cut:
    box = _box(frame["frame"], _MOST_SIDE, _MOST_SIDE)
    width, height, x, y = box.width, box.height, 0, 0
    if frame.has("trimmed") and frame["trimmed"].value:
        # What was trimmed off is put back, so that all frames of a clip have their feet on one spot.
        width, height = (frame["sourceSize"][side].whole(0, _MOST_SIDE) for side in ("w", "h"))
        x, y, *_ = _box(frame["spriteSourceSize"], width, height)
        if x + box.width > width or y + box.height > height:
            raise frame["spriteSourceSize"].error("the frame reaches outside of its source")
    return Cut(box, x, y, max(width, 1), max(height, 1))


def _tag(node: Node, frames: int) -> Tag:
    name, first = node["name"].text(), node["from"].whole(0, frames - 1)
    last = node["to"].whole(first, frames - 1)
    word = node["direction"].text() if node.has("direction") else "forward"
    if word not in [direction.value for direction in Direction]:
        raise node["direction"].error(f"{word!r} is no direction")
    # Aseprite writes the number as a string. Once there and back is twice.
    return Tag(name, first, last, Direction(word), node.has("repeat") and str(node["repeat"].value) == "1")


def _slice(node: Node, cuts: list[Cut]) -> SliceCut:
    """A slice can change from frame to frame; the first of its keys counts."""
    for _, key in node["keys"].each(MOST_FRAMES):
        frame = key["frame"].whole(0, len(cuts) - 1)
        box = _box(key["bounds"], cuts[frame].width, cuts[frame].height, least=1)
        border = pivot = None
        if key.has("center"):
            inner = _box(key["center"], box.width, box.height)
            right, bottom = box.width - inner.x - inner.width, box.height - inner.y - inner.height
            border = inner.x, bottom, right, inner.y
        if key.has("pivot"):
            x, y = (key["pivot"][axis].number(-_MOST_SIDE, _MOST_SIDE) for axis in ("x", "y"))
            pivot = x / box.width, 1.0 - y / box.height
        return SliceCut(node["name"].text(), frame, box, border, pivot)
    raise node["keys"].error("there is not one key")


def build_sheet(layout: Layout, pixels: Pixels, pictures: Pictures, name: str) -> Sheet:
    """Cut the pixels up, and register a picture for every frame and slice; equal frames share one. Any thread.

    Raises:
        AssetError: a frame reaches outside of the pixels, or there is no room for them.
    """
    high, wide = pixels.shape[:2]
    for index, cut in enumerate(layout.cuts):
        if cut.box.x + cut.box.width > wide or cut.box.y + cut.box.height > high:
            raise layout.root["frames"].error(
                f"frame {index} reaches outside of the picture {layout.image!r}, which has {wide} x {high} pixels"
            )
    different = dict.fromkeys(layout.cuts)
    names = dict(zip(reversed(layout.cuts), reversed(layout.names), strict=True))
    frames = ((names[cut], cut_frame(pixels, cut)) for cut in different)
    parts = ((one.name, cut_frame(pixels, layout.cuts[one.frame], one.box)) for one in layout.slices)
    added = add_all(pictures, chain(frames, parts))
    of_cut = dict(zip(different, added, strict=False))
    slices = {
        one.name: Slice(one.name, picture, one.border, one.pivot)
        for one, picture in zip(layout.slices, added[len(different) :], strict=True)
    }
    return Sheet(name, tuple(of_cut[cut] for cut in layout.cuts), 0, layout.seconds, layout.tags, slices)


def cut_frame(pixels: Pixels, cut: Cut, part: Box | None = None) -> Pixels:
    """A frame, or part of it: uint8 (h, w, c)."""
    box = cut.box
    inner = pixels[box.y : box.y + box.height, box.x : box.x + box.width]
    if inner.shape[:2] != (cut.height, cut.width):
        whole = np.zeros((cut.height, cut.width, pixels.shape[2]), np.uint8)
        whole[cut.y : cut.y + box.height, cut.x : cut.x + box.width] = inner
        inner = whole
    return inner if part is None else inner[part.y : part.y + part.height, part.x : part.x + part.width]
