"""The sort key of a drawn row: 16 bits, so that a radix sort orders a hundred thousand rows in under a millisecond.

======  ==========  ===========================================================================
bits    name        why it is there
======  ==========  ===========================================================================
6-15    layer       correctness: higher layers are drawn over lower ones; stored plus 512
3-5     shader      merging: rows of one layer that share all of the lower bits share a draw
1-2     blend       merging
0       texture     merging: the texture set
======  ==========  ===========================================================================

Rows with equal keys keep the order of their row ids.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

Array = np.ndarray[Any, Any]
Key = TypeVar("Key", int, Array)
"""One key, or an array of them."""

LAYER_SHIFT = 6
LOWEST_LAYER, HIGHEST_LAYER = -512, 511
FIRST_UI_LAYER = 448
"""In a world with a UI the layers from here on are its own: cameras do not show them, and its view shows no others."""
STATE_MASK = (1 << LAYER_SHIFT) - 1
"""The bits that are state: a draw ends where they change."""
SHADER_SHIFT, BLEND_SHIFT = 3, 1
END_KEY = 1 << 16
"""Above the keys of all rows."""


def pack_keys(layer: Array, blend: Array, shader: int, texture_set: Array | int, out: Array) -> None:
    """Write the keys of rows into ``out`` uint16: ``layer`` int16 and ``blend`` uint8 are clipped to their ranges."""
    signed = out.view(np.int16)
    np.maximum(layer, np.int16(LOWEST_LAYER), out=signed)
    np.minimum(signed, np.int16(HIGHEST_LAYER), out=signed)
    signed -= np.int16(LOWEST_LAYER)
    out <<= LAYER_SHIFT
    out |= (np.minimum(blend, 3) << BLEND_SHIFT).astype(np.uint16)
    out |= np.asarray((shader << SHADER_SHIFT) | texture_set, np.uint16)


def first_key(layer: int) -> int:
    """The lowest key of a layer; of one past the highest, ``END_KEY``."""
    return (min(max(layer, LOWEST_LAYER), HIGHEST_LAYER + 1) - LOWEST_LAYER) << LAYER_SHIFT


def blend_of(key: Key) -> Key:
    return key >> BLEND_SHIFT & 3


def shader_of(key: Key) -> Key:
    return key >> SHADER_SHIFT & 7


def texture_set_of(key: Key) -> Key:
    return key & 1
