"""The ring itself: three regions, each its own buffer, and mapped memory let go with it."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import Device, RegionRing, Strategy
from ecs_engine.gpu.ring import REGIONS
from tests.gpu.conftest import read_buffer


@pytest.mark.parametrize("strategy", get_args(Strategy))
def test_parts_are_written_where_they_lie(device: Device, strategy: Strategy) -> None:
    ring = RegionRing(device, 64, strategy=strategy, label="ring")
    source = np.arange(64, dtype=np.uint8)
    region = ring._next_region(64)
    ring._write(region, source, ((0, 64),), whole=True)
    ring._advance()
    assert (read_buffer(device, ring.buffer, 64) == source).all()
    if strategy != "orphan":
        ring._write(region, source[::-1].copy(), ((8, 16), (32, 40)), whole=False)
        expected = source.copy()
        expected[8:16], expected[32:40] = source[::-1][8:16], source[::-1][32:40]
        assert (read_buffer(device, ring.buffer, 64) == expected).all()


def test_regions_take_turns(device: Device) -> None:
    ring = RegionRing(device, 16)
    seen = []
    for _ in range(2 * REGIONS):
        ring._next_region(16)
        ring._advance()
        seen.append(ring.buffer)
    assert len(set(seen)) == REGIONS
    assert seen[:REGIONS] == seen[REGIONS:]


def test_mapped_memory_cannot_be_reached_after_deletion(device: Device) -> None:
    ring = RegionRing(device, 16, label="ring")
    region = ring._regions[0]
    ring.delete()
    assert region.memory is None
    with pytest.raises(GLError, match="RegionRing 'ring' was used after it was deleted"):
        ring._next_region(16)
