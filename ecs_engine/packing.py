"""Packs rectangles into square pages, one at a time, in the order they come.

The *skyline* method (Jylänki, "A Thousand Ways to Pack the Bin", 2010, section 2.3): a page remembers only the
upper outline of what lies in it, as a list of level pieces. A new rectangle goes where its far edge ends nearest
the start of the page, so pages fill in rows without the rows being fixed beforehand. The same rectangles in the
same order always land in the same places.

Room that is given back becomes a *hole*. Holes are filled first, and cut in two at the rectangle that goes in (the
guillotine method of the same paper, section 2.2); a page whose last rectangle goes begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rectangle landed: the page, and the texel of its top-left corner inside that page."""

    page: int
    x: int
    y: int
    width: int = field(default=0, compare=False)
    height: int = field(default=0, compare=False)
    used: bool = field(default=False, compare=False)
    """Something else may have been there before."""


Box = tuple[int, int, int, int]
"""x, y, width, height."""


class Holes:
    """Boxes that do not overlap; those that share a whole side become one. Not thread-safe."""

    def __init__(self) -> None:
        # Corner -> the box that has it there: neighbours are found without a search.
        self._top_left: dict[tuple[int, int], Box] = {}
        self._top_right: dict[tuple[int, int], Box] = {}
        self._bottom_left: dict[tuple[int, int], Box] = {}

    def add(self, box: Box) -> None:
        """Add a box, joined to its neighbours."""
        while True:
            x, y, width, height = box
            left, right = self._top_right.get((x, y)), self._top_left.get((x + width, y))
            above, below = self._bottom_left.get((x, y)), self._top_left.get((x, y + height))
            if left is not None and left[3] == height:
                other, box = left, (left[0], y, left[2] + width, height)
            elif right is not None and right[3] == height:
                other, box = right, (x, y, width + right[2], height)
            elif above is not None and above[2] == width:
                other, box = above, (x, above[1], width, above[3] + height)
            elif below is not None and below[2] == width:
                other, box = below, (x, y, width, height + below[3])
            else:
                break
            self.remove(other)
        self._top_left[x, y] = self._top_right[x + width, y] = self._bottom_left[x, y + height] = box

    def remove(self, box: Box) -> None:
        """Take away a box that is there."""
        x, y, width, height = box
        del self._top_left[x, y], self._top_right[x + width, y], self._bottom_left[x, y + height]

    def smallest(self, width: int, height: int) -> Box | None:
        """The box of the smallest area that is at least so large."""
        fitting = [box for box in self._top_left.values() if box[2] >= width and box[3] >= height]
        return min(fitting, key=lambda box: (box[2] * box[3], box), default=None)


class Skyline:
    """One page of ``width`` by ``height`` texels. Not thread-safe."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        # Level pieces from left to right, without gaps: (x where it starts, y up to which the page is taken).
        self._steps: list[tuple[int, int]] = [(0, 0)]
        # Sizes that found no room since some was given back: whatever is as large needs no second search.
        self._refused: list[tuple[int, int]] = []
        self._holes = Holes()
        self._count = 0
        self.used = False
        """Whether room was given back at some time."""

    def place(self, width: int, height: int) -> tuple[int, int] | None:
        """Take room for a rectangle and return its (x, y), or None when there is none left for it."""
        if any(width >= w and height >= h for w, h in self._refused):
            return None
        hole = self._fill_hole(width, height)
        if hole is not None:
            self._count += 1
            return hole
        best: tuple[int, int] | None = None  # (y, x): the smallest y wins, then the smallest x
        for first, (x, _) in enumerate(self._steps):
            if x + width > self.width:
                break
            y = self._top(first, x + width)
            if y + height <= self.height and (best is None or (y, x) < best):
                best = (y, x)
        if best is None:
            self._refused = [(w, h) for w, h in self._refused if not (w >= width and h >= height)]
            self._refused.append((width, height))
            return None
        y, x = best
        self._raise(x, x + width, y + height)
        self._count += 1
        return x, y

    def release(self, x: int, y: int, width: int, height: int) -> None:
        """Give back the room of a rectangle that was placed there."""
        self._count -= 1
        self._refused.clear()
        self.used = True
        if self._count == 0:
            self._steps, self._holes = [(0, 0)], Holes()
            return
        self._holes.add((x, y, width, height))

    def _fill_hole(self, width: int, height: int) -> tuple[int, int] | None:
        """Take room in the smallest hole that is large enough."""
        hole = self._holes.smallest(width, height)
        if hole is None:
            return None
        self._holes.remove(hole)
        x, y, wide, high = hole
        right, below = wide - width, high - height
        # The cut that leaves the larger of the two rests in one piece.
        if right * high > below * wide:
            rests = (x + width, y, right, high), (x, y + height, width, below)
        else:
            rests = (x + width, y, right, height), (x, y + height, wide, below)
        for rest in rests:
            if rest[2] > 0 and rest[3] > 0:
                self._holes.add(rest)
        return x, y

    def _top(self, first: int, right: int) -> int:
        """The highest level between the start of piece ``first`` and ``right``: a rectangle there rests on it."""
        top = 0
        for x, y in self._steps[first:]:
            if x >= right:
                break
            top = max(top, y)
        return top

    def _raise(self, left: int, right: int, level: int) -> None:
        """Set the outline to ``level`` from ``left`` to ``right``; ``left`` is always where a piece starts."""
        before = [step for step in self._steps if step[0] < left]
        covered = [step for step in self._steps if left <= step[0] < right]
        after = [step for step in self._steps if step[0] >= right]
        if right < self.width and (not after or after[0][0] > right):
            after.insert(0, (right, covered[-1][1]))  # what is left of the piece that was cut
        if after and after[0][1] == level:
            after.pop(0)  # level with its right neighbour: one piece
        if not before or before[-1][1] != level:
            before.append((left, level))
        self._steps = before + after


class PagePacker:
    """Fills up to ``max_pages`` square pages; a page is opened when no earlier one has room.

    Not thread-safe: its owner holds the lock.
    """

    def __init__(self, page_size: int, max_pages: int) -> None:
        self.page_size = page_size
        self.max_pages = max_pages
        self._pages: list[Skyline] = []

    @property
    def page_count(self) -> int:
        """How many pages there are: those that hold, or held, a rectangle."""
        return len(self._pages)

    def place(self, width: int, height: int) -> Place | None:
        """Take room for a rectangle of at least one texel.

        Returns None when it is larger than a page, or when every page is open and none has room.
        Raises ValueError for a width or height below 1.
        """
        if width < 1 or height < 1:
            raise ValueError(f"a rectangle of {width} x {height} texels cannot be packed: give sides of at least 1")
        if width > self.page_size or height > self.page_size:
            return None
        for index, page in enumerate(self._pages):
            spot = page.place(width, height)
            if spot is not None:
                return Place(index, *spot, width, height, page.used)
        if len(self._pages) >= self.max_pages:
            return None
        page = Skyline(self.page_size, self.page_size)
        spot = page.place(width, height)
        assert spot is not None, "an empty page has room for anything no larger than itself"
        self._pages.append(page)
        return Place(len(self._pages) - 1, *spot, width, height)

    def release(self, place: Place) -> None:
        """Give back the room of something that was placed; give back each place once."""
        self._pages[place.page].release(place.x, place.y, place.width, place.height)
