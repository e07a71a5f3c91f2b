"""The fonts of an app."""

from __future__ import annotations

import logging
import os
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock

from ecs_engine.core.errors import AssetError
from ecs_engine.text.atlas import GlyphAtlas
from ecs_engine.text.blocks import Blocks
from ecs_engine.text.font import Font

log = logging.getLogger(__name__)

_MOST_PIXELS = 256


class Fonts:
    """Makes fonts and keeps them: a resource of every app, ``app.fonts``.

    ``strict`` decides what happens to a font file that is missing or broken: strict raises AssetError; otherwise one
    error is logged and :attr:`default` stands in for it. Fonts may be loaded on any thread.
    """

    def __init__(self, *, strict: bool = False) -> None:
        from ecs_engine.text.pixel import PixelFont

        self.strict = strict
        self.atlas = GlyphAtlas()
        """The glyphs of all fonts."""
        self.blocks = Blocks(self.atlas)
        """The texts that were laid out lately."""
        self.default: Font = PixelFont(self.atlas)
        """A pixel font of five by seven dots, for ASCII, which needs no file: crisp at sizes 10, 20, 30 and so on."""
        self._loaded: dict[tuple[Path, float | None, int | None], Font] = {}
        self._lock = Lock()

    def load(self, path: str | os.PathLike[str], *, weight: float | None = None, pixels: int | None = None) -> Font:
        """A font from a TrueType or OpenType file (of a collection, its first); each is read only once.

        Its glyphs are kept as distances from their edges: one drawing serves every size, rotation, outline and shadow.

        Args:
            weight: of a variable font, such as 400 for regular and 700 for bold; by default the font's own.
            pixels: from 4 to 256: keep glyphs as they look at this many pixels to an em instead. Small text, drawn at
                just that size, is a little sharper, and new glyphs cost next to nothing; there are no outlines and no
                blurred shadows.

        Raises:
            AssetError: the file is missing, broken or too large, or has no such weight, and fonts are strict.
        """
        if pixels is not None and not (isinstance(pixels, int) and 4 <= pixels <= _MOST_PIXELS):
            raise AssetError(f"A font was to be kept at {pixels} pixels: give a whole number from 4 to {_MOST_PIXELS}.")
        key = (Path(os.path.abspath(path)), weight, pixels)
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = self._read(*key)
            return self._loaded[key]

    def sans(self, weight: float = 400, *, pixels: int | None = None) -> Font:
        """Rubik, a rounded sans-serif for Latin, Cyrillic, Hebrew and Arabic that comes along as a dependency.

        Args:
            weight: from 300 (light) over 400 (regular) and 700 (bold) to 900 (black).
            pixels: as of :meth:`load`.
        """
        with as_file(files("fontpkg_rubik") / "files" / "Rubik[wght].ttf") as path:
            return self.load(path, weight=weight, pixels=pixels)

    def mono(self, weight: float = 400, *, pixels: int | None = None) -> Font:
        """JetBrains Mono, whose characters are all equally wide: for code and tables. It comes along as a dependency.

        Args:
            weight: from 100 (thin) over 400 (regular) to 800 (extra bold).
            pixels: as of :meth:`load`.
        """
        with as_file(files("fontpkg_jetbrains_mono") / "files" / "JetBrainsMono[wght].ttf") as path:
            return self.load(path, weight=weight, pixels=pixels)

    def _read(self, path: Path, weight: float | None, pixels: int | None) -> Font:
        from ecs_engine.text.opentype import OpenTypeFont  # HarfBuzz is loaded by games that load a font

        try:
            return OpenTypeFont(path, self.atlas, weight=weight, pixels=pixels)
        except AssetError as error:
            if self.strict:
                raise
            log.error("%s The pixel font stands in for it.", error)
            return self.default
