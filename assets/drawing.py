"""Drawing with signed distances: every shape is an array saying how far each pixel is from its edge.

Negative inside, positive outside, in the drawing's own units. The edge is then smooth at any scale (coverage is the
distance in pixels, clamped), outlines and glows are other readings of the same array, and shapes join with
``np.minimum``. Coordinates run right and down from the top-left corner. The formulas of the distances are those
collected by Inigo Quilez (iquilezles.org/articles/distfunctions2d).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ecs_engine.assets.palette import Colour

Pixels = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float64]


class Canvas:
    """A transparent picture of ``width`` x ``height`` units, ``scale`` pixels to a unit, painted layer over layer.

    ``x`` and ``y`` are the coordinates of the pixels' centres, float64 (h, w), from which shapes are computed; shapes
    are float64 (h, w) too. Raises ValueError for a scale that is not above 0. Belongs to the thread that uses it.
    """

    def __init__(self, width: float, height: float, scale: float = 1.0) -> None:
        if not 0 < scale < float("inf"):
            raise ValueError(f"the scale of a canvas is {scale}: give the pixels to a unit, more than 0")
        self.scale = scale
        columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
        self.x: Field = np.broadcast_to((np.arange(columns) + 0.5) / scale, (rows, columns))
        self.y: Field = np.broadcast_to(((np.arange(rows) + 0.5) / scale)[:, None], (rows, columns))
        self._rgb = np.zeros((rows, columns, 3))  # premultiplied, 0 to 1
        self._alpha = np.zeros((rows, columns, 1))

    def fill(self, shape: Field, colour: Colour | Field, opacity: float = 1.0, blur: float = 0.0) -> None:
        """Paint inside ``shape`` with one colour, or an (h, w, 3) field of them; ``blur`` units soften the edge."""
        width = max(blur * self.scale, 1.0)  # an edge is never sharper than one pixel
        self.cover(np.clip(0.5 - shape * self.scale / width, 0.0, 1.0) * opacity, colour)

    def line(self, shape: Field, colour: Colour | Field, width: float) -> None:
        """Paint along the edge of ``shape``, half the width to each side."""
        self.fill(np.abs(shape) - width / 2, colour)

    def shade(self, shape: Field, tone: Field, colour: Colour, opacity: float = 1.0) -> None:
        """Paint inside ``shape`` wherever ``tone`` is negative: a shadow or a light that keeps within the lines."""
        self.fill(np.maximum(shape, tone), colour, opacity)

    def glow(self, shape: Field, colour: Colour, reach: float, strength: float = 1.0) -> None:
        """Paint light that is full inside ``shape`` and fades to nothing ``reach`` units outside it."""
        fade = np.clip(1.0 - np.maximum(shape, 0.0) / reach, 0.0, 1.0)
        self.cover(fade * fade * strength, colour)

    def cover(self, coverage: Field, colour: Colour | Field) -> None:
        """Lay a colour over everything so far, by (h, w) coverage from 0 to 1."""
        above = coverage[..., None]
        self._rgb = np.asarray(colour) / 255 * above + self._rgb * (1 - above)
        self._alpha = above + self._alpha * (1 - above)

    def pixels(self) -> Pixels:
        """The picture so far: uint8 (h, w, 4), straight alpha."""
        rgb = self._rgb / np.maximum(self._alpha, 1e-6)
        pixels: Pixels = np.rint(np.concatenate([rgb, self._alpha], axis=2) * 255).astype(np.uint8)
        return pixels


def circle(canvas: Canvas, x: float, y: float, radius: float) -> Field:
    """A circle about (x, y); with radius 0 the distance to that point."""
    return np.hypot(canvas.x - x, canvas.y - y) - radius


def ellipse(canvas: Canvas, x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Field:
    """An ellipse turned by ``turn`` radians; near its edge the distance is right to the first order."""
    dx, dy = canvas.x - x, canvas.y - y
    along, across = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
    k = np.hypot(along / rx, across / ry)
    slope = np.hypot(along / rx**2, across / ry**2)
    return np.where(slope > 1e-9, k * (k - 1.0) / np.maximum(slope, 1e-9), -min(rx, ry))


def capsule(canvas: Canvas, x0: float, y0: float, x1: float, y1: float, r0: float, r1: float | None = None) -> Field:
    """A thick line with round ends of radius ``r0`` and ``r1`` (the radius changes evenly along it)."""
    r1 = r0 if r1 is None else r1
    dx, dy = x1 - x0, y1 - y0
    along = np.clip(((canvas.x - x0) * dx + (canvas.y - y0) * dy) / max(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    return np.hypot(canvas.x - x0 - along * dx, canvas.y - y0 - along * dy) - (r0 + (r1 - r0) * along)


def polygon(canvas: Canvas, points: Sequence[tuple[float, float]], rounding: float = 0.0) -> Field:
    """Any simple polygon, grown by ``rounding`` with round corners."""
    nearest = np.full(canvas.x.shape, np.inf)
    inside = np.zeros(canvas.x.shape, bool)
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        nearest = np.minimum(nearest, capsule(canvas, ax, ay, bx, by, 0.0))
        if ay != by:
            crosses = (canvas.y >= min(ay, by)) & (canvas.y < max(ay, by))
            inside ^= crosses & (canvas.x < ax + (canvas.y - ay) * (bx - ax) / (by - ay))
    distance: Field = np.where(inside, -nearest, nearest)
    return distance - rounding


def melt(first: Field, second: Field, reach: float) -> Field:
    """Two shapes joined with a soft fillet about ``reach`` wide (the polynomial smooth minimum)."""
    near = np.maximum(reach - np.abs(first - second), 0.0) / reach
    return np.minimum(first, second) - near * near * reach / 4


def ramp(field: Field, stops: Sequence[tuple[float, Colour]]) -> Field:
    """Colours (h, w, 3) for values of a field, blended between the stops, given in rising order."""
    places = np.array([place for place, _ in stops])
    # A table of 1024 colours and one look-up: five times quicker than interpolating every pixel, and no step shows.
    steps = np.linspace(places[0], places[-1], 1024)
    table = np.stack([np.interp(steps, places, [colour[i] for _, colour in stops]) for i in range(3)], axis=1)
    index = (field - places[0]) * (1023 / (places[-1] - places[0])) + 0.5
    colours: Field = table[np.clip(index, 0, 1023).astype(np.intp)]
    return colours


def noise(rows: int, columns: int, rng: np.random.Generator, roughness: float, longest: float) -> Field:
    """Cloudy noise of mean 0 and deviation 1 that continues seamlessly over all four edges.

    White noise whose waves are weighted by frequency to the power of ``-roughness`` (about 1.5 lumpy, 3 soft), none
    longer than ``longest`` pixels.
    """
    frequency = np.hypot(np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None, :])
    weight = np.maximum(frequency, 1.0 / longest) ** -roughness
    weight[0, 0] = 0.0
    waves = np.fft.rfft2(rng.standard_normal((rows, columns))) * weight
    field = np.fft.irfft2(waves, s=(rows, columns))
    return np.asarray(field / field.std(), np.float64)


def write_files(folder: Path, files: Mapping[str, bytes | Pixels]) -> None:
    """Write files by name, texts as bytes and pictures as pixels, into a folder, which is made if it lacks."""
    from PIL import Image

    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            Image.fromarray(content).save(folder / name, optimize=True)
