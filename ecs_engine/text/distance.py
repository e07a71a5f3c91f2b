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
    coverage: npt.NDArray[np.uint8], step: int, spread: int, *, square: bool = False
) -> npt.NDArray[np.uint8]:
    """The signed distances of a shape, (h, w) uint8: 127.5 at its edge, 255 at ``spread`` texels inside, 0 as far out.

    Args:
        coverage: (h * step, w * step), how much of each pixel the shape covers; ``step``, which is odd, pixels a texel.
        spread: the farthest distance told apart, in texels.
        square: measure along the longer axis instead of as the crow flies, so that right-angled corners stay so.
    """
    reach = spread * step
    inside = coverage > 127
    to_outside, to_inside = _nearest(np.stack((~inside, inside)), step, reach, square)
    signed: npt.NDArray[np.float32] = to_outside - to_inside  # one of the two is always 0
    # Distances are between middles of pixels, and the edge lies half-way between two of them.
    signed -= np.copysign(np.float32(0.5), signed)
    signed /= step
    if not square:
        _refine(signed, coverage, step)
    signed *= 127.5 / spread
    signed += 127.5
    return np.rint(np.clip(signed, 0, 255, out=signed)).astype(np.uint8)


def _refine(signed: npt.NDArray[np.float32], coverage: npt.NDArray[np.uint8], step: int) -> None:
    """Distances are known to a part of a pixel only, which shows in large letters. In texels that the edge crosses, how
    much is covered tells where it is (Gustavson and Strand, "Anti-aliased Euclidean Distance Transform", 2011)."""
    height, width = signed.shape
    area = coverage.reshape(height, step, width, step).mean(axis=(1, 3), dtype=np.float32) / 255
    down, across = np.gradient(area)
    crossed = (area > 0) & (area < 1) & (np.abs(signed) < 1)
    part = area[crossed]
    slopes = np.sort(np.abs((down[crossed], across[crossed])), axis=0)
    small, large = slopes / np.maximum(np.hypot(slopes[0], slopes[1]), 1e-6)
    corner = 0.5 * small / np.maximum(large, 1e-6)  # covered up to here, the edge cuts a corner off the texel
    less = np.minimum(part, 1 - part)
    away = np.where(less < corner, 0.5 * (large + small) - np.sqrt(2 * small * large * less), (0.5 - less) * large)
    signed[crossed] = np.copysign(away, part - 0.5)


def _nearest(masks: npt.NDArray[np.bool_], step: int, reach: int, square: bool) -> Array:
    """How far the nearest pixel of each mask is from each texel's middle, up to ``reach``: (2, h, w) float32 pixels.

    One axis at a time, as squares of distances add (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled
    Functions", 2012); as none is sought beyond ``reach``, the second axis is a minimum over as many shifts.
    """
    height, width = masks.shape[1:]
    rows = np.arange(height, dtype=np.int16)[:, None]
    far = np.int16(reach + 1)
    middles = slice(step // 2, None, step)
    above = np.maximum.accumulate(np.where(masks, rows, -far), axis=1)[:, middles]
    below = np.minimum.accumulate(np.where(masks, rows, height + far)[:, ::-1], axis=1)[:, ::-1][:, middles]
    up = np.minimum(rows[middles] - above, below - rows[middles])
    # Columns first, so that every step-th of them is a stretch of memory.
    vertical = np.full((width + 2 * reach, 2, up.shape[1]), far, np.float32)
    np.minimum(up.transpose(2, 0, 1), far, out=vertical[reach : reach + width])
    if not square:
        vertical *= vertical
    best = vertical[reach + step // 2 : reach + width : step].copy()
    shifted = np.empty_like(best)
    for shift in range(-reach, reach + 1):
        first = reach + step // 2 + shift
        there = vertical[first : first + width - step + 1 : step]
        if square:
            np.maximum(there, abs(shift), out=shifted)
        else:
            np.add(there, shift * shift, out=shifted)
        np.minimum(best, shifted, out=best)
    distance = best.transpose(1, 2, 0)
    return distance if square else np.sqrt(distance)
