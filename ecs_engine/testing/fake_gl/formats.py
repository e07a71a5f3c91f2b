"""Texel formats, and the client formats and types that pixels are passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.faults import invalid_enum, invalid_operation

Floats = npt.NDArray[np.float64]
Kind = Literal["norm", "float", "int", "depth", "depth_stencil"]

DEPTH_STENCIL = 0x84F9
UNSIGNED_INT_24_8 = 0x84FA


@dataclass(frozen=True, slots=True)
class TexelFormat:
    """An internal format: how many channels, and how they are stored here."""

    channels: int
    dtype: np.dtype[Any]
    kind: Kind
    renderable: bool = True
    for_buffers: bool = False
    srgb: bool = False

    @property
    def texel_size(self) -> int:
        """Bytes of one texel in a buffer texture."""
        return self.channels * self.dtype.itemsize

    def zeros(self, width: int, height: int, depth: int) -> npt.NDArray[Any]:
        """(depth, height, width, channels) of zeros."""
        return np.zeros((depth, height, width, self.channels), self.dtype)


def _format(channels: int, dtype: str, kind: Kind, **more: bool) -> TexelFormat:
    return TexelFormat(channels, np.dtype(dtype), kind, **more)


def _family(kind: Kind, dtype: str, red: int, rg: int, rgba: int) -> dict[int, TexelFormat]:
    """The one-, two- and four-channel formats of one storage; all of these serve buffer textures too."""
    return {name: _format(channels, dtype, kind, for_buffers=True) for name, channels in ((red, 1), (rg, 2), (rgba, 4))}


FORMATS: dict[int, TexelFormat] = {
    **_family("norm", "u1", enums.R8, enums.RG8, enums.RGBA8),
    **_family("norm", "u2", 0x822A, 0x822C, 0x805B),  # R16 RG16 RGBA16
    **_family("float", "f2", enums.R16F, enums.RG16F, enums.RGBA16F),
    **_family("float", "f4", enums.R32F, enums.RG32F, enums.RGBA32F),
    **_family("int", "u1", enums.R8UI, 0x8238, 0x8D7C),  # RG8UI RGBA8UI
    **_family("int", "u2", enums.R16UI, 0x823A, 0x8D76),  # RG16UI RGBA16UI
    **_family("int", "u4", enums.R32UI, enums.RG32UI, enums.RGBA32UI),
    **_family("int", "i1", 0x8231, 0x8237, 0x8D8E),  # R8I RG8I RGBA8I
    **_family("int", "i2", 0x8233, 0x8239, 0x8D88),  # R16I RG16I RGBA16I
    **_family("int", "i4", enums.R32I, enums.RG32I, enums.RGBA32I),
    enums.SRGB8_ALPHA8: _format(4, "u1", "norm", srgb=True),
    0x8051: _format(3, "u1", "norm"),  # RGB8
    0x8C41: _format(3, "u1", "norm", srgb=True, renderable=False),  # SRGB8
    0x8815: _format(3, "f4", "float", for_buffers=True),  # RGB32F
    enums.RED: _format(1, "u1", "norm"),
    enums.RG: _format(2, "u1", "norm"),
    enums.RGB: _format(3, "u1", "norm"),
    enums.RGBA: _format(4, "u1", "norm"),
    enums.DEPTH_COMPONENT: _format(1, "f4", "depth"),
    enums.DEPTH_COMPONENT24: _format(1, "f4", "depth"),
    0x81A5: _format(1, "f4", "depth"),  # DEPTH_COMPONENT16
    0x8CAC: _format(1, "f4", "depth"),  # DEPTH_COMPONENT32F
    DEPTH_STENCIL: _format(1, "f4", "depth_stencil"),
    enums.DEPTH24_STENCIL8: _format(1, "f4", "depth_stencil"),
}

# client format -> (components, is integer); which order BGR(A) has is told by REVERSED
CLIENT_FORMATS: dict[int, tuple[int, bool]] = {
    enums.RED: (1, False), enums.RG: (2, False), enums.RGB: (3, False), enums.RGBA: (4, False),
    0x80E0: (3, False), 0x80E1: (4, False),  # BGR BGRA
    enums.RED_INTEGER: (1, True), enums.RG_INTEGER: (2, True), 0x8D98: (3, True), enums.RGBA_INTEGER: (4, True),
    enums.DEPTH_COMPONENT: (1, False), DEPTH_STENCIL: (1, False),
}  # fmt: skip
REVERSED = frozenset({0x80E0, 0x80E1})
DEPTH_FORMATS = frozenset({enums.DEPTH_COMPONENT, DEPTH_STENCIL})

CLIENT_TYPES: dict[int, np.dtype[Any]] = {
    enums.UNSIGNED_BYTE: np.dtype("u1"), enums.BYTE: np.dtype("i1"),
    enums.UNSIGNED_SHORT: np.dtype("u2"), enums.SHORT: np.dtype("i2"),
    enums.UNSIGNED_INT: np.dtype("u4"), enums.INT: np.dtype("i4"),
    enums.HALF_FLOAT: np.dtype("f2"), enums.FLOAT: np.dtype("f4"),
    UNSIGNED_INT_24_8: np.dtype("u4"),
}  # fmt: skip


def check_client(format: int, type: int) -> None:
    """The rules that bind the client's format and type to each other."""
    if format not in CLIENT_FORMATS:
        raise invalid_enum(f"format {format:#x} is not a pixel format")
    if type not in CLIENT_TYPES:
        raise invalid_enum(f"type {type:#x} is not a pixel type")
    if (type == UNSIGNED_INT_24_8) != (format == DEPTH_STENCIL):
        raise invalid_operation("GL_DEPTH_STENCIL goes with GL_UNSIGNED_INT_24_8 and with nothing else")
    if CLIENT_FORMATS[format][1] and CLIENT_TYPES[type].kind == "f":
        raise invalid_enum(f"integer format {format:#x} cannot be passed as floats; use an integer type")


