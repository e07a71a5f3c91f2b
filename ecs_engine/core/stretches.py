"""Stretches of rows, one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def stretches(firsts: Array | int, counts: Array) -> Array:
    """The indices of stretches that begin at ``firsts``, (n,) of whole numbers or one for all, and are ``counts`` (n,)
    long, one after the other: as many as all counts together.

    Example:
        >>> import numpy as np
        >>> from ecs_engine.core.stretches import stretches
        >>> stretches(np.array([10, 50]), np.array([3, 2])).tolist()
        [10, 11, 12, 50, 51]
    """
    ends = np.cumsum(counts)
    indices: Array = np.repeat(firsts - ends + counts, counts)
    indices += np.arange(len(indices))
    return indices
