"""Frames that each wait for a tick, on a clock that moves only when waited on. The arithmetic is tested with the app's
frames, in tests/app/test_interpolation.py."""

from __future__ import annotations

import pytest

from ecs_engine.pacing import FakeClock, FollowPacer, PacingSettings

MS = 1_000_000
P = 10 * MS


def play(ticks: list[int], clock: FakeClock, pacer: FollowPacer) -> list[int]:
    """Draw each tick that is there when a frame begins, looking once a millisecond; returns when frames began."""
    frames, drawn = [], -1
    while clock.now_ns() < ticks[-1]:
        pacer.begin_frame()
        newest = max((tick for tick in ticks if tick <= clock.now_ns()), default=-1)
        if newest == drawn:
            clock.advance(MS)
            continue
        drawn = newest
        frames.append(clock.now_ns())
        clock.advance(MS)
        pacer.end_work()
        pacer.presented(clock.now_ns())
    return frames


@pytest.mark.parametrize(("every", "expected"), [(P, P), (5 * P // 2, 5 * P // 2), (P // 4, P)])
def test_a_frame_for_each_tick_but_none_closer_than_a_period(every: int, expected: int) -> None:
    clock = FakeClock(0)
    frames = play([every * i for i in range(1, 400)], clock, FollowPacer(PacingSettings(1e9 / P), clock))
    assert (frames[-1] - frames[0]) / (len(frames) - 1) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("jump", [-(10**12), 10**12])
def test_a_clock_that_jumps_holds_nothing_up(jump: int) -> None:
    clock = FakeClock()
    pacer = FollowPacer(PacingSettings(1e9 / P), clock)
    for i in range(20):
        pacer.begin_frame()
        pacer.end_work()
        pacer.presented(clock.now_ns())
        if i == 10:
            clock.advance(jump)
            before = clock.now_ns()
    assert 8 * P <= clock.now_ns() - before <= 11 * P
