"""The transforms of a forest, composed level by level on whole arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.core.errors import ComponentError

Array = np.ndarray[Any, Any]

_NEVER = 0xFF
"""The bytes of inputs that were not read yet: a NaN that arithmetic does not give, so what is read differs from it."""

_FEW = 1024
"""Flags that numpy may copy, as it does to search from the end."""


class Nodes:
    """Transforms and the poses that follow from them.

    *Entries* are in the order of whoever fills them; *nodes* are the same breadth-first: level by level, and within a
    level by parent. So the children of nodes that lie side by side lie side by side, too, and a moved subtree is one
    slice of each level. A level is solved from its first changed node to its last one, without looking at what lies
    between: to leave single nodes out would cost more than to compute them.

    Args:
        parents: of each entry the entry that is its parent, (n,) int64; -1 for none.
        ids: (n,) int64 of the entities; they are named in errors.

    Raises:
        ComponentError: entities are their own ancestors; the message names some.
    """

    def __init__(self, parents: Array, ids: Array) -> None:
        count = len(parents)
        self.order = np.empty(count, np.intp)
        """The entry of each node."""
        self.node = np.empty(count, np.intp)
        """The node of each entry."""
        self.bounds = [0]
        """Level i is the nodes from bounds[i] to bounds[i + 1]."""
        for level in _levels(parents, ids):
            if len(self.bounds) > 1:
                level = level[np.argsort(self.node[parents[level]], kind="stable")]
            first, end = self.bounds[-1], self.bounds[-1] + len(level)
            self.order[first:end] = level
            self.node[level] = np.arange(first, end)
            self.bounds.append(end)
        self.parents = self.node[parents[self.order]]
        """The node of each node's parent; of no meaning in level 0."""
        self.ids = ids[self.order]
        # The inputs are kept as bits, by which a NaN equals itself, and two floats are compared as one integer.
        self.position = np.full(count * 8, _NEVER, np.uint8).view(np.uint64)
        self.rotation = np.full(count * 4, _NEVER, np.uint8).view(np.uint32)
        self.scale = np.full(count * 8, _NEVER, np.uint8).view(np.uint64)
        self.world = np.zeros((count, 4), np.float32)
        """Of each node: x, y, angle and 0."""
        self.world_scale = np.ones((count, 2), np.float32)
        self.changed = np.empty(count, np.bool_)
        """Which nodes' poses follow from inputs that :meth:`solve` saw for the first time."""
        self.scales_changed = False
        """Whether a world scale may have been written by the last :meth:`solve`."""
        self._fresh = np.zeros(count, np.bool_)
        """Entries whose inputs were read and differ from the last ones."""
        widest = max(np.diff(self.bounds), default=0)
        self._flags = np.empty(count, np.bool_)
        self._wide = np.empty(widest, np.uint64)
        self._numbers = np.empty((2, widest), np.float32)
        # Of all nodes that can have children: x, y, angle, scale, and the matrix that their children's positions go by.
        self._above = np.empty((9, self.bounds[-2]), np.float32)

    def take_over(self, entries: Array, other: Nodes, their_entries: Array) -> None:
        """Begin with what ``other`` knew of some entries, so that only what differs from that counts as changed."""
        self.position[entries] = other.position[their_entries]
        self.rotation[entries] = other.rotation[their_entries]
        self.scale[entries] = other.scale[their_entries]
        self.world[self.node[entries]] = other.world[other.node[their_entries]]
        self.world_scale[self.node[entries]] = other.world_scale[other.node[their_entries]]

    def read(self, entries: slice, position: Array | None, rotation: Array | None, scale: Array | None) -> None:
        """Set the transforms of some entries, relative to their parents.

        Args:
            position, scale: (k,) uint64, the bits of two float32 each; rotation: (k,) uint32, those of one. None where
                nothing was written since the last time.
        """
        fresh, flags = self._fresh[entries], self._flags[entries]
        for known, given in ((self.position, position), (self.rotation, rotation), (self.scale, scale)):
            if given is not None:
                np.not_equal(known[entries], given, out=flags)
                if flags.any():
                    np.copyto(known[entries], given)
                    np.logical_or(fresh, flags, out=fresh)
                    self.scales_changed |= known is self.scale

    def begin(self) -> None:
        """Forget what was read before the last :meth:`solve`."""
        self._fresh.fill(False)
        self.scales_changed = False

    def solve(self) -> None:
        """Compute the poses of all nodes below those whose inputs were changed by :meth:`read`."""
        np.take(self._fresh, self.order, out=self.changed, mode="clip")
        low = high = 0  # the nodes that were computed in the level above
        for first, end in zip(self.bounds, self.bounds[1:], strict=False):
            begin, stop = np.searchsorted(self.parents[first:end], (low, high)).tolist() if first else (0, 0)
            extents = [(begin, stop), _extent(self.changed[first:end])]
            extents = [(begin, stop) for begin, stop in extents if begin < stop]
            if not extents:
                low = high = 0
                continue
            low, high = first + min(begin for begin, _ in extents), first + max(stop for _, stop in extents)
            if not first:
                self._stand_alone(low, high)
                continue
            own, above = self.changed[low:high], self._flags[: high - low]
            np.take(self.changed, self.parents[low:high], out=above, mode="clip")
            np.logical_or(own, above, out=own)
            self._look_up(int(self.parents[low]), int(self.parents[high - 1]) + 1)
            self._compose(low, high)

    def _stand_alone(self, low: int, high: int) -> None:
        """What has no parent is in the world where its transform says."""
        entries = self.order[low:high]
        world, wide = self.world[low:high], self._wide[: high - low]
        np.take(self.position, entries, out=wide, mode="clip")
        np.copyto(world.view(np.uint64)[:, 0], wide)
        world[:, 2] = self._taken(self.rotation.view(np.float32), entries, 0)
        np.take(self.scale, entries, out=self.world_scale[low:high].view(np.uint64)[:, 0], mode="clip")

    def _look_up(self, low: int, high: int) -> None:
        """Lay out the poses of some nodes as their children want them."""
        x, y, angle, scale_x, scale_y, xx, xy, yx, yy = self._above[:, low:high]
        np.copyto(x, self.world[low:high, 0])
        np.copyto(y, self.world[low:high, 1])
        np.copyto(angle, self.world[low:high, 2])
        np.copyto(scale_x, self.world_scale[low:high, 0])
        np.copyto(scale_y, self.world_scale[low:high, 1])
        np.cos(angle, out=xx)
        np.sin(angle, out=yx)
        np.multiply(yx, scale_y, out=xy)
        np.subtract(0.0, xy, out=xy)
        np.multiply(xx, scale_y, out=yy)
        np.multiply(xx, scale_x, out=xx)
        np.multiply(yx, scale_x, out=yx)

    def _compose(self, low: int, high: int) -> None:
        """Poses from those of the parents: the parent's matrix times the position, angles added, scales multiplied."""
        entries, parents = self.order[low:high], self.parents[low:high]
        world, scales, wide = self.world[low:high], self.world_scale[low:high], self._wide[: high - low]
        x, y, angle, scale_x, scale_y, xx, xy, yx, yy = self._above
        np.take(self.position, entries, out=wide, mode="clip")
        right, up = wide.view(np.float32)[0::2], wide.view(np.float32)[1::2]
        for column, (place, along, across) in enumerate(((x, xx, xy), (y, yx, yy))):
            total = self._taken(along, parents, 0)
            np.multiply(total, right, out=total)
            part = self._taken(across, parents, 1)
            np.multiply(part, up, out=part)
            np.add(total, part, out=total)
            np.add(total, self._taken(place, parents, 1), out=world[:, column])
        turn = self._taken(self.rotation.view(np.float32), entries, 0)
        np.add(turn, self._taken(angle, parents, 1), out=world[:, 2])
        if self.scales_changed:
            np.take(self.scale, entries, out=wide, mode="clip")
            np.multiply(right, self._taken(scale_x, parents, 0), out=scales[:, 0])
            np.multiply(up, self._taken(scale_y, parents, 0), out=scales[:, 1])

    def _taken(self, source: Array, places: Array, which: int) -> Array:
        """``source[places]`` float32, in one of two arrays that are used again and again."""
        out = self._numbers[which, : len(places)]
        # The places are all in range; any mode but "clip" would go through a buffer.
        return np.take(source, places, out=out, mode="clip")

    def changed_among(self, nodes: Array) -> bool:
        """Whether one of some nodes is among :attr:`changed`."""
        flags = self._flags[: len(nodes)]
        return bool(np.take(self.changed, nodes, out=flags, mode="clip").any())

    def family(self, entities: Array) -> Array:
        """Which nodes are among ``entities`` or descend from them, (n,) bool."""
        members = np.isin(self.ids, entities)
        for first, end in zip(self.bounds[1:], self.bounds[2:], strict=False):
            members[first:end] |= members[self.parents[first:end]]
        return members


