"""Why each draw began anew instead of going on with the one before it."""

from __future__ import annotations

from enum import Flag
from typing import Any

import numpy as np

from ecs_engine.frame.keys import STATE_MASK, blend_of, shader_of, texture_set_of

Array = np.ndarray[Any, Any]


class Break(Flag):
    """What keeps a draw from being one with the draw before it. Several may hold at once.

    >>> str(Break.BLEND | Break.LAYER_ORDER)
    'blend, layer order'
    """

    VIEW = 1
    """It is the first draw of another camera's view (of another pass)."""
    INSTANCE_SET = 2
    """Its rows are of another kind of picture, with columns and shaders of their own."""
    SHADER = 4
    """The shader bits of the key differ."""
    BLEND = 8
    """The blend bits of the key differ."""
    TEXTURE_SET = 16
    """The texture set of the key differs."""
    LAYER_ORDER = 32
    """A draw of the same view, set and state was there already, but what lies between the two in the order of layers
    must be drawn between them. Put both in one layer, or the other things above or below both, and this draw goes."""
    PAGE_LIMIT = 64
    """It goes on with the same rows, where one of the driver's buffer textures ends."""

    def __str__(self) -> str:
        return ", ".join((one.name or "").lower().replace("_", " ") for one in self)


def find_breaks(draws: Array, pieces: Array | None = None) -> Array:
    """The breaks of a draw list as numbers: for each draw after the first, the value of its :class:`Break`.

    Args:
        draws: (n, 5) int64, as in :attr:`DrawList.draws`.
        pieces: (n,) int, into how many draws the driver's limits cut each of them; by default 1.

    Returns:
        (m - 1,) uint8, where m is the sum of ``pieces`` (or n); empty for m = 0.
    """
    count = len(draws)
    view, instance_set, key = draws[:, 0], draws[:, 1], draws[:, 2]
    codes = np.zeros(count, np.uint8)
    for cause, numbers in (
        (Break.VIEW, view),
        (Break.INSTANCE_SET, instance_set),
        (Break.SHADER, shader_of(key)),
        (Break.BLEND, blend_of(key)),
        (Break.TEXTURE_SET, texture_set_of(key)),
    ):
        codes[1:][numbers[1:] != numbers[:-1]] |= cause.value
    # What was drawn before in the same view with the same set and state could have been one draw with this one.
    again = np.ones(count, np.bool_)
    again[np.unique(np.stack([view, instance_set, key & STATE_MASK]), axis=1, return_index=True)[1]] = False
    codes[again] |= Break.LAYER_ORDER.value
    if pieces is not None:
        firsts = np.cumsum(pieces) - pieces
        cut = np.full(int(np.sum(pieces)), Break.PAGE_LIMIT.value, np.uint8)
        cut[firsts] = codes
        codes = cut
    return codes[1:]
