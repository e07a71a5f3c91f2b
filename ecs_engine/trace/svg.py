"""The few shapes that the pictures of a trace are made of, as inline SVG."""

from __future__ import annotations

import math
from html import escape

INK = "#1b2530"
FAINT = "#d5dbe1"
QUIET = "#52606d"
TEXT_SIZE = 12
CHARACTER = 6.7
"""Width of a character of text, in pixels, near enough to know whether a label fits."""

# The palette of Okabe and Ito, which people with any kind of colour blindness can tell apart.
PURPLE, BLUE, SKY, GREEN, ORANGE, RED = "#cc79a7", "#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00"


class Picture:
    """A drawing of ``width`` x ``height`` pixels, y down. ``name`` is what it shows, for those who cannot see it."""

    def __init__(self, width: float, height: float, name: str) -> None:
        self.width = width
        self.height = height
        self.name = name
        self._parts: list[str] = []

    def rectangle(
        self, x: float, y: float, width: float, height: float, fill: str, tip: str = "", *, opacity: float = 1.0
    ) -> None:
        """A filled box; ``tip`` shows while the pointer rests on it."""
        shape = f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.7):.1f}" height="{height:.1f}" fill="{fill}"'
        shape += f' opacity="{opacity:.2f}"' if opacity < 1 else ""
        self._parts.append(f"{shape}><title>{escape(tip)}</title></rect>" if tip else f"{shape}/>")

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = FAINT, width: float = 1, dashes: str = ""
    ) -> None:
        """A straight line; ``dashes`` as SVG wants them: ``"4 3"``."""
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        place = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        self._parts.append(f'<line {place} stroke="{colour}" stroke-width="{width}"{dashed}/>')

    def dot(self, x: float, y: float, radius: float, fill: str, tip: str = "") -> None:
        """A filled circle."""
        shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{INK}"'
        self._parts.append(f"{shape}><title>{escape(tip)}</title></circle>" if tip else f"{shape}/>")

    def path(self, points: list[tuple[float, float]], colour: str, width: float = 2) -> None:
        """A line through points."""
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        look = f'fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"'
        self._parts.append(f'<polyline points="{joined}" {look}/>')

    def text(
        self,
        x: float,
        y: float,
        words: str,
        anchor: str = "start",
        colour: str = INK,
        *,
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """Words whose baseline is at y; ``anchor`` is start, middle or end; a ``halo`` keeps lines off them."""
        look = ' font-weight="600"' if bold else ""
        look += ' paint-order="stroke" stroke="#fff" stroke-width="4"' if halo else ""
        place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{look}'
        self._parts.append(f"<text {place}>{escape(words)}</text>")

    def tick(self, x: float, y: float, words: str) -> None:
        """The label of a value on the axis: in the middle of x, or as near to it as the picture's edges allow."""
        half = len(words) * CHARACTER / 2 + 2
        self.text(max(half, min(x, self.width - half)), y, words, "middle", QUIET)

    def to_svg(self) -> str:
        """The element."""
        size = f'width="{self.width:.0f}" height="{self.height:.0f}" viewBox="0 0 {self.width:.0f} {self.height:.0f}"'
        return f'<svg role="img" aria-label="{escape(self.name)}" {size}>{"".join(self._parts)}</svg>'


def steps(high: float, most: int) -> list[float]:
    """Round values from 0 to ``high`` for an axis, at most ``most`` of them above 0: multiples of 1, 2 or 5 x 10^n.

    >>> steps(17.0, 5)
    [0.0, 5.0, 10.0, 15.0]
    """
    if not 0 < high < math.inf:
        return [0.0]
    step = 10.0 ** math.floor(math.log10(high / most))
    step *= next(factor for factor in (1, 2, 5, 10, 20) if high / (step * factor) <= most)
    return [index * step for index in range(int(high / step * (1 + 1e-9)) + 1)]


def fits(words: str, width: float) -> bool:
    """Whether a label fits into so many pixels."""
    return len(words) * CHARACTER + 8 <= width


def milliseconds(value: float) -> str:
    """Three figures: ``0.042``, ``4.20``, ``42.0``, ``420``.

    >>> [milliseconds(value) for value in (0.0421, 4.2, 41.96, 420.4)]
    ['0.042', '4.20', '42.0', '420']
    """
    return f"{value:.{3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0}f}"
