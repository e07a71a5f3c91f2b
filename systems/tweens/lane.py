"""All running changes of one field, as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.core.fields import Field
from ecs_engine.core.world import World
from ecs_engine.systems.tweens.easing import Ease, ease

Array = np.ndarray[Any, Any]


_COLUMNS = ("_entity", "_owner", "_ease", "_time", "_way")


class Lane:
    """Changes of one field: of which entity, from what, by what, when, how and whose. Of two of one entity, the newer
    one counts."""

    def __init__(self, field: Field) -> None:
        self.field = field
        width = max(field.type.width, 1)
        self.length = 0
        self._entity: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._owner: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._ease: npt.NDArray[np.uint8] = np.empty(0, np.uint8)
        self._time: npt.NDArray[np.float64] = np.empty((0, 2))  # beginning and length, seconds
        self._way: npt.NDArray[np.float64] = np.empty((0, 2, width))  # start and change

    def add(
        self, owner: int, entities: Array, start: Array, target: Array, began: float, seconds: float, how: Ease
    ) -> None:
        """Begin to change some entities, from ``start`` (k, width) to ``target`` (k, width) or (width,)."""
        first, self.length = self.length, self.length + len(entities)
        if self.length > len(self._entity):
            self._grow(2 * self.length)
        new = slice(first, self.length)
        self._entity[new], self._owner[new], self._ease[new] = entities, owner, how
        self._time[new] = began, seconds
        self._way[new, 0] = start
        self._way[new, 1] = target - start

    def _grow(self, rows: int) -> None:
        for name in _COLUMNS:
            old = getattr(self, name)
            grown = np.empty((rows, *old.shape[1:]), old.dtype)
            grown[: len(old)] = old
            setattr(self, name, grown)

    def step(self, world: World, now: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Write the values of this moment to the world; returns, of each change that is over, the owner and when it was
        due to end, (k,) each.

        A change whose entity is gone, or has lost the component, is over.
        """
        used = slice(0, self.length)
        with np.errstate(divide="ignore", invalid="ignore"):
            passed = (now - self._time[used, 0]) / self._time[used, 1]
        passed = np.clip(np.nan_to_num(passed, nan=1.0), 0.0, 1.0)
        way = self._way[used]
        eased = np.empty_like(passed)
        for how in np.unique(self._ease[used]).tolist():
            which = np.flatnonzero(self._ease[used] == how)
            eased[which] = ease(Ease(how), passed[which])
        values = way[:, 0] + way[:, 1] * eased[:, None]
        over = passed >= 1.0
        found = np.zeros(self.length, np.bool_)
        for table, rows, which in world.locate(self._entity[used]):
            if self.field in table.arrays:
                found[which] = True
                self._write(table.writable[self.field], rows, values[which])
                table.touch(self.field)
        over |= ~found
        owners, ends = self._owner[used][over], self._time[used].sum(axis=1)[over]
        if len(owners):
            self._keep(~over)
        return owners, ends

    def _write(self, column: Array, rows: Array, values: Array) -> None:
        dtype = self.field.type.dtype
        if dtype.kind in "iu":
            limits = np.iinfo(dtype)
            values = np.clip(np.rint(values), limits.min, limits.max)
        column[rows] = values if self.field.type.width else values[:, 0]

    def drop(self, owners: list[int]) -> None:
        """End the changes of some owners where they are."""
        self._keep(~np.isin(self._owner[: self.length], owners))

    def _keep(self, which: npt.NDArray[np.bool_]) -> None:
        """Drop all other changes, without changing the order."""
        rows = np.flatnonzero(which)
        for name in _COLUMNS:
            column = getattr(self, name)
            column[: len(rows)] = column[rows]
        self.length = len(rows)
