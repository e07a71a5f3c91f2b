"""Pacing to a window whose swaps wait, do not, or change their ways; on a clock that moves only when waited on."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ecs_engine.core.errors import EngineError
from ecs_engine.pacing import PACERS, FakeClock, PacingSettings, ScreenPacer, SimulatedDisplay, Swaps

MS = 1_000_000
P = round(1e9 / 60)
STRATEGIES = sorted(set(PACERS) - {"ticker"})


class Screen:
    """A display with a pacer in front of it; a swap takes ``copy_ns`` before it waits or returns."""

    def __init__(self, name: str, *, blocks: bool, copy_ns: int = MS, hz: float = 60.0, **options: float) -> None:
        self.clock = FakeClock()
        self.display = SimulatedDisplay(self.clock, hz, blocks=blocks, **options)  # type: ignore[arg-type]
        self.pacer = ScreenPacer(name, PacingSettings(60.0), self.clock)
        self.copy_ns = copy_ns
        self.presents: list[int] = []

    def play(self, frames: int, work_ns: int = MS) -> float:
        """Draw so many frames; returns how many there were a period."""
        began = self.clock.now_ns()
        for _ in range(frames):
            time = self.pacer.begin_frame()
            assert time.delta_ns >= 0
            self.presents.append(time.present_ns)
            self.clock.advance(work_ns)
            self.pacer.end_work()
            self.clock.advance(self.copy_ns)
            self.pacer.presented(self.display.wait_swap())
        return frames * P / (self.clock.now_ns() - began)


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("options", [{}, {"queue_depth": 2}, {"jitter_ns": MS}, {"drop_rate": 0.02, "hz": 59.94}])
def test_where_swaps_wait_the_strategy_paces(name: str, options: dict[str, float]) -> None:
    screen = Screen(name, blocks=True, **options)
    screen.play(40)
    assert screen.pacer.swaps is Swaps.WAIT
    assert screen.pacer.pacer.name == name
    screen.play(3600)
    assert screen.pacer.swaps is Swaps.WAIT
    assert screen.pacer.pacer.frames > 3500


def test_locked_it_knows_where_the_vsyncs_are() -> None:
    screen = Screen("phase_locked", blocks=True)
    assert screen.pacer.vsync_ns is None
    screen.play(120)
    vsync = screen.pacer.vsync_ns
    assert vsync is not None
    off = (vsync - screen.display.shown_ns + P / 2) % P - P / 2
    assert abs(off) < MS


@pytest.mark.parametrize("name", [*STRATEGIES, "ticker"])
@pytest.mark.parametrize("copy_ns", [0, 50_000, MS, 5 * MS])
def test_where_swaps_do_not_wait_frames_come_at_the_rate_of_the_screen(name: str, copy_ns: int) -> None:
    screen = Screen(name, blocks=False, copy_ns=copy_ns)
    assert screen.play(40) < 1.15
    assert screen.pacer.swaps is Swaps.FREE
    assert screen.play(400) == pytest.approx(1, abs=0.005)
    assert screen.play(3600) == pytest.approx(1, abs=0.005)  # now and then it looks again
    assert all(later >= sooner for sooner, later in pairwise(screen.presents))


@pytest.mark.parametrize("name", STRATEGIES)
def test_known_not_to_wait_they_are_not_pressed_at_all(name: str) -> None:
    screen = Screen(name, blocks=False)
    screen.pacer = ScreenPacer(name, PacingSettings(60.0), screen.clock, swaps_wait=False)
    assert screen.play(4000) <= 1.0001
    assert screen.pacer.pacer.name == "ticker"


def test_a_hitch_does_not_make_them_look_like_a_clock() -> None:
    screen = Screen("phase_locked", blocks=False)
    screen.play(8)
    screen.play(1, 200 * MS)
    screen.play(12)
    assert screen.pacer.swaps is Swaps.FREE


@pytest.mark.parametrize("name", ["phase_locked", "vsync"])
def test_swaps_that_no_longer_wait_are_found_out(name: str) -> None:
    screen = Screen(name, blocks=True)
    screen.play(400)
    screen.display._blocks = False
    assert screen.play(1000) < 1.05
    assert screen.play(400) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("name", STRATEGIES)
def test_swaps_that_wait_again_are_found_out(name: str) -> None:
    screen = Screen(name, blocks=False)
    screen.play(400)
    screen.display._blocks = True
    screen.play(600)
    assert screen.pacer.swaps is Swaps.WAIT
    assert screen.pacer.pacer.name == name


@pytest.mark.parametrize("name", [*STRATEGIES, "ticker"])
@pytest.mark.parametrize("blocks", [True, False])
@pytest.mark.parametrize("jump", [-(10**12), 10**12])
def test_a_clock_that_jumps(name: str, blocks: bool, jump: int) -> None:
    screen = Screen(name, blocks=blocks)
    screen.play(100)
    screen.clock.advance(jump)
    screen.display.shown_ns += jump
    screen.display._queue.append(screen.display.shown_ns)
    before = screen.clock.now_ns()
    screen.play(120)
    assert screen.clock.now_ns() - before < 150 * P
    assert abs(screen.presents[-1] - screen.clock.now_ns()) < 3 * P


def test_a_strategy_that_is_none() -> None:
    with pytest.raises(EngineError, match="no pacing strategy 'fast'"):
        ScreenPacer("fast", PacingSettings(), FakeClock())


def test_frames_that_are_far_apart() -> None:
    """Waits of more than five seconds are no jumps of the clock."""
    clock = FakeClock()
    began, pacer = clock.now_ns(), ScreenPacer("ticker", PacingSettings(0.1), clock)
    for _ in range(6):
        pacer.begin_frame()
        clock.advance(MS)
        pacer.end_work()
        pacer.presented(clock.now_ns())
    assert clock.now_ns() - began == pytest.approx(60_000 * MS, abs=20 * MS)
