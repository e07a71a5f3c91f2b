"""The packer: nothing overlaps, nothing sticks out, and the same input gives the same places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine.packing import PagePacker, Place

PAGE = 64

sides = st.integers(1, PAGE)
sizes = st.lists(st.tuples(sides, sides) | st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=80)


def pack(rectangles: list[tuple[int, int]], max_pages: int = 1000) -> list[Place | None]:
    packer = PagePacker(PAGE, max_pages)
    return [packer.place(width, height) for width, height in rectangles]


@given(sizes)
def test_places_never_overlap_and_stay_inside_the_page(rectangles: list[tuple[int, int]]) -> None:
    pages: dict[int, np.ndarray[tuple[int, ...], np.dtype[np.int64]]] = {}
    for (width, height), place in zip(rectangles, pack(rectangles), strict=True):
        assert place is not None
        assert 0 <= place.x <= PAGE - width
        assert 0 <= place.y <= PAGE - height
        taken = pages.setdefault(place.page, np.zeros((PAGE, PAGE), np.int64))
        taken[place.y : place.y + height, place.x : place.x + width] += 1
    assert sorted(pages) == list(range(len(pages)))
    assert all(taken.max() == 1 for taken in pages.values())


@given(sizes)
def test_same_rectangles_land_in_the_same_places(rectangles: list[tuple[int, int]]) -> None:
    assert pack(rectangles) == pack(rectangles)


@given(sizes)
def test_a_refusal_changes_nothing(rectangles: list[tuple[int, int]]) -> None:
    """With one page some are refused; the others lie where they would lie without them."""
    places = pack(rectangles, max_pages=1)
    accepted = [size for size, place in zip(rectangles, places, strict=True) if place is not None]
    assert pack(accepted, max_pages=1) == [place for place in places if place is not None]


def test_equal_squares_fill_a_page_to_the_last_texel() -> None:
    packer = PagePacker(PAGE, 1)
    places = [packer.place(16, 16) for _ in range(16)]
    assert len(set(places)) == 16
    assert None not in places
    assert packer.place(1, 1) is None


def test_pictures_of_many_sizes_waste_little() -> None:
    rng = np.random.default_rng(5)
    packer = PagePacker(512, 100)
    area = 0
    while packer.page_count < 4:
        width, height = (int(side) for side in rng.integers(8, 48, 2))
        packer.place(width, height)
        area += width * height
    assert area > 0.85 * 3 * 512 * 512


def test_an_earlier_page_is_used_again_when_it_has_room() -> None:
    places = pack([(PAGE, 40), (PAGE, 40), (PAGE, 24)])
    assert places == [Place(0, 0, 0), Place(1, 0, 0), Place(0, 0, 40)]


def test_larger_than_a_page_and_full_pages_give_none() -> None:
    packer = PagePacker(PAGE, 1)
    assert packer.place(PAGE + 1, 1) is None
    assert packer.place(1, PAGE + 1) is None
    assert packer.page_count == 0
    assert packer.place(PAGE, PAGE) == Place(0, 0, 0)
    assert packer.place(1, 1) is None
    assert packer.page_count == 1


@pytest.mark.parametrize("size", [(0, 4), (4, 0), (-1, 4)])
def test_sides_below_one_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        PagePacker(PAGE, 1).place(*size)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40), st.booleans(), st.integers(0, 99)), max_size=80))
def test_room_that_is_given_back_is_used_again_and_never_twice(steps: list[tuple[int, int, bool, int]]) -> None:
    packer = PagePacker(PAGE, 2)
    taken = np.zeros((2, PAGE, PAGE), np.int64)
    there: list[Place] = []

    def count(place: Place, change: int) -> None:
        taken[place.page, place.y : place.y + place.height, place.x : place.x + place.width] += change

    for width, height, release, which in steps:
        if release and there:
            place = there.pop(which % len(there))
            packer.release(place)
            count(place, -1)
        new = packer.place(width, height)
        if new is not None:
            assert (new.width, new.height) == (width, height)
            assert new.x + width <= PAGE
            assert new.y + height <= PAGE
            there.append(new)
            count(new, 1)
        assert taken.max(initial=0) <= 1
    for place in there:
        packer.release(place)
    whole = packer.place(PAGE, PAGE)
    assert whole is not None
    assert whole.used is (len(steps) > 0)


def test_neighbours_that_go_make_one_hole() -> None:
    packer = PagePacker(PAGE, 1)
    places = [packer.place(16, 16) for _ in range(16)]
    assert packer.place(1, 1) is None
    for place in (places[5], places[10], places[6], places[9]):  # the four in the middle
        assert place is not None
        packer.release(place)
    assert packer.place(33, 1) is None
    assert packer.place(32, 32) == Place(0, 16, 16, 32, 32)


def test_a_hole_is_cut_at_what_goes_in() -> None:
    packer = PagePacker(PAGE, 1)
    hole, _ = packer.place(40, PAGE), packer.place(24, PAGE)
    assert hole is not None
    packer.release(hole)
    assert packer.place(30, 10) == Place(0, 0, 0, 30, 10)
    assert packer.place(40, 54) == Place(0, 0, 10, 40, 54)
    assert packer.place(10, 10) == Place(0, 30, 0, 10, 10)
    assert packer.place(1, 1) is None
