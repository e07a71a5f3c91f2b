"""Textures: array pages for pictures, and single ones for render targets and look-up tables."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.buffer import require_uploadable
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.resource import Kind, Resource

Filter = Literal["nearest", "linear"]

_FILTERS = {"nearest": c.NEAREST, "linear": c.LINEAR}


class _Format(NamedTuple):
    internal: int
    format: int
    type: int
    dtype: DTypeLike
    channels: int


_FORMATS = {
    "rgba8": _Format(c.RGBA8, c.RGBA, c.UNSIGNED_BYTE, np.uint8, 4),
    "rgba16f": _Format(c.RGBA16F, c.RGBA, c.HALF_FLOAT, np.float16, 4),
    "r8": _Format(c.R8, c.RED, c.UNSIGNED_BYTE, np.uint8, 1),
    "depth24": _Format(c.DEPTH_COMPONENT24, c.DEPTH_COMPONENT, c.UNSIGNED_INT, np.uint32, 1),
}
TextureFormat = Literal["rgba8", "rgba16f", "r8", "depth24"]


class Texture(Resource):
    """What both kinds share: one OpenGL texture, and how it is bound and sampled."""

    target: ClassVar[int]
    _id: int
    _format: _Format

    def __init__(self, device: Device, width: int, height: int, filter: Filter, label: str) -> None:
        limit = device.capabilities.max_texture_size
        if not (0 < width <= limit and 0 < height <= limit):
            raise GLError(
                f"texture {label!r} cannot be {width} x {height}: each side must be 1 to {limit} texels on this driver"
            )
        if filter not in _FILTERS:
            raise GLError(f"texture {label!r} has no filter {filter!r}; use 'nearest' or 'linear'")
        super().__init__(device, label)
        self.width, self.height = width, height
        self._filter: Filter = filter
        self._kept: NDArray[Any] | None = None  # (layers, height, width, channels), on a recoverable device

    @property
    def id(self) -> int:
        """The OpenGL name."""
        self.require_alive()
        return self._id

    @property
    def filter(self) -> Filter:
        """``nearest`` (crisp pixels) or ``linear`` (smooth)."""
        return self._filter

    @filter.setter
    def filter(self, filter: Filter) -> None:
        if filter not in _FILTERS:
            raise GLError(f"{self._handles} has no filter {filter!r}; use 'nearest' or 'linear'")
        self._filter = filter
        self.device.state.edit_texture(self.target, self.id)
        self._set_sampling()

    def bind(self, unit: int) -> None:
        """Bind to texture unit ``unit`` (0, 1, ...)."""
        self.device.state.bind_texture(unit, self.target, self.id)

    def _generate(self) -> int:
        """A new texture with this one's sampling, bound for editing."""
        texture = self._own(Kind.TEXTURE, self.device.gl.glGenTextures(1)[0])
        self.device.state.edit_texture(self.target, texture)
        self._set_sampling()
        return texture

    def _set_sampling(self) -> None:
        parameter = self.device.gl.glTexParameteri
        for name in (c.TEXTURE_MIN_FILTER, c.TEXTURE_MAG_FILTER):
            parameter(self.target, name, _FILTERS[self._filter])
        for name in (c.TEXTURE_WRAP_S, c.TEXTURE_WRAP_T):
            parameter(self.target, name, c.CLAMP_TO_EDGE)
        parameter(self.target, c.TEXTURE_MAX_LEVEL, 0)  # without mipmaps a texture is otherwise incomplete

    @property
    def format_of_pixels(self) -> tuple[np.dtype[Any], int]:
        """The dtype and the number of channels of pixels for it."""
        return np.dtype(self._format.dtype), self._format.channels

    def check_pixels(self, layer: int, x: int, y: int, pixels: NDArray[Any]) -> None:
        """Raise :class:`~ecs_engine.core.errors.GLError` unless ``pixels`` fit ``layer`` at (x, y). Any thread."""
        self.require_alive()
        dtype, channels = self._format.dtype, self._format.channels
        require_uploadable(str(self._handles), pixels, dtype)
        if pixels.ndim != 3 or pixels.shape[2] != channels:
            raise GLError(f"{self._handles} takes pixels of shape (height, width, {channels}), not {pixels.shape}")
        height, width = pixels.shape[:2]
        if x < 0 or y < 0 or x + width > self.width or y + height > self.height:
            raise GLError(
                f"{self._handles} is {self.width} x {self.height}, so {width} x {height} pixels at ({x}, {y}) reach "
                "outside; use a larger texture"
            )
        self._require_layer(layer)

    def has_layer(self, layer: int) -> bool:
        """Whether there is a layer of that number. Any thread."""
        return layer == 0

    def _require_layer(self, layer: int) -> None:
        if not self.has_layer(layer):
            raise GLError(f"{self._handles} has one layer, 0, and not {layer}; use a TextureArray")

    def upload_from(self, layer: int, x: int, y: int, width: int, height: int, data: int) -> None:
        """Copy texels that were checked, in rows without gaps, from the address ``data``.

        With a pixel-unpack buffer bound, ``data`` is the offset in it. For uploaders; others call ``upload``.
        """
        gl, texel_bytes = self.device.gl, self._format.channels * np.dtype(self._format.dtype).itemsize
        self.device.state.edit_texture(self.target, self._id)
        tight = width * texel_bytes % 4 != 0
        if tight:
            gl.glPixelStorei(c.UNPACK_ALIGNMENT, 1)
        try:
            self._sub_image(layer, x, y, width, height, data)
        finally:
            if tight:
                gl.glPixelStorei(c.UNPACK_ALIGNMENT, 4)
        self.device.stats.uploads_bytes += width * height * texel_bytes

    def keep(self, layer: int, x: int, y: int, pixels: NDArray[Any]) -> None:
        """Remember, on a recoverable device, that ``pixels`` were copied to (x, y). For uploaders, as above."""
        if not self.device.recoverable:
            return
        if self._kept is None:
            self._kept = np.zeros((1, self.height, self.width, self._format.channels), self._format.dtype)
        if layer >= len(self._kept):
            grown = np.zeros((layer + 1, *self._kept.shape[1:]), self._kept.dtype)
            grown[: len(self._kept)] = self._kept
            self._kept = grown
        height, width = pixels.shape[:2]
        self._kept[layer, y : y + height, x : x + width] = pixels

    def _restore(self) -> None:
        if self._kept is not None:
            for layer, pixels in enumerate(self._kept):
                self.upload_from(layer, 0, 0, self.width, self.height, pixels.ctypes.data)

    def _sub_image(self, layer: int, x: int, y: int, width: int, height: int, data: int) -> None:
        raise NotImplementedError


