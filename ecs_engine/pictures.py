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
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import AssetError
from ecs_engine.core.files import why_no_file
from ecs_engine.packing import PagePacker, Place

BORDER = 1
"""Texels repeated around every picture."""

MAX_PIXELS = 64 * 1024 * 1024
"""Largest width x height that ``load`` decodes; a file that declares more is refused before it is unpacked."""

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TGA", "QOI")
"""What ``load`` reads. Pillow knows more, but some (EPS) start other programs on the file, and games need none."""

_MIN_PAGE, _MAX_PAGE = 64, 65536  # room for the two built-in pictures; a texel coordinate must fit 16 bits
_FIRST_ROWS = 64

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

    Any thread may call anything here. ``add`` and ``load`` take a lock while they pack; ``table`` and
    ``take_uploads`` never wait, so that neither a tick nor a frame stalls while another thread loads.
    """

    white: Picture
    missing: Picture

    def __init__(self, page_size: int = 2048, max_pages: int = 256, *, strict: bool = False) -> None:
        if not (isinstance(page_size, int) and _MIN_PAGE <= page_size <= _MAX_PAGE):
            raise AssetError(f"page_size is {page_size!r}: give a number of texels from {_MIN_PAGE} to {_MAX_PAGE}.")
        if max_pages < 1:
            raise AssetError(f"max_pages is {max_pages}: give at least 1.")
        self.page_size = page_size
        self.max_pages = max_pages
        self.strict = strict
        self._lock = Lock()
        self._packer = PagePacker(page_size, max_pages)
        self._pictures: list[Picture] = []
        self._loaded: dict[Path, Picture] = {}
        self._uploads: list[Upload] = []
        self._taken = 0
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

    def add(self, pixels: npt.NDArray[np.uint8], *, name: str | None = None) -> Picture:
        """Register a picture from uint8 pixels (h, w, 4) with straight alpha, or (h, w, 3), top row first.

        The pixels are copied. ``name`` is only a label for people. Raises AssetError for another dtype or shape;
        without room for it, raises when strict, otherwise logs and returns ``missing``.
        """
        label = name if name is not None else f"picture {len(self._pictures)}"
        _check_pixels(pixels, label)
        try:
            _check_side(pixels.shape[1], pixels.shape[0], label, self.max_side)
            texels = _texels(pixels)
            with self._lock:
                return self._pack(texels, label)
        except AssetError as error:
            return self._stand_in(error)

    def load(self, path: str | os.PathLike[str]) -> Picture:
        """Read a picture file (PNG, JPEG, WebP, BMP, GIF's first image, TGA, QOI); the same file is read only once.

        A file that is missing, broken, or larger than a page or than MAX_PIXELS raises AssetError when strict;
        otherwise it is logged once and ``missing`` is returned, this time and every time after.
        """
        key = Path(os.path.abspath(path))
        known = self._loaded.get(key)
        if known is not None:
            return known
        try:
            # Outside the lock: this is the slow part.
            texels = _texels(read_picture(key, os.fspath(path), self.max_side))
            with self._lock:
                if key not in self._loaded:  # else another thread was faster
                    self._loaded[key] = self._pack(texels, os.fspath(path))
        except AssetError as error:
            self._loaded.setdefault(key, self._stand_in(error))
        return self._loaded[key]

    def take_uploads(self) -> list[Upload]:
        """Everything added since the last call, oldest first; the context thread's side of the hand-over.

        A picture's upload is queued before its id is known to anybody, so taking uploads *after* acquiring a frame
        gets the texels of every picture in that frame.
        """
        uploads = self._uploads[self._taken :]  # a slice is atomic, and only one thread takes
        self._taken += len(uploads)
        return uploads

    def upload_again(self) -> None:
        """Let the next :meth:`take_uploads` return every picture there is, for a graphics context that was made anew.

        For the context thread. It is what the texels are kept in memory for, as many bytes as on the GPU.
        """
        self._taken = 0

    def _pack(self, texels: npt.NDArray[np.uint8], name: str) -> Picture:
        """Give ``texels`` (border included) a place and an id. The lock is held."""
        height, width = texels.shape[:2]
        place = self._packer.place(width, height)
        if place is None:
            raise AssetError(
                f"Picture {name!r} ({width - 2 * BORDER} x {height - 2 * BORDER} pixels) found no room: all "
                f"{self.max_pages} pages of {self.page_size} x {self.page_size} texels are full; "
                "use fewer or smaller pictures, or give Pictures a larger max_pages or page_size."
            )
        picture = Picture(len(self._pictures), width - 2 * BORDER, height - 2 * BORDER, name)
        self._uploads.append(Upload(place.page, place.x, place.y, texels))
        self._pictures.append(picture)
        self._publish(picture, place)
        return picture

    def _publish(self, picture: Picture, place: Place) -> None:
        """Write the picture's row, then swap in a new table: a reader has the old one or the new one, never a mix."""
        row, count = picture.id, picture.id + 1
        if count > len(self._page):
            # New arrays rather than resized ones: tables that were read before keep theirs.
            self._uv = np.concatenate([self._uv, np.zeros_like(self._uv)])
            self._page = np.concatenate([self._page, np.zeros_like(self._page)])
            self._size = np.concatenate([self._size, np.zeros_like(self._size)])
        u0, v0 = place.x + BORDER, place.y + BORDER
        self._uv[row] = u0 | v0 << 16, (u0 + picture.width) | (v0 + picture.height) << 16
        self._page[row] = place.page
        self._size[row] = picture.width, picture.height
        uv, page, size = self._uv[:count], self._page[:count], self._size[:count]
        for view in (uv, page, size):
            view.flags.writeable = False
        self._table = PictureTable(uv, page, size, self._table.version + 1)

    def _stand_in(self, error: AssetError) -> Picture:
        if self.strict:
            raise error
        log.error("%s The checker picture stands in for it.", error)
        return self.missing


def read_picture(path: Path, name: str | None = None, max_side: int | None = None) -> npt.NDArray[np.uint8]:
    """Decode a picture file into uint8 (h, w, 4) with straight alpha, without adding it anywhere. Any thread.

    Args:
        name: what messages call it; by default its path.
        max_side: the largest width or height it may have; by default only MAX_PIXELS counts.

    Raises:
        AssetError: in every way this can fail.
    """
    name = os.fspath(path) if name is None else name
    if not os.path.isfile(path):  # also keeps pipes and devices away, which could be read for ever
        raise AssetError(f"Picture {name!r} was not loaded: {why_no_file(path, 'picture')}")
    from PIL import Image  # 20 ms to import, and a game may well draw all its pictures itself

    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_many_pixels(name, path, f"{image.width} x {image.height}")
            if max_side is not None:
                _check_side(image.width, image.height, str(path), max_side)
            if image.mode.startswith("I"):  # 16-bit grey, which Pillow would clip instead of scaling
                wide = np.asarray(image, np.int64)
                return np.stack([np.clip(wide >> 8, 0, 255).astype(np.uint8)] * 3, axis=2)
            return np.asarray(image.convert("RGBA"))
    except AssetError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(name, path, "far too many") from error  # Pillow's own limit, met on opening
    except Exception as error:  # decoders meet broken files with nearly every exception there is
        raise AssetError(
            f"Picture {name!r} at {path} cannot be read: {error or type(error).__name__}; "
            f"save it again as one of {', '.join(FORMATS)}."
        ) from error


def _check_side(width: int, height: int, name: str, max_side: int) -> None:
    if max(width, height) > max_side:
        raise AssetError(
            f"Picture {name!r} is {width} x {height} pixels, and a page of {max_side + 2 * BORDER} texels takes at "
            f"most {max_side} x {max_side}; scale it down, cut it up, or give Pictures a larger page_size."
        )


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


def _too_many_pixels(name: str, path: Path, size: str) -> AssetError:
    return AssetError(
        f"Picture {name!r} at {path} was refused: it declares {size} pixels, and at most {MAX_PIXELS} in all are "
        "decoded; scale it down."
    )
