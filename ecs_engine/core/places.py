"""Where the entities' rows are: a number for each, found by id."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_PAGE_BITS = 8
_PAGE = 1 << _PAGE_BITS
_NONE = -1
_EMPTY = array("q", [_NONE]) * _PAGE


class Places:
    """Entity -> its place, a number of 0 or more.

    Ids grow and never come back, so they are kept in pages of 256, and a page is dropped with the last entity in it.
    That is 9 bytes an entity where a dictionary of two ints takes 116, and many entities are looked up at once.
    """

    __slots__ = ("_counts", "_length", "_pages")

    def __init__(self) -> None:
        self._pages: dict[int, array[int]] = {}
        self._counts: dict[int, int] = {}
        """Of each page, how many places are in it."""
        self._length = 0

    def __contains__(self, entity: object) -> bool:
        return self.get(entity) != _NONE

    def get(self, entity: Any) -> int:
        """The place of an entity; -1 where there is none, or where it is no id at all."""
        try:
            page = self._pages.get(entity >> _PAGE_BITS)
        except TypeError:
            return _NONE
        return _NONE if page is None else page[entity & (_PAGE - 1)]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[int]:
        """The entities, ascending."""
        for number in sorted(self._pages):
            page = np.frombuffer(self._pages[number], np.int64)
            yield from (np.flatnonzero(page != _NONE) + (number << _PAGE_BITS)).tolist()

    def clear(self) -> None:
        self._pages.clear()
        self._counts.clear()
        self._length = 0

    # -- many at once --------------------------------------------------------------------------------
    def find(self, entities: Array) -> Array:
        """The places of entities (n,) int64, -1 for those that have none: (n,) int64."""
        found = np.full(len(entities), _NONE, np.int64)
        for number, which in _by_page(entities):
            page = self._pages.get(number)
            if page is not None:
                found[which] = np.frombuffer(page, np.int64)[entities[which] & (_PAGE - 1)]
        return found

    def put(self, entities: Array, places: Array) -> None:
        """Set the places of entities (distinct), (n,) int64 each."""
        for number, which in _by_page(entities):
            if number not in self._pages:
                self._pages[number], self._counts[number] = _EMPTY[:], 0
            page, at = np.frombuffer(self._pages[number], np.int64), entities[which] & (_PAGE - 1)
            new = int(np.count_nonzero(page[at] == _NONE))
            self._counts[number] += new
            self._length += new
            page[at] = places[which]

    def drop(self, entities: Array) -> None:
        """Forget the places of entities (distinct), all of which have one."""
        self._length -= len(entities)
        for number, which in _by_page(entities):
            self._counts[number] -= len(entities[which])
            if self._counts[number]:
                np.frombuffer(self._pages[number], np.int64)[entities[which] & (_PAGE - 1)] = _NONE
            else:
                del self._pages[number], self._counts[number]


def _by_page(entities: Array) -> Iterator[tuple[int, Any]]:
    """Each page's number, and which of the entities are in it."""
    numbers = entities >> _PAGE_BITS
    if (numbers[1:] < numbers[:-1]).any():
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
    else:
        order = None
    firsts = [0, *(np.flatnonzero(numbers[1:] != numbers[:-1]) + 1).tolist(), len(numbers)]
    for first, end in itertools.pairwise(firsts):
        if end > first:
            yield int(numbers[first]), slice(first, end) if order is None else order[first:end]