def _extent(flags: Array) -> tuple[int, int]:
    """From the first true flag to behind the last one; (0, 0) where none is.

    >>> _extent(np.array([False, True, False, True, False]))
    (1, 4)
    """
    first = int(flags.argmax()) if len(flags) else 0
    if not len(flags) or not flags[first]:
        return 0, 0
    low, high = first, len(flags)  # the last one is between the two
    while high - low > _FEW:
        middle = (low + high) // 2
        if flags[middle:high].any():
            low = middle
        else:
            high = middle
    return first, high - int(flags[low:high][::-1].argmax())


def _levels(parents: Array, ids: Array) -> list[Array]:
    """Entries by depth: first those without a parent, then their children, then theirs, and so on."""
    done = parents < 0
    levels = [np.flatnonzero(done)]
    waiting = np.flatnonzero(~done)
    while len(waiting):
        ready = done[parents[waiting]]
        if not ready.any():
            raise ComponentError(
                f"Entities {', '.join(map(str, _cycle(parents, waiting[0], ids)[:5]))} are their own ancestors through "
                "Parent: give one of them another parent, or 0."
            )
        levels.append(waiting[ready])
        done[waiting[ready]] = True
        waiting = waiting[~ready]
    return levels


def _cycle(parents: Array, entry: int, ids: Array) -> list[int]:
    """The entities of the cycle that ``entry`` is in or descends from."""
    for _ in range(len(parents)):  # after as many steps up as there are entries, it is in the cycle for certain
        entry = parents[entry]
    members = [entry]
    while (entry := parents[entry]) != members[0]:
        members.append(entry)
    return sorted(ids[members].tolist())
