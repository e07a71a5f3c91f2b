"""The pictures' pages as one texture array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import Device, TextureArray
from ecs_engine.gpu.texture import Filter


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
    """A texture array that follows a page source. The number of layers doubles when a page is added.

    Raises:
        GLError: the driver's textures are smaller than a page, or it has fewer layers than there are pages.
    """

    def __init__(self, device: Device, source: PageSource, filter: Filter) -> None:
        self._source = source
        self._most_layers = device.capabilities.max_array_texture_layers
        size = source.page_size
        limit = device.capabilities.max_texture_size
        if size > limit:
            raise GLError(
                f"Pages of {size} x {size} texels are too large for this driver, whose textures end at {limit}: give "
                f"page_size={limit} or less."
            )
        self.texture = TextureArray(device, size, size, 1, filter=filter, label="pictures")

    def update(self) -> None:
        """Upload what was added since the last call."""
        uploads = self._source.take_uploads()
        if not uploads:
            return
        needed = self._source.page_count
        if needed > self.texture.layers:
            if needed > self._most_layers:
                raise GLError(
                    f"The pictures fill {needed} pages and this driver has room for {self._most_layers}: use fewer or "
                    "smaller pictures, or a larger page_size."
                )
            self.texture.resize(min(max(needed, 2 * self.texture.layers), self._most_layers))
        for upload in uploads:
            self.texture.upload(upload.page, upload.x, upload.y, upload.pixels)

    def delete(self) -> None:
        self.texture.delete()
