"""The bits of the sort key."""

from __future__ import annotations

import numpy as np

from ecs_engine.frame.keys import (
    HIGHEST_LAYER,
    LOWEST_LAYER,
    STATE_MASK,
    blend_of,
    first_key,
    pack_keys,
    shader_of,
    texture_set_of,
)


def packed(layer: int, blend: int = 0, shader: int = 0, texture_set: int = 0) -> int:
    out = np.empty(1, np.uint16)
    pack_keys(np.array([layer], np.int16), np.array([blend], np.uint8), shader, texture_set, out)
    return int(out[0])


def test_every_layer_sorts_as_its_number_and_above_all_states_of_the_one_below() -> None:
    layers = np.arange(LOWEST_LAYER, HIGHEST_LAYER + 1, dtype=np.int16)
    low, high = np.empty(len(layers), np.uint16), np.empty(len(layers), np.uint16)
    pack_keys(layers, np.zeros(len(layers), np.uint8), 0, 0, low)
    pack_keys(layers, np.full(len(layers), 3, np.uint8), 7, 1, high)
    assert (np.diff(low.astype(int)) == STATE_MASK + 1).all()
    assert (high - low == STATE_MASK).all()
    assert low.tolist() == [first_key(layer) for layer in layers.tolist()]


def test_layers_out_of_range_are_those_at_the_end() -> None:
    assert packed(-32768) == packed(LOWEST_LAYER) == 0
    assert packed(32767) == packed(HIGHEST_LAYER)
    assert first_key(-9999) == 0
    assert first_key(HIGHEST_LAYER + 1) == first_key(9999) == 1 << 16


def test_the_parts_come_out_as_they_went_in() -> None:
    for layer in (-512, -1, 0, 511):
        for blend in range(4):
            for shader in range(8):
                for texture_set in range(2):
                    key = packed(layer, blend, shader, texture_set)
                    assert (blend_of(key), shader_of(key), texture_set_of(key)) == (blend, shader, texture_set)
                    assert (key >> 6) - 512 == layer


def test_blends_that_are_none_are_the_last_and_spoil_no_other_bit() -> None:
    assert packed(3, blend=255) == packed(3, blend=3)


def test_texture_sets_may_differ_from_row_to_row() -> None:
    out = np.empty(2, np.uint16)
    pack_keys(np.zeros(2, np.int16), np.zeros(2, np.uint8), 2, np.array([0, 1]), out)
    assert [texture_set_of(int(key)) for key in out] == [0, 1]
    assert [shader_of(int(key)) for key in out] == [2, 2]
