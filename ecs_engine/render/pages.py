"""The pictures' pages as one texture array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import Device, TextureArray, TextureUploader
from ecs_engine.gpu.texture import Filter

AT_ONCE = 1 << 18
"""Bytes of a picture that is uploaded whole: spreading it would cost more than it saves."""


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
    def upload_again(self) -> None: ...


class PictureArray:
    """A texture array that follows a page source. The number of layers doubles when a page is added.

    Raises:
        GLError: the driver's textures are smaller than a page, or it has fewer layers than there are pages.
    """

    def __init__(self, device: Device, source: PageSource, filter: Filter, *, label: str = "pictures") -> None:
        self._source = source
        self._most_layers = device.capabilities.max_array_texture_layers
        size = source.page_size
        limit = device.capabilities.max_texture_size
        if size > limit:
            raise GLError(
                f"Pages of {size} x {size} texels are too large for this driver, whose textures end at {limit}: give "
                f"page_size={limit} or less."
            )
        self._device = device
        self._uploader: TextureUploader | None = None
        self.texture = TextureArray(device, size, size, 1, filter=filter, label=label)

    def update(self, spread: bool) -> None:
        """Upload what was added since the last call.

        Args:
            spread: large pictures may take several frames (they are transparent until then), so that none is late.
        """
        uploads = self._source.take_uploads()
        if uploads:
            self._make_room()
        for upload in uploads:
            if spread and upload.pixels.nbytes > AT_ONCE:
                if self._uploader is None:
                    self._uploader = TextureUploader(self._device, label=self.texture.label)
                self._uploader.submit(self.texture, upload.page, upload.x, upload.y, upload.pixels)
            else:
                self.texture.upload(upload.page, upload.x, upload.y, upload.pixels)
        if self._uploader is not None:
            if spread:
                self._uploader.pump()
            else:
                self._uploader.drain()

    def restore(self) -> None:
        """The context was made anew: upload every picture again, at once."""
        if self._uploader is not None:
            self._uploader.delete()  # what was on its way there comes with the others
            self._uploader = None
        self._source.upload_again()
        self.update(spread=False)

    def _make_room(self) -> None:
        needed = self._source.page_count
        if needed > self.texture.layers:
            if needed > self._most_layers:
                raise GLError(
                    f"The pictures fill {needed} pages and this driver has room for {self._most_layers}: use fewer or "
                    "smaller pictures, or a larger page_size."
                )
            self.texture.resize(min(max(needed, 2 * self.texture.layers), self._most_layers))

    def delete(self) -> None:
        if self._uploader is not None:
            self._uploader.delete()
        self.texture.delete()