class TextureArray(Texture):
    """Pages of one size, RGBA8, picked in the shader by number (``sampler2DArray``). Starts transparent.

    Context thread only. Raises :class:`~ecs_engine.core.errors.GLError` when the driver's limits
    (``max_texture_size``, ``max_array_texture_layers``) are passed.
    """

    target: ClassVar[int] = c.TEXTURE_2D_ARRAY

    def __init__(
        self, device: Device, width: int, height: int, layers: int, *, filter: Filter = "nearest", label: str = ""
    ) -> None:
        _require_layers(device, layers, label)
        super().__init__(device, width, height, filter, label)
        self._format = _FORMATS["rgba8"]
        self.layers = layers
        self._create()
        self._name_objects()

    def _create(self) -> None:
        self._id = self._allocate(self.layers)
        self._clear(0, self.layers)

    def upload(self, layer: int, x: int, y: int, pixels: NDArray[np.uint8]) -> None:
        """Copy ``pixels``, (height, width, 4) uint8 in C order, to ``layer`` with their first pixel at (x, y).

        Row 0 of the pixels is row ``y`` of the texture. OpenGL has read them on return. Raises
        :class:`~ecs_engine.core.errors.GLError`, and changes nothing, for pixels that do not fit.
        """
        self.check_pixels(layer, x, y, pixels)
        height, width = pixels.shape[:2]
        if width and height:
            self.upload_from(layer, x, y, width, height, pixels.ctypes.data)
            self.keep(layer, x, y, pixels)

    def resize(self, layers: int) -> None:
        """Change the number of layers; those that remain keep their pixels, new ones are transparent.

        The texture gets a new OpenGL name: read ``id`` again.
        """
        self.require_alive()
        _require_layers(self.device, layers, self.label)
        if layers == self.layers:
            return
        old, kept = self._id, min(layers, self.layers)
        fresh = self._allocate(layers)
        self._copy(old, fresh, kept)
        self._id, self.layers = fresh, layers
        if self._kept is not None:
            self._kept = self._kept[:layers].copy()
        self._clear(kept, layers)
        self._disown(Kind.TEXTURE, old)
        self._name_objects()

    def has_layer(self, layer: int) -> bool:
        return 0 <= layer < self.layers

    def _require_layer(self, layer: int) -> None:
        if not self.has_layer(layer):
            raise GLError(f"{self._handles} has layers 0 to {self.layers - 1}, not {layer}; call resize first")

    def _sub_image(self, layer: int, x: int, y: int, width: int, height: int, data: int) -> None:
        self.device.gl.glTexSubImage3D(self.target, 0, x, y, layer, width, height, 1, c.RGBA, c.UNSIGNED_BYTE, data)

    def _allocate(self, layers: int) -> int:
        texture = self._generate()
        self.device.gl.glTexImage3D(
            self.target, 0, c.RGBA8, self.width, self.height, layers, 0, c.RGBA, c.UNSIGNED_BYTE, 0
        )
        self.device.check_memory(self.label, self.width * self.height * layers * 4)
        return texture

    def _clear(self, first: int, stop: int) -> None:
        """Make layers transparent: OpenGL leaves new memory as it was."""
        with _Attachments(self.device) as attachments:
            for layer in range(first, stop):
                attachments.draw_to(self._id, layer)
                self.device.state.clear((0.0, 0.0, 0.0, 0.0))

    def _copy(self, source: int, target: int, layers: int) -> None:
        width, height = self.width, self.height
        with _Attachments(self.device) as attachments:
            for layer in range(layers):
                attachments.read_from(source, layer)
                attachments.draw_to(target, layer)
                self.device.gl.glBlitFramebuffer(
                    0, 0, width, height, 0, 0, width, height, c.COLOR_BUFFER_BIT, c.NEAREST
                )


