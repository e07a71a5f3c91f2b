"""The phase-locked loop: it acquires, holds, counts, and knows when there is nothing to hold on to."""

from __future__ import annotations

import pytest

from ecs_engine.pacing import VsyncGrid
from tests.pacing.traces import MS, Trace

P = 1e9 / 60


def feed(grid: VsyncGrid, trace: Trace) -> tuple[list[int], list[float]]:
    stamps, shown = trace.record()
    for stamp in stamps:
        grid.update(stamp)
    return stamps, shown


@pytest.mark.parametrize("hz", [59.94, 59.95, 60.0])
def test_the_period_is_found_to_a_few_parts_in_a_hundred_thousand(hz: float) -> None:
    grid = VsyncGrid(P)
    _, shown = feed(grid, Trace(hz, 60.0, frames=1500, display={"jitter_ns": 1.0 * MS, "drop_rate": 0.01}))
    assert grid.locked
    assert grid.period_ns == pytest.approx(1e9 / hz, rel=5e-5)
    assert grid.at(grid.count) == pytest.approx(shown[-1], abs=0.3 * MS)
    assert grid.jitter_ns == pytest.approx(1.0 * MS, rel=0.5)


@pytest.mark.parametrize(("hz", "nominal"), [(75.0, 60.0), (144.0, 60.0), (60.0, 144.0), (50.0, 60.0), (61.2, 60.0)])
def test_a_video_mode_that_lies_is_found_out(hz: float, nominal: float) -> None:
    grid = VsyncGrid(1e9 / nominal)
    feed(grid, Trace(hz, nominal, frames=600, most_work_ms=2.0, display={"jitter_ns": 0.3 * MS}))
    assert grid.locked
    # Its vsyncs may be counted in halves or quarters, if the stamps cannot tell.
    assert (1e9 / hz) / grid.period_ns == pytest.approx(round((1e9 / hz) / grid.period_ns), abs=0.002)


@pytest.mark.parametrize(("before", "after"), [(60.0, 144.0), (60.0, 75.0), (144.0, 60.0), (60.0, 50.0)])
def test_a_display_that_changes_its_rate_is_followed(before: float, after: float) -> None:
    grid = VsyncGrid(1e9 / before)
    trace = Trace(before, before, frames=1200, most_work_ms=2.0, display={"jitter_ns": 0.3 * MS}, change_hz=after)
    _, shown = feed(grid, trace)
    assert grid.usable
    assert grid.at(grid.count) == pytest.approx(shown[-1], abs=MS)
    assert (1e9 / after) / grid.period_ns == pytest.approx(round((1e9 / after) / grid.period_ns), abs=0.002)


def test_it_locks_after_thirty_stamps_and_no_sooner() -> None:
    grid = VsyncGrid(P)
    states = []
    for frame in range(32):
        grid.update(round(frame * P))
        states.append(grid.locked)
    assert states.index(True) == 30


def test_jitter_over_a_quarter_period_is_no_grid() -> None:
    grid = VsyncGrid(P)
    feed(grid, Trace(60.0, 60.0, frames=600, display={"jitter_ns": 0.35 * P}))
    assert grid.losses >= 1


def test_a_gap_is_counted_across() -> None:
    grid = VsyncGrid(P)
    for frame in range(100):
        grid.update(round(frame * P))
    assert grid.update(round(159 * P)) == 60
    assert grid.update(round(160 * P)) == 1
    assert grid.count == 160


def test_one_swap_far_too_late_hardly_moves_it() -> None:
    grid = VsyncGrid(P)
    for frame in range(300):
        grid.update(round(frame * P))
    grid.update(round(300 * P + 8 * MS))
    assert grid.at(300) == pytest.approx(300 * P, abs=0.05 * MS)


def test_it_foretells_and_moves() -> None:
    grid = VsyncGrid(P)
    for frame in range(100):
        grid.update(round(frame * P))
    assert grid.at(110) == pytest.approx(110 * P, abs=1000)
    assert grid.first_after(109.5 * P) == 110
    grid.shift(5 * MS)
    assert grid.at(110) == pytest.approx(110 * P + 5 * MS, abs=1000)
    assert grid.update(round(100 * P + 5 * MS)) == 1
    grid.rephase(10**12)
    assert grid.at(grid.count) == 10**12
    assert grid.update(10**12 + round(P)) == 1
