"""A small pixel font of our own drawing: ASCII 32 to 126, five dots wide, seven above the baseline, two below."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ecs_engine.assets.drawing import Canvas, Field, Pixels, capsule, ramp
from ecs_engine.assets.palette import CREAM, INK, Colour

GLYPH_WIDTH, GLYPH_HEIGHT = 5, 9
"""Dots of one glyph. Set glyphs ADVANCE dots apart, and lines LINE dots apart."""
ADVANCE, LINE = 6, 11

FIRST, LAST = 32, 126

# Sixteen glyphs to a block, in the order of ASCII; a hash is a dot.
_SHEET = """
.....  ..#..  .#.#.  .....  ..#..  ##...  .##..  ..#..  ...#.  .#...  .....  .....  .....  .....  .....  ....#
.....  ..#..  .#.#.  .#.#.  .####  ##..#  #..#.  ..#..  ..#..  ..#..  ..#..  ..#..  .....  .....  .....  ....#
.....  ..#..  .....  #####  #.#..  ...#.  #.#..  .....  .#...  ...#.  #.#.#  ..#..  .....  .....  .....  ...#.
.....  ..#..  .....  .#.#.  .###.  ..#..  .#...  .....  .#...  ...#.  .###.  #####  .....  #####  .....  ..#..
.....  ..#..  .....  #####  ..#.#  .#...  #.#.#  .....  .#...  ...#.  #.#.#  ..#..  .....  .....  .....  .#...
.....  .....  .....  .#.#.  ####.  #..##  #..#.  .....  ..#..  ..#..  ..#..  ..#..  ..#..  .....  .##..  #....
.....  ..#..  .....  .....  ..#..  ...##  .##.#  .....  ...#.  .#...  .....  .....  ..#..  .....  .##..  #....
.....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .#...  .....  .....  .....
.....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....

.###.  ..#..  .###.  .###.  ...#.  #####  .###.  #####  .###.  .###.  .....  .....  ...#.  .....  .#...  .###.
#...#  .##..  #...#  #...#  ..##.  #....  #....  ....#  #...#  #...#  .##..  ..#..  ..#..  .....  ..#..  #...#
#..##  ..#..  ....#  ....#  .#.#.  ####.  #....  ...#.  #...#  #...#  .##..  ..#..  .#...  #####  ...#.  ....#
#.#.#  ..#..  ..##.  ..##.  #..#.  ....#  ####.  ..#..  .###.  .####  .....  .....  #....  .....  ....#  ..##.
##..#  ..#..  .#...  ....#  #####  ....#  #...#  ..#..  #...#  ....#  .##..  .....  .#...  #####  ...#.  ..#..
#...#  ..#..  #....  #...#  ...#.  #...#  #...#  ..#..  #...#  ....#  .##..  ..#..  ..#..  .....  ..#..  .....
.###.  .###.  #####  .###.  ...#.  .###.  .###.  ..#..  .###.  .###.  .....  ..#..  ...#.  .....  .#...  ..#..
.....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .#...  .....  .....  .....  .....
.....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....

.###.  .###.  ####.  .###.  ####.  #####  #####  .###.  #...#  .###.  ..###  #...#  #....  #...#  #...#  .###.
#...#  #...#  #...#  #...#  #...#  #....  #....  #...#  #...#  ..#..  ...#.  #..#.  #....  ##.##  ##..#  #...#
#.###  #...#  #...#  #....  #...#  #....  #....  #....  #...#  ..#..  ...#.  #.#..  #....  #.#.#  #.#.#  #...#
#.#.#  #####  ####.  #....  #...#  ####.  ####.  #.###  #####  ..#..  ...#.  ##...  #....  #.#.#  #..##  #...#
#.###  #...#  #...#  #....  #...#  #....  #....  #...#  #...#  ..#..  ...#.  #.#..  #....  #...#  #...#  #...#
#....  #...#  #...#  #...#  #...#  #....  #....  #...#  #...#  ..#..  #..#.  #..#.  #....  #...#  #...#  #...#
.###.  #...#  ####.  .###.  ####.  #####  #....  .###.  #...#  .###.  .##..  #...#  #####  #...#  #...#  .###.
.....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....
.....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....

