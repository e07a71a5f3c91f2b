"""All entities of one drawable in draw order."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from ecs_engine.frame.keys import END_KEY
from ecs_engine.systems.drawable import EntityRows, Instances

Array = np.ndarray[Any, Any]

_ROW_BITS = 32
_MERGED_SHARE = 8
"""A change of fewer rows than one in so many is merged into the order; of more, everything is sorted again."""


class DrawOrder:
    """The rows of entities by sort key, and by row within a key.

    It is made again when a key was written, or rows were added, removed or moved. Where that concerns a few rows, they
    are taken out and merged in again, which costs a third of sorting them all.
    """

    def __init__(self) -> None:
        self.version = 0
        """Changes with the order."""
        self.order: Array = np.empty(0, np.uint32)
        self.run_keys: list[int] = []
        """The different keys along ``order``, ascending."""
        self.bounds: Array = np.zeros(1, np.int64)
        """Rows order[bounds[i]:bounds[i + 1]] have key run_keys[i]."""
        self._basis: tuple[Any, ...] = ()
        self._layout = 0
        self.keys: Array = np.empty(0, np.uint32)
        """Of every row; ``END_KEY`` where no entity has it."""
        self._ranks: Array | None = None
        """Along ``order``: key and row as one number; made when first needed."""

    def update(self, instances: Instances, entities: EntityRows) -> None:
        """Take in what happened since the last time; cheap when nothing did."""
        layout = instances.layout
        # Rows that come or go give a column a new version, too.
        basis = layout.number, *[table.versions[entities.key] for table in instances.tables]
        if basis == self._basis:
            return
        self._basis = basis
        keys = np.full(layout.capacity, END_KEY, np.uint32)
        for table, first in zip(instances.tables, layout.firsts, strict=False):
            keys[first : first + table.length] = table.readable[entities.key]
        if layout.number == self._layout:
            changed = np.flatnonzero(keys != self.keys)
            if not len(changed):
                return
        self.version += 1
        if layout.number == self._layout and len(changed) * _MERGED_SHARE < len(self.order):
            self._merge(changed, keys)
        else:
            self._sort(keys)
        self._layout, self.keys = layout.number, keys

    def _sort(self, keys: Array) -> None:
        rows = np.flatnonzero(keys != END_KEY).astype(np.uint32)
        sorted_keys = keys[rows].astype(np.uint16)
        by_key = np.argsort(sorted_keys, kind="stable")  # radix sort, as the keys have 16 bits
        self.order, sorted_keys, self._ranks = rows[by_key], sorted_keys[by_key], None
        changes = np.flatnonzero(sorted_keys[1:] != sorted_keys[:-1]) + 1
        self.bounds = np.concatenate(([0], changes, [len(rows)])) if len(rows) else np.zeros(1, np.int64)
        self.run_keys = sorted_keys[self.bounds[:-1]].tolist()

    def _merge(self, changed: Array, keys: Array) -> None:
        """The same for rows of which only the ``changed`` ones have other keys than before."""
        ranks = _ranks(self.keys, self.order) if self._ranks is None else self._ranks
        gone = changed[self.keys[changed] != END_KEY]
        come = changed[keys[changed] != END_KEY]
        fresh = np.sort(_ranks(keys, come))
        stays = np.ones(len(ranks), np.bool_)
        stays[np.searchsorted(ranks, _ranks(self.keys, gone))] = False
        left = ranks[stays]
        places = np.searchsorted(left, fresh) + np.arange(len(fresh))
        old = np.ones(len(left) + len(fresh), np.bool_)
        old[places] = False
        self._ranks = np.empty(len(old), np.uint64)
        self._ranks[old], self._ranks[places] = left, fresh
        self.order = self._ranks.astype(np.uint32)  # the lower half
        known = sorted({*self.run_keys, *(fresh >> np.uint64(_ROW_BITS)).tolist()})
        firsts = np.searchsorted(self._ranks, np.array(known, np.uint64) << np.uint64(_ROW_BITS)).tolist()
        runs = [(key, first, end) for key, (first, end) in zip(known, pairwise([*firsts, len(old)]), strict=True)]
        self.run_keys = [key for key, first, end in runs if end > first]
        self.bounds = np.array([first for _, first, end in runs if end > first] + [len(old)], np.int64)


def _ranks(keys: Array, rows: Array) -> Array:
    """Key and row of some rows as one number, by which they are in draw order: (k,) uint64."""
    ranks: Array = keys[rows].astype(np.uint64) << np.uint64(_ROW_BITS) | rows.astype(np.uint64)
    return ranks
