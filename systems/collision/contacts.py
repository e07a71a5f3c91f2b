"""Contacts from tick to tick: which began, which go on, which ended."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ecs_engine.systems.collision.arrays import CollisionError, Ints, integers

_DENSE = 1 << 32  # ids below this are packed two to a key as they are


class ContactChanges(NamedTuple):
    """What changed in one tick. Pairs are sorted, and each one's smaller id comes first."""

    enter: Ints
    """Shape (k, 2) int64: pairs in contact now that were not before."""
    stay: Ints
    """Shape (k, 2) int64: pairs in contact now and before."""
    exit: Ints
    """Shape (k, 2) int64: pairs in contact before and not now; an entity in it may be deleted by now."""
    enter_rows: Ints
    """Shape (k,) int64: for each pair in `enter`, its place in the arrays given to `update` (the first if twice)."""
    stay_rows: Ints
    """Shape (k,) int64: the same for `stay`."""


class ContactTracker:
    """Compares each tick's pairs with those of the tick before. For one thread at a time.

    Ids are any int64. Two ids make one uint64 key that sorts like the pair: as they are while all of them fit 32
    bits, else by their rank among the ids in use, so that no two pairs ever share a key.
    """

    def __init__(self) -> None:
        self._pairs: Ints = np.empty((0, 2), np.int64)

    @property
    def pairs(self) -> Ints:
        """Shape (k, 2) int64, read-only: the pairs in contact at the last `update`, sorted."""
        view = self._pairs.view()
        view.flags.writeable = False
        return view

    def clear(self) -> None:
        """Forget all contacts, without any exit: for a new level or an emptied world."""
        self._pairs = np.empty((0, 2), np.int64)

    def update(self, a: npt.ArrayLike, b: npt.ArrayLike) -> ContactChanges:
        """Take the pairs that are in contact now; (a, b) and (b, a) are one pair, and so are duplicates.

        Args:
            a, b: shape (n,) integers, the ids of the two entities of each pair.

        Raises:
            CollisionError: if the arrays do not fit together, or an entity is paired with itself; what was
                tracked so far stays.
        """
        a, b = integers(a=a, b=b)
        if (a == b).any():
            raise CollisionError(f"Entity {a[a == b][0]} is paired with itself: give pairs of two different entities.")
        given = np.stack((np.minimum(a, b), np.maximum(a, b)), axis=1)
        before, keys = _keys(self._pairs, given)
        now, rows = np.unique(keys, return_index=True)
        pairs = given[rows]
        old = np.isin(now, before, assume_unique=True)
        gone = np.isin(before, now, assume_unique=True, invert=True)
        changes = ContactChanges(pairs[~old], pairs[old], self._pairs[gone], rows[~old], rows[old])
        self._pairs = pairs
        return changes


def _keys(*sets: Ints) -> list[npt.NDArray[np.uint64]]:
    """One uint64 key for each pair; the same pair has the same key in every set, and keys sort like pairs."""
    if any(len(pairs) and (pairs.min() < 0 or pairs.max() >= _DENSE) for pairs in sets):
        ids = np.unique(np.concatenate(sets))
        sets = tuple(np.searchsorted(ids, pairs) for pairs in sets)
    return [(pairs[:, 0].astype(np.uint64) << np.uint64(32)) | pairs[:, 1].astype(np.uint64) for pairs in sets]