####.  .###.  ####.  .####  #####  #...#  #...#  #...#  #...#  #...#  #####  .###.  #....  .###.  ..#..  .....
#...#  #...#  #...#  #....  ..#..  #...#  #...#  #...#  #...#  #...#  ....#  .#...  #....  ...#.  .#.#.  .....
#...#  #...#  #...#  #....  ..#..  #...#  #...#  #...#  .#.#.  .#.#.  ...#.  .#...  .#...  ...#.  #...#  .....
####.  #...#  ####.  .###.  ..#..  #...#  #...#  #.#.#  ..#..  ..#..  ..#..  .#...  ..#..  ...#.  .....  .....
#....  #.#.#  #.#..  ....#  ..#..  #...#  .#.#.  #.#.#  .#.#.  ..#..  .#...  .#...  ...#.  ...#.  .....  .....
#....  #..#.  #..#.  ....#  ..#..  #...#  .#.#.  ##.##  #...#  ..#..  #....  .#...  ....#  ...#.  .....  .....
#....  .##.#  #...#  ####.  ..#..  .###.  ..#..  #...#  #...#  ..#..  #####  .###.  ....#  .###.  .....  #####
.....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....
.....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....  .....

.#...  .....  #....  .....  ....#  .....  ..##.  .....  #....  ..#..  ...#.  #....  .##..  .....  .....  .....
..#..  .....  #....  .....  ....#  .....  .#...  .....  #....  .....  .....  #....  ..#..  .....  .....  .....
.....  .###.  ####.  .###.  .####  .###.  ####.  .####  ####.  .##..  ..##.  #..#.  ..#..  ##.#.  ####.  .###.
.....  ....#  #...#  #....  #...#  #...#  .#...  #...#  #...#  ..#..  ...#.  #.#..  ..#..  #.#.#  #...#  #...#
.....  .####  #...#  #....  #...#  #####  .#...  #...#  #...#  ..#..  ...#.  ##...  ..#..  #.#.#  #...#  #...#
.....  #...#  #...#  #....  #...#  #....  .#...  #...#  #...#  ..#..  ...#.  #.#..  ..#..  #.#.#  #...#  #...#
.....  .####  ####.  .###.  .####  .###.  .#...  .####  #...#  .###.  ...#.  #..#.  .###.  #.#.#  #...#  .###.
.....  .....  .....  .....  .....  .....  .....  ....#  .....  .....  #..#.  .....  .....  .....  .....  .....
.....  .....  .....  .....  .....  .....  .....  .###.  .....  .....  .##..  .....  .....  .....  .....  .....

