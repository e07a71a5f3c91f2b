"""What every font can do, however its glyphs come about."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import inf

from ecs_engine.core.errors import EngineError
from ecs_engine.text.atlas import GlyphAtlas
from ecs_engine.text.lines import Line, break_lines
from ecs_engine.text.word import Word

_REMEMBERED = 4096
_REMEMBERED_LINES = 1024


class Font(ABC):
    """A font at any size: a handle to keep and to give to labels. Made by :class:`~ecs_engine.text.fonts.Fonts`.

    Used by one thread at a time: that of the world, once the app runs.
    """

    def __init__(
        self,
        name: str,
        atlas: GlyphAtlas,
        *,
        em: int,
        ascent: int,
        descent: int,
        line: int,
        texels: float,
        spread: float,
        grid: float,
    ) -> None:
        self.name = name
        self.atlas = atlas
        self.em = em
        """Font units of the size of a label: a label of size 20 has 20 world units to an em."""
        self.ascent, self.descent, self.line = ascent, descent, line
        """Font units from the first baseline to the top, from the last to the bottom, and from each to the next."""
        self.texels = texels
        """Texels of the atlas to an em."""
        self.spread = spread
        """How far the atlas tells distances from the edge of a glyph, in texels; 0 if it holds coverage instead."""
        self.grid = grid
        """Font units to whose multiples lines are placed; 0 for anywhere."""
        self.sharpness = 1.0
        """How many times steeper than a pixel its edges are drawn."""
        # Two generations: words of the old one that are not used again are forgotten with it.
        self._young: dict[str, Word] = {}
        self._old: dict[str, Word] = {}
        self._young_lines: dict[tuple[str, float], list[Line]] = {}
        self._old_lines: dict[tuple[str, float], list[Line]] = {}

    def __repr__(self) -> str:
        return f"<Font {self.name}>"

    @abstractmethod
    def shape(self, text: str) -> Word:
        """The glyphs of a word; those that the font lacks are boxes."""

    def word(self, text: str) -> Word:
        """As :meth:`shape`, which is done once for words that come again."""
        word = self._young.get(text)
        if word is None:
            word = self._old.pop(text, None) or self.shape(text)
            if len(self._young) >= _REMEMBERED:
                self._old, self._young = self._young, {}
            self._young[text] = word
        return word

    def lines(self, text: str, room: float) -> list[Line]:
        """As :func:`break_lines`, which is done once for texts that come again: most are measured and then placed.

        The lines are shared, and not to be changed.
        """
        lines = self._young_lines.get((text, room))
        if lines is None:
            lines = self._old_lines.pop((text, room), None) or break_lines(self, text, room)
            if len(self._young_lines) >= _REMEMBERED_LINES:
                self._old_lines, self._young_lines = self._young_lines, {}
            self._young_lines[text, room] = lines
        return lines

    def measure(self, text: str, size: float, *, wrap: float = 0.0, line_spacing: float = 1.0) -> tuple[float, float]:
        """Width of the widest line, without spaces at its end, and height of all lines, in world units.

        Args:
            size, wrap, line_spacing: as of :class:`~ecs_engine.components.Text`.

        Raises:
            EngineError: ``size`` is not above 0.
        """
        if not 0 < size < inf:
            raise EngineError(f"A text was measured at size {size}: give a number above 0.")
        scale = size / self.em
        lines = self.lines(text, wrap / scale if wrap else inf)
        return max(line.width for line in lines) * scale, self.height(len(lines), line_spacing) * scale

    def height(self, lines: int, line_spacing: float) -> float:
        """Of a block of lines, in font units."""
        return (lines - 1) * self.line * line_spacing + self.ascent + self.descent
