"""Places against the dictionary that they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from ecs_engine.core.places import Places


@pytest.mark.parametrize("seed", range(6))
def test_places_are_what_a_dictionary_of_them_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places, plain = Places(), dict[int, int]()
    for _ in range(80):
        if plain and rng.random() < 0.4:
            gone = rng.permutation(list(plain))[: int(rng.integers(1, len(plain) + 1))]
            places.drop(gone)
            for entity in gone.tolist():
                del plain[entity]
        else:
            # Some come next to each other and some anywhere, in any order; some are there and get another place.
            low = int(rng.integers(1, 2000))
            entities = rng.permutation(np.unique(rng.integers(low, low + int(rng.integers(1, 900)), 60)))
            numbers = rng.integers(0, 1 << 50, len(entities))
            places.put(entities, numbers)
            plain |= zip(entities.tolist(), numbers.tolist(), strict=True)
        assert len(places) == len(plain)
        assert list(places) == sorted(plain)
        asked = rng.integers(-5, 4000, 200)
        assert places.find(asked).tolist() == [plain.get(entity, -1) for entity in asked.tolist()]
        for entity in asked[:20].tolist():
            assert places.get(entity) == plain.get(entity, -1)
            assert (entity in places) == (entity in plain)
    places.clear()
    assert not len(places)
    assert not list(places)


def test_what_is_no_id_has_no_place() -> None:
    places = Places()
    places.put(np.array([1]), np.array([7]))
    assert np.int64(1) in places
    assert True in places
    for thing in (None, "1", (1,), 1.5, -1, 1 << 70):
        assert thing not in places


def test_nothing_is_kept_of_pages_that_are_empty() -> None:
    places = Places()
    for first in range(1, 100_000, 500):
        entities = np.arange(first, first + 500)
        places.put(entities, entities)
        places.drop(entities)
    assert not places._pages
    assert not places._counts
