"""The registry of pictures that sprites show: decoded, packed into pages, handed over to the renderer.

Pure CPU: this room knows no OpenGL. The logic side adds pictures and stores their ids in a column; batching reads
``Pictures.table`` (where each picture lies); the context thread takes the pixels with ``Pictures.take_uploads``.

Two choices that the renderer relies on:

- **Premultiplied alpha.** Uploaded pixels have red, green and blue multiplied by alpha. Filtering averages
  neighbouring texels, and with straight alpha the colour of fully transparent ones (often black or white) would
  leak into edges as a fringe. Premultiplied texels average rightly, and one blend function (ONE,
  ONE_MINUS_SRC_ALPHA) then serves both covering and glowing pictures (Porter and Duff, "Compositing Digital
  Images", 1984). What users hand in and read from files has straight alpha.
- **A border of one texel.** Around every picture its outermost pixels are repeated once, so that linear filtering
  at its edge meets its own colour and never a neighbour's. That is enough for a page without mipmaps; each mipmap
  level would need twice the border of the level before.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from dataclasses import dataclass
from threading import Lock
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import AssetError
from ecs_engine.decoding import read_picture
from ecs_engine.files import FileName, GameFiles
from ecs_engine.packing import PagePacker, Place

BORDER = 1
"""Texels repeated around every picture."""

_MIN_PAGE, _MAX_PAGE = 64, 65536  # room for the two built-in pictures; a texel coordinate must fit 16 bits
_FIRST_ROWS = 64
_BUILT_IN = 2
RESTING_IDS = 4096
"""So many ids of pictures that were removed last belong to no other picture."""
_CLEARED = 1 << 18  # bytes; the renderer sends at once what is no longer, and lets more take several frames

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the registry. ``int(picture)`` is its id, so it can be stored in an integer column as it is."""

    id: int
    width: int
    height: int
    name: str

    def __index__(self) -> int:
        return self.id


@dataclass(frozen=True, slots=True, eq=False)
class PictureTable:
    """Where every picture lies, as read-only arrays indexed by picture id. A table never changes once it is read.

    - ``uv`` uint32 (n, 2): top-left corner as ``u0 | v0 << 16``, bottom-right corner (exclusive) as ``u1 | v1 << 16``,
      in texels inside the page, rows counted from the top, border not included
    - ``page`` uint32 (n,): the layer of the texture array
    - ``size`` float32 (n, 2): width and height in pixels
    - ``version``: grows by one with every picture that is added
    """

    uv: npt.NDArray[np.uint32]
    page: npt.NDArray[np.uint32]
    size: npt.NDArray[np.float32]
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """Texels to copy into layer ``page`` at (``x``, ``y``) from its top-left corner, the border included.

    ``pixels`` is uint8 (h, w, 4), C-contiguous, read-only, top row first, with premultiplied alpha.
    """

    page: int
    x: int
    y: int
    pixels: npt.NDArray[np.uint8]


