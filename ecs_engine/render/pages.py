"""The pictures' pages as one texture array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ecs_engine.gpu import Device, TextureArray


class PageUpload(Protocol):
    """A rectangle of texels for one page: (h, w, 4) uint8, rows top first, alpha multiplied in."""

    @property
    def page(self) -> int: ...
    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...
    @property
    def pixels(self) -> np.ndarray[Any, Any]: ...


class PageSource(Protocol):
    """Where pages come from: ``ecs_engine.pictures.Pictures``."""

    page_size: int

    @property
    def page_count(self) -> int: ...
    def take_uploads(self) -> Sequence[PageUpload]: ...


class PictureArray:
    """A texture array that follows a page source. The number of layers doubles when a page is added."""

    def __init__(self, device: Device, source: PageSource, filter: str) -> None:
        self._source = source
        size = source.page_size
        self.texture = TextureArray(device, size, size, 1, filter=filter, label="pictures")

    def update(self) -> None:
        """Upload what was added since the last call."""
        uploads = self._source.take_uploads()
        if not uploads:
            return
        needed = self._source.page_count
        if needed > self.texture.layers:
            self.texture.resize(max(needed, 2 * self.texture.layers))
        for upload in uploads:
            self.texture.upload(upload.page, upload.x, upload.y, upload.pixels)

    def delete(self) -> None:
        self.texture.delete()