def check_match(texels: TexelFormat, format: int, *, reading: bool = False) -> None:
    """The rules that bind the client's format to the texels it is converted to or from."""
    is_integer = CLIENT_FORMATS[format][1]
    if (format in DEPTH_FORMATS) != (texels.kind in ("depth", "depth_stencil")):
        raise invalid_operation("depth texels are passed with a depth format, colour texels with a colour format")
    if format == DEPTH_STENCIL and texels.kind != "depth_stencil":
        raise invalid_operation("GL_DEPTH_STENCIL needs a texture with both depth and stencil")
    if is_integer != (texels.kind == "int"):
        direction = "read" if reading else "filled"
        raise invalid_operation(
            f"integer texels are {direction} with a GL_*_INTEGER format, and other texels with one that is not"
        )


def to_texels(client: npt.NDArray[Any], format: int, type: int, texels: TexelFormat) -> npt.NDArray[Any]:
    """Convert (d, h, w, components) as the client passed it to (d, h, w, channels) as it is stored."""
    if format in REVERSED:
        client = client[..., [2, 1, 0, 3][: client.shape[-1]]]
    as_is = texels.kind == "int" or (texels.kind == "norm" and client.dtype == texels.dtype)
    values = client if as_is else to_floats(client, type)
    full = np.zeros((*client.shape[:3], 4), values.dtype)
    if client.shape[-1] < 4:
        full[..., 3] = 1 if texels.kind == "int" or values.dtype.kind == "f" else np.iinfo(values.dtype).max
    full[..., : client.shape[-1]] = values
    return from_values(full[..., : texels.channels], texels)


def to_floats(client: npt.NDArray[Any], type: int) -> Floats:
    """Client values as floats; integers are normalised to 0..1 or -1..1."""
    if type == UNSIGNED_INT_24_8:
        return np.asarray((client >> 8) / float((1 << 24) - 1), np.float64)
    if client.dtype.kind == "f":
        return client.astype(np.float64)
    return np.asarray(np.maximum(client / float(np.iinfo(client.dtype).max), -1.0), np.float64)


def from_values(values: npt.NDArray[Any], texels: TexelFormat) -> npt.NDArray[Any]:
    """Values (floats, or already of the stored dtype) as stored texels."""
    if values.dtype == texels.dtype:
        return values
    if texels.kind == "norm":
        top = np.iinfo(texels.dtype).max
        values = np.rint(np.clip(np.nan_to_num(values), 0.0, 1.0) * top)
    elif texels.kind in ("depth", "depth_stencil"):
        values = np.clip(values, 0.0, 1.0)
    return values.astype(texels.dtype)


def to_client(data: npt.NDArray[Any], texels: TexelFormat, format: int, type: int) -> npt.NDArray[Any]:
    """Convert (d, h, w, channels) as stored to (d, h, w, components) as the client asked for."""
    components = CLIENT_FORMATS[format][0]
    dtype = CLIENT_TYPES[type]
    same = texels.kind in ("norm", "int") and data.dtype == dtype
    values = data if same or texels.kind == "int" else _as_floats(data, texels)
    full = np.zeros((*data.shape[:3], 4), values.dtype)
    if data.shape[-1] < 4:
        full[..., 3] = 1 if texels.kind == "int" or values.dtype.kind == "f" else np.iinfo(values.dtype).max
    full[..., : data.shape[-1]] = values
    picked = full[..., [2, 1, 0, 3][:components]] if format in REVERSED else full[..., :components]
    if type == UNSIGNED_INT_24_8:
        return np.asarray(np.rint(picked * ((1 << 24) - 1)).astype(np.uint32) << 8, dtype)
    if picked.dtype == dtype or texels.kind == "int" or dtype.kind == "f":
        return picked.astype(dtype)
    low = -1.0 if dtype.kind == "i" else 0.0
    return np.asarray(np.rint(np.clip(picked, low, 1.0) * np.iinfo(dtype).max), dtype)


def _as_floats(data: npt.NDArray[Any], texels: TexelFormat) -> Floats:
    scale = float(np.iinfo(texels.dtype).max) if texels.kind == "norm" else 1.0
    return data.astype(np.float64) / scale


def to_srgb(light: Floats) -> Floats:
    """Linear 0..1 to sRGB 0..1 (IEC 61966-2-1)."""
    linear = np.clip(light, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.power(linear, 1 / 2.4) - 0.055)


def from_srgb(colour: Floats) -> Floats:
    """sRGB 0..1 to linear 0..1."""
    return np.where(colour <= 0.04045, colour / 12.92, np.power((colour + 0.055) / 1.055, 2.4))
