"""What is drawn to: the window, or a picture of a fixed size within it, as the logic thread knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import floor
from typing import Literal, get_args

from ecs_engine.core.errors import EngineError

Size = tuple[int, int]
Box = tuple[int, int, int, int]
"""Left, bottom, width, height, in pixels."""
Viewport = tuple[float, float, float, float]
"""Left, bottom, width, height, in parts of what is drawn to."""

Scaling = Literal["letterbox", "integer", "stretch"]

LARGEST_SIDE = 16384


@dataclass(frozen=True, slots=True)
class Resolution:
    """A picture of a fixed size, shown in windows of any size.

    Raises:
        EngineError: the size is not two whole numbers from 1 to 16384, or there is no such scaling.
    """

    width: int
    height: int
    scaling: Scaling = "letterbox"
    """``"letterbox"``: as large as fits, drawn with all the pixels of the window. ``"integer"``: drawn with exactly
    ``width`` x ``height`` pixels, each shown as a square of whole pixels of the window (in a window that is smaller
    than the picture: as large as fits). ``"stretch"``: over all of the window, out of shape where its shape differs."""
    bars: tuple[int, int, int] = (0, 0, 0)
    """The colour (0 to 255) of what the picture leaves free."""

    def __post_init__(self) -> None:
        for side in (self.width, self.height):
            if not (isinstance(side, int) and 1 <= side <= LARGEST_SIDE):
                raise EngineError(
                    f"The resolution is {self.width!r} x {self.height!r}: give two whole numbers from 1 to "
                    f"{LARGEST_SIDE}."
                )
        if self.scaling not in get_args(Scaling):
            raise EngineError(f"The scaling is {self.scaling!r}: give one of {', '.join(get_args(Scaling))}.")

    @classmethod
    def of(cls, size: object, scaling: Scaling, bars: tuple[int, int, int]) -> Resolution:
        """From a size that may be anything."""
        if not (isinstance(size, (tuple, list)) and len(size) == 2):
            raise EngineError(f"The resolution is {size!r}: give (width, height).")
        return cls(size[0], size[1], scaling, bars)

    @property
    def pixelated(self) -> bool:
        """Whether it is drawn with its own pixels, and enlarged then."""
        return self.scaling == "integer"

    def box(self, framebuffer: Size) -> Box:
        """Where the picture lies in a framebuffer, in the middle; its sides are 1 pixel at least."""
        if self.scaling == "stretch":
            return 0, 0, max(framebuffer[0], 1), max(framebuffer[1], 1)
        scale = min(framebuffer[0] / self.width, framebuffer[1] / self.height)
        if self.pixelated and scale >= 1:
            scale = floor(scale)
        width, height = max(round(self.width * scale), 1), max(round(self.height * scale), 1)
        return (framebuffer[0] - width) // 2, (framebuffer[1] - height) // 2, width, height

    def canvas(self, framebuffer: Size) -> Size:
        """How many pixels it is drawn with."""
        return (self.width, self.height) if self.pixelated else self.box(framebuffer)[2:]


@dataclass(slots=True)
class Screen:
    """A resource, kept up to date from the window's resize events: the window, or, in an app with a resolution, the
    picture in it. Its sides are 1 at least: a minimised window keeps the size that it had."""

    width: int
    """In window units; with a resolution, the resolution's. These are the mouse's units, too."""
    height: int
    framebuffer_width: int
    """In pixels."""
    framebuffer_height: int
    design_height: int
    """The first height: what a camera without a height shows."""
    resolution: Resolution | None = None
    ui: tuple[float, float] | None = None
    """Width and height of the UI's view over all of it, in the UI's own units; None where there is no UI."""
    others: dict[int, Screen] = field(default_factory=dict)
    """Those of the app's further windows that are open: number of the window -> its screen. They have no resolution."""
    _place: tuple[float, float, float, float] = field(default=(0.0, 0.0, 1.0, 1.0), repr=False)
    """Left, top, and size of one unit: of the picture in the window, in window units."""

    def of(self, window: int) -> Screen | None:
        """The screen of a window by its number; None if that is not open."""
        return self if window == 0 else self.others.get(window)

    def resize(self, window: Size, framebuffer: Size) -> None:
        """Take the sizes of the window, in window units and in pixels; that of a minimised window, which is nothing, is
        passed over."""
        if 0 in window or 0 in framebuffer:
            return
        resolution = self.resolution
        if resolution is None:
            self.width, self.height = window
            self.framebuffer_width, self.framebuffer_height = framebuffer
            return
        self.width, self.height = resolution.width, resolution.height
        self.framebuffer_width, self.framebuffer_height = resolution.canvas(framebuffer)
        left, bottom, width, height = resolution.box(framebuffer)
        across, down = window[0] / framebuffer[0], window[1] / framebuffer[1]
        self._place = (
            left * across,
            (framebuffer[1] - bottom - height) * down,
            width * across / self.width,
            height * down / self.height,
        )

    def from_window(self, x: float, y: float) -> tuple[float, float]:
        """A place in the window, in window units, in the units of this screen; y down in both. Beside the picture it
        is below 0 or beyond the width or height."""
        left, top, across, down = self._place
        return (x - left) / across, (y - top) / down

    @property
    def pixel_aspect(self) -> float:
        """How many times as wide as high a pixel is to be thought: 1 but in a picture that is stretched."""
        if self.resolution is None or self.resolution.scaling != "stretch":
            return 1.0
        return self.width / self.height * self.framebuffer_height / self.framebuffer_width


@lru_cache(maxsize=64)
def pixel_box(viewport: Viewport, size: Size) -> Box:
    """A viewport in whole pixels, edges rounded so that neighbours meet. Kept, because few of them change."""
    left, bottom = _whole(viewport[0] * size[0]), _whole(viewport[1] * size[1])
    right, top = _whole((viewport[0] + viewport[2]) * size[0]), _whole((viewport[1] + viewport[3]) * size[1])
    return left, bottom, max(right - left, 0), max(top - bottom, 0)


def _whole(pixels: float) -> int:
    """The nearest whole number. Halves go up, also those that a sum of parts has missed by a rounding: the edges of two
    neighbours are worked out from different numbers."""
    return floor(pixels + 0.5 + 1e-6)


def inset(box: Box, border: int) -> Box:
    """What is left of a box within a border of so many pixels."""
    left, bottom, width, height = box
    return left + border, bottom + border, max(width - 2 * border, 0), max(height - 2 * border, 0)
