"""What every font can do, however its glyphs come about."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from math import inf

from ecs_engine.core.errors import EngineError
from ecs_engine.text.atlas import GlyphAtlas
from ecs_engine.text.lines import Lines, tokens_of
from ecs_engine.text.word import Word

_REMEMBERED = 4096


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
        self.known: dict[str, Word] = {}
        """Words of the young generation, by their texts."""
        self._old: dict[str, Word] = {}

    def __repr__(self) -> str:
        return f"<Font {self.name}>"

    @abstractmethod
    def shape(self, words: Sequence[str]) -> list[Word]:
        """The glyphs of each word; those that the font lacks are boxes."""

    def words(self, texts: Iterable[str]) -> dict[str, Word]:
        """Many words by their texts, and perhaps others: those that are not remembered are shaped, all in one go.

        What is returned is the font's own, and good until words are asked for again.
        """
        if len(self.known) >= _REMEMBERED:
            self._old, self.known = self.known, {}
        young, old, new = self.known, self._old, []
        for text in dict.fromkeys(texts):
            if text not in young:
                known = old.pop(text, None)
                if known is None:
                    new.append(text)
                else:  # a copy, as its glyphs are part of an array that holds those of all that came with it
                    young[text] = known._replace(glyphs=known.glyphs.copy())
        if new:
            young.update(zip(new, self.shape(new), strict=True))
        return young

    def word(self, text: str) -> Word:
        """One of :meth:`words`."""
        return self.known.get(text) or self.words((text,))[text]

    def measure(self, text: str, size: float, *, wrap: float = 0.0, line_spacing: float = 1.0) -> tuple[float, float]:
        """Width of the widest line, without spaces at its end, and height of all lines, in world units.

        Args:
            size, wrap, line_spacing: as of :class:`~ecs_engine.components.Text`.

        Raises:
            EngineError: ``size`` is not above 0.
        """
        if not 0 < size < inf:
            raise EngineError(f"A text was measured at size {size}: give a number above 0.")
        lines = Lines()
        count = lines.add(self, text, tokens_of(text), self.room(wrap, size))
        return self.extent(max(lines.widths), count, size, line_spacing)

    def extent(self, width: float, lines: int, size: float, line_spacing: float = 1.0) -> tuple[float, float]:
        """Width and height in world units of lines of which the widest is ``width`` font units."""
        scale = size / self.em
        return width * scale, self.height(lines, line_spacing) * scale

    def room(self, wrap: float, size: float) -> float:
        """The longest that a line may be, in font units.

        Args:
            wrap, size: as of :class:`~ecs_engine.components.Text`.
        """
        return wrap * self.em / size if wrap else inf

    def height(self, lines: int, line_spacing: float) -> float:
        """Of a block of lines, in font units."""
        return (lines - 1) * self.line * line_spacing + self.ascent + self.descent
