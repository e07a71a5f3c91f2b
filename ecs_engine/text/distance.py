"""Signed distance fields: how far each texel is from the edge of a shape.

A shape drawn from its distances stays sharp at any size, and can be grown by an outline or blurred into a shadow
(Green, "Improved Alpha-Tested Magnification for Vector Textures and Special Effects", 2007).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = np.ndarray[Any, Any]


def distance_field(
    inside: npt.NDArray[np.bool_], step: int, spread: int, *, square: bool = False
) -> npt.NDArray[np.uint8]:
    """The signed distances of a shape, (h, w) uint8: 127.5 at its edge, 255 at ``spread`` texels inside, 0 as far out.

    Args:
        inside: (h * step, w * step), the shape at ``step`` (an odd number of) pixels a texel.
        spread: the farthest distance told apart, in texels.
        square: measure along the longer axis instead of as the crow flies, so that right-angled corners stay so.
    """
    reach = spread * step
    signed: npt.NDArray[np.float32] = _nearest(~inside, step, reach, square)
    signed -= _nearest(inside, step, reach, square)
    # Distances are between middles of pixels, and the edge lies between them; one of the two is always 0.
    signed -= np.copysign(np.float32(0.5), signed)
    signed *= 127.5 / reach
    signed += 127.5
    return np.rint(np.clip(signed, 0, 255, out=signed)).astype(np.uint8)


def _nearest(mask: npt.NDArray[np.bool_], step: int, reach: int, square: bool) -> Array:
    """How far the nearest pixel of ``mask`` is from the middle of each texel: (h, w) float32 pixels, up to ``reach``.

    One axis at a time, as squares of distances add (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled
    Functions", 2012); as none is sought beyond ``reach``, the second axis is a minimum over as many shifts.
    """
    rows = np.arange(len(mask), dtype=np.int16)[:, None]
    far = np.int16(reach + 1)
    middles = slice(step // 2, None, step)
    above = np.maximum.accumulate(np.where(mask, rows, -far), axis=0)[middles]
    below = np.minimum.accumulate(np.where(mask, rows, len(mask) + far)[::-1], axis=0)[::-1][middles]
    up = np.minimum(rows[middles] - above, below - rows[middles])
    vertical = np.pad(np.minimum(up, far).astype(np.float32), ((0, 0), (reach, reach)), constant_values=far)
    if not square:
        vertical *= vertical
    columns = mask.shape[1] // step
    best = np.full((len(up), columns), float(far if square else far * far), np.float32)
    shifted = np.empty_like(best)
    for shift in range(-reach, reach + 1):
        first = reach + step // 2 + shift
        there = vertical[:, first : first + (columns - 1) * step + 1 : step]
        if square:
            np.maximum(there, abs(shift), out=shifted)
        else:
            np.add(there, shift * shift, out=shifted)
        np.minimum(best, shifted, out=best)
    return best if square else np.sqrt(best, out=best)
