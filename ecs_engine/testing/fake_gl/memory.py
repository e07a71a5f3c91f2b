"""Reading and writing client memory at plain addresses."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import invalid_operation
from ecs_engine.testing.fake_gl.formats import CLIENT_FORMATS, CLIENT_TYPES
from ecs_engine.testing.fake_gl.objects import Bytes

# glPixelStorei names: (row length, image height, skip rows, skip pixels, skip images, alignment)
UNPACK = (enums.UNPACK_ROW_LENGTH, 0x806E, 0x0CF3, 0x0CF4, 0x806D, enums.UNPACK_ALIGNMENT)
PACK = (0x0D02, 0x806C, 0x0D03, 0x0D04, 0x806B, enums.PACK_ALIGNMENT)


def bytes_at(address: int, size: int) -> Bytes:
    """(size,) uint8 over the memory at ``address``; nothing is copied."""
    return np.frombuffer(memoryview((ctypes.c_uint8 * size).from_address(address)), np.uint8)


def pixels_at(
    gl: Context, size: tuple[int, int, int], format: int, type: int, data: int, *, unpack: bool
) -> npt.NDArray[Any]:
    """A writable (depth, height, width, components, item bytes) uint8 view of the client's pixels.

    ``data`` is an address, or an offset into the bound pixel buffer. Row length, alignment and skips are honoured.
    """
    width, height, depth = size
    length, image_height, skip_rows, skip_pixels, skip_images, align = (
        gl.pixel_store.get(name, 0) for name in (UNPACK if unpack else PACK)
    )
    components = CLIENT_FORMATS[format][0]
    item = CLIENT_TYPES[type].itemsize
    alignment = align or 4
    row = -(-(length or width) * components * item // alignment) * alignment
    image = row * (image_height or height)
    start = skip_images * image + skip_rows * row + skip_pixels * components * item
    needed = start + (depth - 1) * image + (height - 1) * row + width * components * item
    memory = _pixel_memory(gl, data, needed, item, unpack=unpack)
    shape = (depth, height, width, components, item)
    return np.lib.stride_tricks.as_strided(memory[start:], shape, (image, row, components * item, item, 1))


def _pixel_memory(gl: Context, data: int, needed: int, item: int, *, unpack: bool) -> Bytes:
    target = enums.PIXEL_UNPACK_BUFFER if unpack else enums.PIXEL_PACK_BUFFER
    buffer = gl.buffer_bindings.get(target)
    if buffer is None:
        return bytes_at(data, needed)
    if buffer.mapping is not None and buffer.mapping.blocks_use:
        raise invalid_operation(f"pixel buffer {buffer.name} is mapped; unmap it first")
    if data % item:
        raise invalid_operation(f"offset {data} into pixel buffer {buffer.name} is not a multiple of {item} bytes")
    if data + needed > buffer.size:
        raise invalid_operation(
            f"{needed} bytes at offset {data} do not fit pixel buffer {buffer.name} of {buffer.size} bytes"
        )
    if not unpack:
        buffer.written = True
        gl.in_flight.wait_for(buffer, data, data + needed)
    elif gl.fence_latency and gl.strict:
        gl.in_flight.add(buffer, data, data + needed, gl.frame.index)
    return buffer.store[data : data + needed]


def read_pixels(gl: Context, size: tuple[int, int, int], format: int, type: int, data: int) -> npt.NDArray[Any]:
    """(depth, height, width, components) of the client's type, copied from the client."""
    view = pixels_at(gl, size, format, type, data, unpack=True)
    return np.ascontiguousarray(view).view(CLIENT_TYPES[type])[..., 0]


def write_pixels(view: npt.NDArray[Any], values: npt.NDArray[Any]) -> None:
    """Write (depth, height, width, components) values into a view from :func:`pixels_at`."""
    whole = np.ascontiguousarray(values)
    view[...] = whole.view(np.uint8).reshape(view.shape)