class Pictures:
    """Pictures by id: 0 is ``white`` (one pixel, so a sprite's scale is its size), 1 is ``missing``, then the game's.

    ``strict`` decides what happens to a file that is missing or broken, and to a picture for which there is no room:
    strict raises AssetError; otherwise one error is logged and ``missing``, a magenta and black checker that cannot
    be overlooked, stands in for it.

    A picture can be given its id before its pixels are there (:meth:`reserve`, :meth:`fill`), and its room back
    (:meth:`remove`). The id of a picture that was removed shows ``missing``.

    Any thread may call anything here. What packs takes a lock; ``table`` and ``take_uploads`` never wait, so that
    neither a tick nor a frame stalls while another thread loads.

    Args:
        files: where the names given to ``load`` are looked up; in the working directory by default.
    """

    white: Picture
    missing: Picture

    def __init__(
        self, page_size: int = 2048, max_pages: int = 256, *, strict: bool = False, files: GameFiles | None = None
    ) -> None:
        if not (isinstance(page_size, int) and _MIN_PAGE <= page_size <= _MAX_PAGE):
            raise AssetError(f"page_size is {page_size!r}: give a number of texels from {_MIN_PAGE} to {_MAX_PAGE}.")
        if max_pages < 1:
            raise AssetError(f"max_pages is {max_pages}: give at least 1.")
        self.page_size = page_size
        self.max_pages = max_pages
        self.strict = strict
        self.files = files or GameFiles()
        self._lock = Lock()
        self._packer = PagePacker(page_size, max_pages)
        self._pictures: list[Picture] = []
        self._loaded: dict[str, Picture] = {}
        self._places: dict[int, Place] = {}  # of every picture that takes room
        self._texels: dict[int, Upload] = {}  # of the same
        self._made = 0  # pictures that were given an id so far
        self._gone: dict[int, None] = {}  # ids that were removed, the oldest first
        self._removed: list[Place] = []
        self._resting: list[Place] = []  # removed before the last call of recycle
        self._loading: int | None = None
        self._uploads: deque[Upload] = deque()
        self._uv = np.zeros((_FIRST_ROWS, 2), np.uint32)
        self._page = np.zeros(_FIRST_ROWS, np.uint32)
        self._size = np.zeros((_FIRST_ROWS, 2), np.float32)
        self._table = PictureTable(self._uv[:0], self._page[:0], self._size[:0], 0)
        self.white = self.add(np.full((1, 1, 4), 255, np.uint8), name="white")
        self.missing = self.add(_checker(), name="missing")

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, picture_id: int) -> Picture:
        """The picture with this id; IndexError when there is none."""
        if not 0 <= picture_id < len(self._pictures):
            raise IndexError(f"there is no picture with id {picture_id}: ids run from 0 to {len(self._pictures) - 1}")
        return self._pictures[picture_id]

    def named(self, name: str) -> Picture | None:
        """The first picture of this name that was not removed, or ``None``."""
        with self._lock:
            named = (picture for picture in self._pictures if picture.name == name and picture.id not in self._gone)
            return next(named, None)

    @property
    def max_side(self) -> int:
        """Longest width or height a picture may have, in pixels: a page without the border."""
        return self.page_size - 2 * BORDER

    @property
    def page_count(self) -> int:
        """How many pages are in use: the number of texture layers the renderer needs."""
        return self._packer.page_count

    @property
    def table(self) -> PictureTable:
        """Where every picture lies, right now. Read it once per tick: what was read stays whole and consistent."""
        return self._table

    def check_side(self, width: int, height: int, what: str) -> None:
        """Raise AssetError where a page does not take a picture of this size; ``what`` is the word for it."""
        if max(width, height) > self.max_side:
            raise AssetError(
                f"Picture {what} is {width} x {height} pixels, and a page of {self.page_size} texels takes at most "
                f"{self.max_side} x {self.max_side}; scale it down, cut it up, or give the App a larger page_size."
            )

    def add(self, pixels: npt.NDArray[np.uint8], *, name: str | None = None, strict: bool | None = None) -> Picture:
        """Register a picture from uint8 pixels (h, w, 4) with straight alpha, or (h, w, 3), top row first.

        The pixels are copied. ``name`` is only a label for people. Raises AssetError for another dtype or shape;
        without room for it, raises when strict, otherwise logs and returns ``missing``. ``strict`` is that of the
        registry unless it is given.
        """
        label = name if name is not None else f"picture {self._made}"
        _check_pixels(pixels, label)
        try:
            self.check_side(pixels.shape[1], pixels.shape[0], repr(label))
            texels = _texels(pixels)
            with self._lock:
                return self._pack(texels, label)
        except AssetError as error:
            return self._stand_in(error, self.strict if strict is None else strict)

    def load(self, name: FileName) -> Picture:
        """Read a picture file (PNG, JPEG, WebP, BMP, GIF's first image, TGA, QOI); the same file is read only once.

        A file that is missing, broken, or larger than a page or than MAX_PIXELS raises AssetError when strict;
        otherwise it is logged once and ``missing`` is returned, this time and every time after.
        """
        key = str(self.files.find(name))
        known = self._loaded.get(key)
        if known is not None:
            return known
        try:
            texels = _texels(read_picture(self.files, name, self.check_side))  # outside the lock: this is the slow part
            with self._lock:
                if key not in self._loaded:  # else another thread was faster
                    self._loaded[key] = self._pack(texels, os.fspath(name))
        except AssetError as error:
            self._loaded.setdefault(key, self._stand_in(error, self.strict))
        return self._loaded[key]

    def reserve(self, name: str) -> Picture:
        """An id for a picture whose pixels come later. Until then it shows a faint grey tile."""
        with self._lock:
            if self._loading is None:
                try:
                    self._loading = self._pack(_texels(_grey_tile()), "loading").id
                except AssetError:  # every page is full: so there will be none for the picture, which is told then
                    self._loading = self.missing.id
            tile = self._pictures[self._loading]
            picture = Picture(self._new_id(), tile.width, tile.height, name)
            self._pictures[picture.id : picture.id + 1] = [picture]
            self._publish(picture.id, self._loading)
        return picture

    def fill(self, picture: SupportsIndex, pixels: npt.NDArray[np.uint8]) -> Picture:
        """Give a reserved picture its pixels, as of :meth:`add`; returns it with its real size.

        One that was removed meanwhile stays removed.

        Raises:
            AssetError: wrong pixels, or no room for them, whether strict or not. It then shows ``missing``.
        """
        row = picture.__index__()
        name = self[row].name
        try:
            _check_pixels(pixels, name)
            self.check_side(pixels.shape[1], pixels.shape[0], repr(name))
            texels = _texels(pixels)
            with self._lock:
                return self._pictures[row] if row in self._gone else self._pack(texels, name, row)
        except AssetError:
            self.remove(picture)
            raise

    def remove(self, picture: SupportsIndex) -> None:
        """Let go of a picture. Its id shows ``missing`` from now on, and belongs to another picture only when
        :data:`RESTING_IDS` others were let go of after it. Its room is used again after two more calls of
        :meth:`recycle`, so that no frame that is still to be drawn shows another picture in it. A picture that is gone
        already, or is built in, stays as it is."""
        row = picture.__index__()
        self[row]
        if row < _BUILT_IN or row == self._loading:
            return
        with self._lock:
            self._gone[row] = None
            place = self._places.pop(row, None)
            self._texels.pop(row, None)
            if place is not None:
                self._removed.append(place)
            self._loaded = {key: known for key, known in self._loaded.items() if known.id != row}
            self._pictures[row] = Picture(row, self.missing.width, self.missing.height, self._pictures[row].name)
            self._publish(row, self.missing.id)

    def recycle(self) -> None:
        """Note that a tick has begun: room that was given back two ticks ago is free. The AssetSystem calls it."""
        if self._removed or self._resting:
            with self._lock:
                for place in self._resting:
                    self._packer.release(place)
                self._resting, self._removed = self._removed, []

    def take_uploads(self) -> list[Upload]:
        """Everything added since the last call, oldest first; the context thread's side of the hand-over.

        A picture's upload is queued before its id is known to anybody, so taking uploads *after* acquiring a frame
        gets the texels of every picture in that frame.
        """
        uploads: list[Upload] = []
        while self._uploads:  # popleft is atomic, and only one thread takes
            uploads.append(self._uploads.popleft())
        return uploads

    def upload_again(self) -> None:
        """Let the next :meth:`take_uploads` return every picture there is, for a graphics context that was made anew.

        For the context thread. It is what the texels are kept in memory for, as many bytes as on the GPU.
        """
        with self._lock:
            self._uploads = deque(self._texels.values())

    def _new_id(self) -> int:
        """A number that no picture has, and of which none was removed lately. The lock is held."""
        self._made += 1
        if len(self._gone) <= RESTING_IDS:
            return len(self._pictures)
        oldest = next(iter(self._gone))
        del self._gone[oldest]
        return oldest

    def _pack(self, texels: npt.NDArray[np.uint8], name: str, row: int | None = None) -> Picture:
        """Give ``texels`` (border included) a place, and the id ``row`` or a new one. The lock is held."""
        height, width = texels.shape[:2]
        place = self._packer.place(width, height)
        if place is None:
            raise AssetError(
                f"Picture {name!r} ({width - 2 * BORDER} x {height - 2 * BORDER} pixels) found no room: all "
                f"{self.max_pages} pages of {self.page_size} x {self.page_size} texels are full; "
                "use fewer or smaller pictures, or give Pictures a larger max_pages or page_size."
            )
        if place.used and texels.nbytes > _CLEARED:
            self._clear(place, width, height)
        if row is None:
            row = self._new_id()
        elif row in self._places:  # it is filled once more
            self._removed.append(self._places[row])
        picture = Picture(row, width - 2 * BORDER, height - 2 * BORDER, name)
        self._texels[row] = upload = Upload(place.page, place.x, place.y, texels)
        self._uploads.append(upload)
        self._pictures[row : row + 1] = [picture]
        self._places[row] = place
        self._publish(row, row)
        return picture

    def _clear(self, place: Place, width: int, height: int) -> None:
        """Nothing is to be seen of what lay there before while the new picture arrives bit by bit."""
        rows = max(1, _CLEARED // (4 * width))
        nothing = np.zeros((min(rows, height), width, 4), np.uint8)
        nothing.flags.writeable = False
        for y in range(0, height, rows):
            self._uploads.append(Upload(place.page, place.x, place.y + y, nothing[: height - y]))

    def _publish(self, row: int, shown: int) -> None:
        """Let an id show what lies in the place of a picture, its own or another, and swap in a new table: a reader has
        the old one or the new one, never a mix."""
        count = len(self._pictures)
        if row < len(self._table.page):
            # New arrays: the row is in tables that were read before.
            self._uv, self._page, self._size = self._uv.copy(), self._page.copy(), self._size.copy()
        if count > len(self._page):
            self._uv = np.concatenate([self._uv, np.zeros_like(self._uv)])
            self._page = np.concatenate([self._page, np.zeros_like(self._page)])
            self._size = np.concatenate([self._size, np.zeros_like(self._size)])
        picture, place = self._pictures[shown], self._places[shown]
        u0, v0 = place.x + BORDER, place.y + BORDER
        self._uv[row] = u0 | v0 << 16, (u0 + picture.width) | (v0 + picture.height) << 16
        self._page[row] = place.page
        self._size[row] = picture.width, picture.height
        uv, page, size = self._uv[:count], self._page[:count], self._size[:count]
        for view in (uv, page, size):
            view.flags.writeable = False
        self._table = PictureTable(uv, page, size, self._table.version + 1)

    def _stand_in(self, error: AssetError, strict: bool) -> Picture:
        if strict:
            raise error
        log.error("%s The checker picture stands in for it.", error)
        return self.missing


def _check_pixels(pixels: object, name: str) -> None:
    """Raise AssetError unless ``pixels`` is what ``Pictures.add`` documents."""
    expected = "expected a uint8 array (height, width, 4) with straight alpha, or (height, width, 3)"
    if not isinstance(pixels, np.ndarray):
        raise AssetError(f"Picture {name!r} was given as {type(pixels).__name__}: {expected}; convert it with numpy.")
    if pixels.dtype != np.uint8:
        scale = "multiply by 255 if it runs from 0 to 1, then " if pixels.dtype.kind == "f" else ""
        raise AssetError(f"Picture {name!r} has dtype {pixels.dtype}: {expected}; {scale}use .astype(numpy.uint8).")
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or 0 in pixels.shape:
        raise AssetError(f"Picture {name!r} has shape {pixels.shape}: {expected}, with at least one pixel.")


def _texels(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A copy of checked pixels as the GPU gets them: four channels, premultiplied, with the border. Read-only."""
    height, width, channels = pixels.shape
    inner = np.full((height, width, 4), 255, np.uint8)
    inner[..., :channels] = pixels
    if channels == 4:
        # c * a / 255, rounded; 255 * 255 + 127 still fits 16 bits
        product = inner[..., :3].astype(np.uint16) * inner[..., 3:]
        inner[..., :3] = (product + 127) // 255
    texels = np.pad(inner, ((BORDER, BORDER), (BORDER, BORDER), (0, 0)), mode="edge")
    texels.flags.writeable = False
    return texels


def _checker(cells: int = 4, cell: int = 8) -> npt.NDArray[np.uint8]:
    """The picture that stands in for one that could not be had: magenta and black squares, uint8 (32, 32, 4)."""
    row, column = np.indices((cells * cell, cells * cell)) // cell
    pixels = np.zeros((cells * cell, cells * cell, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[(row + column) % 2 == 0] = (255, 0, 255, 255)
    return pixels


def _grey_tile(side: int = 32, corner: int = 6) -> npt.NDArray[np.uint8]:
    """What stands in for a picture that is on its way: a faint grey square with round corners, uint8 (32, 32, 4)."""
    middle = (side - 1) / 2
    across = np.maximum(np.abs(np.arange(side) - middle) - (middle - corner), 0.0)
    cover = np.clip(corner + 0.5 - np.hypot(across, across[:, None]), 0.0, 1.0)
    pixels = np.full((side, side, 4), 128, np.uint8)
    pixels[..., 3] = np.rint(cover * 96)
    return pixels
