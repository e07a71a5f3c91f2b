"""Picture files become pixels; whatever is wrong with one becomes an AssetError."""

from __future__ import annotations

import io
import os
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import AssetError
from ecs_engine.files import FileName, GameFiles

MAX_PIXELS = 64 * 1024 * 1024
"""Largest width x height that is decoded; a file that declares more is refused before it is unpacked."""

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TGA", "QOI")
"""What is read. Pillow knows more, but some (EPS) start other programs on the file, and games need none."""


def read_picture(
    files: GameFiles, name: FileName, check_size: Callable[[int, int, str], None] | None = None
) -> npt.NDArray[np.uint8]:
    """The pixels of a picture file: uint8 (h, w, 4) with straight alpha, or (h, w, 3), top row first.

    Args:
        check_size: called with width, height and words for the picture before it is unpacked; raises to refuse it.

    Any thread.

    Raises:
        AssetError: it is missing, broken, of another format, or too large.
    """
    data = files.read(name, "Picture")
    name, place = os.fspath(name), files.find(name)
    from PIL import Image, UnidentifiedImageError  # 20 ms to import, and a game may well draw all its pictures itself

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise _too_many_pixels(name, place, f"{image.width} x {image.height}")
            if check_size is not None:
                check_size(image.width, image.height, f"{name!r} at {place}")
            if image.mode.startswith("I"):  # 16-bit grey, which Pillow would clip instead of scaling
                wide = np.asarray(image, np.int64)
                return np.stack([np.clip(wide >> 8, 0, 255).astype(np.uint8)] * 3, axis=2)
            return np.asarray(image.convert("RGBA"))
    except AssetError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(name, place, "far too many") from error  # Pillow's own limit, met on opening
    except Exception as error:  # decoders meet broken files with nearly every exception there is
        unknown = isinstance(error, UnidentifiedImageError)
        reason = "it is of no format that is read here" if unknown else str(error) or type(error).__name__
        raise AssetError(
            f"Picture {name!r} at {place} cannot be read: {reason}; save it again as one of {', '.join(FORMATS)}."
        ) from error


def _too_many_pixels(name: str, place: object, size: str) -> AssetError:
    return AssetError(
        f"Picture {name!r} at {place} was refused: it declares {size} pixels, and at most {MAX_PIXELS} in all are "
        "decoded; scale it down."
    )
