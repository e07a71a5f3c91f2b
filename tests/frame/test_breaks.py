"""Why draws began anew: each reason is true, and none is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine.frame.breaks import Break
from ecs_engine.frame.keys import LAYER_SHIFT, STATE_MASK, pack_keys
from ecs_engine.frame.snapshot import DrawList
from ecs_engine.systems.batching import KEY, SET, merge_runs

Array = np.ndarray[Any, Any]


def key(layer: int = 0, blend: int = 0, shader: int = 0, texture_set: int = 0) -> int:
    out = np.empty(1, np.uint16)
    pack_keys(np.array([layer], np.int16), np.array([blend], np.uint8), shader, texture_set, out)
    return int(out[0])


def draw_list(*draws: tuple[int, int, int]) -> DrawList:
    """A list of draws of four rows each: view, instance set, key."""
    found = DrawList()
    for index, (view, instance_set, of_key) in enumerate(draws):
        found.add_draw(view, instance_set, of_key, 4 * index, 4)
    return found


def test_each_cause_by_itself() -> None:
    base = (0, 0, key())
    assert draw_list().breaks() == []
    assert draw_list(base).breaks() == []
    assert draw_list(base, (1, 0, key())).breaks() == [Break.VIEW]
    assert draw_list(base, (0, 1, key())).breaks() == [Break.INSTANCE_SET]
    assert draw_list(base, (0, 0, key(shader=4))).breaks() == [Break.SHADER]
    assert draw_list(base, (0, 0, key(blend=1))).breaks() == [Break.BLEND]
    assert draw_list(base, (0, 0, key(texture_set=1))).breaks() == [Break.TEXTURE_SET]
    assert draw_list(base, base).breaks() == [Break.LAYER_ORDER]
    assert draw_list(base).breaks(np.array([3])) == [Break.PAGE_LIMIT] * 2


def test_what_could_have_joined_an_earlier_draw_is_told_from_what_could_not() -> None:
    plain, glowing, smoke = key(0), key(1, blend=1), key(2)
    assert draw_list((0, 0, plain), (0, 0, glowing), (0, 0, smoke), (1, 0, smoke)).breaks() == [
        Break.BLEND,
        Break.BLEND | Break.LAYER_ORDER,
        Break.VIEW,  # the draws before it in another view are no draws it could have joined
    ]


def test_pieces_come_right_after_the_draw_that_they_are_cut_from() -> None:
    draws = draw_list((0, 0, key()), (0, 1, key()), (1, 1, key()))
    assert draws.breaks(np.array([2, 1, 3])) == [
        Break.PAGE_LIMIT,
        Break.INSTANCE_SET,
        Break.VIEW,
        Break.PAGE_LIMIT,
        Break.PAGE_LIMIT,
    ]


def test_their_words() -> None:
    assert str(Break.VIEW) == "view"
    assert str(Break.LAYER_ORDER | Break.INSTANCE_SET) == "instance set, layer order"


PARTS = st.fixed_dictionaries(
    {"shader": st.integers(0, 7), "blend": st.integers(0, 2), "texture_set": st.integers(0, 1)}
)
"""The state in a key."""
RUN = st.tuples(st.integers(0, 2), st.integers(-2, 2), PARTS, st.integers(1, 9))
"""Rows of one set, layer and state."""


@st.composite
def merged(draw: st.DrawFn) -> tuple[DrawList, Array]:
    """A draw list as BatchingSystem makes it, of up to three views, and how each draw is cut."""
    found, place = DrawList(), 0
    for view in range(draw(st.integers(0, 3))):
        runs = sorted(((s, key(layer, **parts), n) for s, layer, parts, n in draw(st.lists(RUN, max_size=12))))
        rows = np.empty((len(runs), 4), np.int64)
        for row, (instance_set, of_key, count) in zip(rows, runs, strict=True):
            row[:] = instance_set, of_key, place, count
            place += count
        rows = rows[np.lexsort((rows[:, SET], rows[:, KEY] >> LAYER_SHIFT))]
        for one in merge_runs(rows).tolist():
            found.add_draw(view, *one)
    pieces = draw(st.lists(st.integers(1, 3), min_size=found.draw_count, max_size=found.draw_count))
    return found, np.array(pieces, np.int64)


@given(merged())
def test_there_is_a_reason_for_every_draw_but_the_first_of_each_view_and_it_is_true(
    case: tuple[DrawList, Array],
) -> None:
    found, pieces = case
    draws = found.draws[: found.draw_count].tolist()
    breaks = found.breaks()
    views = len({view for view, *_ in draws})
    assert sum(Break.VIEW not in one for one in breaks) == len(draws) - views
    earlier: list[list[int]] = []
    for why, before, now in zip(breaks, draws, draws[1:], strict=False):
        earlier.append([before[0], before[1], before[2] & STATE_MASK])
        changed = before[2] ^ now[2]
        assert why == Break(
            Break.VIEW.value * (before[0] != now[0])
            + Break.INSTANCE_SET.value * (before[1] != now[1])
            + Break.SHADER.value * bool(changed & 0b111000)
            + Break.BLEND.value * bool(changed & 0b110)
            + Break.TEXTURE_SET.value * bool(changed & 0b1)
            + Break.LAYER_ORDER.value * ([now[0], now[1], now[2] & STATE_MASK] in earlier)
        )
        assert why
    cut = found.breaks(pieces)
    assert len(cut) == max(int(pieces.sum()) - 1, 0)
    assert [why for why in cut if why != Break.PAGE_LIMIT] == breaks


@given(merged())
def test_without_order_between_layers_a_view_would_take_as_many_draws_fewer(case: tuple[DrawList, Array]) -> None:
    """What LAYER_ORDER claims: each such draw shares its state with another, and no other draw does."""
    found, _ = case
    draws = found.draws[: found.draw_count].tolist()
    distinct = {(view, instance_set, of_key & STATE_MASK) for view, instance_set, of_key, *_ in draws}
    again = sum(Break.LAYER_ORDER in why for why in found.breaks())
    assert len(draws) - again == len(distinct)
