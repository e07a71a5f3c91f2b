"""The glyph atlas: every glyph that was drawn so far, packed into pages for the GPU."""

from __future__ import annotations

import logging
from threading import Lock

import numpy as np
import numpy.typing as npt

from ecs_engine.packing import PagePacker
from ecs_engine.pictures import Upload

PAGE_SIZE, MAX_PAGES = 1024, 64
"""Any driver has textures of 1,024 texels; 64 pages hold some 12,000 large glyphs."""

BAND = 64
"""What is new is uploaded by stretches of this many rows, so that many new glyphs take few calls."""

EMPTY = 0
"""The entry of glyphs that draw nothing."""

log = logging.getLogger(__name__)


class GlyphAtlas:
    """Glyphs by entry number, and their texels on the way to the GPU: a page source, as ``Pictures`` is.

    ``add`` may be called from any thread, ``take_uploads`` from the context thread. The arrays are read by the thread
    that lays out text; they have one row an entry, and grow by being replaced.

    - ``corners`` uint32 (n, 2): the top-left texel as ``u | v << 16``, and the bottom-right one (exclusive)
    - ``page`` uint32 (n,)
    - ``box`` float32 (n, 4): min x, min y, max x, max y around the pen, in ems, y up
    """

    page_size = PAGE_SIZE

    def __init__(self, max_pages: int = MAX_PAGES) -> None:
        self._packer = PagePacker(PAGE_SIZE, max_pages)
        self._lock = Lock()
        self._pages: list[npt.NDArray[np.uint8]] = []
        self._new: dict[tuple[int, int], tuple[int, int]] = {}
        """Page and band -> the columns, from and to, in which it has something new."""
        self._full = False
        self.count = 1
        self.corners: npt.NDArray[np.uint32] = np.zeros((64, 2), np.uint32)
        self.page: npt.NDArray[np.uint32] = np.zeros(64, np.uint32)
        self.box: npt.NDArray[np.float32] = np.zeros((64, 4), np.float32)

    @property
    def page_count(self) -> int:
        return self._packer.page_count

    def add(self, values: npt.NDArray[np.uint8], box: tuple[float, float, float, float]) -> int:
        """Pack one glyph and return its entry; without room for it, log that once and return the empty one.

        Args:
            values: (h, w), top row first, of which the outermost are the background.
            box: what the texels cover, in ems.
        """
        height, width = values.shape
        with self._lock:
            place = self._packer.place(width, height)
            if place is None:
                if not self._full:
                    self._full = True
                    log.error(
                        "The glyph atlas is full: all %d pages of %d x %d texels hold glyphs, and further ones stay "
                        "invisible; use fewer fonts, or load them with `pixels` for small text.",
                        self._packer.max_pages, PAGE_SIZE, PAGE_SIZE,
                    )  # fmt: skip
                return EMPTY
            x, y = place.x, place.y
            self._paint(place.page, x, y, values)
            entry = self.count
            if entry == len(self.page):
                self.corners = np.concatenate([self.corners, np.zeros_like(self.corners)])
                self.page = np.concatenate([self.page, np.zeros_like(self.page)])
                self.box = np.concatenate([self.box, np.zeros_like(self.box)])
            self.corners[entry] = x | y << 16, (x + width) | (y + height) << 16
            self.page[entry] = place.page
            self.box[entry] = box
            self.count += 1
            return entry

    def _paint(self, page: int, x: int, y: int, values: npt.NDArray[np.uint8]) -> None:
        if page == len(self._pages):
            self._pages.append(np.zeros((PAGE_SIZE, PAGE_SIZE), np.uint8))
        height, width = values.shape
        self._pages[page][y : y + height, x : x + width] = values
        for band in range(y // BAND, (y + height - 1) // BAND + 1):
            left, right = self._new.get((page, band), (x, x + width))
            self._new[page, band] = min(left, x), max(right, x + width)

    def upload_again(self) -> None:
        """Let the next :meth:`take_uploads` return every glyph there is, for a graphics context that was made anew. For
        the context thread."""
        with self._lock:
            bands = range(PAGE_SIZE // BAND)
            self._new = {(page, band): (0, PAGE_SIZE) for page in range(len(self._pages)) for band in bands}

    def take_uploads(self) -> list[Upload]:
        """Everything added since the last call; a glyph's texels are here before any frame shows it."""
        if not self._new:
            return []
        with self._lock:
            new, self._new = self._new, {}
            uploads = []
            for (page, band), (left, right) in new.items():
                values = self._pages[page][band * BAND : (band + 1) * BAND, left:right]
                uploads.append(Upload(page, left, band * BAND, np.repeat(values[..., None], 4, axis=2)))
            return uploads