class Texture2D(Texture):
    """A single picture: a render target, or a table. Its pixels are undefined until written.

    Context thread only. ``pixels``: (height, width, 4) uint8 for ``rgba8``, float16 for ``rgba16f``,
    (height, width, 1) uint8 for ``r8``.
    """

    target: ClassVar[int] = c.TEXTURE_2D

    def __init__(
        self,
        device: Device,
        width: int,
        height: int,
        *,
        format: TextureFormat = "rgba8",
        filter: Filter = "nearest",
        pixels: NDArray[Any] | None = None,
        label: str = "",
    ) -> None:
        if format not in _FORMATS:
            raise GLError(f"texture {label!r} has no format {format!r}; use one of {', '.join(_FORMATS)}")
        super().__init__(device, width, height, filter, label)
        self.format = format
        self._format = _FORMATS[format]
        self._create()
        self._name_objects()
        if pixels is not None:
            self.upload(0, 0, pixels)

    def _create(self) -> None:
        kind = self._format
        self._id = self._generate()
        self.device.gl.glTexImage2D(
            self.target, 0, kind.internal, self.width, self.height, 0, kind.format, kind.type, 0
        )
        self.device.check_memory(self.label, self.width * self.height * 4)

    def upload(self, x: int, y: int, pixels: NDArray[Any]) -> None:
        """Copy ``pixels`` with their first pixel at (x, y); row 0 of the pixels is row ``y`` of the texture."""
        self.check_pixels(0, x, y, pixels)
        height, width = pixels.shape[:2]
        if width and height:
            self.upload_from(0, x, y, width, height, pixels.ctypes.data)
            self.keep(0, x, y, pixels)

    def _sub_image(self, layer: int, x: int, y: int, width: int, height: int, data: int) -> None:
        kind = self._format
        self.device.gl.glTexSubImage2D(self.target, 0, x, y, width, height, kind.format, kind.type, data)


class _Attachments:
    """Two framebuffers for the length of a copy; afterwards everything is bound as it was."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def __enter__(self) -> _Attachments:
        state = self._device.state
        self._before = max(state.framebuffer, 0)
        self._read, self._draw = self._device.gl.glGenFramebuffers(2)
        state.bind_framebuffer(self._read, c.READ_FRAMEBUFFER)
        state.bind_framebuffer(self._draw, c.DRAW_FRAMEBUFFER)
        state.scissor(None)  # it would cut clears and copies
        return self

    def read_from(self, texture: int, layer: int) -> None:
        self._device.gl.glFramebufferTextureLayer(c.READ_FRAMEBUFFER, c.COLOR_ATTACHMENT0, texture, 0, layer)

    def draw_to(self, texture: int, layer: int) -> None:
        self._device.gl.glFramebufferTextureLayer(c.DRAW_FRAMEBUFFER, c.COLOR_ATTACHMENT0, texture, 0, layer)

    def __exit__(self, *_: object) -> None:
        self._device.state.bind_framebuffer(self._before)
        self._device.delete_names([(Kind.FRAMEBUFFER, self._read), (Kind.FRAMEBUFFER, self._draw)])


def _require_layers(device: Device, layers: int, label: str) -> None:
    limit = device.capabilities.max_array_texture_layers
    if not 0 < layers <= limit:
        raise GLError(
            f"texture array {label!r} cannot have {layers} layers: this driver takes 1 to {limit}; use larger pages or "
            "a second texture array"
        )