.....  .....  .....  .....  .#...  .....  .....  .....  .....  .....  .....  ...##  ..#..  ##...  .....
.....  .....  .....  .....  .#...  .....  .....  .....  .....  .....  .....  ..#..  ..#..  ..#..  .....
####.  .####  #.##.  .####  ####.  #...#  #...#  #...#  #...#  #...#  #####  ..#..  ..#..  ..#..  .#..#
#...#  #...#  ##..#  #....  .#...  #...#  #...#  #.#.#  .#.#.  #...#  ...#.  .#...  ..#..  ...#.  #.##.
#...#  #...#  #....  .###.  .#...  #...#  #...#  #.#.#  ..#..  #...#  ..#..  ..#..  ..#..  ..#..  .....
#...#  #...#  #....  ....#  .#..#  #..##  .#.#.  #.#.#  .#.#.  #...#  .#...  ..#..  ..#..  ..#..  .....
####.  .####  #....  ####.  ..##.  .##.#  ..#..  .#.#.  #...#  .####  #####  ...##  ..#..  ##...  .....
#....  ....#  .....  .....  .....  .....  .....  .....  .....  ....#  .....  .....  .....  .....  .....
#....  ....#  .....  .....  .....  .....  .....  .....  .....  .###.  .....  .....  .....  .....  .....
"""


def _read_sheet() -> dict[str, npt.NDArray[np.bool_]]:
    glyphs: dict[str, npt.NDArray[np.bool_]] = {}
    for block in _SHEET.strip().split("\n\n"):
        rows = [line.split() for line in block.splitlines()]
        for drawing in zip(*rows, strict=True):
            glyphs[chr(FIRST + len(glyphs))] = np.array([[dot == "#" for dot in row] for row in drawing])
    return glyphs


GLYPHS = _read_sheet()
"""Character -> bool (9, 5), True where there is a dot."""


def text_width(text: str, scale: int = 2) -> int:
    """Pixels from the left edge of the first glyph to the right edge of the last, on one line."""
    return max(0, len(text) * ADVANCE - (ADVANCE - GLYPH_WIDTH)) * scale


def text_picture(text: str, scale: int = 2, color: Colour = CREAM) -> Pixels:
    """Text of one or more lines as one picture, uint8 (h, w, 4), with a transparent border of one dot.

    Characters the font does not have become question marks.
    """
    lines = text.split("\n")
    columns = max(1, text_width(max(lines, key=len), 1))
    dots = np.zeros((len(lines) * LINE - (LINE - GLYPH_HEIGHT), columns), bool)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            top, left = row * LINE, column * ADVANCE
            dots[top : top + GLYPH_HEIGHT, left : left + GLYPH_WIDTH] = GLYPHS.get(character, GLYPHS["?"])
    return _paint(np.pad(dots, 1), scale, color)


def title_picture(
    text: str, scale: int = 10, color: Colour = CREAM, *, bottom: Colour | None = None, glow: Colour | None = None
) -> Pixels:
    """One line of the same letters with their dots joined to smooth strokes, outlined, uint8 (h, w, 4).

    The colour runs down from ``color`` to ``bottom``; ``glow`` is the colour of the light around the letters.
    """
    margin = 3
    canvas = Canvas(max(1, text_width(text, 1)) + 2 * margin, GLYPH_HEIGHT + 2 * margin, scale)
    strokes = np.full(canvas.x.shape, float(margin))
    for index, character in enumerate(text):
        cell = Canvas(GLYPH_WIDTH + 2 * margin, GLYPH_HEIGHT + 2 * margin, scale)
        there = strokes[:, index * ADVANCE * scale :][:, : cell.x.shape[1]]
        np.minimum(there, _strokes(cell, GLYPHS.get(character, GLYPHS["?"]), margin + 0.5), out=there)
    letters = strokes - 0.56
    if glow is not None:
        canvas.glow(letters, glow, 2.3, 0.7)
    canvas.fill(letters - 0.3, INK)
    canvas.fill(letters, ramp(canvas.y, [(margin + 0.5, color), (margin + 6.5, bottom or color)]))
    return canvas.pixels()


def _strokes(canvas: Canvas, dots: npt.NDArray[np.bool_], offset: float) -> Field:
    """The distance to the lines that join neighbouring dots; a diagonal only where no way round joins them."""
    field = np.full(canvas.x.shape, np.inf)
    has = {(int(row), int(column)) for row, column in np.argwhere(dots)}
    for row, column in has:
        ends = [(row, column), (row + 1, column), (row, column + 1)]
        if (row + 1, column) not in has:
            ends += [(row + 1, column + side) for side in (-1, 1) if (row, column + side) not in has]
        for down, right in ends:
            if (down, right) in has:
                line = capsule(canvas, column + offset, row + offset, right + offset, down + offset, 0.0)
                np.minimum(field, line, out=field)
    return field


def _paint(dots: npt.NDArray[np.bool_], scale: int, color: Colour) -> Pixels:
    """Every dot becomes a square of ``scale`` pixels."""
    if scale < 1:
        raise ValueError(f"the scale of the font is {scale}: give whole pixels to a dot, at least 1")
    pixels = np.zeros((*dots.shape, 4), np.uint8)
    pixels[dots] = (*color, 255)
    return pixels.repeat(scale, axis=0).repeat(scale, axis=1)
